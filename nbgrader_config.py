"""nbgrader on this course: every ``nbgrader`` command run from this folder reads this file."""

import os

from nbconvert.preprocessors import CSSHTMLHeaderPreprocessor
from nbgrader.preprocessors import (
    AssignLatePenalties,
    CheckCellMetadata,
    ClearOutput,
    Execute,
    GetGrades,
    IgnorePattern,
    LimitOutput,
    OverwriteCells,
    OverwriteKernelspec,
)

from autograder.course import KERNELS, put_programs_on_path
from autograder.judge.execute import JudgedExecute
from autograder.preprocessors import (
    HideHiddenTests,
    NoMarkup,
    ReleasedCells,
    SaveAutoGradesAtOnce,
)

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

c.JudgedExecute.timeout = 10
c.Execute.timeout = 10
c.Execute.kernel_name = "python3"
c.merge(KERNELS)

c.Autograde.sanitize_preprocessors = [
    ClearOutput,
    OverwriteKernelspec,
    ReleasedCells,  # instead of DeduplicateIds
    OverwriteCells,
    CheckCellMetadata,
    NoMarkup,
]
# Students' code runs in a sandbox, apart from the tests. EMBCOURSE_ISOLATION=none takes nbgrader's
# own executor instead, which runs both in one process with all of your rights.
c.Autograde.autograde_preprocessors = [
    Execute if os.environ.get("EMBCOURSE_ISOLATION") == "none" else JudgedExecute,
    IgnorePattern,
    LimitOutput,
    SaveAutoGradesAtOnce,
    AssignLatePenalties,
    CheckCellMetadata,
]
c.GenerateFeedback.preprocessors = [GetGrades, HideHiddenTests, CSSHTMLHeaderPreprocessor]
