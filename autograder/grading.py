"""Grading a class: prepare, run on workers, record; each submission by itself.

nbgrader's own preprocessors do the work in nbgrader's own order; only the line between them is
cut. What comes before the execution and what writes the gradebook runs in this process, one
submission after the other; the execution in between runs on worker processes. The steps are read
from ``nbgrader_config.py``: whatever executes notebooks there executes them here.

A result counts when its note is written, last of all. Whatever ends a run before that, the next
run grades the submission again, and nothing is counted twice.
"""

from __future__ import annotations

import copy
import hashlib
import json
import shutil
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from fnmatch import fnmatch
from functools import cached_property
from importlib.metadata import distributions
from pathlib import Path
from typing import Any

import nbformat
from nbformat import NotebookNode
from nbgrader.api import Gradebook
from nbgrader.converters import Autograde
from sqlalchemy.exc import SQLAlchemyError

from autograder.course import CONFIG_NAME, Assignment, Course, first_line
from autograder.errors import CourseError
from autograder.execution import apply, died, execute, isolation, steps
from autograder.files import notebook_text, only_one, write_atomically
from autograder.release import generate
from autograder.results import CellResult, Result, cell_status, stray_errors
from autograder.submissions import (
    Comparison,
    Submission,
    collect,
    compare,
    handed_in_at,
    read_notebook,
    read_stub,
)
from autograder.workers import LOST, Workers, code_digest

NOTE = "grading.json"
Done = Callable[[Result], None]


@dataclass(frozen=True)
class Prepared:
    """A submission that is ready to be run.

    Attributes
    ----------
    submission : Submission
        What was handed in.
    text : str
        The sanitized notebook.
    comparison : Comparison
        What sets it apart from the stub.
    problems : list of str
        A sentence for everything out of the ordinary so far.
    """

    submission: Submission
    text: str
    comparison: Comparison
    problems: list[str]


class Grader:
    """Grades the submissions of one assignment.

    Parameters
    ----------
    course : Course
        Where gradebook and results are.
    assignment : Assignment
        Which one.
    folder : Path, optional
        Where the submissions are; the course's ``submitted/`` if left out.
    """

    def __init__(self, course: Course, assignment: Assignment, folder: Path | None = None) -> None:
        self.course = course
        self.assignment = assignment
        self.folder = folder
        self.autograde = Autograde(
            coursedir=course.directory(assignment_id=assignment.name), config=course.config
        )

    def run(self, workers: Workers, done: Done = lambda result: None) -> list[Result]:
        """Grade every submission that has changed; return the results of all.

        Parameters
        ----------
        workers : Workers
            Where notebooks are run.
        done : callable, optional
            Called with each result as it comes.

        Returns
        -------
        list of Result
            By student id.

        Raises
        ------
        CourseError
            If nothing was handed in, somebody else is grading the same, or the disk or the
            database fails; what was graded until then is kept.
        """
        submissions = self.submissions()
        results: dict[str, Result] = {}
        with only_one(self.course.cache / f"grade-{self.assignment.name}.lock"):
            try:
                for result in self._results(submissions, workers):
                    results[result.student] = result
                    done(result)
            except (OSError, SQLAlchemyError) as error:
                raise CourseError(
                    f"Grading stopped after {len(results)} of {len(submissions)} submissions: "
                    f"{first_line(error)} What was graded is kept; run the command again when "
                    "this is mended."
                ) from error
        return [results[each.student] for each in submissions]

    def submissions(self) -> list[Submission]:
        """List what was handed in; see `autograder.submissions.collect`."""
        return collect(self.course, self.assignment, self.folder)

    def _results(self, submissions: list[Submission], workers: Workers) -> Iterator[Result]:
        with self.course.gradebook() as gradebook:
            kept = self._kept(submissions, gradebook)
            for student in kept:
                yield self.result(student, gradebook, fresh=False)
        fresh = [each for each in submissions if each.student not in kept]
        for student in self._grade(fresh, workers):
            with self.course.gradebook() as gradebook:
                yield self.result(student, gradebook)

    @cached_property
    def environment(self) -> str:
        """Digest of everything but the submission that a score depends on."""
        digest = hashlib.sha256(self.assignment.solution.read_bytes())
        digest.update((self.course.root / CONFIG_NAME).read_bytes())
        digest.update(isolation().encode())
        digest.update(code_digest().encode())
        for name in sorted(f"{each.name}=={each.version}" for each in distributions()):
            digest.update(name.encode())
        return digest.hexdigest()

    @cached_property
    def stub(self) -> NotebookNode:
        """The stub of the current release."""
        return read_stub(self.course, self.assignment)

    @cached_property
    def given(self) -> dict[str, bytes]:
        """Files that the course puts beside every submission."""
        folder = self.assignment.folder
        paths = [path for path in sorted(folder.rglob("*")) if path.is_file()]
        return {str(path.relative_to(folder)): path.read_bytes() for path in paths}

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
            status = _status(name, "to grade" if score is None else status, note["comparison"])
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

    def _grade(self, submissions: list[Submission], workers: Workers) -> Iterator[str]:
        if not submissions:
            return
        self._register()
        jobs = (
            (prepared, (prepared.text, self._files(prepared.submission), self.course.config))
            for prepared in map(self._prepare, submissions)
        )
        for prepared, text in workers.map(execute, jobs):
            self._record(prepared, died(prepared.text) if text is LOST else text)
            yield prepared.submission.student

    def _register(self) -> None:
        """Tell the gradebook the cells and points of the current release."""
        with tempfile.TemporaryDirectory(dir=self.course.cache) as scratch:
            generate(self.course, self.assignment, Path(scratch) / "stub", database=True)

    def _prepare(self, submission: Submission) -> Prepared:
        """Sanitize a submission with nbgrader's steps; an unreadable one is graded as blank."""
        shutil.rmtree(self._folder(submission.student), ignore_errors=True)
        time, problems = handed_in_at(submission.files())
        with self.course.gradebook() as gradebook:
            gradebook.update_or_create_student(submission.student)
            about = {"timestamp": time} if time else {}
            gradebook.update_or_create_submission(self.assignment.name, submission.student, **about)
        try:
            notebook = read_notebook(submission.path, linked=submission.is_linked())
            comparison = compare(notebook, self.stub)
            notebook = self._sanitize(notebook, submission.student)
        except CourseError as error:
            comparison = Comparison()
            notebook = self._sanitize(copy.deepcopy(self.stub), submission.student)
            problems = [*problems, f"{error} It was graded as a blank one."]
        problems = [*problems, *comparison.sentences()]
        return Prepared(submission, notebook_text(notebook), comparison, problems)

    def _files(self, submission: Submission) -> dict[str, bytes]:
        """Collect what may lie beside the notebook: the student's files, then the course's."""
        patterns = [*self.autograde.coursedir.ignore, "*.ipynb"]
        return {
            name: content
            for name, content in (submission.files() | self.given).items()
            if not any(fnmatch(part, each) for part in Path(name).parts for each in patterns)
        }

    def _sanitize(self, notebook: NotebookNode, student: str) -> NotebookNode:
        chosen = list(self.autograde.sanitize_preprocessors)
        try:
            return apply(chosen, notebook, self._resources(student), self.course.config)
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

    def _record(self, prepared: Prepared, text: str) -> None:
        """Write the scores to the gradebook, the notebook to `autograded/`, and the note last."""
        student = prepared.submission.student
        notebook = nbformat.reads(text, as_version=4)
        problems = [*prepared.problems, *stray_errors(notebook)]
        _, chosen = steps(self.autograde)
        notebook = apply(chosen, notebook, self._resources(student), self.course.config)
        note = {
            "key": self.key(prepared.submission),
            "problems": problems,
            "comparison": asdict(prepared.comparison),
            **_outcome(notebook),
        }
        if problems:
            notebook.cells.insert(0, _problem_cell(problems))
        folder = self._folder(student)
        for name, content in self._files(prepared.submission).items():
            write_atomically(folder / name, content)
        path = folder / f"{self.assignment.notebook}.ipynb"
        write_atomically(path, notebook_text(notebook))
        write_atomically(folder / NOTE, json.dumps(note, indent=1))


def _status(name: str, status: str, comparison: dict[str, list[str]]) -> str:
    """Let what a student did to a cell stand above what became of it."""
    if name in comparison["missing"]:
        return "missing"
    return "tampered" if name in comparison["edited"] else status


def _outcome(notebook: NotebookNode) -> dict[str, Any]:
    """Return the names of the graded cells, in order, and what became of the tests."""
    graded = [cell for cell in notebook.cells if cell.metadata.get("nbgrader", {}).get("grade")]
    return {
        "order": [cell.metadata.nbgrader.grade_id for cell in graded],
        "statuses": {
            cell.metadata.nbgrader.grade_id: cell_status(cell)
            for cell in graded
            if not cell.metadata.nbgrader.solution
        },
    }


def _problem_cell(problems: list[str]) -> NotebookNode:
    rows = "\n".join(f"- {problem}" for problem in problems)
    cell = nbformat.v4.new_markdown_cell(f"**Noticed while grading**\n\n{rows}")
    cell.id = "noticed-while-grading"
    return cell
