"""Non-negative matrix factorization: parts that add up, and topics."""

from typing import Self

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import sparse

from embref.decomposition import (
    Matrix,
    check_finite_matrix,
    check_n_components,
    stored_entries,
)

Array = NDArray[np.float64]

LOSSES = ("squared", "kl")
_TINY = np.finfo(np.float64).tiny


class NMF:
    r"""Factorize a non-negative matrix, :math:`X \approx W H` with :math:`W, H \ge 0`.

    The multiplicative updates of Lee and Seung never increase the loss and keep every entry
    non-negative. For sparse X nothing dense of its shape is formed.

    Parameters
    ----------
    n_components : int
        Number of parts, or topics.
    loss : {"squared", "kl"}
        Half the squared error, or the generalized Kullback-Leibler divergence
        :math:`\sum x \ln(x / \hat x) - x + \hat x`. With the latter, and X the counts of terms in
        documents, the factors are those of the topic model PLSA, see :meth:`topics`.
    max_iter : int
        Most updates of each factor.
    tolerance : float
        Stop when ten updates lower the loss by less than this share of the first loss.
    random_state : int, numpy.random.Generator or None
        Source of the initial factors.

    Attributes
    ----------
    components_ : ndarray of shape (n_components, n_columns)
        H, one part per row.
    embedding_ : ndarray of shape (n_rows, n_components)
        W of the fitted rows.
    loss_curve_ : list of float
        Loss before the first and after every tenth update.
    n_iter_ : int
        Updates made.

    References
    ----------
    Lee and Seung (2001), theorems 1 and 2; Ding, Li and Peng (2008) for PLSA; Kim's deck, "a
    matrix factorization approach".

    Examples
    --------
    >>> X = [[2.0, 4.0, 0.0], [1.0, 2.0, 0.0], [0.0, 0.0, 5.0]]
    >>> nmf = NMF(n_components=2, random_state=0).fit(X)
    >>> (nmf.embedding_ @ nmf.components_).round(1).tolist()
    [[2.0, 4.0, 0.0], [1.0, 2.0, 0.0], [0.0, 0.0, 5.0]]
    """

    def __init__(
        self,
        n_components: int,
        *,
        loss: str = "squared",
        max_iter: int = 500,
        tolerance: float = 1e-5,
        random_state: int | np.random.Generator | None = None,
    ) -> None:
        if loss not in LOSSES:
            raise ValueError(f"loss is {loss!r}; choose 'squared' or 'kl'.")
        self.n_components = n_components
        self.loss = loss
        self.max_iter = max_iter
        self.tolerance = tolerance
        self.random_state = random_state

    def fit(self, X: ArrayLike | sparse.sparray) -> Self:
        """Learn parts and embeddings.

        Parameters
        ----------
        X : array-like or sparse array of shape (n_rows, n_columns)
            Non-negative.

        Returns
        -------
        NMF
            The estimator itself.

        Raises
        ------
        ValueError
            If ``X`` has negative or non-finite entries or is all zero, or ``n_components`` is
            larger than a side of it.
        """
        X = _check_non_negative(X)
        check_n_components(self.n_components, min(X.shape), f"X of shape {X.shape}")
        W, H = self._initial_factors(X)
        self._update(X, W, H, update_components=True)
        self.embedding_, self.components_ = W, H
        return self

    def transform(self, X: ArrayLike | sparse.sparray) -> Array:
        """Embed rows, also new ones, with the parts kept as they are.

        Parameters
        ----------
        X : array-like or sparse array of shape (n, n_columns)
            Non-negative.

        Returns
        -------
        ndarray of shape (n, n_components)

        Raises
        ------
        ValueError
            If ``X`` has negative entries, or another number of columns than was fitted.
        """
        X = _check_non_negative(X)
        if X.shape[1] != self.components_.shape[1]:
            raise ValueError(
                f"X has {X.shape[1]} columns; expected {self.components_.shape[1]} as fitted."
            )
        W = np.full((X.shape[0], self.n_components), np.sqrt(X.mean() / self.n_components))
        self._update(X, W, self.components_, update_components=False)
        return W

    def inverse_transform(self, W: ArrayLike) -> Array:
        """Rebuild rows from their embeddings, ``W @ H``.

        Parameters
        ----------
        W : array-like of shape (n, n_components)

        Returns
        -------
        ndarray of shape (n, n_columns)
        """
        return np.asarray(W, dtype=float) @ self.components_

    def topics(self) -> tuple[Array, Array]:
        r"""Read the factors of term counts as a topic model.

        Returns
        -------
        document_topics : ndarray of shape (n_rows, n_components)
            :math:`P(z \mid d)`, rows sum to one; uniform for an empty document.
        topic_terms : ndarray of shape (n_components, n_columns)
            :math:`P(w \mid z)`, rows sum to one.
        """
        mass = self.components_.sum(axis=1, keepdims=True)
        weights = self.embedding_ * mass.T
        totals = weights.sum(axis=1, keepdims=True)
        uniform = np.full_like(weights, 1 / self.n_components)
        document_topics = np.divide(weights, totals, out=uniform, where=totals > 0)
        return document_topics, self.components_ / np.maximum(mass, _TINY)

    def _initial_factors(self, X: Matrix) -> tuple[Array, Array]:
        rng = np.random.default_rng(self.random_state)
        scale = np.sqrt(X.mean() / self.n_components)
        W = scale * rng.uniform(0.5, 1.5, (X.shape[0], self.n_components))
        return W, scale * rng.uniform(0.5, 1.5, (self.n_components, X.shape[1]))

    def _update(self, X: Matrix, W: Array, H: Array, *, update_components: bool) -> None:
        update = _update_squared if self.loss == "squared" else _update_kl
        # Xᵀ ≈ Hᵀ Wᵀ: one rule serves both factors.
        X_transposed = X.T if isinstance(X, np.ndarray) else X.T.tocsr()
        losses = [nmf_loss(X, W, H, self.loss)]
        n_iter = 0
        for n_iter in range(1, self.max_iter + 1):
            update(X, W, H)
            if update_components:
                update(X_transposed, H.T, W.T)
            if n_iter % 10 == 0:
                losses.append(nmf_loss(X, W, H, self.loss))
                if losses[-2] - losses[-1] < self.tolerance * losses[0]:
                    break
        if update_components:
            self.loss_curve_, self.n_iter_ = losses, n_iter


def nmf_loss(X: Matrix, W: Array, H: Array, loss: str) -> float:
    r"""Loss of a factorization.

    Parameters
    ----------
    X : ndarray or scipy.sparse.csr_array of shape (n, m)
    W : ndarray of shape (n, r)
    H : ndarray of shape (r, m)
    loss : {"squared", "kl"}
        :math:`\frac12 \lVert X - WH \rVert^2` or :math:`\sum x \ln(x/\hat x) - x + \hat x`.

    Returns
    -------
    float

    Examples
    --------
    >>> nmf_loss(np.array([[3.0]]), np.array([[1.0]]), np.array([[1.0]]), "squared")
    2.0
    """
    if loss == "squared":
        # ‖X - WH‖² without forming WH: ‖X‖² - 2⟨X, WH⟩ + ‖WH‖².
        squares = np.sum(stored_entries(X) ** 2)
        crossed = np.sum(W * (X @ H.T))
        return float((squares - 2 * crossed + np.sum((W.T @ W) * (H @ H.T))) / 2)
    rows, columns = X.nonzero()
    values = X[rows, columns] if isinstance(X, np.ndarray) else X.data
    approximation = _entries_of_product(W, H, rows, columns)
    total = W.sum(axis=0) @ H.sum(axis=1)
    return float(np.sum(values * np.log(values / approximation)) - values.sum() + total)


def _entries_of_product(
    W: Array, H: Array, rows: NDArray[np.int64], columns: NDArray[np.int64]
) -> Array:
    entries = np.zeros(len(rows))
    for w, h in zip(W.T, H, strict=True):
        entries += w[rows] * h[columns]
    return np.maximum(entries, _TINY)


def _update_squared(X: Matrix, W: Array, H: Array) -> None:
    W *= (X @ H.T) / np.maximum(W @ (H @ H.T), _TINY)


def _update_kl(X: Matrix, W: Array, H: Array) -> None:
    if isinstance(X, np.ndarray):
        ratios: Matrix = X / np.maximum(W @ H, _TINY)
    else:
        rows, columns = X.nonzero()
        ratios = sparse.csr_array(
            (X.data / _entries_of_product(W, H, rows, columns), X.indices, X.indptr), shape=X.shape
        )
    W *= (ratios @ H.T) / np.maximum(H.sum(axis=1), _TINY)


def _check_non_negative(X: ArrayLike | sparse.sparray) -> Matrix:
    X = check_finite_matrix(X, "X")
    if not isinstance(X, np.ndarray):
        X = X.copy()
        X.sum_duplicates()
        X.eliminate_zeros()
    entries = stored_entries(X)
    if not np.any(entries):
        raise ValueError("X is all zero; there is nothing to factorize.")
    if np.any(entries < 0):
        raise ValueError(f"X has negative entries, down to {entries.min()}; NMF needs counts.")
    return X
