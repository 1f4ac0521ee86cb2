import struct
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from embref.text import Vocabulary
from embref.word_vectors import load_word2vec, save_word2vec

WORDS = Vocabulary(["sun", "Köln"])
W = np.array([[1.0, -0.5, 3.0], [0.1, 2.0, 1e-30]], dtype=np.float32)
BINARY = (
    b"2 3\n"
    + (b"sun " + struct.pack("<3f", 1.0, -0.5, 3.0) + b"\n")
    + ("Köln ".encode() + struct.pack("<3f", 0.1, 2.0, 1e-30) + b"\n")
)


def test_binary_file_is_the_published_format(tmp_path: Path) -> None:
    save_word2vec(tmp_path / "w.bin", WORDS, W, binary=True)
    assert (tmp_path / "w.bin").read_bytes() == BINARY


def test_text_file_is_the_published_format(tmp_path: Path) -> None:
    save_word2vec(tmp_path / "w.txt", WORDS, W)
    assert (tmp_path / "w.txt").read_text() == "2 3\nsun 1.0 -0.5 3.0\nKöln 0.1 2.0 1e-30\n"


def test_binary_without_line_feeds_reads_the_same(tmp_path: Path) -> None:
    """Some programs write no line feed after a vector."""
    path = tmp_path / "w.bin"
    path.write_bytes(BINARY[:-1].replace(b"\nK", b"K"))
    vocabulary, loaded = load_word2vec(path, binary=True)
    assert vocabulary.words == WORDS.words
    assert np.array_equal(loaded, W)


def test_trailing_spaces_of_the_word2vec_program_are_read(tmp_path: Path) -> None:
    path = tmp_path / "w.txt"
    path.write_text("1 2\nsun 1.5 2 \n")
    assert load_word2vec(path)[1].tolist() == [[1.5, 2.0]]


@pytest.mark.parametrize("binary", [True, False])
@given(
    words=st.lists(st.text(min_size=1).filter(lambda w: w.split() == [w]), min_size=1, unique=True),
    data=st.data(),
)
def test_what_is_saved_is_loaded(
    tmp_path_factory: pytest.TempPathFactory,
    binary: bool,
    words: list[str],
    data: st.DataObject,
) -> None:
    numbers = st.floats(width=32, allow_nan=False, allow_infinity=False)
    vectors = data.draw(arrays(np.float32, (len(words), 2), elements=numbers))
    path = tmp_path_factory.mktemp("vectors") / "w"
    save_word2vec(path, Vocabulary(words), vectors, binary=binary)
    vocabulary, loaded = load_word2vec(path, binary=binary)
    assert list(vocabulary.words) == words
    assert np.array_equal(loaded, vectors)


@pytest.mark.parametrize("binary", [True, False])
def test_a_limit_reads_the_first_words(tmp_path: Path, binary: bool) -> None:
    save_word2vec(tmp_path / "w", WORDS, W, binary=binary)
    vocabulary, loaded = load_word2vec(tmp_path / "w", binary=binary, limit=1)
    assert vocabulary.words == ("sun",)
    assert loaded.tolist() == W[:1].tolist()


@pytest.mark.parametrize(
    ("content", "binary", "message"),
    [
        (b"sun 1 2\n", False, "the first line must hold"),
        (b"", True, "the first line must hold"),
        (b"2 2\nsun 1 2\nmoon 3\n", False, "line 3: 1 numbers; the first line promises 2"),
        (b"2 2\nsun 1 2\n", False, "line 3: 0 numbers"),
        (BINARY[:-5], True, "ends at word 2 of 2"),
        (b"2 3\nsun", True, "ends at word 1 of 2"),
        (b"2 1\nsun 1\nsun 2\n", False, "1 words occur more than once"),
    ],
)
def test_broken_files_are_refused(
    tmp_path: Path, content: bytes, binary: bool, message: str
) -> None:
    (tmp_path / "w").write_bytes(content)
    with pytest.raises(ValueError, match=message):
        load_word2vec(tmp_path / "w", binary=binary)


@pytest.mark.parametrize(
    ("words", "vectors", "message"),
    [
        (["a", "b"], [[1.0]], "expected one row for 2 words"),
        (["a"], [[np.nan]], "not finite"),
        (["New York"], [[1.0]], "holds white space"),
        ([""], [[1.0]], "is empty"),
    ],
)
def test_what_the_format_cannot_hold_is_refused(
    tmp_path: Path, words: list[str], vectors: list, message: str
) -> None:
    with pytest.raises(ValueError, match=message):
        save_word2vec(tmp_path / "w", Vocabulary(words), vectors)
    assert not (tmp_path / "w").exists()
