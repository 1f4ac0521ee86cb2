"""Encoders against scikit-learn and the tables of the slides."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn import preprocessing

from embref.encodings import (
    IMDB_GENRES,
    MOVIES,
    IntegerEncoder,
    MultiHotEncoder,
    OneHotEncoder,
)

columns = st.lists(st.sampled_from("abcdef"), min_size=1)
set_columns = st.lists(st.lists(st.sampled_from("abcdef"), max_size=4), min_size=1)


@given(columns)
def test_integer_and_one_hot_against_scikit_learn(column):
    categories = sorted(set(column))
    X = [[value] for value in column]
    integers = preprocessing.OrdinalEncoder().fit_transform(X)[:, 0]
    assert IntegerEncoder(categories).fit(column).transform(column).tolist() == integers.tolist()
    one_hot = preprocessing.OneHotEncoder(sparse_output=False).fit_transform(X)
    encoder = OneHotEncoder(categories).fit(column)
    assert encoder.transform(column).toarray().tolist() == one_hot.tolist()


@given(set_columns)
def test_multi_hot_against_scikit_learn(sets):
    categories = list("abcdef")
    truth = preprocessing.MultiLabelBinarizer(classes=categories).fit_transform(sets)
    encoder = MultiHotEncoder(categories, sparse_output=False)
    if not any(sets):
        return
    X = encoder.fit(sets).transform(sets)
    assert X.tolist() == truth.tolist()
    assert encoder.inverse_transform(X) == [tuple(sorted(set(members))) for members in sets]


@given(columns)
def test_inverse_gives_the_column_back(column):
    for encoder in (IntegerEncoder(), OneHotEncoder(), OneHotEncoder(sparse_output=False)):
        assert encoder.fit(column).inverse_transform(encoder.transform(column)) == column
    assert IntegerEncoder().fit(column).categories_ == tuple(dict.fromkeys(column))


def test_unknown_values_as_scikit_learn_leaves_them():
    encoder = OneHotEncoder(handle_unknown="ignore").fit(["a", "b"])
    peer = preprocessing.OneHotEncoder(handle_unknown="ignore").fit([["a"], ["b"]])
    values = ["b", "x"]
    X = encoder.transform(values)
    assert X.toarray().tolist() == peer.transform([[v] for v in values]).toarray().tolist()
    assert encoder.inverse_transform(X) == ["b", None]
    integers = IntegerEncoder(handle_unknown="ignore").fit(["a", "b"])
    assert integers.transform(values).tolist() == [1, -1]
    assert integers.inverse_transform([1, -1]) == ["b", None]
    sets = MultiHotEncoder("ab", handle_unknown="ignore").fit([["a"]])
    assert sets.transform([["x", "b"], ["x"], []]).toarray().tolist() == [[0, 1], [0, 0], [0, 0]]


def test_the_movie_table_of_the_slides():
    providers = [movie.provider for movie in MOVIES]
    assert (IntegerEncoder().fit(providers).transform(providers) + 1).tolist() == [1, 2, 3, 4]
    one_hot = OneHotEncoder(sparse_output=False).fit(providers).transform(providers)
    assert one_hot.tolist() == np.eye(4).tolist()
    genres = [movie.genres for movie in MOVIES]
    multi_hot = MultiHotEncoder(IMDB_GENRES, sparse_output=False).fit(genres).transform(genres)
    # Numbers of the genres on the slide, from 1: drama 5, horror 6, fantasy 12, and so on.
    positions = [(np.flatnonzero(row) + 1).tolist() for row in multi_hot]
    assert positions == [[5, 6, 12], [2, 9, 11], [13, 21], [2, 5, 17]]
    numbers = np.array([[movie.year, movie.rating] for movie in MOVIES])
    table = np.hstack([one_hot, multi_hot, numbers])
    assert len(IMDB_GENRES) == 28
    assert 1 + table.shape[1] == 35  # with the title, as the slide counts


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: IntegerEncoder(handle_unknown="drop"), "'error' or 'ignore'"),
        (lambda: IntegerEncoder().fit("abc"), "one string"),
        (lambda: IntegerEncoder().fit([]), "empty"),
        (lambda: IntegerEncoder("aab").fit(["a"]), "give each once"),
        (lambda: IntegerEncoder("ab").fit(["c"]), "'c' is not among the 2 fitted"),
        (lambda: IntegerEncoder().fit(["a"]).transform(["b"]), "handle_unknown='ignore'"),
        (lambda: IntegerEncoder().fit(["a"]).inverse_transform([1]), "exceed 0 to 0"),
        (lambda: OneHotEncoder().fit(["a", "b"]).inverse_transform([[1, 1]]), "more than one 1"),
        (lambda: OneHotEncoder().fit(["a", "b"]).inverse_transform([[2, 0]]), "other than 0 and 1"),
        (lambda: OneHotEncoder().fit(["a"]).inverse_transform([[1, 0]]), r"expected \(n, 1\)"),
        (lambda: MultiHotEncoder().fit(["drama", "horror"]), "an example is a string"),
    ],
)
def test_wrong_arguments(call, message):
    with pytest.raises(ValueError, match=message):
        call()
