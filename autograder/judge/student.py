"""A submission as the judge knows it: cells to run, names to ask for, and a second life.

A process that dies or hangs costs the cell it happened in. The next question starts a new process
and replays the cells before it.
"""

from __future__ import annotations

import builtins
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from autograder.judge.proxies import Proxy
from autograder.sandbox.guest.wire import Decoder, Encoder, NotPlainError, ProtocolError
from autograder.sandbox.server import (
    Limits,
    Server,
    Session,
    StudentGoneError,
    StudentTimeoutError,
)

MAX_NAME = 100
MAX_MESSAGE = 2_000
ENDS_A_LOOP = (StopIteration, StopAsyncIteration)  # all(map(f, x)) would be true at once


class StudentError(Exception):
    """An error of a student's own class, or one that is no built-in `Exception`."""


class Student:
    """The student process of one submission.

    Parameters
    ----------
    server : Server
        Where processes are forked.
    limits : Limits
        What one may use.
    files : dict
        Name to content of what lies beside the notebook.
    seconds : float
        Time for one cell, of the student or of the judge.
    end : float
        `time.monotonic` after which nothing more is run.
    shown : bool
        Whether people will see what the cells display.
    """

    def __init__(
        self,
        server: Server,
        limits: Limits,
        files: dict[str, bytes],
        seconds: float,
        end: float,
        *,
        shown: bool,
    ) -> None:
        self.server = server
        self.limits = limits
        self.files = files
        self.seconds = seconds
        self.end = end
        self.shown = shown
        self.session: Session | None = None
        self.replay: list[str] = []
        self.life = 0
        self.deadline = self._in_a_while()

    def _in_a_while(self) -> float:
        return min(time.monotonic() + self.seconds, self.end)

    @contextmanager
    def clock(self) -> Iterator[None]:
        """Give one cell its time."""
        self._revive()
        self.deadline = self._in_a_while()
        yield

    def close(self) -> None:
        """End the process."""
        if self.session is not None:
            self.session.close()
            self.session = None

    def run(self, source: str) -> dict[str, Any]:
        """Run one of the student's cells; it is replayed later only if it came to an end.

        Raises
        ------
        StudentTimeoutError, StudentGoneError
            If it did not.
        """
        with self.clock():
            reply = self._ask({"op": "run", "source": source, "shown": self.shown})
        self.replay.append(source)
        return reply

    def get(self, name: str) -> tuple[bool, Any]:
        """Look up a name.

        Returns
        -------
        found : bool
            Whether the student has defined it.
        value : object
            Plain, or a proxy.
        """
        found = self.value({"op": "get", "name": name})
        if not isinstance(found, list) or len(found) > 1:
            raise StudentGoneError("an answer that fits no question")
        return (True, found[0]) if found else (False, None)

    def value(self, request: dict[str, Any]) -> Any:
        """Ask for a value; the student's error is raised here as a built-in one of its kind."""
        reply = self._ask(request)
        if "error" in reply:
            error = _as_error(reply["error"])
            error.from_student = True  # type: ignore[attr-defined]
            raise error
        try:
            return Decoder(self._proxy)(reply.get("value"))
        except ProtocolError as error:
            self.close()
            raise StudentGoneError(str(error)) from error

    def encode(self, value: Any) -> Any:
        """Turn an argument into what can cross; proxies go back as what they stand for."""
        return Encoder(self._handle)(value)

    def _ask(self, request: dict[str, Any]) -> dict[str, Any]:
        if self.session is None:
            raise StudentGoneError("its process has ended")
        try:
            return self.session.ask(request, self.deadline)
        except (StudentGoneError, StudentTimeoutError):
            self.session = None
            raise

    def _revive(self) -> None:
        if time.monotonic() >= self.end:
            self.close()
            raise StudentTimeoutError("the time of the submission is over")
        if self.session is not None:
            return
        self.life += 1
        try:
            self.session = self.server.open(self.limits, self.files)
        except (EOFError, OSError, ProtocolError) as error:
            raise StudentGoneError("the sandbox has ended") from error
        for source in self.replay:
            self.deadline = self._in_a_while()
            self._ask({"op": "run", "source": source, "shown": False})

    def _proxy(self, parts: list[Any]) -> Proxy:
        handle, kind, traits = parts
        if type(handle) is not int or not isinstance(kind, str) or not isinstance(traits, list):
            raise ProtocolError("a malformed handle")
        return Proxy(self, self.life, handle, kind[:MAX_NAME], frozenset(map(str, traits)))

    def _handle(self, value: Any) -> list[Any]:
        if isinstance(value, Proxy):
            return ["p", object.__getattribute__(value, "_handle")]
        raise NotPlainError(
            f"a {type(value).__name__} cannot be given to a student's function: "
            "give numbers, strings, containers, arrays or tensors"
        )


def _as_error(parts: Any) -> Exception:
    if not (isinstance(parts, list) and len(parts) == 3 and all(type(p) is str for p in parts)):
        return StudentError("an error that cannot be read")
    name, message, base = parts[0][:MAX_NAME], parts[1][:MAX_MESSAGE], parts[2]
    kind = getattr(builtins, base, None)
    if not (isinstance(kind, type) and issubclass(kind, Exception)) or kind in ENDS_A_LOOP:
        return StudentError(f"{name}: {message}")
    if name != base and name.isidentifier():
        kind = type(name, (kind,), {})
    try:
        return kind(message)
    except TypeError:  # such as UnicodeDecodeError, which wants more than a message
        return StudentError(f"{name}: {message}")
