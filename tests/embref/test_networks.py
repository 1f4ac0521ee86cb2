"""Networks against torch autograd, explicit loops and finite differences."""

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from embref.networks import (
    ACTIVATIONS,
    FullyConnected,
    check_gradient,
    forward_by_index,
    layer_forward,
    numerical_gradient,
    sigmoid,
    unit_output,
)

TORCH = {
    "sigmoid": torch.sigmoid,
    "tanh": torch.tanh,
    "relu": torch.relu,
    "identity": lambda x: x,
}


def data(seed=0, n=5, n_in=3, n_out=2):
    rng = np.random.default_rng(seed)
    return rng.normal(size=(n, n_in)), rng.uniform(size=(n, n_out))


def random_network(activation="sigmoid", bias=True, sizes=(3, 4, 4, 2)):
    network = FullyConnected(sizes, activation, bias=bias, random_state=3)
    for b in network.biases_:
        b += np.linspace(-0.5, 0.5, len(b))
    return network


def torch_network(network, X):
    weights = [torch.tensor(W, requires_grad=True) for W in network.weights_]
    biases = [torch.tensor(b, requires_grad=True) for b in network.biases_]
    H = torch.tensor(X)
    for layer, W in enumerate(weights):
        Z = H @ W.T + (biases[layer] if biases else 0.0)
        H = TORCH[network.activation](Z)
    return H, weights, biases


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_activation_and_derivative_against_torch(name):
    x = torch.tensor([-30.0, -2.0, -0.1, 0.3, 4.0, 30.0], dtype=torch.float64, requires_grad=True)
    y = TORCH[name](x)
    y.sum().backward()
    points = x.detach().numpy()
    np.testing.assert_allclose(ACTIVATIONS[name].function(points), y.detach().numpy())
    derivative = ACTIVATIONS[name].derivative(points)
    np.testing.assert_allclose(derivative, x.grad.numpy(), rtol=1e-9, atol=1e-15)


@given(st.floats(allow_nan=False))
def test_sigmoid_is_bounded_and_symmetric(x):
    value = float(sigmoid(x))
    assert 0.0 <= value <= 1.0
    assert value + float(sigmoid(-x)) == pytest.approx(1.0)


def test_sigmoid_keeps_small_values():
    assert float(sigmoid(-700.0)) == pytest.approx(np.exp(-700.0), rel=1e-10)


def test_relu_has_slope_zero_at_zero():
    assert ACTIVATIONS["relu"].derivative(0.0) == 0.0


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_unit_output_by_hand(name):
    truth = TORCH[name](torch.tensor(0.5 * 2 - 1.5 * 3 + 0.25)).item()
    assert unit_output([2, 3], [0.5, -1.5], 0.25, name) == pytest.approx(truth)


def test_layer_forward_unit_by_unit():
    X, _ = data()
    W, b = np.random.default_rng(1).normal(size=(4, 3)), np.arange(4.0)
    truth = [[unit_output(x, w, bias) for w, bias in zip(W, b, strict=True)] for x in X]
    np.testing.assert_allclose(layer_forward(X, W, b), truth)


@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_index_notation_agrees_with_the_vectorized_network(activation):
    X, _ = data()
    network = random_network(activation, bias=False)
    by_index = [forward_by_index(x, network.weights_, activation) for x in X]
    for layer, values in enumerate(network.layer_outputs(X)):
        np.testing.assert_allclose([layers[layer] for layers in by_index], values)


@pytest.mark.parametrize("bias", [True, False])
@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_backpropagation_against_autograd(activation, bias):
    X, T = data()
    network = random_network(activation, bias)
    Y, weights, biases = torch_network(network, X)
    loss = ((torch.tensor(T) - Y) ** 2).sum() / (2 * len(X))
    loss.backward()
    assert network.loss(X, T) == pytest.approx(loss.item())
    gradients = network.gradients(X, T)
    assert len(gradients.biases) == len(biases)
    for ours, theirs in zip(gradients.weights, weights, strict=True):
        np.testing.assert_allclose(ours, theirs.grad.numpy(), atol=1e-14)
    for ours, theirs in zip(gradients.biases, biases, strict=True):
        np.testing.assert_allclose(ours, theirs.grad.numpy(), atol=1e-14)


def test_backpropagation_against_finite_differences():
    X, T = data()
    network = random_network()

    def loss(W):
        network.weights_[1][:] = W
        return network.loss(X, T)

    W = network.weights_[1].copy()
    assert check_gradient(loss, lambda W: network.gradients(X, T).weights[1], W) < 1e-7


def test_step_is_gradient_descent():
    X, T = data()
    network = random_network()
    before = [W.copy() for W in (*network.weights_, *network.biases_)]
    gradients = network.gradients(X, T)
    assert network.step(X, T, 0.3) is network
    after = (*network.weights_, *network.biases_)
    for old, new, slope in zip(before, after, (*gradients.weights, *gradients.biases), strict=True):
        np.testing.assert_allclose(new, old - 0.3 * slope)


def test_steps_lower_the_loss():
    X, T = data()
    network = random_network()
    losses = [network.step(X, T, 1.0).loss(X, T) for _ in range(20)]
    assert np.all(np.diff(losses) < 0)


def test_n_parameters_counts_weights_and_biases():
    assert FullyConnected([3, 2, 2]).n_parameters == 3 * 2 + 2 + 2 * 2 + 2
    assert FullyConnected([3, 2, 2], bias=False).n_parameters == 3 * 2 + 2 * 2


def test_random_state_makes_weights_repeatable():
    a, b, c = (FullyConnected([3, 2], random_state=seed).weights_[0] for seed in (0, 0, 1))
    np.testing.assert_array_equal(a, b)
    assert not np.allclose(a, c)


def test_fill_weights_resets_biases():
    network = random_network().fill_weights(2.0)
    assert all(np.all(W == 2.0) for W in network.weights_)
    assert all(np.all(b == 0.0) for b in network.biases_)


def test_numerical_gradient_leaves_its_point_alone():
    x = np.array([[1.0, 2.0]])
    gradient = numerical_gradient(lambda x: float((x**3).sum()), x)
    np.testing.assert_allclose(gradient, [[3.0, 12.0]], rtol=1e-8)
    np.testing.assert_array_equal(x, [[1.0, 2.0]])


def test_check_gradient_finds_one_wrong_entry():
    def cubes(x):
        return float((x**3).sum())

    x = np.array([1.0, -2.0, 0.5])
    assert check_gradient(cubes, lambda x: 3 * x**2, x) < 1e-7
    assert check_gradient(cubes, lambda x: 3 * x**2 * [1, 1, 0.9], x) > 1e-3
    assert check_gradient(lambda x: 0.0, np.zeros_like, x) == 0.0


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: unit_output([1, 2], [1, 2, 3]), "one weight per input"),
        (lambda: unit_output([1], [1], activation="sigmoide"), "unknown activation 'sigmoide'"),
        (lambda: layer_forward([1, 2], [[1, 2]]), r"X has shape \(2,\).*X\[None, :\]"),
        (lambda: layer_forward([[1, 2]], [[1, 2, 3]]), "X has 2 columns but W has 3"),
        (lambda: layer_forward([[1, 2]], [[1, 2]], [1, 2]), "one bias per unit"),
        (lambda: forward_by_index([1, 2], [[[1, 2, 3]]]), "layer 1 has 3 weights per unit"),
        (lambda: FullyConnected([3]), "at least two positive sizes"),
        (lambda: FullyConnected([3, 0]), "at least two positive sizes"),
        (lambda: FullyConnected([3, 1], "step"), "unknown activation 'step'"),
        (lambda: FullyConnected([2, 1]).gradients([[1, 2]], [[1, 2]]), "outputs have shape"),
        (lambda: FullyConnected([2, 1]).step([[1, 2]], [[1]], 0.0), "must be positive"),
        (lambda: check_gradient(np.sum, lambda x: 1.0, [1.0, 2.0]), r"gradient has shape \(\)"),
    ],
)
def test_errors_say_what_was_expected(call, message):
    with pytest.raises(ValueError, match=message):
        call()
