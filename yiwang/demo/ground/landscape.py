"""What lay there before the city: its outline, the river 云溪, the lake, brooks and canals, hills.

Positions are in kilometres east and north of the city's middle; the seed moves them a little.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import shapely
from shapely import LineString, Polygon

from yiwang.demo.ground.curves import blob, line, ribbon, smooth

if TYPE_CHECKING:
    from shapely.geometry.base import BaseGeometry

HEART = (0.2, 0.5)
"""What a smaller city shrinks around: lake and river are near."""
RIVER = (
    (-8.6, -1.3), (-7.0, -2.1), (-5.4, -2.55), (-3.9, -2.15), (-2.6, -1.3), (-1.4, -0.85), (-0.1, -1.0),
    (1.1, -1.75), (2.5, -2.15), (3.9, -1.6), (5.2, -0.75), (6.7, -0.55), (8.6, -1.3),
)  # fmt: skip
LAKE = (-2.4, 2.3)
BROOKS: dict[str, tuple[float, tuple[tuple[float, float], ...]]] = {
    "柳浦河": (13.0, ((-1.75, 1.9), (-2.0, 1.1), (-1.75, 0.3), (-2.05, -0.5), (-1.9, -1.1))),
    "青枫河": (17.0, ((6.3, 6.4), (5.3, 4.9), (5.45, 3.4), (4.5, 2.2), (4.6, 0.8), (4.05, -0.2), (4.25, -1.5))),
    "梅溪": (12.0, ((-2.2, -6.6), (-2.7, -5.4), (-2.1, -4.3), (-2.9, -3.3), (-2.6, -2.3), (-3.0, -1.4))),
    "运粮河": (15.0, ((-6.9, 5.0), (-6.2, 3.6), (-5.3, 2.6), (-5.5, 1.2), (-5.0, 0.0), (-5.3, -1.2), (-5.2, -2.6))),
    "南塘河": (11.0, ((6.9, -4.9), (5.6, -4.2), (4.3, -3.9), (3.2, -3.4), (2.9, -2.6), (2.7, -2.0))),
}
"""Half width in metres and course of each brook or canal."""
HILLS: dict[str, tuple[tuple[float, float], tuple[float, float]]] = {
    "南屏山": ((0.2, -5.45), (1.55, 0.62)),
    "云门山": ((2.9, 5.45), (1.2, 0.55)),
    "鹭鸣山": ((-6.35, 1.0), (0.55, 0.85)),
}
"""Middle and radii of each hill."""


@dataclass(frozen=True)
class Water:
    """A named water; `course` is the middle line of what flows, for the lake its main axis."""

    name: str
    kind: str
    shape: BaseGeometry
    course: LineString


@dataclass(frozen=True)
class Landscape:
    """Shapes in metres of the plane, clipped to the outline (the outline of small cities is smaller)."""

    outline: Polygon
    river: Water
    lake: Water
    shore: Polygon
    """The lake as it would be without dykes and island: what its drive runs round."""
    dykes: tuple[tuple[str, LineString], ...]
    island: Polygon
    brooks: tuple[Water, ...]
    hills: tuple[tuple[str, Polygon], ...]

    @property
    def waters(self) -> tuple[Water, ...]:
        """All of them."""
        return (self.river, self.lake, *self.brooks)


def make_landscape(seed: int, scale: float) -> Landscape:
    """The landscape of a seed; `scale` shrinks the outline round the city's heart, nothing else."""
    rng = np.random.default_rng([seed, 1])
    outline = _outline(rng, scale)
    river = _river(rng)
    shore, lake, dykes, island = _lake(rng)
    brooks = []
    for name, (half, course) in BROOKS.items():
        middle = line(course, rng, 40)
        at = shapely.get_coordinates(middle)
        swing = 1 + 0.18 * np.sin(np.arange(len(at)) / 5 + rng.uniform(0, 6))
        pieces = shapely.get_parts(shapely.difference(ribbon(at, half * swing), shapely.union(river.shape, shore)))
        shape = max(pieces, key=lambda piece: float(piece.area))  # beyond the river it flows into, nothing is left
        brooks.append(Water(name, "brook", shape, middle))
    wet = shapely.union_all([river.shape, shapely.buffer(shore, 90), *(brook.shape for brook in brooks)])
    hills = []
    for name, (middle_of, radii) in HILLS.items():
        hill = shapely.difference(blob(middle_of, radii, rng, roughness=0.16), shapely.buffer(wet, 40))
        parts = shapely.get_parts(shapely.intersection(hill, outline))
        if len(parts) and max(shapely.area(parts)) > 60_000:
            hills.append((name, max(parts, key=lambda part: float(part.area))))
    return Landscape(outline, river, lake, shore, dykes, island, tuple(brooks), tuple(hills))


def _outline(rng: np.random.Generator, scale: float) -> Polygon:
    """About 14 by 12 km for the whole city."""
    whole = blob((0.0, 0.0), (6.75, 6.0), rng, roughness=0.1, power=2.6, step=130)
    heart = np.array(HEART) * 1000 * (1 - scale)
    return shapely.transform(whole, lambda at: at * scale + heart)


def _river(rng: np.random.Generator) -> Water:
    course = line(RIVER, rng, 60)
    at = shapely.get_coordinates(course)
    half = 88 + 22 * np.sin(np.arange(len(at)) / 17 + rng.uniform(0, 6)) + np.linspace(-12, 22, len(at))
    return Water("云溪", "river", ribbon(at, half), course)


def _lake(rng: np.random.Generator) -> tuple[Polygon, Water, tuple[tuple[str, LineString], ...], Polygon]:
    """The lake with two dykes across it and an island where they would meet."""
    x, y = LAKE
    shore = blob(LAKE, (1.5, 1.1), rng, roughness=0.1)
    island = blob((x + 0.35, y + 0.15), (0.2, 0.13), rng, roughness=0.12, step=25)
    west = smooth(np.array([(x - 0.75, y + 1.6), (x - 0.62, y + 0.4), (x - 0.78, y - 0.5), (x - 0.6, y - 1.6)]) * 1000)
    north = smooth(np.array([(x + 1.9, y + 0.75), (x + 0.95, y + 0.62), (x + 0.42, y + 0.2)]) * 1000)
    dykes = tuple(
        (name, LineString(shapely.get_coordinates(shapely.intersection(LineString(at), shapely.buffer(shore, 20)))))
        for name, at in (("柳浦堤", west), ("白鹭堤", north))
    )
    land = shapely.union_all([island, *(shapely.buffer(dyke, 11) for _name, dyke in dykes)])
    water = shapely.difference(shore, land)
    axis = LineString([((x - 1.4) * 1000, y * 1000), ((x + 1.4) * 1000, y * 1000)])
    return shore, Water("云湖", "lake", water, axis), dykes, island
