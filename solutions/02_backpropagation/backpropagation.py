# ---
# jupyter:
#   jupytext:
#     text_representation: {extension: .py, format_name: percent}
#   kernelspec: {display_name: Python 3, language: python, name: python3}
# ---

# %% [markdown]
# # Backpropagation
#
# A network learns by small steps, each against the slope of its loss. Here you derive these slopes
# by hand for a network small enough for paper, and check every step of the derivation with
# numbers. What you find is what a library does for you with `loss.backward()`. The questions
# follow task 2 of the Mannheim sheet on word embeddings.
#
# **You will**
# - say which gradients training needs (a),
# - derive the slope of the logistic function, step by step (b),
# - derive the update rules of two weights, one in each layer of a toy network (c, part i),
# - and carry out one step of training with real numbers (c, part ii).
#
# **Before you start**: the chain rule; the forward pass of a layer, $\mathbf{H} =
# f(\mathbf{X}\mathbf{W}^\top)$, one row of $\mathbf{X}$ for each example, one row of $\mathbf{W}$
# for each unit.
#
# **Time**: about 90 minutes, with pen and paper.
#
# **How to work.** Replace each `raise NotImplementedError()` by your own code and run the cell
# below it: it says what is not yet right. Passing these checks is a good sign, not the grade: more
# checks, on other inputs, run when your work is graded. Each question can be solved on its own, so
# do not stop at one that resists. Three folded hints stand under each.
#
# **To hand in**: restart the kernel, run all cells, save, and hand in the notebook under the name
# it has now.

# %%
import numpy as np


def logistic(z):
    """The logistic function 1 / (1 + exp(-z)), element by element."""
    return 1 / (1 + np.exp(-z))


# %% [markdown]
# ## a) The gradients that matter
#
# The loss $L$ depends on everything in the network: on the inputs, the targets, the hidden
# values, the weights. It could be differentiated with respect to any of them.
#
# First find out how large the result is. Write `gradient_shapes`: the gradients that a training
# step of a fully connected network without biases needs, one array for each layer of edges. What
# are their shapes?

# %% [markdown] hints="a"
# 1. A training step subtracts a multiple of the gradient from the thing that it changes. What does
#    that say about the shape of the gradient?
# 2. $\partial L / \partial \mathbf{W}^{(k)}$ has one entry for each entry of
#    $\mathbf{W}^{(k)} \in \mathbb{R}^{n_k \times n_{k-1}}$; examples are averaged away.
# 3. `for n_in, n_out in zip(layer_sizes[:-1], layer_sizes[1:]):`


# %% solution="a_gradient_shapes"
def gradient_shapes(layer_sizes):
    """Shapes of the gradients used in a training step, first layer of edges first.

    layer_sizes: list of int, from the input layer to the output layer.
    Returns a list of pairs of int (rows, columns), in the layout of the weight matrices.
    """
    ### BEGIN SOLUTION
    shapes = []
    for n_in, n_out in zip(layer_sizes[:-1], layer_sizes[1:]):
        shapes.append((n_out, n_in))
    return shapes
    ### END SOLUTION


# %% tests="test_a_gradient_shapes" points=1
_shapes = gradient_shapes([3, 2, 2])
assert _shapes is not None, "gradient_shapes returned None: is the return missing?"
assert len(_shapes) == 2, (
    f"Three layers of units are joined by two layers of edges; got {len(_shapes)} shapes."
)
assert sum(int(_rows) * int(_columns) for _rows, _columns in _shapes) == 3 * 2 + 2 * 2, (
    "In all there must be as many slopes as edges: 3 * 2 + 2 * 2 for layers of 3, 2 and 2 units."
)
### BEGIN HIDDEN TESTS
import numpy as np

import embref.networks

for _layers in ([3, 2, 2], [5, 4, 3, 1], [2, 7]):
    _network = embref.networks.FullyConnected(_layers, bias=False, random_state=0)
    _gradients = _network.gradients(np.ones((6, _layers[0])), np.zeros((6, _layers[-1])))
    _expected = [_gradient.shape for _gradient in _gradients.weights]
    _shapes = [tuple(int(_size) for _size in _shape) for _shape in gradient_shapes(_layers)]
    assert _shapes == _expected, (
        "A gradient has the shape of the weight matrix that it updates: one row for each unit, "
        "one column for each of its inputs, whatever the number of examples."
    )
### END HIDDEN TESTS

# %% [markdown]
# Now in words: **which gradients do we care about during training, and why these?** Two or three
# sentences. Graded by hand:
# - 1 point: of what, with respect to what;
# - 1 point: why not the gradients with respect to inputs or hidden values (if they are computed,
#   what for?).

# %% [markdown] answer="a_relevant_gradients" points=2
# ### BEGIN SOLUTION
# The gradient of the loss with respect to the parameters, $\partial L / \partial \mathbf{w}$ for
# every weight $\mathbf{w}$ of the network: only the weights are changed in training, and the
# gradient says in which direction, and how strongly, the loss reacts to each of them. Inputs and
# targets are given and stay as they are. Gradients with respect to hidden values appear as
# intermediate results: the chain rule hands them down from layer to layer, on the way to the
# weights.
# ### END SOLUTION

# %% [markdown]
# ## b) The slope of the logistic function
#
# To go backwards through a logistic unit, one needs the slope of
# $\sigma(x) = \dfrac{1}{1 + e^{-x}}$. Show that
#
# $$\sigma'(x) = \sigma(x) \, (1 - \sigma(x)).$$
#
# Do it on paper, then write down three stations of your way as functions. Each station makes a
# claim, and the claim can be checked with numbers.
#
# 1. `chain_rule_factors`: with $u(x) = 1 + e^{-x}$ we have $\sigma = 1/u$. Return the two
#    factors of the chain rule, $\dfrac{d\sigma}{du}$ and $\dfrac{du}{dx}$, both at `x`.
# 2. `split_numerator`: multiply the two factors. Then add 1 to the numerator and subtract 1 from
#    it, so that the fraction falls into a difference of two, and reduce the first. Return
#    the two terms; their difference is $\sigma'(x)$.
# 3. `slope_from_output`: going backwards, a network has $h = \sigma(x)$ at hand, and no longer
#    $x$. Return the slope, given `h` alone.

# %% [markdown] hints="b"
# 1. There are two minus signs on the way: one from differentiating $1/u$, one from
#    differentiating $-x$ in the exponent. What becomes of them?
# 2. $\dfrac{e^{-x}}{(1+e^{-x})^2} = \dfrac{(1 + e^{-x}) - 1}{(1+e^{-x})^2}
#    = \dfrac{1}{1+e^{-x}} - \dfrac{1}{(1+e^{-x})^2}$. Do you recognize the two terms?
# 3. `u = 1 + np.exp(-x)`, and the first factor is `-1 / u**2`


# %% solution="b_chain_rule_factors"
def chain_rule_factors(x):
    """Factors of the chain rule for 1 / u with u = 1 + exp(-x).

    x: array of any shape.
    Returns (outer, inner), two arrays of that shape: d(1/u)/du and du/dx, both at x.
    """
    ### BEGIN SOLUTION
    u = 1 + np.exp(-x)
    outer = -1 / u**2
    inner = -np.exp(-x)
    return outer, inner
    ### END SOLUTION


# %% tests="test_b_chain_rule_factors" points=2
import numpy as np

_factors = chain_rule_factors(np.array([-1.0, 0.0, 2.0]))
assert _factors is not None, "chain_rule_factors returned None: is the return missing?"
assert len(_factors) == 2, "Return two arrays, (outer, inner)."
_outer, _inner = (np.asarray(_factor, dtype=float) for _factor in _factors)
assert _outer.shape == _inner.shape == (3,), (
    f"Both factors have the shape of x, here (3,); got {_outer.shape} and {_inner.shape}."
)
assert np.all(_outer < 0), "1/u falls when u grows, so the outer factor is negative."
assert np.all(_inner < 0), (
    "u = 1 + exp(-x) falls when x grows, so the inner factor is negative. Is the -x in the "
    "exponent differentiated too?"
)
_x, _step = np.array([-1.0, 0.0, 2.0]), 1e-5
_slope = (1 / (1 + np.exp(-_x - _step)) - 1 / (1 + np.exp(-_x + _step))) / (2 * _step)
assert np.allclose(_outer * _inner, _slope, rtol=1e-3, atol=1e-5), (
    "The product of the two factors is not the slope of the logistic function."
)
### BEGIN HIDDEN TESTS
from embref.networks import numerical_gradient

_x = np.random.default_rng(1).uniform(-3, 3, size=6)
_outer, _inner = (np.asarray(_factor, dtype=float) for _factor in chain_rule_factors(_x))
_expected = numerical_gradient(lambda u: float(np.sum(1 / u)), 1 + np.exp(-_x))
assert np.allclose(_outer, _expected, rtol=1e-3, atol=1e-5), (
    "The outer factor is not the derivative of 1/u with respect to u, taken at u = 1 + exp(-x)."
)
_expected = numerical_gradient(lambda x: float(np.sum(1 + np.exp(-x))), _x)
assert np.allclose(_inner, _expected, rtol=1e-3, atol=1e-5), (
    "The inner factor is not the derivative of 1 + exp(-x) with respect to x."
)
### END HIDDEN TESTS


# %% solution="b_split_numerator"
def split_numerator(x):
    """The two terms whose difference is the slope of the logistic function.

    x: array of any shape.
    Returns (first, second), two arrays of that shape; the slope is first - second.
    """
    ### BEGIN SOLUTION
    u = 1 + np.exp(-x)
    return 1 / u, 1 / u**2
    ### END SOLUTION


# %% tests="test_b_split_numerator" points=1
import numpy as np

_terms = split_numerator(np.array([-1.0, 0.0, 2.0]))
assert _terms is not None, "split_numerator returned None: is the return missing?"
assert len(_terms) == 2, "Return two arrays, (first, second)."
_first, _second = (np.asarray(_term, dtype=float) for _term in _terms)
assert np.all(_first > _second), (
    "The logistic function rises everywhere, so first - second must be positive."
)
_x, _step = np.array([-1.0, 0.0, 2.0]), 1e-5
_slope = (1 / (1 + np.exp(-_x - _step)) - 1 / (1 + np.exp(-_x + _step))) / (2 * _step)
assert np.allclose(_first - _second, _slope, rtol=1e-3, atol=1e-5), (
    "first - second is not the slope of the logistic function. Have both terms the right "
    "denominator, after reducing?"
)
### BEGIN HIDDEN TESTS
from embref.networks import sigmoid

_x = np.random.default_rng(2).uniform(-3, 3, size=6)
_first, _second = (np.asarray(_term, dtype=float) for _term in split_numerator(_x))
assert np.allclose(_first, sigmoid(_x), rtol=1e-4, atol=1e-5), (
    "After adding and subtracting 1, the first fraction can be reduced to the logistic function "
    "itself."
)
assert np.allclose(_second, sigmoid(_x) ** 2, rtol=1e-4, atol=1e-5), (
    "After adding and subtracting 1, the second fraction has 1 in its numerator and the squared "
    "denominator."
)
### END HIDDEN TESTS


# %% solution="b_slope_from_output"
def slope_from_output(h):
    """Slope of the logistic function at the point where its value is h.

    h: array of any shape, values between 0 and 1.
    Returns an array of that shape.
    """
    ### BEGIN SOLUTION
    return h * (1 - h)
    ### END SOLUTION


# %% tests="test_b_slope_from_output" points=1
import numpy as np

_slope = slope_from_output(np.array([0.1, 0.5, 0.9]))
assert _slope is not None, "slope_from_output returned None: is the return missing?"
_slope = np.asarray(_slope, dtype=float)
assert _slope.shape == (3,), f"One slope for each value, here 3; got shape {_slope.shape}."
assert np.all(_slope > 0), "The logistic function rises everywhere: slopes are positive."
assert np.isclose(_slope[0], _slope[2]), (
    "The curve is symmetric: where its value is 0.1 it is as steep as where its value is 0.9. "
    "Note that h is already a value of the logistic function, not its argument."
)
### BEGIN HIDDEN TESTS
from embref.networks import sigmoid, sigmoid_derivative

_x = np.random.default_rng(3).uniform(-3, 3, size=(2, 4))
assert np.allclose(slope_from_output(sigmoid(_x)), sigmoid_derivative(_x), rtol=1e-4, atol=1e-5), (
    "Not the slope of the logistic function. The formula of this question needs sigma(x), and h is "
    "just that: applying the logistic function to h once more is one time too many."
)
### END HIDDEN TESTS

# %% [markdown]
# ## c) One step of training, by hand
#
# The toy network predicts one of two classes from three features. It has three inputs $x_1, x_2,
# x_3$, two hidden units $h_1, h_2$ and two outputs $y_1, y_2$, logistic units throughout, no
# biases:
#
# $$h_j = \sigma\Big(\sum_{i=1}^{3} w_{i,j}^{(1)} x_i\Big), \qquad
# y_l = \sigma\Big(\sum_{j=1}^{2} w_{j,l}^{(2)} h_j\Big).$$
#
# Output $l$ is read as the probability of class $l$. (Two logistic units know nothing of each
# other, so their values need not add up to 1. For this exercise that does no harm.) We follow two
# weights: $w_{2,2}^{(1)}$, on the edge from $x_2$ to $h_2$, and $w_{1,2}^{(2)}$, on the edge from
# $h_1$ to $y_2$.
#
# ### c, part i: the update rules
#
# **Where is the weight?** In task 2 of the sheet, and in the formulas above, the *first* index says
# where an edge comes from and the second where it goes to, both counted from 1. Our matrices have
# one *row* for each unit that edges go to, and NumPy counts from 0. Write `position`: row and
# column of $w_{i,j}$ in the weight matrix of its layer.

# %% [markdown] hints="c"
# 1. Draw the network and mark every path from the weight to the loss. A gradient is a sum over
#    paths, and along a path a product of slopes.
# 2. $\dfrac{\partial L}{\partial w_{1,2}^{(2)}} = -\dfrac{1}{N} \sum_e \delta_{e,2}\, h_{e,1}$ and
#    $\dfrac{\partial L}{\partial w_{2,2}^{(1)}} = -\dfrac{1}{N} \sum_e h_{e,2} (1 - h_{e,2})\,
#    x_{e,2} \sum_{l=1}^{2} \delta_{e,l} \, w_{2,l}^{(2)}$, where $w_{2,l}^{(2)}$ is
#    `W2[l - 1, 1]`.
# 3. In both gradients: `delta = (T - Y) * Y * (1 - Y)`, and $\delta_{e,2}$ is `delta[e, 1]`.


# %% solution="c_position"
def position(i, j):
    """Row and column of w_{i,j}, the weight from unit i to unit j, in its layer's matrix.

    i, j: int, counted from 1.
    Returns (row, column), two int, counted from 0.
    """
    ### BEGIN SOLUTION
    return j - 1, i - 1
    ### END SOLUTION


# %% tests="test_c_position" points=1
_position = position(1, 1)
assert _position is not None, "position returned None: is the return missing?"
assert tuple(int(_index) for _index in _position) == (0, 0), (
    "The weight from the first unit to the first unit stands in the corner of the matrix, at row "
    "0, column 0."
)
assert tuple(int(_index) for _index in position(3, 2)) in {(1, 2), (2, 1)}, (
    "For w_{3,2} row and column must be 1 and 2, in one order or the other."
)
### BEGIN HIDDEN TESTS
import numpy as np

import embref.networks

for _i, _j, _n_in, _n_out in [(1, 2, 2, 2), (3, 2, 3, 2), (1, 4, 3, 4)]:
    _row, _column = (int(_index) for _index in position(_i, _j))
    assert 0 <= _row < _n_out and 0 <= _column < _n_in, (
        f"w_{{{_i},{_j}}} falls outside a matrix with {_n_out} rows (units) and {_n_in} columns "
        "(inputs): the unit that the edge goes to is the row."
    )
    _W = np.zeros((_n_out, _n_in))
    _W[_row, _column] = 1.0
    _reached = embref.networks.layer_forward(np.eye(_n_in), _W, activation="identity")
    assert _reached[_i - 1, _j - 1] == 1.0, (
        f"The entry at this place does not lead from unit {_i} to unit {_j}. In this task the "
        "first index is where the edge comes from; in the matrix the row is where it goes to."
    )
### END HIDDEN TESTS

# %% [markdown]
# **The loss.** With targets $t_{e,l}$ and outputs $y_{e,l}$ for $N$ examples and $M$ outputs, we
# train on half the squared error, summed over outputs and averaged over examples:
#
# $$L = \frac{1}{2N} \sum_{e=1}^{N} \sum_{l=1}^{M} (t_{e,l} - y_{e,l})^2.$$
#
# On the sheet this formula begins with a minus sign, and yet the gradient that the sheet derives is
# that of the formula above. Write `loss` as it stands here, then say what the minus would do.


# %% solution="c_loss"
def loss(T, Y):
    """Half the squared error, summed over outputs and averaged over examples.

    T, Y: arrays (n_examples, n_outputs), targets and outputs.
    Returns one number.
    """
    ### BEGIN SOLUTION
    return np.sum((T - Y) ** 2) / (2 * len(T))
    ### END SOLUTION


# %% tests="test_c_loss" points=1
import numpy as np

_T = np.array([[0.0, 1.0], [1.0, 0.0]])
_loss = loss(_T, 1 - _T)
assert _loss is not None, "loss returned None: is the return missing?"
assert np.shape(_loss) == (), f"A loss is one number; got shape {np.shape(_loss)}."
assert np.isclose(loss(_T, _T), 0), "When outputs equal targets there is nothing to lose: 0."
assert _loss > 0, "Wrong outputs must cost something: the loss must be positive."
assert np.isclose(loss(np.vstack([_T, _T]), np.vstack([1 - _T, 1 - _T])), _loss), (
    "The loss is an average over examples: a data set in which each example appears twice has the "
    "same loss."
)
### BEGIN HIDDEN TESTS
import embref.losses

_rng = np.random.default_rng(4)
for _N, _M in [(2, 2), (5, 3), (1, 4)]:
    _T, _Y = _rng.integers(0, 2, size=(_N, _M)).astype(float), _rng.uniform(size=(_N, _M))
    assert np.isclose(
        float(loss(_T, _Y)), embref.losses.half_squared_error(_T, _Y), rtol=1e-4, atol=1e-5
    ), (
        f"Wrong for {_N} examples and {_M} outputs: sum over outputs, average over examples only, "
        "and mind the one half."
    )
### END HIDDEN TESTS

# %% [markdown]
# **What would gradient descent do with the loss as the sheet prints it, minus sign included?** One
# or two sentences. Graded by hand: 1 point for saying what happens to the outputs, and why.

# %% [markdown] answer="c_minus_sign" points=1
# ### BEGIN SOLUTION
# Descent makes $L$ as small as it can. With the minus in front, $L$ is smallest where the squared
# error is largest, so each step would push the outputs away from their targets. The gradient of the
# sheet belongs to the loss without the minus.
# ### END SOLUTION

# %% [markdown]
# **The weight of the output layer.** Differentiate $L$ with respect to $w_{1,2}^{(2)}$. Ask first
# which outputs depend on it at all, then go from the outside to the inside with the chain rule and
# with the slope of question b. Some care pays here: in the sheet's second line a factor
# $(-1)$ stands at one of two terms only, and further down its $h_1$ has lost the index $e$ (each
# example has hidden values of its own).
#
# Write `gradient_output_weight`, which computes $\partial L / \partial w_{1,2}^{(2)}$ from targets,
# outputs and hidden values. The sheet's abbreviation is worth having:
# $\delta_{e,l} = (t_{e,l} - y_{e,l}) \, y_{e,l} \, (1 - y_{e,l})$.


# %% solution="c_gradient_output_weight"
def gradient_output_weight(T, Y, H):
    """Derivative of the loss with respect to the weight from h_1 to y_2.

    T, Y: arrays (n_examples, 2), targets and outputs; H: array (n_examples, 2), hidden values.
    Returns one number.
    """
    ### BEGIN SOLUTION
    delta = (T[:, 1] - Y[:, 1]) * Y[:, 1] * (1 - Y[:, 1])
    return -np.mean(delta * H[:, 0])
    ### END SOLUTION


# %% tests="test_c_gradient_output_weight" points=2
import numpy as np


def _outputs(H, W2):
    return 1 / (1 + np.exp(-H @ W2.T))


def _slope_of_loss(H, T, W2, step=1e-5):
    """Move the weight from h_1 to y_2 a little up and down and watch the loss."""
    losses = []
    for moved in (step, -step):
        W = W2 + np.array([[0.0, 0.0], [moved, 0.0]])
        losses.append(np.sum((T - _outputs(H, W)) ** 2) / (2 * len(T)))
    return (losses[0] - losses[1]) / (2 * step)


_H = np.array([[0.2, 0.7], [0.9, 0.4], [0.6, 0.1]])
_T = np.array([[0.0, 1.0], [1.0, 0.0], [0.0, 1.0]])
_W2 = np.array([[0.5, -1.0], [1.5, 0.3]])
_gradient = gradient_output_weight(_T, _outputs(_H, _W2), _H)
assert _gradient is not None, "gradient_output_weight returned None: is the return missing?"
assert np.shape(_gradient) == (), f"Expected one number, got shape {np.shape(_gradient)}."
_ratio = float(_gradient) / _slope_of_loss(_H, _T, _W2)
assert not np.isclose(_ratio, -1, rtol=1e-3), (
    "Right size, wrong sign. The derivative of (t - y) with respect to y brings a factor -1; the "
    "gradient is asked for here, not yet the update."
)
assert not np.isclose(abs(_ratio), len(_T), rtol=1e-3), (
    "The gradient of an average is the average of the gradients: divide by the number of examples."
)
assert np.isclose(_ratio, 1, rtol=1e-3), (
    "The gradient does not agree with what the loss does when the weight moves a little. Which "
    "output depends on this weight? Which hidden value is it multiplied by? Is the slope of the "
    "output unit there?"
)
### BEGIN HIDDEN TESTS
import embref.networks

_rng = np.random.default_rng(5)
for _N in (1, 2, 6):
    _network = embref.networks.FullyConnected([3, 2, 2], bias=False, random_state=_N)
    _X, _T = _rng.normal(size=(_N, 3)), _rng.integers(0, 2, size=(_N, 2)).astype(float)
    _H, _Y = _network.layer_outputs(_X)
    assert np.isclose(
        float(gradient_output_weight(_T, _Y, _H)),
        _network.gradients(_X, _T).weights[1][1, 0],
        rtol=1e-3,
        atol=1e-7,
    ), (
        f"Wrong on a random network and {_N} examples. Only the second output depends on this "
        "weight, it multiplies the first hidden value, and examples are averaged."
    )
### END HIDDEN TESTS

# %% [markdown]
# **The weight of the hidden layer.** One layer further down, $w_{2,2}^{(1)}$ changes $h_2$. And
# which outputs does $h_2$ reach? (In the first line of this derivation the sheet begins the sum
# over outputs at the second one. Decide for yourself whether one output is enough.)
#
# Write `gradient_hidden_weight`, which computes $\partial L / \partial w_{2,2}^{(1)}$. This is the
# backpropagation proper: the $\delta_{e,l}$ of the outputs travel back over the edges that leave
# $h_2$.


# %% solution="c_gradient_hidden_weight"
def gradient_hidden_weight(X, H, T, Y, W2):
    """Derivative of the loss with respect to the weight from x_2 to h_2.

    X: array (n_examples, 3), inputs; H: array (n_examples, 2), hidden values;
    T, Y: arrays (n_examples, 2), targets and outputs;
    W2: array (2, 2), weights of the output layer, one row for each output unit.
    Returns one number.
    """
    ### BEGIN SOLUTION
    delta = (T - Y) * Y * (1 - Y)
    arriving = delta[:, 0] * W2[0, 1] + delta[:, 1] * W2[1, 1]
    return -np.mean(arriving * H[:, 1] * (1 - H[:, 1]) * X[:, 1])
    ### END SOLUTION


# %% tests="test_c_gradient_hidden_weight" points=3
import numpy as np


def _forward(X, W1, W2):
    H = 1 / (1 + np.exp(-X @ W1.T))
    return H, 1 / (1 + np.exp(-H @ W2.T))


def _slope_of_loss(X, T, W1, W2, step=1e-5):
    """Move the weight from x_2 to h_2 a little up and down and watch the loss."""
    losses = []
    for moved in (step, -step):
        W = W1 + np.array([[0.0, 0.0, 0.0], [0.0, moved, 0.0]])
        losses.append(np.sum((T - _forward(X, W, W2)[1]) ** 2) / (2 * len(T)))
    return (losses[0] - losses[1]) / (2 * step)


_X = np.array([[1.0, -2.0, 0.5], [0.0, 1.5, -1.0], [2.0, 1.0, 1.0]])
_T = np.array([[0.0, 1.0], [1.0, 0.0], [0.0, 1.0]])
_W1, _W2 = np.array([[0.5, -1.0, 0.2], [1.0, 0.4, -0.6]]), np.array([[0.5, -1.0], [1.5, 0.3]])
_H, _Y = _forward(_X, _W1, _W2)
_gradient = gradient_hidden_weight(_X, _H, _T, _Y, _W2)
assert _gradient is not None, "gradient_hidden_weight returned None: is the return missing?"
assert np.shape(_gradient) == (), f"Expected one number, got shape {np.shape(_gradient)}."
_ratio = float(_gradient) / _slope_of_loss(_X, _T, _W1, _W2)
assert not np.isclose(_ratio, -1, rtol=1e-3), (
    "Right size, wrong sign. The derivative of (t - y) with respect to y brings a factor -1; the "
    "gradient is asked for here, not yet the update."
)
assert not np.isclose(abs(_ratio), len(_T), rtol=1e-3), (
    "The gradient of an average is the average of the gradients: divide by the number of examples."
)
assert np.isclose(_ratio, 1, rtol=1e-3), (
    "The gradient does not agree with what the loss does when the weight moves a little. Do both "
    "outputs send their delta back, each over its own edge from h_2? Is the slope that of the "
    "hidden unit?"
)
### BEGIN HIDDEN TESTS
import embref.networks

_rng = np.random.default_rng(6)
for _N in (1, 2, 6):
    _network = embref.networks.FullyConnected([3, 2, 2], bias=False, random_state=10 + _N)
    _X, _T = _rng.normal(size=(_N, 3)), _rng.integers(0, 2, size=(_N, 2)).astype(float)
    _H, _Y = _network.layer_outputs(_X)
    assert np.isclose(
        float(gradient_hidden_weight(_X, _H, _T, _Y, _network.weights_[1])),
        _network.gradients(_X, _T).weights[0][1, 1],
        rtol=1e-3,
        atol=1e-7,
    ), (
        f"Wrong on a random network and {_N} examples. Four factors for each example: what comes "
        "back from both outputs over the edges that leave h_2 (column 2 of W2), the slope of h_2, "
        "the input x_2, and the average over examples."
    )
### END HIDDEN TESTS

# %% [markdown]
# **The update.** In gradient descent with learning rate $\psi$ both weights follow the same rule;
# write it as `updated_weight`. (The sheet's rules show no $\psi$ and have a plus sign. With
# $\psi = 1$, and with the minus of the gradient already multiplied out, that is the same rule.
# Yours gets the gradient as it is, and any $\psi$.)


# %% solution="c_updated_weight"
def updated_weight(weight, gradient, learning_rate):
    """Value of a weight after one step of gradient descent; all arguments are numbers."""
    ### BEGIN SOLUTION
    return weight - learning_rate * gradient
    ### END SOLUTION


# %% tests="test_c_updated_weight" points=1
_weight = updated_weight(1.0, 0.5, 1.0)
assert _weight is not None, "updated_weight returned None: is the return missing?"
assert updated_weight(1.0, 0.0, 1.0) == 1.0, "Where the loss is flat, the weight stays."
assert _weight < 1.0, (
    "The gradient is positive, so the loss grows with the weight: descent must make the weight "
    "smaller."
)
### BEGIN HIDDEN TESTS
import numpy as np

for _weight, _gradient, _rate in np.random.default_rng(7).normal(size=(5, 3)).tolist():
    _rate = abs(_rate)
    assert np.isclose(
        float(updated_weight(_weight, _gradient, _rate)), _weight - _rate * _gradient, rtol=1e-5
    ), "One step goes against the gradient, by the learning rate times the gradient."
### END HIDDEN TESTS

# %% [markdown]
# ### c, part ii: one step with numbers
#
# Two training examples, in the form (inputs, targets): $([-1, 0, 2], [0, 1])$ and $([2, 1, 1],
# [1, 0])$. All weights begin at 1, and the learning rate is $\psi = 1$.

# %% [markdown] hints="c"
# 1. Forward from the inputs to the outputs, then back. Which of the two examples can change
#    $w_{2,2}^{(1)}$ at all, given its $x_2$?
# 2. $\mathbf{H} = \sigma(\mathbf{X} \mathbf{W}_1^\top)$, $\mathbf{Y} = \sigma(\mathbf{H}
#    \mathbf{W}_2^\top)$, then $w \leftarrow w - \psi \, \partial L / \partial w$ with the gradients
#    of part i.
# 3. `H = logistic(X @ W1.T)`

# %%
X = np.array([[-1.0, 0.0, 2.0], [2.0, 1.0, 1.0]])
T = np.array([[0.0, 1.0], [1.0, 0.0]])
W1 = np.ones((2, 3))
W2 = np.ones((2, 2))

# %% [markdown]
# **The forward pass.** Write `forward` for any data and any weights: hidden values and outputs.


# %% solution="c_forward"
def forward(X, W1, W2):
    """Hidden values and outputs of the toy network.

    X: array (n_examples, n_inputs); W1: array (n_hidden, n_inputs);
    W2: array (n_outputs, n_hidden).
    Returns (H, Y), arrays (n_examples, n_hidden) and (n_examples, n_outputs).
    """
    ### BEGIN SOLUTION
    H = logistic(X @ W1.T)
    Y = logistic(H @ W2.T)
    return H, Y
    ### END SOLUTION


# %% tests="test_c_forward" points=2
import numpy as np

_values = forward(np.ones((5, 3)), np.zeros((4, 3)), np.zeros((2, 4)))
assert _values is not None, "forward returned None: is the return missing?"
assert len(_values) == 2, "Return two arrays, (H, Y)."
_H, _Y = (np.asarray(_value, dtype=float) for _value in _values)
assert _H.shape == (5, 4), f"5 examples, 4 hidden units: expected H (5, 4), got {_H.shape}."
assert _Y.shape == (5, 2), f"5 examples, 2 outputs: expected Y (5, 2), got {_Y.shape}."
assert np.allclose(_H, 0.5) and np.allclose(_Y, 0.5), (
    "With all weights 0 every sum is 0, and the logistic function of 0 is a half, in the hidden "
    "layer and in the output layer. Are both layers activated?"
)
### BEGIN HIDDEN TESTS
import embref.networks

_rng = np.random.default_rng(8)
for _layers in ([3, 2, 2], [2, 5, 3], [4, 4, 4]):
    _network = embref.networks.FullyConnected(_layers, bias=False, random_state=20)
    _X = _rng.normal(size=(6, _layers[0]))
    _H, _Y = (np.asarray(_value, dtype=float) for _value in forward(_X, *_network.weights_))
    _expected_H, _expected_Y = _network.layer_outputs(_X)
    assert _H.shape == _expected_H.shape and _Y.shape == _expected_Y.shape, (
        "H has one column for each hidden unit, Y one for each output unit; rows are examples."
    )
    assert np.allclose(_H, _expected_H, rtol=1e-4, atol=1e-5), (
        "The hidden values are wrong for random weights: rows of W1 are units, and the logistic "
        "function comes once, after the sum."
    )
    assert np.allclose(_Y, _expected_Y, rtol=1e-4, atol=1e-5), (
        "The outputs are wrong for random weights: they are computed from H, not from X, rows of "
        "W2 are output units (a square W2 hides a missing transpose), and the logistic function "
        "comes last."
    )
### END HIDDEN TESTS

# %% [markdown]
# So that the rest does not depend on your forward pass, here is what comes out of it, with all
# digits.

# %%
H = np.array([embref.worked.value(f"mannheim.2c.h_{e}") for e in (1, 2)])  ### FREEZE
Y = np.array([embref.worked.value(f"mannheim.2c.y_{e}") for e in (1, 2)])  ### FREEZE

# %% [markdown]
# **The new weights.** Compute $w_{1,2}^{(2)}$ and $w_{2,2}^{(1)}$ after one step, with your
# functions or with a calculator. Keep all digits until the end, and give at least five after the
# point: the second weight moves by less than a thousandth. (The sheet rounds to two digits on the
# way, which changes the third digit of its first result; such an answer still counts. Its second
# result, 0.99987, does not: in its arithmetic a number of the hidden layer stands where an output
# belongs. Can you find it?)

# %% solution="c_new_output_weight"
new_w_1_2 = None  # the weight from h_1 to y_2 after one step: a number or code that computes it
### BEGIN SOLUTION
delta = (T - Y) * Y * (1 - Y)
new_w_1_2 = W2[1, 0] + np.mean(delta[:, 1] * H[:, 0])
### END SOLUTION

# %% tests="test_c_new_output_weight" points=1
import numpy as np

if new_w_1_2 is None:
    raise NotImplementedError("new_w_1_2 is still None: compute the new weight.")
assert np.shape(new_w_1_2) == (), f"Expected one number, got shape {np.shape(new_w_1_2)}."
assert new_w_1_2 < 1, (
    "The second output is far too large for example 2 and a little too small for example 1. On "
    "the whole it must come down, and with it the weight that feeds it."
)
### BEGIN HIDDEN TESTS
import embref.worked

embref.worked.check("mannheim.2c.w12", float(new_w_1_2))
### END HIDDEN TESTS

# %% solution="c_new_hidden_weight"
new_w_2_2 = None  # the weight from x_2 to h_2 after one step: a number or code that computes it
### BEGIN SOLUTION
delta = (T - Y) * Y * (1 - Y)
arriving = delta @ W2[:, 1]
new_w_2_2 = W1[1, 1] + np.mean(arriving * H[:, 1] * (1 - H[:, 1]) * X[:, 1])
### END SOLUTION

# %% tests="test_c_new_hidden_weight" points=1
import numpy as np

if new_w_2_2 is None:
    raise NotImplementedError("new_w_2_2 is still None: compute the new weight.")
assert np.shape(new_w_2_2) == (), f"Expected one number, got shape {np.shape(new_w_2_2)}."
assert new_w_2_2 < 1, (
    "Only example 2 has an x_2 other than 0, and its outputs are on the whole too large: the "
    "weight must go down."
)
_printed = embref.worked.slips("mannheim.2c.w22")[0][0]  ### FREEZE
assert abs(new_w_2_2 - _printed) > 1e-5, (
    "This is the result that the sheet prints. It has 0.98 where 0.88 belongs: which of the two is "
    "the slope of an output unit made of?"
)
### BEGIN HIDDEN TESTS
import embref.worked

embref.worked.check("mannheim.2c.w22", float(new_w_2_2))
### END HIDDEN TESTS

# %% [markdown]
# **One thing to take along.** In this example both hidden units have the same weights, so they
# hold the same values, receive the same gradients, and stay twins forever: two units that do the
# work of one. That is why real networks begin with *random* weights.
