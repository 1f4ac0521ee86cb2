"""nbgrader's own commands and executor on this course, and the same scores as ours."""

import csv
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from autograder.course import CONFIG_NAME, Course
from autograder.grading import Grader
from autograder.sample import hand_in, hand_ins
from autograder.submissions import read_stub
from autograder.workers import LocalWorkers
from tests.conftest import ROOT

NAME = "04_skip_gram_training"


def nbgrader(root, *arguments):
    programs = str(Path(sys.executable).parent)
    return subprocess.run(
        [f"{programs}/nbgrader", *arguments],
        cwd=root,
        env=os.environ | {"EMBCOURSE_ISOLATION": "none"},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )


@pytest.fixture(scope="module")
def classroom(tmp_path_factory):
    """Return a course with one assignment, released and graded by nbgrader's commands alone."""
    root = tmp_path_factory.mktemp("classroom")
    shutil.copy(ROOT / CONFIG_NAME, root / CONFIG_NAME)
    shutil.copytree(ROOT / "solutions" / NAME, root / "solutions" / NAME)
    made = nbgrader(root, "generate_assignment", NAME, "--create")
    assert made.returncode == 0, made.stderr
    room = Course(root)
    assignment = room.assignment(NAME)
    notebooks = hand_ins(assignment, read_stub(room, assignment))
    left_out = {"infinite-loop", "not-json"}  # nbgrader ends its run at what is not JSON
    hand_in(room, assignment, [each for each in notebooks if each.student not in left_out])
    graded = nbgrader(root, "autograde", NAME, "--create")
    assert graded.returncode == 0, graded.stderr
    return room


def scores(room):
    with room.gradebook() as gradebook:
        return {
            (submission.student_id, grade.name): grade.auto_score
            for submission in gradebook.assignment_submissions(NAME)
            for notebook in submission.notebooks
            for grade in notebook.grades
        }


@pytest.mark.slow
@pytest.mark.xdist_group("nbgrader")
def test_generate_assignment_gives_the_committed_stub(classroom):
    made = sorted((classroom.exercises / NAME).iterdir())
    committed = sorted((ROOT / "exercises" / NAME).iterdir())
    assert [path.name for path in made] == [path.name for path in committed]
    assert [path.read_bytes() for path in made] == [path.read_bytes() for path in committed]


@pytest.mark.slow
@pytest.mark.xdist_group("nbgrader")
def test_autograde_and_our_grading_give_the_same_scores(classroom):
    theirs = scores(classroom)
    assert len({student for student, _ in theirs}) >= 10
    with LocalWorkers(2) as workers:
        Grader(classroom, classroom.assignment(NAME)).run(workers)
    ours = scores(classroom)
    assert {key: value for key, value in ours.items() if key in theirs} == theirs


@pytest.mark.slow
@pytest.mark.xdist_group("nbgrader")
def test_generate_feedback_and_export_work(classroom):
    made = nbgrader(classroom.root, "generate_feedback", NAME)
    assert made.returncode == 0, made.stderr
    pages = list(classroom.feedback.glob(f"*/{NAME}/*.html"))
    assert len(pages) == len(list(classroom.submitted.iterdir()))
    assert not any("HIDDEN TESTS" in page.read_text() for page in pages)
    exported = nbgrader(classroom.root, "export")
    assert exported.returncode == 0, exported.stderr
    rows = list(csv.DictReader((classroom.root / "grades.csv").read_text().splitlines()))
    points = {row["student_id"]: float(row["raw_score"]) for row in rows}
    assert points["blank"] == 0
    assert points["perfect"] == max(points.values()) > 0


@pytest.mark.slow
@pytest.mark.xdist_group("nbgrader")
def test_validate_accepts_the_solution_and_refuses_the_stub(classroom):
    good = nbgrader(classroom.root, "validate", str(classroom.assignment(NAME).solution))
    assert "Success! Your notebook passes all the tests." in good.stdout
    stub = classroom.exercises / NAME / f"{classroom.assignment(NAME).notebook}.ipynb"
    bad = nbgrader(classroom.root, "validate", str(stub))
    assert "VALIDATION FAILED" in bad.stdout.upper() or "cells failed" in bad.stdout.lower()
