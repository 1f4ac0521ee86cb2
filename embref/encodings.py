"""Encodings of categorical features: integer, one-hot and multi-hot.

Each encoder takes one column. Categories keep the order of their first appearance, or the order in
which they are given, and are numbered from zero.
"""

from collections.abc import Hashable, Iterable, Sequence
from typing import NamedTuple, Self

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import sparse

UNKNOWN = -1


class Movie(NamedTuple):
    """A row of the movie table of CS246."""

    title: str
    provider: str
    genres: tuple[str, ...]
    year: int
    rating: float


MOVIES = (
    Movie("Stranger Things", "Netflix", ("Drama", "Fantasy", "Horror"), 2016, 8.7),
    Movie("Cocomelon", "Prime Video", ("Animation", "Comedy", "Family"), 2019, 4.7),
    Movie("100 Foot Waves", "HBO Max", ("Documentary", "Sport"), 2021, 8.1),
    Movie("I, Tonya", "Hulu", ("Biography", "Drama", "Comedy"), 2017, 7.5),
)

# The slide numbers them from 1, in this order.
IMDB_GENRES = (
    "Action", "Comedy", "Short", "Western", "Drama", "Horror", "Music",
    "Thriller", "Animation", "Adventure", "Family", "Fantasy", "Sport", "Romance",
    "Crime", "Sci-Fi", "Biography", "Musical", "Mystery", "History", "Documentary",
    "Film-Noir", "News", "Game-Show", "Reality-TV", "War", "Talk-Show", "Adult",
)  # fmt: skip


class IntegerEncoder:
    """Number the categories of a column.

    Parameters
    ----------
    categories : iterable of hashable, optional
        All categories in order; those of the fitted column when left out. Give them for an
        ordinal feature, whose order means something.
    handle_unknown : {"error", "ignore"}
        What to do with a value that was not fitted: refuse it, or give it the number -1.

    Attributes
    ----------
    categories_ : tuple of hashable
        Category of each number.

    References
    ----------
    CS246, "Integer encoding", where the numbers start at 1.

    Examples
    --------
    >>> encoder = IntegerEncoder().fit([movie.provider for movie in MOVIES])
    >>> encoder.transform(["Hulu", "Netflix"]).tolist()
    [3, 0]
    >>> encoder.inverse_transform([2])
    ['HBO Max']
    """

    def __init__(
        self, categories: Iterable[Hashable] | None = None, *, handle_unknown: str = "error"
    ) -> None:
        if handle_unknown not in ("error", "ignore"):
            raise ValueError(f"handle_unknown is {handle_unknown!r}; choose 'error' or 'ignore'.")
        self.categories = None if categories is None else tuple(categories)
        self.handle_unknown = handle_unknown

    def fit(self, values: Iterable[Hashable]) -> Self:
        """Learn the categories.

        Parameters
        ----------
        values : iterable of hashable
            A column; only checked when the categories were given.

        Returns
        -------
        IntegerEncoder
            The encoder itself.

        Raises
        ------
        ValueError
            If there is no value, a given category occurs twice, or a value is not among those
            given and unknown ones are refused.
        """
        values = _column(values)
        categories = tuple(dict.fromkeys(values)) if self.categories is None else self.categories
        if len(set(categories)) < len(categories) or not categories:
            raise ValueError(f"categories are {categories}; give each once, and at least one.")
        self.categories_ = categories
        self._number = {category: number for number, category in enumerate(categories)}
        if self.categories is not None:
            self.transform(values)
        return self

    def transform(self, values: Iterable[Hashable]) -> NDArray[np.int64]:
        """Numbers of the values.

        Parameters
        ----------
        values : iterable of hashable

        Returns
        -------
        ndarray of int of shape (n,)

        Raises
        ------
        ValueError
            If a value is unknown and unknown ones are refused.
        """
        values = _column(values)
        numbers = [self._number.get(value, UNKNOWN) for value in values]
        if self.handle_unknown == "error" and UNKNOWN in numbers:
            unknown = values[numbers.index(UNKNOWN)]
            raise ValueError(
                f"{unknown!r} is not among the {len(self.categories_)} fitted categories; fit with "
                "it, or choose handle_unknown='ignore'."
            )
        return np.array(numbers, dtype=np.int64)

    def inverse_transform(self, numbers: ArrayLike) -> list[Hashable | None]:
        """Categories of the numbers.

        Parameters
        ----------
        numbers : array-like of int of shape (n,)

        Returns
        -------
        list of hashable
            None for -1.

        Raises
        ------
        ValueError
            If there is no such number.
        """
        numbers = np.asarray(numbers)
        if numbers.size and not (UNKNOWN <= numbers.min() <= numbers.max() < len(self.categories_)):
            raise ValueError(f"numbers {numbers} exceed 0 to {len(self.categories_) - 1}.")
        return [None if number == UNKNOWN else self.categories_[number] for number in numbers]


def _column(values: Iterable[Hashable]) -> Sequence[Hashable]:
    if isinstance(values, str):
        raise ValueError("values is one string; give a column, that is a list of values.")
    column = list(values)
    if not column:
        raise ValueError("values is empty; give at least one value.")
    return column


class MultiHotEncoder:
    """Encode sets of categories as vectors with a one for each member.

    Parameters
    ----------
    categories : iterable of hashable, optional
        All categories in order; those of the fitted column when left out.
    handle_unknown : {"error", "ignore"}
        Refuse a value that was not fitted, or leave it out.
    sparse_output : bool
        Whether to return a sparse array.

    Attributes
    ----------
    categories_ : tuple of hashable
        Category of each column.

    References
    ----------
    CS246, "Multi-hot encoding".

    Examples
    --------
    >>> encoder = MultiHotEncoder(IMDB_GENRES).fit([movie.genres for movie in MOVIES])
    >>> X = encoder.transform([MOVIES[2].genres])
    >>> X.shape, np.flatnonzero(X.toarray()).tolist()
    ((1, 28), [12, 20])
    """

    def __init__(
        self,
        categories: Iterable[Hashable] | None = None,
        *,
        handle_unknown: str = "error",
        sparse_output: bool = True,
    ) -> None:
        self.integer_encoder = IntegerEncoder(categories, handle_unknown=handle_unknown)
        self.sparse_output = sparse_output

    @property
    def categories_(self) -> tuple[Hashable, ...]:
        """Category of each column."""
        return self.integer_encoder.categories_

    def fit(self, sets: Iterable[Iterable[Hashable]]) -> Self:
        """Learn the categories.

        Parameters
        ----------
        sets : iterable of iterable of hashable
            Categories of each example.

        Returns
        -------
        MultiHotEncoder
            The encoder itself.

        Raises
        ------
        ValueError
            If no example has a category, or one is refused.
        """
        self.integer_encoder.fit(value for members in _sets(sets) for value in members)
        return self

    def transform(self, sets: Iterable[Iterable[Hashable]]) -> sparse.csr_array | NDArray[np.int64]:
        """Vectors of the sets.

        Parameters
        ----------
        sets : iterable of iterable of hashable

        Returns
        -------
        scipy.sparse.csr_array or ndarray of int of shape (n, n_categories)

        Raises
        ------
        ValueError
            If a value is unknown and unknown ones are refused.
        """
        rows = [list(dict.fromkeys(members)) for members in _sets(sets)]
        values = [value for members in rows for value in members]
        columns = self.integer_encoder.transform(values) if values else np.zeros(0, dtype=np.int64)
        row_of_value = np.repeat(np.arange(len(rows)), [len(members) for members in rows])
        known = columns != UNKNOWN
        ones = np.ones(int(known.sum()), dtype=np.int64)
        matrix = sparse.coo_array(
            (ones, (row_of_value[known], columns[known])),
            shape=(len(rows), len(self.categories_)),
        ).tocsr()
        return matrix if self.sparse_output else matrix.toarray()

    def inverse_transform(self, X: ArrayLike | sparse.sparray) -> list[tuple[Hashable, ...]]:
        """Name the categories of each vector, in their order.

        Parameters
        ----------
        X : array-like or sparse array of shape (n, n_categories)
            Zeros and ones.

        Returns
        -------
        list of tuple of hashable

        Raises
        ------
        ValueError
            If ``X`` has another number of columns, or entries other than 0 and 1.
        """
        X = X.toarray() if sparse.issparse(X) else np.asarray(X)  # type: ignore[union-attr]
        if X.ndim != 2 or X.shape[1] != len(self.categories_):
            raise ValueError(f"X has shape {X.shape}; expected (n, {len(self.categories_)}).")
        if not np.isin(X, (0, 1)).all():
            raise ValueError("X has entries other than 0 and 1; it is no multi-hot encoding.")
        return [tuple(self.categories_[column] for column in np.flatnonzero(row)) for row in X]


def _sets(sets: Iterable[Iterable[Hashable]]) -> list[list[Hashable]]:
    members = list(sets)
    if any(isinstance(example, str) for example in members) or isinstance(sets, str):
        raise ValueError("an example is a string; give a list of categories for each example.")
    return [list(example) for example in members]


class OneHotEncoder:
    """Encode categories as unit vectors.

    Parameters
    ----------
    categories : iterable of hashable, optional
        All categories in order; those of the fitted column when left out.
    handle_unknown : {"error", "ignore"}
        Refuse a value that was not fitted, or encode it as zeros.
    sparse_output : bool
        Whether to return a sparse array.

    Attributes
    ----------
    categories_ : tuple of hashable
        Category of each column.

    References
    ----------
    CS246, "One-hot encoding".

    Examples
    --------
    >>> encoder = OneHotEncoder(sparse_output=False).fit([movie.provider for movie in MOVIES])
    >>> encoder.transform(["HBO Max"]).tolist()
    [[0, 0, 1, 0]]
    """

    def __init__(
        self,
        categories: Iterable[Hashable] | None = None,
        *,
        handle_unknown: str = "error",
        sparse_output: bool = True,
    ) -> None:
        self._sets = MultiHotEncoder(
            categories, handle_unknown=handle_unknown, sparse_output=sparse_output
        )

    @property
    def categories_(self) -> tuple[Hashable, ...]:
        """Category of each column."""
        return self._sets.categories_

    def fit(self, values: Iterable[Hashable]) -> Self:
        """Learn the categories.

        Parameters
        ----------
        values : iterable of hashable
            A column.

        Returns
        -------
        OneHotEncoder
            The encoder itself.

        Raises
        ------
        ValueError
            If there is no value, or one is refused.
        """
        self._sets.fit([value] for value in _column(values))
        return self

    def transform(self, values: Iterable[Hashable]) -> sparse.csr_array | NDArray[np.int64]:
        """Encode the values as unit vectors.

        Parameters
        ----------
        values : iterable of hashable

        Returns
        -------
        scipy.sparse.csr_array or ndarray of int of shape (n, n_categories)

        Raises
        ------
        ValueError
            If a value is unknown and unknown ones are refused.
        """
        return self._sets.transform([value] for value in _column(values))

    def inverse_transform(self, X: ArrayLike | sparse.sparray) -> list[Hashable | None]:
        """Categories of the unit vectors.

        Parameters
        ----------
        X : array-like or sparse array of shape (n, n_categories)

        Returns
        -------
        list of hashable
            None for a row of zeros.

        Raises
        ------
        ValueError
            If a row has more than one 1, or entries other than 0 and 1.
        """
        sets = self._sets.inverse_transform(X)
        if any(len(members) > 1 for members in sets):
            raise ValueError("a row has more than one 1; decode it with MultiHotEncoder.")
        return [members[0] if members else None for members in sets]
