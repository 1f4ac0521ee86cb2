"""Feat2Vec beside word2vec: which director goes with the cast of an unseen film?

A record is a credit: an actor, another actor of the same film, a director of it. Every credit is
taken several times, with other co-stars. word2vec reads a film as a sentence of its cast and
directors. Of an unseen film only the cast is known: directors are ranked by cosine with the sum
of the vectors of its actors. Actors and directors who are in no training film are left out.

Needs the set ``ml100k`` (``make data``) and, for the peer, ``pip install gensim``.
Run: ``python benchmarks/feat2vec.py``; ``--choices`` compares what the sources disagree about.
"""

import argparse
import statistics
import time
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
import torch

from embref.datasets import load_ml100k
from embref.evaluation import hit_rate, mean_percentile_rank, target_ranks, unit_rows
from embref.feat2vec import Categorical, Feat2Vec, Records, TwoStepNoise, fit
from embref.training import seeded

N_COMPONENTS = 50
CHOICES: dict[str, dict[str, Any]] = {
    "k P_Q, conditional, per record": {},
    "P_Q": {"normalizer": "P_Q"},
    "joint": {"noise_probability": "joint"},
    "group drawn per negative": {"group_drawn_per": "negative"},
    "self-pairs": {"self_pairs": True},
}


class Films(NamedTuple):
    """Numbers of the cast and of the directors of each film."""

    casts: list[list[int]]
    directors: list[list[int]]

    def take(self, rows: np.ndarray) -> "Films":
        """Return some of the films."""
        return Films([self.casts[i] for i in rows], [self.directors[i] for i in rows])


class Vectors(NamedTuple):
    """Embeddings of actors and directors; a row of NaN where one is unknown."""

    actors: np.ndarray
    directors: np.ndarray


def load_films() -> Films:
    """Read the films whose cast and director are known."""
    data = load_ml100k()
    casts, directors = data.related("film.film.actor"), data.related("film.film.directed_by")
    films = sorted(set(casts) & set(directors))
    return Films(
        _numbered([casts[film] for film in films]), _numbered([directors[film] for film in films])
    )


def _numbered(names: list[tuple[str, ...]]) -> list[list[int]]:
    number = {name: i for i, name in enumerate(sorted({name for row in names for name in row}))}
    return [[number[name] for name in row] for row in names]


def split(films: Films, seed: int) -> tuple[Films, Films]:
    """Hold out a tenth of the films."""
    order = np.random.default_rng(seed).permutation(len(films.casts))
    n_test = len(order) // 10
    return films.take(order[n_test:]), films.take(order[:n_test])


def credits(films: Films, n_copies: int, seed: int) -> Records:
    """Return every credit several times, each time with another co-star at random."""
    rng = np.random.default_rng(seed)
    rows = []
    for cast, directors in zip(films.casts, films.directors, strict=True):
        for actor in cast * n_copies:
            others = [other for other in cast if other != actor] or [actor]
            rows.append((actor, rng.choice(others), rng.choice(directors)))
    return Records(dict(zip(("actor", "costar", "director"), np.array(rows).T, strict=True)))


def fit_feat2vec(
    films: Films, seed: int, options: argparse.Namespace, *, self_pairs: bool = False, **choice: Any
) -> Vectors:
    """Train on credits; both actors of a credit share one table of vectors."""
    records = credits(films, options.copies, seed)
    with seeded(seed):
        actors = Categorical(1 + max(map(max, films.casts)), N_COMPONENTS)
        directors = Categorical(1 + max(map(max, films.directors)), N_COMPONENTS)
        extractors = {"actor": actors, "costar": actors, "director": directors}
        model = Feat2Vec(extractors, self_pairs=self_pairs, offset=-6.0)
    noise = TwoStepNoise(records, model.n_parameters, **choice)
    fit(
        model,
        records,
        noise,
        n_epochs=options.epochs,
        batch_size=1024,
        learning_rate=0.005,
        random_state=seed,
    )
    return Vectors(
        *(
            _known(phi.table.weight.detach().numpy(), rows)
            for phi, rows in [(actors, films.casts), (directors, films.directors)]
        )
    )


def _known(table: np.ndarray, rows: list[list[int]]) -> np.ndarray:
    known = np.unique(np.concatenate(rows))
    vectors = np.full_like(table, np.nan)
    vectors[known] = table[known]
    return vectors


def fit_word2vec(films: Films, seed: int, options: argparse.Namespace, *, sg: int) -> Vectors:
    """Train gensim's word2vec on one sentence per film."""
    try:
        from gensim.models import Word2Vec
    except ImportError:
        raise SystemExit(
            "the peer is missing: pip install gensim, or leave it out (--no-peer)"
        ) from None
    rng = np.random.default_rng(seed)
    sentences = []
    for cast, directors in zip(films.casts, films.directors, strict=True):
        words = [f"a{i}" for i in cast] + [f"d{i}" for i in directors]
        sentences.append([str(word) for word in rng.permutation(words)])
    model = Word2Vec(
        sentences,
        vector_size=N_COMPONENTS,
        window=1000,
        shrink_windows=False,
        min_count=1,
        sg=sg,
        negative=5,
        sample=0,
        alpha=0.05,
        epochs=options.peer_epochs,
        workers=1,
        seed=seed,
    ).wv
    found = []
    for letter, rows in [("a", films.casts), ("d", films.directors)]:
        vectors = np.full((1 + max(map(max, rows)), N_COMPONENTS), np.nan)
        for i in {number for row in rows for number in row}:
            vectors[i] = model[f"{letter}{i}"]
        found.append(vectors)
    return Vectors(*found)


def evaluate(vectors: Vectors, films: Films) -> tuple[float, float, int]:
    """Return mean percentile rank, top-1 share, and number of queries."""
    known = np.flatnonzero(~np.isnan(vectors.directors[:, 0]))
    position = {director: i for i, director in enumerate(known.tolist())}
    queries, targets = [], []
    for cast, directors in zip(films.casts, films.directors, strict=True):
        rows = vectors.actors[[actor for actor in cast if actor < len(vectors.actors)]]
        rows = rows[~np.isnan(rows[:, 0])]
        for director in set(directors) & set(position):
            if len(rows):
                queries.append(rows.sum(axis=0))
                targets.append(position[director])
    scores = np.array(queries) @ unit_rows(vectors.directors[known]).T
    ranks = target_ranks(scores, targets)
    return mean_percentile_rank(ranks, len(known)), hit_rate(ranks, 1), len(ranks)


def main() -> None:
    """Print one row per method."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--runs", type=int, default=3, help="splits")
    parser.add_argument("--copies", type=int, default=3, help="co-stars per credit")
    parser.add_argument("--epochs", type=int, default=15)
    parser.add_argument("--peer-epochs", type=int, default=30)
    parser.add_argument("--choices", action="store_true", help="compare Feat2Vec's choices")
    parser.add_argument("--no-peer", action="store_true", help="leave word2vec out")
    options = parser.parse_args()
    torch.set_num_threads(1)
    splits = [split(load_films(), seed) for seed in range(options.runs)]
    methods: dict[str, Callable[[Films, int], Vectors]] = {}
    if not options.no_peer:
        methods["gensim SGNS"] = lambda films, seed: fit_word2vec(films, seed, options, sg=1)
        methods["gensim CBOW"] = lambda films, seed: fit_word2vec(films, seed, options, sg=0)
    for name, choice in CHOICES.items() if options.choices else list(CHOICES.items())[:1]:
        methods[f"Feat2Vec ({name})"] = lambda films, seed, choice=choice: fit_feat2vec(
            films, seed, options, **choice
        )
    report(methods, splits)


def report(
    methods: dict[str, Callable[[Films, int], Vectors]], splits: list[tuple[Films, Films]]
) -> None:
    """Measure the methods on all splits and print them; ratios are to the first method."""
    print(f"{len(splits)} splits, medians; mean percentile rank, lower is better, chance 0.5")
    print(f"{'':45} MPR    ratio  top-1  fit s  MPR of each split (queries)")
    first = None
    for name, method in methods.items():
        results, seconds = [], []
        for seed, (train, test) in enumerate(splits):
            start = time.perf_counter()
            vectors = method(train, seed)
            seconds.append(time.perf_counter() - start)
            results.append(evaluate(vectors, test))
        rank, top = (statistics.median(result[i] for result in results) for i in (0, 1))
        first = first or rank
        each = ", ".join(f"{result[0]:.3f} ({result[2]})" for result in results)
        print(
            f"{name:45} {rank:.3f}  {rank / first:.2f}x  {top:.3f}  "
            f"{statistics.median(seconds):5.0f}  {each}",
            flush=True,
        )


if __name__ == "__main__":
    main()
