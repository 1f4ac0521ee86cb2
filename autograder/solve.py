"""Executed solutions: the source, run, with nothing in it that depends on when or where."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from pathlib import Path

from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError
from nbformat import NotebookNode

import embref
from autograder.course import KERNELS, Assignment, Course
from autograder.errors import CourseError
from autograder.files import notebook_text, write_atomically
from autograder.source import read_source

CELL_SECONDS = 120


def execute(notebook: NotebookNode, folder: Path) -> NotebookNode:
    """Run a notebook of ours and keep only reproducible outputs.

    Parameters
    ----------
    notebook : NotebookNode
        Changed in place.
    folder : Path
        Working directory of its kernel.

    Raises
    ------
    CourseError
        If a cell fails; names the cell and the error.
    """
    client = NotebookClient(
        notebook,
        kernel_name="python3",
        timeout=CELL_SECONDS,
        record_timing=False,
        coalesce_streams=True,
        config=KERNELS,
        resources={"metadata": {"path": str(folder)}},
    )
    try:
        client.execute()
    except CellExecutionError as error:
        failed = next(cell for cell in notebook.cells if _has_error(cell))
        raise CourseError(f"cell {failed.id} fails: {error.ename}: {error.evalue}") from error
    notebook.metadata.language_info = NotebookNode(name="python")
    return notebook


def _has_error(cell: NotebookNode) -> bool:
    return any(output.output_type == "error" for output in cell.get("outputs", []))


def solution_text(assignment: Assignment) -> str:
    """Build and run an assignment's source; return the notebook as text.

    Raises
    ------
    CourseError
        If the source is malformed or a cell fails.
    """
    try:
        return notebook_text(execute(read_source(assignment), assignment.folder))
    except CourseError as error:
        raise CourseError(f"{assignment.name}: {error}") from error


def solve(
    course: Course,
    assignments: list[Assignment],
    done: Callable[[str], None] = lambda name: None,
) -> list[str]:
    """Bring executed solutions up to date; skip those whose source and `embref` have not changed.

    Parameters
    ----------
    course : Course
        The course.
    assignments : list of Assignment
        Which ones.
    done : callable, optional
        Called with each name when it is finished.

    Returns
    -------
    list of str
        Names of the assignments whose notebook was written.
    """
    notes = course.cache / "solved.json"
    solved = json.loads(notes.read_text()) if notes.exists() else {}
    written = []
    for assignment in assignments:
        key = _key(assignment)
        if solved.get(assignment.name) != key or not assignment.solution.exists():
            write_atomically(assignment.solution, solution_text(assignment))
            solved[assignment.name] = _key(assignment)
            write_atomically(notes, json.dumps(solved, indent=1))
            written.append(assignment.name)
        done(assignment.name)
    return written


def _key(assignment: Assignment) -> str:
    digest = hashlib.sha256(assignment.source.read_bytes())
    if assignment.solution.exists():
        digest.update(assignment.solution.read_bytes())
    for package in (Path(embref.__file__).parent, Path(__file__).parent):
        for path in sorted(package.rglob("*.py")):
            digest.update(path.read_bytes())
    return digest.hexdigest()


def stale_solutions(assignments: list[Assignment]) -> list[str]:
    """Name the assignments whose committed solution is not what their source gives now."""
    return [
        assignment.name
        for assignment in assignments
        if not assignment.solution.exists()
        or assignment.solution.read_text(encoding="utf-8") != solution_text(assignment)
    ]
