r"""Two ways to classify: one softmax over all classes, or one generative model per class.

A :class:`SoftmaxClassifier` learns :math:`P(y \mid x)` for a fixed set of classes at once.
A :class:`GenerativeClassifier` learns :math:`p(x \mid y)` class by class, knows nothing of the
other classes meanwhile, and decides by Bayes' theorem. Kim's deck shows where each of them fails
before it turns to embeddings.
"""

from collections.abc import Callable, Mapping
from typing import Self

import numpy as np
from numpy.typing import ArrayLike, NDArray

from embref.losses import log_softmax, softmax

Array = NDArray[np.float64]


def _check_data(X: ArrayLike, y: ArrayLike) -> tuple[Array, NDArray]:
    X, y = np.asarray(X, dtype=float), np.asarray(y)
    if X.ndim != 2 or y.shape != X.shape[:1] or not len(X):
        raise ValueError(
            f"X has shape {X.shape} and y has shape {y.shape}; expected (n_examples, n_features) "
            "and (n_examples,)."
        )
    _check_finite(X)
    return X, y


def _check_finite(X: Array) -> None:
    if not np.isfinite(X).all():
        raise ValueError("X contains NaN or infinity; fill or drop these entries first.")


def _check_new(X: ArrayLike, n_features: int) -> Array:
    X = np.asarray(X, dtype=float)
    if X.ndim != 2 or X.shape[1] != n_features:
        raise ValueError(
            f"X has shape {X.shape}; the model was fitted on {n_features} features and needs "
            f"(n_examples, {n_features})."
        )
    _check_finite(X)
    return X


def balanced_weights(y: ArrayLike) -> Array:
    """Weight of each example that gives every class the same total.

    Parameters
    ----------
    y : array-like of shape (n_examples,)

    Returns
    -------
    ndarray of shape (n_examples,)
        With mean one.

    Examples
    --------
    >>> balanced_weights(["a", "a", "a", "b"]).round(3).tolist()
    [0.667, 0.667, 0.667, 2.0]
    """
    _, rows, counts = np.unique(np.asarray(y), return_inverse=True, return_counts=True)
    return len(rows) / (len(counts) * counts[rows])


def softmax_loss_gradient(
    W: Array, X: Array, T: Array, weights: Array, l2: float
) -> tuple[float, Array]:
    r"""Weighted cross-entropy of a softmax classifier, with its gradient.

    .. math:: L = -\sum_e \omega_e \sum_c t_{e,c} \ln p_{e,c} + \frac{\lambda}{2} \|W\|^2, \qquad
              \frac{\partial L}{\partial W} = (P - T)^\top \mathrm{diag}(\omega) X + \lambda W

    The last column of W multiplies a one and is not penalized.

    Parameters
    ----------
    W : ndarray of shape (n_classes, n_features + 1)
        One row per class, the bias last.
    X : ndarray of shape (n_examples, n_features)
    T : ndarray of shape (n_examples, n_classes)
        One-hot targets.
    weights : ndarray of shape (n_examples,)
    l2 : float
        The penalty :math:`\lambda`.

    Returns
    -------
    loss : float
    gradient : ndarray of shape (n_classes, n_features + 1)

    Examples
    --------
    >>> X, T = np.array([[1.0], [-1.0]]), np.eye(2)
    >>> loss, gradient = softmax_loss_gradient(np.zeros((2, 2)), X, T, np.ones(2), 0.0)
    >>> round(loss, 4), gradient[:, 0].tolist()
    (1.3863, [-1.0, 1.0])
    """
    logits = X @ W[:, :-1].T + W[:, -1]
    error = weights[:, None] * (softmax(logits) - T)  # (n_examples, n_classes)
    loss = -float(weights @ (T * log_softmax(logits)).sum(axis=1))
    penalized = W * np.append(np.ones(X.shape[1]), 0.0)
    gradient = np.column_stack([error.T @ X, error.sum(axis=0)]) + l2 * penalized
    return loss + l2 / 2 * float((penalized**2).sum()), gradient


class SoftmaxClassifier:
    r"""Discriminative classifier: multinomial logistic regression.

    Its parameters grow with the number of classes, every class takes part in every gradient, and a
    class that was not there in ``fit`` cannot be predicted.

    Parameters
    ----------
    l2 : float
        Penalty on the weights, see :func:`softmax_loss_gradient`.
    balanced : bool
        Weight examples so that all classes count the same.
    max_iter : int
        Iterations of L-BFGS.

    Attributes
    ----------
    classes_ : ndarray of shape (n_classes,)
    coef_ : ndarray of shape (n_classes, n_features)
    intercept_ : ndarray of shape (n_classes,)

    Raises
    ------
    ValueError
        If the penalty is negative.

    References
    ----------
    Kim's deck, slide "Discriminative classification models using softmax".

    Examples
    --------
    >>> X, y = [[-2.0], [-1.0], [1.0], [2.0]], ["left", "left", "right", "right"]
    >>> SoftmaxClassifier().fit(X, y).predict([[-3.0], [3.0]]).tolist()
    ['left', 'right']
    """

    def __init__(self, l2: float = 1.0, *, balanced: bool = False, max_iter: int = 500) -> None:
        if not l2 >= 0:
            raise ValueError(f"l2 is {l2}; a penalty must not be negative.")
        self.l2, self.balanced, self.max_iter = l2, balanced, max_iter

    def fit(self, X: ArrayLike, y: ArrayLike) -> Self:
        """Minimize the penalized cross-entropy.

        Parameters
        ----------
        X : array-like of shape (n_examples, n_features)
        y : array-like of shape (n_examples,)
            Labels of any type.

        Returns
        -------
        SoftmaxClassifier

        Raises
        ------
        ValueError
            If the shapes do not fit, an entry is not finite or there is one class only.
        """
        from scipy.optimize import minimize  # slow to import

        X, y = _check_data(X, y)
        self.classes_, rows = np.unique(y, return_inverse=True)
        if len(self.classes_) < 2:
            raise ValueError(
                f"y holds only {self.classes_.tolist()[0]!r}; a softmax needs two classes."
            )
        T = np.eye(len(self.classes_))[rows]
        weights = balanced_weights(rows) if self.balanced else np.ones(len(X))
        shape = (len(self.classes_), X.shape[1] + 1)

        def objective(flat: Array) -> tuple[float, Array]:
            loss, gradient = softmax_loss_gradient(flat.reshape(shape), X, T, weights, self.l2)
            return loss / len(X), gradient.ravel() / len(X)

        options = {"maxiter": self.max_iter, "gtol": 1e-7, "ftol": 1e-13}
        start = np.zeros(shape).ravel()
        W = minimize(objective, start, jac=True, method="L-BFGS-B", options=options).x
        self.coef_, self.intercept_ = W.reshape(shape)[:, :-1], W.reshape(shape)[:, -1]
        return self

    def predict_proba(self, X: ArrayLike) -> Array:
        """Probability of each class.

        Parameters
        ----------
        X : array-like of shape (n_examples, n_features)

        Returns
        -------
        ndarray of shape (n_examples, n_classes)

        Raises
        ------
        ValueError
            If the model is not fitted or ``X`` does not fit it.
        """
        if not hasattr(self, "coef_"):
            raise ValueError("this SoftmaxClassifier is not fitted; call fit(X, y) first.")
        X = _check_new(X, self.coef_.shape[1])
        return softmax(X @ self.coef_.T + self.intercept_)

    def predict(self, X: ArrayLike) -> NDArray:
        """Label of the most probable class.

        Parameters
        ----------
        X : array-like of shape (n_examples, n_features)

        Returns
        -------
        ndarray of shape (n_examples,)

        Raises
        ------
        ValueError
            If the model is not fitted or ``X`` does not fit it.
        """
        most_probable = self.predict_proba(X).argmax(axis=1)
        return self.classes_[most_probable]


class GaussianDensity:
    r"""One multivariate normal distribution, the generative model of a class.

    Parameters
    ----------
    covariance : {"full", "diagonal", "spherical"}
    shrinkage : float
        Share in [0, 1] of the mean variance times the identity in the covariance; above 0 it is
        invertible even for fewer examples than features.

    Attributes
    ----------
    mean_ : ndarray of shape (n_features,)
    covariance_ : ndarray of shape (n_features, n_features)

    Raises
    ------
    ValueError
        If an option is out of range.

    Examples
    --------
    >>> density = GaussianDensity("spherical").fit([[-1.0], [1.0]])
    >>> round(float(density.log_likelihood([[0.0]])[0]), 4)
    -0.9189
    """

    def __init__(self, covariance: str = "diagonal", shrinkage: float = 0.1) -> None:
        if covariance not in ("full", "diagonal", "spherical"):
            raise ValueError(
                f"covariance is {covariance!r}; choose 'full', 'diagonal' or 'spherical'."
            )
        if not 0 <= shrinkage <= 1:
            raise ValueError(f"shrinkage is {shrinkage}; it must lie in [0, 1].")
        self.covariance, self.shrinkage = covariance, shrinkage

    def fit(self, X: ArrayLike) -> Self:
        """Estimate mean and covariance by maximum likelihood, then shrink.

        Parameters
        ----------
        X : array-like of shape (n_examples, n_features)

        Returns
        -------
        GaussianDensity

        Raises
        ------
        ValueError
            If the covariance is singular, as it is for too few examples without shrinkage.
        """
        X = np.asarray(X, dtype=float)
        self.mean_: Array = X.mean(axis=0)
        S = (X - self.mean_).T @ (X - self.mean_) / len(X)
        variance = np.trace(S) / len(S)
        sphere = variance * np.eye(len(S))
        shapes = {"full": S, "diagonal": np.diag(np.diag(S)), "spherical": sphere}
        shrunk = (1 - self.shrinkage) * shapes[self.covariance] + self.shrinkage * sphere
        self.covariance_: Array = shrunk
        values = np.linalg.eigvalsh(shrunk)
        if values[0] <= 1e-12 * max(values[-1], 1e-300):
            raise ValueError(
                f"{len(X)} examples give a singular {self.covariance} covariance of "
                f"{X.shape[1]} features; give more examples, a simpler covariance or more shrinkage"
                " (a single example has no variance at all)."
            )
        self._root = np.linalg.cholesky(shrunk)
        return self

    def log_likelihood(self, X: ArrayLike) -> Array:
        """Log density of each example.

        Parameters
        ----------
        X : array-like of shape (n_examples, n_features)

        Returns
        -------
        ndarray of shape (n_examples,)
            In nats; a density, so it may be positive.
        """
        centered = np.asarray(X, dtype=float) - self.mean_
        whitened = np.linalg.solve(self._root, centered.T)
        log_volume = np.log(np.diag(self._root)).sum() + 0.5 * len(self._root) * np.log(2 * np.pi)
        return -0.5 * (whitened**2).sum(axis=0) - log_volume


def bayes_posterior(log_likelihoods: ArrayLike, priors: ArrayLike | None = None) -> Array:
    r"""Posterior of the classes from their likelihoods by Bayes' theorem.

    .. math:: P(y_c \mid x) = \frac{P(y_c) L_c}{\sum_k P(y_k) L_k}

    Parameters
    ----------
    log_likelihoods : array-like of shape (n_examples, n_classes)
        :math:`\ln L_c = \ln p(x \mid y_c)`.
    priors : array-like of shape (n_classes,), optional
        Positive; they are scaled to sum one. Left out, all classes are equally likely: the only
        case in which the deck's formula :math:`L_c / \sum_k L_k`, without priors, is right.

    Returns
    -------
    ndarray of shape (n_examples, n_classes)

    Raises
    ------
    ValueError
        If the shapes do not fit or a prior is not positive.

    References
    ----------
    Kim's deck, slide "Using generative models for classification".

    Examples
    --------
    >>> bayes_posterior(np.log([[0.5, 0.5]]), priors=[3, 1]).round(2).tolist()
    [[0.75, 0.25]]
    """
    log_likelihoods = np.asarray(log_likelihoods, dtype=float)
    if log_likelihoods.ndim != 2:
        raise ValueError(
            f"log_likelihoods have shape {log_likelihoods.shape}; expected (n_examples, n_classes)."
        )
    priors = np.ones(log_likelihoods.shape[1]) if priors is None else np.asarray(priors, float)
    if priors.shape != log_likelihoods.shape[1:] or not (priors > 0).all():
        raise ValueError(
            f"priors are {priors.tolist()}; give one positive number for each of the "
            f"{log_likelihoods.shape[1]} classes."
        )
    return softmax(log_likelihoods + np.log(priors))


class GenerativeClassifier:
    """Class-wise generative models with a posterior by Bayes' theorem.

    A class is learned from its own examples alone: classes can be added later, and an unbalanced
    set does not move the model of a rare class. For the same reason no model learns what tells its
    class from the others, and each needs enough examples for a density.

    Parameters
    ----------
    density : callable
        Makes an unfitted model with ``fit(X)`` and ``log_likelihood(X)``.
    priors : {"uniform", "empirical"} or mapping from label to positive number
        Empirical priors are the shares of the classes among the examples.

    Attributes
    ----------
    densities_ : dict from label to fitted density
        In the order of the columns of :meth:`predict_proba`.
    counts_ : dict from label to int
        Number of examples.

    Raises
    ------
    ValueError
        If the name of the priors is unknown.

    References
    ----------
    Kim's deck, slide "Using generative models for classification".

    Examples
    --------
    >>> X, y = [[-2.0], [-1.0], [1.0], [2.0]], ["left", "left", "right", "right"]
    >>> model = GenerativeClassifier().fit(X, y)
    >>> model.add_class("far right", [[9.0], [11.0]]).predict([[-3.0], [8.0]]).tolist()
    ['left', 'far right']
    """

    def __init__(
        self,
        density: Callable[[], GaussianDensity] = GaussianDensity,
        *,
        priors: str | Mapping[object, float] = "uniform",
    ) -> None:
        if isinstance(priors, str) and priors not in ("uniform", "empirical"):
            raise ValueError(
                f"priors is {priors!r}; choose 'uniform', 'empirical' or a mapping from label to "
                "probability."
            )
        self.density, self.priors = density, priors

    def fit(self, X: ArrayLike, y: ArrayLike) -> Self:
        """Fit one density per class.

        Parameters
        ----------
        X : array-like of shape (n_examples, n_features)
        y : array-like of shape (n_examples,)

        Returns
        -------
        GenerativeClassifier

        Raises
        ------
        ValueError
            If the shapes do not fit, an entry is not finite or a class is too small for its
            density.
        """
        X, y = _check_data(X, y)
        self.densities_: dict[object, GaussianDensity] = {}
        self.counts_: dict[object, int] = {}
        self._n_features = X.shape[1]
        for label in np.unique(y).tolist():
            self.add_class(label, X[y == label])
        return self

    def add_class(self, label: object, X: ArrayLike) -> Self:
        """Learn one more class and leave the others as they are.

        Parameters
        ----------
        label : hashable
        X : array-like of shape (n_examples, n_features)
            Examples of this class.

        Returns
        -------
        GenerativeClassifier

        Raises
        ------
        ValueError
            If the model is not fitted, the label is taken or the class is too small.
        """
        self._check_fitted()
        if label in self.densities_:
            raise ValueError(f"class {label!r} is there already; fit again to replace it.")
        X = _check_new(X, self._n_features)
        try:
            self.densities_[label] = self.density().fit(X)
        except ValueError as error:
            raise ValueError(f"class {label!r}: {error}") from None
        self.counts_[label] = len(X)
        return self

    def log_likelihood(self, X: ArrayLike) -> Array:
        """Log density of each example under each class.

        Parameters
        ----------
        X : array-like of shape (n_examples, n_features)

        Returns
        -------
        ndarray of shape (n_examples, n_classes)

        Raises
        ------
        ValueError
            If the model is not fitted or ``X`` does not fit it.
        """
        self._check_fitted()
        X = _check_new(X, self._n_features)
        return np.column_stack([d.log_likelihood(X) for d in self.densities_.values()])

    def predict_proba(self, X: ArrayLike) -> Array:
        """Posterior of each class.

        Parameters
        ----------
        X : array-like of shape (n_examples, n_features)

        Returns
        -------
        ndarray of shape (n_examples, n_classes)
            Columns in the order of ``densities_``.

        Raises
        ------
        ValueError
            If the model is not fitted, ``X`` does not fit it or a prior is missing.
        """
        return bayes_posterior(self.log_likelihood(X), self._prior_values())

    def predict(self, X: ArrayLike) -> NDArray:
        """Label of the class with the largest posterior.

        Parameters
        ----------
        X : array-like of shape (n_examples, n_features)

        Returns
        -------
        ndarray of shape (n_examples,)

        Raises
        ------
        ValueError
            If the model is not fitted, ``X`` does not fit it or a prior is missing.
        """
        return np.array(list(self.densities_))[self.predict_proba(X).argmax(axis=1)]

    def _check_fitted(self) -> None:
        if not hasattr(self, "densities_"):
            raise ValueError("this GenerativeClassifier is not fitted; call fit(X, y) first.")

    def _prior_values(self) -> Array:
        if self.priors == "uniform":
            return np.ones(len(self.densities_))
        priors = self.counts_ if isinstance(self.priors, str) else self.priors
        missing = [label for label in self.densities_ if label not in priors]
        if missing:
            raise ValueError(f"priors lack {missing}; give one number for every class.")
        return np.array([priors[label] for label in self.densities_], dtype=float)
