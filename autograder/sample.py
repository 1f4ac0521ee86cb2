"""The sample class: what students might hand in, with the scores that they must get.

Each assignment lists wrong and right answers in ``answers.py``, beside its source and in the same
form. From these and from accidents that happen in every class a whole class is made, handed in,
graded and compared.
"""

from __future__ import annotations

import copy
import shutil
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import jupytext
import nbformat
from nbformat import NotebookNode
from nbgrader.utils import compute_checksum

from autograder.course import CONFIG_NAME, Assignment, Course
from autograder.errors import CourseError
from autograder.export import export
from autograder.feedback import feedback
from autograder.files import notebook_text, write_atomically
from autograder.grading import Grader
from autograder.results import is_test
from autograder.source import read_source
from autograder.submissions import read_stub
from autograder.workers import Workers

CLASS = "sample_class"
HANDED_IN = "2025-03-01 12:00:00 UTC\n"
Progress = Callable[[str, int], AbstractContextManager[Callable[[Any], None]]]


@dataclass(frozen=True)
class Answer:
    """One cell of ``answers.py``: what a student wrote instead of the solution.

    Attributes
    ----------
    student : str
        Who hands it in.
    replaces : str
        Grade id of the solution cell.
    loses : tuple of str
        Grade ids of the tests that must reject it; empty for a right answer.
    source : str
        The cell.
    """

    student: str
    replaces: str
    loses: tuple[str, ...]
    source: str


@dataclass(frozen=True)
class HandIn:
    """A sample submission and what it must get.

    Attributes
    ----------
    student : str
        Its name says what is in it.
    text : str
        The file's content.
    lost : frozenset of str
        Grade ids of the autograded cells that must get no points.
    """

    student: str
    text: str
    lost: frozenset[str]


@dataclass(frozen=True)
class Report:
    """How a sample submission fared.

    Attributes
    ----------
    assignment, student : str
        Which one.
    score, expected, maximum : float
        Autograded points: got, due, possible.
    unexpected : list of str
        Cells whose points differ from what is due, with their message.
    problems : list of str
        What grading noticed.
    """

    assignment: str
    student: str
    score: float
    expected: float
    maximum: float
    unexpected: list[str]
    problems: list[str]

    def to_dict(self) -> dict[str, Any]:
        """Return plain data for ``--json``."""
        return asdict(self)


def read_answers(assignment: Assignment) -> list[Answer]:
    """Read the wrong and right answers of an assignment.

    Raises
    ------
    CourseError
        If a cell does not say which solution it replaces, or names one that does not exist.
    """
    known = {cell.id for cell in read_source(assignment).cells}
    answers = []
    for cell in jupytext.read(assignment.answers, fmt="py:percent").cells:
        about = cell.metadata
        if "student" not in about:
            continue
        loses = tuple(name.strip() for name in about.get("loses", "").split(",") if name.strip())
        for name in (about.get("replaces", "nothing"), *loses):
            if name not in known:
                raise CourseError(
                    f"{assignment.answers}: {about.student!r} names the cell {name!r}, "
                    f"which {assignment.source.name} does not have."
                )
        answers.append(Answer(about.student, about.replaces, loses, cell.source))
    return answers


def fill_in(stub: NotebookNode, solution: NotebookNode, answers: list[Answer]) -> NotebookNode:
    """Fill in a stub with the solution, some cells replaced.

    Parameters
    ----------
    stub, solution : NotebookNode
        The student's and the instructor's notebook.
    answers : list of Answer
        What to put instead.
    """
    ours = {cell.id: cell.source for cell in solution.cells}
    instead = {answer.replaces: answer.source for answer in answers}
    notebook = copy.deepcopy(stub)
    for cell in notebook.cells:
        if cell.metadata.get("nbgrader", {}).get("solution"):
            cell.source = instead.get(cell.id) or _without_marks(ours[cell.id])
    return notebook


def _without_marks(source: str) -> str:
    lines = source.split("\n")
    return "\n".join(line for line in lines if not line.strip().endswith(" SOLUTION"))


def hand_ins(assignment: Assignment, stub: NotebookNode) -> list[HandIn]:
    """Make the sample submissions of an assignment.

    Parameters
    ----------
    assignment : Assignment
        Its answers are read.
    stub : NotebookNode
        Its released stub.
    """
    solution = read_source(assignment)
    answers = read_answers(assignment)
    tests = frozenset(cell.id for cell in stub.cells if is_test(cell))
    perfect = fill_in(stub, solution, [])
    made = [
        HandIn("perfect", notebook_text(perfect), frozenset()),
        HandIn("blank", notebook_text(stub), tests),
        HandIn("exception-at-the-top", notebook_text(_exception_at_top(perfect)), frozenset()),
        HandIn("infinite-loop", notebook_text(_infinite_loop(perfect)), frozenset()),
        HandIn("deleted-test", notebook_text(_deleted_test(perfect)), frozenset()),
        HandIn("older-release", notebook_text(_older_release(perfect)), frozenset()),
        HandIn("not-json", "PK\x03\x04 this was a zip archive\n", tests),
    ]
    for student in dict.fromkeys(answer.student for answer in answers):
        theirs = [answer for answer in answers if answer.student == student]
        lost = frozenset(name for answer in theirs for name in answer.loses)
        made.append(HandIn(student, notebook_text(fill_in(stub, solution, theirs)), lost))
    return made


def _first(notebook: NotebookNode, kind: Callable[[NotebookNode], bool]) -> int:
    return next(index for index, cell in enumerate(notebook.cells) if kind(cell))


def _exception_at_top(perfect: NotebookNode) -> NotebookNode:
    notebook = copy.deepcopy(perfect)
    cell = nbformat.v4.new_code_cell("import a_package_that_nobody_has", id="mine")
    notebook.cells.insert(0, cell)
    return notebook


def _infinite_loop(perfect: NotebookNode) -> NotebookNode:
    notebook = copy.deepcopy(perfect)
    cell = nbformat.v4.new_code_cell("while True:\n    pass", id="mine")
    notebook.cells.insert(_first(notebook, is_test), cell)
    return notebook


def _deleted_test(perfect: NotebookNode) -> NotebookNode:
    notebook = copy.deepcopy(perfect)
    del notebook.cells[_first(notebook, is_test)]
    return notebook


def _older_release(perfect: NotebookNode) -> NotebookNode:
    notebook = copy.deepcopy(perfect)
    notebook.metadata.embcourse.release = "0" * 12
    cell = notebook.cells[_first(notebook, is_test)]
    cell.source = "assert True  # an older and weaker test\n"
    cell.metadata.nbgrader.checksum = compute_checksum(cell)
    return notebook


def prepare_class(course: Course) -> Course:
    """Make a course folder for the sample class: its own gradebook, the course's assignments.

    Parameters
    ----------
    course : Course
        Whose assignments are taken.
    """
    root = course.root / CLASS
    root.mkdir(exist_ok=True)
    config = (course.root / CONFIG_NAME).read_text(encoding="utf-8")
    _write_if_changed(root / CONFIG_NAME, config)
    for folder in (course.solutions, course.exercises):
        link = root / folder.name
        if not link.is_symlink():
            link.symlink_to(folder, target_is_directory=True)
    return Course(root)


def hand_in(sample: Course, assignment: Assignment, made: list[HandIn]) -> None:
    """Put sample submissions where grading looks for them; those no longer made are removed.

    Parameters
    ----------
    sample : Course
        The sample class.
    assignment : Assignment
        Which one.
    made : list of HandIn
        The submissions.
    """
    students = {each.student for each in made}
    for old in sample.submitted.glob(f"*/{assignment.name}"):
        if old.parent.name not in students:
            shutil.rmtree(old)
    for each in made:
        folder = sample.submitted / each.student / assignment.name
        _write_if_changed(folder / f"{assignment.notebook}.ipynb", each.text)
        _write_if_changed(folder / "timestamp.txt", HANDED_IN)


def _write_if_changed(path: Path, text: str) -> None:
    if not path.exists() or path.read_text(encoding="utf-8") != text:
        write_atomically(path, text)


def grade_sample_class(course: Course, workers: Workers, progress: Progress) -> list[Report]:
    """Make, hand in and grade the sample class; write its feedback and its table of scores.

    Parameters
    ----------
    course : Course
        The course.
    workers : Workers
        Where notebooks are run.
    progress : callable
        Given a description and a number of items, a context manager that yields what to call
        after each item.

    Returns
    -------
    list of Report
        One for each submission.
    """
    sample = prepare_class(course)
    sample.enter()
    reports = []
    for assignment in sample.assignments():
        made = hand_ins(assignment, read_stub(course, assignment))
        hand_in(sample, assignment, made)
        with progress(f"Grading {assignment.name}", len(made)) as advance:
            results = Grader(sample, assignment).run(workers, advance)
        with progress(f"Feedback {assignment.name}", len(made)) as advance:
            feedback(sample, assignment, workers, advance)
        export(sample, assignment, sample.root / f"scores_{assignment.name}.csv")
        due = {each.student: each.lost for each in made}
        reports += [_report(assignment, result, due[result.student]) for result in results]
    return reports


def _report(assignment: Assignment, result: Any, lost: frozenset[str]) -> Report:
    tests = [
        cell for cell in result.cells if cell.status != "to grade" and cell.cell.startswith("test_")
    ]
    due = {cell.cell: 0.0 if cell.cell in lost else cell.maximum for cell in tests}
    return Report(
        assignment=assignment.name,
        student=result.student,
        score=sum(cell.score or 0 for cell in tests),
        expected=sum(due.values()),
        maximum=sum(cell.maximum for cell in tests),
        unexpected=[
            f"{cell.cell} got {cell.score:g}, due {due[cell.cell]:g}. {cell.message}"
            for cell in tests
            if cell.score != due[cell.cell]
        ],
        problems=result.problems,
    )
