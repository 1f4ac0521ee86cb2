"""Answers to the questions of the sources: compared with the registry, wrong ones explained."""

import copy
from collections import Counter
from decimal import Decimal
from typing import Any

import numpy as np

from embref.worked.registry import Number, get, last_digit


def _number(id: str) -> Number:
    entry = get(id)
    if not isinstance(entry, Number):
        raise ValueError(
            f"{id} is a {entry.kind} and has no value; embref.worked.get({id!r}) shows it."
        )
    return entry


def value(id: str) -> Any:
    """Return the computed value of an entry.

    Parameters
    ----------
    id : str

    Returns
    -------
    number, array, or list of words or pairs

    Raises
    ------
    KeyError
        If there is no such entry.
    ValueError
        If the entry is a formula or a statement.

    Examples
    --------
    >>> round(value("mannheim.4b.loss"), 3)
    1.787
    """
    return copy.deepcopy(_number(id).value)


def slips(id: str) -> list[tuple[Any, str]]:
    """Return the known wrong values of an entry with their reasons.

    Parameters
    ----------
    id : str

    Returns
    -------
    list of (value, str)
        Computed; the one behind a wrong printed value comes first.

    Raises
    ------
    KeyError
        If there is no such entry.
    ValueError
        If the entry is a formula or a statement.

    Examples
    --------
    >>> round(slips("mannheim.4b.loss")[0][0], 2)
    1.6
    """
    return [(slip.compute(), slip.reason) for slip in _number(id).all_slips]


def diagnose(id: str, answer: Any) -> str | None:
    """Explain a wrong answer, if it is a known slip at the precision given.

    Parameters
    ----------
    id : str
    answer : number, array, or list of words or pairs
        A number equals a slip if they differ by no more than the tolerance of the entry, or if
        the slip rounds to it and the right value does not.

    Returns
    -------
    str or None
        None if the answer is right, or wrong in a way not known.

    Raises
    ------
    KeyError
        If there is no such entry.
    ValueError
        If the entry is a formula or a statement.

    Examples
    --------
    >>> diagnose("mannheim.3c.n_parameters", 30_427_500)
    'Only one of the two matrices is counted; every word has a center and a context vector.'
    """
    entry = _number(id)
    tolerance = default_tolerance(entry)
    if _difference(entry, answer, tolerance) is None:
        return None
    given = _as_numbers(answer)
    if given is None:
        items = _items(entry, answer)
        same = (reason for wrong, reason in slips(id) if _items(entry, wrong) == items)
        return next(same, None)
    nearest = _nearest(entry, given, tolerance)
    half_unit = _half_unit(given)
    if nearest is None and _distance(given, entry.value) > half_unit:
        nearest = _nearest(entry, given, half_unit)
    return nearest


def _nearest(entry: Number, given: np.ndarray, within: float) -> str | None:
    """Return the reason of the slip nearest to an answer, if it is near enough."""
    found = [(_distance(given, slip.compute()), slip.reason) for slip in entry.all_slips]
    distance, reason = min(found, default=(np.inf, None), key=lambda item: item[0])
    return reason if distance <= within + 1e-9 * np.abs(given).max(initial=0.0) else None


def check(id: str, answer: Any, *, tolerance: float | None = None) -> None:
    """Compare an answer with the computed value.

    Parameters
    ----------
    id : str
    answer : number, array, or list of words or pairs
    tolerance : float, optional
        Largest absolute difference; by default that of the entry, see
        :class:`~embref.worked.registry.Number`.

    Raises
    ------
    AssertionError
        If the answer is wrong. The message says how, with the diagnosis of a known slip, but not
        the right value.
    KeyError
        If there is no such entry.
    ValueError
        If the entry is a formula or a statement.

    Examples
    --------
    >>> check("mannheim.4b.loss", 1.787)
    >>> check("mannheim.4b.loss", 3.2)
    Traceback (most recent call last):
    AssertionError: cross-entropy loss of the pair (Frodo, ring): 3.2 is not right.
    """
    entry = _number(id)
    allowed = default_tolerance(entry) if tolerance is None else tolerance
    difference = _difference(entry, answer, allowed)
    if difference is not None:
        diagnosis = diagnose(id, answer)
        raise AssertionError(
            f"{entry.quantity}: {difference}" + (f" {diagnosis}" if diagnosis else "")
        )


def default_tolerance(entry: Number) -> float:
    """Return the absolute difference at which an answer to an entry still counts as right.

    Parameters
    ----------
    entry : Number

    Returns
    -------
    float

    Examples
    --------
    >>> default_tolerance(get("mannheim.3b.n_pairs"))
    0.0
    """
    if entry.tolerance is not None:
        return entry.tolerance
    numbers = _as_numbers(entry.value)
    if numbers is None or np.issubdtype(np.asarray(entry.value).dtype, np.integer):
        return 0.0
    digits = _decimals(entry.printed)
    if digits:
        return max(last_digit(number) for number in digits) / 2 + 1e-9
    return 1e-3 * float(np.abs(numbers).max())


def _decimals(printed: Any) -> list[Decimal]:
    if isinstance(printed, list | tuple):
        return [number for item in printed for number in _decimals(item)]
    return [printed] if isinstance(printed, Decimal) else []


def _difference(entry: Number, answer: Any, tolerance: float) -> str | None:
    """Say how an answer differs from the value of an entry; None if it does not."""
    if answer is None or answer is Ellipsis:
        return "there is no answer yet."
    right = _as_numbers(entry.value)
    if right is None:
        same = _items(entry, answer) == _items(entry, entry.value)
        return None if same else _difference_of_items(entry, answer)
    given = _as_numbers(answer)
    if given is None:
        return f"expected numbers, got {type(answer).__name__}."
    if given.shape != right.shape:
        return f"expected {_shape(right)}, got {_shape(given)}."
    wrong = ~(np.abs(given - right) <= tolerance + 1e-12 * np.abs(right))  # NaN is wrong
    if not wrong.any():
        return None
    if not right.ndim:
        return f"{given.item():.6g} is not right."
    first = tuple(int(i) for i in np.argwhere(wrong)[0])
    place = first[0] if len(first) == 1 else first
    return f"{wrong.sum()} of {wrong.size} entries are not right, the first at index {place}."


def _difference_of_items(entry: Number, answer: Any) -> str:
    given, right = _items(entry, answer), _items(entry, entry.value)
    if not isinstance(given, list) or not isinstance(right, list):
        return f"{answer!r} is not right."
    if len(given) != len(right):
        return f"expected {len(right)} items, got {len(given)}."
    if entry.ordered:
        n_wrong = sum(a != b for a, b in zip(given, right, strict=True))
    else:
        n_wrong = (Counter(given) - Counter(right)).total()
    return f"{n_wrong} of {len(right)} items are not right."


def _shape(numbers: np.ndarray) -> str:
    return f"an array of shape {numbers.shape}" if numbers.ndim else "a single number"


def _as_numbers(answer: Any) -> np.ndarray | None:
    try:
        numbers = np.asarray(answer)
    except ValueError:  # a ragged list
        return None
    return numbers.astype(float) if numbers.dtype.kind in "iuf" else None


def _items(entry: Number, answer: Any) -> Any:
    items = _as_tuples(answer)
    if not isinstance(items, tuple):
        return items
    return list(items) if entry.ordered else sorted(items, key=repr)


def _as_tuples(answer: Any) -> Any:
    if isinstance(answer, np.ndarray):
        answer = answer.tolist()
    return tuple(map(_as_tuples, answer)) if isinstance(answer, list | tuple) else answer


def _half_unit(numbers: np.ndarray) -> float:
    """Return half a unit of the last decimal with which any of the numbers is written."""
    decimals = (
        -int(Decimal(repr(float(number))).normalize().as_tuple().exponent)
        for number in numbers.flat
        if np.isfinite(number)
    )
    return 0.5 * 10.0 ** -max(0, *decimals, 0)


def _distance(given: np.ndarray, value: Any) -> float:
    """Return the largest difference to a value; infinite if the shapes differ."""
    other = _as_numbers(value)
    if other is None or other.shape != given.shape:
        return np.inf
    return float(np.abs(given - other).max(initial=0.0))
