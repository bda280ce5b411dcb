"""The ground of the demo city 云溪市: outline, river, lake, roads, grids, buildings, addresses, facilities.

Everything is made from a seed: the same seed and size give the same city, point by point.
"""

from __future__ import annotations

from pathlib import Path

from yiwang.demo.ground.making import raise_city
from yiwang.demo.ground.plans import AddressPlan, AreaPlan, ElementPlan, GridPlan, Ground, Spot
from yiwang.demo.ground.writing import write_places
from yiwang.demo.size import SEED, Size

__all__ = [
    "AddressPlan",
    "AreaPlan",
    "ElementPlan",
    "GridPlan",
    "Ground",
    "Spot",
    "make_ground",
    "write_scene_places",
]


def make_ground(seed: int = SEED, size: Size | None = None) -> Ground:
    """The city of this seed and size (the demo's without one). Deterministic, pure; seconds for the demo's size."""
    return raise_city(seed, size or Size())


def write_scene_places(ground: Ground, folder: Path) -> None:
    """Write `areas.csv` and `grids.geojson` of a scene's `places/` folder; other files there are left alone."""
    write_places(ground, folder)
