"""Tasks 3 and 4 of the Mannheim sheet: skip-gram, its data, parameters and loss."""

import itertools
from decimal import Decimal

import numpy as np

from embref import word2vec
from embref.losses import softmax
from embref.networks import Array, numerical_gradient
from embref.text import Vocabulary, context_windows, skip_gram_pairs, tokenize
from embref.worked.registry import Claim, Entry, Number, Slip, Witness

SENTENCE = "The quick brown fox jumped over the lazy dog."
WINDOW = 2
VOCABULARY_SIZE, DIMENSION = 101_425, 300
FRODO_POSITION = 79

VOCABULARY = Vocabulary(["Daenerys", "Frodo", "ring", "dragon", "Picard", "ship"])
W = np.array(
    [
        [0.54, 0.25, 0.07],
        [0.91, 0.74, 0.27],
        [0.58, 0.00, 0.05],
        [0.16, 0.77, 0.31],
        [0.10, 0.54, 0.32],
        [0.59, 0.99, 0.06],
    ]
)
C = np.array(
    [
        [0.19, 0.64, 0.98],
        [0.17, 0.42, 0.47],
        [0.55, 0.24, 0.92],
        [0.89, 0.58, 0.13],
        [0.31, 0.73, 0.48],
        [0.49, 0.20, 0.54],
    ]
)
W.setflags(write=False)
C.setflags(write=False)
FRODO, RING = VOCABULARY.index("Frodo"), VOCABULARY.index("ring")

LISTED_PAIRS = (
    ("The", "quick"),
    ("The", "brown"),
    ("quick", "The"),
    ("quick", "brown"),
    ("quick", "fox"),
    ("brown", "The"),
    ("brown", "quick"),
    ("brown", "fox"),
    ("brown", "jumped"),
    ("fox", "quick"),
    ("fox", "brown"),
    ("fox", "jumped"),
    ("fox", "over"),
)


def tokens() -> list[str]:
    """Return the words of the sentence, capitals kept as in the sheet's table."""
    return tokenize(SENTENCE, lowercase=False)


def pairs() -> list[tuple[str, str]]:
    """Return all positive pairs of the sentence."""
    return skip_gram_pairs(tokens(), WINDOW)


def _pairs_of_both_ends() -> int:
    """Count pairs as if every position had a full window."""
    return len(tokens()) * 2 * WINDOW


def logits() -> Array:
    """Return the scores of Frodo with all context words."""
    return word2vec.logits(W, C, FRODO)


def loss() -> float:
    """Return the cross-entropy of (Frodo, ring)."""
    return word2vec.cross_entropy_loss(W, C, FRODO, RING)


def printed_exponentials() -> Array:
    """Return the exponentials that the sheet adds: that of the target is left out."""
    return np.exp(np.delete(logits(), RING))


def printed_log_sum() -> float:
    """Take the logarithm of the sum of the five printed exponentials."""
    return float(np.log(printed_exponentials().sum()))


def _naive_loss(center: Array, contexts: Array, target: int) -> float:
    scores = [sum(a * b for a, b in zip(center, c, strict=True)) for c in contexts]
    return float(-np.log(np.exp(scores[target]) / sum(np.exp(score) for score in scores)))


def _witness_softmax() -> Witness:
    scores = logits()
    formula = np.exp(scores) / np.exp(scores).sum()
    exps = [np.exp(sum(a * b for a, b in zip(W[FRODO], c, strict=True))) for c in C]
    return Witness(formula, formula, [e / sum(exps) for e in exps])


def _witness_boundary() -> Witness:
    """Count the factors of the likelihood for the sentence."""
    n = len(tokens())
    offsets = [j for j in range(-WINDOW, WINDOW + 1) if j]
    inside = sum(0 <= t + j < n for t, j in itertools.product(range(n), offsets))
    return Witness(n * len(offsets), inside, len(pairs()))


def _witness_normalizer() -> Witness:
    """Compare the loss of uniform predictions per token and per pair with ln |V|."""
    vocabulary = Vocabulary(tokenize(SENTENCE))
    rows = vocabulary.encode(tokenize(SENTENCE)).tolist()
    encoded = skip_gram_pairs(rows, WINDOW)
    zeros = np.zeros((len(vocabulary), 1))
    per_token = word2vec.negative_log_likelihood(zeros, zeros, encoded, len(rows))
    per_pair = word2vec.negative_log_likelihood(zeros, zeros, encoded, len(encoded))
    return Witness(per_token, per_pair, np.log(len(vocabulary)))


def _python_row() -> int:
    """Return the row of Frodo in a vocabulary in which it is the 79th word."""
    before = [f"word{position}" for position in range(1, FRODO_POSITION)]
    return Vocabulary([*before, "Frodo", "ring"]).index("Frodo")


def _witness_lookup() -> Witness:
    """Look up the 79th word in arrays that are counted from zero."""
    return Witness(FRODO_POSITION, FRODO_POSITION - 1, _python_row())


def _witness_product() -> Witness:
    by_row = W[FRODO] @ C.T
    naive = [sum(W[FRODO][d] * c[d] for d in range(3)) for c in C]
    return Witness(by_row, by_row, naive)


def _witness_prime() -> Witness:
    """Compare the loss with rows of W and with rows of C for the target words."""
    return Witness(
        word2vec.cross_entropy_loss(W, W, FRODO, RING), loss(), _naive_loss(W[FRODO], C, RING)
    )


def _witness_other() -> Witness:
    """Count the dot products in the denominator."""
    return Witness(len(VOCABULARY) - 1, len(logits()), len(C))


def _witness_penalty() -> Witness:
    """Compare the signs of the derivative of the loss for each score."""
    claimed = np.where(np.arange(len(VOCABULARY)) == RING, -1, 1)
    slope = numerical_gradient(lambda s: float(-np.log(softmax(s)[RING])), logits())
    return Witness(claimed, claimed, np.sign(slope))


def _witness_approximation() -> Witness:
    """Compare p(c|w), the softmax of the scores, at the optimum of each objective."""
    counts = np.array([[4.0, 1.0, 2.0], [1.0, 3.0, 1.0], [2.0, 1.0, 1.0]])
    negative_sampling = softmax(word2vec.fit_scores(counts, k=5))
    conditional = counts / counts.sum(axis=1, keepdims=True)
    scores = np.zeros_like(counts)
    for _ in range(500):  # gradient ascent on the log-likelihood of the softmax model
        scores += (counts - counts.sum(axis=1, keepdims=True) * softmax(scores)) / 4
    return Witness(negative_sampling, conditional, softmax(scores))


def _n_updated_rows() -> tuple[int, int]:
    dW, dC = word2vec.softmax_gradients(W, C, FRODO, RING)
    return int(np.any(dW != 0, axis=1).sum()), int(np.any(dC != 0, axis=1).sum())


TASK_3: tuple[Entry, ...] = (
    Number(
        id="mannheim.3.context_window",
        place="Task 3, context (1)",
        quantity="context words of fox in a window of size 2",
        printed=("quick", "brown", "jumped", "over"),
        inputs={"sentence": SENTENCE, "window": WINDOW},
        compute=lambda: context_windows(tokens(), WINDOW)[3].context,
        slips=(
            Slip(
                lambda: context_windows(tokens(), 1)[3].context,
                "A window of size 2 takes two words on each side, not two in all.",
            ),
        ),
    ),
    Number(
        id="mannheim.3.context_pairs",
        place="Task 3, context (1)",
        quantity="first two positive pairs of fox",
        printed=(("fox", "quick"), ("fox", "brown")),
        inputs={"sentence": SENTENCE, "window": WINDOW},
        compute=lambda: [pair for pair in pairs() if pair[0] == "fox"][:2],
    ),
    Number(
        id="mannheim.3a.n_classes",
        place="Task 3, answer a: printed as |V|; here for the vocabulary of question 4b",
        quantity="number of classes of the original task",
        inputs={"vocabulary": VOCABULARY.words},
        compute=lambda: len(VOCABULARY),
        slips=(
            Slip(
                lambda: 2,
                "Two classes (true, false) belong to the task with negative sampling; the original "
                "task predicts the context word itself.",
            ),
            Slip(
                lambda: len(VOCABULARY) - 1,
                "The center word is a class too: a word can occur in its own context.",
            ),
        ),
    ),
    Number(
        id="mannheim.3a.n_classes_sentence",
        place="Task 3, question a: here for the sentence of the context, capitals ignored",
        quantity="number of classes with the sentence as the whole corpus",
        inputs={"sentence": SENTENCE},
        compute=lambda: len(Vocabulary(tokenize(SENTENCE))),
        slips=(
            Slip(
                lambda: len(Vocabulary(tokens())),
                "The and the are counted as two words; a class is a word of the vocabulary, not a "
                "position in the text.",
            ),
        ),
    ),
    Claim(
        id="mannheim.3a.softmax",
        place="Task 3, answer a",
        quantity="probability of a context word",
        form="formula",
        printed=r"p(c_j \mid w_i) = \frac{\exp(l_{w_i,c_j})}{\sum_{k \in V} \exp(l_{w_i,c_k})}",
        witness=_witness_softmax,
    ),
    Claim(
        id="mannheim.3a.index_roles",
        place="Task 3, answer a, and task 4, context",
        quantity="what the indices i, j, k range over",
        form="notation",
        printed=r"w_i, c_j \text{ at positions } i, j; \quad \sum_{k \in V} \exp(l_{w_i,c_k})",
        correct=r"p(c \mid w) = \frac{\exp(l_{w,c})}{\sum_{c' \in V} \exp(l_{w,c'})}",
        reason=(
            "i and j are positions in the text, k is a word of the vocabulary, though all three "
            "stand in the same place. k is also the layer in tasks 1 and 2, and the number of "
            "negatives in task 5."
        ),
    ),
    Number(
        id="mannheim.3b.n_windows",
        place="Task 3, answer b (1)",
        quantity="number of context windows",
        printed=9,
        inputs={"sentence": SENTENCE, "window": WINDOW},
        compute=lambda: len(context_windows(tokens(), WINDOW)),
        slips=(
            Slip(
                lambda: len(tokens()) - 2 * WINDOW,
                "Windows cut off at the ends count too: every position is a center once.",
            ),
        ),
    ),
    Number(
        id="mannheim.3b.windows",
        place="Task 3, answer b (1): marked by color on the sheet",
        quantity="center and context words of each window",
        inputs={"sentence": SENTENCE, "window": WINDOW},
        compute=lambda: context_windows(tokens(), WINDOW),
    ),
    Number(
        id="mannheim.3b.listed_pairs",
        place="Task 3, answer b (2), table",
        quantity="the positive pairs of the first four windows",
        printed=LISTED_PAIRS,
        inputs={"sentence": SENTENCE, "window": WINDOW},
        compute=lambda: [
            (center, word)
            for center, context in context_windows(tokens(), WINDOW)[:4]
            for word in context
        ],
    ),
    Number(
        id="mannheim.3b.n_pairs",
        place="Task 3, question b: the printed table stops after 13",
        quantity="number of positive pairs",
        inputs={"sentence": SENTENCE, "window": WINDOW},
        compute=lambda: len(pairs()),
        slips=(
            Slip(
                _pairs_of_both_ends,
                "The first two and the last two windows are cut off by the ends of the sentence.",
            ),
            Slip(lambda: len(LISTED_PAIRS), "The printed table shows the first four windows only."),
            Slip(
                lambda: len(pairs()) // 2,
                "(fox, over) and (over, fox) are two examples: the order of a pair matters.",
            ),
            Slip(
                lambda: len(skip_gram_pairs(tokens(), 1)),
                "A window of size 2 takes two words on each side, not two in all.",
            ),
        ),
    ),
    Number(
        id="mannheim.3b.pairs",
        place="Task 3, question b: the printed table stops after 13",
        quantity="all positive pairs",
        inputs={"sentence": SENTENCE, "window": WINDOW},
        compute=pairs,
        ordered=False,
        slips=(
            Slip(
                lambda: list(LISTED_PAIRS), "The printed table shows the first four windows only."
            ),
            Slip(
                lambda: skip_gram_pairs(tokens(), 1),
                "A window of size 2 takes two words on each side, not two in all.",
            ),
        ),
    ),
    Claim(
        id="mannheim.3c.thousands",
        place="Task 3, question c",
        quantity="size of the vocabulary",
        form="notation",
        printed="101.425",
        correct="101,425",
        reason="In English a point separates decimals: as printed it is about a hundred words.",
    ),
    Number(
        id="mannheim.3c.shapes",
        place="Task 3, answer c",
        quantity="shapes of the two embedding matrices",
        printed=((101425, 300), (101425, 300)),
        inputs={"vocabulary_size": VOCABULARY_SIZE, "dimension": DIMENSION},
        compute=lambda: ((VOCABULARY_SIZE, DIMENSION),) * 2,
        slips=(
            Slip(
                lambda: ((DIMENSION, VOCABULARY_SIZE),) * 2,
                "Vectors of words are rows: this is the shape of the transpose.",
            ),
        ),
    ),
    Number(
        id="mannheim.3c.n_parameters_per_matrix",
        place="Task 3, question c: the printed answer stops at the shapes",
        quantity="number of parameters in one embedding matrix",
        inputs={"vocabulary_size": VOCABULARY_SIZE, "dimension": DIMENSION},
        compute=lambda: word2vec.n_parameters(VOCABULARY_SIZE, DIMENSION) // 2,
    ),
    Number(
        id="mannheim.3c.n_parameters",
        place="Task 3, question c: the printed answer stops at the shapes",
        quantity="number of parameters of skip-gram",
        inputs={"vocabulary_size": VOCABULARY_SIZE, "dimension": DIMENSION},
        compute=lambda: word2vec.n_parameters(VOCABULARY_SIZE, DIMENSION),
        slips=(
            Slip(
                lambda: VOCABULARY_SIZE * DIMENSION,
                "Only one of the two matrices is counted; every word has a center and a context "
                "vector.",
            ),
            Slip(
                lambda: 2 * (VOCABULARY_SIZE + DIMENSION),
                "The sides of the matrices are added; their entries are counted by the product.",
            ),
            Slip(
                lambda: (VOCABULARY_SIZE * DIMENSION) ** 2,
                "The two matrices stand side by side: their sizes add, they do not multiply.",
            ),
        ),
    ),
    Number(
        id="mannheim.3d.row",
        place="Task 3, answer d",
        quantity="row of W for the 79th word, counted from one",
        printed=79,
        inputs={"position": FRODO_POSITION},
        compute=lambda: _python_row() + 1,
    ),
    Number(
        id="mannheim.3d.python_row",
        place="Task 3, question d: the same row in an array counted from zero",
        quantity="index of the row of the 79th word in Python",
        inputs={"position": FRODO_POSITION},
        compute=_python_row,
        slips=(
            Slip(
                lambda: FRODO_POSITION,
                "Python counts rows from zero: this is the row of the next word.",
            ),
        ),
    ),
    Claim(
        id="mannheim.3d.lookup",
        place="Task 3, answer d",
        quantity="the vector of the 79th word",
        form="formula",
        printed=r"\mathbf{w}_{Frodo} = \mathbf{W}_{79}",
        correct=r"\mathbf{w}_{Frodo} = \mathtt{W[78]} \text{ in an array counted from zero}",
        conditional=True,
        witness=_witness_lookup,
        reason="Holds if rows are counted from one; Python, NumPy and torch count from zero.",
    ),
    Number(
        id="mannheim.3d.concatenated_dimension",
        place="Task 3, answer d: described as doubled",
        quantity="dimension of the concatenated vector of a word",
        inputs={"dimension": DIMENSION},
        compute=lambda: (
            word2vec.combine_vectors(np.zeros(DIMENSION), np.zeros(DIMENSION), "concatenation").size
        ),
        slips=(
            Slip(
                lambda: DIMENSION,
                "Sum and average keep the dimension; concatenation puts both vectors side by side.",
            ),
        ),
    ),
)

TASK_4: tuple[Entry, ...] = (
    Claim(
        id="mannheim.4a.boundary",
        place="Task 4, answer a, both formulas, and task 3, answer a",
        quantity="factors of the likelihood; witness: their number for the sentence of task 3",
        form="formula",
        printed=r"\prod_{t=1}^{|T|} \prod_{-L \le j \le L,\, j \ne 0} p(w_{t+j} \mid w_t, \theta)",
        correct=(
            r"\prod_{t=1}^{|T|} \prod_{-L \le j \le L,\, j \ne 0,\, 1 \le t+j \le |T|} "
            r"p(w_{t+j} \mid w_t, \theta)"
        ),
        conditional=True,
        witness=_witness_boundary,
        reason="Near both ends of the text w_{t+j} does not exist; only positions inside count.",
    ),
    Claim(
        id="mannheim.4a.normalizer",
        place="Task 4, answer a, second formula",
        quantity="mean loss; witness: its value when all words are predicted equally likely",
        form="formula",
        printed=(
            r"\mathrm{NLL}(\theta) = -\frac{1}{|T|} \sum_t \sum_j "
            r"\log p(w_{t+j} \mid w_t, \theta)"
        ),
        correct=(
            r"\mathrm{NLL}(\theta) = -\frac{1}{\text{number of pairs}} \sum_t \sum_j "
            r"\log p(w_{t+j} \mid w_t, \theta)"
        ),
        conditional=True,
        witness=_witness_normalizer,
        reason=(
            "Empirical risk is a mean over examples, and an example is a pair; |T| counts tokens. "
            "The minimum is the same, and the original paper divides by tokens too, but the value "
            "is not the mean cross-entropy of a pair."
        ),
    ),
    Claim(
        id="mannheim.4a.names",
        place="Task 4, question and answer a, with task 1, answer c, and answers 4b and 5a",
        quantity="meaning of L",
        form="notation",
        printed=r"L,\; L(\theta \mid T),\; L_{CE},\; L^{k-1},\; L(w, c)",
        correct=r"\text{one letter each: window, likelihood, loss, layer size, objective}",
        reason=(
            "L is the size of the window and the likelihood in one formula, and elsewhere the "
            "loss, the size of a layer and an objective to be maximized."
        ),
    ),
    Claim(
        id="mannheim.4a.independence",
        place="Task 4, answer a",
        quantity="assumption behind the product",
        form="wording",
        printed="words are conditionally independent given the parameters",
        correct="context words are conditionally independent given the center word and the "
        "parameters",
        conditional=True,
        reason=(
            "The factors are p(w_{t+j} | w_t, θ): the center word is given too. Windows overlap, "
            "so that the product is a composite likelihood and not the probability of the text."
        ),
    ),
    Number(
        id="mannheim.4b.one_hot",
        place="Task 4, answer b (1)",
        quantity="one-hot vector of Frodo",
        printed=(0, 1, 0, 0, 0, 0),
        inputs={"vocabulary": VOCABULARY.words},
        compute=lambda: np.eye(len(VOCABULARY), dtype=int)[FRODO],
    ),
    Number(
        id="mannheim.4b.center",
        place="Task 4, answer b (1)",
        quantity="center vector of Frodo",
        printed=(Decimal("0.91"), Decimal("0.74"), Decimal("0.27")),
        inputs={"W": W, "word": "Frodo"},
        compute=lambda: np.eye(len(VOCABULARY))[FRODO] @ W,
        slips=(
            Slip(lambda: C[FRODO], "This is the context vector of Frodo, a row of W'."),
            Slip(lambda: W[FRODO + 1], "This is the next row: Python counts rows from zero."),
        ),
    ),
    Claim(
        id="mannheim.4b.other",
        place="Task 4, answer b (1)",
        quantity="number of dot products in the denominator",
        form="wording",
        printed="dot products with all other context vectors",
        correct="dot products with all context vectors, that of Frodo and that of ring included",
        witness=_witness_other,
        reason=(
            "The softmax sums over the whole vocabulary; the same sentence goes on to say every "
            "row of W', and six logits are printed."
        ),
    ),
    Claim(
        id="mannheim.4b.product",
        place="Task 4, answer b (2)",
        quantity="all logits of a center word",
        form="formula",
        printed=r"\mathbf{l} = \mathbf{w}_{Frodo}^\top \mathbf{W}'^\top",
        witness=_witness_product,
    ),
    Number(
        id="mannheim.4b.logits",
        place="Task 4, answer b (2)",
        quantity="logits of Frodo with every context word",
        printed=tuple(map(Decimal, ("0.9111", "0.5924", "0.9265", "1.2742", "0.9519", "0.7397"))),
        inputs={"W": W, "C": C, "center": "Frodo"},
        compute=logits,
        slips=(
            Slip(
                lambda: word2vec.logits(C, W, FRODO),
                "The matrices have changed places: the center vector comes from W, the others "
                "from W'.",
            ),
            Slip(
                lambda: word2vec.logits(W, W, FRODO),
                "Both vectors come from W; context words have their vectors in W'.",
            ),
        ),
    ),
    Claim(
        id="mannheim.4b.prime",
        place="Task 4, answer b (2) and (3)",
        quantity="cross-entropy loss of (Frodo, ring)",
        form="formula",
        printed=(
            r"-\mathbf{w}_{ring}^\top \mathbf{w}_{Frodo} "
            r"+ \ln \sum_{v \in V} \exp(\mathbf{w}_v^\top \mathbf{w}_{Frodo})"
        ),
        correct=(
            r"-\mathbf{w}_{ring}'^\top \mathbf{w}_{Frodo} "
            r"+ \ln \sum_{v \in V} \exp(\mathbf{w}_v'^\top \mathbf{w}_{Frodo})"
        ),
        witness=_witness_prime,
        reason=(
            "The vectors of the target words are context vectors, rows of W'; without the prime "
            "they are rows of W, and the loss another. The logits above are computed with W'."
        ),
    ),
    Claim(
        id="mannheim.4b.vocabulary_prime",
        place="Task 4, answer b (3)",
        quantity="set over which the denominator sums",
        form="notation",
        printed=r"\sum_{v \in V'}",
        correct=r"\sum_{v \in V}",
        reason=(
            "V' is not defined; the prime seems to have moved here from the vectors w'. There is "
            "one vocabulary."
        ),
    ),
    Number(
        id="mannheim.4b.exponentials",
        place="Task 4, answer b (2)",
        quantity="exponentials in the denominator",
        printed=tuple(map(Decimal, ("2.49", "1.81", "3.58", "2.59", "2.10"))),
        inputs={"logits": "mannheim.4b.logits"},
        compute=lambda: np.exp(logits()),
        reproduce=printed_exponentials,
        tolerance=5e-3 + 1e-9,
        reason="Five of six are added: exp(0.9265), that of the target word ring, is left out.",
    ),
    Number(
        id="mannheim.4b.sum",
        place="Task 4, answer b (2): the argument of the logarithm",
        quantity="sum of the exponentials",
        inputs={"logits": "mannheim.4b.logits"},
        compute=lambda: float(np.exp(logits()).sum()),
        slips=(
            Slip(
                lambda: float(printed_exponentials().sum()),
                "The exponential of the target word ring is left out of the sum.",
            ),
        ),
    ),
    Number(
        id="mannheim.4b.log_sum",
        place="Task 4, answer b (2), line 6",
        quantity="logarithm of the sum of the exponentials",
        printed=Decimal("2.53"),
        inputs={"logits": "mannheim.4b.logits"},
        compute=lambda: float(np.log(np.exp(logits()).sum())),
        reproduce=printed_log_sum,
        reason=(
            "This is the logarithm of the five printed terms; exp(0.9265), that of the target word "
            "ring, is left out. (That exp(0.9265) is 2.53 too is a coincidence.)"
        ),
    ),
    Number(
        id="mannheim.4b.probability",
        place="Task 4, question b: contained in the loss",
        quantity="probability of ring given Frodo",
        inputs={"W": W, "C": C, "center": "Frodo", "context": "ring"},
        compute=lambda: float(word2vec.probabilities(W, C, FRODO)[RING]),
        slips=(
            Slip(
                lambda: float(np.exp(logits()[RING] - printed_log_sum())),
                "The exponential of the target word ring is left out of the denominator.",
            ),
        ),
    ),
    Number(
        id="mannheim.4b.loss",
        place="Task 4, answer b (2), last line",
        quantity="cross-entropy loss of the pair (Frodo, ring)",
        printed=Decimal("1.60"),
        inputs={"W": W, "C": C, "center": "Frodo", "context": "ring"},
        compute=loss,
        reproduce=lambda: printed_log_sum() - float(logits()[RING]),
        reason=(
            "The sum in the denominator leaves out exp(0.9265), the exponential of the target word "
            "ring; the softmax sums over the whole vocabulary."
        ),
        slips=(
            Slip(
                lambda: word2vec.cross_entropy_loss(W, W, FRODO, RING),
                "The vector of the target word is taken from W; context words have their vectors "
                "in W'.",
            ),
            Slip(
                lambda: word2vec.cross_entropy_loss(C, W, FRODO, RING),
                "The matrices have changed places: the center vector comes from W, the others "
                "from W'.",
            ),
            Slip(
                lambda: word2vec.cross_entropy_loss(W, C, RING, FRODO),
                "The words have changed places: Frodo is the center word, ring the context word.",
            ),
            Slip(lambda: -loss(), "The sign is opposite: this is ln p, the loss is -ln p."),
            Slip(
                lambda: float(np.exp(-loss())),
                "This is the probability of ring; the loss is its negative logarithm.",
            ),
            Slip(
                lambda: loss() / float(np.log(10)),
                "The logarithm is taken to base 10; the loss uses the natural logarithm.",
            ),
            Slip(
                lambda: loss() / float(np.log(2)),
                "The logarithm is taken to base 2; the loss uses the natural logarithm.",
            ),
            Slip(
                lambda: loss() + float(logits()[RING]),
                "This is the logarithm of the denominator; the logit of ring is not subtracted.",
            ),
        ),
    ),
    Claim(
        id="mannheim.4b.penalty",
        place="Task 4, answer b (3)",
        quantity="sign of the derivative of the loss for each logit",
        form="wording",
        printed="the loss rises with the score of every other word and falls with that of ring",
        witness=_witness_penalty,
        reason=(
            "The sheet calls the other words negative examples; in the original task they are the "
            "other classes, none is sampled."
        ),
    ),
    Claim(
        id="mannheim.4b.similarity",
        place="Task 4, answer b (3)",
        quantity="which vectors become similar",
        form="wording",
        printed="vectors of words become more similar only if the words share a context",
        correct="the center vector of a word and the context vectors of the words around it",
        conditional=True,
        reason=(
            "A pair raises w·c', the dot product of vectors of different kinds. Two words become "
            "similar to each other, both as center vectors, because they meet the same contexts; "
            "they need not occur together. A dot product also grows with the lengths."
        ),
    ),
    Number(
        id="mannheim.4c.rows_of_W",
        place="Task 4, answer c",
        quantity="number of rows of W updated by one example",
        printed=1,
        inputs={"W": W, "C": C, "pair": ("Frodo", "ring")},
        compute=lambda: _n_updated_rows()[0],
    ),
    Number(
        id="mannheim.4c.rows_of_C",
        place="Task 4, answer c: printed as all rows of W' but one; here for question 4b",
        quantity="number of rows of W' updated by one example",
        printed=5,
        inputs={"W": W, "C": C, "pair": ("Frodo", "ring")},
        compute=lambda: _n_updated_rows()[1],
        reproduce=lambda: len(VOCABULARY) - 1,
        reason=(
            "The context vector of the source word is not left out: the denominator of the softmax "
            "sums over all of V, so that every row of W' has a gradient, (p_v - y_v) w."
        ),
        slips=(
            Slip(
                lambda: 1,
                "Only the row of the target word is counted; every word stands in the denominator.",
            ),
        ),
    ),
    Number(
        id="mannheim.4c.n_parameters",
        place="Task 4, question c: here for question 4b",
        quantity="number of parameters updated by one example",
        inputs={"W": W, "C": C, "pair": ("Frodo", "ring")},
        compute=lambda: sum(_n_updated_rows()) * W.shape[1],
        slips=(
            Slip(
                lambda: len(VOCABULARY) * W.shape[1],
                "One row of W and every row of W' are updated: |V| + 1 rows, not |V|.",
            ),
            Slip(
                lambda: word2vec.n_parameters(*W.shape),
                "Only the row of the center word in W is updated, not all of W.",
            ),
            Slip(
                lambda: 2 * W.shape[1],
                "The context vectors of all words are updated, because all stand in the "
                "denominator.",
            ),
        ),
    ),
    Claim(
        id="mannheim.4c.pair_order",
        place="Task 4, answer c",
        quantity="order of a pair",
        form="notation",
        printed=r"(c, w)",
        correct=r"(w, c)",
        reason="Everywhere else on the sheet the source word comes first and the target second.",
    ),
    Claim(
        id="mannheim.4c.approximation",
        place="Task 4, answer c",
        quantity="p(c | w) at the optimum; witness: a matrix of counts, k = 5",
        form="wording",
        printed="skip-gram with negative sampling approximates the softmax model",
        correct=(
            "it does for uniform noise P; its best scores are ln p(c | w) - ln P(c) - ln k, those "
            "of the softmax ln p(c | w) plus any constant of w"
        ),
        conditional=True,
        witness=_witness_approximation,
        reason=(
            "Noise-contrastive estimation approximates the softmax; negative sampling drops the "
            "terms that make it so. With the unigram noise of task 5 the softmax of its best "
            "scores is proportional to #(w,c) / #(c), not to #(w,c)."
        ),
    ),
)

ENTRIES: tuple[Entry, ...] = (*TASK_3, *TASK_4)
