import math

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.linalg import subspace_angles
from sklearn.datasets import load_digits
from sklearn.decomposition import PCA
from torch import nn

from embref.autoencoder import (
    Autoencoder,
    DenoisingAutoencoder,
    SparseAutoencoder,
    VariationalAutoencoder,
    bernoulli_kl,
    fully_connected,
    gaussian_kl,
)


@pytest.fixture(scope="module")
def digits():
    return load_digits().data


@pytest.fixture(scope="module")
def linear(digits):
    return Autoencoder(16, solver="lbfgs", n_epochs=250, random_state=0).fit(digits)


def test_linear_autoencoder_reaches_pca(digits, linear):
    pca = PCA(16).fit(digits)
    variance = pca.explained_variance_ratio_.sum()
    assert variance == pytest.approx(0.849, abs=5e-4)
    assert linear.explained_variance_ratio(digits) == pytest.approx(variance, rel=1e-3)
    assert linear.explained_variance_ratio(digits) <= variance + 1e-9
    assert subspace_angles(linear.decoder_matrix(), pca.components_.T).max() < 0.02


def test_linear_code_is_a_basis_of_the_subspace_but_not_the_principal_axes(digits, linear):
    B = linear.decoder_matrix()
    gram = B.T @ B
    assert np.abs(gram - np.diag(np.diag(gram))).max() > 0.1 * np.diag(gram).min()


def test_linear_layers_in_a_row_are_still_pca(digits):
    X = digits[:, 20:40]
    model = Autoencoder(3, hidden=(8,), activation="identity", solver="lbfgs", n_epochs=200)
    model.random_state = 1
    pca = PCA(3).fit(X)
    model.fit(X)
    variance = pca.explained_variance_ratio_.sum()
    assert model.explained_variance_ratio(X) == pytest.approx(variance, rel=1e-3)
    assert subspace_angles(model.decoder_matrix(), pca.components_.T).max() < 0.05


def test_sigmoid_code_with_linear_output_cannot_beat_pca(digits):
    """Bourlard and Kamp (1988)."""
    model = Autoencoder(4, code_activation="sigmoid", solver="lbfgs", n_epochs=150, random_state=0)
    variance = PCA(4).fit(digits).explained_variance_ratio_.sum()
    assert 0.9 * variance < model.fit(digits).explained_variance_ratio(digits) <= variance


def test_l1_resists_outliers_and_pca_does_not():
    rng = np.random.default_rng(0)
    direction = np.array([[1.0], [0.5], [0.0]])
    X = rng.normal(size=(300, 1)) @ direction.T + 0.02 * rng.normal(size=(300, 3))
    X[:15] += [0.0, 0.0, 12.0]
    squared = Autoencoder(1, solver="lbfgs", random_state=0).fit(X)
    l1 = Autoencoder(1, loss="l1", n_epochs=150, random_state=0).fit(X)
    angles = [subspace_angles(model.decoder_matrix(), direction)[0] for model in (squared, l1)]
    assert angles[0] > 1.0
    assert angles[1] < 0.1
    errors = [np.abs(X - model.reconstruct(X)).sum() for model in (squared, l1)]
    assert errors[1] < errors[0]


def test_deep_autoencoder_bends_where_pca_cannot():
    angle = np.linspace(0, 1.5 * np.pi, 200)
    X = np.column_stack([np.cos(angle), np.sin(angle)])
    model = Autoencoder(
        1, hidden=(32,), activation="tanh", solver="lbfgs", n_epochs=500, random_state=0
    ).fit(X)
    assert PCA(1).fit(X).explained_variance_ratio_[0] < 0.8
    assert model.explained_variance_ratio(X) > 0.98


def test_linear_denoising_reaches_its_closed_form():
    rng = np.random.default_rng(0)
    X = rng.normal(size=(4000, 3)) * [2.0, 1.0, 0.25]
    model = DenoisingAutoencoder(
        3, amount=0.8, n_epochs=60, batch_size=200, learning_rate=0.02, random_state=0
    ).fit(X)
    S, sigma = np.cov(X.T), 0.8 * model.scale_
    optimum = S @ np.linalg.inv(S + sigma**2 * np.eye(3))
    jacobian = model.reconstruct(np.eye(3)) - model.reconstruct(np.zeros((1, 3)))
    assert np.abs(jacobian.T - optimum).max() < 0.04
    assert np.abs(np.eye(3) - optimum).max() > 0.3


def test_masking_restores_a_feature_from_the_others():
    t = np.linspace(-1, 1, 200)
    X = np.column_stack([t, -t, 2 * t])
    model = DenoisingAutoencoder(1, noise="masking", amount=0.3, n_epochs=60, random_state=0).fit(X)
    masked = X.copy()
    masked[:, 2] = X[:, 2].mean()
    assert np.corrcoef(model.reconstruct(masked)[:, 2], X[:, 2])[0, 1] > 0.99


def test_sparsity_penalty_moves_the_activity(digits):
    X = digits[:600]
    options = {"n_epochs": 30, "random_state": 0, "learning_rate": 5e-3}
    sparse = SparseAutoencoder(80, activity=0.05, penalty=20.0, **options).fit(X)
    plain = Autoencoder(80, code_activation="sigmoid", **options).fit(X)
    assert abs(sparse.transform(X).mean() - 0.05) < 0.02
    assert plain.transform(X).mean() > 0.2
    assert sparse.explained_variance_ratio(X) > 0.7


@settings(max_examples=30, deadline=None)
@given(st.floats(0.01, 0.99), st.floats(0.01, 0.99))
def test_bernoulli_kl_agrees_with_torch(p, q):
    coins = [torch.distributions.Bernoulli(torch.tensor(x, dtype=torch.double)) for x in (p, q)]
    expected = torch.distributions.kl_divergence(*coins)
    ours = bernoulli_kl(p, torch.tensor(q, dtype=torch.double))
    assert ours.item() == pytest.approx(expected.item(), abs=1e-9)


def test_gaussian_kl_agrees_with_torch():
    torch.manual_seed(0)
    mean, log_variance = torch.randn(5, 3), torch.randn(5, 3)
    q = torch.distributions.Normal(mean, torch.exp(log_variance / 2))
    p = torch.distributions.Normal(0.0, 1.0)
    expected = torch.distributions.kl_divergence(q, p).sum(dim=1)
    torch.testing.assert_close(gaussian_kl(mean, log_variance), expected)


def _with_exact_posterior(X, n_components):
    """Set a linear variational autoencoder to the maximum of probabilistic PCA."""
    model = VariationalAutoencoder(n_components, n_epochs=1, random_state=0).fit(X)
    pca = PCA(n_components).fit(X)
    unit = model.scale_
    variance = pca.noise_variance_ / unit**2
    eigenvalues = pca.explained_variance_ / unit**2
    W = pca.components_.T * np.sqrt(eigenvalues - variance)
    M = (W**2).sum(axis=0) + variance
    encoder, decoder = model.encoder_[0], model.decoder_[0]
    with torch.no_grad():
        encoder.weight.copy_(torch.tensor(np.vstack([W.T / M[:, None], 0 * W.T])))
        encoder.bias.copy_(torch.tensor(np.append(0 * M, np.log(variance / M))))
        decoder.weight.copy_(torch.tensor(W))
        decoder.bias.zero_()
        model.log_noise_.fill_(0.5 * math.log(variance))
    return model, pca


def test_elbo_at_the_exact_posterior_is_the_likelihood_of_probabilistic_pca(digits):
    X = digits[:, 18:30]
    model, pca = _with_exact_posterior(X, 3)
    bound = model.elbo(X, n_samples=200, random_state=0)
    assert bound.mean() == pytest.approx(pca.score(X), abs=0.03)


def test_trained_linear_elbo_comes_near_probabilistic_pca_from_below(digits):
    X = digits[:, 18:30]
    model = VariationalAutoencoder(3, n_epochs=60, random_state=0).fit(X)
    bound = model.elbo(X, n_samples=20, random_state=0).mean()
    assert PCA(3).fit(X).score(X) - 0.5 < bound < PCA(3).fit(X).score(X) + 0.03


def test_bernoulli_elbo_is_a_log_probability():
    X = (np.random.default_rng(0).random((100, 5)) < 0.3).astype(float)
    model = VariationalAutoencoder(2, loss="cross-entropy", n_epochs=20, random_state=0).fit(X)
    assert (model.elbo(X, random_state=0) < 0).all()
    assert (model.sample(4, random_state=0) < 1).all()


def test_same_random_state_gives_the_same_model(digits):
    X = digits[:100]
    first, second = (
        Autoencoder(2, n_epochs=2, random_state=3).fit(X).transform(X) for _ in range(2)
    )
    np.testing.assert_array_equal(first, second)


def test_fit_leaves_the_global_generator_alone():
    torch.manual_seed(7)
    expected = torch.rand(1)
    torch.manual_seed(7)
    Autoencoder(1, n_epochs=1, random_state=0).fit(np.eye(4))
    assert torch.equal(torch.rand(1), expected)


def test_layers_alternate_with_activations():
    layers = [type(layer) for layer in fully_connected([4, 3, 2], "relu", "sigmoid")]
    assert layers == [nn.Linear, nn.ReLU, nn.Linear, nn.Sigmoid]


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: Autoencoder(0), "n_components is 0; it must be positive"),
        (lambda: Autoencoder(2, loss="l2"), "loss is 'l2'; choose one of 'squared'"),
        (lambda: Autoencoder(2, hidden=(0,)), r"hidden\[0\] is 0"),
        (lambda: Autoencoder(2).transform([[1.0]]), r"not fitted; call fit\(X\) first"),
        (lambda: Autoencoder(1).fit([[1.0, np.nan]]), "NaN or infinity"),
        (lambda: Autoencoder(1).fit([1.0, 2.0]), r"X has shape \(2,\)"),
        (lambda: Autoencoder(1).fit(np.ones((3, 2))), "all rows of X are equal"),
        (lambda: Autoencoder(1, loss="cross-entropy").fit([[0.0, 2.0]]), "between 0 and 2"),
        (lambda: Autoencoder(1, n_epochs=1).fit(np.eye(3)).transform([[1.0]]), "1 columns"),
        (lambda: Autoencoder(1, loss="cross-entropy", n_epochs=1).fit(np.eye(3)).decoder_matrix(),
         "only a decoder without non-linear"),
        (lambda: DenoisingAutoencoder(2, noise="salt"), "noise is 'salt'"),
        (lambda: DenoisingAutoencoder(2, noise="masking", amount=1.0), "must be below 1"),
        (lambda: DenoisingAutoencoder(2, solver="lbfgs"), "needs 'adam'"),
        (lambda: SparseAutoencoder(2, activity=1.5), "must lie between 0 and 1"),
        (lambda: SparseAutoencoder(2, code_activation="relu"), "must be a sigmoid"),
        (lambda: VariationalAutoencoder(2, loss="l1"), "choose 'squared' or 'cross-entropy'"),
    ],
)  # fmt: skip
def test_errors_say_what_to_do(call, message):
    with pytest.raises(ValueError, match=message):
        call()
