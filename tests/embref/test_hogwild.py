import threading

import numpy as np
import pytest

from embref.hogwild import WORDS_PER_CHUNK, linear_rate, train_epochs

IDS = np.tile(np.array([0] * 99 + [-1], dtype=np.int32), 3 * WORDS_PER_CHUNK // 100)


def calls(workers: int) -> list[tuple[int, tuple[float, float], int]]:
    found, lock = [], threading.Lock()

    def train_chunk(
        chunk: np.ndarray, rates: tuple[float, float], seed: np.uint64
    ) -> tuple[float, int]:
        with lock:
            found.append((len(chunk), rates, int(seed)))
        return 2.0 * len(chunk), len(chunk)

    losses = train_epochs(
        train_chunk, IDS, epochs=2, learning_rate=0.06, workers=workers, random_state=3
    )
    assert list(losses) == [2.0, 2.0]
    return found


def test_every_chunk_of_every_epoch_has_its_own_stream() -> None:
    seeds = [seed for _, _, seed in calls(1)]
    assert len(set(seeds)) == len(seeds) == 6
    assert all(seed % 2 for seed in seeds)  # xorshift stands still at zero


def test_the_rate_falls_through_all_chunks_without_a_jump() -> None:
    lengths, rates, _ = zip(*calls(1), strict=True)
    assert lengths == (WORDS_PER_CHUNK,) * 6
    assert [first for first, _ in rates] == pytest.approx([0.06, 0.05, 0.04, 0.03, 0.02, 0.01])
    assert [last for _, last in rates[:-1]] == pytest.approx([first for first, _ in rates[1:]])
    assert rates[-1][1] == linear_rate(0.06, 1.0) == 1e-4


def test_threads_share_the_work_of_one() -> None:
    assert sorted(calls(3)) == sorted(calls(1))


def test_an_error_in_a_thread_comes_out() -> None:
    def fail(*_: object) -> tuple[float, int]:
        raise ValueError("stop")

    with pytest.raises(ValueError, match="stop"):
        list(train_epochs(fail, IDS, epochs=1, learning_rate=0.1, workers=2, random_state=0))


def test_nothing_measured_is_no_loss() -> None:
    losses = train_epochs(
        lambda *_: (0.0, 0), IDS, epochs=1, learning_rate=0.1, workers=1, random_state=0
    )
    assert np.isnan(next(losses))
