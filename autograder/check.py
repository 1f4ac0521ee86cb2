"""What a student can check before handing in: the visible tests, run on a copy."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from nbclient import NotebookClient
from nbclient.exceptions import DeadKernelError

from autograder.course import KERNELS
from autograder.errors import CourseError
from autograder.results import cell_status, stray_errors
from autograder.source import question_of
from autograder.submissions import read_notebook

CELL_SECONDS = 30
TIMEOUT_OUTPUT = {
    "output_type": "error",
    "ename": "CellTimeoutError",
    "evalue": "",
    "traceback": [],
}


@dataclass(frozen=True)
class Check:
    """One graded cell of a student's own notebook.

    Attributes
    ----------
    question : str
        Its letter.
    cell : str
        Grade id.
    status : str
        ``passed``, ``blank``, ``failed``, ``timeout``, or ``read by a person``.
    message : str
        What the test says.
    """

    question: str
    cell: str
    status: str
    message: str

    def to_dict(self) -> dict[str, Any]:
        """Return plain data for ``--json``."""
        return asdict(self)


def check(path: Path) -> tuple[list[Check], list[str]]:
    """Run a notebook and report each graded cell; the file itself is left as it is.

    Parameters
    ----------
    path : Path
        A filled-in stub.

    Returns
    -------
    checks : list of Check
        In the order of the notebook.
    problems : list of str
        Errors outside the test cells.

    Raises
    ------
    CourseError
        If the file is no notebook, or its kernel dies.
    """
    notebook = read_notebook(path)
    graded = [cell for cell in notebook.cells if cell.metadata.get("nbgrader", {}).get("grade")]
    if not graded:
        raise CourseError(f"{path.name} has no graded cells: it is no stub of this course.")
    client = NotebookClient(
        notebook,
        kernel_name="python3",
        timeout=CELL_SECONDS,
        interrupt_on_timeout=True,
        allow_errors=True,
        config=KERNELS,
        error_on_timeout=TIMEOUT_OUTPUT,
        resources={"metadata": {"path": str(path.resolve().parent)}},
    )
    try:
        client.execute()
    except DeadKernelError as error:
        raise CourseError(
            f"The kernel died while running {path.name}. Restart it in Jupyter, run all cells "
            "and look at the last one that ran."
        ) from error
    return [_check(cell) for cell in graded], stray_errors(notebook)


def _check(cell: Any) -> Check:
    name = cell.metadata.nbgrader.grade_id
    if cell.metadata.nbgrader.solution:
        blank = "YOUR ANSWER HERE" in cell.source
        return Check(question_of(name), name, "blank" if blank else "read by a person", "")
    status, message = cell_status(cell)
    return Check(question_of(name), name, "passed" if status == "graded" else status, message)
