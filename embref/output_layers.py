"""Three output layers of word2vec in NumPy: softmax, hierarchical softmax, negative sampling.

The hidden layer of word2vec is a vector ``h`` per example: the center vector of a word in
skip-gram, the mean vector of a window in CBOW. An output layer scores it against rows of ``C`` and
says what the example costs and where the vectors should move. Examples are the rows of ``H``.
"""

from typing import NamedTuple, Protocol

import numpy as np
from numpy.typing import ArrayLike, NDArray

from embref.cooccurrence import check_k
from embref.huffman import huffman_tree
from embref.losses import log_sigmoid, log_softmax
from embref.networks import sigmoid
from embref.sampling import alias_table, noise_distribution

Array = NDArray[np.floating]
Rows = NDArray[np.int64]


class OutputGradients(NamedTuple):
    """Loss of a batch and its gradients.

    Attributes
    ----------
    loss : float
        Sum over the examples, in nats.
    grad_hidden : ndarray of shape (n_examples, d)
        Gradient with respect to the hidden vectors.
    rows : ndarray of int of shape (n_rows,)
        Rows of ``C`` that take part; a row may occur more than once, and its gradients add.
    grad_rows : ndarray of shape (n_rows, d)
        Gradient with respect to these rows.
    """

    loss: float
    grad_hidden: Array
    rows: Rows
    grad_rows: Array


class OutputLayer(Protocol):
    """What the training loop asks of an output layer."""

    n_rows: int

    def gradients(self, H: Array, targets: Rows, C: Array) -> OutputGradients:
        """Loss and gradients of a batch of (hidden vector, target word) examples."""


class SoftmaxOutput:
    r"""Cross-entropy over the whole vocabulary.

    .. math:: -h \cdot c_t + \ln \sum_{v \in V} \exp(h \cdot c_v)

    Parameters
    ----------
    n_words : int
        Size of the vocabulary, and number of rows of ``C``.

    References
    ----------
    Mikolov et al. (2013), equation 2; Mannheim sheet, questions 4b and 4c.

    Examples
    --------
    >>> H, C = np.array([[1.0, 0.0]]), np.zeros((4, 2))
    >>> round(SoftmaxOutput(4).gradients(H, np.array([2]), C).loss, 4)
    1.3863
    """

    def __init__(self, n_words: int) -> None:
        self.n_rows = n_words

    def gradients(self, H: Array, targets: Rows, C: Array) -> OutputGradients:
        """Loss and gradients of a batch.

        Parameters
        ----------
        H : ndarray of shape (n_examples, d)
        targets : ndarray of int of shape (n_examples,)
        C : ndarray of shape (n_words, d)

        Returns
        -------
        OutputGradients
        """
        log_p = log_softmax(H @ C.T)
        examples = np.arange(len(targets))
        error = np.exp(log_p)
        error[examples, targets] -= 1.0
        loss = -log_p[examples, targets].sum()
        return OutputGradients(float(loss), error @ C, np.arange(len(C)), error.T @ H)


class HierarchicalSoftmaxOutput:
    r"""A binary decision at every node on the path to the target.

    .. math:: -\sum_{n \in \mathrm{path}(t)} \ln\sigma(\pm h \cdot c_n)

    Row ``n`` of ``C`` belongs to inner node ``n`` of the Huffman tree; the sign is positive where
    the path turns right (code 0). The probabilities of all words add to one by construction.

    Parameters
    ----------
    counts : array-like of shape (n_words,)
        How often each word occurs; at least two words.

    References
    ----------
    Mikolov et al. (2013), equation 3.

    Examples
    --------
    >>> layer = HierarchicalSoftmaxOutput([10, 2, 1])
    >>> H, C = np.array([[1.0, 0.0]]), np.zeros((layer.n_rows, 2))
    >>> round(layer.gradients(H, np.array([1]), C).loss, 4)
    1.3863
    """

    def __init__(self, counts: ArrayLike) -> None:
        self.tree = huffman_tree(counts)
        self.n_rows = len(self.tree.lengths) - 1

    def gradients(self, H: Array, targets: Rows, C: Array) -> OutputGradients:
        """Loss and gradients of a batch.

        Parameters
        ----------
        H : ndarray of shape (n_examples, d)
        targets : ndarray of int of shape (n_examples,)
        C : ndarray of shape (n_words - 1, d)

        Returns
        -------
        OutputGradients
        """
        on_path = np.arange(self.tree.nodes.shape[1]) < self.tree.lengths[targets, None]
        examples, steps = np.nonzero(on_path)
        rows = self.tree.nodes[targets[examples], steps].astype(np.int64)
        sign = 1.0 - 2.0 * self.tree.codes[targets[examples], steps]
        scores = sign * np.einsum("nd,nd->n", H[examples], C[rows])
        error = -(sign * sigmoid(-scores))[:, None]
        dH = np.zeros_like(H)
        np.add.at(dH, examples, error * C[rows])
        return OutputGradients(float(-log_sigmoid(scores).sum()), dH, rows, error * H[examples])

    def probabilities(self, h: ArrayLike, C: ArrayLike) -> Array:
        """Probability of every word.

        Parameters
        ----------
        h : array-like of shape (d,)
        C : array-like of shape (n_words - 1, d)

        Returns
        -------
        ndarray of shape (n_words,)

        Examples
        --------
        >>> layer = HierarchicalSoftmaxOutput([10, 2, 1])
        >>> layer.probabilities([1.0], [[0.0], [0.0]]).tolist()
        [0.5, 0.25, 0.25]
        """
        h, C = np.asarray(h, dtype=float), np.asarray(C, dtype=float)
        words = range(len(self.tree.lengths))
        return np.exp([-self.gradients(h[None], np.array([word]), C).loss for word in words])


class NegativeSamplingOutput:
    r"""The target against words drawn from the noise.

    .. math:: -\ln\sigma(h \cdot c_t) - k\,E_{i \sim P} \ln\sigma(-h \cdot c_i)

    The negatives are drawn once for the batch and shared by its examples, so that their scores
    are one matrix product; each counts ``k / n_shared`` times. This leaves the expected gradient
    of k negatives per example as it is. A negative may happen to be the target: the optimum
    PMI − ln k needs these draws.

    Parameters
    ----------
    counts : array-like of shape (n_words,)
        How often each word occurs.
    k : int
        Number of negatives per example.
    noise_exponent : float
        Power of the counts in the noise distribution.
    n_shared : int
        Number of negatives drawn for a batch.
    random_state : int
        Seed.

    Raises
    ------
    ValueError
        If ``k`` or ``n_shared`` is not a positive integer or ``counts`` is not valid.

    References
    ----------
    Mikolov et al. (2013), equation 4; Ji et al. (2016), Parallelizing word2vec in shared and
    distributed memory (arXiv 1604.04661), for the shared negatives.

    Examples
    --------
    >>> layer = NegativeSamplingOutput([3, 2, 1], k=5)
    >>> H, C = np.array([[1.0, 0.0]]), np.zeros((3, 2))
    >>> round(layer.gradients(H, np.array([1]), C).loss, 4)
    4.1589
    """

    def __init__(
        self,
        counts: ArrayLike,
        k: int = 5,
        *,
        noise_exponent: float = 0.75,
        n_shared: int = 64,
        random_state: int = 0,
    ) -> None:
        self.k, self.n_shared = check_k(k), check_k(n_shared)
        self.noise = noise_distribution(counts, noise_exponent)
        self.n_rows = len(self.noise)
        self._threshold, self._alias = alias_table(self.noise)
        self._rng = np.random.default_rng(random_state)

    def draw(self, n: int) -> Rows:
        """Draw words from the noise.

        Parameters
        ----------
        n : int

        Returns
        -------
        ndarray of int of shape (n,)
        """
        cells = self._rng.integers(self.n_rows, size=n)
        return np.where(self._rng.random(n) < self._threshold[cells], cells, self._alias[cells])

    def gradients(self, H: Array, targets: Rows, C: Array) -> OutputGradients:
        """Loss and gradients of a batch, with newly drawn negatives.

        Parameters
        ----------
        H : ndarray of shape (n_examples, d)
        targets : ndarray of int of shape (n_examples,)
        C : ndarray of shape (n_words, d)

        Returns
        -------
        OutputGradients
        """
        negatives, weight = self.draw(self.n_shared), self.k / self.n_shared
        positive = log_sigmoid(np.einsum("nd,nd->n", H, C[targets]))
        negative = log_sigmoid(-(H @ C[negatives].T))  # (n_examples, n_shared)
        positive_error = np.expm1(positive)[:, None]
        negative_error = -weight * np.expm1(negative)
        return OutputGradients(
            loss=float(-positive.sum() - weight * negative.sum()),
            grad_hidden=positive_error * C[targets] + negative_error @ C[negatives],
            rows=np.concatenate([targets, negatives]),
            grad_rows=np.concatenate([positive_error * H, negative_error.T @ H]),
        )
