"""Streets as people use them: names for those without one, house numbers along them, crossings."""

from __future__ import annotations

import itertools
from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import shapely

from yiwang.demo.ground import names
from yiwang.demo.ground.network import Network
from yiwang.demo.ground.partition import sides
from yiwang.demo.ground.plane import from_micro
from yiwang.demo.ground.skeleton import Road

if TYPE_CHECKING:
    from yiwang.demo.ground.areas import Areas
    from yiwang.demo.ground.plane import Floats, Ints, Shapes

RANKS = ("express", "arterial", "secondary", "street", "lane")
"""From the largest."""
PACE = 15.0
"""Metres of road that take one number on each side."""
STREET_ENDS = (("路", "Road"), ("街", "Street"), ("东路", "East Road"), ("西路", "West Road"), ("支路", "Branch Road"))
LANE_ENDS = (("巷", "Lane"), ("弄", "Alley"))


@dataclass(frozen=True)
class Street:
    """All pieces of road of one name, in the order of their numbers."""

    name: names.Name
    rank: str
    pieces: tuple[int, ...]
    """Positions in the network's roads."""


@dataclass(frozen=True)
class Streets:
    """The named streets; for every road of the network its street (-1: none) and where on it the road begins."""

    streets: tuple[Street, ...]
    of_road: Ints
    begins: Floats
    """Metres of the street before each road, from where its numbers begin."""


def named(network: Network, areas: Areas, spare: list[names.Name]) -> tuple[Network, Streets]:
    """The network with a name for every road people use, and its streets.

    Streets take the names of `spare`; lanes are counted through in their community: 朝阳一巷, 朝阳二巷.
    """
    community = _community_of_roads(network, areas)
    wide = [(zh + end, f"{en} {kind}") for end, kind in STREET_ENDS for zh, en in spare]
    taken = {road.name[0] for road in network.roads}
    fresh = iter([name for name in wide if name[0] not in taken])
    lanes: Counter[str] = Counter()
    roads: list[Road] = []
    for road, where in zip(network.roads, community.tolist(), strict=True):
        if road.name[0] or road.rank == "hidden" or where < 0:
            roads.append(road)
            continue
        name = next(fresh, None) if road.rank == "street" else None
        if name is None:
            own = areas.communities[where].title
            near = names.PREFIXES[where % len(names.PREFIXES)]
            pairs = [(own["zh-Hans"].removesuffix("社区"), own["en"].removesuffix(" Community")), near]
            zh, en = pairs[(lanes[f"#{where}"] // 9) % 2]
            lanes[f"#{where}"] += 1
            lanes[zh] += 1
            number = (lanes[zh] - 1) // len(LANE_ENDS) + 1
            end, kind = LANE_ENDS[(lanes[zh] - 1) % len(LANE_ENDS)]
            name = (f"{zh}{names.numeral(min(number, 99))}{end}", f"{en} {kind} {number}")
        roads.append(replace(road, name=name))
    made = replace(network, roads=tuple(roads))
    return made, _streets(made, community)


def _community_of_roads(network: Network, areas: Areas) -> Ints:
    """The community most of whose blocks lie along each road; -1 where none of its edges is left."""
    edge, block, _ = sides(network)
    known = edge >= 0
    road = network.edge_road[edge[known]]
    community = areas.block_community[block[known]]
    found = np.full(len(network.roads), -1)
    order = np.lexsort((community, road))
    road, community = road[order], community[order]
    real = road >= 0
    road, community = road[real], community[real]
    numbers, start = np.unique(road, return_index=True)
    middle = np.r_[start[1:], len(road)]
    found[numbers] = community[(start + middle - 1) // 2]
    return found


def _streets(network: Network, community: Ints) -> Streets:
    used = community >= 0
    by_name: dict[str, list[int]] = {}
    for number, road in enumerate(network.roads):
        if road.name[0] and used[number]:
            by_name.setdefault(road.name[0], []).append(number)
    streets: list[Street] = []
    of_road = np.full(len(network.roads), -1)
    begins = np.zeros(len(network.roads))
    for pieces in by_name.values():
        ranks = [network.roads[piece].rank for piece in pieces]
        of_road[pieces] = len(streets)
        lengths = [float(network.roads[piece].line.length) for piece in pieces]
        begins[pieces] = np.r_[0, np.cumsum(lengths)[:-1]]
        rank = min(ranks, key=RANKS.index)
        streets.append(Street(network.roads[pieces[0]].name, rank, tuple(pieces)))
    return Streets(tuple(streets), of_road, begins)


def numbers(network: Network, streets: Streets, road: Ints, at: Floats) -> tuple[Floats, Ints, Ints]:
    """For points (n, 2) at roads: metres along the street, side (0 left with odd numbers, 1 right), number there."""
    lines = np.array([each.line for each in network.roads], dtype=object)[road]
    points = shapely.points(at)
    along = shapely.line_locate_point(lines, points)
    here = shapely.get_coordinates(shapely.line_interpolate_point(lines, np.maximum(along - 4, 0)))
    ahead = shapely.get_coordinates(shapely.line_interpolate_point(lines, along + 4))
    way, aside = ahead - here, at - here
    side = (way[:, 0] * aside[:, 1] - way[:, 1] * aside[:, 0] < 0).astype(np.int64)
    metres = streets.begins[road] + along
    return metres, side, usual_numbers(metres, side)


def usual_numbers(metres: Floats, side: Ints) -> Ints:
    """The number usual so many metres along a street: odd on the left, even on the right."""
    made: Ints = np.maximum(metres // PACE, 0).astype(np.int64) * 2 + 1 + side
    return made


def own_numbers(street: Ints, side: Ints, metres: Floats, usual: Ints) -> Ints:
    """Numbers that no two doors of a street share, rising along each side and near the usual ones."""
    made = np.zeros(len(street), dtype=np.int64)
    order = np.lexsort((metres, side, street))
    group = street[order] * 2 + side[order]
    edges = np.flatnonzero(np.r_[True, group[1:] != group[:-1], True])
    for start, end in itertools.pairwise(edges.tolist()):
        steps = 2 * np.arange(end - start)
        made[order[start:end]] = np.maximum.accumulate(usual[order[start:end]] - steps) + steps
    return made


def crossings(network: Network, streets: Streets) -> list[tuple[int, int, float, float]]:
    """Where two streets meet: the larger, the other, x, y in metres; each pair once, at their first junction."""
    at: dict[tuple[int, int], set[int]] = {}
    ends = np.rint(np.hstack([shapely.get_coordinates(shapely.get_point(network.edges, k)) for k in (0, -1)])).astype(
        int
    )
    for (x1, y1, x2, y2), road in zip(ends.tolist(), network.edge_road.tolist(), strict=True):
        street = int(streets.of_road[road]) if road >= 0 else -1
        if street >= 0:
            at.setdefault((x1, y1), set()).add(street)
            at.setdefault((x2, y2), set()).add(street)
    order = {number: (RANKS.index(each.rank), number) for number, each in enumerate(streets.streets)}
    found: dict[tuple[int, int], tuple[int, int]] = {}
    for place in sorted(at):
        meeting = sorted(at[place], key=lambda number: order[number])
        for other in meeting[1:]:
            found.setdefault((meeting[0], other), place)
    where = from_micro(shapely.points(np.array(list(found.values()), dtype=float).reshape(-1, 2)))
    points = shapely.get_coordinates(where)
    return [(one, other, float(x), float(y)) for (one, other), (x, y) in zip(found, points, strict=True)]


def street_lines(network: Network, streets: Streets) -> Shapes:
    """The line of every street as it is on the ground, in micro-degrees."""
    street = np.where(network.edge_road >= 0, streets.of_road[network.edge_road], -1)
    order = np.argsort(street, kind="stable")
    order = order[street[order] >= 0]
    groups = shapely.multilinestrings(network.edges[order], indices=street[order])
    merged: Shapes = np.asarray(shapely.line_merge(groups))
    return merged
