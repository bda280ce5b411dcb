"""The main roads as they were planned: long curves with names, and the streets halfway between them.

Positions in kilometres; the seed moves them a little. Roads that meet the lake end at its drive, those that meet a hill
at its foot.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import shapely
from shapely import LineString, Polygon

from yiwang.demo.ground.curves import line, smooth
from yiwang.demo.ground.landscape import LAKE, Landscape

if TYPE_CHECKING:
    from shapely.geometry.base import BaseGeometry

    from yiwang.demo.ground.plane import Floats

Name = tuple[str, str]
Course = Sequence[tuple[float, float]]

WIDTHS = {"express": 44.0, "arterial": 34.0, "secondary": 22.0, "street": 15.0, "lane": 10.0, "hidden": 0.0}
"""Metres from kerb to kerb by class."""

ACROSS: tuple[tuple[Name, str, Course], ...] = (
    (("学院路", "Xueyuan Road"), "arterial", ((-8, 5.0), (-5, 5.35), (-2, 5.2), (0.4, 5.35), (3, 5.05), (8, 5.1))),
    (("文晖路", "Wenhui Road"), "arterial", ((-8, 4.2), (-5, 3.75), (-2.4, 3.95), (0.4, 3.75), (3, 3.95), (8, 3.5))),
    (("解放路", "Jiefang Road"), "arterial", ((-1.0, 2.75), (0.4, 2.9), (2, 2.8), (4, 3.05), (6, 2.7), (8, 2.5))),
    (("建设路", "Jianshe Road"), "arterial", ((-1.2, 2.0), (0.4, 1.9), (2, 2.0), (4, 2.1), (6, 1.7), (8, 1.3))),
    (("人民路", "Renmin Road"), "arterial", ((-8, 1.1), (-5, 0.85), (-2.4, 0.8), (0.4, 0.85), (3, 1.15), (8, 0.7))),
    (("云溪大道", "Yunxi Avenue"), "express",
        ((-8, -0.5), (-5, -0.55), (-2.4, 0), (0.4, 0), (3, 0.1), (5, 0.35), (8, 0.1))),
    (("南屏路", "Nanping Road"), "arterial",
        ((-8, -3.3), (-5, -3.4), (-2.4, -2.6), (0, -2.55), (2.4, -3.1), (5, -2.3), (8, -2.1))),
    (("梅园路", "Meiyuan Road"), "arterial",
        ((-8, -4.3), (-5, -4.2), (-2.4, -3.6), (0, -3.6), (2.4, -3.95), (5, -3.3), (8, -3.4))),
    (("锦江路", "Jinjiang Road"), "arterial",
        ((-8, -5.6), (-5, -5.1), (-2.4, -5.3), (0, -5.2), (2.4, -5.1), (5, -4.5), (8, -4.7))),
)  # fmt: skip
"""From west to east, from north to south."""
WEST_PARTS: tuple[tuple[Name, Course], ...] = (
    (("银杏路", "Yinxing Road"), ((-8, 2.9), (-6.4, 2.95), (-5, 2.75), (-3.6, 2.8))),
    (("鹭鸣路", "Luming Road"), ((-8, 2.1), (-6.4, 1.95), (-5, 1.85), (-3.6, 1.95))),
)
DOWN: tuple[tuple[Name, str, Course], ...] = (
    (("白鹭路", "Bailu Road"), "arterial", ((-5.8, 8), (-5.75, 4), (-5.9, 1), (-5.7, -1.5), (-6.1, -4), (-5.8, -8))),
    (("翠苑路", "Cuiyuan Road"), "arterial", ((-3.2, 1.6), (-3.05, 0), (-3.35, -2), (-3.5, -4), (-3.6, -8))),
    (("紫荆路", "Zijing Road"), "arterial", ((-1.55, 1.6), (-1.4, 0), (-1.6, -2), (-1.5, -4), (-1.9, -8))),
    (("兴业路", "Xingye Road"), "arterial",
        ((0.35, 8), (0.2, 4), (0.4, 2), (0.15, 0), (0.0, -1.5), (0.3, -4), (0.2, -8))),
    (("锦绣路", "Jinxiu Road"), "express", ((1.5, 8), (1.7, 4), (1.45, 2), (1.4, 0), (1.5, -2), (1.75, -4), (1.9, -8))),
    (("春晓路", "Chunxiao Road"), "arterial",
        ((2.8, 8), (2.75, 4), (2.6, 2), (2.7, 0), (2.85, -2), (3.2, -4), (3.4, -8))),
    (("青枫路", "Qingfeng Road"), "arterial",
        ((3.8, 8), (3.75, 4), (3.85, 2), (3.7, 0), (3.9, -2), (4.3, -4), (4.4, -8))),
    (("东桥街", "Dongqiao Street"), "arterial",
        ((6.0, 8), (5.9, 4), (5.75, 2), (5.9, 0), (5.8, -2), (5.9, -4), (5.6, -8))),
)  # fmt: skip
"""From north to south, from west to east."""
NORTH_PARTS: tuple[tuple[Name, Course], ...] = (
    (("桂花路", "Guihua Road"), ((-3.3, 8), (-3.25, 5), (-3.1, 3.0))),
    (("凤凰路", "Fenghuang Road"), ((-1.5, 8), (-1.4, 5), (-1.5, 3.0))),
)
SLANTING: tuple[tuple[Name, str, Course], ...] = (
    (("迎宾大道", "Yingbin Avenue"), "express", ((1.45, 1.95), (2.7, 2.5), (4.4, 3.5), (5.6, 4.5), (7.5, 5.6))),
    (("南山路", "Nanshan Road"), "arterial", ((-1.5, -2.6), (-2.8, -3.5), (-4.4, -4.2), (-5.6, -5.2), (-7, -6.5))),
    (("听涛路", "Tingtao Road"), "arterial", ((-3.7, 3.1), (-4.6, 4.1), (-5.4, 4.9), (-6.5, 6.2))),
)
RENMIN, AVENUE = 4, 5
"""Positions of 人民路 and 云溪大道 in `ACROSS`: what lies after the avenue lies south of the river."""


@dataclass(frozen=True)
class Road:
    """One named road as a line from where its numbers begin; metres of the plane."""

    name: Name
    rank: str
    line: LineString
    is_planned: bool = True
    """Main roads, banks and the lake's drive; of the others the city left pieces out."""

    @property
    def width(self) -> float:
        """Metres from kerb to kerb."""
        return WIDTHS[self.rank]


def make_skeleton(seed: int, land: Landscape, spare: list[Name]) -> list[Road]:
    """The main roads and the streets between them; takes names for the latter from the end of `spare`."""
    rng = np.random.default_rng([seed, 2])
    drive = lake_drive(land)
    banks = _banks(land)
    roads = [*_ring(rng), *_drive(drive), *banks]
    across = [Road(name, rank, line(course, rng)) for name, rank, course in ACROSS]
    west = [Road(name, "arterial", line(course, rng)) for name, course in WEST_PARTS]
    down = [Road(name, rank, line(course, rng)) for name, rank, course in DOWN]
    north = [Road(name, "arterial", line(course, rng)) for name, course in NORTH_PARTS]
    roads += [*across, *west, *down, *north]
    roads += [Road(name, rank, line(course, rng)) for name, rank, course in SLANTING]
    river = AVENUE + 1
    south_bank = Road(("", ""), "", LineString(np.vstack([shapely.get_coordinates(b.line) for b in banks[1:]])))
    for rows, axis in (
        ([*across[:river], banks[0]], 0),
        ([south_bank, *across[river:]], 0),
        ([across[1], *west, across[RENMIN]], 0),
        (down, 1),
        ([down[0], *north, down[3]], 1),
    ):
        roads += _between(rows, axis, spare)
    closed = shapely.union_all([drive, *(hill for _name, hill in land.hills)])
    return _clipped(roads, land.outline, closed, drive)


def _ring(rng: np.random.Generator) -> list[Road]:
    """环城路, a rounded square in four named quarters."""
    turn = np.radians(np.arange(-135, 226, 15))
    radius = (np.abs(np.cos(turn)) ** 3 + np.abs(np.sin(turn)) ** 3) ** (-1 / 3)
    radius[:-1] *= rng.normal(1, 0.012, len(turn) - 1)
    radius[-1] = radius[0]
    at = np.column_stack([np.cos(turn) * 4.85 + 0.05, np.sin(turn) * 4.6 + 0.05]) * radius[:, None] * 1000
    around = smooth(at)
    quarters = (("南", "South"), ("东", "East"), ("北", "North"), ("西", "West"))
    ends = np.linspace(0, len(around) - 1, 5).astype(int)
    return [
        Road((f"环城{zh}路", f"Huancheng {en} Road"), "express", LineString(around[start : end + 1]))
        for (zh, en), start, end in zip(quarters, ends[:-1], ends[1:], strict=True)
    ]


def lake_drive(land: Landscape) -> Polygon:
    """What the road round the lake encloses."""
    return Polygon(shapely.get_coordinates(shapely.buffer(land.shore, 75)))


def _drive(drive: Polygon) -> list[Road]:
    """The road round the lake: 湖滨路 on its east shore, 望湖路 north and west, 柳浦路 south."""
    ring = shapely.get_coordinates(drive.exterior)[:-1]
    ring = ring if shapely.is_ccw(drive.exterior) else ring[::-1]
    turn = np.degrees(np.arctan2(ring[:, 1] - LAKE[1] * 1000, ring[:, 0] - LAKE[0] * 1000)) % 360
    order = np.argsort((turn - 300) % 360, kind="stable")
    ring = np.vstack([ring[order], ring[order][:1]])
    turn = (np.degrees(np.arctan2(ring[:, 1] - LAKE[1] * 1000, ring[:, 0] - LAKE[0] * 1000)) - 300) % 360
    turn[-1] = 360
    made = []
    for name, start, end in (
        (("湖滨路", "Hubin Road"), 0, 110),
        (("望湖路", "Wanghu Road"), 110, 265),
        (("柳浦路", "Liupu Road"), 265, 361),
    ):
        first, last = np.searchsorted(turn, [start, end])
        made.append(Road(name, "secondary", LineString(ring[max(first - 1, 0) : last + 1])))
    return made


def _banks(land: Landscape) -> list[Road]:
    """The roads along both banks; the south one changes its name as it goes."""
    sides = {"north": (("滨河路", "Binhe Road"),), "south": (("溪口路", "Xikou Road"), ("古渡街", "Gudu Street"))}
    around = shapely.buffer(land.river.shape, 48)
    beyond = shapely.box(-8000, -9000, 8000, 9000)
    pieces = shapely.get_parts(shapely.line_merge(shapely.intersection(shapely.boundary(around), beyond)))
    long = [piece for piece in pieces if piece.length > 5000]
    north, south = sorted(long, key=lambda piece: -float(shapely.get_coordinates(piece)[:, 1].mean()))[:2]
    made = []
    for side, piece in (("north", north), ("south", south)):
        at = shapely.get_coordinates(shapely.simplify(piece, 4))
        at = at if at[0, 0] < at[-1, 0] else at[::-1]
        at = smooth(at[np.r_[True, np.hypot(*np.diff(at, axis=0).T) > 25]])
        cuts = [-9000.0, 9000.0] if side == "north" else [-9000.0, -1600.0, 9000.0]
        for name, start, end in zip(sides[side], cuts[:-1], cuts[1:], strict=True):
            inside = (at[:, 0] >= start - STEP_OVER) & (at[:, 0] <= end)
            made.append(Road(name, "secondary", LineString(at[inside])))
    return made


STEP_OVER = 60.0
"""Metres by which the parts of one road overlap, so that they meet."""


def _between(family: list[Road], axis: int, spare: list[Name]) -> list[Road]:
    """Streets halfway between neighbouring roads of a family, over what both have in common."""
    functions = []
    for road in family:
        at: Floats = shapely.get_coordinates(road.line)
        at = at[np.argsort(at[:, axis], kind="stable")]
        functions.append((at[:, axis], at[:, 1 - axis]))
    made = []
    for one, other in itertools.pairwise(range(len(family))):
        start = max(functions[one][0][0], functions[other][0][0])
        end = min(functions[one][0][-1], functions[other][0][-1])
        if end - start < 800:
            continue
        along = np.arange(start, end, 45.0)
        low, high = np.interp(along, *functions[one]), np.interp(along, *functions[other])
        gap = np.abs(high - low)
        if gap.mean() < 550:
            continue
        for share in (0.5,) if gap.mean() < 1300 else (0.36, 0.68):
            aside = low + (high - low) * share
            at = np.column_stack([along, aside] if axis == 0 else [aside, along])[:: 1 if axis == 0 else -1]
            zh, en = spare.pop()
            made.append(Road((f"{zh}路", f"{en} Road"), "secondary", LineString(at), False))
    return made


def _clipped(roads: list[Road], outline: BaseGeometry, closed: BaseGeometry, drive: Polygon) -> list[Road]:
    """Only what lies in the city and neither in the lake's ring nor in a hill; pieces keep their road's name."""
    lines = np.array([road.line for road in roads], dtype=object)
    on_drive = shapely.covered_by(lines, shapely.buffer(drive.exterior, 1))
    shapely.prepare(closed)
    kept = np.where(on_drive, lines, shapely.difference(lines, closed))
    kept = shapely.intersection(kept, outline)
    made = []
    for road, piece in zip(roads, kept.tolist(), strict=True):
        parts = [part for part in shapely.get_parts(piece) if part.length > 60]
        made += [Road(road.name, road.rank, part, road.is_planned) for part in parts]
    return made
