"""Running the instructor's cells in the judge, and the outputs that notebooks keep."""

from __future__ import annotations

import ast
import builtins
import contextlib
import io
import math
import os
import re
import resource
import signal
import threading
import traceback
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from nbformat import NotebookNode
from nbformat.v4 import new_output

from autograder.judge.student import Student
from autograder.results import CRASHED, MEMORY, TIMEOUT
from autograder.sandbox.server import StudentGoneError, StudentTimeoutError
from autograder.source import names_of

OUTPUT_LIMIT = 100_000
PICTURE_LIMIT = 2_000_000
NAME_LIMIT = 100
MESSAGE_LIMIT = 2_000
MEMORY_LIMIT = 2 * 2**30  # for the judge's own work with what it was answered
GRACE_SECONDS = 2.0  # for the judge's own work with what it was answered
SHOWN = {  # nothing that a browser would run
    "text/plain": OUTPUT_LIMIT,
    "text/latex": OUTPUT_LIMIT,
    "image/png": PICTURE_LIMIT,
}
BASE64 = re.compile(r"[A-Za-z0-9+/=\n]*")
TESTS = "<tests>"
HIDDEN_MARK = "### BEGIN HIDDEN TESTS"
HIDDEN_ERROR = "HiddenTestError"


class Names(dict[str, Any]):
    """The namespace of the instructor's cells: a name it lacks is asked of the student.

    Built-in names and those with two underscores are never asked for, so that no student can take
    the place of ``len`` or ``__import__``; neither is what an earlier test defines, or would have
    defined had it not failed.
    """

    def __init__(self, student: Student) -> None:
        super().__init__(__name__="__judge__", __builtins__=builtins)
        self.student = student
        self.fetched: dict[str, Any] = {}
        self.ours: set[str] = set()

    def __missing__(self, name: str) -> Any:
        if hasattr(builtins, name) or name.startswith("__") or name in self.ours:
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
    secret : bool
        Whether the student is asked with hidden inputs. Then nothing that its code could have
        written is quoted: not a message, not the name of an error.
    """

    def __init__(self, student: Student, *, secret: bool) -> None:
        self.student = student
        self.secret = secret
        self.names = Names(student)

    def run(self, source: str, points: float) -> list[NotebookNode]:
        """Run one test cell; return its outputs, as nbgrader reads them.

        Parameters
        ----------
        source : str
            Trusted code.
        points : float
            What it is worth.
        """
        self.names.fetched.clear()
        printed = io.StringIO()
        outputs: list[NotebookNode] = []
        try:
            with (
                self.student.clock(),
                time_limit(self.student.seconds + GRACE_SECONDS),
                memory_limit(MEMORY_LIMIT),
                contextlib.redirect_stdout(printed),
            ):
                value = self._execute(source)
            if value is not None:
                outputs.append(_part(value, points))
        except StudentTimeoutError:
            outputs.append(error_output(TIMEOUT, "Ran longer than allowed and was stopped."))
        except StudentGoneError as error:
            reason = "" if self.secret else f": {error}"
            outputs.append(error_output(CRASHED, f"The process died in this cell{reason}."))
        except MemoryError:
            outputs.append(error_output(MEMORY, "Needed more memory than allowed."))
        except Exception as error:
            outputs.append(self._explain(error, source))
        finally:
            self.names.ours |= names_of(source).defined
        text = printed.getvalue()
        if text:
            outputs.insert(0, new_output("stream", name="stdout", text=text[:OUTPUT_LIMIT]))
        return outputs

    def _explain(self, error: Exception, source: str) -> NotebookNode:
        """Say why a test failed; of hidden ones only what the instructor says of them."""
        asserted = type(error) is AssertionError and not getattr(error, "from_student", False)
        if not self.secret or (asserted and _is_hidden(error, source)):
            return error_output(type(error).__name__, str(error))
        return error_output(HIDDEN_ERROR, "Your code or its answer stopped a test that is hidden.")

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


@contextlib.contextmanager
def memory_limit(size: int) -> Iterator[None]:
    """Bound what the judge itself may take: small answers can unfold into huge ones.

    Raises
    ------
    MemoryError
        Where more is asked for.
    """
    pages = int(Path("/proc/self/statm").read_text().split()[0])
    before, most = resource.getrlimit(resource.RLIMIT_AS)
    allowed = pages * os.sysconf("SC_PAGE_SIZE") + size
    if before != resource.RLIM_INFINITY:
        allowed = min(allowed, before)
    resource.setrlimit(resource.RLIMIT_AS, (allowed, most))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_AS, (before, most))


def visible_part(source: str) -> str:
    r"""Return what a test cell does before its hidden tests.

    Examples
    --------
    >>> visible_part("assert f(1)\n### BEGIN HIDDEN TESTS\nassert f(2)\n### END HIDDEN TESTS")
    'assert f(1)\n'
    """
    return source.partition(HIDDEN_MARK)[0]


def _is_hidden(error: Exception, source: str) -> bool:
    """Tell whether an error was raised in the hidden part of a test cell."""
    frames = traceback.extract_tb(error.__traceback__)
    lines = [frame.lineno or 0 for frame in frames if frame.filename == TESTS]
    return bool(lines) and lines[0] > visible_part(source).count("\n") + 1


def _part(value: Any, points: float) -> NotebookNode:
    """Show partial credit so that nbgrader reads it; to nbgrader what is no number is full marks.

    Raises
    ------
    TypeError
        If it is no number.
    """
    if isinstance(value, bool) or not isinstance(value, int | float | np.integer | np.floating):
        raise TypeError(
            "the last line of a test must be an assertion or a number of points, "
            f"but it is a {type(value).__name__}"
        )
    number = float(value)
    number = min(max(number, 0.0), float(points)) if math.isfinite(number) else 0.0
    return new_output("execute_result", data={"text/plain": repr(number)}, execution_count=None)


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
            data = {
                mime: text
                for mime, most in SHOWN.items()
                if isinstance(text := shown.get(mime), str) and len(text) <= most
            }
            if not BASE64.fullmatch(data.get("image/png", "")):
                del data["image/png"]
            if data:
                outputs.append(new_output(kind, data=data))
    error = reply.get("error")
    if isinstance(error, list) and len(error) == 3:
        name, message = (part if isinstance(part, str) else "" for part in error[:2])
        lines = [line for line in _list(reply.get("traceback"))[:50] if isinstance(line, str)]
        outputs.append(
            error_output(
                name[:NAME_LIMIT], message[:MESSAGE_LIMIT], [line[:MESSAGE_LIMIT] for line in lines]
            )
        )
    return outputs


def _mapping(value: Any) -> dict[Any, Any]:
    return value if isinstance(value, dict) else {}


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []
