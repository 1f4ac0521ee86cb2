"""What a corpus of attacks gets, here and from nbgrader's own executor.

    python benchmarks/attacks.py --write book/attacks.json

Each attack is handed in to a throw-away course and graded twice: here, the whole class at once, and
by ``nbgrader autograde`` as it is, each in a course of its own. There students' code runs with all
of your rights: attacks that would harm this machine are left out, which is said, and the others get
shared folders of their own, so that nothing of theirs stays.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import nbformat

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))

from autograder.course import Course  # noqa: E402
from autograder.grading import Grader  # noqa: E402
from autograder.results import is_test  # noqa: E402
from autograder.workers import LocalWorkers  # noqa: E402
from tests.attacks.classroom import accomplice, copy_of, hand_in, make_course  # noqa: E402
from tests.attacks.corpus import ASSIGNMENT, ATTACKS, NOTEBOOK, POINTS, SECRET, Attack  # noqa: E402

SECONDS = 90
NBGRADER = Path(sys.executable).with_name("nbgrader")


def here(course: Course) -> dict[str, tuple[float | None, bool]]:
    """Grade the whole class; return points, and whether a hidden input was shown."""
    hand_in(course, list(ATTACKS))
    with LocalWorkers(2) as workers:
        results = Grader(course, course.assignments()[0]).run(workers)
    return {result.student: (result.score, is_shown(course, result.student)) for result in results}


def by_nbgrader(course: Course, attack: Attack) -> tuple[float | None, bool]:
    """Grade one attack with nbgrader; None where no score was recorded."""
    hand_in(course, [attack])
    command = [
        *("bwrap", "--dev-bind", "/", "/", "--tmpfs", "/tmp", "--tmpfs", "/dev/shm"),
        *("--unshare-pid", "--proc", "/proc", "--bind", course.root, course.root),
        *(NBGRADER, "autograde", ASSIGNMENT, "--create", f"--student={attack.name}"),
    ]
    environment = os.environ | {"EMBCOURSE_ISOLATION": "none"}
    try:
        subprocess.run(
            command, cwd=course.root, env=environment, capture_output=True, timeout=SECONDS
        )
        with course.gradebook() as gradebook:
            score = gradebook.find_submission(ASSIGNMENT, attack.name).score
    except Exception:  # whatever an attack has done to the run or to the gradebook
        return None, False
    is_done = (course.autograded / attack.name / ASSIGNMENT / f"{NOTEBOOK}.ipynb").exists()
    return (score if is_done else None), is_shown(course, attack.name)


def is_shown(course: Course, student: str) -> bool:
    """Tell whether the outputs of a student's own cells hold the secret of the hidden tests."""
    try:
        path = course.autograded / student / ASSIGNMENT / f"{NOTEBOOK}.ipynb"
        notebook = nbformat.read(path, as_version=4)
    except Exception:
        return False
    outputs = [cell.get("outputs") for cell in notebook.cells if not is_test(cell)]
    return SECRET in str(outputs)


def deserved(attack: Attack) -> float:
    """Points that an attack deserves in all."""
    return sum(attack.deserved.values())


def verdict(attack: Attack, outcome: tuple[float | None, bool] | None) -> str:
    """Say in a word what an attack got."""
    if outcome is None:
        return "not run"
    score, shown = outcome
    if score is None:
        return "not graded"
    if shown:
        return "reads hidden tests"
    if score > deserved(attack):
        return "points for nothing"
    return "loses points" if score < deserved(attack) else "as deserved"


def table(rows: list[dict[str, str]]) -> str:
    """Write a Markdown table: a row for each class of attacks."""
    kinds = dict.fromkeys(row["kind"] for row in rows)
    lines = [
        "| attacks | number | as deserved here | as deserved by nbgrader |",
        "|:--|--:|--:|--:|",
    ]
    for kind in kinds:
        those = [row for row in rows if row["kind"] == kind]
        run = [row for row in those if row["nbgrader"] != "not run"]
        ours, theirs = (
            sum(row[who] == "as deserved" for row in group)
            for who, group in (("here", those), ("nbgrader", run))
        )
        lines.append(f"| {kind} | {len(those)} | {ours} | {theirs} of {len(run)} |")
    return "\n".join(lines)


def main() -> None:
    """Read the command line, run the corpus, print the table."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--write", type=Path, help="JSON file for the result of every attack")
    parser.add_argument("--only", nargs="*", help="names of attacks")
    options = parser.parse_args()
    chosen = [each for each in ATTACKS if not options.only or each.name in options.only]
    with tempfile.TemporaryDirectory() as folder, accomplice():
        template = Path(folder, "template")
        template.mkdir()
        empty = make_course(template)
        ours = here(copy_of(empty, Path(folder, "here")))

        def run(attack: Attack) -> tuple[float | None, bool] | None:
            if attack.harms:
                return None
            course = copy_of(empty, Path(folder, "there", attack.name))
            return by_nbgrader(course, attack)

        with ThreadPoolExecutor(2) as pool:
            theirs = list(pool.map(run, chosen))
    rows = [
        {
            "name": attack.name,
            "kind": attack.kind,
            "here": verdict(attack, ours[attack.name]),
            "nbgrader": verdict(attack, outcome),
        }
        for attack, outcome in zip(chosen, theirs, strict=True)
    ]
    print(table(rows))
    print(f"\n{sum(POINTS.values())} points can be had in each.")
    if options.write:
        options.write.write_text(json.dumps(rows, indent=1) + "\n")


if __name__ == "__main__":
    main()
