"""Feedback pages: nbgrader's own, one for each graded submission."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Executor, as_completed
from pathlib import Path

from nbgrader.api import Gradebook
from nbgrader.converters import GenerateFeedback

from autograder.course import Assignment, Course
from autograder.errors import CourseError


def feedback(
    course: Course,
    assignment: Assignment,
    workers: Executor,
    done: Callable[[Path], None] = lambda page: None,
) -> list[Path]:
    """Write the feedback of an assignment; pages newer than what they tell about are kept.

    Parameters
    ----------
    course : Course
        The course.
    assignment : Assignment
        Which one.
    workers : Executor
        Where pages are made.
    done : callable, optional
        Called with each page as it is written.

    Returns
    -------
    list of Path
        All pages, by student id.

    Raises
    ------
    CourseError
        If nothing has been graded yet.
    """
    graded = sorted(course.autograded.glob(f"*/{assignment.name}/{assignment.notebook}.ipynb"))
    if not graded:
        raise CourseError(
            f"Nothing of {assignment.name} has been graded yet. "
            f"Run `embcourse grade {assignment.name}` first."
        )
    with course.gradebook() as gradebook:
        stale = [path for path in graded if not _is_fresh(course, path, gradebook)]
    for path in graded:
        if path not in stale:
            done(_page(course, path))
    tasks = {
        workers.submit(_write, course.root, assignment.name, path.parts[-3]): path for path in stale
    }
    for task in as_completed(tasks):
        task.result()
        done(_page(course, tasks[task]))
    return [_page(course, path) for path in graded]


def _page(course: Course, graded: Path) -> Path:
    return (course.feedback / graded.relative_to(course.autograded)).with_suffix(".html")


def _is_fresh(course: Course, graded: Path, gradebook: Gradebook) -> bool:
    """Tell whether a page is newer than the graded notebook and the points given by hand."""
    page = _page(course, graded)
    if not page.exists():
        return False
    student, assignment = graded.parts[-3:-1]
    written = gradebook.find_submission(assignment, student)
    manual = [grade.manual_score is not None for book in written.notebooks for grade in book.grades]
    return page.stat().st_mtime > graded.stat().st_mtime and not any(manual)


def _write(root: Path, assignment: str, student: str) -> None:
    course = Course(root)
    course.enter()
    directory = course.directory(assignment_id=assignment, student_id=student)
    converter = GenerateFeedback(coursedir=directory, config=course.config)
    converter.force = True
    converter.start()
