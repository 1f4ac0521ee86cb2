"""Word2vec, trained: skip-gram, CBOW and self-prediction, each with three output layers.

The formulas of one pair are in :mod:`embref.word2vec`. Here is the training on a corpus, twice:
in NumPy, to be read (``compiled=False``), and by the loop of :mod:`embref.compiled`, for speed.
"""

from collections.abc import Iterable, Iterator
from typing import Self

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from embref.cooccurrence import check_k
from embref.corpus import (
    SENTENCE_END,
    Sentences,
    build_vocabulary,
    encode_corpus,
    sentence_chunks,
)
from embref.hogwild import WORDS_PER_CHUNK, TrainChunk, linear_rate, train_epochs
from embref.huffman import huffman_tree
from embref.output_layers import (
    HierarchicalSoftmaxOutput,
    NegativeSamplingOutput,
    OutputLayer,
    SoftmaxOutput,
)
from embref.sampling import alias_table, keep_probabilities, noise_distribution

Vectors = NDArray[np.float32]
Rows = NDArray[np.int64]

LOSSES = ("negative_sampling", "hierarchical_softmax", "softmax")


class Word2Vec:
    """What skip-gram, CBOW and self-prediction share; use one of these.

    Parameters
    ----------
    dimension : int
        Length d of the vectors.
    window : int
        Greatest distance between two words of a pair. Every position draws its own distance
        uniformly from 1 to this, so that near words form more pairs.
    loss : {"negative_sampling", "hierarchical_softmax", "softmax"}
        The full softmax costs one score for every word of the vocabulary and example. It is
        always trained in NumPy, whose matrix products are compiled already.
    k : int
        Number of negatives per pair.
    noise_exponent : float
        Power of the counts in the distribution of the negatives.
    sample : float
        Threshold of subsampling, a share of the corpus; 0 keeps every occurrence.
    min_count : int
        Words seen less often are left out.
    epochs : int
        Passes over the corpus.
    learning_rate : float
        First step size; it falls linearly to 0.0001.
    batch_size : int
        Examples of a step in NumPy. The compiled loop steps once per position of the text.
    compiled : bool
        Whether to train with the compiled loop, or in readable NumPy.
    workers : int
        Threads of the compiled loop. They write to the same vectors without a lock: only a single
        worker makes a run repeatable.
    random_state : int
        Seed.

    Attributes
    ----------
    vocabulary_ : Vocabulary
        The most frequent word first.
    W_ : ndarray of float32 of shape (n_words, d)
        Vectors of the words: the embedding.
    C_ : ndarray of float32 of shape (n_words, d), or (n_words - 1, d)
        Context vectors, or those of the inner nodes with the hierarchical softmax.
    loss_ : list of float
        Mean loss of an example in each epoch, in nats. The compiled loop measures it at one
        position in sixteen.

    References
    ----------
    Mikolov et al. (2013), Efficient estimation of word representations in vector space; Mikolov
    et al. (2013), Distributed representations of words and phrases and their compositionality.
    """

    mean_of_window = False
    whole_gradient = False  # whether all inputs of a mean take its whole gradient, as in fastText

    def __init__(
        self,
        dimension: int = 100,
        *,
        window: int = 5,
        loss: str = "negative_sampling",
        k: int = 5,
        noise_exponent: float = 0.75,
        sample: float = 1e-3,
        min_count: int = 5,
        epochs: int = 5,
        learning_rate: float = 0.025,
        batch_size: int = 512,
        compiled: bool = True,
        workers: int = 1,
        random_state: int = 0,
    ) -> None:
        self.dimension = dimension
        self.window = window
        self.loss = loss
        self.k = k
        self.noise_exponent = noise_exponent
        self.sample = sample
        self.min_count = min_count
        self.epochs = epochs
        self.learning_rate = learning_rate
        self.batch_size = batch_size
        self.compiled = compiled
        self.workers = workers
        self.random_state = random_state

    def fit(self, sentences: Sentences) -> Self:
        """Learn the vectors of a corpus.

        Parameters
        ----------
        sentences : iterable of sequences of str
            Read twice, to count the words and to encode them; ``LineCorpus`` streams a file.

        Returns
        -------
        self

        Raises
        ------
        ValueError
            If a parameter is out of range, ``k`` exceeds the vocabulary, the sentences are empty,
            a string or an iterator, or the training diverges.
        """
        self._check_parameters()
        self.vocabulary_ = build_vocabulary(sentences, self.min_count)
        if self.loss == "negative_sampling" and self.k > len(self.vocabulary_):
            raise ValueError(
                f"k is {self.k}, but only {len(self.vocabulary_)} words occur {self.min_count} "
                "times or more; lower k or min_count, or give more text."
            )
        self._initialize()
        ids = encode_corpus(sentences, self.vocabulary_)
        train = self._compiled_epochs if self._is_compiled() else self._numpy_epochs
        self.loss_ = list(train(ids))
        if not (np.isfinite(self._input_vectors()).all() and np.isfinite(self.C_).all()):
            raise ValueError(
                f"the vectors grew beyond all bounds; lower learning_rate, {self.learning_rate}."
            )
        return self

    def transform(self, words: Iterable[str]) -> Vectors:
        """Look up the vectors of words.

        Parameters
        ----------
        words : iterable of str

        Returns
        -------
        ndarray of float32 of shape (n_words, d)

        Raises
        ------
        KeyError
            If a word is not in the vocabulary.
        """
        return self.W_[self.vocabulary_.encode(words)]

    def _is_compiled(self) -> bool:
        return self.compiled and self.loss != "softmax"

    def _check_parameters(self) -> None:
        if self.loss not in LOSSES:
            raise ValueError(f"loss is {self.loss!r}; choose one of {', '.join(LOSSES)}.")
        check_k(self.k)
        for name in ("dimension", "epochs", "batch_size", "workers"):
            if getattr(self, name) < 1:
                raise ValueError(f"{name} is {getattr(self, name)}; it must be at least 1.")
        if self.window < 1 and not isinstance(self, SelfPrediction):
            raise ValueError(f"window is {self.window}; it must be at least 1 word on each side.")
        if not self.learning_rate > 0:
            raise ValueError(f"learning_rate is {self.learning_rate}; it must be positive.")

    def _initialize(self) -> None:
        """Draw small uniform center vectors; context vectors start at zero, as in word2vec."""
        rng = np.random.default_rng(self.random_state)
        n_words, d = len(self.vocabulary_), self.dimension
        self.W_ = ((rng.random((n_words, d), dtype=np.float32) - 0.5) / d).astype(np.float32)
        n_rows = n_words - 1 if self.loss == "hierarchical_softmax" else n_words
        self.C_ = np.zeros((n_rows, d), dtype=np.float32)

    def _compiled_epochs(self, ids: NDArray[np.int32]) -> Iterator[float]:
        return train_epochs(
            self._compiled_loop(),
            ids,
            epochs=self.epochs,
            learning_rate=self.learning_rate,
            workers=self.workers,
            random_state=self.random_state,
        )

    def _compiled_loop(self) -> TrainChunk:
        from embref.compiled import train_word2vec

        counts = self.vocabulary_.counts
        keep = keep_probabilities(counts, self.sample).astype(np.float32)
        noise = alias_table(noise_distribution(counts, self.noise_exponent))
        hierarchical = self.loss == "hierarchical_softmax"
        tree = huffman_tree(counts if hierarchical else [1, 1])
        k = 0 if hierarchical else self.k

        def train_chunk(
            chunk: NDArray[np.int32], rates: tuple[float, float], seed: np.uint64
        ) -> tuple[float, int]:
            vectors = (self.W_, self.C_)
            chances = (keep, noise, tuple(tree))
            shape = (self.mean_of_window, self.window, k)
            return train_word2vec(chunk, *vectors, *chances, *shape, rates, seed)

        return train_chunk

    def _numpy_epochs(self, ids: NDArray[np.int32]) -> Iterator[float]:
        rng = np.random.default_rng(self.random_state)
        layer = self._output_layer()
        keep = keep_probabilities(self.vocabulary_.counts, self.sample)
        chunks = sentence_chunks(ids, WORDS_PER_CHUNK)
        for epoch in range(self.epochs):
            loss, n_examples = 0.0, 0
            for start, stop in chunks:
                progress = (epoch + start / len(ids)) / self.epochs
                rate = linear_rate(self.learning_rate, progress)
                kept = subsample(ids[start:stop], keep, rng)
                for inputs, targets in self._batches(kept, rng):
                    loss += self._step(layer, inputs, targets, rate)
                    n_examples += len(targets)
            yield loss / max(n_examples, 1)

    def _output_layer(self) -> OutputLayer:
        counts = self.vocabulary_.counts
        match self.loss:
            case "softmax":
                return SoftmaxOutput(len(counts))
            case "hierarchical_softmax":
                return HierarchicalSoftmaxOutput(counts)
        return NegativeSamplingOutput(
            counts, self.k, noise_exponent=self.noise_exponent, random_state=self.random_state
        )

    def _batches(self, ids: Rows, rng: np.random.Generator) -> Iterator[tuple[Rows, Rows]]:
        """Examples of a chunk in random order: windows of inputs, and their targets."""
        inputs, targets = window_examples(ids, self.window, rng)
        if not self.mean_of_window:
            positions, places = np.nonzero(inputs >= 0)
            inputs, targets = inputs[positions, places, None], targets[positions]
        order = rng.permutation(len(targets))
        for start in range(0, len(order), self.batch_size):
            batch = order[start : start + self.batch_size]
            yield inputs[batch], targets[batch]

    def _input_vectors(self) -> Vectors:
        """Rows that inputs name."""
        return self.W_

    def _step(self, layer: OutputLayer, inputs: Rows, targets: Rows, rate: float) -> float:
        """Descend on one batch; return its loss."""
        vectors, present = self._input_vectors(), inputs >= 0
        share = (present / present.sum(axis=1, keepdims=True)).astype(np.float32)
        H = np.einsum("nw,nwd->nd", share, vectors[inputs])
        loss, grad_hidden, rows, grad_rows = layer.gradients(H, targets, self.C_)
        examples, places = np.nonzero(present)
        taken = np.float32(1) if self.whole_gradient else share[examples, places, None]
        add_to_rows(vectors, inputs[examples, places], -rate * taken * grad_hidden[examples])
        add_to_rows(self.C_, rows, -rate * grad_rows)
        return loss


class SkipGram(Word2Vec):
    """Skip-gram: a word predicts each word around it. Parameters are those of ``Word2Vec``.

    Examples
    --------
    >>> sentences = [["salt", "pepper", "soup"], ["sun", "moon", "sky"]] * 200
    >>> model = SkipGram(8, k=2, sample=0, min_count=1, compiled=False).fit(sentences)
    >>> salt, pepper, moon = model.transform(["salt", "pepper", "moon"])
    >>> bool(salt @ pepper > salt @ moon)
    True
    """


class CBOW(Word2Vec):
    """Continuous bag of words: the mean of the words around it predicts a word.

    Parameters are those of ``Word2Vec``.

    Notes
    -----
    Every word of a window of n takes 1/n of the gradient, as the mean demands. The word2vec
    program and its descendants give the whole gradient to each, and fall behind skip-gram.

    References
    ----------
    İrsoy, Benton and Stratos (2021), Corrected CBOW performs as well as skip-gram.

    Examples
    --------
    >>> sentences = [["salt", "pepper", "soup"], ["sun", "moon", "sky"]] * 200
    >>> model = CBOW(8, k=2, sample=0, min_count=1, learning_rate=0.1, compiled=False)
    >>> salt, pepper, moon = model.fit(sentences).transform(["salt", "pepper", "moon"])
    >>> bool(salt @ pepper > salt @ moon)
    True
    """

    mean_of_window = True


class SelfPrediction(Word2Vec):
    """A word predicts itself: an autoencoder of one-hot vectors. Parameters as in ``Word2Vec``.

    It can drive its loss down and yet learn nothing about meaning, because no pair joins two
    words: that is the lesson. There is no window.

    References
    ----------
    Kim, Deep Learning Systems, Module 07: Deep Embedding, slide "Skip-gram" with p(w_t | w_t).

    Examples
    --------
    >>> sentences = [["salt", "pepper", "soup"], ["sun", "moon", "sky"]] * 50
    >>> model = SelfPrediction(8, loss="softmax", sample=0, min_count=1, learning_rate=0.1)
    >>> first, *_, last = model.fit(sentences).loss_
    >>> last < first
    True
    """

    def __init__(self, dimension: int = 100, **parameters: object) -> None:
        super().__init__(dimension, window=0, **parameters)  # type: ignore[arg-type]


def subsample(ids: NDArray[np.int32], keep: NDArray, rng: np.random.Generator) -> Rows:
    """Drop occurrences of words at random; the ends of sentences stay.

    Parameters
    ----------
    ids : ndarray of int of shape (n,)
        Encoded corpus.
    keep : ndarray of shape (n_words,)
        Probability that an occurrence is kept.
    rng : numpy.random.Generator

    Returns
    -------
    ndarray of int

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> subsample(np.array([0, 1, -1, 1, -1]), np.array([0.0, 1.0]), rng).tolist()
    [1, -1, 1, -1]
    """
    survives = (ids == SENTENCE_END) | (rng.random(len(ids)) < keep[ids])
    return ids[survives].astype(np.int64)


def window_examples(ids: Rows, window: int, rng: np.random.Generator) -> tuple[Rows, Rows]:
    """Windows around every word of an encoded text, found by one shifted copy per offset.

    Parameters
    ----------
    ids : ndarray of int of shape (n,)
        Encoded corpus.
    window : int
        Greatest distance; each position draws its own, from 1 to this. Zero pairs every word with
        itself.
    rng : numpy.random.Generator

    Returns
    -------
    inputs : ndarray of int of shape (n_examples, 2 window), or (n_examples, 1) for no window
        Rows of the words around the target, -1 where there is none.
    targets : ndarray of int of shape (n_examples,)
        A word without neighbors is left out.

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> inputs, targets = window_examples(np.array([4, 2, -1, 3, 7, -1]), 1, rng)
    >>> inputs.tolist(), targets.tolist()
    ([[-1, 2], [4, -1], [-1, 7], [3, -1]], [4, 2, 3, 7])
    """
    words = ids != SENTENCE_END
    if window == 0:
        return ids[words, None], ids[words]
    reach = rng.integers(1, window + 1, size=len(ids))
    sentence = np.cumsum(~words)
    offsets = [offset for offset in range(-window, window + 1) if 0 < abs(offset) < len(ids)]
    inputs = np.full((len(ids), 2 * window), -1, dtype=np.int64)
    for column, offset in enumerate(offsets):
        here = slice(max(0, -offset), len(ids) - max(0, offset))
        there = slice(max(0, offset), len(ids) - max(0, -offset))
        together = (sentence[here] == sentence[there]) & words[here] & (reach[here] >= abs(offset))
        inputs[here, column] = np.where(together, ids[there], -1)
    has_input = (inputs >= 0).any(axis=1)
    return inputs[has_input], ids[has_input]


def add_to_rows(matrix: Vectors, rows: Rows, changes: NDArray) -> None:
    """Add changes to rows of a matrix, in place; the changes of a repeated row add up.

    Does what ``np.add.at(matrix, rows, changes)`` does, as one sparse matrix product.

    Parameters
    ----------
    matrix : ndarray of shape (n_rows, d)
    rows : ndarray of int of shape (n,)
    changes : ndarray of shape (n, d)

    Examples
    --------
    >>> matrix = np.zeros((3, 1))
    >>> add_to_rows(matrix, np.array([2, 0, 2]), np.array([[1.0], [5.0], [2.0]]))
    >>> matrix.tolist()
    [[5.0], [0.0], [3.0]]
    """
    used, position = np.unique(rows, return_inverse=True)
    entries = (np.ones(len(rows)), (position, np.arange(len(rows))))
    collect = sparse.coo_array(entries, shape=(len(used), len(rows))).tocsr()
    matrix[used] += collect @ changes
