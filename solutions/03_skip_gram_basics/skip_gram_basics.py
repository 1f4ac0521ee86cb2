# ---
# jupyter:
#   jupytext:
#     text_representation: {extension: .py, format_name: percent}
#   kernelspec: {display_name: Python 3, language: python, name: python3}
# ---

# %% [markdown]
# # Skip-Gram Basics
#
# Nobody labels the data from which word embeddings are learned: a running text is enough.
# Skip-gram turns the text into thousands of small exam questions, "which words stand near this
# one?", and the vectors are whatever helps to answer them.
# In this notebook you build everything that comes *before* training.
#
# | | Skip-gram, the original task |
# |:--|:--|
# | **pairs** | (center word, context word), for all words at most `window` positions apart |
# | **score** | dot product $s = \mathbf{w} \cdot \mathbf{c}$ of a center and a context vector |
# | **loss** | cross-entropy of the softmax over the whole vocabulary |
#
# **You will learn** to state the task as a classification problem, to generate its training
# examples, to count its parameters, and to read one final vector per word out of the model.
#
# **Time:** about 60 minutes. You need NumPy and nothing else.
#
# **Handing in.** Fill in the cells marked for you, restart the kernel, run all cells from top to
# bottom, save, and hand in this file under its own name. The tests you can see guide you; further
# tests with other inputs decide about the points.

# %%
import numpy as np

# %% [markdown]
# ## a) The original task
#
# There are two ways to make a classification problem out of neighboring words.
# The *binary* task asks about a pair: do $w$ and $c$ belong together, yes or no?
# The *original* task asks about a position: given the center word $w_i$, which word $c_j$ stands
# next to it?
#
# 1. Write `number_of_classes`: how many classes does the classifier of the **original** task choose
#    from, when its vocabulary is made of the words of `tokens`?
# 2. A classifier returns one unnormalized score (*logit*) per class. Write `softmax`, which turns
#    the logits for one center word into probabilities. It must also survive large logits such as
#    1000: $e^{1000}$ overflows, although the probabilities are harmless.
# 3. In the text cell, write down the original task formally: $p(c_j \mid w_i)$ in terms of the
#    logits $s_{ij}$, and say how it differs from the binary task.
#
# The text is graded by hand: one point for the formula with the correct set in the denominator, one
# point for a correct comparison with the binary task (number of classes, and which function makes
# probabilities).

# %% [markdown] hints="a"
# 1. Whatever may be predicted is a class. Does a class appear twice because its word appears twice
#    in the text? And may a word stand next to itself? For the softmax: what happens to a fraction
#    when you multiply its numerator and its denominator by the same number?
# 2. $p_j = \dfrac{e^{s_j - m}}{\sum_{v} e^{s_v - m}}$ for any constant $m$; the maximum of the
#    logits is a good one.
# 3. Begin `softmax` with `exponentials = np.exp(logits - np.max(logits))`.


# %% solution="a_number_of_classes"
def number_of_classes(tokens):
    """Count the classes of the original skip-gram task.

    Parameters
    ----------
    tokens : list of str
        The words of a text, in order.

    Returns
    -------
    int
        How many words the classifier chooses from, whatever the center word is.
    """
    ### BEGIN SOLUTION
    return len(set(tokens))
    ### END SOLUTION


# %% tests="test_a_number_of_classes" points=1
import numpy as np

_tokens = ["the", "raven", "and", "the", "writing", "desk"]
_n = number_of_classes(_tokens)
assert isinstance(_n, (int, np.integer)), (
    f"number_of_classes must return a whole number, but it returns a {type(_n).__name__}."
)
assert number_of_classes(_tokens + _tokens) == _n, (
    "Writing the same text twice changes your number of classes. A class is a word of the "
    "vocabulary, not a position in the text: count different words."
)
assert number_of_classes(_tokens + ["hatter"]) == _n + 1, (
    "A new word in the text must add exactly one class. The answers yes and no belong to the "
    "binary task; in the original task the word itself is predicted."
)
### BEGIN HIDDEN TESTS
import embref.text
import embref.worked

_words = embref.worked.get("mannheim.3a.n_classes").inputs["vocabulary"]
embref.worked.check("mannheim.3a.n_classes", number_of_classes(list(_words)))
for _size in (1, 7, 40):
    _rng = np.random.default_rng(_size)
    _text = [f"word{_i}" for _i in _rng.integers(_size, size=3 * _size)]
    _expected = len(embref.text.Vocabulary(_text))
    _n = number_of_classes(_text)
    assert _n == _expected, (
        "number_of_classes is wrong for another text: it must be the size of the vocabulary, "
        "each different word counted once."
    )
### END HIDDEN TESTS


# %% solution="a_softmax"
def softmax(logits):
    """Turn logits into probabilities.

    Parameters
    ----------
    logits : ndarray of shape (n_classes,)
        One score per class; may be large, negative or both.

    Returns
    -------
    ndarray of shape (n_classes,)
        Positive numbers with sum 1, in the order of the logits.
    """
    ### BEGIN SOLUTION
    exponentials = np.exp(logits - np.max(logits))
    return exponentials / exponentials.sum()
    ### END SOLUTION


# %% tests="test_a_softmax" points=2
import numpy as np

_logits = np.array([0.3, -1.2, 2.0, 0.3])
_p = np.asarray(softmax(_logits), dtype=float)
assert _p.shape == (4,), (
    f"Four logits must give four probabilities, an array of shape (4,); yours has shape {_p.shape}."
)
assert np.all(_p > 0), "A probability is not positive: the exponential of each logit comes first."
assert np.isclose(_p.sum(), 1, atol=1e-6), (
    "The probabilities of all classes must sum to 1. Independent sigmoids do not: divide each "
    "exponential by the sum of all exponentials."
)
assert np.argmax(_p) == 2 and np.isclose(_p[0], _p[3]), (
    "The largest logit must get the largest probability, and equal logits equal probabilities."
)
_p = np.asarray(softmax(np.array([1000.0, 1000.0, -1000.0])), dtype=float)
assert np.all(np.isfinite(_p)), (
    "Large logits overflow. Subtract the largest logit from all of them before np.exp: the "
    "probabilities stay the same."
)
### BEGIN HIDDEN TESTS
import embref.losses

_rng = np.random.default_rng(3)
for _logits in (_rng.normal(size=5), 20 * _rng.normal(size=8), _rng.normal(size=6) - 900):
    _p = np.asarray(softmax(_logits), dtype=float)
    assert np.all(np.isfinite(_p)), (
        "softmax gives nan or inf for some logits, very negative ones included: subtract the "
        "largest logit from all of them before np.exp."
    )
    assert np.isclose(_p.sum(), 1, atol=1e-5), "The probabilities of other logits do not sum to 1."
    assert np.allclose(_p, embref.losses.softmax(_logits), rtol=1e-4, atol=1e-6), (
        "The probabilities sum to 1, but they are not the softmax of the logits: the ratio of two "
        "of them must be the exponential of the difference of their logits."
    )
### END HIDDEN TESTS

# %% [markdown] answer="a_original_task" points=2
# ### BEGIN SOLUTION
# Let $s_{ij}$ be the logit for center word $w_i$ and context word $c_j$. The original task is
#
# $$p(c_j \mid w_i) = \frac{\exp(s_{ij})}{\sum_{v \in V} \exp(s_{iv})},$$
#
# for each position $j \neq i$ at most `window` away from $i$. The denominator runs over the whole
# vocabulary $V$, so this is one multi-class problem with $|V|$ classes whose probabilities sum to
# 1.
#
# The binary task has two classes per *pair*: $p(\text{True} \mid w, c) = \sigma(s_{wc})$. The
# sigmoid looks at one score alone, so the probabilities of different context words need not sum
# to 1, and a model needs negative examples to learn from.
# ### END SOLUTION

# %% [markdown]
# ## b) Positive training examples
#
# Take a single sentence as the entire training set. A *context window* of size 2 slides over it:
# at every position, the word there is the center word, and the two words before and the two words
# after it are its context, as far as they exist.

# %%
sentence = "The quick brown fox jumped over the lazy dog"
tokens = sentence.split()
print(len(tokens), "tokens:", tokens)

# %% [markdown]
# 1. Write `context_windows`: one window per position, each a center word with the list of its
#    context words.
# 2. Write `positive_pairs`, which turns windows into training examples (center, context). If a pair
#    occurs several times in the text, it is several examples: frequency is information.
#
# What counts is *position*: a word that occurs twice inside a window is context twice, and a second
# occurrence of the center word is context like any other word.

# %% [markdown] hints="b"
# 1. Look at the first and at the last word by hand. How many context words do they have? What does
#    Python do with a slice such as `tokens[-2:0]`?
# 2. The context of position $i$ are the tokens at the positions $\max(0, i - \text{window}),
#    \dots, i - 1$ and $i + 1, \dots, i + \text{window}$. Slices may run over the right end of a
#    list, but not over the left one.
# 3. In a loop over positions: `left = tokens[max(0, i - window) : i]`. For the pairs, use two
#    nested loops: over the windows, and over the context words of each.


# %% solution="b_context_windows"
def context_windows(tokens, window):
    """List the context window of every position.

    Parameters
    ----------
    tokens : list of str
        The words of a text, in order.
    window : int
        How many words on each side belong to the context.

    Returns
    -------
    list of (str, list of str)
        For each position its center word and its context words from left to right.
    """
    ### BEGIN SOLUTION
    windows = []
    for position, center in enumerate(tokens):
        left = tokens[max(0, position - window) : position]
        right = tokens[position + 1 : position + 1 + window]
        windows.append((center, left + right))
    return windows
    ### END SOLUTION


# %% tests="test_b_context_windows" points=2
import numpy as np


def _as_tuples(windows):
    return [(center, tuple(context)) for center, context in windows]


_windows = _as_tuples(context_windows(["to", "be", "or", "not", "to", "be"], 1))
assert [_center for _center, _ in _windows] == ["to", "be", "or", "not", "to", "be"], (
    "Each token must be the center word of exactly one window, in the order of the text; windows "
    "at the edges count although they are shorter."
)
assert _windows[2] == ("or", ("be", "not")), (
    "With window 1 the context of 'or' in 'to be or not to be' is one word on each side, without "
    f"the center word itself; yours is {list(_windows[2][1])}."
)
assert _windows[0] == ("to", ("be",)), (
    "The first word has nothing on its left, so its only context word is 'be'; yours is "
    f"{list(_windows[0][1])}. Mind what Python does with negative positions."
)
### BEGIN HIDDEN TESTS
import embref.text

_rng = np.random.default_rng(5)
_texts = [
    ("The quick brown fox jumped over the lazy dog".split(), 2),
    ([f"word{_i}" for _i in _rng.permutation(12)], 3),
    (["one", "two", "three"], 5),
]
for _tokens, _window in _texts:
    _windows = _as_tuples(context_windows(_tokens, _window))
    _expected = _as_tuples(embref.text.context_windows(_tokens, _window))
    assert len(_windows) == len(_expected), "For another text there is not one window per token."
    _middle = slice(_window, len(_tokens) - _window)
    assert _windows[_middle] == _expected[_middle], (
        "In the middle of a text a window has the wrong words: it must hold the center word and "
        "exactly `window` words on each side, from left to right."
    )
    assert _windows == _expected, (
        "Near the edges of a text, or when the text is shorter than the window, the context is "
        "wrong: take the words that exist, no fewer and none from the other end."
    )
_tokens = ["no"] * 3 + ["yes"] + ["no"] * 2
assert _as_tuples(context_windows(_tokens, 2)) == _as_tuples(
    embref.text.context_windows(_tokens, 2)
), (
    "With repeated words the context is wrong. Leave out the center *position*, not every word "
    "that equals the center word."
)
### END HIDDEN TESTS


# %% solution="b_positive_pairs"
def positive_pairs(windows):
    """Turn context windows into positive training examples.

    Parameters
    ----------
    windows : list of (str, list of str)
        Center word and context words of each position.

    Returns
    -------
    list of (str, str)
        All pairs (center word, context word), repeated ones included.
    """
    ### BEGIN SOLUTION
    return [(center, word) for center, context in windows for word in context]
    ### END SOLUTION


# %% tests="test_b_positive_pairs" points=2
from collections import Counter

_windows = [("fox", ["quick", "brown"]), ("dog", ["lazy"])]
_pairs = [tuple(_pair) for _pair in positive_pairs(_windows)]
assert all(len(_pair) == 2 for _pair in _pairs), "Each example must be a pair (center, context)."
assert len(_pairs) == 3, (
    "Two windows with two and one context words give three examples, one per context word; "
    f"you return {len(_pairs)}."
)
assert ("lazy", "dog") not in _pairs, (
    "Your pairs are turned around: the center word comes first, the context word second."
)
### BEGIN HIDDEN TESTS
import embref.text

_tokens = "The quick brown fox jumped over the lazy dog".split()
_pairs = positive_pairs([(_w, list(_c)) for _w, _c in embref.text.context_windows(_tokens, 2)])
assert Counter(map(tuple, _pairs)) == Counter(embref.text.skip_gram_pairs(_tokens, 2)), (
    "From correct windows of the sentence about the fox you do not get its positive examples: each "
    "context word of each window must be paired with the center word of that window."
)
_tokens = ["row", "row", "row", "your", "boat"]
_pairs = positive_pairs([(_w, list(_c)) for _w, _c in embref.text.context_windows(_tokens, 2)])
assert Counter(map(tuple, _pairs)) == Counter(embref.text.skip_gram_pairs(_tokens, 2)), (
    "In a text with repeated words the examples are wrong. Keep every repetition, also pairs of a "
    "word with itself: how often a pair occurs is what the model learns from."
)
### END HIDDEN TESTS

# %% [markdown]
# All examples of the sentence, one line per window:

# %%
for center, context in context_windows(tokens, window=2):
    print(f"{center:>6} ->", ", ".join(context))
print(len(positive_pairs(context_windows(tokens, window=2))), "positive examples")

# %% [markdown]
# ## c) Parameters and their roles
#
# The dot product in the score compares a word as a *center* with a word as a *context*; the model
# keeps separate vectors for the two.
#
# 1. Write `count_parameters` for a skip-gram model with vectors of a given dimension. Try it on a
#    vocabulary of 101,425 words and 300 dimensions; does the number surprise you?
# 2. In the text cell: which matrices make up the parameters $\theta$, what are their shapes, and
#    when is a row of each of them used?
#
# The text is graded by hand: one point for both matrices with their shapes, one point for the role
# of a row in each.

# %% [markdown] hints="c"
# 1. Every word plays two roles. How many numbers does it need for one role?
# 2. $\theta = \{W, C\}$ with $W, C \in \mathbb{R}^{|V| \times d}$; the scores add no parameters.
# 3. `per_matrix = vocabulary_size * dimension`


# %% solution="c_count_parameters"
def count_parameters(vocabulary_size, dimension):
    """Count the parameters of a skip-gram model.

    Parameters
    ----------
    vocabulary_size : int
        Number of words, |V|.
    dimension : int
        Length d of a word vector.

    Returns
    -------
    int
        How many numbers training has to find.
    """
    ### BEGIN SOLUTION
    per_matrix = vocabulary_size * dimension
    return 2 * per_matrix
    ### END SOLUTION


# %% tests="test_c_count_parameters" points=1
import numpy as np

_count = count_parameters(50, 4)
assert isinstance(_count, (int, np.integer)), (
    f"A number of parameters is a whole number; count_parameters returns a {type(_count).__name__}."
)
assert count_parameters(100, 4) == 2 * _count, (
    "Twice as many words must need twice as many parameters: each word has vectors of its own."
)
assert count_parameters(50, 8) == 2 * _count, (
    "Vectors of twice the length must need twice as many parameters; the dot product adds none."
)
### BEGIN HIDDEN TESTS
import embref.word2vec
import embref.worked

embref.worked.check("mannheim.3c.n_parameters", count_parameters(101425, 300))
for _size, _dimension in ((1, 1), (7, 3), (2000, 50)):
    assert count_parameters(_size, _dimension) == embref.word2vec.n_parameters(_size, _dimension), (
        "The number of parameters of another model is wrong: count the entries of all matrices of "
        "word vectors, and nothing else."
    )
### END HIDDEN TESTS

# %% [markdown] answer="c_roles" points=2
# ### BEGIN SOLUTION
# $\theta = \{W, C\}$, two matrices of the same shape $|V| \times d$, each with one row per word.
# With 101,425 words and 300 dimensions each has 30,427,500 entries, together 60,855,000.
#
# - A row of $W$ is the vector of its word when that word is the **center** (source) word: it is
#   looked up to ask the question.
# - A row of $C$ is the vector of its word when that word is a **context** (target) word: it is
#   scored as a possible answer.
#
# The score of a pair is the dot product of one row of each. With a single matrix a word would score
# highest with itself or with its duplicates, although words rarely stand next to themselves.
# ### END SOLUTION

# %% [markdown]
# ## d) One final vector per word
#
# After training, a word has a row in $W$ and a row in $C$, but an application wants *one* vector.
#
# 1. Write `lookup`, which returns the vector of the word with a given **rank**. Ranks count like
#    people do: *Frodo*, the 79th word of the vocabulary, has rank 79. Rows of an array count from
#    0.
# 2. Write `final_vector`, which combines the center vector $\mathbf{w}$ and the context vector
#    $\mathbf{c}$ of a word in one of five ways: `"first"` ($\mathbf{w}$ alone), `"second"`
#    ($\mathbf{c}$ alone), `"sum"`, `"average"`, or `"concatenation"` ($\mathbf{w}$ followed by
#    $\mathbf{c}$).
# 3. In the text cell: which decision does one have to make to get final vectors? Compare
#    concatenation with **one** other way: what does each keep, lose, or cost?
#
# The text is graded by hand: one point for naming the decision, one point for a correct comparison
# that speaks about the dimension *and* about what happens to the learned features.

# %% [markdown] hints="d"
# 1. In which row of an array does the 1st word stand? For the combinations, write down the length
#    of the result before you compute it.
# 2. Row $= $ rank $- 1$. First, second, sum and average have length $d$; the concatenation
#    $\mathbf{w} \oplus \mathbf{c}$ has length $2d$.
# 3. `return W[rank - 1]`, and in `final_vector` begin with `if how == "first": return w`.


# %% solution="d_lookup"
def lookup(W, rank):
    """Look up the vector of a word.

    Parameters
    ----------
    W : ndarray of shape (n_words, d)
        One vector per row.
    rank : int
        Place of the word in the vocabulary, counted from 1.

    Returns
    -------
    ndarray of shape (d,)
        The word's vector.
    """
    ### BEGIN SOLUTION
    return W[rank - 1]
    ### END SOLUTION


# %% tests="test_d_lookup" points=1
import numpy as np

_W = np.arange(12.0).reshape(4, 3)
_vector = np.asarray(lookup(_W, 1), dtype=float)
assert _vector.shape == (3,), (
    f"A word vector is a row of W, here of shape (3,); yours has shape {_vector.shape}."
)
assert np.array_equal(_vector, _W[0]), (
    "The 1st word stands in the first row. NumPy counts rows from 0, ranks count from 1."
)
### BEGIN HIDDEN TESTS
_W = np.random.default_rng(7).normal(size=(100, 5))
for _rank in (2, 79, 100):
    assert np.allclose(np.asarray(lookup(_W, _rank), dtype=float), _W[_rank - 1], atol=1e-6), (
        "For a word further down the vocabulary lookup returns a wrong row: the word of rank n is "
        "the n-th row, counted from 1."
    )
### END HIDDEN TESTS


# %% solution="d_final_vector"
def final_vector(w, c, how):
    """Combine the two vectors of a word into one.

    Parameters
    ----------
    w : ndarray of shape (d,)
        Center vector.
    c : ndarray of shape (d,)
        Context vector.
    how : {"first", "second", "sum", "average", "concatenation"}
        Which way.

    Returns
    -------
    ndarray of shape (d,), or (2 d,) for the concatenation
        The final vector.
    """
    ### BEGIN SOLUTION
    if how == "first":
        return w
    if how == "second":
        return c
    if how == "sum":
        return w + c
    if how == "average":
        return (w + c) / 2
    return np.concatenate([w, c])
    ### END SOLUTION


# %% tests="test_d_final_vector" points=2
import numpy as np

_w, _c = np.array([1.0, 5.0, -2.0]), np.array([3.0, 5.0, 4.0])
for _how in ("first", "second", "sum", "average"):
    _shape = np.shape(final_vector(_w, _c, _how))
    assert _shape == (3,), (
        f"'{_how}' of two vectors of length 3 must have shape (3,); yours has shape {_shape}."
    )
_shape = np.shape(final_vector(_w, _c, "concatenation"))
assert _shape == (6,), (
    "The concatenation is one vector that is twice as long, shape (6,), not two rows and not a "
    f"sum; yours has shape {_shape}."
)
assert np.allclose(final_vector(_w, _w, "average"), _w), (
    "The average of a vector with itself must be the vector."
)
### BEGIN HIDDEN TESTS
import embref.word2vec

_rng = np.random.default_rng(11)
_w, _c = _rng.normal(size=7), _rng.normal(size=7)
for _how in ("first", "second", "sum", "average", "concatenation"):
    _expected = embref.word2vec.combine_vectors(_w[np.newaxis], _c[np.newaxis], _how)[0]
    assert np.allclose(np.asarray(final_vector(_w, _c, _how), dtype=float), _expected, atol=1e-5), (
        f"'{_how}' gives a wrong vector. 'first' is the center vector, 'second' the context "
        "vector, sum and average work component by component, and a concatenation begins with the "
        "center vector."
    )
### END HIDDEN TESTS

# %% [markdown] answer="d_choice" points=2
# ### BEGIN SOLUTION
# The decision is **how to use the two learned vectors of a word**: keep one of them (usually the
# row of $W$) and throw the other away, or combine both (sum, average, concatenation).
#
# - *Concatenation* changes nothing: every learned feature is still there, and the dot product of
#   two concatenated vectors is the sum of the two separate dot products. The price is dimension
#   $2d$, so twice the memory and more parameters in whatever uses the vectors.
# - *Taking only $W$* keeps dimension $d$ and the center features as they are, but loses what was
#   learned about the word as a context.
# - *Sum and average* keep dimension $d$ and use both vectors, but they mix features: from the
#   result the two parts cannot be told apart. The two differ only by the factor 2, so cosines are
#   the same.
# ### END SOLUTION
