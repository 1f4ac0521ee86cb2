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
    T, Y = np.asarray(T, dtype=float), np.asarray(Y, dtype=float)
    if T.ndim != 2 or T.shape != Y.shape or not len(T):
        raise ValueError(
            f"T has shape {T.shape} and Y has shape {Y.shape}; both must be (N, M) with one row "
            "per example."
        )
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
