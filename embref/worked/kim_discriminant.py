"""Kim's slides on classification, siamese networks, kernels and deep clustering.

The deck writes examples as columns of X and Z; here, as everywhere in `embref`, they are rows.
"""

import itertools

import numpy as np

from embref import word2vec
from embref.classifiers import bayes_posterior
from embref.evaluation import cosine_similarity, unit_rows
from embref.kernels import kernel_embedding, rbf_kernel
from embref.losses import cross_entropy, logistic_loss, softmax
from embref.networks import Array, sigmoid
from embref.worked.registry import Claim, Entry, Number, Slip, Witness

# One example per row: T = 6 bins of D = 2 features.
X = np.array([[0.0, 0.2], [0.5, -0.3], [0.3, 0.9], [2.0, 2.1], [1.6, 2.4], [2.3, 1.2]])
SOURCES = np.array([0, 0, 0, 1, 1, 1])
SIGMA = 1.5
Z = np.array([[1.0, 0.2], [0.8, -0.4], [0.6, 0.5], [-0.3, 1.1], [0.1, 0.9], [0.4, 0.7]])

# Joint probabilities of two classes and three values of a feature.
JOINT = np.array([[0.45, 0.30, 0.15], [0.01, 0.03, 0.06]])


def assignments() -> Array:
    """Return Y, the one-hot sources of the bins, one per row."""
    return np.eye(2)[SOURCES]


def affinity_shapes() -> list[tuple[int, ...]]:
    """Return the shapes of the two products of Z with itself, for examples in columns."""
    columns = Z.T
    return [(columns.T @ columns).shape, (columns @ columns.T).shape]


def _likelihoods() -> Array:
    """Return p(x | class) for the three values, one value per row."""
    return (JOINT / JOINT.sum(axis=1, keepdims=True)).T


def _witness_cross_entropy() -> Witness:
    """Evaluate the product of a one-hot target and the logarithms of three classes."""
    y, y_hat = np.array([0.0, 1.0, 0.0]), softmax([1.0, 2.0, -0.5])
    return Witness(-y * np.log(y_hat), -y @ np.log(y_hat), cross_entropy(y_hat, 1))


def _witness_fixed_classes() -> Witness:
    """Add a class: it takes its probability from all others, in proportion."""
    scores, new = np.array([1.0, 2.0, -0.5]), 1.5
    p_new = np.exp(new) / (np.exp(new) + np.exp(scores).sum())
    lowered = softmax(scores) * (1 - p_new)
    return Witness(lowered, lowered, softmax([*scores, new])[:3])


def _witness_posterior() -> Witness:
    """Compare with the posterior by definition: the share of a class among equal examples."""
    log_likelihoods = np.log(_likelihoods())
    return Witness(
        bayes_posterior(log_likelihoods),
        bayes_posterior(log_likelihoods, priors=JOINT.sum(axis=1)),
        (JOINT / JOINT.sum(axis=0)).T,
    )


def _accuracy(posteriors: Array) -> float:
    """Return the share of right decisions among examples with the joint probabilities."""
    return float(sum(JOINT[c, x] for x, c in enumerate(posteriors.argmax(axis=1))))


def _witness_balanced() -> Witness:
    """Decide by a model of balanced data, and by one of the data as they are."""
    balanced = JOINT / JOINT.sum(axis=1, keepdims=True)
    as_they_are = bayes_posterior(np.log(_likelihoods()), priors=JOINT.sum(axis=1))
    best = max(
        sum(JOINT[c, x] for x, c in enumerate(choice))
        for choice in itertools.product(range(2), repeat=3)
    )
    return Witness(_accuracy(balanced.T), _accuracy(as_they_are), best)


def _witness_target() -> Witness:
    """Evaluate the loss of a matching pair, with the bar read as the complement."""
    s, y = float(Z[0] @ Z[1]), 1
    printed = -(1 - y) * np.log(sigmoid(s)) - y * np.log(1 - sigmoid(s))
    return Witness(printed, logistic_loss([s], [y]), np.log(1 + np.exp(-s)))


def _pair_losses() -> Array:
    """Evaluate the printed loss for every pair of different examples."""
    return np.array(
        [
            -np.log(1 / (1 + np.exp(-Z[i] @ Z[j])))
            if SOURCES[i] == SOURCES[j]
            else -np.log(1 - 1 / (1 + np.exp(-Z[i] @ Z[j])))
            for i, j in itertools.combinations(range(len(Z)), 2)
        ]
    )


def _witness_siamese_loss() -> Witness:
    i, j = np.triu_indices(len(Z), 1)
    loss = logistic_loss(np.sum(Z[i] * Z[j], axis=1), SOURCES[i] == SOURCES[j])
    formula = _pair_losses().mean()
    return Witness(formula, formula, loss)


def _witness_word2vec() -> Witness:
    """Take one matching pair and two others, all with the first example."""
    pairs = [(1, 1), (3, 0), (4, 0)]
    loss = sum(logistic_loss([Z[0] @ Z[j]], [y]) for j, y in pairs)
    return Witness(loss, loss, -word2vec.negative_sampling_objective(Z[0], Z[1], Z[[3, 4]]))


def _witness_similar() -> Witness:
    """Find which of two vectors is more similar to a third one."""
    z, others = np.array([[1.0, 0.0]]), np.array([[0.9, 0.1], [3.0, 4.0]])
    by_dot_product = int(np.argmax(others @ z[0]))
    by_cosine = int(np.argmax(cosine_similarity(z, others)))
    distances = np.linalg.norm(unit_rows(others) - z, axis=1)
    return Witness(by_dot_product, by_cosine, int(np.argmin(distances)))


def _witness_dissimilar() -> Witness:
    """Place three unit vectors as far apart as possible; take the cosines of the pairs."""
    angles = np.array([0.0, 2.0, 4.0])
    for _ in range(200):  # descent on the sum of cosines of the differences
        differences = angles[:, None] - angles
        angles += 0.3 * np.sin(differences).sum(axis=1)
    directions = np.stack([np.cos(angles), np.sin(angles)], axis=1)
    cosines = cosine_similarity(directions, directions)[np.triu_indices(3, 1)]
    return Witness(np.full(3, -1.0), np.full(3, -1 / (3 - 1)), cosines)


def _witness_disjoint() -> Witness:
    """Mask the mixture of two sources that share no bin."""
    first = np.array([[3.0, 0.0, 1.0], [0.0, 2.0, 0.0]])
    mixture = first + np.array([[0.0, 5.0, 0.0], [1.0, 0.0, 4.0]])
    masked = mixture * (first > mixture / 2)
    return Witness(masked, masked, first)


def _witness_rbf() -> Witness:
    naive = [
        [np.exp(-sum((a - b) ** 2 for a, b in zip(x, y, strict=True)) / SIGMA**2) for y in X]
        for x in X
    ]
    kernel = rbf_kernel(X, sigma=SIGMA)
    return Witness(kernel, kernel, naive)


def _witness_rbf_dimension() -> Witness:
    """Embed six examples in as many dimensions as they had, and in six."""
    kernel = rbf_kernel(X, sigma=SIGMA)
    short, full = (kernel_embedding(kernel, k) for k in (X.shape[1], len(X)))
    return Witness(short @ short.T, full @ full.T, kernel)


def _witness_affinity_loss() -> Witness:
    """Expand the square so that no matrix of all pairs of bins is formed."""
    Y = assignments()
    terms = [np.sum((A.T @ B) ** 2) for A, B in ((Z, Z), (Z, Y), (Y, Y))]
    formula = terms[0] - 2 * terms[1] + terms[2]
    naive = sum(
        (float(Z[t] @ Z[u]) - float(SOURCES[t] == SOURCES[u])) ** 2
        for t, u in itertools.product(range(len(Z)), repeat=2)
    )
    return Witness(formula, formula, naive)


CLASSIFICATION: tuple[Entry, ...] = (
    Claim(
        id="kim.classification.cross_entropy",
        place="Not Everything Is about Classification (1)",
        quantity="cross-entropy of a one-hot target with three classes",
        form="formula",
        printed=r"-y \log \hat y",
        correct=r"-\mathbf y^\top \log \hat{\mathbf y} = -\sum_c y_c \log \hat y_c",
        conditional=True,
        witness=_witness_cross_entropy,
        reason=(
            "Holds for one output, or with the product read as a dot product; bold type and a "
            "transpose may have been lost in the text. On the slides on negative sampling the sum "
            "is written out."
        ),
    ),
    Claim(
        id="kim.classification.fixed_classes",
        place="Not Everything Is about Classification (1)",
        quantity="probabilities of the known classes when one is added",
        form="wording",
        printed="a softmax classifier works with a set number of classes",
        witness=_witness_fixed_classes,
        reason="The denominator holds every class: a new one changes the probabilities of all.",
    ),
    Claim(
        id="kim.classification.balanced",
        place="Not Everything Is about Classification (1)",
        quantity="share of right decisions on data of which a tenth is of the second class",
        form="wording",
        printed="the data of the classes should be balanced",
        correct="if the classes are as frequent, or as important, as each other in use",
        conditional=True,
        witness=_witness_balanced,
        reason=(
            "How frequent a class is belongs to the posterior. A model of balanced data decides "
            "for a rare class too often; balance serves the recall of rare classes."
        ),
    ),
    Claim(
        id="kim.classification.posterior",
        place="Not Everything Is about Classification (2)",
        quantity="posterior of two classes for three examples",
        form="formula",
        printed=r"P(y_c \mid \mathbf x) = \frac{\mathcal L_c}{\sum_{k=1}^C \mathcal L_k}",
        correct=(
            r"P(y_c \mid \mathbf x) = "
            r"\frac{P(y_c) \mathcal L_c}{\sum_{k=1}^C P(y_k) \mathcal L_k}"
        ),
        conditional=True,
        witness=_witness_posterior,
        reason="Holds if all classes are equally likely; otherwise the priors are missing.",
    ),
    Claim(
        id="kim.classification.generative",
        place="Not Everything Is about Classification (2)",
        quantity="accuracy of class-wise models",
        form="wording",
        printed="models that do not know of each other classify worse",
        correct="with many examples, or if the assumed densities are wrong",
        conditional=True,
        reason=(
            "With the right densities and priors, no classifier is better than Bayes' theorem; "
            "with few examples, the generative model often is the better one (Ng and Jordan, 2001)."
        ),
    ),
    Claim(
        id="kim.retrieval.heading",
        place="Deep Learning for Discriminant Embedding (1), subtitle",
        quantity="name of the problem",
        form="wording",
        printed="detection detection problems",
        correct="detection problems",
        reason="A word is repeated.",
    ),
)

SIAMESE: tuple[Entry, ...] = (
    Claim(
        id="kim.siamese.target",
        place="Deep Learning for Discriminant Embedding (2)",
        quantity="loss of a matching pair",
        form="notation",
        printed=r"\bar y(\mathbf x_i, \mathbf x_j)",
        correct=r"y(\mathbf x_i, \mathbf x_j)",
        conditional=True,
        witness=_witness_target,
        reason=(
            "The target is defined as y; the loss has y with a bar. Holds if both are the same, "
            "and not if the bar is read as the complement. It may be an artifact of the text."
        ),
    ),
    Claim(
        id="kim.siamese.loss",
        place="Deep Learning for Discriminant Embedding (2)",
        quantity="mean loss of all pairs of six examples",
        form="formula",
        printed=(
            r"-y \log \sigma(\mathbf z_i^\top \mathbf z_j) - "
            r"(1 - y) \log(1 - \sigma(\mathbf z_i^\top \mathbf z_j))"
        ),
        witness=_witness_siamese_loss,
    ),
    Claim(
        id="kim.siamese.word2vec",
        place="Deep Learning for Discriminant Embedding (2)",
        quantity="loss of one matching pair and two others",
        form="wording",
        printed="similar to the loss of word2vec with negative sampling",
        witness=_witness_word2vec,
        reason=(
            "The same function of the dot products. But one network makes both vectors of a pair, "
            "where a word has two, one as center and one as context."
        ),
    ),
    Claim(
        id="kim.siamese.similar",
        place="Deep Learning for Discriminant Embedding (2)",
        quantity="which of two vectors is more similar to (1, 0): (0.9, 0.1), 0, or (3, 4), 1",
        form="wording",
        printed="similar features for the same song, by their dot product",
        correct="if the vectors are normalized, so that the dot product is the cosine",
        conditional=True,
        witness=_witness_similar,
        reason=(
            "A dot product also grows with the lengths: a long vector beats a near one. For "
            "vectors of length one, dot product, cosine and distance rank alike."
        ),
    ),
    Number(
        id="kim.siamese.unit_vectors",
        place="Deep Learning for Discriminant Embedding (2): not printed",
        quantity="lowest loss of a matching pair of vectors of length one",
        compute=lambda: logistic_loss([1.0], [1]),
        reason="Vectors that are normalized need a scale (a temperature) before the sigmoid.",
        slips=(
            Slip(lambda: 0.0, "The loss is zero only in the limit of infinite dot products."),
            Slip(
                lambda: logistic_loss([0.0], [1]),
                "This is the loss of orthogonal vectors; those of a matching pair can be equal.",
            ),
        ),
    ),
    Claim(
        id="kim.siamese.dissimilar",
        place="Deep Learning for Discriminant Embedding (2)",
        quantity="cosines of three songs that are pushed apart",
        form="wording",
        printed="dissimilar features for different songs: dot products as low as possible",
        correct="opposite for two songs; the mean cosine of n songs is at least -1 / (n - 1)",
        conditional=True,
        witness=_witness_dissimilar,
        reason=(
            "The loss of a pair falls as long as the dot product does, below zero too, but no "
            "three directions are opposite to each other. With many songs, the bound is near zero."
        ),
    ),
)

DEEP_CLUSTERING: tuple[Entry, ...] = (
    Claim(
        id="kim.deep_clustering.disjoint",
        place="Deep Clustering (1)",
        quantity="a source, from the mixture and the bins that belong to it",
        form="wording",
        printed="clustering assumes that each bin belongs to one source only",
        witness=_witness_disjoint,
        reason=(
            "With W-disjoint sources, a mask gives the source exactly. Where they overlap, as the "
            "slide says that they do, what the other source adds to a bin stays in it."
        ),
    ),
    Number(
        id="kim.kernels.gram_shape",
        place="Deep Clustering (2): here for T = 6 and K = 2",
        quantity="shape of the matrix of all pairs, examples in columns; printed as T by T",
        inputs={"Z": Z.T},
        compute=lambda: affinity_shapes()[0],
        slips=(
            Slip(
                lambda: affinity_shapes()[1],
                "With examples in columns, Z times its transpose compares features, not examples.",
            ),
        ),
    ),
    Claim(
        id="kim.kernels.rbf",
        place="Deep Clustering (2)",
        quantity="RBF kernel of six examples",
        form="formula",
        printed=(
            r"\mathcal K(\mathbf x_i, \mathbf x_j) = "
            r"\exp\left(-\frac{\|\mathbf x_i - \mathbf x_j\|^2}{\sigma^2}\right)"
        ),
        witness=_witness_rbf,
        reason=(
            "A convention: sigma is the distance at which the similarity is 1/e. Others divide by "
            "twice the square, so that sigma is the standard deviation of a Gaussian."
        ),
    ),
    Claim(
        id="kim.kernels.dimension",
        place="Deep Clustering (2)",
        quantity="kernel from embeddings of two and of six dimensions",
        form="formula",
        printed=r"\mathbf Z_{:,i}^\top \mathbf Z_{:,j} = \mathcal K(\mathbf x_i, \mathbf x_j)",
        correct="if K is at least the rank of the kernel matrix",
        conditional=True,
        witness=_witness_rbf_dimension,
        reason=(
            "The RBF kernel of T different examples has rank T, and its transform for all inputs "
            "has infinitely many dimensions. With fewer, the dot products only come near it."
        ),
    ),
    Claim(
        id="kim.deep_clustering.loss",
        place="Deep Clustering (3): the formula is not in the text",
        quantity="squared distance of the affinities, by the expansion and pair by pair",
        form="formula",
        printed=r"\|\mathbf Z^\top \mathbf Z - \mathbf Y^\top \mathbf Y\|_F^2",
        witness=_witness_affinity_loss,
        reason=(
            "Equation 1 of the paper cited, with examples in columns as in the deck. Expanded, "
            "‖ZZᵀ‖² - 2‖ZYᵀ‖² + ‖YYᵀ‖², it needs no matrix of T by T."
        ),
    ),
)

ENTRIES: tuple[Entry, ...] = (*CLASSIFICATION, *SIAMESE, *DEEP_CLUSTERING)
