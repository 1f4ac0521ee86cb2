"""Embeddings as factors of a matrix of associations."""

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import sparse

Array = NDArray[np.float64]


def factorize(
    M: ArrayLike | sparse.sparray,
    n_components: int,
    *,
    power: float = 0.5,
    random_state: int | np.random.Generator | None = None,
) -> tuple[Array, Array]:
    r"""Factorize a matrix as :math:`M \approx W C^\top` by a truncated SVD.

    With :math:`M \approx U \Sigma V^\top`, the factors are :math:`W = U \Sigma^p` and
    :math:`C = V \Sigma^{1-p}`. No other matrix of this rank is nearer to M in the Frobenius norm.

    Parameters
    ----------
    M : array-like or sparse array of shape (n_centers, n_contexts)
        Finite associations, for example from :func:`embref.cooccurrence.shifted_ppmi`.
    n_components : int
        Dimension of the embeddings, at most the smaller side of ``M``.
    power : float
        The p above, in [0, 1]: 0.5 shares the singular values equally, 1 gives them all to W.
    random_state : int, numpy.random.Generator or None
        Start vector of the iterative solver, which is used for sparse ``M`` only.

    Returns
    -------
    W : ndarray of shape (n_centers, n_components)
        Columns in descending order of singular value; in each, the entry of largest magnitude is
        not negative.
    C : ndarray of shape (n_contexts, n_components)

    Raises
    ------
    ValueError
        If ``M`` is not a finite matrix, or ``n_components`` or ``power`` is out of range.

    References
    ----------
    Eckart and Young (1936); Levy and Goldberg (2014), section 4.2; Mannheim sheet, task 5.

    Examples
    --------
    >>> W, C = factorize([[4.0, 0.0], [0.0, 1.0]], n_components=1)
    >>> W.tolist(), (W @ C.T).tolist()
    ([[2.0], [0.0]], [[4.0, 0.0], [0.0, 0.0]])
    """
    M = _check_matrix(M)
    if not 1 <= n_components <= min(M.shape):
        raise ValueError(
            f"n_components is {n_components}; a matrix of shape {M.shape} has 1 to "
            f"{min(M.shape)} components."
        )
    if not 0 <= power <= 1:
        raise ValueError(f"power is {power}; it must lie in [0, 1].")
    U, singular_values, V = _truncated_svd(M, n_components, random_state)
    largest = U[np.abs(U).argmax(axis=0), np.arange(n_components)]
    signs = np.where(largest < 0, -1.0, 1.0)
    return U * signs * singular_values**power, V * signs * singular_values ** (1 - power)


def _check_matrix(M: ArrayLike | sparse.sparray) -> Array | sparse.csr_array:
    M = sparse.csr_array(M, dtype=float) if sparse.issparse(M) else np.asarray(M, dtype=float)
    if M.ndim != 2:
        raise ValueError(f"M has shape {M.shape}; expected (n_centers, n_contexts).")
    entries = M.data if sparse.issparse(M) else M
    if np.isnan(entries).any():
        raise ValueError("M contains NaN; fill or drop these entries first.")
    if np.isinf(entries).any():
        raise ValueError(
            "M contains infinite entries; the PMI of an unseen pair is -inf, so factorize "
            "positive_pmi or shifted_ppmi instead."
        )
    return M


def _truncated_svd(
    M: Array | sparse.csr_array,
    n_components: int,
    random_state: int | np.random.Generator | None,
) -> tuple[Array, Array, Array]:
    if sparse.issparse(M) and n_components < min(M.shape):
        from scipy.sparse.linalg import svds  # slow to import

        start = np.random.default_rng(random_state).standard_normal(min(M.shape))
        U, singular_values, Vt = svds(M, k=n_components, v0=start)
        order = np.argsort(-singular_values)
        return U[:, order], singular_values[order], Vt[order].T
    dense = M if isinstance(M, np.ndarray) else M.toarray()
    U, singular_values, Vt = np.linalg.svd(dense, full_matrices=False)
    return U[:, :n_components], singular_values[:n_components], Vt[:n_components].T
