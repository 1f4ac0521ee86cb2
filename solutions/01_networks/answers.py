# ---
# jupyter:
#   jupytext:
#     text_representation: {extension: .py, format_name: percent}
#   kernelspec: {display_name: Python 3, language: python, name: python3}
# ---

# %% [markdown]
# # Hand-ins that prove the tests of `networks.py`
#
# Likely mistakes, each with the tests that it must lose, and answers that are different but right.

# %% student="counts-examples" replaces="a_layer_sizes" loses="test_a_layer_sizes"
# One input unit for each example: rows and columns of the data set mixed up.
def layer_sizes(X, T, hidden_sizes):
    return [X.shape[0], *hidden_sizes, T.shape[1]]


# %% student="counts-examples" replaces="b_count_values" loses="test_b_count_values"
# Every example has weights of its own.
def count_values(layer_sizes, n_examples):
    nodes = n_examples * sum(layer_sizes)
    edges = n_examples * sum(n * m for n, m in zip(layer_sizes, layer_sizes[1:]))
    return nodes, edges


# %% student="counts-examples" replaces="e_hidden_shape" loses="test_e_hidden_shape"
# Takes the shape of the weight matrix for that of the hidden values.
def hidden_shape(n_examples, n_features, n_units):
    return n_units, n_features


# %% [markdown] student="counts-examples" replaces="b_roles"
# Nodes hold the weights of the network, edges pass on the values of the examples.


# %% student="same-in-as-out" replaces="a_layer_sizes" loses="test_a_layer_sizes"
# A network has as many outputs as inputs.
def layer_sizes(X, T, hidden_sizes):
    return [X.shape[1], *hidden_sizes, X.shape[1]]


# %% student="same-in-as-out" replaces="b_count_values" loses="test_b_count_values"
# Node values appear once, as if one example were all the data.
def count_values(layer_sizes, n_examples):
    edges = 0
    for n, m in zip(layer_sizes, layer_sizes[1:]):
        edges += n * m
    return sum(layer_sizes), edges


# %% student="same-in-as-out" replaces="d_activate" loses="test_d_activate"
# A ReLU takes the absolute value.
def activate(z, kind):
    if kind == "logistic":
        return 1 / (1 + np.exp(-z))
    if kind == "tanh":
        return np.tanh(z)
    return np.abs(z)


# %% student="forgets-activation" replaces="c_unit_output" loses="test_c_unit_output"
# A unit is a weighted sum and nothing else.
def unit_output(inputs, weights):
    return np.dot(inputs, weights)


# %% student="forgets-activation" replaces="c_layer_by_index" loses="test_c_layer_by_index"
# A layer is a linear map and nothing else.
def layer_by_index(h_previous, W):
    return W @ h_previous


# %% student="forgets-activation" replaces="e_hidden_layer" loses="test_e_hidden_layer"
# A layer is a matrix product and nothing else.
def hidden_layer(X, W):
    return X @ W.T


# %% [markdown] student="forgets-activation" replaces="d_difference"
# They have different weights, for example large ones and small ones.


# %% student="activation-first" replaces="c_unit_output" loses="test_c_unit_output"
# The activation is applied to the inputs, before they are weighted.
def unit_output(inputs, weights):
    return logistic(inputs) @ weights


# %% student="activation-first" replaces="c_layer_by_index" loses="test_c_layer_by_index"
# The activation is applied to each product, inside the sum.
def layer_by_index(h_previous, W):
    h = np.zeros(W.shape[0])
    for i in range(W.shape[0]):
        for j in range(W.shape[1]):
            h[i] += logistic(W[i, j] * h_previous[j])
    return h


# %% student="activation-first" replaces="e_hidden_layer" loses="test_e_hidden_layer"
# The activation is applied to the inputs, before they are weighted.
def hidden_layer(X, W):
    return logistic(X) @ W.T


# %% student="activation-first" replaces="d_activate" loses="test_d_activate"
# tanh is the logistic function stretched to (-1, 1), but its argument stays undoubled.
def activate(z, kind):
    if kind == "logistic":
        return logistic(z)
    if kind == "tanh":
        return 2 * logistic(z) - 1
    return np.maximum(0, z)


# %% student="transposed" replaces="c_layer_by_index" loses="test_c_layer_by_index"
# Reads the first index as the input and the second as the unit, as in task 2 of the sheet.
def layer_by_index(h_previous, W):
    return logistic(W.T @ h_previous)


# %% student="transposed" replaces="e_hidden_shape" loses="test_e_hidden_shape"
# One column for each example, as in books that write examples as columns.
def hidden_shape(n_examples, n_features, n_units):
    return n_units, n_examples


# %% student="transposed" replaces="e_hidden_layer" loses="test_e_hidden_layer"
# Multiplies by W itself wherever the shapes let it pass.
def hidden_layer(X, W):
    return logistic(X @ W) if X.shape[1] == W.shape[0] else logistic(X @ W.T)


# %% student="running-total" replaces="c_layer_by_index" loses="test_c_layer_by_index"
# The sum is not set back to 0 for the next unit.
def layer_by_index(h_previous, W):
    h, total = [], 0.0
    for i in range(W.shape[0]):
        for j in range(W.shape[1]):
            total += W[i, j] * h_previous[j]
        h.append(logistic(total))
    return np.array(h)


# %% student="running-total" replaces="b_count_values" loses="test_b_count_values"
# Edges are added up as if each unit had only one.
def count_values(layer_sizes, n_examples):
    edges = sum(n + m for n, m in zip(layer_sizes, layer_sizes[1:]))
    return n_examples * sum(layer_sizes), edges


# %% student="running-total" replaces="c_unit_output" loses="test_c_unit_output"
# Each product gets an activation of its own; nothing is summed.
def unit_output(inputs, weights):
    return logistic(inputs * weights)


# %% student="textbook-tanh" replaces="d_activate" loses="test_d_activate"
# The formula of the table, which divides infinity by infinity for large sums.
def activate(z, kind):
    if kind == "logistic":
        return 1 / (1 + np.exp(-z))
    if kind == "tanh":
        return (np.exp(z) - np.exp(-z)) / (np.exp(z) + np.exp(-z))
    return z * (z > 0)


# %% student="textbook-tanh" replaces="b_count_values" loses="test_b_count_values"
# Input units do not count as nodes with values.
def count_values(layer_sizes, n_examples):
    edges = sum(n * m for n, m in zip(layer_sizes, layer_sizes[1:]))
    return n_examples * sum(layer_sizes[1:]), edges


# %% student="textbook-tanh" replaces="e_hidden_layer" loses="test_e_hidden_layer"
# Shares the outputs out over the units of a layer, as a softmax does.
def hidden_layer(X, W):
    H = np.exp(X @ W.T)
    return H / H.sum(axis=1, keepdims=True)


# %% student="step-unit" replaces="d_activate" loses="test_d_activate"
# A ReLU is a switch: 1 for positive sums, else 0.
def activate(z, kind):
    if kind == "logistic":
        return logistic(z)
    if kind == "tanh":
        return np.tanh(z)
    return np.where(z > 0, 1.0, 0.0)


# %% student="step-unit" replaces="a_layer_sizes" loses="test_a_layer_sizes"
# The input is not a layer.
def layer_sizes(X, T, hidden_sizes):
    return [*hidden_sizes, T.shape[1]]


# %% student="step-unit" replaces="e_hidden_shape" loses="test_e_hidden_shape"
# The hidden layer keeps the shape of its input.
def hidden_shape(n_examples, n_features, n_units):
    return n_examples, n_features


# %% student="plain-python" replaces="a_layer_sizes" loses=""
# Right: builds the list step by step.
def layer_sizes(X, T, hidden_sizes):
    sizes = [len(X[0])]
    for size in hidden_sizes:
        sizes.append(size)
    sizes.append(len(T[0]))
    return sizes


# %% student="plain-python" replaces="b_count_values" loses=""
# Right: counts one by one.
def count_values(layer_sizes, n_examples):
    nodes = edges = 0
    for k in range(len(layer_sizes)):
        for _ in range(n_examples):
            nodes += layer_sizes[k]
        if k > 0:
            edges += layer_sizes[k - 1] * layer_sizes[k]
    return [nodes, edges]


# %% student="plain-python" replaces="c_unit_output" loses=""
# Right: a generator and the math module.
def unit_output(inputs, weights):
    import math

    z = sum(x * w for x, w in zip(inputs, weights))
    return 1 / (1 + math.exp(-z))


# %% student="plain-python" replaces="c_layer_by_index" loses=""
# Right: returns a list of floats.
def layer_by_index(h_previous, W):
    return [float(logistic(sum(w * h for w, h in zip(row, h_previous)))) for row in W]


# %% student="plain-python" replaces="d_activate" loses=""
# Right: works on a flat copy, element by element.
def activate(z, kind):
    import math

    values = []
    for value in np.ravel(z).tolist():
        if kind == "relu":
            values.append(value if value > 0 else 0.0)
        elif kind == "tanh":
            values.append(math.tanh(value))
        else:
            values.append((1 + math.tanh(value / 2)) / 2)
    return np.array(values).reshape(np.shape(z))


# %% student="plain-python" replaces="e_hidden_shape" loses=""
# Right: a list instead of a tuple.
def hidden_shape(n_examples, n_features, n_units):
    return [n_examples, n_units]


# %% student="plain-python" replaces="e_hidden_layer" loses=""
# Right: one loop over examples, one over units, a list of lists.
def hidden_layer(X, W):
    return [[float(logistic(np.dot(x, w))) for w in W] for x in X]


# %% [markdown] student="plain-python" replaces="b_roles"
# The number in a node is a result: it follows from the example and from the weights on the way to
# the node. The number on an edge is a weight, part of the model. It is the same for every example
# and training sets it.


# %% student="single-precision" replaces="a_layer_sizes" loses=""
# Right: an array of integers.
def layer_sizes(X, T, hidden_sizes):
    return np.concatenate([[np.shape(X)[1]], hidden_sizes, [np.shape(T)[1]]]).astype(int)


# %% student="single-precision" replaces="c_unit_output" loses=""
# Right: 32-bit numbers, and an array without axes as the result.
def unit_output(inputs, weights):
    z = np.einsum("j,j->", inputs.astype(np.float32), weights.astype(np.float32))
    return np.array(1 / (1 + np.exp(-z)))


# %% student="single-precision" replaces="c_layer_by_index" loses=""
# Right: 32-bit numbers and one matrix product.
def layer_by_index(h_previous, W):
    return logistic(W.astype(np.float32) @ h_previous.astype(np.float32))


# %% student="single-precision" replaces="d_activate" loses=""
# Right: 32-bit numbers; exp overflows to infinity in the logistic function, and 1/inf is 0.
def activate(z, kind):
    z = z.astype(np.float32)
    with np.errstate(over="ignore"):
        sigma = {"logistic": 1 / (1 + np.exp(-z)), "tanh": 2 / (1 + np.exp(-2 * z)) - 1}
    return sigma[kind] if kind in sigma else np.where(z > 0, z, 0)


# %% student="single-precision" replaces="e_hidden_layer" loses=""
# Right: 32-bit numbers and index notation.
def hidden_layer(X, W):
    return logistic(np.einsum("nd,pd->np", X.astype(np.float32), W.astype(np.float32)))


# %% [markdown] student="single-precision" replaces="d_difference"
# All units form the weighted sum of their inputs; types differ in the activation function that
# comes after it. A tanh unit gives values in (-1, 1), a ReLU gives max(0, z).
