r"""Feat2Vec: embeddings of whatever fields a record has, in one common space.

A record is a list of *feature groups*: the cast of a film, its director, its year, its synopsis.
Each group has a feature extractor φ that turns its value into a vector of r numbers, and a record
is scored, like in a factorization machine, by the dot products of its groups:

.. math:: s(x) = b + \sum_{i < j} \varphi_i(x_i) \cdot \varphi_j(x_j)

With targets, the score predicts them (supervised). Without, it tells records from noise
(self-supervised): a group i is drawn from :math:`Q_1`, its value is replaced by one from
:math:`Q_2`, and a logistic classifier must say which record is real. Its logit is
:math:`s(x) - \ln(k P_Q)`, so that no score is ever exponentiated.
"""

from collections.abc import Mapping, Sequence
from typing import Literal, NamedTuple, Self

import numpy as np
import torch
from numpy.typing import ArrayLike, NDArray
from torch import Tensor, nn
from torch.nn import functional

from embref.training import check_choice, check_positive, minibatches, seeded

PADDING = -1


def pad(sequences: Sequence[Sequence[int]]) -> NDArray[np.int64]:
    """Write sequences of numbers as the rows of a matrix, the shorter ones filled up.

    Parameters
    ----------
    sequences : sequence of sequence of int
        For example the actors of each film. In a bag, where order means nothing, sort them, so
        that equal bags become equal rows.

    Returns
    -------
    ndarray of int of shape (n_sequences, length of the longest)
        Filled with :data:`PADDING`.

    Examples
    --------
    >>> pad([[4, 7], [], [2]]).tolist()
    [[4, 7], [-1, -1], [2, -1]]
    """
    length = max((len(sequence) for sequence in sequences), default=0)
    matrix = np.full((len(sequences), max(length, 1)), PADDING, dtype=np.int64)
    for row, sequence in zip(matrix, sequences, strict=True):
        row[: len(sequence)] = sequence
    return matrix


class Categorical(nn.Module):
    """Extractor of one category per record: a row of a table.

    Parameters
    ----------
    n_values, n_components : int

    Examples
    --------
    >>> Categorical(10, 4)(torch.tensor([3, 3, 7])).shape
    torch.Size([3, 4])
    """

    def __init__(self, n_values: int, n_components: int) -> None:
        super().__init__()
        self.table = nn.Embedding(n_values, n_components)
        nn.init.normal_(self.table.weight, std=0.1)

    def forward(self, values: Tensor) -> Tensor:
        """Look up categories, shape (N,), as vectors, shape (N, n_components)."""
        return self.table(values)


class BagOfWords(nn.Module):
    """Extractor of any number of categories per record: the sum of their rows of a table.

    Parameters
    ----------
    n_values, n_components : int

    Examples
    --------
    >>> phi = BagOfWords(10, 4)
    >>> one, two, both = phi(torch.tensor([[3, -1], [7, -1], [3, 7]]))
    >>> torch.allclose(one + two, both)
    True
    """

    def __init__(self, n_values: int, n_components: int) -> None:
        super().__init__()
        self.table = nn.EmbeddingBag(n_values + 1, n_components, mode="sum", padding_idx=0)
        nn.init.normal_(self.table.weight[1:], std=0.1)

    def forward(self, values: Tensor) -> Tensor:
        """Sum the rows of categories, shape (N, length), padding left out."""
        return self.table(values + 1)


class Numeric(nn.Sequential):
    """Extractor of numbers: a network with one hidden layer, so that near values stay near.

    Parameters
    ----------
    n_features, n_components : int
        Standardize the features first.
    n_hidden : int

    Examples
    --------
    >>> Numeric(2, 4)(torch.zeros(3, 2)).shape
    torch.Size([3, 4])
    """

    def __init__(self, n_features: int, n_components: int, n_hidden: int = 32) -> None:
        super().__init__(
            nn.Linear(n_features, n_hidden), nn.ReLU(), nn.Linear(n_hidden, n_components)
        )


class TokenSequence(nn.Module):
    """Extractor of a text in which order counts: a convolution, and its maximum over positions.

    Parameters
    ----------
    n_values, n_components : int
    width : int
        Number of tokens that a filter sees.

    Examples
    --------
    >>> TokenSequence(10, 4)(torch.tensor([[3, 7, 7, -1], [2, -1, -1, -1]])).shape
    torch.Size([2, 4])
    """

    def __init__(self, n_values: int, n_components: int, width: int = 3) -> None:
        super().__init__()
        self.table = nn.Embedding(n_values + 1, n_components, padding_idx=0)
        self.convolution = nn.Conv1d(
            n_components, n_components, width, padding=width - 1, bias=False
        )
        self.output = nn.Linear(n_components, n_components)

    def forward(self, values: Tensor) -> Tensor:
        """Turn tokens, shape (N, length), into vectors, shape (N, n_components)."""
        tokens = self.table(values + 1).transpose(1, 2)  # (N, n_components, length)
        return self.output(functional.relu(self.convolution(tokens)).amax(dim=2))


class Image(nn.Sequential):
    """Extractor of pictures: two convolutions, and means over sixteen parts of the picture.

    Parameters
    ----------
    n_channels, n_components : int
    n_filters : int

    Examples
    --------
    >>> Image(1, 4)(torch.zeros(3, 1, 8, 8)).shape
    torch.Size([3, 4])
    """

    def __init__(self, n_channels: int, n_components: int, n_filters: int = 16) -> None:
        super().__init__(
            nn.Conv2d(n_channels, n_filters, 3, padding=1),
            nn.ReLU(),
            nn.MaxPool2d(2),
            nn.Conv2d(n_filters, n_filters, 3, padding=1),
            nn.ReLU(),
            nn.AdaptiveAvgPool2d(4),
            nn.Flatten(),
            nn.Linear(16 * n_filters, n_components),
        )


class Records:
    """Records whose values are numbered: for each group its distinct values, and who has which.

    Parameters
    ----------
    groups : mapping of str to array-like of shape (n_records, ...)
        One entry per feature group: whole numbers for categories, bags (:func:`pad`) and tokens,
        decimal numbers else.

    Attributes
    ----------
    names : tuple of str
    values : list of Tensor of shape (n_values, ...)
        Distinct values of each group.
    rows : Tensor of int of shape (n_records, n_groups)
        Which of these values each record has.
    counts : list of Tensor of shape (n_values,)
        How many records have each value.

    Raises
    ------
    ValueError
        If there is no record, the lengths differ, or a number is not finite.

    Examples
    --------
    >>> records = Records({"director": [5, 2, 5], "cast": [[1, 2], [3, -1], [1, 2]]})
    >>> records.rows.tolist(), records.counts[0].tolist()
    ([[1, 0], [0, 1], [1, 0]], [1.0, 2.0])
    """

    def __init__(self, groups: Mapping[str, ArrayLike]) -> None:
        arrays = {name: np.asarray(values) for name, values in groups.items()}
        lengths = {name: len(array) for name, array in arrays.items()}
        if len(set(lengths.values())) != 1 or not min(lengths.values()):
            raise ValueError(f"groups have lengths {lengths}; give one value per record in each.")
        self.names = tuple(arrays)
        self.values: list[Tensor] = []
        self.counts: list[Tensor] = []
        columns = []
        for name, array in arrays.items():
            if array.dtype.kind not in "iufb" or not np.isfinite(array).all():
                raise ValueError(f"group {name!r} holds what is not a finite number.")
            kind = torch.get_default_dtype() if array.dtype.kind == "f" else torch.int64
            found, inverse, counts = np.unique(
                array, axis=0, return_inverse=True, return_counts=True
            )
            self.values.append(torch.as_tensor(found, dtype=kind))
            self.counts.append(torch.as_tensor(counts, dtype=torch.get_default_dtype()))
            columns.append(torch.as_tensor(inverse.ravel()))
        self.rows = torch.stack(columns, dim=1)

    def __len__(self) -> int:
        """Return the number of records."""
        return len(self.rows)


class Feat2Vec(nn.Module):
    """Factorization machine over feature groups with learned extractors.

    Parameters
    ----------
    extractors : mapping of str to torch.nn.Module
        One per group, from values of shape (N, ...) to vectors of shape (N, n_components).
    self_pairs : bool
        Whether the score adds the product of each group with itself. The formula of the papers
        does (j runs from i), the authors' code and factorization machines do not.
    offset : float
        Where the b of the score starts, which the authors' code has and the papers leave out.
        With noise, scores end up near logarithms of probabilities; a start at, say, -6 saves the
        epochs in which b would move there.

    Attributes
    ----------
    offset : torch.nn.Parameter
        The b, a single number.

    Raises
    ------
    ValueError
        If there are fewer than two groups, which leaves no pair to score.

    References
    ----------
    Armona, González-Brenes and Edezhath (2019), section 2.1; Rendle (2010).

    Examples
    --------
    >>> model = Feat2Vec({"cast": BagOfWords(9, 4), "director": Categorical(5, 4)})
    >>> model({"cast": torch.tensor([[1, 2]]), "director": torch.tensor([0])}).shape
    torch.Size([1])
    """

    def __init__(
        self,
        extractors: Mapping[str, nn.Module],
        *,
        self_pairs: bool = False,
        offset: float = 0.0,
    ) -> None:
        super().__init__()
        if len(extractors) < 2:
            raise ValueError(f"{len(extractors)} feature group given; a score needs at least two.")
        self.extractors = nn.ModuleDict(extractors)
        self.self_pairs = self_pairs
        self.offset = nn.Parameter(torch.tensor(float(offset)))

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the groups, in the order of the extractors."""
        return tuple(self.extractors)

    @property
    def n_parameters(self) -> list[int]:
        """Number of learned parameters of each extractor."""
        return [
            sum(parameter.numel() for parameter in extractor.parameters())
            for extractor in self.extractors.values()
        ]

    def embed(self, group: str, values: ArrayLike | Tensor) -> Tensor:
        """Embed values of one group.

        Parameters
        ----------
        group : str
        values : array-like or Tensor of shape (N, ...)

        Returns
        -------
        Tensor of shape (N, n_components)

        Raises
        ------
        KeyError
            If there is no such group.
        """
        if group not in self.extractors:
            raise KeyError(f"no group {group!r}; groups are {', '.join(self.names)}.")
        return self.extractors[group](torch.as_tensor(values))

    def forward(self, values: Mapping[str, Tensor]) -> Tensor:
        """Score records.

        Parameters
        ----------
        values : mapping of str to Tensor of shape (N, ...)
            One entry per group.

        Returns
        -------
        Tensor of shape (N,)

        Raises
        ------
        ValueError
            If a group is missing or unknown.
        """
        if set(values) != set(self.names):
            raise ValueError(f"groups are {', '.join(values)}; expected {', '.join(self.names)}.")
        return self.score(torch.stack([self.embed(name, values[name]) for name in self.names], 1))

    def score(self, embeddings: Tensor) -> Tensor:
        r"""Sum the products of all pairs of groups, in time linear in the number of groups.

        Parameters
        ----------
        embeddings : Tensor of shape (N, n_groups, n_components)

        Returns
        -------
        Tensor of shape (N,)

        Notes
        -----
        :math:`\sum_{i<j} \varphi_i \cdot \varphi_j = \frac12 \left( \|\sum_i \varphi_i\|^2 -
        \sum_i \|\varphi_i\|^2 \right)` (Rendle, 2010, lemma 3.1); with self-pairs the second
        term is added.
        """
        square_of_sum = embeddings.sum(dim=1).square().sum(dim=1)
        sum_of_squares = embeddings.square().sum(dim=(1, 2))
        sign = 1.0 if self.self_pairs else -1.0
        return self.offset + 0.5 * (square_of_sum + sign * sum_of_squares)

    def embed_records(self, records: Records, rows: Tensor) -> Tensor:
        """Embed all groups of some records.

        Parameters
        ----------
        records : Records
            With the groups of the model, in its order.
        rows : Tensor of int of shape (N, n_groups)
            Numbers of values, for example rows of ``records.rows``.

        Returns
        -------
        Tensor of shape (N, n_groups, n_components)
        """
        return torch.stack(
            [
                self.embed(name, values[column])
                for name, values, column in zip(self.names, records.values, rows.T, strict=True)
            ],
            dim=1,
        )

    def change(self, embeddings: Tensor, group: int, replacement: Tensor) -> Tensor:
        """Score records after the embedding of one group is replaced.

        Parameters
        ----------
        embeddings : Tensor of shape (N, n_groups, n_components)
            Of the records as they are.
        group : int
        replacement : Tensor of shape (N, n_components) or (N, m, n_components)
            One or m new embeddings per record.

        Returns
        -------
        Tensor of shape (N,) or (N, m)
        """
        rest = torch.cat([embeddings[:, :group], embeddings[:, group + 1 :]], dim=1)
        shape = (-1,) + (1,) * (replacement.ndim - 2)
        context = rest.sum(dim=1).reshape(len(rest), *shape[1:], rest.shape[2])
        scores = self.score(rest).reshape(shape) + (replacement * context).sum(dim=-1)
        return scores + replacement.square().sum(dim=-1) if self.self_pairs else scores


class Draw(NamedTuple):
    """Groups that are replaced, and the numbers of the new values, both of shape (N, k)."""

    groups: Tensor
    values: Tensor


class TwoStepNoise:
    r"""Noise that replaces the value of one feature group, and what the loss must know of it.

    Step one draws group i with :math:`Q_1(i) \propto n_i^{\alpha_1}`, where :math:`n_i` is the
    number of parameters of its extractor. Step two draws a value with
    :math:`Q_2(g) \propto \mathrm{count}(g)^{\alpha_2}`.

    Parameters
    ----------
    records : Records
    n_parameters : sequence of int
        One per group, :attr:`Feat2Vec.n_parameters`.
    k : int
        Number of negatives per record.
    alpha1, alpha2 : float
        In [0, 1]: 0 makes a step uniform, 1 leaves it as counted.
    normalizer : {"k P_Q", "P_Q"}
        What the logit subtracts the logarithm of. "k P_Q" (noise-contrastive estimation, and the
        later paper) makes :math:`e^s` a conditional probability at the optimum; "P_Q" (the
        appendix) makes it that probability divided by k.
    noise_probability : {"conditional", "joint"}
        Whether :math:`P_Q = Q_2` given the group drawn (the appendix from its third line on, and
        the authors' code) or :math:`P_Q = Q_1 Q_2` (both papers). Theorem 1 needs "conditional".
    group_drawn_per : {"record", "negative"}
        Whether the k negatives of a record replace the same group (the papers' algorithm), or
        each draws its own. The expected loss is the same.

    Attributes
    ----------
    names : tuple of str
    group_probabilities : Tensor of shape (n_groups,)
        :math:`Q_1`.
    value_probabilities : list of Tensor of shape (n_values,)
        :math:`Q_2` of each group.

    Raises
    ------
    ValueError
        If a parameter is out of range.

    References
    ----------
    Armona, González-Brenes and Edezhath (2019), algorithm 1 and section 2.3; published with
    r = 50, k = 5, :math:`\alpha_1 = 0.25`, :math:`\alpha_2 = 0.75`.

    Examples
    --------
    >>> records = Records({"director": [0, 0, 1], "cast": [3, 4, 5]})
    >>> noise = TwoStepNoise(records, [16, 1], alpha1=0.25, alpha2=1.0)
    >>> [round(p, 4) for p in noise.group_probabilities.tolist()]
    [0.6667, 0.3333]
    """

    def __init__(
        self,
        records: Records,
        n_parameters: Sequence[int],
        k: int = 5,
        *,
        alpha1: float = 0.25,
        alpha2: float = 0.75,
        normalizer: str = "k P_Q",
        noise_probability: str = "conditional",
        group_drawn_per: str = "record",
    ) -> None:
        check_positive(k=k)
        check_choice("normalizer", normalizer, ("k P_Q", "P_Q"))
        check_choice("noise_probability", noise_probability, ("conditional", "joint"))
        check_choice("group_drawn_per", group_drawn_per, ("record", "negative"))
        if len(n_parameters) != len(records.names) or min(n_parameters) < 1:
            raise ValueError(
                f"n_parameters is {list(n_parameters)}; give a positive number for each of the "
                f"groups {', '.join(records.names)}."
            )
        if not (0 <= alpha1 <= 1 and 0 <= alpha2 <= 1):
            raise ValueError(f"alpha1 is {alpha1}, alpha2 is {alpha2}; both must lie in [0, 1].")
        self.names = records.names
        self.k = k
        self.normalizer = normalizer
        self.noise_probability = noise_probability
        self.group_drawn_per = group_drawn_per
        self.group_probabilities = _flatten(torch.tensor(n_parameters), alpha1)
        self.value_probabilities = [_flatten(counts, alpha2) for counts in records.counts]

    def targeted(self, group: str) -> Self:
        """Return the noise that always replaces one group: that of a supervised machine.

        Parameters
        ----------
        group : str

        Returns
        -------
        TwoStepNoise
            A copy; the second step is the same.

        Raises
        ------
        KeyError
            If there is no such group.
        """
        if group not in self.names:
            raise KeyError(f"no group {group!r}; groups are {', '.join(self.names)}.")
        noise = object.__new__(type(self))
        noise.__dict__.update(self.__dict__)
        chosen = torch.tensor([name == group for name in self.names])
        noise.group_probabilities = chosen.to(self.group_probabilities.dtype)
        return noise

    def draw(self, n_records: int, generator: torch.Generator | None = None) -> Draw:
        """Draw the replacements of k negatives for each of some records.

        Parameters
        ----------
        n_records : int
        generator : torch.Generator, optional

        Returns
        -------
        Draw
        """
        once = self.group_drawn_per == "record"
        n_draws = n_records if once else n_records * self.k
        groups = torch.multinomial(
            self.group_probabilities, n_draws, replacement=True, generator=generator
        )
        groups = groups[:, None].expand(-1, self.k) if once else groups.reshape(n_records, self.k)
        values = torch.empty_like(groups, memory_format=torch.contiguous_format)
        for group, probabilities in enumerate(self.value_probabilities):
            drawn = groups == group
            n_values = int(drawn.sum())
            if n_values:
                values[drawn] = torch.multinomial(
                    probabilities, n_values, replacement=True, generator=generator
                )
        return Draw(groups, values)

    def log_weights(self, group: int) -> Tensor:
        r"""Logarithm of :math:`k P_Q` or :math:`P_Q` for the values of one group.

        Parameters
        ----------
        group : int

        Returns
        -------
        Tensor of shape (n_values,)
        """
        log_weights = self.value_probabilities[group].log()
        if self.noise_probability == "joint":
            log_weights = log_weights + self.group_probabilities[group].log()
        return log_weights + (np.log(self.k) if self.normalizer == "k P_Q" else 0.0)


def _flatten(counts: Tensor, alpha: float) -> Tensor:
    weights = counts.to(torch.get_default_dtype()) ** alpha
    return weights / weights.sum()


def self_supervised_loss(
    model: Feat2Vec, records: Records, rows: Tensor, noise: TwoStepNoise, draw: Draw
) -> Tensor:
    r"""Cross-entropy of telling records from their negatives, averaged over records.

    .. math:: -\frac1N \sum_{x^+} \Big( \ln \sigma(s(x^+) - \ln k P_Q(x^+))
        + \sum_{x^-} \ln \sigma(-s(x^-) + \ln k P_Q(x^-)) \Big)

    Parameters
    ----------
    model : Feat2Vec
    records : Records
    rows : Tensor of int of shape (N, n_groups)
        The records of a batch.
    noise : TwoStepNoise
    draw : Draw
        From ``noise.draw(N)``.

    Returns
    -------
    Tensor of shape ()
        In nats.

    Notes
    -----
    :math:`P_Q(x^+)` depends on the group that is replaced. Where negatives replace different
    groups, the first term is averaged over them.

    References
    ----------
    Armona, González-Brenes and Edezhath (2019), section 2.3; their appendix, first line of the
    proof.
    """
    embeddings = model.embed_records(records, rows)
    positive = model.score(embeddings)
    loss = positive.new_zeros(())
    for group, name in enumerate(model.names):
        where, slot = torch.nonzero(draw.groups == group, as_tuple=True)
        values, log_weights = draw.values[where, slot], noise.log_weights(group)
        replacement = model.embed(name, records.values[group][values])
        negative = model.change(embeddings[where], group, replacement)
        real = positive[where] - log_weights[rows[where, group]]
        loss = loss + functional.softplus(-real).sum() / noise.k
        loss = loss + functional.softplus(negative - log_weights[values]).sum()
    return loss / len(rows)


def expected_loss(model: Feat2Vec, records: Records, noise: TwoStepNoise) -> Tensor:
    """Exact mean of :func:`self_supervised_loss` over all draws, for all records.

    Parameters
    ----------
    model : Feat2Vec
    records : Records
    noise : TwoStepNoise

    Returns
    -------
    Tensor of shape ()

    Notes
    -----
    Every value of every group is scored with every record: for small sets.
    """
    embeddings = model.embed_records(records, records.rows)
    positive = model.score(embeddings)
    loss = positive.new_zeros(())
    for group, name in enumerate(model.names):
        probability = noise.group_probabilities[group]
        if probability:
            log_weights = noise.log_weights(group)
            every = model.embed(name, records.values[group]).expand(len(records), -1, -1)
            negative = functional.softplus(model.change(embeddings, group, every) - log_weights)
            real = functional.softplus(log_weights[records.rows[:, group]] - positive)
            terms = real + noise.k * (negative @ noise.value_probabilities[group])
            loss = loss + probability * terms.mean()
    return loss


def gradient(model: nn.Module, loss: Tensor) -> Tensor:
    """Gradient of a loss with respect to all parameters of a model, as one vector.

    Parameters
    ----------
    model : torch.nn.Module
    loss : Tensor of shape ()

    Returns
    -------
    Tensor of shape (n_parameters,)
        Zero where the loss does not depend on a parameter.
    """
    parameters = list(model.parameters())
    found = torch.autograd.grad(loss, parameters, allow_unused=True)
    return torch.cat(
        [
            (torch.zeros_like(parameter) if part is None else part).reshape(-1)
            for parameter, part in zip(parameters, found, strict=True)
        ]
    )


class Theorem1(NamedTuple):
    """Both sides of theorem 1: one gradient, and the weighted sum of the targeted ones."""

    weights: Tensor
    targeted: Tensor
    self_supervised: Tensor

    @property
    def combination(self) -> Tensor:
        """Sum of the targeted gradients, each times its weight."""
        return self.weights @ self.targeted


def theorem_1(model: Feat2Vec, records: Records, noise: TwoStepNoise) -> Theorem1:
    """Compute both sides of theorem 1 at the present parameters, exactly.

    Parameters
    ----------
    model : Feat2Vec
    records : Records
    noise : TwoStepNoise

    Returns
    -------
    Theorem1
        ``weights`` of shape (n_groups,), the probabilities of step one; ``targeted`` of shape
        (n_groups, n_parameters), the expected gradient of the supervised machine of each group,
        at the *same* parameters; ``self_supervised`` of shape (n_parameters,).

    Notes
    -----
    The sides are equal in expectation over the noise, for any number of records, if
    ``noise.noise_probability`` is "conditional". With "joint", the logit of the self-supervised
    loss is shifted by the logarithm of the weight of the group, that of a supervised machine is
    not, and the theorem fails.

    References
    ----------
    Armona, González-Brenes and Edezhath (2019), supplemental proof, theorem 1.

    Examples
    --------
    >>> records = Records({"cast": [0, 1, 2, 1], "director": [0, 1, 0, 1]})
    >>> with seeded(0):
    ...     model = Feat2Vec({"cast": Categorical(3, 2), "director": Categorical(2, 2)})
    >>> sides = theorem_1(model, records, TwoStepNoise(records, model.n_parameters))
    >>> torch.allclose(sides.self_supervised, sides.combination, atol=1e-6)
    True
    """
    targeted = [
        gradient(model, expected_loss(model, records, noise.targeted(name))) for name in model.names
    ]
    return Theorem1(
        noise.group_probabilities,
        torch.stack(targeted),
        gradient(model, expected_loss(model, records, noise)),
    )


def fit(
    model: Feat2Vec,
    records: Records,
    noise: TwoStepNoise,
    *,
    n_epochs: int = 20,
    batch_size: int = 64,
    learning_rate: float = 0.01,
    random_state: int | None = None,
) -> list[float]:
    """Train a model on records alone: self-supervised, or targeted with a targeted noise.

    Parameters
    ----------
    model : Feat2Vec
        Changed in place.
    records : Records
        With the groups of the model, in its order.
    noise : TwoStepNoise
    n_epochs, batch_size : int
    learning_rate : float
        Of Adam.
    random_state : int, optional
        Order of the records, and the noise.

    Returns
    -------
    list of float
        Mean loss of each epoch.

    Raises
    ------
    ValueError
        If the groups differ, or a number is not positive.

    Examples
    --------
    >>> records = Records({"cast": [0, 1, 2, 3] * 8, "director": [0, 0, 1, 1] * 8})
    >>> with seeded(0):
    ...     model = Feat2Vec({"cast": Categorical(4, 2), "director": Categorical(2, 2)})
    >>> losses = fit(model, records, TwoStepNoise(records, model.n_parameters), random_state=0)
    >>> losses[-1] < losses[0]
    True
    """
    check_positive(n_epochs=n_epochs, batch_size=batch_size, learning_rate=learning_rate)
    if model.names != records.names or noise.names != records.names:
        raise ValueError(
            f"the model has the groups {model.names}, the records {records.names}, the noise "
            f"{noise.names}; give the same in the same order."
        )
    optimizer = torch.optim.Adam(model.parameters(), lr=learning_rate)
    losses = []
    with seeded(random_state) as generator:
        for _ in range(n_epochs):
            total = 0.0
            for batch in minibatches(len(records), batch_size, generator):
                rows = records.rows[batch]
                draw = noise.draw(len(rows), generator)
                loss = self_supervised_loss(model, records, rows, noise, draw)
                _step(optimizer, loss)
                total += float(loss.detach()) * len(rows)
            losses.append(total / len(records))
    return losses


def _step(optimizer: torch.optim.Optimizer, loss: Tensor) -> None:
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()


def fit_supervised(
    model: Feat2Vec,
    records: Records,
    targets: ArrayLike,
    *,
    task: Literal["classification", "regression"],
    n_epochs: int = 20,
    batch_size: int = 64,
    learning_rate: float = 0.01,
    random_state: int | None = None,
) -> list[float]:
    """Train a model to predict a target of each record.

    Parameters
    ----------
    model : Feat2Vec
        Changed in place. Its score predicts the target of a regression, and is the logit of
        class 1 in a classification.
    records : Records
    targets : array-like of shape (n_records,)
        Numbers, or 0 and 1.
    task : {"classification", "regression"}
        Binary cross-entropy, or mean squared error.
    n_epochs, batch_size : int
    learning_rate : float
        Of Adam.
    random_state : int, optional
        Order of the records.

    Returns
    -------
    list of float
        Mean loss of each epoch.

    Raises
    ------
    ValueError
        If there is not one target per record, a class is neither 0 nor 1, or a number is not
        positive.

    References
    ----------
    Armona, González-Brenes and Edezhath (2019), section 2.2, without regularization.
    """
    check_choice("task", task, ("classification", "regression"))
    check_positive(n_epochs=n_epochs, batch_size=batch_size, learning_rate=learning_rate)
    y = torch.as_tensor(np.asarray(targets), dtype=torch.get_default_dtype())
    if y.shape != (len(records),):
        raise ValueError(f"targets have shape {tuple(y.shape)}; expected ({len(records)},).")
    if task == "classification" and not bool(((y == 0) | (y == 1)).all()):
        raise ValueError("targets of a classification must be 0 or 1.")
    criterion = (
        functional.binary_cross_entropy_with_logits
        if task == "classification"
        else functional.mse_loss
    )
    optimizer = torch.optim.Adam(model.parameters(), lr=learning_rate)
    losses = []
    with seeded(random_state) as generator:
        for _ in range(n_epochs):
            total = 0.0
            for batch in minibatches(len(records), batch_size, generator):
                scores = model.score(model.embed_records(records, records.rows[batch]))
                loss = criterion(scores, y[batch])
                _step(optimizer, loss)
                total += float(loss.detach()) * len(batch)
            losses.append(total / len(records))
    return losses
