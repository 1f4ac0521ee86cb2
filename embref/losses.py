"""Losses and the numerically stable logarithms they are built from."""

import numpy as np
from numpy.typing import ArrayLike, NDArray

Array = NDArray[np.float64]


def half_squared_error(T: ArrayLike, Y: ArrayLike) -> float:
    r"""Half the squared error, summed over outputs and averaged over examples.

    .. math:: L = \frac{1}{2N} \sum_{e=1}^{N} \sum_{l=1}^{M} (t_{e,l} - y_{e,l})^2

    Parameters
    ----------
    T : array-like of shape (N, M)
        Targets, one row per example.
    Y : array-like of shape (N, M)
        Outputs of the model.

    Returns
    -------
    float
        The loss; zero exactly when ``T`` equals ``Y``.

    Raises
    ------
    ValueError
        If the two shapes differ or are not two-dimensional.

    Notes
    -----
    Mannheim sheet, question 2c, prints this loss with a minus sign in front, which would make
    the worst prediction the minimum.

    Examples
    --------
    >>> half_squared_error([[0, 1], [1, 0]], [[0, 1], [1, 2]])
    1.0
    """
    T, Y = _check_outputs(T, Y)
    return float(np.sum((T - Y) ** 2) / (2 * len(T)))


def log_sigmoid(x: ArrayLike) -> Array:
    r"""Logarithm of the logistic function, :math:`-\ln(1 + e^{-x})`, without overflow.

    Parameters
    ----------
    x : array-like of any shape

    Returns
    -------
    ndarray of the shape of ``x``
        Values in :math:`[-\infty, 0]`.

    Examples
    --------
    >>> float(log_sigmoid(-1000.0))
    -1000.0
    """
    return -np.logaddexp(0.0, -np.asarray(x, dtype=float))


def log_softmax(logits: ArrayLike, axis: int = -1) -> Array:
    """Logarithm of the softmax, by the log-sum-exp trick.

    Parameters
    ----------
    logits : array-like
        Unnormalized scores.
    axis : int
        Axis along which the probabilities sum to one.

    Returns
    -------
    ndarray of the shape of ``logits``

    Raises
    ------
    ValueError
        If there is no class to normalize over.

    Examples
    --------
    >>> log_softmax([1000.0, 0.0]).tolist()
    [0.0, -1000.0]
    """
    logits = np.asarray(logits, dtype=float)
    if logits.ndim == 0 or logits.shape[axis] == 0:
        raise ValueError(
            f"logits have shape {logits.shape}; the softmax needs at least one score along "
            f"axis {axis}."
        )
    shifted = logits - logits.max(axis=axis, keepdims=True)
    return shifted - np.log(np.sum(np.exp(shifted), axis=axis, keepdims=True))


def softmax(logits: ArrayLike, axis: int = -1) -> Array:
    """Turn scores into probabilities that sum to one along ``axis``.

    Parameters
    ----------
    logits : array-like
        Unnormalized scores.
    axis : int
        Axis along which the probabilities sum to one.

    Returns
    -------
    ndarray of the shape of ``logits``

    Raises
    ------
    ValueError
        If there is no class to normalize over.

    References
    ----------
    Mannheim sheet, question 3a.

    Examples
    --------
    >>> softmax([0.0, 0.0, 0.0, 0.0]).tolist()
    [0.25, 0.25, 0.25, 0.25]
    """
    return np.exp(log_softmax(logits, axis=axis))


def cross_entropy(probabilities: ArrayLike, target: ArrayLike) -> float:
    r"""Mean of :math:`-\ln p_{target}` over examples.

    Parameters
    ----------
    probabilities : array-like of shape (K,) or (N, K)
        One distribution over K classes, or one per row.
    target : int, or array-like of int of shape (N,)
        Index of the right class, counted from zero.

    Returns
    -------
    float
        The loss in nats; infinite when a right class has probability zero.

    Raises
    ------
    ValueError
        If a row is not a distribution, or a target is no class index.

    Examples
    --------
    >>> round(cross_entropy([0.5, 0.25, 0.25], 0), 4)
    0.6931
    """
    P = np.asarray(probabilities, dtype=float)
    if np.any(P < 0) or not np.allclose(P.sum(axis=-1), 1.0):
        raise ValueError(
            "probabilities must be non-negative and sum to one along the last axis; "
            "for unnormalized scores use cross_entropy_from_logits."
        )
    with np.errstate(divide="ignore"):
        return _mean_negative(np.log(P), target)


def cross_entropy_from_logits(logits: ArrayLike, target: ArrayLike) -> float:
    """Cross-entropy of ``softmax(logits)``, computed without forming the probabilities.

    Parameters
    ----------
    logits : array-like of shape (K,) or (N, K)
        Unnormalized scores, one row per example.
    target : int, or array-like of int of shape (N,)
        Index of the right class, counted from zero.

    Returns
    -------
    float
        Mean loss over examples in nats.

    Raises
    ------
    ValueError
        If a target is no class index.

    Examples
    --------
    >>> cross_entropy_from_logits([0.0, 1000.0], 0)
    1000.0
    """
    return _mean_negative(log_softmax(logits), target)


def _mean_negative(log_probabilities: Array, target: ArrayLike) -> float:
    indices = np.asarray(target)
    n_classes = log_probabilities.shape[-1]
    if not np.issubdtype(indices.dtype, np.integer):
        raise ValueError(f"target has dtype {indices.dtype}; give integer class indices.")
    if indices.shape != log_probabilities.shape[:-1]:
        raise ValueError(
            f"target has shape {indices.shape}, but there is one distribution for each of "
            f"{log_probabilities.shape[:-1]}; give one class index per distribution."
        )
    if np.any((indices < 0) | (indices >= n_classes)):
        raise ValueError(f"target {indices} is out of range; classes are 0 to {n_classes - 1}.")
    picked = np.take_along_axis(log_probabilities, indices[..., None], axis=-1)
    return float(-np.mean(picked))


def l2_loss(T: ArrayLike, Y: ArrayLike) -> float:
    r"""Squared error, summed over outputs and averaged over examples.

    Parameters
    ----------
    T, Y : array-like of shape (N, M)
        Targets and outputs.

    Returns
    -------
    float

    Raises
    ------
    ValueError
        If the shapes differ or are not two-dimensional.

    Notes
    -----
    CS246 writes :math:`\lVert y - f(x) \rVert_2` without a square, the length of the error. For one
    example it has the same minimum; its gradient has length one however small the error is.

    Examples
    --------
    >>> l2_loss([[0, 1], [1, 0]], [[0, 1], [1, 2]])
    2.0
    """
    T, Y = _check_outputs(T, Y)
    return float(np.sum((Y - T) ** 2) / len(T))


def l2_gradient(T: ArrayLike, Y: ArrayLike) -> Array:
    """Gradient of :func:`l2_loss` with respect to the outputs.

    Parameters
    ----------
    T, Y : array-like of shape (N, M)

    Returns
    -------
    ndarray of shape (N, M)

    Examples
    --------
    >>> l2_gradient([[0.0]], [[3.0]]).tolist()
    [[6.0]]
    """
    T, Y = _check_outputs(T, Y)
    return 2 * (Y - T) / len(T)


def l1_loss(T: ArrayLike, Y: ArrayLike) -> float:
    """Absolute error, summed over outputs and averaged over examples.

    Parameters
    ----------
    T, Y : array-like of shape (N, M)
        Targets and outputs.

    Returns
    -------
    float

    Raises
    ------
    ValueError
        If the shapes differ or are not two-dimensional.

    Examples
    --------
    >>> l1_loss([[0, 1], [1, 0]], [[0, 1], [1, -2]])
    1.0
    """
    T, Y = _check_outputs(T, Y)
    return float(np.sum(np.abs(Y - T)) / len(T))


def l1_gradient(T: ArrayLike, Y: ArrayLike) -> Array:
    """Gradient of :func:`l1_loss` with respect to the outputs; zero where there is no error.

    Parameters
    ----------
    T, Y : array-like of shape (N, M)

    Returns
    -------
    ndarray of shape (N, M)

    Examples
    --------
    >>> l1_gradient([[0.0, 1.0]], [[3.0, 1.0]]).tolist()
    [[1.0, 0.0]]
    """
    T, Y = _check_outputs(T, Y)
    return np.sign(Y - T) / len(T)


def huber_loss(T: ArrayLike, Y: ArrayLike, delta: float = 1.0) -> float:
    r"""Half the squared error up to ``delta``, from there on linear.

    An error e adds :math:`e^2 / 2` if :math:`|e| \le \delta`, else
    :math:`\delta (|e| - \delta / 2)`; summed over outputs and averaged over examples.

    Parameters
    ----------
    T, Y : array-like of shape (N, M)
        Targets and outputs.
    delta : float
        Positive.

    Returns
    -------
    float

    Raises
    ------
    ValueError
        If the shapes differ or are not two-dimensional, or ``delta`` is not positive.

    References
    ----------
    Huber (1964).

    Examples
    --------
    >>> huber_loss([[0.0, 0.0]], [[1.0, 3.0]])
    3.0
    """
    T, Y = _check_outputs(T, Y)
    error = np.abs(Y - T)
    bounded = np.minimum(error, _check_delta(delta))
    return float(np.sum(bounded * (error - bounded / 2)) / len(T))


def huber_gradient(T: ArrayLike, Y: ArrayLike, delta: float = 1.0) -> Array:
    """Gradient of :func:`huber_loss` with respect to the outputs.

    Parameters
    ----------
    T, Y : array-like of shape (N, M)
    delta : float

    Returns
    -------
    ndarray of shape (N, M)

    Examples
    --------
    >>> huber_gradient([[0.0, 0.0]], [[0.5, -3.0]]).tolist()
    [[0.5, -1.0]]
    """
    T, Y = _check_outputs(T, Y)
    delta = _check_delta(delta)
    return np.clip(Y - T, -delta, delta) / len(T)


def _check_delta(delta: float) -> float:
    if not delta > 0:
        raise ValueError(f"delta is {delta}; it must be positive.")
    return delta


def cross_entropy_gradient(logits: ArrayLike, target: ArrayLike) -> Array:
    r"""Gradient of :func:`cross_entropy_from_logits`: probabilities minus the one-hot target.

    Parameters
    ----------
    logits : array-like of shape (K,) or (N, K)
    target : int, or array-like of int of shape (N,)

    Returns
    -------
    ndarray of the shape of ``logits``
        Divided by N.

    Raises
    ------
    ValueError
        If a target is no class index.

    Examples
    --------
    >>> cross_entropy_gradient([0.0, 0.0], 1).tolist()
    [0.5, -0.5]
    """
    P = softmax(logits)
    _mean_negative(np.zeros_like(P), target)  # checks the targets
    one_hot = np.arange(P.shape[-1]) == np.asarray(target)[..., None]
    return (P - one_hot) / (P.size // P.shape[-1])


def logistic_loss(scores: ArrayLike, targets: ArrayLike) -> float:
    r"""Cross-entropy of two classes from one score each, averaged over examples.

    :math:`-y \ln \sigma(s) - (1 - y) \ln \sigma(-s)`. The softmax over two classes with logits
    :math:`(s_0, s_1)` gives the same with :math:`s = s_1 - s_0`: one of them is redundant.

    Parameters
    ----------
    scores : array-like of shape (N,)
        Logits of class 1.
    targets : array-like of shape (N,)
        0 or 1, or a probability between them.

    Returns
    -------
    float
        In nats.

    Raises
    ------
    ValueError
        If the shapes differ or a target is not in [0, 1].

    References
    ----------
    Kim's deck, "Negative sampling".

    Examples
    --------
    >>> logits = np.array([[2.0, 0.5], [0.0, 1.0]])
    >>> two_classes = cross_entropy_from_logits(logits, [1, 1])
    >>> bool(np.isclose(two_classes, logistic_loss(logits[:, 1] - logits[:, 0], [1, 1])))
    True
    """
    scores, targets = _check_binary(scores, targets, low=0.0)
    return float(-np.mean(targets * log_sigmoid(scores) + (1 - targets) * log_sigmoid(-scores)))


def logistic_gradient(scores: ArrayLike, targets: ArrayLike) -> Array:
    r"""Gradient of :func:`logistic_loss`: :math:`(\sigma(s) - y) / N`.

    Parameters
    ----------
    scores, targets : array-like of shape (N,)

    Returns
    -------
    ndarray of shape (N,)

    Examples
    --------
    >>> logistic_gradient([0.0, 0.0], [1, 0]).tolist()
    [-0.25, 0.25]
    """
    scores, targets = _check_binary(scores, targets, low=0.0)
    return (np.exp(log_sigmoid(scores)) - targets) / len(scores)


def hinge_loss(scores: ArrayLike, targets: ArrayLike) -> float:
    r"""Max-margin loss of two classes, :math:`\max(0, 1 - t s)`, averaged over examples.

    Parameters
    ----------
    scores : array-like of shape (N,)
    targets : array-like of shape (N,)
        -1 or 1.

    Returns
    -------
    float

    Raises
    ------
    ValueError
        If the shapes differ or a target is neither -1 nor 1.

    References
    ----------
    Cortes and Vapnik (1995).

    Examples
    --------
    >>> hinge_loss([2.0, 0.5, -1.0], [1, 1, 1])
    0.8333333333333334
    """
    scores, targets = _check_signs(scores, targets)
    return float(np.mean(np.maximum(0, 1 - targets * scores)))


def hinge_gradient(scores: ArrayLike, targets: ArrayLike) -> Array:
    """Gradient of :func:`hinge_loss`; zero on and beyond the margin.

    Parameters
    ----------
    scores, targets : array-like of shape (N,)

    Returns
    -------
    ndarray of shape (N,)

    Examples
    --------
    >>> hinge_gradient([2.0, 0.5], [1, 1]).tolist()
    [0.0, -0.5]
    """
    scores, targets = _check_signs(scores, targets)
    return np.where(targets * scores < 1, -targets, 0.0) / len(scores)


def multiclass_hinge_loss(logits: ArrayLike, target: ArrayLike) -> float:
    r"""Max-margin loss of many classes, averaged over examples.

    :math:`\sum_{j \ne t} \max(0, 1 - s_t + s_j)`: each wrong class that comes closer than the
    margin to the right one adds to it.

    Parameters
    ----------
    logits : array-like of shape (N, K)
    target : array-like of int of shape (N,)

    Returns
    -------
    float

    Raises
    ------
    ValueError
        If a target is no class index.

    References
    ----------
    Weston and Watkins (1999).

    Examples
    --------
    >>> multiclass_hinge_loss([[2.0, 1.5, 0.0]], [0])
    0.5
    """
    margins = _class_margins(logits, target)
    return float(margins.sum() / len(margins))


def multiclass_hinge_gradient(logits: ArrayLike, target: ArrayLike) -> Array:
    """Gradient of :func:`multiclass_hinge_loss` with respect to the logits.

    Parameters
    ----------
    logits : array-like of shape (N, K)
    target : array-like of int of shape (N,)

    Returns
    -------
    ndarray of shape (N, K)

    Examples
    --------
    >>> multiclass_hinge_gradient([[2.0, 1.5, 0.0]], [0]).tolist()
    [[-1.0, 1.0, 0.0]]
    """
    gradient = (_class_margins(logits, target) > 0).astype(float)
    gradient[np.arange(len(gradient)), np.asarray(target)] = -gradient.sum(axis=1)
    return gradient / len(gradient)


def _class_margins(logits: ArrayLike, target: ArrayLike) -> Array:
    logits, indices = np.asarray(logits, dtype=float), np.asarray(target)
    if logits.ndim != 2:
        raise ValueError(f"logits have shape {logits.shape}; expected (N, K), one row per example.")
    _mean_negative(np.zeros_like(logits), indices)  # checks the targets
    right = np.take_along_axis(logits, indices[:, None], axis=1)
    margins = np.maximum(0, 1 - right + logits)
    np.put_along_axis(margins, indices[:, None], 0, axis=1)
    return margins


def _check_outputs(T: ArrayLike, Y: ArrayLike) -> tuple[Array, Array]:
    T, Y = np.asarray(T, dtype=float), np.asarray(Y, dtype=float)
    if T.ndim != 2 or T.shape != Y.shape or not len(T):
        raise ValueError(
            f"T has shape {T.shape} and Y has shape {Y.shape}; both must be (N, M) with one row "
            "per example."
        )
    return T, Y


def _check_binary(scores: ArrayLike, targets: ArrayLike, low: float) -> tuple[Array, Array]:
    scores, targets = np.asarray(scores, dtype=float), np.asarray(targets, dtype=float)
    if scores.ndim != 1 or scores.shape != targets.shape or not len(scores):
        raise ValueError(
            f"scores have shape {scores.shape} and targets {targets.shape}; expected (N,) twice."
        )
    if not np.all((targets >= low) & (targets <= 1)):
        raise ValueError(f"targets {targets} must lie between {low:g} and 1.")
    return scores, targets


def _check_signs(scores: ArrayLike, targets: ArrayLike) -> tuple[Array, Array]:
    scores, targets = _check_binary(scores, targets, low=-1.0)
    if not np.all(np.abs(targets) == 1):
        raise ValueError(f"targets {targets} must be -1 or 1; write class 0 as -1.")
    return scores, targets
