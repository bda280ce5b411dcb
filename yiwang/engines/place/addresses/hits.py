"""What looking for a place answers: addresses with how sure one may be, and places within a text."""

from __future__ import annotations

from dataclasses import dataclass

POINTS = ("door", "estate", "poi", "crossing", "park")
"""Kinds whose point says where something is; a road or a river is too long for that."""


@dataclass(frozen=True, slots=True)
class AddressHit:
    """An address that a text may mean, its point in WGS-84 and how well it fits (`score`, 0 to 1).

    `level` says how far the text was followed: `number` (house or building), `name` (the road, estate or institution
    itself), `near_number` (the number is unknown, the nearest known one is taken), `area`. `how` is `exact` or, where
    the name was spelled otherwise, `similar`. `area` is the path of the smallest area known; `area_title` its names.
    """

    text: str
    lon: float
    lat: float
    score: float
    kind: str
    level: str
    how: str
    area: str
    grid_code: str
    element_code: str

    @property
    def is_point(self) -> bool:
        """Whether it stands for a spot, not for a long road, a river or a whole area."""
        if self.kind == "road":
            return self.level != "name"
        return self.kind in POINTS and self.level != "area"


@dataclass(frozen=True, slots=True)
class PlaceInText:
    """A place found in a text: from `start` to before `end`, as it stands there; None as hit where it has no point."""

    start: int
    end: int
    text: str
    kind: str
    hit: AddressHit | None
