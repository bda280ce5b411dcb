"""The street network and the blocks it cuts the city into.

Planned roads are joined with the middle lines of the waters; streets between them lose pieces where the city is thin;
what is left open is cut in two again and again until its parts are of the size usual there. All lines are snapped to
micro-degrees before the blocks are formed, so that neighbours share every corner exactly.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import shapely

from yiwang.demo.ground.landscape import LAKE, Landscape
from yiwang.demo.ground.plane import from_micro, to_micro
from yiwang.demo.ground.skeleton import Road, lake_drive
from yiwang.demo.ground.zones import block_size, density

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from yiwang.demo.ground.plane import Floats, Ints, Shapes

FAR = 20_000.0
RIVER = -2
STUB = 250.0
"""Metres below which any road that ends in the open is left out: no block would keep clear of it."""
HILL_BLOCK = 600_000.0
"""m²: how large a piece of a hill may be."""


@dataclass(frozen=True)
class Network:
    """Lines of the city between junctions, and its blocks; both in micro-degrees, blocks also in metres."""

    roads: tuple[Road, ...]
    """Every road there is, lanes too; names of those without one are given later."""
    edges: Shapes
    """Lines in micro-degrees, cut at every junction."""
    edge_road: Ints
    """Which road an edge belongs to; -1 for the boundary, brooks and hills' feet, `RIVER` for the river's middle."""
    blocks: Shapes
    """Polygons in micro-degrees that tile the outline."""

    @property
    def widths_of_roads(self) -> Floats:
        """Metres from kerb to kerb of every road."""
        return np.array([road.width for road in self.roads])

    @property
    def widths(self) -> Floats:
        """Metres from kerb to kerb of every edge; 0 where no road is."""
        widths: Floats = np.where(self.edge_road >= 0, self.widths_of_roads[self.edge_road], 0.0)
        return widths


def make_network(seed: int, land: Landscape, planned: list[Road], fineness: float) -> Network:
    """The network of the planned roads; `fineness` multiplies the usual size of blocks."""
    rng = np.random.default_rng([seed, 3])
    hidden = _hidden(land, rng)
    in_river = shapely.covered_by(np.array(hidden, dtype=object), land.river.shape)
    lines = np.array([road.line for road in planned] + hidden, dtype=object)
    edges, parent = _noded(lines)
    kept = _thinned(edges, parent, planned, land, rng)
    edges, parent = edges[kept], parent[kept]
    open_ground = from_micro(shapely.get_parts(shapely.polygonize(edges)))
    cuts, ranks = _cuts(open_ground, land, rng, fineness)
    roads = [*planned, *(Road(("", ""), rank, cut, False) for rank, cut in zip(ranks, cuts, strict=True))]
    every = np.r_[lines, cuts]
    owner = np.r_[np.arange(len(planned)), np.where(in_river, RIVER, -1), np.arange(len(planned), len(roads))]
    whole, parent = _noded(np.r_[from_micro(edges), cuts], every)
    blocks = shapely.get_parts(shapely.polygonize(whole))
    return Network(tuple(roads), whole, owner[parent], blocks[_reading_order(blocks)])


def _hidden(land: Landscape, rng: np.random.Generator) -> list[shapely.LineString]:
    """Lines that divide blocks without being roads: boundary, middles of waters, feet of hills, spokes of the lake."""
    x, y = LAKE
    spokes = []
    for turn in np.arange(0, 360, 40) + rng.uniform(-8, 8, 9):
        away = np.array([np.cos(np.radians(turn)), np.sin(np.radians(turn))]) * 2500
        spokes.append(shapely.linestrings([(x * 1000, y * 1000), (x * 1000 + away[0], y * 1000 + away[1])]))
    drive = lake_drive(land)
    inner = [shapely.intersection(spoke, drive) for spoke in spokes]
    outer = [shapely.difference(brook.course, drive) for brook in land.brooks]
    every = [land.river.course, *inner, *outer, *(hill.exterior for _name, hill in land.hills)]
    clipped = shapely.get_parts(shapely.intersection(np.array(every, dtype=object), land.outline))
    lines = [part for part in clipped.tolist() if part.geom_type == "LineString" and part.length > 0]
    return [land.outline.exterior, *lines]


def _noded(lines: Shapes, parents: Shapes | None = None) -> tuple[Shapes, Ints]:
    """Lines of metres as edges between junctions in micro-degrees, each with the line (of `parents`) it lies on."""
    edges = shapely.get_parts(shapely.union_all(to_micro(lines), grid_size=1))
    whole = lines if parents is None else parents
    tree = shapely.STRtree(whole)
    middles = from_micro(shapely.line_interpolate_point(edges, 0.5, normalized=True))
    at, found = tree.query_nearest(middles, all_matches=False)
    parent = np.zeros(len(edges), dtype=np.int64)
    parent[at] = found
    return edges, parent


def _ends(edges: Shapes) -> tuple[Ints, Ints]:
    """Numbers of the junctions each edge begins and ends in."""
    first = shapely.get_coordinates(shapely.get_point(edges, 0))
    last = shapely.get_coordinates(shapely.get_point(edges, -1))
    _, number = np.unique(np.rint(np.vstack([first, last])).astype(np.int64), axis=0, return_inverse=True)
    return number[: len(edges)], number[len(edges) :]


def _thinned(
    edges: Shapes, parent: Ints, planned: list[Road], land: Landscape, rng: np.random.Generator
) -> NDArray[np.bool_]:
    """Which edges stay: a street between main roads is left out by chance, more where the city is thin, and never
    crosses the river; what then ends in the open goes too.
    """
    n = len(planned)
    loose = np.array([not road.is_planned for road in planned] + [False] * (int(parent.max()) + 1 - n + 1))[parent]
    middles = from_micro(shapely.line_interpolate_point(edges, 0.5, normalized=True))
    at = shapely.get_coordinates(middles)
    chance = 0.1 + 0.62 * (1 - density(at)) ** 1.5
    in_river = shapely.contains(shapely.buffer(land.river.shape, 40), middles)
    gone = loose & ((rng.random(len(edges)) < chance) | in_river)
    stub = shapely.length(from_micro(edges)) < STUB
    start, end = _ends(edges)
    while True:
        degree = np.bincount(np.r_[start[~gone], end[~gone]], minlength=int(max(start.max(), end.max())) + 1)
        dangling = ~gone & (loose | stub) & ((degree[start] == 1) | (degree[end] == 1))
        if not dangling.any():
            kept: NDArray[np.bool_] = ~gone
            return kept
        gone |= dangling


def _cuts(ground: Shapes, land: Landscape, rng: np.random.Generator, fineness: float) -> tuple[Shapes, list[str]]:
    """Lines that cut open ground into blocks, with the rank of the road along each."""
    inside = shapely.point_on_surface(ground)
    hills = shapely.union_all([hill for _name, hill in land.hills])
    wet = shapely.union_all([shapely.buffer(land.shore, 60), shapely.buffer(land.river.shape, 25)])
    is_hill = shapely.contains(hills, inside)
    open_now = ground[~shapely.contains(wet, inside) & ~is_hill]
    cuts: list[shapely.LineString] = []
    ranks: list[str] = []
    for pieces, on_hill in ((open_now, False), (ground[is_hill], True)):
        while len(pieces):
            at = shapely.get_coordinates(shapely.centroid(pieces))
            usual = np.full(len(pieces), HILL_BLOCK) if on_hill else block_size(at) * fineness
            pieces, lines, sizes = _halved(pieces, usual, at, rng)
            cuts += lines.tolist()
            ranks += ["hidden" if on_hill else "street" if size > 150_000 else "lane" for size in sizes.tolist()]
    made = np.array(cuts, dtype=object)
    return made, ranks


def _halved(pieces: Shapes, usual: Floats, at: Floats, rng: np.random.Generator) -> tuple[Shapes, Shapes, Floats]:
    """Every piece much larger than usual cut across its longer side: the new pieces, the cuts, the cut ones' sizes."""
    sizes = shapely.area(pieces)
    large = sizes > usual * rng.uniform(1.35, 1.9, len(pieces))
    pieces, usual, at, sizes = pieces[large], usual[large], at[large], sizes[large]
    if not len(pieces):
        return pieces, pieces, sizes
    corners = shapely.get_coordinates(shapely.oriented_envelope(pieces)).reshape(-1, 5, 2)
    sides = np.diff(corners, axis=1)[:, :2]
    lengths = np.hypot(sides[..., 0], sides[..., 1])
    longer = np.argmax(lengths, axis=1)
    rows = np.arange(len(pieces))
    along = sides[rows, longer] / lengths[rows, longer][:, None]
    middle = corners[:, :4].mean(axis=1)
    middle = middle + along * (lengths[rows, longer] * rng.uniform(-0.1, 0.1, len(rows)))[:, None]
    turn = rng.normal(0, 0.05, len(rows))
    along = np.column_stack(
        [
            along[:, 0] * np.cos(turn) - along[:, 1] * np.sin(turn),
            along[:, 0] * np.sin(turn) + along[:, 1] * np.cos(turn),
        ]
    )
    across = np.column_stack([-along[:, 1], along[:, 0]]) * FAR
    ahead = along * FAR
    ends = (middle - across, middle + across)
    lines = shapely.intersection(shapely.linestrings(np.stack(ends, axis=1)), pieces)
    halves = [
        shapely.intersection(pieces, shapely.polygons(np.stack([ends[0], ends[1], ends[1] + to, ends[0] + to], axis=1)))
        for to in (ahead, -ahead)
    ]
    sound = np.minimum(shapely.area(halves[0]), shapely.area(halves[1])) > usual * 0.3
    parts = shapely.get_parts(np.r_[halves[0][sound], halves[1][sound]])
    parts = parts[shapely.get_dimensions(parts) == 2]
    cut, of = shapely.get_parts(lines[sound], return_index=True)
    lasting = shapely.get_dimensions(cut) == 1
    return parts, cut[lasting], sizes[sound][of][lasting]


def _reading_order(blocks: Shapes) -> Ints:
    """From north to south in bands, within them from west to east: the same on every machine."""
    at = shapely.get_coordinates(shapely.centroid(blocks))
    return np.lexsort((at[:, 0], -np.floor(at[:, 1] / 5000)))
