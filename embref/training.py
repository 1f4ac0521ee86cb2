"""What every torch model of the package shares: seeds, minibatches, checks of arrays."""

from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np
import torch
from numpy.typing import ArrayLike, NDArray
from torch import Tensor


@contextmanager
def seeded(random_state: int | None) -> Iterator[torch.Generator]:
    """Seed torch inside a ``with`` block and leave its global state as it was.

    Parameters
    ----------
    random_state : int or None
        The seed; None draws one from the operating system.

    Yields
    ------
    torch.Generator
        A generator with the same seed, for draws that take one.

    Examples
    --------
    >>> with seeded(0):
    ...     first = torch.rand(1)
    >>> with seeded(0):
    ...     bool(torch.rand(1) == first)
    True
    """
    generator = torch.Generator()
    seed = generator.seed() if random_state is None else int(random_state)
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        yield generator.manual_seed(seed)


def minibatches(n_examples: int, batch_size: int, generator: torch.Generator) -> Iterator[Tensor]:
    """Rows of one epoch in random order, cut into batches.

    Parameters
    ----------
    n_examples : int
    batch_size : int
        Every batch has this size but the last, which holds the rest.
    generator : torch.Generator
        Source of the order.

    Yields
    ------
    Tensor of int64 of shape (batch_size,)

    Examples
    --------
    >>> [len(rows) for rows in minibatches(5, 2, torch.Generator())]
    [2, 2, 1]
    """
    yield from torch.randperm(n_examples, generator=generator).split(batch_size)


def check_examples(X: ArrayLike, n_features: int | None = None) -> NDArray[np.float32]:
    """Check a matrix of examples at the door of an estimator.

    Parameters
    ----------
    X : array-like of shape (n_examples, n_features)
    n_features : int, optional
        Number of columns seen in ``fit``.

    Returns
    -------
    ndarray of float32 of shape (n_examples, n_features)

    Raises
    ------
    ValueError
        If ``X`` is empty, not two-dimensional, not finite or has another number of columns.

    Examples
    --------
    >>> check_examples([[1, 2]]).dtype.name
    'float32'
    """
    X = np.asarray(X, dtype=np.float32)
    if X.ndim != 2 or not X.size:
        raise ValueError(f"X has shape {X.shape}; expected (n_examples, n_features), not empty.")
    if n_features is not None and X.shape[1] != n_features:
        raise ValueError(
            f"X has {X.shape[1]} columns; the model was fitted on {n_features}. "
            "Give the same features in the same order."
        )
    if not np.isfinite(X).all():
        raise ValueError("X contains NaN or infinity; fill or drop these entries first.")
    return X


def check_choice(name: str, value: str, choices: tuple[str, ...]) -> str:
    """Check that an option is one of those on offer.

    Parameters
    ----------
    name : str
        Name of the option, for the message.
    value : str
    choices : tuple of str

    Returns
    -------
    str
        ``value``.

    Raises
    ------
    ValueError
        If it is not among ``choices``.

    Examples
    --------
    >>> check_choice("loss", "l1", ("squared", "l1"))
    'l1'
    """
    if value not in choices:
        raise ValueError(f"{name} is {value!r}; choose one of {', '.join(map(repr, choices))}.")
    return value


def check_positive(**values: float) -> None:
    """Check that every keyword argument is positive.

    Parameters
    ----------
    **values : float
        The values by the names that the message shows.

    Raises
    ------
    ValueError
        If one is zero, negative or NaN.

    Examples
    --------
    >>> check_positive(batch_size=32)
    """
    for name, value in values.items():
        if not value > 0:
            raise ValueError(f"{name} is {value}; it must be positive.")
