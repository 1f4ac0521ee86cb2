"""Writing files so that a reader never meets half of one."""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path

import nbformat
from nbformat import NotebookNode


def write_atomically(path: Path, text: str) -> None:
    """Write a text file by renaming a finished temporary one over it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as file:
        file.write(text)
    os.chmod(name, 0o644)
    os.replace(name, path)


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
