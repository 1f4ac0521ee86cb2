"""Last part of the CS246 deck: embeddings for a task, recommending movies, autoencoders."""

from collections.abc import Callable

import numpy as np

from embref import word2vec
from embref.decomposition import PCA
from embref.evaluation import reconstruction_error
from embref.networks import Array, FullyConnected, identity, layer_forward, relu, tanh
from embref.recommender import co_watch_pairs
from embref.worked.cs246_digits import count
from embref.worked.registry import Claim, Entry, Number, Slip, Witness

N_MOVIES, N_USERS, DIMENSION = 1_000_000, 500_000, 3
TRAIN = {"Alice": (1, 4, 5), "Bob": (8, 9), "Sam": (6, 10)}
TEST = {"Alice": (3, 2), "Bob": (21,), "Sam": (2,)}
LISTED_PAIRS = {
    "Alice": ((1, 4), (4, 5)),
    "Bob": ((8, 9), (9, 8)),
    "Sam": ((6, 10), (10, 6)),
}
AUTOENCODER_SIZES = (6, 3, 6)

# Movies 0 to 2 and 3 to 5 belong together; as seeds and as classes they have vectors of their own.
SEEDS = np.array([[2.0, 0.1], [1.8, 0.3], [1.9, 0.2], [0.1, 2.0], [0.3, 1.8], [0.2, 1.9]])
CLASSES = np.array([[-1.0, 1.2], [1.5, 0.1], [0.9, 0.4], [0.3, 1.0], [0.1, 1.6], [1.2, -0.9]])

# Six points along one axis, and two farther out along the other.
OUTLYING = np.array([[1.0, 0.0], [-1.0, 0.0]] * 3 + [[0.0, 2.0], [0.0, -2.0]])

X = np.array([0.4, -1.0, 2.0])
W = np.array([[0.5, 0.2, 0.3], [0.1, -0.4, 0.6]])
B = np.array([0.2, 0.5])


def pairs(user: str) -> list[tuple[int, int]]:
    """Return the co-watch pairs of a user in the training data."""
    return co_watch_pairs([TRAIN[user]])


def autoencoder() -> FullyConnected:
    """Return a network of the sizes that are drawn."""
    return FullyConnected(AUTOENCODER_SIZES, random_state=0)


def layer_sizes() -> list[int]:
    """Return the sizes of the layers of the autoencoder, found by a forward pass."""
    x = np.zeros((1, AUTOENCODER_SIZES[0]))
    return [x.shape[1], *(H.shape[1] for H in autoencoder().layer_outputs(x))]


def top(scores: Array, k: int, leave_out: tuple[int, ...] = ()) -> list[int]:
    """Return the k movies of the highest scores."""
    order = [int(movie) for movie in np.argsort(-scores, kind="stable")]
    return [movie for movie in order if movie not in leave_out][:k]


def best_direction(loss_along: Callable[[Array], float]) -> Array:
    """Return the unit vector of least loss, of a grid of whole degrees from 0 to 179."""
    angles = np.deg2rad(np.arange(180))
    directions = np.column_stack([np.cos(angles), np.sin(angles)])
    return directions[np.argmin([loss_along(d) for d in directions])]


def squared_loss_along(direction: Array) -> float:
    """Return the squared error of the points projected on a line."""
    codes = OUTLYING @ direction
    return reconstruction_error(OUTLYING, np.outer(codes, direction))


def l1_loss_along(direction: Array) -> float:
    """Return the L1 error of the points with the best code of each, whatever the encoder."""
    total = 0.0
    for x in OUTLYING:
        codes = [0.0, *(x[j] / direction[j] for j in range(2) if abs(direction[j]) > 1e-9)]
        total += min(float(np.abs(x - code * direction).sum()) for code in codes)
    return total


def _witness_embedding_layer() -> Witness:
    """Put a one-hot vector into a layer with bias and activation, and without."""
    weights = SEEDS.T  # one row per unit
    one_hot = np.eye(len(SEEDS))[[1]]
    hidden = layer_forward(one_hot, weights, np.array([0.3, -0.2]), "sigmoid")[0]
    linear = layer_forward(one_hot, weights, None, "identity")[0]
    return Witness(hidden, linear, SEEDS[1])


def _witness_score() -> Witness:
    """Name the movie most likely to be watched with movie 0; the truth by a loop."""
    printed, correct = SEEDS @ SEEDS[0], CLASSES @ SEEDS[0]
    scores = [sum(w * c for w, c in zip(SEEDS[0], row, strict=True)) for row in CLASSES]
    return Witness(top(printed, 1, (0,)), top(correct, 1, (0,)), [scores.index(max(scores[1:]))])


def _witness_any_movie() -> Witness:
    """Name the movie most similar to movie 0, of any and of those not watched."""
    scores = SEEDS @ SEEDS[0]
    unseen = max(range(1, len(SEEDS)), key=lambda v: float(scores[v]))
    return Witness(top(scores, 1), top(scores, 1, leave_out=(0,)), [unseen])


def _witness_intersection() -> Witness:
    """Count the movies common to the two most similar to movie 0 and to movie 3."""
    scores = SEEDS @ SEEDS.T
    first, second = (top(scores[m], 2, (0, 3)) for m in (0, 3))
    naive = sum(a == b for a in first for b in second)
    return Witness(2, len(set(first) & set(second)), naive)


def _witness_narrow() -> Witness:
    """Copy six numbers through six units."""
    x = np.arange(1.0, 7.0)[None]
    copy = layer_forward(layer_forward(x, np.eye(6), None, "identity"), np.eye(6), None, "identity")
    return Witness(reconstruction_error(x, copy), reconstruction_error(x, copy), 0.0)


def _witness_l1() -> Witness:
    x, x_hat = np.array([1.0, -2.0, 0.5]), np.array([0.0, 1.0, 0.5])
    error = reconstruction_error([x], [x_hat], norm="l1")
    return Witness(error, error, sum(abs(a - b) for a, b in zip(x, x_hat, strict=True)))


def _witness_pca() -> Witness:
    """Find the best line for each loss; an autoencoder without activations finds a line."""
    truth = np.abs(PCA(1).fit(OUTLYING).components_[0])
    return Witness(best_direction(l1_loss_along), best_direction(squared_loss_along), truth)


def _bend(activation: Callable[[Array], Array]) -> Array:
    """Return how far the middle of two points is embedded from the middle of their embeddings."""
    a, b = X, X + np.array([0.3, 0.2, -0.1])

    def encode(x: Array) -> Array:
        return activation(W @ x + B)

    return encode((a + b) / 2) - (encode(a) + encode(b)) / 2


def _witness_non_linear() -> Witness:
    """Embed points for which all units are active; the truth is the bend of a linear map."""
    return Witness(_bend(tanh), _bend(relu), _bend(identity))


def _user_pairs(user: str) -> Number:
    listed = LISTED_PAIRS[user]
    excerpt = ": two, then dots" if user == "Alice" else ""
    return Number(
        id=f"cs246.recommender.pairs_{user.lower()}",
        place=f"Slide Example: Recommending movies, build train data{excerpt}",
        quantity=f"pairs of movies of {user}" + (", those listed" if excerpt else ""),
        printed=listed,
        inputs={"watched": TRAIN[user]},
        compute=lambda: [pair for pair in pairs(user) if not excerpt or pair in listed],
    )


_RECOMMEND = "Slide Example: Recommending movies, last"

RECOMMENDER: tuple[Entry, ...] = (
    Claim(
        id="cs246.recommender.embedding_layer",
        place="Slide Embedding Layer",
        quantity="what an embedding layer is; witness: its output for a one-hot vector",
        form="wording",
        printed="a regular hidden layer with d units",
        correct="a hidden layer with d units, without bias and activation",
        conditional=True,
        witness=_witness_embedding_layer,
        reason=(
            "Then the product with a one-hot vector picks a row of the weights, as the embedding "
            "layers of the libraries do. A bias would shift all embeddings alike, an activation "
            "would bound or clip them."
        ),
    ),
    Number(
        id="cs246.recommender.n_classes",
        place="Slide Example: Recommending movies, first: one class for each movie",
        quantity="number of classes",
        inputs={"n_movies": N_MOVIES, "n_users": N_USERS},
        compute=lambda: N_MOVIES,
        slips=(Slip(lambda: N_USERS, "These are the users; each movie is a class."),),
    ),
    Number(
        id="cs246.recommender.n_parameters",
        place="Slide Example: Recommending movies: sizes printed, their product not asked",
        quantity="number of weights of the network, without biases",
        inputs={"n_movies": N_MOVIES, "n_users": N_USERS, "dimension": DIMENSION},
        compute=lambda: word2vec.n_parameters(N_MOVIES, DIMENSION),
        slips=(
            Slip(
                lambda: N_MOVIES * DIMENSION,
                "Only the weights into the hidden layer; as many lead out of it.",
            ),
            Slip(
                lambda: (N_MOVIES + N_USERS) * DIMENSION,
                "Users have no vectors here: both movies of a pair are one-hot.",
            ),
        ),
    ),
    _user_pairs("Alice"),
    _user_pairs("Bob"),
    _user_pairs("Sam"),
    Number(
        id="cs246.recommender.n_pairs",
        place="Slide Example: Recommending movies, build train data: not all are printed",
        quantity="number of pairs of movies of the three users",
        inputs={"train": TRAIN, "test": TEST},
        compute=lambda: len(co_watch_pairs(list(TRAIN.values()))),
        slips=(
            Slip(
                lambda: len(co_watch_pairs(list(TRAIN.values()))) // 2,
                "(m8, m9) and (m9, m8) are two examples: the order of a pair matters.",
            ),
            Slip(
                lambda: sum(map(len, LISTED_PAIRS.values())),
                "The slide lists two pairs of Alice; her three movies make six.",
            ),
            Slip(
                lambda: len(co_watch_pairs([(*TRAIN[user], *TEST[user]) for user in TRAIN])),
                "Movies that are held out for the test make no training pairs.",
            ),
        ),
    ),
    Claim(
        id="cs246.recommender.score",
        place=_RECOMMEND,
        quantity="score of two movies; witness: the likeliest partner of a movie",
        form="formula",
        printed=r"\langle \text{emb}(m_1), \text{emb}(v) \rangle",
        correct=r"\langle w_{m_1}, c_v \rangle",
        conditional=True,
        witness=_witness_score,
        reason=(
            "Holds if a movie has one vector for input and output. The loss of the network only "
            "makes products of an input and an output vector meaningful."
        ),
    ),
    Claim(
        id="cs246.recommender.any_movie",
        place=_RECOMMEND,
        quantity="movies that are compared; witness: the most similar one",
        form="wording",
        printed="for any movie",
        correct="for any movie that the user has not watched",
        conditional=True,
        witness=_witness_any_movie,
        reason="The movie itself is among the most similar ones, and so are others watched.",
    ),
    Claim(
        id="cs246.recommender.intersection",
        place=_RECOMMEND,
        quantity="number of movies in the intersection",
        form="wording",
        printed="even better: recommend movies in the intersection of the sets",
        correct="recommend those in the intersection if there are any",
        conditional=True,
        witness=_witness_intersection,
        reason=(
            "Five movies similar to each of three that differ have few in common, often none. The "
            "mean of the scores ranks movies that are similar to all without this gap."
        ),
    ),
)

AUTOENCODER: tuple[Entry, ...] = (
    Number(
        id="cs246.autoencoder.layer_sizes",
        place="Slide Autoencoder, second",
        quantity="sizes of input, bottleneck and output layer",
        printed=(6, 3, 6),
        inputs={"layer_sizes": AUTOENCODER_SIZES},
        compute=layer_sizes,
    ),
    Number(
        id="cs246.autoencoder.n_parameters",
        place="Slide Autoencoder, second: not asked",
        quantity="number of weights and biases of the autoencoder",
        inputs={"layer_sizes": AUTOENCODER_SIZES},
        compute=lambda: autoencoder().n_parameters,
        slips=(
            Slip(
                lambda: FullyConnected(AUTOENCODER_SIZES, bias=False).n_parameters,
                "These are the weights; each unit after the input has a bias too.",
            ),
            Slip(
                lambda: autoencoder().n_parameters + AUTOENCODER_SIZES[0],
                "Input units have no bias.",
            ),
        ),
    ),
    count(
        "cs246.autoencoder.n_components",
        "Slide Autoencoder, fourth",
        "number of main components",
        2,
        ("encoder", "decoder"),
    ),
    Claim(
        id="cs246.autoencoder.dimension",
        place="Slide Autoencoder, fourth",
        quantity="size of the code",
        form="wording",
        printed="the code has fewer dimensions than the input",
        correct="the code of an undercomplete autoencoder has fewer dimensions than the input",
        conditional=True,
        reason=(
            "Sparse and denoising ones, which the next slide lists, may have more: noise or the "
            "penalty limits their code."
        ),
    ),
    Claim(
        id="cs246.autoencoder.bottleneck",
        place="Slide Autoencoder, fifth",
        quantity="error of a code as wide as the input",
        form="wording",
        printed="without a bottleneck it could copy its input without learning",
        witness=_witness_narrow,
    ),
    Claim(
        id="cs246.autoencoder.l1_loss",
        place="Slide Autoencoder: Training",
        quantity="reconstruction loss",
        form="formula",
        printed=r"L(x, \hat x) = \|x - \hat x\|_1",
        witness=_witness_l1,
    ),
    Claim(
        id="cs246.autoencoder.non_linear",
        place="Slide Autoencoder is a non-linear PCA",
        quantity="bend of the embedding; witness: rectified units that are all active",
        form="wording",
        printed="as long as the activation is not the identity, the embedding is not linear",
        correct="as long as the encoder has an activation that bends on the data",
        conditional=True,
        witness=_witness_non_linear,
        reason=(
            "Rectified units are linear where they are active, a sigmoid or tanh nearly so for "
            "small inputs; and an activation in the decoder does not bend the code."
        ),
    ),
    Claim(
        id="cs246.autoencoder.pca",
        place="Slide Autoencoder is a non-linear PCA, against Autoencoder: Training",
        quantity="autoencoder without activations; witness: the line it finds",
        form="wording",
        printed="with identity activations, and the L1 loss, it is similar to PCA",
        correct="with identity activations and squared error on centered data, PCA's subspace",
        conditional=True,
        witness=_witness_pca,
        reason=(
            "Squared error leads to the subspace of PCA, the L1 loss of the slide on training to "
            "another one. Even so the axes are an arbitrary basis, neither orthogonal nor ordered."
        ),
    ),
    Claim(
        id="cs246.autoencoder.kl",
        place="Slide Autoencoder: summary",
        quantity="Kullback-Leibler divergence as reconstruction loss",
        form="wording",
        printed="reconstruction loss: L1 or KL divergence",
        correct="KL divergence if inputs and outputs are probabilities",
        conditional=True,
        reason=(
            "It is defined for distributions, or entry by entry for numbers from 0 to 1; for other "
            "data it can be negative or has no value."
        ),
    ),
)

ENTRIES: tuple[Entry, ...] = (*RECOMMENDER, *AUTOENCODER)
