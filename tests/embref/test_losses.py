"""Losses against torch and against formulas evaluated term by term."""

import math

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from torch.nn import functional

from embref import losses
from embref.losses import (
    cross_entropy,
    cross_entropy_from_logits,
    half_squared_error,
    log_sigmoid,
    log_softmax,
    softmax,
)

logit_arrays = arrays(float, st.integers(1, 8), elements=st.floats(-50, 50))


def test_half_squared_error_by_loops():
    T = np.array([[0.0, 1.0], [1.0, 0.0], [0.5, 0.5]])
    Y = np.array([[0.2, 0.7], [0.1, 0.4], [0.9, 0.3]])
    total = 0.0
    for t, y in zip(T, Y, strict=True):
        for a, b in zip(t, y, strict=True):
            total += (a - b) ** 2
    assert half_squared_error(T, Y) == pytest.approx(total / 6)


@pytest.mark.parametrize(
    ("T", "Y"), [([0.0, 1.0], [0.0, 1.0]), ([[0.0, 1.0]], [[0.0], [1.0]]), (np.empty((0, 2)),) * 2]
)
def test_half_squared_error_names_both_shapes(T, Y):
    with pytest.raises(ValueError, match=r"T has shape .* and Y has shape"):
        half_squared_error(T, Y)


@given(logit_arrays)
def test_softmax_is_a_distribution(logits):
    p = softmax(logits)
    assert np.all(p >= 0)
    assert p.sum() == pytest.approx(1.0)


@given(logit_arrays, st.floats(-1e3, 1e3))
def test_softmax_ignores_a_shift(logits, shift):
    np.testing.assert_allclose(softmax(logits + shift), softmax(logits), atol=1e-9)


@pytest.mark.parametrize("axis", [0, 1, -1])
def test_log_softmax_against_torch(axis):
    logits = np.random.default_rng(0).normal(scale=30, size=(4, 5))
    truth = torch.log_softmax(torch.tensor(logits), dim=axis).numpy()
    np.testing.assert_allclose(log_softmax(logits, axis=axis), truth)


def test_softmax_survives_large_scores():
    np.testing.assert_array_equal(softmax([1e4, 0.0]), [1.0, 0.0])


def test_softmax_needs_a_class():
    with pytest.raises(ValueError, match="at least one score"):
        softmax(np.empty((3, 0)))


@given(st.floats(-700, 700))
def test_log_sigmoid_against_torch(x):
    truth = torch.nn.functional.logsigmoid(torch.tensor(x, dtype=torch.float64)).item()
    assert float(log_sigmoid(x)) == pytest.approx(truth, rel=1e-12, abs=1e-300)


def test_cross_entropy_against_torch():
    rng = np.random.default_rng(1)
    logits, target = rng.normal(size=(6, 4)), rng.integers(4, size=6)
    truth = torch.nn.functional.cross_entropy(torch.tensor(logits), torch.tensor(target)).item()
    assert cross_entropy_from_logits(logits, target) == pytest.approx(truth)
    assert cross_entropy(softmax(logits), target) == pytest.approx(truth)


def test_cross_entropy_of_one_distribution():
    assert cross_entropy([0.1, 0.6, 0.3], 1) == pytest.approx(-math.log(0.6))
    assert cross_entropy([0.0, 1.0], 0) == math.inf


@pytest.mark.parametrize("probabilities", [[0.5, 0.6], [1.5, -0.5], [0.9, 0.0]])
def test_cross_entropy_wants_a_distribution(probabilities):
    with pytest.raises(ValueError, match=r"sum to one .* cross_entropy_from_logits"):
        cross_entropy(probabilities, 0)


@pytest.mark.parametrize(
    ("target", "message"),
    [
        (3, "classes are 0 to 2"),
        (-1, "classes are 0 to 2"),
        (1.0, "integer class indices"),
        ([0, 1], "one class index per distribution"),
    ],
)
def test_cross_entropy_wants_a_class_index(target, message):
    with pytest.raises(ValueError, match=message):
        cross_entropy_from_logits([0.0, 1.0, 2.0], target)


# --- losses for regression and classification, and their gradients --------------------------

rng = np.random.default_rng(0)
OUTPUTS, TARGETS = rng.normal(size=(5, 3)), rng.normal(size=(5, 3))
LOGITS, CLASSES = 2 * rng.normal(size=(6, 4)), rng.integers(4, size=6)
SCORES, BINARY = 2 * rng.normal(size=7), rng.integers(2, size=7)


def as_torch(values):
    return torch.tensor(np.asarray(values), requires_grad=np.asarray(values).dtype == float)


# Our loss and gradient; the same in torch, which averages over outputs too; inputs.
LOSSES = {
    "l2": (losses.l2_loss, losses.l2_gradient, lambda t, y: 3 * functional.mse_loss(y, t)),
    "l1": (losses.l1_loss, losses.l1_gradient, lambda t, y: 3 * functional.l1_loss(y, t)),
    "huber": (
        lambda t, y: losses.huber_loss(t, y, 0.7),
        lambda t, y: losses.huber_gradient(t, y, 0.7),
        lambda t, y: 3 * functional.huber_loss(y, t, delta=0.7),
    ),
}


@pytest.mark.parametrize("name", LOSSES)
def test_regression_losses_against_torch(name):
    loss, gradient, peer = LOSSES[name]
    Y = as_torch(OUTPUTS)
    truth = peer(torch.tensor(TARGETS), Y)
    truth.backward()
    assert loss(TARGETS, OUTPUTS) == pytest.approx(truth.item())
    assert gradient(TARGETS, OUTPUTS) == pytest.approx(Y.grad.numpy())


def test_huber_joins_the_half_square_and_the_line():
    for error in (0.3, 0.7, 2.0):
        square, line = error**2 / 2, 0.7 * (error - 0.35)
        truth = square if error <= 0.7 else line
        assert losses.huber_loss([[0.0]], [[error]], 0.7) == pytest.approx(truth)


CLASSIFICATION = {
    "cross-entropy": (
        losses.cross_entropy_from_logits,
        losses.cross_entropy_gradient,
        functional.cross_entropy,
        (LOGITS, CLASSES),
    ),
    "multiclass hinge": (
        losses.multiclass_hinge_loss,
        losses.multiclass_hinge_gradient,
        lambda s, t: 4 * functional.multi_margin_loss(s, t),
        (LOGITS, CLASSES),
    ),
    "logistic": (
        losses.logistic_loss,
        losses.logistic_gradient,
        lambda s, t: functional.binary_cross_entropy_with_logits(s, t.double()),
        (SCORES, BINARY),
    ),
    "hinge": (
        losses.hinge_loss,
        losses.hinge_gradient,
        lambda s, t: torch.relu(1 - t * s).mean(),
        (SCORES, 2 * BINARY - 1),
    ),
}


@pytest.mark.parametrize("name", CLASSIFICATION)
def test_classification_losses_against_torch(name):
    loss, gradient, peer, (scores, targets) = CLASSIFICATION[name]
    tensor = as_torch(scores)
    truth = peer(tensor, torch.tensor(targets))
    truth.backward()
    assert loss(scores, targets) == pytest.approx(truth.item())
    assert gradient(scores, targets) == pytest.approx(tensor.grad.numpy())


@given(
    arrays(float, (4, 2), elements=st.floats(-50, 50)),
    st.lists(st.integers(0, 1), min_size=4, max_size=4),
)
def test_two_class_softmax_is_logistic(logits, classes):
    difference = logits[:, 1] - logits[:, 0]
    assert losses.softmax(logits)[:, 1] == pytest.approx(np.exp(losses.log_sigmoid(difference)))
    truth = losses.cross_entropy_from_logits(logits, classes)
    assert losses.logistic_loss(difference, classes) == pytest.approx(truth, abs=1e-12)
    # Adding the same to both logits changes nothing: one of the two is redundant.
    assert losses.cross_entropy_from_logits(logits + 7, classes) == pytest.approx(truth, abs=1e-12)


def test_cross_entropy_of_the_slide():
    # CS246: five classes, the third is right and has probability 0.4.
    assert losses.cross_entropy([0.1, 0.3, 0.4, 0.1, 0.1], 2) == pytest.approx(-np.log(0.4))


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: losses.l2_loss([1.0], [1.0]), r"\(N, M\)"),
        (lambda: losses.l1_gradient([[1.0]], [[1.0, 2.0]]), r"\(1, 1\) and Y has shape \(1, 2\)"),
        (lambda: losses.huber_loss([[1.0]], [[1.0]], 0), "delta is 0"),
        (lambda: losses.logistic_loss([1.0], [2]), "between 0 and 1"),
        (lambda: losses.logistic_loss([1.0, 2.0], [1]), "expected"),
        (lambda: losses.hinge_loss([1.0], [0]), "write class 0 as -1"),
        (lambda: losses.multiclass_hinge_loss([1.0], 0), r"\(N, K\)"),
        (lambda: losses.multiclass_hinge_loss([[1.0, 2.0]], [2]), "classes are 0 to 1"),
        (lambda: losses.cross_entropy_gradient([[1.0, 2.0]], [2]), "classes are 0 to 1"),
    ],
)
def test_wrong_arguments_of_losses(call, message):
    with pytest.raises(ValueError, match=message):
        call()
