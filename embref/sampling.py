"""Which words are trained on, and which serve as negatives: subsampling and the noise."""

import numpy as np
from numpy.typing import ArrayLike, NDArray

Array = NDArray[np.float64]


def _check_word_counts(counts: ArrayLike) -> Array:
    counts = np.asarray(counts, dtype=float)
    if counts.ndim != 1 or not len(counts):
        raise ValueError(f"counts have shape {counts.shape}; expected (n_words,), not empty.")
    if not np.all(np.isfinite(counts)) or np.any(counts < 0) or not counts.sum() > 0:
        raise ValueError("counts must be finite and non-negative, with a positive sum.")
    return counts


def noise_distribution(counts: ArrayLike, exponent: float = 0.75) -> Array:
    r"""Distribution of the negatives, :math:`P(w) \propto \#(w)^\alpha`.

    Parameters
    ----------
    counts : array-like of shape (n_words,)
        How often each word occurs.
    exponent : float
        1 gives the unigram distribution, 0 the uniform one over the words that occur. The value
        0.75 of word2vec lies between them: rare words are drawn more often than they occur.

    Returns
    -------
    ndarray of shape (n_words,)
        Non-negative, with sum one.

    Raises
    ------
    ValueError
        If ``counts`` is not a vector of finite, non-negative numbers with a positive sum.

    References
    ----------
    Mikolov et al. (2013), Distributed representations of words and phrases, section 2.2.

    Examples
    --------
    >>> noise_distribution([16, 1]).round(4).tolist()
    [0.8889, 0.1111]
    """
    counts = _check_word_counts(counts)
    weights = np.power(counts, exponent, where=counts > 0, out=np.zeros_like(counts))
    return weights / weights.sum()


def keep_probabilities(counts: ArrayLike, sample: float = 1e-3) -> Array:
    r"""Probability that an occurrence of a word survives subsampling.

    .. math:: \min\left(1, \sqrt{t / f} + t / f\right)

    where :math:`f` is the share of the word in the corpus and :math:`t` is ``sample``.

    Parameters
    ----------
    counts : array-like of shape (n_words,)
        How often each word occurs.
    sample : float
        Threshold t; words with a share up to about 2.6 t are always kept. Zero keeps every word.

    Returns
    -------
    ndarray of shape (n_words,)

    Raises
    ------
    ValueError
        If ``counts`` is not valid or ``sample`` is negative.

    Notes
    -----
    This is the formula of the word2vec program. The paper prints :math:`\sqrt{t / f}`, which
    drops more.

    References
    ----------
    Mikolov et al. (2013), Distributed representations of words and phrases, section 2.3.

    Examples
    --------
    >>> keep_probabilities([99, 1], sample=0.01).round(4).tolist()
    [0.1106, 1.0]
    """
    counts = _check_word_counts(counts)
    if sample < 0:
        raise ValueError(f"sample is {sample}; give a share such as 1e-3, or 0 to keep every word.")
    if sample == 0:
        return np.ones_like(counts)
    ratio = sample * counts.sum() / np.maximum(counts, 1e-300)
    return np.minimum(1.0, np.sqrt(ratio) + ratio)


def alias_table(probabilities: ArrayLike) -> tuple[NDArray[np.float32], NDArray[np.int32]]:
    """Table from which an outcome is drawn in constant time.

    Every cell of the table has the same probability and holds at most two outcomes: draw a cell
    ``i`` uniformly, then take ``i`` with probability ``threshold[i]`` and ``alias[i]`` otherwise.

    Parameters
    ----------
    probabilities : array-like of shape (n_outcomes,)
        Non-negative, with sum one.

    Returns
    -------
    threshold : ndarray of float32 of shape (n_outcomes,)
    alias : ndarray of int32 of shape (n_outcomes,)

    Raises
    ------
    ValueError
        If ``probabilities`` is not a distribution.

    References
    ----------
    Walker (1977), An efficient method for generating discrete random variables; Vose (1991).

    Examples
    --------
    >>> threshold, alias = alias_table([0.75, 0.25])
    >>> threshold.tolist(), alias.tolist()
    ([1.0, 0.5], [0, 0])
    """
    probabilities = _check_word_counts(probabilities)
    if not np.isclose(probabilities.sum(), 1.0):
        raise ValueError(f"probabilities sum to {probabilities.sum():.6g}; they must sum to one.")
    left = probabilities * len(probabilities)
    threshold, alias = np.ones(len(left), np.float32), np.arange(len(left), dtype=np.int32)
    small, large = list(np.flatnonzero(left < 1)), list(np.flatnonzero(left >= 1))
    while small and large:
        cell, donor = small.pop(), large[-1]
        threshold[cell], alias[cell] = left[cell], donor
        left[donor] -= 1.0 - left[cell]
        if left[donor] < 1:
            small.append(large.pop())
    return threshold, alias
