"""Small sets made by ourselves, for where nothing is fetched."""

from collections.abc import Sequence
from itertools import combinations
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from embref.datasets.records import Film, FilmRatings, Triple
from embref.datasets.text import Analogy, SimilarityPair

T = TypeVar("T")

COUNTRIES = {
    "germany": ("berlin", "german", "sausage"),
    "france": ("paris", "french", "cheese"),
    "italy": ("rome", "italian", "pasta"),
    "spain": ("madrid", "spanish", "rice"),
    "poland": ("warsaw", "polish", "dumplings"),
    "japan": ("tokyo", "japanese", "noodles"),
}
ANIMALS = {
    "cat": ("kitten", "house", "milk"),
    "dog": ("puppy", "house", "meat"),
    "cow": ("calf", "farm", "grass"),
    "horse": ("foal", "farm", "grass"),
    "duck": ("duckling", "pond", "bread"),
    "sheep": ("lamb", "farm", "grass"),
}
ROYALTY = {"king": "queen", "prince": "princess", "man": "woman", "boy": "girl"}

_TEMPLATES = {
    "country": (
        "{capital} is the capital of {country}",
        "the train to {capital} crosses the border of {country}",
        "people in {country} speak {language}",
        "the {language} cook of {capital} serves {food}",
        "in {country} they eat {food} with bread",
        "she learned {language} in {capital}",
    ),
    "animal": (
        "the {animal} lives in the {place}",
        "the {young} of the {animal} drinks milk",
        "a young {animal} is a {young}",
        "the {animal} likes to eat {diet}",
        "the {young} sleeps in the {place} beside the {animal}",
    ),
    "royalty": (
        "the {he} put on his crown",
        "the {she} put on her crown",
        "the {he} told his story to the {she}",
        "the {she} told her story to the {he}",
        "he is a {he} and she is a {she}",
    ),
}


def toy_corpus(n_documents: int = 600, *, random_state: int = 0) -> list[list[str]]:
    """Make a corpus of short sentences about countries, animals and people.

    Words that stand for the same kind of thing occur in the same frames, so that even a small
    model groups capitals, animals and their young, or men and women.

    Parameters
    ----------
    n_documents : int
        Number of sentences, about seven words each.
    random_state : int
        Seed of the draw.

    Returns
    -------
    list of list of str
        Tokens of each sentence, in lower case.

    Raises
    ------
    ValueError
        If ``n_documents`` is less than one.

    Examples
    --------
    >>> " ".join(toy_corpus(n_documents=1)[0])
    'the woman told her story to the man'
    """
    if n_documents < 1:
        raise ValueError(f"n_documents is {n_documents}; make at least one.")
    rng = np.random.default_rng(random_state)
    return [_sentence(rng).split() for _ in range(n_documents)]


def _sentence(rng: np.random.Generator) -> str:
    topic = _choose(rng, tuple(_TEMPLATES))
    template = _choose(rng, _TEMPLATES[topic])
    if topic == "country":
        country, (capital, language, food) = _choose(rng, tuple(COUNTRIES.items()))
        return template.format(country=country, capital=capital, language=language, food=food)
    if topic == "animal":
        animal, (young, place, diet) = _choose(rng, tuple(ANIMALS.items()))
        return template.format(animal=animal, young=young, place=place, diet=diet)
    he, she = _choose(rng, tuple(ROYALTY.items()))
    return template.format(he=he, she=she)


def _choose(rng: np.random.Generator, items: Sequence[T]) -> T:
    return items[int(rng.integers(len(items)))]


def toy_similarity() -> list[SimilarityPair]:
    """Word pairs of the toy corpus: 10 for words of one kind, 0 for words of different kinds.

    Returns
    -------
    list of SimilarityPair

    Examples
    --------
    >>> toy_similarity()[0]
    SimilarityPair(first='germany', second='france', score=10.0)
    """
    kinds = [
        tuple(COUNTRIES),
        tuple(capital for capital, _, _ in COUNTRIES.values()),
        tuple(language for _, language, _ in COUNTRIES.values()),
        tuple(ANIMALS),
        tuple(young for young, _, _ in ANIMALS.values()),
        tuple(ROYALTY),
        tuple(ROYALTY.values()),
    ]
    same = [SimilarityPair(a, b, 10.0) for kind in kinds for a, b in combinations(kind, 2)]
    first, second = kinds[0], kinds[3]
    return same + [SimilarityPair(a, b, 0.0) for a in first for b in second]


def toy_analogies() -> dict[str, list[Analogy]]:
    """Analogy questions about the toy corpus, by section.

    Returns
    -------
    dict of str to list of Analogy

    Examples
    --------
    >>> toy_analogies()["capital"][0]
    Analogy(a='berlin', b='germany', c='paris', d='france')
    """
    sections = {
        "capital": [(capital, country) for country, (capital, _, _) in COUNTRIES.items()],
        "language": [(country, language) for country, (_, language, _) in COUNTRIES.items()],
        "young": [(animal, young) for animal, (young, _, _) in ANIMALS.items()],
        "gender": list(ROYALTY.items()),
    }
    return {
        name: [Analogy(*first, *second) for first, second in combinations(pairs, 2)]
        for name, pairs in sections.items()
    }


_GENRES = ("drama", "comedy", "horror", "documentary")
_HEADS = ("Quiet", "Golden", "Broken", "Hidden", "Last", "Silver", "Distant", "Burning")
_TAILS = ("River", "House", "Garden", "Letter", "Winter", "Mirror", "Station", "Island")


def toy_ratings(
    n_users: int = 60, n_films: int = 40, n_ratings_per_user: int = 15, *, random_state: int = 0
) -> FilmRatings:
    """Make ratings whose taste is the genre: each user prefers one of four.

    Parameters
    ----------
    n_users, n_films : int
        ``n_films`` is at most 64.
    n_ratings_per_user : int
        Films that each user rates, more often than not of the preferred genre.
    random_state : int
        Seed of the draw.

    Returns
    -------
    FilmRatings
        With made-up cast and directors, who stay with a genre.

    Raises
    ------
    ValueError
        If there are too many films, or fewer films than ratings per user.

    Examples
    --------
    >>> ratings = toy_ratings()
    >>> ratings.n_users, ratings.n_films, len(ratings.ratings)
    (60, 40, 900)
    """
    if not 1 <= n_ratings_per_user <= n_films <= len(_HEADS) * len(_TAILS):
        raise ValueError(
            f"n_ratings_per_user is {n_ratings_per_user} and n_films is {n_films}; expected "
            f"1 <= n_ratings_per_user <= n_films <= {len(_HEADS) * len(_TAILS)}."
        )
    rng = np.random.default_rng(random_state)
    genres = np.arange(n_films) % len(_GENRES)
    liked = rng.integers(len(_GENRES), size=(n_users, 1)) == genres  # (n_users, n_films)
    chance = np.where(liked, 4.0, 1.0)
    chance /= chance.sum(axis=1, keepdims=True)
    films = np.stack([rng.choice(n_films, n_ratings_per_user, replace=False, p=p) for p in chance])
    users = np.repeat(np.arange(n_users), n_ratings_per_user)
    noise = rng.normal(scale=0.7, size=users.size)
    ratings = np.where(liked[users, films.ravel()], 4.5, 2.5) + noise
    timestamps = 880_000_000 + np.argsort(rng.random(users.size))
    return FilmRatings(
        users,
        films.ravel(),
        np.clip(np.rint(ratings), 1, 5),
        timestamps,
        [Film(_title(i), 1980 + i, (_GENRES[genre],)) for i, genre in enumerate(genres)],
        _credits(genres, rng),
    )


def _title(film: int) -> str:
    return f"{_HEADS[film % len(_HEADS)]} {_TAILS[film // len(_HEADS)]}"


def _credits(genres: NDArray[np.int64], rng: np.random.Generator) -> list[Triple]:
    triples = []
    for film, genre in enumerate(genres):
        director = f"director {_GENRES[genre]} {rng.integers(2)}"
        cast = [f"actor {_GENRES[genre]} {actor}" for actor in rng.choice(6, 3, replace=False)]
        triples.append(Triple(film, "film.film.directed_by", director))
        triples += [Triple(film, "film.film.actor", actor) for actor in sorted(cast)]
    return triples


_PITCHES = (110.0, 205.0)  # hertz: a low and a high voice
_FORMANTS = (  # hertz: the first three resonances of five vowels
    (730.0, 1090.0, 2440.0),
    (530.0, 1840.0, 2480.0),
    (270.0, 2290.0, 3010.0),
    (570.0, 840.0, 2410.0),
    (300.0, 870.0, 2240.0),
)


def toy_sources(
    seconds: float = 2.0, *, sample_rate: int = 8000, random_state: int = 0
) -> NDArray[np.float64]:
    """Make two speech-like sources, a low and a high voice speaking vowels with pauses.

    Each syllable is a train of glottal pulses through three formants; pitch wavers, and the
    vowels, lengths and pauses are drawn. Add the rows to get a mixture.

    Parameters
    ----------
    seconds : float
        Length.
    sample_rate : int
        In hertz, at least 8000 so that the formants fit.
    random_state : int
        Seed of the draw.

    Returns
    -------
    ndarray of shape (2, n_samples)
        Sources of equal power, in [-1, 1].

    Raises
    ------
    ValueError
        If the length is less than half a second, or the sample rate too low.

    References
    ----------
    Mean formants after Peterson and Barney (1952).

    Examples
    --------
    >>> toy_sources(seconds=1.0).shape
    (2, 8000)
    """
    if seconds < 0.5 or sample_rate < 8000:
        raise ValueError(
            f"seconds is {seconds} and sample_rate {sample_rate}; expected at least 0.5 and 8000."
        )
    rng = np.random.default_rng(random_state)
    n_samples = round(seconds * sample_rate)
    sources = np.stack([_voice(pitch, n_samples, sample_rate, rng) for pitch in _PITCHES])
    sources /= np.sqrt(np.mean(sources**2, axis=1, keepdims=True))
    return sources / np.abs(sources).max()


def _voice(
    pitch: float, n_samples: int, sample_rate: int, rng: np.random.Generator
) -> NDArray[np.float64]:
    voice = np.zeros(n_samples)
    start = 0
    while start < n_samples:
        length = int(rng.uniform(0.12, 0.3) * sample_rate)
        syllable = _syllable(pitch * rng.uniform(0.9, 1.1), length, sample_rate, rng)
        stop = min(start + length, n_samples)
        voice[start:stop] = syllable[: stop - start]
        start = stop + int(rng.uniform(0.02, 0.15) * sample_rate)
    return voice


def _syllable(
    pitch: float, length: int, sample_rate: int, rng: np.random.Generator
) -> NDArray[np.float64]:
    from scipy.signal import lfilter  # slow to import

    t = np.arange(length) / sample_rate
    cycles = np.cumsum(pitch * (1 + 0.03 * np.sin(2 * np.pi * 5 * t))) / sample_rate
    signal = np.diff(np.floor(cycles), prepend=0.0)  # one pulse per cycle
    for formant in _choose(rng, _FORMANTS):
        radius = np.exp(-np.pi * 90.0 / sample_rate)  # bandwidth of 90 hertz
        poles = [1.0, -2 * radius * np.cos(2 * np.pi * formant / sample_rate), radius**2]
        signal = lfilter([1.0 - radius], poles, signal)
    return signal * np.hanning(length)
