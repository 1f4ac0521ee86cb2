"""Running the instructor's cells in the judge, and the outputs that notebooks keep."""

from __future__ import annotations

import ast
import builtins
import contextlib
import io
import signal
import threading
import traceback
from collections.abc import Iterator
from typing import Any

from nbformat import NotebookNode
from nbformat.v4 import new_output

from autograder.judge.student import Student
from autograder.results import CRASHED, MEMORY, TIMEOUT
from autograder.sandbox.server import StudentGoneError, StudentTimeoutError

OUTPUT_LIMIT = 100_000
GRACE_SECONDS = 2.0  # for the judge's own work with what it was answered
SHOWN = ("text/plain", "text/latex", "image/png")  # nothing that a browser would run
TESTS = "<tests>"
HIDDEN_MARK = "### BEGIN HIDDEN TESTS"


class Names(dict[str, Any]):
    """The namespace of the instructor's cells: a name it lacks is asked of the student.

    Built-in names and those with two underscores are never asked for, so that no student can take
    the place of ``len`` or ``__import__``.
    """

    def __init__(self, student: Student) -> None:
        super().__init__(__name__="__judge__", __builtins__=builtins)
        self.student = student
        self.fetched: dict[str, Any] = {}

    def __missing__(self, name: str) -> Any:
        if hasattr(builtins, name) or name.startswith("__"):
            raise KeyError(name)
        if name not in self.fetched:
            found, value = self.student.get(name)
            if not found:
                raise KeyError(name)
            self.fetched[name] = value
        return self.fetched[name]


class Judge:
    """Runs the instructor's cells of one submission.

    Parameters
    ----------
    student : Student
        Whom to ask.
    """

    def __init__(self, student: Student) -> None:
        self.student = student
        self.names = Names(student)

    def run(self, source: str) -> list[NotebookNode]:
        """Run one test cell; return its outputs, as nbgrader reads them.

        Parameters
        ----------
        source : str
            Trusted code.
        """
        self.names.fetched.clear()
        printed = io.StringIO()
        outputs: list[NotebookNode] = []
        try:
            with (
                self.student.clock(),
                time_limit(self.student.seconds + GRACE_SECONDS),
                contextlib.redirect_stdout(printed),
            ):
                value = self._execute(source)
            if value is not None:
                outputs.append(_result(value))
        except StudentTimeoutError:
            outputs.append(error_output(TIMEOUT, "Ran longer than allowed and was stopped."))
        except StudentGoneError as error:
            outputs.append(error_output(CRASHED, f"The process died in this cell: {error}."))
        except MemoryError:
            outputs.append(error_output(MEMORY, "Needed more memory than allowed."))
        except Exception as error:
            outputs.append(error_output(type(error).__name__, _message(error, source)))
        text = printed.getvalue()
        if text:
            outputs.insert(0, new_output("stream", name="stdout", text=text[:OUTPUT_LIMIT]))
        return outputs

    def _execute(self, source: str) -> Any:
        """Execute a cell; return the value of its last expression, as Jupyter shows it."""
        tree = ast.parse(source)
        last = tree.body[-1] if tree.body else None
        if not isinstance(last, ast.Expr):
            exec(compile(tree, TESTS, "exec"), self.names)
            return None
        del tree.body[-1]
        exec(compile(tree, TESTS, "exec"), self.names)
        return eval(compile(ast.Expression(last.value), TESTS, "eval"), self.names)


@contextlib.contextmanager
def time_limit(seconds: float) -> Iterator[None]:
    """Stop the judge's own work too; only the main thread of a process can be stopped.

    Raises
    ------
    StudentTimeoutError
        In the middle of whatever takes too long.
    """

    def stop(*_: object) -> None:
        raise StudentTimeoutError("the tests took too long with these answers")

    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGALRM, stop)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def _message(error: Exception, source: str) -> str:
    """Return the message of an error, unless a student's code could tell a hidden input in it."""
    if not getattr(error, "from_student", False):
        return str(error)
    hidden = source[: source.find(HIDDEN_MARK)].count("\n") if HIDDEN_MARK in source else None
    frames = traceback.extract_tb(error.__traceback__)
    lines = [frame.lineno or 0 for frame in frames if frame.filename == TESTS]
    if hidden is not None and lines and lines[0] > hidden:
        return "raised by your code for an input of the hidden tests"
    return str(error)


def _result(value: Any) -> NotebookNode:
    return new_output(
        "execute_result", data={"text/plain": repr(value)[:OUTPUT_LIMIT]}, execution_count=None
    )


def error_output(name: str, message: str, traceback: list[str] | None = None) -> NotebookNode:
    """Make the output of a cell that failed."""
    lines = traceback or [f"{name}: {message}" if message else name]
    return new_output("error", ename=name, evalue=message, traceback=lines)


def student_outputs(reply: dict[str, Any]) -> list[NotebookNode]:
    """Turn what a student's cell left into outputs; strings only, whatever was sent.

    Parameters
    ----------
    reply : dict
        The student process's own account of its cell.
    """
    outputs = []
    for name in ("stdout", "stderr"):
        text = _mapping(reply.get("streams")).get(name)
        if isinstance(text, str) and text:
            outputs.append(new_output("stream", name=name, text=text[: 2 * OUTPUT_LIMIT]))
    for kind, key in (("display_data", "displays"), ("execute_result", "results")):
        for bundle in _list(reply.get(key))[:50]:
            shown = _mapping(bundle)
            data = {mime: shown[mime] for mime in SHOWN if isinstance(shown.get(mime), str)}
            if data:
                outputs.append(new_output(kind, data=data))
    error = reply.get("error")
    if isinstance(error, list) and len(error) == 3:
        lines = [line for line in _list(reply.get("traceback")) if isinstance(line, str)]
        outputs.append(error_output(str(error[0]), str(error[1]), lines))
    return outputs


def _mapping(value: Any) -> dict[Any, Any]:
    return value if isinstance(value, dict) else {}


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []
