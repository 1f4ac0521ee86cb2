"""Gradient descent and its descendants, learning-rate schedules and early stopping, in NumPy.

Optimizers change a list of arrays in place, given their gradients. A learning rate is a number, or
a schedule: a function from the number of the step, counted from zero, to a number.
"""

from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Schedule = Callable[[int], float]


class Optimizer(Protocol):
    """What :func:`minimize` asks of an optimizer."""

    def step(self, parameters: Sequence[Array], gradients: Sequence[Array]) -> None:
        """Change the parameters in place."""


class SGD:
    r"""Gradient descent, :math:`\theta \leftarrow \theta - \eta g`, with optional momentum.

    It is stochastic when the gradients come from a minibatch. With momentum :math:`\mu`, a
    velocity :math:`v \leftarrow \mu v + g` takes the place of g; with Nesterov's,
    :math:`g + \mu v` does.

    Parameters
    ----------
    learning_rate : float or schedule
    momentum : float
        In [0, 1).
    nesterov : bool

    Raises
    ------
    ValueError
        If an argument is out of range.

    References
    ----------
    Polyak (1964); Sutskever et al. (2013); CS246, "Neural Network: Training".

    Examples
    --------
    >>> theta = np.array([1.0, -2.0])
    >>> SGD(learning_rate=0.5).step([theta], [2 * theta])
    >>> theta.tolist()
    [0.0, 0.0]
    """

    def __init__(
        self, learning_rate: float | Schedule, *, momentum: float = 0.0, nesterov: bool = False
    ) -> None:
        if not 0 <= momentum < 1:
            raise ValueError(f"momentum is {momentum}; it must lie in [0, 1).")
        if nesterov and not momentum:
            raise ValueError("nesterov needs momentum; set it to 0.9, say.")
        self.schedule = _as_schedule(learning_rate)
        self.momentum = momentum
        self.nesterov = nesterov
        self.n_steps_ = 0
        self._velocities: list[Array] = []

    def step(self, parameters: Sequence[Array], gradients: Sequence[Array]) -> None:
        """Change the parameters in place.

        Parameters
        ----------
        parameters, gradients : sequence of ndarray
            Of the same shapes, the same parameters at each step.

        Raises
        ------
        ValueError
            If shapes differ, or a gradient is not finite.
        """
        _check_gradients(parameters, gradients)
        rate = self.schedule(self.n_steps_)
        if not self._velocities:
            self._velocities = [np.zeros_like(theta) for theta in parameters]
        for theta, g, v in zip(parameters, gradients, self._velocities, strict=True):
            v *= self.momentum
            v += g
            theta -= rate * (g + self.momentum * v if self.nesterov else v)
        self.n_steps_ += 1


class Adam:
    r"""Steps scaled by running means of the gradient and of its square.

    Parameters
    ----------
    learning_rate : float or schedule
        About the largest change of a parameter in one step.
    beta1, beta2 : float
        Decay of the two means, in [0, 1).
    epsilon : float
        Added to the root of the second mean.

    Raises
    ------
    ValueError
        If an argument is out of range.

    References
    ----------
    Kingma and Ba (2015), algorithm 1.

    Examples
    --------
    >>> theta = np.array([1.0, -200.0])
    >>> Adam(learning_rate=0.1).step([theta], [2 * theta])
    >>> theta.round(6).tolist()
    [0.9, -199.9]
    """

    def __init__(
        self,
        learning_rate: float | Schedule = 1e-3,
        *,
        beta1: float = 0.9,
        beta2: float = 0.999,
        epsilon: float = 1e-8,
    ) -> None:
        if not (0 <= beta1 < 1 and 0 <= beta2 < 1 and epsilon > 0):
            raise ValueError(
                f"beta1 is {beta1}, beta2 {beta2} and epsilon {epsilon}; expected betas in [0, 1) "
                "and a positive epsilon."
            )
        self.schedule = _as_schedule(learning_rate)
        self.beta1, self.beta2, self.epsilon = beta1, beta2, epsilon
        self.n_steps_ = 0
        self._means: list[Array] = []
        self._squares: list[Array] = []

    def step(self, parameters: Sequence[Array], gradients: Sequence[Array]) -> None:
        """Change the parameters in place.

        Parameters
        ----------
        parameters, gradients : sequence of ndarray
            Of the same shapes, the same parameters at each step.

        Raises
        ------
        ValueError
            If shapes differ, or a gradient is not finite.
        """
        _check_gradients(parameters, gradients)
        rate = self.schedule(self.n_steps_)
        self.n_steps_ += 1
        if not self._means:
            self._means = [np.zeros_like(theta) for theta in parameters]
            self._squares = [np.zeros_like(theta) for theta in parameters]
        state = zip(parameters, gradients, self._means, self._squares, strict=True)
        for theta, g, mean, square in state:
            mean += (1 - self.beta1) * (g - mean)
            square += (1 - self.beta2) * (g**2 - square)
            # Both means start at zero; the divisions undo this.
            unbiased_mean = mean / (1 - self.beta1**self.n_steps_)
            unbiased_square = square / (1 - self.beta2**self.n_steps_)
            theta -= rate * unbiased_mean / (np.sqrt(unbiased_square) + self.epsilon)


def _as_schedule(learning_rate: float | Schedule) -> Schedule:
    return learning_rate if callable(learning_rate) else constant(learning_rate)


def _check_gradients(parameters: Sequence[Array], gradients: Sequence[Array]) -> None:
    shapes = [theta.shape for theta in parameters], [np.shape(g) for g in gradients]
    if shapes[0] != shapes[1]:
        raise ValueError(f"parameters have shapes {shapes[0]} but gradients {shapes[1]}.")
    if not all(np.isfinite(g).all() for g in gradients):
        raise ValueError("a gradient is NaN or infinite; lower the learning rate.")


def _check_rate(learning_rate: float) -> float:
    if not learning_rate > 0:
        raise ValueError(f"learning_rate is {learning_rate}; it must be positive.")
    return float(learning_rate)


def _check_steps(n_steps: int) -> int:
    if n_steps < 1:
        raise ValueError(f"the number of steps is {n_steps}; it must be at least 1.")
    return n_steps


def constant(learning_rate: float) -> Schedule:
    """Keep the learning rate.

    Parameters
    ----------
    learning_rate : float

    Returns
    -------
    schedule

    Raises
    ------
    ValueError
        If the rate is not positive.

    Examples
    --------
    >>> constant(0.1)(99)
    0.1
    """
    rate = _check_rate(learning_rate)
    return lambda step: rate


def step_decay(learning_rate: float, every: int, factor: float = 0.1) -> Schedule:
    r"""Multiply by ``factor`` after ``every`` steps, again and again.

    Parameters
    ----------
    learning_rate : float
    every : int
    factor : float
        In (0, 1].

    Returns
    -------
    schedule

    Raises
    ------
    ValueError
        If an argument is out of range.

    Examples
    --------
    >>> [step_decay(1.0, every=2, factor=0.5)(step) for step in range(5)]
    [1.0, 1.0, 0.5, 0.5, 0.25]
    """
    rate, every = _check_rate(learning_rate), _check_steps(every)
    if not 0 < factor <= 1:
        raise ValueError(f"factor is {factor}; it must lie in (0, 1].")
    return lambda step: rate * factor ** (step // every)


def inverse_time_decay(learning_rate: float, half_life: int) -> Schedule:
    r"""Decay as :math:`\eta / (1 + t / h)`, half of it after h steps.

    Parameters
    ----------
    learning_rate : float
    half_life : int
        The h above.

    Returns
    -------
    schedule

    Raises
    ------
    ValueError
        If an argument is out of range.

    References
    ----------
    Robbins and Monro (1951): rates whose sum diverges and whose squares sum up.

    Examples
    --------
    >>> inverse_time_decay(1.0, half_life=10)(30)
    0.25
    """
    rate, half_life = _check_rate(learning_rate), _check_steps(half_life)
    return lambda step: rate / (1 + step / half_life)


def linear_decay(learning_rate: float, n_steps: int, last: float = 0.0) -> Schedule:
    """Go down in a straight line, as word2vec does, and stay at the last rate.

    Parameters
    ----------
    learning_rate : float
    n_steps : int
        Steps until the last rate.
    last : float
        From zero up to ``learning_rate``.

    Returns
    -------
    schedule

    Raises
    ------
    ValueError
        If an argument is out of range.

    Examples
    --------
    >>> [linear_decay(1.0, n_steps=4)(step) for step in (0, 1, 4, 9)]
    [1.0, 0.75, 0.0, 0.0]
    """
    rate, n_steps = _check_rate(learning_rate), _check_steps(n_steps)
    _check_last(last, rate)
    return lambda step: rate + (last - rate) * min(step / n_steps, 1)


def cosine_decay(learning_rate: float, n_steps: int, last: float = 0.0) -> Schedule:
    """Go down along half a cosine and stay at the last rate.

    Parameters
    ----------
    learning_rate : float
    n_steps : int
        Steps until the last rate.
    last : float
        From zero up to ``learning_rate``.

    Returns
    -------
    schedule

    Raises
    ------
    ValueError
        If an argument is out of range.

    References
    ----------
    Loshchilov and Hutter (2017), equation 5, without restarts.

    Examples
    --------
    >>> [round(cosine_decay(1.0, n_steps=4)(step), 4) for step in (0, 1, 2, 4, 9)]
    [1.0, 0.8536, 0.5, 0.0, 0.0]
    """
    rate, n_steps = _check_rate(learning_rate), _check_steps(n_steps)
    _check_last(last, rate)
    return lambda step: float(
        last + (rate - last) * (1 + np.cos(np.pi * min(step / n_steps, 1))) / 2
    )


def _check_last(last: float, rate: float) -> None:
    if not 0 <= last <= rate:
        raise ValueError(f"last is {last}; it must lie between 0 and the first rate {rate}.")


def warmup(schedule: Schedule, n_steps: int) -> Schedule:
    """Grow in a straight line over the first steps of another schedule.

    Parameters
    ----------
    schedule : schedule
        Takes over from step ``n_steps`` on.
    n_steps : int

    Returns
    -------
    schedule

    Raises
    ------
    ValueError
        If ``n_steps`` is less than one.

    References
    ----------
    Goyal et al. (2017), section 2.2.

    Examples
    --------
    >>> [warmup(constant(1.0), 4)(step) for step in range(5)]
    [0.25, 0.5, 0.75, 1.0, 1.0]
    """
    n_steps = _check_steps(n_steps)
    return lambda step: schedule(step) * min((step + 1) / n_steps, 1)


def minibatches(
    n_examples: int, batch_size: int, rng: np.random.Generator
) -> Iterator[NDArray[np.int64]]:
    """Cut the examples, in an order drawn anew, into batches.

    Parameters
    ----------
    n_examples : int
    batch_size : int
        The last batch may be smaller.
    rng : numpy.random.Generator

    Yields
    ------
    ndarray of int of shape (batch_size,)
        Rows of the examples.

    Raises
    ------
    ValueError
        If a number is less than one.

    Examples
    --------
    >>> [len(rows) for rows in minibatches(5, 2, np.random.default_rng(0))]
    [2, 2, 1]
    """
    if n_examples < 1 or batch_size < 1:
        raise ValueError(
            f"n_examples is {n_examples} and batch_size {batch_size}; both must be at least 1."
        )
    order = rng.permutation(n_examples)
    for start in range(0, n_examples, batch_size):
        yield order[start : start + batch_size]


class EarlyStopping:
    """Stop when the validation loss no longer falls, and go back to where it was lowest.

    Parameters
    ----------
    patience : int
        How many checks in a row may pass without a new lowest loss.
    min_delta : float
        By how much a loss must be lower to count as such.

    Attributes
    ----------
    best_loss_ : float
    best_check_ : int
        Number of the check with the lowest loss, counted from zero; -1 before the first.

    Raises
    ------
    ValueError
        If ``patience`` is less than one or ``min_delta`` negative.

    References
    ----------
    Prechelt (1998).

    Examples
    --------
    >>> stopping, theta = EarlyStopping(patience=2), np.array([0.0])
    >>> for loss in (3.0, 1.0, 2.0, 1.5):
    ...     theta += 1
    ...     stop = stopping.check(loss, [theta])
    >>> stopping.restore([theta])
    >>> stop, theta.tolist()
    (True, [2.0])
    """

    def __init__(self, patience: int = 5, *, min_delta: float = 0.0) -> None:
        if patience < 1 or min_delta < 0:
            raise ValueError(
                f"patience is {patience} and min_delta {min_delta}; expected at least 1 and 0."
            )
        self.patience = patience
        self.min_delta = min_delta
        self.best_loss_ = np.inf
        self.best_check_ = -1
        self._n_checks = 0
        self._best: list[Array] = []

    def check(self, loss: float, parameters: Sequence[Array]) -> bool:
        """Take note of a validation loss.

        Parameters
        ----------
        loss : float
        parameters : sequence of ndarray
            Copied when the loss is the lowest so far.

        Returns
        -------
        bool
            Whether to stop. A loss that is NaN counts as not lower.
        """
        if loss < self.best_loss_ - self.min_delta or not self._best:
            self.best_loss_ = loss if loss == loss else np.inf
            self.best_check_ = self._n_checks
            self._best = [theta.copy() for theta in parameters]
        self._n_checks += 1
        return self._n_checks - 1 - self.best_check_ >= self.patience

    def restore(self, parameters: Sequence[Array]) -> None:
        """Set the parameters, in place, to those of the lowest loss.

        Parameters
        ----------
        parameters : sequence of ndarray

        Raises
        ------
        ValueError
            If no loss was checked yet.
        """
        if not self._best:
            raise ValueError("no loss was checked yet; call check first.")
        for theta, best in zip(parameters, self._best, strict=True):
            theta[...] = best


class History(NamedTuple):
    """Validation loss after each epoch (empty without one) and whether training stopped early."""

    validation_losses: list[float]
    stopped_early: bool


def minimize(
    parameters: Sequence[Array],
    gradient: Callable[[NDArray[np.int64]], Sequence[Array]],
    n_examples: int,
    *,
    optimizer: Optimizer,
    n_epochs: int,
    batch_size: int | None = None,
    validation_loss: Callable[[], float] | None = None,
    early_stopping: EarlyStopping | None = None,
    random_state: int | np.random.Generator | None = None,
) -> History:
    """Minimize a mean over examples, all at once or in minibatches.

    Parameters
    ----------
    parameters : sequence of ndarray
        Changed in place.
    gradient : callable
        Takes rows of examples, returns the gradients of their mean loss, shaped like
        ``parameters``.
    n_examples : int
    optimizer : SGD or Adam
    n_epochs : int
        Times that every example is used, at most.
    batch_size : int, optional
        All examples when left out: plain gradient descent. 1 is stochastic gradient descent.
    validation_loss : callable, optional
        Loss on examples that are held out, computed after each epoch.
    early_stopping : EarlyStopping, optional
        Checked after each epoch; in the end the parameters are those of the lowest loss.
    random_state : int, numpy.random.Generator or None
        Order of the examples.

    Returns
    -------
    History

    Raises
    ------
    ValueError
        If early stopping has no validation loss, or an argument is out of range.

    Examples
    --------
    The network of the Mannheim sheet on its two examples:

    >>> from embref.networks import FullyConnected
    >>> X, T = np.array([[-1.0, 0, 2], [2, 1, 1]]), np.array([[0.0, 1], [1, 0]])
    >>> network = FullyConnected([3, 2, 2], random_state=0)
    >>> def gradient(rows):
    ...     weights, biases = network.gradients(X[rows], T[rows])
    ...     return [*weights, *biases]
    >>> parameters = [*network.weights_, *network.biases_]
    >>> _ = minimize(parameters, gradient, 2, optimizer=Adam(0.1), n_epochs=200)
    >>> network.forward(X).round().tolist()
    [[0.0, 1.0], [1.0, 0.0]]
    """
    if early_stopping is not None and validation_loss is None:
        raise ValueError("early stopping needs a validation loss; give validation_loss.")
    _check_steps(n_epochs)
    rng = np.random.default_rng(random_state)
    losses: list[float] = []
    stop = False
    for _ in range(n_epochs):
        for rows in minibatches(n_examples, n_examples if batch_size is None else batch_size, rng):
            optimizer.step(parameters, gradient(rows))
        if validation_loss is not None:
            losses.append(validation_loss())
        if early_stopping is not None and (stop := early_stopping.check(losses[-1], parameters)):
            break
    if early_stopping is not None:
        early_stopping.restore(parameters)
    return History(losses, stop)
