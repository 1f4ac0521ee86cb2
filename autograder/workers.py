"""Where submissions are run: processes of this machine, or a cluster when an address is given."""

from __future__ import annotations

import contextlib
import ctypes
import hashlib
import signal
import sys
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import (
    FIRST_COMPLETED,
    BrokenExecutor,
    CancelledError,
    Executor,
    Future,
    ProcessPoolExecutor,
    wait,
)
from itertools import islice
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import embref
from autograder.errors import CourseError

LOST = object()
PR_SET_PDEATHSIG = 1
Job = tuple[Any, tuple[Any, ...]]


class Workers(ABC):
    """Runs functions elsewhere; use it as a context manager.

    Attributes
    ----------
    width : int
        Most jobs that are under way at once: what waits in memory does not grow with the class.
    deaths : tuple of exception types
        What a job ends with when its process died.
    """

    width: int
    deaths: tuple[type[BaseException], ...]
    executor: Executor

    def map(self, function: Callable[..., Any], jobs: Iterable[Job]) -> Iterator[tuple[Any, Any]]:
        """Run a function on many arguments.

        Parameters
        ----------
        function : callable
            Importable on the workers.
        jobs : iterable of (key, arguments)
            Read only as fast as there is room.

        Yields
        ------
        key : object
            Of a job, in the order in which they end.
        result : object
            `LOST` if the process died with this job alone in it.
        """
        waiting = iter(jobs)
        running: dict[Future[Any], Job] = {}
        while True:
            for key, arguments in islice(waiting, self.width - len(running)):
                running[self.submit(function, *arguments)] = (key, arguments)
            if not running:
                return
            died: list[Job] = []
            yield from self._results(running, wait(running, return_when=FIRST_COMPLETED).done, died)
            if died:  # with a process of a pool, everything that is under way dies
                yield from self._results(running, wait(running).done, died)
                yield from self._one_by_one(function, died)

    def _results(
        self, running: dict[Future[Any], Job], ended: set[Future[Any]], died: list[Job]
    ) -> Iterator[tuple[Any, Any]]:
        for future in ended:
            job = running.pop(future)
            try:
                result = future.result()
            except self.deaths:
                died.append(job)
            else:
                yield job[0], result

    def _one_by_one(
        self, function: Callable[..., Any], jobs: list[Job]
    ) -> Iterator[tuple[Any, Any]]:
        """Run again what died, each alone: who has killed the others is found out."""
        self.restart()
        for key, arguments in jobs:
            try:
                yield key, self.submit(function, *arguments).result()
            except self.deaths:
                self.restart()
                yield key, LOST

    def submit(self, function: Callable[..., Any], *arguments: Any) -> Future[Any]:
        """Start one job."""
        return self.executor.submit(function, *arguments)

    @abstractmethod
    def restart(self) -> None:
        """Replace what a dead process has broken."""

    @abstractmethod
    def close(self) -> None:
        """End what was started here."""

    def __enter__(self) -> Workers:
        return self

    def __exit__(self, *error: object) -> None:
        self.close()


class LocalWorkers(Workers):
    """Processes of this machine, started when they are first needed.

    Parameters
    ----------
    jobs : int
        How many.
    """

    deaths = (BrokenExecutor,)

    def __init__(self, jobs: int) -> None:
        self.jobs = jobs
        self.width = 2 * jobs
        self._start()

    def _start(self) -> None:
        self.executor = ProcessPoolExecutor(
            self.jobs, mp_context=get_context("spawn"), initializer=die_with_parent
        )

    def restart(self) -> None:
        """Start new processes in place of the old ones."""
        self.close()
        self._start()

    def close(self) -> None:
        """End the processes; what has not begun is dropped."""
        self.executor.shutdown(cancel_futures=True)


def die_with_parent() -> None:
    """Ask the kernel to end this process when the one that started it ends, however it ends."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)


class ClusterWorkers(Workers):
    """Workers of a running `dask.distributed` scheduler.

    They need the course's packages, the same version as here, but none of its files.

    Parameters
    ----------
    address : str
        Of the scheduler, such as ``tcp://10.0.0.5:8786``.

    Raises
    ------
    CourseError
        If nothing answers there, no worker is connected, or one runs other code.
    """

    def __init__(self, address: str) -> None:
        try:
            from distributed import Client
            from distributed.scheduler import KilledWorker
        except ImportError as error:
            raise CourseError(
                "A cluster needs the package distributed: pip install -e '.[cluster]'."
            ) from error
        self.address = address
        try:
            self.client = Client(address, timeout=10, set_as_default=False)
        except (OSError, ValueError) as error:
            raise CourseError(
                f"No Dask scheduler answers at {address} ({error}). "
                "Start one with `dask scheduler` and workers with `dask worker ADDRESS`."
            ) from error
        self.deaths = (KilledWorker,)
        self._check_code()
        self.width = 2 * sum(self.client.nthreads().values())
        self.executor = self.client.get_executor(pure=False)

    def _check_code(self) -> None:
        theirs = self.client.run(code_digest)
        if not theirs:
            self.close()
            raise CourseError(
                f"The scheduler at {self.address} has no workers. "
                f"Start some with `dask worker {self.address} --nthreads 1`."
            )
        other = [worker for worker, digest in theirs.items() if digest != code_digest()]
        if other:
            self.close()
            raise CourseError(
                f"These workers run another version of the course: {', '.join(sorted(other))}. "
                "Install this one there and start them again."
            )

    def map(self, function: Callable[..., Any], jobs: Iterable[Job]) -> Iterator[tuple[Any, Any]]:
        """Run a function on many arguments; see `Workers.map`.

        Raises
        ------
        CourseError
            If the scheduler went away.
        """
        try:
            yield from super().map(function, jobs)
        except (CancelledError, OSError) as error:
            raise CourseError(
                f"The scheduler at {self.address} went away ({type(error).__name__}). What was "
                "graded is kept; run the command again when it is back."
            ) from error

    def restart(self) -> None:
        """Do nothing: the cluster replaces its workers itself."""

    def close(self) -> None:
        """Leave the cluster; it goes on."""
        with contextlib.suppress(OSError):
            self.client.close(timeout=5)


def code_digest() -> str:
    """Return a digest of the course's code as it is installed here."""
    digest = hashlib.sha256()
    for package in (Path(embref.__file__).parent, Path(__file__).parent):
        for path in sorted(package.rglob("*.py")):
            digest.update(path.read_bytes())
    return digest.hexdigest()
