"""GloVe: pairs a second beside what memory allows, and quality beside skip-gram.

The bound: a step reads and writes four rows of d + 1 floats (two vectors, two sums of squares).
At the speed at which NumPy adds to arrays too large for the cache, so many steps a second could
be made if all arithmetic were free and no row were still in the cache. Smaller vocabularies stay
in the cache and can pass it.

Needs the texts and similarity sets (``make data``). Run: ``python benchmarks/glove.py``.
"""

import argparse
import statistics
import time

import numpy as np
from measure import word_similarity

from embref.cooccurrence import window_counts
from embref.corpus import build_vocabulary
from embref.datasets import load_text
from embref.glove import GloVe
from embref.skipgram import SkipGram


def bytes_per_second(n: int = 50_000_000) -> float:
    """Speed of ``a += b`` on large arrays: two numbers read, one written."""
    a, b = np.zeros(n, np.float32), np.ones(n, np.float32)
    seconds = []
    for _ in range(5):
        start = time.perf_counter()
        a += b
        seconds.append(time.perf_counter() - start)
    return 3 * a.nbytes / min(seconds)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--corpus", default="gcide")
    parser.add_argument("--dimension", type=int, default=100)
    parser.add_argument("--window", type=int, default=10)
    parser.add_argument("--epochs", type=int, default=25)
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--runs", type=int, default=3)
    options = parser.parse_args()
    sentences = load_text(options.corpus)
    vocabulary = build_vocabulary(sentences)
    start = time.perf_counter()
    counts = window_counts(sentences, vocabulary, options.window, weighting="harmonic")
    print(
        f"{options.corpus}: {len(vocabulary):,} words, {counts.nnz:,} pairs, "
        f"counted in {time.perf_counter() - start:.1f} s"
    )
    GloVe(options.dimension, epochs=1).fit(np.ones((2, 2)))  # compile
    speeds, cpu_speeds = [], []
    for seed in range(options.runs):
        model = GloVe(
            options.dimension, x_max=10, epochs=options.epochs, workers=options.workers,
            random_state=seed,
        )  # fmt: skip
        start, cpu_start = time.perf_counter(), time.process_time()
        model.fit(counts)
        speeds.append(counts.nnz * options.epochs / (time.perf_counter() - start))
        cpu_speeds.append(counts.nnz * options.epochs / (time.process_time() - cpu_start))
    speed = statistics.median(speeds)
    bound = bytes_per_second() / (8 * 4 * (options.dimension + 1))
    per_cpu = statistics.median(cpu_speeds)
    print(f"{speed:,.0f} pairs/s with {options.workers} workers, {per_cpu:,.0f} per CPU second")
    print(f"memory bound {bound:,.0f} pairs/s; ratio {speed / bound:.2f}")
    print("GloVe, w + c   ", word_similarity(vocabulary, model.embedding_))
    skip_gram = SkipGram(options.dimension, epochs=5, workers=options.workers).fit(sentences)
    print("skip-gram      ", word_similarity(skip_gram.vocabulary_, skip_gram.W_))


if __name__ == "__main__":
    main()
