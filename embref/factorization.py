"""Embeddings as factors of a matrix of associations."""

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import sparse

from embref.decomposition import truncated_svd

Array = NDArray[np.float64]


def factorize(
    M: ArrayLike | sparse.sparray,
    n_components: int,
    *,
    power: float = 0.5,
    solver: str = "auto",
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
    solver : {"auto", "exact", "arpack", "randomized"}
        See :func:`embref.decomposition.truncated_svd`.
    random_state : int, numpy.random.Generator or None
        Start of the iterative solvers.

    Returns
    -------
    W : ndarray of shape (n_centers, n_components)
        Columns in descending order of singular value; in each, the entry of largest magnitude is
        not negative.
    C : ndarray of shape (n_contexts, n_components)

    Raises
    ------
    ValueError
        If ``M`` is not a finite matrix, ``n_components`` or ``power`` is out of range, or
        ``solver`` is unknown.

    References
    ----------
    Eckart and Young (1936); Levy and Goldberg (2014), section 4.2; Mannheim sheet, task 5.

    Examples
    --------
    >>> W, C = factorize([[4.0, 0.0], [0.0, 1.0]], n_components=1)
    >>> W.tolist(), (W @ C.T).tolist()
    ([[2.0], [0.0]], [[4.0, 0.0], [0.0, 0.0]])
    """
    if not 0 <= power <= 1:
        raise ValueError(f"power is {power}; it must lie in [0, 1].")
    U, singular_values, V = truncated_svd(M, n_components, solver=solver, random_state=random_state)
    return U * singular_values**power, V * singular_values ** (1 - power)
