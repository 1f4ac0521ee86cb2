"""Recommending films from what users watched: embeddings of films, and three baselines.

Films are integers from 0, and a history is the list of films that one user watched, in the order
of watching. Every recommender scores all films for a history, and recommends the best of those
that are not in it.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from typing import Self

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import sparse

from embref.evaluation import target_ranks
from embref.factorization import factorize
from embref.losses import log_softmax
from embref.optim import Adam

Array = NDArray[np.float64]
Indices = NDArray[np.int64]
History = Sequence[int] | Indices
Histories = Sequence[History]


def watch_histories(users: ArrayLike, films: ArrayLike, times: ArrayLike) -> list[Indices]:
    """Gather a table of viewings into one history per user.

    Parameters
    ----------
    users : array-like of shape (n_viewings,)
        Names or numbers of users.
    films : array-like of int of shape (n_viewings,)
    times : array-like of shape (n_viewings,)
        When the film was watched; films of the same time keep the order of the table.

    Returns
    -------
    list of ndarray of int
        One history per user, in ascending order of user.

    Raises
    ------
    ValueError
        If the three columns differ in length or are empty.

    Examples
    --------
    >>> [h.tolist() for h in watch_histories(["b", "a", "b"], [7, 4, 2], [30, 10, 20])]
    [[4], [2, 7]]
    """
    users, films, times = np.asarray(users), np.asarray(films), np.asarray(times)
    if not len(users) or not len(users) == len(films) == len(times):
        raise ValueError(
            f"users, films and times have lengths {len(users)}, {len(films)} and {len(times)}; "
            "give one of each per viewing."
        )
    order = np.lexsort((times, users))
    _, starts = np.unique(users[order], return_index=True)
    return np.split(films[order], starts[1:])


def leave_last_out(histories: Histories) -> tuple[list[Indices], list[Indices]]:
    """Hold out the last film of every history that has at least two.

    Parameters
    ----------
    histories : sequence of sequence of int

    Returns
    -------
    train, held_out : list of ndarray of int
        Of equal length; users with a single film are left out of both.

    Raises
    ------
    ValueError
        If no history has two films.

    Examples
    --------
    >>> train, held_out = leave_last_out([[5, 1, 3], [2]])
    >>> train[0].tolist(), held_out[0].tolist()
    ([5, 1], [3])
    """
    return _split(histories, 1, lambda n: np.arange(n))


def hold_out(
    histories: Histories,
    n_held_out: int,
    random_state: int | np.random.Generator | None = None,
) -> tuple[list[Indices], list[Indices]]:
    """Hold out a few films of every user, chosen at random.

    Parameters
    ----------
    histories : sequence of sequence of int
    n_held_out : int
        Number of films held out of each history; users without one more are left out.
    random_state : int, numpy.random.Generator or None

    Returns
    -------
    train, held_out : list of ndarray of int
        Of equal length. What remains of a history keeps its order.

    Raises
    ------
    ValueError
        If ``n_held_out`` is less than one, or no history is long enough.

    References
    ----------
    CS246, "Example: Recommending movies", train-test split.

    Examples
    --------
    >>> train, held_out = hold_out([[5, 1, 3, 8], [2]], 2, random_state=0)
    >>> len(train), sorted([*train[0].tolist(), *held_out[0].tolist()])
    (1, [1, 3, 5, 8])
    """
    return _split(histories, n_held_out, np.random.default_rng(random_state).permutation)


def _split(
    histories: Histories, n_held_out: int, order: Callable[[int], Indices]
) -> tuple[list[Indices], list[Indices]]:
    if n_held_out < 1:
        raise ValueError(f"n_held_out is {n_held_out}; hold out at least one film per user.")
    train, held_out = [], []
    for history in map(np.asarray, histories):
        if len(history) > n_held_out:
            chosen = order(len(history))[-n_held_out:]
            train.append(np.delete(history, chosen))
            held_out.append(history[chosen])
    if not train:
        raise ValueError(
            f"no history has more than {n_held_out} films; give longer ones or hold out fewer."
        )
    return train, held_out


def history_matrix(histories: Histories, n_films: int) -> sparse.csr_array:
    """Write histories as a matrix of zeros and ones.

    Parameters
    ----------
    histories : sequence of sequence of int
    n_films : int

    Returns
    -------
    scipy.sparse.csr_array of shape (n_users, n_films)

    Raises
    ------
    ValueError
        If there is no history, or a film is out of range.

    Examples
    --------
    >>> history_matrix([[2, 0], [1]], 3).toarray().tolist()
    [[1.0, 0.0, 1.0], [0.0, 1.0, 0.0]]
    """
    lengths = [len(history) for history in histories]
    if not sum(lengths):
        raise ValueError("histories hold no film; give at least one history with a film.")
    films = np.concatenate([np.asarray(h, dtype=np.int64) for h in histories])
    if films.min() < 0 or films.max() >= n_films:
        raise ValueError(
            f"films run from {films.min()} to {films.max()}; expected 0 to {n_films - 1}, "
            f"because n_films is {n_films}."
        )
    users = np.repeat(np.arange(len(lengths)), lengths)
    matrix = sparse.coo_array((np.ones(len(films)), (users, films)), (len(lengths), n_films))
    matrix = matrix.tocsr()
    matrix.data[:] = 1.0
    return matrix


def co_watch_pairs(histories: Histories) -> list[tuple[int, int]]:
    """All ordered pairs of two films watched by the same user.

    Parameters
    ----------
    histories : sequence of sequence of int

    Returns
    -------
    list of (int, int)
        A pair occurs once for every user who watched both.

    References
    ----------
    CS246, "Example: Recommending movies", build train data.

    Examples
    --------
    >>> co_watch_pairs([[8, 9], [6, 10]])
    [(8, 9), (9, 8), (6, 10), (10, 6)]
    """
    return [
        (int(first), int(second))
        for history in histories
        for first in history
        for second in history
        if first != second
    ]


def co_watch_counts(
    histories: Histories, n_films: int, *, weighting: str = "user"
) -> sparse.csr_array:
    """Count the co-watch pairs, without listing them.

    Parameters
    ----------
    histories : sequence of sequence of int
    n_films : int
    weighting : {"user", "pair"}
        A user with n films has n (n - 1) pairs. With "pair", each counts one, and the users with
        the longest histories make up most of the sum; with "user", each counts 1 / (n - 1), so
        that every viewing counts one.

    Returns
    -------
    scipy.sparse.csr_array of shape (n_films, n_films)
        Symmetric, with an empty diagonal.

    Raises
    ------
    ValueError
        If ``weighting`` is unknown, or the histories are not valid.

    Examples
    --------
    >>> co_watch_counts([[0, 1, 2], [0, 1]], 3).toarray().tolist()
    [[0.0, 1.5, 0.5], [1.5, 0.0, 0.5], [0.5, 0.5, 0.0]]
    """
    if weighting not in ("user", "pair"):
        raise ValueError(f"weighting is {weighting!r}; choose 'user' or 'pair'.")
    R = history_matrix(histories, n_films)
    weights = np.ones(R.shape[0])
    if weighting == "user":
        weights /= np.maximum(R.sum(axis=1) - 1, 1)
    counts = (R.T @ sparse.diags_array(weights) @ R).tolil()
    counts.setdiag(0.0)
    counts = counts.tocsr()
    counts.eliminate_zeros()
    return counts


class Recommender(ABC):
    """What the recommenders have in common: after ``fit``, they score every film."""

    n_films_: int

    @abstractmethod
    def fit(self, histories: Histories, n_films: int) -> Self:
        """Learn from histories.

        Parameters
        ----------
        histories : sequence of sequence of int
        n_films : int

        Returns
        -------
        Recommender
            The object itself.

        Raises
        ------
        ValueError
            If the histories are not valid.
        """

    @abstractmethod
    def _scores(self, R: sparse.csr_array) -> Array:
        """Score all films for the rows of a history matrix."""

    def scores(self, histories: Histories) -> Array:
        """Score every film for each history.

        Parameters
        ----------
        histories : sequence of sequence of int
            They need not be those of ``fit``.

        Returns
        -------
        ndarray of shape (n_users, n_films)
            Higher is better; the scale differs between recommenders.

        Raises
        ------
        ValueError
            If the recommender is not fitted, or a film is out of range.
        """
        if not hasattr(self, "n_films_"):
            raise ValueError(f"this {type(self).__name__} is not fitted; call fit first.")
        return self._scores(history_matrix(histories, self.n_films_))

    def recommend(self, history: History, k: int = 5) -> Indices:
        """Recommend the k best films that are not in a history.

        Parameters
        ----------
        history : sequence of int
        k : int

        Returns
        -------
        ndarray of int of shape (k,)
            Best first; shorter if fewer films are left.

        Raises
        ------
        ValueError
            If the recommender is not fitted, ``k`` is less than one, or a film is out of range.
        """
        return _best(self.scores([history])[0], k, leave_out=history)


def _best(scores: Array, k: int, leave_out: History) -> Indices:
    if k < 1:
        raise ValueError(f"k is {k}; recommend at least one film.")
    order = np.argsort(-scores, kind="stable")
    return order[~np.isin(order, leave_out)][:k]


class Popularity(Recommender):
    """Baseline that scores a film by the number of its viewers, the same for everyone.

    Attributes
    ----------
    n_viewers_ : ndarray of shape (n_films,)

    Examples
    --------
    >>> Popularity().fit([[0, 1], [1, 2], [1, 2]], 3).recommend([1], k=2).tolist()
    [2, 0]
    """

    def fit(self, histories: Histories, n_films: int) -> Self:
        """Count the viewers; see :meth:`Recommender.fit`."""
        self.n_viewers_ = history_matrix(histories, n_films).sum(axis=0)
        self.n_films_ = n_films
        return self

    def _scores(self, R: sparse.csr_array) -> Array:
        return np.tile(self.n_viewers_, (R.shape[0], 1))


class ItemKNN(Recommender):
    """Baseline that scores a film by its cosine with those watched, among its nearest ones.

    Parameters
    ----------
    n_neighbors : int
        Number of most similar films that count for each film.

    Attributes
    ----------
    neighbors_ : scipy.sparse.csr_array of shape (n_films, n_films)
        In each row, the cosines of a film with its nearest ones.

    Raises
    ------
    ValueError
        If ``n_neighbors`` is less than one.

    References
    ----------
    Sarwar et al. (2001); Deshpande and Karypis (2004).

    Examples
    --------
    >>> ItemKNN().fit([[0, 1], [0, 1], [2, 3]], 4).recommend([0], k=1).tolist()
    [1]
    """

    def __init__(self, n_neighbors: int = 100) -> None:
        if n_neighbors < 1:
            raise ValueError(f"n_neighbors is {n_neighbors}; it must be at least 1.")
        self.n_neighbors = n_neighbors

    def fit(self, histories: Histories, n_films: int) -> Self:
        """Find the nearest films of each film; see :meth:`Recommender.fit`."""
        R = history_matrix(histories, n_films)
        norms = np.sqrt(np.maximum(R.sum(axis=0), 1.0))
        cosines = (R.T @ R).toarray() / np.outer(norms, norms)
        np.fill_diagonal(cosines, 0.0)
        far = np.argsort(-cosines, axis=1, kind="stable")[:, self.n_neighbors :]
        np.put_along_axis(cosines, far, 0.0, axis=1)
        self.neighbors_ = sparse.csr_array(cosines)
        self.n_films_ = n_films
        return self

    def _scores(self, R: sparse.csr_array) -> Array:
        return (R @ self.neighbors_.T).toarray()


class PureSVD(Recommender):
    r"""Baseline that projects a history onto the leading right singular vectors.

    With :math:`R \approx U \Sigma V^\top` and :math:`r` a row of R, the scores are
    :math:`r V V^\top`: the dot products of the user :math:`r V` with the films in the rows of V.

    Parameters
    ----------
    n_components : int
    random_state : int, numpy.random.Generator or None
        Start of the iterative solver.

    Attributes
    ----------
    V_ : ndarray of shape (n_films, n_components)

    References
    ----------
    Cremonesi, Koren and Turrin (2010), section 3.3.

    Examples
    --------
    >>> PureSVD(2).fit([[0, 1], [0, 1], [0], [2, 3]], 4).recommend([0], k=1).tolist()
    [1]
    """

    def __init__(
        self, n_components: int = 32, random_state: int | np.random.Generator | None = None
    ) -> None:
        self.n_components = n_components
        self.random_state = random_state

    def fit(self, histories: Histories, n_films: int) -> Self:
        """Factorize the history matrix; see :meth:`Recommender.fit`."""
        R = history_matrix(histories, n_films)
        self.V_ = factorize(R, self.n_components, power=1.0, random_state=self.random_state)[1]
        self.n_films_ = n_films
        return self

    def _scores(self, R: sparse.csr_array) -> Array:
        return (R @ self.V_) @ self.V_.T


def softmax_loss(
    W: ArrayLike,
    C: ArrayLike,
    b: ArrayLike,
    inputs: sparse.csr_array,
    targets: sparse.csr_array,
) -> tuple[float, Array, Array, Array]:
    r"""Cross-entropy of the network that names films given films, and its gradients.

    An example e has the hidden layer :math:`h_e = \sum_m x_{em} w_m`, gives film v the
    probability :math:`p_{ev} \propto \exp(h_e \cdot c_v + b_v)`, where the films of its input are
    no classes, and adds :math:`-\sum_v t_{ev} \ln p_{ev}` to the loss.

    Parameters
    ----------
    W, C : array-like of shape (n_films, n_components)
        Embeddings of films as seeds (hidden layer) and as classes (output layer).
    b : array-like of shape (n_films,)
        Biases of the classes.
    inputs : scipy.sparse.csr_array of shape (n_examples, n_films)
        Weights of the seeds, which sum to one in a row.
    targets : scipy.sparse.csr_array of shape (n_examples, n_films)
        Weights of the right classes, zero for the seeds.

    Returns
    -------
    loss : float
    dW, dC, db : ndarray
        Gradients, in the shapes of W, C and b.

    Notes
    -----
    The seeds are left out of the softmax because nobody is recommended what he has seen.

    Examples
    --------
    >>> one_seed, one_class = sparse.csr_array([[1.0, 0, 0]]), sparse.csr_array([[0, 1.0, 0]])
    >>> loss, *_ = softmax_loss(np.ones((3, 2)), np.ones((3, 2)), np.zeros(3), one_seed, one_class)
    >>> round(loss, 4)  # two classes, equally likely
    0.6931
    """
    W, C, b = (np.asarray(parameter, dtype=float) for parameter in (W, C, b))
    H, T = inputs @ W, targets.toarray()  # (n_examples, n_components), (n_examples, n_films)
    is_seed = (inputs != 0).toarray()
    log_probabilities = log_softmax(np.where(is_seed, -np.inf, H @ C.T + b))
    error = np.exp(log_probabilities) * T.sum(axis=1, keepdims=True) - T
    log_probabilities[is_seed] = 0.0  # their target is zero
    loss = -float(np.vdot(T, log_probabilities))
    return loss, inputs.T @ (error @ C), error.T @ H, error.sum(axis=0)


class CoWatchNetwork(Recommender):
    r"""Network that says which films a user watches who watched these.

    One linear hidden layer holds the embedding, and a softmax over all films follows. A user is
    the mean of the embeddings of the films watched; the score of a film is its dot product with
    the user. The loss is the cross-entropy, over co-watch pairs or over halves of histories.

    Parameters
    ----------
    n_components : int
        Dimension of the embeddings; CS246 draws 3.
    seeds : {"one", "several"}
        "one": an example is a co-watch pair, one film in and one out, as in CS246; all pairs are
        used in every step, weighted as :func:`co_watch_counts` does. "several": an example is a
        random half of a history, and its classes are the other half; a step sees every user.
    tied : bool
        Whether a film has the same vector as seed and as class.
    bias : bool
        Whether classes have a bias, which takes up how popular a film is. Without it, scores are
        dot products alone.
    weighting : {"user", "pair"}
        How co-watch pairs count, for one seed.
    n_steps : int
        Steps of Adam.
    learning_rate : float
    weight_decay : float
        Factor λ of the penalty :math:`\frac{\lambda}{2} \|\theta\|^2` on all parameters.
    batch_size : int
        Number of examples whose logits are in memory at a time; it changes no result.
    random_state : int, numpy.random.Generator or None
        Initial embeddings, and the halves.

    Attributes
    ----------
    W_, C_ : ndarray of shape (n_films, n_components)
        Embeddings of films as seeds and as classes; the same if tied.
    b_ : ndarray of shape (n_films,)
        Biases; zero without.
    losses_ : list of float
        Cross-entropy before each step, in nats, without the penalty.

    Raises
    ------
    ValueError
        If a parameter is out of range, or no user has two films.

    References
    ----------
    CS246, "Example: Recommending movies". Several seeds: a linear form of Liang et al. (2018),
    "Variational autoencoders for collaborative filtering" (Mult-DAE).

    Notes
    -----
    CS246 scores two films by the dot product of their embeddings. Trained untied, the network
    makes only products of a seed and a class vector meaningful; that of two seed vectors is not.
    :meth:`similar` therefore takes :math:`w_m \cdot c_v`, which is CS246's product when tied.

    Examples
    --------
    >>> histories = [[0, 1, 2], [0, 1], [1, 2], [3, 4, 5], [3, 4], [4, 5]]
    >>> network = CoWatchNetwork(3, random_state=0).fit(histories, 6)
    >>> sorted(network.similar(0, k=2).tolist()), network.recommend([3, 4], k=1).tolist()
    ([1, 2], [5])
    """

    def __init__(
        self,
        n_components: int = 3,
        *,
        seeds: str = "one",
        tied: bool = False,
        bias: bool = False,
        weighting: str = "user",
        n_steps: int = 100,
        learning_rate: float = 0.05,
        weight_decay: float = 0.0,
        batch_size: int = 1024,
        random_state: int | np.random.Generator | None = None,
    ) -> None:
        if seeds not in ("one", "several"):
            raise ValueError(f"seeds is {seeds!r}; choose 'one' or 'several'.")
        if min(n_components, n_steps, batch_size) < 1:
            raise ValueError(
                f"n_components, n_steps and batch_size are {n_components}, {n_steps} and "
                f"{batch_size}; each must be at least 1."
            )
        if not (learning_rate > 0 and weight_decay >= 0):
            raise ValueError(
                f"learning_rate is {learning_rate} and weight_decay {weight_decay}; the first must "
                "be positive, the second not negative."
            )
        self.n_components = n_components
        self.seeds = seeds
        self.tied = tied
        self.bias = bias
        self.weighting = weighting
        self.n_steps = n_steps
        self.learning_rate = learning_rate
        self.weight_decay = weight_decay
        self.batch_size = batch_size
        self.random_state = random_state

    def fit(self, histories: Histories, n_films: int) -> Self:
        """Train the network; see :meth:`Recommender.fit`."""
        rng = np.random.default_rng(self.random_state)
        R = history_matrix(histories, n_films)
        R = R[R.sum(axis=1) > 1]
        if not R.shape[0]:
            raise ValueError("no user has two films, so there is no co-watch pair to learn from.")
        self.n_films_, self.losses_ = n_films, []
        self._initialize(R, rng)
        counts = co_watch_counts(histories, n_films, weighting=self.weighting)
        optimizer = Adam(self.learning_rate)
        for _ in range(self.n_steps):
            examples = _pairs(counts) if self.seeds == "one" else _halves(R, rng)
            loss, gradients = self._loss_and_gradients(*examples)
            self.losses_.append(loss)
            parameters = self._parameters()
            decay = [self.weight_decay * parameter for parameter in parameters]
            optimizer.step(parameters, [g + d for g, d in zip(gradients, decay, strict=True)])
        return self

    def _initialize(self, R: sparse.csr_array, rng: np.random.Generator) -> None:
        shape = (self.n_films_, self.n_components)
        self.W_ = rng.normal(0.0, 0.1, shape)
        self.C_ = self.W_ if self.tied else rng.normal(0.0, 0.1, shape)
        log_viewers = np.log(R.sum(axis=0) + 1.0)
        self.b_ = log_viewers - log_viewers.mean() if self.bias else np.zeros(self.n_films_)

    def _parameters(self) -> list[Array]:
        embeddings = [self.W_] if self.tied else [self.W_, self.C_]
        return [*embeddings, self.b_] if self.bias else embeddings

    def _loss_and_gradients(
        self, inputs: sparse.csr_array, targets: sparse.csr_array
    ) -> tuple[float, list[Array]]:
        loss, total = 0.0, [np.zeros_like(p) for p in (self.W_, self.C_, self.b_)]
        for start in range(0, inputs.shape[0], self.batch_size):
            batch = slice(start, start + self.batch_size)
            part, *gradients = softmax_loss(
                self.W_, self.C_, self.b_, inputs[batch], targets[batch]
            )
            loss += part
            for summed, gradient in zip(total, gradients, strict=True):
                summed += gradient
        dW, dC, db = total
        embeddings = [dW + dC] if self.tied else [dW, dC]
        return loss, [*embeddings, db] if self.bias else embeddings

    def _scores(self, R: sparse.csr_array) -> Array:
        return (_normalize(R) @ self.W_) @ self.C_.T + self.b_

    def similar(self, film: int, k: int = 5) -> Indices:
        r"""Films with the highest score :math:`w_m \cdot c_v + b_v` for one seed m.

        Parameters
        ----------
        film : int
            The seed.
        k : int

        Returns
        -------
        ndarray of int of shape (k,)
            Best first, without the seed.

        Raises
        ------
        ValueError
            If the network is not fitted, ``k`` is less than one, or the film is out of range.
        """
        return self.recommend([film], k)

    def recommend_in_common(self, seeds: History, k: int = 5, n_similar: int = 50) -> Indices:
        """Recommend films that are similar to every one of several seeds.

        Parameters
        ----------
        seeds : sequence of int
            Films watched.
        k : int
            Number of recommendations.
        n_similar : int
            Number of films taken for each seed before the sets are intersected.

        Returns
        -------
        ndarray of int
            At most k films, best mean score first; fewer if the sets have fewer in common.

        Raises
        ------
        ValueError
            If the network is not fitted, or a number or a film is out of range.

        References
        ----------
        CS246, "Example: Recommending movies", intersection of the sets.

        Examples
        --------
        >>> histories = [[0, 1, 2], [0, 1], [1, 2], [3, 4, 5], [3, 4], [4, 5]]
        >>> network = CoWatchNetwork(3, random_state=0).fit(histories, 6)
        >>> network.recommend_in_common([0, 1], n_similar=2).tolist()
        [2]
        >>> network.recommend_in_common([0, 3], n_similar=2).tolist()
        []
        """
        common = set(self.similar(seeds[0], n_similar).tolist()) if len(seeds) else set()
        for seed in seeds[1:]:
            common &= set(self.similar(seed, n_similar).tolist())
        ranked = self.recommend(seeds, self.n_films_)
        return ranked[np.isin(ranked, list(common))][:k]


def _normalize(R: sparse.csr_array) -> sparse.csr_array:
    """Divide every row by its sum, if it has one."""
    return sparse.diags_array(1.0 / np.maximum(R.sum(axis=1), 1e-12)) @ R


def _pairs(counts: sparse.csr_array) -> tuple[sparse.csr_array, sparse.csr_array]:
    """Return one example per film: itself as the seed, its share of all pairs as classes."""
    seeds = np.flatnonzero(counts.sum(axis=1))
    one_hot = sparse.eye_array(counts.shape[0], format="csr")[seeds]
    return one_hot, counts[seeds] / counts.sum()


def _halves(
    R: sparse.csr_array, rng: np.random.Generator
) -> tuple[sparse.csr_array, sparse.csr_array]:
    """Return one example per user: a random half as seeds, the rest as classes."""
    is_seed = rng.random(R.nnz) < 0.5
    inputs, targets = R.copy(), R.copy()
    inputs.data, targets.data = is_seed.astype(float), (~is_seed).astype(float)
    inputs.eliminate_zeros()
    targets.eliminate_zeros()
    return _normalize(inputs), _normalize(targets) / R.shape[0]


def held_out_ranks(recommender: Recommender, train: Histories, held_out: Histories) -> Array:
    """Rank every held-out film among all films that its user has not seen in training.

    Parameters
    ----------
    recommender : Recommender
        Fitted.
    train, held_out : sequence of sequence of int
        The two parts of each history, for example from :func:`leave_last_out`.

    Returns
    -------
    ndarray of shape (n_held_out,)
        Rank 1 for the best, user after user; see :func:`embref.evaluation.target_ranks`. They are
        what :func:`embref.evaluation.hit_rate` and its neighbors take.

    Raises
    ------
    ValueError
        If the two parts are not of the same users, or a held-out film is also in training.

    Examples
    --------
    >>> train, held_out = [[0, 1], [1, 2], [1, 2]], [[2], [0], [0]]
    >>> held_out_ranks(Popularity().fit(train, 4), train, held_out).tolist()
    [1.0, 1.0, 1.0]
    """
    if len(train) != len(held_out):
        raise ValueError(
            f"train has {len(train)} users and held_out {len(held_out)}; give the two parts of the "
            "same histories."
        )
    users = np.repeat(np.arange(len(train)), [len(films) for films in held_out])
    seen = history_matrix(train, recommender.n_films_).astype(bool).toarray()
    films = np.concatenate([np.asarray(part, dtype=np.int64) for part in held_out])
    return target_ranks(recommender.scores(train)[users], films, exclude=seen[users])
