"""formgrader on a graded class, in a real browser: what an instructor sees and does."""

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest

from autograder.course import CONFIG_NAME, Course
from autograder.grading import Grader
from autograder.results import is_test
from autograder.sample import hand_in, hand_ins
from autograder.submissions import read_stub
from autograder.workers import LocalWorkers
from tests.conftest import ROOT

NAME = "01_networks"
TOKEN = "formgrader-test"
STUDENTS = {"perfect", "blank", "not-json"}
# nbgrader loads MathJax 2 from elsewhere; its pages need the object to be there, not the formulas.
MATHJAX = "window.MathJax = {Hub: {Startup: {signal: {Interest: (tell) => tell('End')}}}}"

pytestmark = [pytest.mark.slow, pytest.mark.browser, pytest.mark.xdist_group("formgrader")]


def free_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


@pytest.fixture(scope="module")
def room(tmp_path_factory):
    root = tmp_path_factory.mktemp("formgrader")
    shutil.copy(ROOT / CONFIG_NAME, root)
    for folder in ("solutions", "exercises"):
        shutil.copytree(ROOT / folder / NAME, root / folder / NAME)
    course = Course(root)
    assignment = course.assignment(NAME)
    made = hand_ins(assignment, read_stub(course, assignment))
    hand_in(course, assignment, [each for each in made if each.student in STUDENTS])
    with LocalWorkers(1) as workers:
        Grader(course, assignment).run(workers)
    return course


@pytest.fixture(scope="module")
def address(room):
    port = free_port()
    programs = str(Path(sys.executable).parent)
    command = [
        *(f"{programs}/jupyter-server", "--no-browser", "--ip=127.0.0.1", f"--port={port}"),
        *("--ServerApp.port_retries=0", f"--IdentityProvider.token={TOKEN}"),
        *(["--allow-root"] if os.geteuid() == 0 else []),
    ]
    with open(room.root / "server.log", "w") as log:
        server = subprocess.Popen(command, cwd=room.root, stderr=log, stdout=log)
    url = f"http://127.0.0.1:{port}"
    try:
        wait_for(f"{url}/api?token={TOKEN}", server)
        yield url
    finally:
        server.terminate()
        server.wait(timeout=30)


def wait_for(url, server):
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        assert server.poll() is None, "the server ended"
        try:
            with urllib.request.urlopen(url, timeout=5):
                return
        except OSError:
            time.sleep(0.2)
    pytest.fail("the server does not answer")


@pytest.fixture
def page(address, browser):
    context = browser.new_context()
    tab = context.new_page()
    errors = []
    tab.on("pageerror", lambda error: errors.append(str(error)))
    tab.route(
        lambda url: not url.startswith(address),
        lambda route: route.fulfill(body=MATHJAX, content_type="text/javascript"),
    )
    tab.goto(f"{address}/formgrader/?token={TOKEN}")
    yield tab
    context.close()
    assert errors == []


def written_answer(room):
    """Return submission id, grade id and points of an answer that waits for a person."""
    with room.gradebook() as gradebook:
        notebook = gradebook.find_submission_notebook("networks", NAME, "perfect")
        grade = next(grade for grade in notebook.grades if grade.needs_manual_grade)
        return notebook.id, grade.name, grade.max_score


def test_the_class_is_listed_with_its_scores(page, address, room):
    page.goto(f"{address}/formgrader/manage_submissions/{NAME}")
    page.wait_for_selector("tbody >> text=perfect")
    rows = [row.split("\t") for row in page.locator("tbody tr").all_inner_texts()]
    table = {row[1].strip(): (row[3].strip(), row[4].strip()) for row in rows}
    stub = read_stub(room, room.assignment(NAME))
    graded = [cell for cell in stub.cells if cell.metadata.get("nbgrader", {}).get("grade")]
    total = sum(cell.metadata.nbgrader.points for cell in graded)
    tested = sum(cell.metadata.nbgrader.points for cell in graded if is_test(cell))
    assert table == {
        "perfect": ("needs manual grading", f"{tested} / {total}"),
        "blank": ("graded", f"0 / {total}"),
        "not-json": ("graded", f"0 / {total}"),
    }


def test_an_answer_is_graded_by_hand(page, address, room):
    submission, name, points = written_answer(room)
    # The box is there before its grade has been fetched, and then it saves nothing.
    page.goto(f"{address}/formgrader/submissions/{submission}", wait_until="networkidle")
    box = page.locator(f"input.score#{name}")
    box.fill(str(points))
    with page.expect_response(lambda response: response.request.method == "PUT"):
        box.blur()
    with room.gradebook() as gradebook:
        assert gradebook.find_grade(name, "networks", NAME, "perfect").manual_score == points


def test_what_was_noticed_stands_on_top_of_the_submission(page, address, room):
    with room.gradebook() as gradebook:
        submission = gradebook.find_submission_notebook("networks", NAME, "not-json").id
    page.goto(f"{address}/formgrader/submissions/{submission}")
    page.wait_for_selector("text=Noticed while grading")
    assert "is not a notebook" in page.inner_text("body")
