r"""Deep clustering: one embedding per time-frequency bin, so that k-means separates speakers.

A mixture of N frames and F frequencies has T = N·F bins. The network gives bin t a unit vector
:math:`z_t`, a row of Z (T × K); Y (T × S) is one-hot in the speaker that is loudest in the bin.

========  ==========================================================================
pairs     every pair of bins (t, u) of one mixture: same speaker or not
score     dot product :math:`z_t \cdot z_u`, an entry of :math:`Z Z^\top`
loss      :math:`\|Z Z^\top - Y Y^\top\|_F^2`, squared error of scores against 1 or 0
========  ==========================================================================
"""

import itertools
from collections.abc import Sequence
from typing import Self

import numpy as np
import torch
from numpy.typing import ArrayLike, NDArray
from torch import Tensor, nn

from embref.training import check_choice, check_positive, seeded

Array = NDArray[np.float64]
Waveforms = Sequence[Sequence[ArrayLike]]

_FLOOR_DB = 60.0


def affinity_loss(Z: Tensor, Y: Tensor) -> Tensor:
    r"""Squared distance of two affinity matrices, without forming either.

    .. math:: \|Z Z^\top - Y Y^\top\|_F^2
              = \|Z^\top Z\|_F^2 - 2 \|Z^\top Y\|_F^2 + \|Y^\top Y\|_F^2

    The left side needs T × T numbers, the right side K × K, K × S and S × S.

    Parameters
    ----------
    Z : Tensor of shape (..., T, K)
        Embeddings of the bins, one per row.
    Y : Tensor of shape (..., T, S)
        Assignments of the bins to the sources, usually one-hot. To weigh bin t by :math:`w_t`,
        multiply its rows of both ``Z`` and ``Y`` by :math:`\sqrt{w_t}`.

    Returns
    -------
    Tensor of shape (...)
        One value per mixture.

    Raises
    ------
    ValueError
        If the shapes differ in anything but the last dimension.

    References
    ----------
    Hershey et al. (2016), equations 1 and 2. Kim's deck writes examples as columns, hence
    :math:`Z^\top Z` for the same matrix.

    Examples
    --------
    >>> Z = torch.tensor([[1.0, 0.0], [1.0, 0.0]])
    >>> float(affinity_loss(Z, Z)), float(affinity_loss(Z, torch.eye(2)))
    (0.0, 2.0)
    """
    if Z.ndim < 2 or Z.shape[:-1] != Y.shape[:-1]:
        raise ValueError(
            f"Z has shape {tuple(Z.shape)} and Y has shape {tuple(Y.shape)}; both need one row "
            "per bin, (..., T, K) and (..., T, S)."
        )
    terms = [(A.mT @ B).square().sum(dim=(-2, -1)) for A, B in ((Z, Z), (Z, Y), (Y, Y))]
    return terms[0] - 2 * terms[1] + terms[2]


def stft(signal: ArrayLike, n_fft: int = 256, hop: int = 128) -> NDArray[np.complex128]:
    """Short-time Fourier transform with a square-root Hann window.

    Parameters
    ----------
    signal : array-like of shape (..., n_samples)
    n_fft : int
        Length of a frame in samples, even; 256 is 32 ms at 8 kHz.
    hop : int
        Samples from one frame to the next, a divisor of ``n_fft`` and at most half of it.

    Returns
    -------
    ndarray of complex of shape (..., n_frames, n_fft // 2 + 1)
        The signal is padded with zeros, so that every sample lies under ``n_fft / hop`` frames.

    Raises
    ------
    ValueError
        If the signal is empty or not finite, or the frame parameters do not fit.

    Examples
    --------
    >>> stft(np.ones(640)).shape
    (6, 129)
    """
    signal = np.asarray(signal, dtype=float)
    if signal.ndim == 0 or not signal.size or not np.isfinite(signal).all():
        raise ValueError(f"the signal has shape {signal.shape}; give finite samples, at least one.")
    window = _window(n_fft, hop)
    padding = n_fft - hop
    tail = padding + -signal.shape[-1] % hop
    padded = np.pad(signal, [(0, 0)] * (signal.ndim - 1) + [(padding, tail)])
    frames = np.lib.stride_tricks.sliding_window_view(padded, n_fft, axis=-1)[..., ::hop, :]
    return np.fft.rfft(frames * window)


def istft(spectrum: ArrayLike, n_samples: int, n_fft: int = 256, hop: int = 128) -> Array:
    """Inverse of :func:`stft` by weighted overlap-add.

    Parameters
    ----------
    spectrum : array-like of complex of shape (..., n_frames, n_fft // 2 + 1)
    n_samples : int
        Length of the signal.
    n_fft, hop : int
        As given to :func:`stft`.

    Returns
    -------
    ndarray of shape (..., n_samples)
        For a masked spectrum, the signal whose transform is nearest to it (Griffin and Lim).

    Raises
    ------
    ValueError
        If the number of frequencies or frames does not fit.

    Examples
    --------
    >>> signal = np.sin(np.arange(1000.0))
    >>> bool(np.allclose(istft(stft(signal), 1000), signal))
    True
    """
    spectrum, window = np.asarray(spectrum), _window(n_fft, hop)
    n_frames = -(-n_samples // hop) + n_fft // hop - 1
    if spectrum.ndim < 2 or spectrum.shape[-2:] != (n_frames, n_fft // 2 + 1):
        raise ValueError(
            f"the spectrum has shape {spectrum.shape}; {n_samples} samples with n_fft {n_fft} "
            f"and hop {hop} have shape (..., {n_frames}, {n_fft // 2 + 1})."
        )
    frames = np.fft.irfft(spectrum, n_fft) * window
    signal = np.zeros((*spectrum.shape[:-2], (n_frames - 1) * hop + n_fft))
    weight = np.zeros(signal.shape[-1])
    for frame in range(n_frames):
        samples = slice(frame * hop, frame * hop + n_fft)
        signal[..., samples] += frames[..., frame, :]
        weight[samples] += window**2
    inside = slice(n_fft - hop, n_fft - hop + n_samples)
    return signal[..., inside] / weight[inside]


def _window(n_fft: int, hop: int) -> Array:
    if n_fft < 2 or n_fft % 2 or hop < 1 or n_fft % hop or hop > n_fft // 2:
        raise ValueError(
            f"n_fft is {n_fft} and hop is {hop}; n_fft must be even and hop a divisor of it, at "
            "most half of it."
        )
    return np.sin(np.pi * np.arange(n_fft) / n_fft)  # its square is the periodic Hann window


def ideal_binary_masks(spectra: ArrayLike) -> NDArray[np.bool_]:
    """Give every bin to the source that is loudest in it.

    Parameters
    ----------
    spectra : array-like of shape (n_sources, n_frames, n_frequencies)
        Transforms (or magnitudes) of the sources before they were mixed.

    Returns
    -------
    ndarray of bool of the same shape
        Exactly one source is true in each bin; the first one where they are equal.

    Raises
    ------
    ValueError
        If ``spectra`` has not three dimensions.

    Examples
    --------
    >>> ideal_binary_masks([[[3.0, 1.0]], [[2.0, -4.0]]]).tolist()
    [[[True, False]], [[False, True]]]
    """
    magnitudes = np.abs(np.asarray(spectra))
    if magnitudes.ndim != 3:
        raise ValueError(
            f"spectra has shape {magnitudes.shape}; expected (n_sources, n_frames, n_frequencies)."
        )
    return np.arange(len(magnitudes))[:, None, None] == magnitudes.argmax(axis=0)


def separate_by_masks(
    mixture: ArrayLike, masks: ArrayLike, n_fft: int = 256, hop: int = 128
) -> Array:
    """Multiply the mixture's transform with each mask and go back to waveforms.

    Parameters
    ----------
    mixture : array-like of shape (n_samples,)
    masks : array-like of shape (n_sources, n_frames, n_frequencies)
        Values from 0 to 1.
    n_fft, hop : int
        As in :func:`stft`.

    Returns
    -------
    ndarray of shape (n_sources, n_samples)
        Estimates with the phase of the mixture; they add up to it where the masks add up to one.

    Raises
    ------
    ValueError
        If the masks do not fit the mixture.

    Examples
    --------
    >>> mixture = np.sin(np.arange(640.0))
    >>> separate_by_masks(mixture, np.full((2, 6, 129), 0.5)).shape
    (2, 640)
    """
    mixture, masks = np.asarray(mixture, dtype=float), np.asarray(masks)
    spectrum = stft(mixture, n_fft, hop)
    if masks.ndim != 3 or masks.shape[1:] != spectrum.shape:
        raise ValueError(
            f"masks have shape {masks.shape}; this mixture needs (n_sources, {spectrum.shape[0]}, "
            f"{spectrum.shape[1]})."
        )
    return istft(masks * spectrum, len(mixture), n_fft, hop)


def kmeans(
    X: ArrayLike,
    n_clusters: int,
    *,
    weights: ArrayLike | None = None,
    n_init: int = 4,
    max_iter: int = 100,
    random_state: int | np.random.Generator | None = None,
) -> tuple[NDArray[np.int64], Array]:
    """K-means: Lloyd's iteration from k-means++ starts, the best of several.

    Parameters
    ----------
    X : array-like of shape (n_examples, d)
    n_clusters : int
        At most the number of distinct rows of positive weight.
    weights : array-like of shape (n_examples,), optional
        How much each row counts, not negative; all the same if left out.
    n_init : int
        Number of starts.
    max_iter : int
        Iterations of each start at most; one stops early when no label changes.
    random_state : int, numpy.random.Generator or None

    Returns
    -------
    labels : ndarray of int of shape (n_examples,)
    centers : ndarray of shape (n_clusters, d)

    Raises
    ------
    ValueError
        If ``X`` is not a finite matrix or has fewer distinct rows than clusters.

    References
    ----------
    Lloyd (1982); Arthur and Vassilvitskii (2007).

    Examples
    --------
    >>> labels, centers = kmeans([[0.0], [1.0], [9.0], [10.0]], 2, random_state=0)
    >>> sorted(centers.ravel().tolist())
    [0.5, 9.5]
    """
    X, rng = np.asarray(X, dtype=float), np.random.default_rng(random_state)
    if X.ndim != 2 or not np.isfinite(X).all():
        raise ValueError(f"X has shape {X.shape}; expected finite rows, (n_examples, d).")
    check_positive(n_clusters=n_clusters, n_init=n_init, max_iter=max_iter)
    w = np.ones(len(X)) if weights is None else np.asarray(weights, dtype=float)
    if w.shape != (len(X),) or not (w >= 0).all() or not w.any():
        raise ValueError(
            f"weights have shape {w.shape}; expected ({len(X)},), none negative, not all zero."
        )
    runs = [_lloyd(X, w, _plus_plus(X, w, n_clusters, rng), max_iter) for _ in range(n_init)]
    labels, centers, _ = min(runs, key=lambda run: run[2])
    return labels, centers


def _plus_plus(X: Array, w: Array, n_clusters: int, rng: np.random.Generator) -> Array:
    centers = [X[rng.choice(len(X), p=w / w.sum())]]
    distance = w * ((X - centers[0]) ** 2).sum(axis=1)
    while len(centers) < n_clusters:
        if not distance.any():
            raise ValueError(
                f"X has only {len(centers)} distinct rows; {n_clusters} clusters need as many."
            )
        centers.append(X[rng.choice(len(X), p=distance / distance.sum())])
        distance = np.minimum(distance, w * ((X - centers[-1]) ** 2).sum(axis=1))
    return np.array(centers)


def _lloyd(
    X: Array, w: Array, centers: Array, max_iter: int
) -> tuple[NDArray[np.int64], Array, float]:
    labels = _nearest(X, centers)
    for _ in range(max_iter):
        members = w * (labels == np.arange(len(centers))[:, None])  # (n_clusters, n_examples)
        filled = members.any(axis=1)
        centers[filled] = members[filled] @ X / members[filled].sum(axis=1, keepdims=True)
        previous, labels = labels, _nearest(X, centers)
        if np.array_equal(previous, labels):
            break
    return labels, centers, float(w @ ((X - centers[labels]) ** 2).sum(axis=1))


def _nearest(X: Array, centers: Array) -> NDArray[np.int64]:
    return ((centers**2).sum(axis=1) - 2 * X @ centers.T).argmin(axis=1)


def si_sdr(reference: ArrayLike, estimate: ArrayLike) -> Array:
    r"""Scale-invariant signal-to-distortion ratio in decibels.

    With :math:`\alpha s` the projection of the estimate on the reference,
    :math:`10 \log_{10} (\|\alpha s\|^2 / \|\alpha s - \hat s\|^2)`.

    Parameters
    ----------
    reference, estimate : array-like of shape (..., n_samples)

    Returns
    -------
    ndarray of shape (...)
        In dB; infinite for a perfect estimate.

    Raises
    ------
    ValueError
        If the shapes differ or a signal is all zeros.

    References
    ----------
    Le Roux et al. (2019), equation 3.

    Examples
    --------
    >>> round(float(si_sdr([1.0, 0.0], [10.0, 1.0])), 6)
    20.0
    """
    s, e = np.asarray(reference, dtype=float), np.asarray(estimate, dtype=float)
    if s.shape != e.shape or s.ndim == 0:
        raise ValueError(
            f"the reference has shape {s.shape}, the estimate {e.shape}; both must be equal, with "
            "the samples in the last dimension."
        )
    energy = (s**2).sum(axis=-1, keepdims=True)
    if not energy.all() or not (e**2).sum(axis=-1).all():
        raise ValueError("a signal is all zeros; SI-SDR is not defined for silence.")
    target = (s * e).sum(axis=-1, keepdims=True) / energy * s
    with np.errstate(divide="ignore"):
        ratio = (target**2).sum(axis=-1) / ((target - e) ** 2).sum(axis=-1)
        return 10 * np.log10(ratio)


def si_sdr_improvement(sources: ArrayLike, estimates: ArrayLike, mixture: ArrayLike) -> float:
    """Mean gain in SI-SDR over the mixture, for the best assignment of estimates to sources.

    Parameters
    ----------
    sources, estimates : array-like of shape (n_sources, n_samples)
    mixture : array-like of shape (n_samples,)

    Returns
    -------
    float
        In dB.

    Raises
    ------
    ValueError
        If the shapes do not fit or a signal is all zeros.

    Examples
    --------
    >>> sources = np.eye(2, 100)
    >>> si_sdr_improvement(sources, sources[::-1] + 0.1, sources.sum(axis=0)) > 0
    True
    """
    sources, estimates = np.asarray(sources, dtype=float), np.asarray(estimates, dtype=float)
    if sources.ndim != 2 or sources.shape != estimates.shape:
        raise ValueError(
            f"sources have shape {sources.shape} and estimates {estimates.shape}; both must be "
            "(n_sources, n_samples)."
        )
    before = si_sdr(sources, np.broadcast_to(np.asarray(mixture, dtype=float), sources.shape))
    orders = itertools.permutations(range(len(sources)))
    after = max(float(si_sdr(sources, estimates[list(order)]).mean()) for order in orders)
    return after - float(before.mean())


def mix(sources: ArrayLike, level_db: float = 0.0) -> Array:
    """Bring two sources to equal power, then raise the first by a level.

    Parameters
    ----------
    sources : array-like of shape (2, n_samples)
    level_db : float
        Level of the first source over the second in dB.

    Returns
    -------
    ndarray of shape (2, n_samples)
        The scaled sources; their sum is the mixture.

    Raises
    ------
    ValueError
        If there are not two sources or one is all zeros.

    Examples
    --------
    >>> mix([[3.0, 0.0], [0.0, 5.0]]).round(6).tolist()
    [[1.0, 0.0], [0.0, 1.0]]
    """
    sources = np.asarray(sources, dtype=float)
    if sources.ndim != 2 or len(sources) != 2:
        raise ValueError(f"sources have shape {sources.shape}; expected (2, n_samples).")
    power = np.sqrt((sources**2).mean(axis=1, keepdims=True))
    if not power.all():
        raise ValueError("a source is all zeros; cut the silence away before mixing.")
    gains = 10 ** (np.array([[level_db], [-level_db]]) / 40)
    return gains * sources / power * np.sqrt(1 / sources.shape[1])


class BLSTMEmbedder(nn.Module):
    """Bidirectional LSTM over the frames of a log spectrogram, one unit vector per bin.

    Parameters
    ----------
    n_frequencies : int
    n_components : int
        Dimension K of the embeddings.
    n_units : int
        LSTM cells per direction and layer.
    n_layers : int

    Examples
    --------
    >>> BLSTMEmbedder(129, 20, n_units=8, n_layers=1)(torch.zeros(2, 50, 129)).shape
    torch.Size([2, 50, 129, 20])
    """

    def __init__(
        self, n_frequencies: int, n_components: int, n_units: int = 128, n_layers: int = 2
    ) -> None:
        super().__init__()
        self.recurrent = nn.LSTM(
            n_frequencies, n_units, n_layers, batch_first=True, bidirectional=True
        )
        self.output = nn.Linear(2 * n_units, n_frequencies * n_components)

    def forward(self, X: Tensor) -> Tensor:
        """Embed every bin.

        Parameters
        ----------
        X : Tensor of shape (batch, n_frames, n_frequencies)

        Returns
        -------
        Tensor of shape (batch, n_frames, n_frequencies, n_components)
            Of length one along the last dimension.
        """
        H, _ = self.recurrent(X)
        Z = self.output(H).unflatten(-1, (X.shape[-1], -1))
        return nn.functional.normalize(Z, dim=-1)


class FeedForwardEmbedder(nn.Module):
    """Small fully connected network that sees a frame and its neighbors.

    Parameters
    ----------
    n_frequencies : int
    n_components : int
        Dimension K of the embeddings.
    n_units : int
        Units of each hidden layer.
    n_layers : int
        Number of hidden layers.
    context : int
        Frames seen on each side.

    Examples
    --------
    >>> FeedForwardEmbedder(129, 20, n_units=8)(torch.zeros(2, 50, 129)).shape
    torch.Size([2, 50, 129, 20])
    """

    def __init__(
        self,
        n_frequencies: int,
        n_components: int,
        n_units: int = 256,
        n_layers: int = 2,
        context: int = 5,
    ) -> None:
        super().__init__()
        self.context = context
        sizes = [n_frequencies * (2 * context + 1), *[n_units] * n_layers]
        hidden = [
            layer
            for n_in, n_out in itertools.pairwise(sizes)
            for layer in (nn.Linear(n_in, n_out), nn.ReLU())
        ]
        self.layers = nn.Sequential(*hidden, nn.Linear(sizes[-1], n_frequencies * n_components))

    def forward(self, X: Tensor) -> Tensor:
        """Embed every bin.

        Parameters
        ----------
        X : Tensor of shape (batch, n_frames, n_frequencies)

        Returns
        -------
        Tensor of shape (batch, n_frames, n_frequencies, n_components)
            Of length one along the last dimension.
        """
        padded = nn.functional.pad(X, (0, 0, self.context, self.context))
        windows = padded.unfold(1, 2 * self.context + 1, 1)  # (batch, n_frames, F, 2·context + 1)
        Z = self.layers(windows.flatten(2)).unflatten(-1, (X.shape[-1], -1))
        return nn.functional.normalize(Z, dim=-1)


class DeepClustering:
    r"""Separate two speakers by k-means on learned embeddings of time-frequency bins.

    Training draws fresh mixtures all the time: two speakers, a stretch of speech of each, a random
    level between -2.5 and 2.5 dB. A bin weighs as much as its magnitude, in the loss and in
    k-means: silence has no speaker.

    Parameters
    ----------
    network : {"blstm", "feedforward"}
    n_components : int
        Dimension K of the embeddings.
    n_units, n_layers : int
        Size of the network.
    n_fft, hop : int
        Frame length and step in samples, see :func:`stft`.
    n_frames : int
        Length of a training mixture in frames.
    batch_size, n_steps : int
        Mixtures per step of Adam, and number of steps. With the defaults, a network that
        separates real voices takes some eight minutes of one core.
    learning_rate : float
        At the start; it falls to zero along a half cosine.
    random_state : int or None

    Attributes
    ----------
    network_ : torch.nn.Module
    mean_, scale_ : ndarray of shape (n_frequencies,)
        Mean and (plus one) standard deviation in dB of the levels in training mixtures. A level
        is relative to the loudest bin of its mixture, so that loudness does not matter.
    loss_ : list of float
        Mean squared error of a score in each step, over all pairs of bins, each weighing the
        product of its two magnitudes; one half if all embeddings are equal.

    Raises
    ------
    ValueError
        If an option is unknown or a size is not positive.

    References
    ----------
    Hershey, Chen, Le Roux and Watanabe (2016), "Deep clustering: discriminative embeddings for
    segmentation and separation"; Wang, Le Roux and Hershey (2018), "Alternative objective
    functions for deep clustering", for the weights; Kim's deck, slides on deep clustering.

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> low, high = (np.sin(f * np.arange(4000)) + 0.01 * rng.normal(size=4000) for f in (0.3, 2))
    >>> model = DeepClustering("feedforward", n_units=8, n_steps=10, n_frames=20, random_state=0)
    >>> estimates = model.fit([[low], [high]]).separate(low + high)
    >>> si_sdr_improvement([low, high], estimates, low + high) > 10
    True
    """

    def __init__(
        self,
        network: str = "blstm",
        *,
        n_components: int = 10,
        n_units: int = 128,
        n_layers: int = 2,
        n_fft: int = 256,
        hop: int = 128,
        n_frames: int = 64,
        batch_size: int = 16,
        n_steps: int = 4000,
        learning_rate: float = 2e-3,
        random_state: int | None = None,
    ) -> None:
        check_choice("network", network, ("blstm", "feedforward"))
        check_positive(
            n_components=n_components,
            n_units=n_units,
            n_layers=n_layers,
            n_frames=n_frames,
            batch_size=batch_size,
            n_steps=n_steps,
            learning_rate=learning_rate,
        )
        _window(n_fft, hop)
        self.network = network
        self.n_components, self.n_units, self.n_layers = n_components, n_units, n_layers
        self.n_fft, self.hop, self.n_frames = n_fft, hop, n_frames
        self.batch_size, self.n_steps = batch_size, n_steps
        self.learning_rate = learning_rate
        self.random_state = random_state

    def fit(self, utterances: Waveforms) -> Self:
        """Train the network on mixtures of the given speakers.

        Parameters
        ----------
        utterances : sequence over speakers of sequences of arrays of shape (n_samples,)
            Recordings of each speaker alone, all at the same sampling rate.

        Returns
        -------
        DeepClustering

        Raises
        ------
        ValueError
            If there are fewer than two speakers or one has no speech.
        """
        speakers = _check_speakers(utterances)
        rng = np.random.default_rng(self.random_state)
        self._set_scale(np.stack([self._draw(speakers, rng) for _ in range(self.batch_size)]))
        with seeded(self.random_state):
            embedder = BLSTMEmbedder if self.network == "blstm" else FeedForwardEmbedder
            self.network_: nn.Module = embedder(
                self.n_fft // 2 + 1, self.n_components, self.n_units, self.n_layers
            )
        optimizer = torch.optim.Adam(self.network_.parameters(), lr=self.learning_rate)
        schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, self.n_steps)
        self.loss_: list[float] = []
        for _ in range(self.n_steps):
            loss = self._loss(np.stack([self._draw(speakers, rng) for _ in range(self.batch_size)]))
            optimizer.zero_grad()
            loss.backward()
            nn.utils.clip_grad_norm_(self.network_.parameters(), 1.0)
            optimizer.step()
            schedule.step()
            self.loss_.append(loss.item())
        return self

    def transform(self, mixture: ArrayLike) -> NDArray[np.float32]:
        """Embed every time-frequency bin of a mixture.

        Parameters
        ----------
        mixture : array-like of shape (n_samples,)

        Returns
        -------
        ndarray of shape (n_frames, n_frequencies, n_components)
            Rows of Z, of length one.

        Raises
        ------
        ValueError
            If the model is not fitted or the mixture is not a waveform.
        """
        if not hasattr(self, "network_"):
            raise ValueError("this DeepClustering is not fitted; call fit with speech first.")
        mixture = np.asarray(mixture, dtype=float)
        if mixture.ndim != 1:
            raise ValueError(f"the mixture has shape {mixture.shape}; expected (n_samples,).")
        with torch.no_grad():
            Z = self.network_(self._features(stft(mixture, self.n_fft, self.hop)[None]))
        return Z[0].numpy()

    def separate(self, mixture: ArrayLike, n_sources: int = 2) -> Array:
        """Cluster the embeddings, mask the mixture and reconstruct the waveforms.

        Parameters
        ----------
        mixture : array-like of shape (n_samples,)
        n_sources : int

        Returns
        -------
        ndarray of shape (n_sources, n_samples)
            In no particular order.

        Raises
        ------
        ValueError
            If the model is not fitted or the mixture is not a waveform.
        """
        masks = self.masks(mixture, n_sources)
        return separate_by_masks(mixture, masks, self.n_fft, self.hop)

    def masks(self, mixture: ArrayLike, n_sources: int = 2) -> NDArray[np.bool_]:
        """Cluster the bins of a mixture by k-means.

        Parameters
        ----------
        mixture : array-like of shape (n_samples,)
        n_sources : int

        Returns
        -------
        ndarray of bool of shape (n_sources, n_frames, n_frequencies)

        Raises
        ------
        ValueError
            If the model is not fitted or the mixture is not a waveform.
        """
        Z = self.transform(mixture)
        magnitudes = np.abs(stft(mixture, self.n_fft, self.hop)).ravel()
        rows = Z.reshape(-1, self.n_components)
        labels, _ = kmeans(rows, n_sources, weights=magnitudes, random_state=self.random_state)
        return np.arange(n_sources)[:, None, None] == labels.reshape(Z.shape[:2])

    def _draw(self, speakers: list[list[Array]], rng: np.random.Generator) -> Array:
        n_samples = self.n_frames * self.hop
        pair = rng.choice(len(speakers), size=2, replace=False)
        stretches = [_stretch(speakers[speaker], n_samples, rng) for speaker in pair]
        return mix(stretches, rng.uniform(-2.5, 2.5))

    def _set_scale(self, sources: Array) -> None:
        levels = _levels(np.abs(stft(sources.sum(axis=1), self.n_fft, self.hop)))
        self.mean_: Array = levels.mean(axis=(0, 1))
        self.scale_: Array = levels.std(axis=(0, 1)) + 1.0

    def _features(self, spectra: NDArray[np.complex128]) -> Tensor:
        return torch.from_numpy((_levels(np.abs(spectra)) - self.mean_) / self.scale_).float()

    def _loss(self, sources: Array) -> Tensor:
        spectra = stft(sources, self.n_fft, self.hop)  # (batch, 2, n_frames, F)
        mixture = spectra.sum(axis=1)
        weights = torch.from_numpy(np.abs(mixture)).float().flatten(1)[..., None]  # (batch, T, 1)
        root = (weights / weights.sum(dim=1, keepdim=True)).sqrt()
        louder = torch.from_numpy(np.abs(spectra).argmax(axis=1)).flatten(1)
        Y = nn.functional.one_hot(louder, 2)
        Z = self.network_(self._features(mixture)).flatten(1, 2)
        return affinity_loss(root * Z, root * Y).mean()


def _check_speakers(utterances: Waveforms) -> list[list[Array]]:
    speakers = [[np.asarray(u, dtype=float).ravel() for u in speaker] for speaker in utterances]
    speakers = [[u for u in speaker if u.any()] for speaker in speakers]
    if len(speakers) < 2 or not all(speakers):
        raise ValueError(
            f"utterances hold {sum(map(bool, speakers))} speakers with speech; give recordings of "
            "at least two, one sequence of waveforms per speaker."
        )
    return speakers


def _stretch(utterances: list[Array], n_samples: int, rng: np.random.Generator) -> Array:
    """Speech of one speaker of a given length: utterances in random order, end to end."""
    parts: list[Array] = []
    while sum(map(len, parts)) < 2 * n_samples:
        parts.append(utterances[rng.integers(len(utterances))])
    speech = np.concatenate(parts)
    for _ in range(10):
        start = rng.integers(len(speech) - n_samples + 1)
        if speech[start : start + n_samples].any():
            return speech[start : start + n_samples]
    raise ValueError(f"found no speech in 10 stretches of {n_samples} samples; trim the silence.")


def _levels(magnitudes: Array) -> Array:
    """Levels in dB under the loudest bin of each mixture, none lower than -60."""
    loudest = magnitudes.max(axis=(-2, -1), keepdims=True)
    if not loudest.all():
        raise ValueError("the mixture is all zeros; there is nothing to separate.")
    return 20 * np.log10(np.maximum(magnitudes / loudest, 10 ** (-_FLOOR_DB / 20)))
