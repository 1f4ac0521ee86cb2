"""The judge's side of the sandbox: starting the warm server, and one session for a submission."""

from __future__ import annotations

import contextlib
import itertools
import os
import shutil
import socket
import subprocess
import sys
import sysconfig
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from autograder.errors import CourseError
from autograder.sandbox.guest.wire import ProtocolError, receive, send

GUEST = Path(__file__).parent / "guest"
START_SECONDS = 120
OURS = ("embref", "autograder")


@dataclass(frozen=True)
class Limits:
    """What one submission may use.

    Attributes
    ----------
    memory : int
        Bytes of address space; libraries already take about two gigabytes of it.
    cpu_seconds : int
        Processor time of the whole submission.
    scratch : int
        Bytes of files.
    output_limit : int
        Characters kept of each stream of a cell.
    """

    memory: int = 6 * 2**30
    cpu_seconds: int = 300
    scratch: int = 64 * 2**20
    output_limit: int = 100_000


class StudentGoneError(BaseException):
    """The student's process ended or broke the protocol; no test can take it for an answer."""


class StudentTimeoutError(BaseException):
    """The student's process did not answer in time; no test can take it for an answer."""


def why_not() -> str | None:
    """Return why students' code cannot be isolated here, or None if it can."""
    if sys.platform != "linux":
        return "isolation needs Linux: it is made of namespaces"
    if Path(sys.base_prefix).is_relative_to("/tmp"):
        return f"Python itself lies in {sys.base_prefix}, but in the sandbox /tmp is scratch"
    if shutil.which("bwrap") is None:
        return "bubblewrap is not installed (Debian: apt-get install bubblewrap)"
    return None


def sandbox_command(descriptor: int) -> list[str]:
    """Return the command that starts the server, seeing nothing but system and libraries.

    Parameters
    ----------
    descriptor : int
        Unused by bubblewrap; kept open for the server.
    """
    is_virtual = sys.prefix != sys.base_prefix
    prefix = ENVIRONMENT_FOLDER if is_virtual else sys.prefix
    site = Path(sysconfig.get_path("purelib"))
    ours = [site / name for name in OURS if (site / name).exists()]
    masked = [Path(prefix, path.relative_to(sys.prefix)) for path in ours]
    links = [name for name in ("lib", "lib32", "lib64", "bin", "sbin") if Path("/", name).exists()]
    return [
        *("bwrap", "--unshare-all", "--die-with-parent", "--new-session"),
        *("--cap-drop", "ALL", "--cap-add", "CAP_SYS_ADMIN", "--cap-add", "CAP_SETPCAP"),
        *("--ro-bind", "/usr", "/usr"),
        *itertools.chain.from_iterable(_system_folder(name) for name in links),
        *("--ro-bind-try", "/etc/ld.so.cache", "/etc/ld.so.cache"),
        *("--ro-bind-try", "/etc/fonts", "/etc/fonts"),
        *("--dev", "/dev", "--tmpfs", SCRATCH, "--symlink", SCRATCH, "/tmp"),
        *("--ro-bind", sys.base_prefix, sys.base_prefix),
        *("--ro-bind", sys.prefix, prefix),
        *itertools.chain.from_iterable(("--tmpfs", str(path)) for path in masked),
        *("--ro-bind", str(GUEST), "/guest"),
        *("--remount-ro", "/dev", "--remount-ro", "/"),
        *("--clearenv", "--chdir", "/guest"),
        *itertools.chain.from_iterable(("--setenv", *pair) for pair in ENVIRONMENT.items()),
        *(str(Path(prefix, Path(sys.executable).relative_to(sys.prefix))), "-I", "-B", "-c", BOOT),
    ]


ENVIRONMENT_FOLDER = "/environment"  # where a virtual environment lies is nobody's business
SCRATCH = "/scratch"  # as in guest/confine.py, which imports nothing of ours
BOOT = "import sys; sys.path.insert(0, '/guest'); import server; server.main()"
ENVIRONMENT = {
    "HOME": SCRATCH,
    "TMPDIR": SCRATCH,
    "PATH": "/usr/bin:/bin",
    "LANG": "C.UTF-8",
    "MPLBACKEND": "module://matplotlib_inline.backend_inline",
    "MPLCONFIGDIR": f"{SCRATCH}/matplotlib",
    "IPYTHONDIR": f"{SCRATCH}/ipython",
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
    "PYTHONHASHSEED": "0",
    "PYTHONWARNINGS": "ignore",
}


def _system_folder(name: str) -> tuple[str, str, str]:
    path = Path("/", name)
    if path.is_symlink():
        return ("--symlink", os.readlink(path), str(path))
    return ("--ro-bind", str(path), str(path))


class Server:
    """A warm server in its sandbox; use it as a context manager, or close it.

    Raises
    ------
    CourseError
        If students' code cannot be isolated on this machine.
    """

    def __init__(self) -> None:
        reason = why_not()
        if reason:
            raise CourseError(
                f"Students' code cannot be isolated here: {reason}. Grade on a machine where it "
                "can, or, only for code you trust, with --isolation none."
            )
        self.control, theirs = socket.socketpair()
        with theirs:
            self.process = subprocess.Popen(
                sandbox_command(theirs.fileno()),
                stdin=theirs.fileno(),
                stdout=subprocess.DEVNULL,
                stderr=subprocess.PIPE,
                env={"PATH": os.environ.get("PATH", "")},
                close_fds=True,
            )
        self.control.settimeout(START_SECONDS)
        self.numbers = itertools.count(1)
        try:
            self.missing = receive(self.control)["missing"]
        except (EOFError, OSError, ProtocolError) as error:
            self.process.kill()
            _, complaint = self.process.communicate()
            last = complaint.decode(errors="replace").strip().split("\n")[-1]
            raise CourseError(
                f"The sandbox did not start: {last or error}. "
                "`bwrap --unshare-all --ro-bind / / true` must work on this machine."
            ) from error

    def __enter__(self) -> Server:
        return self

    def __exit__(self, *error: object) -> None:
        self.close()

    def close(self) -> None:
        """End the server and every submission in it."""
        self.control.close()
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.process.wait(timeout=2)
        self.process.kill()
        self.process.wait()
        if self.process.stderr:
            self.process.stderr.close()

    def open(self, limits: Limits, files: dict[str, bytes]) -> Session:
        """Fork the process of a new submission.

        Parameters
        ----------
        limits : Limits
            What it may use.
        files : dict
            Name to content of what lies beside the notebook.
        """
        number = next(self.numbers)
        ours, theirs = socket.socketpair()
        with theirs:
            self._ask({"op": "start", "id": number, **vars(limits)}, theirs.fileno())
        session = Session(self, number, ours)
        session.tell({"files": files}, time.monotonic() + START_SECONDS)
        return session

    def kill(self, number: int) -> None:
        """End a submission's processes."""
        self._ask({"op": "kill", "id": number})

    def _ask(self, request: dict[str, Any], descriptor: int | None = None) -> None:
        send(self.control, request)
        if descriptor is not None:
            socket.send_fds(self.control, [b"\0"], [descriptor])
        if receive(self.control) != {"done": request["id"]}:
            raise ProtocolError("the sandbox's server is out of step")


@dataclass
class Session:
    """The process of one submission, as the judge sees it.

    Attributes
    ----------
    server : Server
        Where it lives.
    number : int
        Its number there.
    channel : socket
        To it.
    """

    server: Server
    number: int
    channel: socket.socket
    requests: Any = field(default_factory=lambda: itertools.count(1))

    def ask(self, request: dict[str, Any], deadline: float) -> dict[str, Any]:
        """Ask one thing and wait for the answer.

        Parameters
        ----------
        request : dict
            Plain, with its ``op``.
        deadline : float
            `time.monotonic` at which to give up.

        Raises
        ------
        StudentTimeoutError
            If no whole answer came in time; the process is ended.
        StudentGoneError
            If it ended or sent what is no answer; the process is ended.
        """
        number = next(self.requests)
        try:
            self._until(deadline)
            send(self.channel, {**request, "id": number})
            reply = receive(_Timed(self.channel, deadline))
            if reply.get("id") != number:
                raise ProtocolError("an answer to nothing that was asked")
        except TimeoutError as error:
            self.close()
            raise StudentTimeoutError("no answer in time") from error
        except (EOFError, OSError, ProtocolError) as error:
            self.close()
            raise StudentGoneError(str(error)) from error
        return reply

    def tell(self, message: dict[str, Any], deadline: float) -> None:
        """Send what has no answer; a process that is gone is noticed when it is asked.

        Parameters
        ----------
        message : dict
            Plain.
        deadline : float
            `time.monotonic` at which to give up.
        """
        self._until(deadline)
        with contextlib.suppress(OSError):
            send(self.channel, message)

    def _until(self, deadline: float) -> None:
        self.channel.settimeout(max(deadline - time.monotonic(), 0.001))

    def close(self) -> None:
        """End the process and whatever it started."""
        if self.channel.fileno() != -1:
            self.channel.close()
            with contextlib.suppress(EOFError, OSError, ProtocolError):
                self.server.kill(self.number)


class _Timed:
    """A socket read with one deadline for a whole frame, not for each of its pieces."""

    def __init__(self, channel: socket.socket, deadline: float) -> None:
        self.channel = channel
        self.deadline = deadline

    def recv(self, size: int) -> bytes:
        """Receive up to a number of bytes before the deadline."""
        left = self.deadline - time.monotonic()
        if left <= 0:
            raise TimeoutError
        self.channel.settimeout(left)
        return self.channel.recv(size)
