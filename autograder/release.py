"""Student stubs: made by nbgrader from the executed solutions, checked, then put in place."""

from __future__ import annotations

import re
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path

import nbformat
from nbformat import NotebookNode
from nbgrader.converters import GenerateAssignment
from nbgrader.converters.base import NbGraderException

from autograder.course import Assignment, Course
from autograder.errors import CourseError
from autograder.files import replace_folder

HIDDEN = re.compile(
    r"[^\n]*### BEGIN HIDDEN TESTS[^\n]*\n.*?[^\n]*### END HIDDEN TESTS[^\n]*(\n|$)", re.DOTALL
)
SOLUTION = re.compile(
    r"([ \t]*)[^\n]*### BEGIN SOLUTION[^\n]*\n(.*?)[^\n]*### END SOLUTION[^\n]*(?=\n|$)", re.DOTALL
)
CODE_STUB = ("# YOUR CODE HERE", "raise NotImplementedError()")
TEXT_STUB = ("YOUR ANSWER HERE",)


def generate(course: Course, assignment: Assignment, folder: Path, *, database: bool) -> None:
    """Run nbgrader's ``generate_assignment`` into a folder and check what it made.

    Parameters
    ----------
    course : Course
        Whose solutions are read, and whose gradebook is told when `database` is true.
    assignment : Assignment
        Which one; its executed solution must exist.
    folder : Path
        Receives ``NOTEBOOK.ipynb``.
    database : bool
        Whether the gradebook learns the cells and points of this release.

    Raises
    ------
    CourseError
        If nbgrader refuses the notebook, or the stub is not a thinning of the solution.
    """
    if not assignment.solution.exists():
        raise CourseError(
            f"{assignment.solution} does not exist. Run `embcourse solve {assignment.name}` first."
        )
    with tempfile.TemporaryDirectory(dir=course.cache) as scratch:
        directory = course.directory(
            assignment_id=assignment.name,
            release_directory=str(Path(scratch).relative_to(course.root)),
        )
        converter = GenerateAssignment(coursedir=directory, config=course.config)
        converter.no_database = not database
        if not database:
            converter.preprocessors = [
                step for step in converter.preprocessors if step.__name__ != "SaveCells"
            ]
        try:
            converter.start()
        except NbGraderException as error:
            raise CourseError(
                f"nbgrader could not release {assignment.name}; "
                f"see {course.cache / 'nbgrader.log'}."
            ) from error
        made = Path(scratch) / assignment.name
        check_thinning(
            nbformat.read(assignment.solution, as_version=4),
            nbformat.read(made / f"{assignment.notebook}.ipynb", as_version=4),
        )
        replace_folder(made, folder)


def check_thinning(solution: NotebookNode, stub: NotebookNode) -> None:
    """Check that a stub is its solution with answers, hidden tests and outputs taken out: no more.

    Parameters
    ----------
    solution, stub : NotebookNode
        The instructor's notebook and the student's.

    Raises
    ------
    CourseError
        Naming the first cell that differs otherwise.
    """
    if [cell.id for cell in solution.cells] != [cell.id for cell in stub.cells]:
        raise CourseError("The stub does not have the cells of the solution, in their order.")
    for ours, theirs in zip(solution.cells, stub.cells, strict=True):
        if theirs.source.strip() != thinned(ours).strip():
            raise CourseError(f"Cell {ours.id} of the stub is not a thinning of the solution's.")
        if theirs.get("outputs"):
            raise CourseError(f"Cell {ours.id} of the stub has outputs.")


def thinned(cell: NotebookNode) -> str:
    """Return what a student may see of an instructor's cell.

    Parameters
    ----------
    cell : NotebookNode
        A cell of the solution.
    """
    source = HIDDEN.sub("", cell.source)
    about = cell.metadata.get("nbgrader", {})
    if not about.get("solution"):
        return source
    lines = CODE_STUB if cell.cell_type == "code" else TEXT_STUB
    if not SOLUTION.search(source):
        return "\n".join(lines)
    return SOLUTION.sub(lambda found: "\n".join(found.group(1) + line for line in lines), source)


def release(
    course: Course,
    assignments: list[Assignment],
    done: Callable[[str], None] = lambda name: None,
) -> None:
    """Write the stubs of some assignments and tell the gradebook about them.

    Parameters
    ----------
    course : Course
        The course.
    assignments : list of Assignment
        Which ones.
    done : callable, optional
        Called with each name when it is finished.
    """
    for assignment in assignments:
        generate(course, assignment, course.exercises / assignment.name, database=True)
        done(assignment.name)


def stale_stubs(course: Course, assignments: list[Assignment]) -> list[str]:
    """Name the assignments whose committed stub is not what their solution gives now."""
    stale = []
    for assignment in assignments:
        with tempfile.TemporaryDirectory(dir=course.cache) as scratch:
            fresh = Path(scratch) / "stub"
            generate(course, assignment, fresh, database=False)
            if _files(fresh) != _files(course.exercises / assignment.name):
                stale.append(assignment.name)
            shutil.rmtree(fresh)
    return stale


def _files(folder: Path) -> dict[str, bytes]:
    paths = (path for path in folder.rglob("*") if path.is_file())
    return {str(path.relative_to(folder)): path.read_bytes() for path in paths}
