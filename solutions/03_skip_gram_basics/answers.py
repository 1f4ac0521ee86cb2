# ---
# jupyter:
#   jupytext:
#     text_representation: {extension: .py, format_name: percent}
#   kernelspec: {display_name: Python 3, language: python, name: python3}
# ---

# %% student="counts-tokens" replaces="a_number_of_classes" loses="test_a_number_of_classes"
# Takes every position of the text for a class of its own.
def number_of_classes(tokens):
    return len(tokens)


# %% student="counts-tokens" replaces="b_context_windows" loses="test_b_context_windows"
# A negative start of a slice counts from the end, so the first words lose their left context.
def context_windows(tokens, window):
    windows = []
    for i, center in enumerate(tokens):
        windows.append((center, tokens[i - window : i] + tokens[i + 1 : i + window + 1]))
    return windows


# %% student="counts-tokens" replaces="c_count_parameters" loses="test_c_count_parameters"
# Counts one matrix only: forgets that a word has a context vector as well.
def count_parameters(vocabulary_size, dimension):
    return vocabulary_size * dimension


# %% student="counts-tokens" replaces="d_lookup" loses="test_d_lookup"
# Uses the rank as the row number, although rows count from 0.
def lookup(W, rank):
    return W[rank]


# %% student="binary-task" replaces="a_number_of_classes" loses="test_a_number_of_classes"
# Confuses the original task with the binary one, whose classes are yes and no.
def number_of_classes(tokens):
    return 2


# %% student="binary-task" replaces="a_softmax" loses="test_a_softmax"
# Uses the sigmoid of the binary task, so that the probabilities do not sum to 1.
def softmax(logits):
    return 1 / (1 + np.exp(-logits))


# %% student="binary-task" replaces="d_final_vector" loses="test_d_final_vector"
# Takes the average over all components instead of component by component.
def final_vector(w, c, how):
    if how == "first":
        return w
    if how == "second":
        return c
    if how == "sum":
        return w + c
    if how == "average":
        return np.mean([w, c])
    return np.concatenate([w, c])


# %% student="excludes-center" replaces="a_number_of_classes" loses="test_a_number_of_classes"
# Believes that the center word itself cannot be predicted, so that one class drops out.
def number_of_classes(tokens):
    return len(set(tokens)) - 1


# %% student="excludes-center" replaces="b_context_windows" loses="test_b_context_windows"
# Removes the center word by its value, and with it every repetition of that word.
def context_windows(tokens, window):
    windows = []
    for i, center in enumerate(tokens):
        around = tokens[max(0, i - window) : i + window + 1]
        windows.append((center, [word for word in around if word != center]))
    return windows


# %% student="excludes-center" replaces="b_positive_pairs" loses="test_b_positive_pairs"
# Leaves out pairs of a word with itself.
def positive_pairs(windows):
    return [(center, word) for center, context in windows for word in context if word != center]


# %% student="overflows" replaces="a_softmax" loses="test_a_softmax"
# Right formula, but the exponentials of large logits overflow to inf and give nan.
def softmax(logits):
    exponentials = np.exp(logits)
    return exponentials / exponentials.sum()


# %% student="overflows" replaces="b_context_windows" loses="test_b_context_windows"
# The end of a slice is exclusive: one word is missing on the right.
def context_windows(tokens, window):
    windows = []
    for i, center in enumerate(tokens):
        windows.append((center, tokens[max(0, i - window) : i] + tokens[i + 1 : i + window]))
    return windows


# %% student="overflows" replaces="b_positive_pairs" loses="test_b_positive_pairs"
# Turns the pairs around: context word first.
def positive_pairs(windows):
    return [(word, center) for center, context in windows for word in context]


# %% student="overflows" replaces="d_final_vector" loses="test_d_final_vector"
# Stacks the vectors as two rows and calls that a concatenation.
def final_vector(w, c, how):
    if how == "concatenation":
        return np.stack([w, c])
    return {"first": w, "second": c, "sum": w + c, "average": (w + c) / 2}[how]


# %% student="removes-duplicates" replaces="a_softmax" loses="test_a_softmax"
# Divides by the sum without taking exponentials first, which fails for negative logits.
def softmax(logits):
    return logits / np.sum(logits)


# %% student="removes-duplicates" replaces="b_positive_pairs" loses="test_b_positive_pairs"
# Collects the pairs in a set, which throws their frequencies away.
def positive_pairs(windows):
    pairs = set()
    for center, context in windows:
        for word in context:
            pairs.add((center, word))
    return sorted(pairs)


# %% student="removes-duplicates" replaces="c_count_parameters" loses="test_c_count_parameters"
# Takes the scores of all pairs of words for parameters.
def count_parameters(vocabulary_size, dimension):
    return 2 * vocabulary_size * dimension + vocabulary_size**2


# %% student="removes-duplicates" replaces="d_lookup" loses="test_d_lookup"
# Takes a column of W instead of a row.
def lookup(W, rank):
    return W[:, rank - 1]


# %% student="drops-short-windows" replaces="b_context_windows" loses="test_b_context_windows"
# Uses only positions with a complete window and drops the words at the edges.
def context_windows(tokens, window):
    windows = []
    for i in range(window, len(tokens) - window):
        windows.append((tokens[i], tokens[i - window : i] + tokens[i + 1 : i + window + 1]))
    return windows


# %% student="drops-short-windows" replaces="a_softmax" loses="test_a_softmax"
# Takes the absolute size of a logit for evidence, so that very negative logits win.
def softmax(logits):
    exponentials = np.exp(np.abs(logits) - np.max(np.abs(logits)))
    return exponentials / exponentials.sum()


# %% student="drops-short-windows" replaces="c_count_parameters" loses="test_c_count_parameters"
# Adds a bias for every word, which skip-gram does not have.
def count_parameters(vocabulary_size, dimension):
    return 2 * vocabulary_size * (dimension + 1)


# %% student="drops-short-windows" replaces="d_final_vector" loses="test_d_final_vector"
# Puts the context vector first in the concatenation.
def final_vector(w, c, how):
    if how == "first":
        return w
    if how == "second":
        return c
    if how == "sum":
        return w + c
    if how == "average":
        return (w + c) / 2
    return np.concatenate([c, w])


# %% student="goes-around" replaces="b_context_windows" loses="test_b_context_windows"
# Treats the text as a circle: the words before the first one come from the end.
def context_windows(tokens, window):
    offsets = [j for j in range(-window, window + 1) if j != 0]
    return [
        (center, [tokens[(i + j) % len(tokens)] for j in offsets])
        for i, center in enumerate(tokens)
    ]


# %% student="goes-around" replaces="b_positive_pairs" loses="test_b_positive_pairs"
# Adds every pair in both directions, although the other window brings the second one anyway.
def positive_pairs(windows):
    pairs = []
    for center, context in windows:
        for word in context:
            pairs.append((center, word))
            pairs.append((word, center))
    return pairs


# %% student="goes-around" replaces="d_final_vector" loses="test_d_final_vector"
# Takes sum and average for the same thing.
def final_vector(w, c, how):
    if how == "first":
        return w
    if how == "second":
        return c
    if how in ("sum", "average"):
        return w + c
    return np.concatenate([w, c])


# %% student="plain-loops" replaces="a_number_of_classes" loses=""
# Right: builds the vocabulary word by word.
def number_of_classes(tokens):
    vocabulary = []
    for token in tokens:
        if token not in vocabulary:
            vocabulary.append(token)
    return len(vocabulary)


# %% student="plain-loops" replaces="a_softmax" loses=""
# Right: the definition as ratios, without NumPy, and a list instead of an array.
def softmax(logits):
    import math

    def capped(x):
        return math.exp(x) if x < 700 else math.inf

    return [1 / sum(capped(float(other - logit)) for other in logits) for logit in logits]


# %% student="plain-loops" replaces="b_context_windows" loses=""
# Right: goes through the positions one by one, and returns lists instead of tuples.
def context_windows(tokens, window):
    windows = []
    for i in range(len(tokens)):
        context = []
        for j in range(i - window, i + window + 1):
            if j != i and 0 <= j < len(tokens):
                context.append(tokens[j])
        windows.append([tokens[i], context])
    return windows


# %% student="plain-loops" replaces="b_positive_pairs" loses=""
# Right: the same examples in another order.
def positive_pairs(windows):
    pairs = []
    for center, context in reversed(windows):
        for word in context:
            pairs.append([center, word])
    return pairs


# %% student="plain-loops" replaces="c_count_parameters" loses=""
# Right: counts the entries of matrices that NumPy only pretends to fill.
def count_parameters(vocabulary_size, dimension):
    matrix = np.broadcast_to(0.0, (vocabulary_size, dimension))
    return matrix.size + matrix.size


# %% student="plain-loops" replaces="d_lookup" loses=""
# Right: multiplies by a one-hot vector.
def lookup(W, rank):
    one_hot = np.zeros(len(W))
    one_hot[rank - 1] = 1
    return one_hot @ W


# %% student="plain-loops" replaces="d_final_vector" loses=""
# Right: component by component, as lists.
def final_vector(w, c, how):
    if how == "concatenation":
        return [*w, *c]
    weights = {"first": (1, 0), "second": (0, 1), "sum": (1, 1), "average": (0.5, 0.5)}
    a, b = weights[how]
    return [a * x + b * y for x, y in zip(w, c)]


# %% student="single-precision" replaces="a_softmax" loses=""
# Right: computes in single precision, by way of the logarithm of the sum.
def softmax(logits):
    logits = np.asarray(logits, dtype=np.float32)
    largest = logits.max()
    return np.exp(logits - largest - np.log(np.sum(np.exp(logits - largest))))


# %% student="single-precision" replaces="d_final_vector" loses=""
# Right: single precision, and the five ways in a dictionary.
def final_vector(w, c, how):
    w, c = np.float32(w), np.float32(c)
    ways = {
        "first": w,
        "second": c,
        "sum": np.sum([w, c], axis=0),
        "average": np.mean([w, c], axis=0),
        "concatenation": np.hstack([w, c]),
    }
    return ways[how]


# %% [markdown] student="single-precision" replaces="a_original_task"
# With logits $s$ the task is $p(c \mid w) = e^{s_{wc}} / \sum_{v \in V} e^{s_{wv}}$, one class for
# each word of the vocabulary. The binary task has two classes and uses a sigmoid for each pair.

# %% [markdown] student="counts-tokens" replaces="c_roles"
# There is one matrix with one row per word.
