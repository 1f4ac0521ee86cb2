"""Losses against torch and against formulas evaluated term by term."""

import math

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

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
