"""Measure embeddings: neighbors, word similarity, analogies, retrieval and reconstruction.

Functions that look words up take a matrix ``E`` with one row per word and the
:class:`embref.text.Vocabulary` that names the rows. Similarity is the cosine; a row of zeros has
similarity zero to everything.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from embref.text import Vocabulary

Array = NDArray[np.float64]

_BLOCK_ENTRIES = 2**23  # scores held at a time


def unit_rows(E: ArrayLike) -> Array:
    """Scale each row to length one; rows of zeros stay.

    Parameters
    ----------
    E : array-like of shape (n, d)

    Returns
    -------
    ndarray of shape (n, d)
        Of dtype float32 if ``E`` is, else float64.

    Raises
    ------
    ValueError
        If ``E`` is not a finite matrix.

    Examples
    --------
    >>> unit_rows([[3.0, 4.0], [0.0, 0.0]]).tolist()
    [[0.6, 0.8], [0.0, 0.0]]
    """
    E = np.asarray(E)
    E = E if E.dtype == np.float32 else E.astype(float)
    if E.ndim != 2:
        raise ValueError(f"E has shape {E.shape}; expected (n, d), one embedding per row.")
    if not np.isfinite(E).all():
        raise ValueError("E contains NaN or infinite entries; did the training diverge?")
    lengths = np.linalg.norm(E, axis=1, keepdims=True)
    return E / np.where(lengths > 0, lengths, 1)


def cosine_similarity(A: ArrayLike, B: ArrayLike) -> Array:
    r"""Cosine of the angle between each row of A and each row of B.

    Parameters
    ----------
    A : array-like of shape (m, d)
    B : array-like of shape (n, d)

    Returns
    -------
    ndarray of shape (m, n)
        Values in [-1, 1].

    Raises
    ------
    ValueError
        If the rows differ in length, or are not finite.

    Examples
    --------
    >>> cosine_similarity([[1, 0]], [[2, 0], [0, 3], [-1, 0]]).tolist()
    [[1.0, 0.0, -1.0]]
    """
    A, B = unit_rows(A), unit_rows(B)
    if A.shape[1] != B.shape[1]:
        raise ValueError(f"rows have {A.shape[1]} and {B.shape[1]} entries; expected the same.")
    return np.clip(A @ B.T, -1, 1)


class Neighbors(NamedTuple):
    """Rows nearest to each query and their similarities, both (n_queries, n_neighbors)."""

    indices: NDArray[np.int64]
    similarities: Array


def nearest_neighbors(
    E: ArrayLike, queries: ArrayLike, n_neighbors: int = 10, *, metric: str = "cosine"
) -> Neighbors:
    """Rows of E most similar to each query, best first; ties go to the lower row.

    Parameters
    ----------
    E : array-like of shape (n, d)
    queries : array-like of shape (n_queries, d)
    n_neighbors : int
        At most n.
    metric : {"cosine", "dot"}
        Cosine, or the dot product, which favors long rows.

    Returns
    -------
    Neighbors

    Raises
    ------
    ValueError
        If shapes do not fit, ``n_neighbors`` is out of range or ``metric`` is unknown.

    Examples
    --------
    >>> nearest_neighbors([[1, 0], [0, 1], [1, 1]], [[2, 0.1]], n_neighbors=2).indices.tolist()
    [[0, 2]]
    """
    if metric not in ("cosine", "dot"):
        raise ValueError(f"metric is {metric!r}; choose 'cosine' or 'dot'.")
    E, queries = np.asarray(E, dtype=float), np.asarray(queries, dtype=float)
    if E.ndim != 2 or queries.ndim != 2 or E.shape[1] != queries.shape[1]:
        raise ValueError(
            f"E has shape {E.shape} and queries {queries.shape}; expected (n, d) and "
            "(n_queries, d)."
        )
    if not 1 <= n_neighbors <= len(E):
        raise ValueError(f"n_neighbors is {n_neighbors}; E has 1 to {len(E)} neighbors to give.")
    if metric == "cosine":
        E, queries = unit_rows(E), unit_rows(queries)
    blocks = [_top(block @ E.T, n_neighbors) for block in _blocks(queries, len(E))]
    return Neighbors(*(np.concatenate(parts) for parts in zip(*blocks, strict=True)))


def _blocks(queries: NDArray[Any], n_columns: int) -> list[NDArray[Any]]:
    size = max(1, _BLOCK_ENTRIES // n_columns)
    return [queries[start : start + size] for start in range(0, max(1, len(queries)), size)]


def _top(scores: Array, n: int) -> Neighbors:
    # Everything above the n-th score is in; a stable sort settles ties by row.
    threshold = np.partition(scores, -n, axis=1)[:, -n, None]
    order = [
        row[np.argsort(-scores[i, row], kind="stable")[:n]]
        for i, row in enumerate(map(np.flatnonzero, scores >= threshold))
    ]
    indices = np.array(order, dtype=np.int64).reshape(len(scores), n)
    return Neighbors(indices, np.take_along_axis(scores, indices, axis=1))


def most_similar(
    E: ArrayLike, vocabulary: Vocabulary, word: str, n_neighbors: int = 10
) -> list[tuple[str, float]]:
    """Words most similar to a word, best first, without the word itself.

    Parameters
    ----------
    E : array-like of shape (n_words, d)
    vocabulary : Vocabulary
    word : str
    n_neighbors : int

    Returns
    -------
    list of (str, float)
        Words and cosines.

    Raises
    ------
    KeyError
        If the word is not in the vocabulary.
    ValueError
        If ``E`` has not one row per word.

    Examples
    --------
    >>> E = [[1.0, 0.0], [0.9, 0.1], [0.0, 1.0]]
    >>> most_similar(E, Vocabulary(["cat", "dog", "tax"]), "cat", n_neighbors=1)
    [('dog', 0.9938837346736189)]
    """
    E = _unit_words(E, vocabulary)
    row = vocabulary.index(word)
    n = min(n_neighbors + 1, len(E))
    found = nearest_neighbors(E, E[row : row + 1], n, metric="dot")
    pairs = zip(found.indices[0], found.similarities[0], strict=True)
    return [(vocabulary.word(i), float(s)) for i, s in pairs if i != row][:n_neighbors]


def _unit_words(E: ArrayLike, vocabulary: Vocabulary) -> Array:
    E = unit_rows(E)
    if len(E) != len(vocabulary):
        raise ValueError(
            f"E has {len(E)} rows but the vocabulary {len(vocabulary)} words; give one row per "
            "word."
        )
    return E


def rank(values: ArrayLike) -> Array:
    """Ranks from 1; equal values share the mean of their ranks.

    Parameters
    ----------
    values : array-like of shape (n,)

    Returns
    -------
    ndarray of shape (n,)

    Examples
    --------
    >>> rank([10.0, 30.0, 20.0, 10.0]).tolist()
    [1.5, 4.0, 3.0, 1.5]
    """
    _, inverse, counts = np.unique(np.asarray(values), return_inverse=True, return_counts=True)
    last = np.cumsum(counts)
    return (last - (counts - 1) / 2)[inverse.ravel()]


def spearman(x: ArrayLike, y: ArrayLike) -> float:
    """Spearman's rank correlation: the correlation of the ranks.

    Parameters
    ----------
    x, y : array-like of shape (n,)
        At least two pairs, neither constant.

    Returns
    -------
    float
        In [-1, 1].

    Raises
    ------
    ValueError
        If the lengths differ, a value is NaN, or the correlation is undefined.

    References
    ----------
    Spearman (1904).

    Examples
    --------
    >>> spearman([1, 2, 3, 4], [1, 4, 9, 16])
    1.0
    """
    x, y = np.asarray(x, dtype=float), np.asarray(y, dtype=float)
    if x.ndim != 1 or x.shape != y.shape or len(x) < 2:
        raise ValueError(
            f"x has shape {x.shape} and y {y.shape}; expected (n,) twice, n at least 2."
        )
    if np.isnan(x).any() or np.isnan(y).any():
        raise ValueError("x or y contains NaN; drop these pairs first.")
    ranks = np.stack([rank(x), rank(y)])
    if np.any(np.ptp(ranks, axis=1) == 0):
        raise ValueError("x or y is constant; the rank correlation is undefined.")
    return float(np.clip(np.corrcoef(*ranks)[0, 1], -1, 1))


def spearman_interval(
    correlation: float, n_pairs: int, *, confidence: float = 0.95
) -> tuple[float, float]:
    r"""Confidence interval of a rank correlation by Fisher's transformation.

    The standard error of :math:`\operatorname{artanh} \rho` is
    :math:`\sqrt{(1 + \rho^2/2) / (n - 3)}`.

    Parameters
    ----------
    correlation : float
        In [-1, 1].
    n_pairs : int
        At least 4.
    confidence : float
        In (0, 1).

    Returns
    -------
    low, high : float

    Raises
    ------
    ValueError
        If an argument is out of range.

    References
    ----------
    Bonett and Wright (2000), equation 6.

    Examples
    --------
    >>> low, high = spearman_interval(0.63, 353)
    >>> round(low, 2), round(high, 2)
    (0.56, 0.69)
    """
    if not -1 <= correlation <= 1 or n_pairs < 4:
        raise ValueError(
            f"correlation is {correlation} and n_pairs {n_pairs}; expected [-1, 1] and at least 4."
        )
    width = _quantile(confidence) * np.sqrt((1 + correlation**2 / 2) / (n_pairs - 3))
    with np.errstate(divide="ignore"):
        center = np.arctanh(correlation)
    return float(np.tanh(center - width)), float(np.tanh(center + width))


def _quantile(confidence: float) -> float:
    from scipy.special import ndtri  # slow to import

    if not 0 < confidence < 1:
        raise ValueError(f"confidence is {confidence}; it must lie between 0 and 1, say 0.95.")
    return float(ndtri((1 + confidence) / 2))


def proportion_interval(
    n_successes: int, n_trials: int, *, confidence: float = 0.95
) -> tuple[float, float]:
    """Confidence interval of a proportion, such as an accuracy (Wilson's score interval).

    Parameters
    ----------
    n_successes, n_trials : int
    confidence : float
        In (0, 1).

    Returns
    -------
    low, high : float

    Raises
    ------
    ValueError
        If an argument is out of range.

    References
    ----------
    Wilson (1927).

    Examples
    --------
    >>> low, high = proportion_interval(90, 100)
    >>> round(low, 3), round(high, 3)
    (0.826, 0.945)
    """
    if not 0 <= n_successes <= n_trials or n_trials < 1:
        raise ValueError(f"{n_successes} successes in {n_trials} trials; expected 0 to n_trials.")
    z, p = _quantile(confidence), n_successes / n_trials
    center = (p + z**2 / (2 * n_trials)) / (1 + z**2 / n_trials)
    width = np.sqrt(p * (1 - p) / n_trials + (z / (2 * n_trials)) ** 2) * z / (1 + z**2 / n_trials)
    return max(0.0, float(center - width)), min(1.0, float(center + width))


def bootstrap_interval(
    statistic: Callable[..., float],
    *samples: ArrayLike,
    n_resamples: int = 1000,
    confidence: float = 0.95,
    random_state: int | np.random.Generator | None = None,
) -> tuple[float, float]:
    """Confidence interval of any statistic by resampling its cases (percentile bootstrap).

    Parameters
    ----------
    statistic : callable
        Takes the samples, returns a number.
    *samples : array-like of shape (n, ...)
        Rows belong together and are drawn together.
    n_resamples : int
    confidence : float
        In (0, 1).
    random_state : int, numpy.random.Generator or None

    Returns
    -------
    low, high : float

    Raises
    ------
    ValueError
        If the samples are empty or differ in length.

    References
    ----------
    Efron and Tibshirani (1993), chapter 13.

    Examples
    --------
    >>> low, high = bootstrap_interval(np.mean, np.arange(101.0), random_state=0)
    >>> 40 < low < 50 < high < 60
    True
    """
    arrays = [np.asarray(sample) for sample in samples]
    lengths = {len(array) for array in arrays}
    if len(lengths) != 1 or lengths == {0}:
        raise ValueError(f"samples have lengths {sorted(lengths)}; expected one length, not 0.")
    _quantile(confidence)
    rng = np.random.default_rng(random_state)
    draws = rng.integers(len(arrays[0]), size=(n_resamples, len(arrays[0])))
    values = [statistic(*(array[draw] for array in arrays)) for draw in draws]
    low, high = np.quantile(values, [(1 - confidence) / 2, (1 + confidence) / 2])
    return float(low), float(high)


class SimilarityResult(NamedTuple):
    """Rank correlation with human judgments, its confidence interval, and how many pairs."""

    correlation: float
    interval: tuple[float, float]
    n_pairs: int
    n_missing: int


def evaluate_similarity(
    E: ArrayLike,
    vocabulary: Vocabulary,
    pairs: Iterable[tuple[str, str, float]],
    *,
    confidence: float = 0.95,
) -> SimilarityResult:
    """Compare cosines with human judgments of word pairs.

    Parameters
    ----------
    E : array-like of shape (n_words, d)
    vocabulary : Vocabulary
    pairs : iterable of (str, str, float)
        For example from :func:`embref.datasets.load_similarity`. Pairs with a word that the
        vocabulary lacks are left out and counted.
    confidence : float
        In (0, 1).

    Returns
    -------
    SimilarityResult

    Raises
    ------
    ValueError
        If fewer than four pairs are left, or ``E`` has not one row per word.

    References
    ----------
    Finkelstein et al. (2002).

    Examples
    --------
    >>> E = [[1.0, 0.0], [0.9, 0.1], [0.5, 0.5], [0.1, 1.0]]
    >>> words = Vocabulary(["cat", "dog", "cow", "tax"])
    >>> pairs = [("cat", "dog", 9), ("cat", "cow", 7), ("cat", "tax", 1), ("dog", "tax", 1.5)]
    >>> evaluate_similarity(E, words, pairs).correlation
    1.0
    """
    E, pairs = _unit_words(E, vocabulary), list(pairs)
    known = [pair for pair in pairs if pair[0] in vocabulary and pair[1] in vocabulary]
    if len(known) < 4:
        raise ValueError(
            f"{len(known)} of {len(pairs)} pairs have both words in the vocabulary; at least 4 are "
            "needed. Does the vocabulary hold lower-case words?"
        )
    first = vocabulary.encode(pair[0] for pair in known)
    second = vocabulary.encode(pair[1] for pair in known)
    cosines = np.einsum("nd,nd->n", E[first], E[second])
    correlation = spearman(cosines, [pair[2] for pair in known])
    interval = spearman_interval(correlation, len(known), confidence=confidence)
    return SimilarityResult(correlation, interval, len(known), len(pairs) - len(known))


def solve_analogy(
    E: ArrayLike,
    vocabulary: Vocabulary,
    a: str,
    b: str,
    c: str,
    *,
    n_answers: int = 1,
    exclude_inputs: bool = True,
    method: str = "add",
) -> list[tuple[str, float]]:
    r"""Answer "a is to b as c is to ...", best first.

    Parameters
    ----------
    E : array-like of shape (n_words, d)
    vocabulary : Vocabulary
    a, b, c : str
    n_answers : int
    exclude_inputs : bool
        Whether a, b and c are barred. Without, the answer is most often b or c itself.
    method : {"add", "multiply"}
        Cosine with :math:`b - a + c`, or the product of the single cosines.

    Returns
    -------
    list of (str, float)
        Words and scores.

    Raises
    ------
    KeyError
        If a word is not in the vocabulary.
    ValueError
        If ``method`` is unknown, or ``E`` has not one row per word.

    References
    ----------
    Mikolov, Yih and Zweig (2013), equation 1; Levy and Goldberg (2014b), equation 4.

    Examples
    --------
    >>> words = Vocabulary(["man", "woman", "king", "queen", "bread"])
    >>> E = [[1, 0, 0], [1, 1, 0], [1, 0, 1], [1, 1, 1], [-1, 0, 0]]
    >>> solve_analogy(E, words, "man", "woman", "king")[0][0]
    'queen'
    """
    E = _unit_words(E, vocabulary)
    question = vocabulary.encode([a, b, c])[None]
    scores = _analogy_scores(E, question, exclude_inputs=exclude_inputs, method=method)
    n_answers = min(n_answers, int(np.isfinite(scores).sum()))
    found = _top(scores, n_answers)
    pairs = zip(found.indices[0], found.similarities[0], strict=True)
    return [(vocabulary.word(i), float(score)) for i, score in pairs]


def _analogy_scores(
    E: Array, questions: NDArray[np.int64], *, exclude_inputs: bool, method: str
) -> Array:
    a, b, c = (E[rows] for rows in questions[:, :3].T)
    if method == "add":
        scores = unit_rows(b - a + c) @ E.T
    elif method == "multiply":
        # Cosines are moved to [0, 1] so that a product of two negative ones is not large.
        near_a, near_b, near_c = ((vectors @ E.T + 1) / 2 for vectors in (a, b, c))
        scores = near_b * near_c / (near_a + 1e-3)
    else:
        raise ValueError(f"method is {method!r}; choose 'add' or 'multiply'.")
    if exclude_inputs:
        np.put_along_axis(scores, questions[:, :3], -np.inf, axis=1)
    return scores


class AnalogyResult(NamedTuple):
    """Share of right answers, over all and by section, and how many questions.

    ``input_rate`` is the share of answers that merely repeat a, b or c; it is zero when these are
    excluded.
    """

    accuracy: float
    by_section: dict[str, float]
    n_questions: int
    n_missing: int
    input_rate: float


def evaluate_analogies(
    E: ArrayLike,
    vocabulary: Vocabulary,
    sections: Mapping[str, Sequence[tuple[str, str, str, str]]],
    *,
    exclude_inputs: bool = True,
    method: str = "add",
) -> AnalogyResult:
    """Count how often the best answer to an analogy is the right word.

    Parameters
    ----------
    E : array-like of shape (n_words, d)
    vocabulary : Vocabulary
    sections : mapping of str to sequence of (str, str, str, str)
        Questions by section, for example from :func:`embref.datasets.load_analogies`. Questions
        with a word that the vocabulary lacks are left out and counted.
    exclude_inputs : bool
        Whether a, b and c are barred as answers. Published figures bar them.
    method : {"add", "multiply"}
        See :func:`solve_analogy`.

    Returns
    -------
    AnalogyResult

    Raises
    ------
    ValueError
        If no question is left, ``method`` is unknown or ``E`` has not one row per word.

    References
    ----------
    Mikolov et al. (2013); Linzen (2016) and Rogers, Drozd and Li (2017) on what excluding the
    inputs hides.

    Examples
    --------
    >>> words = Vocabulary(["man", "woman", "king", "queen"])
    >>> E = [[1, 0, 0], [1, 0.1, 0], [1, 0, 1], [1, 0.1, 1]]
    >>> questions = {"gender": [("man", "woman", "king", "queen")]}
    >>> evaluate_analogies(E, words, questions).accuracy
    1.0
    """
    E = _unit_words(E, vocabulary)
    kept = {
        name: [q for q in questions if all(word in vocabulary for word in q)]
        for name, questions in sections.items()
    }
    n_all, n_kept = (sum(map(len, groups.values())) for groups in (sections, kept))
    if not n_kept:
        raise ValueError(
            f"none of {n_all} questions has all words in the vocabulary; does it hold lower-case "
            "words?"
        )
    questions = np.array([vocabulary.encode(q) for group in kept.values() for q in group])
    answers = np.concatenate(
        [
            _analogy_scores(E, block, exclude_inputs=exclude_inputs, method=method).argmax(axis=1)
            for block in _blocks(questions, len(E))
        ]
    )
    right = answers == questions[:, 3]
    ends = np.cumsum([len(group) for group in kept.values()])
    parts = zip(kept, np.split(right, ends[:-1]), strict=True)
    repeats = (answers[:, None] == questions[:, :3]).any(axis=1)
    return AnalogyResult(
        float(right.mean()),
        {name: float(part.mean()) for name, part in parts if len(part)},
        n_kept,
        n_all - n_kept,
        float(repeats.mean()),
    )


def target_ranks(
    scores: ArrayLike, targets: ArrayLike, *, exclude: ArrayLike | None = None
) -> Array:
    """Rank of the right item of each query, 1 for the best.

    Parameters
    ----------
    scores : array-like of shape (n_queries, n_items)
        Higher is better.
    targets : array-like of int of shape (n_queries,)
        Column of the right item.
    exclude : array-like of bool of shape (n_queries, n_items), optional
        Items that do not compete, for example those the user has already seen.

    Returns
    -------
    ndarray of shape (n_queries,)
        Items with the score of the target count half, so that a constant score gets the middle
        rank, not the first.

    Raises
    ------
    ValueError
        If shapes do not fit, a score is NaN, or a target is excluded.

    Examples
    --------
    >>> target_ranks([[0.9, 0.5, 0.7], [0.1, 0.1, 0.1]], [2, 0]).tolist()
    [2.0, 2.0]
    """
    scores, targets = np.asarray(scores, dtype=float), np.asarray(targets)
    if scores.ndim != 2 or targets.shape != (len(scores),):
        raise ValueError(
            f"scores have shape {scores.shape} and targets {targets.shape}; expected "
            "(n_queries, n_items) and (n_queries,)."
        )
    if np.isnan(scores).any():
        raise ValueError("scores contain NaN; did the training diverge?")
    competes = ~_excluded(exclude, scores.shape)
    if not np.take_along_axis(competes, targets[:, None], axis=1).all():
        raise ValueError("a target is excluded; an item to be found must compete.")
    own = np.take_along_axis(scores, targets[:, None], axis=1)
    better = np.sum((scores > own) & competes, axis=1)
    equal = np.sum((scores == own) & competes, axis=1) - 1  # without the target itself
    return 1 + better + equal / 2


def _excluded(exclude: ArrayLike | None, shape: tuple[int, ...]) -> NDArray[np.bool_]:
    if exclude is None:
        return np.zeros(shape, dtype=bool)
    mask = np.asarray(exclude)
    if mask.shape != shape or mask.dtype != bool:
        raise ValueError(
            f"exclude has shape {mask.shape} and dtype {mask.dtype}; expected {shape} and bool."
        )
    return mask


def hit_rate(ranks: ArrayLike, k: int) -> float:
    """Share of queries whose right item is among the first k (HR@k).

    Parameters
    ----------
    ranks : array-like of shape (n_queries,)
        From :func:`target_ranks`.
    k : int

    Returns
    -------
    float
        In [0, 1].

    Raises
    ------
    ValueError
        If a rank or k is below one, or there is no query.

    Examples
    --------
    >>> hit_rate([1, 3, 12, 2], k=10)
    0.75
    """
    return float(np.mean(_check_ranks(ranks, k) <= k))


def mean_reciprocal_rank(ranks: ArrayLike, k: int | None = None) -> float:
    """Mean of 1 / rank; ranks beyond k count zero (MRR, MRR@k).

    Parameters
    ----------
    ranks : array-like of shape (n_queries,)
        From :func:`target_ranks`.
    k : int, optional

    Returns
    -------
    float
        In [0, 1].

    Raises
    ------
    ValueError
        If a rank or k is below one, or there is no query.

    Examples
    --------
    >>> mean_reciprocal_rank([1, 2, 4, 100], k=10)
    0.4375
    """
    ranks = _check_ranks(ranks, k)
    return float(np.mean(np.where(_within(ranks, k), 1 / ranks, 0)))


def ndcg(ranks: ArrayLike, k: int | None = None) -> float:
    r"""Mean of :math:`1 / \log_2(1 + \text{rank})`; ranks beyond k count zero (nDCG, nDCG@k).

    With one right item per query the ideal gain is one, so that this is the normalized
    discounted cumulative gain. For several items or grades see :func:`graded_ndcg`.

    Parameters
    ----------
    ranks : array-like of shape (n_queries,)
        From :func:`target_ranks`.
    k : int, optional

    Returns
    -------
    float
        In [0, 1].

    Raises
    ------
    ValueError
        If a rank or k is below one, or there is no query.

    References
    ----------
    Järvelin and Kekäläinen (2002).

    Examples
    --------
    >>> ndcg([1, 3, 100], k=10)
    0.5
    """
    ranks = _check_ranks(ranks, k)
    return float(np.mean(np.where(_within(ranks, k), 1 / np.log2(1 + ranks), 0)))


def _check_ranks(ranks: ArrayLike, k: int | None) -> Array:
    ranks = np.asarray(ranks, dtype=float)
    if ranks.ndim != 1 or not len(ranks) or not np.all(ranks >= 1):
        raise ValueError(
            f"ranks have shape {ranks.shape}; expected (n_queries,) with values from 1, the best."
        )
    if k is not None and k < 1:
        raise ValueError(f"k is {k}; look at the first item at least.")
    return ranks


def _within(ranks: Array, k: int | None) -> NDArray[np.bool_]:
    return ranks <= (np.inf if k is None else k)


def mean_percentile_rank(ranks: ArrayLike, n_items: ArrayLike) -> float:
    """Mean position of the right item between the first (0) and the last (1); chance is 0.5.

    Parameters
    ----------
    ranks : array-like of shape (n_queries,)
        From :func:`target_ranks`.
    n_items : int or array-like of int of shape (n_queries,)
        How many items competed, at least two.

    Returns
    -------
    float
        In [0, 1], lower is better.

    Raises
    ------
    ValueError
        If a rank is below one or above the number of items.

    Examples
    --------
    >>> mean_percentile_rank([1, 51, 101], n_items=101)
    0.5
    """
    ranks, n_items = _check_ranks(ranks, None), np.asarray(n_items)
    if np.any(n_items < 2) or np.any(ranks > n_items):
        raise ValueError(f"n_items is {n_items}; expected at least 2 and no rank above it.")
    return float(np.mean((ranks - 1) / (n_items - 1)))


def graded_ndcg(scores: ArrayLike, gains: ArrayLike, k: int | None = None) -> float:
    r"""Compute the normalized discounted cumulative gain for any number of relevant items.

    Sorted by score, an item at rank r adds :math:`\text{gain} / \log_2(1 + r)`; the sum is
    divided by that of the best order. A query without any gain counts zero.

    Parameters
    ----------
    scores : array-like of shape (n_queries, n_items)
    gains : array-like of shape (n_queries, n_items)
        Non-negative worth of each item, zero for those of no interest.
    k : int, optional
        Only the first k count.

    Returns
    -------
    float
        Mean over queries, in [0, 1]. Equal scores share their mean gain.

    Raises
    ------
    ValueError
        If shapes differ, or a gain is negative.

    References
    ----------
    Järvelin and Kekäläinen (2002); McSherry and Najork (2008) for ties.

    Examples
    --------
    >>> round(graded_ndcg([[3.0, 2.0, 1.0]], [[0, 1, 1]]), 4)
    0.6934
    """
    scores, gains = np.asarray(scores, dtype=float), np.asarray(gains, dtype=float)
    if scores.ndim != 2 or scores.shape != gains.shape or np.any(gains < 0):
        raise ValueError(
            f"scores have shape {scores.shape} and gains {gains.shape}; expected "
            "(n_queries, n_items) twice, gains non-negative."
        )
    discounts = 1 / np.log2(2 + np.arange(scores.shape[1]))
    if k is not None:
        discounts[k:] = 0
    return float(
        np.mean([_query_ndcg(s, g, discounts) for s, g in zip(scores, gains, strict=True)])
    )


def _query_ndcg(scores: Array, gains: Array, discounts: Array) -> float:
    _, groups, counts = np.unique(-scores, return_inverse=True, return_counts=True)
    mean_gains = np.bincount(groups, weights=gains) / counts
    ideal = np.sort(gains)[::-1] @ discounts
    return float(np.repeat(mean_gains, counts) @ discounts / ideal) if ideal else 0.0


def reconstruction_error(X: ArrayLike, X_hat: ArrayLike, *, norm: str = "squared") -> float:
    r"""Mean over examples of the error of a reconstruction, summed over features.

    Parameters
    ----------
    X, X_hat : array-like of shape (n, d)
        Data and reconstruction.
    norm : {"squared", "l1"}
        :math:`\lVert x - \hat x \rVert_2^2` or :math:`\lVert x - \hat x \rVert_1`.

    Returns
    -------
    float

    Raises
    ------
    ValueError
        If shapes differ, or ``norm`` is unknown.

    Examples
    --------
    >>> reconstruction_error([[1, 2], [3, 4]], [[1, 0], [3, 4]])
    2.0
    """
    X, X_hat = _check_reconstruction(X, X_hat)
    if norm not in ("squared", "l1"):
        raise ValueError(f"norm is {norm!r}; choose 'squared' or 'l1'.")
    difference = X - X_hat
    errors = difference**2 if norm == "squared" else np.abs(difference)
    return float(errors.sum(axis=1).mean())


def explained_variance(X: ArrayLike, X_hat: ArrayLike) -> float:
    """Share of the variance of the data that a reconstruction keeps.

    Parameters
    ----------
    X, X_hat : array-like of shape (n, d)
        Data and reconstruction.

    Returns
    -------
    float
        1 for a perfect reconstruction, 0 for one by the mean.

    Raises
    ------
    ValueError
        If shapes differ, or the data are constant.

    Examples
    --------
    >>> explained_variance([[0.0], [2.0], [4.0]], [[0.0], [2.0], [2.0]])
    0.5
    """
    X, X_hat = _check_reconstruction(X, X_hat)
    total = np.sum((X - X.mean(axis=0)) ** 2)
    if not total:
        raise ValueError("X is constant; there is no variance to explain.")
    return float(1 - np.sum((X - X_hat) ** 2) / total)


def _check_reconstruction(X: ArrayLike, X_hat: ArrayLike) -> tuple[Array, Array]:
    X, X_hat = np.asarray(X, dtype=float), np.asarray(X_hat, dtype=float)
    if X.ndim != 2 or X.shape != X_hat.shape or not len(X):
        raise ValueError(
            f"X has shape {X.shape} and X_hat {X_hat.shape}; expected (n, d) twice, n at least 1."
        )
    return X, X_hat
