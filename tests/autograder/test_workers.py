"""Workers: what a death costs, whom it is put down to, and a real cluster on loopback.

The jobs are expressions: ``eval`` is a function that every process can import.
"""

import contextlib
import json
import os
import signal
import subprocess
import sys
import time

import pytest

from autograder.errors import CourseError
from autograder.grading import Grader
from autograder.workers import LOST, ClusterWorkers, LocalWorkers
from tests.autograder.test_grading import perfect, put

DIE = "[__import__('time').sleep(0.3), __import__('os').kill(__import__('os').getpid(), 9)]"


def doubled(numbers):
    return ((x, (f"2 * {x}",)) for x in numbers)


@pytest.fixture
def two():
    with LocalWorkers(2) as workers:
        yield workers


def test_every_job_is_run_once(two):
    assert sorted(two.map(eval, doubled(range(20)))) == [(x, 2 * x) for x in range(20)]


def test_jobs_are_read_only_as_fast_as_there_is_room(two):
    read = []

    def jobs():
        for job in doubled(range(50)):
            read.append(job)
            yield job

    for done, _ in enumerate(two.map(eval, jobs()), start=1):
        assert len(read) <= done + two.width


def test_who_kills_the_process_is_found_and_the_others_lose_nothing(two):
    jobs = ((x, (DIE,)) if x == 5 else (x, (str(x),)) for x in range(12))
    results = dict(two.map(eval, jobs))
    assert results.pop(5) is LOST
    assert results == {x: x for x in range(12) if x != 5}


def test_a_worker_killed_from_outside_costs_nothing(two):
    slow = "[__import__('time').sleep(0.2), __import__('os').getpid()][1]"
    found = two.map(eval, ((x, (slow,)) for x in range(12)))
    _, victim = next(found)
    os.kill(victim, signal.SIGKILL)
    rest = dict(found)
    assert len(rest) == 11
    assert LOST not in rest.values()


@contextlib.contextmanager
def started(program, *arguments):
    """Run a program of the cluster until the block ends."""
    process = subprocess.Popen(
        [sys.executable, "-m", f"distributed.cli.dask_{program}", *arguments],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        yield process
    finally:
        process.terminate()
        process.wait(timeout=30)


def wait_for(condition):
    deadline = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < deadline, "the cluster does not come up"
        time.sleep(0.1)


@contextlib.contextmanager
def started_scheduler(folder):
    """Start a scheduler on loopback; yield its process and its address."""
    file = folder / "scheduler.json"
    options = ("--host", "127.0.0.1", "--port", "0", "--no-dashboard")
    with started("scheduler", *options, "--scheduler-file", str(file)) as process:
        wait_for(lambda: file.exists() and file.read_text())
        yield process, json.loads(file.read_text())["address"]


@contextlib.contextmanager
def started_workers(address, folder, count=2):
    """Start worker processes and wait until they are connected."""
    from distributed import Client

    options = ("--nthreads", "1", "--no-dashboard", "--local-directory", str(folder))
    with started("worker", address, "--nworkers", str(count), *options) as process:
        with Client(address, set_as_default=False) as client:
            client.wait_for_workers(count, timeout=60)
        yield process


@pytest.fixture
def cluster(tmp_path):
    with (
        started_scheduler(tmp_path) as (scheduler, address),
        started_workers(address, tmp_path),
    ):
        yield scheduler, address


def test_a_class_is_graded_on_a_cluster(toy, cluster):
    for student in ("ada", "bob", "eve"):
        put(toy, student, perfect(toy))
    put(toy, "zoe", perfect(toy, "def double(x):\n    return 3 * x"))
    with ClusterWorkers(cluster[1]) as workers:
        results = Grader(toy, toy.assignments()[0]).run(workers)
    assert {each.student: each.score for each in results} == {
        "ada": 2, "bob": 2, "eve": 2, "zoe": 0,
    }  # fmt: skip


def test_a_lost_scheduler_is_said_and_what_was_graded_is_kept(toy, cluster):
    scheduler, address = cluster
    for number in range(12):
        put(toy, f"student-{number}", perfect(toy))
    graded = []

    def kill_after_two(result):
        graded.append(result.student)
        if len(graded) == 2:
            scheduler.kill()

    grader = Grader(toy, toy.assignments()[0])
    with ClusterWorkers(address) as workers, pytest.raises(CourseError, match="went away"):
        grader.run(workers, kill_after_two)
    with LocalWorkers(1) as workers:
        results = grader.run(workers)
    assert {each.student for each in results if not each.fresh} >= set(graded)
    assert {each.score for each in results} == {2}


def test_a_cluster_that_is_not_there_is_said():
    with pytest.raises(CourseError, match="No Dask scheduler answers"):
        ClusterWorkers("tcp://127.0.0.1:9")


def test_a_cluster_without_workers_is_said(tmp_path):
    with (
        started_scheduler(tmp_path) as (_, address),
        pytest.raises(CourseError, match="no workers"),
    ):
        ClusterWorkers(address)
