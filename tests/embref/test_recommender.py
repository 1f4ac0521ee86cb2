"""Recommenders: against loops over pairs, finite differences, torch and scikit-learn."""

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from scipy import sparse
from sklearn.metrics.pairwise import cosine_similarity

from embref.datasets import toy_ratings
from embref.evaluation import hit_rate
from embref.networks import check_gradient, numerical_gradient
from embref.recommender import (
    CoWatchNetwork,
    ItemKNN,
    Popularity,
    PureSVD,
    co_watch_counts,
    co_watch_pairs,
    held_out_ranks,
    history_matrix,
    hold_out,
    leave_last_out,
    softmax_loss,
    watch_histories,
)

HISTORIES = [[0, 1, 2], [2, 0], [3, 1, 4, 0], [4], [2, 3]]
N_FILMS = 6  # nobody watched the last one


@pytest.fixture(scope="module")
def liked():
    data = toy_ratings(200, 40, 12)
    keep = data.ratings >= 4
    return watch_histories(data.users[keep], data.films[keep], data.timestamps[keep])


def test_histories_follow_time_and_table():
    histories = watch_histories([1, 0, 1, 1], [9, 8, 7, 6], [5, 5, 5, 1])
    assert [h.tolist() for h in histories] == [[8], [6, 9, 7]]


@given(
    st.lists(st.lists(st.integers(0, 30), unique=True, max_size=8), min_size=1, max_size=6),
    st.integers(1, 3),
)
def test_hold_out_splits_every_history(histories, n_held_out):
    long_enough = [history for history in histories if len(history) > n_held_out]
    if not long_enough:
        with pytest.raises(ValueError, match="no history has more than"):
            hold_out(histories, n_held_out, random_state=0)
        return
    train, held_out = hold_out(histories, n_held_out, random_state=0)
    for history, kept, out in zip(long_enough, train, held_out, strict=True):
        assert len(out) == n_held_out
        assert sorted([*kept, *out]) == sorted(history)
        assert kept.tolist() == [film for film in history if film in kept]


def test_leave_last_out_takes_the_last():
    train, held_out = leave_last_out(HISTORIES)
    assert [h.tolist() for h in held_out] == [[2], [0], [0], [3]]
    assert [h.tolist() for h in train] == [[0, 1], [2], [3, 1, 4], [2]]


@pytest.mark.parametrize("weighting", ["user", "pair"])
def test_counts_are_sums_over_pairs(weighting):
    naive = np.zeros((N_FILMS, N_FILMS))
    for history in HISTORIES:
        weight = 1 / max(len(history) - 1, 1) if weighting == "user" else 1
        for pair in co_watch_pairs([history]):
            naive[pair] += weight
    counts = co_watch_counts(HISTORIES, N_FILMS, weighting=weighting)
    np.testing.assert_allclose(counts.toarray(), naive)
    if weighting == "user":  # every viewing counts one
        assert counts.sum() == pytest.approx(sum(len(h) for h in HISTORIES if len(h) > 1))


def test_softmax_gradients_agree_with_finite_differences():
    rng = np.random.default_rng(0)
    W, C, b = rng.normal(size=(N_FILMS, 3)), rng.normal(size=(N_FILMS, 3)), rng.normal(size=N_FILMS)
    inputs = sparse.csr_array([[0.5, 0.5, 0, 0, 0, 0], [0, 0, 0, 1.0, 0, 0]])
    targets = sparse.csr_array([[0, 0, 0.3, 0, 0.2, 0], [0.5, 0, 0, 0, 0, 0]])
    for position in range(3):
        parameters = [W, C, b]

        def replace(x, position=position, parameters=parameters):
            return [x if i == position else p for i, p in enumerate(parameters)]

        deviation = check_gradient(
            lambda x: softmax_loss(*replace(x), inputs, targets)[0],
            lambda x, position=position: softmax_loss(*replace(x), inputs, targets)[1 + position],
            parameters[position],
        )
        assert deviation < 1e-7


def test_loss_of_one_seed_is_the_mean_over_pairs():
    network = CoWatchNetwork(3, weighting="pair", n_steps=1, learning_rate=1e-12, random_state=0)
    network.fit(HISTORIES, N_FILMS)
    losses = []
    for seed, film in co_watch_pairs(HISTORIES):
        logits = torch.tensor(network.C_ @ network.W_[seed])
        logits[seed] = -torch.inf
        losses.append(torch.nn.functional.cross_entropy(logits, torch.tensor(film)))
    assert network.losses_[0] == pytest.approx(float(torch.stack(losses).mean()), rel=1e-9)


@pytest.mark.parametrize("seeds", ["one", "several"])
def test_batches_change_nothing(liked, seeds):
    settings = {"seeds": seeds, "n_steps": 5, "random_state": 0, "bias": True}
    whole = CoWatchNetwork(4, **settings).fit(liked, 40)
    parts = CoWatchNetwork(4, batch_size=7, **settings).fit(liked, 40)
    np.testing.assert_allclose(whole.scores(liked), parts.scores(liked), rtol=1e-6)


@pytest.mark.parametrize("tied", [False, True])
@pytest.mark.parametrize("seeds", ["one", "several"])
def test_network_finds_the_taste_that_popularity_misses(liked, seeds, tied):
    train, held_out = leave_last_out(liked)
    network = CoWatchNetwork(4, seeds=seeds, tied=tied, random_state=0).fit(train, 40)
    assert (network.W_ is network.C_) == tied
    assert network.losses_[-1] < network.losses_[0]
    ranks = {
        name: held_out_ranks(recommender, train, held_out)
        for name, recommender in [("network", network), ("popular", Popularity().fit(train, 40))]
    }
    assert hit_rate(ranks["network"], 5) > hit_rate(ranks["popular"], 5) + 0.25


def test_tied_gradient_has_both_parts():
    settings = {"tied": True, "n_steps": 1, "random_state": 0}
    start = CoWatchNetwork(2, learning_rate=1e-12, **settings).fit(HISTORIES, N_FILMS).W_
    moved = CoWatchNetwork(2, learning_rate=0.1, **settings).fit(HISTORIES, N_FILMS).W_
    counts = co_watch_counts(HISTORIES, N_FILMS).toarray()
    seeds = counts.sum(axis=1) > 0
    inputs = sparse.csr_array(np.eye(N_FILMS)[seeds])
    targets = sparse.csr_array(counts[seeds] / counts.sum())
    gradient = numerical_gradient(
        lambda W: softmax_loss(W, W, np.zeros(N_FILMS), inputs, targets)[0], start
    )
    np.testing.assert_allclose(moved - start, -0.1 * np.sign(gradient), atol=1e-5)  # Adam's first


def test_weight_decay_stops_where_it_balances_the_gradient():
    decay, settings = 1e-2, {"random_state": 0, "learning_rate": 0.01, "n_steps": 3000}
    network = CoWatchNetwork(2, weight_decay=decay, **settings).fit(HISTORIES, N_FILMS)
    counts = co_watch_counts(HISTORIES, N_FILMS).toarray()
    seeds = counts.sum(axis=1) > 0
    inputs = sparse.csr_array(np.eye(N_FILMS)[seeds])
    targets = sparse.csr_array(counts[seeds] / counts.sum())
    _, dW, dC, _ = softmax_loss(network.W_, network.C_, network.b_, inputs, targets)
    assert np.abs(network.W_).max() > 0.1
    np.testing.assert_allclose(dW, -decay * network.W_, atol=1e-5)
    np.testing.assert_allclose(dC, -decay * network.C_, atol=1e-5)


def test_scores_are_dot_products_with_the_mean_seed(liked):
    network = CoWatchNetwork(3, random_state=0, n_steps=3).fit(liked, 40)
    user = network.W_[[5, 9]].mean(axis=0)
    np.testing.assert_allclose(network.scores([[5, 9]])[0], network.C_ @ user)
    scores = network.C_ @ network.W_[5]
    best = [film for film in np.argsort(-scores) if film != 5][:4]
    assert network.similar(5, 4).tolist() == best


def test_recommendations_in_common_are_similar_to_each_seed(liked):
    network = CoWatchNetwork(3, random_state=0).fit(liked, 40)
    common = network.recommend_in_common([0, 4], k=5, n_similar=12)
    expected = set(network.similar(0, 12)) & set(network.similar(4, 12)) - {0, 4}
    assert set(common) <= expected
    assert len(common) == min(5, len(expected)) > 0


def test_pure_svd_projects_onto_the_right_singular_vectors():
    R = history_matrix(HISTORIES, N_FILMS).toarray()
    V = np.linalg.svd(R)[2][:2].T
    scores = PureSVD(2, random_state=0).fit(HISTORIES, N_FILMS).scores(HISTORIES)
    np.testing.assert_allclose(scores, R @ V @ V.T, atol=1e-9)


def test_item_knn_sums_cosines_of_the_nearest():
    R = history_matrix(HISTORIES, N_FILMS).toarray()
    cosines = cosine_similarity(R.T)
    np.fill_diagonal(cosines, 0)
    every = ItemKNN(100).fit(HISTORIES, N_FILMS).scores([[0, 3]])[0]
    np.testing.assert_allclose(every, cosines[0] + cosines[3])
    one = ItemKNN(1).fit(HISTORIES, N_FILMS)
    nearest = one.neighbors_.toarray()
    assert (np.count_nonzero(nearest, axis=1) <= 1).all()
    np.testing.assert_allclose(nearest.max(axis=1), cosines.max(axis=1))
    for seed, film in [(0, 4), (1, 3), (2, 0)]:  # a film is scored by its own nearest ones
        expected = cosines[film, seed] if cosines[film].argmax() == seed else 0
        assert one.scores([[seed]])[0, film] == pytest.approx(expected)


def test_popularity_counts_viewers():
    popularity = Popularity().fit([[0, 1, 1], [1, 2]], 3)  # watched twice is one viewer
    assert popularity.n_viewers_.tolist() == [1, 2, 1]


def test_ranks_leave_out_what_was_seen():
    train, held_out = [[0], [1, 2]], [[2], [0, 3]]
    ranks = held_out_ranks(Popularity().fit([[0], [0], [0, 2], [2], [3]], 4), train, held_out)
    assert ranks.tolist() == [1.0, 1.0, 2.0]


@given(st.lists(st.integers(0, 5), min_size=1, max_size=6, unique=True), st.integers(1, 9))
def test_nothing_seen_is_recommended(history, k):
    best = ItemKNN().fit(HISTORIES, N_FILMS).recommend(history, k)
    assert not set(best) & set(history)
    assert len(best) == min(k, N_FILMS - len(history))


def test_same_seed_same_network(liked):
    one, other = (
        CoWatchNetwork(3, seeds="several", n_steps=4, random_state=7).fit(liked, 40)
        for _ in range(2)
    )
    np.testing.assert_array_equal(one.W_, other.W_)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: CoWatchNetwork(seeds="two"), "choose 'one' or 'several'"),
        (lambda: CoWatchNetwork(0), "each must be at least 1"),
        (lambda: CoWatchNetwork(learning_rate=-1), "must be positive"),
        (lambda: CoWatchNetwork(weight_decay=-1), "the second not negative"),
        (lambda: CoWatchNetwork().fit([[0], [1]], 2), "no co-watch pair"),
        (lambda: CoWatchNetwork(weighting="film").fit(HISTORIES, 6), "choose 'user' or 'pair'"),
        (lambda: CoWatchNetwork().recommend([0]), "not fitted; call fit first"),
        (lambda: Popularity().fit([[0, 6]], 6), "films run from 0 to 6; expected 0 to 5"),
        (lambda: Popularity().fit([[]], 6), "hold no film"),
        (lambda: Popularity().fit([[0]], 6).recommend([0], k=0), "at least one film"),
        (lambda: ItemKNN(0), "n_neighbors is 0"),
        (lambda: PureSVD(7).fit(HISTORIES, 6), "n_components is 7"),
        (lambda: hold_out(HISTORIES, 0), "at least one film per user"),
        (lambda: watch_histories([1], [2, 3], [4]), "lengths 1, 2 and 1"),
        (lambda: held_out_ranks(Popularity().fit([[0]], 2), [[0]], [[0]]), "target is excluded"),
        (lambda: held_out_ranks(Popularity().fit([[0]], 2), [[0]], []), "1 users and held_out 0"),
    ],
)
def test_errors_say_what_was_expected(call, message):
    with pytest.raises(ValueError, match=message):
        call()
