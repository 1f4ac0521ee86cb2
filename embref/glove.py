"""GloVe: weighted least squares on the logarithms of co-occurrence counts."""

from concurrent.futures import ThreadPoolExecutor
from typing import NamedTuple, Self

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import sparse

from embref.cooccurrence import as_counts

Array = NDArray[np.floating]
Entries = tuple[NDArray[np.int32], NDArray[np.int32], Array, Array]

_ENTRIES_PER_CHUNK = 100_000


def glove_weights(counts: ArrayLike, x_max: float = 100.0, alpha: float = 0.75) -> Array:
    r"""Weight of a pair in the objective, :math:`f(x) = \min(1, (x / x_{\max})^\alpha)`.

    Parameters
    ----------
    counts : array-like of any shape
        Counts of pairs, non-negative.
    x_max : float
        Count from which the weight is one.
    alpha : float

    Returns
    -------
    ndarray of the shape of ``counts``
        In [0, 1]; zero for pairs that were never seen.

    Raises
    ------
    ValueError
        If a count is negative or ``x_max`` or ``alpha`` is not positive.

    References
    ----------
    Pennington, Socher and Manning (2014), equation 9.

    Examples
    --------
    >>> glove_weights([0, 1, 16, 200], x_max=16).tolist()
    [0.0, 0.125, 1.0, 1.0]
    """
    counts = np.asarray(counts, dtype=float)
    if np.any(counts < 0):
        raise ValueError("counts must be non-negative.")
    if not (x_max > 0 and alpha > 0):
        raise ValueError(f"x_max is {x_max} and alpha is {alpha}; both must be positive.")
    return np.minimum(1.0, counts / x_max) ** alpha


class GloveGradients(NamedTuple):
    """Loss and its gradients with respect to W, C and the two biases."""

    loss: float
    center: Array
    context: Array
    center_bias: Array
    context_bias: Array


def glove_gradients(
    W: ArrayLike,
    C: ArrayLike,
    bias_W: ArrayLike,
    bias_C: ArrayLike,
    counts: ArrayLike | sparse.sparray,
    *,
    x_max: float = 100.0,
    alpha: float = 0.75,
) -> GloveGradients:
    r"""Objective of GloVe over all pairs that were seen, and its gradients.

    .. math:: J = \frac12 \sum_{x_{ij} > 0} f(x_{ij})
              \left(w_i \cdot c_j + b_i + \tilde b_j - \ln x_{ij}\right)^2

    Parameters
    ----------
    W, C : array-like of shape (n_words, d)
        Center and context vectors.
    bias_W, bias_C : array-like of shape (n_words,)
    counts : array-like or sparse array of shape (n_words, n_words)
        Co-occurrence counts x.
    x_max, alpha : float
        Parameters of the weighting function f.

    Returns
    -------
    GloveGradients

    Raises
    ------
    ValueError
        If shapes do not fit or ``counts`` are not valid.

    Notes
    -----
    The factor 1/2 is that of Kim's slide and of the published program; equation 8 of the paper
    has none.

    References
    ----------
    Pennington, Socher and Manning (2014), equation 8; Kim, slide "GloVe".

    Examples
    --------
    >>> ones, zeros = np.ones((2, 1)), np.zeros(2)
    >>> glove_gradients(ones, ones, zeros, zeros, [[1, 0], [0, 1]], x_max=1).loss
    1.0
    """
    W, C, bias_W, bias_C = (np.asarray(v, dtype=float) for v in (W, C, bias_W, bias_C))
    entries = as_counts(counts)
    shapes = {"W": W.shape[:1], "C": C.shape[:1], "bias_W": bias_W.shape, "bias_C": bias_C.shape}
    expected = [entries.shape[:1], entries.shape[1:]] * 2
    if list(shapes.values()) != expected or W.shape[1:] != C.shape[1:]:
        raise ValueError(
            f"W, C, bias_W and bias_C have shapes {W.shape}, {C.shape}, {bias_W.shape} and "
            f"{bias_C.shape}, which do not fit counts of shape {entries.shape}."
        )
    i, j = entries.coords
    error = np.einsum("nd,nd->n", W[i], C[j]) + bias_W[i] + bias_C[j] - np.log(entries.data)
    weighted = glove_weights(entries.data, x_max, alpha) * error
    G = sparse.coo_array((weighted, (i, j)), shape=entries.shape).tocsr()
    loss = float(weighted @ error / 2)
    return GloveGradients(loss, G @ C, G.T @ W, G.sum(axis=1), G.sum(axis=0))


class GloVe:
    """Global vectors, fitted to co-occurrence counts by AdaGrad.

    Parameters
    ----------
    dimension : int
        Length d of the vectors.
    x_max, alpha : float
        Parameters of the weighting function. The paper took ``x_max=100`` for corpora of billions
        of words; 10 suits some millions.
    epochs : int
        Passes over the pairs that were seen.
    learning_rate : float
    compiled : bool
        Whether to step on one pair after the other in random order, compiled, as the published
        program does; or on all pairs at once in NumPy, which takes more epochs.
    workers : int
        Threads of the compiled loop, which write without a lock: only a single worker makes a run
        repeatable.
    random_state : int
        Seed.

    Attributes
    ----------
    W_, C_ : ndarray of float32 of shape (n_words, d)
        Center and context vectors.
    bias_W_, bias_C_ : ndarray of float32 of shape (n_words,)
    embedding_ : ndarray of float32 of shape (n_words, d)
        The sum of both vectors of a word, which the paper recommends.
    loss_ : list of float
        Objective of each epoch divided by the number of pairs that were seen.

    References
    ----------
    Pennington, Socher and Manning (2014), GloVe: Global vectors for word representation; Duchi,
    Hazan and Singer (2011) for AdaGrad.

    Examples
    --------
    >>> from embref.cooccurrence import window_counts
    >>> from embref.corpus import build_vocabulary
    >>> sentences = [["salt", "pepper", "soup"], ["sun", "moon", "sky"]] * 200
    >>> vocabulary = build_vocabulary(sentences)
    >>> counts = window_counts(sentences, vocabulary, 5, weighting="harmonic")
    >>> model = GloVe(4, x_max=10, learning_rate=0.5, compiled=False).fit(counts)
    >>> model.loss_[-1] < 0.1 * model.loss_[0]
    True
    """

    def __init__(
        self,
        dimension: int = 100,
        *,
        x_max: float = 100.0,
        alpha: float = 0.75,
        epochs: int = 25,
        learning_rate: float = 0.05,
        compiled: bool = True,
        workers: int = 1,
        random_state: int = 0,
    ) -> None:
        self.dimension = dimension
        self.x_max = x_max
        self.alpha = alpha
        self.epochs = epochs
        self.learning_rate = learning_rate
        self.compiled = compiled
        self.workers = workers
        self.random_state = random_state

    def fit(self, counts: ArrayLike | sparse.sparray) -> Self:
        """Fit vectors to counts.

        Parameters
        ----------
        counts : array-like or sparse array of shape (n_words, n_words)
            For example those of :func:`embref.cooccurrence.window_counts` with harmonic weights.

        Returns
        -------
        self

        Raises
        ------
        ValueError
            If a parameter is out of range, the counts are not a square matrix of finite,
            non-negative numbers with a positive sum, or the training diverges.
        """
        self._check_parameters()
        entries = as_counts(counts)
        if entries.shape[0] != entries.shape[1]:
            raise ValueError(f"counts have shape {entries.shape}; expected (n_words, n_words).")
        rng = np.random.default_rng(self.random_state)
        d = self.dimension
        # The last column holds the biases, so that one rule of AdaGrad serves all.
        W, C = ((rng.random((entries.shape[0], d + 1)) - 0.5) / d for _ in range(2))
        W, C = W.astype(np.float32), C.astype(np.float32)
        train = self._compiled_epochs if self.compiled else self._numpy_epochs
        self.loss_ = train(entries, W, C, rng)
        if not (np.isfinite(W).all() and np.isfinite(C).all()):
            raise ValueError(
                f"the vectors grew beyond all bounds; lower learning_rate, {self.learning_rate}."
            )
        self.W_, self.C_ = W[:, :-1].copy(), C[:, :-1].copy()
        self.bias_W_, self.bias_C_ = W[:, -1].copy(), C[:, -1].copy()
        self.embedding_ = self.W_ + self.C_
        return self

    def _check_parameters(self) -> None:
        for name in ("dimension", "epochs", "workers"):
            if getattr(self, name) < 1:
                raise ValueError(f"{name} is {getattr(self, name)}; it must be at least 1.")
        if not self.learning_rate > 0:
            raise ValueError(f"learning_rate is {self.learning_rate}; it must be positive.")

    def _numpy_epochs(
        self, entries: sparse.coo_array, W: Array, C: Array, rng: np.random.Generator
    ) -> list[float]:
        squares_W, squares_C = np.ones_like(W), np.ones_like(C)
        losses = []
        for _ in range(self.epochs):
            loss, dW, dC, db, dc = glove_gradients(
                W[:, :-1],
                C[:, :-1],
                W[:, -1],
                C[:, -1],
                entries,
                x_max=self.x_max,
                alpha=self.alpha,
            )
            adagrad_step(W, np.column_stack([dW, db]), squares_W, self.learning_rate)
            adagrad_step(C, np.column_stack([dC, dc]), squares_C, self.learning_rate)
            losses.append(loss / entries.nnz)
        return losses

    def _compiled_epochs(
        self, entries: sparse.coo_array, W: Array, C: Array, rng: np.random.Generator
    ) -> list[float]:
        from embref.compiled import train_glove

        columns = self._shuffled(entries, rng)
        squares = np.ones_like(W), np.ones_like(C)

        def run(start: int) -> float:
            chunk = (column[start : start + _ENTRIES_PER_CHUNK] for column in columns)
            return train_glove(*chunk, W, C, *squares, self.learning_rate)

        starts = np.arange(0, entries.nnz, _ENTRIES_PER_CHUNK)
        with ThreadPoolExecutor(self.workers) as pool:
            return [
                sum(pool.map(run, rng.permutation(starts))) / entries.nnz
                for _ in range(self.epochs)
            ]

    def _shuffled(self, entries: sparse.coo_array, rng: np.random.Generator) -> Entries:
        order = rng.permutation(entries.nnz)
        centers, contexts = (rows[order].astype(np.int32) for rows in entries.coords)
        x = entries.data[order]
        weights = glove_weights(x, self.x_max, self.alpha)
        return centers, contexts, np.log(x).astype(np.float32), weights.astype(np.float32)


def adagrad_step(parameters: Array, gradient: Array, squares: Array, learning_rate: float) -> None:
    r"""Step with a learning rate of its own for each parameter, in place.

    .. math:: s \leftarrow s + g^2, \qquad \theta \leftarrow \theta - \eta\, g / \sqrt{s}

    Parameters
    ----------
    parameters : ndarray of any shape
    gradient : ndarray of the same shape
    squares : ndarray of the same shape
        Sums s of squared gradients so far, positive; GloVe starts them at one.
    learning_rate : float
        :math:`\eta`.

    References
    ----------
    Duchi, Hazan and Singer (2011).

    Examples
    --------
    >>> theta, squares = np.array([1.0]), np.array([7.0])
    >>> adagrad_step(theta, np.array([3.0]), squares, learning_rate=0.4)
    >>> theta.round(4).tolist(), squares.tolist()
    ([0.7], [16.0])
    """
    squares += gradient**2
    parameters -= learning_rate * gradient / np.sqrt(squares)
