"""The book of the city: what has been written so far, where everything lies, and the next code of each kind."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import shapely

from yiwang.demo.ground import names
from yiwang.demo.ground.areas import Areas
from yiwang.demo.ground.plans import AddressPlan, AreaPlan, ElementPlan, Spot

if TYPE_CHECKING:
    from yiwang.demo.ground.plane import Floats, Ints


@dataclass(frozen=True)
class Where:
    """Titles of a grid's district, street and community, codes, and how its addresses begin."""

    district: str
    street: str
    community: str
    area_code: str
    grid_code: str
    begin: str


@dataclass
class Book:
    """What has been written so far, and where everything lies."""

    areas: Areas
    elements: list[ElementPlan]
    addresses: list[AddressPlan]
    spots: list[Spot]
    counts: Counter[str]

    def __init__(self, areas: Areas) -> None:
        self.areas = areas
        self.elements, self.addresses, self.spots = [], [], []
        self.counts = Counter()
        self.plans: dict[str, AreaPlan] = {plan.code: plan for plan in areas.plans}
        self.shapes = np.array([grid.geometry for grid in areas.grids], dtype=object)
        self.tree = shapely.STRtree(self.shapes)
        self.wheres = [self._where(n) for n in range(len(areas.grids))]

    def grids_of(self, points: Floats) -> Ints:
        """The grid of each WGS-84 point (n, 2), the nearest for those outside; positions in `areas.grids`."""
        shapes = np.asarray(shapely.points(points))
        at, found = self.tree.query(shapes, predicate="intersects")
        grid = np.full(len(points), -1)
        grid[at[::-1]] = found[::-1]
        missing = np.flatnonzero(grid < 0)
        if len(missing):
            grid[missing] = self.tree.nearest(shapes[missing])
        return grid

    def _where(self, grid: int) -> Where:
        plan = self.areas.grids[grid]
        community = self.plans[plan.area_code]
        street = self.plans[community.parent]
        district = self.plans[street.parent]
        one, two, three = (area.title["zh-Hans"] for area in (district, street, community))
        return Where(one, two, three, community.code, plan.code, names.CITY[0] + one + two)

    def code(self, where: Where, letters: str) -> str:
        """The next code of a kind in a street: yx0101FW00012."""
        key = where.area_code[:6] + letters
        self.counts[key] += 1
        return f"{key}{self.counts[key]:05d}"

    def put_address(
        self, where: Where, text: str, kind: str, at: tuple[float, float], element: str, said: str, **parts: str
    ) -> None:
        """A standard address, and the spot callers name with the words `said`; empty parts are left out."""
        above = {"city": names.CITY[0], "district": where.district, "street": where.street}
        known = {name: value for name, value in parts.items() if value}
        whole = {**above, "community": where.community, "name": said, **known}
        self.addresses.append(AddressPlan(text, kind, *at, where.area_code, where.grid_code, element, whole))
        self.spots.append(
            Spot(
                said,
                kind,
                *at,
                parts.get("road", ""),
                parts.get("number", ""),
                parts.get("estate", ""),
                parts.get("poi", ""),
                where.street,
                where.community,
                where.district,
                where.area_code,
                where.grid_code,
                element,
            )
        )


def title(name: names.Name) -> dict[str, str]:
    """A name as a title."""
    return {"zh-Hans": name[0], "en": name[1]}
