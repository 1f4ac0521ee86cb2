"""Skip-gram against torch, naive loops and numerical optimization."""

import itertools
import math

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy import sparse

from embref import word2vec
from embref.cooccurrence import shifted_pmi
from embref.networks import check_gradient, numerical_gradient

rng = np.random.default_rng(0)
W, C = rng.normal(size=(2, 5, 3))
COUNTS = np.array([[4.0, 1.0, 0.0], [1.0, 3.0, 2.0], [0.0, 2.0, 5.0]])

positive_counts = arrays(int, (3, 4), elements=st.integers(1, 500))


def log_sigma(x):
    return -math.log1p(math.exp(-x))


def test_logits_by_loops():
    truth = [sum(W[2][i] * c[i] for i in range(3)) for c in C]
    np.testing.assert_allclose(word2vec.logits(W, C, 2), truth)


def test_probabilities_against_torch():
    truth = torch.softmax(torch.tensor(C @ W[2]), dim=0).numpy()
    np.testing.assert_allclose(word2vec.probabilities(W, C, 2), truth)


@pytest.mark.parametrize(("center", "context"), [(0, 0), (2, 4), (4, 2)])
def test_softmax_loss_and_gradients_against_autograd(center, context):
    w, c = torch.tensor(W, requires_grad=True), torch.tensor(C, requires_grad=True)
    loss = torch.nn.functional.cross_entropy(c @ w[center], torch.tensor(context))
    loss.backward()
    assert word2vec.cross_entropy_loss(W, C, center, context) == pytest.approx(loss.item())
    dW, dC = word2vec.softmax_gradients(W, C, center, context)
    np.testing.assert_allclose(dW, w.grad.numpy(), atol=1e-14)
    np.testing.assert_allclose(dC, c.grad.numpy(), atol=1e-14)


def test_softmax_gradients_against_finite_differences():
    def loss(C):
        return word2vec.cross_entropy_loss(W, C, 1, 3)

    assert check_gradient(loss, lambda C: word2vec.softmax_gradients(W, C, 1, 3)[1], C) < 1e-7


def test_every_context_vector_is_updated():
    dW, dC = word2vec.softmax_gradients(W, C, 1, 3)
    assert np.flatnonzero(np.any(dW != 0, axis=1)).tolist() == [1]
    assert np.all(np.any(dC != 0, axis=1))


def test_likelihood_pair_by_pair():
    pairs = [(0, 1), (1, 0), (1, 2), (0, 1)]
    product = math.prod(word2vec.probabilities(W, C, w)[c] for w, c in pairs)
    assert word2vec.likelihood(W, C, pairs) == pytest.approx(product)
    assert word2vec.log_likelihood(W, C, pairs) == pytest.approx(math.log(product))
    nll = word2vec.negative_log_likelihood(W, C, pairs, n_tokens=3)
    assert nll == pytest.approx(-math.log(product) / 3)


def test_log_likelihood_does_not_underflow():
    pairs = [(0, 1)] * 5000
    assert word2vec.likelihood(W, C, pairs) == 0.0
    truth = -5000 * word2vec.cross_entropy_loss(W, C, 0, 1)
    assert word2vec.log_likelihood(W, C, pairs) == pytest.approx(truth)


def test_negative_sampling_objective_by_terms():
    truth = log_sigma(W[0] @ C[1]) + sum(log_sigma(-W[0] @ c) for c in C[2:])
    assert word2vec.negative_sampling_objective(W[0], C[1], C[2:]) == pytest.approx(truth)


def test_expected_objective_is_the_mean_over_all_draws():
    noise = np.array([0.1, 0.2, 0.3, 0.25, 0.15])
    mean = sum(
        noise[i] * noise[j] * word2vec.negative_sampling_objective(W[0], C[1], C[[i, j]])
        for i, j in itertools.product(range(5), repeat=2)
    )
    ours = word2vec.expected_negative_sampling_objective(W[0], C[1], C, noise, k=2)
    assert ours == pytest.approx(mean)


@pytest.mark.parametrize("noise", [None, np.array([0.5, 0.3, 0.2])])
@pytest.mark.parametrize("form", [np.asarray, sparse.csr_array])
def test_corpus_objective_is_the_sum_over_pairs(form, noise):
    w, c = W[:3], C[:3]
    P = COUNTS.sum(axis=0) / COUNTS.sum() if noise is None else noise
    total = sum(
        COUNTS[i, j] * word2vec.expected_negative_sampling_objective(w[i], c[j], c, P, k=2)
        for i, j in itertools.product(range(3), repeat=2)
    )
    ours = word2vec.corpus_negative_sampling_objective(w @ c.T, form(COUNTS), 2, noise=noise)
    assert ours == pytest.approx(total)


@pytest.mark.parametrize("noise", [None, np.array([0.5, 0.3, 0.2])])
def test_corpus_gradient_against_finite_differences(noise):
    scores = W[:3] @ C[:3].T

    def objective(s):
        return word2vec.corpus_negative_sampling_objective(s, COUNTS, 3, noise=noise)

    ours = word2vec.corpus_negative_sampling_gradient(scores, COUNTS, 3, noise=noise)
    np.testing.assert_allclose(ours, numerical_gradient(objective, scores), atol=1e-7)


@pytest.mark.parametrize("k", [1, 2, 5, 20])
def test_the_optimum_is_shifted_pmi(k):
    truth = shifted_pmi(COUNTS, k)
    np.testing.assert_allclose(word2vec.negative_sampling_optimum(COUNTS, k), truth)
    np.testing.assert_allclose(word2vec.fit_scores(COUNTS, k), truth, atol=1e-9)


@given(positive_counts, st.integers(1, 20))
def test_fit_scores_reaches_the_optimum(counts, k):
    scores = word2vec.fit_scores(counts, k)
    np.testing.assert_allclose(scores, word2vec.negative_sampling_optimum(counts, k), atol=1e-8)
    gradient = word2vec.corpus_negative_sampling_gradient(scores, counts, k)
    np.testing.assert_allclose(gradient, 0, atol=1e-6)


def test_fit_scores_beats_its_neighbours():
    scores = word2vec.fit_scores(COUNTS + 1, 2)
    best = word2vec.corpus_negative_sampling_objective(scores, COUNTS + 1, 2)
    for seed in range(20):
        moved = scores + np.random.default_rng(seed).normal(scale=0.1, size=scores.shape)
        assert word2vec.corpus_negative_sampling_objective(moved, COUNTS + 1, 2) < best


def test_fit_scores_survives_very_unequal_counts():
    counts = np.array([[10**9, 1], [1, 10**9]])
    truth = word2vec.negative_sampling_optimum(counts, 1)
    np.testing.assert_allclose(word2vec.fit_scores(counts, 1), truth, atol=1e-8)


def test_noise_moves_the_optimum():
    noise = COUNTS.sum(axis=0) ** 0.75
    noise /= noise.sum()
    optimum = word2vec.negative_sampling_optimum(COUNTS, 2, noise=noise)
    np.testing.assert_allclose(word2vec.fit_scores(COUNTS, 2, noise=noise), optimum, atol=1e-9)
    assert not np.allclose(optimum[0, 0], shifted_pmi(COUNTS, 2)[0, 0])


def test_objective_is_finite_at_an_infinite_optimum():
    optimum = word2vec.negative_sampling_optimum(COUNTS, 1)
    assert np.isneginf(optimum[0, 2])
    best = word2vec.corpus_negative_sampling_objective(optimum, COUNTS, 1)
    optimum[0, 2] = -3.0
    assert word2vec.corpus_negative_sampling_objective(optimum, COUNTS, 1) < best < 0


def test_n_parameters():
    assert word2vec.n_parameters(*W.shape) == W.size + C.size


def test_combine_vectors_row_by_row():
    for how, combine in {
        "first": lambda w, c: list(w),
        "second": lambda w, c: list(c),
        "sum": lambda w, c: [a + b for a, b in zip(w, c, strict=True)],
        "average": lambda w, c: [(a + b) / 2 for a, b in zip(w, c, strict=True)],
        "concatenation": lambda w, c: [*w, *c],
    }.items():
        truth = [combine(w, c) for w, c in zip(W, C, strict=True)]
        np.testing.assert_allclose(word2vec.combine_vectors(W, C, how), truth)
        np.testing.assert_allclose(word2vec.combine_vectors(W[0], C[0], how), truth[0])


def test_combine_vectors_returns_a_copy():
    combined = word2vec.combine_vectors(W, C, "first")
    combined += 1
    assert not np.allclose(combined, W)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: word2vec.logits(W, C[:, :2], 0), "same number of columns"),
        (lambda: word2vec.logits(W, C, 5), "integer from 0 to 4"),
        (lambda: word2vec.logits(W, C, -1), "integer from 0 to 4"),
        (lambda: word2vec.cross_entropy_loss(W, C, 0, "ring"), "context is 'ring'"),
        (lambda: word2vec.softmax_gradients(W, C, 0, 9), "context is 9"),
        (lambda: word2vec.log_likelihood(W, C, []), "pairs is empty"),
        (lambda: word2vec.log_likelihood(W, C, [(0, 7)]), "context is 7"),
        (lambda: word2vec.negative_log_likelihood(W, C, [(0, 1)], 0), "length of the text"),
        (lambda: word2vec.negative_sampling_objective(W[0], C[0], C[0]), r"\(k, d\)"),
        (
            lambda: word2vec.expected_negative_sampling_objective(
                W[0], C[0], C, [1, 1, 1, 1, 1], 2
            ),
            "noise sums to 5",
        ),
        (
            lambda: word2vec.expected_negative_sampling_objective(W[0], C[0], C, [1.0], 2),
            "one probability per word",
        ),
        (
            lambda: word2vec.corpus_negative_sampling_objective([[0.0]], COUNTS, 1),
            r"scores have shape \(1, 1\); counts have shape \(3, 3\)",
        ),
        (lambda: word2vec.fit_scores(COUNTS, 0), "positive integer"),
        (
            lambda: word2vec.negative_sampling_optimum(COUNTS, 1, noise=[1.0, 0.0, 0.0]),
            "positive probability",
        ),
        (lambda: word2vec.n_parameters(0, 300), "at least 1"),
        (lambda: word2vec.combine_vectors(W, C[:2]), "must agree"),
        (lambda: word2vec.combine_vectors(W, C, "product"), "first, second, sum, average"),
    ],
)
def test_errors_say_what_was_expected(call, message):
    with pytest.raises(ValueError, match=message):
        call()


def test_fit_scores_says_when_it_has_not_finished():
    with pytest.raises(RuntimeError, match="raise max_iterations"):
        word2vec.fit_scores(COUNTS, 20, max_iterations=2)
