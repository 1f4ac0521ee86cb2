"""The step that takes the place of nbgrader's ``Execute``: two processes, plain data between."""

from __future__ import annotations

import atexit
import time
from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path
from typing import Any

from nbformat import NotebookNode
from nbgrader.preprocessors import NbGraderPreprocessor
from traitlets import Float, Integer

from autograder.judge.cells import Judge, error_output, student_outputs
from autograder.judge.student import Student
from autograder.results import CRASHED, TIMEOUT, is_test
from autograder.sandbox.server import Limits, Server, StudentGoneError, StudentTimeoutError

MAX_FILES_BYTES = 32 * 2**20


class Warm:
    """The one warm server of this process, started when it is first needed."""

    server: Server | None = None

    @classmethod
    def get(cls) -> Server:
        """Return the server; a dead one is replaced."""
        if cls.server is not None and cls.server.process.poll() is not None:
            cls.close()
        if cls.server is None:
            cls.server = Server()
            atexit.register(cls.close)
        return cls.server

    @classmethod
    def close(cls) -> None:
        """End the server."""
        if cls.server is not None:
            cls.server.close()
            cls.server = None


class JudgedExecute(NbGraderPreprocessor):
    """Run students' cells in a sandbox and instructors' cells here.

    A submission is run twice. The outputs that people see come from a process that the judge never
    asks anything. The tests ask a second process, whose outputs nobody sees: what its functions
    were called with cannot find its way into the feedback.
    """

    timeout = Float(10, help="Seconds that one cell may take.").tag(config=True)
    total = Float(180, help="Seconds that a submission may take.").tag(config=True)
    memory = Integer(Limits.memory, help="Bytes of address space.").tag(config=True)
    cpu_seconds = Integer(Limits.cpu_seconds, help="Processor time in all.").tag(config=True)

    def preprocess(
        self, nb: NotebookNode, resources: dict[str, Any]
    ) -> tuple[NotebookNode, dict[str, Any]]:
        """Give every code cell its outputs.

        Parameters
        ----------
        nb : NotebookNode
            Sanitized: locked cells are the instructor's.
        resources : dict
            nbgrader's; ``metadata.path`` is the folder with the files beside the notebook.
        """
        limits = Limits(memory=self.memory, cpu_seconds=self.cpu_seconds)
        files = _files(resources.get("metadata", {}).get("path", ""))
        end = time.monotonic() + self.total
        cells = [cell for cell in nb.cells if cell.cell_type == "code" and cell.source.strip()]
        with closing(Student(Warm.get(), limits, files, self.timeout, end)) as shown:
            finished = [_show(shown, cell) for cell in cells if not is_test(cell)]
        with closing(Student(Warm.get(), limits, files, self.timeout, end)) as asked:
            _judge(asked, cells, iter(finished))
        for number, cell in enumerate(cells, start=1):
            cell.execution_count = number
        return nb, resources


def _show(student: Student, cell: NotebookNode) -> bool:
    """Run a student's cell for its outputs; tell whether it came to an end."""
    try:
        cell.outputs = student_outputs(student.run(cell.source))
    except StudentTimeoutError:
        cell.outputs = [error_output(TIMEOUT, "Ran longer than allowed and was stopped.")]
    except StudentGoneError as error:
        cell.outputs = [error_output(CRASHED, f"The process died in this cell: {error}.")]
    else:
        return True
    return False


def _judge(student: Student, cells: list[NotebookNode], finished: Iterator[bool]) -> None:
    """Run the tests, each after the student's cells that stand before it and come to an end."""
    judge = Judge(student)
    last = max((number for number, cell in enumerate(cells) if is_test(cell)), default=-1)
    for cell in cells[: last + 1]:
        if is_test(cell):
            cell.outputs = judge.run(cell.source)
        elif next(finished):
            with suppress(StudentTimeoutError, StudentGoneError):
                student.run(cell.source)


def _files(folder: str) -> dict[str, bytes]:
    """Read what lies beside a notebook: ordinary files only, and no more than fits."""
    files: dict[str, bytes] = {}
    left = MAX_FILES_BYTES
    root = Path(folder)
    for path in sorted(root.rglob("*")) if folder else []:
        if path.is_symlink() or not path.is_file() or path.suffix in (".ipynb", ".html"):
            continue
        left -= path.stat().st_size
        if left >= 0:
            files[str(path.relative_to(root))] = path.read_bytes()
    return files
