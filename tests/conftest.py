"""Fixtures for every room: a toy course to break, and the real one to grade."""

import shutil
from pathlib import Path

import pytest

from autograder.course import CONFIG_NAME, Course
from tests.browser import open_browser

ROOT = Path(__file__).parent.parent

TOY = '''\
# %% [markdown]
# # Toy

# %%
import numpy as np

# %% [markdown]
# ## a) Double

# %% [markdown] hints="a"
# 1. Think of $x + x$.
# 2. $y = 2x$
# 3. `return 2 * …`

# %% solution="a_double"
def double(x):
    """Return twice x."""
    ### BEGIN SOLUTION
    return 2 * x
    ### END SOLUTION


# %% tests="test_a_double" points=2
import numpy as np

_expected = np.full(2, 2.0) * 2  ### FREEZE
assert np.allclose(double(np.full(2, 2.0)), _expected), "double must double each entry"
### BEGIN HIDDEN TESTS
assert double(-3) == -6, "double must work for negative numbers"
### END HIDDEN TESTS

# %% [markdown]
# ## b) Why?

# %% [markdown] answer="b_why" points=1
# ### BEGIN SOLUTION
# Because.
# ### END SOLUTION
'''

TOY_ANSWERS = """\
# %% student="triples" replaces="a_double" loses="test_a_double"
# Takes the wrong factor.
def double(x):
    return 3 * x

# %% student="adds" replaces="a_double" loses=""
# A different right way.
def double(x):
    return x + x
"""


def make_toy(root: Path) -> Course:
    """Write a course with one small assignment, solved and released."""
    from autograder.release import release
    from autograder.solve import solve

    shutil.copy(ROOT / CONFIG_NAME, root / CONFIG_NAME)
    folder = root / "solutions" / "01_toy"
    folder.mkdir(parents=True)
    (folder / "toy.py").write_text(TOY)
    (folder / "answers.py").write_text(TOY_ANSWERS)
    course = Course(root)
    course.enter()
    solve(course, course.assignments())
    release(course, course.assignments())
    return course


@pytest.fixture(scope="module")
def browser():
    """Return a browser; it ends with the module, since its event loop admits no other beside it."""
    with open_browser() as browser:
        yield browser


@pytest.fixture(scope="session")
def toy_template(tmp_path_factory):
    """Return a toy course that nobody writes to."""
    return make_toy(tmp_path_factory.mktemp("toy"))


@pytest.fixture
def toy(toy_template, tmp_path):
    """Return a toy course of one's own."""
    shutil.copytree(toy_template.root, tmp_path / "course")
    course = Course(tmp_path / "course")
    course.enter()
    return course


@pytest.fixture(scope="session")
def course():
    """Return the real course; tests must not write to it."""
    real = Course(ROOT)
    real.enter()
    return real
