"""Ratings of films, their knowledge graph, and a table of films with several fields."""

import csv
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from embref.datasets.store import locate


class Film(NamedTuple):
    """Title, year of release (None when unknown) and genres of a film."""

    title: str
    year: int | None
    genres: tuple[str, ...]


class Triple(NamedTuple):
    """A film, a relation and the entity it leads to."""

    film: int
    relation: str
    entity: str


@dataclass(frozen=True)
class FilmRatings:
    """Ratings of films by users, and what is known about the films.

    Parameters
    ----------
    users, films : ndarray of int of shape (n_ratings,)
        Rows of the user and of the film of each rating, counted from zero.
    ratings : ndarray of shape (n_ratings,)
        From 1 to 5.
    timestamps : ndarray of int of shape (n_ratings,)
        Seconds since 1970.
    catalog : list of Film
        Films in the order of their rows.
    triples : list of Triple
        Edges of the knowledge graph that begin at a film, for example with the relations
        ``film.film.actor`` and ``film.film.directed_by``.
    """

    users: NDArray[np.int64]
    films: NDArray[np.int64]
    ratings: NDArray[np.float64]
    timestamps: NDArray[np.int64]
    catalog: list[Film]
    triples: list[Triple]

    @property
    def n_users(self) -> int:
        """Number of users."""
        return int(self.users.max()) + 1

    @property
    def n_films(self) -> int:
        """Number of films."""
        return len(self.catalog)

    def related(self, relation: str) -> dict[int, tuple[str, ...]]:
        """Entities that a relation leads to, for each film that has any.

        Parameters
        ----------
        relation : str

        Returns
        -------
        dict of int to tuple of str
            Film row to entities, sorted, each once.

        Raises
        ------
        ValueError
            If no film has the relation; the message names those there are.
        """
        found: dict[int, set[str]] = {}
        for triple in self.triples:
            if triple.relation == relation:
                found.setdefault(triple.film, set()).add(triple.entity)
        if not found:
            relations = sorted({triple.relation for triple in self.triples})
            raise ValueError(f"no film has {relation!r}; relations are {', '.join(relations)}.")
        return {film: tuple(sorted(found[film])) for film in sorted(found)}


def load_ml100k() -> FilmRatings:
    """Read MovieLens 100K: 100,000 ratings of 1,682 films by 943 users, and a knowledge graph.

    Returns
    -------
    FilmRatings
        User row u and film row i are the ids u + 1 and i + 1 of MovieLens. Entities are Freebase
        identifiers.

    Raises
    ------
    DatasetMissingError
        If the set has not been fetched.

    References
    ----------
    Harper and Konstan (2015); Zhao et al. (2019) for the links to Freebase.
    """
    folder = locate("ml100k")
    columns = list(zip(*_rows(folder / "ml-100k.inter"), strict=True))
    users, films, ratings, timestamps = (np.array(column, dtype=float) for column in columns)
    catalog = [
        Film(title, int(year) if year.isdigit() else None, tuple(genres.split()))
        for _, title, year, genres in _rows(folder / "ml-100k.item")
    ]
    film_of_entity = {entity: int(i) - 1 for i, entity in _rows(folder / "ml-100k.link")}
    triples = [
        Triple(film_of_entity[head], relation, tail)
        for head, relation, tail in _rows(folder / "ml-100k.kg")
        if head in film_of_entity
    ]
    return FilmRatings(
        users.astype(np.int64) - 1,
        films.astype(np.int64) - 1,
        ratings,
        timestamps.astype(np.int64),
        catalog,
        triples,
    )


def _rows(path: Path) -> Iterator[list[str]]:
    with path.open(encoding="utf-8", newline="") as file:
        rows = csv.reader(file, delimiter="\t", quoting=csv.QUOTE_NONE)
        next(rows)  # names of the columns
        yield from rows


def load_movies() -> list[dict[str, Any]]:
    """Read a table of 3,201 films with several fields each.

    Returns
    -------
    list of dict
        Keys are among others ``Title``, ``Director``, ``Distributor``, ``Major Genre``,
        ``Production Budget`` (dollars) and ``IMDB Rating``; a blank is None.

    Raises
    ------
    DatasetMissingError
        If the set has not been fetched.

    Notes
    -----
    The table holds errors on purpose: titles that are numbers, dates in the future, budgets of
    zero. Clean what you use.
    """
    return json.loads((locate("movies") / "movies.json").read_text(encoding="utf-8"))
