"""Kim's slides "Vector Representation of Words" and "The basic autoencoding structure"."""

from decimal import Decimal

import numpy as np

from embref import word2vec
from embref.bag_of_words import term_frequencies
from embref.cooccurrence import window_counts
from embref.decomposition import eigendecomposition, truncated_svd
from embref.encodings import OneHotEncoder
from embref.evaluation import cosine_similarity
from embref.factorization import factorize
from embref.kernels import kernel_embedding, squared_distances
from embref.losses import softmax
from embref.networks import Array, FullyConnected
from embref.nmf import NMF
from embref.text import Vocabulary, tokenize
from embref.worked.registry import Claim, Entry, Number, Slip, Witness

WORDS = ("Illinois", "Chicago", "Champaign", "Indiana", "Indianapolis", "Bloomington")
STATES = np.array([0, 0, 0, 1, 1, 1])
CHAMPAIGN, INDIANA = WORDS.index("Champaign"), WORDS.index("Indiana")
N_ENGLISH_WORDS = 700_000
SENTENCE = "I like the new chicken place on third street"
OTHER_SENTENCE = "I played chicken at dark night"
K = 2

SIMILARITY = np.array(
    [
        [1, 0.9, 0.8, 0.2, 0.05, 0.04],
        [0.9, 1, 0.7, 0.02, 0.03, 0.07],
        [0.8, 0.7, 1, 0.02, 0.1, 0.3],
        [0.2, 0.02, 0.1, 1, 0.95, 0.88],
        [0.05, 0.03, 0.1, 0.95, 1, 0.82],
        [0.04, 0.07, 0.3, 0.88, 0.82, 1],
    ]
)
SIMILARITY.setflags(write=False)

# A document of 1,000 words that has the printed term frequencies.
N_DOCUMENT_WORDS = 1000
DOCUMENT_COUNTS = (30, 20, 40, 1, 0, 0)

# Term frequencies of the six words in five documents, in percent.
X = np.array(
    [
        [3.0, 4.0, 0.0, 1.0, 0.0],
        [2.0, 3.0, 0.0, 1.0, 0.0],
        [4.0, 4.0, 1.0, 0.0, 0.0],
        [0.0, 1.0, 3.0, 2.0, 3.0],
        [0.0, 0.0, 4.0, 3.0, 2.0],
        [1.0, 0.0, 3.0, 2.0, 4.0],
    ]
)
X.setflags(write=False)


def one_hot(words: tuple[str, ...] = WORDS) -> Array:
    """Return the one-hot vectors of words, one per row."""
    encoder = OneHotEncoder(words, sparse_output=False)
    return np.asarray(encoder.fit(words).transform(words))


def one_hot_dimension() -> int:
    """Return the length of a one-hot vector over as many words as the slide counts."""
    encoder = OneHotEncoder(range(N_ENGLISH_WORDS)).fit([0])
    return int(encoder.transform([0]).shape[1])


def readings() -> tuple[Array, Array]:
    """Return the similarity matrix made symmetric by either of the two entries that differ."""
    first, second = SIMILARITY.copy(), SIMILARITY.copy()
    first[INDIANA, CHAMPAIGN] = SIMILARITY[CHAMPAIGN, INDIANA]
    second[CHAMPAIGN, INDIANA] = SIMILARITY[INDIANA, CHAMPAIGN]
    return first, second


def eigenvalues() -> list[Array]:
    """Return the eigenvalues of the similarity matrix, for both readings."""
    return [eigendecomposition(S).eigenvalues for S in readings()]


def nearest_words() -> list[str]:
    """Return the word that is most similar to each word."""
    others = SIMILARITY - 2 * np.eye(len(WORDS))
    return [WORDS[i] for i in others.argmax(axis=1)]


def share_of_rank(k: int) -> list[float]:
    """Return the share of the sum of squares that k dimensions keep, for both readings."""
    shares = []
    for S in readings():
        W, C = factorize(S, k)
        shares.append(float(1 - np.sum((S - W @ C.T) ** 2) / np.sum(S**2)))
    return shares


def term_frequency_column() -> Array:
    """Return the term frequencies of the six words in a document with the printed ones."""
    rest = N_DOCUMENT_WORDS - sum(DOCUMENT_COUNTS)
    return term_frequencies([[*DOCUMENT_COUNTS, rest]]).toarray()[0, : len(WORDS)]


def _counts_of_text() -> Array:
    tokens = tokenize(SENTENCE)
    return window_counts([tokens], Vocabulary(tokens), 2).toarray()


def _offset_cosine(counts: Array) -> float:
    """Return the cosine of Illinois - Chicago and Indiana - Indianapolis, from log counts."""
    W, _ = factorize(np.log(counts), min(counts.shape))
    illinois, chicago, indiana, indianapolis = W
    return float(cosine_similarity([illinois - chicago], [indiana - indianapolis])[0, 0])


def _witness_comparison() -> Witness:
    """Compare the squared distances of different words."""
    distances = squared_distances(one_hot())[~np.eye(len(WORDS), dtype=bool)]
    return Witness(distances, distances, np.full(30, 2.0))


def _witness_differences() -> Witness:
    """Count contexts of a state and of a city, by chance and by the same ratio in both states."""
    state, city = np.array([1.0, 8.0, 2.0, 4.0]), np.array([6.0, 1.0, 2.0, 9.0])
    illinois, indiana = np.array([5.0, 1.0, 1.0, 2.0]), np.array([1.0, 7.0, 1.0, 3.0])
    same_ratio = np.array([illinois * state, illinois * city, indiana * state, indiana * city])
    by_chance = np.array([illinois, state, indiana, city])
    return Witness(_offset_cosine(by_chance), _offset_cosine(same_ratio), 1.0)


def _witness_symmetry() -> Witness:
    """Compare a matrix with its transpose; the truth are counts of a text."""
    repaired = readings()[0]
    counts = _counts_of_text()[: len(WORDS), : len(WORDS)]
    return Witness(SIMILARITY - SIMILARITY.T, repaired - repaired.T, counts - counts.T)


def _witness_diagonal() -> Witness:
    counts = _counts_of_text()
    normalized = cosine_similarity(counts, counts)
    return Witness(np.diag(counts), np.diag(normalized), np.ones(len(counts)))


def _has_embedding(S: Array, k: int) -> bool:
    try:
        kernel_embedding(S, k)
    except ValueError:
        return False
    return True


def _witness_n_components() -> Witness:
    """Find the largest K for which an eigendecomposition gives real vectors."""
    positive = [int(np.sum(values > 0)) for values in eigenvalues()]
    found = [max(k for k in range(1, 7) if _has_embedding(S, k)) for S in readings()]
    return Witness([len(WORDS)] * 2, positive, found)


def _witness_topics() -> Witness:
    """Compare which words share their strongest topic with which words share a state."""
    shared = []
    for S in readings():
        topics = NMF(K, random_state=0).fit(S).embedding_.argmax(axis=1)
        shared.append(np.equal.outer(topics, topics))
    return Witness(shared, shared, [np.equal.outer(STATES, STATES)] * 2)


def _witness_unique_pattern() -> Witness:
    """Count the patterns of three words, two of which occur in the same documents."""
    rows = X[[0, 0, 3]]
    patterns = factorize(rows, K)[0].round(9)
    return Witness(len(rows), len(np.unique(patterns, axis=0)), len(np.unique(rows, axis=0)))


def _witness_factorization() -> Witness:
    """Compare the error of the best W and H with the singular values left out."""
    W, H = factorize(X, K)
    error = float(np.sum((X - W @ H.T) ** 2))
    return Witness(error, error, np.sum(np.linalg.svd(X)[1][K:] ** 2))


def _trained_error(activation: str) -> float:
    """Return the squared error of an autoencoder of the documents, after training."""
    documents = X.T / 5
    shape = [len(WORDS), K, len(WORDS)]
    network = FullyConnected(shape, activation, bias=False, random_state=0)
    for _ in range(4000):
        network.step(documents, documents, learning_rate=1.0)
    return float(np.sum((documents - network.forward(documents)) ** 2))


def _witness_autoencoder() -> Witness:
    """Compare trained networks with the best factorization of the same rank."""
    values = truncated_svd(X / 5, min(X.shape)).singular_values
    return Witness(
        _trained_error("sigmoid"), _trained_error("identity"), float(np.sum(values[K:] ** 2))
    )


def _witness_network() -> Witness:
    """Feed a one-hot vector through two matrices, and look its row up instead."""
    V, U = np.sin(np.arange(12.0)).reshape(6, 2), np.cos(np.arange(12.0)).reshape(6, 2)
    formula = softmax(one_hot()[INDIANA] @ V @ U.T)
    return Witness(formula, formula, word2vec.probabilities(V, U, INDIANA))


ENTRIES: tuple[Entry, ...] = (
    Number(
        id="kim.one_hot.vectors",
        place="Vector Representation of Words (1), table",
        quantity="one-hot vectors of the six words, without the entries of all other words",
        printed=tuple(tuple(int(i == j) for j in range(6)) for i in range(6)),
        inputs={"words": WORDS},
        compute=one_hot,
    ),
    Claim(
        id="kim.one_hot.n_words",
        place="Vector Representation of Words (1)",
        quantity="number of words of English",
        form="wording",
        printed="about 700,000",
        correct="a one-hot vector has as many entries as the vocabulary that was chosen",
        conditional=True,
        reason=(
            "Depends on what counts as a word: dictionaries differ by hundreds of thousands, and "
            "names, numbers and inflected forms come on top in a corpus."
        ),
    ),
    Number(
        id="kim.one_hot.dimension",
        place="Vector Representation of Words (1)",
        quantity="length of a one-hot vector over that many words",
        inputs={"n_words": N_ENGLISH_WORDS},
        compute=one_hot_dimension,
    ),
    Claim(
        id="kim.one_hot.comparison",
        place="Vector Representation of Words (1)",
        quantity="squared distances of different words",
        form="wording",
        printed="one-hot vectors are difficult to compare",
        witness=_witness_comparison,
        reason="Any two words are equally far apart, at the square root of two.",
    ),
    Claim(
        id="kim.differences.meaning",
        place="Vector Representation of Words (2)",
        quantity="differences of word vectors; witness: cosine of two differences",
        form="wording",
        printed="differences of word vectors have a meaning",
        correct="if the pairs of words differ by the same ratios of their co-occurrence counts",
        conditional=True,
        witness=_witness_differences,
        reason=(
            "Illinois - Chicago equals Indiana - Indianapolis if, for every context word, the "
            "ratio of counts between state and city is the same in both. Texts fulfill it in "
            "part, one-hot vectors never. The figure of the slide is not in the text."
        ),
    ),
    Claim(
        id="kim.similarity.symmetry",
        place="Vector Representation of Words (3), similarity matrix",
        quantity="similarity of Champaign and Indiana; witness: the matrix minus its transpose",
        form="formula",
        printed=(
            r"S_{\text{Champaign}, \text{Indiana}} = .02, \quad "
            r"S_{\text{Indiana}, \text{Champaign}} = .1"
        ),
        correct=r"S_{\text{Champaign}, \text{Indiana}} = S_{\text{Indiana}, \text{Champaign}}",
        witness=_witness_symmetry,
        reason=(
            "A similarity has no direction, and neither have counts within a window to both "
            "sides. One of the two entries is wrong; the slide does not say which. All other "
            "entries are mirrored."
        ),
    ),
    Claim(
        id="kim.similarity.diagonal",
        place="Vector Representation of Words (3), similarity matrix",
        quantity="diagonal of the matrix; witness: counts of a sentence",
        form="wording",
        printed="a similarity matrix, with ones on its diagonal, for example co-occurrence",
        correct="co-occurrence counts after normalization, for example cosines of their rows",
        conditional=True,
        witness=_witness_diagonal,
        reason="A word rarely stands in its own context: the counts have zeros on the diagonal.",
    ),
    Number(
        id="kim.similarity.nearest",
        place="Vector Representation of Words (3), similarity matrix: not asked there",
        quantity="most similar other word of each word",
        inputs={"words": WORDS, "similarity": SIMILARITY},
        compute=nearest_words,
        slips=(
            Slip(
                lambda: [WORDS[i] for i in SIMILARITY.argmax(axis=1)],
                "Every word is most similar to itself; leave the diagonal out.",
            ),
        ),
    ),
    Number(
        id="kim.similarity.eigenvalues",
        place="Vector Representation of Words (3), similarity matrix: not printed",
        quantity=(
            "eigenvalues of the matrix, with Champaign and Indiana at .02 in the first row and at "
            ".1 in the second"
        ),
        inputs={"similarity": SIMILARITY},
        compute=eigenvalues,
        slips=(
            Slip(
                lambda: [np.linalg.svd(S)[1] for S in readings()],
                "These are singular values: an eigenvalue of this matrix is negative.",
            ),
        ),
    ),
    Claim(
        id="kim.similarity.n_components",
        place="Vector Representation of Words (3)",
        quantity="largest dimension K of an eigendecomposition, for both readings of the matrix",
        form="wording",
        printed="every word has a vector of K dimensions, K of your choice",
        correct="K up to the number of positive eigenvalues; with an SVD, up to the rank",
        conditional=True,
        witness=_witness_n_components,
        reason=(
            "Vectors whose dot products are the similarities exist only without negative "
            "eigenvalues. This matrix has one, and so they stop at five dimensions."
        ),
    ),
    Claim(
        id="kim.similarity.topics",
        place="Vector Representation of Words (3)",
        quantity="words with the same strongest topic, of two topics by NMF",
        form="wording",
        printed="similar words share a topic",
        witness=_witness_topics,
        reason="The two topics are the two states, whichever of the two entries is right.",
    ),
    Claim(
        id="kim.similarity.unique_pattern",
        place="Vector Representation of Words (3)",
        quantity="number of different vectors of three words",
        form="wording",
        printed="each word has a unique pattern over the latent variables",
        correct="if no two words have the same row, and K is large enough to tell rows apart",
        conditional=True,
        witness=_witness_unique_pattern,
        reason="Words that occur in the same places get the same vector: that is the purpose.",
    ),
    Number(
        id="kim.similarity.rank_2_share",
        place="Vector Representation of Words (3): not printed",
        quantity=(
            "share of the sum of squares that two dimensions keep, with Champaign and Indiana at "
            ".02 and at .1"
        ),
        inputs={"similarity": SIMILARITY, "K": K},
        compute=lambda: share_of_rank(K),
        slips=(
            Slip(
                lambda: [values[:K].sum() / values.sum() for values in eigenvalues()],
                "A sum of squares is a sum of squared eigenvalues, not of eigenvalues.",
            ),
        ),
    ),
    Number(
        id="kim.tf.column",
        place="Vector Representation of Words (4), first column of the table",
        quantity="term frequencies of the six words in document 1",
        printed=tuple(map(Decimal, (".03", ".02", ".04", ".001", ".000", ".000"))),
        inputs={"counts": DOCUMENT_COUNTS, "document_length": N_DOCUMENT_WORDS},
        compute=term_frequency_column,
        reason="The slide gives no counts; these are of a document of 1,000 words.",
        slips=(
            Slip(
                lambda: term_frequencies([DOCUMENT_COUNTS]).toarray()[0],
                "The length of a document counts all its words, not just these six.",
            ),
        ),
    ),
    Claim(
        id="kim.tf.same_story",
        place="Vector Representation of Words (4)",
        quantity="factorizations of the term-frequency matrix",
        form="wording",
        printed="the same as for the similarity matrix",
        correct="by SVD, NMF or a topic model; an eigendecomposition only of X times its transpose",
        conditional=True,
        reason=(
            "Words times documents is not a square matrix, so that it has no eigenvalues. Its "
            "columns are embedded too: H holds a vector for each document."
        ),
    ),
    Claim(
        id="kim.tf.factorization",
        place="Vector Representation of Words (4)",
        quantity="squared error of the best factorization of rank K",
        form="formula",
        printed=r"X \approx W H",
        witness=_witness_factorization,
        reason=(
            "For the SVD, it is the sum of squares of the singular values left out. W has a row "
            "for each word and H a column for each document."
        ),
    ),
    Claim(
        id="kim.autoencoder.factorization",
        place="Vector Representation of Words (4), and Word2vec (1)",
        quantity="error of an autoencoder and of the best factorization of the same rank",
        form="wording",
        printed="the factorization leads to an autoencoder",
        correct="with linear units and squared error, both are the truncated SVD",
        conditional=True,
        witness=_witness_autoencoder,
        reason=(
            "A linear autoencoder finds the subspace of the SVD (of PCA, if the data are "
            "centered), though not its axes. With a nonlinearity, or with the constraint of NMF, "
            "the two differ."
        ),
    ),
    Claim(
        id="kim.autoencoder.network",
        place="Word2vec (1)",
        quantity="output of the network for a one-hot input, and of looking up its row",
        form="wording",
        printed="a shallow neural network",
        witness=_witness_network,
        reason="The hidden layer is linear; a one-hot input picks one row of its matrix.",
    ),
)
