"""What the generator hands out: plain frozen records, shapes in WGS-84, nothing of any database."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from shapely import Polygon
from shapely.geometry.base import BaseGeometry

Title = Mapping[str, str]
"""A name in the languages of the demo: `zh-Hans` and `en`."""


@dataclass(frozen=True)
class AreaPlan:
    """An area of the division tree: district (level 3), street (4) or community (5)."""

    code: str
    parent: str
    title: Title
    level: int
    kind: str


@dataclass(frozen=True)
class GridPlan:
    """A grid of the primary system; its corners have six digits and are exactly those of its neighbours."""

    code: str
    title: Title
    area_code: str
    geometry: Polygon


@dataclass(frozen=True)
class ElementPlan:
    """A thing of the city: building, road, water, green, square, or a facility (lamp, manhole, bin, bench …)."""

    code: str
    kind: str
    title: Title
    geometry: BaseGeometry
    height_m: float | None
    """Buildings, trees and lamps; else None."""
    area_code: str
    """The community; for roads and waters that cross several, that of their middle."""
    grid_code: str
    address: str
    """The standard address it stands at or nearest to; empty where it has none."""
    properties: Mapping[str, Any] = field(default_factory=dict)
    """Buildings: use, floors, name, built; roads: class, width_m, lanes; facilities: owner, state."""


@dataclass(frozen=True)
class AddressPlan:
    """A standard address, with the parts it is made of."""

    text: str
    kind: str
    """door, estate, poi, road, crossing, park or water."""
    lon: float
    lat: float
    area_code: str
    grid_code: str
    element_code: str
    """What stands there; empty for crossings."""
    parts: Mapping[str, str]
    """city, district, street, community, road, number, estate, building, poi, cross: those that apply."""


@dataclass(frozen=True)
class Spot:
    """A place as a caller would name it, for the texts."""

    text: str
    """As people say it: 解放路114号, 金桥华府3幢, 解放路与南屏路路口, 云溪第一小学."""
    kind: str
    """door, estate, crossing, poi, park, water or road."""
    lon: float
    lat: float
    road: str
    number: str
    estate: str
    poi: str
    street: str
    community: str
    district: str
    area_code: str
    grid_code: str
    element_code: str


@dataclass(frozen=True)
class Ground:
    """The whole ground of a city."""

    outline: Polygon
    areas: tuple[AreaPlan, ...]
    grids: tuple[GridPlan, ...]
    elements: tuple[ElementPlan, ...]
    addresses: tuple[AddressPlan, ...]
    spots: tuple[Spot, ...]

    @cached_property
    def spots_by_kind(self) -> Mapping[str, tuple[Spot, ...]]:
        """The spots of each kind."""
        return _grouped(self.spots, lambda spot: spot.kind)

    @cached_property
    def elements_by_kind(self) -> Mapping[str, tuple[ElementPlan, ...]]:
        """The elements of each kind."""
        return _grouped(self.elements, lambda element: element.kind)


def _grouped(rows: tuple[Any, ...], key: Any) -> dict[str, tuple[Any, ...]]:
    found: dict[str, list[Any]] = {}
    for row in rows:
        found.setdefault(key(row), []).append(row)
    return {name: tuple(of) for name, of in found.items()}
