"""Factors against scikit-learn's, update by update, and against the definitions."""

import numpy as np
import pytest
from scipy import sparse
from sklearn.decomposition import non_negative_factorization

from embref import nmf
from embref.nmf import NMF

rng = np.random.default_rng(0)
X = rng.poisson(2.0, size=(9, 7)).astype(float)
PEER_LOSS = {"squared": "frobenius", "kl": "kullback-leibler"}


@pytest.mark.parametrize("form", [np.asarray, sparse.csr_array])
@pytest.mark.parametrize("loss", nmf.LOSSES)
def test_updates_against_scikit_learn(loss, form):
    model = NMF(3, loss=loss, max_iter=25, tolerance=0, random_state=0)
    W, H = model._initial_factors(X)
    peer_W, peer_H, _ = non_negative_factorization(
        X, W=W.copy(), H=H.copy(), n_components=3, init="custom", solver="mu",
        beta_loss=PEER_LOSS[loss], max_iter=25, tol=0,
    )  # fmt: skip
    model.fit(form(X))
    assert model.embedding_ == pytest.approx(peer_W, rel=1e-6, abs=1e-10)
    assert model.components_ == pytest.approx(peer_H, rel=1e-6, abs=1e-10)


@pytest.mark.parametrize("form", [np.asarray, sparse.csr_array])
def test_losses_by_their_definition(form):
    W, H = rng.uniform(size=(9, 2)), rng.uniform(size=(2, 7))
    squared = sum((X[i, j] - W[i] @ H[:, j]) ** 2 for i in range(9) for j in range(7)) / 2
    assert nmf.nmf_loss(form(X), W, H, "squared") == pytest.approx(squared)
    divergence = 0.0
    for i in range(9):
        for j in range(7):
            x, y = X[i, j], W[i] @ H[:, j]
            divergence += (x * np.log(x / y) if x else 0) - x + y
    assert nmf.nmf_loss(form(X), W, H, "kl") == pytest.approx(divergence)


@pytest.mark.parametrize("loss", nmf.LOSSES)
def test_the_loss_never_rises_and_factors_stay_non_negative(loss):
    model = NMF(3, loss=loss, max_iter=200, tolerance=0, random_state=1).fit(X)
    assert np.all(np.diff(model.loss_curve_) <= 1e-9)
    assert model.loss_curve_[-1] < 0.7 * model.loss_curve_[0]
    assert model.embedding_.min() >= 0
    assert model.components_.min() >= 0
    assert model.loss_curve_[-1] == pytest.approx(
        nmf.nmf_loss(X, model.embedding_, model.components_, loss)
    )


def test_tolerance_stops_early():
    model = NMF(2, tolerance=1e-2, random_state=0).fit(X)
    assert model.n_iter_ < 100


def test_topics_are_those_that_made_the_counts():
    topic_terms = np.array([[0.5, 0.5, 0, 0, 0], [0, 0, 0.2, 0.3, 0.5]])
    document_topics = rng.dirichlet([0.3, 0.3], size=200)
    counts = np.stack([rng.multinomial(500, p) for p in document_topics @ topic_terms])
    model = NMF(2, loss="kl", max_iter=1000, tolerance=1e-8, random_state=0)
    found_documents, found_terms = model.fit(sparse.csr_array(counts)).topics()
    order = np.argsort(-found_terms[:, 0])
    assert found_terms[order] == pytest.approx(topic_terms, abs=0.02)
    assert np.abs(found_documents[:, order] - document_topics).mean() < 0.03
    assert found_documents.sum(axis=1) == pytest.approx(np.ones(200))


def test_kl_factors_keep_row_and_column_sums():
    # A stationary point of the divergence keeps the margins: what makes it a topic model.
    model = NMF(3, loss="kl", max_iter=3000, tolerance=0, random_state=0).fit(X)
    approximation = model.embedding_ @ model.components_
    assert approximation.sum(axis=0) == pytest.approx(X.sum(axis=0), rel=1e-6)
    assert approximation.sum(axis=1) == pytest.approx(X.sum(axis=1), rel=1e-3)


@pytest.mark.parametrize("loss", nmf.LOSSES)
def test_transform_embeds_new_rows(loss):
    model = NMF(3, loss=loss, max_iter=2000, tolerance=0, random_state=0).fit(X)
    W = rng.uniform(size=(4, 3))
    new = W @ model.components_
    components = model.components_.copy()
    assert model.inverse_transform(model.transform(new)) == pytest.approx(new, rel=0.02, abs=0.02)
    assert np.array_equal(components, model.components_)


def test_topics_rebuild_the_shares_of_the_terms():
    model = NMF(3, loss="kl", random_state=0).fit(X)
    documents, terms = model.topics()
    rebuilt = model.embedding_ @ model.components_
    assert documents @ terms == pytest.approx(rebuilt / rebuilt.sum(axis=1, keepdims=True))


def test_an_empty_document_has_uniform_topics():
    counts = np.vstack([X, np.zeros(7)])
    documents, _ = NMF(2, loss="kl", random_state=0).fit(counts).topics()
    assert documents[-1] == pytest.approx([0.5, 0.5])


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: NMF(2, loss="l1"), "'squared' or 'kl'"),
        (lambda: NMF(2).fit(-X), "negative entries"),
        (lambda: NMF(2).fit(0 * X), "all zero"),
        (lambda: NMF(8).fit(X), r"n_components is 8; X of shape \(9, 7\)"),
        (lambda: NMF(2).fit([[np.inf]]), "infinite"),
        (lambda: NMF(2).fit(X).transform(X[:, :3]), "3 columns; expected 7"),
    ],
)
def test_wrong_arguments(call, message):
    with pytest.raises(ValueError, match=message):
        call()
