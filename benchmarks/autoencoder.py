"""Autoencoders on the 8 x 8 digits beside PCA with as many components.

Needs scikit-learn (its digits ship with it). Run: ``python benchmarks/autoencoder.py``.
"""

import argparse
import statistics
import time
from collections.abc import Callable

import numpy as np
import torch
from scipy.linalg import subspace_angles
from sklearn.datasets import load_digits
from sklearn.decomposition import PCA

from embref.autoencoder import (
    Autoencoder,
    DenoisingAutoencoder,
    SparseAutoencoder,
    VariationalAutoencoder,
)

MODELS: dict[str, Callable[[int, int], Autoencoder]] = {
    "linear, squared": lambda k, seed: Autoencoder(
        k, solver="lbfgs", n_epochs=300, random_state=seed
    ),
    "linear, L1": lambda k, seed: Autoencoder(k, loss="l1", n_epochs=150, random_state=seed),
    "deep, squared": lambda k, seed: Autoencoder(
        k, hidden=(128,), n_epochs=150, learning_rate=3e-3, random_state=seed
    ),
    "denoising": lambda k, seed: DenoisingAutoencoder(
        k, hidden=(128,), amount=0.3, n_epochs=150, learning_rate=3e-3, random_state=seed
    ),
    "sparse, 128 units": lambda k, seed: SparseAutoencoder(
        128, activity=0.05, penalty=5.0, n_epochs=150, learning_rate=3e-3, random_state=seed
    ),
    "variational": lambda k, seed: VariationalAutoencoder(
        k, hidden=(128,), n_epochs=150, learning_rate=3e-3, random_state=seed
    ),
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--components", type=int, default=16)
    parser.add_argument("--runs", type=int, default=3)
    options = parser.parse_args()
    torch.set_num_threads(1)
    X = load_digits().data
    pca = PCA(options.components).fit(X)
    Y = pca.inverse_transform(pca.transform(X))
    peer = pca.explained_variance_ratio_.sum()
    print(f"digits, {options.components} components, median of {options.runs} runs")
    print(f"{'':18}{'variance':>9}{'ratio':>8}{'sq. error':>10}{'L1 error':>9}{'angle':>8}{'s':>6}")
    errors = f"{((X - Y) ** 2).mean():10.3f}{np.abs(X - Y).mean():9.3f}"
    print(f"{'PCA':18}{peer:9.4f}{1:8.4f}{errors}{'':8}")
    for name, build in MODELS.items():
        rows = []
        for seed in range(options.runs):
            start = time.process_time()
            model = build(options.components, seed).fit(X)
            seconds = time.process_time() - start
            Y, angle = model.reconstruct(X), float("nan")
            if name.startswith("linear"):
                angle = subspace_angles(model.decoder_matrix(), pca.components_.T).max()
            variance = model.explained_variance_ratio(X)
            squared, absolute = ((X - Y) ** 2).mean(), np.abs(X - Y).mean()
            rows.append((variance, variance / peer, squared, absolute, angle, seconds))
        median = [statistics.median(column) for column in zip(*rows, strict=True)]
        print("{:18}{:9.4f}{:8.4f}{:10.3f}{:9.3f}{:8.4f}{:6.1f}".format(name, *median))
    print("angle: the largest between the decoder's subspace and PCA's, in radians")


if __name__ == "__main__":
    main()
