"""Kim's deck: errata and conditions listed, values by hand, losses against the torch models."""

import math
import subprocess
import sys
from collections import Counter

import numpy as np
import pytest
import torch

from embref.deep_clustering import affinity_loss
from embref.siamese import logistic_pair_loss
from embref.worked import kim, kim_discriminant, kim_word2vec, kim_words
from embref.worked.registry import Claim, Number, close, is_printed_as

ENTRIES = {entry.id.removeprefix("kim."): entry for entry in kim.ENTRIES}
NUMBERS = {id: entry for id, entry in ENTRIES.items() if isinstance(entry, Number)}
CLAIMS = {id: entry for id, entry in ENTRIES.items() if isinstance(entry, Claim)}

ERRATA = {
    "similarity.symmetry",
    "negative_sampling.logistic_cross_entropy",
    "negative_sampling.second_class",
    "negative_sampling.log_probability",
    "glove.biases",
    "glove.citation",
    "retrieval.heading",
}
CONDITIONS = {
    "one_hot.n_words",
    "differences.meaning",
    "similarity.diagonal",
    "similarity.n_components",
    "similarity.unique_pattern",
    "tf.same_story",
    "autoencoder.factorization",
    "self_prediction.index",
    "self_prediction.different",
    "skip_gram.reversed",
    "skip_gram.boundary",
    "skip_gram.average",
    "skip_gram.input_word",
    "negative_sampling.outside_context",
    "negative_sampling.two_classes",
    "negative_sampling.trivial_solution",
    "negative_sampling.probability_label",
    "negative_sampling.draws",
    "glove.global",
    "glove.half",
    "glove.unseen_pairs",
    "glove.counts",
    "glove.roles",
    "ngrams.instead",
    "ngrams.out_of_vocabulary",
    "classification.cross_entropy",
    "classification.balanced",
    "classification.posterior",
    "classification.generative",
    "siamese.target",
    "siamese.similar",
    "siamese.dissimilar",
    "kernels.dimension",
    "notation.symbols",
}


def with_verdict(verdict):
    return {id for id, entry in ENTRIES.items() if entry.verdict == verdict}


def printed_and_truth(id):
    witness = CLAIMS[id].witness()
    return witness.printed, witness.truth


def test_no_entry_is_lost():
    assert len(ENTRIES) == len(kim.ENTRIES)
    assert with_verdict("erratum") == ERRATA
    assert with_verdict("needs a condition") == CONDITIONS
    verdicts = Counter(entry.verdict for entry in kim.ENTRIES)
    assert verdicts == {
        "agrees": 27, "erratum": 7, "needs a condition": 34, "not printed": 11,
    }  # fmt: skip


@pytest.mark.parametrize("claim", CLAIMS.values(), ids=CLAIMS)
def test_every_claim_is_explained(claim):
    assert claim.place
    assert claim.quantity
    assert not claim.correct or claim.reason.endswith((".", ")"))
    if claim.witness:
        printed, correct, truth = claim.witness()
        assert close(correct, truth)
        assert close(printed, truth) == (claim.verdict == "agrees")


@pytest.mark.parametrize("number", NUMBERS.values(), ids=NUMBERS)
def test_slips_differ_from_the_value(number):
    for slip in number.slips:
        assert slip.reason.endswith(".")
        assert not is_printed_as(slip.compute(), np.asarray(number.value).tolist(), exactly=True)


def test_one_hot_vectors():
    assert NUMBERS["one_hot.vectors"].value.tolist() == np.eye(6).tolist()
    assert NUMBERS["one_hot.dimension"].value == 700_000


def test_similarity_matrix_has_one_pair_that_is_not_mirrored():
    S = kim_words.SIMILARITY
    assert np.argwhere(S != S.T).tolist() == [[2, 3], [3, 2]]
    assert (S[2, 3], S[3, 2]) == (0.02, 0.1)
    for reading, entry in zip(kim_words.readings(), (0.02, 0.1), strict=True):
        assert np.array_equal(reading, reading.T)
        assert reading[2, 3] == entry
        assert np.sum(reading != S) == 1


def test_eigenvalues_solve_the_characteristic_equation():
    for S, values in zip(
        kim_words.readings(), NUMBERS["similarity.eigenvalues"].value, strict=True
    ):
        for value in values:
            assert np.linalg.det(S - value * np.eye(6)) == pytest.approx(0, abs=1e-12)
        assert values.sum() == pytest.approx(6)  # the ones on the diagonal
        assert np.sum(values < 0) == 1


def test_rank_2_share_is_that_of_the_two_largest_singular_values():
    for S, share in zip(
        kim_words.readings(), NUMBERS["similarity.rank_2_share"].value, strict=True
    ):
        squares = np.linalg.svd(S, compute_uv=False) ** 2
        assert share == pytest.approx(squares[:2].sum() / squares.sum())


def test_nearest_words_read_off_the_table():
    assert NUMBERS["similarity.nearest"].value == [
        "Chicago", "Illinois", "Illinois", "Indianapolis", "Indiana", "Indiana",
    ]  # fmt: skip


def test_pairs_and_ngrams_counted_by_hand():
    assert NUMBERS["skip_gram.n_pairs"].value == 5 * 4 + 2 * 3 + 2 * 2
    assert NUMBERS["ngrams.n_bigrams"].value == 8
    assert NUMBERS["ngrams.n_chicken"].value == 7 + 6 + 5 + 4
    assert NUMBERS["ngrams.chickens"].value == ["<ch", "chi", "hic", "ick", "cke", "ken"]
    assert NUMBERS["contextual.windows"].value == [
        ("the", "new", "place", "on"),
        ("I", "played", "at", "dark"),
    ]


def test_shapes_of_deep_clustering():
    assert NUMBERS["kernels.gram_shape"].value == (6, 6)
    assert NUMBERS["kernels.gram_shape"].slips[0].compute() == (2, 2)


def test_unit_vectors_cannot_reach_zero_loss():
    assert NUMBERS["siamese.unit_vectors"].value == pytest.approx(math.log(1 + 1 / math.e))


def test_second_class_under_the_softmax_doubles_the_loss():
    """1 - y_1 is y_0, so that the trivial solution is the same."""
    a, b = 0.5 * 1 + 0.4 * -2, -0.3 * 1 + 0.6 * -2
    y_0 = math.exp(a) / (math.exp(a) + math.exp(b))
    printed, truth = printed_and_truth("negative_sampling.second_class")
    assert printed == pytest.approx(-2 * math.log(y_0))
    assert truth == pytest.approx(math.log(1 + math.exp(-a)) + math.log(1 + math.exp(b)))


def test_negative_example_costs_nothing_as_printed():
    printed, truth = printed_and_truth("negative_sampling.logistic_cross_entropy")
    assert printed == 0
    assert truth == pytest.approx(math.log(1 + math.exp(0.5 * 1 + 0.4 * -2)))


def test_negative_sampling_objective_is_no_log_probability():
    printed, truth = printed_and_truth("negative_sampling.log_probability")
    np.testing.assert_allclose(np.sum(truth, axis=1), 1)
    assert np.sum(printed, axis=1).max() < 0.5


def test_glove_without_biases_cannot_fit_independent_words():
    printed, truth = printed_and_truth("glove.biases")
    squares = np.linalg.svd(np.log(np.outer([1, 3, 9], [2, 20, 5])), compute_uv=False) ** 2
    assert printed == pytest.approx(squares[1:].sum() / 2)
    assert printed > 0.1
    assert truth == 0


def test_unseen_pair_makes_the_printed_sum_undefined():
    assert math.isnan(CLAIMS["glove.unseen_pairs"].witness().printed)


def test_posterior_without_priors():
    """The first value: 0.45 of 0.9 against 0.01 of 0.1."""
    printed, truth = printed_and_truth("classification.posterior")
    assert printed[0] == pytest.approx([0.5 / 0.6, 0.1 / 0.6])
    assert truth[0] == pytest.approx([0.45 / 0.46, 0.01 / 0.46])


def test_balanced_classes_err_on_the_frequent_one():
    """Balanced, the third value is decided for the rare class: 0.6 against 0.15 / 0.9."""
    printed, truth = printed_and_truth("classification.balanced")
    assert (printed, truth) == pytest.approx((0.45 + 0.30 + 0.06, 0.45 + 0.30 + 0.15))


def test_skip_gram_objective_depends_on_the_counts_alone():
    """Weigh log p of each pair by its count: the remark on local and global contexts."""
    counts = Counter(kim_word2vec.encoded_pairs())
    total = 0.0
    for (center, context), count in counts.items():
        scores = kim_word2vec.U @ kim_word2vec.V[center]
        total -= count * (scores[context] - np.log(np.exp(scores).sum()))
    assert total / 9 == pytest.approx(CLAIMS["skip_gram.objective"].witness().printed)


def test_losses_of_pairs_and_affinities_are_those_of_the_torch_models():
    Z = torch.tensor(kim_discriminant.Z)
    i, j = torch.triu_indices(6, 6, offset=1)
    same = torch.tensor(kim_discriminant.SOURCES[i] == kim_discriminant.SOURCES[j]).double()
    siamese = CLAIMS["siamese.loss"].witness().printed
    assert siamese == pytest.approx(logistic_pair_loss(Z[i], Z[j], same).item())
    Y = torch.tensor(kim_discriminant.assignments())
    affinity = CLAIMS["deep_clustering.loss"].witness().printed
    assert affinity == pytest.approx(affinity_loss(Z, Y).item())
    assert affinity == pytest.approx(float(((Z @ Z.T - Y @ Y.T) ** 2).sum()))


def test_three_songs_end_up_at_120_degrees():
    _, truth = printed_and_truth("siamese.dissimilar")
    assert truth == pytest.approx([-0.5] * 3)


def test_import_loads_nothing_heavy():
    code = "import embref.worked.kim, sys; print({'torch', 'numba', 'sklearn'} & {*sys.modules})"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "set()"
