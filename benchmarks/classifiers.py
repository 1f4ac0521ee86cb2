"""Where a softmax and class-wise generative models fail: few examples, imbalance, many classes.

Pictures of clothing and digits (20 classes) in 32 principal components; then classes made up as
Gaussian clouds, of which there can be any number.

Needs ``fashion-mnist`` and ``mnist`` (``make data``) and scikit-learn. Run:
``python benchmarks/classifiers.py``.
"""

import argparse
import time
from collections.abc import Callable
from typing import Any

import numpy as np
from sklearn.decomposition import PCA

from embref.classifiers import GaussianDensity, GenerativeClassifier, SoftmaxClassifier
from embref.datasets import load_fashion_mnist, load_mnist

MODELS: dict[str, Callable[[], Any]] = {
    "softmax": lambda: SoftmaxClassifier(max_iter=200),
    "softmax, balanced": lambda: SoftmaxClassifier(balanced=True, max_iter=200),
    "diagonal Gaussians": lambda: GenerativeClassifier(),
    "full Gaussians": lambda: GenerativeClassifier(lambda: GaussianDensity("full", 0.1)),
}


def load_pictures() -> tuple[np.ndarray, np.ndarray]:
    clothing, digits = load_fashion_mnist("test"), load_mnist()
    X = PCA(32, whiten=True, random_state=0).fit_transform(np.concatenate([clothing.X, digits.X]))
    return X, np.concatenate([clothing.y, 10 + digits.y])


def draw(y: np.ndarray, sizes: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Rows of so many examples of each class."""
    return np.concatenate(
        [rng.permutation(np.flatnonzero(y == c))[:n] for c, n in enumerate(sizes)]
    )


def report(title: str, results: dict[str, list[list[float]]], columns: list[str]) -> None:
    print(f"\n{title}\n{'':20}" + "".join(f"{column:>10}" for column in columns))
    for name, values in results.items():
        print(f"{name:20}" + "".join(f"{np.median(v):10.3f}" for v in values))


def few_examples(X: np.ndarray, y: np.ndarray, runs: int) -> None:
    sizes, test = [2, 5, 20, 100, 400], slice(0, 4000)
    results: dict[str, list[list[float]]] = {name: [[] for _ in sizes] for name in MODELS}
    for seed in range(runs):
        rng = np.random.default_rng(seed)
        order = rng.permutation(len(X))
        X, y = X[order], y[order]
        for column, size in enumerate(sizes):
            rows = 4000 + draw(y[4000:], np.full(20, size), rng)
            for name, build in MODELS.items():
                model = build().fit(X[rows], y[rows])
                hits = (model.predict(X[test]) == y[test]).mean()
                results[name][column].append(float(hits))
    report("accuracy by examples per class", results, [str(size) for size in sizes])


def imbalance(X: np.ndarray, y: np.ndarray, runs: int) -> None:
    results: dict[str, list[list[float]]] = {name: [[], []] for name in MODELS}
    for seed in range(runs):
        rng = np.random.default_rng(seed)
        order = rng.permutation(len(X))
        X, y = X[order], y[order]
        sizes = np.where(np.arange(20) % 2, 5, 300)
        rows = 4000 + draw(y[4000:], sizes, rng)
        for name, build in MODELS.items():
            hits = build().fit(X[rows], y[rows]).predict(X[:4000]) == y[:4000]
            rare = y[:4000] % 2 == 1
            results[name][0].append(float(hits[~rare].mean()))
            results[name][1].append(float(hits[rare].mean()))
    report("recall, 300 examples of a class or 5", results, ["300", "5"])


def many_classes(runs: int) -> None:
    counts = [10, 100, 500]
    results: dict[str, list[list[float]]] = {}
    for seed in range(runs):
        rng = np.random.default_rng(seed)
        for column, n_classes in enumerate(counts):
            centers = rng.normal(size=(n_classes, 16))
            y = np.repeat(np.arange(n_classes), 10)
            X, X_new = (centers[y] + 0.9 * rng.normal(size=(len(y), 16)) for _ in range(2))
            for name in ("softmax", "diagonal Gaussians"):
                start = time.process_time()
                model = MODELS[name]().fit(X, y)
                seconds = time.process_time() - start
                for label, value in (
                    (name, float((model.predict(X_new) == y).mean())),
                    (f"{name}, s", seconds),
                ):
                    rows = results.setdefault(label, [[] for _ in counts])
                    rows[column].append(value)
    report("made-up classes of 10 examples each, by their number", results, list(map(str, counts)))
    print("one more class: the Gaussians fit it alone, the softmax starts again with all of them")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--runs", type=int, default=3)
    options = parser.parse_args()
    X, y = load_pictures()
    few_examples(X, y, options.runs)
    imbalance(X, y, options.runs)
    many_classes(options.runs)


if __name__ == "__main__":
    main()
