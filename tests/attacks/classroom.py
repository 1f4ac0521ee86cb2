"""A course with the vault, a class that attacks it, and an accomplice outside."""

from __future__ import annotations

import contextlib
import shutil
import socket
import threading
from collections.abc import Iterator
from pathlib import Path

from nbformat import NotebookNode

from autograder.course import CONFIG_NAME, Course
from autograder.release import release
from autograder.sample import fill_in
from autograder.solve import solve
from autograder.source import read_source
from autograder.submissions import read_stub
from tests.attacks.corpus import ABSTRACT_DOOR, ASSIGNMENT, DOOR, NOTEBOOK, VAULT, Attack

ROOT = Path(__file__).parents[2]
HASTE = """
c.JudgedExecute.timeout = 1.5
c.JudgedExecute.total = 12
c.JudgedExecute.memory = 4 * 2**30
c.Execute.timeout = 5
"""


def make_course(root: Path, settings: str = HASTE) -> Course:
    """Write the course, solved and released, in haste."""
    (root / CONFIG_NAME).write_text((ROOT / CONFIG_NAME).read_text() + settings)
    folder = root / "solutions" / ASSIGNMENT
    folder.mkdir(parents=True)
    (folder / f"{NOTEBOOK}.py").write_text(VAULT)
    (folder / "answers.py").write_text("")
    course = Course(root)
    course.enter()
    solve(course, course.assignments())
    release(course, course.assignments())
    return course


def right_notebook(course: Course) -> NotebookNode:
    """Fill in the stub as a perfect student would."""
    (assignment,) = course.assignments()
    return fill_in(read_stub(course, assignment), read_source(assignment), [])


def hand_in(course: Course, attacks: list[Attack]) -> None:
    """Put what each attacker hands in where grading looks for it."""
    right = right_notebook(course)
    for attack in attacks:
        attack.hand_in(right, course.submitted / attack.name / ASSIGNMENT)


def copy_of(course: Course, root: Path) -> Course:
    """Copy a course that nothing was handed in to."""
    shutil.copytree(course.root, root)
    copied = Course(root)
    copied.enter()
    return copied


@contextlib.contextmanager
def accomplice() -> Iterator[list[str]]:
    """Listen on loopback and double what is asked; the list tells who came."""
    came: list[str] = []
    doors = [
        socket.create_server(("127.0.0.1", DOOR)),
        socket.create_server(("::1", DOOR), family=socket.AF_INET6),
        socket.socket(socket.AF_UNIX),
        socket.socket(socket.AF_INET, socket.SOCK_DGRAM),
    ]
    doors[2].bind(f"\0{ABSTRACT_DOOR}")
    doors[2].listen()
    doors[3].bind(("127.0.0.1", DOOR))
    for door in doors:
        threading.Thread(target=_serve, args=(door, came), daemon=True).start()
    try:
        yield came
    finally:
        for door in doors:
            with contextlib.suppress(OSError):
                door.shutdown(socket.SHUT_RDWR)
            door.close()


def _serve(door: socket.socket, came: list[str]) -> None:
    while True:
        try:
            if door.type == socket.SOCK_DGRAM:
                text, sender = door.recvfrom(99)
                door.sendto(_doubled(text), sender)
            else:
                caller, _ = door.accept()
                with caller:
                    text = caller.recv(999)
                    caller.sendall(_doubled(text))
        except (OSError, ValueError):
            if door.fileno() == -1:
                return
            continue
        came.append(f"{door.family.name} {text[:40]!r}")


def _doubled(text: bytes) -> bytes:
    if text.startswith(b"GET /"):
        number = int(text[5 : text.index(b" ", 5)])
        return b"HTTP/1.0 200 OK\r\n\r\n" + str(2 * number).encode()
    return str(2 * int(text)).encode()
