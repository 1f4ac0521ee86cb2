"""nbgrader on this course: every ``nbgrader`` command run from this folder reads this file."""

import os

from nbconvert.preprocessors import CSSHTMLHeaderPreprocessor
from nbgrader.preprocessors import (
    CheckCellMetadata,
    ClearOutput,
    GetGrades,
    OverwriteCells,
    OverwriteKernelspec,
)

from autograder.course import KERNELS, put_programs_on_path
from autograder.preprocessors import HideHiddenTests, ReleasedCells

put_programs_on_path()
# nbgrader takes any text on the error stream for a failed test; a warning is none.
os.environ["PYTHONWARNINGS"] = "ignore"

c = get_config()

c.CourseDirectory.course_id = "learning-embeddings"
c.CourseDirectory.source_directory = "solutions"
c.CourseDirectory.release_directory = "exercises"
# *.py are the sources of the solutions: nbgrader would copy them beside the stubs.
c.CourseDirectory.ignore = [
    ".ipynb_checkpoints",
    "*.pyc",
    "__pycache__",
    "*.py",
    "grading.json",
]

c.Execute.timeout = 10
c.Execute.kernel_name = "python3"
c.merge(KERNELS)

c.Autograde.sanitize_preprocessors = [
    ClearOutput,
    OverwriteKernelspec,
    ReleasedCells,  # instead of DeduplicateIds
    OverwriteCells,
    CheckCellMetadata,
]
c.GenerateFeedback.preprocessors = [GetGrades, HideHiddenTests, CSSHTMLHeaderPreprocessor]
