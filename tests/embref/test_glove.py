from collections.abc import Callable

import numpy as np
import pytest
import torch
from scipy import optimize, sparse

from embref.compiled import train_glove
from embref.glove import GloVe, adagrad_step, glove_gradients, glove_weights

COUNTS = np.array([[0.0, 3.0, 1.0, 40.0], [3.0, 2.0, 0.0, 7.0], [1.0, 0.0, 5.0, 0.5],
                   [40.0, 7.0, 0.5, 9.0]])  # fmt: skip


def parameters(d: int, seed: int = 0) -> list[np.ndarray]:
    rng = np.random.default_rng(seed)
    return [rng.normal(size=shape) for shape in [(4, d), (4, d), (4,), (4,)]]


def test_weights_by_hand() -> None:
    assert glove_weights([[0, 100, 1000]], x_max=100).tolist() == [[0.0, 1.0, 1.0]]
    assert glove_weights(25.0, x_max=100, alpha=0.5) == pytest.approx(0.5)


@pytest.mark.parametrize("make", [np.asarray, sparse.csr_array, sparse.coo_array])
def test_gradients_are_those_of_torch(make: Callable) -> None:
    W, C, b, c = (torch.tensor(v, requires_grad=True) for v in parameters(3))
    x = torch.tensor(COUNTS)
    f = torch.clamp(x / 10, max=1.0) ** 0.75
    error = W @ C.T + b[:, None] + c[None, :] - torch.log(torch.where(x > 0, x, 1.0))
    loss = 0.5 * (f * error**2)[x > 0].sum()
    loss.backward()
    found = glove_gradients(*parameters(3), make(COUNTS), x_max=10)
    assert found.loss == pytest.approx(loss.item())
    for gradient, parameter in zip(found[1:], (W, C, b, c), strict=True):
        assert gradient == pytest.approx(parameter.grad.numpy())


def test_compiled_loop_is_adagrad_on_one_entry_after_the_other() -> None:
    i, j = (rows.astype(np.int32) for rows in np.nonzero(COUNTS))
    x = COUNTS[i, j]
    W, C = (np.random.default_rng(s).normal(size=(4, 20)).astype(np.float32) for s in (0, 1))
    squares_W, squares_C = np.ones_like(W), np.ones_like(C)
    expected = [v.astype(float) for v in (W, C, squares_W, squares_C)]
    total = 0.0
    for row, column in zip(i, j, strict=True):
        one = np.zeros((4, 4))
        one[row, column] = COUNTS[row, column]
        eW, eC, eWs, eCs = expected
        loss, dW, dC, db, dc = glove_gradients(
            eW[:, :-1], eC[:, :-1], eW[:, -1], eC[:, -1], one, x_max=10
        )
        adagrad_step(eW, np.column_stack([dW, db]), eWs, 0.3)
        adagrad_step(eC, np.column_stack([dC, dc]), eCs, 0.3)
        total += loss
    entries = i, j, np.log(x).astype(np.float32), glove_weights(x, 10).astype(np.float32)
    loss = train_glove(*entries, W, C, squares_W, squares_C, 0.3)
    assert loss == pytest.approx(total, rel=1e-5)
    for found, target in zip((W, C, squares_W, squares_C), expected, strict=True):
        assert found == pytest.approx(target, rel=1e-4, abs=1e-4)


def minimum(d: int) -> float:
    """Least objective that a quasi-Newton method finds from several starts."""
    shapes = [(4, d), (4, d), (4,), (4,)]
    cuts = np.cumsum([np.prod(shape) for shape in shapes])[:-1]

    def loss_and_gradient(flat: np.ndarray) -> tuple[float, np.ndarray]:
        parts = [p.reshape(s) for p, s in zip(np.split(flat, cuts), shapes, strict=True)]
        loss, *gradients = glove_gradients(*parts, COUNTS, x_max=10)
        return loss, np.concatenate([g.ravel() for g in gradients])

    starts = [np.concatenate([p.ravel() for p in parameters(d, seed)]) for seed in range(5)]
    return min(optimize.minimize(loss_and_gradient, s, jac=True).fun for s in starts)


@pytest.mark.parametrize("compiled", [True, False])
def test_descends_to_the_minimum_of_a_toy(compiled: bool) -> None:
    """One dimension cannot hold the toy: the least loss is not zero."""
    least = minimum(d=1)
    assert least > 1e-3
    model = GloVe(
        1, x_max=10, epochs=800, learning_rate=0.4, compiled=compiled, random_state=1
    ).fit(COUNTS)
    vectors = model.W_, model.C_, model.bias_W_, model.bias_C_
    assert glove_gradients(*vectors, COUNTS, x_max=10).loss == pytest.approx(least, rel=0.03)


@pytest.mark.parametrize("compiled", [True, False])
def test_with_room_for_all_pairs_the_logarithms_are_met(compiled: bool) -> None:
    model = GloVe(4, x_max=1, epochs=800, learning_rate=0.5, compiled=compiled).fit(COUNTS)
    scores = model.W_ @ model.C_.T + model.bias_W_[:, None] + model.bias_C_
    seen = COUNTS > 0
    assert scores[seen] == pytest.approx(np.log(COUNTS[seen]), abs=0.02)


def test_the_embedding_is_the_sum_of_both_vectors() -> None:
    model = GloVe(2, epochs=2).fit(COUNTS)
    assert np.array_equal(model.embedding_, model.W_ + model.C_)


def test_one_worker_repeats_itself_and_two_descend() -> None:
    first, second = (GloVe(3, random_state=4).fit(COUNTS) for _ in range(2))
    assert np.array_equal(first.W_, second.W_)
    losses = GloVe(3, workers=2).fit(sparse.random_array((300, 300), density=0.5, rng=0)).loss_
    assert losses[-1] < 0.8 * losses[0]


@pytest.mark.parametrize(
    ("action", "message"),
    [
        (lambda: GloVe(0).fit(COUNTS), "dimension is 0"),
        (lambda: GloVe(epochs=0).fit(COUNTS), "epochs is 0"),
        (lambda: GloVe(learning_rate=0).fit(COUNTS), "learning_rate is 0"),
        (lambda: GloVe(learning_rate=1e30).fit(COUNTS), "lower learning_rate, 1e"),
        (lambda: GloVe(x_max=0).fit(COUNTS), "x_max is 0"),
        (lambda: GloVe().fit(np.ones((2, 3))), r"expected \(n_words, n_words\)"),
        (lambda: GloVe().fit(np.zeros((2, 2))), "all counts are zero"),
        (lambda: GloVe().fit([[np.nan]]), "finite"),
        (lambda: glove_gradients(*parameters(2)[:3], [0.0], COUNTS), "do not fit counts"),
        (lambda: glove_weights([-1]), "non-negative"),
    ],
)
def test_errors_say_what_was_given(action: Callable[[], object], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        action()
