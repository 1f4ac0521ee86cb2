"""The command line: exit codes that mean something, messages without stack traces, plain JSON."""

import json
import shutil
import sys

import nbformat
import pytest

from autograder import cli
from autograder.sample import fill_in
from autograder.source import read_source
from autograder.submissions import read_stub


@pytest.fixture
def embcourse(toy, monkeypatch, capsys):
    """Return a function that runs a command in the toy course: (exit code, stdout, stderr)."""

    def run(*arguments):
        monkeypatch.chdir(toy.root)
        monkeypatch.setattr(sys, "argv", ["embcourse", *map(str, arguments)])
        monkeypatch.setattr(cli.State, "course_folder", None)
        with pytest.raises(SystemExit) as ended:
            cli.main()
        printed = capsys.readouterr()
        return ended.value.code or 0, printed.out, " ".join(printed.err.split())

    return run


@pytest.fixture
def filled(toy, tmp_path):
    """Return the path of a stub filled in right."""
    (assignment,) = toy.assignments()
    path = tmp_path / "my toy (1).ipynb"
    nbformat.write(fill_in(read_stub(toy, assignment), read_source(assignment), []), path)
    return path


def test_the_way_of_a_submission(embcourse, filled, toy):
    code, out, _ = embcourse("check", filled, "--json")
    assert code == 0
    assert [cell["status"] for cell in json.loads(out)["cells"]] == ["passed", "read by a person"]

    code, out, _ = embcourse("submit", filled, "--student", "ada", "--json")
    assert (code, json.loads(out)["problems"]) == (0, [])
    assert (toy.submitted / "ada" / "01_toy" / "toy.ipynb").exists()

    code, out, _ = embcourse("grade", "01_toy", "--json")
    assert (code, json.loads(out)[0]["score"]) == (0, 2)

    code, out, _ = embcourse("feedback", "01_toy", "--json")
    assert json.loads(out) == ["feedback/ada/01_toy/toy.html"]

    code, out, _ = embcourse("export", "01_toy", "--json")
    assert json.loads(out)[0]["score"] == "2.0"
    assert (toy.root / "scores_01_toy.csv").exists()


def test_a_blank_stub_does_not_pass_the_check(embcourse, toy):
    stub = toy.exercises / "01_toy" / "toy.ipynb"
    before = stub.read_bytes()
    code, out, _ = embcourse("check", stub, "--json")
    assert code == 1
    assert [cell["status"] for cell in json.loads(out)["cells"]] == ["blank", "blank"]
    assert stub.read_bytes() == before


def test_check_shows_what_the_test_says(embcourse, filled):
    notebook = nbformat.read(filled, 4)
    cell = next(cell for cell in notebook.cells if cell.id == "a_double")
    cell.source = "def double(x):\n    return 3 * x"
    nbformat.write(notebook, filled)
    code, out, _ = embcourse("check", filled)
    assert code == 1
    assert "double must double each entry" in " ".join(out.split())


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("grade", "01_toys"), "No assignment '01_toys' in"),
        (("grade", "01_toy"), "Nobody has handed in 01_toy"),
        (("feedback", "01_toy"), "Nothing of 01_toy has been graded yet"),
        (("check", "nowhere.ipynb"), "nowhere.ipynb is missing"),
        (("submit", "nowhere.ipynb", "--student", "ada"), "nowhere.ipynb is missing"),
        (("submit", "solutions/01_toy/toy.ipynb", "--student", "../ada"), "is no student id"),
        (("submit", "solutions/01_toy/toy.py", "--student", "ada"), "it is not JSON"),
        (("--course", "/", "solve"), "is not inside a course"),
    ],
)
def test_mistakes_end_in_a_sentence_and_exit_code_2(embcourse, arguments, message):
    code, out, err = embcourse(*arguments)
    assert code == 2
    assert message in err
    assert "Traceback" not in err + out


def test_a_near_miss_is_suggested(embcourse):
    _, _, err = embcourse("grade", "01_toys")
    assert "Did you mean 01_toy?" in err


def test_a_notebook_of_another_course_is_refused(embcourse, tmp_path):
    path = tmp_path / "other.ipynb"
    nbformat.write(nbformat.v4.new_notebook(), path)
    code, _, err = embcourse("submit", path, "--student", "ada")
    assert code == 2
    assert "does not say which assignment it is" in err


def test_handing_in_an_edited_test_is_noticed(embcourse, filled):
    notebook = nbformat.read(filled, 4)
    next(cell for cell in notebook.cells if cell.id == "test_a_double").source = "pass"
    nbformat.write(notebook, filled)
    _, out, _ = embcourse("submit", filled, "--student", "ada", "--json")
    assert json.loads(out)["problems"] == [
        "Test cells edited: test_a_double. The released ones were run."
    ]


def test_staleness_has_its_exit_code(embcourse, toy):
    assert embcourse("release", "--check")[0] == 0
    stub = toy.exercises / "01_toy" / "toy.ipynb"
    stub.write_text(stub.read_text().replace("# Toy", "# My toy"))
    code, out, _ = embcourse("release", "--check", "--json")
    assert (code, json.loads(out)) == (1, {"stale": ["01_toy"]})
    code, _, err = embcourse("release", "--check")
    assert "Run `embcourse release 01_toy`" in err


def test_the_registry_is_printed(embcourse):
    code, out, _ = embcourse("worked", "--source", "mannheim", "--json")
    entries = {entry["id"]: entry for entry in json.loads(out)}
    assert code == 0
    assert entries["mannheim.4b.loss"]["verdict"] == "erratum"
    assert "mannheim.4b.loss" in embcourse("worked", "--errata", "--json")[1]


def test_the_doctor_finds_what_is_missing(embcourse, monkeypatch):
    code, out, _ = embcourse("doctor", "--json")
    findings = {finding["name"]: finding for finding in json.loads(out)}
    assert code == 0
    assert findings["nbgrader"]["found"]
    monkeypatch.setattr(shutil, "which", lambda name: None)
    code, out, _ = embcourse("doctor", "--json")
    (chromium,) = (each for each in json.loads(out) if each["name"] == "Chromium")
    assert code == 0  # Chromium is not required
    assert not chromium["found"]
    assert "apt-get install chromium" in chromium["remedy"]
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    assert embcourse("doctor", "--json")[0] == 1  # nbgrader is


def test_the_sample_class_gets_what_it_must(embcourse):
    code, out, _ = embcourse("sample", "--jobs", "1", "--json")
    reports = json.loads(out)
    assert code == 0
    assert {report["student"] for report in reports} >= {"perfect", "blank", "triples", "adds"}
    assert all(report["score"] == report["expected"] for report in reports)


def test_a_test_that_lets_a_wrong_answer_pass_is_seen(embcourse, toy):
    (assignment,) = toy.assignments()
    text = assignment.answers.read_text().replace("return 3 * x", "return 2 * x")
    assignment.answers.write_text(text)
    code, _, err = embcourse("sample", "--jobs", "1")
    assert code == 2
    assert "01_toy/triples" in err
