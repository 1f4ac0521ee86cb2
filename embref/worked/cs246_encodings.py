"""First part of the CS246 deck: machine learning, features, encodings."""

import numpy as np
from numpy.typing import NDArray

from embref.encodings import IMDB_GENRES, MOVIES, IntegerEncoder, MultiHotEncoder, OneHotEncoder
from embref.losses import l2_loss
from embref.networks import Array, layer_forward
from embref.worked.cs246_digits import count, decimals
from embref.worked.registry import Claim, Entry, Number, Slip, Witness

PROVIDERS = tuple(movie.provider for movie in MOVIES)
EDUCATION = ("Diploma", "Undergrad", "Masters", "PhD")
N_WORDS, WORDS_PER_DOCUMENT = 1_000_000, 500

# A small linear regression for the formulas of the first slides.
X = np.array([[1.0, 2.0], [0.5, -1.0], [3.0, 0.0]])
T = np.array([[1.0], [0.0], [2.0]])
W = np.array([[0.4, -0.3]])
B = np.array([0.2])

_FROM_ZERO = "Counted from zero, as arrays are; the slide counts genres from one."
_MISCOUNTED = (
    "Zeros were miscounted, on the slides or where their drawings were turned into text; not held "
    "against the deck."
)


def provider_numbers() -> list[int]:
    """Return the integer encoding of the providers, counted from one."""
    return [int(n) + 1 for n in IntegerEncoder().fit(PROVIDERS).transform(PROVIDERS)]


def one_hot_providers() -> NDArray[np.int64]:
    """Return the one-hot vectors of the providers, one per row."""
    return OneHotEncoder(sparse_output=False).fit(PROVIDERS).transform(PROVIDERS)


def genre_vectors() -> NDArray[np.int64]:
    """Return the multi-hot vectors of the four movies, one per row."""
    genres = [movie.genres for movie in MOVIES]
    return MultiHotEncoder(IMDB_GENRES, sparse_output=False).fit(genres).transform(genres)


def genre_positions(movie: int) -> list[int]:
    """Return the places of the ones of a movie, counted from one."""
    return [int(place) + 1 for place in np.flatnonzero(genre_vectors()[movie])]


def n_encoded_columns() -> int:
    """Count the columns of the encoded table: title, provider, genres, year and rating."""
    return 1 + one_hot_providers().shape[1] + genre_vectors().shape[1] + 2


def _predictions() -> Array:
    return layer_forward(X, W, B, "identity")


def _naive_predictions() -> list[list[float]]:
    return [[sum(w * x for w, x in zip(W[0], row, strict=True)) + B[0]] for row in X]


def _witness_objective() -> Witness:
    errors = [(y[0] - t[0]) ** 2 for y, t in zip(_naive_predictions(), T, strict=True)]
    return Witness(l2_loss(T, _predictions()), l2_loss(T, _predictions()), sum(errors) / 3)


def _witness_linear_regression() -> Witness:
    return Witness(_predictions(), _predictions(), _naive_predictions())


def _witness_order() -> Witness:
    """Compare who stands before whom by number and by the order of the rows."""
    numbers = provider_numbers()
    before = [[a < b for b in numbers] for a in numbers]
    return Witness(before, before, np.triu(np.ones((4, 4)), k=1))


def _witness_equally_spaced() -> Witness:
    steps = np.diff(IntegerEncoder(EDUCATION).fit(EDUCATION).transform(EDUCATION))
    return Witness(steps, steps, [1, 1, 1])


def _witness_index() -> Witness:
    """Find the column of the one of each provider in an array."""
    numbers = np.array(provider_numbers())
    return Witness(numbers, numbers - 1, one_hot_providers().argmax(axis=1))


def _witness_more_than() -> Witness:
    """Count the zeros of a document without repeated words; more than 99.95% is one more."""
    document = [f"word {i}" for i in range(WORDS_PER_DOCUMENT)]
    least = N_WORDS - WORDS_PER_DOCUMENT
    return Witness(least + 1, least, N_WORDS - len(set(document)))


def _witness_good_great() -> Witness:
    """Measure the distances of good to great and to bad."""
    words = ("good", "great", "bad")
    good, great, bad = OneHotEncoder(sparse_output=False).fit(words).transform(words)
    distances = [np.linalg.norm(good - great), np.linalg.norm(good - bad)]
    return Witness(distances, distances, [np.sqrt(2), np.sqrt(2)])


def _genres(name: str, movie: int, printed: tuple[int, ...] | None, reason: str = "") -> Number:
    return Number(
        id=f"cs246.encoding.genres_{name}",
        place="Slide Multi-hot Encoding, and Applying encodings on Movies dataset",
        quantity=f"genres of {MOVIES[movie].title}: places of the ones, counted from one",
        printed=printed,
        inputs={"genres": MOVIES[movie].genres, "order": IMDB_GENRES},
        compute=lambda: genre_positions(movie),
        slips=(Slip(lambda: [place - 1 for place in genre_positions(movie)], _FROM_ZERO),),
        reason=reason,
    )


ENTRIES: tuple[Entry, ...] = (
    count(
        "cs246.learning.n_key_components",
        "Slide What is Machine Learning?",
        "number of key components",
        3,
        ("training data", "loss function", "model"),
    ),
    Claim(
        id="cs246.learning.objective",
        place="Slide What is Machine Learning?",
        quantity="quantity that is minimized; witness: a linear regression",
        form="formula",
        printed=r"J(f) = \frac{1}{n} \sum_{i=1}^n \mathcal{L}(f_\theta(x_i), y_i)",
        witness=_witness_objective,
    ),
    Claim(
        id="cs246.learning.minimized_over",
        place="Slide What is Machine Learning?",
        quantity="what the minimum is taken over",
        form="notation",
        printed=r"\min_f J(f)",
        correct=r"\hat\theta = \arg\min_\theta J(f_\theta)",
        conditional=True,
        reason=(
            "The same problem if f runs over the functions with parameters θ. What the slide looks "
            "for is θ; the minimum itself is the loss that is left."
        ),
    ),
    Claim(
        id="cs246.learning.expected_loss",
        place="Slide What is Machine Learning?",
        quantity="name of the quantity that is minimized",
        form="wording",
        printed="expected loss on the training data",
        correct="mean loss on the training data",
        conditional=True,
        reason=(
            "An expectation only if an example is drawn from the training data at random. The loss "
            "to be expected on new data is another quantity, as a rule a larger one."
        ),
    ),
    count(
        "cs246.learning.n_paradigms",
        "Slide Two Dominant ML Paradigms",
        "number of paradigms",
        2,
        ("supervised learning", "unsupervised learning"),
    ),
    Claim(
        id="cs246.learning.linear_regression",
        place="Slide Two Dominant ML Paradigms",
        quantity="model of linear regression",
        form="formula",
        printed=r"f_\theta(x) = Wx + b",
        witness=_witness_linear_regression,
    ),
    count(
        "cs246.features.n_types",
        "Slide Input Feature Vectors",
        "number of types of features",
        4,
        ("numerical", "categorical", "time series", "text"),
    ),
    Claim(
        id="cs246.features.continuous",
        place="Slide Input Feature Vectors, twice",
        quantity="the kind of numerical feature that is not discrete",
        form="wording",
        printed="continues",
        correct="continuous",
        reason="A slip of spelling: the quantity has no gaps; it does not go on.",
    ),
    count(
        "cs246.encoding.n_ways",
        "Slide Categorical Features",
        "number of ways to encode, multi-hot counted with one-hot",
        2,
        ("integer encoding", "one-hot and multi-hot encoding"),
    ),
    Claim(
        id="cs246.encoding.series_title",
        place="Slides Categorical Features, Integer Encoding and Applying encodings",
        quantity="title of the third row",
        form="wording",
        printed="100 Foot Waves",
        correct="100 Foot Wave",
        reason="So the series is called, and so the slide on multi-hot encoding has it.",
    ),
    Number(
        id="cs246.encoding.provider_numbers",
        place="Slide Integer Encoding",
        quantity="integers of the four providers, counted from one",
        printed=(1, 2, 3, 4),
        inputs={"providers": PROVIDERS},
        compute=provider_numbers,
        slips=(
            Slip(
                lambda: [n - 1 for n in provider_numbers()],
                "Counted from zero, as arrays are; the slide counts providers from one.",
            ),
        ),
    ),
    Claim(
        id="cs246.encoding.implied_order",
        place="Slide Integer Encoding",
        quantity="order that the integers put upon the providers",
        form="wording",
        printed="Netflix < Prime Video < HBO Max < Hulu",
        witness=_witness_order,
    ),
    Claim(
        id="cs246.encoding.equally_spaced",
        place="Slide Integer Encoding",
        quantity="steps between the integers of the levels of education",
        form="wording",
        printed="integers imply that the levels are equally far apart",
        witness=_witness_equally_spaced,
    ),
    Number(
        id="cs246.encoding.one_hot_length",
        place="Slide One-hot Encoding",
        quantity="length of the one-hot vector of a provider",
        printed=4,
        inputs={"providers": PROVIDERS},
        compute=lambda: one_hot_providers().shape[1],
    ),
    Number(
        id="cs246.encoding.one_hot",
        place="Slide One-hot Encoding, and Applying encodings on Movies dataset",
        quantity="one-hot vectors of the four providers, one per row",
        printed=((1, 0, 0, 0), (0, 1, 0, 0), (0, 0, 1, 0), (0, 0, 0, 1)),
        inputs={"providers": PROVIDERS},
        compute=one_hot_providers,
    ),
    Claim(
        id="cs246.encoding.index",
        place="Slide One-hot Encoding",
        quantity="where the one stands; witness: the column in an array",
        form="wording",
        printed="the integer is the index into the vector",
        correct="the integer less one is the index into an array",
        conditional=True,
        witness=_witness_index,
        reason="Holds if entries are counted from one; Python, NumPy and torch count from zero.",
    ),
    Number(
        id="cs246.encoding.n_genres",
        place="Slide Multi-hot Encoding",
        quantity="number of genres in the list",
        printed=28,
        inputs={"genres": IMDB_GENRES},
        compute=lambda: len(set(IMDB_GENRES)),
    ),
    Number(
        id="cs246.encoding.multi_hot_length",
        place="Slide Multi-hot Encoding: drawn, not said",
        quantity="length of the multi-hot vector of a movie",
        inputs={"genres": IMDB_GENRES},
        compute=lambda: genre_vectors().shape[1],
        reason=(
            "In the text of the deck the rows have 30 or 31 cells on one slide and 32 on the next, "
            f"where 35 columns in all leave 28. {_MISCOUNTED}"
        ),
    ),
    _genres("stranger_things", 0, (5, 6, 12)),
    _genres(
        "cocomelon",
        1,
        None,
        "The text of the deck has ones at 2, 10 and 12 on one slide and at 2, 7 and 9 on the next. "
        + _MISCOUNTED,
    ),
    _genres(
        "100_foot_wave",
        2,
        None,
        "The text of the deck has a single one, at 15, on one slide, and ones at 13 and 22 on the "
        f"next. {_MISCOUNTED}",
    ),
    _genres("i_tonya", 3, (2, 5, 17)),
    Number(
        id="cs246.encoding.n_columns",
        place="Slide Applying encodings on Movies dataset",
        quantity="number of columns before encoding",
        printed=5,
        inputs={"columns": MOVIES[0]._fields},
        compute=lambda: len(MOVIES[0]),
    ),
    Number(
        id="cs246.encoding.n_encoded_columns",
        place="Slide Applying encodings on Movies dataset",
        quantity="number of columns after encoding",
        printed=35,
        inputs={"providers": 4, "genres": 28, "others": ("title", "year", "rating")},
        compute=n_encoded_columns,
        slips=(
            Slip(
                lambda: n_encoded_columns() - 1,
                "These are the columns of numbers; the slide counts the title too, though it is "
                "still a string.",
            ),
            Slip(
                lambda: n_encoded_columns() - 3,
                "Provider and genres alone; title, year and rating stay in the table.",
            ),
        ),
        reason="Counts the title, which is not encoded; 34 of the columns are numbers.",
    ),
    Claim(
        id="cs246.encoding.title",
        place="Slide Applying encodings on Movies dataset",
        quantity="encoding of the title",
        form="wording",
        printed="thousands or a million dimensions if the title is multi-hot encoded",
        correct="a million if it is one-hot encoded, thousands if its words are multi-hot encoded",
        conditional=True,
        reason=(
            "Multi-hot is for several values at the same time. A movie has one title, which takes "
            "a dimension per movie; its words are several values of a smaller set."
        ),
    ),
    Number(
        id="cs246.encoding.n_dimensions_corpus",
        place="Slide From encoding to embedding",
        quantity="length of the multi-hot vector of a document",
        printed=1_000_000,
        inputs={"n_words": N_WORDS},
        compute=lambda: N_WORDS,
    ),
    Number(
        id="cs246.encoding.sparsity",
        place="Slide From encoding to embedding",
        quantity="share of zeros in the multi-hot vector of a document, in percent",
        printed=decimals("99.95")[0],
        inputs={"n_words": N_WORDS, "words_per_document": WORDS_PER_DOCUMENT},
        compute=lambda: 100 * (1 - WORDS_PER_DOCUMENT / N_WORDS),
        slips=(
            Slip(
                lambda: 100 * WORDS_PER_DOCUMENT / N_WORDS,
                "This is the share of ones; sparsity is the share of zeros.",
            ),
        ),
    ),
    Claim(
        id="cs246.encoding.more_than",
        place="Slide From encoding to embedding",
        quantity="the share as a bound; witness: zeros of a document without repeated words",
        form="wording",
        printed="more than 99.95% zeros",
        correct="at least 99.95% zeros",
        conditional=True,
        witness=_witness_more_than,
        reason="More only if some word of the document occurs twice.",
    ),
    Claim(
        id="cs246.encoding.good_great",
        place="Slide From encoding to embedding",
        quantity="distances between one-hot vectors",
        form="wording",
        printed="good is as different from great as from bad",
        witness=_witness_good_great,
    ),
)
