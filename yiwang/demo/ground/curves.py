"""Smooth curves through points, as roads and shores are."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import shapely
from scipy.interpolate import CubicSpline
from shapely import LineString, Polygon

if TYPE_CHECKING:
    from yiwang.demo.ground.plane import Floats

STEP = 45.0
"""Metres between the corners of a curve."""


def smooth(points: Floats, step: float = STEP) -> Floats:
    """A natural cubic spline through points (n, 2), sampled about every `step` metres."""
    lengths = np.r_[0, np.cumsum(np.hypot(*np.diff(points, axis=0).T))]
    count = max(2, int(lengths[-1] / step))
    sampled: Floats = CubicSpline(lengths, points, bc_type="natural")(np.linspace(0, lengths[-1], count))
    return sampled


def line(points: Sequence[tuple[float, float]], rng: np.random.Generator, wobble: float = 50.0) -> LineString:
    """A smooth line through points given in kilometres, each moved a little (metres of standard deviation)."""
    at = np.array(points, dtype=float) * 1000
    return LineString(smooth(at + rng.normal(0, wobble, at.shape)))


def blob(
    middle: tuple[float, float],
    radii: tuple[float, float],
    rng: np.random.Generator,
    *,
    roughness: float = 0.08,
    power: float = 2.0,
    step: float = STEP,
) -> Polygon:
    """A closed smooth shape (kilometres): a superellipse whose radius swings by `roughness` in waves of the seed."""
    turn = np.linspace(0, 2 * np.pi, max(24, int(2 * np.pi * max(radii) * 1000 / step)), endpoint=False)
    swing = sum(
        roughness / wave**0.7 * np.cos(wave * turn + rng.uniform(0, 2 * np.pi)) * rng.uniform(0.5, 1.0)
        for wave in range(2, 8)
    )
    sides = np.abs(np.cos(turn)) ** power + np.abs(np.sin(turn)) ** power
    radius = sides ** (-1 / power) * (1 + swing)
    shape = np.column_stack([np.cos(turn) * radii[0], np.sin(turn) * radii[1]]) * radius[:, None]
    return Polygon((shape + np.array(middle)) * 1000)


def ribbon(centre: Floats, half_widths: Floats) -> Polygon:
    """The strip along a centre line (n, 2) with a half width (n) at each point, metres."""
    ahead = np.gradient(centre, axis=0)
    ahead /= np.hypot(ahead[:, 0], ahead[:, 1])[:, None]
    aside = np.column_stack([-ahead[:, 1], ahead[:, 0]]) * half_widths[:, None]
    strip = shapely.buffer(Polygon(np.vstack([centre + aside, (centre - aside)[::-1]])), 0)
    largest = max(shapely.get_parts(strip), key=lambda part: float(part.area))
    assert isinstance(largest, Polygon)
    return largest
