"""Counts and PMI against naive loops."""

import math
from collections import Counter

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy import sparse

from embref.cooccurrence import (
    pair_counts,
    pmi,
    positive_pmi,
    shifted_pmi,
    shifted_ppmi,
    window_counts,
)
from embref.text import Vocabulary, skip_gram_pairs

COUNTS = np.array([[4, 1, 0], [1, 3, 2], [0, 2, 0]])

count_matrices = arrays(
    int, st.tuples(st.integers(1, 4), st.integers(1, 4)), elements=st.integers(0, 9)
).filter(np.any)


def naive_pmi(counts):
    total = sum(map(sum, counts))
    table = np.full(np.shape(counts), -math.inf)
    for w, row in enumerate(counts):
        for c, n in enumerate(row):
            if n:
                joint, p_w = n / total, sum(row) / total
                p_c = sum(other[c] for other in counts) / total
                table[w, c] = math.log(joint / (p_w * p_c))
    return table


def test_pair_counts_by_counter():
    tokens = list("abacabad")
    pairs = skip_gram_pairs(tokens, 2)
    vocabulary = Vocabulary(tokens)
    counts = pair_counts(pairs, vocabulary)
    counter = Counter(pairs)
    assert counts.sum() == len(pairs)
    for w in vocabulary:
        for c in vocabulary:
            assert counts[vocabulary.index(w), vocabulary.index(c)] == counter[w, c]


def test_pair_counts_of_nothing():
    assert pair_counts([], Vocabulary(["a"])).toarray().tolist() == [[0]]


def test_pair_counts_keep_the_order_of_a_pair():
    counts = pair_counts([("a", "b")], Vocabulary(["a", "b"]))
    assert counts.toarray().tolist() == [[0, 1], [0, 0]]


@given(count_matrices)
def test_pmi_by_loops(counts):
    np.testing.assert_allclose(pmi(counts), naive_pmi(counts.tolist()), atol=1e-12)


@given(count_matrices, st.integers(1, 9))
def test_shifts(counts, k):
    truth = naive_pmi(counts.tolist()) - math.log(k)
    np.testing.assert_allclose(shifted_pmi(counts, k), truth, atol=1e-12)
    np.testing.assert_allclose(shifted_ppmi(counts, k), np.maximum(truth, 0), atol=1e-12)


@given(count_matrices)
def test_mutual_information_is_not_negative(counts):
    seen = counts > 0
    joint = counts / counts.sum()
    assert (joint[seen] * pmi(counts)[seen]).sum() >= -1e-12


def test_independent_words_have_pmi_zero():
    np.testing.assert_allclose(pmi(np.outer([1, 2, 3], [4, 5])), 0, atol=1e-12)


@pytest.mark.parametrize("form", [sparse.csr_array, sparse.csc_array, sparse.coo_array])
def test_sparse_counts_agree_with_dense(form):
    counts = form(COUNTS)
    np.testing.assert_allclose(pmi(counts), pmi(COUNTS))
    for ours in (positive_pmi(counts), shifted_ppmi(counts, 1)):
        assert sparse.issparse(ours)
        np.testing.assert_allclose(ours.toarray(), positive_pmi(COUNTS))


def test_sparse_ppmi_stores_no_zeros():
    ours = shifted_ppmi(sparse.csr_array(COUNTS), 2)
    assert np.all(ours.data > 0)


def test_stored_zeros_and_duplicates_do_no_harm():
    entries = ([1.0, 1.0, 0.0, 3.0], ([0, 0, 0, 1], [0, 0, 1, 1]))
    counts = sparse.coo_array(entries, shape=(2, 2))
    np.testing.assert_allclose(pmi(counts), naive_pmi([[2, 0], [0, 3]]))


def test_counts_are_left_alone():
    counts = sparse.coo_array(([1.0, 1.0], ([0, 0], [0, 0])), shape=(1, 1))
    pmi(counts)
    assert counts.nnz == 2


@pytest.mark.parametrize(
    ("counts", "message"),
    [
        ([1, 2], r"shape \(2,\)"),
        ([[1, -1]], "non-negative"),
        ([[1, np.nan]], "finite"),
        ([[0, 0]], "all counts are zero"),
        (sparse.csr_array((2, 2)), "all counts are zero"),
    ],
)
@pytest.mark.parametrize("function", [pmi, positive_pmi])
def test_counts_are_checked(function, counts, message):
    with pytest.raises(ValueError, match=message):
        function(counts)


@pytest.mark.parametrize("k", [0, -1, 2.5, True, None])
def test_k_is_checked(k):
    with pytest.raises(ValueError, match="number of negatives must be a positive integer"):
        shifted_pmi(COUNTS, k)


# --- windows over a corpus, and smoothed contexts -------------------------------------------

sentence_lists = st.lists(st.lists(st.sampled_from("abcde"), max_size=8), min_size=1, max_size=5)


@given(sentence_lists, st.integers(1, 4))
def test_window_counts_are_those_of_the_pairs(sentences, window):
    vocabulary = Vocabulary(list("abcdef"))
    assume(any(sentences))
    counts = window_counts(sentences, vocabulary, window)
    pairs = [pair for sentence in sentences for pair in skip_gram_pairs(sentence, window)]
    assert counts.toarray().tolist() == pair_counts(pairs, vocabulary).toarray().tolist()


@pytest.mark.parametrize(
    ("weighting", "weight"),
    [("linear", lambda r: (3 - r + 1) / 3), ("harmonic", lambda r: 1 / r)],
)
def test_weights_by_loops(weighting, weight):
    sentences = [list("abacbdab"), list("dd")]
    vocabulary = Vocabulary(list("abcd"))
    truth = np.zeros((4, 4))
    for sentence in sentences:
        for i, center in enumerate(sentence):
            for j, context in enumerate(sentence):
                if 1 <= abs(i - j) <= 3:
                    row, column = vocabulary.index(center), vocabulary.index(context)
                    truth[row, column] += weight(abs(i - j))
    counts = window_counts(sentences, vocabulary, 3, weighting=weighting)
    assert counts.toarray() == pytest.approx(truth)


def test_unknown_words_let_their_neighbors_meet():
    counts = window_counts([["a", "x", "b"]], Vocabulary(["a", "b"]), 1)
    assert counts.toarray().tolist() == [[0, 1], [1, 0]]


@given(count_matrices, st.integers(1, 3), st.floats(0.1, 1.0))
def test_smoothed_contexts_by_loops(counts, k, exponent):
    noise = [sum(row[c] for row in counts) ** exponent for c in range(counts.shape[1])]
    truth = np.zeros(counts.shape)
    for w, row in enumerate(counts):
        for c, n in enumerate(row):
            if n:
                value = math.log(n / sum(row) / (noise[c] / sum(noise))) - math.log(k)
                truth[w, c] = max(value, 0.0)
    found = shifted_ppmi(counts, k, context_exponent=exponent)
    assert found == pytest.approx(truth, abs=1e-9)
    sparse_found = shifted_ppmi(sparse.csr_array(counts), k, context_exponent=exponent)
    assert sparse_found.toarray() == pytest.approx(truth, abs=1e-9)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: window_counts([["a"]], Vocabulary(["a"]), 0), "window is 0"),
        (lambda: window_counts([["a"]], Vocabulary(["a"]), weighting="x"), "uniform, linear"),
        (lambda: window_counts([["b"]], Vocabulary(["a"])), "no word of the corpus"),
        (lambda: shifted_ppmi(COUNTS, 1, context_exponent=0), r"\(0, 1\]"),
    ],
)
def test_wrong_windows_and_exponents(call, message):
    with pytest.raises(ValueError, match=message):
        call()
