"""Divides blocks into connected parts of about equal weight whose borders keep to water and large roads.

Parts grow from seeds along the graph of neighbouring blocks; crossing an avenue or the river is a long way. A part that
becomes too heavy gets a head start less, until all weigh about the same.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import shapely
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import connected_components, dijkstra

from yiwang.demo.ground.network import RIVER, Network

if TYPE_CHECKING:
    from yiwang.demo.ground.plane import Floats, Ints, Shapes

CROSSING = {"express": 2.4, "arterial": 1.9, "secondary": 1.5, "street": 1.25, "lane": 1.0, "hidden": 1.0}
"""How much longer the way across a road of each rank counts."""
BROOK = 1.5
OVER_RIVER = 60_000.0
"""Metres the way across the river counts."""
ROUNDS = 24


@dataclass(frozen=True)
class Graph:
    """Blocks as nodes: where they lie (metres), what they weigh, and the ways to their neighbours."""

    at: Floats
    weight: Floats
    one: Ints
    other: Ints
    way: Floats

    def part(self, nodes: Ints) -> Graph:
        """The graph of some of its nodes, renumbered in their order."""
        number = np.full(len(self.at), -1)
        number[nodes] = np.arange(len(nodes))
        kept = (number[self.one] >= 0) & (number[self.other] >= 0)
        one, other = number[self.one[kept]], number[self.other[kept]]
        return Graph(self.at[nodes], self.weight[nodes], one, other, self.way[kept])


def segments(shapes: Shapes) -> tuple[Ints, Ints]:
    """The straight pieces of all shapes: ends in whole micro-degrees (n, 4), the smaller first; and whose they are."""
    corners, of = shapely.get_coordinates(shapes, return_index=True)
    rings = shapely.get_rings(shapes) if shapely.get_dimensions(shapes).max() == 2 else shapes
    _, ring = shapely.get_coordinates(rings, return_index=True)
    whole = np.rint(corners).astype(np.int64)
    follows = ring[1:] == ring[:-1]
    start, end = whole[:-1][follows], whole[1:][follows]
    swapped = (start[:, 0] > end[:, 0]) | ((start[:, 0] == end[:, 0]) & (start[:, 1] > end[:, 1]))
    pieces = np.where(swapped[:, None], np.hstack([end, start]), np.hstack([start, end]))
    return pieces, of[:-1][follows]


def sides(network: Network) -> tuple[Ints, Ints, Ints]:
    """Which blocks lie along each edge of the network: edge, block, and the other block or -1; each side once."""
    pieces, block = segments(network.blocks)
    lines, edge = segments(network.edges)
    _, number = np.unique(np.vstack([pieces, lines]), axis=0, return_inverse=True)
    edge_of = np.full(int(number.max()) + 1, -1)
    edge_of[number[len(pieces) :]] = edge
    mine = number[: len(pieces)]
    order = np.argsort(mine, kind="stable")
    same = mine[order][1:] == mine[order][:-1]
    neighbour = np.full(len(pieces), -1)
    neighbour[order[1:][same]] = block[order[:-1][same]]
    neighbour[order[:-1][same]] = block[order[1:][same]]
    rows = np.unique(np.column_stack([edge_of[mine], block, neighbour]), axis=0)
    return rows[:, 0], rows[:, 1], rows[:, 2]


def make_graph(network: Network, at: Floats, weight: Floats, power: float = 1.0) -> Graph:
    """The graph of a network's blocks; with more `power` borders keep to large roads more strictly."""
    edge, block, neighbour = sides(network)
    inner = neighbour >= 0
    edge, block, neighbour = edge[inner], block[inner], neighbour[inner]
    factor = np.array([CROSSING[road.rank] for road in network.roads])
    road = network.edge_road[edge]
    times = np.where(road >= 0, factor[road], BROOK) ** power
    way = np.hypot(*(at[block] - at[neighbour]).T) * times + np.where(road == RIVER, OVER_RIVER, 0)
    return Graph(at, weight, block, neighbour, np.maximum(way, 1.0))


def divide(graph: Graph, count: int, seeds: Floats | None = None) -> Ints:
    """The part (0 … count-1) of every node. Parts are connected where the graph is; none is empty.

    `seeds` are points (count, 2) to grow near; without them they are spread and moved to the middle of their part.
    ValueError for more parts than nodes.
    """
    n = len(graph.at)
    if count > n:
        raise ValueError(f"{count} parts of {n} blocks: the city is too coarse")
    start = _near(graph, seeds) if seeds is not None else _spread(graph, count)
    ways = _ways(graph)
    usual = float(np.sqrt(np.prod(np.ptp(graph.at, axis=0) + 1) / count))
    head = np.full(count, usual * 3)
    best, best_rate = None, np.inf
    for turn in range(ROUNDS if count > 1 else 1):
        label = _grown(ways, start, head)
        load = np.bincount(label, graph.weight, count)
        rate = float(load.max() / max(load.mean(), 1e-9) + load.mean() / max(load.min(), 1e-9))
        if rate < best_rate:
            best, best_rate = label, rate
        head = head + usual * 0.35 * np.clip(load / load.mean() - 1, -0.8, 0.8)
        head = np.clip(head - head.mean() + usual * 3, usual * 0.2, None)
        if seeds is None and turn < ROUNDS // 2:
            start = _middles(graph, label, start)
    assert best is not None
    return best


def _ways(graph: Graph) -> csr_matrix:
    n = len(graph.at)
    ways = csr_matrix((graph.way, (graph.one, graph.other)), shape=(n, n))
    pieces, label = connected_components(ways, directed=False)
    links: list[tuple[int, int, float]] = []
    for piece in range(1, pieces):
        here, there = np.flatnonzero(label == piece), np.flatnonzero(label != piece)
        away = np.hypot(*(graph.at[here][:, None] - graph.at[there][None]).transpose(2, 0, 1))
        i, j = np.unravel_index(int(np.argmin(away)), away.shape)
        links.append((int(here[i]), int(there[j]), float(away[i, j]) * 5 + 1))
    if links:
        one, other, way = (np.array(column) for column in zip(*links, strict=True))
        ways = ways.maximum(csr_matrix((np.r_[way, way], (np.r_[one, other], np.r_[other, one])), shape=(n, n)))
    return ways


def _grown(ways: csr_matrix, start: Ints, head: Floats) -> Ints:
    """Which seed reaches each node first when seed k sets out `head[k]` metres late; every seed keeps its own node."""
    n, count = ways.shape[0], len(start)
    late = head.copy()
    ends = np.r_[ways.indices, start]
    whole = csr_matrix((np.r_[ways.data, late], ends, np.r_[ways.indptr, len(ways.data) + count]), shape=(n + 1, n + 1))
    _, before = dijkstra(whole, indices=n, return_predecessors=True)
    root = np.where(before[:n] == n, np.arange(n), before[:n])
    root[start] = start
    for _ in range(64):
        further = root[root]
        if np.array_equal(further, root):
            break
        root = further
    label = np.full(n, -1)
    label[start] = np.arange(count)
    grown: Ints = label[root]
    return grown


def _near(graph: Graph, seeds: Floats) -> Ints:
    """The node nearest each point, none twice."""
    taken: list[int] = []
    for seed in seeds:
        away = np.hypot(*(graph.at - seed).T)
        away[taken] = np.inf
        taken.append(int(np.argmin(away)))
    return np.array(taken)


def _spread(graph: Graph, count: int) -> Ints:
    """Nodes far from each other: each next one is the farthest from all before."""
    first = int(np.argmin(graph.at[:, 0] - graph.at[:, 1]))
    taken = [first]
    away = np.hypot(*(graph.at - graph.at[first]).T)
    while len(taken) < count:
        away[taken] = -1
        taken.append(int(np.argmax(away)))
        away = np.minimum(away, np.hypot(*(graph.at - graph.at[taken[-1]]).T))
    return np.array(taken)


def _middles(graph: Graph, label: Ints, start: Ints) -> Ints:
    """For each part its node nearest to the part's middle."""
    count = len(start)
    load = np.bincount(label, graph.weight, count) + 1e-12
    middle = np.column_stack([np.bincount(label, graph.weight * graph.at[:, k], count) / load for k in (0, 1)])
    away = np.hypot(*(graph.at - middle[label]).T)
    order = np.lexsort((away, label))
    _, first = np.unique(label[order], return_index=True)
    found: Ints = order[first]
    return found if len(found) == count else start
