"""Steps that this course adds to nbgrader's own, named in ``nbgrader_config.py``."""

from __future__ import annotations

import re
from typing import Any

from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell
from nbgrader.api import Gradebook, SourceCell
from nbgrader.preprocessors import NbGraderPreprocessor, SaveAutoGrades

from autograder.release import HIDDEN

Resources = dict[str, Any]
TAG = re.compile(r"<(?!/?(?:details|summary)>)(?=[A-Za-z/!?])")
PICTURES = {"image/png", "image/jpeg", "image/gif", "image/webp"}
BASE64 = re.compile(r"[A-Za-z0-9+/=\s]*")


class ReleasedCells(NbGraderPreprocessor):
    """Give every released cell back what nbgrader knows of it, whatever a student did to it.

    Metadata is rewritten from the gradebook; of cells that stand twice the last one counts; cells
    that no release knows become ordinary ones; graded cells that were deleted are put back in
    their place. (nbgrader's ``DeduplicateIds`` leaves metadata that its own check then refuses,
    and ``OverwriteCells.add_missing_cells`` fails if the cell before a missing one is missing.)
    """

    def preprocess(self, nb: NotebookNode, resources: Resources) -> tuple[NotebookNode, Resources]:
        """Rewrite metadata and restore cells.

        Parameters
        ----------
        nb : NotebookNode
            The submission.
        resources : dict
            nbgrader's, with the names of notebook and assignment and the gradebook's URL.
        """
        about = resources["nbgrader"]
        with Gradebook(about["db_url"]) as gradebook:
            notebook = gradebook.find_notebook(about["notebook"], about["assignment"])
            points = {cell.name: cell.max_score for cell in notebook.grade_cells}
            answers = {cell.name for cell in notebook.solution_cells}
            released = [
                _released(source, points.get(source.name), source.name in answers)
                for source in notebook.source_cells
            ]
        _rewrite_metadata(nb, {cell.id: cell for cell in released})
        _put_back(nb, released)
        return nb, resources


def _released(source: SourceCell, points: float | None, is_answer: bool) -> NotebookNode:
    about = NotebookNode(
        cell_type=source.cell_type,
        checksum=source.checksum,
        grade=points is not None,
        grade_id=source.name,
        locked=source.locked,
        schema_version=3,
        solution=is_answer,
        task=False,
    )
    if points is not None:
        about.points = points
    new_cell = new_code_cell if source.cell_type == "code" else new_markdown_cell
    return new_cell(source.source, id=source.name, metadata={"nbgrader": about})


def grade_id(cell: NotebookNode) -> str | None:
    """Return the grade id that a cell claims, if it claims one."""
    about = cell.metadata.get("nbgrader")
    name = about.get("grade_id") if isinstance(about, dict) else None
    return name if isinstance(name, str) else None


def _rewrite_metadata(nb: NotebookNode, released: dict[str, NotebookNode]) -> None:
    left = dict(released)
    for cell in reversed(nb.cells):
        ours = left.pop(grade_id(cell) or "", None)
        cell.metadata.pop("nbgrader", None)
        if ours is not None:
            cell.metadata.nbgrader = ours.metadata.nbgrader


def _put_back(nb: NotebookNode, released: list[NotebookNode]) -> None:
    place = 0
    for ours in released:
        names = [grade_id(cell) for cell in nb.cells]
        if ours.id in names:
            place = names.index(ours.id) + 1
        elif ours.metadata.nbgrader.grade:
            nb.cells.insert(place, ours)
            place += 1


class NoMarkup(NbGraderPreprocessor):
    """Let no HTML of a student's reach the browser of whoever reads the submission.

    A space after the bracket is enough: ``< script>`` is text, and ``a < b`` is the same formula.
    Foldable hints and attached pictures stay.
    """

    def preprocess_cell(
        self, cell: NotebookNode, resources: Resources, cell_index: int
    ) -> tuple[NotebookNode, Resources]:
        """Change one cell, unless it is the instructor's.

        Parameters
        ----------
        cell : NotebookNode
            A cell of a submission whose locked cells have been restored.
        resources : dict
            nbgrader's.
        cell_index : int
            Its position.
        """
        is_ours = cell.metadata.get("nbgrader", {}).get("locked", False)
        if cell.cell_type != "code" and not is_ours:
            cell.source = TAG.sub("< ", cell.source)
            if "attachments" in cell:
                cell.attachments = _pictures(cell.attachments)
        return cell, resources


class SaveAutoGradesAtOnce(SaveAutoGrades):
    """nbgrader's step, in one transaction: the scores of a submission are recorded, or none is."""

    def preprocess(self, nb: NotebookNode, resources: Resources) -> tuple[NotebookNode, Resources]:
        """Record the scores of all cells.

        Parameters
        ----------
        nb : NotebookNode
            An executed submission.
        resources : dict
            nbgrader's.
        """
        self.last = len(nb.cells) - 1
        return super().preprocess(nb, resources)

    def preprocess_cell(
        self, cell: NotebookNode, resources: Resources, cell_index: int
    ) -> tuple[NotebookNode, Resources]:
        """Record one cell; commit after the last one.

        Parameters
        ----------
        cell : NotebookNode
            A cell of the submission.
        resources : dict
            nbgrader's.
        cell_index : int
            Its position.
        """
        session = self.gradebook.db
        session.commit = session.flush
        try:
            recorded = super().preprocess_cell(cell, resources, cell_index)
        finally:
            del session.commit
        if cell_index == self.last:
            session.commit()
        return recorded


def _pictures(attachments: dict[str, dict[str, str]]) -> dict[str, dict[str, str]]:
    """Keep attached pictures, a photo of a derivation say, and nothing else."""
    kept = {}
    for name, versions in attachments.items():
        pictures = {
            kind: data
            for kind, data in versions.items()
            if kind in PICTURES and isinstance(data, str) and BASE64.fullmatch(data)
        }
        if pictures and name.isprintable() and not set(name) & set("<>\"'"):
            kept[name] = pictures
    return kept


class HideHiddenTests(NbGraderPreprocessor):
    """Keep the source of hidden tests out of feedback; the message of a failed one stays."""

    def preprocess_cell(
        self, cell: NotebookNode, resources: Resources, cell_index: int
    ) -> tuple[NotebookNode, Resources]:
        """Cut the hidden region of one cell and the tracebacks that quote it.

        Parameters
        ----------
        cell : NotebookNode
            A cell of a graded submission.
        resources : dict
            nbgrader's.
        cell_index : int
            Its position.
        """
        if cell.cell_type != "code" or not HIDDEN.search(cell.source):
            return cell, resources
        cell.source = HIDDEN.sub("# (more tests ran here)\n", cell.source).rstrip()
        for output in cell.outputs:
            if output.output_type == "error":
                output.traceback = [f"{output.ename}: {output.evalue}"]
        return cell, resources
