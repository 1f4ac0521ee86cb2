"""Writing files so that a reader never meets half of one."""

from __future__ import annotations

import contextlib
import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import nbformat
from nbformat import NotebookNode

from autograder.errors import CourseError


def write_atomically(path: Path, content: str | bytes) -> None:
    """Write a file by renaming a finished temporary one over it; a failure leaves nothing."""
    path.parent.mkdir(parents=True, exist_ok=True)
    data = content.encode() if isinstance(content, str) else content
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name[:80]}.")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
        os.chmod(name, 0o644)
        os.replace(name, path)
    except OSError:
        os.unlink(name)
        raise


@contextlib.contextmanager
def only_one(path: Path) -> Iterator[None]:
    """Hold a lock that the system takes back when the process ends, however it ends.

    Raises
    ------
    CourseError
        If another process holds it.
    """
    with path.open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise CourseError(
                f"Another process is at it: {path} is locked. Wait until it is done."
            ) from error
        yield


def notebook_text(notebook: NotebookNode) -> str:
    """Serialize a notebook; equal notebooks give equal bytes."""
    return nbformat.writes(notebook, version=4) + "\n"


def replace_folder(new: Path, old: Path) -> None:
    """Put one folder in the place of another; the old one stays if the new cannot be moved."""
    old.parent.mkdir(parents=True, exist_ok=True)
    aside = Path(tempfile.mkdtemp(dir=old.parent, prefix=f".{old.name}."))
    if old.exists():
        os.replace(old, aside / "old")
    try:
        shutil.move(new, old)
    except OSError:
        if (aside / "old").exists():
            os.replace(aside / "old", old)
        raise
    finally:
        shutil.rmtree(aside)
