"""The command line: ``embcourse``."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from enum import StrEnum
from functools import partial
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

from autograder.errors import CourseError

app = typer.Typer(
    help="Release, solve, check, grade: the course on learning embeddings.",
    no_args_is_help=True,
    rich_markup_mode="rich",
    pretty_exceptions_enable=False,
    add_completion=False,
)
out = Console()
err = Console(stderr=True)

Names = Annotated[
    list[str] | None, typer.Argument(metavar="[ASSIGNMENT]...", help="All of them if left out.")
]
Name = Annotated[str, typer.Argument(metavar="ASSIGNMENT", help="Such as 02_backpropagation.")]
Json = Annotated[bool, typer.Option("--json", help="Print plain data for scripts.")]
Jobs = Annotated[
    int, typer.Option(min=1, help="Worker processes.", show_default="number of processors")
]
Scheduler = Annotated[
    str | None,
    typer.Option(
        metavar="ADDRESS", help="Run on the workers of this Dask scheduler, tcp://HOST:PORT."
    ),
]
Db = Annotated[
    str | None,
    typer.Option(
        metavar="URL",
        envvar="EMBCOURSE_DB",
        help="Gradebook, such as postgresql://USER:PASSWORD@HOST/NAME.",
        show_default="gradebook.db of the course",
    ),
]
Check = Annotated[
    bool,
    typer.Option(
        "--check", help="Write nothing; exit 1 if a committed file is not what it should be."
    ),
]
PROCESSORS = os.cpu_count() or 1


class Isolation(StrEnum):
    """How students' code is run."""

    bwrap = "bwrap"
    none = "none"


class State:
    """What the options before the command say."""

    course_folder: Path | None = None


def open_course(db: str | None = None) -> Any:
    """Find the course and send nbgrader's log to its file."""
    from autograder.course import Course

    course = replace(Course.find(State.course_folder), db=db)
    course.enter()
    return course


def open_workers(jobs: int, scheduler: str | None) -> Any:
    """Return the workers of a cluster if an address is given, else processes of this machine."""
    from autograder.workers import ClusterWorkers, LocalWorkers

    return ClusterWorkers(scheduler) if scheduler else LocalWorkers(jobs)


def chosen(course: Any, names: Iterable[str] | None) -> list[Any]:
    """Look up the assignments that were named, or take all."""
    return [course.assignment(name) for name in names] if names else course.assignments()


@contextmanager
def progress(task: str, total: int) -> Iterator[Any]:
    """Show a bar on a terminal, nothing elsewhere; yield what to call after each item."""
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=err, transient=True) as bars:
        bar = bars.add_task(task, total=total)
        yield lambda item: bars.advance(bar)


def print_json(data: Any) -> None:
    """Print data as JSON, and nothing else."""
    sys.stdout.write(json.dumps(data, indent=2, ensure_ascii=False) + "\n")


@app.callback()
def options(
    course: Annotated[
        Path | None, typer.Option(help="The course's folder.", show_default="here or above")
    ] = None,
) -> None:
    """Read the options that stand before the command."""
    State.course_folder = course


@app.command()
def solve(names: Names = None, check: Check = False, as_json: Json = False) -> None:
    """Run the sources in [bold]solutions/[/] and write the executed notebooks beside them."""
    from autograder.solve import solve as run
    from autograder.solve import stale_solutions

    course = open_course()
    assignments = chosen(course, names)
    if check:
        return report_stale(stale_solutions(assignments), "solve", as_json)
    with progress("Solving", len(assignments)) as advance:
        written = run(course, assignments, advance)
    if as_json:
        return print_json({"written": written})
    out.print(f"{len(written)} of {len(assignments)} solutions written to {course.solutions}.")


@app.command()
def release(names: Names = None, check: Check = False, as_json: Json = False) -> None:
    """Make the students' stubs in [bold]exercises/[/] from the executed solutions."""
    from autograder.release import release as run
    from autograder.release import stale_stubs

    course = open_course()
    assignments = chosen(course, names)
    if check:
        return report_stale(stale_stubs(course, assignments), "release", as_json)
    with progress("Releasing", len(assignments)) as advance:
        run(course, assignments, advance)
    if as_json:
        return print_json({"written": [assignment.name for assignment in assignments]})
    out.print(f"{len(assignments)} stubs written to {course.exercises}.")


def report_stale(stale: list[str], command: str, as_json: bool) -> None:
    """Say which committed files are stale; exit 1 if any is."""
    if as_json:
        print_json({"stale": stale})
    elif stale:
        err.print(f"Stale: {', '.join(stale)}. Run `embcourse {command} {' '.join(stale)}`.")
    else:
        out.print("Everything is up to date.")
    raise typer.Exit(1 if stale else 0)


@app.command()
def check(
    notebook: Annotated[Path, typer.Argument(help="Your filled-in stub.")], as_json: Json = False
) -> None:
    """Run the visible tests of a notebook, as a student before handing in. Exit 1 if one fails."""
    from autograder.check import check as run

    checks, problems = run(notebook)
    if as_json:
        print_json({"cells": [each.to_dict() for each in checks], "problems": problems})
    else:
        table = Table("question", "cell", "status", "message", title=notebook.name)
        for each in checks:
            table.add_row(each.question, each.cell, each.status, each.message)
        out.print(table)
        for problem in problems:
            out.print(problem)
        out.print("Hidden tests decide the points when it is graded.")
    passed = {"passed", "read by a person"}
    raise typer.Exit(0 if all(each.status in passed for each in checks) else 1)


@app.command()
def submit(
    notebook: Annotated[Path, typer.Argument(help="The filled-in stub.")],
    student: Annotated[str, typer.Option(help="Student id.")],
    as_json: Json = False,
) -> None:
    """Hand in a notebook."""
    from autograder.submissions import submit as run

    course = open_course()
    assignment, problems = run(course, notebook, student)
    if as_json:
        return print_json({"assignment": assignment.name, "student": student, "problems": problems})
    out.print(f"{assignment.name} of {student} handed in.")
    for problem in problems:
        out.print(f"[yellow]Notice:[/] {problem}")


@app.command()
def grade(
    name: Name,
    submissions: Annotated[
        Path | None,
        typer.Option(
            exists=True,
            file_okay=False,
            help="Folder with STUDENT/ASSIGNMENT/NOTEBOOK.ipynb or STUDENT.ipynb.",
            show_default="submitted/ of the course",
        ),
    ] = None,
    jobs: Jobs = PROCESSORS,
    scheduler: Scheduler = None,
    db: Db = None,
    isolation: Annotated[
        Isolation, typer.Option(help="none: in one process with the tests, with all your rights.")
    ] = Isolation.bwrap,
    as_json: Json = False,
) -> None:
    """Grade what was handed in; only what has changed is run again."""
    from autograder.execution import set_isolation
    from autograder.grading import Grader

    if isolation is Isolation.none:
        err.print("[bold red]Not isolated:[/] students' code runs with all of your rights.")
    set_isolation(isolation.value)
    course = open_course(db)
    grader = Grader(course, course.assignment(name), submissions)
    total = len(grader.submissions())
    with open_workers(jobs, scheduler) as workers, progress(f"Grading {name}", total) as bar:
        results = grader.run(workers, partial(report_result, bar))
    if as_json:
        return print_json([result.to_dict() for result in results])
    table = Table("student", "score", "of", "to grade by hand", "", title=name)
    for result in results:
        table.add_row(
            result.student,
            f"{result.score:g}",
            f"{result.maximum:g}",
            f"{result.waiting:g}" if result.waiting else "",
            "graded" if result.fresh else "unchanged",
        )
    out.print(table)


def report_result(advance: Any, result: Any) -> None:
    """Advance the bar; print what was noticed about a submission, a line each."""
    advance(result)
    for problem in result.problems:
        err.print(f"[yellow]{escape(result.student)}[/]: {escape(problem)}", highlight=False)


@app.command()
def feedback(
    name: Name,
    jobs: Jobs = PROCESSORS,
    scheduler: Scheduler = None,
    db: Db = None,
    as_json: Json = False,
) -> None:
    """Write a feedback page for every graded submission."""
    from autograder.feedback import feedback as run

    course = open_course(db)
    assignment = course.assignment(name)
    graded = len(list(course.autograded.glob(f"*/{assignment.name}")))
    with open_workers(jobs, scheduler) as workers, progress(f"Feedback {name}", graded) as advance:
        pages = run(course, assignment, workers, advance)
    if as_json:
        return print_json([str(page.relative_to(course.root)) for page in pages])
    out.print(f"{len(pages)} feedback pages in {course.feedback}.")


@app.command()
def export(
    name: Name,
    to: Annotated[
        Path | None, typer.Option(help="File; scores_ASSIGNMENT.csv if left out.")
    ] = None,
    db: Db = None,
    as_json: Json = False,
) -> None:
    """Write the scores of an assignment as a table (CSV)."""
    from autograder.export import export as run

    course = open_course(db)
    assignment = course.assignment(name)
    rows = run(course, assignment, to or course.root / f"scores_{assignment.name}.csv")
    if as_json:
        return print_json(rows)
    out.print(f"{len(rows)} rows written to {to or course.root / f'scores_{assignment.name}.csv'}.")


@app.command()
def worked(
    source: Annotated[str | None, typer.Option(help="Only this document, e.g. mannheim.")] = None,
    errata: Annotated[bool, typer.Option("--errata", help="Only what is wrong.")] = False,
    as_json: Json = False,
) -> None:
    """Print every worked number of the sources: published beside computed."""
    from embref import worked as registry

    entries = [
        entry for entry in registry.entries(source) if not errata or entry.verdict == "erratum"
    ]
    if as_json:
        return print_json([entry.to_dict() for entry in entries])
    table = Table("id", "printed", "computed", "verdict", "reason", show_lines=True)
    for entry in entries:
        row = entry.to_dict()
        table.add_row(
            *(str(row[key]) for key in ("id", "printed", "computed", "verdict", "reason"))
        )
    out.print(table)


@app.command()
def sample(jobs: Jobs = PROCESSORS, as_json: Json = False) -> None:
    """Grade the sample class in [bold]sample_class/[/] and compare with the scores it must get."""
    from autograder.execution import set_isolation
    from autograder.sample import grade_sample_class
    from autograder.sandbox.server import why_not

    reason = why_not()
    if reason:
        err.print(f"[bold red]Not isolated:[/] {reason}. This class is ours; yours is refused.")
    set_isolation("none" if reason else "bwrap")
    course = open_course()
    with open_workers(jobs, None) as workers:
        reports = grade_sample_class(course, workers, progress)
    if as_json:
        print_json([report.to_dict() for report in reports])
    else:
        print_reports(reports)
    wrong = [report for report in reports if report.unexpected]
    if wrong:
        names = (f"{each.assignment}/{each.student}: {' '.join(each.unexpected)}" for each in wrong)
        raise CourseError(
            f"{len(wrong)} of {len(reports)} sample submissions did not get what they must. "
            + " ".join(names)
        )


def print_reports(reports: list[Any]) -> None:
    """Print what was noticed, a sentence each, then a row for each assignment."""
    for report in reports:
        for problem in report.problems:
            place = f"{report.assignment}/{report.student}"
            out.print(f"[yellow]{place}[/]: {escape(problem)}", highlight=False)
    table = Table("assignment", "submissions", "as they must be", title="Sample class")
    for name in dict.fromkeys(report.assignment for report in reports):
        theirs = [report for report in reports if report.assignment == name]
        table.add_row(name, str(len(theirs)), str(sum(not each.unexpected for each in theirs)))
    out.print(table)


@app.command()
def doctor(as_json: Json = False) -> None:
    """Say what is missing on this machine and how to get it. Exit 1 if something required is."""
    from autograder.doctor import examine

    findings = examine()
    if as_json:
        print_json([finding.to_dict() for finding in findings])
    else:
        table = Table("", "what", "for", "how to get it")
        for finding in findings:
            mark = "ok" if finding.found else "MISSING" if finding.required else "absent"
            table.add_row(
                mark, finding.name, finding.purpose, "" if finding.found else finding.remedy
            )
        out.print(table)
    missing = any(finding.required and not finding.found for finding in findings)
    raise typer.Exit(1 if missing else 0)


def main() -> None:
    """Run the command line; a user's mistake ends in one message and exit code 2."""
    try:
        app()
    except CourseError as error:
        err.print(f"[bold red]embcourse:[/] {escape(str(error))}", highlight=False)
        sys.exit(2)
    except BrokenPipeError:  # whoever reads the output has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


if __name__ == "__main__":
    main()
