# ---
# jupyter:
#   jupytext:
#     text_representation: {extension: .py, format_name: percent}
#   kernelspec: {display_name: Python 3, language: python, name: python3}
# ---

# %% [markdown]
# # Word Embeddings as Matrix Factorization
#
# Skip-gram with negative sampling looks like a neural method, and counting words that occur
# together looks like bookkeeping. In this notebook you show that they find the same thing: if all
# dot products of center and context vectors are put into one matrix $M = W C^\top$, training pulls
# $M$ toward a matrix that can be computed from counts with pencil and paper.
#
# | | Skip-gram with negative sampling |
# |:--|:--|
# | **pairs** | (center word, context word) from the text, and $k$ sampled negatives for each |
# | **score** | the dot product $s = \mathbf{w} \cdot \mathbf{c}$, an entry of $M = W C^\top$ |
# | **loss** | minus the objective below: binary cross-entropy, "is this pair from the text?" |
#
# **You will learn** to write the objective for one example, in expectation and for a corpus, to
# differentiate it with respect to a score, to solve for the best score, and to factorize the
# matrix of best scores.
#
# **Time:** about 90 minutes. You need NumPy and nothing else.
#
# **Handing in.** Fill in the cells marked for you, restart the kernel, run all cells from top to
# bottom, save, and hand in this file under its own name. The tests you can see guide you; further
# tests with other inputs decide about the points.

# %%
import numpy as np


def sigmoid(x):
    """Logistic function 1 / (1 + exp(-x)), element by element."""
    return np.exp(log_sigmoid(x))


def log_sigmoid(x):
    """Natural logarithm of the sigmoid, element by element; safe for large and small x."""
    return -np.logaddexp(0.0, -x)


# %% [markdown]
# ## a) One example and its negatives
#
# For a pair $(w, c)$ from the text, draw $k$ words that serve as negative examples. The objective
# of this one example, to be **maximized**, asks that the pair is recognized as real and that the
# negatives are recognized as false:
#
# $$\ell(w, c) = \ln \sigma(\mathbf{w} \cdot \mathbf{c})
#   + \sum_{i=1}^{k} \ln \sigma(-\mathbf{w} \cdot \mathbf{c}_i).$$
#
# Look at the second sigmoid. It is easily lost in copying, and without it one would take the
# logarithm of a number that is negative half of the time.
#
# 1. Write `example_objective` for given negatives.
# 2. The negatives are drawn from a distribution $P$ over the vocabulary, in which a word is as
#    likely as it is frequent: the *unigram distribution*. Write `noise_distribution`, which
#    computes $P$ from the counts $\#(c)$ of the words. Which number must the counts be divided by,
#    so that a distribution results? (It is not the size of the vocabulary, although that is
#    sometimes printed.)
# 3. Make the sampling explicit: replace the sum over $k$ *drawn* negatives by $k$ times the
#    expectation over *one* draw, and write the expectation as a sum over the vocabulary. Write
#    `expected_objective`.

# %% [markdown] hints="a"
# 1. What is the probability that one draw gives word $i$, and what does word $i$ contribute when
#    it is drawn? All $k$ draws are alike.
# 2. $P(c) = \#(c) / |D|$ with $|D| = \sum_{c'} \#(c')$, and
#    $\mathbb{E}[\ell(w, c)] = \ln \sigma(\mathbf{w} \cdot \mathbf{c}) +
#    k \sum_{i \in V} P(i) \ln \sigma(-\mathbf{w} \cdot \mathbf{c}_i)$.
# 3. `positive = log_sigmoid(w @ c)` begins both objectives; `log_sigmoid(-negatives @ w)` holds the
#    terms of all negatives at once.


# %% solution="a_example_objective"
def example_objective(w, c, negatives):
    """Compute the negative-sampling objective of one example.

    Parameters
    ----------
    w : ndarray of shape (d,)
        Center vector.
    c : ndarray of shape (d,)
        Context vector of the positive pair.
    negatives : ndarray of shape (k, d)
        Context vectors of the negatives that were drawn, one per row.

    Returns
    -------
    float
        To be maximized.
    """
    ### BEGIN SOLUTION
    return float(log_sigmoid(w @ c) + log_sigmoid(-negatives @ w).sum())
    ### END SOLUTION


# %% tests="test_a_example_objective" points=2
import numpy as np

_rng = np.random.default_rng(1)
_w, _c, _negatives = _rng.normal(size=4), _rng.normal(size=4), _rng.normal(size=(3, 4))
_value = example_objective(0 * _w, _c, _negatives)
assert np.ndim(_value) == 0, "The objective of one example is a single number."
assert np.isfinite(_value), (
    "With a center vector of zeros your objective is not finite. Every score, that of a negative "
    "too, goes through a sigmoid before the logarithm."
)
assert not np.isclose(_value, 4 * np.log(2)), (
    "The objective is to be maximized, so it is a sum of logarithms of probabilities and never "
    "positive; yours is the loss, its negative."
)
assert np.isclose(_value, 4 * np.log(0.5)), (
    "With a center vector of zeros all scores are 0 and all probabilities 1/2. One positive and "
    "three negatives must contribute ln(1/2) each: sum over the negatives, do not average."
)
assert example_objective(_w, _c + 0.1 * _w, _negatives) > example_objective(_w, _c, _negatives), (
    "Turning the context vector toward the center vector must raise the objective."
)
assert example_objective(_w, _c, _negatives + 0.1 * _w) < example_objective(_w, _c, _negatives), (
    "Turning the negatives toward the center vector must lower the objective: their scores enter "
    "with a minus sign."
)
### BEGIN HIDDEN TESTS
import embref.word2vec

for _k, _d in ((1, 3), (5, 4), (10, 2)):
    _w, _c, _negatives = _rng.normal(size=_d), _rng.normal(size=_d), _rng.normal(size=(_k, _d))
    _expected = embref.word2vec.negative_sampling_objective(_w, _c, _negatives)
    assert np.isclose(float(example_objective(_w, _c, _negatives)), _expected, rtol=1e-4), (
        "For other vectors the objective is wrong: ln sigma of the score of the positive pair, "
        "plus ln sigma of *minus* the score for each negative."
    )
### END HIDDEN TESTS


# %% solution="a_noise_distribution"
def noise_distribution(word_counts):
    """Compute the distribution from which negatives are drawn.

    Parameters
    ----------
    word_counts : ndarray of shape (n_words,)
        How often each word occurs.

    Returns
    -------
    ndarray of shape (n_words,)
        Probability of each word, proportional to its count.
    """
    ### BEGIN SOLUTION
    return word_counts / np.sum(word_counts)
    ### END SOLUTION


# %% tests="test_a_noise_distribution" points=1
import numpy as np

_P = np.asarray(noise_distribution(np.array([6, 3, 0, 1])), dtype=float)
assert _P.shape == (4,), f"Four words need four probabilities; your result has shape {_P.shape}."
assert np.isclose(_P.sum(), 1, atol=1e-6), (
    f"Your probabilities sum to {_P.sum():.3g} and not to 1. Divide by the number of all "
    "occurrences, not by the number of different words."
)
assert np.isclose(_P[0], 2 * _P[1]), (
    "A word that occurs twice as often must be drawn twice as often: the distribution is "
    "proportional to the counts, neither uniform nor flattened by a power."
)
### BEGIN HIDDEN TESTS
import embref.text
import embref.worked

_sentence = embref.worked.get("mannheim.5a.noise_the").inputs["sentence"]
_vocabulary = embref.text.Vocabulary(embref.text.tokenize(_sentence))
_P = np.asarray(noise_distribution(_vocabulary.counts), dtype=float)
embref.worked.check("mannheim.5a.noise_the", float(_P[_vocabulary.index("the")]))
_counts = np.random.default_rng(3).integers(1, 50, size=20)
_P = np.asarray(noise_distribution(_counts), dtype=float)
assert np.isclose(_P.sum(), 1, atol=1e-5), "For other counts the probabilities do not sum to 1."
assert np.allclose(_P * _counts.sum(), _counts, rtol=1e-4), (
    "For other counts the probabilities are not proportional to the counts."
)
### END HIDDEN TESTS


# %% solution="a_expected_objective"
def expected_objective(w, c, C, noise, k):
    """Compute the expected objective of one example over the draw of its negatives.

    Parameters
    ----------
    w : ndarray of shape (d,)
        Center vector.
    c : ndarray of shape (d,)
        Context vector of the positive pair.
    C : ndarray of shape (n_words, d)
        Context vectors of all words.
    noise : ndarray of shape (n_words,)
        Probability of each word to be drawn as a negative.
    k : int
        Number of negatives.

    Returns
    -------
    float
        To be maximized.
    """
    ### BEGIN SOLUTION
    return float(log_sigmoid(w @ c) + k * noise @ log_sigmoid(-C @ w))
    ### END SOLUTION


# %% tests="test_a_expected_objective" points=2
import numpy as np

_rng = np.random.default_rng(5)
_w, _C = _rng.normal(size=3), _rng.normal(size=(4, 3))
_noise = np.array([0.1, 0.2, 0.3, 0.4])
_value = expected_objective(0 * _w, _C[0], _C, _noise, 2)
assert np.ndim(_value) == 0, "The expected objective of one example is a single number."
assert np.isclose(_value, 3 * np.log(0.5)), (
    "With a center vector of zeros all probabilities are 1/2, so one positive and k = 2 negatives "
    "must give 3 ln(1/2). Does each word count with its probability, and the expectation k times?"
)
_best, _worst = np.argmin(_C @ _w), np.argmax(_C @ _w)
assert expected_objective(_w, _C[0], _C, np.eye(4)[_best], 2) > expected_objective(
    _w, _C[0], _C, np.eye(4)[_worst], 2
), (
    "If only the word with the lowest score can be drawn, the expected objective must be larger "
    "than if only the word with the highest score can be drawn. Yours does not depend on the noise "
    "in that way."
)
### BEGIN HIDDEN TESTS
import embref.word2vec

for _n_words, _d, _k in ((6, 3, 1), (4, 2, 5), (9, 4, 15)):
    _w, _C = _rng.normal(size=_d), _rng.normal(size=(_n_words, _d))
    _noise = _rng.dirichlet(np.ones(_n_words))
    _expected = embref.word2vec.expected_negative_sampling_objective(_w, _C[1], _C, _noise, _k)
    assert np.isclose(float(expected_objective(_w, _C[1], _C, _noise, _k)), _expected, rtol=1e-4), (
        "For other vectors the expectation is wrong: k times the sum over the vocabulary of "
        "probability times ln sigma of minus the score, plus the term of the positive pair, which "
        "is not sampled."
    )
### END HIDDEN TESTS

# %% [markdown]
# ## b) The whole corpus
#
# Let $\#(w, c)$ be the number of times that the pair $(w, c)$ occurs in the training set $D$.
# Every *occurrence* of a pair is a training example with $k$ negatives of its own, and the
# objective $\ell$ of the corpus is the sum of the expected objectives of all examples. From here
# on, the scores $s_{wc}$ of all pairs are given as a matrix; where they come from does not matter.
#
# All counts come from one table with a row for each center word and a column for each context
# word: $\#(w)$ is the sum of row $w$, $\#(c)$ is the sum of column $c$, and $|D|$ is the sum of
# everything. Negatives are context words, so $P(i) = \#(i) / |D|$ is made of **column** sums.
#
# Here is such a table, from a very small collection of stories.

# %%
words = ["Frodo", "ring", "dragon", "gold"]
counts = np.array(
    [
        [0, 8, 2, 0],
        [8, 2, 1, 3],
        [2, 1, 0, 6],
        [0, 3, 6, 2],
    ]
)

# %% [markdown]
# Generalize the objective of question a): write $\ell$ as a formula on paper, then write
# `corpus_objective`. Loops are fine; then try to do without. (The expectation over negatives does
# not depend on $c$. How often is it counted for one $w$?)

# %% [markdown] hints="b"
# 1. Take one center word $w$. Its pairs all bring the same expectation over negatives with them;
#    how many pairs does $w$ have?
# 2. $\ell = \sum_{w \in V} \sum_{c \in V} \#(w, c) \Big( \ln \sigma(s_{wc}) +
#    k \sum_{i \in V} P(i) \ln \sigma(-s_{wi}) \Big)$, and
#    $\sum_{c} \#(w, c) = \#(w)$.
# 3. `noise = counts.sum(axis=0) / counts.sum()`


# %% solution="b_corpus_objective"
def corpus_objective(scores, counts, k):
    """Compute the expected negative-sampling objective of a whole corpus.

    Parameters
    ----------
    scores : ndarray of shape (n_words, n_words)
        Score of each center word (row) with each context word (column).
    counts : ndarray of shape (n_words, n_words)
        How often each pair of center word (row) and context word (column) occurs.
    k : int
        Number of negatives per pair.

    Returns
    -------
    float
        To be maximized.
    """
    ### BEGIN SOLUTION
    noise = counts.sum(axis=0) / counts.sum()
    expected = k * log_sigmoid(-scores) @ noise
    return float(np.sum(counts * (log_sigmoid(scores) + expected[:, np.newaxis])))
    ### END SOLUTION


# %% tests="test_b_corpus_objective" points=3
import numpy as np

_rng = np.random.default_rng(7)
_counts = np.array([[3, 1], [2, 0]])
_value = corpus_objective(np.zeros((2, 2)), _counts, 5)
assert np.ndim(_value) == 0, "The objective of a corpus is a single number."
assert np.isclose(_value, 6 * 6 * np.log(0.5)), (
    "With scores of zero every probability is 1/2. Six pairs, each with one positive and k = 5 "
    "negatives in expectation, must give 36 ln(1/2): every *occurrence* of a pair brings its own "
    "negatives, and the noise probabilities sum to 1."
)
_scores = _rng.normal(size=(2, 2))
assert np.isclose(
    corpus_objective(_scores, 3 * _counts, 5), 3 * corpus_objective(_scores, _counts, 5)
), "Reading the same corpus three times must triple the objective."
### BEGIN HIDDEN TESTS
import embref.word2vec

for _n_words, _k in ((3, 1), (5, 4), (8, 15)):
    _counts = _rng.integers(1, 9, size=(_n_words, _n_words)) * np.arange(1, _n_words + 1)
    _counts[0, 1] = 0
    _scores = 2 * _rng.normal(size=(_n_words, _n_words))
    _objective = embref.word2vec.corpus_negative_sampling_objective
    _value = float(corpus_objective(_scores, _counts, _k))
    _rows = _counts.sum(axis=1) / _counts.sum()
    assert not np.isclose(_value, _objective(_scores, _counts, _k, noise=_rows), rtol=1e-4), (
        "Your noise distribution is made of the row sums. Negatives are drawn as context words, so "
        "their frequencies are the sums of the columns."
    )
    assert np.isclose(_value, _objective(_scores, _counts, _k), rtol=1e-4), (
        "For other scores and counts the objective is wrong. Check that the negatives of a center "
        "word are scored in *its* row, with all context words, weighted by their probabilities."
    )
### END HIDDEN TESTS

# %% [markdown]
# ## c) The best possible scores
#
# Suppose the scores could be chosen freely, each for itself. Which value of $s_{wc}$ maximizes
# $\ell$? Only two groups of terms contain $s_{wc}$: those where $(w, c)$ is the positive pair, and
# those where $c$ is drawn as a negative for $w$. Do the derivation with pencil and paper; the
# functions below check its steps one by one.
#
# 1. Write `log_sigmoid_derivatives`: the derivatives of $\ln \sigma(x)$ and of $\ln \sigma(-x)$.
# 2. Write `objective_gradient`: the derivative of $\ell$ with respect to every score.
# 3. Set the derivative to zero, solve for the score, and write `optimal_scores`. You will meet an
#    old acquaintance, the *pointwise mutual information* $\text{PMI}(w, c) = \ln \frac{p(w,
#    c)}{p(w) \, p(c)}$ with probabilities estimated by relative frequencies. For a pair that was
#    never seen no finite score is best: the lower, the better. Return `-np.inf` there.
# 4. If training pulls $M = W C^\top$ toward a matrix, one can also factorize that matrix directly.
#    Write `factorize`, which finds $W$ and $C$ with $d$ columns such that $W C^\top$ is as close
#    as possible to $M$ in squared error. How the singular values are shared between the two is up
#    to you.
# 5. In the text cell: what does the derivation say about what skip-gram with negative sampling
#    learns, under which conditions is it true, and what does it have in common with latent
#    semantic analysis (LSA)?
#
# The text is graded by hand: one point for the statement about $M$ with what PMI measures and the
# role of $k$, one point for the conditions (the dimension, and the pairs never seen), one point
# for the comparison with LSA.

# %% [markdown] hints="c"
# 1. Use $\sigma(-x) = 1 - \sigma(x)$ and $\sigma'(x) = \sigma(x) \, (1 - \sigma(x))$. At the
#    optimum, which odds $\sigma(x) / (1 - \sigma(x))$ must a pair have, and what are these odds as
#    a function of $x$?
# 2. $\dfrac{\partial \ell}{\partial s_{wc}} = \#(w, c) \, \sigma(-s_{wc}) -
#    k \, \dfrac{\#(w) \, \#(c)}{|D|} \, \sigma(s_{wc})$, which is zero when
#    $e^{s_{wc}} = \dfrac{\#(w, c) \, |D|}{k \, \#(w) \, \#(c)}$. The best approximation of rank $d$
#    keeps the $d$ largest singular values.
# 3. `expected = np.outer(counts.sum(axis=1), counts.sum(axis=0)) / counts.sum()`, and in
#    `factorize` `U, singular_values, Vt = np.linalg.svd(M)`.


# %% solution="c_derivatives"
def log_sigmoid_derivatives(x):
    """Differentiate ln sigma(x) and ln sigma(-x) with respect to x.

    Parameters
    ----------
    x : float
        Where to evaluate the derivatives.

    Returns
    -------
    of_positive : float
        Derivative of ln sigma(x).
    of_negative : float
        Derivative of ln sigma(-x).
    """
    ### BEGIN SOLUTION
    return float(sigmoid(-x)), float(-sigmoid(x))
    ### END SOLUTION


# %% tests="test_c_derivatives" points=1
import numpy as np


def _slope(function, x, step=1e-5):
    return (function(x + step) - function(x - step)) / (2 * step)


for _x in (-1.5, 0.4):
    _of_positive, _of_negative = log_sigmoid_derivatives(_x)
    assert np.isclose(_of_positive, _slope(lambda x: -np.logaddexp(0, -x), _x), atol=1e-5), (
        f"At x = {_x} the first derivative is not the slope of ln sigma(x). Simplify "
        "sigma'(x) / sigma(x)."
    )
    assert np.isclose(_of_negative, _slope(lambda x: -np.logaddexp(0, x), _x), atol=1e-5), (
        f"At x = {_x} the second derivative is not the slope of ln sigma(-x). It is a decreasing "
        "function; do not forget the inner derivative, -1."
    )
### BEGIN HIDDEN TESTS
import embref.losses

for _x in (-4.0, 0.0, 2.5):
    _of_positive, _of_negative = log_sigmoid_derivatives(_x)
    assert np.isclose(_of_positive, _slope(embref.losses.log_sigmoid, _x), atol=1e-5), (
        "At another x the first derivative is wrong."
    )
    assert np.isclose(
        _of_negative, _slope(lambda x: embref.losses.log_sigmoid(-x), _x), atol=1e-5
    ), "At another x the second derivative is wrong."
### END HIDDEN TESTS


# %% solution="c_gradient"
def objective_gradient(scores, counts, k):
    """Differentiate the objective of a corpus with respect to every score.

    Parameters
    ----------
    scores : ndarray of shape (n_words, n_words)
        Score of each center word (row) with each context word (column).
    counts : ndarray of shape (n_words, n_words)
        How often each pair occurs.
    k : int
        Number of negatives per pair.

    Returns
    -------
    ndarray of shape (n_words, n_words)
        Derivative of the objective with respect to each score.
    """
    ### BEGIN SOLUTION
    expected = np.outer(counts.sum(axis=1), counts.sum(axis=0)) / counts.sum()
    return counts * sigmoid(-scores) - k * expected * sigmoid(scores)
    ### END SOLUTION


# %% tests="test_c_gradient" points=2
import numpy as np

_rng = np.random.default_rng(9)
_counts = np.array([[1, 0], [1, 1]])
_slopes = embref.word2vec.corpus_negative_sampling_gradient(0 * np.tri(2), np.tri(2), 1)  ### FREEZE
_gradient = np.asarray(objective_gradient(np.zeros((2, 2)), _counts, 1), dtype=float)
assert _gradient.shape == (2, 2), (
    "There is one derivative per score, here an array of shape (2, 2); yours has "
    f"{_gradient.shape}."
)
assert _gradient[0, 1] < 0, (
    "A pair that was never seen can only be a negative, so raising its score must lower the "
    "objective. Does the second term have a minus sign?"
)
assert np.allclose(_gradient, _slopes, atol=1e-5), (
    "With scores of zero, k = 1 and the counts [[1, 0], [1, 1]] your gradient is not the slope "
    "of the objective. How often is c drawn as a negative for w? For each of the #(w) pairs of "
    "w, with probability #(c) / |D|."
)
### BEGIN HIDDEN TESTS
import embref.word2vec

for _n_words, _k in ((3, 1), (5, 4), (7, 15)):
    _counts = _rng.integers(0, 9, size=(_n_words, _n_words)) + np.arange(_n_words)
    _scores = _rng.normal(size=(_n_words, _n_words))
    _expected = embref.word2vec.corpus_negative_sampling_gradient(_scores, _counts, _k)
    _gradient = np.asarray(objective_gradient(_scores, _counts, _k), dtype=float)
    assert np.allclose(_gradient, _expected, rtol=1e-4, atol=1e-4), (
        "For other scores, counts or k the gradient is not the slope of the objective. Check the "
        "factor k, row sums for #(w), column sums for #(c), and the signs inside the sigmoids."
    )
### END HIDDEN TESTS


# %% solution="c_optimal_scores"
def optimal_scores(counts, k):
    """Compute the scores that maximize the objective of a corpus.

    Parameters
    ----------
    counts : ndarray of shape (n_words, n_words)
        How often each pair of center word (row) and context word (column) occurs; every word
        occurs in at least one pair.
    k : int
        Number of negatives per pair.

    Returns
    -------
    ndarray of shape (n_words, n_words)
        The best score of each pair, and -np.inf for pairs that do not occur.
    """
    ### BEGIN SOLUTION
    expected = np.outer(counts.sum(axis=1), counts.sum(axis=0)) / counts.sum()
    with np.errstate(divide="ignore"):
        return np.log(counts / expected) - np.log(k)
    ### END SOLUTION


# %% tests="test_c_optimal_scores" points=3
import numpy as np

_independent = np.outer([1, 2, 3], [4, 1, 2])
_scores = np.asarray(optimal_scores(_independent, 1), dtype=float)
assert _scores.shape == (3, 3), (
    f"There is one best score per pair, here an array of shape (3, 3); yours has {_scores.shape}."
)
assert np.allclose(_scores, 0, atol=1e-5), (
    "In this table of counts knowing the center word says nothing about the context word, so with "
    "k = 1 all best scores must be 0, the PMI of independent words. Which total makes relative "
    "frequencies of the counts: the number of words, or the number of pairs?"
)
_shift = optimal_scores(_independent, 3) - _scores
assert not np.allclose(_shift, np.log(3), atol=1e-5), (
    "More negatives must push the scores down, but yours go up: mind the sign of ln k."
)
assert np.allclose(_shift, -np.log(3), atol=1e-5), (
    "k = 3 must shift all scores by the natural logarithm of 3, downward, compared with k = 1."
)
_scores = np.asarray(optimal_scores(np.array([[0, 2], [3, 1]]), 1), dtype=float)
assert np.isneginf(_scores[0, 0]) and np.all(np.isfinite(_scores.ravel()[1:])), (
    "A pair that does not occur has no finite best score: return -np.inf there, and finite scores "
    "everywhere else."
)
### BEGIN HIDDEN TESTS
import embref.cooccurrence
import embref.text
import embref.word2vec
import embref.worked

_given = embref.worked.get("mannheim.5c.optimum_fox_quick").inputs
_tokens = embref.text.tokenize(_given["sentence"])
_vocabulary = embref.text.Vocabulary(_tokens)
_pairs = embref.text.skip_gram_pairs(_tokens, _given["window"])
_counts = embref.cooccurrence.pair_counts(_pairs, _vocabulary).toarray()
_scores = np.asarray(optimal_scores(_counts, _given["k"]), dtype=float)
_best = float(_scores[_vocabulary.index("fox"), _vocabulary.index("quick")])
embref.worked.check("mannheim.5c.optimum_fox_quick", _best)
_rng = np.random.default_rng(10)
for _n_words, _k in ((3, 1), (5, 5), (8, 15)):
    _counts = _rng.integers(1, 9, size=(_n_words, _n_words)) * np.arange(1, _n_words + 1)
    _counts[0, 1] = 0
    _expected = embref.word2vec.negative_sampling_optimum(_counts, _k)
    _scores = np.asarray(optimal_scores(_counts, _k), dtype=float)
    assert np.allclose(_scores, _expected, rtol=1e-4, atol=1e-4), (
        "For other counts these are not the scores at which the derivative is zero. Check the row "
        "sums for #(w), the column sums for #(c), the total, and the natural logarithm."
    )
### END HIDDEN TESTS

# %% [markdown]
# Does training really get there? Gradient ascent on free scores, for the small table of counts:
# the largest distance from your formula over all pairs that occur, and the score of a pair that
# does not (*Frodo*, *gold*), which sinks and sinks.

# %%
k = 2
best = optimal_scores(counts, k)
seen = counts > 0
scores = np.zeros(counts.shape)
for step in range(1, 1001):
    scores = scores + 0.3 * objective_gradient(scores, counts, k)
    if step in (1, 10, 100, 1000):
        distance = np.abs(scores - best)[seen].max()
        print(f"{step:>4} steps: distance {distance:.4f}, unseen pair {scores[0, 3]:.2f}")


# %% solution="c_factorize"
def factorize(M, d):
    """Find the best factorization of a matrix with d dimensions.

    Parameters
    ----------
    M : ndarray of shape (n_words, n_words)
        Finite scores.
    d : int
        Number of dimensions, at most n_words.

    Returns
    -------
    W : ndarray of shape (n_words, d)
        Center vectors.
    C : ndarray of shape (n_words, d)
        Context vectors; ``W @ C.T`` is as close to M as d dimensions allow.
    """
    ### BEGIN SOLUTION
    U, singular_values, Vt = np.linalg.svd(M)
    roots = np.sqrt(singular_values[:d])
    return U[:, :d] * roots, Vt[:d].T * roots
    ### END SOLUTION


# %% tests="test_c_factorize" points=2
import numpy as np

_rng = np.random.default_rng(11)
_M = _rng.normal(size=(5, 5))
_W, _C = (np.asarray(_factor, dtype=float) for _factor in factorize(_M, 2))
assert _W.shape == (5, 2) and _C.shape == (5, 2), (
    "Two dimensions for five words need factors of shape (5, 2), one word per row; yours have "
    f"shapes {_W.shape} and {_C.shape}."
)
_W, _C = (np.asarray(_factor, dtype=float) for _factor in factorize(_M, 5))
assert np.allclose(_W @ _C.T, _M, atol=1e-4), (
    "With as many dimensions as words W @ C.T must give M back exactly. Do the singular values "
    "enter once in all, and does C hold a word per row (np.linalg.svd returns V already "
    "transposed)?"
)
### BEGIN HIDDEN TESTS
import embref.factorization

for _n_words, _d in ((4, 1), (6, 3), (9, 8)):
    _M = _rng.normal(size=(_n_words, _n_words))
    _best_W, _best_C = embref.factorization.factorize(_M, _d)
    _smallest = np.linalg.norm(_M - _best_W @ _best_C.T)
    _W, _C = (np.asarray(_factor, dtype=float) for _factor in factorize(_M, _d))
    assert np.linalg.norm(_M - _W @ _C.T) < 1.001 * _smallest + 1e-6, (
        "With fewer dimensions than words W @ C.T is not as close to M as it could be: keep the "
        "largest singular values, with the vectors that belong to them."
    )
### END HIDDEN TESTS

# %% [markdown]
# The matrix of best scores has entries of $-\infty$, which no factorization can take. A common way
# out keeps only its positive part; for $k = 1$ that is the *positive PMI*. How much of it survives
# in few dimensions?

# %%
positive_pmi = np.maximum(optimal_scores(counts, k=1), 0)
for d in range(1, len(words) + 1):
    W, C = factorize(positive_pmi, d)
    print(f"d = {d}: error {np.linalg.norm(positive_pmi - W @ C.T):.4f}")

# %% [markdown] answer="c_meaning" points=3
# ### BEGIN SOLUTION
# **What is learned.** At the optimum every score is $\mathbf{w} \cdot \mathbf{c} = \text{PMI}(w,
# c) - \ln k$, so $W$ and $C$ are the factors of a matrix $M = W C^\top$ whose entries are
# pointwise mutual information, shifted down by $\ln k$ (not at all for $k = 1$). PMI compares how
# often two words occur together with how often they would if they were independent: positive for
# words that attract, 0 for indifferent ones, negative for words that avoid each other.
#
# **Conditions.** The derivation lets every score be chosen for itself. That takes enough
# dimensions: $d$ at least the rank of the matrix, in general $|V|$. With the few hundred
# dimensions of practice $W C^\top$ is only an approximation of low rank, and one in which frequent
# pairs weigh more. Besides, pairs that were never seen have the optimum $-\infty$, which no finite
# vectors reach, so for them the training never arrives; and the negatives must be drawn from the
# unigram distribution of the contexts.
#
# **LSA.** LSA too takes a matrix of co-occurrence counts (words by documents, suitably weighted)
# and factorizes it, by a truncated singular value decomposition, so that words become short dense
# vectors. Both are low-rank factorizations of co-occurrence statistics. Skip-gram uses words by
# context words and shifted PMI, weights errors by frequency in a logistic loss, and approaches the
# minimum in stochastic gradient steps; LSA uses squared error with equal weights and computes the
# minimum directly.
# ### END SOLUTION
