"""Third part of the CS246 deck: neurons, layers, losses, gradient descent."""

import numpy as np

from embref.losses import (
    cross_entropy,
    cross_entropy_from_logits,
    cross_entropy_gradient,
    l2_loss,
    log_softmax,
    softmax,
)
from embref.networks import (
    Array,
    layer_forward,
    numerical_gradient,
    relu,
    sigmoid,
    tanh,
    unit_output,
)
from embref.optim import SGD
from embref.worked.registry import Claim, Entry, Number, Slip, Witness

Y_HAT = np.array([0.1, 0.3, 0.4, 0.1, 0.1])
Y_HAT.setflags(write=False)
TRUE_CLASS = 2  # class 3, counted from one
POINTS = np.array([-1.5, 0.0, 0.3, 2.0])

# A network of three inputs, two hidden units and two outputs.
X0 = np.array([0.5, -1.0, 2.0])
W0 = np.array([[0.3, 0.8, -0.5], [-0.6, 0.1, 0.9]])
B0 = np.array([0.2, -0.4])
W1 = np.array([[1.2, -0.7], [0.4, 0.5]])
B1 = np.array([0.3, 0.1])
SCORES = np.array([0.4, -1.1, 2.0, 0.0, 0.7])


def one_hot() -> list[int]:
    """Return the one-hot vector of the true class."""
    return np.eye(len(Y_HAT), dtype=int)[TRUE_CLASS].tolist()


def loss() -> float:
    """Return the cross-entropy of the prediction."""
    return cross_entropy(Y_HAT, TRUE_CLASS)


def _dot(w: Array, x: Array) -> float:
    return sum(float(a * b) for a, b in zip(w, x, strict=True))


def _hidden(activation: str) -> Array:
    return layer_forward([X0], W0, B0, activation)[0]


def _naive_outputs(linear: bool) -> list[float]:
    """Compute the outputs unit by unit, the last layer without activation."""
    hidden = np.array([_dot(w, X0) + b for w, b in zip(W0, B0, strict=True)])
    hidden = hidden if linear else 1 / (1 + np.exp(-hidden))
    return [_dot(w, hidden) + b for w, b in zip(W1, B1, strict=True)]


def _witness_neuron() -> Witness:
    output = unit_output(X0, W0[0], float(B0[0]))
    return Witness(output, output, 1 / (1 + np.exp(-(_dot(W0[0], X0) + B0[0]))))


def _witness_sigmoid() -> Witness:
    formula = 1 / (1 + np.exp(-POINTS))
    return Witness(formula, sigmoid(POINTS), np.exp(POINTS) / (np.exp(POINTS) + 1))


def _witness_tanh() -> Witness:
    formula = 2 * sigmoid(2 * POINTS) - 1
    return Witness(formula, tanh(POINTS), np.sinh(POINTS) / np.cosh(POINTS))


def _witness_relu() -> Witness:
    return Witness(relu(POINTS), relu(POINTS), [x if x > 0 else 0.0 for x in POINTS])


def _witness_layer() -> Witness:
    """Compute the last layer of the network of the next slide."""
    hidden = _hidden("sigmoid")
    printed, correct = (layer_forward([hidden], W1, B1, f)[0] for f in ("sigmoid", "identity"))
    return Witness(printed, correct, _naive_outputs(linear=False))


def _witness_network() -> Witness:
    hidden = _hidden("sigmoid")
    return Witness(W1 @ (hidden + B1), W1 @ hidden + B1, _naive_outputs(linear=False))


def _witness_linear() -> Witness:
    formula = W1 @ W0 @ X0 + W1 @ B0 + B1
    return Witness(formula, formula, _naive_outputs(linear=True))


def _witness_l2() -> Witness:
    """Compare with the sum of squares, which the slide on paradigms calls L2 loss."""
    y, f = np.array([1.0, -2.0]), np.array([4.0, 2.0])
    squares = sum((a - b) ** 2 for a, b in zip(y, f, strict=True))
    return Witness(np.linalg.norm(y - f), l2_loss([y], [f]), squares)


def _witness_cross_entropy() -> Witness:
    terms = [-t * np.log(p) for t, p in zip(one_hot(), Y_HAT, strict=True)]
    return Witness(loss(), loss(), sum(terms))


def _witness_closer() -> Witness:
    """Tell which of two predictions is nearer to the one-hot vector, and which has lower loss."""
    target = np.array([1.0, 0.0, 0.0, 0.0, 0.0])
    lower, higher = np.array([0.5, 0.5, 0, 0, 0]), np.array([0.48, 0.13, 0.13, 0.13, 0.13])
    euclidean = [np.linalg.norm(p - target) for p in (lower, higher)]
    variation = [np.abs(p - target).sum() / 2 for p in (lower, higher)]
    losses = [cross_entropy(p, 0) for p in (lower, higher)]
    return Witness(*(np.sign(a - b) for a, b in (euclidean, variation, losses)))


def _witness_softmax() -> Witness:
    exponentials = [np.exp(score) for score in SCORES]
    truth = [e / sum(exponentials) for e in exponentials]
    return Witness(softmax(SCORES), softmax(SCORES), truth)


def _witness_overflow() -> Witness:
    """Evaluate the softmax of scores near 1000; it depends on their differences alone."""
    scores = SCORES + 1000
    with np.errstate(over="ignore", invalid="ignore"):
        printed = np.exp(scores) / np.exp(scores).sum()
    return Witness(printed, np.exp(log_softmax(scores)), softmax(SCORES))


def _witness_gradient() -> Witness:
    gradient = cross_entropy_gradient(SCORES, TRUE_CLASS)
    truth = numerical_gradient(lambda s: cross_entropy_from_logits(s, TRUE_CLASS), SCORES)
    return Witness(gradient, gradient, truth)


def _witness_update() -> Witness:
    theta, gradient = SCORES.copy(), cross_entropy_gradient(SCORES, TRUE_CLASS)
    SGD(learning_rate=0.5).step([theta], [gradient])
    return Witness(theta, theta, [t - 0.5 * g for t, g in zip(SCORES, gradient, strict=True)])


def _witness_zero_gradient() -> Witness:
    """Take θ⁴/4 - θ²/2, whose slope is zero at 0 and at ±1."""

    def function(theta: float) -> float:
        return theta**4 / 4 - theta**2 / 2

    return Witness(function(0.0), function(1.0), min(map(function, np.linspace(-2, 2, 4001))))


ENTRIES: tuple[Entry, ...] = (
    Claim(
        id="cs246.network.neuron",
        place="Slide Neural Network: A Neuron",
        quantity="output of a neuron",
        form="formula",
        printed=r"f\left(\sum w_i x_i + b\right)",
        witness=_witness_neuron,
    ),
    Claim(
        id="cs246.network.classifier",
        place="Slide Neural Network: A Neuron",
        quantity="what a neuron is",
        form="wording",
        printed="a neuron is a classifier",
        correct="a neuron whose output is compared with a threshold is a classifier",
        conditional=True,
        reason=(
            "Its output is a number. With a sigmoid and the threshold one half it decides between "
            "two classes, on the two sides of a hyperplane; in a regression it decides nothing."
        ),
    ),
    Claim(
        id="cs246.network.sigmoid",
        place="Slide Neural Network: A Neuron",
        quantity="sigmoid",
        form="formula",
        printed=r"\sigma(x) = 1 / (1 + e^{-x})",
        witness=_witness_sigmoid,
    ),
    Claim(
        id="cs246.network.tanh",
        place="Slide Neural Network: A Neuron",
        quantity="hyperbolic tangent",
        form="formula",
        printed=r"\tanh(x) = 2\sigma(2x) - 1",
        witness=_witness_tanh,
    ),
    Claim(
        id="cs246.network.relu",
        place="Slide Neural Network: A Neuron",
        quantity="rectified linear unit",
        form="formula",
        printed=r"f(x) = \max(0, x)",
        witness=_witness_relu,
    ),
    Claim(
        id="cs246.network.layer",
        place="Slide Neural Network: A Layer, first",
        quantity="output of a layer; witness: the last layer of the network that follows",
        form="formula",
        printed=r"x^{(l+1)} = \sigma(W_l x^{(l)} + b^l) \text{ in each layer}",
        correct=r"x^{(l+1)} = \sigma(W_l x^{(l)} + b^l) \text{ in each hidden layer}",
        conditional=True,
        witness=_witness_layer,
        reason=(
            "The network of the next slide has no activation in its last layer, as a regression "
            "wants it: a sigmoid could not leave the interval from 0 to 1."
        ),
    ),
    Claim(
        id="cs246.network.two_layers",
        place="Slide Neural Network: A Layer, second",
        quantity="output of a network of two layers",
        form="formula",
        printed=r"f(x) = W_1(\sigma(W_0 x^{(0)} + b^0) + b^1)",
        correct=r"f(x) = W_1 \sigma(W_0 x^{(0)} + b^0) + b^1",
        witness=_witness_network,
        reason=(
            "The second bias is added after the weights, not before: it has one entry per output, "
            "not one per hidden unit. The formula without activations below has it right."
        ),
    ),
    Claim(
        id="cs246.network.without_activation",
        place="Slide Neural Network: A Layer, second",
        quantity="the same network without activations",
        form="formula",
        printed=r"f(x) = W_1 W_0 x^{(0)} + W_1 b^0 + b^1",
        witness=_witness_linear,
    ),
    Claim(
        id="cs246.loss.l2",
        place="Slide Neural Network: Loss Function",
        quantity="L2 loss",
        form="formula",
        printed=r"\mathcal{L}(y, f(x)) = \|y - f(x)\|_2",
        correct=r"\mathcal{L}(y, f(x)) = \|y - f(x)\|_2^2",
        witness=_witness_l2,
        reason=(
            "The square is missing; the slide on paradigms has it, and so has the loss of that "
            "name. Without it the gradient has the same length for a small error as for a large "
            "one, and the best constant is a median instead of the mean."
        ),
    ),
    Number(
        id="cs246.loss.n_classes",
        place="Slide Cross Entropy Loss, first",
        quantity="number of classes",
        printed=5,
        inputs={"prediction": Y_HAT},
        compute=lambda: len(Y_HAT),
    ),
    Number(
        id="cs246.loss.one_hot",
        place="Slide Cross Entropy Loss, first",
        quantity="one-hot vector of class 3",
        printed=(0, 0, 1, 0, 0),
        inputs={"class": TRUE_CLASS + 1, "n_classes": 5},
        compute=one_hot,
        slips=(
            Slip(
                lambda: np.eye(5, dtype=int)[TRUE_CLASS + 1].tolist(),
                "The classes are counted from one: class 3 is the entry with index 2.",
            ),
        ),
    ),
    Claim(
        id="cs246.loss.cross_entropy",
        place="Slide Cross Entropy Loss, first",
        quantity="cross-entropy of a one-hot vector and a prediction",
        form="formula",
        printed=(r"-\sum_{i=1}^C y_i \log \hat y_i = -\log(\hat y_{\text{correct class}})"),
        witness=_witness_cross_entropy,
    ),
    Number(
        id="cs246.loss.value",
        place="Slide Cross Entropy Loss, first: the example stops at the formula",
        quantity="cross-entropy of the prediction",
        inputs={"prediction": Y_HAT, "class": TRUE_CLASS + 1},
        compute=loss,
        slips=(
            Slip(
                lambda: loss() / np.log(10),
                "The logarithm to base 10 is taken; losses are in nats, with the natural one.",
            ),
            Slip(
                lambda: loss() / np.log(2),
                "The logarithm to base 2 is taken; losses are in nats, with the natural one.",
            ),
            Slip(
                lambda: loss() / len(Y_HAT),
                "The sum over the classes is divided by their number; the mean is over examples.",
            ),
            Slip(
                lambda: -loss(), "The sign is missing: the logarithm of a probability is negative."
            ),
        ),
    ),
    Claim(
        id="cs246.loss.closer",
        place="Slide Cross Entropy Loss, first",
        quantity="nearness to the one-hot vector; witness: which of two predictions is nearer",
        form="wording",
        printed="the lower the loss, the closer the prediction is to the one-hot vector",
        correct="closer in total variation, half the sum of absolute differences",
        conditional=True,
        witness=_witness_closer,
        reason=(
            "The loss sees the probability of the right class alone, and so does that distance, "
            "one less the probability. The Euclidean one also depends on how the rest is spread."
        ),
    ),
    Claim(
        id="cs246.softmax.formula",
        place="Slide Cross Entropy Loss, second",
        quantity="softmax",
        form="formula",
        printed=r"f(x)_i = \frac{e^{g(x)_i}}{\sum_{j=1}^C e^{g(x)_j}}",
        witness=_witness_softmax,
    ),
    Claim(
        id="cs246.softmax.overflow",
        place="Slide Cross Entropy Loss, second",
        quantity="softmax in floating-point numbers; witness: scores near 1000",
        form="formula",
        printed=r"\frac{e^{g_i}}{\sum_j e^{g_j}}",
        correct=r"\frac{e^{g_i - \max g}}{\sum_j e^{g_j - \max g}}",
        conditional=True,
        witness=_witness_overflow,
        reason=(
            "Equal in exact arithmetic. The exponential of a score above 709 is infinite in double "
            "precision; subtract the largest score first."
        ),
    ),
    Claim(
        id="cs246.training.gradient",
        place="Slide Neural Network: Training",
        quantity="gradient; witness: that of the cross-entropy of a softmax",
        form="formula",
        printed=(
            r"\nabla_\Theta \mathcal{L} = \left(\frac{\partial \mathcal{L}}{\partial \Theta_1}, "
            r"\frac{\partial \mathcal{L}}{\partial \Theta_2}, \dots\right)"
        ),
        witness=_witness_gradient,
    ),
    Claim(
        id="cs246.training.update",
        place="Slide Neural Network: Training",
        quantity="step of gradient descent",
        form="formula",
        printed=r"\Theta \leftarrow \Theta - \eta \nabla_\Theta \mathcal{L}",
        witness=_witness_update,
    ),
    Claim(
        id="cs246.training.zero_gradient",
        place="Slide Neural Network: Training",
        quantity="where the gradient is zero; witness: the loss there and at the minimum",
        form="wording",
        printed="zero gradient is the ideal condition to stop",
        correct="zero gradient at a minimum is the ideal condition to stop",
        conditional=True,
        witness=_witness_zero_gradient,
        reason=(
            "Necessary, and enough for a convex loss. The loss of a network has saddle points and "
            "maxima too, where there is a way further down."
        ),
    ),
)
