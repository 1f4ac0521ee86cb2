import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.cluster import KMeans

from embref.deep_clustering import (
    BLSTMEmbedder,
    DeepClustering,
    FeedForwardEmbedder,
    affinity_loss,
    ideal_binary_masks,
    istft,
    kmeans,
    mix,
    separate_by_masks,
    si_sdr,
    si_sdr_improvement,
    stft,
)


def voice(pitch, n_samples, random_state):
    """Speech-like: syllables of a few harmonics of a gliding pitch, at 8 kHz."""
    rng = np.random.default_rng(random_state)
    t = np.arange(n_samples) / 8000
    glide = pitch * (1 + 0.05 * np.sin(2 * np.pi * rng.uniform(1, 3) * t))
    phase = 2 * np.pi * np.cumsum(glide) / 8000
    syllables = np.clip(np.sin(2 * np.pi * rng.uniform(2, 4) * t + rng.uniform(0, 6)), 0, 1)
    return syllables * sum(np.sin(k * phase) / k for k in range(1, 8))


@settings(max_examples=25, deadline=None)
@given(st.integers(1, 20), st.integers(1, 6), st.integers(1, 4), st.integers(0, 1000))
def test_loss_agrees_with_the_matrices_it_does_not_form(T, K, S, seed):
    rng = torch.Generator().manual_seed(seed)
    Z = torch.randn(3, T, K, generator=rng, dtype=torch.double)
    Y = torch.randn(3, T, S, generator=rng, dtype=torch.double)
    naive = (Z @ Z.mT - Y @ Y.mT).square().sum(dim=(1, 2))
    torch.testing.assert_close(affinity_loss(Z, Y), naive)


def test_loss_by_explicit_pairs_and_weights():
    rng = torch.Generator().manual_seed(0)
    Z = torch.randn(5, 2, generator=rng, dtype=torch.double)
    labels, w = [0, 1, 1, 0, 1], torch.rand(5, generator=rng, dtype=torch.double)
    total = sum(
        w[t] * w[u] * (Z[t] @ Z[u] - float(labels[t] == labels[u])) ** 2
        for t in range(5)
        for u in range(5)
    )
    root = w.sqrt()[:, None]
    loss = affinity_loss(root * Z, root * torch.eye(2, dtype=torch.double)[labels])
    assert loss.item() == pytest.approx(total.item())


def test_loss_gradient_agrees_with_finite_differences():
    rng = torch.Generator().manual_seed(0)
    Z = torch.randn(6, 3, generator=rng, dtype=torch.double, requires_grad=True)
    Y = torch.eye(2, dtype=torch.double)[[0, 1, 1, 0, 0, 1]]
    assert torch.autograd.gradcheck(lambda Z: affinity_loss(Z, Y), Z)


def test_loss_handles_more_bins_than_a_matrix_of_pairs_could():
    Z = torch.nn.functional.normalize(torch.ones(1_000_000, 4), dim=1)
    assert torch.isfinite(affinity_loss(Z, Z))


def test_stft_agrees_with_torch():
    signal = np.random.default_rng(0).normal(size=1000)
    padded = torch.from_numpy(np.pad(signal, (192, 192 + -1000 % 64)))
    window = torch.hann_window(256, dtype=torch.double).sqrt()
    expected = torch.stft(padded, 256, 64, window=window, center=False, return_complex=True)
    np.testing.assert_allclose(stft(signal, 256, 64), expected.numpy().T, atol=1e-12)


@settings(max_examples=25, deadline=None)
@given(st.integers(1, 700), st.sampled_from([(64, 16), (64, 32), (256, 64)]))
def test_istft_inverts_stft(n_samples, frame):
    signal = np.random.default_rng(n_samples).normal(size=(2, n_samples))
    np.testing.assert_allclose(istft(stft(signal, *frame), n_samples, *frame), signal, atol=1e-12)


def test_istft_of_a_masked_spectrum_has_the_nearest_transform():
    rng = np.random.default_rng(0)
    signal = rng.normal(size=300)
    target = stft(signal, 64, 16) * (rng.random((22, 33)) < 0.5)
    nearest = istft(target, 300, 64, 16)

    def distance(x):
        weights = np.full(33, 2.0)  # all frequencies but the first and last stand for two
        weights[[0, -1]] = 1
        return (weights * np.abs(stft(x, 64, 16) - target) ** 2).sum()

    for _ in range(5):
        assert distance(nearest) < distance(nearest + 1e-2 * rng.normal(size=300))


@pytest.mark.parametrize("weighted", [False, True])
def test_kmeans_agrees_with_scikit_learn(weighted):
    rng = np.random.default_rng(0)
    X = rng.normal(size=(300, 3)) + 5 * rng.integers(0, 2, size=(300, 3))  # 8 heaps
    weights = rng.random(300) if weighted else None
    labels, centers = kmeans(X, 8, weights=weights, n_init=10, random_state=0)
    theirs = KMeans(8, n_init=20, random_state=0).fit(X, sample_weight=weights)
    w = np.ones(300) if weights is None else weights
    inertia = w @ ((X - centers[labels]) ** 2).sum(axis=1)
    assert inertia == pytest.approx(theirs.inertia_, rel=1e-3)
    nearest = ((X[:, None] - centers) ** 2).sum(axis=2).argmin(axis=1)
    assert (labels == nearest).all()


def test_ideal_masks_by_loop():
    spectra = np.random.default_rng(0).normal(size=(3, 4, 5))
    masks = ideal_binary_masks(spectra)
    assert (masks.sum(axis=0) == 1).all()
    for n, f in np.ndindex(4, 5):
        assert masks[:, n, f].argmax() == max(range(3), key=lambda s: abs(spectra[s, n, f]))


def test_masks_that_sum_to_one_give_the_mixture_back():
    mixture = np.random.default_rng(0).normal(size=1000)
    spectrum = stft(mixture)
    mask = np.random.default_rng(1).random(spectrum.shape)
    estimates = separate_by_masks(mixture, np.stack([mask, 1 - mask]))
    np.testing.assert_allclose(estimates.sum(axis=0), mixture, atol=1e-12)


@settings(max_examples=25, deadline=None)
@given(st.floats(0.01, 100), st.integers(0, 1000))
def test_si_sdr_is_the_residual_of_least_squares_at_any_scale(scale, seed):
    s, e = np.random.default_rng(seed).normal(size=(2, 50))
    alpha, residual = np.linalg.lstsq(s[:, None], e, rcond=None)[:2]
    expected = 10 * np.log10(alpha[0] ** 2 * (s @ s) / residual[0])
    assert si_sdr(s, scale * e) == pytest.approx(expected, abs=1e-6)


def test_improvement_finds_the_order_of_the_sources():
    s = np.random.default_rng(0).normal(size=(2, 500))
    noisy = s + 0.1 * np.random.default_rng(1).normal(size=s.shape)
    expected = (si_sdr(s, noisy) - si_sdr(s, np.stack([s.sum(0)] * 2))).mean()
    for order in ([0, 1], [1, 0]):
        assert si_sdr_improvement(s, noisy[order], s.sum(axis=0)) == pytest.approx(expected)


def test_mix_sets_the_level():
    scaled = mix(np.random.default_rng(0).normal(size=(2, 400)) * [[1], [50]], 2.5)
    power = (scaled**2).sum(axis=1)
    assert 10 * np.log10(power[0] / power[1]) == pytest.approx(2.5)


@pytest.mark.parametrize("embedder", [BLSTMEmbedder, FeedForwardEmbedder])
def test_embeddings_have_length_one(embedder):
    torch.manual_seed(0)
    Z = embedder(9, 4, n_units=5, n_layers=2)(torch.randn(2, 7, 9))
    assert Z.shape == (2, 7, 9, 4)
    torch.testing.assert_close(Z.norm(dim=-1), torch.ones(2, 7, 9))


def test_feed_forward_sees_its_context_and_no_more():
    torch.manual_seed(0)
    network = FeedForwardEmbedder(3, 2, n_units=64, context=2)
    X = torch.randn(1, 11, 3)
    changed = X.clone()
    changed[0, 5] += 1
    moved = (network(X) != network(changed)).flatten(2).any(dim=2)[0]
    assert torch.nonzero(moved).ravel().tolist() == [3, 4, 5, 6, 7]


@pytest.mark.parametrize("network", ["feedforward", "blstm"])
def test_unseen_utterances_of_two_voices_are_separated(network):
    low, high = ([voice(pitch, 8000, seed) for seed in range(6)] for pitch in (110.0, 230.0))
    model = DeepClustering(
        network, n_components=6, n_units=32, n_layers=1, hop=128, n_frames=30,
        batch_size=8, n_steps=80, learning_rate=1e-2, random_state=0,
    ).fit([low, high])  # fmt: skip
    gains, ceilings = [], []
    for seed in range(3):
        sources = mix([voice(115.0, 8000, 50 + seed), voice(220.0, 8000, 90 + seed)])
        mixture = sources.sum(axis=0)
        gains.append(si_sdr_improvement(sources, model.separate(mixture), mixture))
        ideal = separate_by_masks(mixture, ideal_binary_masks(stft(sources)))
        ceilings.append(si_sdr_improvement(sources, ideal, mixture))
    assert np.mean(gains) > 6
    assert np.mean(ceilings) > np.mean(gains)
    assert model.loss_[-1] < model.loss_[0] / 2


def test_loudness_does_not_matter():
    low, high = voice(110.0, 4000, 0), voice(230.0, 4000, 0)
    model = DeepClustering("feedforward", n_units=8, n_steps=2, n_frames=20, random_state=0)
    model.fit([[low], [high]])
    quiet, loud = model.transform(low + high), model.transform(1000 * (low + high))
    np.testing.assert_allclose(quiet, loud, atol=1e-5)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: affinity_loss(torch.ones(3, 2), torch.ones(4, 2)), "one row per bin"),
        (lambda: stft([]), "at least one"),
        (lambda: stft([1.0, np.nan]), "give finite samples"),
        (lambda: stft(np.ones(9), 256, 100), "hop a divisor"),
        (lambda: istft(np.ones((3, 129)), 1000), r"have shape \(\.\.\., 9, 129\)"),
        (lambda: ideal_binary_masks(np.ones((2, 3))), "n_sources, n_frames"),
        (lambda: separate_by_masks(np.ones(640), np.ones((2, 3, 129))), "this mixture needs"),
        (lambda: kmeans(np.ones((5, 2)), 2), "only 1 distinct rows"),
        (lambda: kmeans([[np.nan]], 1), "expected finite rows"),
        (lambda: kmeans([[1.0]], 1, weights=[-1.0]), "none negative"),
        (lambda: si_sdr([0.0, 0.0], [1.0, 1.0]), "all zeros"),
        (lambda: si_sdr([1.0], [1.0, 2.0]), "both must be equal"),
        (lambda: si_sdr_improvement(np.ones((2, 5)), np.ones((3, 5)), np.ones(5)), "n_sources"),
        (lambda: mix(np.ones((3, 5))), r"expected \(2, n_samples\)"),
        (lambda: mix([[0.0], [1.0]]), "cut the silence"),
        (lambda: DeepClustering("transformer"), "network is 'transformer'"),
        (lambda: DeepClustering(n_steps=0), "n_steps is 0"),
        (lambda: DeepClustering().fit([[np.ones(9)]]), "hold 1 speakers"),
        (lambda: DeepClustering().separate(np.ones(9)), "not fitted"),
    ],
)
def test_errors_say_what_to_do(call, message):
    with pytest.raises(ValueError, match=message):
        call()
