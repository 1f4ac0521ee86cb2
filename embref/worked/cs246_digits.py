"""How digits go wrong: cut off instead of rounded, or misprinted."""

from collections.abc import Sequence
from decimal import Decimal

import numpy as np
from numpy.typing import ArrayLike

from embref.networks import Array
from embref.worked.registry import Number


def decimals(text: str) -> tuple[Decimal, ...]:
    """Read numbers as they are printed, digits kept.

    Examples
    --------
    >>> decimals("0.50 -1")
    (Decimal('0.50'), Decimal('-1'))
    """
    return tuple(map(Decimal, text.split()))


def truncate(values: ArrayLike, n_decimals: int) -> Array:
    """Cut digits off, where rounding was due.

    Examples
    --------
    >>> truncate([23.895, -0.19], 1).tolist()
    [23.8, -0.1]
    """
    scale = 10.0**n_decimals
    return np.trunc(np.round(np.asarray(values) * scale, 9)) / scale


def misprint(value: float, n_decimals: int, digit: int) -> float:
    """Round, then put another last digit.

    Examples
    --------
    >>> misprint(-13.2, 1, 9), misprint(0.1709, 3, 7)
    (-13.9, 0.177)
    """
    text = f"{value:.{n_decimals}f}"
    return float(text[:-1] + str(digit))


def count(id: str, place: str, quantity: str, printed: int, items: Sequence[str]) -> Number:
    """Make the entry of a count that is followed by what is counted."""
    return Number(
        id=id,
        place=place,
        quantity=quantity,
        printed=printed,
        inputs={"items": items},
        compute=lambda: len(items),
    )
