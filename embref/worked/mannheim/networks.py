"""Tasks 1 and 2 of the Mannheim sheet: fully connected networks and backpropagation.

The sheet writes :math:`w_{i,j}^{(k)}` for the weight from unit i to unit j in task 2. In the arrays
of this book, one row per unit, that weight is ``weights[k - 1][j - 1, i - 1]``.
"""

from collections.abc import Callable
from decimal import Decimal

import numpy as np

from embref.losses import half_squared_error
from embref.networks import (
    ACTIVATIONS,
    Array,
    FullyConnected,
    forward_by_index,
    layer_forward,
    numerical_gradient,
    sigmoid,
    sigmoid_derivative,
    unit_output,
)
from embref.worked.registry import Claim, Entry, Number, Slip, Witness

LAYER_SIZES = (3, 2, 2)
X = np.array([[-1.0, 0.0, 2.0], [2.0, 1.0, 1.0]])
T = np.array([[0.0, 1.0], [1.0, 0.0]])
LEARNING_RATE = 1.0
X.setflags(write=False)
T.setflags(write=False)

# Unequal weights, on which formulas that agree at the sheet's start (all weights 1) differ.
WITNESS_WEIGHTS = (
    np.array([[0.5, -0.3, 0.8], [-0.2, 0.7, 0.1]]),
    np.array([[0.6, -0.4], [0.9, 0.2]]),
)


def network() -> FullyConnected:
    """Return the sheet's network: no biases, all weights one."""
    return FullyConnected(LAYER_SIZES, bias=False).fill_weights(1.0)


def hidden() -> Array:
    """Return the hidden values at the start, one row per example."""
    return network().layer_outputs(X)[0]


def outputs() -> Array:
    """Return the outputs at the start, one row per example."""
    return network().forward(X)


def rounded_hidden() -> Array:
    """Return the hidden values as the sheet carries them on, with two decimals."""
    return hidden().round(2)


def rounded_outputs() -> Array:
    """Return the outputs as the sheet carries them on, with two decimals."""
    return outputs().round(2)


def deltas(Y: Array, slope: Array | None = None) -> Array:
    """Return the sheet's δ, (t - y) y (1 - y), one row per example."""
    return (T - Y) * (Y * (1 - Y) if slope is None else slope)


def step_w12(H: Array, Y: Array) -> float:
    """Return the change of w12 (hidden unit 1 to output 2) per unit of learning rate."""
    return float(np.mean(deltas(Y)[:, 1] * H[:, 0]))


def step_w22(H: Array, delta: Array, W2: Array | None = None) -> float:
    """Return the change of w22 (input 2 to hidden unit 2) per unit of learning rate."""
    W2 = np.ones((2, 2)) if W2 is None else W2
    return float(np.mean(H[:, 1] * (1 - H[:, 1]) * X[:, 1] * (delta @ W2[:, 1])))


def printed_w22() -> float:
    """Carry out the sheet's arithmetic: (1 - h) in the place of (1 - y), two-digit values."""
    H, Y = rounded_hidden(), rounded_outputs()
    return 1 + step_w22(H, deltas(Y, slope=Y * (1 - H)))


def updated() -> FullyConnected:
    """Return the network after the sheet's one step."""
    return network().step(X, T, LEARNING_RATE)


def updated_w12() -> float:
    """Return the weight from hidden unit 1 to output 2 after the step."""
    return float(updated().weights_[1][1, 0])


def updated_w22() -> float:
    """Return the weight from input 2 to hidden unit 2 after the step."""
    return float(updated().weights_[0][1, 1])


def _witness_pass() -> tuple[Array, Array]:
    """Return hidden and output values for the unequal weights."""
    W1, W2 = WITNESS_WEIGHTS
    H = sigmoid(X @ W1.T)
    return H, sigmoid(H @ W2.T)


def _loss_of_w22(weight: Array) -> float:
    """Evaluate the loss at a weight from input 2 to hidden unit 2, by loops."""
    W1 = WITNESS_WEIGHTS[0].copy()
    W1[1, 1] = weight
    Y = np.array([forward_by_index(x, [W1, WITNESS_WEIGHTS[1]])[-1] for x in X])
    return half_squared_error(T, Y)


def _loss_of_w12(weight: Array) -> float:
    """Evaluate the loss at a weight from hidden unit 1 to output 2, by loops."""
    W2 = WITNESS_WEIGHTS[1].copy()
    W2[1, 0] = weight
    Y = np.array([forward_by_index(x, [WITNESS_WEIGHTS[0], W2])[-1] for x in X])
    return half_squared_error(T, Y)


def _true_gradient(loss: Callable[[Array], float], weight: float) -> float:
    return float(numerical_gradient(loss, weight))


def _true_gradient_w12() -> float:
    return _true_gradient(_loss_of_w12, WITNESS_WEIGHTS[1][1, 0])


def _true_gradient_w22() -> float:
    return _true_gradient(_loss_of_w22, WITNESS_WEIGHTS[0][1, 1])


def _witness_unit() -> Witness:
    W, x = WITNESS_WEIGHTS[0], X[1]
    values = forward_by_index(x, [W])[0]
    return Witness(values, values, sigmoid(W @ x))


def _witness_bias() -> Witness:
    x, w, b = X[1], WITNESS_WEIGHTS[0][0], 0.7
    extended = unit_output(np.append(x, 1.0), np.append(w, b))
    return Witness(unit_output(x, w), unit_output(x, w, b), extended)


def _witness_vectorized() -> Witness:
    W, x = WITNESS_WEIGHTS[0], X[1]
    one_vector = np.full(len(W), unit_output(x, W[0]))
    each_unit = [unit_output(x, w) for w in W]
    return Witness(one_vector, each_unit, forward_by_index(x, [W])[0])


def _witness_layer() -> Witness:
    W = WITNESS_WEIGHTS[0]
    H = layer_forward(X, W)
    return Witness(H, H, [forward_by_index(x, [W])[0] for x in X])


def _witness_sigmoid_derivative() -> Witness:
    x = np.array([-3.0, -0.5, 0.0, 2.0])
    e = np.exp(-x)
    lines = [
        -1 / (1 + e) ** 2 * e * -1,
        1 / (1 + e) ** 2 * e,
        e / (1 + e) ** 2,
        (1 + e) / (1 + e) ** 2 - 1 / (1 + e) ** 2,
        1 / (1 + e) - 1 / (1 + e) ** 2,
        sigmoid(x) - sigmoid(x) ** 2,
        sigmoid(x) * (1 - sigmoid(x)),
    ]
    slope = numerical_gradient(lambda x: float(sigmoid(x).sum()), x)
    return Witness(lines, [sigmoid_derivative(x)] * len(lines), [slope] * len(lines))


def _witness_outputs() -> Witness:
    W1, W2 = WITNESS_WEIGHTS
    H, _ = _witness_pass()
    # The weight from i to j is row j, column i.
    y1 = sigmoid(W2[0, 0] * H[:, 0] + W2[0, 1] * H[:, 1])
    y2 = sigmoid(W2[1, 0] * H[:, 0] + W2[1, 1] * H[:, 1])
    truth = [forward_by_index(x, [W1, W2])[-1] for x in X]
    return Witness(np.column_stack([y1, y2]), np.column_stack([y1, y2]), truth)


def _witness_hidden() -> Witness:
    W1, _ = WITNESS_WEIGHTS
    h = [sigmoid(W1[j, 0] * X[:, 0] + W1[j, 1] * X[:, 1] + W1[j, 2] * X[:, 2]) for j in (0, 1)]
    truth = [forward_by_index(x, [W1])[0] for x in X]
    return Witness(np.column_stack(h), np.column_stack(h), truth)


def _witness_loss_sign() -> Witness:
    """Compare the gradient for w12 either loss with the one derived on the sheet."""
    weight = WITNESS_WEIGHTS[1][1, 0]
    H, Y = _witness_pass()
    return Witness(
        _true_gradient(lambda w: -_loss_of_w12(w), weight),
        _true_gradient_w12(),
        -step_w12(H, Y),
    )


def _witness_half() -> Witness:
    """Compare the updated w12 from the loss without 1/2 and with half the learning rate."""
    step = step_w12(hidden(), outputs())
    return Witness(1 + 2 * step, 1 + 2 * step * LEARNING_RATE / 2, updated_w12())


def _witness_probabilities() -> Witness:
    totals = outputs().sum(axis=1)
    naive = [sum(forward_by_index(x, network().weights_)[-1]) for x in X]
    return Witness(np.ones(2), totals, naive)


def _witness_index_order() -> Witness:
    """Compare the updated w12, the indices read as in task 1 (unit, input) and as in task 2."""
    H, Y = hidden(), outputs()
    to_output_1 = 1 + float(np.mean(deltas(Y)[:, 0] * H[:, 1]))
    return Witness(to_output_1, 1 + step_w12(H, Y), updated_w12())


def _witness_chain_rule() -> Witness:
    """Evaluate line 2 of the gradient for a weight on which both outputs depend."""
    H, Y = _witness_pass()
    slope = Y * (1 - Y) * WITNESS_WEIGHTS[1][:, 1] * (H[:, 1] * (1 - H[:, 1]) * X[:, 1])[:, None]
    terms = (T - Y) * slope
    return Witness(
        -np.mean(-terms[:, 0] + terms[:, 1]), -np.mean(terms.sum(axis=1)), _true_gradient_w22()
    )


def _witness_output_example_index() -> Witness:
    """Compare the gradients of w12 with one h for all examples and with each its own."""
    H, Y = _witness_pass()
    one = -float(np.mean(deltas(Y)[:, 1]) * H[0, 0])
    return Witness(one, -step_w12(H, Y), _true_gradient_w12())


def _witness_hidden_example_index() -> Witness:
    """Compare the gradients of w22 with one h and x for all and with each its own."""
    H, Y = _witness_pass()
    W2 = WITNESS_WEIGHTS[1]
    local = H[1, 1] * (1 - H[1, 1]) * X[1, 1]
    one = -float(local * np.mean(deltas(Y) @ W2[:, 1]))
    return Witness(one, -step_w22(H, deltas(Y), W2), _true_gradient_w22())


def _witness_lower_limit() -> Witness:
    """Compare the gradients of w22 with the inner sum from l = 2, and from l = 1."""
    H, Y = _witness_pass()
    W2 = WITNESS_WEIGHTS[1]
    only_second = deltas(Y) * np.array([0.0, 1.0])
    return Witness(-step_w22(H, only_second, W2), -step_w22(H, deltas(Y), W2), _true_gradient_w22())


def _witness_gradient_w22() -> Witness:
    H, Y = _witness_pass()
    gradient = -step_w22(H, deltas(Y), WITNESS_WEIGHTS[1])
    return Witness(gradient, gradient, _true_gradient_w22())


def _witness_learning_rate() -> Witness:
    """Compare both updated weights at ψ = 0.5, by the rule without ψ and with it."""
    rate = 0.5
    H, Y = hidden(), outputs()
    steps = np.array([step_w12(H, Y), step_w22(H, deltas(Y))])
    trained = network().step(X, T, rate).weights_
    return Witness(1 + steps, 1 + rate * steps, [trained[1][1, 0], trained[0][1, 1]])


_ROUNDED_NOTE = (
    "The sheet computes on with h and y rounded to two decimals. With all digits the weight is "
    "0.964 to three decimals."
)


def _neuron(name: str) -> Number:
    return Number(
        id=f"mannheim.1d.{name}",
        place="Task 1, question d: named in the answer; here at a pre-activation of 1",
        quantity=f"output of a neuron with activation {name}",
        inputs={"pre_activation": 1.0},
        compute=lambda: float(ACTIVATIONS[name].function(1.0)),
    )


def _layer_values(
    name: str,
    example: int,
    printed: str,
    values: Callable[[], Array],
    pre_activations: Callable[[], Array],
) -> Number:
    return Number(
        id=f"mannheim.2c.{name}_{example}",
        place=f"Task 2, answer c (ii), example {example}",
        quantity=f"{'hidden' if name == 'h' else 'output'} values for example {example}",
        printed=(Decimal(printed), Decimal(printed)),
        inputs={"x": X[example - 1], "weights": 1.0},
        compute=lambda: values()[example - 1],
        slips=(
            Slip(
                lambda: pre_activations()[example - 1],
                "This is the weighted sum; the sigmoid is still to be applied.",
            ),
        ),
    )


TASK_1: tuple[Entry, ...] = (
    Number(
        id="mannheim.1a.units",
        place="Task 1, question a: asked in general; here for the network of question 2c",
        quantity="number of units in the input and in the output layer",
        inputs={"n_features": X.shape[1], "n_labels": T.shape[1]},
        compute=lambda: (X.shape[1], T.shape[1]),
        slips=(
            Slip(lambda: X.shape, "The input layer has one unit per feature, not per example."),
            Slip(
                lambda: (LAYER_SIZES[0] + 1, LAYER_SIZES[-1]),
                "The constant 1 that a bias multiplies is not a unit of this network.",
            ),
        ),
    ),
    Claim(
        id="mannheim.1b.nodes",
        place="Task 1, answer b",
        quantity="where the value of a node comes from",
        form="wording",
        printed="every node is computed from other nodes and edges",
        correct="every node of a hidden or output layer; an input node holds a feature",
        conditional=True,
        reason="Input nodes have no incoming edge: their values are given, not computed.",
    ),
    Claim(
        id="mannheim.1c.unit",
        place="Task 1, answer c (1)",
        quantity="value of unit i in layer k",
        form="formula",
        printed=r"h_i^{(k)} = f\Big(\sum_{j=1}^{L^{k-1}} h_j^{(k-1)} w_{i,j}^{(k)}\Big)",
        witness=_witness_unit,
        reason="Here the first index is the unit and the second its input.",
    ),
    Claim(
        id="mannheim.1c.bias",
        place="Task 1, answer c (1)",
        quantity="value of a unit with a bias",
        form="formula",
        printed=r"h_i^{(k)} = f\Big(\sum_j h_j^{(k-1)} w_{i,j}^{(k)}\Big)",
        correct=r"h_i^{(k)} = f\Big(b_i^{(k)} + \sum_j h_j^{(k-1)} w_{i,j}^{(k)}\Big)",
        conditional=True,
        witness=_witness_bias,
        reason=(
            "A choice of the sheet, not an error: without a bias the argument of f is zero for a "
            "zero input. The general unit has one, or a constant input 1 with its weight."
        ),
    ),
    Claim(
        id="mannheim.1c.input_layer",
        place="Task 1, answer c (1)",
        quantity="the layer below the first hidden layer",
        form="notation",
        printed=r"h_j^{(k-1)}",
        correct=r"h_j^{(0)} = x_j",
        conditional=True,
        reason=(
            "k counts hidden layers, so that k = 1 needs layer 0. The formula holds there only "
            "with the convention that layer 0 is the input, which is not stated."
        ),
    ),
    Claim(
        id="mannheim.1c.edges",
        place="Task 1, answer c (1)",
        quantity="the edges that carry the weights of a unit",
        form="wording",
        printed="edges that connect the input vectors",
        correct="edges from the nodes of the layer below to this unit",
        reason="An edge joins two nodes, each of which holds one number; no vectors are joined.",
    ),
    Claim(
        id="mannheim.1c.vectorized",
        place="Task 1, answer c (2)",
        quantity="value of unit i, vectorized",
        form="formula",
        printed=r"h_i^{(k)} = f(\mathbf{h}_{(k-1)}^\top \mathbf{w}_k)",
        correct=r"h_i^{(k)} = f(\mathbf{h}_{(k-1)}^\top \mathbf{w}_i^{(k)})",
        witness=_witness_vectorized,
        reason=(
            "The weight vector carries the index of the layer but not of the unit. Read as it "
            "stands, all units of a layer share one vector and have the same value."
        ),
    ),
    Claim(
        id="mannheim.1c.elementwise",
        place="Task 1, answer c (2)",
        quantity="what the activation is applied to",
        form="wording",
        printed="f is applied element-wise to the product of two vectors",
        correct="f is applied to one number; element-wise belongs to the whole layer at once",
        reason=(
            "The product of a row and a column vector is a scalar and has no elements. The form "
            "for a whole layer multiplies the weight matrix with the vector of the layer below."
        ),
    ),
    *(_neuron(name) for name in ("relu", "tanh", "sigmoid")),
    Claim(
        id="mannheim.1e.layer",
        place="Task 1, answer e",
        quantity="the first hidden layer for all examples",
        form="formula",
        printed=r"\mathbf{H}_1 = f(\mathbf{X} \mathbf{W}^\top) \in \mathbb{R}^{N \times p}",
        witness=_witness_layer,
    ),
    Number(
        id="mannheim.1e.shape",
        place="Task 1, answer e: printed as N × p; here for N = 5, d = 3, p = 4",
        quantity="shape of the hidden representations H_1",
        inputs={"N": 5, "d": 3, "p": 4},
        compute=lambda: layer_forward(np.zeros((5, 3)), np.zeros((4, 3))).shape,
        slips=(
            Slip(lambda: (4, 5), "Examples are rows: this is the shape of the transpose."),
            Slip(lambda: (5, 3), "This is the shape of X; each of the p units adds one column."),
            Slip(lambda: (4, 3), "This is the shape of W; H_1 has one row per example."),
        ),
    ),
)

TASK_2: tuple[Entry, ...] = (
    Number(
        id="mannheim.2a.n_gradients",
        place="Task 2, question a: asked in general; here for the network of question 2c",
        quantity="number of partial derivatives of the loss needed for one update",
        inputs={"layer_sizes": LAYER_SIZES, "bias": False},
        compute=lambda: network().n_parameters,
        slips=(
            Slip(
                lambda: FullyConnected(LAYER_SIZES).n_parameters,
                "This network has no biases.",
            ),
            Slip(
                lambda: len(X) * network().n_parameters,
                "The loss is already averaged over the examples: one derivative per weight.",
            ),
            Slip(
                lambda: sum(LAYER_SIZES),
                "This counts the nodes; what is updated are the weights on the edges.",
            ),
        ),
    ),
    Claim(
        id="mannheim.2b.derivative",
        place="Task 2, answer b (1) and (2), every line",
        quantity="derivative of the logistic function",
        form="formula",
        printed=r"\sigma'(x) = \sigma(x)\,(1 - \sigma(x))",
        witness=_witness_sigmoid_derivative,
    ),
    Number(
        id="mannheim.2c.layer_sizes",
        place="Task 2, question c (context)",
        quantity="units in the input, hidden and output layer",
        printed=(3, 2, 2),
        inputs={"n_features": X.shape[1], "n_labels": T.shape[1]},
        compute=lambda: (X.shape[1], *(W.shape[0] for W in network().weights_)),
    ),
    Number(
        id="mannheim.2c.n_labels_and_examples",
        place="Task 2, question c (i)",
        quantity="number of labels M and number of examples N",
        printed=(2, 2),
        inputs={"T": T},
        compute=lambda: (T.shape[1], T.shape[0]),
    ),
    Claim(
        id="mannheim.2c.loss_sign",
        place="Task 2, question c (i) and answer c (some context)",
        quantity="squared error loss",
        form="formula",
        printed=r"L = -\frac{1}{2} \frac{1}{N} \sum_{e=1}^N \sum_{l=1}^M (t_{e,l} - y_{e,l})^2",
        correct=r"L = \frac{1}{2} \frac{1}{N} \sum_{e=1}^N \sum_{l=1}^M (t_{e,l} - y_{e,l})^2",
        witness=_witness_loss_sign,
        reason=(
            "The leading minus makes the loss negative and largest at the targets: minimizing it "
            "drives the outputs away from them. The gradients derived on the sheet are those of "
            "the positive loss."
        ),
    ),
    Claim(
        id="mannheim.2c.half",
        place="Task 2, answer c (some context)",
        quantity="effect of the factor 1/2 in the loss",
        form="wording",
        printed="the factor 1/2 leaves the result unchanged",
        correct="it leaves the minimum unchanged; the step is halved unless ψ is doubled",
        conditional=True,
        witness=_witness_half,
        reason=(
            "At a fixed learning rate the updated weights, which the question asks for, do "
            "depend on it; without the factor the same step needs half the learning rate."
        ),
    ),
    Claim(
        id="mannheim.2c.target_name",
        place="Task 2, question c (ii)",
        quantity="name of the label in an example",
        form="notation",
        printed=r"(\mathbf{x}, \mathbf{y})",
        correct=r"(\mathbf{x}, \mathbf{t})",
        reason="In the loss y is the prediction and t the label; here y is the label.",
    ),
    Claim(
        id="mannheim.2c.probabilities",
        place="Task 2, answer c (some context)",
        quantity="sum of the two outputs for each example",
        form="wording",
        printed="y_1 and y_2 are the probabilities of the two classes",
        correct="each is a number in (0, 1); only a softmax layer makes them one distribution",
        conditional=True,
        witness=_witness_probabilities,
        reason=(
            "Two independent sigmoids need not sum to one. They are probabilities of two separate "
            "yes-or-no questions, and they never reach 0 or 1."
        ),
    ),
    Claim(
        id="mannheim.2c.outputs",
        place="Task 2, answer c (i) (1)",
        quantity="outputs of the network",
        form="formula",
        printed=r"y_l = \sigma(w_{1,l}^{(2)} h_1 + w_{2,l}^{(2)} h_2), \quad l = 1, 2",
        witness=_witness_outputs,
    ),
    Claim(
        id="mannheim.2c.hidden_units",
        place="Task 2, answer c (i) (3)",
        quantity="values of the hidden units",
        form="formula",
        printed=r"h_j = \sigma(w_{1,j}^{(1)} x_1 + w_{2,j}^{(1)} x_2 + w_{3,j}^{(1)} x_3)",
        witness=_witness_hidden,
    ),
    Claim(
        id="mannheim.2c.index_order",
        place="Task 2, answer c (i) (1), against task 1, answer c (1)",
        quantity="which edge w_{1,2}^{(2)} is; witness: its updated value",
        form="notation",
        printed=r"w_{i,j}^{(k)} \text{ with } i \text{ the unit, } j \text{ its input (task 1)}",
        correct=r"w_{i,j}^{(k)} \text{ from unit } i \text{ of layer } k-1 \text{ to unit } j",
        witness=_witness_index_order,
        reason=(
            "The order of the indices changes from task 1 to task 2, and with it the edge: read "
            "as in task 1 the marked weight would lead from hidden unit 2 to output 1."
        ),
    ),
    Claim(
        id="mannheim.2c.index_names",
        place="Task 2, answer c (ii)",
        quantity="indices of an arbitrary weight",
        form="notation",
        printed=r"w_{j,k}^{(i)}",
        correct=r"w_{i,j}^{(k)}",
        reason=(
            "The three letters change places: i now names the layer and k a unit. It does no "
            "harm here because all weights are 1."
        ),
    ),
    Claim(
        id="mannheim.2c.input_feature",
        place="Task 2, answer c (i) (1)",
        quantity="where the weight of layer k starts",
        form="wording",
        printed="from input feature i in layer k - 1",
        correct="from unit i in layer k - 1",
        reason="Only layer 0 holds input features; for k = 2 the weight starts at a hidden unit.",
    ),
    Claim(
        id="mannheim.2c.grad_w12.chain_rule",
        place="Task 2, answer c (i) (2), line 2",
        quantity="derivative of the loss before it is known which outputs depend on the weight",
        form="formula",
        printed=(
            r"-\frac{1}{N} \sum_e \Big((-1)(t_{e,1} - y_{e,1}) \frac{\partial y_{e,1}}{\partial w} "
            r"+ (t_{e,2} - y_{e,2}) \frac{\partial y_{e,2}}{\partial w}\Big)"
        ),
        correct=(
            r"-\frac{1}{N} \sum_e \Big((t_{e,1} - y_{e,1}) \frac{\partial y_{e,1}}{\partial w} "
            r"+ (t_{e,2} - y_{e,2}) \frac{\partial y_{e,2}}{\partial w}\Big)"
        ),
        witness=_witness_chain_rule,
        reason=(
            "The inner derivative -1 of (t - y) is written in the first term only; in the second "
            "it has been absorbed into the sign in front. The slip goes unnoticed because y_1 "
            "does not depend on this weight; for a hidden weight, as in the witness, it shows."
        ),
    ),
    Claim(
        id="mannheim.2c.grad_w12.example_index",
        place="Task 2, answer c (i) (2), lines 4 and 5, and (5)",
        quantity="gradient for w_{1,2}^{(2)}",
        form="formula",
        printed=r"-\frac{1}{N} \sum_{e=1}^N \delta_{e,2} \cdot h_1",
        correct=r"-\frac{1}{N} \sum_{e=1}^N \delta_{e,2} \, h_{e,1}",
        witness=_witness_output_example_index,
        reason=(
            "The value of the hidden unit differs from example to example and needs the index e; "
            "without it, h_1 could be taken out of the sum."
        ),
    ),
    Claim(
        id="mannheim.2c.grad_w22.line_2",
        place="Task 2, answer c (i) (4), lines 2 to 5",
        quantity="gradient for w_{2,2}^{(1)}, written out over both outputs",
        form="formula",
        printed=(
            r"-\frac{1}{N} \sum_e \big(\delta_{e,1} w_{2,1}^{(2)} h_2 (1 - h_2) x_2 "
            r"+ \delta_{e,2} w_{2,2}^{(2)} h_2 (1 - h_2) x_2\big)"
        ),
        witness=_witness_gradient_w22,
        reason="Read with h and x of example e, and as the gradient of the positive loss.",
    ),
    Claim(
        id="mannheim.2c.grad_w22.lower_limit",
        place="Task 2, answer c (i) (4), line 1",
        quantity="sum over the outputs",
        form="formula",
        printed=r"\sum_{l=2}^{2}",
        correct=r"\sum_{l=1}^{2}",
        witness=_witness_lower_limit,
        reason="A hidden weight acts on every output; line 2 does have both terms.",
    ),
    Claim(
        id="mannheim.2c.grad_w22.example_index",
        place="Task 2, answer c (i) (4), lines 3 to 6, and (5)",
        quantity="gradient for w_{2,2}^{(1)}",
        form="formula",
        printed=(
            r"-\frac{1}{N} \sum_{e=1}^N h_2 (1 - h_2) x_2 "
            r"\sum_{l=1}^{2} \delta_{e,l} w_{2,l}^{(2)}"
        ),
        correct=(
            r"-\frac{1}{N} \sum_{e=1}^N h_{e,2} (1 - h_{e,2}) x_{e,2} "
            r"\sum_{l=1}^{2} \delta_{e,l} w_{2,l}^{(2)}"
        ),
        witness=_witness_hidden_example_index,
        reason="h and x belong to one example each and need the index e.",
    ),
    Claim(
        id="mannheim.2c.grad_w22.parentheses",
        place="Task 2, answer c (i) (4), line 4",
        quantity="what is differentiated",
        form="notation",
        printed=r"\frac{\partial w_{2,1}^{(2)} \cdot h_2}{\partial w_{2,2}^{(1)}}",
        correct=r"\frac{\partial (w_{2,1}^{(2)} h_2)}{\partial w_{2,2}^{(1)}}",
        reason=(
            "Without parentheses it reads as the derivative of a constant times h_2, which is "
            "zero; the line above has them."
        ),
    ),
    Claim(
        id="mannheim.2c.stray_dot",
        place="Task 2, answer c (i) (4), last line, and (5)",
        quantity="sum over the examples",
        form="notation",
        printed=r"\sum_{e=1}^N \cdot\, h_2",
        correct=r"\sum_{e=1}^N h_{e,2}",
        reason="The product sign has no left factor.",
    ),
    Claim(
        id="mannheim.2c.learning_rate",
        place="Task 2, answer c (i) (5)",
        quantity="update rules",
        form="formula",
        printed=r"w := w + \frac{1}{N} \sum_{e=1}^N \ldots",
        correct=r"w := w + \psi \frac{1}{N} \sum_{e=1}^N \ldots",
        conditional=True,
        witness=_witness_learning_rate,
        reason="The rules leave out the learning rate ψ; they hold for ψ = 1 only.",
    ),
    _layer_values("h", 1, "0.73", hidden, lambda: X @ np.ones((3, 2))),
    _layer_values("y", 1, "0.81", outputs, lambda: hidden() @ np.ones((2, 2))),
    _layer_values("h", 2, "0.98", hidden, lambda: X @ np.ones((3, 2))),
    _layer_values("y", 2, "0.88", outputs, lambda: hidden() @ np.ones((2, 2))),
    Number(
        id="mannheim.2c.loss",
        place="Task 2, question c (ii): before the update",
        quantity="half the squared error at the start",
        inputs={"X": X, "T": T, "weights": 1.0},
        compute=lambda: half_squared_error(T, outputs()),
        slips=(
            Slip(
                lambda: -half_squared_error(T, outputs()),
                "This is the loss as printed; its leading minus must go.",
            ),
            Slip(
                lambda: len(X) * half_squared_error(T, outputs()),
                "Two factors of 1/2 are needed: one stands in the loss, one is 1/N.",
            ),
        ),
    ),
    Number(
        id="mannheim.2c.deltas",
        place="Task 2, answer c (i) (2): defined there; here the values, one row per example",
        quantity="δ_{e,l} of the output units",
        inputs={"X": X, "T": T, "weights": 1.0},
        compute=lambda: deltas(outputs()),
        slips=(
            Slip(
                lambda: -deltas(outputs()),
                "The sheet defines δ with (t - y); this is the opposite sign.",
            ),
            Slip(lambda: T - outputs(), "The derivative y (1 - y) of the sigmoid is left out."),
        ),
    ),
    Number(
        id="mannheim.2c.grad_w12",
        place="Task 2, answer c (ii): contained in the update",
        quantity="gradient of the positive loss for w_{1,2}^{(2)}",
        inputs={"X": X, "T": T, "weights": 1.0},
        compute=lambda: float(network().gradients(X, T).weights[1][1, 0]),
        slips=(
            Slip(
                lambda: step_w12(hidden(), outputs()),
                "The sign is opposite: this is what is added in the update, or the gradient of "
                "the loss with the printed minus.",
            ),
            Slip(
                lambda: float(network().gradients(X, T).weights[1][0, 1]),
                "This weight leads from hidden unit 2 to output 1; in task 2 the first index is "
                "where the edge starts.",
            ),
            Slip(
                lambda: -2 * step_w12(hidden(), outputs()),
                "The mean over the two examples is missing: a factor 1/N (or the 1/2 of the loss).",
            ),
        ),
    ),
    Number(
        id="mannheim.2c.grad_w22",
        place="Task 2, answer c (ii): contained in the update",
        quantity="gradient of the positive loss for w_{2,2}^{(1)}",
        inputs={"X": X, "T": T, "weights": 1.0},
        compute=lambda: float(network().gradients(X, T).weights[0][1, 1]),
        slips=(
            Slip(
                lambda: step_w22(hidden(), deltas(outputs())),
                "The sign is opposite: this is what is added in the update, or the gradient of "
                "the loss with the printed minus.",
            ),
            Slip(
                lambda: -step_w22(hidden(), deltas(outputs(), outputs() * (1 - hidden()))),
                "δ needs the slope y (1 - y) of the output unit; (1 - h) of the hidden unit has "
                "taken the place of (1 - y).",
            ),
            Slip(
                lambda: -2 * step_w22(hidden(), deltas(outputs())),
                "The mean over the two examples is missing: a factor 1/N (or the 1/2 of the loss).",
            ),
            Slip(
                lambda: -step_w22(hidden(), deltas(outputs()) * np.array([0.0, 1.0])),
                "Only the second output is summed; the hidden unit acts on both.",
            ),
        ),
    ),
    Number(
        id="mannheim.2c.w12",
        place="Task 2, answer c (ii), first update",
        quantity="updated weight w_{1,2}^{(2)} (hidden unit 1 to output 2)",
        printed=Decimal("0.965"),
        inputs={"X": X, "T": T, "weights": 1.0, "learning_rate": LEARNING_RATE},
        compute=updated_w12,
        rounded=lambda: 1 + step_w12(rounded_hidden(), rounded_outputs()),
        tolerance=1.2e-3,
        reason=_ROUNDED_NOTE,
        slips=(
            Slip(
                lambda: 1 - step_w12(hidden(), outputs()),
                "The step goes uphill: this is gradient descent on the loss with the printed "
                "minus, or a sign lost in the chain rule.",
            ),
            Slip(
                lambda: float(updated().weights_[1][0, 1]),
                "This is the weight from hidden unit 2 to output 1; in task 2 the first index is "
                "where the edge starts.",
            ),
            Slip(
                lambda: 1 + 2 * step_w12(hidden(), outputs()),
                "The step is twice as long as it should be: the mean over the two examples (1/N) "
                "or the factor 1/2 of the loss is missing.",
            ),
            Slip(
                lambda: 1 + step_w12(hidden(), outputs()) / 2,
                "The step is half as long as it should be: the 2 from the derivative of the "
                "square cancels the factor 1/2 of the loss.",
            ),
            Slip(
                lambda: float(network().step(X[:1], T[:1], LEARNING_RATE).weights_[1][1, 0]),
                "Only the first example is used.",
            ),
            Slip(
                lambda: float(network().step(X[1:], T[1:], LEARNING_RATE).weights_[1][1, 0]),
                "Only the second example is used.",
            ),
            Slip(
                lambda: 1 + float(np.mean((T - outputs())[:, 1] * hidden()[:, 0])),
                "The derivative y (1 - y) of the sigmoid is left out.",
            ),
            Slip(
                lambda: 1 + float(np.mean(deltas(outputs())[:, 1])),
                "The factor h_1, the value that this weight multiplies, is left out.",
            ),
        ),
    ),
    Number(
        id="mannheim.2c.w22",
        place="Task 2, answer c (ii), second update",
        quantity="updated weight w_{2,2}^{(1)} (input 2 to hidden unit 2)",
        printed=Decimal("0.99987"),
        inputs={"X": X, "T": T, "weights": 1.0, "learning_rate": LEARNING_RATE},
        compute=updated_w22,
        reproduce=printed_w22,
        tolerance=8e-5,
        reason=(
            "In both terms the slope of the output unit is taken as 0.88 (1 - 0.98): the (1 - h) "
            "of the hidden unit stands where (1 - y) = (1 - 0.88) belongs."
        ),
        slips=(
            Slip(
                lambda: 1 + step_w22(hidden(), deltas(outputs(), outputs() * (1 - hidden()))),
                "δ needs the slope y (1 - y) of the output unit; (1 - h) of the hidden unit has "
                "taken the place of (1 - y).",
            ),
            Slip(
                lambda: 1 - step_w22(hidden(), deltas(outputs())),
                "The step goes uphill: this is gradient descent on the loss with the printed "
                "minus, or a sign lost in the chain rule.",
            ),
            Slip(
                lambda: 1 + 2 * step_w22(hidden(), deltas(outputs())),
                "The step is twice as long as it should be: the mean over the two examples (1/N) "
                "or the factor 1/2 of the loss is missing.",
            ),
            Slip(
                lambda: 1 + step_w22(hidden(), deltas(outputs())) / 2,
                "The step is half as long as it should be: the 2 from the derivative of the "
                "square cancels the factor 1/2 of the loss.",
            ),
            Slip(
                lambda: 1 + step_w22(hidden(), deltas(outputs()) * np.array([0.0, 1.0])),
                "Only the second output is summed; the hidden unit acts on both.",
            ),
            Slip(
                lambda: 1 + float(np.mean(X[:, 1] * deltas(outputs()).sum(axis=1))),
                "The derivative h (1 - h) of the hidden unit is left out.",
            ),
            Slip(
                lambda: (
                    1 + float(np.mean(sigmoid_derivative(X.sum(1)) * deltas(outputs()).sum(axis=1)))
                ),
                "The factor x_2, the value that this weight multiplies, is left out.",
            ),
        ),
    ),
)

ENTRIES: tuple[Entry, ...] = (*TASK_1, *TASK_2)
