"""Kim's slides "Word2vec": self-prediction, skip-gram, CBOW and negative sampling.

The deck calls the vectors of the input words V and those of the predicted words U; they are the
center vectors W and the context vectors C of :mod:`embref.word2vec`.
"""

import itertools

import numpy as np

from embref import word2vec
from embref.evaluation import cosine_similarity
from embref.losses import (
    cross_entropy,
    cross_entropy_from_logits,
    log_sigmoid,
    logistic_loss,
    softmax,
)
from embref.networks import Array, sigmoid
from embref.output_layers import SoftmaxOutput
from embref.sampling import noise_distribution
from embref.text import Vocabulary, context_windows, skip_gram_pairs
from embref.worked.kim_words import OTHER_SENTENCE, SENTENCE
from embref.worked.registry import Claim, Entry, Number, Slip, Witness

TOKENS = SENTENCE.split()
TEXT = [*TOKENS, *OTHER_SENTENCE.split()]  # two words occur twice
M = 2
K = 5

VOCABULARY = Vocabulary(TEXT)
N_WORDS, DIMENSION = len(VOCABULARY), 3
V = np.sin(np.arange(1.0, N_WORDS * DIMENSION + 1)).reshape(N_WORDS, DIMENSION)
U = np.cos(2 * np.arange(1.0, N_WORDS * DIMENSION + 1)).reshape(N_WORDS, DIMENSION)
V.setflags(write=False)
U.setflags(write=False)
CHICKEN = VOCABULARY.index("chicken")

COUNTS = np.array([[4.0, 1.0, 2.0], [1.0, 3.0, 1.0], [2.0, 1.0, 1.0]])  # pairs, all seen

# A positive example and two classes: 0 for the word of interest, 1 for the other one.
EXAMPLE = np.array([1.0, -2.0])
W_0, W_1 = np.array([0.5, 0.4]), np.array([-0.3, 0.6])


def encoded_pairs() -> list[tuple[int, int]]:
    """Return the rows of the pairs of the sentence."""
    return skip_gram_pairs(VOCABULARY.encode(TOKENS).tolist(), M)


def two_class_logits() -> Array:
    """Return the scores of the two classes for the example."""
    return np.array([W_0 @ EXAMPLE, W_1 @ EXAMPLE])


def _naive_probability(center: int, context: int) -> float:
    scores = [sum(u[d] * V[center][d] for d in range(DIMENSION)) for u in U]
    return float(np.exp(scores[context]) / sum(np.exp(score) for score in scores))


def _witness_self_prediction() -> Witness:
    formula = [word2vec.probabilities(V, U, row)[row] for row in range(N_WORDS)]
    return Witness(formula, formula, [_naive_probability(row, row) for row in range(N_WORDS)])


def _witness_index() -> Witness:
    """Sum the denominator over the positions of a text with repeated words."""
    rows = VOCABULARY.encode(TEXT)
    scores = word2vec.logits(V, U, CHICKEN)
    printed = np.exp(scores[CHICKEN]) / np.exp(scores[rows]).sum()
    correct = word2vec.probabilities(V, U, CHICKEN)[CHICKEN]
    return Witness(printed, correct, _naive_probability(CHICKEN, CHICKEN))


def _witness_totally_different() -> Witness:
    """Place six words around a circle, far from the center; take the next word's cosine."""
    angles = np.arange(6) * np.pi / 3
    circle = 10 * np.stack([np.cos(angles), np.sin(angles)], axis=1)
    predicted = word2vec.probabilities(circle, circle, 3)[3]
    if predicted < 1 - 1e-9:
        raise ArithmeticError("the words on the circle do not predict themselves")
    return Witness(0.0, np.cos(np.pi / 3), cosine_similarity(circle[3:4], circle)[0, 2])


def _self_prediction_loss(centers: Array, contexts: Array) -> float:
    pairs = [(row, row) for row in range(N_WORDS)]
    return word2vec.negative_log_likelihood(centers, contexts, pairs, N_WORDS)


def _witness_closer() -> Witness:
    """Let two words swap their vectors: the loss of self-prediction stays."""
    order = np.arange(N_WORDS)
    order[[1, 4]] = 4, 1
    swapped = _self_prediction_loss(V[order], U[order])
    return Witness(swapped, swapped, _self_prediction_loss(V, U))


def _witness_reversed() -> Witness:
    """Predict chicken from its window: word by word, and from the mean of the vectors."""
    context = VOCABULARY.encode(context_windows(TOKENS, M)[TOKENS.index("chicken")].context)
    reversed_pairs = [(int(row), CHICKEN) for row in context]
    mean = V[context].mean(axis=0)
    cbow = SoftmaxOutput(N_WORDS).gradients(mean[None], np.array([CHICKEN]), U).loss
    naive = -np.log(np.exp(U[CHICKEN] @ mean) / sum(np.exp(u @ mean) for u in U))
    return Witness(word2vec.negative_log_likelihood(V, U, reversed_pairs, 1), cbow, naive)


def _naive_objective() -> float:
    """Follow both sums of the slide, leaving out positions beyond the ends."""
    rows, total = VOCABULARY.encode(TOKENS), 0.0
    for t, tau in itertools.product(range(len(rows)), range(-M, M + 1)):
        if tau != 0 and 0 <= t + tau < len(rows):
            total += np.log(_naive_probability(rows[t], rows[t + tau]))
    return -total / len(rows)


def _witness_objective() -> Witness:
    loss = word2vec.negative_log_likelihood(V, U, encoded_pairs(), len(TOKENS))
    return Witness(loss, loss, _naive_objective())


def _witness_boundary() -> Witness:
    """Count the terms of the double sum."""
    T = len(TOKENS)
    offsets = [tau for tau in range(-M, M + 1) if tau]
    inside = sum(0 <= t + tau < T for t, tau in itertools.product(range(T), offsets))
    return Witness(T * len(offsets), inside, len(encoded_pairs()))


def _witness_average() -> Witness:
    """Average the loss of uniform predictions over positions and over pairs."""
    zeros, pairs = np.zeros((N_WORDS, 1)), encoded_pairs()
    per_position, per_pair = (
        word2vec.negative_log_likelihood(zeros, zeros, pairs, n) for n in (len(TOKENS), len(pairs))
    )
    return Witness(per_position, per_pair, np.log(N_WORDS))


def _witness_input_word() -> Witness:
    """Count the pairs of a word with itself in a text that repeats words."""
    tokens = ["the", "new", "place", "and", "the", "old", "place"]
    counted = sum(
        tokens[t] == tokens[t + tau]
        for t, tau in itertools.product(range(7), range(-4, 5))
        if tau != 0 and 0 <= t + tau < 7
    )
    pairs = skip_gram_pairs(tokens, 4)
    return Witness(0, sum(center == context for center, context in pairs), counted)


def _witness_denominator() -> Witness:
    """Change the vectors one by one and count the changes of a probability."""
    before = word2vec.probabilities(V, U, CHICKEN)[0]
    changed = 0
    for row in range(N_WORDS):
        moved = U.copy()
        moved[row] += 1
        changed += not np.isclose(word2vec.probabilities(V, moved, CHICKEN)[0], before)
    return Witness(N_WORDS, N_WORDS, changed)


def _witness_outside_context() -> Witness:
    """Find the chance that a negative is a word of the window."""
    context = context_windows(TOKENS, M)[TOKENS.index("chicken")].context
    counts = [TEXT.count(word) for word in VOCABULARY.words]
    chance = noise_distribution(counts)[VOCABULARY.encode(context)].sum()
    weights = [TEXT.count(word) ** 0.75 for word in VOCABULARY.words]
    return Witness(0.0, chance, sum(TEXT.count(word) ** 0.75 for word in context) / sum(weights))


def _witness_sigmoid() -> Witness:
    """Compare the formula with the distribution function of the logistic density."""
    x = np.array([-3.0, 0.0, 0.7])
    formula = 1 / (1 + np.exp(-x))
    grid = np.linspace(-40, 0, 40_001)
    density = [np.exp(-(grid + v)) / (1 + np.exp(-(grid + v))) ** 2 for v in x]
    return Witness(formula, formula, [np.trapezoid(d, grid) for d in density])


def _witness_logistic_cross_entropy() -> Witness:
    """Evaluate the loss of a negative example."""
    score = float(W_0 @ EXAMPLE)
    printed = -0 * np.log(sigmoid(score))
    probabilities = [1 - float(sigmoid(score)), float(sigmoid(score))]
    return Witness(printed, logistic_loss([score], [0]), cross_entropy(probabilities, 0))


def _witness_two_classes() -> Witness:
    scores = two_class_logits()
    truth = np.exp(scores[0]) / (np.exp(scores[0]) + np.exp(scores[1]))
    return Witness(sigmoid(W_0 @ EXAMPLE), sigmoid((W_0 - W_1) @ EXAMPLE), truth)


def _witness_softmax() -> Witness:
    scores = two_class_logits()
    formula = np.exp(scores) / np.exp(scores).sum()
    return Witness(formula, formula, softmax(scores))


def _witness_redundant() -> Witness:
    """Move both weight vectors by the same vector."""
    moved = softmax([(w + np.array([3.0, 1.0])) @ EXAMPLE for w in (W_0, W_1)])
    return Witness(moved, moved, softmax(two_class_logits()))


def _witness_two_class_cross_entropy() -> Witness:
    log_y = np.log(softmax(two_class_logits()))
    formula = [-y_0 * log_y[0] - y_1 * log_y[1] for y_0, y_1 in ((1, 0), (0, 1))]
    return Witness(
        formula, formula, [cross_entropy_from_logits(two_class_logits(), y) for y in (0, 1)]
    )


def _witness_only_positive() -> Witness:
    examples = np.array([[1.0, -2.0], [0.5, 0.5], [2.0, 1.0]])
    logits = examples @ np.stack([W_0, W_1]).T
    formula = -np.log(softmax(logits)[:, 0]).mean()
    return Witness(formula, formula, cross_entropy_from_logits(logits, [0, 0, 0]))


def _witness_trivial_solution() -> Witness:
    """Let every weight of the class grow, and let the weights grow along the example."""
    printed, correct = (
        cross_entropy_from_logits([100 * direction @ EXAMPLE, W_1 @ EXAMPLE], 0)
        for direction in (np.ones(2), EXAMPLE)
    )
    return Witness(printed, correct, 0.0)


def _witness_second_class() -> Witness:
    """Evaluate the loss with the softmax of the slide, and with two logistic outputs."""
    scores = two_class_logits()
    y = softmax(scores)
    one_real, other_noise = sigmoid(scores[0]), 1 - sigmoid(scores[1])
    return Witness(
        -np.log(y[0]) - np.log(1 - y[1]),
        logistic_loss(scores[:1], [1]) + logistic_loss(scores[1:], [0]),
        -np.log(one_real * other_noise),
    )


def _witness_negative_sampling() -> Witness:
    u, negative, v = U[0], U[1], V[CHICKEN]
    formula = np.log(1 / (1 + np.exp(-u @ v))) + np.log(1 - 1 / (1 + np.exp(-negative @ v)))
    return Witness(formula, formula, word2vec.negative_sampling_objective(v, u, [negative]))


def _witness_probability_label() -> Witness:
    """Add up the predictions of all words: probabilities of one word or another make one."""
    scores = word2vec.logits(V, U, CHICKEN)
    return Witness(sigmoid(scores).sum(), softmax(scores).sum(), 1.0)


def _witness_log_probability() -> Witness:
    """Read p(context | center) off the scores at the optimum of negative sampling."""
    noise = COUNTS.sum(axis=0) / COUNTS.sum()
    scores = word2vec.fit_scores(COUNTS, K)
    negatives = K * log_sigmoid(-scores) @ noise
    printed = np.exp(log_sigmoid(scores) + negatives[:, None])
    correct = np.exp(scores + np.log(K * noise))
    return Witness(printed, correct, COUNTS / COUNTS.sum(axis=1, keepdims=True))


def _witness_draws() -> Witness:
    """Count the negatives of a pair."""
    drawn = np.random.default_rng(0).choice(N_WORDS, size=K)
    return Witness(N_WORDS, K, len(drawn))


SELF_PREDICTION: tuple[Entry, ...] = (
    Claim(
        id="kim.self_prediction.softmax",
        place='Word2vec (2), "Skip-gram"',
        quantity="probability of a word, predicted from itself",
        form="formula",
        printed=(
            r"p(w_t \mid w_t; \mathbf V, \mathbf U) = \frac{\exp(\mathbf u_t^\top \mathbf v_t)}"
            r"{\sum_{t'} \exp(\mathbf u_{t'}^\top \mathbf v_t)}"
        ),
        witness=_witness_self_prediction,
        reason="Not yet skip-gram, in spite of the title of the slide.",
    ),
    Claim(
        id="kim.self_prediction.index",
        place='Word2vec (2), "Skip-gram", and (4), "Negative sampling"',
        quantity="what t' runs over; witness: two sentences that share two words",
        form="notation",
        printed=r"\sum_{t'} \exp(\mathbf u_{t'}^\top \mathbf v_t)",
        correct=r"\sum_{w \in \mathcal V} \exp(\mathbf u_w^\top \mathbf v_{w_t})",
        conditional=True,
        witness=_witness_index,
        reason=(
            "Holds if t' runs over the vocabulary. t is a position, from 1 to T: summed over "
            "positions, a word counts as often as it occurs. Vectors belong to words, not to "
            "positions."
        ),
    ),
    Claim(
        id="kim.self_prediction.different",
        place='Word2vec (2), "Skip-gram"',
        quantity="cosine of the vector of a word with the output vector of another",
        form="wording",
        printed="totally different from all other output vectors once the loss is low",
        correct="the largest dot product is that with its own output vector, by some margin",
        conditional=True,
        witness=_witness_totally_different,
        reason=(
            "The loss compares dot products, and longer vectors widen their margin. Six words on "
            "a circle predict themselves with certainty, with neighbors at 60 degrees."
        ),
    ),
    Claim(
        id="kim.self_prediction.closer",
        place='Word2vec (2), "Skip-gram", last question',
        quantity="loss after two words have swapped their vectors",
        form="wording",
        printed="self-prediction does not tell which words are close to each other",
        witness=_witness_closer,
        reason="The slide asks; the answer is no, since no pair joins two words.",
    ),
)

SKIP_GRAM: tuple[Entry, ...] = (
    Claim(
        id="kim.skip_gram.reversed",
        place='Word2vec (3), "Skip-gram"',
        quantity="loss of predicting chicken from the four words around it",
        form="wording",
        printed="the reverse of skip-gram is CBOW",
        correct="with the mean (or sum) of the vectors of a window as a single input",
        conditional=True,
        witness=_witness_reversed,
        reason=(
            "Pairs reversed one by one are the pairs of skip-gram again, since windows reach to "
            "both sides. CBOW makes one prediction per position, from the bag of its window."
        ),
    ),
    Number(
        id="kim.skip_gram.n_pairs",
        place='Word2vec (4), "Negative sampling": here for the sentence of the fastText slide',
        quantity="number of pairs for m = 2",
        inputs={"sentence": SENTENCE, "m": M},
        compute=lambda: len(encoded_pairs()),
        slips=(
            Slip(
                lambda: len(TOKENS) * 2 * M,
                "The first two and the last two windows are cut off by the ends of the sentence.",
            ),
            Slip(
                lambda: len(encoded_pairs()) + len(TOKENS),
                "The input word is not predicted: the offset zero is left out.",
            ),
        ),
    ),
    Claim(
        id="kim.skip_gram.objective",
        place='Word2vec (4), "Negative sampling", and Word2vec and Beyond (1)',
        quantity="negative log-likelihood of the sentence, both lines",
        form="formula",
        printed=(
            r"-\frac1T \sum_{t=1}^T \sum_{|\tau| \le m, \tau \ne 0} \log "
            r"\frac{\exp(\mathbf u_{t+\tau}^\top \mathbf v_t)}"
            r"{\sum_{t'} \exp(\mathbf u_{t'}^\top \mathbf v_t)}"
        ),
        witness=_witness_objective,
        reason="With t' over the vocabulary and without terms beyond the ends of the text.",
    ),
    Claim(
        id="kim.skip_gram.boundary",
        place='Word2vec (4), "Negative sampling", and Word2vec and Beyond (1)',
        quantity="number of terms of the double sum",
        form="notation",
        printed=r"\sum_{t=1}^T \sum_{|\tau| \le m, \tau \ne 0}",
        correct=r"\sum_{t=1}^T \sum_{|\tau| \le m, \tau \ne 0, 1 \le t + \tau \le T}",
        conditional=True,
        witness=_witness_boundary,
        reason="Near the ends of the text, positions before the first or after the last are met.",
    ),
    Claim(
        id="kim.skip_gram.average",
        place='Word2vec (4), "Negative sampling"',
        quantity="average negative log-likelihood; witness: uniform predictions",
        form="wording",
        printed="average negative log-likelihood",
        correct="averaged over positions; per prediction, divide by the number of pairs",
        conditional=True,
        witness=_witness_average,
        reason=(
            "There are up to 2m terms for each position, so that chance level is not ln |V| but "
            "nearly 2m times that. The minimum is the same."
        ),
    ),
    Claim(
        id="kim.skip_gram.input_word",
        place='Word2vec (4), "Negative sampling"',
        quantity="number of pairs of a word with itself",
        form="wording",
        printed="word2vec does not predict the input word",
        correct="skip-gram does not predict the input position",
        conditional=True,
        witness=_witness_input_word,
        reason=(
            "A word that occurs twice within a window is predicted from itself. And CBOW, which "
            "is word2vec too, predicts the word in the middle."
        ),
    ),
    Claim(
        id="kim.skip_gram.denominator",
        place='Word2vec (4), "Negative sampling"',
        quantity="number of output vectors that a probability depends on",
        form="wording",
        printed="the denominator involves all words",
        witness=_witness_denominator,
    ),
)

NEGATIVE_SAMPLING: tuple[Entry, ...] = (
    Claim(
        id="kim.negative_sampling.outside_context",
        place='Word2vec (4), "Negative sampling"',
        quantity="chance that a negative is a word of the window, in a text of two sentences",
        form="wording",
        printed="against a word drawn at random from outside of the context",
        correct="against a word drawn from the noise distribution over the whole vocabulary",
        conditional=True,
        witness=_witness_outside_context,
        reason=(
            "Word2vec does not look whether a negative stands in the context; it leaves out the "
            "predicted word at most. With a large vocabulary, most negatives are outside anyway."
        ),
    ),
    Claim(
        id="kim.negative_sampling.sigmoid",
        place='Word2vec (5), "Negative sampling"',
        quantity="logistic function, as a distribution function",
        form="formula",
        printed=r"\sigma(\mathbf w^\top \mathbf x) = \frac{1}{1 + \exp(-\mathbf w^\top \mathbf x)}",
        witness=_witness_sigmoid,
    ),
    Claim(
        id="kim.negative_sampling.logistic_cross_entropy",
        place='Word2vec (5), "Negative sampling"',
        quantity="cross-entropy of logistic regression; witness: an example with y = 0",
        form="formula",
        printed=(
            r"\mathcal E(y \| \sigma(\mathbf w^\top \mathbf x)) = "
            r"-y \log \sigma(\mathbf w^\top \mathbf x)"
        ),
        correct=(
            r"-y \log \sigma(\mathbf w^\top \mathbf x) - "
            r"(1 - y) \log(1 - \sigma(\mathbf w^\top \mathbf x))"
        ),
        witness=_witness_logistic_cross_entropy,
        reason=(
            "The second class is missing: examples with y = 0 would cost nothing, whatever is "
            "predicted. The two-class softmax below has both terms."
        ),
    ),
    Claim(
        id="kim.negative_sampling.two_classes",
        place='Word2vec (5), "Negative sampling"',
        quantity="probability of class 0",
        form="formula",
        printed=r"\text{softmax with two classes, or } \sigma(\mathbf w^\top \mathbf x)",
        correct=r"\hat y_0 = \sigma((\mathbf w_0 - \mathbf w_1)^\top \mathbf x)",
        conditional=True,
        witness=_witness_two_classes,
        reason=(
            "The two are the same model with the difference of the weights; with those of one "
            "class only if the others are zero. The slide leaves the relation open. Its positive "
            "class is 0, while y = 1 is positive in the logistic regression above it."
        ),
    ),
    Claim(
        id="kim.negative_sampling.softmax",
        place='Word2vec (5), "Negative sampling"',
        quantity="probabilities of two classes",
        form="formula",
        printed=(
            r"\hat y_i = \frac{\exp(\mathbf w_i^\top \mathbf x)}"
            r"{\sum_{j=0}^1 \exp(\mathbf w_j^\top \mathbf x)}"
        ),
        witness=_witness_softmax,
    ),
    Claim(
        id="kim.negative_sampling.redundant",
        place='Word2vec (5), "Negative sampling"',
        quantity="probabilities after both weight vectors have moved by the same vector",
        form="wording",
        printed="a redundant representation",
        witness=_witness_redundant,
    ),
    Claim(
        id="kim.negative_sampling.cross_entropy",
        place='Word2vec (5), "Negative sampling"',
        quantity="cross-entropy of two classes",
        form="formula",
        printed=(
            r"\mathcal E(\mathbf y \| \hat{\mathbf y}) = "
            r"-y_0 \log \hat y_0 - y_1 \log \hat y_1"
        ),
        witness=_witness_two_class_cross_entropy,
    ),
    Claim(
        id="kim.negative_sampling.only_positive",
        place='Word2vec (5), "Negative sampling"',
        quantity="cross-entropy of three positive examples",
        form="formula",
        printed=r"\mathcal E(\mathbf y \| \hat{\mathbf y}) = -\log \hat y_0 \because y_1 = 0",
        witness=_witness_only_positive,
    ),
    Claim(
        id="kim.negative_sampling.trivial_solution",
        place='Word2vec (5), "Negative sampling"',
        quantity="loss of a positive example for very large weights",
        form="formula",
        printed=r"\mathbf w_0 = \infty",
        correct=r"\mathbf w_0^\top \mathbf x \to \infty \text{ for all } \mathbf x",
        conditional=True,
        witness=_witness_trivial_solution,
        reason=(
            "The score must grow, not each weight: where features are negative, large weights "
            "make the loss infinite. A solution exists if a hyperplane through the origin has all "
            "examples on one side, and always with a bias."
        ),
    ),
    Claim(
        id="kim.negative_sampling.second_class",
        place='Word2vec (5), "Negative sampling"',
        quantity="loss that makes the other class small",
        form="formula",
        printed=(r"\mathcal E(\mathbf y \| \hat{\mathbf y}) = -\log \hat y_0 - \log(1 - \hat y_1)"),
        correct=(
            r"-\log \hat y_0 - \log(1 - \hat y_1), "
            r"\quad \hat y_i = \sigma(\mathbf w_i^\top \mathbf x)"
        ),
        witness=_witness_second_class,
        reason=(
            "With the softmax defined above, 1 - y_1 is y_0: the sum is twice the loss of the "
            "line before and has the same trivial solution. It demands something new only of two "
            "logistic outputs, as the next line uses them."
        ),
    ),
    Claim(
        id="kim.negative_sampling.objective",
        place='Word2vec (5), "Negative sampling"',
        quantity="what is maximized for a pair and one negative",
        form="formula",
        printed=(
            r"\log \sigma(\mathbf u_{t+\tau}^\top \mathbf v_t) + "
            r"\log(1 - \sigma(\mathbf u_j^\top \mathbf v_t))"
        ),
        witness=_witness_negative_sampling,
        reason="Maximized, as the slide says; the losses before it are minimized.",
    ),
    Claim(
        id="kim.negative_sampling.probability_label",
        place='Word2vec (5), "Negative sampling", labels under the formula',
        quantity="the logistic outputs, added up over all words",
        form="wording",
        printed="probability of predicting a context word, and of predicting a negative word",
        correct="probability that a pair is from the text, and that it is not",
        conditional=True,
        witness=_witness_probability_label,
        reason=(
            "Each pair has its own yes or no; over all words these probabilities do not make one. "
            "Where exactly the labels point is not in the text."
        ),
    ),
    Claim(
        id="kim.negative_sampling.log_probability",
        place='Word2vec (5), "Negative sampling", last line',
        quantity="p(context | center) at the optimum, for three words",
        form="formula",
        printed=(
            r"\log p(w_{t+\tau} \mid w_t) \approx \log \sigma(\mathbf u_{t+\tau}^\top \mathbf v_t)"
            r" + \sum_{j \in P(w)} \log \sigma(-\mathbf u_j^\top \mathbf v_t)"
        ),
        correct=(
            r"\text{replaced by it; at the optimum } \log p(w_{t+\tau} \mid w_t) = "
            r"\mathbf u_{t+\tau}^\top \mathbf v_t + \log(k P(w_{t+\tau}))"
        ),
        witness=_witness_log_probability,
        reason=(
            "The right side takes the place of the left one in the objective but is no "
            "approximation of it: its exponentials do not sum to one. At the optimum, for "
            "vectors of enough dimensions, the dot product is PMI - ln k."
        ),
    ),
    Claim(
        id="kim.negative_sampling.draws",
        place='Word2vec (5), "Negative sampling", last line',
        quantity="number of terms of the sum over negatives",
        form="notation",
        printed=r"\sum_{j \in P(w)}",
        correct=r"\sum_{i=1}^k, \quad j_i \sim P(w)",
        conditional=True,
        witness=_witness_draws,
        reason=(
            "Holds if P(w) is a set of k words that have been drawn. A distribution has no "
            "members, and a sum over all words with positive probability would be as long as the "
            "denominator. The number of draws is not given, nor the exponent 0.75 of P."
        ),
    ),
)

ENTRIES: tuple[Entry, ...] = (*SELF_PREDICTION, *SKIP_GRAM, *NEGATIVE_SAMPLING)
