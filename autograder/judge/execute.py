"""The step that takes the place of nbgrader's ``Execute``: two processes, plain data between."""

from __future__ import annotations

import atexit
import json
import time
from contextlib import closing, suppress
from pathlib import Path
from typing import Any

from nbformat import NotebookNode
from nbformat.v4 import new_output
from nbgrader.preprocessors import NbGraderPreprocessor
from traitlets import Float, Integer

from autograder.judge.cells import Judge, error_output, student_outputs, visible_part
from autograder.judge.student import Student
from autograder.results import CRASHED, TIMEOUT, is_test
from autograder.sandbox.server import Limits, Server, StudentGoneError, StudentTimeoutError

MAX_FILES_BYTES = 32 * 2**20
MAX_OUTPUT_BYTES = 8 * 2**20
TOO_MUCH = f"(left out: the notebook's outputs are more than {MAX_OUTPUT_BYTES // 2**20} MB)"


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

    A submission is run twice. What people read, outputs and messages, comes from a process that is
    asked only what the visible tests ask. The scores come from a second process, which is asked by
    the hidden tests too and never quoted: what its functions were called with cannot find its way
    into the feedback.
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
        start = time.monotonic()
        cells = [cell for cell in nb.cells if cell.cell_type == "code" and cell.source.strip()]
        half = start + self.total / 2  # cells that hang must leave time for the tests
        with closing(Student(Warm.get(), limits, files, self.timeout, half, shown=True)) as shown:
            finished = _show(shown, cells)
        end = start + self.total
        with closing(Student(Warm.get(), limits, files, self.timeout, end, shown=False)) as asked:
            _judge(asked, cells, finished)
        for number, cell in enumerate(cells, start=1):
            cell.execution_count = number
        return nb, resources


def _show(student: Student, cells: list[NotebookNode]) -> list[bool]:
    """Run cells and visible tests for what people read; tell which cells came to an end."""
    judge = Judge(student, secret=False)
    finished = []
    left = MAX_OUTPUT_BYTES
    for cell in cells:
        if is_test(cell):
            cell.outputs = judge.run(visible_part(cell.source), cell.metadata.nbgrader.points)
            finished.append(True)
        else:
            finished.append(_run(student, cell))
        left -= len(json.dumps(cell.outputs))
        if left < 0 and cell.outputs:
            cell.outputs = _shortened(cell.outputs)
    return finished


def _shortened(outputs: list[NotebookNode]) -> list[NotebookNode]:
    """Keep the errors alone, without their tracebacks."""
    errors = [output for output in outputs if output.output_type == "error"]
    said = new_output("stream", name="stdout", text=TOO_MUCH)
    return [said, *(error_output(error.ename, error.evalue) for error in errors)]


def _run(student: Student, cell: NotebookNode) -> bool:
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


def _judge(student: Student, cells: list[NotebookNode], finished: list[bool]) -> None:
    """Run the tests, each after the student's cells that stand before it and come to an end."""
    judge = Judge(student, secret=True)
    last = max((number for number, cell in enumerate(cells) if is_test(cell)), default=-1)
    for cell, ends in zip(cells[: last + 1], finished, strict=False):
        if is_test(cell):
            verdict = judge.run(cell.source, cell.metadata.nbgrader.points)
            cell.outputs = _settle(cell.outputs, verdict)
        elif ends:
            with suppress(StudentTimeoutError, StudentGoneError):
                student.run(cell.source)


def _settle(seen: list[NotebookNode], verdict: list[NotebookNode]) -> list[NotebookNode]:
    """Take the score from the verdict, and the words from what the visible tests said.

    With partial credit the words are what the whole test printed: they say what the points are for.
    """
    kinds = {output.output_type for output in verdict}
    if "execute_result" in kinds:
        return verdict
    if "error" in kinds and any(output.output_type == "error" for output in seen):
        return seen
    printed = [output for output in seen if output.output_type == "stream"]
    return printed + [output for output in verdict if output.output_type != "stream"]


def _files(folder: str) -> dict[str, bytes]:
    """Read what lies beside a notebook: ordinary files only, and no more than fits."""
    files: dict[str, bytes] = {}
    left = MAX_FILES_BYTES
    root = Path(folder)
    for path in sorted(root.rglob("*")) if folder else []:
        if path.is_symlink() or not path.is_file() or path.suffix in (".ipynb", ".html"):
            continue
        if not str(path).isprintable():  # half a character, say, which no text can hold
            continue
        left -= path.stat().st_size
        if left >= 0:
            files[str(path.relative_to(root))] = path.read_bytes()
    return files
