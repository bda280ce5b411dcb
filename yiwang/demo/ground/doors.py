"""Which address each building has: a number on a street, a house of an estate, a part of something with a name."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import shapely

from yiwang.demo.ground import streets as along
from yiwang.demo.ground.buildings import Buildings
from yiwang.demo.ground.estates import CORNERS, Called
from yiwang.demo.ground.network import Network
from yiwang.demo.ground.partition import sides
from yiwang.demo.ground.sites import Sites
from yiwang.demo.ground.streets import Streets

if TYPE_CHECKING:
    from yiwang.demo.ground.areas import Areas
    from yiwang.demo.ground.names import Name
    from yiwang.demo.ground.plane import Floats, Ints

LARGER_ROADS = {"express": 0.55, "arterial": 0.5, "secondary": 0.55, "street": 0.85, "lane": 1.2, "hidden": 9.0}
"""How near a road of each rank counts when a house chooses the street it belongs to."""
BATCH = 8
"""Most sides of a block a house looks at."""


@dataclass(frozen=True)
class Door:
    """A building's address: its street with a number where it has one of its own, its place and its part of it."""

    street: int
    """Position in `Streets`, -1 without a number of its own."""
    number: int
    place: Name
    """Estate, village or what else the site is called; empty for houses of a street."""
    kind: str
    """door, estate, village or poi."""
    part: int
    """Number of the house in its place; 0 for what has none."""
    corner: Name
    """What is in it besides: a community centre, a kindergarten …; else empty."""


def doors(
    network: Network, streets: Streets, sites: Sites, calls: list[Called], buildings: Buildings, areas: Areas
) -> tuple[list[Door], Streets]:
    """The door of every building, and the streets with their numbers beginning at their first house.

    Shops and houses of the street have their own number. An estate, school or works has one at its gate, the house
    nearest to its street, and counts its houses through.
    """
    road, metres, side = _nearest(network, streets, sites, buildings)
    street = np.where(road >= 0, streets.of_road[road], -1)
    kinds = np.array([call.kind for call in calls], dtype=object)[buildings.site]
    shared = np.isin(kinds, ["estate", "poi", "campus", "village"]) & (buildings.is_shop == 0)
    part = _parts(buildings, shared, calls)
    gates = _gates(buildings, shared & (kinds != "village"), road, network)
    has_own = (~shared | gates) & (street >= 0)
    number = np.zeros(len(buildings), dtype=np.int64)
    mine = np.flatnonzero(has_own)
    first = np.full(len(streets.streets), np.inf)
    np.minimum.at(first, street[mine], metres[mine])
    first[~np.isfinite(first)] = 0.0
    begun = replace(streets, begins=streets.begins - np.where(streets.of_road >= 0, first[streets.of_road], 0.0))
    from_first = metres[mine] - first[street[mine]]
    usual = along.usual_numbers(from_first, side[mine])
    number[mine] = along.own_numbers(street[mine], side[mine], from_first, usual)
    corner = _corners(sites, buildings, areas)
    none = ("", "")
    made = []
    for k, site in enumerate(buildings.site.tolist()):
        call = calls[site]
        kind = {"estate": "estate", "village": "village"}.get(call.kind, "poi") if shared[k] else "door"
        place = call.name if shared[k] else none
        own = int(street[k]) if has_own[k] else -1
        made.append(Door(own, int(number[k]), place, kind, int(part[k]), corner.get(k, none)))
    return made, begun


def _nearest(network: Network, streets: Streets, sites: Sites, buildings: Buildings) -> tuple[Ints, Floats, Ints]:
    """For every building the road it belongs to (-1: none), and along it metres and side."""
    edge, block, _ = sides(network)
    road = np.where(edge >= 0, network.edge_road[edge], -1)
    usable = (road >= 0) & (streets.of_road[road] >= 0)
    road, block = road[usable], block[usable]
    pairs = np.unique(np.column_stack([block, road]), axis=0)
    block, road = pairs[:, 0], pairs[:, 1]
    lines = np.array([each.line for each in network.roads], dtype=object)
    factor = np.array([LARGER_ROADS[each.rank] for each in network.roads])
    house = sites.block[buildings.site]
    first, last = np.searchsorted(block, house), np.searchsorted(block, house, side="right")
    points = np.asarray(shapely.points(buildings.at))
    best = np.full(len(buildings), np.inf)
    chosen = np.full(len(buildings), -1)
    for k in range(int((last - first).max()) if len(house) else 0):
        now = np.flatnonzero(first + k < last)
        candidate = road[first[now] + k]
        away = shapely.distance(points[now], lines[candidate]) * factor[candidate]
        nearer = away < best[now]
        best[now[nearer]], chosen[now[nearer]] = away[nearer], candidate[nearer]
    metres, side = np.zeros(len(house)), np.zeros(len(house), dtype=int)
    known = np.flatnonzero(chosen >= 0)
    metres[known], side[known], _ = along.numbers(network, streets, chosen[known], buildings.at[known])
    return chosen, metres, side


def _parts(buildings: Buildings, shared: Ints, calls: list[Called]) -> Ints:
    """Houses of each place (a university has many sites) counted through, row by row; 0 for those not counted."""
    part = np.zeros(len(buildings), dtype=np.int64)
    _, place_of_site = np.unique([call.name[0] for call in calls], return_inverse=True)
    mine = np.flatnonzero(shared)[::-1]
    mine = mine[np.argsort(place_of_site[buildings.site[mine]], kind="stable")]
    place = place_of_site[buildings.site[mine]]
    part[mine] = np.arange(len(mine)) - np.searchsorted(place, place) + 1
    return part


def _gates(buildings: Buildings, shared: Ints, road: Ints, network: Network) -> Ints:
    """The house of each shared site that is nearest to its road."""
    lines = np.array([each.line for each in network.roads], dtype=object)
    away = np.full(len(buildings), np.inf)
    mine = np.flatnonzero(shared & (road >= 0))
    away[mine] = shapely.distance(shapely.points(buildings.at[mine]), lines[road[mine]])
    order = mine[np.lexsort((away[mine], buildings.site[mine]))]
    _, first = np.unique(buildings.site[order], return_index=True)
    gate = np.zeros(len(buildings), dtype=bool)
    gate[order[first]] = True
    return gate


def _corners(sites: Sites, buildings: Buildings, areas: Areas) -> dict[int, Name]:
    """Shops of every community that hold its community centre, clinic, kindergarten and so on: by building."""
    community = areas.block_community[sites.block[buildings.site]]
    shops = np.flatnonzero(buildings.is_shop == 1)
    found: dict[int, Name] = {}
    for number, area in enumerate(areas.communities):
        here = shops[community[shops] == number]
        own = area.title["zh-Hans"].removesuffix("社区"), area.title["en"].removesuffix(" Community")
        steps = np.linspace(0, len(here) - 1, len(CORNERS)).astype(int)[: len(here)]
        for (zh, en), step in zip(CORNERS, steps, strict=False):
            found[int(here[step])] = (own[0] + zh, f"{own[1]} {en}")
    return found
