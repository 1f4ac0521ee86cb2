"""Word vectors on disk, in the text and the binary format of word2vec.

Both start with a line that holds the number of words and the length of the vectors. Text: a line
a word, the word and its numbers in decimal. Binary: the word, a space, the numbers as
little-endian 32-bit floats.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

import numpy as np
from numpy.typing import ArrayLike, NDArray

from embref.text import Vocabulary

Vectors = NDArray[np.float32]

_LONGEST_WORD = 10_000


def save_word2vec(
    path: str | Path, vocabulary: Vocabulary, W: ArrayLike, *, binary: bool = False
) -> None:
    """Write word vectors in a format that word2vec, gensim and others read.

    Parameters
    ----------
    path : str or Path
    vocabulary : Vocabulary
    W : array-like of shape (n_words, d)
        Stored with 32 bits a number; the text format keeps them exactly.
    binary : bool

    Raises
    ------
    ValueError
        If ``W`` has not one row per word, holds a number that is not finite, or a word is empty
        or holds white space.

    References
    ----------
    Mikolov et al. (2013), the word2vec program.

    Examples
    --------
    >>> import pathlib, tempfile
    >>> folder = tempfile.TemporaryDirectory()
    >>> path = pathlib.Path(folder.name, "vectors.txt")
    >>> save_word2vec(path, Vocabulary(["sun", "moon"]), [[1.0, 0.5], [0.25, 0.0]])
    >>> path.read_text().splitlines()
    ['2 2', 'sun 1.0 0.5', 'moon 0.25 0.0']
    >>> folder.cleanup()
    """
    W = _check_vectors(vocabulary, W)
    with open(path, "wb") as file:
        file.write(f"{W.shape[0]} {W.shape[1]}\n".encode())
        for word, w in zip(vocabulary, W, strict=True):
            numbers = w.astype("<f4").tobytes() if binary else " ".join(map(str, w)).encode()
            file.write(word.encode() + b" " + numbers + b"\n")


def _check_vectors(vocabulary: Vocabulary, W: ArrayLike) -> Vectors:
    W = np.asarray(W, dtype=np.float32)
    if W.ndim != 2 or len(W) != len(vocabulary):
        raise ValueError(f"W has shape {W.shape}; expected one row for {len(vocabulary)} words.")
    if not np.all(np.isfinite(W)):
        raise ValueError("W holds a number that is not finite; did the training diverge?")
    for word in vocabulary:
        if word.split() != [word]:
            raise ValueError(
                f"the word {word!r} is empty or holds white space, which the format cannot store; "
                "put another character there, such as an underscore."
            )
    return W


def load_word2vec(
    path: str | Path, *, binary: bool = False, limit: int | None = None
) -> tuple[Vocabulary, Vectors]:
    """Read word vectors in the text or binary format of word2vec.

    Parameters
    ----------
    path : str or Path
    binary : bool
    limit : int, optional
        Read only the first words, which are the most frequent in files of word2vec.

    Returns
    -------
    vocabulary : Vocabulary
        Words in the order of the file.
    W : ndarray of float32 of shape (n_words, d)

    Raises
    ------
    ValueError
        If the file does not follow the format: the message says where.

    Examples
    --------
    >>> import pathlib, tempfile
    >>> folder = tempfile.TemporaryDirectory()
    >>> path = pathlib.Path(folder.name, "vectors.bin")
    >>> save_word2vec(path, Vocabulary(["sun", "moon"]), [[1, 2], [3, 4]], binary=True)
    >>> vocabulary, W = load_word2vec(path, binary=True)
    >>> vocabulary.words, W.tolist()
    (('sun', 'moon'), [[1.0, 2.0], [3.0, 4.0]])
    >>> folder.cleanup()
    """
    if limit is not None and limit < 1:
        raise ValueError(f"limit is {limit}; read at least 1 word.")
    with open(path, "rb") as file:
        n_words, d = _read_header(file, path)
        n_words = min(n_words, limit or n_words)
        read = _read_binary if binary else _read_text
        words, W = [], np.empty((n_words, d), dtype=np.float32)
        for row, (word, w) in enumerate(read(file, n_words, d, path)):
            words.append(word)
            W[row] = w
    vocabulary = Vocabulary(words)
    if len(vocabulary) < len(words):
        raise ValueError(f"{path}: {len(words) - len(vocabulary)} words occur more than once.")
    return vocabulary, W


def _read_header(file: BinaryIO, path: str | Path) -> tuple[int, int]:
    fields = file.readline(_LONGEST_WORD).split()
    if len(fields) != 2 or not all(field.isdigit() and int(field) for field in fields):
        raise ValueError(
            f"{path}: the first line must hold the number of words and of dimensions, such as "
            "'71291 100'. Files of GloVe lack it: write it above them."
        )
    return int(fields[0]), int(fields[1])


def _read_text(
    file: BinaryIO, n_words: int, d: int, path: str | Path
) -> Iterator[tuple[str, Vectors]]:
    for row in range(n_words):
        word, *numbers = file.readline().decode().rstrip().split(" ")
        if len(numbers) != d:
            raise ValueError(
                f"{path}, line {row + 2}: {len(numbers)} numbers; the first line promises {d}. "
                "Is the file cut off, or binary?"
            )
        yield word, np.array(numbers, dtype=np.float32)


def _read_binary(
    file: BinaryIO, n_words: int, d: int, path: str | Path
) -> Iterator[tuple[str, Vectors]]:
    for row in range(n_words):
        word = _read_word(file)
        numbers = file.read(4 * d)
        if word is None or len(numbers) < 4 * d:
            raise ValueError(
                f"{path}: ends at word {row + 1} of {n_words}. Is the file cut off, or text?"
            )
        yield word, np.frombuffer(numbers, dtype="<f4")


def _read_word(file: BinaryIO) -> str | None:
    """Read up to a space; a line feed may stand before the word, or may not."""
    letters = bytearray()
    while (letter := file.read(1)) != b" ":
        if not letter or len(letters) > _LONGEST_WORD:
            return None
        letters += letter
    return letters.decode().lstrip("\n")
