"""Feedback pages: nbgrader's own, one for each graded submission."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from pathlib import Path

from nbconvert.writers import FilesWriter
from nbgrader.api import Gradebook
from nbgrader.converters import GenerateFeedback

from autograder.course import Assignment, Course
from autograder.errors import CourseError
from autograder.workers import LOST, Workers


def feedback(
    course: Course,
    assignment: Assignment,
    workers: Workers,
    done: Callable[[Path], None] = lambda page: None,
) -> list[Path]:
    """Write the feedback of an assignment; pages newer than what they tell about are kept.

    Parameters
    ----------
    course : Course
        The course.
    assignment : Assignment
        Which one.
    workers : Workers
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
    plain = replace(course)  # without what is cached: workers read it for themselves
    jobs = ((path, (plain, assignment.name, path.parts[-3])) for path in stale)
    for path, result in workers.map(_write, jobs):
        if result is LOST:
            raise CourseError(f"The page of {path} could not be made: its process died twice.")
        done(_page(course, path))
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


def _write(course: Course, assignment: str, student: str) -> None:
    converter = _converter(course, assignment)
    converter.coursedir.student_id = student
    converter.writer = FilesWriter(parent=converter, config=course.config)
    converter.init_notebooks()
    with contextlib.chdir(course.root):
        converter.convert_notebooks()


@cache
def _converter(course: Course, assignment: str) -> GenerateFeedback:
    """Return what ``GenerateFeedback.start`` makes anew for each call, its templates compiled."""
    course.enter()
    directory = course.directory(assignment_id=assignment)
    converter = GenerateFeedback(coursedir=directory, config=course.config)
    converter.force = True
    converter.exporter = converter.exporter_class(parent=converter, config=converter.config)
    for step in converter.preprocessors:
        converter.exporter.register_preprocessor(step)
    return converter
