"""How fast a class is graded, beside nbgrader and beside the limit.

    python benchmarks/grading.py throughput   # grade + feedback: nbgrader, here, a warm process
    python benchmarks/grading.py latency      # one submission, server warm
    python benchmarks/grading.py unchanged    # a run in which nothing has changed
    python benchmarks/grading.py memory       # over 1,000 submissions
    python benchmarks/grading.py scaling      # 1 and 2 processes, and a Dask cluster on loopback

Every submission imports NumPy, torch and Matplotlib, defines a function and draws a plot.
"""

import argparse
import contextlib
import io
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import nbformat
import psutil

from autograder.course import CONFIG_NAME, Course
from autograder.feedback import feedback
from autograder.grading import Grader
from autograder.judge.execute import Warm
from autograder.release import release
from autograder.sample import fill_in
from autograder.solve import solve
from autograder.source import read_source
from autograder.submissions import read_stub
from autograder.workers import ClusterWorkers, LocalWorkers, Workers

ROOT = Path(__file__).parent.parent
NAME = "01_plot"
SOURCE = '''\
# %% [markdown]
# # Plot

# %%
import matplotlib.pyplot as plt
import numpy as np
import torch

# %% [markdown]
# ## a) Softmax

# %% solution="a_softmax"
def softmax(scores):
    """Return probabilities, shape of ``scores``."""
    ### BEGIN SOLUTION
    return torch.softmax(torch.as_tensor(scores), 0).numpy()
    ### END SOLUTION


# %%
x = np.linspace(-3, 3, 50)
plt.plot(x, softmax(x))
plt.show()

# %% tests="test_a_softmax" points=2
import numpy as np

assert np.isclose(softmax(np.zeros(4)).sum(), 1), "the probabilities must add up to 1"
### BEGIN HIDDEN TESTS
assert np.allclose(softmax(np.log([1.0, 3.0])), [0.25, 0.75]), "exponentials, normalized"
### END HIDDEN TESTS
'''


@contextlib.contextmanager
def course(students: int) -> Iterator[Course]:
    """Make a course in which so many students have handed in, all right, no two the same."""
    with tempfile.TemporaryDirectory() as folder:
        made = Course(Path(folder))
        shutil.copy(ROOT / CONFIG_NAME, folder)
        (made.solutions / NAME).mkdir(parents=True)
        (made.solutions / NAME / "plot.py").write_text(SOURCE)
        (made.solutions / NAME / "answers.py").write_text("")
        made.enter()
        solve(made, made.assignments())
        release(made, made.assignments())
        for number in range(students):
            hand_in(made, number)
        yield made


def hand_in(made: Course, number: int) -> None:
    """Hand in one right notebook."""
    (assignment,) = made.assignments()
    notebook = fill_in(read_stub(made, assignment), read_source(assignment), [])
    notebook.cells.insert(1, nbformat.v4.new_code_cell(f"# {number}"))
    folder = made.submitted / f"student-{number:04}" / NAME
    folder.mkdir(parents=True)
    nbformat.write(notebook, folder / "plot.ipynb")


def seconds(what: Callable[[], object]) -> float:
    """Time one call."""
    start = time.perf_counter()
    what()
    return time.perf_counter() - start


def grade(made: Course, workers: Workers) -> None:
    """Grade and write feedback, as a run of the two commands does."""
    (assignment,) = made.assignments()
    results = Grader(made, assignment).run(workers)
    assert {result.score for result in results} == {2}, "not everybody has full marks"
    feedback(made, assignment, workers)


def ours(students: int, open_workers: Callable[[], Workers]) -> tuple[float, float]:
    """Seconds for a class, with the start of processes and servers, and once they are warm."""
    with course(students) as first, course(students) as second, open_workers() as workers:
        return seconds(partial(grade, first, workers)), seconds(partial(grade, second, workers))


def theirs(students: int) -> float:
    """Seconds of ``nbgrader autograde`` and ``nbgrader generate_feedback``, its own executor."""
    with course(students) as made:
        nbgrader = Path(sys.executable).with_name("nbgrader")
        environment = os.environ | {"EMBCOURSE_ISOLATION": "none"}

        def run() -> None:
            for command in ("autograde", "generate_feedback"):
                subprocess.run(
                    [nbgrader, command, NAME],
                    cwd=made.root,
                    env=environment,
                    check=True,
                    capture_output=True,
                )

        spent = seconds(run)
        with made.gradebook() as gradebook:
            scores = {each.score for each in gradebook.assignment_submissions(NAME)}
        assert scores == {2}, "nbgrader gives other scores"
        return spent


def limit(students: int) -> float:
    """Seconds for the same cells in one process that has already imported everything."""
    import matplotlib

    matplotlib.use("agg")
    import matplotlib.pyplot as plt

    with course(0) as made:
        notebook = nbformat.read(made.assignments()[0].solution, as_version=4)
    cells = [cell.source for cell in notebook.cells if cell.cell_type == "code"]
    plt.show = lambda: plt.savefig(io.BytesIO())

    def run() -> None:
        names: dict[str, object] = {}
        for cell in cells:
            exec(cell, names)
        plt.close("all")

    run()
    return seconds(lambda: [run() for _ in range(students)])


def throughput(students: int, repeats: int, for_nbgrader: int) -> None:
    """Print grade + feedback beside nbgrader and beside the limit."""
    runs = [ours(students, lambda: LocalWorkers(2)) for _ in range(repeats)]
    per = {
        "nbgrader": [theirs(for_nbgrader) / for_nbgrader],
        "here, start included": [cold / students for cold, _ in runs],
        "here, servers warm": [warm / students for _, warm in runs],
        "the cells, warm, 1 process": [limit(students) / students for _ in range(repeats)],
    }
    print(f"{'':28}{'s/submission':>13}{'per minute':>12}{'x nbgrader':>12}")
    for name, times in per.items():
        each = statistics.median(times)
        print(f"{name:28}{each:13.3f}{60 / each:12,.0f}{per['nbgrader'][0] / each:12.1f}")


def latency(repeats: int) -> None:
    """Print the time from a submission to its score while the server is warm."""
    start = seconds(Warm.get)
    Warm.close()
    times = []
    with course(1) as made, LocalWorkers(1) as workers:
        grader = Grader(made, made.assignments()[0])
        grader.run(workers)
        for number in range(1, repeats + 1):
            hand_in(made, number)
            grader = Grader(made, made.assignments()[0])
            times.append(seconds(partial(grader.run, workers)))
    print(f"start of the server    {start:6.2f} s")
    print(
        f"submission to score    {statistics.median(times):6.3f} s median, "
        f"{max(times):.3f} s worst of {repeats}"
    )


def unchanged(students: int, repeats: int) -> None:
    """Print the speed of a run in which nothing has changed."""
    with course(students) as made, LocalWorkers(2) as workers:
        grade(made, workers)
        times = [seconds(lambda: grade(made, workers)) for _ in range(repeats)]
    print(f"{students / statistics.median(times) * 60:,.0f} submissions a minute, grade + feedback")


def memory(students: int) -> None:
    """Print what this process and all below it take while a class is graded."""
    seen: list[float] = []
    with course(students) as made, LocalWorkers(2) as workers:

        def look(result: object) -> None:
            seen.append(resident())
            if len(seen) % (students // 10) == 0:
                here = psutil.Process().memory_info().rss / 2**20
                print(
                    f"{len(seen):6} submissions: {seen[-1]:7,.0f} MB in all, {here:6,.0f} MB here"
                )

        Grader(made, made.assignments()[0]).run(workers, look)
    tenth = students // 10
    first, last = (statistics.median(part) for part in (seen[tenth : 2 * tenth], seen[-tenth:]))
    print(f"last tenth / second tenth: {last / first:.3f}")


def resident() -> float:
    """Memory of this process and all below it, shared pages divided among those that share (MB)."""
    total = 0
    for process in (psutil.Process(), *psutil.Process().children(recursive=True)):
        try:
            total += process.memory_full_info().pss
        except psutil.Error:
            continue
    return total / 2**20


def scaling(students: int, repeats: int) -> None:
    """Print the throughput with 1 and 2 processes and on a cluster, servers warm."""
    with cluster(2) as address:
        kinds: dict[str, Callable[[], Workers]] = {
            "1 process": lambda: LocalWorkers(1),
            "2 processes": lambda: LocalWorkers(2),
            "Dask, 2 worker processes": lambda: ClusterWorkers(address),
        }
        one = 0.0
        for name, open_workers in kinds.items():
            spent = statistics.median(ours(students, open_workers)[1] for _ in range(repeats))
            one = one or spent
            print(f"{name:28}{60 * students / spent:8,.0f} a minute   x {one / spent:.2f}")


@contextlib.contextmanager
def cluster(count: int) -> Iterator[str]:
    """Start a scheduler and workers on loopback; yield the address."""
    from distributed import LocalCluster

    with LocalCluster(
        n_workers=count, threads_per_worker=1, processes=True, dashboard_address=None
    ) as started:
        yield started.scheduler_address


def main() -> None:
    """Read the command line and measure."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("what", choices=("throughput", "latency", "unchanged", "memory", "scaling"))
    parser.add_argument("--students", type=int, default=0, help="100; 1,000 for memory")
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--for-nbgrader", type=int, default=20, help="submissions nbgrader gets")
    options = parser.parse_args()
    students = options.students or (1_000 if options.what == "memory" else 100)
    if options.what == "throughput":
        throughput(students, options.repeats, options.for_nbgrader)
    elif options.what == "latency":
        latency(20)
    elif options.what == "unchanged":
        unchanged(students, options.repeats)
    elif options.what == "memory":
        memory(students)
    else:
        scaling(students, options.repeats)


if __name__ == "__main__":
    main()
