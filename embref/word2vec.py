"""Skip-gram: the softmax model, negative sampling, and what they converge to.

Center vectors are the rows of ``W``, context vectors the rows of ``C``, both |V| × d. The score of
a pair is the dot product of its center and its context vector. Words are given by their rows.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import sparse

from embref.cooccurrence import as_counts, check_k
from embref.losses import cross_entropy_from_logits, log_sigmoid, log_softmax, softmax
from embref.networks import sigmoid

Array = NDArray[np.float64]


def _check_embeddings(W: ArrayLike, C: ArrayLike) -> tuple[Array, Array]:
    W, C = np.asarray(W, dtype=float), np.asarray(C, dtype=float)
    if W.ndim != 2 or C.ndim != 2 or W.shape[1] != C.shape[1]:
        raise ValueError(
            f"W has shape {W.shape} and C has shape {C.shape}; both need one word per row and "
            "the same number of columns."
        )
    return W, C


def _check_row(row: int, matrix: Array, name: str) -> int:
    if not isinstance(row, int | np.integer) or not 0 <= row < len(matrix):
        raise ValueError(
            f"{name} is {row!r}; give the row of a word, an integer from 0 to {len(matrix) - 1}."
        )
    return int(row)


def logits(W: ArrayLike, C: ArrayLike, center: int) -> Array:
    """Scores of one center word with every context word.

    Parameters
    ----------
    W, C : array-like of shape (n_words, d)
        Center and context vectors.
    center : int
        Row of the center word.

    Returns
    -------
    ndarray of shape (n_words,)

    Raises
    ------
    ValueError
        If the shapes do not fit or there is no such row.

    References
    ----------
    Mannheim sheet, question 4b.

    Examples
    --------
    >>> logits([[1, 0], [0, 2]], [[1, 1], [3, 5]], center=1).tolist()
    [2.0, 10.0]
    """
    W, C = _check_embeddings(W, C)
    return C @ W[_check_row(center, W, "center")]


def probabilities(W: ArrayLike, C: ArrayLike, center: int) -> Array:
    """Probability of every word as context of one center word, by the softmax.

    Parameters
    ----------
    W, C : array-like of shape (n_words, d)
        Center and context vectors.
    center : int
        Row of the center word.

    Returns
    -------
    ndarray of shape (n_words,)
        Non-negative, with sum one.

    Raises
    ------
    ValueError
        If the shapes do not fit or there is no such row.

    References
    ----------
    Mannheim sheet, question 3a.

    Examples
    --------
    >>> probabilities([[0, 0], [0, 2]], [[1, 1], [3, 5]], center=0).tolist()
    [0.5, 0.5]
    """
    return softmax(logits(W, C, center))


def cross_entropy_loss(W: ArrayLike, C: ArrayLike, center: int, context: int) -> float:
    r"""Loss of one positive pair, :math:`-w \cdot c + \ln \sum_{v \in V} \exp(w \cdot c_v)`.

    Parameters
    ----------
    W, C : array-like of shape (n_words, d)
        Center and context vectors.
    center, context : int
        Rows of the two words.

    Returns
    -------
    float
        In nats.

    Raises
    ------
    ValueError
        If the shapes do not fit or there is no such row.

    References
    ----------
    Mannheim sheet, question 4b.

    Examples
    --------
    >>> round(cross_entropy_loss([[0, 0], [0, 2]], [[1, 1], [3, 5]], 0, 1), 4)
    0.6931
    """
    W, C = _check_embeddings(W, C)
    return cross_entropy_from_logits(logits(W, C, center), _check_row(context, C, "context"))


def softmax_gradients(W: ArrayLike, C: ArrayLike, center: int, context: int) -> tuple[Array, Array]:
    r"""Gradients of :func:`cross_entropy_loss` with respect to all parameters.

    With :math:`p` the softmax and :math:`y` the one-hot vector of the context word,
    :math:`\partial L / \partial w = C^\top (p - y)` and
    :math:`\partial L / \partial C = (p - y) w^\top`. Only one row of the first gradient is not
    zero, but every row of the second.

    Parameters
    ----------
    W, C : array-like of shape (n_words, d)
        Center and context vectors.
    center, context : int
        Rows of the two words.

    Returns
    -------
    dW, dC : ndarray of shape (n_words, d)

    Raises
    ------
    ValueError
        If the shapes do not fit or there is no such row.

    References
    ----------
    Mannheim sheet, question 4c, which leaves out the row of the center word in C.

    Examples
    --------
    >>> dW, dC = softmax_gradients([[1, 0], [0, 2]], [[0, 1], [0, 1]], center=0, context=1)
    >>> dC[:, 0].tolist()
    [0.5, -0.5]
    """
    W, C = _check_embeddings(W, C)
    error = probabilities(W, C, center)
    error[_check_row(context, C, "context")] -= 1.0
    dW = np.zeros_like(W)
    dW[center] = C.T @ error
    return dW, np.outer(error, W[center])


def log_likelihood(W: ArrayLike, C: ArrayLike, pairs: Sequence[tuple[int, int]]) -> float:
    r"""Sum of :math:`\ln p(c \mid w)` over all pairs of a corpus.

    Parameters
    ----------
    W, C : array-like of shape (n_words, d)
        Center and context vectors.
    pairs : sequence of (int, int)
        Rows of center and context, one pair per training example.

    Returns
    -------
    float

    Raises
    ------
    ValueError
        If there is no pair, the shapes do not fit or there is no such row.

    Examples
    --------
    >>> round(log_likelihood([[0, 0], [0, 2]], [[1, 1], [3, 5]], [(0, 0), (0, 1)]), 4)
    -1.3863
    """
    W, C = _check_embeddings(W, C)
    if not len(pairs):
        raise ValueError("pairs is empty; give at least one (center, context) pair.")
    rows = [(_check_row(w, W, "center"), _check_row(c, C, "context")) for w, c in pairs]
    centers, contexts = np.array(rows).T
    used, position = np.unique(centers, return_inverse=True)
    return float(log_softmax(W[used] @ C.T)[position, contexts].sum())


def likelihood(W: ArrayLike, C: ArrayLike, pairs: Sequence[tuple[int, int]]) -> float:
    r"""Product of :math:`p(c \mid w)` over all pairs of a corpus.

    Parameters
    ----------
    W, C : array-like of shape (n_words, d)
        Center and context vectors.
    pairs : sequence of (int, int)
        Rows of center and context, one pair per training example.

    Returns
    -------
    float
        Underflows to zero on a corpus of any size: use :func:`log_likelihood` there.

    Raises
    ------
    ValueError
        If there is no pair, the shapes do not fit or there is no such row.

    References
    ----------
    Mannheim sheet, question 4a.

    Examples
    --------
    >>> round(likelihood([[0, 0], [0, 2]], [[1, 1], [3, 5]], [(0, 0), (0, 1)]), 4)
    0.25
    """
    return float(np.exp(log_likelihood(W, C, pairs)))


def negative_log_likelihood(
    W: ArrayLike, C: ArrayLike, pairs: Sequence[tuple[int, int]], n_tokens: int
) -> float:
    r"""Negative log-likelihood of a corpus per token, :math:`-\frac{1}{|T|} \ln L(\theta)`.

    Parameters
    ----------
    W, C : array-like of shape (n_words, d)
        Center and context vectors.
    pairs : sequence of (int, int)
        Rows of center and context, one pair per training example.
    n_tokens : int
        Length of the text, |T|. With ``len(pairs)`` in its place, the result is the mean
        cross-entropy of a pair.

    Returns
    -------
    float
        In nats.

    Raises
    ------
    ValueError
        If there is no pair, the shapes do not fit, there is no such row or ``n_tokens < 1``.

    References
    ----------
    Mikolov et al. (2013), equation 1; Mannheim sheet, question 4a.

    Examples
    --------
    >>> W, C, pairs = [[0, 0], [0, 2]], [[1, 1], [3, 5]], [(0, 0), (0, 1)]
    >>> round(negative_log_likelihood(W, C, pairs, n_tokens=2), 4)
    0.6931
    """
    if n_tokens < 1:
        raise ValueError(f"n_tokens is {n_tokens}; give the length of the text, at least 1.")
    return -log_likelihood(W, C, pairs) / n_tokens


def negative_sampling_objective(w: ArrayLike, c: ArrayLike, negatives: ArrayLike) -> float:
    r"""Objective of one pair, :math:`\ln\sigma(w \cdot c) + \sum_i \ln\sigma(-w \cdot c_i)`.

    Parameters
    ----------
    w : array-like of shape (d,)
        Center vector.
    c : array-like of shape (d,)
        Context vector of the positive pair.
    negatives : array-like of shape (k, d)
        Context vectors of the sampled negatives.

    Returns
    -------
    float
        To be maximized, at most zero; the loss is its negative.

    Raises
    ------
    ValueError
        If the shapes do not fit.

    References
    ----------
    Mikolov et al. (2013), equation 4; Mannheim sheet, equation 1, with the second sigmoid that
    is missing there.

    Examples
    --------
    >>> round(negative_sampling_objective([1, 0], [0, 1], [[0, 2], [0, 3]]), 4)
    -2.0794
    """
    w, c, negatives = (np.asarray(values, dtype=float) for values in (w, c, negatives))
    if w.ndim != 1 or w.shape != c.shape or negatives.shape[1:] != w.shape:
        raise ValueError(
            f"w has shape {w.shape}, c {c.shape} and negatives {negatives.shape}; expected "
            "(d,), (d,) and (k, d)."
        )
    return float(log_sigmoid(w @ c) + log_sigmoid(-negatives @ w).sum())


def expected_negative_sampling_objective(
    w: ArrayLike, c: ArrayLike, C: ArrayLike, noise: ArrayLike, k: int
) -> float:
    r"""Average :func:`negative_sampling_objective` over the draw of the negatives.

    .. math:: \ln\sigma(w \cdot c) + k \sum_{i \in V} P(i) \ln\sigma(-w \cdot c_i)

    Parameters
    ----------
    w : array-like of shape (d,)
        Center vector.
    c : array-like of shape (d,)
        Context vector of the positive pair.
    C : array-like of shape (n_words, d)
        All context vectors.
    noise : array-like of shape (n_words,)
        Distribution P from which negatives are drawn.
    k : int
        Number of negatives per pair.

    Returns
    -------
    float

    Raises
    ------
    ValueError
        If the shapes do not fit, ``noise`` is not a distribution or ``k`` is not a positive
        integer.

    References
    ----------
    Levy and Goldberg (2014), equation 3; Mannheim sheet, equations 2 and 3.

    Examples
    --------
    >>> C = [[0, 1], [0, 2]]
    >>> round(expected_negative_sampling_objective([1, 0], C[0], C, [0.5, 0.5], k=2), 4)
    -2.0794
    """
    C = np.asarray(C, dtype=float)
    noise = _check_noise(noise, len(C))
    log_noise_sigmoid = log_sigmoid(-C @ np.asarray(w, dtype=float))
    positive = negative_sampling_objective(w, c, np.empty((0, C.shape[1])))
    return float(positive + check_k(k) * noise @ log_noise_sigmoid)


def _check_noise(noise: ArrayLike, n_words: int) -> Array:
    noise = np.asarray(noise, dtype=float)
    if noise.shape != (n_words,):
        raise ValueError(
            f"noise has shape {noise.shape}; expected ({n_words},), one probability per word."
        )
    if np.any(noise < 0) or not np.isclose(noise.sum(), 1.0):
        raise ValueError(
            f"noise sums to {noise.sum():.6g}; a distribution is non-negative and sums to one. "
            "Divide counts by their sum."
        )
    return noise


def _coefficients(
    counts: ArrayLike | sparse.sparray, k: int, noise: ArrayLike | None
) -> tuple[Array, Array]:
    """Weights of ln σ(s) and of ln σ(-s) in the corpus objective, for each entry."""
    positive = as_counts(counts).toarray()
    if noise is None:
        noise = positive.sum(axis=0) / positive.sum()
    noise = _check_noise(noise, positive.shape[1])
    return positive, check_k(k) * np.outer(positive.sum(axis=1), noise)


def _check_scores(scores: ArrayLike, shape: tuple[int, ...]) -> Array:
    scores = np.asarray(scores, dtype=float)
    if scores.shape != shape:
        raise ValueError(f"scores have shape {scores.shape}; counts have shape {shape}.")
    return scores


def corpus_negative_sampling_objective(
    scores: ArrayLike,
    counts: ArrayLike | sparse.sparray,
    k: int,
    *,
    noise: ArrayLike | None = None,
) -> float:
    r"""Sum the expected negative-sampling objective over a corpus.

    .. math:: \sum_{w,c} \#(w,c) \Big(\ln\sigma(s_{wc}) + k \sum_i P(i) \ln\sigma(-s_{wi})\Big)
              = \sum_{w,c} \#(w,c) \ln\sigma(s_{wc}) + k\,\#(w)\,P(c) \ln\sigma(-s_{wc})

    Parameters
    ----------
    scores : array-like of shape (n_centers, n_contexts)
        All dot products, ``W @ C.T``.
    counts : array-like or sparse array of shape (n_centers, n_contexts)
        Counts of pairs.
    k : int
        Number of negatives per pair.
    noise : array-like of shape (n_contexts,), optional
        Distribution P of negatives; by default the share of each context word in the pairs.

    Returns
    -------
    float
        To be maximized, at most zero.

    Raises
    ------
    ValueError
        If the shapes do not fit, or ``k``, ``counts`` or ``noise`` is not valid.

    References
    ----------
    Levy and Goldberg (2014), equation 4; Mannheim sheet, equation 4.

    Examples
    --------
    >>> round(corpus_negative_sampling_objective([[0, 0]], [[1, 1]], k=1), 4)
    -2.7726
    """
    positive, negative = _coefficients(counts, k, noise)
    scores = _check_scores(scores, positive.shape)
    gained = _weighted(positive, log_sigmoid(scores))
    return float(np.sum(gained + _weighted(negative, log_sigmoid(-scores))))


def _weighted(weights: Array, values: Array) -> Array:
    """Multiply; a value without weight counts nothing, even an infinite one."""
    return weights * np.where(weights > 0, values, 0.0)


def corpus_negative_sampling_gradient(
    scores: ArrayLike,
    counts: ArrayLike | sparse.sparray,
    k: int,
    *,
    noise: ArrayLike | None = None,
) -> Array:
    r"""Gradient of :func:`corpus_negative_sampling_objective` with respect to the scores.

    .. math:: \#(w,c)\,\sigma(-s_{wc}) - k\,\#(w)\,P(c)\,\sigma(s_{wc})

    Parameters
    ----------
    scores : array-like of shape (n_centers, n_contexts)
        All dot products.
    counts : array-like or sparse array of shape (n_centers, n_contexts)
        Counts of pairs.
    k : int
        Number of negatives per pair.
    noise : array-like of shape (n_contexts,), optional
        Distribution P of negatives; by default the share of each context word in the pairs.

    Returns
    -------
    ndarray of shape (n_centers, n_contexts)

    Raises
    ------
    ValueError
        If the shapes do not fit, or ``k``, ``counts`` or ``noise`` is not valid.

    References
    ----------
    Mannheim sheet, question 5c.

    Examples
    --------
    >>> corpus_negative_sampling_gradient([[0, 0]], [[3, 1]], k=1).tolist()
    [[0.0, 0.0]]
    """
    positive, negative = _coefficients(counts, k, noise)
    scores = _check_scores(scores, positive.shape)
    return positive * sigmoid(-scores) - negative * sigmoid(scores)


def negative_sampling_optimum(
    counts: ArrayLike | sparse.sparray, k: int, *, noise: ArrayLike | None = None
) -> Array:
    r"""Scores that maximize the corpus objective, in closed form.

    .. math:: \ln\frac{\#(w,c)}{\#(w)\,P(c)} - \ln k = \mathrm{PMI}(w, c) - \ln k

    The last form holds for the default noise.

    Parameters
    ----------
    counts : array-like or sparse array of shape (n_centers, n_contexts)
        Counts of pairs.
    k : int
        Number of negatives per pair.
    noise : array-like of shape (n_contexts,), optional
        Distribution P of negatives; by default the share of each context word in the pairs.

    Returns
    -------
    ndarray of shape (n_centers, n_contexts)
        ``-inf`` for pairs that were never seen: there the objective grows without end as the
        score falls.

    Raises
    ------
    ValueError
        If ``k``, ``counts`` or ``noise`` is not valid, or a context that occurs has no noise.

    References
    ----------
    Levy and Goldberg (2014), section 3.1; Mannheim sheet, equation 5.

    Examples
    --------
    >>> negative_sampling_optimum([[1, 0], [0, 1]], k=2).round(4).tolist()
    [[0.0, -inf], [-inf, 0.0]]
    """
    positive, negative = _seen(*_coefficients(counts, k, noise))
    return np.log(positive / negative, where=positive > 0, out=np.full(positive.shape, -np.inf))


def _seen(positive: Array, negative: Array) -> tuple[Array, Array]:
    if np.any((positive > 0) & (negative == 0)):
        raise ValueError(
            "noise is zero for a context word that occurs in a pair, so that its best score is "
            "infinite; give every context word a positive probability."
        )
    return positive, np.where(positive > 0, negative, 1.0)


def fit_scores(
    counts: ArrayLike | sparse.sparray,
    k: int,
    *,
    noise: ArrayLike | None = None,
    tolerance: float = 1e-10,
    max_iterations: int = 100,
) -> Array:
    """Maximize the corpus objective over free scores with Newton's method, entry by entry.

    The scores are independent of each other, as they are when the dimension of the embeddings is
    not smaller than the vocabulary. From zero, Newton's method approaches each optimum from one
    side and cannot overshoot.

    Parameters
    ----------
    counts : array-like or sparse array of shape (n_centers, n_contexts)
        Counts of pairs.
    k : int
        Number of negatives per pair.
    noise : array-like of shape (n_contexts,), optional
        Distribution of negatives; by default the share of each context word in the pairs.
    tolerance : float
        Largest change of a score at which to stop.
    max_iterations : int
        Number of Newton steps allowed.

    Returns
    -------
    ndarray of shape (n_centers, n_contexts)
        ``-inf`` for pairs that were never seen, which have no finite optimum.

    Raises
    ------
    ValueError
        If ``k``, ``counts`` or ``noise`` is not valid, or a context that occurs has no noise.
    RuntimeError
        If the scores still change after ``max_iterations`` steps.

    Examples
    --------
    >>> counts = [[4, 1], [1, 2]]
    >>> bool(np.allclose(fit_scores(counts, k=5), negative_sampling_optimum(counts, k=5)))
    True
    """
    positive, negative = _seen(*_coefficients(counts, k, noise))
    seen = positive > 0
    scores = np.zeros(positive.shape)
    for _ in range(max_iterations):
        gradient = positive * sigmoid(-scores) - negative * sigmoid(scores)
        curvature = (positive + negative) * sigmoid(scores) * sigmoid(-scores)
        change = np.where(seen, gradient / curvature, 0.0)
        scores += change
        if np.abs(change).max() < tolerance:
            return np.where(seen, scores, -np.inf)
    raise RuntimeError(
        f"scores still change by {np.abs(change).max():.2g} after {max_iterations} steps; "
        "raise max_iterations or tolerance."
    )


def n_parameters(vocabulary_size: int, dimension: int) -> int:
    """Count the parameters of skip-gram: two vectors for every word.

    Parameters
    ----------
    vocabulary_size, dimension : int
        At least one each.

    Returns
    -------
    int

    Raises
    ------
    ValueError
        If a size is less than one.

    References
    ----------
    Mannheim sheet, question 3c.

    Examples
    --------
    >>> n_parameters(101_425, 300)
    60855000
    """
    if vocabulary_size < 1 or dimension < 1:
        raise ValueError(
            f"vocabulary_size is {vocabulary_size} and dimension is {dimension}; both must be at "
            "least 1."
        )
    return 2 * vocabulary_size * dimension


COMBINATIONS = ("first", "second", "sum", "average", "concatenation")


def combine_vectors(W: ArrayLike, C: ArrayLike, how: str = "first") -> Array:
    """Make one vector per word from its center and its context vector.

    Parameters
    ----------
    W, C : array-like of shape (n_words, d), or (d,) for a single word
        Center and context vectors.
    how : {"first", "second", "sum", "average", "concatenation"}
        ``first`` keeps the center vector, ``second`` the context vector.

    Returns
    -------
    ndarray of shape (n_words, d), or (n_words, 2 d) for the concatenation

    Raises
    ------
    ValueError
        If the shapes differ or ``how`` is unknown.

    References
    ----------
    Mannheim sheet, question 3d.

    Examples
    --------
    >>> combine_vectors([[1.0, 2.0]], [[3.0, 4.0]], how="concatenation").tolist()
    [[1.0, 2.0, 3.0, 4.0]]
    """
    W, C = np.asarray(W, dtype=float), np.asarray(C, dtype=float)
    if W.shape != C.shape:
        raise ValueError(f"W has shape {W.shape} and C has shape {C.shape}; they must agree.")
    match how:
        case "first":
            return W.copy()
        case "second":
            return C.copy()
        case "sum":
            return W + C
        case "average":
            return (W + C) / 2
        case "concatenation":
            return np.concatenate([W, C], axis=-1)
    raise ValueError(f"how is {how!r}; choose one of {', '.join(COMBINATIONS)}.")
