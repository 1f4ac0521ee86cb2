"""Training loops compiled by Numba: word2vec, fastText and GloVe at full speed.

Each loop does what a readable NumPy module does (``output_layers``, ``fasttext``, ``glove``), one
small step after the other, and is tested against it. The loops hold no lock: threads may run them
on the same vectors at once, as Hogwild (Niu et al., 2011) does.
"""

from typing import Any

import numpy as np
from numba import njit
from numpy.typing import NDArray

LOSS_EVERY = 16  # the loss is measured at one position in 16

Vectors = NDArray[np.float32]
Rows = NDArray[np.int32]

_compile: Any = njit(nogil=True, fastmath=True, error_model="numpy", cache=True)
# A helper is copied into its caller, where the compiler sees that the work arrays do not overlap.
_inline: Any = njit(nogil=True, fastmath=True, error_model="numpy", inline="always")


@_inline
def _next_random(state: np.uint64) -> np.uint64:
    """Next state of xorshift64 (Marsaglia, 2003)."""
    state ^= state << np.uint64(13)
    state ^= state >> np.uint64(7)
    state ^= state << np.uint64(17)
    return state


@_inline
def _below(state: np.uint64, n: int) -> np.int64:
    """Draw an integer from 0 to n - 1 with the upper 48 bits."""
    return np.int64((state >> np.uint64(16)) % np.uint64(n))


@_inline
def _uniform(state: np.uint64) -> np.float32:
    """Draw a number from [0, 1) with the upper 24 bits."""
    return np.float32(state >> np.uint64(40)) * np.float32(1.0 / (1 << 24))


@_inline
def _draw(state: np.uint64, threshold: Vectors, alias: Rows) -> np.int64:
    """Draw from an alias table; the lower 16 bits decide inside the cell."""
    cell = _below(state, len(threshold))
    inside = np.float32(state & np.uint64(0xFFFF)) * np.float32(1.0 / (1 << 16))
    return np.int64(cell) if inside < threshold[cell] else np.int64(alias[cell])


@_inline
def _sigmoid(x: np.float32) -> np.float32:
    return np.float32(1.0) / (np.float32(1.0) + np.exp(-x))


@_inline
def _softplus(x: np.float32) -> np.float32:
    """Stable ln(1 + exp(x)), which is -ln σ(-x)."""
    return max(x, np.float32(0.0)) + np.log1p(np.exp(-abs(x)))


@_inline
def _subsample(
    ids: Rows, start: int, keep: Vectors, kept: Rows, state: np.uint64
) -> tuple[int, int, np.uint64]:
    """Copy the words that survive from a sentence; return also where the next one starts."""
    length, position = 0, start
    while position < len(ids) and ids[position] >= 0:
        state = _next_random(state)
        if _uniform(state) < keep[ids[position]]:
            kept[length] = ids[position]
            length += 1
        position += 1
    return length, position + 1, state


@_inline
def _fill_window(kept: Rows, length: int, t: int, reach: int, inputs: Rows) -> int:
    """List the words up to ``reach`` positions away; zero stands for the word itself."""
    n = 0
    for position in range(max(0, t - reach), min(length, t + reach + 1)):
        if position != t or reach == 0:
            inputs[n] = kept[position]
            n += 1
    return n


@_inline
def _fill_noise(
    rows: Rows, first: int, last: int, threshold: Vectors, alias: Rows, state: np.uint64
) -> np.uint64:
    for j in range(first, last):
        state = _next_random(state)
        rows[j] = _draw(state, threshold, alias)
    return state


@_inline
def _fill_path(
    rows: Rows, labels: Vectors, word: int, nodes: Rows, codes: NDArray[np.int8], lengths: Rows
) -> int:
    for j in range(lengths[word]):
        rows[j] = nodes[word, j]
        labels[j] = np.float32(1 - codes[word, j])
    return lengths[word]


@_inline
def _gather(W: Vectors, inputs: Rows, n: int, H: Vectors, n_hidden: int) -> None:
    """Fill the hidden vectors: one of each input word, or one mean if ``n_hidden`` is one."""
    d = W.shape[1]
    for i in range(n_hidden):
        for a in range(d):
            H[i, a] = W[inputs[i], a]
    for i in range(n_hidden, n):
        for a in range(d):
            H[0, a] += W[inputs[i], a]
    if n_hidden < n:
        for a in range(d):
            H[0, a] *= np.float32(1.0 / n)


@_inline
def _scatter(
    W: Vectors, inputs: Rows, n: int, dH: Vectors, n_hidden: int, share: np.float32
) -> None:
    """Move every input word by a share of the movement of its hidden vector."""
    d = W.shape[1]
    for i in range(n):
        row, hidden = inputs[i], i if n_hidden > 1 else 0
        for a in range(d):
            W[row, a] += share * dH[hidden, a]


@_inline
def _logistic_step(
    H: Vectors,
    n_hidden: int,
    C: Vectors,
    rows: Rows,
    labels: Vectors,
    n_outputs: int,
    rate: np.float32,
    dH: Vectors,
    outputs: Vectors,
    moves: Vectors,
) -> None:
    """Step on all decisions (h, row): C moves, and ``dH`` says where the hidden vectors should."""
    d = C.shape[1]
    for j in range(n_outputs):
        row = rows[j]
        for a in range(d):
            outputs[j, a] = C[row, a]
            moves[j, a] = 0
    for i in range(n_hidden):
        for a in range(d):
            dH[i, a] = 0
        for j in range(n_outputs):
            score = np.float32(0)
            for a in range(d):
                score += H[i, a] * outputs[j, a]
            step = rate * (labels[j] - _sigmoid(score))
            for a in range(d):
                dH[i, a] += step * outputs[j, a]
                moves[j, a] += step * H[i, a]
    for j in range(n_outputs):
        row = rows[j]
        for a in range(d):
            C[row, a] += moves[j, a]


@_compile
def _logistic_loss(
    H: Vectors, n_hidden: int, C: Vectors, rows: Rows, labels: Vectors, n_outputs: int
) -> float:
    """Sum the losses of all decisions (h, row), in nats."""
    loss = 0.0
    for i in range(n_hidden):
        for j in range(n_outputs):
            score = np.float32(0)
            for a in range(C.shape[1]):
                score += H[i, a] * C[rows[j], a]
            loss += _softplus(-score if labels[j] > 0 else score)
    return loss


@_compile
def train_word2vec(
    ids: Rows,
    W: Vectors,
    C: Vectors,
    keep: Vectors,
    noise: tuple[Vectors, Rows],
    tree: tuple[Rows, NDArray[np.int8], Rows],
    mean_of_window: bool,
    window: int,
    k: int,
    rates: tuple[float, float],
    seed: np.uint64,
) -> tuple[float, int]:
    """Train on a chunk of an encoded corpus, in place.

    The word at position ``t`` is the target of every word in its window. Windows are symmetric,
    so these are all (center, context) pairs of the chunk, grouped by context: a group shares its
    rows of ``C``, and with them its negatives.

    Parameters
    ----------
    ids : ndarray of int32
        Rows of words, a negative number at the end of each sentence.
    W, C : ndarray of float32 of shape (n_words, d) and (n_words or n_nodes, d)
        Changed.
    keep : ndarray of float32 of shape (n_words,)
        Probability that an occurrence is kept.
    noise : (threshold, alias)
        Alias table of the noise.
    tree : (nodes, codes, lengths)
        Huffman tree, used if ``k`` is zero.
    mean_of_window : bool
        CBOW rather than skip-gram.
    window : int
        Greatest distance; each position draws its own from 1 to this. Zero pairs every word with
        itself.
    k : int
        Number of negatives; zero stands for the hierarchical softmax.
    rates : (float, float)
        Learning rate at the start and at the end of the chunk.
    seed : uint64
        Not zero.

    Returns
    -------
    loss : float
        Summed over the measured examples.
    n_measured : int
        One position in ``LOSS_EVERY`` is measured.
    """
    d, most_outputs = W.shape[1], max(k + 1, tree[0].shape[1])
    kept, inputs = np.empty(len(ids), np.int32), np.empty(max(1, 2 * window), np.int32)
    rows, labels = np.empty(most_outputs, np.int32), np.zeros(most_outputs, np.float32)
    H, dH = np.empty((len(inputs), d), W.dtype), np.empty((len(inputs), d), W.dtype)
    outputs, moves = np.empty((most_outputs, d), W.dtype), np.empty((most_outputs, d), W.dtype)
    labels[0] = 1
    state, position, n_positions = np.uint64(seed), 0, 0
    loss, n_measured = 0.0, 0
    while position < len(ids):
        rate = np.float32(rates[0] + (rates[1] - rates[0]) * position / len(ids))
        length, position, state = _subsample(ids, position, keep, kept, state)
        for t in range(length):
            state = _next_random(state)
            reach = 1 + _below(state, window) if window > 0 else 0
            n = _fill_window(kept, length, t, reach, inputs)
            if n == 0:
                continue
            if k > 0:
                rows[0], n_outputs = kept[t], k + 1
                state = _fill_noise(rows, 1, n_outputs, noise[0], noise[1], state)
            else:
                n_outputs = _fill_path(rows, labels, kept[t], tree[0], tree[1], tree[2])
            n_hidden = 1 if mean_of_window else n
            _gather(W, inputs, n, H, n_hidden)
            if n_positions % LOSS_EVERY == 0:
                loss += _logistic_loss(H, n_hidden, C, rows, labels, n_outputs)
                n_measured += n_hidden
            n_positions += 1
            _logistic_step(H, n_hidden, C, rows, labels, n_outputs, rate, dH, outputs, moves)
            _scatter(W, inputs, n, dH, n_hidden, np.float32(n_hidden / n))
    return loss, n_measured


@_compile
def train_fasttext(
    ids: Rows,
    Z: Vectors,
    C: Vectors,
    keep: Vectors,
    noise: tuple[Vectors, Rows],
    subwords: tuple[NDArray[np.int64], Rows],
    window: int,
    k: int,
    rates: tuple[float, float],
    seed: np.uint64,
) -> tuple[float, int]:
    """Train on a chunk of an encoded corpus, in place.

    Parameters
    ----------
    ids, keep, noise, window, k, rates, seed
        As in :func:`train_word2vec`.
    Z : ndarray of float32 of shape (n_words + n_buckets, d)
        Vectors of words and of n-grams, changed.
    C : ndarray of float32 of shape (n_words, d)
        Context vectors, changed.
    subwords : (starts, rows)
        ``rows[starts[w] : starts[w + 1]]`` are the rows of ``Z`` that make up word ``w``.

    Returns
    -------
    loss : float
        Summed over the measured pairs.
    n_measured : int
    """
    d, group = Z.shape[1], k + 1
    kept, contexts = np.empty(len(ids), np.int32), np.empty(2 * window, np.int32)
    rows, labels = np.empty(2 * window * group, np.int32), np.zeros(2 * window * group, np.float32)
    labels[::group] = 1
    h, dh = np.empty((1, d), Z.dtype), np.empty((1, d), Z.dtype)
    outputs, moves = np.empty((len(rows), d), Z.dtype), np.empty((len(rows), d), Z.dtype)
    state, position, n_positions = np.uint64(seed), 0, 0
    loss, n_measured = 0.0, 0
    while position < len(ids):
        rate = np.float32(rates[0] + (rates[1] - rates[0]) * position / len(ids))
        length, position, state = _subsample(ids, position, keep, kept, state)
        for t in range(length):
            state = _next_random(state)
            n = _fill_window(kept, length, t, 1 + _below(state, window), contexts)
            if n == 0:
                continue
            for i in range(n):
                rows[i * group] = contexts[i]
                state = _fill_noise(rows, i * group + 1, (i + 1) * group, noise[0], noise[1], state)
            parts = subwords[1][subwords[0][kept[t]] : subwords[0][kept[t] + 1]]
            _gather(Z, parts, len(parts), h, 1)
            if n_positions % LOSS_EVERY == 0:
                loss += _logistic_loss(h, 1, C, rows, labels, n * group)
                n_measured += n
            n_positions += 1
            _logistic_step(h, 1, C, rows, labels, n * group, rate, dh, outputs, moves)
            _scatter(Z, parts, len(parts), dh, 1, np.float32(1))
    return loss, n_measured


@_compile
def train_glove(
    centers: Rows,
    contexts: Rows,
    log_counts: Vectors,
    weights: Vectors,
    W: Vectors,
    C: Vectors,
    squares_W: Vectors,
    squares_C: Vectors,
    learning_rate: float,
) -> float:
    """Step of AdaGrad on every entry in turn, in place.

    Parameters
    ----------
    centers, contexts : ndarray of int32 of shape (n_entries,)
    log_counts, weights : ndarray of float32 of shape (n_entries,)
    W, C : ndarray of float32 of shape (n_words, d + 1)
        The last column holds the biases; changed.
    squares_W, squares_C : ndarray of float32 of shape (n_words, d + 1)
        Sums of squared gradients, changed.
    learning_rate : float

    Returns
    -------
    float
        Sum of the losses, each before its step.
    """
    d, rate, loss = W.shape[1] - 1, np.float32(learning_rate), 0.0
    for entry in range(len(centers)):
        i, j = centers[entry], contexts[entry]
        error = W[i, d] + C[j, d] - log_counts[entry]
        for a in range(d):
            error += W[i, a] * C[j, a]
        weighted = weights[entry] * error
        loss += 0.5 * weighted * error
        for a in range(d + 1):
            gradient_w = weighted * (C[j, a] if a < d else np.float32(1))
            gradient_c = weighted * (W[i, a] if a < d else np.float32(1))
            squares_W[i, a] += gradient_w * gradient_w
            squares_C[j, a] += gradient_c * gradient_c
            W[i, a] -= rate * gradient_w / np.sqrt(squares_W[i, a])
            C[j, a] -= rate * gradient_c / np.sqrt(squares_C[j, a])
    return loss
