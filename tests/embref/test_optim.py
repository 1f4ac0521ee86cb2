"""Optimizers and schedules against torch, training against its result."""

import numpy as np
import pytest
import torch
from sklearn.datasets import make_regression

from embref import optim
from embref.cooccurrence import shifted_pmi
from embref.losses import l2_loss
from embref.networks import FullyConnected
from embref.word2vec import corpus_negative_sampling_gradient

rng = np.random.default_rng(0)

PAIRS = {
    "sgd": (lambda: optim.SGD(0.1), lambda p: torch.optim.SGD(p, lr=0.1)),
    "momentum": (
        lambda: optim.SGD(0.1, momentum=0.8),
        lambda p: torch.optim.SGD(p, lr=0.1, momentum=0.8),
    ),
    "nesterov": (
        lambda: optim.SGD(0.1, momentum=0.8, nesterov=True),
        lambda p: torch.optim.SGD(p, lr=0.1, momentum=0.8, nesterov=True),
    ),
    "adam": (
        lambda: optim.Adam(0.1, beta1=0.8, beta2=0.95, epsilon=1e-6),
        lambda p: torch.optim.Adam(p, lr=0.1, betas=(0.8, 0.95), eps=1e-6),
    ),
}


@pytest.mark.parametrize("name", PAIRS)
def test_steps_against_torch(name):
    make, make_peer = PAIRS[name]
    parameters = [rng.normal(size=(3, 2)), rng.normal(size=4)]
    peers = [torch.tensor(theta, requires_grad=True) for theta in parameters]
    optimizer, peer = make(), make_peer(peers)
    for _ in range(10):
        gradients = [np.sin(3 * theta) + theta for theta in parameters]
        optimizer.step(parameters, gradients)
        for theta in peers:
            theta.grad = torch.sin(3 * theta.detach()) + theta.detach()
        peer.step()
    for theta, truth in zip(parameters, peers, strict=True):
        assert theta == pytest.approx(truth.detach().numpy(), abs=1e-12)


SCHEDULES = {
    "step": (
        optim.step_decay(0.4, every=3, factor=0.5),
        lambda o: torch.optim.lr_scheduler.StepLR(o, 3, 0.5),
    ),
    "linear": (
        optim.linear_decay(0.4, 8, last=0.1),
        lambda o: torch.optim.lr_scheduler.LinearLR(o, 1.0, 0.25, 8),
    ),
    "cosine": (
        optim.cosine_decay(0.4, 12, last=0.1),
        lambda o: torch.optim.lr_scheduler.CosineAnnealingLR(o, 12, eta_min=0.1),
    ),
    "inverse time": (
        optim.inverse_time_decay(0.4, 5),
        lambda o: torch.optim.lr_scheduler.LambdaLR(o, lambda t: 1 / (1 + t / 5)),
    ),
    "warmup": (
        optim.warmup(optim.constant(0.4), 4),
        lambda o: torch.optim.lr_scheduler.LinearLR(o, 0.25, 1.0, 3),
    ),
}


@pytest.mark.parametrize("name", SCHEDULES)
def test_schedules_against_torch(name):
    schedule, make_peer = SCHEDULES[name]
    theta = torch.zeros(1, requires_grad=True)
    optimizer = torch.optim.SGD([theta], lr=0.4)
    peer = make_peer(optimizer)
    for step in range(12):
        assert schedule(step) == pytest.approx(optimizer.param_groups[0]["lr"]), step
        optimizer.step()
        peer.step()


@pytest.mark.parametrize("make", [optim.SGD, optim.Adam])
def test_optimizers_follow_the_schedule(make):
    theta = np.zeros(1)
    optimizer = make(lambda step: [1.0, 0.25][step])
    optimizer.step([theta], [np.ones(1)])
    optimizer.step([theta], [np.ones(1)])
    assert theta[0] == pytest.approx(-1.25)


def test_minibatches_use_every_example_once():
    batches = list(optim.minibatches(10, 4, np.random.default_rng(1)))
    assert sorted(np.concatenate(batches)) == list(range(10))
    assert [len(rows) for rows in batches] == [4, 4, 2]
    assert np.concatenate(batches).tolist() != list(range(10))


@pytest.mark.parametrize("batch_size", [None, 10, 1])
def test_minimize_finds_the_least_squares(batch_size):
    X, t = make_regression(60, 3, noise=0.0, random_state=0)
    truth = np.linalg.lstsq(X, t, rcond=None)[0]
    w = np.zeros(3)
    optimizer = optim.SGD(optim.inverse_time_decay(0.1, 1000), momentum=0.5)

    def gradient(rows):
        return [2 * X[rows].T @ (X[rows] @ w - t[rows]) / len(rows)]

    optim.minimize(
        [w], gradient, 60, optimizer=optimizer, n_epochs=150, batch_size=batch_size, random_state=0
    )
    assert w == pytest.approx(truth, rel=1e-3)


def test_minimize_is_reproducible():
    def run(seed):
        w, X = np.zeros(2), np.arange(12.0).reshape(6, 2) / 12
        optim.minimize(
            [w],
            lambda rows: [X[rows].mean(axis=0) * np.exp(w)],
            6,
            optimizer=optim.SGD(0.1),
            n_epochs=3,
            batch_size=2,
            random_state=seed,
        )
        return w.tolist()

    assert run(0) == run(0) != run(1)


def test_early_stopping_keeps_the_network_that_generalizes():
    X, X_held = rng.normal(size=(12, 6)), rng.normal(size=(200, 6))
    target = np.array([[1.0, -1, 0, 0, 0, 0]]).T
    T = X @ target + 1.5 * rng.normal(size=(12, 1))
    network = FullyConnected([6, 20, 1], "tanh", random_state=0)

    def gradient(rows):
        weights, biases = network.gradients(X[rows], np.tanh(T[rows]))
        return [*weights, *biases]

    def held_out():
        return l2_loss(np.tanh(X_held @ target), network.forward(X_held))

    parameters = [*network.weights_, *network.biases_]
    history = optim.minimize(
        parameters,
        gradient,
        12,
        optimizer=optim.Adam(0.02),
        n_epochs=400,
        validation_loss=held_out,
        early_stopping=optim.EarlyStopping(patience=20),
    )
    assert history.stopped_early
    assert len(history.validation_losses) < 400
    assert np.argmin(history.validation_losses) == len(history.validation_losses) - 21
    assert held_out() == pytest.approx(min(history.validation_losses))


def test_a_full_skip_gram_with_negative_sampling_is_the_shifted_pmi():
    # Levy and Goldberg (2014): with enough dimensions, w·c comes to PMI - ln k.
    counts = np.array([[8.0, 2, 1], [2, 6, 3], [1, 3, 9]])
    W, C = rng.normal(size=(3, 3)), rng.normal(size=(3, 3))

    def gradient(rows):
        ascent = corpus_negative_sampling_gradient(W @ C.T, counts, k=2)
        return [-ascent @ C, -ascent.T @ W]

    optimizer = optim.Adam(optim.cosine_decay(0.05, 3000))
    optim.minimize([W, C], gradient, 1, optimizer=optimizer, n_epochs=3000)
    assert pytest.approx(shifted_pmi(counts, 2), abs=1e-4) == W @ C.T


THETA = [np.zeros(2)]


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: optim.SGD(0.0), "learning_rate is 0.0"),
        (lambda: optim.SGD(0.1, momentum=1.0), r"\[0, 1\)"),
        (lambda: optim.SGD(0.1, nesterov=True), "needs momentum"),
        (lambda: optim.Adam(beta1=1.0), "beta1 is 1.0"),
        (lambda: optim.SGD(0.1).step(THETA, [np.zeros(3)]), r"\(2,\)\] but gradients \[\(3,\)"),
        (lambda: optim.Adam().step(THETA, [np.array([0, np.nan])]), "lower the learning rate"),
        (lambda: optim.step_decay(0.1, 0), "at least 1"),
        (lambda: optim.step_decay(0.1, 5, factor=2.0), r"\(0, 1\]"),
        (lambda: optim.linear_decay(0.1, 5, last=0.2), "last is 0.2"),
        (lambda: next(optim.minibatches(0, 1, rng)), "n_examples is 0"),
        (lambda: optim.EarlyStopping(0), "patience is 0"),
        (lambda: optim.EarlyStopping().restore(THETA), "call check first"),
        (
            lambda: optim.minimize(
                THETA, lambda rows: THETA, 1, optimizer=optim.SGD(1), n_epochs=1,
                early_stopping=optim.EarlyStopping(),
            ),
            "needs a validation loss",
        ),
    ],
)  # fmt: skip
def test_wrong_arguments(call, message):
    with pytest.raises(ValueError, match=message):
        call()
