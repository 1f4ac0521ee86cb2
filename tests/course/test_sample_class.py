"""The sample class of the whole course: every listed answer gets the points that it must."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import ROOT

SPECIAL = {
    "perfect": (),
    "blank": (),
    "exception-at-the-top": ("ModuleNotFoundError",),
    "infinite-loop": ("Ran longer than allowed and was stopped",),
    "deleted-test": ("Cells deleted",),
    "older-release": ("It was made from release 000000000000",),
    "not-json": ("is not a notebook", "graded as a blank one"),
}


def sample(root):
    program = Path(sys.executable).parent / "embcourse"
    ended = subprocess.run(
        [program, "sample", "--json"], cwd=root, capture_output=True, text=True, check=False
    )
    assert ended.returncode == 0, ended.stderr
    return json.loads(ended.stdout)


@pytest.fixture(scope="module")
def reports(tmp_path_factory):
    """Return the reports of a class graded from nothing, and the course it was graded in."""
    root = tmp_path_factory.mktemp("course")
    shutil.copy(ROOT / "nbgrader_config.py", root)
    for name in ("solutions", "exercises"):
        shutil.copytree(ROOT / name, root / name)
    return root, sample(root)


@pytest.mark.slow
@pytest.mark.xdist_group("sample")
def test_every_submission_gets_its_score(reports):
    _, graded = reports
    wrong = [report for report in graded if report["score"] != report["expected"]]
    assert wrong == []
    assert len({report["student"] for report in graded}) >= 15


@pytest.mark.slow
@pytest.mark.xdist_group("sample")
@pytest.mark.parametrize("student", SPECIAL)
def test_each_accident_is_survived_and_named(reports, student):
    _, graded = reports
    theirs = [report for report in graded if report["student"] == student]
    assert len(theirs) == len({report["assignment"] for report in graded})
    for report in theirs:
        said = " ".join(report["problems"])
        assert all(words in said for words in SPECIAL[student]), report
        assert bool(said) == bool(SPECIAL[student])


@pytest.mark.slow
@pytest.mark.xdist_group("sample")
def test_there_is_feedback_for_everyone(reports):
    root, graded = reports
    pages = list((root / "sample_class" / "feedback").glob("*/*/*.html"))
    assert len(pages) == len(graded)
    assert not any("BEGIN HIDDEN" in page.read_text() for page in pages)


@pytest.mark.slow
@pytest.mark.xdist_group("sample")
def test_a_second_run_grades_nothing_and_says_the_same(reports):
    root, graded = reports
    notes = sorted((root / "sample_class" / "autograded").glob("*/*/grading.json"))
    before = [path.stat().st_mtime_ns for path in notes]
    assert sample(root) == graded
    assert [path.stat().st_mtime_ns for path in notes] == before
