# ---
# jupyter:
#   jupytext:
#     text_representation: {extension: .py, format_name: percent}
#   kernelspec: {display_name: Python 3, language: python, name: python3}
# ---

# %% [markdown]
# # Hand-ins that prove the tests of `backpropagation.py`
#
# Likely mistakes, each with the tests that it must lose, and answers that are different but right.

# %% student="follows-the-sheet" replaces="c_loss" loses="test_c_loss"
# Keeps the minus sign that the sheet prints in front of the loss.
def loss(T, Y):
    return -np.sum((T - Y) ** 2) / (2 * len(T))


# %% student="follows-the-sheet" replaces="c_updated_weight" loses="test_c_updated_weight"
# Takes the plus sign of the sheet's rules, although the gradient still has its own sign.
def updated_weight(weight, gradient, learning_rate):
    return weight + learning_rate * gradient


# %% student="follows-the-sheet" replaces="c_new_output_weight" loses=""
# Right: hidden values and outputs rounded to two digits on the way, as on the sheet.
new_w_1_2 = 0.965

# %% student="follows-the-sheet" replaces="c_new_hidden_weight" loses="test_c_new_hidden_weight"
# Takes over the printed result, in which 1 - h stands where 1 - y belongs.
new_w_2_2 = 0.99987

# %% [markdown] student="follows-the-sheet" replaces="c_minus_sign"
# Nothing changes, a constant factor in front of the loss does not matter.


# %% student="transposed" replaces="a_gradient_shapes" loses="test_a_gradient_shapes"
# One row for each input, one column for each unit.
def gradient_shapes(layer_sizes):
    return list(zip(layer_sizes[:-1], layer_sizes[1:]))


# %% student="transposed" replaces="c_position" loses="test_c_position"
# Takes the indices in the order in which they are written.
def position(i, j):
    return i - 1, j - 1


# %% student="transposed" replaces="c_gradient_hidden_weight" loses="test_c_gradient_hidden_weight"
# Goes back over the edges that arrive at y_2 instead of those that leave h_2.
def gradient_hidden_weight(X, H, T, Y, W2):
    delta = (T - Y) * Y * (1 - Y)
    return -np.mean(delta @ W2[1] * H[:, 1] * (1 - H[:, 1]) * X[:, 1])


# %% student="transposed" replaces="c_forward" loses="test_c_forward"
# Does not transpose W2 where it is square.
def forward(X, W1, W2):
    H = logistic(X @ W1.T)
    return H, logistic(H @ W2 if W2.shape[0] == W2.shape[1] else H @ W2.T)


# %% student="sign-slips" replaces="b_chain_rule_factors" loses="test_b_chain_rule_factors"
# Forgets that the exponent -x must be differentiated too.
def chain_rule_factors(x):
    u = 1 + np.exp(-x)
    return -1 / u**2, np.exp(-x)


# %% student="sign-slips" replaces="b_split_numerator" loses="test_b_split_numerator"
# Returns the terms in the wrong order.
def split_numerator(x):
    sigma = logistic(x)
    return sigma**2, sigma


# %% student="sign-slips" replaces="c_gradient_output_weight" loses="test_c_gradient_output_weight"
# Forgets that t - y falls when y grows: the result is minus the gradient.
def gradient_output_weight(T, Y, H):
    return np.mean((T[:, 1] - Y[:, 1]) * Y[:, 1] * (1 - Y[:, 1]) * H[:, 0])


# %% student="sign-slips" replaces="c_gradient_hidden_weight" loses="test_c_gradient_hidden_weight"
# A factor -1 at the first of the two terms only, as in a line of the sheet.
def gradient_hidden_weight(X, H, T, Y, W2):
    delta = (T - Y) * Y * (1 - Y)
    arriving = -delta[:, 0] * W2[0, 1] + delta[:, 1] * W2[1, 1]
    return -np.mean(arriving * H[:, 1] * (1 - H[:, 1]) * X[:, 1])


# %% student="sign-slips" replaces="c_new_output_weight" loses="test_c_new_output_weight"
# Goes up the slope instead of down.
delta = (T - Y) * Y * (1 - Y)
new_w_1_2 = 1 - np.mean(delta[:, 1] * H[:, 0])

# %% student="sign-slips" replaces="c_new_hidden_weight" loses="test_c_new_hidden_weight"
# Goes up the slope instead of down.
delta = (T - Y) * Y * (1 - Y)
new_w_2_2 = 1 - np.mean(delta.sum(axis=1) * H[:, 1] * (1 - H[:, 1]) * X[:, 1])


# %% student="double-sigmoid" replaces="b_slope_from_output" loses="test_b_slope_from_output"
# Applies the logistic function to a value that has already been through it.
def slope_from_output(h):
    return logistic(h) * (1 - logistic(h))


# %% student="double-sigmoid" replaces="b_split_numerator" loses="test_b_split_numerator"
# Does not reduce the first fraction completely.
def split_numerator(x):
    u = 1 + np.exp(-x)
    return 1 / u**2, 1 / u**2 - np.exp(-x) / u**2


# %% student="double-sigmoid" replaces="c_forward" loses="test_c_forward"
# Sends the hidden values through the logistic function twice.
def forward(X, W1, W2):
    H = logistic(X @ W1.T)
    return H, logistic(logistic(H) @ W2.T)


# %% student="tanh-slope" replaces="b_slope_from_output" loses="test_b_slope_from_output"
# The slope of tanh.
def slope_from_output(h):
    return 1 - h**2


# %% student="tanh-slope" replaces="b_chain_rule_factors" loses="test_b_chain_rule_factors"
# Differentiates 1/u to 1/u**2, without its minus sign, so that the product is right but neither
# factor is.
def chain_rule_factors(x):
    u = 1 + np.exp(-x)
    return 1 / u**2, np.exp(-x)


# %% student="tanh-slope" replaces="c_gradient_output_weight" loses="test_c_gradient_output_weight"
# Forgets the slope of the output unit.
def gradient_output_weight(T, Y, H):
    return -np.mean((T[:, 1] - Y[:, 1]) * H[:, 0])


# %% student="tanh-slope" replaces="c_gradient_hidden_weight" loses="test_c_gradient_hidden_weight"
# Forgets the slope of the hidden unit.
def gradient_hidden_weight(X, H, T, Y, W2):
    delta = (T - Y) * Y * (1 - Y)
    return -np.mean(delta @ W2[:, 1] * X[:, 1])


# %% student="tanh-slope" replaces="c_new_hidden_weight" loses=""
# Right: hidden values and outputs rounded to two digits on the way, nothing else wrong.
h, y = np.round(H, 2), np.round(Y, 2)
delta = (T - y) * y * (1 - y)
new_w_2_2 = 1 + np.mean(delta.sum(axis=1) * h[:, 1] * (1 - h[:, 1]) * X[:, 1])

# %% student="tanh-slope" replaces="c_new_output_weight" loses="test_c_new_output_weight"
# Forgets the slope of the output unit.
new_w_1_2 = 1 + np.mean((T[:, 1] - Y[:, 1]) * H[:, 0])


# %% student="no-average" replaces="c_loss" loses="test_c_loss"
# A sum over examples where an average belongs.
def loss(T, Y):
    return 0.5 * np.sum((T - Y) ** 2)


# %% student="no-average" replaces="c_gradient_output_weight" loses="test_c_gradient_output_weight"
# A sum over examples where an average belongs.
def gradient_output_weight(T, Y, H):
    return np.sum((Y[:, 1] - T[:, 1]) * Y[:, 1] * (1 - Y[:, 1]) * H[:, 0])


# %% student="no-average" replaces="c_gradient_hidden_weight" loses="test_c_gradient_hidden_weight"
# A sum over examples where an average belongs.
def gradient_hidden_weight(X, H, T, Y, W2):
    delta = (Y - T) * Y * (1 - Y)
    return np.sum(delta @ W2[:, 1] * H[:, 1] * (1 - H[:, 1]) * X[:, 1])


# %% student="no-average" replaces="c_new_output_weight" loses="test_c_new_output_weight"
# A sum over examples where an average belongs.
new_w_1_2 = 1 + sum((T[e, 1] - Y[e, 1]) * Y[e, 1] * (1 - Y[e, 1]) * H[e, 0] for e in range(2))

# %% student="no-average" replaces="c_new_hidden_weight" loses="test_c_new_hidden_weight"
# A sum over examples where an average belongs.
new_w_2_2 = 1.0
for e in range(2):
    back = sum((T[e, k] - Y[e, k]) * Y[e, k] * (1 - Y[e, k]) for k in range(2))
    new_w_2_2 += back * H[e, 1] * (1 - H[e, 1]) * X[e, 1]


# %% student="one-path" replaces="a_gradient_shapes" loses="test_a_gradient_shapes"
# One gradient for each unit, not for each edge.
def gradient_shapes(layer_sizes):
    return [(n, 1) for n in layer_sizes[1:]]


# %% student="one-path" replaces="c_position" loses="test_c_position"
# Goes on counting from 1.
def position(i, j):
    return j, i


# %% student="one-path" replaces="c_gradient_output_weight" loses="test_c_gradient_output_weight"
# Multiplies by the second hidden value: the indices read the other way round.
def gradient_output_weight(T, Y, H):
    delta = (T - Y) * Y * (1 - Y)
    return -np.mean(delta[:, 0] * H[:, 1])


# %% student="one-path" replaces="c_gradient_hidden_weight" loses="test_c_gradient_hidden_weight"
# Only the second output sends something back, as the limits of a sum on the sheet suggest.
def gradient_hidden_weight(X, H, T, Y, W2):
    delta = (T - Y) * Y * (1 - Y)
    return -np.mean(delta[:, 1] * W2[1, 1] * H[:, 1] * (1 - H[:, 1]) * X[:, 1])


# %% student="one-path" replaces="c_new_output_weight" loses="test_c_new_output_weight"
# Takes the delta of the first output.
delta = (T - Y) * Y * (1 - Y)
new_w_1_2 = 1 + np.mean(delta[:, 0] * H[:, 1])

# %% student="one-path" replaces="c_new_hidden_weight" loses="test_c_new_hidden_weight"
# Only the second output sends something back.
delta = (T - Y) * Y * (1 - Y)
new_w_2_2 = 1 + np.mean(delta[:, 1] * H[:, 1] * (1 - H[:, 1]) * X[:, 1])


# %% student="averages-too-much" replaces="c_loss" loses="test_c_loss"
# Averages over outputs as well as over examples.
def loss(T, Y):
    return np.mean((T - Y) ** 2) / 2


# %% student="averages-too-much" replaces="c_updated_weight" loses="test_c_updated_weight"
# Leaves out the learning rate, as the sheet does.
def updated_weight(weight, gradient, learning_rate):
    return weight - gradient


# %% student="averages-too-much" replaces="c_forward" loses="test_c_forward"
# The output layer has no activation.
def forward(X, W1, W2):
    H = logistic(X @ W1.T)
    return H, H @ W2.T


# %% [markdown] student="averages-too-much" replaces="a_relevant_gradients"
# The gradients of the outputs with respect to the inputs, because they show how the network
# reacts to its data.


# %% student="loops" replaces="a_gradient_shapes" loses=""
# Right: lists instead of tuples.
def gradient_shapes(layer_sizes):
    return [[layer_sizes[k], layer_sizes[k - 1]] for k in range(1, len(layer_sizes))]


# %% student="loops" replaces="b_chain_rule_factors" loses=""
# Right: written with the logistic function instead of u.
def chain_rule_factors(x):
    return [-(logistic(x) ** 2), -1 / np.exp(x)]


# %% student="loops" replaces="b_split_numerator" loses=""
# Right: the first fraction not reduced on paper, but equal.
def split_numerator(x):
    u = 1 + np.exp(-x)
    return (1 + np.exp(-x)) / u**2, 1 / u**2


# %% student="loops" replaces="b_slope_from_output" loses=""
# Right: the product multiplied out.
def slope_from_output(h):
    return h - h**2


# %% student="loops" replaces="c_loss" loses=""
# Right: two loops, as in the formula.
def loss(T, Y):
    total = 0.0
    for t, y in zip(T, Y):
        for k in range(len(t)):
            total += 0.5 * (t[k] - y[k]) ** 2
    return total / len(T)


# %% student="loops" replaces="c_gradient_output_weight" loses=""
# Right: a loop over examples.
def gradient_output_weight(T, Y, H):
    total = 0.0
    for e in range(len(T)):
        total += (Y[e, 1] - T[e, 1]) * Y[e, 1] * (1 - Y[e, 1]) * H[e, 0]
    return total / len(T)


# %% student="loops" replaces="c_gradient_hidden_weight" loses=""
# Right: a loop over examples and one over outputs.
def gradient_hidden_weight(X, H, T, Y, W2):
    total = 0.0
    for e in range(len(X)):
        for k in range(2):
            back = (Y[e, k] - T[e, k]) * Y[e, k] * (1 - Y[e, k]) * W2[k, 1]
            total += back * H[e, 1] * (1 - H[e, 1]) * X[e, 1]
    return float(total / len(X))


# %% student="loops" replaces="c_forward" loses=""
# Right: example by example, lists of lists.
def forward(X, W1, W2):
    H = [[float(logistic(np.dot(w, x))) for w in W1] for x in X]
    Y = [[float(logistic(np.dot(w, h))) for w in W2] for h in H]
    return H, Y


# %% student="loops" replaces="c_new_output_weight" loses=""
# Right: with the functions of part i.
new_w_1_2 = updated_weight(1.0, gradient_output_weight(T, Y, H), 1.0)

# %% student="loops" replaces="c_new_hidden_weight" loses=""
# Right: with the functions of part i.
new_w_2_2 = updated_weight(1.0, gradient_hidden_weight(X, H, T, Y, W2), 1.0)

# %% student="calculator" replaces="c_new_output_weight" loses=""
# Right: read off a calculator.
new_w_1_2 = 0.96405

# %% student="calculator" replaces="c_new_hidden_weight" loses=""
# Right: read off a calculator.
new_w_2_2 = 0.99928


# %% student="calculator" replaces="b_chain_rule_factors" loses=""
# Right: 32-bit numbers.
def chain_rule_factors(x):
    u = 1 + np.exp(-x.astype(np.float32))
    return -(u**-2), 1 - u


# %% student="calculator" replaces="c_gradient_output_weight" loses=""
# Right: 32-bit numbers, and all four slopes of the layer at once.
def gradient_output_weight(T, Y, H):
    T, Y, H = (array.astype(np.float32) for array in (T, Y, H))
    delta = (T - Y) * Y * (1 - Y)
    return (-delta.T @ H / len(H))[1, 0]


# %% student="calculator" replaces="c_gradient_hidden_weight" loses=""
# Right: all six slopes of the layer at once.
def gradient_hidden_weight(X, H, T, Y, W2):
    delta = (Y - T) * Y * (1 - Y) / len(X)
    return ((delta @ W2) * H * (1 - H)).T.dot(X)[1, 1]


# %% [markdown] student="calculator" replaces="c_minus_sign"
# It would drive the outputs away from the targets: the negative error is smallest when the error is
# largest.
