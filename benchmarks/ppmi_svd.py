"""Shifted PPMI + SVD: quality, time and memory, beside scikit-learn's SVD of the same matrix.

Needs a text, wordsim353, simlex999 and analogies: ``make data`` brings all of them,
``python -m embref.datasets fetch gcide wordsim353 simlex999 analogies`` these.

    python benchmarks/ppmi_svd.py
    python benchmarks/ppmi_svd.py --text mix --vocabulary 50000
"""

import argparse
import resource
import statistics
import time
from collections.abc import Callable
from itertools import chain
from typing import TypeVar

from embref import datasets
from embref.cooccurrence import shifted_ppmi, window_counts
from embref.evaluation import evaluate_analogies, evaluate_similarity
from embref.factorization import factorize
from embref.text import Vocabulary

T = TypeVar("T")


def parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--text", default="gcide", choices=(*datasets.text.TEXTS, "mix"))
    parser.add_argument("--vocabulary", type=int, help="most frequent words to keep; default all")
    parser.add_argument("--min-count", type=int, default=5)
    parser.add_argument("--window", type=int, default=5)
    parser.add_argument("--k", type=int, default=5, help="number of negatives of the shift")
    parser.add_argument("--context-exponent", type=float, default=0.75)
    parser.add_argument("--dimension", type=int, default=100)
    parser.add_argument("--solver", default="randomized", choices=("arpack", "randomized"))
    parser.add_argument("--runs", type=int, default=3)
    return parser.parse_args()


def median_seconds(function: Callable[[], T], n_runs: int) -> tuple[T, float]:
    """Result of the last run, and the median time of all."""
    seconds = []
    for _ in range(n_runs):
        start = time.perf_counter()
        result = function()
        seconds.append(time.perf_counter() - start)
    return result, statistics.median(seconds)


def main() -> None:
    options = parse()
    documents, load = median_seconds(lambda: datasets.load_text(options.text), 1)
    print(
        f"{options.text}: {sum(map(len, documents)):,} tokens\nread, tokenize {load:9.1f} s (once)"
    )
    vocabulary, words = median_seconds(
        lambda: Vocabulary(
            chain.from_iterable(documents),
            min_count=options.min_count,
            max_words=options.vocabulary,
            order="frequency",
        ),
        options.runs,
    )
    print(f"vocabulary     {words:9.1f} s   {len(vocabulary):,} words")
    M, counts_and_ppmi = associations(documents, vocabulary, options)
    (W, _), svd = median_seconds(
        lambda: factorize(M, options.dimension, solver=options.solver, random_state=0),
        options.runs,
    )
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    print(f"SVD            {svd:9.1f} s   {options.solver}")
    print(f"tokens to vectors {words + counts_and_ppmi + svd:6.1f} s   peak {peak:.2f} GiB")
    report_quality("embref", W, vocabulary)
    compare_with_scikit_learn(M, svd, options, vocabulary)


def associations(
    documents: list[list[str]], vocabulary: Vocabulary, options: argparse.Namespace
) -> tuple[object, float]:
    counts, count = median_seconds(
        lambda: window_counts(documents, vocabulary, options.window), options.runs
    )
    print(f"window counts  {count:9.1f} s   {counts.nnz:,} pairs")
    exponent = options.context_exponent
    M, ppmi = median_seconds(
        lambda: shifted_ppmi(counts, options.k, context_exponent=exponent), options.runs
    )
    print(f"shifted PPMI   {ppmi:9.1f} s   {M.nnz:,} positive")
    return M, count + ppmi


def report_quality(name: str, W: object, vocabulary: Vocabulary) -> None:
    for test in datasets.text.SIMILARITY_SETS:
        result = evaluate_similarity(W, vocabulary, datasets.load_similarity(test))
        low, high = result.interval
        print(
            f"{name:14} {test:11} rho {result.correlation:.3f} [{low:.3f}, {high:.3f}], "
            f"{result.n_pairs} pairs"
        )
    for exclude in (True, False):
        analogies = evaluate_analogies(
            W, vocabulary, datasets.load_analogies(), exclude_inputs=exclude
        )
        inputs = "excluded" if exclude else "allowed"
        print(
            f"{name:14} analogies   {analogies.accuracy:.3f}, inputs {inputs}, "
            f"{analogies.n_questions} questions"
        )


def compare_with_scikit_learn(
    M: object, seconds: float, options: argparse.Namespace, vocabulary: Vocabulary
) -> None:
    try:
        from sklearn.decomposition import TruncatedSVD
    except ModuleNotFoundError:
        print("scikit-learn is not here; pip install scikit-learn to compare with it.")
        return
    n_iter = 4  # as many power iterations as embref takes
    peer = TruncatedSVD(options.dimension, algorithm=options.solver, n_iter=n_iter, random_state=0)
    _, peer_seconds = median_seconds(lambda: peer.fit(M), options.runs)
    peer_rows = peer.transform(M) / peer.singular_values_**0.5
    ratio = peer_seconds / seconds
    print(
        f"scikit-learn SVD  {peer_seconds:6.1f} s   embref is {ratio:.2f} times as fast, ", end=""
    )
    print(f"median of {options.runs}")
    pairs = datasets.load_similarity("wordsim353")
    print(
        f"scikit-learn   wordsim353  rho {evaluate_similarity(peer_rows, vocabulary, pairs)[0]:.3f}"
    )


if __name__ == "__main__":
    main()
