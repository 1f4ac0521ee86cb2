"""A corpus on disk: sentences streamed from a file, and the same as rows of a vocabulary.

An encoded corpus is one array of word rows in which ``SENTENCE_END`` closes every sentence. It
takes four bytes a word and may be a file mapped into memory, so that a text of any length can be
trained on.
"""

import gzip
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from embref.text import Vocabulary

Sentences = Iterable[Sequence[str]]

SENTENCE_END = -1
_LONGEST_SENTENCE = 10_000  # as in word2vec and gensim
_SENTENCES_PER_WRITE = 10_000
_LOOK_AHEAD = 1_000


class LineCorpus:
    r"""Sentences of a text file: one a line, words separated by white space.

    The file is read anew each time the corpus is iterated over, and never held in memory. A line
    of more than 10,000 words makes several sentences, as in word2vec.

    Parameters
    ----------
    path : str or Path
        UTF-8 text; a name that ends in ``.gz`` is decompressed.

    Raises
    ------
    FileNotFoundError
        If there is no such file.

    Examples
    --------
    >>> import pathlib, tempfile
    >>> folder = tempfile.TemporaryDirectory()
    >>> path = pathlib.Path(folder.name, "corpus.txt")
    >>> _ = path.write_text("the quick fox\n\nthe lazy dog\n")
    >>> list(LineCorpus(path))
    [['the', 'quick', 'fox'], ['the', 'lazy', 'dog']]
    >>> folder.cleanup()
    """

    def __init__(self, path: str | Path) -> None:
        self.path = Path(path)
        if not self.path.is_file():
            raise FileNotFoundError(f"{self.path} is not a file; give a text, one sentence a line.")

    def __iter__(self) -> Iterator[list[str]]:
        """Iterate over the sentences that have a word."""
        opener = gzip.open if self.path.suffix == ".gz" else open
        with opener(self.path, "rt", encoding="utf-8") as lines:
            for line in lines:
                words = line.split()
                for start in range(0, len(words), _LONGEST_SENTENCE):
                    yield words[start : start + _LONGEST_SENTENCE]


def check_sentences(sentences: Sentences) -> Sentences:
    """Return the sentences if they can be read more than once.

    Parameters
    ----------
    sentences : iterable of sequences of str

    Returns
    -------
    iterable of sequences of str

    Raises
    ------
    ValueError
        If ``sentences`` is a string, an iterator, or holds strings in place of lists of words.

    Examples
    --------
    >>> check_sentences([["a", "b"], ["b", "c"]])
    [['a', 'b'], ['b', 'c']]
    """
    if isinstance(sentences, str | Path):
        raise ValueError("sentences is one string; for the path of a text give LineCorpus(path).")
    if iter(sentences) is sentences:
        raise ValueError(
            "sentences can be read only once, but training reads them twice; give a list, or "
            "LineCorpus(path) for a text on disk."
        )
    if isinstance(next(iter(sentences), ()), str):
        raise ValueError("sentences holds strings; give lists of words, for example by tokenize.")
    return sentences


def build_vocabulary(sentences: Sentences, min_count: int = 5) -> Vocabulary:
    """Vocabulary of a corpus, the most frequent word first.

    Parameters
    ----------
    sentences : iterable of sequences of str
    min_count : int
        Words seen less often are left out.

    Returns
    -------
    Vocabulary

    Raises
    ------
    ValueError
        If no word occurs ``min_count`` times or ``sentences`` is not valid.

    Examples
    --------
    >>> build_vocabulary([["a", "b"], ["b", "c", "b"]], min_count=1).words
    ('b', 'a', 'c')
    """
    words = chain.from_iterable(check_sentences(sentences))
    return Vocabulary(words, min_count=min_count, order="frequency")


def encode_corpus(sentences: Sentences, vocabulary: Vocabulary) -> NDArray[np.int32]:
    """Rows of the words of a corpus, every sentence closed by ``SENTENCE_END``.

    Parameters
    ----------
    sentences : iterable of sequences of str
    vocabulary : Vocabulary
        Words without a row are dropped: their neighbors become adjacent, as in word2vec.

    Returns
    -------
    ndarray of int32
        Mapped from an unnamed temporary file, so that memory does not grow with the corpus.

    Raises
    ------
    ValueError
        If no word of the corpus is in the vocabulary or ``sentences`` is not valid.

    Examples
    --------
    >>> vocabulary = build_vocabulary([["a", "b"], ["b"]], min_count=1)
    >>> encode_corpus([["a", "b"], ["b", "?"]], vocabulary).tolist()
    [1, 0, -1, 0, -1]
    """
    with tempfile.TemporaryFile() as spool:
        for block in _encoded_blocks(check_sentences(sentences), vocabulary):
            spool.write(block.tobytes())
        spool.flush()
        if not spool.tell():
            raise ValueError("no word of the corpus is in the vocabulary; is this its corpus?")
        return np.memmap(spool, dtype=np.int32, mode="r")


def _encoded_blocks(sentences: Sentences, vocabulary: Vocabulary) -> Iterator[NDArray[np.int32]]:
    row_of = {word: row for row, word in enumerate(vocabulary.words)}
    block: list[int] = []
    for number, sentence in enumerate(sentences, start=1):
        rows = [row_of[word] for word in sentence if word in row_of]
        if rows:
            block += rows
            block.append(SENTENCE_END)
        if number % _SENTENCES_PER_WRITE == 0:
            yield np.array(block, dtype=np.int32)
            block = []
    yield np.array(block, dtype=np.int32)


def sentence_chunks(ids: NDArray[np.int32], n_words: int) -> list[tuple[int, int]]:
    """Cut an encoded corpus into chunks of about ``n_words``, never inside a sentence.

    Parameters
    ----------
    ids : ndarray of int32
        Encoded corpus.
    n_words : int
        Shortest length of a chunk, but for the last one.

    Returns
    -------
    list of (int, int)
        Start and stop of each chunk.

    Examples
    --------
    >>> sentence_chunks(np.array([4, 2, -1, 3, -1, 1, -1], dtype=np.int32), n_words=3)
    [(0, 3), (3, 7)]
    """
    chunks, start = [], 0
    while start < len(ids):
        stop = _next_sentence(ids, start + n_words - 1)
        chunks.append((start, stop))
        start = stop
    return chunks


def _next_sentence(ids: NDArray[np.int32], position: int) -> int:
    """Start of the first sentence behind a position, looking at a little of the corpus at once."""
    for start in range(position, len(ids), _LOOK_AHEAD):
        ends = np.flatnonzero(ids[start : start + _LOOK_AHEAD] == SENTENCE_END)
        if len(ends):
            return start + int(ends[0]) + 1
    return len(ids)
