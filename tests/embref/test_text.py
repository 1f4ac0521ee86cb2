"""Tokens, vocabulary and pairs against naive loops."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from embref.text import Vocabulary, context_windows, skip_gram_pairs, tokenize

SENTENCE = "The quick brown fox jumped over the lazy dog."

texts = st.lists(st.sampled_from("abcde"), min_size=0, max_size=15)
windows = st.integers(1, 4)


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        (SENTENCE, ["the", "quick", "brown", "fox", "jumped", "over", "the", "lazy", "dog"]),
        ("It's well-known -- isn’t it?", ["it's", "well-known", "isn’t", "it"]),
        ("'quoted' 3.5 snake_case", ["quoted", "3", "5", "snake", "case"]),
        ("Ärger über Größe", ["ärger", "über", "größe"]),
        (" \n", []),
    ],
)
def test_tokenize(text, tokens):
    assert tokenize(text) == tokens


def test_tokenize_can_keep_capitals():
    assert tokenize(SENTENCE, lowercase=False)[0] == "The"


def test_vocabulary_by_appearance():
    vocabulary = Vocabulary(tokenize(SENTENCE))
    assert vocabulary.words == ("the", "quick", "brown", "fox", "jumped", "over", "lazy", "dog")
    np.testing.assert_array_equal(vocabulary.counts, [2, 1, 1, 1, 1, 1, 1, 1])
    assert list(vocabulary) == list(vocabulary.words)


def test_vocabulary_by_frequency_breaks_ties_by_appearance():
    vocabulary = Vocabulary(["b", "a", "c", "a", "c", "d"], order="frequency", min_count=1)
    assert vocabulary.words == ("a", "c", "b", "d")
    assert Vocabulary(["b", "a", "c", "a", "c"], min_count=2).words == ("a", "c")


@given(texts.filter(len))
def test_vocabulary_is_one_to_one(tokens):
    vocabulary = Vocabulary(tokens)
    assert len(vocabulary) == len(set(tokens))
    assert [vocabulary.word(row) for row in vocabulary.encode(tokens)] == tokens
    assert all(word in vocabulary for word in tokens)
    assert "z" not in vocabulary


def test_unknown_word_names_near_matches():
    vocabulary = Vocabulary(["Frodo", "ring", "dragon"])
    with pytest.raises(KeyError, match=r"'Frodoo' is not among the 3 words; near matches: Frodo"):
        vocabulary.index("Frodoo")
    with pytest.raises(KeyError, match="no word is near"):
        vocabulary.encode(["ring", "xyz"])


@pytest.mark.parametrize("row", [-1, 2])
def test_unknown_row(row):
    with pytest.raises(IndexError, match="rows are 0 to 1"):
        Vocabulary(["a", "b"]).word(row)


@given(texts, windows)
def test_pairs_by_loops(tokens, window):
    truth = []
    for t in range(len(tokens)):
        for offset in range(-window, window + 1):
            if offset != 0 and 0 <= t + offset < len(tokens):
                truth.append((tokens[t], tokens[t + offset]))
    assert skip_gram_pairs(tokens, window) == truth


@given(texts, windows)
def test_pairs_are_symmetric(tokens, window):
    pairs = skip_gram_pairs(tokens, window)
    assert sorted(pairs) == sorted((c, w) for w, c in pairs)


@given(texts, windows)
def test_one_window_per_position(tokens, window):
    found = context_windows(tokens, window)
    assert [center for center, _ in found] == tokens
    assert all(len(context) <= 2 * window for _, context in found)


def test_windows_take_rows_too():
    assert context_windows([4, 7, 9], 1)[1] == (7, (4, 9))


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: Vocabulary("one string"), "split it first"),
        (lambda: Vocabulary(["a"], order="alphabet"), "'appearance' or 'frequency'"),
        (lambda: Vocabulary(["a"], min_count=0), "at least 1"),
        (lambda: Vocabulary(["a"], min_count=2), "no word occurs 2 times"),
        (lambda: context_windows("one string", 2), "split it first"),
        (lambda: skip_gram_pairs(["a", "b"], 0), "at least 1 word on each side"),
    ],
)
def test_errors_say_what_was_expected(call, message):
    with pytest.raises(ValueError, match=message):
        call()


@pytest.mark.parametrize(
    ("order", "words"), [("appearance", ("b", "c", "d")), ("frequency", ("c", "b", "d"))]
)
def test_max_words_keeps_the_most_frequent(order, words):
    tokens = ["a", "b", "b", "c", "c", "c", "d", "d", "e", "e"]
    assert Vocabulary(tokens, max_words=3, order=order).words == words
    assert Vocabulary(tokens, max_words=1, min_count=2, order=order).words == ("c",)


def test_max_words_must_be_positive():
    with pytest.raises(ValueError, match="keep at least 1 word"):
        Vocabulary(["a"], max_words=0)
