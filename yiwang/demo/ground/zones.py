"""How dense the city is where, and what kind of quarter lies there; positions in metres of the plane."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from yiwang.demo.ground.plane import Floats

MIDDLE = (600.0, 700.0)
CENTRES: tuple[tuple[float, float, float], ...] = ((450.0, 2350.0, 850.0), (2150.0, -500.0, 600.0))
"""Where the towers are: at the lake's east shore, and the newer one at the river; x, y and radius."""
OLD_TOWNS: tuple[tuple[float, float, float], ...] = ((-350.0, -1950.0, 640.0), (-900.0, 250.0, 420.0))
"""Low lanes: 古渡 at the old ferry and 柳浦."""
WORKS: tuple[tuple[float, float, float], ...] = (
    (5600.0, -2900.0, 1350.0),
    (6100.0, 1000.0, 900.0),
    (-5300.0, -3700.0, 1000.0),
)
"""Industry."""
CAMPUS = (2100.0, 4350.0, 620.0)
"""The university."""
SUBCENTRES: tuple[tuple[float, float, float], ...] = (
    (-4300.0, 4100.0, 900.0),
    (4400.0, 4200.0, 900.0),
    (-3900.0, -3900.0, 900.0),
)
"""New towns at the ring."""


def near(at: Floats, spots: tuple[tuple[float, float, float], ...]) -> Floats:
    """How near points (n, 2) lie to any of these spots: 1 in the middle, 0.37 at the radius."""
    nearness = np.zeros(len(at))
    for x, y, radius in spots:
        nearness = np.maximum(nearness, np.exp(-(((at[:, 0] - x) / radius) ** 2) - ((at[:, 1] - y) / radius) ** 2))
    return nearness


def density(at: Floats) -> Floats:
    """How built up the city is at points (n, 2): 1 in the middle, near 0 at its edge."""
    away = np.hypot((at[:, 0] - MIDDLE[0]) / 4600, (at[:, 1] - MIDDLE[1]) / 4100)
    dense: Floats = np.clip(np.maximum(np.exp(-(away**4) * 0.75), 0.85 * near(at, SUBCENTRES)), 0.02, 1)
    return dense


def block_size(at: Floats) -> Floats:
    """The usual area of a block at points (n, 2), m²."""
    size = 26_000 + 85_000 * (1 - density(at)) ** 1.6
    size = np.where(near(at, OLD_TOWNS) > 0.37, 14_000, size)
    size = np.where(near(at, WORKS) > 0.37, 75_000, size)
    usual: Floats = np.where(near(at, (CAMPUS,)) > 0.37, 60_000, size)
    return usual
