"""Pictures of clothing and of digits."""

import gzip
import json
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from embref.datasets.store import locate

CLOTHING = (
    "T-shirt", "trouser", "pullover", "dress", "coat",
    "sandal", "shirt", "sneaker", "bag", "ankle boot",
)  # fmt: skip
DIGITS = tuple("0123456789")


class Images(NamedTuple):
    """Pictures in rows, their classes, and the shape of one picture.

    ``X`` has shape (n_images, height * width) with values from 0 to 1, ``y`` shape (n_images,)
    with indices into ``class_names``; ``X.reshape(-1, *image_shape)`` gives the pictures.
    """

    X: NDArray[np.float32]
    y: NDArray[np.int64]
    class_names: tuple[str, ...]
    image_shape: tuple[int, int]


def load_fashion_mnist(split: str = "train") -> Images:
    """Read Fashion-MNIST: gray pictures of clothing, 28 x 28, ten classes.

    Parameters
    ----------
    split : {"train", "test"}
        60,000 or 10,000 pictures.

    Returns
    -------
    Images

    Raises
    ------
    DatasetMissingError
        If the set has not been fetched.
    ValueError
        If ``split`` is unknown.

    References
    ----------
    Xiao, Rasul and Vollgraf (2017).
    """
    prefixes = {"train": "train", "test": "t10k"}
    if split not in prefixes:
        raise ValueError(f"split is {split!r}; choose 'train' or 'test'.")
    folder = locate("fashion-mnist")
    # An IDX file has a header of 16 bytes before pictures and of 8 before labels.
    pictures = gzip.decompress((folder / f"{prefixes[split]}-images-idx3-ubyte.gz").read_bytes())
    labels = gzip.decompress((folder / f"{prefixes[split]}-labels-idx1-ubyte.gz").read_bytes())
    X = np.frombuffer(pictures, dtype=np.uint8, offset=16).reshape(-1, 784)
    y = np.frombuffer(labels, dtype=np.uint8, offset=8)
    return Images(X.astype(np.float32) / np.float32(255), y.astype(np.int64), CLOTHING, (28, 28))


def load_mnist() -> Images:
    """Read 10,000 handwritten digits, 28 x 28, sorted by digit.

    Returns
    -------
    Images

    Raises
    ------
    DatasetMissingError
        If the set has not been fetched.

    References
    ----------
    LeCun, Bottou, Bengio and Haffner (1998). The sample has no official split: make your own,
    and shuffle.
    """
    folder = locate("mnist")
    digits = [
        np.array(json.loads((folder / f"{digit}.json").read_text())["data"], dtype=np.float32)
        for digit in range(10)
    ]
    X = np.concatenate(digits).reshape(-1, 784)
    y = np.repeat(np.arange(10), [len(digit) // 784 for digit in digits])
    return Images(X, y, DIGITS, (28, 28))


def load_digits() -> Images:
    """Read the 1,797 handwritten digits, 8 x 8, that scikit-learn brings along.

    Returns
    -------
    Images

    Raises
    ------
    ModuleNotFoundError
        If scikit-learn is not installed.

    References
    ----------
    Alpaydin and Kaynak (1998), UCI repository, CC BY 4.0.

    Examples
    --------
    >>> load_digits().X.shape
    (1797, 64)
    """
    try:
        from sklearn import datasets  # type: ignore[import-untyped]
    except ModuleNotFoundError as error:
        raise ModuleNotFoundError(
            "the digits come with scikit-learn; install it: pip install scikit-learn."
        ) from error
    digits = datasets.load_digits()
    X = (digits.data / 16).astype(np.float32)
    return Images(X, digits.target.astype(np.int64), DIGITS, (8, 8))
