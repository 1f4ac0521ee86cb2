from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from embref.compiled import train_word2vec
from embref.cooccurrence import window_counts
from embref.corpus import SENTENCE_END, LineCorpus
from embref.evaluation import cosine_similarity
from embref.huffman import huffman_tree
from embref.output_layers import HierarchicalSoftmaxOutput, NegativeSamplingOutput, OutputLayer
from embref.sampling import alias_table
from embref.skipgram import (
    CBOW,
    LOSSES,
    SelfPrediction,
    SkipGram,
    Word2Vec,
    add_to_rows,
    subsample,
    window_examples,
)
from embref.word2vec import negative_sampling_optimum

FOOD, SKY = ["salt", "pepper", "soup", "bread"], ["sun", "moon", "star", "cloud"]
BUILD = {"skip-gram": SkipGram, "cbow": CBOW}


def two_topics(n_sentences: int = 300) -> list[list[str]]:
    rng = np.random.default_rng(0)
    return [rng.choice(topic, 6).tolist() for topic in [FOOD, SKY] * (n_sentences // 2)]


def topic_gap(model: Word2Vec) -> float:
    """Mean cosine within a topic minus that between the topics."""
    similarity = cosine_similarity(model.transform(FOOD + SKY), model.transform(FOOD + SKY))
    within = similarity[:4, :4][~np.eye(4, dtype=bool)].mean()
    return float(within - similarity[:4, 4:].mean())


class TestWindows:
    @given(
        st.lists(st.lists(st.integers(0, 3), min_size=1, max_size=7), min_size=1, max_size=4),
        st.integers(1, 4),
        st.integers(0, 9),
    )
    def test_slices_find_what_a_loop_over_tokens_finds(
        self, sentences: list[list[int]], window: int, seed: int
    ) -> None:
        ids = np.concatenate([[*sentence, SENTENCE_END] for sentence in sentences])
        reach = iter(np.random.default_rng(seed).integers(1, window + 1, size=len(ids)))
        expected = []
        for sentence in sentences:
            for t, target in enumerate(sentence):
                r = next(reach)
                around = sentence[max(0, t - r) : t] + sentence[t + 1 : t + 1 + r]
                if around:
                    expected.append((around, target))
            next(reach)
        inputs, targets = window_examples(ids, window, np.random.default_rng(seed))
        found = [row[row >= 0].tolist() for row in inputs]
        assert list(zip(found, targets.tolist(), strict=True)) == expected

    def test_no_window_pairs_each_word_with_itself(self) -> None:
        inputs, targets = window_examples(np.array([4, 2, -1, 3]), 0, np.random.default_rng(0))
        assert inputs[:, 0].tolist() == targets.tolist() == [4, 2, 3]

    def test_subsampling_keeps_the_promised_share(self) -> None:
        ids = np.array([0, 1, SENTENCE_END] * 20_000, dtype=np.int32)
        kept = subsample(ids, np.array([0.3, 1.0]), np.random.default_rng(0))
        assert np.mean(ids == 1) * len(ids) == np.sum(kept == 1) == np.sum(kept == -1)
        assert np.sum(kept == 0) / 20_000 == pytest.approx(0.3, abs=0.02)

    def test_repeated_rows_add_up(self) -> None:
        rng = np.random.default_rng(0)
        rows, changes = rng.integers(0, 5, 40), rng.normal(size=(40, 3))
        expected, found = np.zeros((5, 3)), np.zeros((5, 3))
        np.add.at(expected, rows, changes)
        add_to_rows(found, rows, changes)
        assert found == pytest.approx(expected)


class TestCompiledLoop:
    """The compiled loop against the NumPy layers, position by position.

    A window of one word has no random width, and a noise that is certain has no random draw: then
    the compiled loop has nothing left to chance.
    """

    counts = np.array([9, 7, 4, 2, 1])
    ids = np.array([0, 1, 2, 4, -1, 3, -1, 2, 0, 0, 3, -1], dtype=np.int32)
    rate = 0.3

    def vectors(self, n_rows: int) -> tuple[np.ndarray, np.ndarray]:
        rng = np.random.default_rng(3)
        W, C = rng.normal(size=(5, 20)), rng.normal(size=(n_rows, 20))
        return W.astype(np.float32), C.astype(np.float32)

    def compiled(self, *, mean_of_window: bool, k: int, window: int = 1) -> tuple[np.ndarray, ...]:
        W, C = self.vectors(5 if k else 4)
        keep, noise = np.ones(5, np.float32), alias_table([0, 0, 0, 1, 0])
        tree, rates = tuple(huffman_tree(self.counts)), (self.rate, self.rate)
        train_word2vec(
            self.ids, W, C, keep, noise, tree, mean_of_window, window, k, rates, np.uint64(1)
        )
        return W, C

    def by_position(
        self, layer: OutputLayer, *, mean_of_window: bool, window: int = 1
    ) -> tuple[np.ndarray, ...]:
        W, C = (vectors.astype(float) for vectors in self.vectors(layer.n_rows))
        examples = window_examples(self.ids.astype(np.int64), window, np.random.default_rng(0))
        for around, target in zip(*examples, strict=True):
            inputs = around[around >= 0]
            H = W[inputs].mean(axis=0, keepdims=True) if mean_of_window else W[inputs]
            _, grad_hidden, rows, grad_rows = layer.gradients(H, np.full(len(H), target), C)
            np.add.at(W, inputs, -self.rate * grad_hidden * len(H) / len(inputs))
            np.add.at(C, rows, -self.rate * grad_rows)
        return W, C

    @pytest.mark.parametrize("mean_of_window", [False, True])
    @pytest.mark.parametrize("k", [0, 1, 4])
    def test_takes_the_steps_of_the_numpy_layers(self, mean_of_window: bool, k: int) -> None:
        layer: OutputLayer = HierarchicalSoftmaxOutput(self.counts)
        if k:
            layer = NegativeSamplingOutput([0, 0, 0, 1, 0], k, n_shared=k)
        expected = self.by_position(layer, mean_of_window=mean_of_window)
        found = self.compiled(mean_of_window=mean_of_window, k=k)
        start = self.vectors(layer.n_rows)
        for matrix, target, before in zip(found, expected, start, strict=True):
            assert matrix == pytest.approx(target, abs=2e-5)
            assert np.abs(matrix - before).max() > 0.1

    def test_self_prediction_takes_the_steps_of_the_numpy_layers(self) -> None:
        layer = NegativeSamplingOutput([0, 0, 0, 1, 0], 2, n_shared=2)
        expected = self.by_position(layer, mean_of_window=False, window=0)
        found = self.compiled(mean_of_window=False, k=2, window=0)
        for matrix, target in zip(found, expected, strict=True):
            assert matrix == pytest.approx(target, abs=2e-5)

    def test_draws_windows_noise_and_subsamples_as_promised(self) -> None:
        """With vectors at rest, moves of one step count how often each row took part."""
        n, k, keep = 30_000, 3, np.array([0.4, 1.0, 1.0], np.float32)
        ids = np.append(np.tile(np.arange(3, dtype=np.int32), n), np.int32(-1))
        W, C = np.zeros((3, 1), np.float32), np.zeros((3, 1), np.float32)
        noise, tree = alias_table([0.5, 0.3, 0.2]), tuple(huffman_tree([1, 1]))
        W[:], rate = 1.0, 1e-7  # every output row moves by rate / 2, up or down
        pairs = train_word2vec(
            ids, W, C, keep, noise, tree, False, 2, k, (rate, rate), np.uint64(5)
        )[1] * 16  # fmt: skip
        kept = n * (2 + 0.4)
        assert pairs / kept == pytest.approx(3.0, rel=0.02)  # 2 or 4 words around
        target = pairs * np.array([0.4, 1, 1]) / 2.4
        negative = pairs * k * np.array([0.5, 0.3, 0.2])
        assert C[:, 0] / (rate / 2) == pytest.approx(target - negative, abs=0.03 * pairs)


class TestTraining:
    @pytest.mark.parametrize("compiled", [True, False])
    @pytest.mark.parametrize("loss", LOSSES)
    @pytest.mark.parametrize("name", BUILD)
    def test_words_of_a_topic_come_together(self, name: str, loss: str, compiled: bool) -> None:
        rate = 0.02 if loss == "softmax" else 0.1
        model = BUILD[name](
            10, loss=loss, k=3, sample=0, epochs=6, learning_rate=rate, batch_size=32,
            compiled=compiled,
        ).fit(two_topics())  # fmt: skip
        assert topic_gap(model) > 0.5
        assert model.loss_[-1] < model.loss_[0]

    @pytest.mark.parametrize("loss", LOSSES)
    def test_self_prediction_learns_words_but_no_meaning(self, loss: str) -> None:
        model = SelfPrediction(10, loss=loss, k=3, sample=0, epochs=6, learning_rate=0.05)
        model.fit(two_topics())
        assert model.loss_[-1] < 0.7 * model.loss_[0]
        scores = model.transform(FOOD + SKY) @ model.C_.T
        if loss != "hierarchical_softmax":
            order = model.vocabulary_.encode(FOOD + SKY)
            assert scores.argmax(axis=1).tolist() == order.tolist()
        assert abs(topic_gap(model)) < 0.3

    def test_scores_converge_to_shifted_pmi(self) -> None:
        """Levy and Goldberg (2014): with room for every pair, w·c tends to PMI − ln k."""
        rng = np.random.default_rng(0)
        words, likely = list("abcdef"), 1 + 4 * np.eye(6)[[1, 0, 3, 2, 5, 4]]
        likely /= likely.sum(axis=1, keepdims=True)
        first = rng.integers(6, size=20_000)
        second = [rng.choice(6, p=likely[word]) for word in first]
        sentences = [[words[i], words[j]] for i, j in zip(first, second, strict=True)]
        model = SkipGram(
            12, k=3, window=1, noise_exponent=1.0, sample=0, epochs=20, learning_rate=0.1
        ).fit(sentences)
        counts = window_counts(sentences, model.vocabulary_, 1)
        optimum = negative_sampling_optimum(counts, k=3)
        scores = model.W_ @ model.C_.T
        assert scores == pytest.approx(optimum, abs=0.15)
        assert np.ptp(optimum) > 1.5

    def test_the_softmax_learns_the_conditional_distribution(self) -> None:
        sentences = [["a", "b"]] * 30 + [["a", "c"]] * 10
        model = SkipGram(
            4, loss="softmax", window=1, sample=0, epochs=150, learning_rate=0.05, batch_size=8
        ).fit(sentences)
        scores = model.transform(["a"])[0] @ model.C_.T
        p = np.exp(scores) / np.exp(scores).sum()
        expected = {"a": 0.0, "b": 0.75, "c": 0.25}
        assert p == pytest.approx([expected[word] for word in model.vocabulary_], abs=0.05)

    @pytest.mark.parametrize("compiled", [True, False])
    def test_one_worker_repeats_itself(self, compiled: bool) -> None:
        fits = [SkipGram(5, k=2, compiled=compiled).fit(two_topics()) for _ in range(2)]
        other = SkipGram(5, k=2, compiled=compiled, random_state=1).fit(two_topics())
        assert np.array_equal(fits[0].W_, fits[1].W_)
        assert not np.array_equal(fits[0].W_, other.W_)

    def test_several_workers_learn_the_same_topics(self) -> None:
        model = SkipGram(10, k=3, sample=0, learning_rate=0.1, workers=2)
        assert topic_gap(model.fit(two_topics(8000))) > 0.5

    def test_a_text_on_disk_gives_the_vectors_of_a_list(self, tmp_path: Path) -> None:
        path = tmp_path / "corpus.txt"
        path.write_text("\n".join(map(" ".join, two_topics())))
        model = SkipGram(5, k=2)
        assert np.array_equal(model.fit(LineCorpus(path)).W_, model.fit(two_topics()).W_)

    def test_the_loss_is_measured_on_the_shortest_text(self) -> None:
        model = SkipGram(5, k=2, sample=0, epochs=1, min_count=1).fit([["salt", "pepper"]])
        assert model.loss_ == pytest.approx([3 * np.log(2)])

    def test_rare_words_are_left_out(self) -> None:
        model = SkipGram(5, k=2).fit([*two_topics(), ["salt", "caviar"]])
        assert "caviar" not in model.vocabulary_
        with pytest.raises(KeyError, match="caviar"):
            model.transform(["caviar"])


@pytest.mark.parametrize(
    ("build", "message"),
    [
        (lambda: SkipGram(loss="hinge"), "loss is 'hinge'; choose one of negative_sampling"),
        (lambda: SkipGram(k=0), "k is 0"),
        (lambda: SkipGram(k=9), "k is 9, but only 8 words occur 5 times or more"),
        (lambda: SkipGram(0), "dimension is 0"),
        (lambda: SkipGram(window=0), "window is 0"),
        (lambda: SkipGram(epochs=0), "epochs is 0"),
        (lambda: SkipGram(workers=0), "workers is 0"),
        (lambda: SkipGram(learning_rate=float("nan")), "learning_rate is nan"),
        (lambda: SkipGram(learning_rate=1e30), "lower learning_rate, 1e"),
        (lambda: SkipGram(sample=-1), "sample is -1"),
        (lambda: SkipGram(min_count=10_000), "no word occurs 10000 times"),
    ],
)
def test_errors_say_what_was_given(build: Callable[[], Word2Vec], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        build().fit(two_topics())
