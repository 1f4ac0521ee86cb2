"""A stub is its solution thinned, made twice alike, and nothing of the solution is in it."""

import copy
import json

import nbformat
import pytest

from autograder.errors import CourseError
from autograder.release import check_thinning, release, stale_stubs, thinned
from autograder.solve import solve, stale_solutions


@pytest.fixture
def pair(toy):
    (assignment,) = toy.assignments()
    stub = toy.exercises / assignment.name / f"{assignment.notebook}.ipynb"
    return nbformat.read(assignment.solution, 4), nbformat.read(stub, 4)


def by_id(notebook, name):
    return next(cell for cell in notebook.cells if cell.id == name)


def test_the_stub_lacks_solution_and_hidden_tests(pair):
    _, stub = pair
    text = json.dumps(stub)
    assert "return 2 * x" not in text
    assert "Because." not in text
    assert "negative numbers" not in text
    assert "raise NotImplementedError()" in by_id(stub, "a_double").source
    assert by_id(stub, "b_why").source == "YOUR ANSWER HERE"


def test_the_stub_needs_no_reference_package(pair):
    _, stub = pair
    assert "_expected = np.array([4.0, 4.0])" in by_id(stub, "test_a_double").source


def test_the_folder_of_a_stub_holds_the_stub_alone(toy):
    assert [path.name for path in (toy.exercises / "01_toy").iterdir()] == ["toy.ipynb"]


def test_a_true_thinning_passes(pair):
    check_thinning(*pair)


@pytest.mark.parametrize(
    ("name", "source", "message"),
    [
        ("test_a_double", "pass", "test_a_double of the stub is not a thinning"),
        ("a_double", "def double(x):\n    return 2 * x", "a_double of the stub is not a thinning"),
        ("b_why", "Because.", "b_why of the stub is not a thinning"),
        ("cell-00", "# Another title", "cell-00 of the stub is not a thinning"),
    ],
)
def test_anything_else_is_no_thinning(pair, name, source, message):
    solution, stub = pair
    by_id(stub, name).source = source
    with pytest.raises(CourseError, match=message):
        check_thinning(solution, stub)


def test_a_stub_with_outputs_or_other_cells_is_no_thinning(pair):
    solution, stub = pair
    shorter = copy.deepcopy(stub)
    del shorter.cells[3]
    with pytest.raises(CourseError, match="does not have the cells"):
        check_thinning(solution, shorter)
    by_id(stub, "a_double").outputs = [nbformat.v4.new_output("stream", text="4")]
    with pytest.raises(CourseError, match="a_double of the stub has outputs"):
        check_thinning(solution, stub)


def test_thinning_keeps_the_indentation_of_the_stub(pair):
    solution, _ = pair
    assert thinned(by_id(solution, "a_double")).endswith(
        "\n    # YOUR CODE HERE\n    raise NotImplementedError()"
    )


def test_making_twice_gives_the_same_bytes(toy):
    (assignment,) = toy.assignments()
    stub = toy.exercises / "01_toy" / "toy.ipynb"
    before = assignment.solution.read_bytes(), stub.read_bytes()
    assignment.solution.unlink()
    solve(toy, [assignment])
    release(toy, [assignment])
    assert (assignment.solution.read_bytes(), stub.read_bytes()) == before


def test_nothing_is_run_again_while_nothing_changes(toy):
    assert solve(toy, toy.assignments()) == []


def test_staleness_is_seen_and_cured(toy):
    (assignment,) = toy.assignments()
    assert stale_solutions([assignment]) == stale_stubs(toy, [assignment]) == []
    assignment.source.write_text(assignment.source.read_text().replace("2 * x", "x * 2"))
    assert stale_solutions([assignment]) == ["01_toy"]
    solve(toy, [assignment])
    assert stale_solutions([assignment]) == []
    assert stale_stubs(toy, [assignment]) == ["01_toy"]  # the digest of the release moved
    release(toy, [assignment])
    assert stale_stubs(toy, [assignment]) == []


def test_a_hand_edited_stub_is_stale(toy):
    stub = toy.exercises / "01_toy" / "toy.ipynb"
    stub.write_text(stub.read_text().replace("# Toy", "# My toy"))
    assert stale_stubs(toy, toy.assignments()) == ["01_toy"]


def test_a_failing_solution_is_named_and_leaves_the_old_one(toy):
    (assignment,) = toy.assignments()
    before = assignment.solution.read_bytes()
    assignment.source.write_text(assignment.source.read_text().replace("return 2 * x", "return x"))
    with pytest.raises(CourseError, match="01_toy: cell test_a_double fails: AssertionError"):
        solve(toy, [assignment])
    assert assignment.solution.read_bytes() == before


def test_a_failing_release_leaves_the_old_stub(toy):
    (assignment,) = toy.assignments()
    stub = toy.exercises / "01_toy" / "toy.ipynb"
    before = stub.read_bytes()
    notebook = nbformat.read(assignment.solution, 4)
    by_id(notebook, "a_double").source += "\n### BEGIN SOLUTION"
    nbformat.write(notebook, assignment.solution)
    with pytest.raises(CourseError, match="nbgrader could not release 01_toy"):
        release(toy, [assignment])
    assert stub.read_bytes() == before


def test_releasing_before_solving_says_what_to_do(toy):
    (assignment,) = toy.assignments()
    assignment.solution.unlink()
    with pytest.raises(CourseError, match="Run `embcourse solve 01_toy` first"):
        release(toy, [assignment])
