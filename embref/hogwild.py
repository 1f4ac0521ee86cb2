"""Threads that train the same vectors on different chunks of a corpus, without a lock."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

import numpy as np
from numpy.typing import NDArray

from embref.corpus import sentence_chunks

WORDS_PER_CHUNK = 10_000
FINAL_RATE = 1e-4

TrainChunk = Callable[[NDArray[np.int32], tuple[float, float], np.uint64], tuple[float, int]]


def linear_rate(learning_rate: float, progress: float) -> float:
    """Learning rate that falls linearly, but not below 0.0001, as in word2vec.

    Parameters
    ----------
    learning_rate : float
        The first one.
    progress : float
        Share of the training that is done, from 0 to 1.

    Returns
    -------
    float

    Examples
    --------
    >>> linear_rate(0.05, 0.5), linear_rate(0.05, 1.0)
    (0.025, 0.0001)
    """
    return max(learning_rate * (1.0 - progress), FINAL_RATE)


def train_epochs(
    train_chunk: TrainChunk,
    ids: NDArray[np.int32],
    *,
    epochs: int,
    learning_rate: float,
    workers: int,
    random_state: int,
) -> Iterator[float]:
    """Run a compiled loop over the chunks of a corpus, several at once.

    Sparse examples rarely touch the same row, so that lost updates are few. They make a run with
    more than one worker not repeatable.

    Parameters
    ----------
    train_chunk : callable
        Takes encoded words, the first and the last learning rate and a seed; changes the vectors
        in place, holding no lock; returns summed loss and number of measured examples.
    ids : ndarray of int32
        Encoded corpus.
    epochs : int
    learning_rate : float
        The first one; it falls linearly.
    workers : int
        Number of threads.
    random_state : int
        Seed. Every chunk of every epoch has a stream of its own.

    Yields
    ------
    float
        Mean loss of the measured examples of an epoch; NaN if none was measured.

    References
    ----------
    Niu, Recht, Ré and Wright (2011), Hogwild.

    Examples
    --------
    >>> ids = np.array([0, 1, -1], dtype=np.int32)
    >>> chunk_loss = lambda chunk, rates, seed: (2.0 * len(chunk), len(chunk))
    >>> list(train_epochs(
    ...     chunk_loss, ids, epochs=2, learning_rate=0.1, workers=1, random_state=0
    ... ))
    [2.0, 2.0]
    """
    chunks = sentence_chunks(ids, WORDS_PER_CHUNK)

    def run(epoch: int, start: int, stop: int) -> tuple[float, int]:
        first, last = (
            linear_rate(learning_rate, (epoch + position / len(ids)) / epochs)
            for position in (start, stop)
        )
        seed = np.random.SeedSequence((random_state, epoch, start)).generate_state(1, np.uint64)[0]
        return train_chunk(np.array(ids[start:stop]), (first, last), seed | np.uint64(1))

    with ThreadPoolExecutor(workers) as pool:
        for epoch in range(epochs):
            done = list(pool.map(lambda chunk, epoch=epoch: run(epoch, *chunk), chunks))
            loss, n_measured = np.sum(done, axis=0)
            yield float(loss / n_measured) if n_measured else float("nan")
