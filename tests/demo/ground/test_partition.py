"""Dividing a graph into parts of about equal weight."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import connected_components

from yiwang.demo.ground.names import numeral
from yiwang.demo.ground.partition import Graph, divide


def field(wide: int, high: int, seed: int) -> Graph:
    """A field of blocks with neighbours to all four sides, of chance weights."""
    rng = np.random.default_rng(seed)
    number = np.arange(wide * high).reshape(high, wide)
    one = np.r_[number[:, :-1].ravel(), number[:-1].ravel()]
    other = np.r_[number[:, 1:].ravel(), number[1:].ravel()]
    at = np.column_stack([np.tile(np.arange(wide), high), np.repeat(np.arange(high), wide)]) * 100.0
    way = rng.uniform(80, 200, len(one))
    weight = rng.uniform(0.5, 2, wide * high)
    return Graph(at, weight, np.r_[one, other], np.r_[other, one], np.r_[way, way])


@settings(max_examples=30, deadline=None)
@given(st.integers(2, 12), st.integers(2, 12), st.integers(0, 99), st.data())
def test_parts_are_connected_and_none_is_empty(wide: int, high: int, seed: int, data: st.DataObject) -> None:
    graph = field(wide, high, seed)
    count = data.draw(st.integers(1, wide * high))
    label = divide(graph, count)
    assert sorted(set(label.tolist())) == list(range(count))
    inner = label[graph.one] == label[graph.other]
    n = len(graph.at)
    ways = csr_matrix((np.ones(inner.sum()), (graph.one[inner], graph.other[inner])), shape=(n, n))
    assert connected_components(ways, directed=False)[0] == count


def test_parts_weigh_about_the_same() -> None:
    graph = field(20, 20, 7)
    load = np.bincount(divide(graph, 8), graph.weight)
    assert load.max() / load.mean() < 1.35
    assert load.min() / load.mean() > 0.65


def test_more_parts_than_blocks_is_an_error() -> None:
    with pytest.raises(ValueError, match="too coarse"):
        divide(field(2, 2, 1), 5)


@pytest.mark.parametrize(("number", "text"), [(1, "一"), (10, "十"), (11, "十一"), (20, "二十"), (99, "九十九")])
def test_numbers_in_words(number: int, text: str) -> None:
    assert numeral(number) == text
