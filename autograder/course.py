"""Where a course keeps its things: folders, assignments, nbgrader's configuration and gradebook."""

from __future__ import annotations

import difflib
import logging
import os
import re
import sys
import warnings
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import Any

from nbformat.warnings import DuplicateCellId, MissingIDFieldWarning
from nbgrader import api
from nbgrader.api import Gradebook
from nbgrader.coursedir import CourseDirectory
from sqlalchemy import Engine, create_engine
from sqlalchemy.exc import SAWarning, SQLAlchemyError
from traitlets.config import Config
from traitlets.config.loader import PyFileConfigLoader
from traitlets.log import get_logger

from autograder.errors import CourseError

CONFIG_NAME = "nbgrader_config.py"
# What kernels say crosses loopback ports that anyone on the machine could listen to.
KERNELS = Config({"KernelManager": {"transport_encryption": "auto"}})
STUDENT_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.@-]{0,63}")


@dataclass(frozen=True)
class Assignment:
    """One folder of `solutions/` and the files made from it.

    Attributes
    ----------
    name : str
        Folder name, ``NN_slug``.
    folder : Path
        ``solutions/NN_slug``.
    """

    name: str
    folder: Path

    @property
    def notebook(self) -> str:
        """Name of its only notebook, without the ending."""
        return self.name.split("_", 1)[1]

    @property
    def source(self) -> Path:
        """The py:percent source."""
        return self.folder / f"{self.notebook}.py"

    @property
    def solution(self) -> Path:
        """The executed solution notebook."""
        return self.folder / f"{self.notebook}.ipynb"

    @property
    def answers(self) -> Path:
        """Wrong and right answers that prove the tests."""
        return self.folder / "answers.py"


@dataclass(frozen=True)
class Course:
    """A folder with an ``nbgrader_config.py``: the course itself, or a class that takes it.

    Attributes
    ----------
    root : Path
        Absolute path of the folder.
    db : str, optional
        SQLAlchemy URL of the gradebook; what ``nbgrader_config.py`` says if left out.
    """

    root: Path
    db: str | None = None

    @classmethod
    def find(cls, start: Path | None = None) -> Course:
        """Find the course at or above a folder.

        Parameters
        ----------
        start : Path, optional
            Where to begin; the working directory if left out.

        Raises
        ------
        CourseError
            If neither the folder nor one above it holds an ``nbgrader_config.py``.
        """
        start = (start or Path.cwd()).resolve()
        for folder in (start, *start.parents):
            if (folder / CONFIG_NAME).is_file():
                return cls(folder)
        raise CourseError(
            f"{start} is not inside a course: no {CONFIG_NAME} there or above. "
            "Change into the course's folder or give it with --course."
        )

    @cached_property
    def config(self) -> Config:
        """Nbgrader's configuration, as its own commands read it."""
        config = PyFileConfigLoader(CONFIG_NAME, path=str(self.root)).load_config()
        config.CourseDirectory.root = str(self.root)
        if self.db:
            config.CourseDirectory.db_url = self.db
        return config

    def directory(self, **traits: str) -> CourseDirectory:
        """Return a fresh nbgrader ``CourseDirectory`` for this course."""
        return CourseDirectory(config=self.config, **traits)

    def gradebook(self) -> Gradebook:
        """Open nbgrader's gradebook; use it as a context manager.

        Raises
        ------
        CourseError
            If the database cannot be reached or its URL means nothing.
        """
        directory = self.directory()
        try:
            return Gradebook(directory.db_url, directory.course_id)
        except (SQLAlchemyError, ImportError) as error:
            raise CourseError(
                f"The gradebook {shown_url(directory.db_url)} cannot be opened: "
                f"{first_line(error)} SQLite is sqlite:///FILE, PostgreSQL "
                "postgresql://USER:PASSWORD@HOST/NAME (with pip install -e '.[cluster]')."
            ) from error

    @property
    def solutions(self) -> Path:
        """Sources and executed solutions."""
        return self.root / self.directory().source_directory

    @property
    def exercises(self) -> Path:
        """Student stubs."""
        return self.root / self.directory().release_directory

    @property
    def submitted(self) -> Path:
        """What students handed in, ``submitted/STUDENT/ASSIGNMENT/``."""
        return self.root / self.directory().submitted_directory

    @property
    def autograded(self) -> Path:
        """Executed submissions."""
        return self.root / self.directory().autograded_directory

    @property
    def feedback(self) -> Path:
        """Feedback pages."""
        return self.root / self.directory().feedback_directory

    @property
    def cache(self) -> Path:
        """Machine-written notes that may be deleted at any time."""
        folder = self.root / ".embcourse"
        folder.mkdir(exist_ok=True)
        return folder

    def assignments(self) -> list[Assignment]:
        """All assignments, in the order of their numbers."""
        folders = sorted(self.solutions.glob("[0-9][0-9]_*/"))
        found = (Assignment(folder.name, folder) for folder in folders)
        return [assignment for assignment in found if assignment.source.is_file()]

    def assignment(self, name: str) -> Assignment:
        """Look up one assignment.

        Parameters
        ----------
        name : str
            Folder name such as ``02_backpropagation``.

        Raises
        ------
        CourseError
            If there is none of that name; close ones are suggested.
        """
        known = {assignment.name: assignment for assignment in self.assignments()}
        if name in known:
            return known[name]
        near = difflib.get_close_matches(name, known, n=1, cutoff=0.4)
        hint = f" Did you mean {near[0]}?" if near else ""
        raise CourseError(
            f"No assignment {name!r} in {self.solutions}; "
            f"there are {', '.join(known) or 'none'}.{hint}"
        )

    def enter(self) -> None:
        """Send nbgrader's log to a file, so that the terminal shows only what a user asked for."""
        handler = logging.FileHandler(self.cache / "nbgrader.log")
        handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(message)s"))
        keep_quiet(handler)
        share_engines()


def share_engines() -> None:
    """Let nbgrader keep one engine for each database.

    Each of its steps makes a new one, which compiles every statement anew: a third of the time that
    recording a submission takes.
    """
    api.create_engine = _engine


@cache
def _engine(url: str, **options: Any) -> Engine:
    return create_engine(url, **options)


def keep_quiet(handler: logging.Handler | None = None) -> None:
    """Let nbgrader's log go to a handler only, or nowhere.

    Parameters
    ----------
    handler : logging.Handler, optional
        Nowhere if left out.
    """
    warnings.filterwarnings("ignore", category=SAWarning, module="nbgrader")
    warnings.filterwarnings("ignore", category=DuplicateCellId)
    warnings.filterwarnings("ignore", category=MissingIDFieldWarning)
    logger = get_logger()
    logger.propagate = False
    logger.handlers[:] = [handler or logging.NullHandler()]
    logger.setLevel(logging.INFO)


def shown_url(url: str) -> str:
    """Return a database URL without its password.

    Examples
    --------
    >>> shown_url("postgresql://ada:secret@host/grades")
    'postgresql://ada:***@host/grades'
    """
    return re.sub(r"(://[^:/@]*:)[^@]*@", r"\1***@", url)


def first_line(error: BaseException) -> str:
    """Return the first line of what an error says, as a sentence."""
    return f"{str(error).strip().split(chr(10))[0].rstrip('.') or type(error).__name__}."


def put_programs_on_path() -> None:
    """Let nbgrader find the programs that it starts by name, also outside an active environment."""
    programs = str(Path(sys.executable).parent)
    if programs not in os.environ["PATH"].split(os.pathsep):
        os.environ["PATH"] = programs + os.pathsep + os.environ["PATH"]


def check_student_id(student: str) -> str:
    """Return the id if it can safely name a folder.

    Parameters
    ----------
    student : str
        Letters, digits, ``_ . @ -``; at most 64; beginning with a letter or digit.

    Raises
    ------
    CourseError
        Otherwise.
    """
    if not STUDENT_ID.fullmatch(student):
        raise CourseError(
            f"{student!r} is no student id: use 1 to 64 letters, digits, '_', '.', '@' or '-', "
            "beginning with a letter or a digit."
        )
    return student
