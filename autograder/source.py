"""From the py:percent source of an assignment to the instructor's notebook.

The source is valid Python that a person can read; what nbgrader needs is written short on the
cell lines (``solution="a_forward"``, ``tests="test_a_forward" points=2``, ``answer=…``,
``hints=…``) and expanded here. Lines marked ``### FREEZE`` are evaluated with `embref` and become
literals, so that a student needs neither `embref` nor a connection.
"""

from __future__ import annotations

import builtins
import hashlib
import importlib
import math
import re
import symtable
from collections.abc import Iterable
from typing import Any, NamedTuple

import jupytext
import numpy as np
from nbformat import NotebookNode

from autograder.course import Assignment
from autograder.errors import CourseError
from autograder.results import is_test

FREEZE = re.compile(r"^(\s*)(\w+)\s*=\s*(.+?)\s*### FREEZE\s*$")
QUESTION = re.compile(r"^## ([a-z])\) .*$", re.MULTILINE)
HINT_LABELS = ("a nudge", "the formula", "the first line")
LINE_LENGTH = 88
DIGITS = 12  # the last bits differ from machine to machine; released files must not


def read_source(assignment: Assignment) -> NotebookNode:
    """Build the instructor's notebook, not executed.

    Parameters
    ----------
    assignment : Assignment
        Whose ``.py`` source is read.

    Returns
    -------
    NotebookNode
        nbformat 4.5, with nbgrader metadata, stable cell ids and the digest of this release.

    Raises
    ------
    CourseError
        If the source breaks a rule of the authoring format; names the cell.
    """
    notebook = jupytext.read(assignment.source, fmt="py:percent")
    for number, cell in enumerate(notebook.cells):
        _expand(cell, f"cell-{number:02d}")
        if cell.cell_type == "code":
            cell.source = freeze(cell.source, f"{assignment.source.name}, cell {cell.id}")
    check_names(notebook)
    _write_points(notebook, assignment)
    notebook.nbformat, notebook.nbformat_minor = 4, 5
    notebook.metadata = _metadata(assignment, notebook.cells)
    return notebook


def check_names(notebook: NotebookNode) -> None:
    """Check that tests use only their own names and what students define.

    A module or function that a test does not import itself would be asked of the student, who
    could then answer for it.

    Parameters
    ----------
    notebook : NotebookNode
        The instructor's notebook.

    Raises
    ------
    CourseError
        Naming the cell and the name.
    """
    ours: set[str] = set()
    students: set[str] = set()
    for cell in notebook.cells:
        if cell.cell_type != "code":
            continue
        names = names_of(cell.source)
        if not is_test(cell):
            students |= names.defined - names.imported
            continue
        ours |= names.defined
        unknown = names.used - ours - students - set(dir(builtins))
        if unknown:
            raise CourseError(
                f"{cell.id} uses {', '.join(sorted(unknown))}, which it neither imports nor finds "
                "among what students define before it. Import it in the cell."
            )


class CellNames(NamedTuple):
    """Names at the top level of a cell."""

    used: set[str]
    defined: set[str]
    imported: set[str]


def names_of(source: str) -> CellNames:
    """Tell which names a cell takes from outside, and which it defines.

    Parameters
    ----------
    source : str
        Python code.

    Examples
    --------
    >>> names = names_of("import math as m; y = m.sqrt(f(x)); x = [i for i in y]")
    >>> sorted(names.used), sorted(names.defined), sorted(names.imported)
    (['f', 'm', 'x', 'y'], ['m', 'x', 'y'], ['m'])
    """
    table = symtable.symtable(source, "<cell>", "exec")
    top = table.get_symbols()
    used = {symbol.get_name() for symbol in top if symbol.is_referenced()}
    inner = list(table.get_children())
    while inner:
        scope = inner.pop()
        inner += scope.get_children()
        used |= {symbol.get_name() for symbol in scope.get_symbols() if symbol.is_global()}
    return CellNames(
        used,
        {symbol.get_name() for symbol in top if symbol.is_assigned() or symbol.is_imported()},
        {symbol.get_name() for symbol in top if symbol.is_imported()},
    )


def _metadata(assignment: Assignment, cells: Iterable[NotebookNode]) -> NotebookNode:
    digest = hashlib.sha256()
    for cell in cells:
        digest.update(f"{cell.id}\0{cell.source}\0{sorted(cell.metadata.items())}\0".encode())
    return NotebookNode(
        kernelspec=NotebookNode(display_name="Python 3", language="python", name="python3"),
        language_info=NotebookNode(name="python"),
        embcourse=NotebookNode(assignment=assignment.name, release=digest.hexdigest()[:12]),
    )


def _expand(cell: NotebookNode, position: str) -> None:
    given = dict(cell.metadata)
    cell.metadata = NotebookNode()
    cell.id = position
    if "hints" in given:
        cell.source = render_hints(cell.source, given["hints"])
    kinds = [kind for kind in ("solution", "tests", "answer") if kind in given]
    if not kinds:
        return
    if len(kinds) > 1:
        raise CourseError(f"{position}: a cell is one of solution, tests, answer; found {kinds}.")
    (kind,) = kinds
    if kind != "solution" and "points" not in given:
        raise CourseError(f"{position}: {kind}={given[kind]!r} needs points=… on its cell line.")
    cell.id = given[kind]
    cell.metadata.nbgrader = NotebookNode(
        cell_type=cell.cell_type,
        grade=kind != "solution",
        grade_id=given[kind],
        locked=kind == "tests",
        schema_version=3,
        solution=kind != "tests",
        task=False,
    )
    if kind != "solution":
        cell.metadata.nbgrader.points = given["points"]


def render_hints(text: str, question: str) -> str:
    """Turn a numbered list of three hints into three folded ones.

    Parameters
    ----------
    text : str
        Markdown list ``1. … 2. … 3. …``: a nudge, the formula, the first line.
    question : str
        Letter of the question, for the error message.

    Raises
    ------
    CourseError
        If there are not exactly three.
    """
    items = [item.strip() for item in re.split(r"^\d\.\s+", text, flags=re.MULTILINE)[1:]]
    if len(items) != len(HINT_LABELS):
        raise CourseError(
            f"Question {question}: expected three hints ({', '.join(HINT_LABELS)}), "
            f"found {len(items)}."
        )
    return "\n\n".join(
        f"<details>\n<summary>Hint {number}: {label}</summary>\n\n"
        f"{re.sub(r'^   ', '', item, flags=re.MULTILINE)}\n\n</details>"
        for number, (label, item) in enumerate(zip(HINT_LABELS, items, strict=True), start=1)
    )


def _write_points(notebook: NotebookNode, assignment: Assignment) -> None:
    points: dict[str, float] = {}
    for cell in notebook.cells:
        about = cell.metadata.get("nbgrader", {})
        if about.get("grade"):
            letter = question_of(about.grade_id)
            points[letter] = points.get(letter, 0) + about.points
    asked = set()
    for cell in notebook.cells:
        match = QUESTION.search(cell.source) if cell.cell_type == "markdown" else None
        if match:
            letter = match.group(1)
            asked.add(letter)
            worth = points.get(letter, 0)
            unit = "point" if worth == 1 else "points"
            heading = f"{match.group(0)} · {worth:g} {unit}"
            cell.source = cell.source.replace(match.group(0), heading, 1)
    if asked != set(points):
        raise CourseError(
            f"{assignment.source}: questions {sorted(asked)} have headings '## a) …' "
            f"but points are given for {sorted(points)}; each question needs both."
        )


def question_of(grade_id: str) -> str:
    """Return the letter of the question that a cell belongs to.

    Examples
    --------
    >>> question_of("test_b_loss")
    'b'
    """
    return grade_id.removeprefix("test_").split("_", 1)[0]


def freeze(source: str, place: str) -> str:
    """Replace ``name = expression  ### FREEZE`` by the value that `embref` computes.

    Parameters
    ----------
    source : str
        Code of a cell.
    place : str
        Where it stands, for the error message.

    Returns
    -------
    str
        The code with literals; expressions see ``np`` and ``embref``.

    Raises
    ------
    CourseError
        If an expression fails or its value has no literal.

    Examples
    --------
    >>> freeze("shape = np.ones((2, 3)).shape  ### FREEZE", "here")
    'shape = (2, 3)'
    """
    lines = []
    for line in source.split("\n"):
        match = FREEZE.match(line)
        if match is None:
            lines.append(line)
            continue
        indent, name, expression = match.groups()
        try:
            value = literal(_evaluate(expression))
        except Exception as error:
            raise CourseError(f"{place}: cannot freeze {name} = {expression}: {error}") from error
        lines.append(f"{indent}{name} = {value}".replace("\n", f"\n{indent}"))
    return "\n".join(lines)


def _evaluate(expression: str) -> Any:
    for module in re.findall(r"\bembref(?:\.[a-z_0-9]+)*", expression):
        parts = module.split(".")
        for end in range(1, len(parts) + 1):
            try:
                importlib.import_module(".".join(parts[:end]))
            except ModuleNotFoundError:
                break
    return eval(expression, {"np": np, "embref": importlib.import_module("embref")})


def literal(value: Any) -> str:
    """Write a plain value as Python source.

    Parameters
    ----------
    value : number, str, bool, None, ndarray, or list, tuple, dict of those
        What to write; floats are given to twelve significant digits.

    Raises
    ------
    TypeError
        For anything else.

    Examples
    --------
    >>> literal({"h": np.array([0.5, 1.0])})
    "{'h': np.array([0.5, 1.0])}"
    """
    if isinstance(value, np.ndarray):
        return f"np.array({literal(value.tolist())})"
    if isinstance(value, np.generic):
        return literal(value.item())
    if isinstance(value, float) and not math.isfinite(value):
        return f"float({str(value)!r})"
    if isinstance(value, float):
        return repr(float(f"{value:.{DIGITS}g}"))
    if value is None or isinstance(value, bool | int | str):
        return repr(value)
    if isinstance(value, dict):
        items = [f"{literal(key)}: {literal(item)}" for key, item in value.items()]
        return _bracket("{", items, "}")
    if isinstance(value, list):
        return _bracket("[", [literal(item) for item in value], "]")
    if isinstance(value, tuple):
        comma = "," if len(value) == 1 else ""
        return _bracket("(", [literal(item) for item in value], f"{comma})")
    raise TypeError(
        f"a {type(value).__name__} has no literal; use numbers, strings, arrays, containers"
    )


def _bracket(opening: str, items: list[str], closing: str) -> str:
    line = f"{opening}{', '.join(items)}{closing}"
    if len(line) <= LINE_LENGTH:
        return line
    body = ",\n".join(items).replace("\n", "\n    ")
    return f"{opening}\n    {body},\n{closing.removeprefix(',')}"
