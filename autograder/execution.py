"""Executing a prepared submission: nbgrader's steps before the gradebook, on a worker process."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from typing import Any

import nbformat
from nbclient.exceptions import DeadKernelError
from nbformat import NotebookNode
from nbgrader.converters import Autograde
from nbgrader.coursedir import CourseDirectory
from nbgrader.preprocessors import SaveAutoGrades
from nbgrader.preprocessors.execute import UnresponsiveKernelError
from traitlets.config import Config

from autograder.course import keep_quiet, put_programs_on_path
from autograder.errors import CourseError
from autograder.files import notebook_text
from autograder.results import CRASHED
from autograder.sandbox.server import why_not

Steps = list[type]
ISOLATION = "EMBCOURSE_ISOLATION"


def isolation() -> str:
    """Return how students' code is run: ``bwrap`` in a sandbox, ``none`` with all your rights."""
    return os.environ.get(ISOLATION, "bwrap")


def set_isolation(kind: str) -> None:
    """Choose how students' code is run, in this process and the workers that it starts.

    Parameters
    ----------
    kind : {"bwrap", "none"}
        See `isolation`.

    Raises
    ------
    CourseError
        If a sandbox is asked for and cannot be had here.
    """
    reason = why_not() if kind == "bwrap" else None
    if reason:
        raise CourseError(
            f"Students' code cannot be isolated here: {reason}. Grade on a machine where it can "
            "be or, only for code you trust, with --isolation none."
        )
    os.environ[ISOLATION] = kind


def steps(autograde: Autograde) -> tuple[Steps, Steps]:
    """Split nbgrader's autograding steps where the gradebook is first written.

    Parameters
    ----------
    autograde : Autograde
        nbgrader's converter, configured.

    Returns
    -------
    execute, record : list of preprocessor classes
        What runs on a worker, and what runs where the gradebook is.
    """
    every = list(autograde.autograde_preprocessors)
    cut = next(number for number, step in enumerate(every) if issubclass(step, SaveAutoGrades))
    return every[:cut], every[cut:]


def apply(
    chosen: Steps, notebook: NotebookNode, resources: dict[str, Any], config: Config
) -> NotebookNode:
    """Run preprocessors one after the other, as nbconvert does."""
    for step in chosen:
        notebook, resources = step(config=config)(notebook, resources)
    return notebook


def execute(text: str, files: dict[str, bytes], config: Config) -> str:
    """Run a prepared submission; a dead kernel costs the cells from there on, never the run.

    Parameters
    ----------
    text : str
        The notebook.
    files : dict
        Name to content of what lies beside it.
    config : Config
        The course's; the worker needs nothing else of the course.

    Returns
    -------
    str
        The notebook with outputs.
    """
    keep_quiet()
    put_programs_on_path()
    notebook = nbformat.reads(text, as_version=4)
    chosen, _ = steps(Autograde(coursedir=CourseDirectory(config=config), config=config))
    with tempfile.TemporaryDirectory() as folder:
        for name, content in files.items():
            path = Path(folder, name)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
        try:
            notebook = apply(chosen, notebook, {"metadata": {"path": folder}}, config)
        except (DeadKernelError, UnresponsiveKernelError) as error:
            _mark_rest(notebook, type(error).__name__)
    return notebook_text(notebook)


def died(text: str) -> str:
    """Return a submission with every cell stopped, for one that ends the grader's own process."""
    notebook = nbformat.reads(text, as_version=4)
    _mark_rest(notebook, "twice, and alone the second time")
    return notebook_text(notebook)


def _mark_rest(notebook: NotebookNode, reason: str) -> None:
    message = "The kernel died or did not answer in this cell."
    for cell in notebook.cells:
        if cell.cell_type == "code" and cell.source.strip() and not _was_answered(cell):
            cell.outputs.append(
                nbformat.v4.new_output(
                    "error", ename=CRASHED, evalue=message, traceback=[f"{reason}: {message}"]
                )
            )
            message = "Not run: the kernel had died in an earlier cell."


def _was_answered(cell: NotebookNode) -> bool:
    """Tell whether the kernel reported the cell done; nbclient notes when it did."""
    return "shell.execute_reply" in cell.metadata.get("execution", {})
