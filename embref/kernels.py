r"""Kernels: similarities that are dot products of embeddings which nobody wrote down.

The RBF kernel is :math:`K(x, y) = \exp(-\lVert x - y \rVert^2 / \sigma^2)` throughout. Where
others write a gamma in front of the squared distance, or a 2 below it, :math:`\gamma = 1/\sigma^2`.
"""

from typing import Self

import numpy as np
from numpy.typing import ArrayLike, NDArray

from embref.decomposition import check_n_components, eigendecomposition

Array = NDArray[np.float64]


def squared_distances(X: ArrayLike, Y: ArrayLike | None = None) -> Array:
    r"""Squared Euclidean distance of each row of X to each row of Y.

    Parameters
    ----------
    X : array-like of shape (n, d)
    Y : array-like of shape (m, d), optional
        ``X`` when left out.

    Returns
    -------
    ndarray of shape (n, m)

    Raises
    ------
    ValueError
        If the rows differ in length or are not finite.

    Examples
    --------
    >>> squared_distances([[0.0, 0.0]], [[3.0, 4.0]]).tolist()
    [[25.0]]
    """
    X = _check_rows(X, "X")
    others = X if Y is None else _check_rows(Y, "Y")
    if X.shape[1] != others.shape[1]:
        raise ValueError(f"rows of X have {X.shape[1]} entries and of Y {others.shape[1]}.")
    # Expanding the square loses digits far from the origin, so move both to the mean.
    center = others.mean(axis=0)
    A, B = X - center, others - center
    distances = np.sum(A**2, axis=1)[:, None] - 2 * A @ B.T + np.sum(B**2, axis=1)
    return np.maximum(distances, 0)


def _check_rows(X: ArrayLike, name: str) -> Array:
    X = np.asarray(X, dtype=float)
    if X.ndim != 2 or not len(X):
        raise ValueError(f"{name} has shape {X.shape}; expected (n, d), one example per row.")
    if not np.isfinite(X).all():
        raise ValueError(f"{name} contains NaN or infinite entries; fill or drop them first.")
    return X


def _check_sigma(sigma: float) -> float:
    if not sigma > 0:
        raise ValueError(f"sigma is {sigma}; it must be positive, say the median distance.")
    return float(sigma)


def rbf_kernel(X: ArrayLike, Y: ArrayLike | None = None, *, sigma: float = 1.0) -> Array:
    r"""Gram matrix of the RBF kernel, :math:`\exp(-\lVert x_i - y_j \rVert^2 / \sigma^2)`.

    Parameters
    ----------
    X : array-like of shape (n, d)
    Y : array-like of shape (m, d), optional
        ``X`` when left out.
    sigma : float
        Distance at which the similarity has fallen to 1/e.

    Returns
    -------
    ndarray of shape (n, m)
        In [0, 1]; one on the diagonal when ``Y`` is left out.

    Raises
    ------
    ValueError
        If shapes do not fit, or ``sigma`` is not positive.

    References
    ----------
    Kim's deck, "Discriminant features for source separation".

    Examples
    --------
    >>> rbf_kernel([[0.0], [2.0]], sigma=2.0).round(4).tolist()
    [[1.0, 0.3679], [0.3679, 1.0]]
    """
    return np.exp(-squared_distances(X, Y) / _check_sigma(sigma) ** 2)


def kernel_embedding(K: ArrayLike, n_components: int) -> Array:
    r"""Embeddings whose dot products are the kernel: :math:`Z Z^\top \approx K`.

    With :math:`K = Q \Lambda Q^\top`, the rows of :math:`Z = Q \Lambda^{1/2}`.

    Parameters
    ----------
    K : array-like of shape (n, n)
        Symmetric Gram matrix without (markedly) negative eigenvalues.
    n_components : int
        Dimension of the embeddings; with n of them, ``Z @ Z.T`` is K.

    Returns
    -------
    ndarray of shape (n, n_components)
        Columns by falling eigenvalue.

    Raises
    ------
    ValueError
        If ``K`` is not symmetric, or one of the kept eigenvalues is negative.

    References
    ----------
    Kim's deck writes the examples in columns: :math:`Z^\top Z`.

    Examples
    --------
    >>> Z = kernel_embedding([[1.0, 0.5], [0.5, 1.0]], n_components=2)
    >>> (Z @ Z.T).round(6).tolist()
    [[1.0, 0.5], [0.5, 1.0]]
    """
    values, vectors = eigendecomposition(K, n_components)
    if values[-1] < -1e-8 * max(1.0, abs(values[0])):
        raise ValueError(
            f"K has the eigenvalue {values[-1]:.3g}; dot products have none below zero. Keep "
            "fewer components, or take another kernel."
        )
    return vectors * np.sqrt(np.maximum(values, 0))


class KernelPCA:
    r"""PCA of the embeddings behind an RBF kernel.

    Parameters
    ----------
    n_components : int
        At most the number of examples.
    sigma : float
        Width of the kernel, see :func:`rbf_kernel`.

    Attributes
    ----------
    eigenvalues_ : ndarray of shape (n_components,)
        Of the centered Gram matrix, descending.
    embedding_ : ndarray of shape (n, n_components)
        Coordinates of the fitted examples.

    References
    ----------
    Schölkopf, Smola and Müller (1998), appendix A for the centering.

    Examples
    --------
    >>> X = [[0.0], [0.1], [5.0], [5.1]]
    >>> kpca = KernelPCA(n_components=1, sigma=2.0).fit(X)
    >>> np.sign(kpca.transform([[0.05], [5.05]]) * kpca.embedding_[0]).ravel().tolist()
    [1.0, -1.0]
    """

    def __init__(self, n_components: int, *, sigma: float = 1.0) -> None:
        self.n_components = n_components
        self.sigma = _check_sigma(sigma)

    def fit(self, X: ArrayLike) -> Self:
        """Embed examples.

        Parameters
        ----------
        X : array-like of shape (n, d)

        Returns
        -------
        KernelPCA
            The estimator itself.

        Raises
        ------
        ValueError
            If ``X`` is not a finite matrix or has fewer rows than components.
        """
        self.X_ = _check_rows(X, "X")
        check_n_components(self.n_components, len(self.X_), f"X with {len(self.X_)} rows")
        K = rbf_kernel(self.X_, sigma=self.sigma)
        self.column_means_ = K.mean(axis=0)
        self.eigenvalues_, self.eigenvectors_ = eigendecomposition(
            self._centered(K), self.n_components
        )
        self.embedding_ = self.eigenvectors_ * np.sqrt(np.maximum(self.eigenvalues_, 0))
        return self

    def transform(self, X: ArrayLike) -> Array:
        """Coordinates of examples, also new ones.

        Parameters
        ----------
        X : array-like of shape (m, d)

        Returns
        -------
        ndarray of shape (m, n_components)
            Zero along components without variance.

        Raises
        ------
        ValueError
            If the number of features differs from the fitted one.
        """
        K = self._centered(rbf_kernel(X, self.X_, sigma=self.sigma))
        negligible = self.eigenvalues_ <= 1e-12 * self.eigenvalues_[0]
        scales = np.sqrt(np.where(negligible, np.inf, self.eigenvalues_))
        return K @ self.eigenvectors_ / scales

    def _centered(self, K: Array) -> Array:
        # Dot products with the embeddings moved to their mean over the fitted examples.
        return K - self.column_means_ - K.mean(axis=1)[:, None] + self.column_means_.mean()


class RandomFourierFeatures:
    r"""Random features whose dot products approximate the RBF kernel.

    :math:`z(x) = \sqrt{2/D} \cos(\Omega x + b)` with frequencies drawn from
    :math:`\mathcal N(0, 2/\sigma^2)` and phases from :math:`[0, 2\pi)`; the error of
    :math:`z(x) \cdot z(y)` falls with :math:`1/\sqrt D`.

    Parameters
    ----------
    n_components : int
        Number D of features.
    sigma : float
        Width of the kernel, see :func:`rbf_kernel`.
    random_state : int, numpy.random.Generator or None

    Attributes
    ----------
    frequencies_ : ndarray of shape (n_components, d)
    phases_ : ndarray of shape (n_components,)

    References
    ----------
    Rahimi and Recht (2007), algorithm 1.

    Examples
    --------
    >>> features = RandomFourierFeatures(4000, random_state=0).fit([[0.0]])
    >>> Z = features.transform([[0.0], [1.0]])
    >>> bool(abs(Z[0] @ Z[1] - np.exp(-1)) < 0.03)
    True
    """

    def __init__(
        self,
        n_components: int,
        *,
        sigma: float = 1.0,
        random_state: int | np.random.Generator | None = None,
    ) -> None:
        if n_components < 1:
            raise ValueError(f"n_components is {n_components}; draw at least one feature.")
        self.n_components = n_components
        self.sigma = _check_sigma(sigma)
        self.random_state = random_state

    def fit(self, X: ArrayLike) -> Self:
        """Draw the features for as many dimensions as the examples have.

        Parameters
        ----------
        X : array-like of shape (n, d)

        Returns
        -------
        RandomFourierFeatures
            The transformer itself.

        Raises
        ------
        ValueError
            If ``X`` is not a finite matrix.
        """
        d = _check_rows(X, "X").shape[1]
        rng = np.random.default_rng(self.random_state)
        self.frequencies_ = rng.normal(scale=np.sqrt(2) / self.sigma, size=(self.n_components, d))
        self.phases_ = rng.uniform(0, 2 * np.pi, self.n_components)
        return self

    def transform(self, X: ArrayLike) -> Array:
        """Compute the features.

        Parameters
        ----------
        X : array-like of shape (n, d)

        Returns
        -------
        ndarray of shape (n, n_components)

        Raises
        ------
        ValueError
            If the number of dimensions differs from the fitted one.
        """
        X = _check_rows(X, "X")
        if X.shape[1] != self.frequencies_.shape[1]:
            raise ValueError(
                f"X has {X.shape[1]} columns; expected {self.frequencies_.shape[1]} as fitted."
            )
        angles = X @ self.frequencies_.T + self.phases_
        return np.sqrt(2 / self.n_components) * np.cos(angles)
