"""Recommenders on MovieLens 100K: the co-watch network beside popularity, item-kNN and PureSVD.

Films rated 4 or higher count as watched. All recommenders learn from the same part of every
history; the metrics look at the first ten films of the list.

The settings of the network were chosen on the split "last"; "random" was not used for that.

Needs the set ``ml100k`` (``make data``). Run: ``python benchmarks/recommender.py``.
"""

import argparse
import statistics
import time
from collections.abc import Callable

import numpy as np

from embref.datasets import load_ml100k
from embref.evaluation import bootstrap_interval, hit_rate, mean_reciprocal_rank, ndcg
from embref.recommender import (
    CoWatchNetwork,
    Histories,
    ItemKNN,
    Popularity,
    PureSVD,
    Recommender,
    held_out_ranks,
    hold_out,
    leave_last_out,
    watch_histories,
)

K = 10
PEER = "PureSVD d=32"
RECOMMENDERS: dict[str, Callable[[int], Recommender]] = {
    "popularity": lambda seed: Popularity(),
    "item-kNN, 100 neighbors": lambda seed: ItemKNN(100),
    "item-kNN, all neighbors": lambda seed: ItemKNN(10**6),
    "PureSVD d=16": lambda seed: PureSVD(16, random_state=seed),
    "PureSVD d=32": lambda seed: PureSVD(32, random_state=seed),
    "network d=3, one seed": lambda seed: CoWatchNetwork(3, random_state=seed),
    "network d=3, one seed, tied": lambda seed: CoWatchNetwork(3, tied=True, random_state=seed),
    "network d=32, one seed": lambda seed: CoWatchNetwork(32, random_state=seed),
    "network d=32, several seeds": lambda seed: CoWatchNetwork(
        32,
        seeds="several",
        bias=True,
        n_steps=200,
        learning_rate=0.03,
        weight_decay=3e-5,
        random_state=seed,
    ),
}


def load_histories(min_rating: float) -> tuple[list[np.ndarray], int]:
    """Return the films that each user liked, in the order of rating."""
    data = load_ml100k()
    liked = data.ratings >= min_rating
    return (
        watch_histories(data.users[liked], data.films[liked], data.timestamps[liked]),
        data.n_films,
    )


def measure(
    build: Callable[[int], Recommender], splits: list[tuple[Histories, Histories]], n_films: int
) -> tuple[list[np.ndarray], float]:
    """Return the ranks of every run and the median seconds of fitting."""
    ranks, seconds = [], []
    for seed, (train, held_out) in enumerate(splits):
        start = time.perf_counter()
        recommender = build(seed).fit(train, n_films)
        seconds.append(time.perf_counter() - start)
        ranks.append(held_out_ranks(recommender, train, held_out))
    return ranks, statistics.median(seconds)


def difference_interval(
    ours: list[np.ndarray], peer: list[np.ndarray], n_users: int
) -> tuple[float, float]:
    """Return the 95 % bootstrap interval over users of HR@10 minus the peer's."""
    gain = (np.array(ours) <= K).astype(float) - (np.array(peer) <= K)  # (n_runs, n_queries)
    per_user = gain.reshape(len(gain), n_users, -1).mean(axis=(0, 2))
    return bootstrap_interval(np.mean, per_user, random_state=0)


def main() -> None:
    """Print one row per recommender."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--split", choices=("last", "random"), default="last")
    parser.add_argument("--held-out", type=int, default=3, help="films per user, split random")
    parser.add_argument("--runs", type=int, default=3)
    options = parser.parse_args()
    histories, n_films = load_histories(4.0)
    splits = [
        leave_last_out(histories)
        if options.split == "last"
        else hold_out(histories, options.held_out, random_state=run)
        for run in range(options.runs)
    ]
    n_queries = sum(map(len, splits[0][1]))
    print(f"split {options.split}, {n_queries} held-out films, {options.runs} runs, medians")
    print(f"{'':28} HR@10  MRR@10 nDCG@10  ratio  HR - {PEER} (95 %)   fit s")
    peer = measure(RECOMMENDERS[PEER], splits, n_films)[0]
    peer_hit_rate = statistics.median(hit_rate(ranks, K) for ranks in peer)
    for name, build in RECOMMENDERS.items():
        ranks, seconds = measure(build, splits, n_films)
        values = [
            statistics.median(metric(run, K) for run in ranks)
            for metric in (hit_rate, mean_reciprocal_rank, ndcg)
        ]
        low, high = difference_interval(ranks, peer, len(splits[0][0]))
        print(
            f"{name:28} {values[0]:.3f}   {values[1]:.3f}   {values[2]:.3f}   "
            f"{values[0] / peer_hit_rate:.2f}x   {low:+.3f} to {high:+.3f}          {seconds:5.1f}",
            flush=True,
        )


if __name__ == "__main__":
    main()
