"""Data sets: toy sets made by ourselves, and loaders of optional public ones.

``python -m embref.datasets fetch [name ...]`` brings the optional sets into the user's cache,
``python -m embref.datasets card [name ...]`` shows what they are and under which license.
"""

from embref.datasets.cards import CARDS, Card, Package, get_card
from embref.datasets.images import Images, load_digits, load_fashion_mnist, load_mnist
from embref.datasets.records import Film, FilmRatings, Triple, load_ml100k, load_movies
from embref.datasets.speech import Speech, load_speech
from embref.datasets.store import DatasetMissingError, data_home, is_fetched
from embref.datasets.text import (
    Analogy,
    SimilarityPair,
    iter_text,
    load_analogies,
    load_similarity,
    load_text,
)
from embref.datasets.toy import (
    toy_analogies,
    toy_corpus,
    toy_ratings,
    toy_similarity,
    toy_sources,
)

__all__ = [
    "CARDS",
    "Analogy",
    "Card",
    "DatasetMissingError",
    "Film",
    "FilmRatings",
    "Images",
    "Package",
    "SimilarityPair",
    "Speech",
    "Triple",
    "data_home",
    "get_card",
    "is_fetched",
    "iter_text",
    "load_analogies",
    "load_digits",
    "load_fashion_mnist",
    "load_ml100k",
    "load_mnist",
    "load_movies",
    "load_similarity",
    "load_speech",
    "load_text",
    "toy_analogies",
    "toy_corpus",
    "toy_ratings",
    "toy_similarity",
    "toy_sources",
]
