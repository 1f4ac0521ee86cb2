r"""Autoencoders: networks that copy their input to their output through a code.

========  ==========================================================================
pairs     an example and its own reconstruction, :math:`(x, \hat x = g(f(x)))`
score     how close the two are; there are no negative pairs, the narrow (or noisy, or
          sparse) code is what forbids the trivial copy
loss      squared error, L1 error or cross-entropy, summed over the features
========  ==========================================================================
"""

import itertools
import math
from collections.abc import Sequence
from typing import Self

import numpy as np
import torch
from numpy.typing import ArrayLike, NDArray
from torch import Tensor, nn

from embref.training import check_choice, check_examples, check_positive, minibatches, seeded

Array = NDArray[np.float64]

ACTIVATION_LAYERS: dict[str, type[nn.Module]] = {
    "identity": nn.Identity,
    "relu": nn.ReLU,
    "sigmoid": nn.Sigmoid,
    "tanh": nn.Tanh,
}


def fully_connected(sizes: Sequence[int], activation: str, last: str = "identity") -> nn.Sequential:
    """Stack linear layers with an activation after each.

    Parameters
    ----------
    sizes : sequence of int
        Units from input to output.
    activation : {"identity", "relu", "sigmoid", "tanh"}
        After every layer but the last.
    last : str
        Activation after the last layer.

    Returns
    -------
    torch.nn.Sequential

    Examples
    --------
    >>> fully_connected([6, 4, 3], "tanh")(torch.zeros(5, 6)).shape
    torch.Size([5, 3])
    """
    layers: list[nn.Module] = []
    for n_in, n_out in itertools.pairwise(sizes):
        layers += [nn.Linear(n_in, n_out), ACTIVATION_LAYERS[activation]()]
    return nn.Sequential(*layers[:-1], ACTIVATION_LAYERS[last]())


class Autoencoder:
    r"""Undercomplete autoencoder, shallow or deep.

    With ``hidden=()`` and identity activations the code of the best fit spans the subspace of PCA
    for squared error (Bourlard and Kamp, 1988; Baldi and Hornik, 1989), but its axes are an
    arbitrary basis of it, not the principal axes. For L1 error the subspace is another one: the
    median resists what is far away.

    Parameters
    ----------
    n_components : int
        Units of the code. May exceed the number of features only where something else limits the
        code, see :class:`DenoisingAutoencoder` and :class:`SparseAutoencoder`.
    hidden : sequence of int
        Units of the encoder's hidden layers; the decoder mirrors them.
    activation : {"identity", "relu", "sigmoid", "tanh"}
        In the hidden layers.
    code_activation : {"identity", "relu", "sigmoid", "tanh"}
        In the code. The output is linear, or a sigmoid for cross-entropy.
    loss : {"squared", "l1", "cross-entropy"}
        Cross-entropy takes data in [0, 1]; it differs from the Kullback-Leibler divergence by a
        constant of the data.
    solver : {"adam", "lbfgs"}
        Minibatches of Adam with a learning rate that falls to zero, or full batches of L-BFGS,
        which is exact for small smooth problems such as the linear one.
    n_epochs : int
        Passes over the data; for L-BFGS the largest number of iterations.
    batch_size : int
        For Adam only.
    learning_rate : float
        For Adam only.
    random_state : int or None

    Attributes
    ----------
    encoder_, decoder_ : torch.nn.Sequential
    mean_ : ndarray of shape (n_features,)
        Subtracted before the encoder (and added to a linear output).
    scale_ : float
        Root mean square of the centered data, one number for all features.
    loss_ : list of float
        Mean training loss per epoch or iteration, in units of ``scale_`` for squared and L1.

    Raises
    ------
    ValueError
        If an option is unknown or a size is not positive.

    References
    ----------
    CS246 deck, slides on autoencoders, which print the L1 loss and call the linear case PCA: that
    holds for squared error only.

    Examples
    --------
    Points on a line in space need one unit:

    >>> X = np.outer(np.linspace(-1, 1, 20), [1.0, 2.0, -2.0]) + 5.0
    >>> model = Autoencoder(1, solver="lbfgs", random_state=0).fit(X)
    >>> round(model.explained_variance_ratio(X), 6)
    1.0
    """

    def __init__(
        self,
        n_components: int,
        *,
        hidden: Sequence[int] = (),
        activation: str = "relu",
        code_activation: str = "identity",
        loss: str = "squared",
        solver: str = "adam",
        n_epochs: int = 100,
        batch_size: int = 64,
        learning_rate: float = 1e-2,
        random_state: int | None = None,
    ) -> None:
        check_choice("activation", activation, tuple(ACTIVATION_LAYERS))
        check_choice("code_activation", code_activation, tuple(ACTIVATION_LAYERS))
        check_choice("loss", loss, ("squared", "l1", "cross-entropy"))
        check_choice("solver", solver, ("adam", "lbfgs"))
        check_positive(
            n_components=n_components,
            n_epochs=n_epochs,
            batch_size=batch_size,
            learning_rate=learning_rate,
            **{f"hidden[{layer}]": size for layer, size in enumerate(hidden)},
        )
        self.n_components, self.hidden = n_components, tuple(hidden)
        self.activation, self.code_activation = activation, code_activation
        self.loss, self.solver = loss, solver
        self.n_epochs, self.batch_size = n_epochs, batch_size
        self.learning_rate = learning_rate
        self.random_state = random_state

    def fit(self, X: ArrayLike) -> Self:
        """Train encoder and decoder.

        Parameters
        ----------
        X : array-like of shape (n_examples, n_features)

        Returns
        -------
        Autoencoder

        Raises
        ------
        ValueError
            If ``X`` is not a finite matrix, is constant, or leaves [0, 1] for cross-entropy.
        """
        X = self._check_data(check_examples(X))
        self.mean_: Array = X.mean(axis=0, dtype=float)
        self.scale_ = float(np.sqrt(((X - self.mean_) ** 2).mean()))
        if not self.scale_:
            raise ValueError("all rows of X are equal; there is nothing to encode.")
        self._dtype = torch.float64 if self.solver == "lbfgs" else torch.float32
        with seeded(self.random_state) as generator:
            self._build(X.shape[1])
            minimize = self._minimize_adam if self.solver == "adam" else self._minimize_lbfgs
            self.loss_ = minimize(torch.from_numpy(X).to(self._dtype), generator)
        return self

    def transform(self, X: ArrayLike) -> Array:
        """Encode examples.

        Parameters
        ----------
        X : array-like of shape (n_examples, n_features)

        Returns
        -------
        ndarray of shape (n_examples, n_components)

        Raises
        ------
        ValueError
            If the model is not fitted or ``X`` does not fit it.
        """
        with torch.no_grad():
            return self._encode(self._tensor(X)).double().numpy()

    def inverse_transform(self, H: ArrayLike) -> Array:
        """Decode codes.

        Parameters
        ----------
        H : array-like of shape (n_examples, n_components)

        Returns
        -------
        ndarray of shape (n_examples, n_features)

        Raises
        ------
        ValueError
            If the model is not fitted or ``H`` has the wrong shape.
        """
        self._check_fitted()
        H = check_examples(H, self.n_components)
        with torch.no_grad():
            return self._decode(torch.from_numpy(H).to(self._dtype)).double().numpy()

    def reconstruct(self, X: ArrayLike) -> Array:
        """Encode and decode examples.

        Parameters
        ----------
        X : array-like of shape (n_examples, n_features)

        Returns
        -------
        ndarray of shape (n_examples, n_features)

        Raises
        ------
        ValueError
            If the model is not fitted or ``X`` does not fit it.
        """
        with torch.no_grad():
            return self._decode(self._encode(self._tensor(X))).double().numpy()

    def explained_variance_ratio(self, X: ArrayLike) -> float:
        r"""Share of the variance that survives, :math:`1 - \|X - \hat X\|^2 / \|X - \bar X\|^2`.

        Parameters
        ----------
        X : array-like of shape (n_examples, n_features)

        Returns
        -------
        float
            At most 1; on training data the linear model cannot exceed PCA.

        Raises
        ------
        ValueError
            If the model is not fitted or ``X`` does not fit it.
        """
        X, Y = np.asarray(X, dtype=float), self.reconstruct(X)
        return float(1 - ((X - Y) ** 2).sum() / ((X - X.mean(axis=0)) ** 2).sum())

    def decoder_matrix(self) -> Array:
        """Columns that span the reconstructions of a linear autoencoder.

        Returns
        -------
        ndarray of shape (n_features, n_components)

        Raises
        ------
        ValueError
            If the model is not fitted or not linear.
        """
        self._check_fitted()
        activations = {self.code_activation, self.activation if self.hidden else "identity"}
        if activations != {"identity"} or self.loss == "cross-entropy":
            raise ValueError("only a decoder without non-linear activations is a matrix.")
        weights = [layer.weight for layer in self.decoder_ if isinstance(layer, nn.Linear)]
        product = weights[-1]
        for W in reversed(weights[:-1]):
            product = product @ W
        return product.detach().double().numpy() * self.scale_

    def _check_data(self, X: NDArray[np.float32]) -> NDArray[np.float32]:
        if self.loss == "cross-entropy" and (X.min() < 0 or X.max() > 1):
            raise ValueError(
                f"X lies between {X.min():g} and {X.max():g}; cross-entropy needs [0, 1]. "
                "Rescale X or choose the squared loss."
            )
        return X

    def _check_fitted(self) -> None:
        if not hasattr(self, "loss_"):
            raise ValueError(f"this {type(self).__name__} is not fitted; call fit(X) first.")

    def _tensor(self, X: ArrayLike) -> Tensor:
        self._check_fitted()
        return torch.from_numpy(check_examples(X, len(self.mean_))).to(self._dtype)

    def _build(self, n_features: int) -> None:
        sizes = [n_features, *self.hidden, self.n_components]
        self.encoder_ = fully_connected(sizes, self.activation, self.code_activation)
        self.decoder_ = fully_connected(sizes[::-1], self.activation)
        self.encoder_.to(self._dtype)
        self.decoder_.to(self._dtype)

    def _parameters(self) -> list[nn.Parameter]:
        return [*self.encoder_.parameters(), *self.decoder_.parameters()]

    def _encode(self, X: Tensor) -> Tensor:
        return self.encoder_((X - torch.from_numpy(self.mean_).to(self._dtype)) / self.scale_)

    def _decode(self, H: Tensor) -> Tensor:
        Y = self.decoder_(H)
        if self.loss == "cross-entropy":
            return torch.sigmoid(Y)
        return Y * self.scale_ + torch.from_numpy(self.mean_).to(self._dtype)

    def _reconstruction_loss(self, X: Tensor, H: Tensor) -> Tensor:
        """Loss of each example, summed over features: shape (n_examples,)."""
        if self.loss == "cross-entropy":
            logits = self.decoder_(H)
            losses = nn.functional.binary_cross_entropy_with_logits(logits, X, reduction="none")
            return losses.sum(dim=-1)
        error = (X - self._decode(H)) / self.scale_
        return (error.square() if self.loss == "squared" else error.abs()).sum(dim=-1)

    def _loss(self, X: Tensor) -> Tensor:
        return self._reconstruction_loss(X, self._encode(X)).mean()

    def _minimize_adam(self, X: Tensor, generator: torch.Generator) -> list[float]:
        optimizer = torch.optim.Adam(self._parameters(), lr=self.learning_rate)
        schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, self.n_epochs)
        history = []
        for _ in range(self.n_epochs):
            total = 0.0
            for rows in minibatches(len(X), self.batch_size, generator):
                optimizer.zero_grad()
                loss = self._loss(X[rows])
                loss.backward()
                optimizer.step()
                total += loss.item() * len(rows)
            schedule.step()
            history.append(total / len(X))
        return history

    def _minimize_lbfgs(self, X: Tensor, generator: torch.Generator) -> list[float]:
        history: list[float] = []
        optimizer = torch.optim.LBFGS(
            self._parameters(),
            max_iter=self.n_epochs,
            max_eval=2 * self.n_epochs,
            tolerance_grad=1e-9,
            tolerance_change=1e-12,
            history_size=20,
            line_search_fn="strong_wolfe",
        )

        def closure() -> Tensor:
            optimizer.zero_grad()
            loss = self._loss(X)
            loss.backward()
            history.append(loss.item())
            return loss

        optimizer.step(closure)
        return history


class DenoisingAutoencoder(Autoencoder):
    r"""Autoencoder that must restore clean examples from corrupted ones.

    The noise forbids the copy, so the code may be wider than the input. A linear one with Gaussian
    noise has a known optimum, :math:`S (S + \sigma^2 I)^{-1}` with S the covariance: it shrinks the
    directions in which the noise is larger than the data.

    Parameters
    ----------
    n_components : int
    noise : {"gaussian", "masking"}
        Add a normal variable, or set features to their mean.
    amount : float
        Standard deviation in units of ``scale_``, or the probability of masking a feature.
    **options
        As in :class:`Autoencoder`, except that the solver is Adam: the noise is drawn anew for
        every batch.

    Raises
    ------
    ValueError
        If the noise is unknown, its amount out of range, or the solver not Adam.

    References
    ----------
    Vincent et al. (2008), "Extracting and composing robust features with denoising autoencoders".

    Examples
    --------
    >>> X = np.outer(np.linspace(-1, 1, 64), np.ones(8))
    >>> model = DenoisingAutoencoder(8, amount=0.5, n_epochs=50, random_state=0).fit(X)
    >>> noisy = X + 0.3 * np.random.default_rng(0).normal(size=X.shape)
    >>> bool(((model.reconstruct(noisy) - X) ** 2).sum() < ((noisy - X) ** 2).sum() / 2)
    True
    """

    def __init__(
        self, n_components: int, *, noise: str = "gaussian", amount: float = 0.5, **options: object
    ) -> None:
        super().__init__(n_components, **options)  # type: ignore[arg-type]
        check_choice("noise", noise, ("gaussian", "masking"))
        check_positive(amount=amount)
        if noise == "masking" and amount >= 1:
            raise ValueError(f"amount is {amount}; a masking probability must be below 1.")
        _require_adam(self)
        self.noise, self.amount = noise, amount

    def _loss(self, X: Tensor) -> Tensor:
        if self.noise == "gaussian":
            corrupted = X + self.amount * self.scale_ * torch.randn_like(X)
        else:
            masked = torch.rand_like(X) < self.amount
            corrupted = torch.where(masked, torch.from_numpy(self.mean_).to(X), X)
        return self._reconstruction_loss(X, self._encode(corrupted)).mean()


class SparseAutoencoder(Autoencoder):
    r"""Autoencoder whose code units are rarely active.

    The code is a sigmoid, whose biases start at the wanted activity. The penalty is
    :math:`\sum_j \mathrm{KL}(\rho \,\|\, \hat\rho_j)` between the wanted activity and the mean
    activity of unit j over the batch.

    Parameters
    ----------
    n_components : int
        May exceed the number of features.
    activity : float
        The wanted mean activity :math:`\rho`, in (0, 1).
    penalty : float
        Weight of the penalty beside the reconstruction loss of an example.
    **options
        As in :class:`Autoencoder`; ``code_activation`` is a sigmoid.

    Raises
    ------
    ValueError
        If the activity is not in (0, 1) or the penalty is not positive.

    References
    ----------
    Ng, "Sparse autoencoder", CS294A lecture notes, section 3.

    Examples
    --------
    >>> X = np.random.default_rng(0).normal(size=(200, 6))
    >>> model = SparseAutoencoder(12, activity=0.1, penalty=5.0, random_state=0).fit(X)
    >>> bool(abs(model.transform(X).mean() - 0.1) < 0.05)
    True
    """

    def __init__(
        self, n_components: int, *, activity: float = 0.05, penalty: float = 1.0, **options: object
    ) -> None:
        super().__init__(n_components, **{"code_activation": "sigmoid", **options})  # type: ignore[arg-type]
        if not 0 < activity < 1:
            raise ValueError(f"activity is {activity}; it must lie between 0 and 1.")
        if self.code_activation != "sigmoid":
            raise ValueError(
                f"code_activation is {self.code_activation!r}; the penalty reads activities as "
                "probabilities, so the code must be a sigmoid."
            )
        check_positive(penalty=penalty)
        self.activity, self.penalty = activity, penalty

    def _build(self, n_features: int) -> None:
        super()._build(n_features)
        code = [layer for layer in self.encoder_ if isinstance(layer, nn.Linear)][-1]
        nn.init.constant_(code.bias, math.log(self.activity / (1 - self.activity)))

    def _loss(self, X: Tensor) -> Tensor:
        H = self._encode(X)
        penalty = bernoulli_kl(self.activity, H.mean(dim=0).clamp(1e-6, 1 - 1e-6)).sum()
        return self._reconstruction_loss(X, H).mean() + self.penalty * penalty


def bernoulli_kl(p: float, q: Tensor) -> Tensor:
    r"""Kullback-Leibler divergence of two coins.

    .. math:: \mathrm{KL}(p \,\|\, q) = p \ln\frac{p}{q} + (1 - p) \ln\frac{1 - p}{1 - q}

    Parameters
    ----------
    p : float
        In (0, 1).
    q : Tensor of any shape
        In (0, 1).

    Returns
    -------
    Tensor of the shape of ``q``
        In nats, zero where ``q`` equals ``p``.

    Examples
    --------
    >>> [round(float(kl), 4) for kl in bernoulli_kl(0.5, torch.tensor([0.5, 0.25]))]
    [0.0, 0.1438]
    """
    return p * (math.log(p) - q.log()) + (1 - p) * (math.log1p(-p) - (1 - q).log())


def gaussian_kl(mean: Tensor, log_variance: Tensor) -> Tensor:
    r"""Divergence of a diagonal Gaussian from the standard one, summed over dimensions.

    .. math:: \mathrm{KL} = \tfrac12 \sum_j (\mu_j^2 + \sigma_j^2 - 1 - \ln \sigma_j^2)

    Parameters
    ----------
    mean, log_variance : Tensor of shape (..., n_components)

    Returns
    -------
    Tensor of shape (...)
        In nats.

    References
    ----------
    Kingma and Welling (2014), appendix B.

    Examples
    --------
    >>> float(gaussian_kl(torch.tensor([2.0, 0.0]), torch.zeros(2)))
    2.0
    """
    return 0.5 * (mean.square() + log_variance.exp() - 1 - log_variance).sum(dim=-1)


class VariationalAutoencoder(Autoencoder):
    r"""Autoencoder with a distribution for a code, trained on the evidence lower bound.

    The encoder gives mean and log variance of :math:`q(h \mid x)`, the prior of h is standard
    normal, the decoder gives the mean of :math:`p(x \mid h)`: a Gaussian with one learned variance
    for squared loss, independent coins for cross-entropy.

    .. math:: \ln p(x) \ge \mathbb{E}_{q(h \mid x)} \ln p(x \mid h)
              - \mathrm{KL}(q(h \mid x) \,\|\, p(h))

    Parameters
    ----------
    n_components : int
    **options
        As in :class:`Autoencoder`; loss squared or cross-entropy, solver Adam.

    Attributes
    ----------
    log_noise_ : torch.nn.Parameter
        Logarithm of the standard deviation of :math:`p(x \mid h)`, in units of ``scale_``.

    Raises
    ------
    ValueError
        If the loss is L1 or the solver not Adam.

    References
    ----------
    Kingma and Welling (2014), equations 8 and 10. Its linear Gaussian case is probabilistic PCA
    (Lucas et al., 2019).

    Examples
    --------
    >>> X = np.random.default_rng(0).normal(size=(100, 4))
    >>> model = VariationalAutoencoder(2, n_epochs=5, random_state=0).fit(X)
    >>> model.sample(3, random_state=0).shape, model.elbo(X, random_state=0).shape
    ((3, 4), (100,))
    """

    def __init__(self, n_components: int, **options: object) -> None:
        super().__init__(n_components, **options)  # type: ignore[arg-type]
        if self.loss == "l1":
            raise ValueError("loss is 'l1'; choose 'squared' or 'cross-entropy' for a likelihood.")
        _require_adam(self)

    def elbo(self, X: ArrayLike, *, n_samples: int = 1, random_state: int | None = None) -> Array:
        """Estimate the evidence lower bound of each example.

        Parameters
        ----------
        X : array-like of shape (n_examples, n_features)
        n_samples : int
            Draws of the code per example.
        random_state : int or None

        Returns
        -------
        ndarray of shape (n_examples,)
            In nats; a density for squared loss, a probability for cross-entropy.

        Raises
        ------
        ValueError
            If the model is not fitted or ``X`` does not fit it.
        """
        check_positive(n_samples=n_samples)
        X_tensor = self._tensor(X)
        with torch.no_grad(), seeded(random_state):
            draws = [-self._negative_elbo(X_tensor) for _ in range(n_samples)]
        bound = torch.stack(draws).mean(dim=0).double().numpy()
        density = self.loss == "squared"
        return bound - X_tensor.shape[1] * math.log(self.scale_) if density else bound

    def sample(self, n_examples: int, *, random_state: int | None = None) -> Array:
        """Decode codes drawn from the prior.

        Parameters
        ----------
        n_examples : int
        random_state : int or None

        Returns
        -------
        ndarray of shape (n_examples, n_features)
            Means of :math:`p(x | h)`.

        Raises
        ------
        ValueError
            If the model is not fitted.
        """
        rng = np.random.default_rng(random_state)
        return self.inverse_transform(rng.standard_normal((n_examples, self.n_components)))

    def _build(self, n_features: int) -> None:
        sizes = [n_features, *self.hidden]
        self.encoder_ = fully_connected([*sizes, 2 * self.n_components], self.activation)
        self.decoder_ = fully_connected([self.n_components, *sizes[::-1]], self.activation)
        self.log_noise_ = nn.Parameter(torch.zeros(()))

    def _parameters(self) -> list[nn.Parameter]:
        return [*super()._parameters(), self.log_noise_]

    def _posterior(self, X: Tensor) -> tuple[Tensor, Tensor]:
        mean, log_variance = super()._encode(X).chunk(2, dim=-1)
        return mean, log_variance

    def _encode(self, X: Tensor) -> Tensor:
        return self._posterior(X)[0]

    def _negative_elbo(self, X: Tensor) -> Tensor:
        mean, log_variance = self._posterior(X)
        H = mean + torch.exp(log_variance / 2) * torch.randn_like(mean)
        loss = self._reconstruction_loss(X, H)
        if self.loss == "squared":
            constant = self.log_noise_ + math.log(2 * math.pi) / 2
            loss = loss / (2 * torch.exp(2 * self.log_noise_)) + X.shape[1] * constant
        return loss + gaussian_kl(mean, log_variance)

    def _loss(self, X: Tensor) -> Tensor:
        return self._negative_elbo(X).mean()


def _require_adam(model: Autoencoder) -> None:
    if model.solver != "adam":
        raise ValueError(
            f"solver is {model.solver!r}; a {type(model).__name__} draws noise in each step and "
            "needs 'adam'."
        )
