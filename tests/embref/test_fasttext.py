from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from embref.compiled import train_fasttext
from embref.evaluation import cosine_similarity
from embref.fasttext import FastText, character_ngrams, hash_ngram, load_fasttext
from embref.output_layers import NegativeSamplingOutput
from embref.sampling import alias_table


def two_topics() -> list[list[str]]:
    rng = np.random.default_rng(0)
    topics = [["salting", "peppery", "soups"], ["sunny", "moonlit", "starry"]]
    return [rng.choice(topics[i % 2], 6).tolist() for i in range(400)]


class TestSubwords:
    def test_ngrams_of_all_lengths(self) -> None:
        assert sorted(character_ngrams("cat", 3, 6), key=len) == [
            *("<ca", "cat", "at>"),
            *("<cat", "cat>"),
            "<cat>",
        ]

    def test_the_signs_alone_are_no_ngrams(self) -> None:
        assert character_ngrams("ab", 1, 1) == ["a", "b"]

    @given(st.text(max_size=12), st.integers(1, 4), st.integers(0, 4))
    def test_ngrams_are_the_substrings_of_their_lengths(
        self, word: str, min_n: int, more: int
    ) -> None:
        marked, max_n = f"<{word}>", min_n + more
        pieces = {
            marked[i:j]
            for i in range(len(marked))
            for j in range(i + min_n, min(i + max_n, len(marked)) + 1)
        }
        assert set(character_ngrams(word, min_n, max_n)) == pieces - {"<", ">"}

    @pytest.mark.parametrize(
        ("text", "value"),
        [("", 0x811C9DC5), ("a", 0xE40C292C), ("b", 0xE70C2DE5), ("foobar", 0xBF9CF968)],
    )
    def test_hashes_are_the_published_ones(self, text: str, value: int) -> None:
        assert hash_ngram(text) == value  # test vectors of Fowler, Noll and Vo

    @pytest.mark.parametrize(
        ("text", "value"), [("é", 1023043777), ("<über>", 1478820905), ("日本", 4164387409)]
    )
    def test_beyond_ascii_hashes_are_those_of_the_program(self, text: str, value: int) -> None:
        assert hash_ngram(text) == value  # computed by gensim 4.4, ft_hash_bytes

    @pytest.mark.parametrize(("min_n", "max_n"), [(0, 3), (4, 3)])
    def test_lengths_must_be_in_order(self, min_n: int, max_n: int) -> None:
        with pytest.raises(ValueError, match="expected 1 <= min_n <= max_n"):
            character_ngrams("cat", min_n, max_n)


def test_compiled_loop_takes_the_steps_of_the_numpy_layer() -> None:
    """Windows of one word and a certain noise leave nothing to chance."""
    rng, rate, k = np.random.default_rng(0), 0.2, 3
    ids = np.array([0, 1, 2, 0, -1, 2, 1, -1], dtype=np.int32)
    rows = [np.array([0, 3, 4]), np.array([1, 4]), np.array([2, 5, 3, 6])]
    Z, C = (rng.normal(size=(n, 20)).astype(np.float32) for n in (7, 3))
    expected_Z, expected_C = Z.astype(float), C.astype(float)
    layer = NegativeSamplingOutput([0, 1, 0], k, n_shared=k)
    for sentence in (ids[:4], ids[5:7]):
        for t, word in enumerate(sentence):
            contexts = np.concatenate([sentence[max(0, t - 1) : t], sentence[t + 1 : t + 2]])
            h = expected_Z[rows[word]].mean(axis=0)
            H = np.repeat(h[None], len(contexts), axis=0)
            _, grad_hidden, used, grad_rows = layer.gradients(H, contexts, expected_C)
            expected_Z[rows[word]] -= rate * grad_hidden.sum(axis=0)
            np.add.at(expected_C, used, -rate * grad_rows)
    starts = np.cumsum([0, *map(len, rows)])
    subwords = starts, np.concatenate(rows).astype(np.int32)
    noise = alias_table([0, 1, 0])
    train_fasttext(
        ids, Z, C, np.ones(3, np.float32), noise, subwords, 1, k, (rate, rate), np.uint64(1)
    )
    assert pytest.approx(expected_Z, abs=2e-5) == Z
    assert pytest.approx(expected_C, abs=2e-5) == C


@pytest.mark.parametrize("compiled", [True, False])
def test_unseen_words_resemble_their_stems(compiled: bool) -> None:
    model = FastText(
        10, n_buckets=2000, k=3, sample=0, learning_rate=0.1, batch_size=32, compiled=compiled
    ).fit(two_topics())
    unseen, seen = ["salted", "pepper", "sun", "moon"], ["soups", "soups", "starry", "starry"]
    similarity = cosine_similarity(model.transform(unseen), model.transform(seen))
    assert similarity[:2, :2].min() > similarity[:2, 2:].max() + 0.1
    assert similarity[2:, 2:].min() > similarity[2:, :2].max() + 0.1
    assert not set(unseen) & set(model.vocabulary_)


def test_a_seen_word_is_the_mean_of_its_parts() -> None:
    model = FastText(4, n_buckets=50, k=2, epochs=1).fit(two_topics())
    row = model.vocabulary_.index("sunny")
    buckets = [hash_ngram(ngram) % 50 for ngram in character_ngrams("sunny")]
    parts = np.concatenate([model.Z_[[row]], model.Z_[len(model.vocabulary_) :][buckets]])
    assert model.transform(["sunny"])[0] == pytest.approx(parts.mean(axis=0))
    assert np.array_equal(model.W_[row], model.transform(["sunny"])[0])


def test_a_saved_model_gives_the_same_vectors(tmp_path: Path) -> None:
    model = FastText(4, min_n=2, max_n=4, n_buckets=50, k=2, epochs=1).fit(two_topics())
    model.save(tmp_path / "model.npz")
    loaded = load_fasttext(tmp_path / "model.npz")
    words = ["sunny", "sunshine", "küche"]
    assert np.array_equal(loaded.transform(words), model.transform(words))
    assert np.array_equal(loaded.W_, model.W_)


def test_another_file_is_not_loaded(tmp_path: Path) -> None:
    np.savez(tmp_path / "other.npz", x=np.ones(2))
    with pytest.raises(ValueError, match=r"not a model of FastText.save; it holds \['x'\]"):
        load_fasttext(tmp_path / "other.npz")


def test_a_word_without_parts_has_no_vector() -> None:
    model = FastText(4, min_n=4, max_n=5, n_buckets=50, k=2, epochs=1).fit(two_topics())
    with pytest.raises(KeyError, match="'a' was not seen and has no n-gram of 4"):
        model.transform(["a"])


@pytest.mark.parametrize(
    ("build", "message"),
    [
        (lambda: FastText(n_buckets=0), "n_buckets is 0"),
        (lambda: FastText(min_n=5, max_n=4), "min_n is 5"),
        (lambda: FastText(loss="softmax"), "trains with negative_sampling"),
        (lambda: FastText(k=0), "k is 0"),
    ],
)
def test_errors_say_what_was_given(build: Callable[[], FastText], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        build().fit(two_topics())
