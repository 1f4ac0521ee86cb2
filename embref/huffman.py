"""Huffman tree of a vocabulary, for the hierarchical softmax."""

import heapq
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray


class HuffmanTree(NamedTuple):
    """Paths from the root to every word.

    Attributes
    ----------
    nodes : ndarray of int32 of shape (n_words, longest)
        Inner nodes on the path of a word, from the root; inner node ``i`` has row ``i`` of ``C``.
        The root is the last of the ``n_words - 1`` inner nodes.
    codes : ndarray of int8 of shape (n_words, longest)
        1 where the path turns left, 0 where it turns right.
    lengths : ndarray of int32 of shape (n_words,)
        Number of nodes on the path; what stands behind it in a row is padding.
    """

    nodes: NDArray[np.int32]
    codes: NDArray[np.int8]
    lengths: NDArray[np.int32]


def huffman_tree(counts: ArrayLike) -> HuffmanTree:
    """Build the binary tree with the shortest mean path, weighted by the counts.

    Parameters
    ----------
    counts : array-like of shape (n_words,)
        How often each word occurs; at least two words.

    Returns
    -------
    HuffmanTree

    Raises
    ------
    ValueError
        If there are fewer than two words or a count is negative or not finite.

    References
    ----------
    Huffman (1952); Morin and Bengio (2005), Hierarchical probabilistic neural network language
    model; Mikolov et al. (2013), section 2.1.

    Examples
    --------
    >>> tree = huffman_tree([10, 2, 1])
    >>> tree.lengths.tolist()
    [1, 2, 2]
    >>> tree.nodes.tolist()
    [[1, 0], [1, 0], [1, 0]]
    """
    counts = np.asarray(counts, dtype=float)
    if counts.ndim != 1 or len(counts) < 2:
        raise ValueError(f"counts have shape {counts.shape}; a tree needs at least two words.")
    if not np.all(np.isfinite(counts)) or np.any(counts < 0):
        raise ValueError("counts must be finite and non-negative.")
    parent, code = _merge(counts)
    return _paths(parent, code, len(counts))


def _merge(counts: NDArray[np.float64]) -> tuple[list[int], list[int]]:
    """Join the two lightest trees until one is left; leaves come first, then inner nodes."""
    n_words = len(counts)
    parent, code = [0] * (2 * n_words - 1), [0] * (2 * n_words - 1)
    heap = [(count, word) for word, count in enumerate(counts.tolist())]
    heapq.heapify(heap)
    for node in range(n_words, 2 * n_words - 1):
        (light, left), (heavy, right) = heapq.heappop(heap), heapq.heappop(heap)
        parent[left] = parent[right] = node
        code[left] = 1
        heapq.heappush(heap, (light + heavy, node))
    return parent, code


def _paths(parent: list[int], code: list[int], n_words: int) -> HuffmanTree:
    root = len(parent) - 1
    paths = []
    for leaf in range(n_words):
        path, node = [], leaf
        while node != root:
            path.append((parent[node] - n_words, code[node]))
            node = parent[node]
        paths.append(path[::-1])
    lengths = np.array([len(path) for path in paths], dtype=np.int32)
    padded = np.zeros((n_words, int(lengths.max()), 2), dtype=np.int32)
    for word, path in enumerate(paths):
        padded[word, : len(path)] = path
    return HuffmanTree(padded[:, :, 0].copy(), padded[:, :, 1].astype(np.int8), lengths)
