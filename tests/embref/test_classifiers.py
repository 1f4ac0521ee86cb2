import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import multivariate_normal
from sklearn.datasets import load_digits
from sklearn.discriminant_analysis import QuadraticDiscriminantAnalysis
from sklearn.linear_model import LogisticRegression
from sklearn.naive_bayes import GaussianNB
from sklearn.utils.class_weight import compute_sample_weight

from embref.classifiers import (
    GaussianDensity,
    GenerativeClassifier,
    SoftmaxClassifier,
    balanced_weights,
    bayes_posterior,
    softmax_loss_gradient,
)
from embref.networks import check_gradient


@pytest.fixture(scope="module")
def blobs():
    rng = np.random.default_rng(0)
    y = np.repeat(["a", "b", "c"], [60, 30, 10])
    centers = {"a": [0, 0, 0], "b": [1, 1, 0], "c": [0, 2, 1]}
    X = rng.normal(size=(100, 3)) * [1, 0.5, 2] + np.array([centers[label] for label in y])
    return X, y


@pytest.fixture(scope="module")
def digits():
    data = load_digits()
    rng = np.random.default_rng(0)
    order = rng.permutation(len(data.data))
    return data.data[order] / 16, data.target[order]


def test_softmax_gradient_agrees_with_finite_differences(blobs):
    X, y = blobs
    T = (y[:, None] == np.unique(y)).astype(float)
    weights = np.random.default_rng(1).random(len(X))
    W = np.random.default_rng(2).normal(size=(3, 4))

    def loss(W):
        return softmax_loss_gradient(W, X, T, weights, 0.7)[0]

    def gradient(W):
        return softmax_loss_gradient(W, X, T, weights, 0.7)[1]

    assert check_gradient(loss, gradient, W) < 1e-7


@pytest.mark.parametrize("balanced", [False, True])
def test_softmax_agrees_with_scikit_learn(blobs, balanced):
    X, y = blobs
    ours = SoftmaxClassifier(l2=2.0, balanced=balanced).fit(X, y)
    weight = "balanced" if balanced else None
    theirs = LogisticRegression(C=0.5, class_weight=weight, tol=1e-8, max_iter=2000).fit(X, y)
    np.testing.assert_allclose(ours.predict_proba(X), theirs.predict_proba(X), atol=1e-5)
    np.testing.assert_allclose(ours.coef_, theirs.coef_, atol=1e-4)
    assert (ours.predict(X) == theirs.predict(X)).all()


def test_balanced_weights_agree_with_scikit_learn(blobs):
    _, y = blobs
    np.testing.assert_allclose(balanced_weights(y), compute_sample_weight("balanced", y))


@pytest.mark.parametrize("covariance", ["full", "diagonal", "spherical"])
def test_density_agrees_with_scipy(blobs, covariance):
    X, _ = blobs
    density = GaussianDensity(covariance, shrinkage=0.2).fit(X)
    expected = multivariate_normal(density.mean_, density.covariance_).logpdf(X)
    np.testing.assert_allclose(density.log_likelihood(X), expected)


@pytest.mark.parametrize("priors", ["empirical", "uniform"])
def test_diagonal_model_is_gaussian_naive_bayes(blobs, priors):
    X, y = blobs
    ours = GenerativeClassifier(lambda: GaussianDensity("diagonal", 0.0), priors=priors).fit(X, y)
    theirs = GaussianNB(priors=None if priors == "empirical" else np.ones(3) / 3, var_smoothing=0)
    np.testing.assert_allclose(ours.predict_proba(X), theirs.fit(X, y).predict_proba(X), atol=1e-8)


def test_full_model_is_quadratic_discriminant_analysis(blobs):
    X, y = blobs
    X, y = X[y != "c"], y[y != "c"]
    ours = GenerativeClassifier(lambda: GaussianDensity("full", 0.0), priors="empirical").fit(X, y)
    theirs = QuadraticDiscriminantAnalysis(solver="eigen").fit(X, y)  # maximum likelihood
    np.testing.assert_allclose(ours.predict_proba(X), theirs.predict_proba(X), atol=1e-6)


def test_posterior_needs_the_priors():
    """Likelihoods alone, as the deck prints them, are right for equal priors only."""
    rng = np.random.default_rng(0)
    likelihoods = np.array([[0.2, 0.6], [0.8, 0.4]])  # of two symbols (rows) in two classes
    y = (rng.random(200_000) < 0.1).astype(int)
    x = (rng.random(len(y)) < likelihoods[1, y]).astype(int)
    observed = np.array([[np.mean(y[x == v] == c) for c in (0, 1)] for v in (0, 1)])
    right = bayes_posterior(np.log(likelihoods), [0.9, 0.1])
    printed = likelihoods / likelihoods.sum(axis=1, keepdims=True)
    np.testing.assert_allclose(right, observed, atol=0.01)
    np.testing.assert_allclose(bayes_posterior(np.log(likelihoods)), printed)
    assert np.abs(printed - observed).max() > 0.2


@settings(max_examples=50, deadline=None)
@given(
    st.lists(st.floats(-5000, 5000), min_size=2, max_size=5),
    st.lists(st.floats(0.01, 10), min_size=5, max_size=5),
    st.floats(-1000, 1000),
)
def test_posterior_is_a_distribution_that_ignores_common_factors(logs, priors, shift):
    priors = priors[: len(logs)]
    posterior = bayes_posterior([logs], priors)
    assert posterior.sum() == pytest.approx(1)
    again = bayes_posterior([[value + shift for value in logs]], [7 * p for p in priors])
    np.testing.assert_allclose(posterior, again, atol=1e-9)


def test_a_class_can_be_added_without_touching_the_others(digits):
    X, y = digits
    model = GenerativeClassifier().fit(X[y < 9], y[y < 9])
    before = model.log_likelihood(X)
    model.add_class(9, X[:500][y[:500] == 9])
    np.testing.assert_array_equal(model.log_likelihood(X)[:, :9], before)
    assert (model.predict(X)[500:][y[500:] == 9] == 9).mean() > 0.7


def test_discriminative_wins_with_many_examples(digits):
    X, y = digits
    train, test = slice(0, 800), slice(1200, None)
    softmax = SoftmaxClassifier(max_iter=100).fit(X[train], y[train])
    generative = GenerativeClassifier().fit(X[train], y[train])
    accuracy = [(model.predict(X[test]) == y[test]).mean() for model in (softmax, generative)]
    assert accuracy[0] > accuracy[1] + 0.03


def test_imbalance_moves_the_softmax_and_not_a_density(digits):
    X, y = digits
    rare = np.flatnonzero(y[:1200] == 8)[:6]
    rows = np.append(np.flatnonzero(np.isin(y[:1200], [1, 3, 9])), rare)
    test = 1200 + np.flatnonzero(y[1200:] == 8)
    softmax = SoftmaxClassifier(l2=10.0).fit(X[rows], y[rows])
    balanced = SoftmaxClassifier(l2=10.0, balanced=True).fit(X[rows], y[rows])
    generative = GenerativeClassifier(lambda: GaussianDensity("spherical")).fit(X[rows], y[rows])
    recall = [(m.predict(X[test]) == 8).mean() for m in (softmax, balanced, generative)]
    assert recall[0] < recall[1] - 0.2
    assert recall[0] < recall[2] - 0.2


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: SoftmaxClassifier(-1), "l2 is -1"),
        (lambda: SoftmaxClassifier().fit([[1.0]], ["a"]), "y holds only 'a'"),
        (lambda: SoftmaxClassifier().fit([[1.0], [2.0]], ["a"]), r"y has shape \(1,\)"),
        (lambda: SoftmaxClassifier().fit([[np.nan], [2.0]], ["a", "b"]), "NaN"),
        (lambda: SoftmaxClassifier().predict([[1.0]]), r"call fit\(X, y\) first"),
        (lambda: GaussianDensity("round"), "covariance is 'round'"),
        (lambda: GaussianDensity(shrinkage=2), "shrinkage is 2"),
        (lambda: GaussianDensity("full", 0.0).fit(np.eye(3)), "3 examples give a singular full"),
        (lambda: GenerativeClassifier(priors="flat"), "priors is 'flat'"),
        (lambda: GenerativeClassifier().fit([[1.0], [2.0], [3.0]], [0, 0, 1]),
         "class 1: 1 examples give a singular"),
        (lambda: GenerativeClassifier().add_class("a", [[1.0]]), "not fitted"),
        (lambda: GenerativeClassifier().fit([[1.0], [2.0]], [0, 0]).add_class(0, [[1.0]]),
         "class 0 is there already"),
        (lambda: GenerativeClassifier(priors={}).fit([[1.0], [2.0]], [0, 0]).predict([[1.0]]),
         r"priors lack \[0\]"),
        (lambda: GenerativeClassifier().fit([[1.0], [2.0]], [0, 0]).predict([[1.0, 2.0]]),
         "fitted on 1 features"),
        (lambda: bayes_posterior([[0.0, 1.0]], [1.0]), "each of the 2 classes"),
    ],
)  # fmt: skip
def test_errors_say_what_to_do(call, message):
    with pytest.raises(ValueError, match=message):
        call()
