"""Grading a toy class: scores, what is noticed, what is kept, what is survived."""

import json
import shutil
import sqlite3

import nbformat
import pytest

from autograder.course import CONFIG_NAME, Course
from autograder.errors import CourseError
from autograder.export import export
from autograder.feedback import feedback
from autograder.grading import Grader
from autograder.release import release
from autograder.results import cell_status
from autograder.sample import fill_in, hand_ins, read_answers
from autograder.solve import solve
from autograder.source import read_source
from autograder.submissions import read_stub
from autograder.workers import LocalWorkers
from tests.conftest import ROOT, TOY


def put(course, student, notebook):
    folder = course.submitted / student / "01_toy"
    folder.mkdir(parents=True, exist_ok=True)
    text = notebook if isinstance(notebook, str) else nbformat.writes(notebook)
    (folder / "toy.ipynb").write_text(text)


def perfect(course, source=None):
    (assignment,) = course.assignments()
    notebook = fill_in(read_stub(course, assignment), read_source(assignment), [])
    if source is not None:
        cell(notebook, "a_double").source = source
    return notebook


def cell(notebook, name):
    return next(each for each in notebook.cells if each.id == name)


@pytest.fixture(scope="module")
def workers():
    """Return one worker for all tests, so that its server is warm."""
    with LocalWorkers(1) as pool:
        yield pool


@pytest.fixture
def grade(workers):
    """Return a function that grades a course: student to result."""

    def run(course):
        results = Grader(course, course.assignments()[0]).run(workers)
        return {each.student: each for each in results}

    return run


def the_test(result):
    return next(each for each in result.cells if each.cell == "test_a_double")


def test_a_class_gets_the_scores_it_must(toy, grade):
    (assignment,) = toy.assignments()
    made = hand_ins(assignment, read_stub(toy, assignment))
    for each in made:
        put(toy, each.student, each.text)
    results = grade(toy)
    assert {name: the_test(result).score for name, result in results.items()} == {
        each.student: 0 if "test_a_double" in each.lost else 2 for each in made
    }
    noticed = {name: " ".join(result.problems) for name, result in results.items()}
    assert noticed["perfect"] == noticed["adds"] == ""
    assert "ModuleNotFoundError" in noticed["exception-at-the-top"]
    assert "Ran longer than allowed" in noticed["infinite-loop"]
    assert "Cells deleted: test_a_double" in noticed["deleted-test"]
    assert "release 000000000000" in noticed["older-release"]
    assert "not JSON" in noticed["not-json"]
    assert the_test(results["triples"]).message == "double must double each entry"
    assert the_test(results["blank"]).status == "blank"


def test_a_written_answer_waits_for_a_person_and_a_blank_one_does_not(toy, grade):
    put(toy, "ada", perfect(toy))
    put(toy, "bob", read_stub(toy, toy.assignments()[0]))
    results = grade(toy)
    assert (results["ada"].score, results["ada"].waiting) == (2, 1)
    assert (results["bob"].score, results["bob"].waiting) == (0, 0)


def test_points_given_by_hand_are_counted_and_kept(toy, grade):
    put(toy, "ada", perfect(toy))
    grade(toy)
    with toy.gradebook() as gradebook:
        written = gradebook.find_grade("b_why", "toy", "01_toy", "ada")
        written.manual_score = 1
        written.needs_manual_grade = False
        gradebook.db.commit()
    assert grade(toy)["ada"].score == 3


def test_only_what_changed_is_graded_again(toy, grade):
    put(toy, "ada", perfect(toy))
    put(toy, "bob", perfect(toy))
    assert all(result.fresh for result in grade(toy).values())
    put(toy, "bob", perfect(toy, "def double(x):\n    return 3 * x"))
    results = grade(toy)
    assert not results["ada"].fresh
    assert results["bob"].fresh
    assert the_test(results["bob"]).score == 0


def test_a_lost_gradebook_is_made_again(toy, grade):
    put(toy, "ada", perfect(toy))
    grade(toy)
    (toy.root / "gradebook.db").unlink()
    results = grade(toy)
    assert results["ada"].fresh
    assert results["ada"].score == 2


def test_a_cell_that_kills_its_process_costs_what_it_should_have_defined(toy, grade):
    put(toy, "ada", perfect(toy, "import os\nos._exit(1)"))
    result = grade(toy)["ada"]
    assert the_test(result).score == 0
    assert the_test(result).message == "NameError: name 'double' is not defined"
    assert "(a_double) stopped: The process died in this cell" in result.problems[0]


def test_a_process_that_dies_elsewhere_costs_nothing(toy, grade):
    notebook = perfect(toy)
    notebook.cells.insert(0, nbformat.v4.new_code_cell("import os\nos._exit(1)"))
    put(toy, "ada", notebook)
    assert the_test(grade(toy)["ada"]).score == 2


def test_a_process_that_dies_when_it_is_tested_costs_the_test(toy, grade):
    put(toy, "ada", perfect(toy, "import os\n\ndef double(x):\n    os._exit(1)"))
    result = the_test(grade(toy)["ada"])
    assert (result.score, result.status) == (0, "crashed")


def test_a_warning_costs_nothing(toy, grade):
    source = "import warnings\n\ndef double(x):\n    warnings.warn('slow')\n    return 2 * x"
    put(toy, "ada", perfect(toy, source))
    assert the_test(grade(toy)["ada"]).score == 2


def test_what_a_function_writes_while_it_is_tested_costs_nothing(toy, grade):
    source = "import sys\n\ndef double(x):\n    sys.stderr.write('hm')\n    return 2 * x"
    put(toy, "ada", perfect(toy, source))
    assert the_test(grade(toy)["ada"]).score == 2


def test_points_that_nbgrader_takes_for_the_error_stream_are_explained():
    written = nbformat.v4.new_output("stream", name="stderr", text="hm\n")
    complaint = cell_status(nbformat.v4.new_code_cell("f(1)", outputs=[written]))
    assert complaint == ("failed", "Wrote to the error stream: hm")


def test_edited_tests_are_replaced_and_named(toy, grade):
    notebook = perfect(toy, "def double(x):\n    return 0")
    cell(notebook, "test_a_double").source = "assert True"
    put(toy, "eve", notebook)
    result = grade(toy)["eve"]
    assert the_test(result).score == 0
    assert result.problems == ["Test cells edited: test_a_double. The released ones were run."]


def test_points_cannot_be_raised_in_the_notebook(toy, grade):
    notebook = perfect(toy)
    cell(notebook, "test_a_double").metadata.nbgrader.points = 50
    put(toy, "eve", notebook)
    assert the_test(grade(toy)["eve"]).score == 2


def test_a_cell_handed_in_twice_counts_once_and_is_named(toy, grade):
    notebook = perfect(toy)
    twin = cell(notebook, "test_a_double").copy()
    twin.id = "twin"
    notebook.cells.append(twin)
    put(toy, "eve", notebook)
    result = grade(toy)["eve"]
    assert the_test(result).score == 2
    assert "Cells that stand twice: test_a_double" in result.problems[0]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("[1, 2]", "no list of cells"),
        ('{"cells": 3}', "no list of cells"),
        ('{"cells": [{"cell_type": "poem"}], "nbformat": 4, "nbformat_minor": 5, "metadata": {}}',
         "not a valid notebook"),
        ("", "not JSON"),
    ],
)  # fmt: skip
def test_what_is_no_notebook_gets_zero_and_a_sentence(toy, content, words, grade):
    put(toy, "ada", content)
    put(toy, "bob", perfect(toy))
    results = grade(toy)
    assert results["ada"].score == 0
    assert words in results["ada"].problems[0]
    assert results["bob"].score == 2


def test_a_missing_notebook_gets_zero_and_a_sentence(toy, grade):
    (toy.submitted / "ada" / "01_toy").mkdir(parents=True)
    result = grade(toy)["ada"]
    assert result.score == 0
    assert "toy.ipynb is missing" in result.problems[0]


def test_nothing_handed_in_says_what_to_do(toy, grade):
    with pytest.raises(CourseError, match=r"Nobody has handed in 01_toy.*embcourse submit"):
        grade(toy)


def test_feedback_shows_the_message_and_not_the_hidden_test(toy, grade, workers):
    put(toy, "ada", perfect(toy, "def double(x):\n    return abs(2 * x)"))
    grade(toy)
    (page,) = feedback(toy, toy.assignments()[0], workers)
    html = page.read_text()
    assert "double must work for negative numbers" in html
    assert "double(-3)" not in html
    assert "HIDDEN TESTS" not in html


def test_feedback_is_written_again_only_when_something_changed(toy, grade, workers):
    put(toy, "ada", perfect(toy))
    grade(toy)
    (page,) = feedback(toy, toy.assignments()[0], workers)
    first = page.stat().st_mtime_ns
    feedback(toy, toy.assignments()[0], workers)
    assert page.stat().st_mtime_ns == first
    put(toy, "ada", perfect(toy, "def double(x):\n    return 0"))
    grade(toy)
    feedback(toy, toy.assignments()[0], workers)
    assert page.stat().st_mtime_ns > first


def test_feedback_names_what_was_noticed(toy, grade, workers):
    put(toy, "ada", "no notebook")
    grade(toy)
    (page,) = feedback(toy, toy.assignments()[0], workers)
    assert "Noticed while grading" in page.read_text()


def test_the_grading_note_stays_out_of_the_feedback_folder(toy, grade, workers):
    put(toy, "ada", perfect(toy))
    grade(toy)
    (page,) = feedback(toy, toy.assignments()[0], workers)
    assert [path.name for path in page.parent.iterdir()] == ["toy.html"]


def test_export_writes_the_scores_of_the_gradebook(toy, grade):
    put(toy, "ada", perfect(toy))
    grade(toy)
    rows = export(toy, toy.assignments()[0], toy.root / "scores.csv")
    assert [(row["student_id"], row["score"], row["max_score"]) for row in rows] == [
        ("ada", "2.0", "3.0")
    ]
    with sqlite3.connect(toy.root / "gradebook.db") as db:
        (total,) = db.execute("select sum(auto_score) from grade").fetchone()
    assert total == 2


def test_answers_that_name_no_cell_are_refused(toy):
    (assignment,) = toy.assignments()
    assignment.answers.write_text('# %% student="x" replaces="a_doubel" loses=""\npass\n')
    with pytest.raises(CourseError, match="'x' names the cell 'a_doubel'"):
        read_answers(assignment)


def test_results_are_plain_data(toy, grade):
    put(toy, "ada", perfect(toy))
    data = json.loads(json.dumps(grade(toy)["ada"].to_dict()))
    assert (data["student"], data["score"], data["maximum"]) == ("ada", 2, 3)
    assert data["cells"][0]["status"] == "graded"


def test_a_folder_of_notebooks_named_after_students_is_graded(toy, workers, tmp_path):
    folder = tmp_path / "from the learning platform"
    folder.mkdir()
    nbformat.write(perfect(toy), folder / "ada.ipynb")
    nbformat.write(perfect(toy, "def double(x):\n    return 3 * x"), folder / "bob.ipynb")
    results = Grader(toy, toy.assignments()[0], folder).run(workers)
    assert [(each.student, the_test(each).score) for each in results] == [("ada", 2), ("bob", 0)]


def test_who_hands_in_twice_is_named(toy, workers, tmp_path):
    nbformat.write(perfect(toy), tmp_path / "ada.ipynb")
    (tmp_path / "ada" / "01_toy").mkdir(parents=True)
    with pytest.raises(CourseError, match="ada has handed in twice"):
        Grader(toy, toy.assignments()[0], tmp_path).run(workers)


def test_what_was_done_to_a_test_cell_is_its_status(toy, grade):
    edited, deleted = perfect(toy), perfect(toy)
    cell(edited, "test_a_double").source = "assert True"
    deleted.cells.remove(cell(deleted, "test_a_double"))
    put(toy, "ada", edited)
    put(toy, "bob", deleted)
    results = grade(toy)
    assert the_test(results["ada"]).status == "tampered"
    assert the_test(results["bob"]).status == "missing"
    assert the_test(results["ada"]).score == the_test(results["bob"]).score == 2


def test_the_time_of_handing_in_is_kept_and_nonsense_is_named(toy, grade):
    for student, text in (("ada", "2025-03-01 12:00:00 UTC\n"), ("bob", "soon")):
        put(toy, student, perfect(toy))
        (toy.submitted / student / "01_toy" / "timestamp.txt").write_text(text)
    results = grade(toy)
    assert results["ada"].problems == []
    assert "timestamp.txt holds no time" in results["bob"].problems[0]
    with toy.gradebook() as gradebook:
        handed_in = gradebook.find_submission("01_toy", "ada").timestamp
    assert str(handed_in) == "2025-03-01 12:00:00"


PARTIAL = """\
points = 0
if double(1) == 2:
    points += 1
    print("1 of 2: right for one")
else:
    print("0 of 2: double(1) is 2")
### BEGIN HIDDEN TESTS
if double(-3) == -6:
    points += 1
else:
    print("1 of 2: wrong for a negative number")
### END HIDDEN TESTS
points
"""


def test_partial_credit_comes_with_a_message(tmp_path, workers):
    course = make_partial(tmp_path)
    put(course, "ada", perfect(course))
    put(course, "bob", perfect(course, "def double(x):\n    return 2 * abs(x)"))
    put(course, "eve", perfect(course, "def double(x):\n    return 3"))
    results = Grader(course, course.assignments()[0]).run(workers)
    tests = [the_test(each) for each in results]
    assert [test.score for test in tests] == [2, 1, 0]
    assert "wrong for a negative number" in tests[1].message
    assert tests[2].message.startswith("0 of 2: double(1) is 2")
    page = feedback(course, course.assignments()[0], workers)[1].read_text()
    assert "wrong for a negative number" in page
    assert "double(-3)" not in page


def make_partial(root):
    """Write a toy course whose test gives points one by one."""
    shutil.copy(ROOT / CONFIG_NAME, root / CONFIG_NAME)
    folder = root / "solutions" / "01_toy"
    folder.mkdir(parents=True)
    head, _, rest = TOY.partition('# %% tests="test_a_double" points=2\n')
    _, _, tail = rest.partition("### END HIDDEN TESTS\n")
    source = f'{head}# %% tests="test_a_double" points=2\n{PARTIAL}{tail}'
    (folder / "toy.py").write_text(source)
    (folder / "answers.py").write_text("")
    course = Course(root)
    course.enter()
    solve(course, course.assignments())
    release(course, course.assignments())
    return course
