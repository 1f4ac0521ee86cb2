"""One-shot accuracy on classes never seen: siamese networks beside raw pixels and PCA.

Clothing and digits together are 20 classes; 14 train the network (and PCA), 6 are held out, 3 of
each kind, drawn anew in each run. As is usual with few classes, pictures turned by 90, 180 and 270
degrees count as training classes of their own. A task shows one example of each of 5 held-out
classes and asks for the class of another. Methods answer the same tasks; the interval is over runs
(class splits).

Needs ``fashion-mnist`` and ``mnist`` (``make data``) and scikit-learn. Run:
``python benchmarks/siamese.py``.
"""

import argparse
import time

import numpy as np
import torch
from sklearn.decomposition import PCA

from embref.datasets import load_fashion_mnist, load_mnist
from embref.siamese import (
    SiameseNetwork,
    one_shot_episodes,
    one_shot_hits,
    paired_difference,
    verification_auc,
    verification_pairs,
)

LOSSES = ("logistic", "contrastive", "triplet")


def load_pictures() -> tuple[np.ndarray, np.ndarray]:
    """Return 20,000 or so pictures of 28 x 28 and their classes, 0 to 19."""
    clothing, digits = load_fashion_mnist("test"), load_mnist()
    X = np.concatenate([clothing.X, digits.X]).reshape(-1, 28, 28)
    return X, np.concatenate([clothing.y, 10 + digits.y])


def turned(X: np.ndarray, y: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the pictures in four directions, each direction with classes of its own."""
    return (
        np.concatenate([np.rot90(X, quarter, (1, 2)) for quarter in range(4)]),
        np.concatenate([y + 20 * quarter for quarter in range(4)]),
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--tasks", type=int, default=2000)
    parser.add_argument("--steps", type=int, default=1500)
    options = parser.parse_args()
    torch.set_num_threads(1)
    X, y = load_pictures()
    accuracy: dict[str, list[float]] = {}
    auc: dict[str, list[float]] = {}
    seconds = []
    for seed in range(options.runs):
        rng = np.random.default_rng(seed)
        held_out = [*rng.choice(10, 3, replace=False), *(10 + rng.choice(10, 3, replace=False))]
        new = np.isin(y, held_out)
        flat, X_new, y_new = X.reshape(len(X), -1), X[new], y[new]
        embeddings = {"raw pixels": flat[new]}
        embeddings["PCA, 32"] = PCA(32, random_state=0).fit(flat[~new]).transform(flat[new])
        for loss in LOSSES:
            start = time.process_time()
            model = SiameseNetwork(loss, n_components=64, n_steps=options.steps, random_state=seed)
            embeddings[loss] = model.fit(*turned(X[~new], y[~new])).transform(X_new)
            seconds.append(time.process_time() - start)
        episodes = one_shot_episodes(y_new, 5, options.tasks, random_state=seed)
        rows, same = verification_pairs(y_new, options.tasks, random_state=seed)
        for name, Z in embeddings.items():
            accuracy.setdefault(name, []).append(one_shot_hits(Z, episodes).mean())
            unit = Z / np.maximum(np.linalg.norm(Z, axis=1, keepdims=True), 1e-12)
            scores = (unit[rows[:, 0]] * unit[rows[:, 1]]).sum(axis=1)
            auc.setdefault(name, []).append(verification_auc(scores, same))
    print(f"{options.runs} class splits, {options.tasks} five-way one-shot tasks in each")
    print(f"{'':12}{'one-shot':>9}{'AUC':>7}  over raw pixels [95 %]     over PCA [95 %]")
    for name, values in accuracy.items():
        line = f"{name:12}{np.mean(values):9.3f}{np.mean(auc[name]):7.3f}"
        if name in LOSSES:
            for peer in ("raw pixels", "PCA, 32"):
                d = paired_difference(values, accuracy[peer])
                line += f"  {d.mean:+.3f} [{d.low:+.3f}, {d.high:+.3f}]"
        print(line)
    print(f"training: {np.median(seconds):.0f} CPU seconds (median)")


if __name__ == "__main__":
    main()
