"""Kernels against scikit-learn and the definition."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from sklearn import decomposition, metrics

from embref import kernels

rng = np.random.default_rng(0)
X, Y = rng.normal(size=(12, 3)), rng.normal(size=(5, 3))


@given(arrays(float, (3, 2), elements=st.floats(-1e3, 1e3)))
def test_squared_distances_by_loops(A):
    truth = [[sum((a - b) ** 2) for b in A] for a in A]
    assert kernels.squared_distances(A) == pytest.approx(np.array(truth), rel=1e-6, abs=1e-5)


def test_squared_distances_far_from_the_origin():
    near, far = kernels.squared_distances(X), kernels.squared_distances(X + 1e6)
    assert far == pytest.approx(near, abs=1e-6)


@pytest.mark.parametrize("sigma", [0.5, 2.0])
def test_rbf_kernel_against_scikit_learn(sigma):
    truth = metrics.pairwise.rbf_kernel(X, Y, gamma=1 / sigma**2)
    assert kernels.rbf_kernel(X, Y, sigma=sigma) == pytest.approx(truth)
    assert np.diag(kernels.rbf_kernel(X, sigma=sigma)) == pytest.approx(np.ones(12))


def test_kernel_embedding_rebuilds_the_kernel():
    K = kernels.rbf_kernel(X)
    Z = kernels.kernel_embedding(K, 12)
    assert pytest.approx(K) == Z @ Z.T
    errors = [np.linalg.norm(K - (Z := kernels.kernel_embedding(K, r)) @ Z.T) for r in range(1, 13)]
    tails = [np.linalg.norm(np.linalg.eigvalsh(K)[: 12 - r]) for r in range(1, 13)]
    assert errors == pytest.approx(tails, abs=1e-9)


@pytest.mark.parametrize("sigma", [0.7, 3.0])
def test_kernel_pca_against_scikit_learn(sigma):
    kpca = kernels.KernelPCA(4, sigma=sigma).fit(X)
    peer = decomposition.KernelPCA(4, kernel="rbf", gamma=1 / sigma**2).fit(X)
    assert kpca.eigenvalues_ == pytest.approx(peer.eigenvalues_)
    signs = np.sign(np.sum(kpca.eigenvectors_ * peer.eigenvectors_, axis=0))
    assert kpca.transform(Y) == pytest.approx(peer.transform(Y) * signs, abs=1e-8)
    assert kpca.transform(X) == pytest.approx(kpca.embedding_, abs=1e-8)


def test_centering_moves_the_mean_to_the_origin():
    kpca = kernels.KernelPCA(2).fit(X)
    K = kpca._centered(kernels.rbf_kernel(X))
    H = np.eye(12) - 1 / 12
    assert pytest.approx(H @ kernels.rbf_kernel(X) @ H) == K


def test_random_features_close_in_on_the_kernel():
    K = kernels.rbf_kernel(X, sigma=1.5)
    errors = []
    for n in (100, 10_000):
        features = kernels.RandomFourierFeatures(n, sigma=1.5, random_state=0).fit(X)
        Z = features.transform(X)
        errors.append(np.sqrt(np.mean((Z @ Z.T - K) ** 2)))
    # A hundred times the features, a tenth of the error.
    assert 5 < errors[0] / errors[1] < 20
    assert errors[1] < 0.02


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: kernels.rbf_kernel(X, sigma=0), "sigma is 0"),
        (lambda: kernels.rbf_kernel(X, Y[:, :2]), "3 entries and of Y 2"),
        (lambda: kernels.rbf_kernel(X[0]), r"X has shape \(3,\)"),
        (lambda: kernels.rbf_kernel(X * np.nan), "NaN"),
        (lambda: kernels.kernel_embedding([[0, 1], [1, 0]], 2), "eigenvalue -1"),
        (lambda: kernels.kernel_embedding(X, 1), "square"),
        (lambda: kernels.KernelPCA(13).fit(X), "n_components is 13"),
        (lambda: kernels.KernelPCA(2).fit(X).transform(Y[:, :2]), "entries"),
        (lambda: kernels.RandomFourierFeatures(0), "at least one"),
        (lambda: kernels.RandomFourierFeatures(5).fit(X).transform(Y[:, :2]), "2 columns"),
    ],
)
def test_wrong_arguments(call, message):
    with pytest.raises(ValueError, match=message):
        call()
