"""What the benchmarks of word vectors share: texts as files, a child process for each run."""

import multiprocessing
import resource
import statistics
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from embref.datasets import load_similarity, load_text
from embref.evaluation import evaluate_similarity
from embref.text import Vocabulary


class Run(NamedTuple):
    """One training in a process of its own."""

    result: Any
    wall: float  # seconds
    cpu: float  # seconds, of all threads
    peak: float  # MB, resident


def in_child(train: Callable[..., Any], *arguments: Any) -> Run:
    """Run what ``train(*arguments)`` returns in a fresh process; measure only that."""
    receiver, sender = multiprocessing.get_context("spawn").Pipe(duplex=False)
    child = multiprocessing.get_context("spawn").Process(
        target=_child, args=(sender, train, arguments)
    )
    child.start()
    run = receiver.recv()
    child.join()
    return run


def _child(sender: Any, train: Callable[..., Any], arguments: tuple[Any, ...]) -> None:
    measured = train(*arguments)
    wall, cpu = time.perf_counter(), time.process_time()
    result = measured()
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    sender.send(Run(result, wall, cpu, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024))


def write_lines(name: str, folder: Path) -> tuple[Path, int]:
    """Write a text as one document a line; return its path and its number of words."""
    path, n_words = folder / f"{name}.txt", 0
    with path.open("w") as file:
        for document in load_text(name):
            file.write(" ".join(document) + "\n")
            n_words += len(document)
    return path, n_words


def word_similarity(words: Iterable[str], W: np.ndarray, name: str = "wordsim353") -> str:
    """Spearman correlation with its 95 % interval, as text."""
    found = evaluate_similarity(W, Vocabulary(words), load_similarity(name))
    low, high = found.interval
    return f"{found.correlation:.3f} [{low:.3f}, {high:.3f}] ({found.n_pairs} pairs)"


def print_rates(
    rates: dict[str, list[Run]], n_words: int, peer: str, notes: dict[str, str]
) -> None:
    """Print the median speed of each program, its ratio to the peer, memory and quality."""
    medians = {
        name: statistics.median(n_words / run.wall for run in runs) for name, runs in rates.items()
    }
    print(f"{'':28}{'words/s':>10}{'ratio':>7}{'per CPU s':>11}{'peak MB':>9}  WordSim353")
    for name, runs in rates.items():
        per_cpu = statistics.median(n_words / run.cpu for run in runs)
        peak = statistics.median(run.peak for run in runs)
        ratio = medians[name] / medians[peer]
        speed = f"{medians[name]:10,.0f}{ratio:7.2f}{per_cpu:11,.0f}"
        print(f"{name:28}{speed}{peak:9,.0f}  {notes[name]}")
