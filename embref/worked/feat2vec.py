"""The Feat2Vec appendix: the proof that self-supervised learning mixes targeted gradients.

The lines of the long display are numbered from 1, the loss, to 8, the sum of targeted losses:
``feat2vec.line2.total_probability``. The witnesses are small enough for loops: five records of
three groups, each value a vector of two numbers. They use no model of :mod:`embref.feat2vec`.
"""

import itertools
from collections.abc import Callable, Sequence
from decimal import Decimal

import numpy as np

from embref.losses import log_sigmoid
from embref.networks import Array, numerical_gradient, sigmoid
from embref.worked.registry import Claim, Entry, Witness

CITATION = (
    "Luis Armona, José González-Brenes, Ralph Edezath, Supplemental proof for Beyond Word "
    "Embeddings: Representations for Multi-modal Data. Appendix A.1, proof to theorem 1."
)

Record = tuple[int, ...]

SIZES = (3, 2, 2)  # values of each group
GROUPS = range(len(SIZES))
RECORDS: tuple[Record, ...] = ((0, 0, 1), (1, 1, 0), (2, 1, 1), (0, 0, 0), (1, 0, 1))
K = 2
Q1 = np.array([0.5, 0.3, 0.2])
ALPHA_2 = 0.75
THETA = np.sin(np.arange(1.0, 2 * sum(SIZES) + 1)).reshape(sum(SIZES), 2)

# One run of the sampling algorithm: the group replaced in each record, and its K new values.
DRAWN_GROUPS = (0, 2, 1, 0, 0)
DRAWN_VALUES = ((1, 2), (1, 1), (0, 1), (2, 2), (0, 1))

# The same where every negative draws a group of its own.
GROUPS_PER_NEGATIVE = ((0, 1), (2, 2), (1, 0), (0, 0), (0, 2))


def q2(group: int) -> Array:
    """Return the second-step probabilities of the values of a group, from their counts."""
    counts = np.bincount([x[group] for x in RECORDS], minlength=SIZES[group])
    return counts**ALPHA_2 / np.sum(counts**ALPHA_2)


def vectors(theta: Array, x: Record) -> Array:
    """Return the embeddings of the groups of a record, shape (n_groups, 2)."""
    starts = np.concatenate([[0], np.cumsum(SIZES)[:-1]])
    return theta[starts + np.array(x)]


def score(theta: Array, x: Record) -> float:
    """Sum the dot products of all pairs of groups."""
    return sum(float(a @ b) for a, b in itertools.combinations(vectors(theta, x), 2))


def replaced(x: Record, group: int, value: int) -> Record:
    """Return a record with another value of one group."""
    return (*x[:group], value, *x[group + 1 :])


def log_real(theta: Array, x: Record, noise: float) -> float:
    """Return the logarithm of the probability that a record is real, given its noise's P_Q."""
    return float(log_sigmoid(score(theta, x) - np.log(noise)))


def log_noise(theta: Array, x: Record, noise: float) -> float:
    """Return the logarithm of the probability that a record is noise."""
    return float(log_sigmoid(np.log(noise) - score(theta, x)))


def record_loss(theta: Array, x: Record, group: int, values: Sequence[int]) -> float:
    """Return the loss of one record whose negatives have these values in one group."""
    noise = q2(group)
    negatives = [log_noise(theta, replaced(x, group, v), noise[v]) for v in values]
    return -log_real(theta, x, noise[x[group]]) - sum(negatives)


def drawn_loss(theta: Array) -> float:
    """Return the loss of the run of the sampling algorithm above, line 6."""
    draws = zip(RECORDS, DRAWN_GROUPS, DRAWN_VALUES, strict=True)
    return sum(record_loss(theta, *draw) for draw in draws) / len(RECORDS)


def assignment_term() -> float:
    """Return the term of line 5 that holds the probabilities of the groups."""
    return float(-(K + 1) * np.sum(np.log(Q1[list(DRAWN_GROUPS)])) / len(RECORDS))


def targeted_record_loss(theta: Array, x: Record, group: int) -> float:
    """Average the loss of a record over all ways to draw its K values of one group."""
    noise = q2(group)
    return sum(
        float(np.prod(noise[list(values)])) * record_loss(theta, x, group, values)
        for values in itertools.product(range(SIZES[group]), repeat=K)
    )


def targeted_loss(theta: Array, group: int) -> float:
    """Return the expected loss of the classifier that targets one group."""
    return sum(targeted_record_loss(theta, x, group) for x in RECORDS) / len(RECORDS)


def score_gradient(theta: Array, x: Record) -> Array:
    """Return the gradient of the score of a record with respect to all embeddings."""
    gradient, embeddings = np.zeros_like(theta), vectors(theta, x)
    starts = np.concatenate([[0], np.cumsum(SIZES)[:-1]])
    for group in GROUPS:
        others = [embeddings[j] for j in GROUPS if j != group]
        gradient[starts[group] + x[group]] = np.sum(others, axis=0)
    return gradient


def targeted_gradient(theta: Array, group: int) -> Array:
    """Return the gradient of :func:`targeted_loss`, derived by hand."""
    gradient, noise = np.zeros_like(theta), q2(group)
    for x in RECORDS:
        error = sigmoid(score(theta, x) - np.log(noise[x[group]])) - 1
        gradient += error * score_gradient(theta, x)
        for value, probability in enumerate(noise):
            negative = replaced(x, group, value)
            error = sigmoid(score(theta, negative) - np.log(probability))
            gradient += K * probability * error * score_gradient(theta, negative)
    return gradient / len(RECORDS)


def combination(theta: Array) -> Array:
    """Return the weighted sum of the targeted gradients, the right side of the theorem."""
    return sum((Q1[i] * targeted_gradient(theta, i) for i in GROUPS), np.zeros_like(theta))


def self_supervised_loss(theta: Array, noise: Callable[[Record, Record, int], float]) -> float:
    """Average line 1 over groups and values, with any P_Q of a record, its positive and a group."""
    total = 0.0
    for x, i in itertools.product(RECORDS, GROUPS):
        total -= Q1[i] * log_real(theta, x, noise(x, x, i))
        for value, probability in enumerate(q2(i)):
            negative = replaced(x, i, value)
            total -= Q1[i] * K * probability * log_noise(theta, negative, noise(negative, x, i))
    return total / len(RECORDS)


def conditional_noise(x: Record, positive: Record, group: int) -> float:
    """Return P_Q of a record when it is known which group was drawn."""
    return float(q2(group)[x[group]])


def marginal_noise(x: Record, positive: Record, group: int) -> float:
    """Return P_Q of a record by either step: the sum over the groups that can have made it."""
    return sum(float(Q1[i] * q2(i)[x[i]]) for i in GROUPS if replaced(positive, i, x[i]) == x)


def _witness_same_parameters() -> Witness:
    """Take the targeted gradients after each machine has gone a step of its own."""
    steps = [THETA - targeted_gradient(THETA, i) for i in GROUPS]
    own = sum(Q1[i] * targeted_gradient(steps[i], i) for i in GROUPS)
    return Witness(own, combination(THETA), _self_supervised_gradient(conditional_noise))


def _best_score(probability: float, noise: float, k: int, normalizer: float) -> float:
    """Minimize the expected loss of one value over its score, by bisection of the slope."""
    low, high = -50.0, 50.0
    for _ in range(200):
        s = (low + high) / 2
        logit = s - np.log(normalizer)
        slope = -probability * sigmoid(-logit) + k * noise * sigmoid(logit)
        low, high = (low, s) if slope > 0 else (s, high)
    return low


def _witness_posterior() -> Witness:
    """Add up exp(s) over the values of a group at the optimum: a distribution adds up to one."""
    shares, noise = np.array([0.6, 0.3, 0.1]), q2(0)
    printed, correct = (
        sum(np.exp(_best_score(p, q, K, factor * q)) for p, q in zip(shares, noise, strict=True))
        for factor in (1, K)
    )
    return Witness(printed, correct, 1.0)


def _witness_complement() -> Witness:
    s, noise = score(THETA, RECORDS[0]), q2(0)[0]
    formula = np.log(noise / (np.exp(s) + noise))
    return Witness(formula, formula, np.log(1 - np.exp(s) / (np.exp(s) + noise)))


def _witness_overflow() -> Witness:
    """Evaluate line 3 for a negative of score 800, the truth with decimal numbers."""
    s, noise = 800.0, 0.25
    with np.errstate(over="ignore", divide="ignore"):
        printed = np.log(noise / (np.exp(s) + noise))
    exact = (Decimal(noise) / (Decimal(s).exp() + Decimal(noise))).ln()
    return Witness(printed, log_sigmoid(np.log(noise) - s), float(exact))


def _witness_total_probability() -> Witness:
    """Compare with the odds of real to noise, which sums the noise over the groups."""
    x = RECORDS[1]
    real = np.exp(score(THETA, x))
    noises = np.array([q2(i)[x[i]] for i in GROUPS])
    given_group = real / (real + noises)
    group_given_x = Q1 * (real + noises) / (real + Q1 @ noises)
    truth = real / (real + marginal_noise(x, x, 0))
    return Witness(given_group[0] * Q1[0], group_given_x @ given_group, truth)


def _self_supervised_gradient(noise: Callable[[Record, Record, int], float]) -> Array:
    return numerical_gradient(lambda theta: self_supervised_loss(theta, noise), THETA)


def _witness_conditional_noise() -> Witness:
    return Witness(
        _self_supervised_gradient(marginal_noise),
        _self_supervised_gradient(conditional_noise),
        combination(THETA),
    )


def _witness_partition() -> Witness:
    """Count the records of all sets S together."""
    per_negative = sum(len(set(groups)) for groups in GROUPS_PER_NEGATIVE)
    per_record = sum(DRAWN_GROUPS.count(i) for i in GROUPS)
    return Witness(per_negative, per_record, len(RECORDS))


def _witness_second_step() -> Witness:
    """Add up P_Q given the first group, over all records that there can be."""
    x_plus, noise = RECORDS[0], q2(0)
    every = list(itertools.product(*map(range, SIZES)))
    made = [x for x in every if x[1:] == x_plus[1:]]
    return Witness(sum(noise[x[0]] for x in every), sum(noise[x[0]] for x in made), 1.0)


def _lines_4_and_5() -> tuple[float, float]:
    """Evaluate the loss with the probability of the group in every logarithm, and pulled out."""
    line_4 = 0.0
    for x, i, values in zip(RECORDS, DRAWN_GROUPS, DRAWN_VALUES, strict=True):
        noise = q2(i)
        line_4 -= np.log(np.exp(log_real(THETA, x, noise[x[i]])) * Q1[i])
        for v in values:
            line_4 -= np.log(np.exp(log_noise(THETA, replaced(x, i, v), noise[v])) * Q1[i])
    return line_4 / len(RECORDS), drawn_loss(THETA) + assignment_term()


def _witness_pulled_out() -> Witness:
    line_4, line_5 = _lines_4_and_5()
    return Witness(line_5, line_5, line_4)


def _witness_dropped_term() -> Witness:
    with_term = numerical_gradient(lambda t: drawn_loss(t) + assignment_term(), THETA)
    return Witness(with_term, with_term, numerical_gradient(drawn_loss, THETA))


def _witness_proportional() -> Witness:
    """Predict line 5 at other parameters from line 6: by their ratio, and by their difference."""
    before, after = drawn_loss(THETA), drawn_loss(2 * THETA)
    line_5 = before + assignment_term()
    return Witness(line_5 * after / before, line_5 + after - before, after + assignment_term())


def _witness_independent_groups() -> Witness:
    """Let the group depend on the record: the second group only where the third has value 1."""
    chance = np.array([[0.5, 0.5, 0.0] if x[2] else [0.5, 0.0, 0.5] for x in RECORDS])
    losses = np.array([[targeted_record_loss(THETA, x, i) for i in GROUPS] for x in RECORDS])
    share = chance.mean(axis=0)
    within = [chance[:, i] @ losses[:, i] / chance[:, i].sum() for i in GROUPS]
    truth = sum(float(row @ loss) for row, loss in zip(chance, losses, strict=True)) / len(RECORDS)
    return Witness(share @ losses.mean(axis=0), share @ np.array(within), truth)


def _witness_sign() -> Witness:
    """Evaluate line 7 term by term, and line 8 from the targeted losses."""
    line_7 = -sum(
        Q1[i]
        * (
            log_real(THETA, x, q2(i)[x[i]])
            + K * sum(q * log_noise(THETA, replaced(x, i, v), q) for v, q in enumerate(q2(i)))
        )
        for x, i in itertools.product(RECORDS, GROUPS)
    ) / len(RECORDS)
    line_8 = sum(Q1[i] * targeted_loss(THETA, i) for i in GROUPS)
    return Witness(line_8, line_8, line_7)


def _witness_linear() -> Witness:
    mixture = numerical_gradient(lambda t: sum(Q1[i] * targeted_loss(t, i) for i in GROUPS), THETA)
    return Witness(combination(THETA), combination(THETA), mixture)


def _witness_each_step() -> Witness:
    """Compare the gradient of one draw with the mean over all draws."""
    expected = _self_supervised_gradient(conditional_noise)
    return Witness(numerical_gradient(drawn_loss, THETA), expected, combination(THETA))


ENTRIES: tuple[Entry, ...] = (
    Claim(
        id="feat2vec.title.paper",
        place="A, first line",
        quantity="title of the paper",
        form="wording",
        printed="Beyond Word Embeddings: Representations for Multi-modal Data",
        correct="Beyond Word Embeddings: Dense Representations for Multi-Modal Data",
        reason="So it was published (FLAIRS 2019); an earlier draft lacked the word.",
    ),
    Claim(
        id="feat2vec.theorem.same_parameters",
        place="Theorem 1",
        quantity="parameters at which the targeted gradients are taken",
        form="wording",
        printed="gradients from n supervised machines that are learned",
        correct="gradients of n supervised losses, all at the parameters of the one model",
        conditional=True,
        witness=_witness_same_parameters,
        reason=(
            "The n machines share one set of parameters. Machines that are trained on their own "
            "move to different parameters, and their gradients do not add up to this one."
        ),
    ),
    Claim(
        id="feat2vec.theorem.machines",
        place="Theorem 1, against the last sentence of the proof",
        quantity="what the supervised models are",
        form="wording",
        printed="n supervised Factorization Machines, one for each feature group",
        correct="n supervised Feat2Vec models with the same extractors",
        conditional=True,
        reason=(
            "A factorization machine has one vector per feature. The models are such machines "
            "where every group is a single categorical feature, looked up in a table."
        ),
    ),
    Claim(
        id="feat2vec.line1.posterior",
        place="Line 1, with the fractions of line 3",
        quantity="probability that a record is real; witness: the sum of exp(s) at the optimum",
        form="formula",
        printed=r"\tilde p(y=1 \mid x) = \frac{e^{s(x)}}{e^{s(x)} + P_Q(x)}",
        correct=r"\tilde p(y=1 \mid x) = \frac{e^{s(x)}}{e^{s(x)} + k P_Q(x)}",
        conditional=True,
        witness=_witness_posterior,
        reason=(
            "Holds for k = 1. There are k noise records for each real one, so that the odds are "
            "exp(s) to k P_Q if exp(s) is to be a probability. Without k, the best exp(s) is a "
            "probability divided by k; the theorem holds either way."
        ),
    ),
    Claim(
        id="feat2vec.line1.conditional_noise",
        place="Line 1 against line 3",
        quantity="P_Q in line 1; witness: the gradient that it leads to",
        form="formula",
        printed=r"P_Q(x \mid x^+)",
        correct=r"P_Q(x \mid x^+, x^+ \in S_{\kappa_i}^+)",
        conditional=True,
        witness=_witness_conditional_noise,
        reason=(
            "Line 3 goes on with the probability given the group drawn. Line 1 equals it only if "
            "its own probability is already that one; the probability that the two steps together "
            "give x (for the positive, a sum over all groups) leads to another gradient, and so "
            "does the product of both steps that the paper puts in its place."
        ),
    ),
    Claim(
        id="feat2vec.line2.total_probability",
        place="Line 2",
        quantity="probability that a record is real, its group unknown; witness: i = 1",
        form="formula",
        printed=(
            r"\tilde p(y=1 \mid x^+) = \tilde p(y=1 \mid x^+, x^+ \in S_{\kappa_i}^+) \,"
            r" p(x^+ \in S_{\kappa_i}^+)"
        ),
        correct=(
            r"\tilde p(y=1 \mid x^+) = \sum_{i=1}^n \tilde p(y=1 \mid x^+, x^+ \in S_{\kappa_i}^+)"
            r" \, p(x^+ \in S_{\kappa_i}^+ \mid x^+)"
        ),
        witness=_witness_total_probability,
        reason=(
            "The product is the probability of being real and in the set; the law of total "
            "probability sums over the groups, each with its probability given the record. The "
            "step is not needed: with the noise of line 3 the group is known, no factor "
            "arises, and there is none to drop in line 6."
        ),
    ),
    Claim(
        id="feat2vec.line2.index",
        place="Line 2",
        quantity="group index",
        form="notation",
        printed=r"\sum_{x^+ \in X} \log(\dots x^+ \in S_{\kappa_i}^+ \dots)",
        correct=r"\sum_{i=1}^n \sum_{x^+ \in S_{\kappa_i}^+} \log(\dots)",
        reason="The index i is bound to nothing before the sum over groups of line 3.",
    ),
    Claim(
        id="feat2vec.line2.draws",
        place="Line 2, second sum",
        quantity="distribution of the negatives",
        form="notation",
        printed=r"x^- \sim Q(\cdot \mid x^+)",
        correct=r"x^- \sim Q(\cdot \mid x^+, x^+ \in S_{\kappa_i}^+)",
        reason=(
            "The summand is conditional on the group, so the negatives must be drawn given that "
            "group, as line 3 has it; otherwise the negative may differ in another one."
        ),
    ),
    Claim(
        id="feat2vec.line3.partition",
        place="Line 3, and the definition of the sets",
        quantity="number of records in all sets together; witness: each negative has its group",
        form="formula",
        printed=r"\sum_{x^+ \in X} = \sum_{i=1}^n \sum_{x^+ \in S_{\kappa_i}^+}",
        correct="one group is drawn per record and shared by its k negatives",
        conditional=True,
        witness=_witness_partition,
        reason=(
            "Where each negative draws a group of its own, a record is in several sets and its "
            "first term is counted once in each. The sum over pairs of record and negative can "
            "still be split, with a first term of weight 1/k in each."
        ),
    ),
    Claim(
        id="feat2vec.line3.complement",
        place="Line 3, second fraction",
        quantity="logarithm of the probability that a record is noise",
        form="formula",
        printed=r"\log \frac{P_Q}{e^s + P_Q}",
        witness=_witness_complement,
    ),
    Claim(
        id="feat2vec.line3.overflow",
        place="Lines 3 to 7",
        quantity="the fractions in floating-point numbers; witness: a score of 800",
        form="formula",
        printed=r"\log \frac{P_Q}{e^s + P_Q}",
        correct=r"\log \sigma(\log P_Q - s)",
        conditional=True,
        witness=_witness_overflow,
        reason=(
            "Equal in exact arithmetic. The exponential of a score above 709 is infinite in "
            "double precision (above 88 in single), the loss with it; compute cross-entropy from "
            "the logit s - log P_Q."
        ),
    ),
    Claim(
        id="feat2vec.line4.second_step",
        place="Note before line 4",
        quantity="probability of a record under the noise; witness: its sum over all records",
        form="formula",
        printed=r"P_Q(x \mid x^+, x^+ \in S_{\kappa_i}^+) = P_{Q_2}(x_{\kappa_i})",
        correct="for records that equal the positive outside the group; zero for all others",
        conditional=True,
        witness=_witness_second_step,
        reason=(
            "One group is replaced, the others stay. Given to every record, the probabilities "
            "add up to the number of ways to fill the other groups. The proof uses it only where "
            "it holds."
        ),
    ),
    Claim(
        id="feat2vec.line4.feature",
        place="Note before line 4, and the conclusion",
        quantity="name of the group replaced",
        form="notation",
        printed=r"x_f, \quad Q_2(X_f, \alpha_2), \quad \text{feature } f",
        correct=r"x_{\kappa_i}, \quad Q_2(X_{\kappa_i}, \alpha_2), \quad \text{feature group } i",
        reason="The letter f is never introduced; it is the group with index i.",
    ),
    Claim(
        id="feat2vec.line4.member",
        place="Lines 4 to 7, below the second sum",
        quantity="what is a member of the set",
        form="notation",
        printed=r"Q(\cdot \mid x^+, i \in S_{\kappa_i}^+)",
        correct=r"Q(\cdot \mid x^+, x^+ \in S_{\kappa_i}^+)",
        reason="The sets hold records, not group indices; line 3 has it right.",
    ),
    Claim(
        id="feat2vec.line5.pulled_out",
        place="Line 5",
        quantity="probabilities of the groups, out of the logarithms of line 4",
        form="formula",
        printed=r"\log\left(p(x^+ \in S_{\kappa_i}^+)^{k+1}\right)",
        witness=_witness_pulled_out,
        reason="One factor for the record and one for each of its k negatives.",
    ),
    Claim(
        id="feat2vec.line6.dropped_term",
        place="Line 6",
        quantity="gradient with and without the probabilities of the groups",
        form="wording",
        printed="the term does not depend on the learned parameters",
        witness=_witness_dropped_term,
    ),
    Claim(
        id="feat2vec.line6.proportional",
        place="Line 6",
        quantity="relation of line 6 to line 5; witness: line 5 at other parameters",
        form="formula",
        printed=r"\propto",
        correct=r"= \dots + \text{const}",
        witness=_witness_proportional,
        reason=(
            "A term is dropped, not a factor: the two lines differ by a constant, and their ratio "
            "changes with the parameters. Gradients are equal, not merely proportional."
        ),
    ),
    Claim(
        id="feat2vec.line7.independent_groups",
        place="Line 7",
        quantity="limit of the sums over the sets; witness: a group that depends on the record",
        form="formula",
        printed=r"\sum_i p(x^+ \in S_{\kappa_i}^+) \, E[\dots]",
        correct=r"\sum_i p(x^+ \in S_{\kappa_i}^+) \, E[\dots \mid x^+ \in S_{\kappa_i}^+]",
        conditional=True,
        witness=_witness_independent_groups,
        reason=(
            "The mean over a set tends to the expectation over its records. It is that over all "
            "records if the group is drawn independently of the record, as the algorithm does, "
            "but not if, say, missing values are never replaced."
        ),
    ),
    Claim(
        id="feat2vec.line7.expectation",
        place="Lines 7 and 8",
        quantity="what the expectation is over",
        form="notation",
        printed=r"E\left[\dots\right]",
        correct=r"E_{x^+ \sim X} E_{x^- \sim Q_2}\left[\dots\right]",
        reason=(
            "Over the records and over the negatives, both. The arrow must then be read as almost "
            "sure convergence; in expectation the two sides are equal for any number of records."
        ),
    ),
    Claim(
        id="feat2vec.line8.sign",
        place="Line 8",
        quantity="sum of the targeted losses",
        form="formula",
        printed=(
            r"-\sum_i p_i E[\log \dots + \sum \log \dots] = "
            r"\sum_i p_i E[L(x \mid \phi, \text{target} = \kappa_i)]"
        ),
        witness=_witness_sign,
        reason="The minus sign of line 7 is the one in the definition of the loss.",
    ),
    Claim(
        id="feat2vec.line8.argument",
        place="Line 8, and the formula after it",
        quantity="arguments of the targeted loss",
        form="notation",
        printed=r"L(x \mid \phi, \text{target} = \kappa_i), \; L(x \mid \phi, \text{target} = i)",
        correct=r"L(\{x\} \mid \phi, \text{target} = i)",
        reason=(
            "L was defined for a data set; here it is meant for the set of one record. The target "
            "is written as a group and as its index."
        ),
    ),
    Claim(
        id="feat2vec.conclusion.n_features",
        place="Conclusion",
        quantity="number of targeted classifiers",
        form="wording",
        printed="one for each of the p features",
        correct="one for each of the n feature groups",
        reason="The number of groups is n; p is a probability throughout the proof.",
    ),
    Claim(
        id="feat2vec.conclusion.gradient",
        place="Conclusion, formula",
        quantity="gradient of the weighted sum of losses",
        form="formula",
        printed=(
            r"\frac{\partial}{\partial\phi} \sum_i p_i E[L_i] = "
            r"\sum_i p_i \frac{\partial}{\partial\phi} E[L_i]"
        ),
        witness=_witness_linear,
        reason="The derivative is linear and the weights do not depend on the parameters.",
    ),
    Claim(
        id="feat2vec.conclusion.parameters",
        place="Conclusion, formula",
        quantity="variable of the derivative",
        form="notation",
        printed=r"\frac{\partial}{\partial\phi}",
        correct=r"\frac{\partial}{\partial\theta}",
        reason=(
            "The extractors are functions; what is learned are their parameters, which the proof "
            "leaves out of its notation at the start."
        ),
    ),
    Claim(
        id="feat2vec.conclusion.each_step",
        place="Conclusion",
        quantity="gradient of one step; witness: one draw of groups and negatives",
        form="wording",
        printed="at each step, a convex combination weighted by the probabilities of step one",
        correct="at each step in expectation over the draws",
        conditional=True,
        witness=_witness_each_step,
        reason=(
            "One step sees one draw. Its gradient is a convex combination too, but weighted by "
            "the shares of the sets actually drawn, each gradient over its own set alone."
        ),
    ),
    Claim(
        id="feat2vec.conclusion.name",
        place="Conclusion, last sentence",
        quantity="name of the method",
        form="wording",
        printed="unsupervised Feat2Vec",
        correct="self-supervised Feat2Vec",
        reason="The theorem and the rest of the proof call it so.",
    ),
)
