"""fastText: the vector of a word is made of the vectors of its character n-grams.

A word that was never seen has n-grams that were, and so it has a vector.
"""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Self

import numpy as np
from numpy.typing import NDArray

from embref.corpus import Sentences
from embref.hogwild import TrainChunk
from embref.sampling import alias_table, keep_probabilities, noise_distribution
from embref.skipgram import SkipGram
from embref.text import Vocabulary

Vectors = NDArray[np.float32]
Rows = NDArray[np.int64]


def character_ngrams(word: str, min_n: int = 3, max_n: int = 6) -> list[str]:
    """Character n-grams of a word between the signs < and >, which mark its ends.

    Parameters
    ----------
    word : str
    min_n, max_n : int
        Shortest and longest n-gram.

    Returns
    -------
    list of str
        By the place where they start. A lone < or > is none.

    Raises
    ------
    ValueError
        Unless ``1 <= min_n <= max_n``.

    References
    ----------
    Bojanowski et al. (2017), section 3.2; Kim, slide "FastText".

    Examples
    --------
    >>> character_ngrams("chicken", 3, 3)
    ['<ch', 'chi', 'hic', 'ick', 'cke', 'ken', 'en>']
    """
    if not 1 <= min_n <= max_n:
        raise ValueError(f"min_n is {min_n} and max_n is {max_n}; expected 1 <= min_n <= max_n.")
    marked = f"<{word}>"
    ngrams = [
        marked[start : start + n]
        for start in range(len(marked))
        for n in range(min_n, min(max_n, len(marked) - start) + 1)
    ]
    return [ngram for ngram in ngrams if ngram not in ("<", ">")]


def hash_ngram(ngram: str) -> int:
    """Hash a string as fastText does, by 32-bit FNV-1a.

    Parameters
    ----------
    ngram : str

    Returns
    -------
    int
        From 0 to 2³² - 1.

    Notes
    -----
    The program treats the bytes of the UTF-8 text as signed, so that beyond ASCII the values
    differ from those of plain FNV-1a. Its trained models rely on it.

    References
    ----------
    Fowler, Noll and Vo, FNV-1a; the fastText program, Dictionary::hash.

    Examples
    --------
    >>> hex(hash_ngram("foobar"))
    '0xbf9cf968'
    """
    value = 2_166_136_261
    for byte in ngram.encode():
        signed = byte if byte < 128 else byte | 0xFFFFFF00
        value = ((value ^ signed) * 16_777_619) & 0xFFFFFFFF
    return value


class FastText(SkipGram):
    """Skip-gram with subwords: a center vector is the mean of those of a word and its n-grams.

    Parameters
    ----------
    dimension : int
        Length d of the vectors.
    min_n, max_n : int
        Shortest and longest character n-gram.
    n_buckets : int
        Rows for n-grams, which share a row when their hashes agree. The fastText program has
        two million.
    **parameters
        As in :class:`embref.skipgram.Word2Vec`, for negative sampling.

    Attributes
    ----------
    vocabulary_, C_, loss_
        As in :class:`embref.skipgram.Word2Vec`.
    Z_ : ndarray of float32 of shape (n_words + n_buckets, d)
        Vectors of the words, then those of the buckets of n-grams.
    W_ : ndarray of float32 of shape (n_words, d)
        Center vectors of the words of the vocabulary, composed.

    Notes
    -----
    The paper scores with the sum of the n-gram vectors, the program with their mean. As in the
    program, each n-gram takes the whole gradient of the mean: a step moves the vector of a word
    as far as in skip-gram, however many n-grams it has.

    References
    ----------
    Bojanowski et al. (2017), Enriching word vectors with subword information.

    Examples
    --------
    >>> sentences = [["salt", "pepper", "soup"], ["sun", "moon", "sky"]] * 200
    >>> model = FastText(8, n_buckets=500, k=2, sample=0, compiled=False).fit(sentences)
    >>> salty, salt, moon = model.transform(["salty", "salt", "moon"])
    >>> bool(salty @ salt > salty @ moon)
    True
    """

    whole_gradient = True

    def __init__(
        self,
        dimension: int = 100,
        *,
        min_n: int = 3,
        max_n: int = 6,
        n_buckets: int = 200_000,
        **parameters: object,
    ) -> None:
        super().__init__(dimension, **parameters)  # type: ignore[arg-type]
        self.min_n = min_n
        self.max_n = max_n
        self.n_buckets = n_buckets

    def fit(self, sentences: Sentences) -> Self:
        """Learn the vectors of words and n-grams.

        Parameters
        ----------
        sentences : iterable of sequences of str
            Read twice.

        Returns
        -------
        self

        Raises
        ------
        ValueError
            If a parameter or the corpus is not valid.
        """
        super().fit(sentences)
        self.W_ = self.transform(self.vocabulary_)
        return self

    def transform(self, words: Iterable[str]) -> Vectors:
        """Vectors of words, seen or not.

        Parameters
        ----------
        words : iterable of str

        Returns
        -------
        ndarray of float32 of shape (n_words, d)
            A word that was not seen gets the mean of the vectors of its n-grams.

        Raises
        ------
        KeyError
            If a word was not seen and is too short to have an n-gram.
        """
        return np.array([self._vector(word) for word in words]).reshape(-1, self.dimension)

    def _vector(self, word: str) -> Vectors:
        rows = self.subword_rows(word)
        if not len(rows):
            raise KeyError(f"{word!r} was not seen and has no n-gram of {self.min_n} characters.")
        return self.Z_[rows].mean(axis=0)

    def subword_rows(self, word: str) -> Rows:
        """Rows of ``Z_`` that make up a word: its own if it was seen, and those of its n-grams.

        Parameters
        ----------
        word : str

        Returns
        -------
        ndarray of int of shape (n_subwords,)
        """
        n_words = len(self.vocabulary_)
        own = [self.vocabulary_.index(word)] if word in self.vocabulary_ else []
        ngrams = character_ngrams(word, self.min_n, self.max_n)
        buckets = [n_words + hash_ngram(ngram) % self.n_buckets for ngram in ngrams]
        return np.array(own + buckets, dtype=np.int64)

    def save(self, path: str | Path) -> None:
        """Write what vectors of unseen words need; :func:`load_fasttext` reads it.

        Parameters
        ----------
        path : str or Path
            Ends in ``.npz``.
        """
        words = np.frombuffer("\n".join(self.vocabulary_).encode(), dtype=np.uint8)
        ngrams = np.array([self.min_n, self.max_n, self.n_buckets])
        np.savez(path, words=words, ngrams=ngrams, Z=self.Z_, C=self.C_)

    def _check_parameters(self) -> None:
        super()._check_parameters()
        character_ngrams("", self.min_n, self.max_n)
        if self.n_buckets < 1:
            raise ValueError(f"n_buckets is {self.n_buckets}; n-grams need at least 1.")
        if self.loss != "negative_sampling":
            raise ValueError(f"loss is {self.loss!r}; FastText trains with negative_sampling.")

    def _initialize(self) -> None:
        super()._initialize()
        rng = np.random.default_rng((self.random_state, 1))
        n_words, d = self.W_.shape
        self.Z_ = np.empty((n_words + self.n_buckets, d), dtype=np.float32)
        rng.random(dtype=np.float32, out=self.Z_)
        self.Z_ -= 0.5
        self.Z_ /= d
        self._subwords = [self.subword_rows(word) for word in self.vocabulary_]

    def _input_vectors(self) -> Vectors:
        return self.Z_

    def _batches(self, ids: Rows, rng: np.random.Generator) -> Iterator[tuple[Rows, Rows]]:
        """Put the subwords of a word where skip-gram has the word."""
        longest = max(map(len, self._subwords))
        padded = np.full((len(self._subwords), longest), -1)
        for row, subwords in enumerate(self._subwords):
            padded[row, : len(subwords)] = subwords
        for inputs, targets in super()._batches(ids, rng):
            yield padded[inputs[:, 0]], targets

    def _compiled_loop(self) -> TrainChunk:
        from embref.compiled import train_fasttext

        counts = self.vocabulary_.counts
        keep = keep_probabilities(counts, self.sample).astype(np.float32)
        noise = alias_table(noise_distribution(counts, self.noise_exponent))
        starts = np.cumsum([0, *map(len, self._subwords)])
        subwords = (starts, np.concatenate(self._subwords).astype(np.int32))

        def train_chunk(
            chunk: NDArray[np.int32], rates: tuple[float, float], seed: np.uint64
        ) -> tuple[float, int]:
            return train_fasttext(
                chunk, self.Z_, self.C_, keep, noise, subwords, self.window, self.k, rates, seed
            )

        return train_chunk


def load_fasttext(path: str | Path) -> FastText:
    """Read a model that :meth:`FastText.save` wrote; it gives vectors but trains no further.

    Parameters
    ----------
    path : str or Path

    Returns
    -------
    FastText

    Raises
    ------
    ValueError
        If the file is not such a model.
    """
    with np.load(path, allow_pickle=False) as file:
        if set(file) != {"words", "ngrams", "Z", "C"}:
            raise ValueError(f"{path} is not a model of FastText.save; it holds {sorted(file)}.")
        min_n, max_n, n_buckets = file["ngrams"].tolist()
        model = FastText(file["Z"].shape[1], min_n=min_n, max_n=max_n, n_buckets=n_buckets)
        model.vocabulary_ = Vocabulary(file["words"].tobytes().decode().split("\n"))
        model.Z_, model.C_ = file["Z"], file["C"]
    model.W_ = model.transform(model.vocabulary_)
    return model
