"""Co-occurrence counts and the association measures built on them.

In a matrix of counts, rows are center words and columns context words. The marginals that
pointwise mutual information needs are the row and column sums of this matrix, so that #(w) counts
*pairs* with center w, and |D| is the number of all pairs.
"""

from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import sparse

from embref.corpus import SENTENCE_END, encode_corpus
from embref.text import Vocabulary

Array = NDArray[np.float64]


def pair_counts(pairs: Iterable[tuple[str, str]], vocabulary: Vocabulary) -> sparse.csr_array:
    """Count how often each (center, context) pair occurs.

    Parameters
    ----------
    pairs : iterable of (str, str)
    vocabulary : Vocabulary
        Gives the row of a center word and the column of a context word.

    Returns
    -------
    scipy.sparse.csr_array of int of shape (n_words, n_words)

    Raises
    ------
    KeyError
        If a word is not in the vocabulary.

    Examples
    --------
    >>> from embref.text import skip_gram_pairs
    >>> tokens = ["a", "b", "a"]
    >>> pair_counts(skip_gram_pairs(tokens, 1), Vocabulary(tokens)).toarray().tolist()
    [[0, 2], [2, 0]]
    """
    encoded = [(vocabulary.index(w), vocabulary.index(c)) for w, c in pairs]
    rows, columns = np.array(encoded, dtype=np.int64).reshape(-1, 2).T
    shape = (len(vocabulary), len(vocabulary))
    counts = sparse.coo_array((np.ones(len(rows), dtype=np.int64), (rows, columns)), shape=shape)
    return counts.tocsr()


def window_counts(
    sentences: Iterable[Sequence[str]],
    vocabulary: Vocabulary,
    window: int = 5,
    *,
    weighting: str = "uniform",
) -> sparse.csr_array:
    r"""Count the pairs within a window over a corpus of any size, weighted by their distance.

    With uniform weights these are the counts of :func:`pair_counts` over the pairs of
    :func:`embref.text.skip_gram_pairs`, one array operation for each distance instead of a loop
    over tokens.

    Parameters
    ----------
    sentences : iterable of sequences of str
        A window does not reach beyond its sentence. Words that the vocabulary lacks are dropped
        first, so that their neighbors become adjacent, as in word2vec.
    vocabulary : Vocabulary
    window : int
        Number of words taken on *each* side of the center.
    weighting : {"uniform", "linear", "harmonic"}
        Weight of a pair at distance r: 1, or :math:`(L - r + 1) / L` for a window L (the mean of
        word2vec, which draws the window from 1 to L), or :math:`1 / r` (GloVe).

    Returns
    -------
    scipy.sparse.csr_array of shape (n_words, n_words)
        Symmetric.

    Raises
    ------
    ValueError
        If ``window`` is less than one, ``weighting`` is unknown, or no word of the corpus is in
        the vocabulary.

    References
    ----------
    Mikolov et al. (2013a), section 3.2; Pennington, Socher and Manning (2014), section 4.2.

    Examples
    --------
    >>> sentence = ["a", "b", "c"]
    >>> counts = window_counts([sentence], Vocabulary(sentence), 2, weighting="harmonic")
    >>> counts.toarray().tolist()
    [[0.0, 1.0, 0.5], [1.0, 0.0, 1.0], [0.5, 1.0, 0.0]]
    """
    if window < 1:
        raise ValueError(f"window is {window}; it must be at least 1 word on each side.")
    weights = _distance_weights(window, weighting)
    ids = np.asarray(encode_corpus(sentences, vocabulary))
    sentence = np.cumsum(ids == SENTENCE_END, dtype=np.int32)
    shape = (len(vocabulary), len(vocabulary))
    # The first word of a pair in rows, by number, halves the memory until the end.
    upper = sparse.csr_array(shape, dtype=float)
    for distance, weight in zip(range(1, window + 1), weights, strict=True):
        left, right = ids[:-distance], ids[distance:]
        pairs = (sentence[:-distance] == sentence[distance:]) & (left != SENTENCE_END)
        rows = np.minimum(left[pairs], right[pairs])
        columns = np.maximum(left[pairs], right[pairs])
        entries = (np.full(len(rows), weight), (rows, columns))
        upper = upper + sparse.coo_array(entries, shape=shape).tocsr()
    return (upper + upper.T).tocsr()


def _distance_weights(window: int, weighting: str) -> Array:
    distances = np.arange(1, window + 1)
    weights = {
        "uniform": np.ones(window),
        "linear": (window - distances + 1) / window,
        "harmonic": 1 / distances,
    }
    if weighting not in weights:
        raise ValueError(f"weighting is {weighting!r}; choose one of {', '.join(weights)}.")
    return weights[weighting]


def pmi(counts: ArrayLike | sparse.sparray) -> Array:
    r"""Pointwise mutual information, :math:`\ln \frac{\#(w,c)\,|D|}{\#(w)\,\#(c)}`.

    Parameters
    ----------
    counts : array-like or sparse array of shape (n_centers, n_contexts)
        Counts of pairs, non-negative.

    Returns
    -------
    ndarray of shape (n_centers, n_contexts)
        In nats. Dense even for sparse counts, because a pair that was never seen has the value
        ``-inf``; so has every pair of a word without any.

    Raises
    ------
    ValueError
        If the counts are not a matrix of finite, non-negative numbers with a positive sum.

    References
    ----------
    Church and Hanks (1990); Mannheim sheet, question 5c, with the number of pairs |D| where the
    sheet prints the size of the vocabulary.

    Examples
    --------
    >>> pmi([[1, 0], [0, 1]]).round(4).tolist()
    [[0.6931, -inf], [-inf, 0.6931]]
    """
    rows, columns, values, shape = _pmi_of_seen_pairs(counts)
    matrix = np.full(shape, -np.inf)
    matrix[rows, columns] = values
    return matrix


def shifted_pmi(counts: ArrayLike | sparse.sparray, k: int) -> Array:
    r"""Pointwise mutual information minus :math:`\ln k`.

    Parameters
    ----------
    counts : array-like or sparse array of shape (n_centers, n_contexts)
        Counts of pairs, non-negative.
    k : int
        Number of negatives per pair, at least one.

    Returns
    -------
    ndarray of shape (n_centers, n_contexts)
        ``-inf`` for pairs that were never seen.

    Raises
    ------
    ValueError
        If ``k`` is not a positive integer, or the counts are not valid.

    References
    ----------
    Levy and Goldberg (2014), equation 7; Mannheim sheet, question 5c.

    Examples
    --------
    >>> shifted_pmi([[1, 0], [0, 1]], k=2).round(4).tolist()
    [[0.0, -inf], [-inf, 0.0]]
    """
    return pmi(counts) - np.log(check_k(k))


def positive_pmi(counts: ArrayLike | sparse.sparray) -> Array | sparse.csr_array:
    r"""Positive pointwise mutual information, :math:`\max(\mathrm{PMI}, 0)`.

    Parameters
    ----------
    counts : array-like or sparse array of shape (n_centers, n_contexts)
        Counts of pairs, non-negative.

    Returns
    -------
    ndarray, or scipy.sparse.csr_array for sparse counts
        Shape (n_centers, n_contexts); zero for pairs that were never seen.

    Raises
    ------
    ValueError
        If the counts are not valid.

    References
    ----------
    Levy and Goldberg (2014), equation 9.

    Examples
    --------
    >>> positive_pmi([[2, 1], [1, 0]]).round(4).tolist()
    [[0.0, 0.2877], [0.2877, 0.0]]
    """
    return shifted_ppmi(counts, k=1)


def shifted_ppmi(
    counts: ArrayLike | sparse.sparray, k: int, *, context_exponent: float = 1.0
) -> Array | sparse.csr_array:
    r"""Shifted positive pointwise mutual information, :math:`\max(\mathrm{PMI} - \ln k, 0)`.

    Parameters
    ----------
    counts : array-like or sparse array of shape (n_centers, n_contexts)
        Counts of pairs, non-negative.
    k : int
        Number of negatives per pair, at least one.
    context_exponent : float
        Power in (0, 1] to which the counts of contexts are raised before they are normalized.
        With 0.75, as in the noise of word2vec, rare contexts no longer get the largest values.

    Returns
    -------
    ndarray, or scipy.sparse.csr_array for sparse counts
        Shape (n_centers, n_contexts); zero for pairs that were never seen.

    Raises
    ------
    ValueError
        If ``k`` is not a positive integer, ``context_exponent`` is out of range, or the counts
        are not valid.

    References
    ----------
    Levy and Goldberg (2014), equation 10; Levy, Goldberg and Dagan (2015), equation 3, for the
    exponent.

    Examples
    --------
    >>> shifted_ppmi([[4, 0, 0], [0, 1, 0], [0, 0, 1]], k=2).round(4).tolist()
    [[0.0, 0.0, 0.0], [0.0, 1.0986, 0.0], [0.0, 0.0, 1.0986]]
    """
    shift = np.log(check_k(k))
    if not 0 < context_exponent <= 1:
        raise ValueError(f"context_exponent is {context_exponent}; it must lie in (0, 1].")
    rows, columns, values, shape = _pmi_of_seen_pairs(counts, context_exponent)
    keep = values > shift
    entries = (values[keep] - shift, (rows[keep], columns[keep]))
    matrix = sparse.coo_array(entries, shape=shape).tocsr()
    return matrix if sparse.issparse(counts) else matrix.toarray()


def check_k(k: int) -> int:
    """Return ``k`` if it can be a number of negatives.

    Parameters
    ----------
    k : int

    Returns
    -------
    int

    Raises
    ------
    ValueError
        If ``k`` is not a positive integer.

    Examples
    --------
    >>> check_k(5)
    5
    """
    if isinstance(k, bool) or not isinstance(k, int | np.integer) or k < 1:
        raise ValueError(f"k is {k!r}; the number of negatives must be a positive integer.")
    return int(k)


def as_counts(counts: ArrayLike | sparse.sparray) -> sparse.coo_array:
    """Return counts as a sparse matrix of floats, duplicates summed and zeros dropped.

    Parameters
    ----------
    counts : array-like or sparse array of shape (n_centers, n_contexts)

    Returns
    -------
    scipy.sparse.coo_array

    Raises
    ------
    ValueError
        If the counts are not a matrix of finite, non-negative numbers with a positive sum.

    Examples
    --------
    >>> as_counts([[2, 0], [0, 1]]).nnz
    2
    """
    shape = np.shape(counts)
    if len(shape) != 2:
        raise ValueError(f"counts have shape {shape}; expected (n_centers, n_contexts).")
    matrix = sparse.csr_array(counts, dtype=float, copy=True)
    matrix.sum_duplicates()
    matrix.eliminate_zeros()
    if not np.all(np.isfinite(matrix.data)) or np.any(matrix.data < 0):
        raise ValueError("counts must be finite and non-negative; give numbers of pairs.")
    if not matrix.nnz:
        raise ValueError("all counts are zero; give at least one pair.")
    return matrix.tocoo(copy=False)


def _pmi_of_seen_pairs(
    counts: ArrayLike | sparse.sparray, context_exponent: float = 1.0
) -> tuple[NDArray[np.int64], NDArray[np.int64], Array, tuple[int, ...]]:
    matrix = as_counts(counts)
    rows, columns = matrix.coords
    n_centers, n_contexts = matrix.sum(axis=1), matrix.sum(axis=0)
    # With the exponent 1 the two totals are the same number of pairs.
    noise = np.sum(n_contexts**context_exponent)
    log_centers, log_contexts = (
        np.log(marginal, out=np.zeros_like(marginal), where=marginal > 0)
        for marginal in (n_centers, n_contexts)
    )
    values = np.log(matrix.data)
    values += np.log(noise)
    values -= log_centers[rows]
    values -= (context_exponent * log_contexts)[columns]
    return rows, columns, values, matrix.shape
