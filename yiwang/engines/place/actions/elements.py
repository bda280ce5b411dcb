"""Putting elements: tens of thousands at once, compared with what is there by digest."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from yiwang.base.access import Viewer, require
from yiwang.base.areas.queries import JurisdictionView
from yiwang.base.areas.queries import jurisdiction as jurisdiction_named
from yiwang.base.deeds import deed
from yiwang.engines.place.actions.ground import (
    BATCH,
    PutRows,
    digest_of,
    moved_on,
    placed,
    refuse,
    repeated,
    state_locked,
)
from yiwang.engines.place.actions.systems import MANAGE
from yiwang.engines.place.geometry import MAX_VERTICES, bad_coordinates, in_wgs84, repaired
from yiwang.engines.place.models import Element
from yiwang.engines.place.quads import quads
from yiwang.kernel.coordinates import System
from yiwang.kernel.errors import Invalid
from yiwang.kernel.text import N_, Text

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Geometries = NDArray[np.object_]

MAX_CODE = 64
COLLECTION = 7
"""shapely's number of geometry collections."""
CHANGING = (
    *("kind", "title", "geometry", "source_system", "west", "south", "east", "north", "lon", "lat", "quad", "height_m"),
    *("area", "grid_code", "address_text", "properties", "digest", "is_active"),
)


@dataclass(frozen=True)
class NewElement:
    """An element as given: a shape of any kind in the coordinate system stated for the whole set.

    Without `area_code` or `grid_code` they are taken from the grid its point lies in.
    """

    code: str
    kind: str
    title: Mapping[str, str]
    geometry: BaseGeometry | None
    height_m: float | None = None
    area_code: str | None = None
    grid_code: str = ""
    address: str = ""
    properties: Mapping[str, Any] = field(default_factory=dict)


def put_elements(
    jurisdiction: str,
    rows: Sequence[NewElement],
    *,
    source_system: System = "wgs84",
    is_whole: bool = False,
    reason: str = "",
    by: Viewer,
) -> PutRows:
    """Bring elements to these; the same again changes nothing. With `is_whole` those not named go out of use.

    Codes are never given to another thing: one out of use comes back when it is put again. Crossing outlines are
    mended and reported. `Invalid` names every row that cannot be taken, and nothing is written; `NotFound` for an
    unknown jurisdiction or area. Needs `scenes.manage`. About 4 s for 20,000 buildings.
    """
    owner = jurisdiction_named(jurisdiction)
    require(by, MANAGE, area_path=owner.root_path)
    shapes, repairs = _sound(rows, source_system)
    subject = f"elements:{jurisdiction}"
    with deed("place.put_elements", by=by, subject=subject, area_path=owner.root_path, reason=reason) as d:
        state = state_locked(owner)
        made = _rows(owner, rows, shapes, source_system)
        held = {
            code: (digest, is_active)
            for code, digest, is_active in Element.objects.filter(jurisdiction_id=owner.id).values_list(
                "code", "digest", "is_active"
            )
        }
        fresh = [row for row in made if held.get(row.code) != (row.digest, True)]
        Element.objects.bulk_create(
            fresh, BATCH, update_conflicts=True, unique_fields=["jurisdiction", "code"], update_fields=list(CHANGING)
        )
        n_retired = _retired(owner, {row.code for row in made}) if is_whole else 0
        if fresh or n_retired:
            moved_on(d, state, owner, "elements")
        n_new = sum(row.code not in held for row in fresh)
        done = PutRows(n_new, len(fresh) - n_new, len(made) - len(fresh), n_retired, state.version, repairs)
        d.note(**done.told())
    return done


def _retired(owner: JurisdictionView, named: set[str]) -> int:
    """Put out of use what was not named; how many."""
    active = Element.objects.filter(jurisdiction_id=owner.id, is_active=True)
    gone = [pk for pk, code in active.values_list("id", "code") if code not in named]
    for start in range(0, len(gone), 500):
        Element.objects.filter(pk__in=gone[start : start + 500]).update(is_active=False)
    return len(gone)


def _sound(rows: Sequence[NewElement], source: System) -> tuple[Geometries, dict[str, Text]]:
    """Every row's shape in WGS-84 and what was mended; Invalid with all rows that have none."""
    wrong = repeated((row.code for row in rows), MAX_CODE)
    shapes = np.array([row.geometry for row in rows], dtype=object)
    for n in np.flatnonzero(shapely.is_missing(shapes) | shapely.is_empty(shapes)).tolist():
        wrong.setdefault(rows[n].code, Text(N_("it has no geometry")))
    for n in np.flatnonzero(shapely.get_num_coordinates(shapes) > MAX_VERTICES).tolist():
        wrong.setdefault(
            rows[n].code, Text(N_("it has more than %(limit)s corners; simplify it"), {"limit": MAX_VERTICES})
        )
    west, south, east, north = shapely.bounds(shapes).T if len(rows) else np.zeros((4, 0))
    with np.errstate(invalid="ignore"):
        fine = (west >= -180) & (east <= 180) & (south >= -60) & (north <= 80)
    corners, owner_of = shapely.get_coordinates(shapes, return_index=True)
    fine[owner_of[~np.isfinite(corners).all(axis=1)]] = False
    for n in np.flatnonzero(~fine).tolist():
        shape = rows[n].geometry
        fault = bad_coordinates(shape) if shape is not None and not shape.is_empty else None
        if fault is not None:
            wrong.setdefault(rows[n].code, fault)
    refuse(wrong, len(rows))
    if source not in ("wgs84", "cgcs2000"):
        shapes = np.array([in_wgs84(shape, source) for shape in shapes], dtype=object)
    shapes = shapely.force_2d(shapes)
    return shapes, _mended(rows, shapes)


def _mended(rows: Sequence[NewElement], shapes: Geometries) -> dict[str, Text]:
    """Mend crossing outlines in place; by code what was mended. Invalid when nothing is left of one."""
    repairs: dict[str, Text] = {}
    wrong: dict[str, Text] = {}
    for n in np.flatnonzero(shapely.get_type_id(shapes) == COLLECTION).tolist():
        shapes[n] = _largest_kind(shapes[n])
        repairs[rows[n].code] = Text(N_("mended: of a mixture of shapes only the polygons, else the lines, were kept"))
    for n in np.flatnonzero(~shapely.is_valid(shapes)).tolist():
        if shapely.get_dimensions(shapes[n]) != 2:
            wrong[rows[n].code] = Text(N_("it has no geometry"))  # a line of one point
            continue
        try:
            mended = repaired(shapes[n])
        except Invalid as failure:
            wrong[rows[n].code] = failure.text
            continue
        shapes[n] = mended.geometry
        if mended.repair is not None:
            repairs[rows[n].code] = mended.repair
    refuse(wrong, len(rows))
    return repairs


def _largest_kind(mixture: BaseGeometry) -> BaseGeometry:
    """Of a collection the polygons, without any the lines, without any the points: cutting leaves such mixtures."""
    parts = shapely.get_parts(shapely.get_parts(mixture))
    dimensions = shapely.get_dimensions(parts)
    kept = parts[dimensions == dimensions.max()]
    whole: BaseGeometry = kept[0]
    if len(kept) > 1:
        whole = (shapely.multipoints, shapely.multilinestrings, shapely.multipolygons)[int(dimensions.max())](kept)
    return whole


def _rows(owner: JurisdictionView, rows: Sequence[NewElement], shapes: Geometries, source: System) -> list[Element]:
    """Table rows of the elements as given."""
    if not len(rows):
        return []
    points = _points_on(shapes)
    lons, lats = shapely.get_x(points).tolist(), shapely.get_y(points).tolist()
    boxes = shapely.bounds(shapes)
    where = placed(owner, [row.area_code for row in rows], [row.grid_code for row in rows], lons, lats)
    bodies, cells, edges = shapely.to_wkb(shapes).tolist(), quads(boxes), boxes.tolist()
    made = []
    for n, row in enumerate(rows):
        facts = {
            "kind": row.kind,
            "title": dict(row.title),
            "geometry": bodies[n],
            "source_system": source,
            "height_m": row.height_m,
            "area_id": where.area_ids[n],
            "grid_code": where.grid_codes[n],
            "address_text": row.address,
            "properties": dict(row.properties),
        }
        west, south, east, north = edges[n]
        box = {"west": west, "south": south, "east": east, "north": north, "lon": lons[n], "lat": lats[n]}
        digest = digest_of(*facts.values())
        made.append(Element(jurisdiction_id=owner.id, code=row.code, quad=cells[n], digest=digest, **facts, **box))
    return made


def _points_on(shapes: Geometries) -> Geometries:
    """A point on each: within polygons, half-way along lines, the first of several points."""
    points = shapely.point_on_surface(shapes)
    lines = shapely.get_dimensions(shapes) == 1
    points[lines] = shapely.line_interpolate_point(shapely.get_geometry(shapes[lines], 0), 0.5, normalized=True)
    result: Geometries = points
    return result
