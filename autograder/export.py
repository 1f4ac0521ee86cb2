"""The scores of an assignment as a table, written by nbgrader's own exporter."""

from __future__ import annotations

import csv
import tempfile
from pathlib import Path

from nbgrader.plugins import CsvExportPlugin

from autograder.course import Assignment, Course
from autograder.files import write_atomically


def export(course: Course, assignment: Assignment, to: Path) -> list[dict[str, str]]:
    """Write a CSV file with a row for each student.

    Parameters
    ----------
    course : Course
        The course.
    assignment : Assignment
        Which one.
    to : Path
        The file; replaced if it exists.

    Returns
    -------
    list of dict
        The rows, by column name, as nbgrader writes them.
    """
    with tempfile.TemporaryDirectory(dir=course.cache) as scratch:
        plugin = CsvExportPlugin(config=course.config)
        plugin.to = str(Path(scratch) / "scores.csv")
        plugin.assignment = [assignment.name]
        with course.gradebook() as gradebook:
            plugin.export(gradebook)
        text = Path(plugin.to).read_text(encoding="utf-8")
    write_atomically(to, text)
    return list(csv.DictReader(text.splitlines()))
