# ---
# jupyter:
#   jupytext:
#     text_representation: {extension: .py, format_name: percent}
#   kernelspec: {display_name: Python 3, language: python, name: python3}
# ---

# %% [markdown]
# # Fully-connected networks
#
# Every model of this course that learns vectors, from skip-gram to BERT, is built of the layers
# that you write here. The questions follow task 1 of the Mannheim sheet on word embeddings.
#
# **You will**
# - read the number of units of a network off its data (a),
# - tell what a network *computes* from what it *learns* (b),
# - write one unit and one layer, first with indices, as on paper (c),
# - compare kinds of units (d),
# - and pass a whole data set through a layer with one matrix product (e).
#
# **Before you start**: sums over indices, the matrix product, NumPy arrays and their `shape`.
#
# **Time**: about 60 minutes.
#
# **How to work.** Replace each `raise NotImplementedError()` by your own code and run the cell
# below it: it says what is not yet right. Passing these checks is a good sign, not the grade: more
# checks, on other inputs, run when your work is graded. Each question can be solved on its own, so
# do not stop at one that resists. Three folded hints stand under each.
#
# **To hand in**: restart the kernel, run all cells, save, and hand in the notebook under the name
# it has now.

# %% [markdown]
# Three conventions hold in the whole course:
# - one example is one **row**: a data set of $N$ examples with $d$ features is a matrix
#   $\mathbf{X} \in \mathbb{R}^{N \times d}$;
# - one unit is one **row** of its layer's weight matrix: a layer of $p$ units that sees $d$ inputs
#   has $\mathbf{W} \in \mathbb{R}^{p \times d}$;
# - like the sheet, this assignment leaves out the bias. It is a choice, not a law: most libraries
#   add one number $b_i$ to the sum of unit $i$.

# %%
import numpy as np

# %% [markdown]
# ## a) How many units?
#
# A network maps an input vector to an output vector. How many units its first and last layer have
# is not a matter of taste: the data decide. Between them you may put as many hidden layers, as
# wide, as you like.
#
# Write `layer_sizes`: given a data set of inputs `X` and targets `T` and the sizes of the hidden
# layers, list the number of units of every layer, from the input layer to the output layer.

# %% [markdown] hints="a"
# 1. A unit of the input layer holds one number of *one* example. Which axis of `X` counts the
#    numbers in an example, and which counts examples?
# 2. $n$ input units for $\mathbf{X} \in \mathbb{R}^{N \times n}$ and $m$ output units for
#    $\mathbf{T} \in \mathbb{R}^{N \times m}$; nothing makes $n$ and $m$ equal.
# 3. `n_inputs = X.shape[1]`


# %% solution="a_layer_sizes"
def layer_sizes(X, T, hidden_sizes):
    """Number of units of each layer.

    X: array (n_examples, n_features); T: array (n_examples, n_targets);
    hidden_sizes: list of int, perhaps empty.
    Returns a list of int, from the input layer to the output layer.
    """
    ### BEGIN SOLUTION
    return [X.shape[1], *hidden_sizes, T.shape[1]]
    ### END SOLUTION


# %% tests="test_a_layer_sizes" points=2
import numpy as np

_sizes = layer_sizes(np.zeros((5, 3)), np.zeros((5, 2)), [4])
assert _sizes is not None, "layer_sizes returned None: is the return missing?"
assert len(_sizes) == 3, (
    f"Expected one number for each layer (input, one hidden, output), got {_sizes!r}."
)
assert int(_sizes[1]) == 4, "The hidden layer was asked to have 4 units."
assert int(_sizes[0]) != 5, (
    "There were 5 examples, but examples pass through the network one after the other: "
    "an input unit belongs to a feature."
)
assert len(layer_sizes(np.zeros((5, 3)), np.zeros((5, 2)), [4, 6, 4])) == 5, (
    "Three hidden layers make a network of five layers."
)
### BEGIN HIDDEN TESTS
for _n_examples, _hidden, _n_inputs, _n_outputs in [
    (7, [4], 3, 2),
    (2, [2], 3, 2),
    (9, [8, 5], 6, 1),
    (4, [], 1, 3),
    (1, [3], 5, 5),
]:
    _X, _T = np.zeros((_n_examples, _n_inputs)), np.zeros((_n_examples, _n_outputs))
    _sizes = [int(_size) for _size in layer_sizes(_X, _T, _hidden)]
    assert len(_sizes) == len(_hidden) + 2, (
        f"With {len(_hidden)} hidden layers the list must have one entry for each of them and "
        "one each for the input and the output layer."
    )
    assert _sizes[1:-1] == _hidden, "The hidden layers must have the sizes asked for, in order."
    assert _sizes[0] == _n_inputs, (
        "The input layer needs one unit for each feature (column of X), whatever the number of "
        "examples."
    )
    assert _sizes[-1] == _n_outputs, (
        "The output layer needs one unit for each target (column of T): as many as are needed, "
        "not as many as there are inputs."
    )
### END HIDDEN TESTS

# %% [markdown]
# ## b) What nodes hold and what edges hold
#
# Drawn as a graph, a network has a number in each node and a number on each edge. They are numbers
# of two very different kinds.
#
# First count them. A fully connected network without biases is given by its layer sizes; there is
# an edge from each unit to each unit of the next layer. Let `n_examples` examples pass through it.
# Write `count_values`: how many node values appear in all (those of the input layer included), and
# how many values sit on edges?

# %% [markdown] hints="b"
# 1. When the second example comes in, which numbers of the drawing change, and which stay?
# 2. With layer sizes $n_0, \dots, n_K$ and $N$ examples there are $N \sum_k n_k$ node values;
#    between layers $k-1$ and $k$ there are $n_{k-1} n_k$ edges, for any number of examples.
# 3. `node_values = n_examples * sum(layer_sizes)`


# %% solution="b_count_values"
def count_values(layer_sizes, n_examples):
    """Count the values in nodes and on edges.

    layer_sizes: list of int, from the input layer to the output layer; n_examples: int.
    Returns (node_values, edge_values), two int.
    """
    ### BEGIN SOLUTION
    node_values = n_examples * sum(layer_sizes)
    edge_values = 0
    for n_in, n_out in zip(layer_sizes[:-1], layer_sizes[1:]):
        edge_values += n_in * n_out
    return node_values, edge_values
    ### END SOLUTION


# %% tests="test_b_count_values" points=2
_counts = count_values([3, 4], 1)
assert _counts is not None, "count_values returned None: is the return missing?"
assert len(_counts) == 2, f"Return two numbers, (node_values, edge_values); got {_counts!r}."
assert tuple(int(_count) for _count in _counts) == (3 + 4, 3 * 4), (
    "One example in a network of 3 inputs and 4 outputs: one value in each of the units, "
    "and an edge from each input to each output."
)
### BEGIN HIDDEN TESTS
import embref.networks

for _layers, _n_examples in [([3, 2, 2], 2), ([5, 7, 4, 1], 10), ([2, 6], 3), ([4, 4, 4], 25)]:
    _nodes, _edges = (int(_count) for _count in count_values(_layers, _n_examples))
    _network = embref.networks.FullyConnected(_layers, bias=False, random_state=0)
    assert _edges == _network.n_parameters, (
        "The number of edge values is not right. Each pair of neighboring layers adds the product "
        "of their sizes, and edges are shared by all examples: they do not multiply with them."
    )
    assert _nodes == sum(_n_examples * _units for _units in _layers), (
        "The number of node values is not right. Every example fills every unit of every layer "
        "(the input layer too) with a value of its own."
    )
### END HIDDEN TESTS

# %% [markdown]
# Now say it in words: **what is the difference between the values in nodes and those on edges?**
# Two or three sentences. Graded by hand:
# - 1 point: where node values come from, and on what they depend;
# - 1 point: what edge values are, and when they change.

# %% [markdown] answer="b_roles" points=2
# ### BEGIN SOLUTION
# A node holds a value that is *computed*: an input unit takes it from the example, every other unit
# computes it from the units of the previous layer and the edges that come from them. So node
# values are different for each example. An edge holds a *parameter* (weight) of the function that
# the network represents: it is the same for all examples and only training changes it.
# ### END SOLUTION

# %% [markdown]
# ## c) What a unit computes
#
# Every unit does the same simple thing: it takes the values of the units that have an edge to it,
# adds them up, each multiplied by the weight on its edge, and puts the sum through an
# *activation function* $f$. For unit $i$ of layer $k$, whose previous layer has $L^{(k-1)}$ units,
#
# $$h_i^{(k)} = f\Big(\sum_{j=1}^{L^{(k-1)}} w_{i,j}^{(k)} \, h_j^{(k-1)}\Big).$$
#
# Mind the indices: here $w_{i,j}$ belongs to the edge *to* unit $i$ *from* unit $j$, so that row
# $i$ of $\mathbf{W}$ is all that unit $i$ knows. (In its task 2 the same sheet writes them the
# other way round. Whenever you read a formula with two indices, find out which one is the unit.)
#
# The sheet also gives the formula in vector form, $f(\mathbf{h}_{(k-1)}^\top \mathbf{w}_k)$. For
# that to be unit $i$, the vector must be $\mathbf{w}_i^{(k)}$, the weights of *that unit*, and the
# result is a single number: nothing yet to which $f$ could be applied element by element. For the
# whole layer there is: $\mathbf{h}^{(k)} = f(\mathbf{W}^{(k)} \mathbf{h}^{(k-1)})$.
#
# A formula like this can be run. Write it twice, with the logistic function below as $f$:
# 1. `unit_output`: one unit, from its inputs and its weights;
# 2. `layer_by_index`: all units of a layer, from the values of the previous layer and the matrix
#    `W` with `W[i, j]` $= w_{i,j}$ (counting from 0).


# %%
def logistic(z):
    """The logistic function 1 / (1 + exp(-z)), element by element."""
    return 1 / (1 + np.exp(-z))


# %% [markdown] hints="c"
# 1. A unit has many inputs and *one* output. Which two operations come before $f$, in which order?
# 2. $z_i = \sum_j w_{i,j} h_j$ first, then $h_i = f(z_i)$: one sum for each unit, begun at 0, and
#    one call of $f$ for each unit.
# 3. For one unit `z = inputs @ weights`; for the layer, `for i in range(W.shape[0]):` and, inside,
#    `z = 0.0`


# %% solution="c_unit_output"
def unit_output(inputs, weights):
    """Output of one logistic unit.

    inputs: array (n_inputs,); weights: array (n_inputs,), one weight for each input.
    Returns one number.
    """
    ### BEGIN SOLUTION
    return logistic(inputs @ weights)
    ### END SOLUTION


# %% tests="test_c_unit_output" points=2
import numpy as np

_output = unit_output(np.array([1.0, 2.0, -1.0]), np.array([0.5, 1.0, -0.5]))
assert _output is not None, "unit_output returned None: is the return missing?"
assert np.shape(_output) == (), (
    f"One unit has one output, but unit_output returned something of shape {np.shape(_output)}. "
    "Are the products summed?"
)
assert 0 < _output < 1, (
    f"The logistic function only gives values between 0 and 1, unit_output gave {_output:.3f}. "
    "Is it applied, and applied last?"
)
assert np.isclose(unit_output(np.array([2.0, 1.0]), np.array([1.0, -2.0])), 0.5), (
    "Inputs 2 and 1 with weights 1 and -2 cancel: the sum is 0, and the logistic function of 0 "
    "is a half. Is the activation applied to the sum, or to something else?"
)
### BEGIN HIDDEN TESTS
import embref.networks

_rng = np.random.default_rng(1)
for _n_inputs in (1, 3, 10):
    _inputs, _weights = _rng.normal(size=(2, _n_inputs))
    _output = unit_output(_inputs, _weights)
    assert np.shape(_output) == (), (
        "One unit has one output, for any number of inputs: sum over all of them."
    )
    assert np.isclose(
        float(_output), embref.networks.unit_output(_inputs, _weights), rtol=1e-4, atol=1e-5
    ), (
        f"Wrong for {_n_inputs} inputs. First multiply each input by its own weight, then sum "
        "over all inputs, and apply the logistic function last, once, to the sum."
    )
### END HIDDEN TESTS


# %% solution="c_layer_by_index"
def layer_by_index(h_previous, W):
    """Outputs of a layer of logistic units.

    h_previous: array (n_inputs,), values of the previous layer;
    W: array (n_units, n_inputs), W[i, j] on the edge to unit i from unit j.
    Returns an array (n_units,).
    """
    ### BEGIN SOLUTION
    n_units, n_inputs = W.shape
    h = np.zeros(n_units)
    for i in range(n_units):
        z = 0.0
        for j in range(n_inputs):
            z += W[i, j] * h_previous[j]
        h[i] = logistic(z)
    return h
    ### END SOLUTION


# %% tests="test_c_layer_by_index" points=2
import numpy as np

_h_previous, _W = np.array([1.0, -2.0, 0.5]), np.array([[1.0, 1.0, 0.0], [0.0, 0.5, 2.0]])
_h = layer_by_index(_h_previous, _W)
assert _h is not None, "layer_by_index returned None: is the return missing?"
assert np.shape(_h) == (2,), (
    f"W has 2 rows, so the layer has 2 units and 2 outputs; got shape {np.shape(_h)}."
)
assert 0 < _h[0] < 0.5, (
    "The first unit, with weights 1, 1, 0 on the inputs 1, -2, 0.5, has a negative sum: the "
    "logistic function puts it between 0 and a half. Is the activation applied, after the sum?"
)
assert np.isclose(_h[1], 0.5), (
    "The second unit has weights 0, 0.5, 2, which cancel on the inputs 1, -2, 0.5: its output must "
    "be logistic(0). Does its sum begin at 0, or where the first unit stopped?"
)
### BEGIN HIDDEN TESTS
import embref.networks

_rng = np.random.default_rng(2)
for _n_units, _n_inputs in [(2, 3), (4, 1), (1, 5), (3, 3)]:
    _h_previous, _W = _rng.normal(size=_n_inputs), _rng.normal(size=(_n_units, _n_inputs))
    _h = np.asarray(layer_by_index(_h_previous, _W), dtype=float)
    assert _h.shape == (_n_units,), "The layer has as many outputs as W has rows."
    _expected = embref.networks.forward_by_index(_h_previous, [_W], "sigmoid")
    assert np.allclose(_h, np.ravel(_expected), rtol=1e-4, atol=1e-5), (
        f"Wrong for {_n_units} units on {_n_inputs} inputs. Unit i uses row i of W (not column i), "
        "every unit begins a sum of its own, and the activation is applied after the sum."
    )
### END HIDDEN TESTS

# %% [markdown]
# ## d) Kinds of units
#
# Swap the function $f$ and you have another kind of artificial neuron. Write the three that the
# sheet names, for arrays of any shape, element by element:
#
# | `kind` | function | values |
# |---|---|---|
# | `"logistic"` | $\sigma(z) = 1 / (1 + e^{-z})$ | between 0 and 1 |
# | `"tanh"` | $(e^z - e^{-z}) / (e^z + e^{-z})$ | between −1 and 1 |
# | `"relu"` | $z$ where $z$ is positive, else 0 | from 0 up |
#
# They must give numbers for large sums too: for $z = \pm 1000$ the textbook formula of one of them
# divides infinity by infinity.

# %% [markdown] hints="d"
# 1. An array has no single truth value, so `if z > 0` cannot decide for all its elements at once.
#    NumPy has functions that do.
# 2. $\mathrm{relu}(z) = \max(0, z)$, and $\tanh z = 2\,\sigma(2z) - 1$ never divides infinity by
#    infinity.
# 3. `if kind == "relu": return np.maximum(z, 0)`


# %% solution="d_activate"
def activate(z, kind):
    """Apply an activation function element by element.

    z: array of any shape; kind: "logistic", "tanh" or "relu".
    Returns an array of the same shape.
    """
    ### BEGIN SOLUTION
    if kind == "logistic":
        return (1 + np.tanh(z / 2)) / 2
    if kind == "tanh":
        return np.tanh(z)
    return np.maximum(z, 0)
    ### END SOLUTION


# %% tests="test_d_activate" points=2
import numpy as np

_z, _positive, _negative = np.array([[-2.0, -0.5, 0.0], [0.25, 1.0, 3.0]]), {}, {}
for _kind in ("logistic", "tanh", "relu"):
    _h = activate(_z, _kind)
    assert _h is not None, f"activate(z, {_kind!r}) returned None: is a return missing?"
    assert np.shape(_h) == (2, 3), (
        f"{_kind} must keep the shape (2, 3) of its input; got shape {np.shape(_h)}."
    )
    assert np.all(np.isfinite(activate(np.array([-1000.0, 1000.0]), _kind))), (
        f"{_kind} must give numbers for z = -1000 and z = 1000 too; got inf or nan."
    )
    _positive[_kind] = np.asarray(_h, dtype=float)
    _negative[_kind] = np.asarray(activate(-_z, _kind), dtype=float)
assert np.allclose(_positive["logistic"] + _negative["logistic"], 1, atol=1e-5), (
    "The logistic function of z and that of -z always add up to 1."
)
assert np.allclose(_positive["tanh"], -_negative["tanh"], atol=1e-5), (
    "tanh is odd: tanh(-z) = -tanh(z)."
)
assert np.allclose(_positive["relu"] - _negative["relu"], _z, atol=1e-5), (
    "relu(z) - relu(-z) must be z: a ReLU passes positive sums on unchanged."
)
### BEGIN HIDDEN TESTS
import embref.networks

_truths = {
    "logistic": embref.networks.sigmoid,
    "tanh": embref.networks.tanh,
    "relu": embref.networks.relu,
}
_causes = {
    "logistic": "mind the sign of the exponent.",
    "tanh": "its values go from -1 to 1, and near 0 it rises with slope 1.",
    "relu": "it is 0 for every negative sum and passes positive ones on unchanged.",
}
_rng = np.random.default_rng(3)
for _shape in [(7,), (4, 5)]:
    _z = 3 * _rng.normal(size=_shape)
    for _kind, _truth in _truths.items():
        assert np.allclose(activate(_z, _kind), _truth(_z), rtol=1e-4, atol=1e-5), (
            f"{_kind} is not right on random sums: {_causes[_kind]}"
        )
### END HIDDEN TESTS

# %% [markdown]
# **What is the main difference between different types of artificial neurons?** Name it, and give
# two examples of types of neurons. Graded by hand:
# - 1 point: what differs between types, and what all of them have in common;
# - 1 point: two types, each with its formula or the values that it can take.

# %% [markdown] answer="d_difference" points=2
# ### BEGIN SOLUTION
# The activation function. All of these units compute the same weighted sum of their inputs; they
# differ in the function applied to it. Two examples: a logistic unit, $1/(1+e^{-z})$, squeezes the
# sum into $(0, 1)$, so that it can be read as a probability; a ReLU, $\max(0, z)$, takes values in
# $[0, \infty)$: it is silent for negative sums and linear for positive ones. (A $\tanh$ unit takes
# values in $(-1, 1)$.)
# ### END SOLUTION

# %% [markdown]
# ## e) A whole data set at once
#
# Loops over examples, units and inputs are easy to read and slow to run. One matrix product does
# all three.
#
# Stack $N$ input vectors as the rows of $\mathbf{X} \in \mathbb{R}^{N \times d}$, and let the first
# hidden layer have $p$ units. Its values for all examples form a matrix $\mathbf{H}_1$, again one
# row for each example. What is the size of $\mathbf{H}_1$, and which operation gives it?
#
# 1. `hidden_shape`: the shape of $\mathbf{H}_1$;
# 2. `hidden_layer`: $\mathbf{H}_1$ itself, with logistic units (you may use `logistic` from c).
#    Try it without a loop.

# %% [markdown] hints="e"
# 1. Write down the shapes of $\mathbf{X}$ and $\mathbf{W}$ side by side. The sum runs over the
#    features: which axis of each must disappear?
# 2. $\mathbf{H}_1 = f(\mathbf{X}\mathbf{W}^\top)$ with $f$ element by element:
#    $(N \times d)(d \times p) \to N \times p$.
# 3. `Z = X @ W.T`


# %% solution="e_hidden_shape"
def hidden_shape(n_examples, n_features, n_units):
    """Shape of the matrix of hidden values, as a pair of int (rows, columns)."""
    ### BEGIN SOLUTION
    return n_examples, n_units
    ### END SOLUTION


# %% tests="test_e_hidden_shape" points=1
_shape = hidden_shape(10, 4, 3)
assert _shape is not None, "hidden_shape returned None: is the return missing?"
assert len(_shape) == 2, f"A matrix has two sizes, (rows, columns); got {_shape!r}."
assert all(int(_size) == _size and _size > 0 for _size in _shape), "Sizes are whole numbers."
### BEGIN HIDDEN TESTS
import numpy as np

import embref.networks
import embref.worked

embref.worked.check("mannheim.1e.shape", [int(_size) for _size in hidden_shape(5, 3, 4)])
for _N, _d, _p in [(10, 4, 3), (1, 2, 6), (5, 8, 1)]:
    _H = embref.networks.layer_forward(np.zeros((_N, _d)), np.zeros((_p, _d)))
    assert tuple(int(_size) for _size in hidden_shape(_N, _d, _p)) == _H.shape, (
        "Not the shape of the matrix of hidden values: one row for each example, one column for "
        "each hidden unit. The features are summed over and leave no trace in the shape."
    )
### END HIDDEN TESTS


# %% solution="e_hidden_layer"
def hidden_layer(X, W):
    """Values of a layer of logistic units for a whole data set.

    X: array (n_examples, n_features); W: array (n_units, n_features), one row for each unit.
    Returns an array (n_examples, n_units).
    """
    ### BEGIN SOLUTION
    return logistic(X @ W.T)
    ### END SOLUTION


# %% tests="test_e_hidden_layer" points=3
import numpy as np

_X = np.array([[-1.0, 0.0, 2.0], [2.0, 1.0, 1.0]])
_W = np.array([[1.0, 1.0, 0.5], [2.0, -3.0, 1.0]])
_H = hidden_layer(_X, _W)
assert _H is not None, "hidden_layer returned None: is the return missing?"
assert np.shape(hidden_layer(np.ones((4, 3)), _W)) == (4, 2), (
    "4 examples and 2 units: expected 4 rows, one for each example, and 2 columns."
)
assert np.all((np.asarray(_H) > 0) & (np.asarray(_H) < 1)), (
    "A logistic unit only gives values between 0 and 1. Is the activation applied?"
)
assert np.isclose(_H[0][0], 0.5) and np.isclose(_H[0][1], 0.5), (
    "Example [-1, 0, 2] gives the sum 0 with the weights [1, 1, 0.5] of the first unit, and also "
    "with the weights [2, -3, 1] of the second: the first row must hold logistic(0) twice."
)
### BEGIN HIDDEN TESTS
import embref.networks

_rng = np.random.default_rng(4)
for _N, _d, _p in [(6, 4, 3), (1, 5, 2), (3, 3, 3), (8, 2, 1)]:
    _X, _W = _rng.normal(size=(_N, _d)), _rng.normal(size=(_p, _d))
    _H = np.asarray(hidden_layer(_X, _W), dtype=float)
    assert _H.shape == (_N, _p), (
        "The result needs one row for each example and one column for each unit."
    )
    assert np.allclose(
        _H, embref.networks.layer_forward(_X, _W, activation="sigmoid"), rtol=1e-4, atol=1e-5
    ), (
        f"Right shape, wrong values for {_N} examples, {_d} features and {_p} units. Row i of W "
        "belongs to unit i: which of the two matrices must be transposed? Is the logistic function "
        "applied to each sum on its own?"
    )
### END HIDDEN TESTS
