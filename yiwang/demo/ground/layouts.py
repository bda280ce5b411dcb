"""How buildings stand on a site: rows along its street, as wide as the site is there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import shapely

if TYPE_CHECKING:
    from yiwang.demo.ground.plane import Floats, Shapes


@dataclass(frozen=True)
class Pattern:
    """Buildings of one kind of site: metres wide and deep, apart in the row, between rows; floors from and to."""

    wide: float
    deep: float
    apart: float
    between: float
    floors: tuple[int, int]
    storey: float = 3.0
    kept: float = 1.0
    """Chance that a place in a row is built on."""
    uneven: float = 0.0
    """By what share widths and depths vary."""
    has_shops: float = 0.0
    """Chance that the rows along the streets are shops."""
    shape: str = "bar"


PATTERNS: dict[str, Pattern] = {
    "estate_high": Pattern(30, 16, 22, 36, (18, 33), has_shops=0.75),
    "estate_mid": Pattern(42, 13, 12, 26, (9, 18), has_shops=0.7),
    "estate_old": Pattern(50, 12, 9, 17, (5, 7), has_shops=0.6),
    "estate_low": Pattern(17, 13, 11, 17, (2, 4), kept=0.9, uneven=0.15),
    "oldtown": Pattern(16, 12, 3.0, 5.0, (1, 3), 3.2, kept=0.84, uneven=0.28),
    "village": Pattern(13, 11, 9, 15, (2, 4), 3.2, kept=0.42, uneven=0.15),
    "factory": Pattern(78, 34, 16, 18, (1, 2), 7.0, kept=0.88, uneven=0.2),
    "cbd": Pattern(50, 44, 13, 14, (5, 16), 3.9, kept=0.95, uneven=0.2),
    "office": Pattern(46, 22, 16, 22, (6, 20), 3.7, kept=0.95, uneven=0.15),
    "hotel": Pattern(48, 24, 18, 26, (12, 26), 3.5, shape="corner"),
    "campus": Pattern(62, 19, 24, 30, (4, 7), 3.8, kept=0.8, uneven=0.1, shape="corner"),
    "school": Pattern(58, 14, 14, 20, (3, 5), 3.8, shape="corner"),
    "middle": Pattern(64, 15, 14, 20, (4, 6), 3.8, shape="corner"),
    "hospital": Pattern(66, 22, 14, 20, (5, 18), 3.8, shape="corner"),
    "mall": Pattern(100, 62, 18, 18, (4, 6), 5.2, uneven=0.1),
    "market": Pattern(46, 30, 12, 14, (1, 2), 5.0),
    "government": Pattern(62, 20, 18, 26, (5, 12), 3.7, shape="corner"),
    "culture": Pattern(60, 40, 20, 24, (2, 4), 6.0),
    "shop": Pattern(42, 12, 4.0, 0, (1, 3), 3.8, uneven=0.15),
}


Fronts = tuple[bool, bool, bool, bool]
"""Which sides have shops: south, east, north, west."""
BEHIND = 10.0
"""Metres between shops and what stands behind them."""


def rows(shape: shapely.Polygon, angle: float, pattern: Pattern, rng: np.random.Generator, fronts: Fronts) -> Floats:
    """Places for buildings on a site: x, y, width, depth, 1 for shops (n, 5), x and y in the frame turned by `angle`.

    Rows run east in that frame; shops stand along the sides named by `fronts`. Buildings keep their distance in and
    between rows; that they lie on the site is for the caller to see.
    """
    corners = shapely.get_coordinates(shape.exterior) @ turning(angle)
    low, high = float(corners[:, 1].min()), float(corners[:, 1].max())
    shop = PATTERNS["shop"]
    margin = shop.deep + BEHIND
    south, east, north, west = fronts
    if high - low < margin * (south + north) + pattern.deep + 4:
        south = north = False
    if float(np.ptp(corners[:, 0])) < margin * (east + west) + pattern.wide:
        east = west = False
    left, right = float(corners[:, 0].min()), float(corners[:, 0].max())
    found = [at[:, [1, 0, 3, 2, 4]] for at in _fringe(corners[:, ::-1], left, right, (north, south), rng)]
    low = _behind(found, 1, low, margin) if south else low
    high = -_behind([-at for at in found], 1, -high, margin) if north else high
    found += _fringe(corners, low, high, (east, west), rng)
    bands: list[tuple[float, float]] = []
    count = int((high - low + pattern.between) // (pattern.deep + pattern.between))
    if count > 0:
        spare = (high - low - count * pattern.deep - (count - 1) * pattern.between) / count
        pitch = pattern.deep + pattern.between + min(spare, pattern.between * 0.4)
        first = (low + high - (count - 1) * pitch - pattern.deep) / 2
        bands = [(first + k * pitch, pattern.deep) for k in range(count)]
    if bands:
        base = np.array([(start, start + deep / 2, start + deep) for start, deep in bands])
        from_west, to_east = _reach(corners, base.ravel())
        ends = zip(from_west.reshape(-1, 3).max(axis=1), to_east.reshape(-1, 3).min(axis=1), strict=True)
        for (start, deep), (left, right) in zip(bands, ends, strict=True):
            found.append(_row((left + margin * west, right - margin * east), start, deep, pattern, rng))
    return np.vstack(found) if found else np.zeros((0, 5))


def _behind(shops: list[Floats], axis: int, border: float, margin: float) -> float:
    """Where what stands behind a side's shops may begin; where the side is crooked some of it must go."""
    near = [at[:, axis][at[:, axis] < border + 45] for at in shops]
    inmost = max((float(at.max()) for at in near if len(at)), default=border + margin / 2)
    return min(inmost, border + 28) + margin / 2 + BEHIND / 2


def _row(ends: tuple[float, float], base: float, deep: float, pattern: Pattern, rng: np.random.Generator) -> Floats:
    """One row between the site's borders."""
    west, east = ends
    room = east - west - 1.0
    if not room >= pattern.wide * 0.6:
        return np.zeros((0, 5))
    count = max(int((room + pattern.apart) // (pattern.wide + pattern.apart)), 1)
    wide = min(max((room - (count - 1) * pattern.apart) / count, pattern.wide * 0.6), pattern.wide * 1.25)
    apart = (room - count * wide) / (count - 1) if count > 1 else 0.0
    x = west + 0.5 + wide / 2 + np.arange(count) * (wide + apart)
    if count == 1:
        x = np.array([(west + east) / 2])
    less = 1 - pattern.uneven * rng.random((count, 2))
    wides, deeps = wide * less[:, 0], deep * less[:, 1]
    if pattern.uneven:
        x = x + (wide - wides) * (rng.random(count) - 0.5)
    kept = rng.random(count) < pattern.kept
    places = np.empty((count, 5))
    places[:, 0], places[:, 1], places[:, 2], places[:, 3] = x, base + deep / 2, wides, deeps
    places[:, 4] = 0
    return places[kept]


def _fringe(
    corners: Floats, low: float, high: float, sides: tuple[bool, bool], rng: np.random.Generator
) -> list[Floats]:
    """Shops along the east and west side, each as far out as the border is there."""
    if not any(sides):
        return []
    shop = PATTERNS["shop"]
    count = int((high - low - 2) // (shop.wide + shop.apart))
    if count < 1:
        return []
    pitch = (high - low - 2) / count
    first = low + 1 + np.arange(count) * pitch
    long = pitch - shop.apart
    marks = np.column_stack([first, first + long / 2, first + long])
    west, east = (reach.reshape(-1, 3) for reach in _reach(corners, marks.ravel()))
    made = []
    for has_shops, edge, inward in ((sides[0], east.min(axis=1), -1.0), (sides[1], west.max(axis=1), 1.0)):
        if has_shops:
            places = np.empty((count, 5))
            places[:, 0] = edge + inward * (0.6 + shop.deep / 2)
            places[:, 1], places[:, 2], places[:, 4] = first + long / 2, shop.deep, 1
            places[:, 3] = long * (1 - shop.uneven * rng.random(count))
            made.append(places[np.isfinite(edge)])
    return made


def _reach(corners: Floats, heights: Floats) -> tuple[Floats, Floats]:
    """How far west and east a ring reaches at each height; infinitely little where it does not reach at all."""
    start, end = corners[:-1], corners[1:]
    rise = end[:, 1] - start[:, 1]
    flat = rise == 0
    share = (heights[None] - start[:, 1:]) / np.where(flat, 1.0, rise)[:, None]
    hit = (share >= 0) & (share <= 1) & ~flat[:, None]
    x = start[:, :1] + share * (end[:, :1] - start[:, :1])
    return np.where(hit, x, np.inf).min(axis=0), np.where(hit, x, -np.inf).max(axis=0)


def turning(angle: float) -> Floats:
    """The matrix that turns points (n, 2) from the plane into a frame turned by `angle`; transposed, back."""
    c, s = np.cos(angle), np.sin(angle)
    return np.array([[c, -s], [s, c]])


OUTLINES: dict[str, Floats] = {
    "bar": np.array([(-0.5, -0.5), (0.5, -0.5), (0.5, 0.5), (-0.5, 0.5)]),
    "corner": np.array([(-0.5, -0.5), (0.5, -0.5), (0.5, 0.5), (0.2, 0.5), (0.2, 0.0), (-0.5, 0.0)]),
}
"""Ground plans of buildings in a unit square."""


def outlines(places: Floats, angle: float, shape: str) -> Shapes:
    """The ground plans of buildings at places (n, 5) of a turned frame, in the plane."""
    plan = OUTLINES[shape]
    local = plan[None] * places[:, None, 2:4] + places[:, None, :2]
    made: Shapes = np.asarray(shapely.polygons(local @ turning(angle).T))
    return made
