# ---
# jupyter:
#   jupytext:
#     text_representation: {extension: .py, format_name: percent}
#   kernelspec: {display_name: Python 3, language: python, name: python3}
# ---

# %% student="sheet-slips" replaces="a_example_objective" loses="test_a_example_objective"
# Takes the logarithm of minus the score without a sigmoid, as printed on the sheet.
def example_objective(w, c, negatives):
    return float(log_sigmoid(w @ c) + np.log(-negatives @ w).sum())


# %% student="sheet-slips" replaces="a_noise_distribution" loses="test_a_noise_distribution"
# Divides by the size of the vocabulary, as printed on the sheet.
def noise_distribution(word_counts):
    return word_counts / len(word_counts)


# %% student="sheet-slips" replaces="b_corpus_objective" loses="test_b_corpus_objective"
# Uses the size of the vocabulary as the normalizer of the noise.
def corpus_objective(scores, counts, k):
    noise = counts.sum(axis=0) / len(counts)
    expected = k * log_sigmoid(-scores) @ noise
    return float(np.sum(counts * (log_sigmoid(scores) + expected[:, np.newaxis])))


# %% student="sheet-slips" replaces="c_optimal_scores" loses="test_c_optimal_scores"
# Has the size of the vocabulary in the numerator where the number of pairs belongs.
def optimal_scores(counts, k):
    joint = counts * len(counts) / np.outer(counts.sum(axis=1), counts.sum(axis=0))
    return np.log(joint) - np.log(k)


# %% student="returns-the-loss" replaces="a_example_objective" loses="test_a_example_objective"
# Returns the loss instead of the objective.
def example_objective(w, c, negatives):
    return float(-log_sigmoid(w @ c) - log_sigmoid(-negatives @ w).sum())


# %% student="returns-the-loss" replaces="a_noise_distribution" loses="test_a_noise_distribution"
# Takes "every word can be drawn" for the uniform distribution.
def noise_distribution(word_counts):
    return np.full(len(word_counts), 1 / len(word_counts))


# %% student="returns-the-loss" replaces="a_expected_objective" loses="test_a_expected_objective"
# Forgets the factor k: takes the expectation of one draw for that of all.
def expected_objective(w, c, C, noise, k):
    return float(log_sigmoid(w @ c) + noise @ log_sigmoid(-C @ w))


# %% student="returns-the-loss" replaces="c_derivatives" loses="test_c_derivatives"
# Differentiates the sigmoid and not its logarithm.
def log_sigmoid_derivatives(x):
    slope = sigmoid(x) * (1 - sigmoid(x))
    return slope, -slope


# %% student="returns-the-loss" replaces="c_gradient" loses="test_c_gradient"
# Loses the inner derivative: both terms are added.
def objective_gradient(scores, counts, k):
    expected = np.outer(counts.sum(axis=1), counts.sum(axis=0)) / counts.sum()
    return counts * sigmoid(-scores) + k * expected * sigmoid(scores)


# %% student="returns-the-loss" replaces="c_optimal_scores" loses="test_c_optimal_scores"
# Adds ln k instead of subtracting it.
def optimal_scores(counts, k):
    expected = np.outer(counts.sum(axis=1), counts.sum(axis=0)) / counts.sum()
    return np.log(counts / expected) + np.log(k)


# %% student="averages" replaces="a_example_objective" loses="test_a_example_objective"
# Averages over the negatives.
def example_objective(w, c, negatives):
    return float(log_sigmoid(w @ c) + log_sigmoid(-negatives @ w).mean())


# %% student="averages" replaces="a_noise_distribution" loses="test_a_noise_distribution"
# Knows that word2vec flattens its counts by a power, which was not asked.
def noise_distribution(word_counts):
    flattened = word_counts**0.75
    return flattened / flattened.sum()


# %% student="averages" replaces="a_expected_objective" loses="test_a_expected_objective"
# Weighs all words alike, whatever the noise distribution says.
def expected_objective(w, c, C, noise, k):
    return float(log_sigmoid(w @ c) + k * log_sigmoid(-C @ w).mean())


# %% student="averages" replaces="b_corpus_objective" loses="test_b_corpus_objective"
# Counts the negatives once for each center word, not once for each of its pairs.
def corpus_objective(scores, counts, k):
    noise = counts.sum(axis=0) / counts.sum()
    positive = np.sum(counts * log_sigmoid(scores))
    return float(positive + k * np.sum(log_sigmoid(-scores) @ noise))


# %% student="averages" replaces="c_gradient" loses="test_c_gradient"
# Forgets #(w): draws each negative once for a center word.
def objective_gradient(scores, counts, k):
    noise = counts.sum(axis=0) / counts.sum()
    return counts * sigmoid(-scores) - k * noise * sigmoid(scores)


# %% student="averages" replaces="c_optimal_scores" loses="test_c_optimal_scores"
# Sets the score of pairs that do not occur to 0, as if they were independent.
def optimal_scores(counts, k):
    expected = np.outer(counts.sum(axis=1), counts.sum(axis=0)) / counts.sum()
    ratio = np.where(counts > 0, counts, k * expected) / expected
    return np.log(ratio) - np.log(k)


# %% student="averages" replaces="c_factorize" loses="test_c_factorize"
# Gives the singular values to both factors, so that they enter twice.
def factorize(M, d):
    U, S, Vt = np.linalg.svd(M)
    return U[:, :d] * S[:d], Vt[:d].T * S[:d]


# %% student="rows-for-columns" replaces="a_expected_objective" loses="test_a_expected_objective"
# Samples the positive term too: averages everything over the noise.
def expected_objective(w, c, C, noise, k):
    return float(noise @ log_sigmoid(C @ w) + k * noise @ log_sigmoid(-C @ w))


# %% student="rows-for-columns" replaces="b_corpus_objective" loses="test_b_corpus_objective"
# Takes the frequencies of center words for the noise.
def corpus_objective(scores, counts, k):
    noise = counts.sum(axis=1) / counts.sum()
    expected = k * log_sigmoid(-scores) @ noise
    return float(np.sum(counts * (log_sigmoid(scores) + expected[:, np.newaxis])))


# %% student="rows-for-columns" replaces="c_derivatives" loses="test_c_derivatives"
# Forgets the inner derivative of the second function.
def log_sigmoid_derivatives(x):
    return sigmoid(-x), sigmoid(x)


# %% student="rows-for-columns" replaces="c_gradient" loses="test_c_gradient"
# Exchanges the sums of rows and columns.
def objective_gradient(scores, counts, k):
    expected = np.outer(counts.sum(axis=0), counts.sum(axis=1)) / counts.sum()
    return counts * sigmoid(-scores) - k * expected * sigmoid(scores)


# %% student="rows-for-columns" replaces="c_optimal_scores" loses="test_c_optimal_scores"
# Uses the logarithm to base 2.
def optimal_scores(counts, k):
    expected = np.outer(counts.sum(axis=1), counts.sum(axis=0)) / counts.sum()
    return np.log2(counts / expected) - np.log2(k)


# %% student="rows-for-columns" replaces="c_factorize" loses="test_c_factorize"
# Takes the rows of Vt for words: the transposition is missing.
def factorize(M, d):
    U, S, Vt = np.linalg.svd(M)
    return U[:, :d] * S[:d], Vt[:, :d]


# %% student="negatives-of-the-pair" replaces="b_corpus_objective" loses="test_b_corpus_objective"
# Scores the negatives with the positive pair itself.
def corpus_objective(scores, counts, k):
    return float(np.sum(counts * (log_sigmoid(scores) + k * log_sigmoid(-scores))))


# %% student="negatives-of-the-pair" replaces="c_gradient" loses="test_c_gradient"
# Loses the number of negatives.
def objective_gradient(scores, counts, k):
    expected = np.outer(counts.sum(axis=1), counts.sum(axis=0)) / counts.sum()
    return counts * sigmoid(-scores) - expected * sigmoid(scores)


# %% student="negatives-of-the-pair" replaces="c_optimal_scores" loses="test_c_optimal_scores"
# Uses row sums for both words, right only for symmetric counts.
def optimal_scores(counts, k):
    totals = counts.sum(axis=1)
    return np.log(counts * counts.sum() / np.outer(totals, totals)) - np.log(k)


# %% student="negatives-of-the-pair" replaces="c_factorize" loses="test_c_factorize"
# Keeps the smallest singular values.
def factorize(M, d):
    U, S, Vt = np.linalg.svd(M)
    return U[:, -d:] * S[-d:], Vt[-d:].T


# %% student="positive-only" replaces="c_optimal_scores" loses="test_c_optimal_scores"
# Cuts at zero: computes positive PMI.
def optimal_scores(counts, k):
    expected = np.outer(counts.sum(axis=1), counts.sum(axis=0)) / counts.sum()
    return np.maximum(np.log(counts / expected) - np.log(k), 0)


# %% student="positive-only" replaces="c_factorize" loses="test_c_factorize"
# Uses the same vectors for both roles, right only for symmetric matrices without negative
# eigenvalues.
def factorize(M, d):
    U, S, Vt = np.linalg.svd(M)
    vectors = U[:, :d] * np.sqrt(S[:d])
    return vectors, vectors


# %% student="plain-loops" replaces="a_example_objective" loses=""
# Right: by way of the probabilities.
def example_objective(w, c, negatives):
    def probability(score):
        return 1 / (1 + np.exp(-score))

    value = np.log(probability(np.dot(w, c)))
    for negative in negatives:
        value += np.log(1 - probability(np.dot(w, negative)))
    return value


# %% student="plain-loops" replaces="a_noise_distribution" loses=""
# Right: a list.
def noise_distribution(word_counts):
    return [count / sum(word_counts) for count in word_counts]


# %% student="plain-loops" replaces="a_expected_objective" loses=""
# Right: one word of the vocabulary after the other.
def expected_objective(w, c, C, noise, k):
    value = log_sigmoid(np.dot(w, c))
    for i in range(len(C)):
        value += k * noise[i] * log_sigmoid(-np.dot(w, C[i]))
    return value


# %% student="plain-loops" replaces="b_corpus_objective" loses=""
# Right: the three sums as three loops.
def corpus_objective(scores, counts, k):
    n_words, n_pairs = len(counts), counts.sum()
    total = 0.0
    for w in range(n_words):
        for c in range(n_words):
            negatives = 0.0
            for i in range(n_words):
                negatives += counts[:, i].sum() / n_pairs * log_sigmoid(-scores[w, i])
            total += counts[w, c] * (log_sigmoid(scores[w, c]) + k * negatives)
    return total


# %% student="plain-loops" replaces="c_derivatives" loses=""
# Right: a finite difference, which is a derivative to all digits that are asked for.
def log_sigmoid_derivatives(x):
    step = 1e-6
    return (
        (log_sigmoid(x + step) - log_sigmoid(x - step)) / (2 * step),
        (log_sigmoid(-x - step) - log_sigmoid(-x + step)) / (2 * step),
    )


# %% student="plain-loops" replaces="c_optimal_scores" loses=""
# Right: one pair after the other.
def optimal_scores(counts, k):
    n_words, n_pairs = len(counts), counts.sum()
    scores = [[-np.inf] * n_words for _ in range(n_words)]
    for w in range(n_words):
        for c in range(n_words):
            if counts[w, c] > 0:
                expected = counts[w].sum() * counts[:, c].sum() / n_pairs
                scores[w][c] = np.log(counts[w, c] / (k * expected))
    return np.array(scores)


# %% student="plain-loops" replaces="c_factorize" loses=""
# Right: all singular values in C, by way of the eigenvectors of M Mᵀ.
def factorize(M, d):
    _, vectors = np.linalg.eigh(M @ M.T)
    W = vectors[:, ::-1][:, :d]
    return W, M.T @ W


# %% student="collapsed" replaces="a_noise_distribution" loses=""
# Right: in single precision.
def noise_distribution(word_counts):
    return (word_counts / word_counts.sum()).astype(np.float32)


# %% student="collapsed" replaces="b_corpus_objective" loses=""
# Right: both kinds of terms collected for each score.
def corpus_objective(scores, counts, k):
    negative = k * np.outer(counts.sum(axis=1), counts.sum(axis=0)) / counts.sum()
    return (counts * log_sigmoid(scores) + negative * log_sigmoid(-scores)).sum()


# %% student="collapsed" replaces="c_gradient" loses=""
# Right: rearranged, #(w, c) minus all trials times the probability.
def objective_gradient(scores, counts, k):
    negative = k * np.outer(counts.sum(axis=1), counts.sum(axis=0)) / counts.sum()
    return counts - (counts + negative) / (1 + np.exp(-scores))


# %% student="collapsed" replaces="c_optimal_scores" loses=""
# Right: by the definition of PMI, with probabilities.
def optimal_scores(counts, k):
    joint = counts / counts.sum()
    p_center = joint.sum(axis=1, keepdims=True)
    p_context = joint.sum(axis=0, keepdims=True)
    return np.log(joint) - np.log(p_center) - np.log(p_context) - np.log(k)


# %% student="collapsed" replaces="c_factorize" loses=""
# Right: all singular values in W.
def factorize(M, d):
    U, S, Vt = np.linalg.svd(M)
    return (U @ np.diag(S))[:, :d], Vt.T[:, :d]


# %% [markdown] student="returns-the-loss" replaces="c_meaning"
# Skip-gram learns PMI. With more negatives the matrix is shifted by $\ln k$. LSA also factorizes
# counts.
