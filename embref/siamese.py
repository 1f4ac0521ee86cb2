r"""Siamese networks: one network for both members of a pair, trained on same or different.

========  ==========================================================================
pairs     two examples and whether they belong together (or a triplet: an anchor, one
          that belongs to it, one that does not)
score     dot product :math:`z_i \cdot z_j`, or minus a distance
loss      logistic loss of the dot product as in word2vec; contrastive; triplet
========  ==========================================================================

No class has weights of its own: a new class is one more vector to compare with.
"""

import math
from typing import NamedTuple, Self

import numpy as np
import torch
from numpy.typing import ArrayLike, NDArray
from torch import Tensor, nn
from torch.nn import functional

from embref.autoencoder import fully_connected
from embref.training import check_choice, check_positive, seeded

Array = NDArray[np.float64]


def logistic_pair_loss(Z1: Tensor, Z2: Tensor, same: Tensor) -> Tensor:
    r"""Logistic loss of dot products, the loss of skip-gram with negative sampling.

    .. math:: -y \ln \sigma(z_i \cdot z_j) - (1 - y) \ln (1 - \sigma(z_i \cdot z_j))

    Parameters
    ----------
    Z1, Z2 : Tensor of shape (n_pairs, d)
    same : Tensor of shape (n_pairs,)
        The target y: 1 for pairs that belong together, 0 for others.

    Returns
    -------
    Tensor of shape ()
        Mean over pairs, in nats.

    References
    ----------
    Kim's deck, slide on siamese networks.

    Examples
    --------
    >>> Z = torch.zeros(2, 3)
    >>> round(float(logistic_pair_loss(Z, Z, torch.tensor([1.0, 0.0]))), 4)
    0.6931
    """
    _check_pairs(Z1, Z2, same)
    scores = (Z1 * Z2).sum(dim=-1)
    matches = same * functional.logsigmoid(scores)
    others = (1 - same) * functional.logsigmoid(-scores)
    return -(matches + others).mean()


def contrastive_loss(Z1: Tensor, Z2: Tensor, same: Tensor, margin: float = 1.0) -> Tensor:
    r"""Pull pairs together, push others apart until they are a margin away.

    .. math:: \tfrac12 y \, \delta^2 + \tfrac12 (1 - y) \max(0, m - \delta)^2, \qquad
              \delta = \|z_i - z_j\|

    Parameters
    ----------
    Z1, Z2 : Tensor of shape (n_pairs, d)
    same : Tensor of shape (n_pairs,)
        1 for pairs that belong together, 0 for others.
    margin : float
        The distance m beyond which a pair that does not belong together costs nothing.

    Returns
    -------
    Tensor of shape ()
        Mean over pairs.

    References
    ----------
    Hadsell, Chopra and LeCun (2006), equation 4.

    Examples
    --------
    >>> Z1, Z2 = torch.tensor([[0.0], [0.0]]), torch.tensor([[2.0], [0.5]])
    >>> float(contrastive_loss(Z1, Z2, torch.tensor([1.0, 0.0])))
    1.0625
    """
    _check_pairs(Z1, Z2, same)
    squared = (Z1 - Z2).square().sum(dim=-1)
    distance = squared.clamp_min(1e-12).sqrt()  # the root has no gradient at zero
    return (same * squared + (1 - same) * (margin - distance).clamp_min(0).square()).mean() / 2


def triplet_loss(anchor: Tensor, positive: Tensor, negative: Tensor, margin: float = 0.5) -> Tensor:
    r"""Require the negative to be farther from the anchor than the positive, by a margin.

    .. math:: \max(0, \|z_a - z_p\|^2 - \|z_a - z_n\|^2 + m)

    Parameters
    ----------
    anchor, positive, negative : Tensor of shape (n_triplets, d)
    margin : float
        The m of the formula, a squared distance.

    Returns
    -------
    Tensor of shape ()
        Mean over triplets.

    References
    ----------
    Schroff, Kalenichenko and Philbin (2015), equation 2.

    Examples
    --------
    >>> a, p, n = torch.tensor([[0.0]]), torch.tensor([[1.0]]), torch.tensor([[1.0]])
    >>> float(triplet_loss(a, p, n, margin=0.25))
    0.25
    """
    if not anchor.shape == positive.shape == negative.shape:
        raise ValueError(
            f"anchor, positive and negative have shapes {tuple(anchor.shape)}, "
            f"{tuple(positive.shape)} and {tuple(negative.shape)}; they must be equal."
        )
    near, far = ((anchor - other).square().sum(dim=-1) for other in (positive, negative))
    return (near - far + margin).clamp_min(0).mean()


def _check_pairs(Z1: Tensor, Z2: Tensor, same: Tensor) -> None:
    if Z1.shape != Z2.shape or same.shape != Z1.shape[:-1]:
        raise ValueError(
            f"Z1 has shape {tuple(Z1.shape)}, Z2 {tuple(Z2.shape)} and same {tuple(same.shape)}; "
            "expected (n_pairs, d) twice and (n_pairs,)."
        )


class ConvolutionalEmbedder(nn.Module):
    """Two convolutions with pooling and one linear layer: gray images to vectors.

    Parameters
    ----------
    height, width : int
        Size of the images, at least 4 by 4.
    n_components : int
    n_channels : int
        Of the first convolution; the second has twice as many.

    Examples
    --------
    >>> ConvolutionalEmbedder(28, 28, n_components=16)(torch.zeros(5, 28, 28)).shape
    torch.Size([5, 16])
    """

    def __init__(self, height: int, width: int, n_components: int, n_channels: int = 16) -> None:
        super().__init__()
        if min(height, width) < 4:
            raise ValueError(f"images are {height} x {width}; two poolings need 4 x 4 at least.")
        self.layers = nn.Sequential(
            nn.Conv2d(1, n_channels, 3, padding=1),
            nn.ReLU(),
            nn.MaxPool2d(2),
            nn.Conv2d(n_channels, 2 * n_channels, 3, padding=1),
            nn.ReLU(),
            nn.MaxPool2d(2),
            nn.Flatten(),
            nn.Linear(2 * n_channels * (height // 4) * (width // 4), n_components),
        )

    def forward(self, X: Tensor) -> Tensor:
        """Embed images.

        Parameters
        ----------
        X : Tensor of shape (n_examples, height, width)

        Returns
        -------
        Tensor of shape (n_examples, n_components)
        """
        return self.layers(X[:, None])


class SiameseNetwork:
    """Embedding of images or vectors in which examples of one class lie together.

    Each step draws anchors at random, for each another example of its class and one of another
    class: as many pairs that match as pairs that do not.

    Parameters
    ----------
    loss : {"logistic", "contrastive", "triplet"}
        For the last two the embeddings have length one.
    n_components : int
        Dimension of the embeddings.
    n_units : int
        Channels of the first convolution for images, units of the hidden layer for vectors.
    margin : float, optional
        Of the contrastive (default 1) or triplet loss (default 0.5).
    batch_size, n_steps : int
        Anchors per step of Adam, and number of steps.
    learning_rate : float
        At the start; it falls to zero along a half cosine. With the logistic loss, too large a
        rate drives all embeddings to zero, where every score is 0 and the loss stays at ln 2.
    random_state : int or None

    Attributes
    ----------
    network_ : torch.nn.Module
    mean_, scale_ : float
        Mean and standard deviation of all training values.
    loss_ : list of float
        Loss of each step.

    Raises
    ------
    ValueError
        If an option is unknown or a size is not positive.

    References
    ----------
    Bromley et al. (1994); Koch, Zemel and Salakhutdinov (2015); Kim's deck, slides on siamese
    networks.

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> y = np.arange(60) % 3
    >>> X = np.eye(3)[y] + 0.1 * rng.normal(size=(60, 3))
    >>> model = SiameseNetwork(n_components=2, n_units=16, n_steps=200, random_state=0).fit(X, y)
    >>> bool(model.score_pairs(X[:1], X[3:4]) > model.score_pairs(X[:1], X[1:2]))
    True
    """

    def __init__(
        self,
        loss: str = "logistic",
        *,
        n_components: int = 32,
        n_units: int = 16,
        margin: float | None = None,
        batch_size: int = 64,
        n_steps: int = 500,
        learning_rate: float = 5e-4,
        random_state: int | None = None,
    ) -> None:
        check_choice("loss", loss, ("logistic", "contrastive", "triplet"))
        self.margin = (0.5 if loss == "triplet" else 1.0) if margin is None else margin
        check_positive(
            n_components=n_components,
            n_units=n_units,
            margin=self.margin,
            batch_size=batch_size,
            n_steps=n_steps,
            learning_rate=learning_rate,
        )
        self.loss = loss
        self.n_components, self.n_units = n_components, n_units
        self.batch_size, self.n_steps = batch_size, n_steps
        self.learning_rate = learning_rate
        self.random_state = random_state

    def fit(self, X: ArrayLike, y: ArrayLike) -> Self:
        """Train the network on pairs drawn from labeled examples.

        Parameters
        ----------
        X : array-like of shape (n_examples, n_features) or (n_examples, height, width)
            Images go through a :class:`ConvolutionalEmbedder`, vectors through one hidden layer.
        y : array-like of shape (n_examples,)
            Classes; they need not be those to be compared later.

        Returns
        -------
        SiameseNetwork

        Raises
        ------
        ValueError
            If the shapes do not fit, or there are no two classes, each of two examples.
        """
        X, y = _check_examples(X), np.asarray(y)
        classes = _rows_of_classes(y, len(X))
        self.mean_, self.scale_ = float(X.mean()), float(X.std()) or 1.0
        self._shape = X.shape[1:]
        rng = np.random.default_rng(self.random_state)
        with seeded(self.random_state):
            self.network_ = self._build()
        optimizer = torch.optim.Adam(self.network_.parameters(), lr=self.learning_rate)
        schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, self.n_steps)
        self.loss_: list[float] = []
        for _ in range(self.n_steps):
            rows = _draw_triplets(classes, self.batch_size, rng)
            loss = self._loss(*self._embed(X[rows.ravel()]).chunk(3))
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            schedule.step()
            self.loss_.append(loss.item())
        return self

    def transform(self, X: ArrayLike) -> Array:
        """Embed examples.

        Parameters
        ----------
        X : array-like of shape (n_examples, n_features) or (n_examples, height, width)

        Returns
        -------
        ndarray of shape (n_examples, n_components)

        Raises
        ------
        ValueError
            If the model is not fitted or ``X`` does not fit it.
        """
        if not hasattr(self, "network_"):
            raise ValueError("this SiameseNetwork is not fitted; call fit(X, y) first.")
        X = _check_examples(X)
        if X.shape[1:] != self._shape:
            raise ValueError(
                f"X has shape {X.shape}; the model was fitted on examples of shape {self._shape}."
            )
        with torch.no_grad():
            parts = [self._embed(X[start : start + 1024]) for start in range(0, len(X), 1024)]
        return torch.cat(parts).double().numpy()

    def score_pairs(self, X1: ArrayLike, X2: ArrayLike) -> Array:
        r"""Score of each pair: the dot product of its embeddings.

        With the logistic loss, :math:`\sigma` of the score is the probability that the two belong
        together, for as many matching as other pairs. For embeddings of length one, the dot
        product falls as the distance grows, :math:`\|z - z'\|^2 = 2 - 2 z \cdot z'`.

        Parameters
        ----------
        X1, X2 : array-like of shape (n_pairs, n_features) or (n_pairs, height, width)

        Returns
        -------
        ndarray of shape (n_pairs,)

        Raises
        ------
        ValueError
            If the model is not fitted or the examples do not fit it.
        """
        Z1, Z2 = self.transform(X1), self.transform(X2)
        if len(Z1) != len(Z2):
            raise ValueError(f"X1 has {len(Z1)} examples and X2 has {len(Z2)}; give pairs.")
        return (Z1 * Z2).sum(axis=1)

    def _build(self) -> nn.Module:
        if len(self._shape) == 2:
            return ConvolutionalEmbedder(*self._shape, self.n_components, self.n_units)
        return fully_connected([self._shape[0], self.n_units, self.n_components], "relu")

    def _embed(self, X: NDArray[np.float32]) -> Tensor:
        Z = self.network_(torch.from_numpy((X - self.mean_) / self.scale_).float())
        return Z if self.loss == "logistic" else functional.normalize(Z, dim=-1)

    def _loss(self, anchor: Tensor, positive: Tensor, negative: Tensor) -> Tensor:
        if self.loss == "triplet":
            return triplet_loss(anchor, positive, negative, self.margin)
        Z1, Z2 = anchor.repeat(2, 1), torch.cat([positive, negative])
        same = torch.cat([torch.ones(len(anchor)), torch.zeros(len(anchor))])
        if self.loss == "logistic":
            return logistic_pair_loss(Z1, Z2, same)
        return contrastive_loss(Z1, Z2, same, self.margin)


def _check_examples(X: ArrayLike) -> NDArray[np.float32]:
    X = np.asarray(X, dtype=np.float32)
    if X.ndim not in (2, 3) or not X.size or not np.isfinite(X).all():
        raise ValueError(
            f"X has shape {X.shape}; expected finite values, (n_examples, n_features) or "
            "(n_examples, height, width)."
        )
    return X


def _rows_of_classes(y: NDArray, n_examples: int) -> list[NDArray[np.intp]]:
    if y.shape != (n_examples,):
        raise ValueError(f"y has shape {y.shape}; expected ({n_examples},), one label per example.")
    classes = [np.flatnonzero(y == label) for label in np.unique(y)]
    classes = [rows for rows in classes if len(rows) >= 2]
    if len(classes) < 2:
        raise ValueError(
            f"y has {len(classes)} classes of two examples or more; pairs need at least two."
        )
    return classes


def _draw_triplets(
    classes: list[NDArray[np.intp]], n_triplets: int, rng: np.random.Generator
) -> NDArray[np.intp]:
    """Rows of anchors, positives and negatives: shape (3, n_triplets)."""
    triplets = np.empty((3, n_triplets), dtype=np.intp)
    for column in range(n_triplets):
        own, other = rng.choice(len(classes), size=2, replace=False)
        triplets[:2, column] = rng.choice(classes[own], size=2, replace=False)
        triplets[2, column] = rng.choice(classes[other])
    return triplets


class Episodes(NamedTuple):
    """One-shot tasks as rows of examples.

    ``support`` has shape (n_episodes, n_way), one example of each class; ``query`` has shape
    (n_episodes,), another example of the class in the first column of ``support``.
    """

    support: NDArray[np.intp]
    query: NDArray[np.intp]


def one_shot_episodes(
    y: ArrayLike, n_way: int, n_episodes: int, *, random_state: int | None = None
) -> Episodes:
    """Draw one-shot tasks: to find the one of ``n_way`` examples that is of the query's class.

    Parameters
    ----------
    y : array-like of shape (n_examples,)
        Classes, none of them seen in training for a fair task.
    n_way : int
        Number of classes to choose from; guessing is right once in ``n_way`` times.
    n_episodes : int
    random_state : int or None

    Returns
    -------
    Episodes

    Raises
    ------
    ValueError
        If fewer than ``n_way`` classes have two examples.

    References
    ----------
    Lake et al. (2011); Koch, Zemel and Salakhutdinov (2015), section 4.

    Examples
    --------
    >>> support, query = one_shot_episodes([0, 0, 1, 1, 2, 2], 3, 5, random_state=0)
    >>> support.shape, query.shape
    ((5, 3), (5,))
    """
    y, rng = np.asarray(y), np.random.default_rng(random_state)
    classes = _rows_of_classes(y, len(y))
    if not 2 <= n_way <= len(classes):
        raise ValueError(
            f"n_way is {n_way}; y has {len(classes)} classes of two examples or more, so give 2 "
            f"to {len(classes)}."
        )
    check_positive(n_episodes=n_episodes)
    support = np.empty((n_episodes, n_way), dtype=np.intp)
    query = np.empty(n_episodes, dtype=np.intp)
    for episode in range(n_episodes):
        first, *others = rng.choice(len(classes), size=n_way, replace=False)
        support[episode, 0], query[episode] = rng.choice(classes[first], size=2, replace=False)
        support[episode, 1:] = [rng.choice(classes[other]) for other in others]
    return Episodes(support, query)


def one_shot_hits(Z: ArrayLike, episodes: Episodes, score: str = "cosine") -> NDArray[np.bool_]:
    """Answer each one-shot task with the example of the best score.

    Parameters
    ----------
    Z : array-like of shape (n_examples, d)
        Embeddings, or raw pixels, or PCA scores.
    episodes : Episodes
    score : {"dot", "cosine", "distance"}
        Dot product, its cosine, or minus the Euclidean distance.

    Returns
    -------
    ndarray of bool of shape (n_episodes,)
        Whether the answer is right; its mean is the accuracy. A tie with the right example counts
        as wrong.

    Raises
    ------
    ValueError
        If the score is unknown or ``Z`` is not a matrix.

    Examples
    --------
    >>> episodes = Episodes(np.array([[0, 1]]), np.array([2]))
    >>> one_shot_hits([[1.0, 0.0], [0.0, 1.0], [0.9, 0.2]], episodes).tolist()
    [True]
    """
    vectors: Array = np.asarray(Z, dtype=float)
    if vectors.ndim != 2:
        raise ValueError(f"Z has shape {vectors.shape}; flatten each example, (n_examples, d).")
    check_choice("score", score, ("dot", "cosine", "distance"))
    if score == "cosine":
        vectors = vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-12)
    support, query = vectors[episodes.support], vectors[episodes.query][:, None]  # (n, way, d)
    if score == "distance":
        scores = -((support - query) ** 2).sum(axis=2)
    else:
        scores = (support * query).sum(axis=2)
    return scores[:, 0] > scores[:, 1:].max(axis=1)


class Difference(NamedTuple):
    """A mean difference with the ends of its 95 % interval."""

    mean: float
    low: float
    high: float


def paired_difference(first: ArrayLike, second: ArrayLike) -> Difference:
    """Mean of ``first - second`` over the same tasks, with a 95 % interval.

    Parameters
    ----------
    first, second : array-like of shape (n_tasks,)
        Hits, or accuracies, of two methods on the same tasks.

    Returns
    -------
    Difference
        By Student's t, so that a handful of tasks gives an honest, wide interval.

    Raises
    ------
    ValueError
        If the shapes differ or there are fewer than two tasks.

    Examples
    --------
    >>> difference = paired_difference([1, 1, 1, 0], [0, 1, 0, 0])
    >>> difference.mean, round(difference.low, 2), round(difference.high, 2)
    (0.5, -0.42, 1.42)
    """
    from scipy.stats import t as student  # slow to import

    first, second = np.asarray(first, dtype=float), np.asarray(second, dtype=float)
    if first.shape != second.shape or first.ndim != 1 or len(first) < 2:
        raise ValueError(
            f"first has shape {first.shape} and second {second.shape}; both must be (n_tasks,) "
            "with two tasks at least."
        )
    differences = first - second
    n_tasks, mean = len(differences), float(differences.mean())
    half = student.ppf(0.975, n_tasks - 1) * differences.std(ddof=1) / math.sqrt(n_tasks)
    return Difference(mean, mean - float(half), mean + float(half))


def verification_pairs(
    y: ArrayLike, n_pairs: int, *, random_state: int | None = None
) -> tuple[NDArray[np.intp], NDArray[np.bool_]]:
    """Draw pairs for verification, every second one a match.

    Parameters
    ----------
    y : array-like of shape (n_examples,)
        Classes.
    n_pairs : int
        Even.
    random_state : int or None

    Returns
    -------
    rows : ndarray of int of shape (n_pairs, 2)
    same : ndarray of bool of shape (n_pairs,)

    Raises
    ------
    ValueError
        If ``n_pairs`` is odd or there are no two classes, each of two examples.

    Examples
    --------
    >>> rows, same = verification_pairs([0, 0, 1, 1], 4, random_state=0)
    >>> same.tolist()
    [True, False, True, False]
    """
    y, rng = np.asarray(y), np.random.default_rng(random_state)
    if n_pairs < 2 or n_pairs % 2:
        raise ValueError(f"n_pairs is {n_pairs}; give an even number, half of them matches.")
    anchor, positive, negative = _draw_triplets(_rows_of_classes(y, len(y)), n_pairs // 2, rng)
    rows = np.stack([anchor, positive, anchor, negative], axis=1).reshape(-1, 2)
    return rows, np.arange(n_pairs) % 2 == 0


def verification_auc(scores: ArrayLike, same: ArrayLike) -> float:
    """Probability that a matching pair scores higher than another (area under the ROC curve).

    Parameters
    ----------
    scores : array-like of shape (n_pairs,)
    same : array-like of bool of shape (n_pairs,)

    Returns
    -------
    float
        From 0 to 1, 0.5 for guessing; ties count half.

    Raises
    ------
    ValueError
        If the shapes differ or one kind of pair is missing.

    Examples
    --------
    >>> verification_auc([0.9, 0.2, 0.4, 0.1], [True, True, False, False])
    0.75
    """
    scores, same = np.asarray(scores, dtype=float), np.asarray(same, dtype=bool)
    if scores.ndim != 1 or scores.shape != same.shape or same.all() or not same.any():
        raise ValueError(
            f"scores have shape {scores.shape} and same has shape {same.shape} with {same.sum()} "
            "matches; give (n_pairs,) twice, with pairs of both kinds."
        )
    negatives = np.sort(scores[~same])
    below = np.searchsorted(negatives, scores[same], "left")
    not_above = np.searchsorted(negatives, scores[same], "right")
    return float((below + not_above).mean() / (2 * len(negatives)))
