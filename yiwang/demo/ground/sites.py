"""Where one may build: every block without its streets and waters, and what the city uses it for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import shapely

from yiwang.demo.ground import zones
from yiwang.demo.ground.landscape import Landscape
from yiwang.demo.ground.network import Network
from yiwang.demo.ground.partition import sides
from yiwang.demo.ground.plane import from_micro

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from yiwang.demo.ground.areas import Areas
    from yiwang.demo.ground.plane import Floats, Ints, Shapes

VERGE = 5.0
"""Metres between kerb and what is built."""
FENCE = 2.5
"""Metres kept clear of lines between blocks where no street runs, and of the city's boundary."""
WATERSIDE = 14.0
SHOPPING = ("express", "arterial", "secondary")
"""Ranks of streets with shops."""
SMALLEST = 500.0
"""m² below which nothing is done with a site."""

MIXTURES: dict[str, tuple[tuple[str, float], ...]] = {
    "cbd": (("cbd", 66), ("mall", 7), ("hotel", 8), ("office", 8), ("square", 4), ("estate_high", 7)),
    "old": (("oldtown", 88), ("market", 3), ("square", 3), ("estate_old", 6)),
    "works": (("factory", 76), ("estate_mid", 6), ("farmland", 6), ("market", 2), ("wood", 6), ("village", 4)),
    "campus": (("campus", 78), ("park", 12), ("estate_old", 10)),
    "inner": (
        ("estate_high", 25), ("estate_mid", 22), ("estate_old", 30), ("office", 7), ("mall", 2),
        ("hotel", 1.5), ("park", 5.5), ("square", 1), ("market", 1), ("oldtown", 2), ("estate_low", 1),
    ),
    "ring": (
        ("estate_high", 27), ("estate_mid", 20), ("estate_old", 16), ("estate_low", 4), ("office", 3), ("factory", 6),
        ("park", 8), ("village", 8), ("farmland", 5), ("mall", 1), ("wood", 2),
    ),
    "edge": (
        ("farmland", 40), ("village", 24), ("factory", 8), ("estate_mid", 5), ("estate_high", 5), ("estate_low", 4),
        ("wood", 12), ("park", 2),
    ),
}  # fmt: skip
"""What blocks of each kind of quarter are used for, by weight."""
LEAST = {"mall": 9_000, "hotel": 3_000, "factory": 6_000, "square": 2_500, "campus": 6_000, "office": 2_500}
"""m² a use needs; smaller sites get the quarter's first use."""


@dataclass(frozen=True)
class Sites:
    """Sites as parallel arrays, metres of the plane."""

    shapes: Shapes
    block: Ints
    use: Shapes
    angle: Floats
    """Radians east of which the rows of buildings run, within 45 degrees of east."""
    dense: Floats
    fronts: NDArray[np.bool_]
    """Whether a street worth a shop runs along its south, east, north, west side (n, 4)."""

    def __len__(self) -> int:
        """How many."""
        return len(self.shapes)


def make_sites(seed: int, network: Network, land: Landscape, areas: Areas) -> Sites:
    """All sites of the network's blocks with their uses."""
    rng = np.random.default_rng([seed, 4])
    blocks = from_micro(network.blocks)
    open_ground = _without_roads(blocks, network)
    open_ground = _without_waters(open_ground, land)
    shapes, block = shapely.get_parts(open_ground, return_index=True)
    large = (shapely.get_dimensions(shapes) == 2) & (shapely.area(shapes) > SMALLEST)
    shapes, block = shapes[large], block[large]
    at = shapely.get_coordinates(shapely.centroid(shapes))
    use = _uses(rng, shapes, at, block, blocks, land, areas)
    angle = _angles(shapes)
    return Sites(shapes, block, use, angle, zones.density(at), _fronts(network, at, block, angle))


def _without_roads(blocks: Shapes, network: Network) -> Shapes:
    """Blocks without half of each street along them and a verge; one side after the other, all blocks at once."""
    edge, block, _ = sides(network)
    edge, block = edge[edge >= 0], block[edge >= 0]
    half = np.where(network.widths > 0, network.widths / 2 + VERGE, FENCE)
    strips = shapely.buffer(from_micro(network.edges), half, quad_segs=2)
    order = np.argsort(block, kind="stable")
    edge, block = edge[order], block[order]
    turn = np.arange(len(block)) - np.searchsorted(block, block)
    left = blocks.copy()
    for k in range(int(turn.max()) + 1 if len(turn) else 0):
        now = turn == k
        left[block[now]] = shapely.difference(left[block[now]], strips[edge[now]])
    return left


def _without_waters(ground: Shapes, land: Landscape) -> Shapes:
    """Ground without the waters and their banks."""
    left = ground.copy()
    for water in land.waters:
        wide = shapely.buffer(water.shape, WATERSIDE)
        shapely.prepare(wide)
        touched = shapely.intersects(wide, left)
        left[touched] = shapely.difference(left[touched], wide)
    return left


def _angles(shapes: Shapes) -> Floats:
    corners = shapely.get_coordinates(shapely.oriented_envelope(shapes)).reshape(-1, 5, 2)
    side = corners[:, 1] - corners[:, 0]
    angle = np.arctan2(side[:, 1], side[:, 0])
    turned: Floats = (angle + np.pi / 4) % (np.pi / 2) - np.pi / 4
    return turned


def _fronts(network: Network, at: Floats, block: Ints, angle: Floats) -> NDArray[np.bool_]:
    """Which sides of each site have a street: the middle of each edge tells on which side it runs."""
    edge, of_block, _ = sides(network)
    rank = np.array([road.rank in SHOPPING for road in network.roads])
    road = np.where(edge >= 0, network.edge_road[edge], -1)
    busy = (road >= 0) & rank[road]
    edge, of_block = edge[busy], of_block[busy]
    middles = shapely.get_coordinates(shapely.line_interpolate_point(from_micro(network.edges), 0.5, normalized=True))
    order = np.argsort(of_block, kind="stable")
    edge, of_block = edge[order], of_block[order]
    first, last = np.searchsorted(of_block, block), np.searchsorted(of_block, block, side="right")
    site = np.repeat(np.arange(len(block)), last - first)
    pick = np.arange(len(site)) - np.repeat(np.cumsum(last - first) - (last - first), last - first)
    away = middles[edge[np.repeat(first, last - first) + pick]] - at[site]
    way = (np.arctan2(away[:, 1], away[:, 0]) - angle[site]) % (2 * np.pi)
    side = (np.rint(way / (np.pi / 2)).astype(int) + 1) % 4
    fronts = np.zeros((len(block), 4), dtype=bool)
    fronts[site, side] = True
    return fronts


def _quarters(at: Floats) -> Shapes:
    """The kind of quarter at each point."""
    dense = zones.density(at)
    quarter = np.where(dense > 0.68, "inner", np.where(dense > 0.3, "ring", "edge")).astype(object)
    for name, spots, least in (
        ("works", zones.WORKS, 0.37),
        ("campus", (zones.CAMPUS,), 0.37),
        ("cbd", zones.CENTRES, 0.37),
        ("old", zones.OLD_TOWNS, 0.37),
    ):
        quarter[zones.near(at, spots) > least] = name
    return quarter


def _uses(
    rng: np.random.Generator, shapes: Shapes, at: Floats, block: Ints, blocks: Shapes, land: Landscape, areas: Areas
) -> Shapes:
    size = shapely.area(shapes)
    quarter = _quarters(at)
    use = np.empty(len(shapes), dtype=object)
    for name, mixture in MIXTURES.items():
        here = np.flatnonzero(quarter == name)
        weights = np.array([weight for _use, weight in mixture])
        drawn = rng.choice(len(mixture), len(here), p=weights / weights.sum())
        use[here] = np.array([each for each, _weight in mixture], dtype=object)[drawn]
        for each, least in LEAST.items():
            use[here[(use[here] == each) & (size[here] < least)]] = mixture[0][0]
    _public(rng, use, size, quarter, areas.block_community[block])
    inside = shapely.point_on_surface(shapes)
    hills = shapely.union_all([hill for _name, hill in land.hills])
    use[shapely.contains(hills, inside)] = "hill"
    shore = shapely.union_all([shapely.buffer(land.shore, 72), shapely.buffer(land.river.shape, 44)])
    use[shapely.contains(shore, inside)] = "belt"
    narrow = size / shapely.length(shapes) < 9
    use[narrow & ~np.isin(use, ["hill", "belt"])] = "wood"
    return use


def _public(rng: np.random.Generator, use: Shapes, size: Floats, quarter: Shapes, community: Ints) -> None:
    """Give every community a school, and by turns a hospital, market, park, town hall, middle school."""
    turns = ("hospital", "market", "middle", "government", "park", "culture")
    free = ~np.isin(quarter, ["cbd", "campus"])
    for number in range(int(community.max()) + 1 if len(community) else 0):
        here = np.flatnonzero((community == number) & free & (size > 4_000) & (size < 60_000))
        if len(here) < 8:
            here = np.flatnonzero((community == number) & (size > 2_000))
        here = rng.permutation(here)
        here = here[np.argsort(np.abs(size[here] - 17_000), kind="stable")]
        wanted = ["school", turns[number % len(turns)], turns[(number + 1 + number // 6) % len(turns)]]
        for each, site in zip(wanted, here, strict=False):
            use[site] = each
