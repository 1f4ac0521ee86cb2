import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from embref.sampling import alias_table, keep_probabilities, noise_distribution

COUNTS = arrays(np.int64, st.integers(1, 30), elements=st.integers(0, 1000)).filter(np.any)


def test_noise_flattens_the_counts() -> None:
    noise = noise_distribution([81, 16, 1])
    assert noise == pytest.approx(np.array([27, 8, 1]) / 36)


def test_noise_with_exponent_one_is_the_unigram_distribution() -> None:
    assert noise_distribution([3, 0, 1], exponent=1.0).tolist() == [0.75, 0.0, 0.25]


def test_noise_never_draws_a_word_without_occurrence() -> None:
    assert noise_distribution([3, 0], exponent=0.0).tolist() == [1.0, 0.0]


def test_keep_probability_at_the_threshold_and_above() -> None:
    # The share is four times the threshold: sqrt(1/4) + 1/4.
    assert keep_probabilities([4, 96], sample=0.01)[0] == pytest.approx(0.75)
    assert keep_probabilities([2, 98], sample=0.01)[0] == 1.0


def test_without_subsampling_all_words_are_kept() -> None:
    assert keep_probabilities([5, 1], sample=0).tolist() == [1.0, 1.0]


@given(COUNTS)
def test_alias_table_holds_the_distribution(counts: np.ndarray) -> None:
    probabilities = counts / counts.sum()
    threshold, alias = alias_table(probabilities)
    held = threshold.astype(float)
    np.add.at(held, alias, 1.0 - threshold.astype(float))
    assert held / len(counts) == pytest.approx(probabilities, abs=1e-6)


@pytest.mark.parametrize("counts", [[], [[1, 2]], [-1, 2], [0, 0], [np.nan, 1]])
def test_bad_counts_are_refused(counts: list) -> None:
    for function in (noise_distribution, keep_probabilities):
        with pytest.raises(ValueError, match="counts"):
            function(counts)


def test_errors_say_what_to_give() -> None:
    with pytest.raises(ValueError, match="give a share such as 1e-3"):
        keep_probabilities([1], sample=-1)
    with pytest.raises(ValueError, match="sum to 2; they must sum to one"):
        alias_table([1, 1])
