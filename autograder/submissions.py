"""What a student handed in, and what is wrong with it before anything of it is run."""

from __future__ import annotations

import datetime
import hashlib
import json
from dataclasses import dataclass
from pathlib import Path

import nbformat
from nbformat import NotebookNode

from autograder.course import Assignment, Course, check_student_id
from autograder.errors import CourseError
from autograder.files import write_atomically
from autograder.preprocessors import grade_id
from autograder.results import is_test

MAX_BYTES = 10_000_000


@dataclass(frozen=True)
class Submission:
    """One student's folder for one assignment.

    Attributes
    ----------
    student : str
        Student id.
    folder : Path
        ``submitted/STUDENT/ASSIGNMENT``.
    path : Path
        Where the notebook is expected.
    """

    student: str
    folder: Path
    path: Path

    def digest(self) -> str:
        """Digest of every file handed in, with its name."""
        digest = hashlib.sha256()
        for path in sorted(self.folder.rglob("*")):
            if path.is_file():
                name = str(path.relative_to(self.folder)).encode()
                digest.update(name + b"\0" + hashlib.sha256(path.read_bytes()).digest())
        return digest.hexdigest()


def collect(course: Course, assignment: Assignment) -> list[Submission]:
    """List the submissions of an assignment, by student id.

    Parameters
    ----------
    course : Course
        Whose ``submitted/`` folder is read.
    assignment : Assignment
        Which one.
    """
    folders = sorted(course.submitted.glob(f"*/{assignment.name}/"))
    name = f"{assignment.notebook}.ipynb"
    return [Submission(folder.parent.name, folder, folder / name) for folder in folders]


def read_notebook(path: Path) -> NotebookNode:
    """Read a notebook that may be anything.

    Parameters
    ----------
    path : Path
        A file.

    Returns
    -------
    NotebookNode
        In nbformat 4; duplicate cell ids are renumbered.

    Raises
    ------
    CourseError
        If the file is missing, too large, not JSON or not a notebook.
    """
    if not path.is_file():
        raise CourseError(f"{path.name} is missing: there is no such file in {path.parent}.")
    if path.stat().st_size > MAX_BYTES:
        raise CourseError(
            f"{path.name} has {path.stat().st_size / 1e6:.0f} MB; at most {MAX_BYTES / 1e6:.0f} MB "
            "are read. Clear its outputs and hand it in again."
        )
    try:
        text = path.read_text(encoding="utf-8")
        content = json.loads(text)
    except (UnicodeDecodeError, ValueError) as error:
        raise CourseError(
            f"{path.name} is not a notebook: it is not JSON ({error}). "
            "Save it from Jupyter as .ipynb and hand it in again."
        ) from error
    if not isinstance(content, dict) or not isinstance(content.get("cells"), list):
        raise CourseError(
            f"{path.name} is not a notebook: it is JSON, but has no list of cells. "
            "Save it from Jupyter as .ipynb and hand it in again."
        )
    try:
        return _as_version_4(text)
    except Exception as error:
        first_line = str(error).strip().split("\n")[0]
        raise CourseError(f"{path.name} is not a valid notebook: {first_line}") from error


def _as_version_4(text: str) -> NotebookNode:
    notebook = nbformat.reads(text, as_version=4)
    notebook.nbformat_minor = max(notebook.nbformat_minor, 5)
    _, notebook = nbformat.validator.normalize(notebook)
    nbformat.validate(notebook)
    return notebook


def problems_of(submitted: NotebookNode, stub: NotebookNode) -> list[str]:
    """Name in a sentence each what sets a submission apart from the stub it should come from.

    Parameters
    ----------
    submitted : NotebookNode
        What the student handed in.
    stub : NotebookNode
        The stub of the current release.
    """
    problems = []
    theirs = submitted.metadata.get("embcourse", {}).get("release")
    current = stub.metadata.embcourse.release
    if theirs != current:
        problems.append(
            f"It was made from release {theirs or 'unknown'}; the current one is {current}. "
            "It was graded with the current tests."
        )
    released = [name for cell in stub.cells if (name := grade_id(cell))]
    tests = {grade_id(cell): cell.source for cell in stub.cells if is_test(cell)}
    counts: dict[str, int] = {}
    changed = []
    for cell in submitted.cells:
        name = grade_id(cell)
        if name in released:
            counts[name] = counts.get(name, 0) + 1
            if name in tests and cell.source.strip() != tests[name].strip():
                changed.append(name)
    missing = [name for name in released if name not in counts]
    doubled = [name for name, count in counts.items() if count > 1]
    if missing:
        problems.append(f"Cells deleted: {', '.join(missing)}. Graded ones were put back.")
    if doubled:
        problems.append(f"Cells that stand twice: {', '.join(doubled)}. The last one counts.")
    if changed:
        problems.append(f"Test cells edited: {', '.join(changed)}. The released ones were run.")
    return problems


def submit(course: Course, notebook: Path, student: str) -> tuple[Assignment, list[str]]:
    """Hand in a notebook: copy it to where grading looks for it, with the time.

    Parameters
    ----------
    course : Course
        The course.
    notebook : Path
        The filled-in stub; any file name.
    student : str
        Student id.

    Returns
    -------
    assignment : Assignment
        Which one it was, read from the notebook.
    problems : list of str
        What to mend before the deadline; handing in is not refused for these.

    Raises
    ------
    CourseError
        If the file is no notebook of this course.
    """
    check_student_id(student)
    content = read_notebook(notebook)
    name = content.metadata.get("embcourse", {}).get("assignment")
    if name is None:
        raise CourseError(
            f"{notebook.name} does not say which assignment it is: its notebook metadata lacks "
            "'embcourse'. Copy your answers into a fresh stub from the exercises."
        )
    assignment = course.assignment(name)
    folder = course.submitted / student / assignment.name
    write_atomically(folder / f"{assignment.notebook}.ipynb", notebook.read_text(encoding="utf-8"))
    now = datetime.datetime.now(datetime.UTC).strftime("%Y-%m-%d %H:%M:%S UTC")
    write_atomically(folder / "timestamp.txt", now + "\n")
    return assignment, problems_of(content, read_stub(course, assignment))


def read_stub(course: Course, assignment: Assignment) -> NotebookNode:
    """Read the released stub of an assignment."""
    return read_notebook(course.exercises / assignment.name / f"{assignment.notebook}.ipynb")
