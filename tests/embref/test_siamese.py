import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import ttest_rel
from sklearn.decomposition import PCA
from sklearn.metrics import roc_auc_score
from torch.nn import functional

from embref.siamese import (
    ConvolutionalEmbedder,
    Episodes,
    SiameseNetwork,
    contrastive_loss,
    logistic_pair_loss,
    one_shot_episodes,
    one_shot_hits,
    paired_difference,
    triplet_loss,
    verification_auc,
    verification_pairs,
)
from embref.word2vec import negative_sampling_objective


@pytest.fixture
def pairs():
    rng = torch.Generator().manual_seed(0)
    Z1, Z2 = torch.randn(2, 20, 4, generator=rng, dtype=torch.double)
    return Z1, Z2, (torch.rand(20, generator=rng) < 0.5).double()


def shapes(n_classes, random_state):
    """A class is a pattern in 6 features; 24 others vary three times as much within a class."""
    rng = np.random.default_rng(random_state)
    y = np.repeat(np.arange(n_classes), 20)
    patterns = rng.normal(size=(n_classes, 6))[y] + 0.1 * rng.normal(size=(len(y), 6))
    return np.hstack([patterns, 3 * rng.normal(size=(len(y), 24))]), y


def test_logistic_loss_is_torch_cross_entropy(pairs):
    Z1, Z2, same = pairs
    expected = functional.binary_cross_entropy_with_logits((Z1 * Z2).sum(1), same)
    torch.testing.assert_close(logistic_pair_loss(Z1, Z2, same), expected)


def test_logistic_loss_is_that_of_negative_sampling(pairs):
    Z1, Z2, _ = pairs
    center, context, negatives = Z1[:1], Z2[:1], Z2[1:4]
    same = torch.tensor([1.0, 0.0, 0.0, 0.0], dtype=torch.double)
    ours = 4 * logistic_pair_loss(center.expand(4, -1), torch.cat([context, negatives]), same)
    theirs = negative_sampling_objective(center[0].numpy(), context[0].numpy(), negatives.numpy())
    assert ours.item() == pytest.approx(-theirs)


def test_contrastive_loss_by_loop(pairs):
    Z1, Z2, same = pairs
    total = 0.0
    for z1, z2, y in zip(Z1.numpy(), Z2.numpy(), same.numpy(), strict=True):
        distance = np.linalg.norm(z1 - z2)
        total += 0.5 * distance**2 if y else 0.5 * max(0.0, 2.5 - distance) ** 2
    assert contrastive_loss(Z1, Z2, same, 2.5).item() == pytest.approx(total / len(Z1))


def test_contrastive_gradient_exists_where_both_are_equal():
    Z = torch.zeros(2, 3, requires_grad=True)
    contrastive_loss(Z, torch.zeros(2, 3), torch.tensor([1.0, 0.0])).backward()
    assert torch.isfinite(Z.grad).all()


def test_contrastive_gradient_by_finite_differences(pairs):
    Z1, Z2, same = pairs
    assert torch.autograd.gradcheck(
        lambda Z: contrastive_loss(Z, Z2, same, 2.5), Z1.clone().requires_grad_()
    )


def test_triplet_loss_is_torch_own(pairs):
    Z1, Z2, _ = pairs
    other = Z2.flip(0)
    expected = functional.triplet_margin_with_distance_loss(
        Z1, Z2, other, distance_function=lambda a, b: (a - b).square().sum(1), margin=0.7
    )
    torch.testing.assert_close(triplet_loss(Z1, Z2, other, 0.7), expected)


@pytest.mark.parametrize("loss", ["logistic", "contrastive", "triplet"])
def test_one_shot_on_unseen_classes_beats_raw_features_and_pca(loss):
    X, y = shapes(40, 0)
    X_new, y_new = shapes(20, 1)
    model = SiameseNetwork(
        loss, n_components=16, n_units=64, learning_rate=2e-3, n_steps=250, random_state=0
    ).fit(X, y)
    episodes = one_shot_episodes(y_new, 5, 400, random_state=0)
    ours = one_shot_hits(model.transform(X_new), episodes)
    for baseline in (X_new, PCA(16).fit(X).transform(X_new)):
        margin = paired_difference(ours, one_shot_hits(baseline, episodes))
        assert margin.low > 0.2
    rows, same = verification_pairs(y_new, 400, random_state=0)
    raw = verification_auc((X_new[rows[:, 0]] * X_new[rows[:, 1]]).sum(axis=1), same)
    learned = verification_auc(model.score_pairs(X_new[rows[:, 0]], X_new[rows[:, 1]]), same)
    assert learned > raw + 0.15


def test_images_go_through_convolutions():
    rng = np.random.default_rng(0)
    y = np.arange(40) % 2
    X = rng.normal(size=(40, 8, 8)) * 0.1
    X[y == 0, 2, :] += 1  # a horizontal or a vertical bar
    X[y == 1, :, 5] += 1
    model = SiameseNetwork(n_steps=60, n_units=4, n_components=4, random_state=0).fit(X, y)
    assert isinstance(model.network_, ConvolutionalEmbedder)
    hits = one_shot_hits(model.transform(X), one_shot_episodes(y, 2, 100, random_state=0))
    assert hits.mean() > 0.95


def test_both_members_of_a_pair_share_one_network():
    X, y = shapes(4, 0)
    model = SiameseNetwork(n_steps=5, n_components=3, random_state=0).fit(X, y)
    forward, backward = model.score_pairs(X[:9], X[9:18]), model.score_pairs(X[9:18], X[:9])
    np.testing.assert_allclose(forward, backward)


def test_same_random_state_gives_the_same_embedding():
    X, y = shapes(4, 0)
    first, second = (SiameseNetwork(n_steps=3, random_state=5).fit(X, y) for _ in range(2))
    np.testing.assert_array_equal(first.transform(X), second.transform(X))


def test_episodes_hold_one_example_of_each_class_and_another_for_the_query():
    y = np.repeat(np.arange(6), 3)
    support, query = one_shot_episodes(y, 4, 200, random_state=0)
    assert all(len(set(y[row])) == 4 for row in support)
    assert (y[support[:, 0]] == y[query]).all()
    assert (support[:, 0] != query).all()


def test_hits_by_loop():
    rng = np.random.default_rng(0)
    Z, y = rng.normal(size=(30, 3)), np.arange(30) % 5
    episodes = one_shot_episodes(y, 3, 50, random_state=0)
    for score, function in {
        "dot": lambda a, b: a @ b,
        "cosine": lambda a, b: a @ b / np.linalg.norm(a) / np.linalg.norm(b),
        "distance": lambda a, b: -np.linalg.norm(a - b),
    }.items():
        expected = [
            np.argmax([function(Z[row], Z[query]) for row in support]) == 0
            for support, query in zip(*episodes, strict=True)
        ]
        assert one_shot_hits(Z, episodes, score).tolist() == expected


def test_constant_embedding_gets_no_hits():
    episodes = Episodes(np.array([[0, 1]]), np.array([2]))
    assert not one_shot_hits(np.ones((3, 2)), episodes).any()


def test_paired_difference_agrees_with_scipy():
    rng = np.random.default_rng(0)
    first, second = rng.random((2, 12))
    interval = ttest_rel(first, second).confidence_interval(0.95)
    ours = paired_difference(first, second)
    np.testing.assert_allclose([ours.low, ours.high], [interval.low, interval.high])


@settings(max_examples=50, deadline=None)
@given(st.lists(st.tuples(st.integers(-5, 5), st.booleans()), min_size=2, max_size=30))
def test_auc_agrees_with_scikit_learn(pairs):
    scores, same = map(list, zip(*pairs, strict=True))
    if len(set(same)) == 2:
        assert verification_auc(scores, same) == pytest.approx(roc_auc_score(same, scores))


def test_half_of_the_verification_pairs_match():
    y = np.arange(40) % 4
    rows, same = verification_pairs(y, 100, random_state=0)
    assert ((y[rows[:, 0]] == y[rows[:, 1]]) == same).all()
    assert same.mean() == 0.5


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: SiameseNetwork("hinge"), "loss is 'hinge'; choose one of 'logistic'"),
        (lambda: SiameseNetwork(n_steps=0), "n_steps is 0"),
        (lambda: SiameseNetwork().fit(np.eye(3), [0, 1, 2]), "0 classes of two examples"),
        (lambda: SiameseNetwork().fit(np.eye(3), [0, 1]), r"y has shape \(2,\)"),
        (lambda: SiameseNetwork().fit(np.full((4, 2), np.nan), [0, 0, 1, 1]), "finite values"),
        (lambda: SiameseNetwork().transform(np.eye(2)), "not fitted"),
        (lambda: SiameseNetwork(n_steps=1).fit(np.eye(4), [0, 0, 1, 1]).transform(np.eye(2)),
         "fitted on examples of shape"),
        (lambda: ConvolutionalEmbedder(3, 9, 2), "3 x 9"),
        (lambda: one_shot_episodes([0, 0, 1, 1], 3, 5), "n_way is 3; y has 2 classes"),
        (lambda: one_shot_hits(np.zeros((2, 2, 2)), Episodes(np.zeros((1, 2), int), np.zeros(1))),
         "flatten"),
        (lambda: verification_pairs([0, 0, 1, 1], 3), "n_pairs is 3"),
        (lambda: verification_auc([1.0, 2.0], [True, True]), "pairs of both kinds"),
        (lambda: paired_difference([1.0], [1.0]), "two tasks at least"),
        (lambda: triplet_loss(torch.ones(1, 2), torch.ones(1, 2), torch.ones(1, 3)), "be equal"),
        (lambda: logistic_pair_loss(torch.ones(2, 2), torch.ones(2, 2), torch.ones(3)),
         r"same \(3,\)"),
    ],
)  # fmt: skip
def test_errors_say_what_to_do(call, message):
    with pytest.raises(ValueError, match=message):
        call()
