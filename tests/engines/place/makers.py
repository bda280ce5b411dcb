"""Grids of tests: squares of degrees."""

from __future__ import annotations

import shapely

from yiwang.engines.place.actions import NewGrid


def square(lon: float, lat: float, side: float = 0.01):
    """A square with its south-west corner at a point, in degrees."""
    return shapely.box(lon, lat, lon + side, lat + side)


def named(code: str, geometry, **more) -> NewGrid:
    """A grid titled by its code."""
    return NewGrid(code, {"zh-Hans": code, "en": code}, geometry, **more)
