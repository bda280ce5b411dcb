"""Reads of places: grids at and near a point, outlines, who is on duty; addresses, places in texts, elements.

Outlines, titles and areas of grids, addresses and elements are public facts. `locate` and its kin are asked by engines
and domains on behalf of whoever reported something, so they take no viewer; what is shown to people does.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID
from zoneinfo import ZoneInfo

from yiwang.base.access import Viewer
from yiwang.base.areas.queries import jurisdiction as jurisdiction_named
from yiwang.base.organisation.queries import holders_of_posts
from yiwang.base.people.queries import display_names
from yiwang.engines.place.addresses.finding import geocode, nearest_address, places_in, suggested
from yiwang.engines.place.addresses.hits import AddressHit, PlaceInText
from yiwang.engines.place.cells import cell, cells_around, cells_within, metres_between
from yiwang.engines.place.elements import (
    ElementInText,
    ElementView,
    NearElement,
    element,
    element_of_link,
    elements_in,
    elements_near,
    facility_link,
)
from yiwang.engines.place.index import GridIndex, Located, Near
from yiwang.engines.place.loading import forget_indexes, has_system, index_of, load
from yiwang.engines.place.models import GridDuty, GridSystem
from yiwang.engines.place.tiles.shelf import draw_ahead
from yiwang.kernel import clock
from yiwang.kernel.errors import NotAllowed, NotFound
from yiwang.kernel.text import N_
from yiwang.kernel.titles import Title

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

__all__ = [
    "AddressHit",
    "ElementInText",
    "ElementView",
    "GridSystemView",
    "Located",
    "Near",
    "NearElement",
    "OnDuty",
    "PlaceInText",
    "bounds_of",
    "cell",
    "cells_around",
    "cells_within",
    "draw_ahead",
    "duty_of",
    "element",
    "element_of_link",
    "elements_in",
    "elements_near",
    "facility_link",
    "forget_indexes",
    "geocode",
    "grid_systems",
    "grids_geojson",
    "has_grids",
    "locate",
    "locate_many",
    "metres_between",
    "near",
    "nearest_address",
    "places_in",
    "suggested",
]


@dataclass(frozen=True)
class GridSystemView:
    """One grid system in use; `version` counts the changes of its grids."""

    id: int
    uid: UUID
    code: str
    title: Title
    level: int
    is_primary: bool
    source_system: str
    tolerance_m: float
    version: int


@dataclass(frozen=True)
class OnDuty:
    """Somebody on duty in a grid; `post` is the code of the post they hold it by, "" for a person named directly."""

    duty_uid: UUID
    account_id: int
    name: str
    role: str
    post: str
    from_on: date
    to_on: date | None
    shift_from: time | None
    shift_to: time | None


def locate(lon: float, lat: float, *, jurisdiction: int, system: str | None = None) -> Located | None:
    """The grid a WGS-84 point lies in (the smallest where several do), None outside; about 10 µs once loaded.

    `jurisdiction` is its id; without `system` the primary, else the finest system is asked.
    """
    index = index_of(jurisdiction, system)
    return index.at(lon, lat) if index is not None else None


def locate_many(
    lons: ArrayLike, lats: ArrayLike, *, jurisdiction: int, system: str | None = None
) -> list[Located | None]:
    """`locate` for n points at once (arrays n long, degrees of WGS-84; NaN is outside): 1 to 3 µs a point."""
    index = index_of(jurisdiction, system) or GridIndex([])
    return index.at_many(lons, lats)


def near(lon: float, lat: float, metres: float, *, jurisdiction: int, system: str | None = None) -> list[Near]:
    """The grids within `metres` of a WGS-84 point, nearest first (0 m: it lies inside)."""
    index = index_of(jurisdiction, system)
    return index.near(lon, lat, metres) if index is not None else []


def has_grids(jurisdiction: int) -> bool:
    """Whether the jurisdiction with this id has any grids in force to locate by."""
    if not has_system(jurisdiction):
        return False
    index = index_of(jurisdiction)
    return index is not None and len(index) > 0


def bounds_of(jurisdiction: int) -> tuple[float, float, float, float] | None:
    """West, south, east, north of a jurisdiction's grids in degrees of WGS-84, None where it has none."""
    index = index_of(jurisdiction) if has_system(jurisdiction) else None
    return index.bounds() if index is not None else None


def grid_systems(jurisdiction: str) -> list[GridSystemView]:
    """The grid systems of a jurisdiction in use, the one asked by default first. NotFound for an unknown one."""
    rows = GridSystem.objects.filter(jurisdiction_id=jurisdiction_named(jurisdiction).id, is_active=True)
    return [
        GridSystemView(
            row.pk,
            row.uid,
            row.code,
            row.title,
            row.level,
            row.is_primary,
            row.source_system,
            row.tolerance_m,
            row.version,
        )
        for row in rows.order_by("-is_primary", "-level", "code")
    ]


def grids_geojson(
    viewer: Viewer,
    jurisdiction: str,
    system: str | None = None,
    *,
    permission: str | None = None,
    as_of: datetime | None = None,
) -> str:
    """The outlines of a system's grids as GeoJSON text (WGS-84, 6 digits) with code, title, area and department.

    Outlines are public; with `permission` only the grids whose area a grant of the viewer covers, for a map of
    "mine". Departments are told to signed-in viewers. `as_of` gives the map of that moment. NotFound for an unknown
    jurisdiction or system.
    """
    owner = jurisdiction_named(jurisdiction)
    index = index_of(owner.id, system) if as_of is None else _index_as_of(owner.id, system, as_of)
    if index is None:
        raise NotFound(N_("There is no grid system %(code)s in %(place)s."), code=system or "", place=owner.code)

    def shown(grid: Located) -> bool:
        return permission is None or viewer.may(permission, area_path=grid.area_path)

    def properties(grid: Located) -> Mapping[str, Any]:
        told = {"code": grid.grid_code, "title": grid.title, "area": grid.area_path}
        if viewer.is_system or viewer.is_signed_in:
            told["department"] = grid.department_path
        return told

    return index.geojson(shown, properties)


def _index_as_of(jurisdiction_id: int, system: str | None, at: datetime) -> GridIndex | None:
    rows = GridSystem.objects.filter(jurisdiction_id=jurisdiction_id, is_active=True)
    if system is not None:
        rows = rows.filter(code=system)
    row = rows.order_by("-is_primary", "-level", "code").first()
    return load(row.pk, at) if row is not None else None


def duty_of(viewer: Viewer, grid_id: int, *, at: datetime | None = None) -> list[OnDuty]:
    """Who is on duty in a grid at a moment (now), leaders first, by its jurisdiction's clock; for signed-in viewers.

    Duties of a post name whoever holds it today. A shift over midnight belongs to the day it starts on.
    """
    if not (viewer.is_system or viewer.is_signed_in):
        raise NotAllowed(N_("Sign in to see who is on duty."))
    rows = list(GridDuty.objects.select_related("grid__system__jurisdiction").filter(grid_id=grid_id))
    if not rows:
        return []
    zone = ZoneInfo(rows[0].grid.system.jurisdiction.time_zone)
    here = (at or clock.now()).astimezone(zone)
    due = [row for row in rows if _covers(row, here)]
    names = display_names(row.account_id for row in due if row.account_id is not None)
    found = [
        _on_duty(row, row.account_id, names.get(row.account_id, ""), "") for row in due if row.account_id is not None
    ]
    holders = holders_of_posts(row.post_id for row in due if row.post_id is not None)
    for row in due:
        found += [_on_duty(row, h.account_id, h.name, h.post.code) for h in holders if h.post.id == row.post_id]
    return sorted(found, key=lambda each: (each.role, each.name, each.account_id))


def _on_duty(row: GridDuty, account_id: int, name: str, post: str) -> OnDuty:
    return OnDuty(row.uid, account_id, name, row.role, post, row.from_on, row.to_on, row.shift_from, row.shift_to)


def _covers(row: GridDuty, here: datetime) -> bool:
    """Whether a duty holds at a local moment."""
    clock_time, day = here.time(), here.date()
    if row.shift_from is None or row.shift_to is None:
        return _on_day(row, day)
    if row.shift_from < row.shift_to:
        return row.shift_from <= clock_time < row.shift_to and _on_day(row, day)
    if clock_time >= row.shift_from:
        return _on_day(row, day)
    return clock_time < row.shift_to and _on_day(row, day - timedelta(days=1))


def _on_day(row: GridDuty, day: date) -> bool:
    return row.from_on <= day and (row.to_on is None or day <= row.to_on)
