"""Entries of the registry, how their verdicts are found, and the registry as a table.

A verdict is never written down: it follows from comparing what a source prints with what `embref`
computes. An entry whose difference no computation explains has none, and asking for it raises
:class:`UnexplainedError`.
"""

import difflib
import importlib
import textwrap
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cache, cached_property
from typing import Any, Literal, NamedTuple

import numpy as np

AGREES = "agrees"
ROUNDED = "agrees after rounding"
ERRATUM = "erratum"
CONDITION = "needs a condition"
NOT_PRINTED = "not printed"
VERDICTS = (AGREES, ROUNDED, ERRATUM, CONDITION, NOT_PRINTED)

_SOURCES = ("mannheim", "kim", "cs246", "feat2vec")


class UnexplainedError(ValueError):
    """An entry contradicts itself: what is printed follows from none of its computations."""


class Slip(NamedTuple):
    """A known way to go wrong: the value that it yields, and why it is wrong."""

    compute: Callable[[], Any]
    reason: str


class Witness(NamedTuple):
    """One instance of a claim: as printed, as corrected, and found independently of both."""

    printed: Any
    correct: Any
    truth: Any


@dataclass(frozen=True, kw_only=True)
class Entry(ABC):
    """A number or a claim of a source.

    Parameters
    ----------
    id : str
        ``source.question.quantity``, for example ``mannheim.4b.loss``.
    place : str
        Where it stands in the source.
    quantity : str
        What it is.
    reason : str
        Why it is wrong, or under which condition it holds; for other verdicts a remark.
    """

    id: str
    place: str
    quantity: str
    reason: str = ""

    @property
    def source(self) -> str:
        """Short name of the source."""
        return self.id.partition(".")[0]

    @property
    @abstractmethod
    def kind(self) -> str:
        """``number``, ``formula``, ``wording`` or ``notation``."""

    @property
    @abstractmethod
    def verdict(self) -> str:
        """One of :data:`VERDICTS`, found by computation."""

    @abstractmethod
    def to_dict(self) -> dict[str, Any]:
        """Return the entry as plain data, fit for JSON."""

    def _to_dict(self, **specific: Any) -> dict[str, Any]:
        general = {
            "id": self.id,
            "source": self.source,
            "kind": self.kind,
            "place": self.place,
            "quantity": self.quantity,
            "verdict": self.verdict,
            "reason": self.reason,
        }
        return general | {name: plain(item) for name, item in specific.items()}


@dataclass(frozen=True, kw_only=True)
class Number(Entry):
    """A value: a number, an array, a shape, or a list of words or pairs.

    Parameters
    ----------
    compute : callable
        Returns the right value.
    inputs : mapping of str to value
        What it is computed from.
    printed : value or None
        As printed: a decimal fraction is a :class:`~decimal.Decimal`, so that its digits are
        kept. None if the source only asks.
    rounded : callable, optional
        The right computation with the intermediate results rounded as in the source.
    reproduce : callable, optional
        The wrong computation that yields the printed value; its reason is ``reason``.
    slips : tuple of Slip
        Other ways to go wrong.
    tolerance : float, optional
        Absolute difference at which an answer still counts as right. By default half a unit of
        the last printed digit, or one part in a thousand where nothing is printed; integers and
        words must be equal.
    ordered : bool
        Whether the order of a list of words or pairs matters.
    """

    compute: Callable[[], Any]
    inputs: Mapping[str, Any] = field(default_factory=dict)
    printed: Any = None
    rounded: Callable[[], Any] | None = None
    reproduce: Callable[[], Any] | None = None
    slips: tuple[Slip, ...] = ()
    tolerance: float | None = None
    ordered: bool = True

    @property
    def kind(self) -> str:
        """Always ``number``."""
        return "number"

    @cached_property
    def value(self) -> Any:
        """The right value."""
        return self.compute()

    @cached_property
    def verdict(self) -> str:
        """One of :data:`VERDICTS`, found by computation."""
        if self.printed is None:
            return NOT_PRINTED
        if is_printed_as(self.value, self.printed, exactly=True):
            return AGREES
        if is_printed_as(self.value, self.printed):
            return ROUNDED
        if self.rounded and is_printed_as(self.rounded(), self.printed):
            return ROUNDED
        if self.reproduce and self.reason and is_printed_as(self.reproduce(), self.printed):
            return ERRATUM
        raise UnexplainedError(
            f"{self.id}: printed {show(self.printed)}, computed {show(self.value)}, and no "
            "computation with a reason reproduces the printed value."
        )

    def to_dict(self) -> dict[str, Any]:
        """Return the entry as plain data, fit for JSON; printed decimals become strings."""
        return self._to_dict(
            inputs=self.inputs,
            printed=self.printed,
            computed=self.value,
            slips=[{"value": slip.compute(), "reason": slip.reason} for slip in self.all_slips],
        )

    @property
    def all_slips(self) -> tuple[Slip, ...]:
        """The slip behind the printed value, if there is one, and then the others."""
        if self.reproduce is None:
            return self.slips
        return (Slip(self.reproduce, self.reason), *self.slips)


@dataclass(frozen=True, kw_only=True)
class Claim(Entry):
    """A formula or a piece of notation (LaTeX), or a statement (plain words, ours).

    Parameters
    ----------
    form : {"formula", "wording", "notation"}
    printed : str
        As printed.
    correct : str
        As it must read, or the condition under which it holds; empty if it holds as printed.
    witness : callable, optional
        Returns an instance of the claim. Only a formula must have one.
    conditional : bool
        Whether the claim holds, but not always.
    """

    form: Literal["formula", "wording", "notation"]
    printed: str
    correct: str = ""
    witness: Callable[[], Witness] | None = None
    conditional: bool = False

    @property
    def kind(self) -> str:
        """The form of the claim."""
        return self.form

    @cached_property
    def verdict(self) -> str:
        """One of :data:`VERDICTS`; the witness, if there is one, must bear it out."""
        if self.correct and not self.reason:
            raise UnexplainedError(f"{self.id}: corrected without a reason.")
        if self.witness is None and (self.form == "formula" or not self.correct):
            raise UnexplainedError(f"{self.id}: no witness shows whether the claim holds.")
        if self.witness is not None:
            self._check(self.witness())
        if not self.correct:
            return AGREES
        return CONDITION if self.conditional else ERRATUM

    def _check(self, witness: Witness) -> None:
        if not close(witness.correct, witness.truth):
            raise UnexplainedError(
                f"{self.id}: the corrected claim gives {show(witness.correct)}, but the truth is "
                f"{show(witness.truth)}."
            )
        if close(witness.printed, witness.truth) == bool(self.correct):
            raise UnexplainedError(
                f"{self.id}: printed, the claim gives {show(witness.printed)}; the truth is "
                f"{show(witness.truth)}, which does not fit the verdict."
            )

    def to_dict(self) -> dict[str, Any]:
        """Return the entry as plain data, fit for JSON; ``computed`` holds the correction."""
        witness = self.witness()._asdict() if self.witness else None
        return self._to_dict(printed=self.printed, computed=self.correct, witness=witness)


def is_printed_as(value: Any, printed: Any, *, exactly: bool = False) -> bool:
    """Tell whether a value, rounded to the printed digits, gives what is printed.

    Parameters
    ----------
    value : number, str or sequence of them
    printed : Decimal, int, str or sequence of them
        Of the same structure.
    exactly : bool
        Whether the value must equal the printed decimal fraction without rounding, up to the
        precision of floating-point numbers.

    Returns
    -------
    bool

    Examples
    --------
    >>> is_printed_as(0.9649, Decimal("0.965")), is_printed_as(0.9644, Decimal("0.965"))
    (True, False)
    >>> is_printed_as([0.5, 2], (Decimal("0.50"), 2), exactly=True)
    True
    """
    if isinstance(printed, list | tuple):
        value = value.tolist() if isinstance(value, np.ndarray) else value
        return (
            isinstance(value, list | tuple)
            and len(value) == len(printed)
            and all(
                is_printed_as(v, p, exactly=exactly) for v, p in zip(value, printed, strict=True)
            )
        )
    if isinstance(printed, Decimal):
        allowed = 1e-12 if exactly else last_digit(printed) / 2 + 1e-12
        return bool(abs(float(value) - float(printed)) <= allowed)
    return bool(value == printed)


def last_digit(printed: Decimal) -> float:
    """Return one unit of the last digit of a decimal fraction.

    Parameters
    ----------
    printed : Decimal

    Returns
    -------
    float

    Examples
    --------
    >>> last_digit(Decimal("1.60"))
    0.01
    """
    return float(Decimal(1).scaleb(int(printed.as_tuple().exponent)))


def close(a: Any, b: Any) -> bool:
    """Tell whether two witnessed values are equal up to numerical differentiation.

    Parameters
    ----------
    a, b : number or array-like

    Returns
    -------
    bool
        False if a value is not a number.

    Examples
    --------
    >>> close(0.1 + 0.2, 0.3), close([1.0, 2.0], [1.0, 2.1]), close(float("nan"), 1.0)
    (True, False, False)
    """
    a, b = np.asarray(a, dtype=float), np.asarray(b, dtype=float)
    return a.shape == b.shape and bool(np.allclose(a, b, rtol=1e-6, atol=1e-8))


def plain(value: Any) -> Any:
    """Turn a value into plain data: lists, dicts, strings, numbers of ten digits.

    Parameters
    ----------
    value : Any

    Returns
    -------
    Any
        A number that JSON cannot hold (``inf``, ``nan``) becomes a string.

    Examples
    --------
    >>> plain((np.array([1.0, -np.inf]), Decimal("1.60")))
    [[1.0, '-inf'], '1.60']
    """
    match value:
        case Mapping():
            return {str(key): plain(item) for key, item in value.items()}
        case np.ndarray():
            return plain(value.tolist())
        case list() | tuple():
            return [plain(item) for item in value]
        case Decimal():
            return str(value)
        case bool() | int() | str() | None:
            return value
    number = float(value)
    return float(f"{number:.10g}") if np.isfinite(number) else str(number)


def show(value: Any, limit: int = 13) -> str:
    """Write a value on one line, numbers with six digits, long lists cut short.

    Parameters
    ----------
    value : Any
    limit : int
        Number of items shown of a list.

    Returns
    -------
    str

    Examples
    --------
    >>> show((1 / 3, Decimal("1.60")))
    '(0.333333, 1.60)'
    >>> show(range(30), limit=3)
    '(0, 1, 2, ... 30 in all)'
    """
    match value:
        case None:
            return ""
        case np.ndarray():
            return show(value.tolist(), limit)
        case list() | tuple() | range():
            shown = [show(item, limit) for item in value[:limit]]
            more = [f"... {len(value)} in all"] if len(value) > limit else []
            return f"({', '.join(shown + more)})"
        case float():
            return f"{value:.6g}"
    return str(value)


@cache
def _load(source: str) -> tuple[str, tuple[Entry, ...]]:
    module = importlib.import_module(f"embref.worked.{source}")
    return module.CITATION, module.ENTRIES


def sources() -> tuple[str, ...]:
    """Return the short names of the sources.

    Returns
    -------
    tuple of str

    Examples
    --------
    >>> "mannheim" in sources()
    True
    """
    return _SOURCES


def _check_source(source: str) -> str:
    if source not in _SOURCES:
        raise KeyError(f"unknown source {source!r}; choose one of {', '.join(_SOURCES)}.")
    return source


def citation(source: str) -> str:
    """Return the full citation of a source.

    Parameters
    ----------
    source : str
        Short name.

    Returns
    -------
    str

    Raises
    ------
    KeyError
        If there is no such source.

    Examples
    --------
    >>> "Mannheim" in citation("mannheim")
    True
    """
    return _load(_check_source(source))[0]


def entries(source: str | None = None) -> list[Entry]:
    """Return the entries of a source, or of all, in the order of the source.

    Parameters
    ----------
    source : str, optional
        Short name.

    Returns
    -------
    list of Entry

    Raises
    ------
    KeyError
        If there is no such source.

    Examples
    --------
    >>> entries("mannheim")[0].id
    'mannheim.1a.units'
    """
    chosen = _SOURCES if source is None else (_check_source(source),)
    return [entry for name in chosen for entry in _load(name)[1]]


@cache
def _by_id() -> dict[str, Entry]:
    return {entry.id: entry for entry in entries()}


def get(id: str) -> Entry:
    """Return one entry.

    Parameters
    ----------
    id : str
        For example ``mannheim.4b.loss``.

    Returns
    -------
    Entry

    Raises
    ------
    KeyError
        If there is no such entry; the message names near matches.

    Examples
    --------
    >>> get("mannheim.4b.loss").verdict
    'erratum'
    """
    found = _by_id().get(id)
    if found is None:
        near = difflib.get_close_matches(id, _by_id())
        hint = f"near matches: {', '.join(near)}" if near else "embref.worked.entries() lists all"
        raise KeyError(f"no entry {id!r}; {hint}.")
    return found


def table(source: str | None = None) -> list[dict[str, str]]:
    """Return the registry as rows of text, for a table in the terminal or the book.

    Parameters
    ----------
    source : str, optional
        Short name.

    Returns
    -------
    list of dict
        Keys ``id``, ``kind``, ``place``, ``quantity``, ``printed``, ``computed``, ``verdict`` and
        ``reason``. For a claim, ``computed`` is the correction.

    Raises
    ------
    KeyError
        If there is no such source.

    Examples
    --------
    >>> row = next(row for row in table("mannheim") if row["id"] == "mannheim.4b.loss")
    >>> row["printed"], row["computed"], row["verdict"]
    ('1.60', '1.78706', 'erratum')
    """
    return [
        {
            "id": entry.id,
            "kind": entry.kind,
            "place": entry.place,
            "quantity": entry.quantity,
            "printed": show(getattr(entry, "printed", None)),
            "computed": show(entry.value if isinstance(entry, Number) else _correction(entry)),
            "verdict": entry.verdict,
            "reason": entry.reason,
        }
        for entry in entries(source)
    ]


def _correction(entry: Entry) -> str:
    return entry.correct if isinstance(entry, Claim) else ""


def format_table(source: str | None = None, width: int = 100) -> str:
    """Write the registry as plain text, one block an entry, and a count of verdicts.

    Parameters
    ----------
    source : str, optional
        Short name.
    width : int
        Longest line.

    Returns
    -------
    str

    Raises
    ------
    KeyError
        If there is no such source.

    Examples
    --------
    >>> format_table("mannheim", width=80).splitlines()[0].split(maxsplit=1)
    ['mannheim.1a.units', 'not printed']
    """
    rows = table(source)
    blocks = [_format_row(row, width) for row in rows]
    counts = [f"{sum(row['verdict'] == verdict for row in rows)} {verdict}" for verdict in VERDICTS]
    return "\n\n".join([*blocks, f"{len(rows)} entries: {', '.join(counts)}."])


def _format_row(row: dict[str, str], width: int) -> str:
    lines = [row["id"] + row["verdict"].rjust(max(1, width - len(row["id"])))]
    for label in ("quantity", "place", "printed", "computed", "reason"):
        if row[label]:
            name = "correct" if label == "computed" and row["kind"] != "number" else label
            lines += textwrap.wrap(
                f"{name:>10}  {row[label]}", width, initial_indent="", subsequent_indent=" " * 12
            )
    return "\n".join(lines)
