"""Matrix decompositions that embed rows and columns: eigenvectors, SVD, LSA and PCA.

Signs are fixed everywhere in the same way: in each left singular vector, or eigenvector, the entry
of largest magnitude is not negative.
"""

from typing import Any, NamedTuple, Self, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import sparse

Array = NDArray[np.float64]
Matrix: TypeAlias = Array | sparse.csr_array

SOLVERS = ("auto", "exact", "arpack", "randomized")
_LARGE = 1000  # from this smaller side on, "auto" computes only the components asked for


class Eigendecomposition(NamedTuple):
    """Eigenvalues (n_components,), descending, and eigenvectors in columns (n, n_components)."""

    eigenvalues: Array
    eigenvectors: Array


class SingularValues(NamedTuple):
    """Factors of a truncated SVD: U (m, r), singular values (r,) descending, V (n, r)."""

    U: Array
    singular_values: Array
    V: Array


def check_finite_matrix(M: ArrayLike | sparse.sparray, name: str = "M") -> Matrix:
    """Return a matrix of floats, dense or in compressed sparse rows.

    Parameters
    ----------
    M : array-like or sparse array of shape (m, n)
    name : str
        What the message calls it.

    Returns
    -------
    ndarray or scipy.sparse.csr_array

    Raises
    ------
    ValueError
        If ``M`` is not a matrix, is empty, or contains NaN or infinite entries.

    Examples
    --------
    >>> check_finite_matrix([[1, 2]]).tolist()
    [[1.0, 2.0]]
    """
    matrix: Matrix = (
        sparse.csr_array(M, dtype=float) if sparse.issparse(M) else np.asarray(M, float)
    )
    if matrix.ndim != 2 or 0 in matrix.shape:
        raise ValueError(f"{name} has shape {matrix.shape}; expected two dimensions, none empty.")
    entries = stored_entries(matrix)
    if np.isnan(entries).any():
        raise ValueError(f"{name} contains NaN; fill or drop these entries first.")
    if np.isinf(entries).any():
        raise ValueError(
            f"{name} contains infinite entries; expected finite numbers. The PMI of an unseen pair "
            "is -inf: factorize positive_pmi or shifted_ppmi instead."
        )
    return matrix


def stored_entries(M: Matrix) -> Array:
    """Entries of a matrix, of a sparse one only those it stores.

    Parameters
    ----------
    M : ndarray or scipy.sparse.csr_array

    Returns
    -------
    ndarray

    Examples
    --------
    >>> stored_entries(sparse.csr_array([[0.0, 2.0]])).tolist()
    [2.0]
    """
    return M if isinstance(M, np.ndarray) else M.data


def check_n_components(n_components: int, limit: int, what: str) -> int:
    """Return the number of components if there are so many.

    Parameters
    ----------
    n_components : int
    limit : int
        The most there are.
    what : str
        What has them, for the message.

    Returns
    -------
    int

    Raises
    ------
    ValueError
        If the number is not between 1 and the limit.

    Examples
    --------
    >>> check_n_components(2, 3, "the matrix")
    2
    """
    if not 1 <= n_components <= limit:
        raise ValueError(f"n_components is {n_components}; {what} has 1 to {limit} components.")
    return int(n_components)


def column_signs(U: Array) -> Array:
    """Signs that make the entry of largest magnitude in each column positive.

    Parameters
    ----------
    U : ndarray of shape (m, r)

    Returns
    -------
    ndarray of shape (r,)
        1 or -1.

    Examples
    --------
    >>> column_signs(np.array([[1.0, 2.0], [-3.0, 1.0]])).tolist()
    [-1.0, 1.0]
    """
    largest = U[np.abs(U).argmax(axis=0), np.arange(U.shape[1])]
    return np.where(largest < 0, -1.0, 1.0)


def eigendecomposition(
    S: ArrayLike | sparse.sparray, n_components: int | None = None
) -> Eigendecomposition:
    r"""Decompose a symmetric matrix, :math:`S = Q \Lambda Q^\top`.

    Parameters
    ----------
    S : array-like or sparse array of shape (n, n)
        Symmetric, for example a matrix of similarities.
    n_components : int, optional
        How many of the largest eigenvalues to keep; all when left out.

    Returns
    -------
    Eigendecomposition

    Raises
    ------
    ValueError
        If ``S`` is not finite and symmetric, or ``n_components`` is out of range.

    Notes
    -----
    The sum of the kept :math:`\lambda_i q_i q_i^\top` is the best approximation of a matrix
    without negative eigenvalues. With negative ones, the truncated SVD may be better: it keeps
    the largest magnitudes.

    Examples
    --------
    >>> eigendecomposition([[2, 1], [1, 2]]).eigenvalues.round(6).tolist()
    [3.0, 1.0]
    """
    S = _check_symmetric(S)
    n = S.shape[0]
    n_components = check_n_components(n if n_components is None else n_components, n, "S")
    if n > _LARGE and n_components <= n // 10:
        from scipy.sparse.linalg import eigsh  # slow to import

        values, vectors = eigsh(S, k=n_components, which="LA", v0=np.ones(n))
    else:
        values, vectors = np.linalg.eigh(_dense(S))
    order = np.argsort(-values, kind="stable")[:n_components]
    vectors = vectors[:, order]
    return Eigendecomposition(values[order], vectors * column_signs(vectors))


def _dense(M: Matrix) -> Array:
    return M if isinstance(M, np.ndarray) else M.toarray()


def _check_symmetric(S: ArrayLike | sparse.sparray) -> Matrix:
    S = check_finite_matrix(S, "S")
    if S.shape[0] != S.shape[1]:
        raise ValueError(f"S has shape {S.shape}; a symmetric matrix is square.")
    asymmetry = abs(S - S.T).max()
    if asymmetry > 1e-8 * max(1.0, abs(S).max()):
        raise ValueError(
            f"S is not symmetric, S and its transpose differ by up to {asymmetry:.3g}; for any "
            "other matrix use truncated_svd."
        )
    return S


def jacobi_eigendecomposition(S: ArrayLike, *, tolerance: float = 1e-12) -> Eigendecomposition:
    r"""Decompose a small symmetric matrix by Jacobi's rotations: the method to read.

    Each rotation turns a pair of axes until their entry off the diagonal is zero. Sweeps over all
    pairs are repeated until nothing is left off the diagonal.

    Parameters
    ----------
    S : array-like of shape (n, n)
        Symmetric; a hundred rows take a few seconds.
    tolerance : float
        Norm of the entries off the diagonal, relative to that of ``S``, at which to stop.

    Returns
    -------
    Eigendecomposition

    Raises
    ------
    ValueError
        If ``S`` is not finite and symmetric.

    References
    ----------
    Golub and Van Loan (2013), section 8.5.

    Examples
    --------
    >>> jacobi_eigendecomposition([[2, 1], [1, 2]]).eigenvalues.round(6).tolist()
    [3.0, 1.0]
    """
    A = np.array(_check_symmetric(np.asarray(S)), dtype=float)
    n = len(A)
    Q = np.eye(n)
    while np.linalg.norm(A - np.diag(np.diag(A))) > tolerance * np.linalg.norm(A):
        for p in range(n - 1):
            for q in range(p + 1, n):
                axes, rotation = [p, q], _rotation(A[p, p], A[q, q], A[p, q])
                A[:, axes] = A[:, axes] @ rotation
                A[axes] = rotation.T @ A[axes]
                Q[:, axes] = Q[:, axes] @ rotation
    order = np.argsort(-np.diag(A), kind="stable")
    vectors = Q[:, order]
    return Eigendecomposition(np.diag(A)[order], vectors * column_signs(vectors))


def _rotation(a_pp: float, a_qq: float, a_pq: float) -> Array:
    if a_pq == 0:
        return np.eye(2)
    angle = 0.5 * np.arctan2(2 * a_pq, a_qq - a_pp)
    c, s = np.cos(angle), np.sin(angle)
    return np.array([[c, s], [-s, c]])


def truncated_svd(
    M: ArrayLike | sparse.sparray,
    n_components: int,
    *,
    solver: str = "auto",
    random_state: int | np.random.Generator | None = None,
) -> SingularValues:
    r"""Largest singular values and their vectors, :math:`M \approx U \Sigma V^\top`.

    No other matrix of this rank is nearer to M in the Frobenius norm.

    Parameters
    ----------
    M : array-like or sparse array of shape (m, n)
    n_components : int
        At most the smaller side of ``M``.
    solver : {"auto", "exact", "arpack", "randomized"}
        ``"exact"`` computes the whole SVD of the dense matrix. ``"arpack"`` needs only products
        with ``M`` and is as precise. ``"randomized"``, see :func:`randomized_svd`, is the fastest
        for many components of a large matrix and precise when singular values fall off.
        ``"auto"`` takes the exact one for small dense matrices, else ARPACK.
    random_state : int, numpy.random.Generator or None
        Start of the last two.

    Returns
    -------
    SingularValues

    Raises
    ------
    ValueError
        If ``M`` is not a finite matrix, ``n_components`` is out of range or ``solver`` is unknown.

    References
    ----------
    Eckart and Young (1936).

    Examples
    --------
    >>> truncated_svd([[0.0, 2.0], [0.0, 0.0]], 1).singular_values.tolist()
    [2.0]
    """
    M = check_finite_matrix(M)
    side = min(M.shape)
    check_n_components(n_components, side, f"a matrix of shape {M.shape}")
    if solver not in SOLVERS:
        raise ValueError(f"solver is {solver!r}; choose one of {', '.join(SOLVERS)}.")
    if solver == "randomized":
        return randomized_svd(M, n_components, random_state=random_state)
    small = isinstance(M, np.ndarray) and side <= _LARGE
    if solver == "exact" or n_components == side or (solver == "auto" and small):
        U, singular_values, Vt = np.linalg.svd(_dense(M), full_matrices=False)
        U, singular_values, V = U[:, :n_components], singular_values[:n_components], Vt.T
        return _with_signs(U, singular_values, V[:, :n_components])
    from scipy.sparse.linalg import svds  # slow to import

    start = np.random.default_rng(random_state).standard_normal(side)
    U, singular_values, Vt = svds(M, k=n_components, v0=start)
    order = np.argsort(-singular_values)
    return _with_signs(U[:, order], singular_values[order], Vt[order].T)


def _with_signs(U: Array, singular_values: Array, V: Array) -> SingularValues:
    signs = column_signs(U)
    return SingularValues(U * signs, singular_values, V * signs)


def randomized_svd(
    M: ArrayLike | sparse.sparray,
    n_components: int,
    *,
    n_oversamples: int = 10,
    n_iter: int = 4,
    random_state: int | np.random.Generator | None = None,
) -> SingularValues:
    """Approximate the truncated SVD from the image of random vectors.

    The image of a few more random vectors than components nearly spans the leading singular
    vectors; each power iteration multiplies by M and its transpose once more and draws the span
    closer. The SVD of the small matrix within the span gives the rest.

    Parameters
    ----------
    M : array-like or sparse array of shape (m, n)
    n_components : int
        At most the smaller side of ``M``.
    n_oversamples : int
        Random vectors beyond the components.
    n_iter : int
        Power iterations.
    random_state : int, numpy.random.Generator or None

    Returns
    -------
    SingularValues

    Raises
    ------
    ValueError
        If ``M`` is not a finite matrix, or ``n_components`` is out of range.

    References
    ----------
    Halko, Martinsson and Tropp (2011), algorithms 4.4 and 5.1.

    Examples
    --------
    >>> M = np.outer([1.0, 2.0, 2.0], [0.0, 3.0, 4.0])
    >>> randomized_svd(M, 1, random_state=0).singular_values.round(6).tolist()
    [15.0]
    """
    M = check_finite_matrix(M)
    check_n_components(n_components, min(M.shape), f"a matrix of shape {M.shape}")
    return _randomized_svd(M, n_components, n_oversamples, n_iter, random_state)


def _randomized_svd(
    M: Any,  # with a shape, products M @ X and a transpose M.T
    n_components: int,
    n_oversamples: int = 10,
    n_iter: int = 4,
    random_state: int | np.random.Generator | None = None,
) -> SingularValues:
    m, n = M.shape
    size = min(n_components + n_oversamples, m, n)
    from scipy.linalg import lu  # slow to import

    start = np.random.default_rng(random_state).standard_normal((n, size))
    # Between the products, the columns need not be orthogonal, only far from parallel.
    Q = M @ start
    for _ in range(n_iter):
        Q, _ = lu(M.T @ lu(Q, permute_l=True)[0], permute_l=True)
        Q = M @ Q
    Q, _ = np.linalg.qr(Q)
    # M is nearly Q Qᵀ M; the triangle R of the thin Mᵀ Q has its singular values.
    V, R = np.linalg.qr(M.T @ Q)
    small_V, singular_values, Ut = np.linalg.svd(R)
    U, V = Q @ Ut.T, V @ small_V
    return _with_signs(U[:, :n_components], singular_values[:n_components], V[:, :n_components])


class LSA:
    r"""Latent semantic analysis: embed the rows and the columns of a matrix by its SVD.

    With :math:`A \approx U \Sigma V^\top`, the rows are embedded as :math:`A V = U \Sigma` and the
    columns as :math:`A^\top U = V \Sigma`.

    Parameters
    ----------
    n_components : int
        Dimension r of the embeddings.
    solver : {"auto", "exact", "arpack", "randomized"}
        See :func:`truncated_svd`.
    random_state : int, numpy.random.Generator or None

    Attributes
    ----------
    components_ : ndarray of shape (r, n_columns)
        :math:`V^\top`: right singular vectors in rows.
    singular_values_ : ndarray of shape (r,)
        Descending.
    row_embeddings_ : ndarray of shape (n_rows, r)
        One row per document, when the rows of ``A`` are documents.
    column_embeddings_ : ndarray of shape (n_columns, r)
        One row per term.
    kept_ : float
        Share of the squared norm of ``A`` that the approximation keeps.

    References
    ----------
    Deerwester et al. (1990); CS246, "SVD as an embedder". A new document q is folded in at
    :math:`V^\top q`; Deerwester et al. divide by the singular values, which gives its row of U.

    Examples
    --------
    The documents of CS246, whose first one lies at about (-12.7, 9.8, -13.9) up to signs:

    >>> A = [[10, 15, 3, 0, 10], [0, 9, 2, 8, 2], [1, 2, 20, 0, 4], [14, 11, 1, 32, 2],
    ...      [5, 1, 7, 12, 5], [6, 3, 5, 1, 1], [2, 3, 5, 2, 7]]
    >>> lsa = LSA(n_components=3).fit(A)
    >>> lsa.transform([A[0]]).round(1).tolist() == lsa.row_embeddings_[:1].round(1).tolist()
    True
    """

    def __init__(
        self,
        n_components: int,
        *,
        solver: str = "auto",
        random_state: int | np.random.Generator | None = None,
    ) -> None:
        self.n_components = n_components
        self.solver = solver
        self.random_state = random_state

    def fit(self, A: ArrayLike | sparse.sparray) -> Self:
        """Decompose a matrix.

        Parameters
        ----------
        A : array-like or sparse array of shape (n_rows, n_columns)

        Returns
        -------
        LSA
            The estimator itself.

        Raises
        ------
        ValueError
            If ``A`` is not a finite matrix, or there are more components than its smaller side.
        """
        A = check_finite_matrix(A, "A")
        U, self.singular_values_, V = truncated_svd(
            A, self.n_components, solver=self.solver, random_state=self.random_state
        )
        self.components_ = V.T
        self.row_embeddings_ = U * self.singular_values_
        self.column_embeddings_ = V * self.singular_values_
        self.kept_ = float(np.sum(self.singular_values_**2) / _squared_norm(A))
        return self

    def transform(self, A: ArrayLike | sparse.sparray) -> Array:
        r"""Embed rows, also new ones: :math:`A V`.

        Parameters
        ----------
        A : array-like or sparse array of shape (n, n_columns)

        Returns
        -------
        ndarray of shape (n, r)

        Raises
        ------
        ValueError
            If the number of columns differs from the fitted one.
        """
        A = _check_columns(A, self.components_.shape[1])
        return A @ self.components_.T

    def transform_columns(self, A: ArrayLike | sparse.sparray) -> Array:
        r"""Embed columns, also new ones: :math:`A^\top U`.

        Parameters
        ----------
        A : array-like or sparse array of shape (n_rows, n)
            Each column counts a term in the documents that were fitted.

        Returns
        -------
        ndarray of shape (n, r)
            Zero along components whose singular value is zero.

        Raises
        ------
        ValueError
            If the number of rows differs from the fitted one.
        """
        A = check_finite_matrix(A, "A")
        if A.shape[0] != len(self.row_embeddings_):
            raise ValueError(
                f"A has {A.shape[0]} rows; expected {len(self.row_embeddings_)}, one per fitted "
                "row."
            )
        scale = np.where(self.singular_values_ > 0, self.singular_values_, np.inf)
        return A.T @ (self.row_embeddings_ / scale)

    def inverse_transform(self, Z: ArrayLike) -> Array:
        r"""Rebuild rows from their embeddings: :math:`Z V^\top`.

        Parameters
        ----------
        Z : array-like of shape (n, r)

        Returns
        -------
        ndarray of shape (n, n_columns)

        Raises
        ------
        ValueError
            If ``Z`` has not r columns.
        """
        return _check_columns(Z, len(self.components_)) @ self.components_


def _check_columns(X: ArrayLike | sparse.sparray, n_columns: int) -> Matrix:
    X = check_finite_matrix(X, "the matrix")
    if X.shape[1] != n_columns:
        raise ValueError(f"the matrix has {X.shape[1]} columns; expected {n_columns} as fitted.")
    return X


class PCA:
    r"""Principal components: the SVD of the centered data.

    Parameters
    ----------
    n_components : int
        At most the smaller side of the data.
    solver : {"auto", "exact", "randomized"}
        ``"auto"`` is exact unless the data are large. Sparse data are centered on the fly and
        never made dense, except by ``"exact"``.
    random_state : int, numpy.random.Generator or None
        Start of the randomized solver.

    Attributes
    ----------
    mean_ : ndarray of shape (n_features,)
    components_ : ndarray of shape (n_components, n_features)
        Orthonormal directions of most variance.
    singular_values_ : ndarray of shape (n_components,)
        Of the centered data.
    explained_variance_ : ndarray of shape (n_components,)
        :math:`\sigma_i^2 / (n - 1)`.
    explained_variance_ratio_ : ndarray of shape (n_components,)
        The same as a share of the total variance.

    References
    ----------
    Pearson (1901); Tipping and Bishop (1999).

    Examples
    --------
    >>> pca = PCA(n_components=1).fit([[0.0, 0.0], [1.0, 1.0], [2.0, 2.0]])
    >>> pca.explained_variance_ratio_.round(6).tolist()
    [1.0]
    """

    def __init__(
        self,
        n_components: int,
        *,
        solver: str = "auto",
        random_state: int | np.random.Generator | None = None,
    ) -> None:
        self.n_components = n_components
        self.solver = solver
        self.random_state = random_state

    def fit(self, X: ArrayLike | sparse.sparray) -> Self:
        """Find the directions of most variance.

        Parameters
        ----------
        X : array-like or sparse array of shape (n, n_features)

        Returns
        -------
        PCA
            The estimator itself.

        Raises
        ------
        ValueError
            If ``X`` is not finite, has fewer than two rows or no variance, or ``solver`` or
            ``n_components`` is not valid.
        """
        X = check_finite_matrix(X, "X")
        if X.shape[0] < 2:
            raise ValueError(f"X has shape {X.shape}; variance needs at least two rows.")
        if self.solver not in ("auto", "exact", "randomized"):
            raise ValueError(f"solver is {self.solver!r}; choose auto, exact or randomized.")
        self.mean_ = np.asarray(X.mean(axis=0))
        _, self.singular_values_, V = self._svd_of_centered(X)
        self.components_ = V.T * column_signs(V)[:, None]
        n = X.shape[0]
        self.explained_variance_ = self.singular_values_**2 / (n - 1)
        total = _squared_norm(X) - n * self.mean_ @ self.mean_
        if not total > 1e-12 * max(_squared_norm(X), 1e-300):
            raise ValueError("X is constant; there is no variance to explain.")
        self.explained_variance_ratio_ = self.singular_values_**2 / total
        return self

    def _svd_of_centered(self, X: Matrix) -> SingularValues:
        large = min(X.shape) > _LARGE and self.n_components <= min(X.shape) // 10
        if self.solver == "randomized" or (self.solver == "auto" and large):
            check_n_components(self.n_components, min(X.shape), f"X of shape {X.shape}")
            centered = _Centered(X, self.mean_)
            return _randomized_svd(centered, self.n_components, random_state=self.random_state)
        return truncated_svd(_dense(X) - self.mean_, self.n_components, solver="exact")

    def transform(self, X: ArrayLike | sparse.sparray) -> Array:
        r"""Coordinates along the components, :math:`(X - \mu) V`.

        Parameters
        ----------
        X : array-like or sparse array of shape (n, n_features)

        Returns
        -------
        ndarray of shape (n, n_components)

        Raises
        ------
        ValueError
            If the number of features differs from the fitted one.
        """
        X = _check_columns(X, len(self.mean_))
        return X @ self.components_.T - self.mean_ @ self.components_.T

    def inverse_transform(self, Z: ArrayLike) -> Array:
        r"""Rebuild data from coordinates, :math:`Z V^\top + \mu`.

        Parameters
        ----------
        Z : array-like of shape (n, n_components)

        Returns
        -------
        ndarray of shape (n, n_features)

        Raises
        ------
        ValueError
            If ``Z`` has not one column per component.
        """
        return _check_columns(Z, len(self.components_)) @ self.components_ + self.mean_


def _squared_norm(X: Matrix) -> float:
    return float(np.sum(stored_entries(X) ** 2))


class _Centered:
    """Products with X - 1 µᵀ, without forming it."""

    def __init__(self, X: Matrix, mean: Array) -> None:
        self.X, self.mean, self.shape = X, mean, X.shape

    def __matmul__(self, right: Array) -> Array:
        return self.X @ right - self.mean @ right

    @property
    def T(self) -> "_CenteredTransposed":
        return _CenteredTransposed(self)


class _CenteredTransposed:
    def __init__(self, centered: _Centered) -> None:
        self.centered = centered

    def __matmul__(self, right: Array) -> Array:
        X, mean = self.centered.X, self.centered.mean
        return X.T @ right - np.outer(mean, right.sum(axis=0))
