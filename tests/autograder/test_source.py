"""The authoring format: what is written short is expanded right, and slips are named."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograder.errors import CourseError
from autograder.source import freeze, literal, read_source, render_hints

numbers = st.integers() | st.integers(-(10**6), 10**6).map(lambda n: n / 64)
plain = st.recursive(
    st.none() | st.booleans() | numbers | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.tuples(inner, inner)
        | st.dictionaries(st.text(max_size=3), inner, max_size=3)
    ),
    max_leaves=30,
)


def rewrite(course, old, new):
    source = course.assignments()[0].source
    text = source.read_text()
    assert old in text
    source.write_text(text.replace(old, new))
    return course.assignments()[0]


@given(plain)
def test_a_literal_evaluates_to_what_it_was_made_from(value):
    assert eval(literal(value), {"np": np}) == value


def test_a_literal_array_keeps_twelve_digits_and_its_shape():
    array = np.random.default_rng(0).normal(size=(7, 9))
    back = eval(literal(array), {"np": np})
    assert back.shape == array.shape
    np.testing.assert_allclose(back, array, rtol=1e-11)


def test_a_literal_does_not_depend_on_the_last_bit():
    value = np.exp(1.0)
    assert literal(value) == literal(np.nextafter(value, 3))


@pytest.mark.parametrize("value", [np.inf, -np.inf])
def test_an_infinite_number_has_a_literal(value):
    assert eval(literal([value])) == [value]


def test_a_long_literal_is_broken_into_lines():
    assert max(map(len, literal(np.arange(60.0).reshape(6, 10)).split("\n"))) < 100


def test_an_object_without_a_literal_is_refused():
    with pytest.raises(TypeError, match="a set has no literal"):
        literal({1, 2})


def test_freeze_keeps_indentation_and_other_lines():
    source = "def f():\n    x = 1 + 1  ### FREEZE\n    return x"
    assert freeze(source, "here") == "def f():\n    x = 2\n    return x"


def test_freeze_sees_the_reference_package():
    assert freeze("x = embref.networks.relu(-1.0)  ### FREEZE", "here") == "x = 0.0"


def test_freeze_names_the_expression_that_fails():
    with pytest.raises(CourseError, match=r"toy, cell 3: cannot freeze x = 1 / 0: division"):
        freeze("x = 1 / 0  ### FREEZE", "toy, cell 3")


def test_cell_lines_become_nbgrader_metadata(toy):
    cells = {cell.id: cell for cell in read_source(toy.assignments()[0]).cells}
    tests = cells["test_a_double"].metadata.nbgrader
    assert (tests.grade, tests.locked, tests.solution, tests.points) == (True, True, False, 2)
    code = cells["a_double"].metadata.nbgrader
    assert (code.grade, code.locked, code.solution) == (False, False, True)
    text = cells["b_why"].metadata.nbgrader
    assert (text.grade, text.solution, text.points) == (True, True, 1)


def test_points_are_summed_into_the_headings(toy):
    text = "\n".join(cell.source for cell in read_source(toy.assignments()[0]).cells)
    assert "## a) Double · 2 points" in text
    assert "## b) Why? · 1 point\n" in text + "\n"


def test_hints_are_folded_in_three_steps():
    html = render_hints("1. nudge\n2. $x$\n3. first", "a")
    assert html.count("<details>") == html.count("</details>") == 3
    assert "Hint 2: the formula" in html


def test_two_hints_are_refused():
    with pytest.raises(CourseError, match=r"Question a: expected three hints .* found 2"):
        render_hints("1. nudge\n2. $x$", "a")


def test_the_release_digest_follows_the_content(toy):
    before = read_source(toy.assignments()[0]).metadata.embcourse.release
    again = read_source(toy.assignments()[0]).metadata.embcourse.release
    after = read_source(rewrite(toy, "return 2 * x", "return x * 2")).metadata.embcourse.release
    assert before == again != after


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (" points=2", "", "tests='test_a_double' needs points="),
        (
            "points=2\nimport numpy as np\n",
            "points=2\n",
            "test_a_double uses np, which it neither imports",
        ),
        ("double(-3)", "Double(-3)", "test_a_double uses Double, which it neither imports"),
        ("# ## b) Why?", "# ## Why?", "each question needs both"),
        ('solution="a_double"', 'solution="a_double" tests="x" points=1', "one of solution, tests"),
    ],
)
def test_slips_of_an_author_are_named(toy, old, new, message):
    with pytest.raises(CourseError, match=message):
        read_source(rewrite(toy, old, new))
