"""Runs that are cut off: nothing is lost, nothing is counted twice, the next run goes on."""

import errno
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path

import psutil
import psycopg2
import pytest

from autograder import grading
from autograder.course import Course
from autograder.errors import CourseError
from autograder.feedback import feedback
from autograder.files import only_one
from autograder.grading import Grader
from autograder.workers import LocalWorkers
from tests.autograder.test_grading import perfect, put

CLASS = [f"student-{number:02}" for number in range(10)]


@pytest.fixture
def filled(toy):
    """Return a course in which everybody has handed in a right notebook."""
    notebook = perfect(toy)
    for student in CLASS:
        put(toy, student, notebook)
    return toy


@pytest.fixture(scope="module")
def workers():
    with LocalWorkers(1) as pool:
        yield pool


def grade(course, workers, done=lambda result: None):
    return Grader(course, course.assignments()[0]).run(workers, done)


def assert_complete(course, results):
    """Everybody has the points deserved, in the results and once in the gradebook."""
    assert [(each.student, each.score) for each in results] == [(name, 2) for name in CLASS]
    with course.gradebook() as gradebook:
        recorded = gradebook.assignment_submissions("01_toy")
        assert sorted((each.student_id, each.score) for each in recorded) == [
            (name, 2) for name in CLASS
        ]


def notes(course):
    return list(course.autograded.glob("*/01_toy/grading.json"))


def test_a_killed_run_goes_on_where_it_stopped(filled, workers):
    program = Path(sys.executable).with_name("embcourse")
    run = subprocess.Popen(
        [program, "grade", "01_toy", "--jobs", "1"],
        cwd=filled.root, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    deadline = time.monotonic() + 120
    while len(notes(filled)) < 3:
        assert time.monotonic() < deadline
        assert run.poll() is None
        time.sleep(0.01)
    family = psutil.Process(run.pid).children(recursive=True)
    run.send_signal(signal.SIGKILL)
    run.wait()
    kept = len(notes(filled))
    _, alive = psutil.wait_procs(family, timeout=10)
    assert alive == []
    results = grade(filled, workers)
    assert_complete(filled, results)
    assert kept <= sum(not each.fresh for each in results) < len(CLASS)


def test_a_full_disk_is_said_and_the_next_run_goes_on(filled, workers, monkeypatch):
    write = grading.write_atomically
    written = []

    def write_until_full(path, content):
        written.append(path)
        if len(written) > 7:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(path))
        write(path, content)

    monkeypatch.setattr(grading, "write_atomically", write_until_full)
    with pytest.raises(CourseError, match="No space left on device"):
        grade(filled, workers)
    monkeypatch.undo()
    assert 0 < len(notes(filled)) < len(CLASS)
    assert_complete(filled, grade(filled, workers))


def test_two_runs_do_not_meet(filled, workers):
    with (
        only_one(filled.cache / "grade-01_toy.lock"),
        pytest.raises(CourseError, match="Another process is at it"),
    ):
        grade(filled, workers)
    assert_complete(filled, grade(filled, workers))


class Database:
    """A PostgreSQL server of one's own, on loopback."""

    def __init__(self, folder):
        self.folder = folder
        self.port = 20_000 + os.getpid() % 10_000
        self.url = f"postgresql://grader@127.0.0.1:{self.port}/postgres"
        self.run("initdb", "-D", folder / "data", "-U", "grader", "-A", "trust", "-N")

    def command(self, program, *arguments):
        """Run as an ordinary user: PostgreSQL refuses to be root."""
        user = ("setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups")
        rights = user if os.geteuid() == 0 else ()
        return [*rights, find_program(program), *map(str, arguments)]

    def run(self, program, *arguments):
        subprocess.run(
            self.command(program, *arguments), check=True, capture_output=True, cwd=self.folder
        )

    def start(self):
        options = ("-h", "127.0.0.1", "-p", self.port, "-k", self.folder, "-F")
        self.process = subprocess.Popen(
            self.command("postgres", "-D", self.folder / "data", *options),
            cwd=self.folder, stderr=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
        )  # fmt: skip
        deadline = time.monotonic() + 60
        while True:
            try:
                psycopg2.connect(self.url).close()
                return
            except psycopg2.OperationalError:
                assert time.monotonic() < deadline, "PostgreSQL does not start"
                assert self.process.poll() is None
                time.sleep(0.1)

    def stop(self):
        self.process.send_signal(signal.SIGQUIT)  # at once, as if it had crashed
        self.process.wait(timeout=30)


def find_program(name):
    """Return a program of PostgreSQL; Debian keeps them out of the PATH."""
    folders = [*sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)]
    places = os.pathsep.join([*map(str, folders), os.environ["PATH"]])
    return shutil.which(name, path=places)


@pytest.fixture
def database():
    if find_program("postgres") is None:
        message = "PostgreSQL is not installed (Debian: apt-get install postgresql)"
        if os.environ.get("CI"):
            pytest.fail(message)
        pytest.skip(message)
    with tempfile.TemporaryDirectory() as folder:
        if os.geteuid() == 0:
            shutil.chown(folder, "postgres", "postgres")
        server = Database(Path(folder))
        server.start()
        yield server
        server.stop()


def test_a_class_in_postgresql(filled, workers, database):
    course = replace(filled, db=database.url)
    assert_complete(course, grade(course, workers))
    with filled.gradebook() as untouched:
        assert untouched.students == []
    assert not any(each.fresh for each in grade(course, workers))
    assert len(feedback(course, course.assignments()[0], workers)) == len(CLASS)


def test_a_database_that_goes_away_is_said_and_the_next_run_goes_on(filled, workers, database):
    course = Course(filled.root, database.url)
    graded = []

    def stop_after_three(result):
        graded.append(result.student)
        if len(graded) == 3:
            database.stop()

    with pytest.raises(CourseError, match=r"is kept; run|cannot be opened"):
        grade(course, workers, stop_after_three)
    database.start()
    results = grade(course, workers)
    assert_complete(course, results)
    assert {each.student for each in results if not each.fresh} >= set(graded)
