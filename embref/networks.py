"""Fully connected networks: activations, forward pass, backpropagation, gradient check.

A layer has a weight matrix ``W`` of shape (units_out, units_in), one row per unit, and computes
``f(X Wᵀ + b)`` for examples in the rows of ``X``.
"""

import itertools
from collections.abc import Callable, Sequence
from typing import NamedTuple, Self

import numpy as np
from numpy.typing import ArrayLike, NDArray

from embref.losses import half_squared_error

Array = NDArray[np.float64]


def sigmoid(x: ArrayLike) -> Array:
    r"""Logistic function :math:`\sigma(x) = 1 / (1 + e^{-x})`, stable for any ``x``.

    Parameters
    ----------
    x : array-like of any shape

    Returns
    -------
    ndarray of the shape of ``x``
        Values in [0, 1].

    Examples
    --------
    >>> sigmoid([-1000.0, 0.0, 1000.0]).tolist()
    [0.0, 0.5, 1.0]
    """
    return np.exp(-np.logaddexp(0.0, -np.asarray(x, dtype=float)))


def sigmoid_derivative(x: ArrayLike) -> Array:
    r"""Derive the logistic function: :math:`\sigma(x) (1 - \sigma(x))` at pre-activation ``x``.

    Parameters
    ----------
    x : array-like of any shape
        Pre-activation (not the value of the sigmoid).

    Returns
    -------
    ndarray of the shape of ``x``
        Values in [0, 1/4].

    References
    ----------
    Mannheim sheet, question 2b.

    Examples
    --------
    >>> float(sigmoid_derivative(0.0))
    0.25
    """
    x = np.asarray(x, dtype=float)
    return sigmoid(x) * sigmoid(-x)


def tanh(x: ArrayLike) -> Array:
    """Hyperbolic tangent.

    Parameters
    ----------
    x : array-like of any shape

    Returns
    -------
    ndarray of the shape of ``x``
        Values in [-1, 1].

    Examples
    --------
    >>> float(tanh(0.0))
    0.0
    """
    return np.tanh(np.asarray(x, dtype=float))


def tanh_derivative(x: ArrayLike) -> Array:
    r"""Derive the hyperbolic tangent: :math:`1 - \tanh^2(x)` at pre-activation ``x``.

    Parameters
    ----------
    x : array-like of any shape
        Pre-activation.

    Returns
    -------
    ndarray of the shape of ``x``
        Values in [0, 1].

    Examples
    --------
    >>> float(tanh_derivative(0.0))
    1.0
    """
    return 1.0 - tanh(x) ** 2


def relu(x: ArrayLike) -> Array:
    r"""Rectified linear unit :math:`\max(0, x)`.

    Parameters
    ----------
    x : array-like of any shape

    Returns
    -------
    ndarray of the shape of ``x``

    Examples
    --------
    >>> relu([-2.0, 3.0]).tolist()
    [0.0, 3.0]
    """
    return np.maximum(np.asarray(x, dtype=float), 0.0)


def relu_derivative(x: ArrayLike) -> Array:
    """Derive the rectified linear unit: 1 where ``x > 0``, else 0 (also at 0).

    Parameters
    ----------
    x : array-like of any shape
        Pre-activation.

    Returns
    -------
    ndarray of the shape of ``x``

    Examples
    --------
    >>> relu_derivative([-2.0, 0.0, 3.0]).tolist()
    [0.0, 0.0, 1.0]
    """
    return (np.asarray(x, dtype=float) > 0).astype(float)


def identity(x: ArrayLike) -> Array:
    """Return ``x`` unchanged: the activation of a linear layer.

    Parameters
    ----------
    x : array-like of any shape

    Returns
    -------
    ndarray of the shape of ``x``

    Examples
    --------
    >>> identity([-2.0, 3.0]).tolist()
    [-2.0, 3.0]
    """
    return np.asarray(x, dtype=float)


def identity_derivative(x: ArrayLike) -> Array:
    """Derive the identity: 1 everywhere.

    Parameters
    ----------
    x : array-like of any shape
        Pre-activation.

    Returns
    -------
    ndarray of the shape of ``x``

    Examples
    --------
    >>> identity_derivative([-2.0, 3.0]).tolist()
    [1.0, 1.0]
    """
    return np.ones_like(np.asarray(x, dtype=float))


class Activation(NamedTuple):
    """An activation function and its derivative, both functions of the pre-activation."""

    function: Callable[[ArrayLike], Array]
    derivative: Callable[[ArrayLike], Array]


ACTIVATIONS: dict[str, Activation] = {
    "sigmoid": Activation(sigmoid, sigmoid_derivative),
    "tanh": Activation(tanh, tanh_derivative),
    "relu": Activation(relu, relu_derivative),
    "identity": Activation(identity, identity_derivative),
}


def _activation(name: str) -> Activation:
    if name not in ACTIVATIONS:
        raise ValueError(f"unknown activation {name!r}; choose one of {', '.join(ACTIVATIONS)}.")
    return ACTIVATIONS[name]


def unit_output(
    inputs: ArrayLike, weights: ArrayLike, bias: float = 0.0, activation: str = "sigmoid"
) -> float:
    r"""Output of one unit, :math:`f(\mathbf{w} \cdot \mathbf{x} + b)`.

    Parameters
    ----------
    inputs : array-like of shape (d,)
        Values of the units in the layer below.
    weights : array-like of shape (d,)
        Weights on the edges into this unit.
    bias : float
        Added before the activation; the Mannheim sheet leaves it out.
    activation : str
        A key of :data:`ACTIVATIONS`.

    Returns
    -------
    float

    Raises
    ------
    ValueError
        If the two vectors differ in length, or the activation is unknown.

    References
    ----------
    Mannheim sheet, question 1c.

    Examples
    --------
    >>> round(unit_output([-1, 0, 2], [1, 1, 1]), 2)
    0.73
    """
    inputs, weights = np.asarray(inputs, dtype=float), np.asarray(weights, dtype=float)
    if inputs.ndim != 1 or inputs.shape != weights.shape:
        raise ValueError(
            f"inputs have shape {inputs.shape} and weights {weights.shape}; a unit needs two "
            "vectors of the same length, one weight per input."
        )
    return float(_activation(activation).function(weights @ inputs + bias))


def layer_forward(
    X: ArrayLike, W: ArrayLike, b: ArrayLike | None = None, activation: str = "sigmoid"
) -> Array:
    r"""Compute one layer for all examples, :math:`H = f(X W^\top + b)`.

    Parameters
    ----------
    X : array-like of shape (N, d)
        One example per row.
    W : array-like of shape (p, d)
        One unit per row.
    b : array-like of shape (p,), optional
        Biases; none are added when left out.
    activation : str
        A key of :data:`ACTIVATIONS`.

    Returns
    -------
    ndarray of shape (N, p)

    Raises
    ------
    ValueError
        If the shapes do not fit, or the activation is unknown.

    References
    ----------
    Mannheim sheet, question 1e.

    Examples
    --------
    >>> layer_forward([[-1, 0, 2], [2, 1, 1]], [[1, 1, 1], [1, 1, 1]]).round(2).tolist()
    [[0.73, 0.73], [0.98, 0.98]]
    """
    return _activation(activation).function(_pre_activation(X, W, b))


def _pre_activation(X: ArrayLike, W: ArrayLike, b: ArrayLike | None) -> Array:
    X, W = _as_matrix(X, "X"), _as_matrix(W, "W")
    if X.shape[1] != W.shape[1]:
        raise ValueError(
            f"X has {X.shape[1]} columns but W has {W.shape[1]}; W must have one row per unit "
            f"and one column per input, here shape (units, {X.shape[1]})."
        )
    if b is None:
        return X @ W.T
    b = np.asarray(b, dtype=float)
    if b.shape != (len(W),):
        raise ValueError(f"b has shape {b.shape}; expected ({len(W)},), one bias per unit.")
    return X @ W.T + b


def _as_matrix(values: ArrayLike, name: str) -> Array:
    matrix = np.asarray(values, dtype=float)
    if matrix.ndim != 2:
        raise ValueError(
            f"{name} has shape {matrix.shape}; expected two dimensions. "
            f"Write a single row as {name}[None, :]."
        )
    return matrix


def forward_by_index(
    x: ArrayLike, weights: Sequence[ArrayLike], activation: str = "sigmoid"
) -> list[Array]:
    r"""Forward pass of one example in index notation, with explicit loops.

    Evaluates :math:`h_i^{(k)} = f\big(\sum_j w_{i,j}^{(k)} h_j^{(k-1)}\big)` unit by unit, where
    i is the unit and j its input: slow, and readable as the truth the vectorized form must meet.

    Parameters
    ----------
    x : array-like of shape (d,)
        One example.
    weights : sequence of array-like
        One matrix of shape (units_out, units_in) per layer, without biases.
    activation : str
        A key of :data:`ACTIVATIONS`, used in every layer.

    Returns
    -------
    list of ndarray
        Values of each layer from the first hidden one to the output.

    Raises
    ------
    ValueError
        If a matrix has not one column per unit of the layer below.

    References
    ----------
    Mannheim sheet, question 1c.

    Examples
    --------
    >>> h, y = forward_by_index([-1, 0, 2], [[[1, 1, 1], [1, 1, 1]], [[1, 1], [1, 1]]])
    >>> h.round(2).tolist(), y.round(2).tolist()
    ([0.73, 0.73], [0.81, 0.81])
    """
    f = _activation(activation).function
    layers = [np.asarray(x, dtype=float)]
    for k, matrix in enumerate(weights, start=1):
        W, below = _as_matrix(matrix, f"weights[{k - 1}]"), layers[-1]
        if below.shape != (W.shape[1],):
            raise ValueError(
                f"layer {k} has {W.shape[1]} weights per unit but the layer below has shape "
                f"{below.shape}; give one column per unit below."
            )
        h = np.empty(W.shape[0])
        for i in range(W.shape[0]):
            total = 0.0
            for j in range(W.shape[1]):
                total += W[i, j] * below[j]
            h[i] = f(total)
        layers.append(h)
    return layers[1:]


class Gradients(NamedTuple):
    """Gradients of a loss, in the structure of the parameters of :class:`FullyConnected`."""

    weights: list[Array]
    biases: list[Array]


class FullyConnected:
    r"""Fully connected network trained on half the squared error.

    Parameters
    ----------
    layer_sizes : sequence of int
        Number of units from the input to the output layer.
    activation : str
        A key of :data:`ACTIVATIONS`, used in every layer.
    bias : bool
        Whether units have a bias. The Mannheim sheet uses none.
    random_state : int, numpy.random.Generator or None
        Source of the initial weights.

    Attributes
    ----------
    weights_ : list of ndarray of shape (units_out, units_in)
        Drawn uniformly from :math:`\pm\sqrt{6 / (units_{in} + units_{out})}`.
    biases_ : list of ndarray of shape (units_out,)
        Zero at the start; an empty list without biases.

    Raises
    ------
    ValueError
        If fewer than two layers or a non-positive size is given, or the activation is unknown.

    References
    ----------
    Mannheim sheet, task 2. Initial weights: Glorot and Bengio (2010), equation 16.

    Examples
    --------
    The network of question 2c, all weights at one, after one step:

    >>> network = FullyConnected([3, 2, 2], bias=False).fill_weights(1.0)
    >>> network = network.step([[-1, 0, 2], [2, 1, 1]], [[0, 1], [1, 0]], learning_rate=1.0)
    >>> round(float(network.weights_[0][1, 1]), 5)
    0.99928
    """

    def __init__(
        self,
        layer_sizes: Sequence[int],
        activation: str = "sigmoid",
        *,
        bias: bool = True,
        random_state: int | np.random.Generator | None = None,
    ) -> None:
        if len(layer_sizes) < 2 or any(size < 1 for size in layer_sizes):
            raise ValueError(
                f"layer_sizes is {list(layer_sizes)}; give at least two positive sizes, "
                "input first and output last."
            )
        self.layer_sizes = tuple(layer_sizes)
        self.activation = activation
        self.bias = bias
        self._f = _activation(activation)
        rng = np.random.default_rng(random_state)
        self.weights_ = [
            rng.uniform(-1, 1, (n_out, n_in)) * np.sqrt(6 / (n_in + n_out))
            for n_in, n_out in itertools.pairwise(layer_sizes)
        ]
        self.biases_ = [np.zeros(n_out) for n_out in layer_sizes[1:]] if bias else []

    @property
    def n_parameters(self) -> int:
        """Number of weights and biases."""
        return sum(parameter.size for parameter in (*self.weights_, *self.biases_))

    def fill_weights(self, value: float) -> Self:
        """Set every weight to ``value`` and every bias to zero.

        Parameters
        ----------
        value : float

        Returns
        -------
        FullyConnected
            The network itself.
        """
        for W in self.weights_:
            W.fill(value)
        for b in self.biases_:
            b.fill(0.0)
        return self

    def forward(self, X: ArrayLike) -> Array:
        """Compute the outputs for all examples.

        Parameters
        ----------
        X : array-like of shape (N, layer_sizes[0])

        Returns
        -------
        ndarray of shape (N, layer_sizes[-1])

        Raises
        ------
        ValueError
            If ``X`` has the wrong shape.
        """
        return self.layer_outputs(X)[-1]

    def layer_outputs(self, X: ArrayLike) -> list[Array]:
        """Compute every layer from the first hidden one to the output.

        Parameters
        ----------
        X : array-like of shape (N, layer_sizes[0])

        Returns
        -------
        list of ndarray of shape (N, units)

        Raises
        ------
        ValueError
            If ``X`` has the wrong shape.
        """
        return [self._f.function(Z) for Z in self._pre_activations(X)]

    def _pre_activations(self, X: ArrayLike) -> list[Array]:
        pre_activations: list[Array] = []
        H = _as_matrix(X, "X")
        for layer, W in enumerate(self.weights_):
            Z = _pre_activation(H, W, self.biases_[layer] if self.bias else None)
            pre_activations.append(Z)
            H = self._f.function(Z)
        return pre_activations

    def loss(self, X: ArrayLike, T: ArrayLike) -> float:
        """Half the squared error, averaged over examples.

        Parameters
        ----------
        X : array-like of shape (N, layer_sizes[0])
        T : array-like of shape (N, layer_sizes[-1])
            Targets.

        Returns
        -------
        float

        Raises
        ------
        ValueError
            If a shape does not fit.
        """
        return half_squared_error(T, self.forward(X))

    def gradients(self, X: ArrayLike, T: ArrayLike) -> Gradients:
        r"""Compute the gradients of :meth:`loss` by backpropagation.

        Parameters
        ----------
        X : array-like of shape (N, layer_sizes[0])
        T : array-like of shape (N, layer_sizes[-1])
            Targets.

        Returns
        -------
        Gradients
            ``weights`` and ``biases``, shaped like ``weights_`` and ``biases_``.

        Raises
        ------
        ValueError
            If a shape does not fit.

        References
        ----------
        Mannheim sheet, question 2c, written for all weights at once. The sheet's
        :math:`\delta` is the negative of the ``delta`` here.
        """
        T, pre_activations = _as_matrix(T, "T"), self._pre_activations(X)
        H = [np.asarray(X, dtype=float), *(self._f.function(Z) for Z in pre_activations)]
        if T.shape != H[-1].shape:
            raise ValueError(f"T has shape {T.shape}; the outputs have shape {H[-1].shape}.")
        weights: list[Array] = []
        biases: list[Array] = []
        delta = (H[-1] - T) / len(T) * self._f.derivative(pre_activations[-1])  # (N, units_out)
        for layer in reversed(range(len(self.weights_))):
            weights.insert(0, delta.T @ H[layer])
            if self.bias:
                biases.insert(0, delta.sum(axis=0))
            if layer:
                below = self._f.derivative(pre_activations[layer - 1])
                delta = delta @ self.weights_[layer] * below
        return Gradients(weights, biases)

    def step(self, X: ArrayLike, T: ArrayLike, learning_rate: float) -> Self:
        """Take one step of gradient descent on all examples.

        Parameters
        ----------
        X : array-like of shape (N, layer_sizes[0])
        T : array-like of shape (N, layer_sizes[-1])
            Targets.
        learning_rate : float
            Factor of the gradient, positive.

        Returns
        -------
        FullyConnected
            The network itself, updated in place.

        Raises
        ------
        ValueError
            If the learning rate is not positive or a shape does not fit.
        """
        if not learning_rate > 0:
            raise ValueError(f"learning_rate is {learning_rate}; it must be positive.")
        gradients = self.gradients(X, T)
        for W, dW in zip(self.weights_, gradients.weights, strict=True):
            W -= learning_rate * dW
        for b, db in zip(self.biases_, gradients.biases, strict=True):
            b -= learning_rate * db
        return self


def numerical_gradient(
    function: Callable[[Array], float], x: ArrayLike, step: float = 1e-6
) -> Array:
    r"""Gradient by central differences, :math:`(f(x + h e_i) - f(x - h e_i)) / 2h`.

    Parameters
    ----------
    function : callable
        Takes an array of the shape of ``x``, returns a float.
    x : array-like of any shape
        Point at which the gradient is taken; it is not changed.
    step : float
        The h of the formula.

    Returns
    -------
    ndarray of the shape of ``x``

    Examples
    --------
    >>> numerical_gradient(lambda x: float(x @ x), [1.0, -3.0]).round(6).tolist()
    [2.0, -6.0]
    """
    x = np.array(x, dtype=float)
    gradient = np.empty_like(x)
    for index in np.ndindex(x.shape):
        value = x[index]
        x[index] = value + step
        above = function(x)
        x[index] = value - step
        below = function(x)
        x[index] = value
        gradient[index] = (above - below) / (2 * step)
    return gradient


def check_gradient(
    function: Callable[[Array], float], gradient: Callable[[Array], ArrayLike], x: ArrayLike
) -> float:
    """Largest deviation of a gradient from central differences, relative to its size.

    Parameters
    ----------
    function : callable
        Takes an array of the shape of ``x``, returns a float.
    gradient : callable
        Takes the same array, returns the claimed gradient.
    x : array-like
        Point of comparison.

    Returns
    -------
    float
        ``max|claimed - numerical| / max(|claimed|, |numerical|)``, the maxima taken over all
        entries; about 1e-8 for a right gradient, 0 if both vanish.

    Raises
    ------
    ValueError
        If the claimed gradient has another shape than ``x``.

    Examples
    --------
    >>> check_gradient(lambda x: float(x @ x), lambda x: 2 * x, [1.0, -3.0]) < 1e-7
    True
    """
    x = np.asarray(x, dtype=float)
    claimed = np.asarray(gradient(x.copy()), dtype=float)
    if claimed.shape != x.shape:
        raise ValueError(f"the gradient has shape {claimed.shape}; x has shape {x.shape}.")
    numerical = numerical_gradient(function, x)
    size = max(np.abs(claimed).max(), np.abs(numerical).max())
    return float(np.abs(claimed - numerical).max() / size) if size else 0.0
