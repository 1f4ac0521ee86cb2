"""Fourth part of the CS246 deck: Word2Vec, with a forward pass by hand.

The deck's W has a center vector per row; its W' is the transpose of this book's C.
"""

from decimal import Decimal

import numpy as np
from numpy.typing import NDArray

from embref import word2vec
from embref.encodings import OneHotEncoder
from embref.losses import cross_entropy_from_logits, softmax
from embref.networks import Array, numerical_gradient
from embref.optim import SGD
from embref.text import Vocabulary, context_windows, skip_gram_pairs, tokenize
from embref.worked.cs246_digits import count, decimals, misprint, truncate
from embref.worked.registry import Claim, Entry, Number, Slip, Witness

DOCUMENT = "I read sci-fi books and drink orange juice"
WORDS = tuple(tokenize(DOCUMENT, lowercase=False))
WINDOW = 2
VOCABULARY = Vocabulary(WORDS)
READ, BOOKS, DRINK = (VOCABULARY.index(word) for word in ("read", "books", "drink"))
DIMENSION = 3
ARXIV_ID = "1301.3781"

PRINTED_BOOKS = (*decimals("0.5 2.3"), 2)
PRINTED_HIDDEN = decimals("0.5 2.3 2.2")
PRINTED_SCORES = decimals("1.0 5.6 -2.4 5.3 6.1 7.4 3.0 3.5")
PRINTED_PROBABILITIES = decimals("0.001 0.104 0 0.077 0.177 0.627 0.008 0.013")

# As printed: seven rows. The row of books is the fourth, so that of a later word is missing.
PRINTED_W = np.array(
    [
        [1.0, 2.0, 2.0],
        [-1.2, -3.0, -2.0],
        [1.2, 1.1, 0.5],
        [0.5, 2.3, 2.0],
        [-1.1, 0.6, -1.0],
        [1.0, -1.0, 2.0],
        [0.3, 1.2, 0.7],
    ]
)
W = PRINTED_W.copy()
W[BOOKS, 2] = 2.2
W_PRIME = np.array(
    [
        [1.0, 2.0, 2.0, 0.0, 0.7, 1.3, -1.0, -0.1],
        [1.2, 0.5, -1.0, 1.0, 0.3, 2.0, 0.6, 1.0],
        [-1.0, 1.6, -0.5, 1.4, 2.3, 1.0, 1.0, 0.6],
    ]
)
for _matrix in (PRINTED_W, W, W_PRIME):
    _matrix.setflags(write=False)

LISTED_CONTEXTS = {
    "I": ("read", "sci-fi"),
    "read": ("I", "sci-fi", "books"),
    "sci-fi": ("I", "read", "books"),
    "books": ("read", "sci-fi"),
    "and": ("sci-fi", "books", "drink"),
    "drink": ("books", "and"),
    "orange": ("drink", "juice"),
    "juice": ("drink", "orange"),
}
LISTED_PAIRS = [(word, context) for word, found in LISTED_CONTEXTS.items() for context in found]

# Weights of all eight words, for the formulas of the architecture.
WITNESS_W = np.sin(np.arange(1.0, 25.0)).reshape(8, DIMENSION)


def context(word: str) -> tuple[str, ...]:
    """Return the context words of a word of the document."""
    return context_windows(WORDS, WINDOW)[WORDS.index(word)].context


def pairs() -> list[tuple[str, str]]:
    """Return all pairs of target and context word."""
    return skip_gram_pairs(WORDS, WINDOW)


def one_hot() -> NDArray[np.int64]:
    """Return the one-hot vectors of the words, one per row."""
    return OneHotEncoder(VOCABULARY.words, sparse_output=False).fit(WORDS).transform(WORDS)


def books_behind_scores() -> Array:
    """Solve the printed scores, half a digit added for what was cut off, for the hidden layer."""
    scores = np.array(PRINTED_SCORES, dtype=float)
    middle = scores + 0.05 * np.sign(scores)
    return np.linalg.lstsq(W_PRIME.T, middle, rcond=None)[0].round(1)


def scores() -> Array:
    """Return the scores of books with all words."""
    return word2vec.logits(W, W_PRIME.T, BOOKS)


def truncated_scores() -> Array:
    """Return the scores as the deck carries them on, cut after one decimal."""
    return truncate(scores(), 1)


def probabilities() -> Array:
    """Return the probabilities of all words in the context of books."""
    return word2vec.probabilities(W, W_PRIME.T, BOOKS)


def printed_probability_of_and() -> float:
    """Return that from the truncated scores with the last digit that is printed."""
    return misprint(float(softmax(truncated_scores())[WORDS.index("and")]), 3, 7)


def printed_probabilities() -> list[float]:
    """Return the probabilities from the truncated scores, one of them misprinted."""
    found = softmax(truncated_scores()).tolist()
    found[WORDS.index("and")] = printed_probability_of_and()
    return found


def loss() -> float:
    """Return the cross-entropy of the pair (books, read)."""
    return word2vec.cross_entropy_loss(W, W_PRIME.T, BOOKS, READ)


def _naive_context(position: int) -> list[int]:
    return [i for i in range(len(WORDS)) if 0 < abs(i - position) <= WINDOW]


def _witness_pairs(word: str) -> Witness:
    """Compare the places of the context words listed, of all, and by the distance of places."""
    listed = [WORDS.index(found) for found in LISTED_CONTEXTS[word]]
    right = [WORDS.index(found) for found in context(word)]
    return Witness(listed, right, _naive_context(WORDS.index(word)))


def _witness_n_gram() -> Witness:
    """Count what is predicted from books: an n-gram has n words."""
    return Witness(WINDOW - 1, 2 * WINDOW, len(_naive_context(BOOKS)))


def _witness_full_window() -> Witness:
    """Count the context words of the first word."""
    return Witness(2 * WINDOW, len(context("I")), len(_naive_context(0)))


def _witness_lookup() -> Witness:
    vectors = one_hot() @ WITNESS_W
    return Witness(vectors, vectors, WITNESS_W)


def _witness_output() -> Witness:
    formula = softmax(W_PRIME.T @ WITNESS_W.T @ one_hot()[BOOKS])
    exponentials = [
        np.exp(sum(WITNESS_W[BOOKS, d] * W_PRIME[d, j] for d in range(DIMENSION))) for j in range(8)
    ]
    right = word2vec.probabilities(WITNESS_W, W_PRIME.T, BOOKS)
    return Witness(formula, right, [e / sum(exponentials) for e in exponentials])


def _witness_definition() -> Witness:
    """Take a first distribution that is not one-hot, as the two context words of I give."""
    p, q = np.array([0.5, 0.5, 0.0]), np.array([0.6, 0.3, 0.1])
    terms = [-a * np.log(b) for a, b in zip(p, q, strict=True)]
    return Witness(-np.log(q[0]), -p @ np.log(q), sum(terms))


def _witness_update() -> Witness:
    """Take a step for W, and check the new W against numerical differentiation."""
    dW, _ = word2vec.softmax_gradients(WITNESS_W, W_PRIME.T, BOOKS, READ)
    W_new = WITNESS_W.copy()
    SGD(learning_rate=0.1).step([W_new], [dW])
    slope = numerical_gradient(
        lambda V: word2vec.cross_entropy_loss(V, W_PRIME.T, BOOKS, READ), WITNESS_W
    )
    return Witness(W_new, W_new, WITNESS_W - 0.1 * slope)


def _witness_predicted() -> Witness:
    """Tell whether the predicted word stands in the context of books."""
    predicted = int(np.argmax(probabilities()))
    return Witness(0, VOCABULARY.word(predicted) in context("books"), abs(DRINK - BOOKS) <= WINDOW)


def _contexts(word: str) -> Number:
    return Number(
        id=f"cs246.window.context_{word.lower()}",
        place="Slide Word2Vec: target and context",
        quantity=f"context words of {word} in the sentence of four words",
        printed=LISTED_CONTEXTS[word],
        inputs={"sentence": WORDS[:4], "window": WINDOW},
        compute=lambda: context_windows(WORDS[:4], WINDOW)[WORDS.index(word)].context,
    )


def _pairs_of(word: str, dots: bool = False) -> Number:
    listed = LISTED_CONTEXTS[word]
    return Number(
        id=f"cs246.pairs.{word.lower().replace('-', '_')}",
        place="Slide Word2Vec: Training data" + (": the first ones, then dots" if dots else ""),
        quantity=f"pairs of {word}" + (f", the first {len(listed)}" if dots else ""),
        printed=tuple((word, found) for found in listed),
        inputs={"document": WORDS, "window": WINDOW},
        compute=lambda: [pair for pair in pairs() if pair[0] == word][
            : len(listed) if dots else None
        ],
    )


def _missing_pairs(word: str, missing: str, reason: str, *, conditional: bool = False) -> Claim:
    listed = LISTED_CONTEXTS[word]
    return Claim(
        id=f"cs246.pairs.{word}",
        place="Slide Word2Vec: Training data",
        quantity=f"pairs of {word}; witness: places of the context words",
        form="wording",
        printed=" ".join(f"({word}, {found})" for found in listed),
        correct=" ".join(f"({word}, {found})" for found in context(word)),
        conditional=conditional,
        witness=lambda: _witness_pairs(word),
        reason=f"({word}, {missing}) is missing: {reason}",
    )


ARCHITECTURE: tuple[Entry, ...] = (
    count(
        "cs246.word2vec.n_examples",
        "Slide Agenda",
        "number of examples of embeddings learned by networks",
        3,
        ("Word2Vec", "task-specific embedding", "autoencoder"),
    ),
    Number(
        id="cs246.word2vec.year",
        place="Slide Word Embedding",
        quantity="year of the first paper",
        printed=2013,
        inputs={"arxiv_id": ARXIV_ID},
        compute=lambda: 2000 + int(ARXIV_ID[:2]),
    ),
    Claim(
        id="cs246.word2vec.unsupervised",
        place="Slides Word Embedding and Word2Vec: training the network",
        quantity="kind of learning",
        form="wording",
        printed="there are no labels; the task is unsupervised",
        correct="no person gives labels; the task is self-supervised",
        conditional=True,
        reason=(
            "Unsupervised in that the text is all that is needed. The loss that is minimized is a "
            "supervised one, whose label is the context word."
        ),
    ),
    count(
        "cs246.word2vec.n_architectures",
        "Slides Word2Vec and Word2Vec: Summary",
        "number of architectures",
        2,
        ("continuous bag of words", "skip-gram"),
    ),
    _contexts("I"),
    _contexts("read"),
    Claim(
        id="cs246.window.both_sides",
        place="Slide Word2Vec: target and context",
        quantity="number of context words; witness: those of the first word",
        form="wording",
        printed="2 words to the left and 2 words to the right of any word",
        correct="up to 2 words on each side, as many as there are",
        conditional=True,
        witness=_witness_full_window,
        reason="Fewer near the ends, as the example on the slide shows itself.",
    ),
    Number(
        id="cs246.window.n_windows",
        place="Slide Word2Vec: target and context, last: drawn, one row each",
        quantity="number of windows in the document",
        printed=8,
        inputs={"document": WORDS, "window": WINDOW},
        compute=lambda: len(context_windows(WORDS, WINDOW)),
        slips=(
            Slip(
                lambda: len(WORDS) - 2 * WINDOW,
                "Windows cut off at the ends count too: every word is a target once.",
            ),
        ),
    ),
    Number(
        id="cs246.word2vec.n_layers",
        place="Slide Word2Vec: architecture, first",
        quantity="number of layers with weights",
        printed=2,
        inputs={"matrices": ("W", "W'")},
        compute=lambda: len((WITNESS_W, W_PRIME)),
        slips=(Slip(lambda: 1, "One layer is hidden; the output layer has weights too."),),
    ),
    Claim(
        id="cs246.word2vec.n_gram",
        place="Slide Word2Vec: architecture, first",
        quantity="number of words predicted; witness: a window of size 2",
        form="wording",
        printed="with window size N, the words of the N-gram except the current one: N - 1",
        correct="with window size N, up to N words on each side: 2N",
        witness=_witness_n_gram,
        reason=(
            "An N-gram has N words; a window that takes N on each side has 2N + 1. The name means "
            "that a pair skips the words between its two."
        ),
    ),
    Claim(
        id="cs246.word2vec.symbol_n",
        place="Slides Word2Vec: architecture, first and second",
        quantity="meaning of N",
        form="notation",
        printed=r"N \text{: window size}; \quad N \text{: embedding dimension}",
        correct=r"\text{window size 2, embedding dimension } d = 3 \text{ in the example}",
        reason="One letter stands for two sizes that have nothing to do with each other.",
    ),
    Number(
        id="cs246.word2vec.n_parameters",
        place="Slide Word2Vec: architecture: the shapes are printed, not their sum",
        quantity="number of weights of the example, eight words in three dimensions",
        inputs={"vocabulary_size": len(VOCABULARY), "dimension": DIMENSION},
        compute=lambda: word2vec.n_parameters(len(VOCABULARY), DIMENSION),
        slips=(
            Slip(
                lambda: len(VOCABULARY) * DIMENSION,
                "Only one of the two matrices is counted; every word is a target and a context.",
            ),
            Slip(
                lambda: PRINTED_W.size + W_PRIME.size,
                "W is counted as printed; a row is missing there.",
            ),
        ),
    ),
    Claim(
        id="cs246.word2vec.lookup",
        place="Slide Word2Vec: architecture, last",
        quantity="embedding of a word: one-hot vector times weights",
        form="formula",
        printed=r"x^\top W",
        witness=_witness_lookup,
        reason="The product picks a row of W; programs look it up.",
    ),
)

TRAINING: tuple[Entry, ...] = (
    _pairs_of("I"),
    _pairs_of("read"),
    _pairs_of("sci-fi", dots=True),
    _pairs_of("books", dots=True),
    _missing_pairs(
        "and",
        "orange",
        "the list holds only with dots behind it, which other rows have.",
        conditional=True,
    ),
    _pairs_of("drink", dots=True),
    _missing_pairs(
        "orange",
        "and",
        "it comes first from left to right, where no dots could stand for it.",
    ),
    _pairs_of("juice"),
    Number(
        id="cs246.pairs.n_pairs",
        place="Slide Word2Vec: Training data: not all are printed",
        quantity="number of pairs of the document",
        inputs={"document": WORDS, "window": WINDOW},
        compute=lambda: len(pairs()),
        slips=(
            Slip(
                lambda: 2 * WINDOW * len(WORDS),
                "The first two and the last two windows are cut off by the ends of the document.",
            ),
            Slip(
                lambda: len(LISTED_PAIRS),
                "The slide leaves pairs out, some of them without saying so.",
            ),
            Slip(
                lambda: len(pairs()) // 2,
                "(I, read) and (read, I) are two examples: the order of a pair matters.",
            ),
        ),
    ),
    Number(
        id="cs246.pairs.all",
        place="Slide Word2Vec: Training data: not all are printed",
        quantity="all pairs of the document",
        inputs={"document": WORDS, "window": WINDOW},
        compute=pairs,
        ordered=False,
        slips=(
            Slip(
                lambda: list(LISTED_PAIRS),
                "The slide leaves pairs out, some of them without saying so.",
            ),
            Slip(
                lambda: skip_gram_pairs(WORDS, 1),
                "A window of size 2 takes two words on each side, not two in all.",
            ),
        ),
    ),
    Claim(
        id="cs246.word2vec.output",
        place="Slide Word2Vec: Loss function, first",
        quantity="output of the network",
        form="formula",
        printed=r"y = \operatorname{softmax}(W'^\top W^\top x)",
        witness=_witness_output,
    ),
    Claim(
        id="cs246.word2vec.context_symbol",
        place="Slide Word2Vec: Loss function, first",
        quantity="symbol of the context word",
        form="notation",
        printed=r"W_c",
        correct=r"w_c",
        conditional=True,
        reason="Holds if the capital is read as the word w_c of the line above, not as weights.",
    ),
    Claim(
        id="cs246.word2vec.cross_entropy",
        place="Slide Word2Vec: Loss function, second",
        quantity="cross-entropy; witness: two context words that are equally likely",
        form="formula",
        printed=r"CE(p, q) = -\log q_{\text{correct class}}",
        correct=r"CE(p, q) = -\sum_i p_i \log q_i",
        conditional=True,
        witness=_witness_definition,
        reason=(
            "The slide announces two distributions. The short form holds if the first is one-hot, "
            "as it is for a single pair; over all pairs of a word it is not."
        ),
    ),
    Claim(
        id="cs246.word2vec.logarithm",
        place="Slide Word2Vec: Loss function, second, against the example",
        quantity="base of the logarithm",
        form="notation",
        printed=r"-\log(0.8); \quad -\ln(0.104)",
        correct=r"-\ln(0.8); \quad -\ln(0.104)",
        conditional=True,
        reason="Holds if log is the natural logarithm throughout; the example says so only there.",
    ),
    Number(
        id="cs246.word2vec.loss",
        place="Slide Word2Vec: Loss function, second: the value is not worked out",
        quantity="cross-entropy where the right word has probability 0.8",
        inputs={"probability": Decimal("0.8")},
        compute=lambda: float(-np.log(0.8)),
        slips=(
            Slip(
                lambda: float(-np.log10(0.8)),
                "The logarithm to base 10 is taken; the example takes the natural one.",
            ),
            Slip(
                lambda: float(-np.log2(0.8)), "The logarithm to base 2 is taken, not the natural."
            ),
        ),
    ),
    Claim(
        id="cs246.word2vec.update",
        place="Slide Word2Vec: Backpropagation",
        quantity="new weights; witness: those of the pair (books, read)",
        form="formula",
        printed=r"W_{new} = W_{old} - \mu \, \partial L / \partial W",
        witness=_witness_update,
    ),
    Claim(
        id="cs246.word2vec.learning_rate",
        place="Slide Word2Vec: Backpropagation, against Neural Network: Training",
        quantity="symbol of the learning rate",
        form="notation",
        printed=r"\mu",
        correct=r"\eta",
        conditional=True,
        reason="Holds if μ is read as the learning rate, which was introduced as η.",
    ),
)

_EXAMPLE = "Slide Word2Vec: Example"
_CUT_SCORES = "The digits after the first decimal are cut off, not rounded: 5.67 becomes 5.6."

EXAMPLE: tuple[Entry, ...] = (
    Number(
        id="cs246.example.vocabulary",
        place=_EXAMPLE,
        quantity="words of the vocabulary in their order",
        printed=WORDS,
        inputs={"document": DOCUMENT},
        compute=lambda: Vocabulary(tokenize(DOCUMENT, lowercase=False)).words,
    ),
    Number(
        id="cs246.example.vocabulary_size",
        place=_EXAMPLE,
        quantity="size of the vocabulary",
        printed=8,
        inputs={"document": DOCUMENT},
        compute=lambda: len(VOCABULARY),
    ),
    Number(
        id="cs246.example.one_hot",
        place=_EXAMPLE,
        quantity="one-hot vectors of the words, one per row",
        printed=tuple(tuple(int(i == j) for j in range(8)) for i in range(8)),
        inputs={"vocabulary": VOCABULARY.words},
        compute=one_hot,
    ),
    Number(
        id="cs246.example.dimension",
        place=_EXAMPLE,
        quantity="dimension of the embeddings: columns of W, rows of W'",
        printed=3,
        inputs={"W'": W_PRIME},
        compute=lambda: len(W_PRIME),
    ),
    Number(
        id="cs246.example.shape",
        place=f"{_EXAMPLE}: drawn twice",
        quantity="shape of W",
        printed=(7, 3),
        inputs={"vocabulary_size": len(VOCABULARY), "dimension": DIMENSION},
        compute=lambda: [len(VOCABULARY), len(W_PRIME)],
        reproduce=lambda: list(PRINTED_W.shape),
        reason=(
            "A row is missing, that of a word after books: a one-hot vector of length 8 cannot be "
            "multiplied by a matrix of 7 rows."
        ),
    ),
    Number(
        id="cs246.example.shape_prime",
        place=f"{_EXAMPLE}: drawn twice",
        quantity="shape of W'",
        printed=(3, 8),
        inputs={"W'": W_PRIME},
        compute=lambda: [DIMENSION, len(VOCABULARY)],
        slips=(
            Slip(
                lambda: [len(VOCABULARY), DIMENSION],
                "This is the shape of the transpose, which has a context vector per row.",
            ),
        ),
    ),
    Number(
        id="cs246.example.row_of_books",
        place=f"{_EXAMPLE}: fourth row of W, drawn twice",
        quantity="row of W for books, found from the printed scores",
        printed=PRINTED_BOOKS,
        inputs={"W'": W_PRIME, "scores": PRINTED_SCORES},
        compute=books_behind_scores,
        reproduce=lambda: [*books_behind_scores()[:2], np.trunc(books_behind_scores()[2])],
        tolerance=0.05,
        reason=(
            "The decimal of 2.2 is lost. The product beside it has 2.2, and all that follows is "
            "computed with it."
        ),
    ),
    Number(
        id="cs246.example.hidden",
        place=_EXAMPLE,
        quantity="hidden layer for the target books",
        printed=PRINTED_HIDDEN,
        inputs={"W": W, "target": "books"},
        compute=lambda: W[BOOKS],
        slips=(
            Slip(
                lambda: PRINTED_W[BOOKS],
                "This is the row as printed; its last entry must be 2.2.",
            ),
            Slip(lambda: W[BOOKS - 1], "This is the row of the word before books."),
            Slip(lambda: W[BOOKS + 1], "This is the row of the word after books."),
        ),
    ),
    Number(
        id="cs246.example.scores",
        place=_EXAMPLE,
        quantity="scores of books with all words",
        printed=PRINTED_SCORES,
        inputs={"hidden": W[BOOKS], "W'": W_PRIME},
        compute=scores,
        reproduce=truncated_scores,
        slips=(
            Slip(
                lambda: word2vec.logits(PRINTED_W, W_PRIME.T, BOOKS),
                "Computed with the row of books as printed; its last entry must be 2.2.",
            ),
        ),
        reason=_CUT_SCORES,
    ),
    Claim(
        id="cs246.example.softmax",
        place=f"{_EXAMPLE}, softmax",
        quantity="index of the sum",
        form="notation",
        printed=r"\text{output node } x = \frac{e^x}{\sum e^x}",
        correct=r"y_i = \frac{e^{s_i}}{\sum_j e^{s_j}}",
        reason="x is the node, its score, and what is summed over; it was the input, too.",
    ),
    Number(
        id="cs246.example.probabilities",
        place=f"{_EXAMPLE}, last",
        quantity="probabilities of all words in the context of books",
        printed=PRINTED_PROBABILITIES,
        inputs={"scores": scores()},
        compute=probabilities,
        reproduce=printed_probabilities,
        tolerance=0.0005,
        slips=(
            Slip(
                lambda: softmax(truncated_scores()),
                "Computed from the printed scores, whose digits are cut off after the first.",
            ),
        ),
        reason=(
            "Computed from scores whose digits are cut off after the first; besides, that of the "
            "word and is misprinted, 0.177 for 0.171, so that they add up to 1.007."
        ),
    ),
    Number(
        id="cs246.example.probability_of_and",
        place=f"{_EXAMPLE}, last",
        quantity="probability of the word and in the context of books",
        printed=PRINTED_PROBABILITIES[WORDS.index("and")],
        inputs={"scores": scores()},
        compute=lambda: float(probabilities()[WORDS.index("and")]),
        reproduce=printed_probability_of_and,
        slips=(
            Slip(
                lambda: float(softmax(truncated_scores())[WORDS.index("and")]),
                "Computed from the printed scores, whose digits are cut off after the first.",
            ),
        ),
        reason="The printed scores give 0.171, a 1 read as a 7; unrounded scores give less.",
    ),
    Number(
        id="cs246.example.predicted",
        place=f"{_EXAMPLE}, last",
        quantity="most probable context word",
        printed="drink",
        inputs={"probabilities": probabilities()},
        compute=lambda: VOCABULARY.word(int(np.argmax(probabilities()))),
    ),
    Claim(
        id="cs246.example.wrong_prediction",
        place=f"{_EXAMPLE}, last",
        quantity="whether the prediction is wrong; witness: is drink in the context of books",
        form="wording",
        printed="a correct context word is read, but drink was predicted",
        correct="wrong for the pair (books, read), right for the pair (books, drink)",
        conditional=True,
        witness=_witness_predicted,
        reason=(
            "Both stand within two words of books, so drink is a right answer too. No prediction "
            "can be right for all four context words; the best gives each a quarter."
        ),
    ),
    Number(
        id="cs246.example.one_hot_read",
        place=f"{_EXAMPLE}, last",
        quantity="one-hot vector of read",
        printed=(0, 1, 0, 0, 0, 0, 0, 0),
        inputs={"vocabulary": VOCABULARY.words},
        compute=lambda: one_hot()[READ],
    ),
    Number(
        id="cs246.example.printed_loss",
        place=f"{_EXAMPLE}, last",
        quantity="loss at the printed probability of read",
        printed=Decimal("2.26"),
        inputs={"probability": PRINTED_PROBABILITIES[READ]},
        compute=lambda: float(-np.log(float(PRINTED_PROBABILITIES[READ]))),
        slips=(
            Slip(
                lambda: float(-np.log10(float(PRINTED_PROBABILITIES[READ]))),
                "The logarithm to base 10 is taken, not the natural one.",
            ),
        ),
    ),
    Number(
        id="cs246.example.loss",
        place=f"{_EXAMPLE}, last",
        quantity="cross-entropy of the pair (books, read), nothing rounded before",
        printed=Decimal("2.26"),
        inputs={"hidden": W[BOOKS], "W'": W_PRIME, "context": "read"},
        compute=loss,
        reproduce=lambda: float(-np.log(softmax(truncated_scores())[READ].round(3))),
        slips=(
            Slip(
                lambda: word2vec.cross_entropy_loss(PRINTED_W, W_PRIME.T, BOOKS, READ),
                "Computed with the row of books as printed; its last entry must be 2.2.",
            ),
            Slip(
                lambda: word2vec.cross_entropy_loss(W, W_PRIME.T, BOOKS, DRINK),
                "This is the loss of the word predicted; the context word asked for is read.",
            ),
            Slip(
                lambda: cross_entropy_from_logits(truncated_scores(), READ),
                "Computed from the printed scores, whose digits are cut off after the first.",
            ),
        ),
        reason=(
            "Computed from 0.104, which comes from scores whose digits are cut off after the first "
            "decimal; from the scores themselves the probability is 0.106."
        ),
    ),
    Number(
        id="cs246.example.loss_of_drink",
        place=f"{_EXAMPLE}, last: not asked",
        quantity="cross-entropy of the pair (books, drink), whose word was predicted",
        inputs={"hidden": W[BOOKS], "W'": W_PRIME, "context": "drink"},
        compute=lambda: word2vec.cross_entropy_loss(W, W_PRIME.T, BOOKS, DRINK),
    ),
)

ENTRIES: tuple[Entry, ...] = (*ARCHITECTURE, *TRAINING, *EXAMPLE)
