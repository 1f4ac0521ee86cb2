"""The corpus graded as one class: everybody gets what is deserved, nobody does any harm."""

import contextlib
import time
from pathlib import Path

import nbformat
import psutil
import pytest

from autograder.errors import CourseError
from autograder.feedback import feedback
from autograder.grading import Grader
from autograder.preprocessors import HideHiddenTests
from autograder.workers import LocalWorkers
from tests.attacks.classroom import accomplice, copy_of, hand_in, make_course
from tests.attacks.corpus import ASSIGNMENT, ATTACKS, NOTEBOOK, POINTS, SECRET, STRANGE_IDS, Attack

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("attacks")]

HONEST = [Attack(name, "honest") for name in ("a-honest", "honest-1", "zz-honest")]
BY_NAME = {attack.name: attack for attack in ATTACKS}
SCRIPT = "<script>alert(31337)"
MOST_BYTES = 12_000_000
MOST_SECONDS = 300


class Graded:
    """A class after grading."""

    def __init__(self, course, workers, attacks):
        self.course = course
        hand_in(course, attacks)
        self.before = files(course)
        start = time.monotonic()
        with accomplice() as self.came:
            results = Grader(course, course.assignments()[0]).run(workers)
        self.seconds = time.monotonic() - start
        self.results = {result.student: result for result in results}

    def scores(self, student):
        return {cell.cell: cell.score for cell in self.results[student].cells}

    def path(self, student):
        return self.course.autograded / student / ASSIGNMENT / f"{NOTEBOOK}.ipynb"

    def read(self, student):
        """Return what feedback would show, in one string."""
        notebook = nbformat.read(self.path(student), as_version=4)
        hide = HideHiddenTests()
        cells = [hide.preprocess_cell(cell, {}, 0)[0] for cell in notebook.cells]
        return " ".join(f"{cell.source} {cell.get('outputs')}" for cell in cells)


def files(course):
    """Return every file that no grading may change, with its content."""
    roots = (course.solutions, course.exercises, course.submitted)
    found = [path for root in roots for path in root.rglob("*")]
    ordinary = [path for path in found if path.is_file() and not path.is_symlink()]
    return {path: path.read_bytes() for path in [*ordinary, course.root / "nbgrader_config.py"]}


def servers():
    """Count the processes below this one that are warm servers or were forked from one."""
    lines = []
    for process in psutil.Process().children(recursive=True):
        with contextlib.suppress(psutil.NoSuchProcess):
            lines.append(process.cmdline())
    return sum(line[0] != "bwrap" and "server.main()" in line[-1] for line in lines if line)


@pytest.fixture(scope="module")
def empty_course(tmp_path_factory):
    return make_course(tmp_path_factory.mktemp("vault"))


@pytest.fixture(scope="module")
def workers():
    with LocalWorkers(2) as pool:
        yield pool


@pytest.fixture(scope="module")
def graded(empty_course, workers, tmp_path_factory):
    course = copy_of(empty_course, tmp_path_factory.mktemp("class") / "course")
    before = servers()
    result = Graded(course, workers, [*HONEST, *ATTACKS])
    result.processes = servers() - before
    return result


@pytest.mark.parametrize("attack", [*HONEST, *ATTACKS], ids=lambda attack: attack.name)
def test_everybody_gets_what_is_deserved(graded, attack):
    assert graded.scores(attack.name) == attack.deserved


@pytest.mark.parametrize("attack", ATTACKS, ids=lambda attack: attack.name)
def test_no_hidden_input_is_shown(graded, attack):
    shown = graded.read(attack.name) + str(graded.results[attack.name].to_dict())
    assert SECRET not in shown


@pytest.mark.parametrize(
    "attack", [attack for attack in ATTACKS if attack.noticed], ids=lambda attack: attack.name
)
def test_the_instructor_is_told(graded, attack):
    assert attack.noticed in " ".join(graded.results[attack.name].problems)


@pytest.mark.parametrize(
    "name", [attack.name for attack in ATTACKS if "bomb" in attack.kind or "channel" in attack.kind]
)
def test_what_is_kept_is_small(graded, name):
    assert graded.path(name).stat().st_size < MOST_BYTES


def test_nobody_reached_the_accomplice(graded):
    assert graded.came == []


def test_no_file_of_the_course_was_changed(graded):
    assert files(graded.course) == graded.before


def test_no_file_is_left_behind(graded):
    names = ("left-behind", "escaped.txt", "bomb-0", "bomb", "notes", SECRET, "spoiled")
    folders = (Path("/tmp"), Path("/dev/shm"), Path("/var/tmp"), graded.course.root)
    assert [folder / name for folder in folders for name in names if (folder / name).exists()] == []
    assert not list(graded.course.root.rglob("left-behind"))


def test_no_process_is_left_behind(graded):
    assert graded.processes <= 2


def test_the_gradebook_knows_the_class_and_the_points_and_nothing_else(graded):
    with graded.course.gradebook() as gradebook:
        submissions = gradebook.assignment_submissions(ASSIGNMENT)
        assert {each.student_id for each in submissions} == set(graded.results)
        assert gradebook.find_assignment(ASSIGNMENT).max_score == sum(POINTS.values())
        for each in submissions:
            deserved = sum(graded.results[each.student_id].cells[n].score for n in range(5))
            assert each.score == deserved


def test_the_class_takes_minutes_at_most(graded):
    assert graded.seconds < MOST_SECONDS


def test_the_honest_are_told_nothing(graded):
    assert all(graded.results[each.name].problems == [] for each in HONEST)


@pytest.mark.parametrize("student", STRANGE_IDS)
def test_strange_students_are_refused_before_anything_is_run(
    student, empty_course, tmp_path, workers
):
    course = copy_of(empty_course, tmp_path / "course")
    hand_in(course, [HONEST[0], Attack(student, "strange student ids")])
    with pytest.raises(CourseError, match="not named like a student id"):
        Grader(course, course.assignments()[0]).run(workers)
    assert not course.autograded.exists()


@pytest.mark.parametrize("name", ["forged-png", "edit-raw-html", "edit-script-in-text"])
def test_feedback_runs_nothing_in_the_readers_browser(name, empty_course, tmp_path, workers):
    course = copy_of(empty_course, tmp_path / "course")
    Graded(course, workers, [BY_NAME[name]])
    (page,) = feedback(course, course.assignments()[0], workers)
    assert SCRIPT not in page.read_text()
