"""What grading tells: a result for each submission, a row for each graded cell."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from nbformat import NotebookNode

MESSAGE_LENGTH = 300
BLANK = "NotImplementedError"
TIMEOUT = "CellTimeoutError"
CRASHED = "KernelDied"
MEMORY = "MemoryError"
STATUSES = {BLANK: "blank", TIMEOUT: "timeout", CRASHED: "crashed", MEMORY: "out of memory"}


@dataclass(frozen=True)
class CellResult:
    """What became of one graded cell.

    Attributes
    ----------
    cell : str
        Its grade id.
    score : float or None
        Points; None while a person has still to grade it.
    maximum : float
        Points it is worth.
    status : str
        ``graded``, ``failed``, ``timeout``, ``out of memory``, ``crashed``, ``blank``, ``missing``
        or ``tampered`` (the released test was put back and run), or ``to grade``.
    message : str
        Why points were lost, or what partial credit is for; empty if none were lost.
    """

    cell: str
    score: float | None
    maximum: float
    status: str
    message: str = ""


@dataclass(frozen=True)
class Result:
    """What became of one submission.

    Attributes
    ----------
    student : str
        Student id.
    cells : list of CellResult
        One for each graded cell, in the order of the notebook.
    problems : list of str
        A sentence for everything out of the ordinary.
    fresh : bool
        Whether it was graded in this run, not taken from an earlier one.
    """

    student: str
    cells: list[CellResult]
    problems: list[str]
    fresh: bool = True

    @property
    def score(self) -> float:
        """Points so far, those given by hand included."""
        return sum(cell.score or 0 for cell in self.cells)

    @property
    def maximum(self) -> float:
        """Points possible."""
        return sum(cell.maximum for cell in self.cells)

    @property
    def waiting(self) -> float:
        """Points of answers that a person has still to grade."""
        return sum(cell.maximum for cell in self.cells if cell.score is None)

    def to_dict(self) -> dict[str, Any]:
        """Return plain data for ``--json``."""
        totals = {"score": self.score, "maximum": self.maximum, "waiting": self.waiting}
        return asdict(self) | totals


def is_test(cell: NotebookNode) -> bool:
    """Tell whether a released cell holds tests, not a student's answer."""
    about = cell.metadata.get("nbgrader", {})
    return bool(about.get("grade")) and not about.get("solution")


def error_of(cell: NotebookNode) -> NotebookNode | None:
    """Return the last error among a cell's outputs."""
    errors = [output for output in cell.get("outputs", []) if output.output_type == "error"]
    return errors[-1] if errors else None


def describe(error: NotebookNode) -> str:
    """Say an error in one short text, as a student should read it.

    Examples
    --------
    >>> describe(NotebookNode(ename="AssertionError", evalue="h must lie in (0, 1)"))
    'h must lie in (0, 1)'
    >>> describe(NotebookNode(ename="NameError", evalue="name 'x' is not defined"))
    "NameError: name 'x' is not defined"
    """
    text = " ".join(error.evalue.split())
    if error.ename == BLANK:
        return "Not answered."
    if error.ename == TIMEOUT:
        return "Ran longer than allowed and was stopped."
    if error.ename in ("AssertionError", CRASHED) and text:
        return _shorten(text)
    return _shorten(f"{error.ename}: {text}" if text else error.ename)


def _shorten(text: str) -> str:
    return text if len(text) <= MESSAGE_LENGTH else text[: MESSAGE_LENGTH - 1] + "…"


def cell_status(cell: NotebookNode) -> tuple[str, str]:
    """Return status and message of an executed test cell."""
    error = error_of(cell)
    if error is not None:
        return STATUSES.get(error.ename, "failed"), describe(error)
    if complaint := _written(cell, "stderr"):  # nbgrader takes it for a failure
        return "failed", f"Wrote to the error stream: {complaint}"
    is_partial = any(output.output_type == "execute_result" for output in cell.get("outputs", []))
    return "graded", _written(cell, "stdout") if is_partial else ""


def _written(cell: NotebookNode, stream: str) -> str:
    streams = [output for output in cell.get("outputs", []) if output.output_type == "stream"]
    text = "".join(output.text for output in streams if output.name == stream)
    return _shorten(" ".join(text.split()))


def stray_errors(notebook: NotebookNode) -> list[str]:
    """Name in a sentence each error outside the test cells; an unanswered stub is none."""
    problems = []
    for number, cell in enumerate(notebook.cells, start=1):
        error = error_of(cell)
        graded = cell.metadata.get("nbgrader", {}).get("grade")
        if error is None or graded or error.ename == BLANK:
            continue
        name = cell.metadata.get("nbgrader", {}).get("grade_id")
        place = f"Cell {number} ({name})" if name else f"Cell {number}"
        problems.append(f"{place} stopped: {describe(error)}")
    return problems
