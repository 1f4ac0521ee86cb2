import heapq

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from embref.huffman import huffman_tree

COUNTS = st.lists(st.integers(0, 50), min_size=2, max_size=25)


def least_total_length(counts: list[int]) -> int:
    """Cost of the best code: the sum of all merges, whatever the tree looks like."""
    heap, total = list(counts), 0
    heapq.heapify(heap)
    while len(heap) > 1:
        merged = heapq.heappop(heap) + heapq.heappop(heap)
        total += merged
        heapq.heappush(heap, merged)
    return total


@given(COUNTS)
def test_no_code_is_shorter(counts: list[int]) -> None:
    assert counts @ huffman_tree(counts).lengths == least_total_length(counts)


@given(COUNTS)
def test_paths_end_in_different_leaves_and_fill_the_tree(counts: list[int]) -> None:
    tree = huffman_tree(counts)
    assert np.sum(2.0**-tree.lengths) == pytest.approx(1.0)
    paths = {tuple(codes[:length]) for codes, length in zip(tree.codes, tree.lengths, strict=True)}
    assert len(paths) == len(counts)


@given(COUNTS)
def test_a_code_leads_along_its_nodes(counts: list[int]) -> None:
    """Two words whose codes agree so far stand at the same node."""
    tree = huffman_tree(counts)
    node_after: dict[tuple[int, ...], int] = {}
    for nodes, codes, length in zip(tree.nodes, tree.codes, tree.lengths, strict=True):
        for step in range(length):
            assert node_after.setdefault(tuple(codes[:step]), nodes[step]) == nodes[step]
    assert sorted(node_after.values()) == list(range(len(counts) - 1))


@pytest.mark.parametrize(
    ("counts", "message"),
    [([3], "at least two words"), ([[1, 2]], "two words"), ([1, -1], "non-negative")],
)
def test_bad_counts_are_refused(counts: list, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        huffman_tree(counts)
