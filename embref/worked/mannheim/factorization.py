"""Task 5 of the Mannheim sheet: negative sampling as factorization of the PMI matrix."""

import itertools
from collections import Counter

import numpy as np

from embref import word2vec
from embref.cooccurrence import pair_counts, pmi, shifted_pmi
from embref.factorization import factorize
from embref.losses import log_sigmoid
from embref.networks import Array, numerical_gradient, sigmoid
from embref.text import Vocabulary, skip_gram_pairs, tokenize
from embref.worked.mannheim.skip_gram import SENTENCE, WINDOW
from embref.worked.registry import Claim, Entry, Number, Slip, Witness

TOKENS = tokenize(SENTENCE)
VOCABULARY = Vocabulary(TOKENS)
PAIRS = skip_gram_pairs(TOKENS, WINDOW)
K = 5

# Small embeddings of both signs, so that a dot product may be positive or negative.
WITNESS_W = np.array([[0.5, -1.0], [0.3, 0.8], [-0.6, 0.4]])
WITNESS_C = np.array([[0.7, 0.2], [-0.4, 0.9], [0.1, -0.5]])
WITNESS_COUNTS = np.array([[4.0, 1.0, 2.0], [1.0, 3.0, 1.0], [2.0, 1.0, 5.0]])
WITNESS_K = 2


def counts() -> Array:
    """Count the pairs of the sentence of task 3, capitals ignored."""
    return pair_counts(PAIRS, VOCABULARY).toarray().astype(float)


def token_noise() -> Array:
    """Return the share of each word among the tokens of the sentence."""
    return VOCABULARY.counts / VOCABULARY.counts.sum()


def _pair_noise() -> Array:
    return WITNESS_COUNTS.sum(axis=0) / WITNESS_COUNTS.sum()


def _log(x: Array | float) -> Array:
    """Take the logarithm; it is NaN, without a warning, for what has none."""
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.log(x)


def _pmi_fox_quick(total: float) -> float:
    """Return ln(#(w,c) total / (#(w) #(c))) for (fox, quick), with any normalizer."""
    w, c = VOCABULARY.index("fox"), VOCABULARY.index("quick")
    n = counts()
    return float(np.log(n[w, c] * total / (n[w].sum() * n[:, c].sum())))


def _witness_product() -> Witness:
    M = WITNESS_W @ WITNESS_C.T
    naive = [[sum(a * b for a, b in zip(w, c, strict=True)) for c in WITNESS_C] for w in WITNESS_W]
    return Witness(M, M, naive)


def _witness_entry() -> Witness:
    M = [[float(w @ c) for c in WITNESS_C] for w in WITNESS_W]
    return Witness(WITNESS_W @ WITNESS_W.T, WITNESS_W @ WITNESS_C.T, M)


def _witness_eq_1() -> Witness:
    """Evaluate one pair with two negatives, the truth from products of probabilities."""
    w, c, negatives = WITNESS_W[1], WITNESS_C[0], WITNESS_C[1:]
    first = float(log_sigmoid(w @ c))
    truth = np.log(sigmoid(w @ c) * np.prod(1 - sigmoid(negatives @ w)))
    return Witness(
        first + float(_log(-negatives @ w).sum()),
        word2vec.negative_sampling_objective(w, c, negatives),
        truth,
    )


def _average_over_draws(w: Array, c: Array, noise: Array) -> float:
    """Average equation 1 over all ways to draw the negatives, each with its probability."""
    draws = itertools.product(range(len(noise)), repeat=WITNESS_K)
    return sum(
        float(np.prod(noise[list(draw)]))
        * word2vec.negative_sampling_objective(w, c, WITNESS_C[list(draw)])
        for draw in draws
    )


def _witness_eq_2() -> Witness:
    w, c, noise = WITNESS_W[1], WITNESS_C[0], _pair_noise()
    printed = float(log_sigmoid(w @ c) + WITNESS_K * noise @ _log(-WITNESS_C @ w))
    correct = word2vec.expected_negative_sampling_objective(w, c, WITNESS_C, noise, WITNESS_K)
    return Witness(printed, correct, _average_over_draws(w, c, noise))


def _witness_expectation() -> Witness:
    """Compare one draw of negatives with the expectation over all draws."""
    w, c, noise = WITNESS_W[1], WITNESS_C[0], _pair_noise()
    one_draw = word2vec.negative_sampling_objective(w, c, WITNESS_C[:WITNESS_K])
    correct = word2vec.expected_negative_sampling_objective(w, c, WITNESS_C, noise, WITNESS_K)
    return Witness(one_draw, correct, _average_over_draws(w, c, noise))


def _witness_eq_3() -> Witness:
    """Evaluate equation 3 with its sigmoid put in, the weights divided by |V| and by |D|."""
    w, c, occurrences = WITNESS_W[1], WITNESS_C[0], WITNESS_COUNTS.sum(axis=0)
    first, terms = float(log_sigmoid(w @ c)), log_sigmoid(-WITNESS_C @ w)
    return Witness(
        first + WITNESS_K * float(occurrences / len(occurrences) @ terms),
        first + WITNESS_K * float(occurrences / occurrences.sum() @ terms),
        _average_over_draws(w, c, _pair_noise()),
    )


def _witness_uniform() -> Witness:
    """Compare the probability of each word of the sentence as a negative."""
    share = Counter(TOKENS)
    truth = [share[word] / len(TOKENS) for word in VOCABULARY]
    return Witness(np.full(len(VOCABULARY), 1 / len(VOCABULARY)), token_noise(), truth)


def _witness_normalizer() -> Witness:
    """Sum the noise over the vocabulary of the sentence."""
    occurrences = VOCABULARY.counts
    return Witness((occurrences / len(VOCABULARY)).sum(), (occurrences / len(TOKENS)).sum(), 1.0)


def _witness_eq_4() -> Witness:
    """Evaluate the corpus objective: without the second sigmoid, with it, and pair by pair."""
    scores, noise = WITNESS_W @ WITNESS_C.T, _pair_noise()
    printed = WITNESS_COUNTS * (log_sigmoid(scores) + WITNESS_K * (_log(-scores) @ noise)[:, None])
    correct = word2vec.corpus_negative_sampling_objective(scores, WITNESS_COUNTS, WITNESS_K)
    naive = 0.0
    for w, c in itertools.product(range(3), range(3)):
        for _ in range(int(WITNESS_COUNTS[w, c])):
            naive += _average_over_draws(WITNESS_W[w], WITNESS_C[c], noise)
    return Witness(printed.sum(), correct, naive)


def _witness_eq_5() -> Witness:
    """Compare the best scores with |V| and with |D| to those of numerical maximization."""
    marginals = np.outer(WITNESS_COUNTS.sum(axis=1), WITNESS_COUNTS.sum(axis=0))
    printed = np.log(WITNESS_COUNTS * len(WITNESS_COUNTS) / marginals) - np.log(WITNESS_K)
    return Witness(
        printed,
        shifted_pmi(WITNESS_COUNTS, WITNESS_K),
        word2vec.fit_scores(WITNESS_COUNTS, WITNESS_K),
    )


def _witness_noise() -> Witness:
    """Find the best scores for a noise other than the share in the pairs."""
    noise = _pair_noise() ** 0.75
    noise /= noise.sum()
    return Witness(
        shifted_pmi(WITNESS_COUNTS, WITNESS_K),
        word2vec.negative_sampling_optimum(WITNESS_COUNTS, WITNESS_K, noise=noise),
        word2vec.fit_scores(WITNESS_COUNTS, WITNESS_K, noise=noise),
    )


def _witness_unseen() -> Witness:
    """Compare the derivatives at -5 for a pair never seen; at an optimum they are zero."""
    unseen = np.array([[2.0, 0.0], [1.0, 1.0]])
    scores = np.array([[0.0, -5.0], [0.0, 0.0]])

    def objective(s: Array) -> float:
        return word2vec.corpus_negative_sampling_objective(s, unseen, k=1)

    gradient = word2vec.corpus_negative_sampling_gradient(scores, unseen, k=1)
    truth = numerical_gradient(objective, scores, step=1e-4)
    return Witness(0.0, gradient[0, 1], truth[0, 1])


def _witness_rank() -> Witness:
    """Measure the distance of M = W C^T to the PMI matrix at dimension 1."""
    M = pmi(WITNESS_COUNTS)
    W, C = factorize(M, n_components=1)
    least = np.sqrt(np.sum(np.linalg.svd(M, compute_uv=False)[1:] ** 2))
    return Witness(0.0, np.linalg.norm(M - W @ C.T), least)


def _witness_shift() -> Witness:
    difference = word2vec.fit_scores(WITNESS_COUNTS, K) - word2vec.fit_scores(WITNESS_COUNTS, 1)
    claimed = np.full_like(difference, -np.log(K))
    return Witness(claimed, claimed, difference)


def _witness_marginals() -> Witness:
    """Sum #(w) over the sentence: occurrences of words, and pairs."""
    return Witness(VOCABULARY.counts.sum(), counts().sum(axis=1).sum(), len(PAIRS))


def _witness_gradient() -> Witness:
    """Compare the gradients with |V| and with |D| to central differences."""
    scores = WITNESS_W @ WITNESS_C.T
    products = np.outer(WITNESS_COUNTS.sum(axis=1), WITNESS_COUNTS.sum(axis=0))
    rise = WITNESS_COUNTS * sigmoid(-scores)
    fall = WITNESS_K * products * sigmoid(scores)

    def objective(s: Array) -> float:
        return word2vec.corpus_negative_sampling_objective(s, WITNESS_COUNTS, WITNESS_K)

    return Witness(
        rise - fall / len(WITNESS_COUNTS),
        rise - fall / WITNESS_COUNTS.sum(),
        numerical_gradient(objective, scores, step=1e-5),
    )


def _witness_sigmoid_step() -> Witness:
    x = np.array([-2.0, 0.3, 1.5])
    claimed = -sigmoid(x) * (1 - sigmoid(x)) / sigmoid(-x)
    slope = [float(numerical_gradient(lambda v: float(log_sigmoid(-v)), value)) for value in x]
    return Witness(claimed, claimed, slope)


def _witness_ratio() -> Witness:
    x = np.array([-2.0, 0.3, 1.5])
    lines = [(1 + np.exp(-x)) / (np.exp(-x) * (1 + np.exp(-x))), np.exp(x)]
    return Witness(lines, lines, [sigmoid(x) / (1 - sigmoid(x))] * 2)


def _joint() -> Array:
    return WITNESS_COUNTS / WITNESS_COUNTS.sum()


def _witness_definition() -> Witness:
    P = _joint()
    claimed = np.log(P / np.outer(P.sum(axis=1), P.sum(axis=0)))
    return Witness(claimed, claimed, pmi(WITNESS_COUNTS))


def _ratio_of_counts(total: float) -> Array:
    marginals = np.outer(WITNESS_COUNTS.sum(axis=1), WITNESS_COUNTS.sum(axis=0))
    return np.log(WITNESS_COUNTS * total / marginals)


def _witness_k_1() -> Witness:
    return Witness(
        _ratio_of_counts(len(WITNESS_COUNTS)),
        _ratio_of_counts(WITNESS_COUNTS.sum()),
        _witness_definition().printed,
    )


def _witness_estimate() -> Witness:
    return Witness(
        _ratio_of_counts(1.0),
        _ratio_of_counts(WITNESS_COUNTS.sum()),
        _witness_definition().printed,
    )


def _witness_proportional() -> Witness:
    """Predict the right side from the left, through a factor and through a constant."""
    left, right = _ratio_of_counts(1.0), _ratio_of_counts(len(WITNESS_COUNTS))
    factor = right[0, 0] / left[0, 0]
    return Witness(left * factor, left + np.log(len(WITNESS_COUNTS)), right)


CONTEXT: tuple[Entry, ...] = (
    Claim(
        id="mannheim.5.task_reference",
        place="Task 5, context",
        quantity="task in which the two vectors of a word are combined",
        form="wording",
        printed="Task 1",
        correct="Task 3, question d",
        reason="Task 1 is about networks; the final representation of a word is question 3d.",
    ),
    Claim(
        id="mannheim.5.product",
        place="Task 5, context",
        quantity="matrix of all scores",
        form="formula",
        printed=r"\mathbf{M} = \mathbf{W} \mathbf{W}'^\top",
        witness=_witness_product,
    ),
    Claim(
        id="mannheim.5.entry",
        place="Task 5, context, and all formulas of the task",
        quantity="entry of the matrix of scores",
        form="formula",
        printed=r"m_{ij} = \mathbf{w}_i^\top \mathbf{w}_j",
        correct=r"m_{ij} = \mathbf{w}_i^\top \mathbf{w}_j'",
        witness=_witness_entry,
        reason=(
            "The second vector is a context vector, a row of W'. Without the prime M would be "
            "symmetric, with squared lengths on its diagonal."
        ),
    ),
    Claim(
        id="mannheim.5.names",
        place="Task 5, throughout",
        quantity="transpose and logarithm",
        form="notation",
        printed=r"\mathbf{w}^t, \mathbf{w}^T; \quad \log, \ln",
        correct=r"\mathbf{w}^\top; \quad \ln",
        reason=(
            "Two signs each for the same thing, t also being a position in the text and T the "
            "corpus in task 4. The result needs the natural logarithm, to which σ belongs."
        ),
    ),
)

QUESTION_A: tuple[Entry, ...] = (
    Claim(
        id="mannheim.5a.eq1",
        place="Task 5, question a, equation 1",
        quantity="objective of one example",
        form="formula",
        printed=(
            r"\log \sigma(\mathbf{w}_w^\top \mathbf{w}_c) "
            r"+ \sum_{i=1}^k \log(-\mathbf{w}_w^\top \mathbf{w}_i)"
        ),
        correct=(
            r"\log \sigma(\mathbf{w}_w^\top \mathbf{w}_c) "
            r"+ \sum_{i=1}^k \log \sigma(-\mathbf{w}_w^\top \mathbf{w}_i)"
        ),
        witness=_witness_eq_1,
        reason=(
            "The sigmoid is missing in the second term. log(-w·w_i) is not the logarithm of a "
            "probability, and for a positive dot product it does not exist."
        ),
    ),
    Claim(
        id="mannheim.5a.objective",
        place="Task 5, question a, equation 1",
        quantity="direction of the optimization",
        form="wording",
        printed="L(w, c) is a loss, its negation left out",
        correct="L(w, c) is an objective to be maximized; the loss is -L(w, c)",
        conditional=True,
        reason=(
            "Every term is a log-probability and grows with better predictions. The sheet says "
            "that the negation is left out, but not that L is then maximized."
        ),
    ),
    Claim(
        id="mannheim.5a.uniform",
        place="Task 5, question a",
        quantity="distribution of negatives; witness: the words of the sentence of task 3",
        form="wording",
        printed="negatives are drawn from the uniform distribution over V",
        correct="negatives are drawn from the unigram distribution",
        witness=_witness_uniform,
        reason=(
            "A probability in proportion to #(c) is not uniform: frequent words are drawn more "
            "often. Uniform would be 1/|V| for every word."
        ),
    ),
    Claim(
        id="mannheim.5a.normalizer",
        place="Task 5, question a; also equations 3 and 4",
        quantity="probability of a word as a negative; witness: its sum over the vocabulary",
        form="formula",
        printed=r"P(c) = \frac{\#(c)}{|V|}",
        correct=r"P(c) = \frac{\#(c)}{|D|}, \quad |D| = \sum_{c' \in V} \#(c')",
        witness=_witness_normalizer,
        reason=(
            "Counts must be divided by their sum, the number of tokens (or of pairs); |V| is the "
            "number of different words, and the quotients do not sum to one."
        ),
    ),
    Number(
        id="mannheim.5a.noise_the",
        place="Task 5, question a: here for the sentence of task 3, capitals ignored",
        quantity="probability of drawing the word the as a negative, by its share of the tokens",
        inputs={"sentence": SENTENCE},
        compute=lambda: float(token_noise()[VOCABULARY.index("the")]),
        slips=(
            Slip(
                lambda: TOKENS.count("the") / len(VOCABULARY),
                "The count is divided by the size of the vocabulary, as printed; these quotients "
                "do not sum to one. Divide by the number of tokens.",
            ),
            Slip(
                lambda: 1 / len(VOCABULARY),
                "This is the uniform distribution; the words are drawn by frequency.",
            ),
        ),
    ),
    Claim(
        id="mannheim.5a.expectation",
        place="Task 5, answer a, equation 2 against equation 1",
        quantity="objective with sampled negatives, and its expectation",
        form="wording",
        printed="equation 2 rewrites equation 1",
        correct="equation 2 is the expectation of equation 1 over the draw of the negatives",
        conditional=True,
        witness=_witness_expectation,
        reason="For one draw the two differ; they agree on average over draws.",
    ),
    Claim(
        id="mannheim.5a.eq2",
        place="Task 5, answer a, equation 2",
        quantity="expected objective of one example",
        form="formula",
        printed=(
            r"\log \sigma(\mathbf{w}_w^\top \mathbf{w}_c) "
            r"+ k\, \mathbb{E}_{i \sim P}[\log(-\mathbf{w}_w^\top \mathbf{w}_i)]"
        ),
        correct=(
            r"\log \sigma(\mathbf{w}_w^\top \mathbf{w}_c) "
            r"+ k\, \mathbb{E}_{i \sim P}[\log \sigma(-\mathbf{w}_w^\top \mathbf{w}_i)]"
        ),
        witness=_witness_eq_2,
        reason="The sigmoid is missing in the second term, as in equation 1.",
    ),
    Claim(
        id="mannheim.5a.eq3",
        place="Task 5, answer a, equation 3 (its second sigmoid, missing too, put in)",
        quantity="expected objective of one example, written as a sum",
        form="formula",
        printed=(
            r"\log \sigma(\mathbf{w}_w^\top \mathbf{w}_c) "
            r"+ k \sum_{i \in V} \frac{\#(i)}{|V|} \log(-\mathbf{w}_w^\top \mathbf{w}_i)"
        ),
        correct=(
            r"\log \sigma(\mathbf{w}_w^\top \mathbf{w}_c) "
            r"+ k \sum_{i \in V} \frac{\#(i)}{|D|} \log \sigma(-\mathbf{w}_w^\top \mathbf{w}_i)"
        ),
        witness=_witness_eq_3,
        reason=(
            "Two slips: the sigmoid is missing, and with |V| the weights do not sum to one, so "
            "that the sum is not an expectation. The witness shows the second alone."
        ),
    ),
)

QUESTION_B: tuple[Entry, ...] = (
    Claim(
        id="mannheim.5b.eq4",
        place="Task 5, answer b, equation 4 (its |V| read as |D|)",
        quantity="objective of the corpus",
        form="formula",
        printed=(
            r"\sum_{w, c \in V} \#(w,c) \Big(\log \sigma(\mathbf{w}_w^\top \mathbf{w}_c) "
            r"+ k \sum_{i \in V} \frac{\#(i)}{|V|} \log(-\mathbf{w}_w^\top \mathbf{w}_i)\Big)"
        ),
        correct=(
            r"\sum_{w, c \in V} \#(w,c) \Big(\log \sigma(\mathbf{w}_w^\top \mathbf{w}_c) "
            r"+ k \sum_{i \in V} \frac{\#(i)}{|D|} "
            r"\log \sigma(-\mathbf{w}_w^\top \mathbf{w}_i)\Big)"
        ),
        witness=_witness_eq_4,
        reason=(
            "The sigmoid and the normalizer of equation 3 again; the derivation in answer c has "
            "the sigmoid. The witness shows the missing sigmoid alone."
        ),
    ),
    Number(
        id="mannheim.5b.objective_at_zero",
        place="Task 5, question b: here for the sentence of task 3, capitals ignored, k = 5",
        quantity="objective of the corpus when all scores are zero",
        inputs={"sentence": SENTENCE, "window": WINDOW, "k": K},
        compute=lambda: word2vec.corpus_negative_sampling_objective(
            np.zeros(counts().shape), counts(), K
        ),
        slips=(
            Slip(
                lambda: (
                    -word2vec.corpus_negative_sampling_objective(
                        np.zeros(counts().shape), counts(), K
                    )
                ),
                "The sign is opposite: this is the loss; the objective is a sum of logarithms of "
                "probabilities.",
            ),
            Slip(
                lambda: float(len(PAIRS) * np.log(0.5) * (1 + K * len(TOKENS) / len(VOCABULARY))),
                "The noise is divided by the size of the vocabulary, as printed, and does not sum "
                "to one.",
            ),
            Slip(
                lambda: len(PAIRS) * float(np.log(0.5)) * 2,
                "Each pair has k negatives, not one.",
            ),
        ),
    ),
)

QUESTION_C: tuple[Entry, ...] = (
    Claim(
        id="mannheim.5c.eq5",
        place="Task 5, question c, equation 5, and answer c (1) and (2)",
        quantity="score that maximizes the objective",
        form="formula",
        printed=(
            r"\mathbf{w}_w^\top \mathbf{w}_c = "
            r"\ln\Big(\frac{\#(w,c)\,|V|}{\#(w)\,\#(c)}\Big) - \ln k"
        ),
        correct=(
            r"\mathbf{w}_w^\top \mathbf{w}_c = "
            r"\ln\Big(\frac{\#(w,c)\,|D|}{\#(w)\,\#(c)}\Big) - \ln k"
        ),
        witness=_witness_eq_5,
        reason=(
            "It follows from equation 4 with a noise that sums to one, #(c)/|D|; then |D|, the "
            "number of pairs, stands in the place of |V| and the first term is the PMI."
        ),
    ),
    Claim(
        id="mannheim.5c.noise",
        place="Task 5, question c, equation 5",
        quantity="score that maximizes the objective; witness: noise to the power 3/4",
        form="formula",
        printed=r"\mathbf{w}_w^\top \mathbf{w}_c = \mathrm{PMI}(w, c) - \ln k",
        correct=(r"\mathbf{w}_w^\top \mathbf{w}_c = \ln \frac{\#(w,c)}{\#(w)\,P(c)} - \ln k"),
        conditional=True,
        witness=_witness_noise,
        reason=(
            "It is the PMI only if P(c) is the share of c among the pairs. Shares among the tokens "
            "differ from it near the ends of a text, and word2vec draws with the power 3/4."
        ),
    ),
    Claim(
        id="mannheim.5c.free_scores",
        place="Task 5, question c",
        quantity="what the objective is differentiated by",
        form="wording",
        printed="the gradient with respect to a single training example (w, c)",
        correct="the derivative with respect to the score w·c, all scores taken as free variables",
        reason=(
            "Examples are data and have no gradient. The score of a pair can be varied alone only "
            "if the dimension is large enough; otherwise scores share their vectors."
        ),
    ),
    Claim(
        id="mannheim.5c.marginals",
        place="Task 5, answer c (1)",
        quantity="sum of the pair counts; witness: the sentence of task 3",
        form="formula",
        printed=r"\sum_{w'} \sum_{c'} \#(w', c') = \sum_{w'} \#(w')",
        correct=r"\sum_{w'} \sum_{c'} \#(w', c') = \sum_{w'} \#(w'), \quad "
        r"\#(w) := \sum_c \#(w, c)",
        conditional=True,
        witness=_witness_marginals,
        reason=(
            "It holds if #(w) counts the pairs with center w. Question a defines it as the number "
            "of occurrences in the corpus, and a word occurs in several pairs."
        ),
    ),
    Claim(
        id="mannheim.5c.gradient",
        place="Task 5, answer c (1), last line",
        quantity="derivative of the corpus objective for one score",
        form="formula",
        printed=r"\#(w,c)\,\sigma(-x) - k\,\#(w) \frac{\#(c)}{|V|} \sigma(x)",
        correct=r"\#(w,c)\,\sigma(-x) - k\,\#(w) \frac{\#(c)}{|D|} \sigma(x)",
        witness=_witness_gradient,
        reason="Right but for the normalizer |V| of the noise, which must be |D|.",
    ),
    Claim(
        id="mannheim.5c.sigmoid_step",
        place="Task 5, answer c (1), second display",
        quantity="derivative of the second logarithm",
        form="formula",
        printed=(
            r"\frac{\partial \log \sigma(-x)}{\partial x} "
            r"= -\frac{\sigma(x)(1 - \sigma(x))}{\sigma(-x)}"
        ),
        witness=_witness_sigmoid_step,
    ),
    Claim(
        id="mannheim.5c.ratio",
        place="Task 5, answer c (2), lines 2 to 4",
        quantity="odds of the logistic function",
        form="formula",
        printed=(r"\frac{\sigma(x)}{1 - \sigma(x)} = \frac{1 + e^{-x}}{e^{-x}(1 + e^{-x})} = e^x"),
        witness=_witness_ratio,
    ),
    Claim(
        id="mannheim.5c.k1",
        place="Task 5, answer c (3)",
        quantity="best score for k = 1",
        form="formula",
        printed=r"\mathbf{w}_w^\top \mathbf{w}_c = \log \frac{\#(w,c)\,|V|}{\#(w)\,\#(c)}",
        correct=r"\mathbf{w}_w^\top \mathbf{w}_c = \log \frac{\#(w,c)\,|D|}{\#(w)\,\#(c)}",
        witness=_witness_k_1,
        reason="Only with the number of pairs |D| is this the PMI; with |V| it is not.",
    ),
    Claim(
        id="mannheim.5c.pmi_definition",
        place="Task 5, answer c (3) and (4)",
        quantity="pointwise mutual information",
        form="formula",
        printed=r"\mathrm{PMI}(w, c) = \log \frac{p(w, c)}{p(w)\,p(c)}",
        witness=_witness_definition,
    ),
    Claim(
        id="mannheim.5c.pmi_estimate",
        place="Task 5, answer c (4)",
        quantity="estimate of the PMI from counts",
        form="formula",
        printed=r"\mathrm{PMI}(w, c) = \log \frac{\#(w,c)}{\#(w)\,\#(c)}",
        correct=r"\mathrm{PMI}(w, c) = \log \frac{\#(w,c)\,|D|}{\#(w)\,\#(c)}",
        witness=_witness_estimate,
        reason=(
            "Relative frequencies are counts over |D|. Of the three, one |D| remains in the "
            "numerator; it is left out."
        ),
    ),
    Claim(
        id="mannheim.5c.proportional",
        place="Task 5, answer c (4)",
        quantity="relation of the two logarithms",
        form="formula",
        printed=(
            r"\log \frac{\#(w,c)}{\#(w)\,\#(c)} \propto \log \frac{\#(w,c)\,|V|}{\#(w)\,\#(c)}"
        ),
        correct=(
            r"\log \frac{\#(w,c)\,|V|}{\#(w)\,\#(c)} = "
            r"\log \frac{\#(w,c)}{\#(w)\,\#(c)} + \log |V|"
        ),
        witness=_witness_proportional,
        reason=(
            "A factor inside a logarithm is a constant added outside: the two differ by log |V|, "
            "they are not proportional. The constant decides which PMI are positive."
        ),
    ),
    Claim(
        id="mannheim.5c.independently",
        place="Task 5, answer c (4)",
        quantity="meaning of the marginal probabilities",
        form="wording",
        printed="marginals say how often the words occur independently",
        correct="marginals say how often each word occurs at all; their product is how often both "
        "would occur together if they were independent",
        reason="A marginal counts all occurrences of a word, those together with the other too.",
    ),
    Claim(
        id="mannheim.5c.unseen",
        place="Task 5, answer c (5)",
        quantity="optimum for a pair that was never seen; witness: its derivative at -5",
        form="wording",
        printed="the best score is the PMI",
        correct="the best score is the PMI if #(w, c) > 0",
        conditional=True,
        witness=_witness_unseen,
        reason=(
            "For #(w, c) = 0 the PMI is minus infinity: the objective keeps growing as the score "
            "falls, and no finite vectors reach its optimum."
        ),
    ),
    Claim(
        id="mannheim.5c.rank",
        place="Task 5, answer c (5)",
        quantity="distance of M to the PMI matrix; witness: a 3 × 3 matrix at dimension 1",
        form="wording",
        printed="skip-gram factorizes the PMI matrix",
        correct=(
            "it does if k = 1, every pair was seen, and the dimension is at least the rank of the "
            "PMI matrix"
        ),
        conditional=True,
        witness=_witness_rank,
        reason=(
            "With fewer dimensions M = WW'^T cannot be the PMI matrix. Skip-gram then finds the "
            "factors that are best for its own weighted loss, not those of a truncated SVD."
        ),
    ),
    Claim(
        id="mannheim.5c.shift",
        place="Task 5, answer c (5)",
        quantity="change of the best scores from k = 1 to k = 5",
        form="wording",
        printed="for k > 1 the PMI matrix is shifted by log k (downward, by equation 5)",
        witness=_witness_shift,
        reason="The shift is -log k; the sentence leaves its direction to the equation.",
    ),
    Claim(
        id="mannheim.5c.lsa",
        place="Task 5, answer c (5)",
        quantity="matrix behind latent semantic analysis",
        form="wording",
        printed="LSA uses the singular value decomposition of a co-occurrence matrix",
        correct="of a matrix of words and the documents in which they occur",
        conditional=True,
        reason=(
            "It holds if a document is taken as the context of its words; skip-gram counts pairs "
            "of words in a window."
        ),
    ),
    Number(
        id="mannheim.5c.pmi_fox_quick",
        place="Task 5, question c: here for the sentence of task 3, capitals ignored",
        quantity="PMI of (fox, quick)",
        inputs={"sentence": SENTENCE, "window": WINDOW},
        compute=lambda: float(pmi(counts())[VOCABULARY.index("fox"), VOCABULARY.index("quick")]),
        slips=(
            Slip(
                lambda: _pmi_fox_quick(len(VOCABULARY)),
                "The size of the vocabulary |V|, as printed, stands where the number of pairs |D| "
                "belongs.",
            ),
            Slip(
                lambda: _pmi_fox_quick(len(TOKENS)),
                "The number of tokens stands where the number of pairs |D| belongs.",
            ),
            Slip(lambda: _pmi_fox_quick(1), "The number of pairs |D| is left out."),
            Slip(
                lambda: _pmi_fox_quick(len(PAIRS)) / float(np.log(2)),
                "The logarithm is taken to base 2; w·c is compared with the natural logarithm.",
            ),
            Slip(
                lambda: float(np.exp(_pmi_fox_quick(len(PAIRS)))),
                "This is the ratio of probabilities; the PMI is its logarithm.",
            ),
        ),
    ),
    Number(
        id="mannheim.5c.optimum_fox_quick",
        place="Task 5, question c: here for the sentence of task 3, capitals ignored, k = 5",
        quantity="best score of (fox, quick)",
        inputs={"sentence": SENTENCE, "window": WINDOW, "k": K},
        compute=lambda: float(
            word2vec.fit_scores(counts(), K)[VOCABULARY.index("fox"), VOCABULARY.index("quick")]
        ),
        slips=(
            Slip(
                lambda: _pmi_fox_quick(len(PAIRS)) + float(np.log(K)),
                "The sign of the shift is wrong: more negatives push the score down.",
            ),
            Slip(
                lambda: _pmi_fox_quick(len(PAIRS)),
                "This is the optimum for k = 1; subtract ln k.",
            ),
            Slip(
                lambda: _pmi_fox_quick(len(VOCABULARY)) - float(np.log(K)),
                "The size of the vocabulary |V|, as printed, stands where the number of pairs |D| "
                "belongs.",
            ),
            Slip(
                lambda: _pmi_fox_quick(len(PAIRS)) - K,
                "The shift is ln k, not k.",
            ),
        ),
    ),
    Number(
        id="mannheim.5c.n_unseen",
        place="Task 5, answer c (5): here for the sentence of task 3, capitals ignored",
        quantity="number of entries of the PMI matrix that are minus infinity",
        inputs={"sentence": SENTENCE, "window": WINDOW},
        compute=lambda: int(np.isneginf(pmi(counts())).sum()),
    ),
)

ENTRIES: tuple[Entry, ...] = (*CONTEXT, *QUESTION_A, *QUESTION_B, *QUESTION_C)
