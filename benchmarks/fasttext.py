"""fastText with character n-grams: speed and quality beside the fastText program and gensim.

All read the same file, one document a line, with two million buckets and n-grams of 3 to 6. The
time is that of the whole fit. Words that training never saw are tested by leaving words of
WordSim353 out of the text: Spearman over the pairs that hold such a word.

Needs the texts and similarity sets (``make data``) and, in an environment of its own beside this
package, ``pip install gensim==4.4.0 fasttext-ng==0.9.3`` (the build of the program). Run:
``python benchmarks/fasttext.py --corpus brown --workers 2``.
"""

import argparse
import random
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from measure import Run, in_child, print_rates, word_similarity, write_lines

from embref.datasets import load_similarity
from embref.evaluation import evaluate_similarity
from embref.text import Vocabulary

BUCKETS = 2_000_000
Result = tuple[list[str], np.ndarray, list[str], np.ndarray]


def ours(path: Path, unseen: list[str], options: argparse.Namespace) -> Callable[[], Result]:
    from embref.corpus import LineCorpus
    from embref.fasttext import FastText

    FastText(100, n_buckets=10, k=1, epochs=1).fit([["a", "b"] * 5])  # compile
    model = FastText(
        100, n_buckets=BUCKETS, epochs=options.epochs, workers=options.workers,
        learning_rate=options.rate,
    )  # fmt: skip

    def fit() -> Result:
        model.fit(LineCorpus(path))
        return list(model.vocabulary_), model.W_, unseen, model.transform(unseen)

    return fit


def fasttext(path: Path, unseen: list[str], options: argparse.Namespace) -> Callable[[], Result]:
    here = sys.path.pop(0)  # this script has the name of the package
    import fasttext as peer

    sys.path.insert(0, here)

    def fit() -> Result:
        model = peer.train_unsupervised(
            str(path), model="skipgram", dim=100, ws=5, neg=5, t=1e-3, minCount=5,
            epoch=options.epochs, thread=options.workers, minn=3, maxn=6, bucket=BUCKETS,
            lr=options.rate, verbose=0,
        )  # fmt: skip
        words = [word for word in model.words if word != "</s>"]
        return (
            words,
            np.array([model.get_word_vector(word) for word in words]),
            unseen,
            np.array([model.get_word_vector(word) for word in unseen]),
        )

    return fit


def gensim(path: Path, unseen: list[str], options: argparse.Namespace) -> Callable[[], Result]:
    from gensim.models.fasttext import FastText
    from gensim.models.word2vec import LineSentence

    def fit() -> Result:
        model = FastText(
            LineSentence(str(path)), sg=1, vector_size=100, window=5, negative=5, sample=1e-3,
            min_count=5, epochs=options.epochs, workers=options.workers, min_n=3, max_n=6,
            bucket=BUCKETS, alpha=options.rate,
        )  # fmt: skip
        unseen_vectors = np.array([model.wv[word] for word in unseen])
        return list(model.wv.index_to_key), model.wv.vectors, unseen, unseen_vectors

    return fit


def leave_out(path: Path, share: float = 0.25) -> list[str]:
    """Remove a share of the words of WordSim353 from a text; return them."""
    words = sorted({word for pair in load_similarity("wordsim353") for word in pair[:2]})
    unseen = random.Random(0).sample(words, int(share * len(words)))
    lines = [
        " ".join(word for word in line.split() if word not in set(unseen))
        for line in path.read_text().splitlines()
    ]
    path.write_text("\n".join(lines) + "\n")
    return unseen


def unseen_similarity(result: Result) -> str:
    words, W, unseen, U = result
    pairs = [p for p in load_similarity("wordsim353") if {p.first, p.second} & set(unseen)]
    found = evaluate_similarity(np.concatenate([W, U]), Vocabulary([*words, *unseen]), pairs)
    low, high = found.interval
    return f"unseen {found.correlation:.3f} [{low:.3f}, {high:.3f}] ({found.n_pairs} pairs)"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--corpus", default="brown", help="brown, gcide, mix, ...")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--epochs", type=int, default=3)
    parser.add_argument("--rate", type=float, default=0.05)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--gensim", action="store_true", help="also gensim, which is slow")
    options = parser.parse_args()
    programs = {"fastText": fasttext, "embref": ours} | (
        {"gensim": gensim} if options.gensim else {}
    )
    runs: dict[str, list[Run]] = {name: [] for name in programs}
    with tempfile.TemporaryDirectory() as folder:
        path, n_words = write_lines(options.corpus, Path(folder))
        unseen = leave_out(path)
        for _ in range(options.runs):
            for name, train in programs.items():
                runs[name].append(in_child(train, path, unseen, options))
    print(
        f"{options.corpus}: {n_words:,} words, {options.epochs} epochs, {options.workers} workers"
    )
    quality: dict[str, Any] = {
        name: word_similarity(*found[0].result[:2]) + "; " + unseen_similarity(found[0].result)
        for name, found in runs.items()
    }
    print_rates(runs, n_words * options.epochs, "fastText", quality)


if __name__ == "__main__":
    main()
