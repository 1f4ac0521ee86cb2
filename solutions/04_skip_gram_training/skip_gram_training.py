# ---
# jupyter:
#   jupytext:
#     text_representation: {extension: .py, format_name: percent}
#   kernelspec: {display_name: Python 3, language: python, name: python3}
# ---

# %% [markdown]
# # Skip-Gram Training
#
# A skip-gram model is a set of numbers that makes a text more or less probable. Training means:
# turn the numbers until the text that people really wrote becomes as probable as possible. In this
# notebook you write down what is maximized, compute the loss of one example by hand, and find out
# why a single step of plain skip-gram is so expensive.
#
# | | Skip-gram with the softmax |
# |:--|:--|
# | **pairs** | (center word, context word), for all words at most `window` positions apart |
# | **score** | $s = \mathbf{w} \cdot \mathbf{c}$, a row of $W$ times a row of $C$ |
# | **loss** | cross-entropy of the softmax over the whole vocabulary |
#
# **You will learn** to go from a likelihood to a loss without losing numbers on the way, to
# evaluate the cross-entropy of a pair from word vectors, and to say exactly which parameters one
# gradient step changes.
#
# **Time:** about 75 minutes. You need NumPy and nothing else.
#
# **Handing in.** Fill in the cells marked for you, restart the kernel, run all cells from top to
# bottom, save, and hand in this file under its own name. The tests you can see guide you; further
# tests with other inputs decide about the points.

# %%
import numpy as np

# %% [markdown]
# ## a) From likelihood to loss
#
# How probable is a text $T = (w_1, \dots, w_{|T|})$ under a skip-gram model with parameters
# $\theta$? Every word is asked to predict each of its neighbors, the words at most `window`
# positions to its left or right, and all these predictions are treated as independent *given*
# $\theta$: their probabilities $p(w_{t+j} \mid w_t, \theta)$ multiply. Formulas in print often
# leave one thing unsaid: positions outside the text have no word, so nothing is predicted there.
#
# A text is given as a list of row numbers, and the model as the matrix `P` of its probabilities:
# `P[w, c]` is the probability of context word `c` when the center word is `w`.
#
# 1. Write `likelihood`.
# 2. Write `negative_log_likelihood`, the empirical risk $-\frac{1}{|T|} \ln L(\theta \mid T)$:
#    natural logarithm, divided by the number of **tokens**. It must give a finite number for long
#    texts too.
# 3. In the text cell: write down $L(\theta \mid T)$ and $\text{NLL}(\theta)$ as formulas. Why do we
#    minimize the second, and not maximize the first? And what exactly is assumed to be independent;
#    where does the dependence between words go?
#
# The text is graded by hand: one point for both formulas and why they have the same solution, with
# one reason to prefer the logarithm; one point for the independence assumption and the role of
# $\theta$.

# %% [markdown] hints="a"
# 1. Do the text `[0, 1]` with window 1 on paper: which two predictions are made? Then ask what
#    happens to a product of ten thousand probabilities on a computer.
# 2. $L(\theta \mid T) = \prod_{t=1}^{|T|} \prod_{j} p(w_{t+j} \mid w_t, \theta)$ with the offsets
#    $j = -\text{window}, \dots, -1, 1, \dots, \text{window}$ as far as $t + j$ is inside the text;
#    the logarithm of a product is a sum of logarithms.
# 3. In a loop over `t`: `for u in range(max(0, t - window), min(len(text), t + window + 1)):`,
#    where the position `u == t` is skipped.


# %% solution="a_likelihood"
def likelihood(text, P, window):
    """Compute the likelihood of a text under a skip-gram model.

    Parameters
    ----------
    text : list of int
        Row number of each word, in order.
    P : ndarray of shape (n_words, n_words)
        ``P[w, c]`` is the probability of context word c given center word w.
    window : int
        How many words on each side are predicted.

    Returns
    -------
    float
        Product of the probabilities of all context words inside the text.
    """
    ### BEGIN SOLUTION
    product = 1.0
    for t, center in enumerate(text):
        for u in range(max(0, t - window), min(len(text), t + window + 1)):
            if u != t:
                product *= P[center, text[u]]
    return float(product)
    ### END SOLUTION


# %% tests="test_a_likelihood" points=2
import numpy as np

_P = np.array([[0.2, 0.8], [0.3, 0.7]])
assert np.ndim(likelihood([0, 1], _P, 1)) == 0, "The likelihood of a text is a single number."
assert np.isclose(likelihood([1], _P, 1), 1), (
    "A text of one word makes no prediction, so its likelihood is the empty product, 1. The center "
    "word does not predict itself, and positions outside the text do not exist: in Python, index "
    "-1 is the last word and not the word before the first."
)
assert not np.isclose(likelihood([0, 1], _P, 1), 0.8), (
    "In a text of two words both are center words once: the second also predicts the first."
)
assert np.isclose(likelihood([0, 1], _P, 1), 0.8 * 0.3), (
    "In the text [0, 1] word 0 predicts word 1 and word 1 predicts word 0, and nothing else. Their "
    "probabilities multiply."
)
### BEGIN HIDDEN TESTS
import embref.text

_rng = np.random.default_rng(2)
for _n_tokens, _window in ((3, 1), (7, 2), (9, 3), (3, 5)):
    _P = _rng.dirichlet(np.ones(4), size=4)
    _text = _rng.integers(4, size=_n_tokens).tolist()
    _pairs = embref.text.skip_gram_pairs(_text, _window)
    _expected = np.prod([_P[_w, _c] for _w, _c in _pairs])
    _value = float(likelihood(_text, _P, _window))
    assert np.isclose(_value, _expected, rtol=1e-4, atol=0), (
        "The likelihood of another text is wrong. Multiply one probability for every center "
        "position and every context position inside the text, on both sides, each exactly once."
    )
### END HIDDEN TESTS


# %% solution="a_nll"
def negative_log_likelihood(text, P, window):
    """Compute the negative log-likelihood of a text per token.

    Parameters
    ----------
    text : list of int
        Row number of each word, in order.
    P : ndarray of shape (n_words, n_words)
        ``P[w, c]`` is the probability of context word c given center word w.
    window : int
        How many words on each side are predicted.

    Returns
    -------
    float
        In nats; finite for texts of any length.
    """
    ### BEGIN SOLUTION
    total = 0.0
    for t, center in enumerate(text):
        for u in range(max(0, t - window), min(len(text), t + window + 1)):
            if u != t:
                total += np.log(P[center, text[u]])
    return float(-total / len(text))
    ### END SOLUTION


# %% tests="test_a_nll" points=2
import numpy as np

_P = np.full((2, 2), 0.5)
_value = negative_log_likelihood([0, 1, 1], _P, 1)
assert np.ndim(_value) == 0, "The negative log-likelihood of a text is a single number."
assert _value > 0, "Logarithms of probabilities are negative, so the *negative* sum is positive."
assert np.isclose(_value, 4 * np.log(2) / 3), (
    "Three tokens with window 1 make four predictions; here each has probability 1/2 and costs "
    "ln 2. Sum the four and divide by the number of tokens, not of predictions; the logarithm is "
    "the natural one."
)
### BEGIN HIDDEN TESTS
import embref.text

_rng = np.random.default_rng(4)
for _n_tokens, _window in ((4, 1), (9, 2), (3, 4)):
    _P = _rng.dirichlet(np.ones(5), size=5)
    _text = _rng.integers(5, size=_n_tokens).tolist()
    _pairs = embref.text.skip_gram_pairs(_text, _window)
    _expected = -sum(np.log(_P[_w, _c]) for _w, _c in _pairs) / _n_tokens
    _value = float(negative_log_likelihood(_text, _P, _window))
    assert not np.isclose(_value, _expected * _n_tokens / len(_pairs), rtol=1e-4), (
        "You divide by the number of predictions. The risk of this task is per token of the text."
    )
    assert np.isclose(_value, _expected, rtol=1e-4, atol=0), (
        "The negative log-likelihood of another text is wrong. Sum -ln P[center, context] over "
        "the same pairs as in the likelihood, and divide by the length of the text."
    )
_P = _rng.dirichlet(np.ones(30), size=30)
_text = _rng.integers(30, size=300).tolist()
_value = float(negative_log_likelihood(_text, _P, 2))
assert np.isfinite(_value), (
    "For a text of 300 words your result is not finite: the likelihood, a product of many small "
    "numbers, underflows to 0 before its logarithm is taken. Add logarithms instead."
)
_pairs = embref.text.skip_gram_pairs(_text, 2)
_expected = -sum(np.log(_P[_w, _c]) for _w, _c in _pairs) / 300
assert np.isclose(_value, _expected, rtol=1e-4), (
    "For a long text the value is wrong: the product of the probabilities has lost its digits "
    "before the logarithm was taken. Add logarithms instead."
)
### END HIDDEN TESTS

# %% [markdown] answer="a_likelihood_text" points=2
# ### BEGIN SOLUTION
# $$L(\theta \mid T) = \prod_{t=1}^{|T|} \;
# \prod_{\substack{-m \le j \le m,\; j \ne 0 \\ 1 \le t+j \le |T|}} p(w_{t+j} \mid w_t, \theta),
# \qquad \text{NLL}(\theta) = -\frac{1}{|T|} \sum_{t=1}^{|T|} \; \sum_{\substack{-m \le j \le m,\;
# j \ne 0 \\ 1 \le t+j \le |T|}} \ln p(w_{t+j} \mid w_t, \theta),$$
#
# where $m$ is the size of the window.
#
# **Why the logarithm.** $\ln$ is strictly increasing and $-1/|T|$ is a negative constant, so the
# same $\theta$ maximizes $L$ and minimizes $\text{NLL}$. The second is the better function to
# compute with: a product of millions of probabilities underflows to 0, a sum of their logarithms
# does not; and the gradient of a sum is a sum of gradients, one per example, which is what
# stochastic gradient descent needs. Dividing by $|T|$ makes texts of different lengths comparable
# and changes neither the solution nor the direction of the gradient.
#
# **Independence.** Given $\theta$, the training examples are taken as independent: the probability
# of a context word depends on the center word and on $\theta$ only, not on the other words of the
# window nor on other positions. Words are of course not independent of each other; whatever they
# have to do with one another must be carried by $\theta$, the word vectors. That is why the
# vectors learn something.
# ### END SOLUTION

# %% [markdown]
# ## b) The loss of one example
#
# Six words, three dimensions: small enough for pencil and paper. These are the current parameters
# of a model in the middle of its training, one row per word, in the order of `vocabulary`.

# %%
vocabulary = ["Daenerys", "Frodo", "ring", "dragon", "Picard", "ship"]
W = embref.worked.get("mannheim.4b.loss").inputs["W"]  ### FREEZE
C = embref.worked.get("mannheim.4b.loss").inputs["C"]  ### FREEZE

# %% [markdown]
# The training example is (*Frodo*, *ring*): center word *Frodo*, context word *ring*, a positive
# example. What is its cross-entropy?
#
# 1. Looking up a row is the same as multiplying a one-hot vector by the matrix,
#    $\mathbf{w} = \mathbf{e}^\top W$. Write `one_hot`.
# 2. Write `logits`: the scores of one center word with **every** word of the vocabulary as its
#    context.
# 3. Write `cross_entropy`, the loss $-\ln p$ of the right class, from the logits and the row
#    number of that class. Natural logarithm.
# 4. Exercise sheets have slips, too. The one that this example comes from prints a loss of 1.60,
#    from the sum of exponentials $2.49 + 1.81 + 3.58 + 2.59 + 2.10$. Set `missing_word` to the
#    word of the vocabulary that was left out there. (Your own loss is larger than the printed one.
#    Do you see why it must be?)
# 5. In the text cell: how does this loss change when the probability of *ring* rises, and how when
#    the probability of another word rises? What does that do to the vectors of words that occur
#    together, and what does it have to do with the distributional hypothesis?
#
# The text is graded by hand: one point for both directions of the loss with the reason, one point
# for the link from dot products to the distributional hypothesis.

# %% [markdown] hints="b"
# 1. The center word uses one matrix, all its possible context words the other one. And the sum in
#    the denominator of the softmax runs over *all* classes; is the right class one of them?
# 2. $s_v = \mathbf{w} \cdot \mathbf{c}_v$ for all $v \in V$, and
#    $-\ln p(\text{target}) = -s_{\text{target}} + \ln \sum_{v \in V} e^{s_v}$.
# 3. `return C @ W[center]` gives all logits at once; `cross_entropy` can begin with
#    `log_normalizer = np.log(np.sum(np.exp(scores)))`.


# %% solution="b_one_hot"
def one_hot(row, n_words):
    """Encode a word as a one-hot vector.

    Parameters
    ----------
    row : int
        Row number of the word, counted from 0.
    n_words : int
        Size of the vocabulary.

    Returns
    -------
    ndarray of shape (n_words,)
        1 at the place of the word and 0 elsewhere, so that ``one_hot(row, n_words) @ W`` is the
        word's row of W.
    """
    ### BEGIN SOLUTION
    vector = np.zeros(n_words)
    vector[row] = 1
    return vector
    ### END SOLUTION


# %% tests="test_b_one_hot" points=1
import numpy as np

_vector = np.asarray(one_hot(2, 5), dtype=float)
assert _vector.shape == (5,), (
    f"For five words the vector must have shape (5,); yours has shape {_vector.shape}."
)
assert _vector.sum() == 1 and np.count_nonzero(_vector) == 1, (
    "Exactly one entry of a one-hot vector is 1, and all others are 0."
)
_W = np.arange(10.0).reshape(5, 2)
assert np.array_equal(_vector @ _W, _W[2]), (
    "Your vector picks a wrong row of a matrix. Row numbers count from 0 here, as in NumPy."
)
### BEGIN HIDDEN TESTS
_W = np.random.default_rng(1).normal(size=(8, 3))
for _row in range(8):
    _picked = np.asarray(one_hot(_row, 8), dtype=float) @ _W
    assert np.allclose(_picked, _W[_row]), (
        "For some words the one-hot vector does not pick their row: the 1 stands at the row number."
    )
### END HIDDEN TESTS


# %% solution="b_logits"
def logits(W, C, center):
    """Score one center word with every word as its context.

    Parameters
    ----------
    W : ndarray of shape (n_words, d)
        Center vectors, one per row.
    C : ndarray of shape (n_words, d)
        Context vectors, one per row.
    center : int
        Row number of the center word.

    Returns
    -------
    ndarray of shape (n_words,)
        Dot products, in the order of the vocabulary.
    """
    ### BEGIN SOLUTION
    return C @ W[center]
    ### END SOLUTION


# %% tests="test_b_logits" points=1
import numpy as np

_W = np.array([[1.0, 0.0], [0.0, 2.0], [1.0, 1.0]])
_C = np.array([[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]])
_scores = np.asarray(logits(_W, _C, 0), dtype=float)
assert _scores.shape == (3,), (
    "There is one logit for each word of the vocabulary, here an array of shape (3,); yours has "
    f"shape {_scores.shape}."
)
assert np.allclose(_scores, _C[:, 0]), (
    "The center vector [1, 0] must pick the first component of every *context* vector. A word as a "
    "possible context is represented by its row of C."
)
assert np.allclose(logits(2 * _W, _C, 1), 2 * np.asarray(logits(_W, _C, 1))), (
    "Doubling the center vectors must double the logits: a logit is a plain dot product, not yet a "
    "probability."
)
### BEGIN HIDDEN TESTS
import embref.word2vec

_rng = np.random.default_rng(6)
for _n_words, _d in ((6, 3), (4, 4), (9, 2)):
    _W, _C = _rng.normal(size=(2, _n_words, _d))
    for _center in (0, _n_words - 1):
        _scores = np.asarray(logits(_W, _C, _center), dtype=float)
        _expected = embref.word2vec.logits(_W, _C, _center)
        assert not np.allclose(_scores, _W @ _C[_center], rtol=1e-4), (
            "The roles of the matrices are exchanged: the center word is looked up in W, and its "
            "possible contexts are the rows of C."
        )
        assert np.allclose(_scores, _expected, rtol=1e-4, atol=1e-5), (
            "With other vectors the logits are wrong: each is the dot product of the center word's "
            "row of W with one row of C."
        )
### END HIDDEN TESTS


# %% solution="b_cross_entropy"
def cross_entropy(scores, target):
    """Compute the cross-entropy of one example from its logits.

    Parameters
    ----------
    scores : ndarray of shape (n_words,)
        Logits of all classes.
    target : int
        Row number of the right class.

    Returns
    -------
    float
        -ln of the softmax probability of the right class.
    """
    ### BEGIN SOLUTION
    largest = np.max(scores)
    log_normalizer = largest + np.log(np.sum(np.exp(scores - largest)))
    return float(log_normalizer - scores[target])
    ### END SOLUTION


# %% tests="test_b_cross_entropy" points=3
import numpy as np

_loss = cross_entropy(np.zeros(4), 1)
assert np.ndim(_loss) == 0, "The loss of one example is a single number."
assert _loss > 0, "The loss is -ln of a probability, so it cannot be negative."
assert not np.isclose(_loss, np.log(3)), (
    "With four equal logits the right class has probability 1/4, but your loss says 1/3. The sum "
    "over all classes includes the right class itself."
)
assert np.isclose(_loss, np.log(4)), (
    "With four equal logits every class has probability 1/4, so the loss must be ln 4, the natural "
    "logarithm. A sigmoid looks at one logit alone and belongs to the binary task."
)
_scores = np.array([0.5, -1.0, 2.0])
_losses = [cross_entropy(_scores, _target) for _target in range(3)]
assert np.isclose(np.exp(-np.array(_losses)).sum(), 1), (
    "exp(-loss) is the probability of the right class, so over all possible right classes these "
    "numbers must sum to 1."
)
### BEGIN HIDDEN TESTS
import embref.losses
import embref.word2vec
import embref.worked

_rng = np.random.default_rng(8)
for _n_words in (2, 5, 12):
    _scores, _target = 3 * _rng.normal(size=_n_words), int(_rng.integers(_n_words))
    _expected = embref.losses.cross_entropy_from_logits(_scores, _target)
    assert np.isclose(float(cross_entropy(_scores, _target)), _expected, rtol=1e-4, atol=1e-6), (
        "With other logits the loss is wrong: it is minus the logit of the right class plus the "
        "logarithm of the sum of all exponentials."
    )
_given = embref.worked.get("mannheim.4b.loss").inputs
_scores = embref.word2vec.logits(_given["W"], _given["C"], 1)
embref.worked.check("mannheim.4b.loss", float(cross_entropy(_scores, 2)))
### END HIDDEN TESTS

# %% [markdown]
# Put together, the loss of (*Frodo*, *ring*):

# %%
scores = logits(W, C, vocabulary.index("Frodo"))
for word, score in zip(vocabulary, scores):
    print(f"{word:>8}  logit {score:.4f}  exponential {np.exp(score):.4f}")
print(f"loss of (Frodo, ring): {cross_entropy(scores, vocabulary.index('ring')):.4f}")

# %% solution="b_missing_word"
# Set missing_word to one of the six words, as a string.
### BEGIN SOLUTION
missing_word = "ring"
### END SOLUTION

# %% tests="test_b_missing_word" points=1
import numpy as np

assert isinstance(missing_word, str), "missing_word must be a string such as 'ship'."
assert missing_word in ["Daenerys", "Frodo", "ring", "dragon", "Picard", "ship"], (
    "missing_word must be one of the six words of the vocabulary, written as there."
)
### BEGIN HIDDEN TESTS
import embref.word2vec
import embref.worked

_given = embref.worked.get("mannheim.4b.loss").inputs
_terms = np.exp(embref.word2vec.logits(_given["W"], _given["C"], 1))
_row = ["Daenerys", "Frodo", "ring", "dragon", "Picard", "ship"].index(missing_word)
_printed = np.array(embref.worked.get("mannheim.4b.exponentials").printed, dtype=float)
assert np.abs(_printed - _terms[_row]).min() > 0.02, (
    "The exponential of the word you name is among the printed ones. Compare the exponentials of "
    "all six logits with the five summands."
)
### END HIDDEN TESTS

# %% [markdown] answer="b_behavior" points=2
# ### BEGIN SOLUTION
# The loss is $-\ln p(\text{ring} \mid \text{Frodo})$. It falls when the probability of *ring*
# rises. All probabilities share one denominator and sum to 1, so when another word gets more, the
# others together get less: if the logit of any other word rises, *ring* becomes less probable and
# the loss rises. So the model is rewarded for what occurred and punished for probability that it
# gives away.
#
# The logits are dot products. To lower the loss, training turns $\mathbf{w}_{Frodo}$ and
# $\mathbf{c}_{ring}$ toward each other and $\mathbf{w}_{Frodo}$ away from the context vectors of
# words that do not occur near *Frodo*. Words that occur in the same contexts are pulled toward the
# same context vectors and so become similar to each other: the distributional hypothesis, that
# words are known by the company they keep, written as a loss.
# ### END SOLUTION

# %% [markdown]
# ## c) What one step changes
#
# Stochastic gradient descent computes the gradient of the loss of a *single* example and takes one
# step against it. Which parameters does that step change?
#
# 1. Write `gradients`: the gradients of the loss of one example (center, context) with respect to
#    all of $W$ and all of $C$. The derivative of the cross-entropy with respect to the logits is
#    beautifully simple, $\partial L / \partial s_v = p_v - y_v$, where $p$ are the softmax
#    probabilities and $y$ is the one-hot vector of the context word; the chain rule does the rest.
# 2. Write `updated_rows`: which rows of $W$ and which rows of $C$ have a gradient that is not
#    zero, in general? A claim that you may read somewhere, "all context vectors except the one of
#    the center word", is worth checking with your gradients.
# 3. In the text cell: *why* are these parameters updated, how does the cost of a step grow with
#    the vocabulary, and how many rows are updated when the softmax is replaced by the binary task
#    with $k$ sampled negatives?
#
# The text is graded by hand: one point for the reason and the growth of the cost, one point for the
# number of rows with negative sampling, in $W$ and in $C$.

# %% [markdown] hints="c"
# 1. Each logit is $s_v = \mathbf{w} \cdot \mathbf{c}_v$. With respect to which vectors does it
#    have a derivative, and what is it? Then ask for which $v$ the error $p_v - y_v$ can be zero.
# 2. With the errors $\mathbf{e} = \mathbf{p} - \mathbf{y}$:
#    $\partial L / \partial \mathbf{w} = C^\top \mathbf{e}$ and
#    $\partial L / \partial \mathbf{c}_v = e_v \mathbf{w}$.
# 3. `errors = np.exp(scores - scores.max())`, then divide by the sum, then
#    `errors[context] -= 1`.


# %% solution="c_gradients"
def gradients(W, C, center, context):
    """Compute the gradients of the cross-entropy of one example.

    Parameters
    ----------
    W : ndarray of shape (n_words, d)
        Center vectors.
    C : ndarray of shape (n_words, d)
        Context vectors.
    center : int
        Row number of the center word.
    context : int
        Row number of the context word.

    Returns
    -------
    dW : ndarray of shape (n_words, d)
        Gradient with respect to W; rows that the loss does not depend on are zero.
    dC : ndarray of shape (n_words, d)
        Gradient with respect to C.
    """
    ### BEGIN SOLUTION
    scores = C @ W[center]
    errors = np.exp(scores - scores.max())
    errors /= errors.sum()
    errors[context] -= 1
    dW = np.zeros(W.shape)
    dW[center] = errors @ C
    return dW, np.outer(errors, W[center])
    ### END SOLUTION


# %% tests="test_c_gradients" points=3
import numpy as np

_rng = np.random.default_rng(9)
_W, _C = _rng.normal(size=(2, 5, 3))
_dW, _dC = (np.asarray(_gradient, dtype=float) for _gradient in gradients(_W, _C, 1, 3))
assert _dW.shape == (5, 3) and _dC.shape == (5, 3), (
    "A gradient has the shape of its parameters, here (5, 3) for both matrices; yours have shapes "
    f"{_dW.shape} and {_dC.shape}."
)
assert np.allclose(np.delete(_dW, 1, axis=0), 0), (
    "Only the center word is looked up in W, so all other rows of dW must be zero."
)
assert _dC[3] @ _W[1] < 0, (
    "A step against the gradient must raise the score of the observed pair, but your gradient for "
    "the context word lowers it. Is the 1 of the one-hot vector subtracted?"
)
assert np.all(np.delete(_dC, 3, axis=0) @ _W[1] > 0), (
    "A step against the gradient must lower the score of every other word as context, the center "
    "word's own row of C included: all of them stand in the denominator of the softmax."
)
assert np.allclose(_dC.sum(axis=0), 0, atol=1e-5), (
    "Probabilities sum to 1 and so does the one-hot vector, so the errors sum to 0 and with them "
    "the rows of dC. In yours something is left over."
)
_dW, _ = gradients(_W, np.ones((5, 3)), 1, 3)
assert np.allclose(_dW, 0, atol=1e-5), (
    "If all context vectors are equal, turning the center vector changes no probability, so dW "
    "must be zero. The gradient for the center vector is a combination of *context* vectors."
)
### BEGIN HIDDEN TESTS
import embref.word2vec

for _n_words, _d, _center, _context in ((6, 3, 1, 2), (4, 4, 2, 2), (9, 2, 8, 0)):
    _W, _C = _rng.normal(size=(2, _n_words, _d))
    _dW, _dC = gradients(_W, _C, _center, _context)
    _expected_dW, _expected_dC = embref.word2vec.softmax_gradients(_W, _C, _center, _context)
    assert np.allclose(np.asarray(_dC, dtype=float), _expected_dC, rtol=1e-3, atol=1e-5), (
        "The gradient with respect to C is not the derivative of the loss in another model: row v "
        "must be the error of class v times the center vector."
    )
    assert np.allclose(np.asarray(_dW, dtype=float), _expected_dW, rtol=1e-3, atol=1e-5), (
        "The gradient with respect to W is not the derivative of the loss in another model: its "
        "only row must be the sum of all context vectors, each times its error."
    )
### END HIDDEN TESTS


# %% solution="c_updated_rows"
def updated_rows(n_words, center, context):
    """Say which parameters one step of stochastic gradient descent changes.

    Parameters
    ----------
    n_words : int
        Size of the vocabulary.
    center : int
        Row number of the center word.
    context : int
        Row number of the context word.

    Returns
    -------
    rows_of_W : list of int
        Rows of W with a gradient that is not zero.
    rows_of_C : list of int
        Rows of C with a gradient that is not zero.
    """
    ### BEGIN SOLUTION
    return [center], list(range(n_words))
    ### END SOLUTION


# %% tests="test_c_updated_rows" points=1
import numpy as np

_rows_of_W, _rows_of_C = updated_rows(6, 1, 2)
assert all(0 <= _row < 6 for _row in [*_rows_of_W, *_rows_of_C]), (
    "Row numbers of a vocabulary of six words go from 0 to 5."
)
assert 2 in _rows_of_C, "At the very least the vector of the context word is updated in C."
### BEGIN HIDDEN TESTS
import embref.word2vec

for _n_words, _center, _context in ((6, 1, 2), (9, 4, 0), (5, 3, 3)):
    _W, _C = np.random.default_rng(_n_words).normal(size=(2, _n_words, 3))
    _dW, _dC = embref.word2vec.softmax_gradients(_W, _C, _center, _context)
    _rows_of_W, _rows_of_C = updated_rows(_n_words, _center, _context)
    assert {int(_row) for _row in _rows_of_W} == set(np.flatnonzero(np.any(_dW != 0, axis=1))), (
        "The rows of W are wrong: which center vectors does the loss of one example look at?"
    )
    assert {int(_row) for _row in _rows_of_C} == set(np.flatnonzero(np.any(_dC != 0, axis=1))), (
        "The rows of C are wrong: whose context vectors stand in the denominator of the softmax?"
        " No probability is exactly 0 or 1, so no error is zero, whatever role a word plays "
        "elsewhere."
    )
### END HIDDEN TESTS

# %% [markdown]
# One step of gradient descent, and the loss before and after it. It should fall.

# %%
frodo, ring = vocabulary.index("Frodo"), vocabulary.index("ring")
dW, dC = gradients(W, C, frodo, ring)
for step in (0.0, 0.5):
    loss = cross_entropy(logits(W - step * dW, C - step * dC, frodo), ring)
    print(f"step {step}: loss {loss:.4f}")

# %% [markdown] answer="c_cost" points=2
# ### BEGIN SOLUTION
# **Why.** The loss of (center, context) uses one center vector, $\mathbf{w}$, so one row of $W$ is
# updated. Its softmax has every word of the vocabulary in the denominator, so it depends on every
# row of $C$, the center word's own row included, and since no probability is exactly 0 or 1, all
# $|V|$ rows are updated. Computing the probability takes $|V|$ dot products and updating takes
# $|V|$ vectors: the cost of one example is proportional to $|V| \cdot d$, for hundred thousands of
# words tens of millions of operations per pair of words.
#
# **Negative sampling.** The binary task scores the positive pair and $k$ sampled negatives and
# nothing else. One row of $W$ is updated as before, but only $1 + k$ rows of $C$ (fewer if a word
# is drawn twice), independent of $|V|$.
# ### END SOLUTION
