"""The committed assignments: up to date, thinned, complete, and usable on a student's machine."""

import ast
import json

import nbformat
import pytest

from autograder.course import Course
from autograder.release import check_thinning, stale_stubs
from autograder.sample import read_answers
from autograder.solve import stale_solutions
from autograder.source import question_of
from tests.conftest import ROOT

ASSIGNMENTS = Course(ROOT).assignments()
QUESTIONS = {
    "01_networks": "abcde",
    "02_backpropagation": "abc",
    "03_skip_gram_basics": "abcd",
    "04_skip_gram_training": "abc",
    "05_matrix_factorization": "abc",
}
ON_A_STUDENTS_MACHINE = {"numpy", "torch", "matplotlib", "math", "itertools", "collections"}

each_assignment = pytest.mark.parametrize("assignment", ASSIGNMENTS, ids=lambda each: each.name)


def stub_of(assignment):
    path = ROOT / "exercises" / assignment.name / f"{assignment.notebook}.ipynb"
    return nbformat.read(path, as_version=4)


def test_every_lettered_question_of_the_sheet_is_there():
    found = {}
    for assignment in ASSIGNMENTS:
        graded = [cell for cell in stub_of(assignment).cells if "nbgrader" in cell.metadata]
        letters = {question_of(cell.metadata.nbgrader.grade_id) for cell in graded}
        found[assignment.name] = "".join(sorted(letters))
    assert found == QUESTIONS


@each_assignment
def test_the_committed_solution_is_what_its_source_gives(assignment, course):
    assert stale_solutions([assignment]) == []


@each_assignment
def test_the_committed_stub_is_what_its_solution_gives(assignment, course):
    assert stale_stubs(course, [assignment]) == []


@each_assignment
def test_the_stub_is_a_thinning(assignment):
    check_thinning(nbformat.read(assignment.solution, as_version=4), stub_of(assignment))


@each_assignment
def test_nothing_of_the_solution_lies_in_exercises(assignment):
    folder = ROOT / "exercises" / assignment.name
    assert [path.name for path in folder.iterdir()] == [f"{assignment.notebook}.ipynb"]
    stub = json.dumps(stub_of(assignment))
    assert "SOLUTION" not in stub
    assert "HIDDEN TESTS" not in stub
    assert "FREEZE" not in stub


@each_assignment
def test_the_stub_imports_only_what_a_student_has(assignment):
    for cell in stub_of(assignment).cells:
        if cell.cell_type == "code":
            for node in ast.walk(ast.parse(cell.source)):
                if isinstance(node, ast.Import):
                    names = {alias.name.split(".")[0] for alias in node.names}
                elif isinstance(node, ast.ImportFrom):
                    names = {node.module.split(".")[0]}
                else:
                    continue
                assert names <= ON_A_STUDENTS_MACHINE, cell.id


@each_assignment
def test_every_code_question_has_three_hints(assignment):
    text = "\n".join(cell.source for cell in stub_of(assignment).cells)
    tests = {
        question_of(cell.metadata.nbgrader.grade_id)
        for cell in stub_of(assignment).cells
        if cell.metadata.get("nbgrader", {}).get("locked")
    }
    assert text.count("Hint 1: a nudge") >= len(tests)
    assert text.count("Hint 1") == text.count("Hint 2") == text.count("Hint 3")


@each_assignment
def test_every_autograded_cell_has_wrong_answers_that_it_must_reject(assignment):
    tests = {
        cell.id
        for cell in stub_of(assignment).cells
        if cell.metadata.get("nbgrader", {}).get("locked")
    }
    rejected = {name for answer in read_answers(assignment) for name in answer.loses}
    assert rejected == tests


@each_assignment
def test_there_are_different_right_answers(assignment):
    answers = read_answers(assignment)
    losing = {answer.student for answer in answers if answer.loses}
    assert {answer.student for answer in answers} - losing
