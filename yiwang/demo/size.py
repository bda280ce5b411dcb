"""How big the demo city is, and the seed everything in it is made from."""

from __future__ import annotations

from dataclasses import dataclass

SEED = 20_261_120
"""The city everybody sees: the same seed and size give the same city on every machine."""


@dataclass(frozen=True)
class Size:
    """How many of each thing the city has; the defaults are the demo city's, tests take less."""

    districts: int = 3
    streets: int = 12
    communities: int = 60
    grids: int = 600
    buildings: int = 20_000
    facilities: int = 6_000
    departments: int = 40
    officials: int = 800
    events: int = 5_000
    days: int = 90
