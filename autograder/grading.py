"""Grading a class: prepare, run on workers, record; each submission by itself.

nbgrader's own preprocessors do the work in nbgrader's own order; only the line between them is
cut. What comes before the execution and what writes the gradebook runs in this process, one
submission after the other; the execution in between runs on worker processes. The steps are read
from ``nbgrader_config.py``: whatever executes notebooks there executes them here.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import tempfile
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future, as_completed
from functools import cached_property
from importlib.metadata import distributions
from pathlib import Path
from typing import Any

import nbformat
from nbformat import NotebookNode
from nbgrader.api import Gradebook
from nbgrader.converters import Autograde

import embref
from autograder.course import CONFIG_NAME, STUDENT_ID, Assignment, Course
from autograder.errors import CourseError
from autograder.execution import apply, execute, isolation, steps
from autograder.files import notebook_text, write_atomically
from autograder.release import generate
from autograder.results import CellResult, Result, cell_status, stray_errors
from autograder.submissions import Submission, collect, problems_of, read_notebook, read_stub

NOTE = "grading.json"
Done = Callable[[Result], None]


class Grader:
    """Grades the submissions of one assignment.

    Parameters
    ----------
    course : Course
        Where submissions and gradebook are.
    assignment : Assignment
        Which one.
    """

    def __init__(self, course: Course, assignment: Assignment) -> None:
        self.course = course
        self.assignment = assignment
        self.autograde = Autograde(
            coursedir=course.directory(assignment_id=assignment.name), config=course.config
        )

    def run(self, workers: Executor, done: Done = lambda result: None) -> list[Result]:
        """Grade every submission that has changed; return the results of all.

        Parameters
        ----------
        workers : Executor
            Where notebooks are run; see `autograder.execution.local_workers`.
        done : callable, optional
            Called with each result as it comes.

        Returns
        -------
        list of Result
            By student id.

        Raises
        ------
        CourseError
            If nothing was handed in.
        """
        submissions = self.submissions()
        with self.course.gradebook() as gradebook:
            kept = self._kept(submissions, gradebook)
            results = {student: self.result(student, gradebook, fresh=False) for student in kept}
        for result in results.values():
            done(result)
        fresh = [each for each in submissions if each.student not in kept]
        for student in self._grade(fresh, workers):
            with self.course.gradebook() as gradebook:
                results[student] = self.result(student, gradebook)
            done(results[student])
        return [results[each.student] for each in submissions]

    def submissions(self) -> list[Submission]:
        """List what was handed in.

        Raises
        ------
        CourseError
            If there is nothing.
        """
        found = collect(self.course, self.assignment)
        if not found:
            raise CourseError(
                f"Nobody has handed in {self.assignment.name}: {self.course.submitted} has no "
                "folder STUDENT/ASSIGNMENT for it. Hand in with `embcourse submit`."
            )
        for submission in found:
            if not STUDENT_ID.fullmatch(submission.student):
                raise CourseError(
                    f"The folder {submission.folder.parent} is not named like a student id: "
                    "letters, digits, '_', '.', '@', '-'. Rename it."
                )
        return found

    @cached_property
    def environment(self) -> str:
        """Digest of everything but the submission that a score depends on."""
        digest = hashlib.sha256(self.assignment.solution.read_bytes())
        digest.update((self.course.root / CONFIG_NAME).read_bytes())
        digest.update(isolation().encode())
        for package in (Path(embref.__file__).parent, Path(__file__).parent):
            for path in sorted(package.rglob("*.py")):
                digest.update(path.read_bytes())
        for name in sorted(f"{each.name}=={each.version}" for each in distributions()):
            digest.update(name.encode())
        return digest.hexdigest()

    def key(self, submission: Submission) -> str:
        """Return the content key of a result: equal keys, equal scores."""
        return hashlib.sha256((self.environment + submission.digest()).encode()).hexdigest()

    def result(self, student: str, gradebook: Gradebook, *, fresh: bool = True) -> Result:
        """Read a student's result: scores from the gradebook, the rest from the last grading.

        Parameters
        ----------
        student : str
            Student id.
        gradebook : Gradebook
            nbgrader's, open.
        fresh : bool
            Whether this run graded it.
        """
        note = self._note(student)
        notebook = gradebook.find_submission_notebook(
            self.assignment.notebook, self.assignment.name, student
        )
        grades = {
            grade.name: (None if grade.needs_manual_grade else grade.score, grade.max_score)
            for grade in notebook.grades
        }
        cells = []
        for name in note["order"]:
            score, maximum = grades[name]
            status, message = note["statuses"].get(name, ("graded", ""))
            if score is None:
                status = "to grade"
            cells.append(CellResult(name, score, maximum, status, message))
        return Result(student, cells, note["problems"], fresh)

    def _folder(self, student: str) -> Path:
        return self.course.autograded / student / self.assignment.name

    def _note(self, student: str) -> dict[str, Any]:
        path = self._folder(student) / NOTE
        return json.loads(path.read_text()) if path.exists() else {"key": None}

    def _kept(self, submissions: list[Submission], gradebook: Gradebook) -> set[str]:
        """Name the students whose last result still stands: same content, and in the gradebook."""
        recorded = (
            {each.student_id for each in gradebook.assignment_submissions(self.assignment.name)}
            if self._is_registered(gradebook)
            else set()
        )
        return {
            each.student
            for each in submissions
            if each.student in recorded and self._note(each.student)["key"] == self.key(each)
        }

    def _is_registered(self, gradebook: Gradebook) -> bool:
        return self.assignment.name in {each.name for each in gradebook.assignments}

    def _grade(self, submissions: list[Submission], workers: Executor) -> Iterator[str]:
        if not submissions:
            return
        self._register()
        futures: dict[Future[str], tuple[Submission, list[str]]] = {}
        for submission in submissions:
            text, problems = self._prepare(submission)
            folder = self._folder(submission.student)
            future = workers.submit(execute, text, folder, self.course.root)
            futures[future] = (submission, problems)
        for future in as_completed(futures):
            submission, problems = futures[future]
            self._record(submission, future.result(), problems)
            yield submission.student

    def _register(self) -> None:
        """Tell the gradebook the cells and points of the current release."""
        with tempfile.TemporaryDirectory(dir=self.course.cache) as scratch:
            generate(self.course, self.assignment, Path(scratch) / "stub", database=True)

    def _prepare(self, submission: Submission) -> tuple[str, list[str]]:
        """Sanitize a submission with nbgrader's steps; an unreadable one is graded as blank."""
        folder = self._folder(submission.student)
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        self.autograde.notebooks = [str(submission.path)]
        self.autograde.init_assignment(self.assignment.name, submission.student)
        stub = read_stub(self.course, self.assignment)
        try:
            notebook = read_notebook(submission.path)
            problems = problems_of(notebook, stub)
            notebook = self._sanitize(notebook, submission.student)
        except CourseError as error:
            notebook = self._sanitize(stub, submission.student)
            problems = [f"{error} It was graded as a blank one."]
        return notebook_text(notebook), problems

    def _sanitize(self, notebook: NotebookNode, student: str) -> NotebookNode:
        chosen = list(self.autograde.sanitize_preprocessors)
        try:
            return apply(chosen, notebook, self._resources(student), self.course)
        except Exception as error:
            raise CourseError(
                f"The notebook could not be prepared ({type(error).__name__}: {error})."
            ) from error

    def _resources(self, student: str) -> dict[str, Any]:
        about = {
            "student": student,
            "assignment": self.assignment.name,
            "notebook": self.assignment.notebook,
            "db_url": self.course.directory().db_url,
        }
        return {"nbgrader": about, "unique_key": self.assignment.notebook}

    def _record(self, submission: Submission, text: str, problems: list[str]) -> None:
        """Write the scores to the gradebook, the notebook to `autograded/`, and the note last."""
        notebook = nbformat.reads(text, as_version=4)
        problems = problems + stray_errors(notebook)
        _, chosen = steps(self.autograde)
        notebook = apply(chosen, notebook, self._resources(submission.student), self.course)
        graded = [cell for cell in notebook.cells if cell.metadata.get("nbgrader", {}).get("grade")]
        note = {
            "key": self.key(submission),
            "problems": problems,
            "order": [cell.metadata.nbgrader.grade_id for cell in graded],
            "statuses": {
                cell.metadata.nbgrader.grade_id: cell_status(cell)
                for cell in graded
                if not cell.metadata.nbgrader.solution
            },
        }
        if problems:
            notebook.cells.insert(0, _problem_cell(problems))
        folder = self._folder(submission.student)
        path = folder / f"{self.assignment.notebook}.ipynb"
        write_atomically(path, notebook_text(notebook))
        write_atomically(folder / NOTE, json.dumps(note, indent=1))


def _problem_cell(problems: list[str]) -> NotebookNode:
    rows = "\n".join(f"- {problem}" for problem in problems)
    cell = nbformat.v4.new_markdown_cell(f"**Noticed while grading**\n\n{rows}")
    cell.id = "noticed-while-grading"
    return cell
