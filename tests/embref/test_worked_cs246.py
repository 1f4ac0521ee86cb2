"""The CS246 deck: every entry has a verdict, and its numbers are right by hand."""

import itertools
import math
from collections import Counter

import numpy as np
import pytest
import torch

from embref.worked import (
    cs246,
    cs246_digits,
    cs246_encodings,
    cs246_networks,
    cs246_svd,
    cs246_tasks,
    cs246_word2vec,
)
from embref.worked.registry import Claim, Number, close, is_printed_as

ENTRIES = {entry.id.removeprefix("cs246."): entry for entry in cs246.ENTRIES}
NUMBERS = [entry for entry in cs246.ENTRIES if isinstance(entry, Number)]
CLAIMS = [entry for entry in cs246.ENTRIES if isinstance(entry, Claim)]

ERRATA = {
    "features.continuous",
    "encoding.series_title",
    "svd.sigma_2",
    "svd.document_1_v3",
    "svd.document_1",
    "network.two_layers",
    "loss.l2",
    "word2vec.n_gram",
    "word2vec.symbol_n",
    "pairs.orange",
    "example.shape",
    "example.row_of_books",
    "example.scores",
    "example.softmax",
    "example.probabilities",
    "example.probability_of_and",
    "example.loss",
}
CONDITIONS = {
    "learning.minimized_over",
    "learning.expected_loss",
    "encoding.index",
    "encoding.title",
    "encoding.more_than",
    "svd.model",
    "svd.factorization",
    "svd.rank_below",
    "svd.term_document",
    "svd.memory",
    "svd.sparsity",
    "network.classifier",
    "network.layer",
    "loss.closer",
    "softmax.overflow",
    "training.zero_gradient",
    "word2vec.unsupervised",
    "word2vec.context_symbol",
    "word2vec.cross_entropy",
    "word2vec.logarithm",
    "word2vec.learning_rate",
    "window.both_sides",
    "pairs.and",
    "example.wrong_prediction",
    "recommender.embedding_layer",
    "recommender.score",
    "recommender.any_movie",
    "recommender.intersection",
    "autoencoder.dimension",
    "autoencoder.non_linear",
    "autoencoder.pca",
    "autoencoder.kl",
}


def value(id):
    return ENTRIES[id].value


def each(entries):
    return pytest.mark.parametrize("entry", entries, ids=lambda entry: entry.id)


def with_verdict(verdict):
    return {id for id, entry in ENTRIES.items() if entry.verdict == verdict}


def test_no_entry_is_lost():
    assert len(ENTRIES) == len(cs246.ENTRIES)
    assert with_verdict("erratum") == ERRATA
    assert with_verdict("needs a condition") == CONDITIONS
    assert Counter(entry.verdict for entry in cs246.ENTRIES) == {
        "agrees": 69,
        "agrees after rounding": 11,
        "erratum": 17,
        "needs a condition": 32,
        "not printed": 15,
    }


@each(NUMBERS)
def test_printed_numbers_are_explained(entry):
    right = entry.rounded() if entry.rounded else entry.value
    if entry.verdict == "erratum":
        assert not is_printed_as(right, entry.printed)
        assert is_printed_as(entry.reproduce(), entry.printed)
    elif entry.printed is not None:
        assert is_printed_as(right, entry.printed)


@each(CLAIMS)
def test_claims_are_borne_out(entry):
    assert entry.witness or (entry.correct and entry.form != "formula")
    assert entry.printed != entry.correct
    if entry.witness:
        printed, correct, truth = entry.witness()
        assert close(correct, truth)
        assert close(printed, truth) == (entry.verdict == "agrees")


def test_genres_by_the_numbered_list():
    numbered = dict(enumerate(cs246_encodings.IMDB_GENRES, start=1))
    for id, movie in zip(
        ("stranger_things", "cocomelon", "100_foot_wave", "i_tonya"),
        cs246_encodings.MOVIES,
        strict=True,
    ):
        places = value(f"encoding.genres_{id}")
        assert places == sorted(places)
        assert {numbered[place] for place in places} == set(movie.genres)


def test_columns_by_hand():
    assert value("encoding.n_encoded_columns") == 1 + 4 + 28 + 1 + 1
    assert value("encoding.sparsity") == pytest.approx(100 - 100 * 500 / 1e6)


def test_svd_against_numpy():
    U, sigma, Vt = np.linalg.svd(cs246_svd.A)
    for i in range(3):
        assert value(f"svd.sigma_{i + 1}") == pytest.approx(sigma[i])
        assert abs(value(f"svd.u_{i + 1}") @ U[:, i]) == pytest.approx(1)
        assert abs(value(f"svd.v_{i + 1}") @ Vt[i]) == pytest.approx(1)
    gram = np.linalg.eigvalsh(cs246_svd.A.T @ cs246_svd.A)
    assert value("svd.sigma_2") == pytest.approx(math.sqrt(gram[-2]))
    assert value("svd.rank") == sum(gram > 1e-9)


def test_first_document_by_hand():
    """With V as printed: -4.1 - 6 - 0.6 - 2, and so on."""
    by_hand = [-4.1 - 6.0 - 0.6 - 2.0, 0.6 + 3.15 + 2.34 + 3.7, -2.6 - 9.45 + 1.65 - 2.8]
    np.testing.assert_allclose(by_hand, [-12.7, 9.79, -13.2])
    np.testing.assert_allclose(cs246_svd.embedding_from_printed_vectors(), by_hand)
    np.testing.assert_allclose(value("svd.document_1"), by_hand, atol=0.05)


def test_printed_u_and_sigma_contradict_the_misprint():
    row = np.array(cs246_svd.PRINTED_U, dtype=float)[:, 0]
    sigma = np.array(cs246_svd.PRINTED_SIGMA, dtype=float)
    np.testing.assert_allclose(row * sigma, [-12.81, 9.76, -13.19], atol=0.005)


def test_losses_against_torch():
    y_hat = torch.tensor(cs246_networks.Y_HAT)
    loss = torch.nn.functional.nll_loss(y_hat.log()[None], torch.tensor([2]))
    assert value("loss.value") == pytest.approx(float(loss)) == pytest.approx(-math.log(0.4))
    witness = ENTRIES["loss.l2"].witness()
    squares = torch.nn.functional.mse_loss(
        torch.tensor([1.0, -2.0]), torch.tensor([4.0, 2.0]), reduction="sum"
    )
    assert witness.correct == float(squares) == 25
    assert witness.printed == 5


def test_two_layers_against_torch():
    """Linear, sigmoid, linear, with the weights of the module."""
    first, second = torch.nn.Linear(3, 2).double(), torch.nn.Linear(2, 2).double()
    for layer, W, b in ((first, "W0", "B0"), (second, "W1", "B1")):
        layer.weight.data = torch.tensor(getattr(cs246_networks, W))
        layer.bias.data = torch.tensor(getattr(cs246_networks, b))
    output = second(torch.sigmoid(first(torch.tensor(cs246_networks.X0)))).detach().numpy()
    np.testing.assert_allclose(ENTRIES["network.two_layers"].witness().correct, output)


def test_pairs_by_distance():
    words = ["I", "read", "sci-fi", "books", "and", "drink", "orange", "juice"]
    naive = [
        (words[i], words[j])
        for i, j in itertools.product(range(8), repeat=2)
        if 0 < abs(i - j) <= 2
    ]
    assert value("pairs.all") == naive
    assert value("pairs.n_pairs") == len(naive) == 26
    listed = set(cs246_word2vec.LISTED_PAIRS)
    assert listed < set(naive)
    assert [pair for pair in naive if pair not in listed and pair[0] in ("and", "orange")] == [
        ("and", "orange"),
        ("orange", "and"),
    ]


def test_forward_pass_by_hand():
    """One hidden vector, eight dot products, eight exponentials."""
    hidden = [0.5, 2.3, 2.2]
    assert list(value("example.hidden")) == hidden
    columns = zip(*cs246_word2vec.W_PRIME.tolist(), strict=True)
    scores = [sum(h * w for h, w in zip(hidden, column, strict=True)) for column in columns]
    np.testing.assert_allclose(scores, [1.06, 5.67, -2.40, 5.38, 6.10, 7.45, 3.08, 3.57])
    np.testing.assert_allclose(value("example.scores"), scores)
    total = sum(math.exp(score) for score in scores)
    probabilities = [math.exp(score) / total for score in scores]
    np.testing.assert_allclose(value("example.probabilities"), probabilities)
    assert value("example.loss") == pytest.approx(math.log(total) - 5.67)
    assert round(value("example.loss"), 2) == 2.24
    assert value("example.loss_of_drink") == pytest.approx(math.log(total) - 7.45)


def test_only_one_row_of_books_fits_the_printed_scores():
    """Of all rows with one decimal, cut scores are those printed for 0.5, 2.3, 2.2 alone."""
    printed = np.array(cs246_word2vec.PRINTED_SCORES, dtype=float)
    grid = np.array(list(itertools.product(np.arange(-40, 41) / 10, repeat=3)))
    cut = np.trunc(np.round((grid @ cs246_word2vec.W_PRIME) * 10, 6)) / 10
    fits = grid[np.abs(cut - printed).max(axis=1) < 1e-9]
    np.testing.assert_allclose(fits, [[0.5, 2.3, 2.2]])
    np.testing.assert_allclose(fits[0], value("example.row_of_books"))


def test_printed_probabilities_add_up_to_too_much():
    assert float(sum(cs246_word2vec.PRINTED_PROBABILITIES)) == 1.007
    exponentials = np.exp([1.0, 5.6, -2.4, 5.3, 6.1, 7.4, 3.0, 3.5])
    shares = (exponentials / exponentials.sum()).round(3)
    assert shares[4] == 0.171  # the other seven are those printed
    others = np.delete(np.array(cs246_word2vec.PRINTED_PROBABILITIES, dtype=float), 4)
    np.testing.assert_allclose(np.delete(shares, 4), others)


def test_context_of_books_holds_the_predicted_word():
    words = ["I", "read", "sci-fi", "books", "and", "drink", "orange", "juice"]
    around = words[1:3] + words[4:6]
    assert {"read", value("example.predicted")} < set(around)


def test_counts_of_the_recommender():
    assert value("recommender.n_pairs") == 3 * 2 + 2 * 1 + 2 * 1
    assert value("recommender.n_parameters") == 2 * 1_000_000 * 3
    assert all(
        set(cs246_tasks.TRAIN[user]).isdisjoint(cs246_tasks.TEST[user])
        for user in ["Bob", "Sam", "Alice"]
    )


def test_autoencoder_against_torch():
    network = torch.nn.Sequential(torch.nn.Linear(6, 3), torch.nn.Linear(3, 6))
    assert value("autoencoder.n_parameters") == sum(p.numel() for p in network.parameters())


def test_best_line_of_the_l1_loss_by_hand():
    """Along the first axis 2 + 2 is left over, along the second six times 1."""
    assert cs246_tasks.l1_loss_along(np.array([1.0, 0.0])) == 4
    assert cs246_tasks.l1_loss_along(np.array([0.0, 1.0])) == 6
    assert ENTRIES["autoencoder.pca"].witness().printed.tolist() == [1, 0]


def test_digits():
    assert cs246_digits.truncate([1.06, -2.4, 6.1, -0.19], 1).tolist() == [1.0, -2.4, 6.1, -0.1]
    assert cs246_digits.misprint(-13.2, 1, 9) == -13.9
