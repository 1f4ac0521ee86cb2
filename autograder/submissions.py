"""What a student handed in, and what is wrong with it before anything of it is run."""

from __future__ import annotations

import datetime
import hashlib
import json
import os
import stat
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice, pairwise
from pathlib import Path

import nbformat
from nbformat import NotebookNode
from nbgrader.utils import parse_utc

from autograder.course import STUDENT_ID, Assignment, Course, check_student_id
from autograder.errors import CourseError
from autograder.files import write_atomically
from autograder.preprocessors import grade_id
from autograder.results import is_test

MAX_BYTES = 10_000_000  # of a notebook
MAX_FILES = 1_000
MAX_FILES_BYTES = 32 * 2**20  # of all files beside a notebook
TIMESTAMP = "timestamp.txt"


@dataclass(frozen=True)
class Submission:
    """What one student handed in for one assignment.

    Attributes
    ----------
    student : str
        Student id.
    path : Path
        Where the notebook is expected.
    folder : Path, optional
        Where further files lie beside it, ``STUDENT/ASSIGNMENT``.
    """

    student: str
    path: Path
    folder: Path | None = None

    def is_linked(self) -> bool:
        """Tell whether the notebook or a folder of the student's is a link to something else."""
        folders = (self.folder, self.folder.parent) if self.folder else ()
        return any(path.is_symlink() for path in (self.path, *folders))

    def files(self) -> dict[str, bytes]:
        """Read what lies beside the notebook: ordinary files, as many as may be.

        Returns
        -------
        dict
            Name to content. Links are not followed; pipes and devices, names that no text can
            hold, and what goes beyond the limits are left out.
        """
        if self.folder is None or self.is_linked():
            return {}
        files: dict[str, bytes] = {}
        left = MAX_FILES_BYTES
        for path in islice(_walk(self.folder), MAX_FILES):
            size = path.lstat().st_size
            if path == self.path or not stat.S_ISREG(path.lstat().st_mode) or size > left:
                continue
            left -= size
            files[str(path.relative_to(self.folder))] = path.read_bytes()
        return files

    def digest(self) -> str:
        """Digest of the notebook and of every file that counts, with its name."""
        digest = hashlib.sha256()
        if self.path.is_file() and not self.is_linked():
            with self.path.open("rb") as file:
                digest.update(hashlib.file_digest(file, "sha256").digest())
        for name, content in self.files().items():
            digest.update(name.encode() + b"\0" + hashlib.sha256(content).digest())
        return digest.hexdigest()


def _walk(folder: Path) -> Iterator[Path]:
    """Yield what lies in a folder, in order; links are not followed."""
    for root, folders, names in os.walk(folder):
        folders.sort()
        yield from (Path(root, name) for name in sorted(names) if name.isprintable())


def collect(course: Course, assignment: Assignment, root: Path | None = None) -> list[Submission]:
    """List the submissions of an assignment, by student id.

    Parameters
    ----------
    course : Course
        Whose ``submitted/`` folder is read if no other is given.
    assignment : Assignment
        Which one.
    root : Path, optional
        A folder laid out like nbgrader's, ``STUDENT/ASSIGNMENT/NOTEBOOK.ipynb``, or with one
        notebook a student, ``STUDENT.ipynb``.

    Raises
    ------
    CourseError
        If there is no such folder, nothing in it, or a name that is no student id.
    """
    root = root or course.submitted
    found = [
        Submission(folder.parent.name, folder / f"{assignment.notebook}.ipynb", folder)
        for folder in root.glob(f"*/{assignment.name}/")
    ]
    found += [Submission(path.stem, path) for path in root.glob("*.ipynb")]
    if not found:
        raise CourseError(
            f"Nobody has handed in {assignment.name}: {root} holds no folder "
            f"STUDENT/{assignment.name} and no STUDENT.ipynb. Hand in with `embcourse submit`."
        )
    for submission in found:
        if not STUDENT_ID.fullmatch(submission.student):
            raise CourseError(
                f"{submission.folder or submission.path} is not named like a student id: "
                "letters, digits, '_', '.', '@', '-'. Rename it."
            )
    found.sort(key=lambda each: each.student)
    for one, other in pairwise(found):
        if one.student == other.student:
            raise CourseError(
                f"{one.student} has handed in twice: {one.path} and {other.path}. Remove one."
            )
    return found


def handed_in_at(files: dict[str, bytes]) -> tuple[datetime.datetime | None, list[str]]:
    """Read the time at which a submission was handed in.

    Parameters
    ----------
    files : dict
        Of a submission.

    Returns
    -------
    time : datetime or None
        In UTC, without a time zone, as nbgrader keeps it.
    problems : list of str
        A sentence if there is a time that cannot be read.
    """
    text = files.get(TIMESTAMP)
    if text is None:
        return None, []
    try:
        return parse_utc(text[:100].decode().strip()), []
    except (ValueError, OverflowError):
        return None, [f"{TIMESTAMP} holds no time; it counts as handed in without one."]


def read_notebook(path: Path, *, linked: bool = False) -> NotebookNode:
    """Read a notebook that may be anything.

    Parameters
    ----------
    path : Path
        A file.
    linked : bool
        Whether it is reached by a link of a student's, which is not followed.

    Returns
    -------
    NotebookNode
        In nbformat 4; duplicate cell ids are renumbered.

    Raises
    ------
    CourseError
        If the file is missing, too large, not JSON or not a notebook.
    """
    if linked:
        raise CourseError(
            f"{path.name} was handed in as a link, and links are not followed. "
            "Hand in the file itself."
        )
    if not path.is_file():
        raise CourseError(f"{path.name} is missing: there is no such file in {path.parent}.")
    if path.stat().st_size > MAX_BYTES:
        raise CourseError(
            f"{path.name} has {path.stat().st_size / 1e6:.0f} MB; at most {MAX_BYTES / 1e6:.0f} MB "
            "are read. Clear its outputs and hand it in again."
        )
    try:
        content = json.loads(path.read_bytes().decode(errors="replace"))
        # Half a character, say, is no text; a question mark takes its place.
        text = json.dumps(content, ensure_ascii=False).encode(errors="replace").decode()
    except (ValueError, RecursionError) as error:
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


@dataclass(frozen=True)
class Comparison:
    """What sets a submission apart from the stub that it should come from.

    Attributes
    ----------
    release : str
        A sentence about the release it was made from; empty if it is the current one.
    missing, doubled, edited : list of str
        Grade ids of released cells that were deleted, that stand twice, and of tests that were
        changed.
    """

    release: str = ""
    missing: list[str] = field(default_factory=list)
    doubled: list[str] = field(default_factory=list)
    edited: list[str] = field(default_factory=list)

    def sentences(self) -> list[str]:
        """Name each in a sentence."""
        found = (
            (self.missing, "Cells deleted: {}. Graded ones were put back."),
            (self.doubled, "Cells that stand twice: {}. The last one counts."),
            (self.edited, "Test cells edited: {}. The released ones were run."),
        )
        said = [text.format(", ".join(names)) for names, text in found if names]
        return [self.release, *said] if self.release else said


def compare(submitted: NotebookNode, stub: NotebookNode) -> Comparison:
    """Compare a submission with the stub that it should come from.

    Parameters
    ----------
    submitted : NotebookNode
        What the student handed in.
    stub : NotebookNode
        The stub of the current release.
    """
    released = {name: cell for cell in stub.cells if (name := grade_id(cell))}
    theirs = [(name, cell) for cell in submitted.cells if (name := grade_id(cell)) in released]
    counts = Counter(name for name, _ in theirs)
    return Comparison(
        _about_release(submitted, stub),
        missing=[name for name in released if name not in counts],
        doubled=[name for name, count in counts.items() if count > 1],
        edited=[
            name
            for name, cell in theirs
            if is_test(released[name]) and cell.source.strip() != released[name].source.strip()
        ],
    )


def _about_release(submitted: NotebookNode, stub: NotebookNode) -> str:
    theirs, current = _release(submitted), _release(stub)
    if theirs == current:
        return ""
    return (
        f"It was made from release {theirs or 'unknown'}; the current one is {current}. "
        "It was graded with the current tests."
    )


def _release(notebook: NotebookNode) -> str | None:
    about = notebook.metadata.get("embcourse")
    release = about.get("release") if isinstance(about, dict) else None
    return release[:20] if isinstance(release, str) else None


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
    about = content.metadata.get("embcourse")
    name = about.get("assignment") if isinstance(about, dict) else None
    if not isinstance(name, str):
        raise CourseError(
            f"{notebook.name} does not say which assignment it is: its notebook metadata lacks "
            "'embcourse'. Copy your answers into a fresh stub from the exercises."
        )
    assignment = course.assignment(name)
    folder = course.submitted / student / assignment.name
    write_atomically(folder / f"{assignment.notebook}.ipynb", notebook.read_text(encoding="utf-8"))
    now = datetime.datetime.now(datetime.UTC).strftime("%Y-%m-%d %H:%M:%S UTC")
    write_atomically(folder / TIMESTAMP, now + "\n")
    return assignment, compare(content, read_stub(course, assignment)).sentences()


def read_stub(course: Course, assignment: Assignment) -> NotebookNode:
    """Read the released stub of an assignment."""
    return read_notebook(course.exercises / assignment.name / f"{assignment.notebook}.ipynb")
