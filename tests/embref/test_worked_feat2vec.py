"""The Feat2Vec appendix: witnesses against torch's gradients and the model of embref.feat2vec."""

from collections import Counter

import numpy as np
import pytest
import torch

from embref.feat2vec import (
    Categorical,
    Draw,
    Feat2Vec,
    Records,
    TwoStepNoise,
    expected_loss,
    gradient,
    self_supervised_loss,
)
from embref.training import seeded
from embref.worked import feat2vec as worked
from embref.worked.registry import VERDICTS, close

CLAIMS = {claim.id.removeprefix("feat2vec."): claim for claim in worked.ENTRIES}


@pytest.fixture
def model():
    torch.set_default_dtype(torch.float64)
    with seeded(0):
        found = Feat2Vec({str(i): Categorical(n, 2) for i, n in enumerate(worked.SIZES)})
    tables = np.split(worked.THETA, np.cumsum(worked.SIZES)[:-1])
    for extractor, table in zip(found.extractors.values(), tables, strict=True):
        extractor.table.weight.data = torch.tensor(table)
    yield found
    torch.set_default_dtype(torch.float32)


@pytest.fixture
def records():
    return Records({str(i): column for i, column in enumerate(zip(*worked.RECORDS, strict=True))})


def noise(records, **choices):
    found = TwoStepNoise(records, [1, 1, 1], k=worked.K, normalizer="P_Q", **choices)
    found.group_probabilities = torch.tensor(worked.Q1)
    return found


def gradient_of_tables(model, loss):
    """Leave out the offset, which the appendix does not have."""
    return gradient(model, loss)[1:].reshape(-1, 2)


def test_ids_are_unique_and_verdicts_follow():
    assert len(CLAIMS) == len(worked.ENTRIES)
    verdicts = Counter(claim.verdict for claim in worked.ENTRIES)
    assert set(verdicts) <= set(VERDICTS)
    assert verdicts == {"erratum": 12, "needs a condition": 9, "agrees": 5}


@pytest.mark.parametrize("claim", worked.ENTRIES, ids=lambda claim: claim.id)
def test_every_claim_is_explained(claim):
    assert claim.place
    assert claim.quantity
    assert claim.correct or claim.verdict == "agrees"
    assert not claim.correct or claim.reason.endswith((".", ")"))
    if claim.witness:
        printed, correct, truth = claim.witness()
        assert close(correct, truth)
        assert close(printed, truth) == (claim.verdict == "agrees")


def test_expected_loss_is_that_of_the_model(model, records):
    loss = float(expected_loss(model, records, noise(records)).detach())
    assert worked.self_supervised_loss(worked.THETA, worked.conditional_noise) == pytest.approx(
        loss
    )


def test_targeted_gradients_are_those_of_the_model(model, records):
    for group in worked.GROUPS:
        loss = expected_loss(model, records, noise(records).targeted(str(group)))
        np.testing.assert_allclose(
            worked.targeted_gradient(worked.THETA, group), gradient_of_tables(model, loss)
        )
        assert worked.targeted_loss(worked.THETA, group) == pytest.approx(float(loss))


def test_drawn_loss_is_that_of_the_model(model, records):
    draw = Draw(
        torch.tensor(worked.DRAWN_GROUPS)[:, None].expand(-1, worked.K),
        torch.tensor(worked.DRAWN_VALUES),
    )
    loss = self_supervised_loss(model, records, records.rows, noise(records), draw)
    assert worked.drawn_loss(worked.THETA) == pytest.approx(float(loss))


def test_both_steps_together_and_their_product_break_the_theorem(model, records):
    joint = expected_loss(model, records, noise(records, noise_probability="joint"))
    product = gradient_of_tables(model, joint).numpy()
    marginal = CLAIMS["line1.conditional_noise"].witness().printed
    right = worked.combination(worked.THETA)
    for wrong in (product, marginal):
        assert np.abs(wrong - right).max() > 1e-2
    assert np.abs(product - marginal).max() > 1e-3  # two different mistakes


def test_marginal_noise_is_a_distribution():
    positive = worked.RECORDS[0]
    every = {
        worked.replaced(positive, group, value)
        for group in worked.GROUPS
        for value in range(worked.SIZES[group])
    }
    total = sum(worked.marginal_noise(x, positive, 0) for x in every)
    assert total == pytest.approx(1.0)


@pytest.mark.parametrize(
    ("claim", "printed"),
    [("line1.posterior", 1 / worked.K), ("line4.second_step", 4.0), ("line3.partition", 8)],
)
def test_slips_have_the_size_that_the_reason_says(claim, printed):
    assert CLAIMS[claim].witness().printed == pytest.approx(printed)


def test_one_step_weights_the_groups_by_what_was_drawn():
    """The gradient of one draw is convex too: shares of the sets, each over its own records."""
    shares = np.bincount(worked.DRAWN_GROUPS, minlength=3) / len(worked.RECORDS)
    draws = list(zip(worked.RECORDS, worked.DRAWN_GROUPS, worked.DRAWN_VALUES, strict=True))
    means = [
        np.mean([worked.record_loss(worked.THETA, *draw) for draw in draws if draw[1] == group])
        for group in worked.GROUPS
    ]
    assert shares.sum() == 1
    assert shares @ means == pytest.approx(worked.drawn_loss(worked.THETA))
