"""The course's own steps: what a student writes runs in nobody's browser."""

import re

import pytest
from nbformat import NotebookNode
from nbformat.v4 import new_markdown_cell, new_raw_cell

from autograder.preprocessors import NoMarkup


def cleaned(cell):
    return NoMarkup().preprocess_cell(cell, {}, 0)[0]


@pytest.mark.parametrize(
    "source",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "</div><svg/onload=alert(1)>",
        "<!-- --><iframe>",
        "<details open ontoggle=alert(1)>",
        "<<script>script>",
    ],
)
@pytest.mark.parametrize("new_cell", [new_markdown_cell, new_raw_cell])
def test_no_tag_is_left(source, new_cell):
    assert not re.search(r"<[A-Za-z/!?]", cleaned(new_cell(source)).source)


def test_formulas_and_foldable_hints_stay():
    source = "$a < b$, $1<2$\n<details>\n<summary>Hint</summary>\nx\n</details>"
    assert cleaned(new_markdown_cell(source)).source == source


def test_cells_of_the_instructor_stay():
    cell = new_markdown_cell("<b>bold</b>", metadata={"nbgrader": {"locked": True}})
    assert cleaned(cell).source == "<b>bold</b>"


def test_attached_pictures_stay_and_nothing_else():
    cell = new_markdown_cell("![photo](attachment:photo.png)")
    cell.attachments = NotebookNode(
        {
            "photo.png": {"image/png": "aGFsbG8=", "text/html": "<b>"},
            "x.svg": {"image/svg+xml": "PHN2Zz4="},
            'y" onload="z.png': {"image/png": "aGFsbG8="},
            "z.png": {"image/png": '"><script>'},
        }
    )
    assert cleaned(cell).attachments == {"photo.png": {"image/png": "aGFsbG8="}}
