"""Counts and weights against scikit-learn."""

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from scipy import sparse
from sklearn.feature_extraction.text import CountVectorizer, TfidfTransformer

from embref.bag_of_words import BagOfWords, TfIdf, term_frequencies

document_lists = st.lists(st.lists(st.sampled_from("abcde"), max_size=8), min_size=1, max_size=6)
COUNTS = np.array([[3, 0, 1], [2, 0, 0], [0, 4, 5], [0, 0, 0]])


@given(document_lists)
def test_counts_against_scikit_learn(documents):
    assume(any(documents))
    bag = BagOfWords().fit(documents)
    peer = CountVectorizer(analyzer=lambda tokens: tokens, vocabulary=list(bag.vocabulary_))
    assert (
        bag.transform(documents).toarray().tolist() == peer.transform(documents).toarray().tolist()
    )


def test_limits_on_words():
    documents = [["a", "b", "b", "c", "c", "c"], ["d"]]
    assert BagOfWords(min_count=2).fit(documents).vocabulary_.words == ("b", "c")
    bag = BagOfWords(max_words=2, order="frequency").fit(documents)
    assert bag.transform(documents).toarray().tolist() == [[3, 2], [0, 0]]
    assert bag.inverse_transform([[1, 0], [2, 3], [0, 0]]) == [["c"], ["c", "b"], []]


def test_term_frequencies_by_loops():
    truth = [[n / max(1, sum(row)) for n in row] for row in COUNTS]
    assert term_frequencies(COUNTS).toarray() == pytest.approx(np.array(truth))


@pytest.mark.parametrize("form", [np.asarray, sparse.csr_array])
@pytest.mark.parametrize("normalize", [True, False])
def test_smooth_tf_idf_against_scikit_learn(normalize, form):
    peer = TfidfTransformer(norm="l2" if normalize else None).fit(COUNTS)
    tfidf = TfIdf(normalize=normalize).fit(form(COUNTS))
    assert tfidf.idf_ == pytest.approx(peer.idf_)
    new = np.array([[0, 2, 1], [1, 1, 1], [0, 0, 0]])
    assert tfidf.transform(form(new)).toarray() == pytest.approx(peer.transform(new).toarray())


def test_plain_tf_idf_by_loops():
    tfidf = TfIdf(smooth=False, normalize=False).fit(COUNTS)
    weights = tfidf.transform(COUNTS).toarray()
    for d, row in enumerate(COUNTS):
        for w, n in enumerate(row):
            n_holding = sum(other[w] > 0 for other in COUNTS)
            assert weights[d, w] == pytest.approx(n * np.log(4 / n_holding))


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: BagOfWords().fit(["one string"]), "split it first"),
        (lambda: BagOfWords().fit("one string"), "split it first"),
        (lambda: BagOfWords().fit([[]]), "no word"),
        (lambda: BagOfWords().fit([["a"]]).inverse_transform([[1, 2]]), "2 columns; expected 1"),
        (lambda: term_frequencies(-COUNTS), "non-negative"),
        (lambda: term_frequencies([1, 2]), "n_documents, n_words"),
        (lambda: TfIdf().fit(COUNTS).transform([[1, 2]]), "2 columns; expected 3"),
        (lambda: TfIdf(smooth=False).fit([[1, 0]]), "column 1 is in no document"),
    ],
)
def test_wrong_arguments(call, message):
    with pytest.raises(ValueError, match=message):
        call()
