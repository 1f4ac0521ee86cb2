"""Factorization against numpy's singular value decomposition."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import sparse

from embref.factorization import factorize

M = np.random.default_rng(0).normal(size=(7, 5))


def best_error(matrix, rank):
    """Error of the best approximation of a rank, from the singular values left out."""
    return np.sqrt(np.sum(np.linalg.svd(matrix, compute_uv=False)[rank:] ** 2))


@pytest.mark.parametrize("rank", range(1, 6))
@pytest.mark.parametrize("form", [np.asarray, sparse.csr_array])
def test_no_better_approximation_exists(form, rank):
    W, C = factorize(form(M), rank)
    assert W.shape == (7, rank)
    assert C.shape == (5, rank)
    assert np.linalg.norm(M - W @ C.T) == pytest.approx(best_error(M, rank), abs=1e-10)


@given(st.floats(0, 1))
def test_power_shares_the_singular_values(power):
    W, C = factorize(M, 3, power=power)
    singular_values = np.linalg.svd(M, compute_uv=False)[:3]
    np.testing.assert_allclose(np.linalg.norm(W, axis=0), singular_values**power)
    np.testing.assert_allclose(np.linalg.norm(C, axis=0), singular_values ** (1 - power))
    np.testing.assert_allclose(W.T @ W, np.diag(singular_values ** (2 * power)), atol=1e-9)


@pytest.mark.parametrize("form", [np.asarray, sparse.csr_array])
def test_signs_are_fixed(form):
    W, C = factorize(form(M), 4)
    assert np.all(W[np.abs(W).argmax(axis=0), np.arange(4)] > 0)
    W_mirrored, C_mirrored = factorize(form(-M), 4)
    np.testing.assert_allclose(W_mirrored, W, atol=1e-9)
    np.testing.assert_allclose(C_mirrored, -C, atol=1e-9)


def test_sparse_agrees_with_dense_for_any_start():
    for seed in (0, 1):
        for ours, truth in zip(
            factorize(sparse.csr_array(M), 3, random_state=seed), factorize(M, 3), strict=True
        ):
            np.testing.assert_allclose(ours, truth, atol=1e-8)


@pytest.mark.parametrize(
    ("matrix", "n_components", "power", "message"),
    [
        (M, 6, 0.5, r"n_components is 6; a matrix of shape \(7, 5\) has 1 to 5"),
        (M, 0, 0.5, "n_components is 0"),
        (M, 2, 1.5, r"power is 1.5; it must lie in \[0, 1\]"),
        (M[0], 1, 0.5, r"shape \(5,\)"),
        ([[1.0, np.nan]], 1, 0.5, "NaN"),
        ([[1.0, -np.inf]], 1, 0.5, "factorize positive_pmi or shifted_ppmi"),
        (sparse.csr_array([[1.0, np.inf]]), 1, 0.5, "infinite entries"),
    ],
)
def test_errors_say_what_to_do(matrix, n_components, power, message):
    with pytest.raises(ValueError, match=message):
        factorize(matrix, n_components, power=power)
