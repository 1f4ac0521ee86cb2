"""Steps that this course adds to nbgrader's own, named in ``nbgrader_config.py``."""

from __future__ import annotations

from typing import Any

from nbformat import NotebookNode
from nbgrader.api import Gradebook, SourceCell
from nbgrader.nbgraderformat import MetadataValidator
from nbgrader.preprocessors import NbGraderPreprocessor

from autograder.release import HIDDEN

Resources = dict[str, Any]


class RestoreCells(NbGraderPreprocessor):
    """Put back graded cells that a student deleted, in their place.

    nbgrader's own ``OverwriteCells.add_missing_cells`` fails when the cell before the missing one
    is missing too; this step orders by the release and needs no neighbor.
    """

    def preprocess(
        self, nb: NotebookNode, resources: Resources
    ) -> tuple[NotebookNode, Resources]:
        """Insert each missing graded cell after the last released cell before it.

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
            place = 0
            for source in notebook.source_cells:
                found = _position(nb, source.name)
                if found is not None:
                    place = found + 1
                elif source.name in points:
                    cell = _graded_cell(source, points[source.name], source.name in answers)
                    nb.cells.insert(place, cell)
                    place += 1
        return nb, resources


def _position(nb: NotebookNode, grade_id: str) -> int | None:
    for index, cell in enumerate(nb.cells):
        if cell.metadata.get("nbgrader", {}).get("grade_id") == grade_id:
            return index
    return None


def _graded_cell(source: SourceCell, points: float, is_answer: bool) -> NotebookNode:
    cell = NotebookNode(
        id=source.name,
        cell_type=source.cell_type,
        source=source.source,
        metadata=NotebookNode(
            nbgrader=NotebookNode(
                cell_type=source.cell_type,
                checksum=source.checksum,
                grade=True,
                grade_id=source.name,
                locked=source.locked,
                points=points,
                schema_version=3,
                solution=is_answer,
                task=False,
            )
        ),
    )
    if source.cell_type == "code":
        cell.update(execution_count=None, outputs=[])
    return MetadataValidator().upgrade_cell_metadata(cell)


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
