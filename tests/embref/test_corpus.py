import gzip
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from embref.corpus import (
    SENTENCE_END,
    LineCorpus,
    build_vocabulary,
    encode_corpus,
    sentence_chunks,
)
from embref.text import Vocabulary

SENTENCES = [["the", "quick", "fox"], ["the", "fox"]]


def test_a_text_can_be_read_again(tmp_path: Path) -> None:
    path = tmp_path / "corpus.txt"
    path.write_text("the quick fox\n\n the fox \n")
    corpus = LineCorpus(path)
    assert list(corpus) == list(corpus) == SENTENCES


def test_a_compressed_text_reads_the_same(tmp_path: Path) -> None:
    path = tmp_path / "corpus.txt.gz"
    path.write_bytes(gzip.compress(b"the quick fox\nthe fox\n"))
    assert list(LineCorpus(path)) == SENTENCES


def test_a_long_line_makes_several_sentences(tmp_path: Path) -> None:
    path = tmp_path / "corpus.txt"
    path.write_text("word " * 25_000)
    assert list(map(len, LineCorpus(path))) == [10_000, 10_000, 5_000]


def test_a_missing_text_is_named(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match=r"nowhere\.txt is not a file"):
        LineCorpus(tmp_path / "nowhere.txt")


@given(st.lists(st.lists(st.sampled_from("abcd"), max_size=6), max_size=8))
def test_encoding_is_undone_by_the_vocabulary(sentences: list[list[str]]) -> None:
    vocabulary = Vocabulary(["c", "a", "b"])
    known = [[word for word in sentence if word in vocabulary] for sentence in sentences]
    if not any(known):
        with pytest.raises(ValueError, match="no word of the corpus"):
            encode_corpus(sentences, vocabulary)
        return
    decoded: list[list[str]] = [[]]
    for row in encode_corpus(sentences, vocabulary):
        if row == SENTENCE_END:
            decoded.append([])
        else:
            decoded[-1].append(vocabulary.word(int(row)))
    assert decoded[-1] == []
    assert decoded[:-1] == [sentence for sentence in known if sentence]


def test_encoding_does_not_depend_on_the_blocks_it_is_written_in(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    vocabulary = Vocabulary(["fox", "the"])
    whole = encode_corpus(SENTENCES * 5, vocabulary).tolist()
    monkeypatch.setattr("embref.corpus._SENTENCES_PER_WRITE", 3)
    assert encode_corpus(SENTENCES * 5, vocabulary).tolist() == whole == [1, 0, -1] * 10


@given(st.lists(st.integers(1, 9), min_size=1), st.integers(1, 20))
def test_chunks_cover_whole_sentences_in_order(lengths: list[int], n_words: int) -> None:
    ids = np.concatenate([[0] * length + [SENTENCE_END] for length in lengths]).astype(np.int32)
    chunks = sentence_chunks(ids, n_words)
    assert np.concatenate([ids[slice(*chunk)] for chunk in chunks]).tolist() == ids.tolist()
    assert [start for start, _ in chunks] == [0, *(stop for _, stop in chunks[:-1])]
    assert all(ids[stop - 1] == SENTENCE_END for _, stop in chunks)
    assert all(stop - start >= n_words for start, stop in chunks[:-1])


def test_a_chunk_reaches_to_the_end_of_a_long_sentence() -> None:
    ids = np.array([0] * 3_500 + [SENTENCE_END] + [0, SENTENCE_END], dtype=np.int32)
    assert sentence_chunks(ids, 10) == [(0, 3_501), (3_501, 3_503)]


@pytest.mark.parametrize(
    ("sentences", "message"),
    [
        ("the quick fox", "LineCorpus"),
        (Path("corpus.txt"), "LineCorpus"),
        (["the", "fox"], "give lists of words"),
        (iter(SENTENCES), "read only once"),
        ([], "no word occurs"),
    ],
)
def test_what_is_no_corpus_is_refused(sentences: object, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        build_vocabulary(sentences)  # type: ignore[arg-type]
