"""What is missing on this machine, what for, and how to get it."""

from __future__ import annotations

import importlib.util
import shutil
import sys
from dataclasses import asdict, dataclass
from typing import Any

CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome")


@dataclass(frozen=True)
class Finding:
    """One thing that the course can use.

    Attributes
    ----------
    name : str
        What it is.
    found : bool
        Whether it is here.
    required : bool
        Whether `make course` needs it.
    purpose : str
        What it is for.
    remedy : str
        How to get it.
    """

    name: str
    found: bool
    required: bool
    purpose: str
    remedy: str

    def to_dict(self) -> dict[str, Any]:
        """Return plain data for ``--json``."""
        return asdict(self)


def chromium() -> str | None:
    """Return the path of a Chromium-like browser, or None."""
    return next(filter(None, map(shutil.which, CHROMIUM_NAMES)), None)


def examine() -> list[Finding]:
    """Look at this machine."""
    packages = {
        "nbgrader": "releasing and grading",
        "jupyter_book": "building the book",
        "ipykernel": "running notebooks",
        "torch": "exercises that train networks",
    }
    return [
        Finding(
            "Python 3.11 or newer",
            sys.version_info >= (3, 11),
            True,
            "everything",
            "install it from your system's packages or python.org, delete .venv, run make",
        ),
        *(
            Finding(
                name,
                _installed(name),
                True,
                purpose,
                "run make, or pip install -e '.[book,autograder]'",
            )
            for name, purpose in packages.items()
        ),
        Finding(
            "Chromium",
            chromium() is not None,
            False,
            "tests that open the book and formgrader",
            "Debian: apt-get install chromium; elsewhere: put chromium or google-chrome on PATH",
        ),
        Finding(
            "bubblewrap",
            shutil.which("bwrap") is not None,
            False,
            "isolating students' code; without it only the sample class is graded",
            "Debian: apt-get install bubblewrap; it exists for Linux only",
        ),
        Finding(
            "distributed",
            _installed("distributed"),
            False,
            "grading on a Dask cluster, `embcourse grade --scheduler`",
            "pip install -e '.[cluster]'",
        ),
        Finding(
            "psycopg2",
            _installed("psycopg2"),
            False,
            "a gradebook in PostgreSQL, `embcourse grade --db`",
            "pip install -e '.[cluster]'",
        ),
    ]


def _installed(module: str) -> bool:
    return importlib.util.find_spec(module) is not None
