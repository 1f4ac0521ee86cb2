# ---
# jupyter:
#   jupytext:
#     text_representation: {extension: .py, format_name: percent}
#   kernelspec: {display_name: Python 3, language: python, name: python3}
# ---

# %% student="negative-index" replaces="a_likelihood" loses="test_a_likelihood"
# Checks the right end of the text only: position -1 silently becomes the last word.
def likelihood(text, P, window):
    product = 1.0
    for t in range(len(text)):
        for j in range(-window, window + 1):
            if j != 0 and t + j < len(text):
                product *= P[text[t], text[t + j]]
    return product


# %% student="negative-index" replaces="a_nll" loses="test_a_nll"
# Takes the logarithm of the finished product, which underflows for a long text.
def negative_log_likelihood(text, P, window):
    product = 1.0
    for t in range(len(text)):
        for u in range(max(0, t - window), min(len(text), t + window + 1)):
            if u != t:
                product *= P[text[t], text[u]]
    return -np.log(product) / len(text)


# %% student="negative-index" replaces="b_logits" loses="test_b_logits"
# Uses the center vectors for the context words too: the prime of w' got lost.
def logits(W, C, center):
    return W @ W[center]


# %% student="negative-index" replaces="c_gradients" loses="test_c_gradients"
# Leaves out the center word's own context vector, as the sheet does.
def gradients(W, C, center, context):
    scores = C @ W[center]
    errors = np.exp(scores) / np.exp(scores).sum()
    errors[context] -= 1
    dW, dC = np.zeros(W.shape), np.outer(errors, W[center])
    dW[center] = C.T @ errors
    dC[center] = 0
    return dW, dC


# %% student="sheet-slips" replaces="a_nll" loses="test_a_nll"
# Averages over the predictions instead of the tokens.
def negative_log_likelihood(text, P, window):
    terms = [
        np.log(P[text[t], text[u]])
        for t in range(len(text))
        for u in range(max(0, t - window), min(len(text), t + window + 1))
        if u != t
    ]
    return -np.mean(terms)


# %% student="sheet-slips" replaces="b_cross_entropy" loses="test_b_cross_entropy"
# Leaves the right class out of the sum in the denominator, which gives the printed 1.60.
def cross_entropy(scores, target):
    others = np.delete(scores, target)
    return float(-scores[target] + np.log(np.exp(others).sum()))


# %% student="sheet-slips" replaces="b_missing_word" loses="test_b_missing_word"
# Believes that the center word was left out, as if it could not be its own context.
missing_word = "Frodo"


# %% student="sheet-slips" replaces="c_updated_rows" loses="test_c_updated_rows"
# Repeats the printed answer: all context vectors but the one of the source word.
def updated_rows(n_words, center, context):
    return [center], [row for row in range(n_words) if row != center]


# %% student="wrong-way-around" replaces="a_likelihood" loses="test_a_likelihood"
# Adds the probabilities instead of multiplying them.
def likelihood(text, P, window):
    total = 0.0
    for t in range(len(text)):
        for u in range(max(0, t - window), min(len(text), t + window + 1)):
            if u != t:
                total += P[text[t], text[u]]
    return total


# %% student="wrong-way-around" replaces="b_one_hot" loses="test_b_one_hot"
# Counts the words from 1, as people do.
def one_hot(row, n_words):
    vector = np.zeros(n_words)
    vector[row - 1] = 1
    return vector


# %% student="wrong-way-around" replaces="b_logits" loses="test_b_logits"
# Exchanges the roles of the two matrices.
def logits(W, C, center):
    return W @ C[center]


# %% student="wrong-way-around" replaces="b_cross_entropy" loses="test_b_cross_entropy"
# Uses the binary task: the sigmoid of one logit.
def cross_entropy(scores, target):
    return float(np.log(1 + np.exp(-scores[target])))


# %% student="wrong-way-around" replaces="c_updated_rows" loses="test_c_updated_rows"
# Thinks only of the two words of the pair.
def updated_rows(n_words, center, context):
    return [center], [context]


# %% student="center-predicts-itself" replaces="a_likelihood" loses="test_a_likelihood"
# Forgets to skip the center position.
def likelihood(text, P, window):
    product = 1.0
    for t in range(len(text)):
        for u in range(max(0, t - window), min(len(text), t + window + 1)):
            product *= P[text[t], text[u]]
    return product


# %% student="center-predicts-itself" replaces="a_nll" loses="test_a_nll"
# Uses the logarithm to base 2.
def negative_log_likelihood(text, P, window):
    total = 0.0
    for t in range(len(text)):
        for u in range(max(0, t - window), min(len(text), t + window + 1)):
            if u != t:
                total -= np.log2(P[text[t], text[u]])
    return total / len(text)


# %% student="center-predicts-itself" replaces="b_logits" loses="test_b_logits"
# Returns probabilities where logits are asked for.
def logits(W, C, center):
    scores = np.exp(C @ W[center])
    return scores / scores.sum()


# %% student="center-predicts-itself" replaces="c_gradients" loses="test_c_gradients"
# Forgets to subtract the one-hot vector.
def gradients(W, C, center, context):
    scores = C @ W[center]
    p = np.exp(scores) / np.exp(scores).sum()
    dW = np.zeros(W.shape)
    dW[center] = C.T @ p
    return dW, np.outer(p, W[center])


# %% student="looks-right-only" replaces="a_likelihood" loses="test_a_likelihood"
# Predicts the following words only.
def likelihood(text, P, window):
    product = 1.0
    for t in range(len(text)):
        for u in range(t + 1, min(len(text), t + window + 1)):
            product *= P[text[t], text[u]]
    return product


# %% student="looks-right-only" replaces="a_nll" loses="test_a_nll"
# Forgets to divide by the length of the text.
def negative_log_likelihood(text, P, window):
    total = 0.0
    for t in range(len(text)):
        for u in range(max(0, t - window), min(len(text), t + window + 1)):
            if u != t:
                total -= np.log(P[text[t], text[u]])
    return total


# %% student="looks-right-only" replaces="b_one_hot" loses="test_b_one_hot"
# Returns the row number written out n_words times instead of a one-hot vector.
def one_hot(row, n_words):
    return np.full(n_words, row)


# %% student="looks-right-only" replaces="b_cross_entropy" loses="test_b_cross_entropy"
# Takes the logarithm to base 2.
def cross_entropy(scores, target):
    p = np.exp(scores) / np.exp(scores).sum()
    return -np.log2(p[target])


# %% student="looks-right-only" replaces="b_missing_word" loses="test_b_missing_word"
# Takes the largest logit for the missing one.
missing_word = "dragon"


# %% student="looks-right-only" replaces="c_gradients" loses="test_c_gradients"
# Uses the center vectors in the gradient for the center vector.
def gradients(W, C, center, context):
    scores = C @ W[center]
    errors = np.exp(scores) / np.exp(scores).sum()
    errors[context] -= 1
    dW = np.zeros(W.shape)
    dW[center] = W.T @ errors
    return dW, np.outer(errors, W[center])


# %% student="loss-upside-down" replaces="b_cross_entropy" loses="test_b_cross_entropy"
# Returns the logarithm of the probability: the minus sign is missing.
def cross_entropy(scores, target):
    return float(scores[target] - np.log(np.exp(scores).sum()))


# %% student="loss-upside-down" replaces="c_gradients" loses="test_c_gradients"
# Differentiates the term of the right class only, without the denominator.
def gradients(W, C, center, context):
    dW, dC = np.zeros(W.shape), np.zeros(C.shape)
    dW[center] = -C[context]
    dC[context] = -W[center]
    return dW, dC


# %% student="loss-upside-down" replaces="c_updated_rows" loses="test_c_updated_rows"
# Thinks that every center vector is updated as well.
def updated_rows(n_words, center, context):
    return list(range(n_words)), list(range(n_words))


# %% student="no-loops" replaces="a_likelihood" loses=""
# Right: one sum of logarithms per offset, then the exponential.
def likelihood(text, P, window):
    total = 0.0
    for j in range(1, window + 1):
        left, right = np.array(text[:-j], dtype=int), np.array(text[j:], dtype=int)
        total += np.log(P[left, right]).sum() + np.log(P[right, left]).sum()
    return np.exp(total)


# %% student="no-loops" replaces="a_nll" loses=""
# Right: one sum of logarithms per offset.
def negative_log_likelihood(text, P, window):
    total = 0.0
    for j in range(1, window + 1):
        left, right = np.array(text[:-j], dtype=int), np.array(text[j:], dtype=int)
        total += np.log(P[left, right]).sum() + np.log(P[right, left]).sum()
    return -total / len(text)


# %% student="no-loops" replaces="b_one_hot" loses=""
# Right: a row of the identity matrix.
def one_hot(row, n_words):
    return np.eye(n_words)[row]


# %% student="no-loops" replaces="b_logits" loses=""
# Right: one row of the matrix of all scores.
def logits(W, C, center):
    return (W @ C.T)[center]


# %% student="no-loops" replaces="b_cross_entropy" loses=""
# Right: from the differences to the logit of the right class.
def cross_entropy(scores, target):
    return np.log(np.sum(np.exp(scores - scores[target])))


# %% student="no-loops" replaces="c_gradients" loses=""
# Right: the one-hot matrix of the whole problem, in single precision.
def gradients(W, C, center, context):
    W, C = W.astype(np.float32), C.astype(np.float32)
    p = np.exp(W[center] @ C.T)
    errors = p / p.sum() - np.eye(len(C), dtype=np.float32)[context]
    return np.eye(len(W), dtype=np.float32)[[center]].T * (errors @ C), errors[:, None] * W[center]


# %% student="plain-loops" replaces="a_likelihood" loses=""
# Right, if by luck: reads P with the context word first. Of each two neighbors both are center
# words once, so the same factors are multiplied in another order.
def likelihood(text, P, window):
    product = 1.0
    for t in range(len(text)):
        for u in range(max(0, t - window), min(len(text), t + window + 1)):
            if u != t:
                product *= P[text[u], text[t]]
    return product


# %% student="plain-loops" replaces="b_one_hot" loses=""
# Right: a list.
def one_hot(row, n_words):
    return [1 if word == row else 0 for word in range(n_words)]


# %% student="plain-loops" replaces="b_logits" loses=""
# Right: dot products written out, as a list.
def logits(W, C, center):
    return [sum(W[center][i] * c[i] for i in range(len(c))) for c in C]


# %% student="plain-loops" replaces="b_cross_entropy" loses=""
# Right: by way of the probabilities.
def cross_entropy(scores, target):
    exponentials = [np.exp(score) for score in scores]
    return -np.log(exponentials[target] / sum(exponentials))


# %% student="plain-loops" replaces="c_gradients" loses=""
# Right: finite differences of the loss, entry by entry.
def gradients(W, C, center, context):
    def loss(W, C):
        scores = C @ W[center]
        return np.log(np.exp(scores).sum()) - scores[context]

    dW, dC, step = np.zeros(W.shape), np.zeros(C.shape), 1e-5
    for i in range(W.shape[0]):
        for j in range(W.shape[1]):
            E = np.zeros(W.shape)
            E[i, j] = step
            dW[i, j] = (loss(W + E, C) - loss(W - E, C)) / (2 * step)
            dC[i, j] = (loss(W, C + E) - loss(W, C - E)) / (2 * step)
    return dW, dC


# %% student="plain-loops" replaces="c_updated_rows" loses=""
# Right: as arrays, and in another order.
def updated_rows(n_words, center, context):
    return np.array([center]), np.arange(n_words)[::-1]


# %% [markdown] student="sheet-slips" replaces="c_cost"
# All context vectors but the one of the center word are updated, because the softmax uses them.
# With negative sampling only $k$ rows are needed.

# %% [markdown] student="no-loops" replaces="a_likelihood_text"
# $L = \prod_t \prod_j p(w_{t+j} \mid w_t)$ and $\text{NLL} = -\frac{1}{|T|} \ln L$. The logarithm
# is increasing, so both have the same solution, and sums do not underflow. Given $\theta$ all
# predictions are independent; what words have to do with each other is in the vectors.
