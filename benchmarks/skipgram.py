"""Skip-gram with negative sampling: speed, memory and WordSim353 beside gensim.

Both read the same file, one document a line; the time is that of the whole fit, vocabulary
included. Each run has a process of its own; compiling and importing are not counted.

Needs the texts and similarity sets (``make data``) and gensim (``pip install gensim==4.4.0`` in an
environment of its own, beside this package). Run:
``python benchmarks/skipgram.py --corpus brown --workers 2``.
"""

import argparse
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from measure import Run, in_child, print_rates, word_similarity, write_lines

Result = tuple[list[str], np.ndarray]


def ours(path: Path, options: dict[str, Any]) -> Callable[[], Result]:
    from embref.corpus import LineCorpus
    from embref.skipgram import CBOW, SkipGram

    model = (CBOW if options["cbow"] else SkipGram)(
        100,
        loss=options["loss"],
        epochs=options["epochs"],
        workers=options["workers"],
        learning_rate=0.075 if options["cbow"] else 0.025,
        compiled=options["compiled"],
        random_state=options["seed"],
    )
    SkipGram(100, k=1, loss=options["loss"], epochs=1).fit([["a", "b"] * 5])  # compile

    def fit() -> Result:
        model.fit(LineCorpus(path))
        return list(model.vocabulary_), model.W_

    return fit


def gensim(path: Path, options: dict[str, Any]) -> Callable[[], Result]:
    try:
        from gensim.models.word2vec import LineSentence, Word2Vec
    except ImportError as error:
        raise SystemExit("gensim is missing: pip install gensim==4.4.0") from error

    def fit() -> Result:
        hierarchical = options["loss"] == "hierarchical_softmax"
        model = Word2Vec(
            LineSentence(str(path)),
            sg=int(not options["cbow"]),
            vector_size=100,
            window=5,
            hs=int(hierarchical),
            negative=0 if hierarchical else 5,
            sample=1e-3,
            min_count=5,
            epochs=options["epochs"],
            workers=options["workers"],
            seed=options["seed"] + 1,
        )
        return list(model.wv.index_to_key), model.wv.vectors

    return fit


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--corpus", default="brown", help="brown, gcide, mix, ...")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--epochs", type=int, default=3)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--cbow", action="store_true")
    parser.add_argument("--hierarchical", action="store_true")
    parser.add_argument("--numpy", action="store_true", help="also the readable NumPy version")
    options = parser.parse_args()
    loss = "hierarchical_softmax" if options.hierarchical else "negative_sampling"
    base = {"cbow": options.cbow, "loss": loss, "epochs": options.epochs, "compiled": True}
    programs = {
        f"gensim, {options.workers} workers": (gensim, {"workers": options.workers}),
        f"embref, {options.workers} workers": (ours, {"workers": options.workers}),
    }
    if options.numpy:
        programs["embref in NumPy"] = (ours, {"workers": 1, "compiled": False})
    runs: dict[str, list[Run]] = {name: [] for name in programs}
    with tempfile.TemporaryDirectory() as folder:
        path, n_words = write_lines(options.corpus, Path(folder))
        for seed in range(options.runs):
            for name, (train, own) in programs.items():
                runs[name].append(in_child(train, path, base | own | {"seed": seed}))
    quality = {name: word_similarity(*found[0].result) for name, found in runs.items()}
    print(f"{options.corpus}: {n_words:,} words, {options.epochs} epochs, {options.runs} runs")
    print_rates(runs, n_words * options.epochs, next(iter(programs)), quality)


if __name__ == "__main__":
    main()
