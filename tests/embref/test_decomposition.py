"""Eigenvectors, SVD, LSA and PCA against NumPy, scikit-learn and the definitions."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy import sparse
from sklearn import decomposition as sk

from embref import decomposition as de

rng = np.random.default_rng(0)
FORMS = [np.asarray, sparse.csr_array]
# The documents of CS246, and what the slides print of their decomposition.
DOCUMENTS = np.array(
    [
        [10, 15, 3, 0, 10],
        [0, 9, 2, 8, 2],
        [1, 2, 20, 0, 4],
        [14, 11, 1, 32, 2],
        [5, 1, 7, 12, 5],
        [6, 3, 5, 1, 1],
        [2, 3, 5, 2, 7],
    ],
    dtype=float,
)


def low_rank(m, n, decay=0.7):
    """Random matrix with singular values 1, decay, decay², ..."""
    U, _ = np.linalg.qr(rng.normal(size=(m, min(m, n))))
    V, _ = np.linalg.qr(rng.normal(size=(n, min(m, n))))
    return U * decay ** np.arange(min(m, n)) @ V.T


symmetric = arrays(float, (4, 4), elements=st.integers(-5, 5).map(float)).map(lambda A: A + A.T)


@given(symmetric)
def test_eigendecompositions_rebuild_the_matrix(S):
    for decompose in (de.eigendecomposition, de.jacobi_eigendecomposition):
        values, vectors = decompose(S)
        assert (vectors * values) @ vectors.T == pytest.approx(S, abs=1e-8)
        assert vectors.T @ vectors == pytest.approx(np.eye(4), abs=1e-9)
        assert values == pytest.approx(np.linalg.eigvalsh(S)[::-1], abs=1e-8)
        assert np.all(vectors[np.abs(vectors).argmax(axis=0), range(4)] > 0)


def test_jacobi_finds_the_vectors_of_lapack():
    A = rng.normal(size=(12, 12))
    mine, lapack = de.jacobi_eigendecomposition(A + A.T), de.eigendecomposition(A + A.T)
    assert mine.eigenvectors == pytest.approx(lapack.eigenvectors, abs=1e-8)


def test_large_sparse_eigendecomposition_by_its_definition(monkeypatch):
    monkeypatch.setattr(de, "_LARGE", 50)
    monkeypatch.setattr(de, "_dense", lambda M: pytest.fail("made dense"))
    A = sparse.random_array((90, 90), density=0.1, rng=rng)
    S = (A + A.T).tocsr()
    values, vectors = de.eigendecomposition(S, 5)
    assert values == pytest.approx(np.linalg.eigvalsh(S.toarray())[::-1][:5])
    assert S @ vectors == pytest.approx(vectors * values, abs=1e-8)


@pytest.mark.parametrize("solver", ["auto", "exact", "arpack", "randomized"])
@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("shape", [(60, 40), (40, 60)])
def test_truncated_svd_against_numpy(solver, form, shape):
    M = low_rank(*shape)
    U, singular_values, V = de.truncated_svd(form(M), 5, solver=solver, random_state=0)
    truth_U, truth, truth_Vt = np.linalg.svd(M)
    assert singular_values == pytest.approx(truth[:5])
    best = truth_U[:, :5] * truth[:5] @ truth_Vt[:5]
    assert U * singular_values @ V.T == pytest.approx(best, abs=1e-7)
    assert pytest.approx(np.eye(5), abs=1e-9) == U.T @ U
    assert pytest.approx(np.eye(5), abs=1e-9) == V.T @ V
    assert np.all(U[np.abs(U).argmax(axis=0), range(5)] > 0)


def test_power_iterations_bring_a_flat_spectrum_near():
    M = low_rank(200, 150, decay=0.97)
    truth = np.linalg.svd(M, compute_uv=False)[:10]
    errors = [
        np.abs(de.randomized_svd(M, 10, n_iter=n, random_state=0)[1] - truth).max()
        for n in (0, 1, 4)
    ]
    assert errors[0] > 3 * errors[1] > 9 * errors[2]
    mine = de.randomized_svd(M, 10, random_state=0)[1]
    peer = sk.TruncatedSVD(10, n_iter=4, random_state=0).fit(M).singular_values_
    assert np.abs(mine - truth).sum() < 1.5 * np.abs(peer - truth).sum()


def test_lsa_of_the_slides():
    lsa = de.LSA(3).fit(DOCUMENTS)
    # The slides print 23.8 for the second: 23.895 cut off, not rounded.
    assert lsa.singular_values_.round(1).tolist() == [42.7, 23.9, 16.7]
    assert np.abs(lsa.row_embeddings_[0]) == pytest.approx([12.7, 9.79, 13.2], abs=0.06)
    assert lsa.row_embeddings_ == pytest.approx(DOCUMENTS @ lsa.components_.T)
    left = lsa.row_embeddings_ / lsa.singular_values_
    assert lsa.column_embeddings_ == pytest.approx(DOCUMENTS.T @ left)
    # Each embedding is rebuilt from the other side.
    assert lsa.row_embeddings_ @ lsa.components_ == pytest.approx(left @ lsa.column_embeddings_.T)


@pytest.mark.parametrize("form", FORMS)
def test_lsa_folds_in(form):
    lsa = de.LSA(3).fit(form(DOCUMENTS))
    new = np.array([[3.0, 0, 1, 0, 2]])
    # The nearest point in the span of the concepts, by least squares.
    nearest, *_ = np.linalg.lstsq(lsa.components_.T, new[0], rcond=None)
    assert lsa.transform(form(new)) == pytest.approx(nearest[None])
    assert lsa.transform(form(DOCUMENTS)) == pytest.approx(lsa.row_embeddings_)
    assert lsa.transform_columns(form(DOCUMENTS)) == pytest.approx(lsa.column_embeddings_)
    rebuilt = lsa.inverse_transform(lsa.row_embeddings_)
    lost = np.sum((DOCUMENTS - rebuilt) ** 2) / np.sum(DOCUMENTS**2)
    assert lsa.kept_ == pytest.approx(1 - lost)


def test_lsa_of_more_components_than_rank_gives_zeros():
    lsa = de.LSA(2).fit([[1.0, 2.0], [2.0, 4.0]])
    assert lsa.transform_columns([[1.0], [2.0]])[:, 1] == pytest.approx([0.0], abs=1e-7)


@pytest.mark.parametrize("solver", ["auto", "exact", "randomized"])
@pytest.mark.parametrize("form", FORMS)
def test_pca_against_scikit_learn(solver, form):
    X = low_rank(80, 30) + rng.normal(size=30)
    pca = de.PCA(4, solver=solver, random_state=0).fit(form(X))
    peer = sk.PCA(4, svd_solver="full").fit(X)
    signs = np.sign(np.sum(pca.components_ * peer.components_, axis=1))
    assert pca.components_ == pytest.approx(peer.components_ * signs[:, None], abs=1e-6)
    assert pca.transform(form(X)) == pytest.approx(peer.transform(X) * signs, abs=1e-6)
    for attribute in ("mean_", "singular_values_", "explained_variance_"):
        assert getattr(pca, attribute) == pytest.approx(getattr(peer, attribute)), attribute
    assert pca.explained_variance_ratio_ == pytest.approx(peer.explained_variance_ratio_)
    Z = pca.transform(X)
    assert pca.inverse_transform(Z) == pytest.approx(peer.inverse_transform(peer.transform(X)))
    assert np.all(pca.components_[range(4), np.abs(pca.components_).argmax(axis=1)] > 0)


def test_pca_of_the_digits():
    from embref.datasets import load_digits
    from embref.evaluation import explained_variance

    X = load_digits().X * 16.0
    pca = de.PCA(16).fit(X)
    rebuilt = pca.inverse_transform(pca.transform(X))
    assert explained_variance(X, rebuilt) == pytest.approx(pca.explained_variance_ratio_.sum())
    assert pca.explained_variance_ratio_.sum() == pytest.approx(0.849, abs=5e-4)
    assert np.mean((X - rebuilt) ** 2) == pytest.approx(2.827, abs=5e-4)


def test_products_with_centered_data():
    X, R, S = rng.normal(size=(6, 4)), rng.normal(size=(4, 2)), rng.normal(size=(6, 2))
    centered = de._Centered(sparse.csr_array(X), X.mean(axis=0))
    assert centered @ R == pytest.approx((X - X.mean(axis=0)) @ R)
    transposed = centered.T @ S
    assert transposed == pytest.approx((X - X.mean(axis=0)).T @ S)


def test_large_sparse_pca_forms_nothing_dense(monkeypatch):
    groups = np.repeat(np.eye(5), 12, axis=0) @ np.repeat(np.eye(5), 13, axis=1)
    X = sparse.csr_array(groups * rng.uniform(size=groups.shape))
    truth = de.PCA(4, solver="exact").fit(X)
    monkeypatch.setattr(de, "_LARGE", 50)
    monkeypatch.setattr(de, "_dense", lambda M: pytest.fail("made dense"))
    pca = de.PCA(4, random_state=0).fit(X)
    assert pca.singular_values_ == pytest.approx(truth.singular_values_, rel=1e-5)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: de.truncated_svd(DOCUMENTS, 6), r"n_components is 6; a matrix of shape \(7, 5\)"),
        (lambda: de.truncated_svd(DOCUMENTS, 2, solver="qr"), "solver is 'qr'"),
        (lambda: de.truncated_svd([[np.nan]], 1), "NaN"),
        (lambda: de.truncated_svd([1.0], 1), r"shape \(1,\)"),
        (lambda: de.truncated_svd(np.ones((0, 3)), 1), "none empty"),
        (lambda: de.randomized_svd(DOCUMENTS, 0), "n_components is 0"),
        (lambda: de.eigendecomposition(DOCUMENTS), "square"),
        (lambda: de.eigendecomposition([[0, 1], [0, 0]]), "differ by up to 1; .* truncated_svd"),
        (lambda: de.eigendecomposition(np.eye(2), 3), "S has 1 to 2"),
        (lambda: de.LSA(6).fit(DOCUMENTS), "n_components is 6"),
        (lambda: de.LSA(2).fit(DOCUMENTS).transform([[1, 2]]), "2 columns; expected 5"),
        (lambda: de.LSA(2).fit(DOCUMENTS).transform_columns([[1, 2]]), "1 rows; expected 7"),
        (lambda: de.LSA(2).fit(DOCUMENTS).inverse_transform([[1.0]]), "1 columns; expected 2"),
        (lambda: de.PCA(6).fit(DOCUMENTS), "n_components is 6"),
        (lambda: de.PCA(1).fit(DOCUMENTS[:1]), "at least two rows"),
        (lambda: de.PCA(1).fit(np.ones((3, 2))), "constant"),
        (lambda: de.PCA(1, solver="arpack").fit(DOCUMENTS), "auto, exact or randomized"),
        (lambda: de.PCA(6, solver="randomized").fit(DOCUMENTS), "n_components is 6"),
    ],
)
def test_wrong_arguments(call, message):
    with pytest.raises(ValueError, match=message):
        call()
