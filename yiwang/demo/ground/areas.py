"""Districts, streets, communities and grids of the blocks, with their codes and names."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import shapely

from yiwang.demo.ground import names
from yiwang.demo.ground.landscape import HEART, Landscape
from yiwang.demo.ground.network import Network
from yiwang.demo.ground.partition import divide, make_graph
from yiwang.demo.ground.plane import from_micro, metres, micro_degrees
from yiwang.demo.ground.plans import AreaPlan, GridPlan
from yiwang.demo.ground.zones import density
from yiwang.demo.size import Size

if TYPE_CHECKING:
    from yiwang.demo.ground.partition import Graph
    from yiwang.demo.ground.plane import Floats, Ints

SEATS: tuple[tuple[float, float], ...] = (
    (1.0, 3.1), (-2.4, 4.5), (-1.6, 0.2), (-5.2, 1.4),
    (3.7, 4.5), (4.7, -0.3), (5.7, 2.6), (3.0, 1.5),
    (-4.8, -3.9), (1.4, -3.9), (4.9, -3.3), (-1.5, -3.0),
)  # fmt: skip
"""Where the town halls of the twelve streets stand, kilometres."""
ANCHOR = (118.952, 29.63)
"""A point known to lie in the first community (朝阳社区); WGS-84."""
SIMPLER = 18.0
"""Micro-degrees (2 m) by which the borders of grids may differ from the lines they follow."""


@dataclass(frozen=True)
class Areas:
    """The division tree, and of every block its street (0 …), its community and its grid (positions in the tuples)."""

    plans: tuple[AreaPlan, ...]
    communities: tuple[AreaPlan, ...]
    grids: tuple[GridPlan, ...]
    block_community: Ints
    block_grid: Ints


def make_areas(network: Network, land: Landscape, size: Size, scale: float) -> Areas:
    """Divide the network's blocks. ValueError where there are fewer blocks than grids asked for."""
    shapes = from_micro(network.blocks)
    at = shapely.get_coordinates(shapely.point_on_surface(shapes))
    wild = shapely.union_all([land.shore, land.river.shape, *(hill for _name, hill in land.hills)])
    area = shapely.area(shapes)
    lived = density(at) * (1 - 0.95 * shapely.contains(wild, shapely.points(at)))
    weight = area * (0.1 + lived)
    share = weight / weight.sum() + 0.8 / len(at)
    graph = make_graph(network, at, share)
    street = divide(make_graph(network, at, share, 2.4), size.streets, _seats(size, scale))
    plans = _upper_plans(size)
    streets = [plan for plan in plans if plan.level == 4]
    communities: list[AreaPlan] = []
    community = np.zeros(len(at), dtype=np.int64)
    grid = np.zeros(len(at), dtype=np.int64)
    anchor = np.array(metres(*ANCHOR))
    n_grids = 0
    titles: list[tuple[AreaPlan, int]] = []
    for number, (plan, count) in enumerate(zip(streets, _shares(size.communities, size.streets), strict=True)):
        nodes = np.flatnonzero(street == number)
        for k, members in enumerate(_parts(graph, nodes, count, anchor if number == 0 else None)):
            made = _community(plan, number, k)
            n_in = _shares(size.grids, size.communities)[len(communities)]
            for j, cells in enumerate(_parts(graph, members, n_in, None)):
                grid[cells] = n_grids
                titles.append((made, j + 1))
                n_grids += 1
            community[members] = len(communities)
            communities.append(made)
    return Areas((*plans, *communities), tuple(communities), _grids(network, grid, titles), community, grid)


def _seats(size: Size, scale: float) -> Floats | None:
    if size.streets != len(SEATS):
        return None
    heart = np.array(HEART)
    seats: Floats = ((np.array(SEATS) - heart) * scale + heart) * 1000
    return seats


def _shares(total: int, among: int) -> list[int]:
    """A number in as equal whole shares as can be, larger ones first."""
    least, more = divmod(total, among)
    return [least + (k < more) for k in range(among)]


def _parts(graph: Graph, nodes: Ints, count: int, first: Floats | None) -> list[Ints]:
    """Nodes in `count` parts, in reading order (north to south, west to east), the one nearest `first` leading."""
    part = graph.part(nodes)
    label = divide(part, count)
    found = [nodes[label == k] for k in range(count)]
    middles = np.array([graph.at[members].mean(axis=0) for members in found])
    height = max(float(np.ptp(middles[:, 1])) / max(np.sqrt(count), 1), 1.0)
    order = np.lexsort((middles[:, 0], -np.floor((middles[:, 1] - middles[:, 1].min()) / height + 0.3)))
    if first is not None:
        nearest = label[int(np.argmin(np.hypot(*(part.at - first).T)))]
        order = np.r_[nearest, order[order != nearest]]
    return [found[k] for k in order]


def _upper_plans(size: Size) -> list[AreaPlan]:
    """Districts and their streets."""
    plans: list[AreaPlan] = []
    number = 0
    for d, count in enumerate(_shares(size.streets, size.districts)):
        code = f"yx{d + 1:02}"
        plans.append(AreaPlan(code, "yunxi", _title(_numbered(names.DISTRICTS, d)), 3, "division"))
        for k in range(count):
            pool = names.STREETS[4 * (d % 3) : 4 * (d % 3) + 4]
            zh, en = _numbered(pool, k if d < 3 else k + 4 * (d // 3))
            plans.append(AreaPlan(f"{code}{k + 1:02}", code, _title((f"{zh}街道", f"{en} Street")), 4, "division"))
            number += 1
    return sorted(plans, key=lambda plan: (plan.level, plan.code))


def _community(street: AreaPlan, number: int, k: int) -> AreaPlan:
    pool = next(
        (
            p
            for p, (zh, _en) in zip(names.COMMUNITIES, names.STREETS, strict=True)
            if street.title["zh-Hans"] == f"{zh}街道"
        ),
        names.COMMUNITIES[number % len(names.COMMUNITIES)],
    )
    zh, en = _numbered(pool, k)
    title = _title((f"{zh}社区", f"{en} Community"))
    return AreaPlan(f"{street.code}{k + 1:02}", street.code, title, 5, "community")


def _numbered(pool: tuple[names.Name, ...], k: int) -> names.Name:
    """The k-th name; past the end of the pool they come again with a number."""
    zh, en = pool[k % len(pool)]
    again = k // len(pool)
    return (zh, en) if not again else (f"{zh}{names.numeral(again + 1)}", f"{en} {again + 1}")


def _title(name: names.Name) -> dict[str, str]:
    return {"zh-Hans": name[0], "en": name[1]}


def _grids(network: Network, grid: Ints, titles: list[tuple[AreaPlan, int]]) -> tuple[GridPlan, ...]:
    """The union of each grid's blocks, borders simplified together so that neighbours keep sharing every corner."""
    order = np.argsort(grid, kind="stable")
    ends = np.searchsorted(grid[order], np.arange(len(titles) + 1))
    whole = np.array(
        [shapely.coverage_union_all(network.blocks[order[a:b]]) for a, b in itertools.pairwise(ends)],
        dtype=object,
    )
    whole = shapely.coverage_simplify(whole, SIMPLER)
    made = []
    for shape, (community, number) in zip(micro_degrees(whole), titles, strict=True):
        zh, en = community.title["zh-Hans"], community.title["en"].removesuffix(" Community")
        title = {"zh-Hans": f"{zh}第{names.numeral(number)}网格", "en": f"{en} grid {number}"}
        made.append(GridPlan(f"{community.code}G{number:02}", title, community.code, shape))
    return tuple(made)
