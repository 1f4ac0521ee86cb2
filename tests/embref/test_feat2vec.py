"""Feat2Vec: against loops over pairs, enumeration of all draws, and the optimum in closed form."""

import itertools
import math

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.datasets import load_digits
from torch import Tensor
from torch.nn import functional

from embref.feat2vec import (
    BagOfWords,
    Categorical,
    Draw,
    Feat2Vec,
    Image,
    Numeric,
    Records,
    TokenSequence,
    TwoStepNoise,
    expected_loss,
    fit,
    fit_supervised,
    gradient,
    pad,
    self_supervised_loss,
    theorem_1,
)
from embref.training import seeded

GROUPS = {
    "cast": pad([[0, 1], [2], [], [1, 3], [0, 1]]),
    "director": np.array([0, 1, 1, 2, 0]),
    "year": np.array([[0.5], [-1.0], [0.0], [0.5], [2.0]]),
}


@pytest.fixture(autouse=True)
def _double():
    torch.set_default_dtype(torch.float64)
    yield
    torch.set_default_dtype(torch.float32)


def build(self_pairs=False, r=3):
    with seeded(1):
        model = Feat2Vec(
            {"cast": BagOfWords(4, r), "director": Categorical(3, r), "year": Numeric(1, r, 4)},
            self_pairs=self_pairs,
        )
        for parameter in model.parameters():
            parameter.data.normal_(std=0.7)
        model.extractors["cast"].table.weight.data[0] = 0.0
    return model


@given(st.integers(1, 4), st.integers(2, 5), st.booleans(), st.integers(0, 99))
def test_score_sums_the_pairs(n_records, n_groups, self_pairs, seed):
    model = Feat2Vec({str(i): Categorical(1, 1) for i in range(n_groups)}, self_pairs=self_pairs)
    model.offset.data.fill_(0.3)
    E = torch.randn(n_records, n_groups, 3, generator=torch.Generator().manual_seed(seed)).double()
    choose = itertools.combinations_with_replacement if self_pairs else itertools.combinations
    for row, score in zip(E, model.score(E), strict=True):
        naive = 0.3 + sum(float(row[i] @ row[j]) for i, j in choose(range(n_groups), 2))
        assert float(score.detach()) == pytest.approx(naive)


@pytest.mark.parametrize("self_pairs", [False, True])
def test_change_is_the_score_of_the_changed_record(self_pairs):
    model, records = build(self_pairs), Records(GROUPS)
    E = model.embed_records(records, records.rows)
    for group, name in enumerate(model.names):
        every = model.embed(name, records.values[group])
        changed = model.change(E, group, every.expand(len(records), -1, -1))
        for row, value in itertools.product(range(len(records)), range(len(every))):
            rows = records.rows[row].clone()
            rows[group] = value
            expected = model.score(model.embed_records(records, rows[None]))
            assert float(changed[row, value].detach()) == pytest.approx(float(expected.detach()))
        one_each = model.change(E, group, E[:, group])
        torch.testing.assert_close(one_each, model.score(E))


def test_records_number_distinct_values():
    records = Records(GROUPS)
    assert [len(values) for values in records.values] == [4, 3, 4]
    for group, array in enumerate(GROUPS.values()):
        back = records.values[group][records.rows[:, group]]
        np.testing.assert_array_equal(back.numpy(), array)
    assert [int(counts.sum()) for counts in records.counts] == [5, 5, 5]


def test_noise_is_flattened_counts():
    records = Records(GROUPS)
    noise = TwoStepNoise(records, [16, 81, 1], k=3, alpha1=0.25, alpha2=0.75)
    np.testing.assert_allclose(noise.group_probabilities, np.array([2, 3, 1]) / 6)
    weights = np.array([2, 2, 1]) ** 0.75  # directors 0, 1 and 2
    np.testing.assert_allclose(noise.value_probabilities[1], weights / weights.sum())
    log_q2 = noise.value_probabilities[1].log()
    for normalizer, joint in itertools.product(("k P_Q", "P_Q"), (False, True)):
        chosen = TwoStepNoise(
            records,
            [16, 81, 1],
            k=3,
            normalizer=normalizer,
            noise_probability="joint" if joint else "conditional",
        )
        shift = (math.log(3) if normalizer == "k P_Q" else 0) + (math.log(0.5) if joint else 0)
        torch.testing.assert_close(chosen.log_weights(1), log_q2 + shift)


@pytest.mark.parametrize("per", ["record", "negative"])
def test_draws_follow_both_steps(per):
    noise = TwoStepNoise(Records(GROUPS), [16, 81, 1], k=4, group_drawn_per=per)
    draw = noise.draw(20_000, torch.Generator().manual_seed(0))
    shared = (draw.groups == draw.groups[:, :1]).all(dim=1).double().mean()
    assert float(shared) == 1.0 if per == "record" else float(shared) < 0.3
    for group in range(3):
        drawn = draw.groups == group
        share = float(drawn.double().mean())
        assert share == pytest.approx(float(noise.group_probabilities[group]), abs=0.012)
        values = torch.bincount(draw.values[drawn]) / drawn.sum()
        torch.testing.assert_close(values, noise.value_probabilities[group], atol=0.02, rtol=0)


def naive_loss(model, records, noise, draw):
    """Cross-entropy of explicit records, by the forward pass and torch's own function."""
    total = 0.0
    for row, groups, values in zip(records.rows, draw.groups, draw.values, strict=True):
        for group, value in zip(groups.tolist(), values.tolist(), strict=True):
            for label, number, weight in [(1.0, row[group], 1 / noise.k), (0.0, value, 1.0)]:
                changed = row.clone()
                changed[group] = number
                fields = {
                    name: records.values[i][changed[i]][None] for i, name in enumerate(model.names)
                }
                logit = model(fields) - noise.log_weights(group)[number]
                target = torch.full((1,), label)
                total += weight * functional.binary_cross_entropy_with_logits(logit, target)
    return total / len(records)


@pytest.mark.parametrize("per", ["record", "negative"])
@pytest.mark.parametrize("joint", ["conditional", "joint"])
@pytest.mark.parametrize("normalizer", ["k P_Q", "P_Q"])
@pytest.mark.parametrize("self_pairs", [False, True])
def test_loss_is_cross_entropy_of_explicit_records(self_pairs, normalizer, joint, per):
    model, records = build(self_pairs), Records(GROUPS)
    noise = TwoStepNoise(
        records,
        model.n_parameters,
        k=3,
        normalizer=normalizer,
        noise_probability=joint,
        group_drawn_per=per,
    )
    draw = noise.draw(len(records), torch.Generator().manual_seed(3))
    loss = self_supervised_loss(model, records, records.rows, noise, draw)
    torch.testing.assert_close(loss, naive_loss(model, records, noise, draw))


def every_draw(noise: TwoStepNoise):
    """All draws for one record with their probabilities."""
    Q1, Q2 = noise.group_probabilities, noise.value_probabilities
    pairs = [(g, v) for g in range(len(Q1)) for v in range(len(Q2[g]))]
    for draw in itertools.product(pairs, repeat=noise.k):
        groups = [g for g, _ in draw]
        if noise.group_drawn_per == "record" and len(set(groups)) > 1:
            continue
        n_group_draws = 1 if noise.group_drawn_per == "record" else noise.k
        probability = math.prod(float(Q1[g]) for g in groups[:n_group_draws])
        probability *= math.prod(float(Q2[g][v]) for g, v in draw)
        yield probability, Draw(torch.tensor([groups]), torch.tensor([[v for _, v in draw]]))


@pytest.mark.parametrize("per", ["record", "negative"])
def test_expected_loss_is_the_mean_over_all_draws(per):
    model, records = build(), Records(GROUPS)
    noise = TwoStepNoise(records, model.n_parameters, k=2, group_drawn_per=per)
    total, mass = 0.0, 0.0
    for probability, draw in every_draw(noise):
        everyone = Draw(draw.groups.expand(len(records), -1), draw.values.expand(len(records), -1))
        total += probability * float(
            self_supervised_loss(model, records, records.rows, noise, everyone).detach()
        )
        mass += probability
    assert mass == pytest.approx(1.0)
    assert float(expected_loss(model, records, noise).detach()) == pytest.approx(total)


@pytest.mark.parametrize("normalizer", ["k P_Q", "P_Q"])
@pytest.mark.parametrize("self_pairs", [False, True])
def test_theorem_1_holds_for_the_conditional_noise(self_pairs, normalizer):
    model, records = build(self_pairs), Records(GROUPS)
    sides = theorem_1(model, records, TwoStepNoise(records, [5, 3, 2], normalizer=normalizer))
    assert float(sides.weights.sum()) == pytest.approx(1.0)
    torch.testing.assert_close(sides.self_supervised, sides.combination, atol=1e-12, rtol=1e-10)
    wrong = torch.full((3,), 1 / 3) @ sides.targeted  # the weights are those of step one
    assert float((wrong - sides.self_supervised).abs().max()) > 1e-2


def test_theorem_1_fails_for_the_joint_noise():
    model, records = build(), Records(GROUPS)
    sides = theorem_1(model, records, TwoStepNoise(records, [5, 3, 2], noise_probability="joint"))
    assert float((sides.self_supervised - sides.combination).abs().max()) > 1e-2


def test_theorem_1_is_what_the_sampling_algorithm_does_on_average():
    model, records = build(), Records(GROUPS)
    noise = TwoStepNoise(records, [5, 3, 2], k=2)
    generator = torch.Generator().manual_seed(0)
    sides, n_draws = theorem_1(model, records, noise), 4000
    rows = records.rows.repeat(n_draws // 100, 1)
    samples = torch.stack(
        [
            gradient(
                model,
                self_supervised_loss(model, records, rows, noise, noise.draw(len(rows), generator)),
            )
            for _ in range(100)
        ]
    )
    error = samples.std(dim=0) / 10 + 1e-9
    deviations = (samples.mean(dim=0) - sides.combination).abs() / error
    assert float(deviations.max()) < 4.5
    assert float((samples[0] - sides.combination).abs().max()) > 1e-2  # a single step deviates


@pytest.mark.parametrize(("normalizer", "total"), [("k P_Q", 1.0), ("P_Q", 1 / 3)])
def test_scores_become_conditional_probabilities(normalizer, total):
    counts = np.array([[6, 2, 2], [1, 5, 4]])
    cast, director = np.repeat(np.argwhere(counts >= 0), counts.ravel(), axis=0).T
    records = Records({"cast": cast, "director": director})
    with seeded(0):
        model = Feat2Vec({"cast": Categorical(2, 3), "director": Categorical(3, 3)})
    noise = TwoStepNoise(records, [1, 1], k=3, normalizer=normalizer).targeted("director")
    optimizer = torch.optim.LBFGS(model.parameters(), max_iter=400, line_search_fn="strong_wolfe")

    def closure() -> Tensor:
        optimizer.zero_grad()
        loss = expected_loss(model, records, noise)
        loss.backward()
        return loss

    optimizer.step(closure)
    pairs = torch.cartesian_prod(torch.arange(2), torch.arange(3))
    scores = model({"cast": pairs[:, 0], "director": pairs[:, 1]}).detach().reshape(2, 3)
    expected = total * counts / counts.sum(axis=1, keepdims=True)
    np.testing.assert_allclose(scores.exp(), expected, rtol=1e-3)


def test_huge_scores_stay_finite():
    model, records = build(), Records(GROUPS)
    for extractor in model.extractors.values():
        for parameter in extractor.parameters():
            parameter.data *= 1e3
    noise = TwoStepNoise(records, model.n_parameters)
    loss = expected_loss(model, records, noise)
    assert math.isfinite(float(loss.detach()))
    assert float(loss.detach()) > 1e5
    assert torch.isfinite(gradient(model, loss)).all()


def test_bags_add_up_and_sequences_have_an_order():
    with seeded(0):
        bag, text = BagOfWords(5, 3), TokenSequence(5, 30)
    forward, backward = torch.tensor([[1, 2, 3]]), torch.tensor([[3, 2, 1]])
    torch.testing.assert_close(bag(forward), bag(backward))
    assert not torch.allclose(text(forward), text(backward))
    longer = functional.pad(forward, (0, 5), value=-1)
    torch.testing.assert_close(bag(forward), bag(longer))
    torch.testing.assert_close(text(forward), text(longer))


def test_supervised_regression_predicts_unseen_pairs():
    rng = np.random.default_rng(0)
    users, films = np.divmod(np.arange(120), 12)
    P, Q = rng.normal(size=(10, 2)), rng.normal(size=(12, 2))
    ratings = 3 + np.sum(P[users] * Q[films], axis=1)
    train = rng.permutation(120)[:100]
    with seeded(0):
        model = Feat2Vec({"user": Categorical(10, 2), "film": Categorical(12, 2)})
    records = Records({"user": users[train], "film": films[train]})
    fit_supervised(
        model,
        records,
        ratings[train],
        task="regression",
        n_epochs=150,
        batch_size=25,
        learning_rate=0.03,
        random_state=0,
    )
    unseen = np.setdiff1d(np.arange(120), train)
    predicted = model({"user": torch.tensor(users[unseen]), "film": torch.tensor(films[unseen])})
    error = np.mean((predicted.detach().numpy() - ratings[unseen]) ** 2)
    assert error < 0.25 * np.var(ratings)


def test_supervised_classification_separates():
    numbers = np.linspace(-2, 2, 60)[:, None]
    kinds = np.arange(60) % 2
    targets = ((numbers[:, 0] > 0) ^ (kinds == 1)).astype(int)  # no group tells it alone
    with seeded(0):
        model = Feat2Vec({"number": Numeric(1, 4), "kind": Categorical(2, 4)})
    records = Records({"number": numbers, "kind": kinds})
    settings = {"n_epochs": 60, "learning_rate": 0.02, "random_state": 0}
    fit_supervised(model, records, targets, task="classification", **settings)
    scores = model.score(model.embed_records(records, records.rows)).detach().numpy()
    assert np.mean((scores > 0) == targets) > 0.93


def test_pictures_and_labels_meet_in_one_space():
    torch.set_default_dtype(torch.float32)
    digits = load_digits()
    images = (digits.images[:500, None] / 16).astype(np.float32)
    records = Records({"image": images[:400], "label": digits.target[:400]})
    with seeded(0):
        model = Feat2Vec({"image": Image(1, 8), "label": Categorical(10, 8)}, offset=-3)
    noise = TwoStepNoise(records, model.n_parameters)
    fit(model, records, noise, n_epochs=12, batch_size=25, random_state=0)
    scores = model.embed("image", images[400:]) @ model.embed("label", torch.arange(10)).T
    accuracy = np.mean(scores.argmax(dim=1).numpy() == digits.target[400:500])
    assert accuracy > 0.6  # chance is 0.1


@settings(max_examples=20)
@given(st.integers(1, 6), st.sampled_from(["record", "negative"]))
def test_targeted_noise_replaces_one_group(k, per):
    noise = TwoStepNoise(Records(GROUPS), [5, 3, 2], k=k, group_drawn_per=per)
    draw = noise.targeted("director").draw(7)
    assert draw.groups.shape == draw.values.shape == (7, k)
    assert set(draw.groups.ravel().tolist()) == {1}
    assert noise.group_probabilities[1] < 1  # the original is left alone


def test_same_seed_same_model():
    losses = []
    for _ in range(2):
        records = Records(GROUPS)
        model = build()
        noise = TwoStepNoise(records, model.n_parameters)
        losses.append(fit(model, records, noise, n_epochs=3, random_state=5))
    assert losses[0] == losses[1]


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda r, m: Feat2Vec({"a": Categorical(2, 2)}), ValueError, "needs at least two"),
        (lambda r, m: Records({"a": [1, 2], "b": [1]}), ValueError, "'a': 2, 'b': 1"),
        (lambda r, m: Records({"a": [1.0, np.nan], "b": [1, 2]}), ValueError, "finite"),
        (lambda r, m: Records({"a": ["x"], "b": [1]}), ValueError, "'a' holds what is not"),
        (lambda r, m: TwoStepNoise(r, [1, 2]), ValueError, "cast, director, year"),
        (lambda r, m: TwoStepNoise(r, [1, 2, 3], k=0), ValueError, "k is 0"),
        (lambda r, m: TwoStepNoise(r, [1, 2, 3], alpha2=2), ValueError, r"lie in \[0, 1\]"),
        (lambda r, m: TwoStepNoise(r, [1, 2, 3], normalizer="Z"), ValueError, "'k P_Q', 'P_Q'"),
        (lambda r, m: TwoStepNoise(r, [1, 2, 3]).targeted("x"), KeyError, "no group 'x'"),
        (lambda r, m: m.embed("x", [0]), KeyError, "cast, director, year"),
        (lambda r, m: m({"cast": torch.zeros(1, 1)}), ValueError, "expected cast, director, year"),
        (
            lambda r, m: fit(m, Records({"a": [0], "b": [0]}), TwoStepNoise(r, [1, 2, 3])),
            ValueError,
            "give the same in the same order",
        ),
        (lambda r, m: fit_supervised(m, r, [0], task="regression"), ValueError, r"expected \(5,\)"),
        (
            lambda r, m: fit_supervised(m, r, [0, 1, 2, 0, 1], task="classification"),
            ValueError,
            "must be 0 or 1",
        ),
    ],
)
def test_errors_say_what_was_expected(call, error, message):
    with pytest.raises(error, match=message):
        call(Records(GROUPS), build())
