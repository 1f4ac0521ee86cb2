import numpy as np
import pytest
import torch

from embref import word2vec
from embref.huffman import huffman_tree
from embref.output_layers import (
    HierarchicalSoftmaxOutput,
    NegativeSamplingOutput,
    OutputLayer,
    SoftmaxOutput,
)

COUNTS = np.array([9, 7, 4, 2, 1])
TARGETS = np.array([3, 0, 3, 4])


@pytest.fixture
def H() -> np.ndarray:
    return np.random.default_rng(0).normal(size=(len(TARGETS), 3))


@pytest.fixture
def C() -> np.ndarray:
    return np.random.default_rng(1).normal(size=(len(COUNTS), 3))


def assert_gradients_are_torchs(
    layer: OutputLayer, loss: torch.Tensor, H: torch.Tensor, C: torch.Tensor
) -> None:
    result = layer.gradients(H.detach().numpy(), TARGETS, C.detach().numpy())
    loss.backward()
    grad_C = np.zeros(C.shape)
    np.add.at(grad_C, result.rows, result.grad_rows)
    assert result.loss == pytest.approx(loss.item(), rel=1e-12)
    assert result.grad_hidden == pytest.approx(H.grad.numpy(), abs=1e-12)
    assert grad_C == pytest.approx(C.grad.numpy(), abs=1e-12)


def as_parameters(*matrices: np.ndarray) -> list[torch.Tensor]:
    return [torch.tensor(matrix, requires_grad=True) for matrix in matrices]


def test_softmax_gradients_are_those_of_torch(H: np.ndarray, C: np.ndarray) -> None:
    h, c = as_parameters(H, C)
    loss = torch.nn.functional.cross_entropy(h @ c.T, torch.tensor(TARGETS), reduction="sum")
    assert_gradients_are_torchs(SoftmaxOutput(len(COUNTS)), loss, h, c)


def test_softmax_gradients_are_those_of_the_formula(H: np.ndarray, C: np.ndarray) -> None:
    result = SoftmaxOutput(len(COUNTS)).gradients(H[:1], TARGETS[:1], C)
    dW, dC = word2vec.softmax_gradients(H, C, center=0, context=TARGETS[0])
    assert result.grad_hidden[0] == pytest.approx(dW[0])
    assert result.grad_rows == pytest.approx(dC)


def test_hierarchical_gradients_are_those_of_torch(H: np.ndarray, C: np.ndarray) -> None:
    h, c = as_parameters(H, C[:-1])
    tree = huffman_tree(COUNTS)
    loss = torch.zeros((), dtype=torch.float64)
    for example, word in enumerate(TARGETS):
        for step in range(tree.lengths[word]):
            score = h[example] @ c[tree.nodes[word, step]]
            turns_right = tree.codes[word, step] == 0
            p = torch.sigmoid(score) if turns_right else 1 - torch.sigmoid(score)
            loss = loss - torch.log(p)
    assert_gradients_are_torchs(HierarchicalSoftmaxOutput(COUNTS), loss, h, c)


def test_hierarchical_probabilities_sum_to_one(H: np.ndarray, C: np.ndarray) -> None:
    layer = HierarchicalSoftmaxOutput(COUNTS)
    for h in 3 * H:
        assert layer.probabilities(h, C[:-1]).sum() == pytest.approx(1.0)


@pytest.mark.parametrize(("k", "n_shared"), [(2, 2), (5, 3), (1, 8)])
def test_negative_sampling_gradients_are_those_of_torch(
    H: np.ndarray, C: np.ndarray, k: int, n_shared: int
) -> None:
    h, c = as_parameters(H, C)
    make = {"k": k, "n_shared": n_shared, "random_state": 7}
    negatives = NegativeSamplingOutput(COUNTS, **make).draw(n_shared)
    log_sigmoid = torch.nn.functional.logsigmoid
    loss = -log_sigmoid((h * c[TARGETS]).sum(1)).sum()
    loss = loss - k / n_shared * log_sigmoid(-h @ c[negatives].T).sum()
    assert_gradients_are_torchs(NegativeSamplingOutput(COUNTS, **make), loss, h, c)


def test_negative_sampling_loss_averages_to_the_expected_objective(
    H: np.ndarray, C: np.ndarray
) -> None:
    layer = NegativeSamplingOutput(COUNTS, k=5, n_shared=20_000)
    loss = layer.gradients(H[:1], TARGETS[:1], C).loss
    expected = word2vec.expected_negative_sampling_objective(
        H[0], C[TARGETS[0]], C, layer.noise, k=5
    )
    assert loss == pytest.approx(-expected, rel=0.02)


def test_draws_follow_the_noise() -> None:
    layer = NegativeSamplingOutput(COUNTS)
    shares = np.bincount(layer.draw(100_000), minlength=5) / 100_000
    assert shares == pytest.approx(layer.noise, abs=5 * np.sqrt(0.25 / 100_000))


def test_scores_without_bound_give_finite_losses(C: np.ndarray) -> None:
    H = np.full((len(TARGETS), 3), 1e4)
    for layer in (
        SoftmaxOutput(len(COUNTS)),
        HierarchicalSoftmaxOutput(COUNTS),
        NegativeSamplingOutput(COUNTS),
    ):
        result = layer.gradients(H, TARGETS, C[: layer.n_rows])
        assert np.isfinite(result.loss)
        assert np.all(np.isfinite(result.grad_hidden))


def test_k_must_be_positive() -> None:
    with pytest.raises(ValueError, match="k is 0"):
        NegativeSamplingOutput(COUNTS, k=0)
