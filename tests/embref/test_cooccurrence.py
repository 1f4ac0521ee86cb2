"""Counts and PMI against naive loops."""

import math
from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy import sparse

from embref.cooccurrence import pair_counts, pmi, positive_pmi, shifted_pmi, shifted_ppmi
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
