"""Similarity and analogies: figures and speed beside gensim's evaluators, on the same vectors.

Needs wordnet, wordsim353, simlex999 and analogies: ``make data`` brings all of them. gensim is
needed here only: ``pip install gensim==4.4.0``.

    python benchmarks/evaluation.py
"""

import argparse
import statistics
import time
from collections.abc import Callable
from itertools import chain
from typing import Any

import numpy as np

from embref import datasets
from embref.cooccurrence import shifted_ppmi, window_counts
from embref.datasets.store import locate
from embref.evaluation import evaluate_analogies, evaluate_similarity
from embref.factorization import factorize
from embref.text import Vocabulary


def vectors(dimension: int) -> tuple[np.ndarray, Vocabulary]:
    documents = datasets.load_text("wordnet")
    words = chain.from_iterable(documents)
    vocabulary = Vocabulary(words, min_count=5, order="frequency")
    counts = window_counts(documents, vocabulary, 5)
    M = shifted_ppmi(counts, 1, context_exponent=0.75)
    W, _ = factorize(M, dimension, solver="randomized", random_state=0)
    return W.astype(np.float32), vocabulary


def timed(function: Callable[[], Any], n_runs: int) -> tuple[Any, float]:
    seconds = []
    for _ in range(n_runs):
        start = time.perf_counter()
        result = function()
        seconds.append(time.perf_counter() - start)
    return result, statistics.median(seconds)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--dimension", type=int, default=100)
    parser.add_argument("--runs", type=int, default=3)
    options = parser.parse_args()
    W, vocabulary = vectors(options.dimension)
    peer = gensim_vectors(W, vocabulary)
    print(f"{len(vocabulary):,} words, d = {options.dimension}, median of {options.runs} runs")
    for name in datasets.text.SIMILARITY_SETS:
        pairs = datasets.load_similarity(name)
        path = next(locate(name).iterdir())
        ours, seconds = timed(lambda: evaluate_similarity(W, vocabulary, pairs), options.runs)  # noqa: B023
        (_, theirs, _), peer_seconds = timed(
            lambda: peer.evaluate_word_pairs(path, restrict_vocab=None),  # noqa: B023
            options.runs,
        )
        report(name, ours.correlation, theirs.statistic, seconds, peer_seconds)
    questions, path = datasets.load_analogies(), next(locate("analogies").iterdir())
    result, seconds = timed(lambda: evaluate_analogies(W, vocabulary, questions), options.runs)
    (theirs, _), peer_seconds = timed(
        lambda: peer.evaluate_word_analogies(path, restrict_vocab=len(vocabulary)), options.runs
    )
    report("analogies", result.accuracy, theirs, seconds, peer_seconds)


def gensim_vectors(W: np.ndarray, vocabulary: Vocabulary) -> Any:
    try:
        from gensim.models import KeyedVectors
    except ModuleNotFoundError as error:
        raise SystemExit("gensim is not here: pip install gensim==4.4.0") from error
    peer = KeyedVectors(W.shape[1])
    peer.add_vectors(list(vocabulary), W)
    return peer


def report(name: str, ours: float, theirs: float, seconds: float, peer_seconds: float) -> None:
    print(
        f"{name:11} embref {ours:.4f} in {seconds:6.2f} s   gensim {theirs:.4f} in "
        f"{peer_seconds:6.2f} s   {peer_seconds / seconds:5.1f} times as fast"
    )


if __name__ == "__main__":
    main()
