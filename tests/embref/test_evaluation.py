"""Measures compared with scipy, scikit-learn, naive loops and values worked by hand."""

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from scipy import stats
from sklearn import metrics

from embref import evaluation as ev
from embref.text import Vocabulary

rng = np.random.default_rng(0)
SMALL = st.integers(-3, 3).map(float)


def words(n):
    return Vocabulary([f"w{i}" for i in range(n)])


# --- neighbors ------------------------------------------------------------------------------


@pytest.mark.parametrize("metric", ["cosine", "dot"])
def test_nearest_neighbors_against_a_full_sort(metric):
    E, queries = rng.normal(size=(40, 5)), rng.normal(size=(7, 5))
    found = ev.nearest_neighbors(E, queries, 6, metric=metric)
    for q, query in enumerate(queries):
        scores = [
            sum(query * row) / (1 if metric == "dot" else np.sqrt(sum(query**2) * sum(row**2)))
            for row in E
        ]
        assert found.indices[q].tolist() == sorted(range(40), key=lambda i: -scores[i])[:6]
        assert found.similarities[q] == pytest.approx(sorted(scores, reverse=True)[:6])


def test_ties_go_to_the_lower_row():
    E = [[1.0, 0], [0, 1], [1, 0], [1, 0]]
    assert ev.nearest_neighbors(E, [[1.0, 0]], 2).indices.tolist() == [[0, 2]]


def test_blocks_do_not_change_neighbors(monkeypatch):
    E, queries = rng.normal(size=(30, 4)), rng.normal(size=(11, 4))
    whole = ev.nearest_neighbors(E, queries, 3)
    monkeypatch.setattr(ev, "_BLOCK_ENTRIES", 60)
    parts = ev.nearest_neighbors(E, queries, 3)
    assert np.array_equal(whole.indices, parts.indices)


def test_cosine_similarity_against_scikit_learn():
    A, B = rng.normal(size=(5, 3)), rng.normal(size=(4, 3))
    assert ev.cosine_similarity(A, B) == pytest.approx(metrics.pairwise.cosine_similarity(A, B))


def test_a_row_of_zeros_is_similar_to_nothing():
    assert ev.cosine_similarity([[0.0, 0.0]], [[1.0, 0.0]]).tolist() == [[0.0]]


def test_most_similar_leaves_the_word_out():
    E = np.array([[1.0, 0], [1, 0], [0.5, 1], [0, 1]])
    assert [w for w, _ in ev.most_similar(E, words(4), "w1", 10)] == ["w0", "w2", "w3"]


# --- rank correlation -----------------------------------------------------------------------


@given(hnp.arrays(float, st.integers(4, 12), elements=SMALL), st.randoms(use_true_random=False))
def test_rank_and_spearman_against_scipy(x, random):
    y = np.array([random.choice([0.0, 1, 2, 3]) for _ in x])
    assert ev.rank(x).tolist() == stats.rankdata(x).tolist()
    if np.ptp(x) and np.ptp(y):
        assert ev.spearman(x, y) == pytest.approx(stats.spearmanr(x, y).statistic)
        assert ev.spearman(np.exp(x), y) == pytest.approx(ev.spearman(x, y))


def test_spearman_interval_covers_as_often_as_it_says():
    # For normal data of correlation r the rank correlation is 6/pi * asin(r/2).
    r, n = 0.6, 60
    truth = 6 / np.pi * np.arcsin(r / 2)
    hits = 0
    for _ in range(400):
        x = rng.normal(size=n)
        y = r * x + np.sqrt(1 - r**2) * rng.normal(size=n)
        low, high = ev.spearman_interval(ev.spearman(x, y), n)
        hits += low <= truth <= high
    assert 0.91 <= hits / 400 <= 0.99


def test_spearman_interval_by_hand():
    low, high = ev.spearman_interval(0.5, 103, confidence=0.95)
    width = 1.959964 * np.sqrt(1.125 / 100)
    assert (low, high) == pytest.approx(tuple(np.tanh(0.5493061 + np.array([-width, width]))))


@pytest.mark.parametrize(("n_successes", "n"), [(0, 10), (7, 10), (10, 10), (530, 1000)])
def test_proportion_interval_against_scipy(n_successes, n):
    truth = stats.binomtest(n_successes, n).proportion_ci(method="wilson")
    assert ev.proportion_interval(n_successes, n) == pytest.approx((truth.low, truth.high))


def test_bootstrap_interval_against_the_standard_error():
    x = rng.normal(size=400)
    low, high = ev.bootstrap_interval(np.mean, x, n_resamples=2000, random_state=0)
    error = x.std() / 20
    assert (low, high) == pytest.approx(
        (x.mean() - 1.96 * error, x.mean() + 1.96 * error), abs=0.15 * error
    )


def test_bootstrap_keeps_pairs_together():
    x = rng.normal(size=50)
    assert ev.bootstrap_interval(ev.spearman, x, 2 * x, n_resamples=20) == pytest.approx((1.0, 1.0))


# --- similarity and analogies ---------------------------------------------------------------


def test_evaluate_similarity_against_scipy():
    E, vocabulary = rng.normal(size=(20, 6)), words(20)
    drawn = rng.permutation(list(combinations(range(20), 2)))[:30]
    known = [(f"w{a}", f"w{b}", float(rng.integers(10))) for a, b in drawn]
    result = ev.evaluate_similarity(E, vocabulary, [*known, ("w1", "nope", 3.0)])
    cosines = [
        float(E[int(a[1:])] @ E[int(b[1:])])
        / np.linalg.norm(E[int(a[1:])])
        / np.linalg.norm(E[int(b[1:])])
        for a, b, _ in known
    ]
    truth = stats.spearmanr(cosines, [s for _, _, s in known]).statistic
    assert result.correlation == pytest.approx(truth)
    assert result.interval[0] < truth < result.interval[1]
    assert (result.n_pairs, result.n_missing) == (30, 1)


def naive_analogy(E, question, *, exclude_inputs, method):
    E = E / np.linalg.norm(E, axis=1, keepdims=True)
    a, b, c = (E[i] for i in question)
    best, answer = -np.inf, None
    for i, row in enumerate(E):
        if exclude_inputs and i in question:
            continue
        if method == "add":
            score = row @ (b - a + c)
        else:
            score = (1 + row @ b) * (1 + row @ c) / (1 + row @ a + 0.002)
        if score > best:
            best, answer = score, i
    return answer


@pytest.mark.parametrize("method", ["add", "multiply"])
@pytest.mark.parametrize("exclude_inputs", [True, False])
def test_analogies_against_loops(method, exclude_inputs):
    E, vocabulary = rng.normal(size=(15, 4)), words(15)
    questions = [tuple(rng.choice(15, 4, replace=False)) for _ in range(40)]
    sections = {
        "one": [tuple(f"w{i}" for i in q) for q in questions[:25]],
        "two": [tuple(f"w{i}" for i in q) for q in questions[25:]] + [("w1", "w2", "w3", "nope")],
        "none": [("nope",) * 4],
    }
    options = {"exclude_inputs": exclude_inputs, "method": method}
    answers = [naive_analogy(E, q[:3], **options) for q in questions]
    right = np.array([answer == q[3] for answer, q in zip(answers, questions, strict=True)])
    result = ev.evaluate_analogies(E, vocabulary, sections, **options)
    assert result.accuracy == pytest.approx(right.mean())
    assert result.by_section == pytest.approx({"one": right[:25].mean(), "two": right[25:].mean()})
    assert (result.n_questions, result.n_missing) == (40, 2)
    repeats = [answer in q[:3] for answer, q in zip(answers, questions, strict=True)]
    assert result.input_rate == pytest.approx(np.mean(repeats))
    assert (result.input_rate == 0) == exclude_inputs
    best = ev.solve_analogy(E, vocabulary, *(f"w{i}" for i in questions[0][:3]), **options)
    assert best[0][0] == f"w{answers[0]}"


def test_excluded_inputs_never_answer():
    answers = ev.solve_analogy(np.eye(4), words(4), "w0", "w1", "w2", n_answers=9)
    assert [word for word, _ in answers] == ["w3"]


# --- retrieval ------------------------------------------------------------------------------


@given(hnp.arrays(float, (3, 6), elements=SMALL), st.integers(0, 5), st.integers(0, 5))
def test_target_ranks_against_a_sort(scores, target, excluded):
    exclude = np.zeros(scores.shape, dtype=bool)
    exclude[:, excluded] = excluded != target
    ranks = ev.target_ranks(scores, [target] * 3, exclude=exclude)
    for row, rank in zip(scores, ranks, strict=True):
        rest = [s for i, s in enumerate(row) if i == target or i != excluded]
        assert (
            rank
            == stats.rankdata([-s for s in rest])[
                [i for i in range(6) if i == target or i != excluded].index(target)
            ]
        )


def test_single_item_metrics_by_hand():
    ranks = [1, 2, 11]
    assert ev.hit_rate(ranks, 10) == pytest.approx(2 / 3)
    assert ev.mean_reciprocal_rank(ranks) == pytest.approx((1 + 1 / 2 + 1 / 11) / 3)
    assert ev.mean_reciprocal_rank(ranks, 10) == pytest.approx(1.5 / 3)
    assert ev.ndcg(ranks, 10) == pytest.approx((1 + 1 / np.log2(3)) / 3)
    assert ev.mean_percentile_rank([1, 3], n_items=[5, 3]) == pytest.approx(0.5)


@pytest.mark.parametrize("k", [None, 3])
def test_ndcg_against_scikit_learn(k):
    scores, gains = rng.integers(5, size=(8, 10)).astype(float), rng.integers(4, size=(8, 10))
    truth = metrics.ndcg_score(gains, scores, k=k)
    assert ev.graded_ndcg(scores, gains, k) == pytest.approx(truth)


def test_ndcg_of_one_item_is_graded_ndcg():
    scores, targets = rng.normal(size=(6, 9)), rng.integers(9, size=6)
    ranks = ev.target_ranks(scores, targets)
    gains = np.eye(9)[targets]
    assert ev.ndcg(ranks, 4) == pytest.approx(ev.graded_ndcg(scores, gains, 4))


def test_a_query_without_gain_counts_zero():
    assert ev.graded_ndcg([[1.0, 2.0], [1.0, 2.0]], [[0, 0], [0, 1]]) == 0.5


# --- reconstruction -------------------------------------------------------------------------


def test_reconstruction_against_scikit_learn():
    X, X_hat = rng.normal(size=(9, 4)), rng.normal(size=(9, 4))
    squared = 4 * metrics.mean_squared_error(X, X_hat)
    assert ev.reconstruction_error(X, X_hat) == pytest.approx(squared)
    absolute = 4 * metrics.mean_absolute_error(X, X_hat)
    assert ev.reconstruction_error(X, X_hat, norm="l1") == pytest.approx(absolute)
    truth = metrics.r2_score(X, X_hat, multioutput="variance_weighted")
    assert ev.explained_variance(X, X_hat) == pytest.approx(truth)


# --- errors ---------------------------------------------------------------------------------

E = np.eye(3)
PAIRS = [("w0", "w1", 1.0)]


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: ev.unit_rows([1.0, 2.0]), r"shape \(2,\)"),
        (lambda: ev.unit_rows([[np.nan]]), "did the training diverge"),
        (lambda: ev.cosine_similarity(E, np.eye(2)), "3 and 2 entries"),
        (lambda: ev.nearest_neighbors(E, E, 4), "n_neighbors is 4"),
        (lambda: ev.nearest_neighbors(E, [1.0, 0, 0], 1), r"queries \(3,\)"),
        (lambda: ev.nearest_neighbors(E, E, 1, metric="l2"), "'cosine' or 'dot'"),
        (lambda: ev.most_similar(E, words(2), "w0"), "3 rows but the vocabulary 2"),
        (lambda: ev.spearman([1, 2], [1]), "expected"),
        (lambda: ev.spearman([1, 1], [1, 2]), "constant"),
        (lambda: ev.spearman([1, np.nan], [1, 2]), "NaN"),
        (lambda: ev.spearman_interval(0.5, 3), "at least 4"),
        (lambda: ev.spearman_interval(0.5, 10, confidence=95), "between 0 and 1"),
        (lambda: ev.proportion_interval(3, 2), "3 successes in 2 trials"),
        (lambda: ev.bootstrap_interval(np.mean, [1], [1, 2]), "one length"),
        (lambda: ev.evaluate_similarity(E, words(3), PAIRS), "at least 4"),
        (lambda: ev.evaluate_analogies(E, words(3), {"s": [("A",) * 4]}), "none of 1 questions"),
        (lambda: ev.solve_analogy(E, words(3), "w0", "w1", "w2", method="x"), "'add' or"),
        (lambda: ev.target_ranks(E, [0]), r"targets \(1,\)"),
        (lambda: ev.target_ranks(E * np.nan, [0, 0, 0]), "NaN"),
        (lambda: ev.target_ranks(E, [0, 1, 2], exclude=E > 0), "target is excluded"),
        (lambda: ev.target_ranks(E, [0, 1, 2], exclude=E), "bool"),
        (lambda: ev.hit_rate([0], 1), "from 1"),
        (lambda: ev.ndcg([1], 0), "k is 0"),
        (lambda: ev.mean_percentile_rank([5], 4), "no rank above"),
        (lambda: ev.graded_ndcg(E, -E), "non-negative"),
        (lambda: ev.reconstruction_error(E, np.eye(2)), "expected"),
        (lambda: ev.reconstruction_error(E, E, norm="l2"), "'squared' or 'l1'"),
        (lambda: ev.explained_variance(np.ones((3, 2)), np.ones((3, 2))), "constant"),
    ],
)
def test_wrong_arguments(call, message):
    with pytest.raises(ValueError, match=message):
        call()


def test_an_unknown_word_is_named():
    with pytest.raises(KeyError, match="near matches: w1"):
        ev.most_similar(E, words(3), "w11")
