"""Putting whole sets of grids: checked, mended, compared with what is there, kept as versions in time."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from yiwang.base.access import Viewer, require
from yiwang.base.areas.queries import JurisdictionView, subtree
from yiwang.base.areas.queries import jurisdiction as jurisdiction_named
from yiwang.base.deeds import deed
from yiwang.base.organisation.queries import department
from yiwang.engines.place.actions.systems import MANAGE, changed, renew, system_locked
from yiwang.engines.place.geometry import Overlap, Repaired, areas_m2, faults, in_wgs84, overlaps, repaired
from yiwang.engines.place.models import Grid, GridSystem, GridVersion
from yiwang.kernel import clock
from yiwang.kernel.coordinates import System
from yiwang.kernel.errors import Conflict, Invalid, NotFound
from yiwang.kernel.ids import new_uid
from yiwang.kernel.text import N_, Text

BATCH = 500


@dataclass(frozen=True)
class NewGrid:
    """A grid as given: polygon(s) in the coordinate system stated for the whole set."""

    code: str
    title: Mapping[str, str]
    geometry: BaseGeometry | None
    area_code: str | None = None
    """None: the jurisdiction's root area."""
    department_code: str | None = None


@dataclass(frozen=True)
class PutGrids:
    """What putting a set changed, what had to be mended (by code) and which grids overlap."""

    n_new: int
    n_changed: int
    n_same: int
    n_ended: int
    repairs: Mapping[str, Text]
    overlaps: tuple[Overlap, ...]
    version: int


@dataclass
class _Work:
    """The rows of one set on their way in."""

    system: GridSystem
    at: datetime
    area_ids: Mapping[str | None, int]
    department_ids: Mapping[str | None, int | None]
    shapes: dict[str, Repaired] = field(default_factory=dict)
    made: list[GridVersion] = field(default_factory=list)
    ended: list[int] = field(default_factory=list)
    n_new: int = 0
    n_same: int = 0


def put_grids(
    jurisdiction: str,
    system: str,
    rows: Sequence[NewGrid],
    *,
    source_system: System = "wgs84",
    is_whole: bool = True,
    valid_from: datetime | None = None,
    reason: str = "",
    by: Viewer,
) -> PutGrids:
    """Bring a system's grids to these, from `valid_from` (now) on; the same set again changes nothing.

    A grid whose shape, title, area or department differs gets a new version; with `is_whole` grids not named end.
    Invalid rings are mended and reported, overlaps wider than the system's tolerance are reported.
    `Invalid` names every grid that cannot be one (by code); `Conflict` when a later version is already there;
    `NotFound` for an unknown system, area or department.
    """
    owner = jurisdiction_named(jurisdiction)
    require(by, MANAGE, area_path=owner.root_path)
    shapes = _sound(rows, source_system)
    at = valid_from or clock.now()
    subject = f"grids:{jurisdiction}/{system}"
    with deed("place.put_grids", by=by, subject=subject, area_path=owner.root_path, reason=reason) as d:
        held = system_locked(owner, system)
        work = _Work(held, at, _area_ids(owner, rows), _department_ids(jurisdiction, rows), shapes)
        last = _last_versions(held)
        _compare(rows, last, source_system, is_whole, work)
        crossing = _overlaps(rows, last, is_whole, work)
        if work.made or work.ended:
            GridVersion.objects.bulk_create(work.made, batch_size=BATCH)
            held.version, held.stamp = held.version + 1, new_uid()
            held.save(update_fields=["version", "stamp"])
            d.announce("place.grids_changed", version=1, subject=subject, payload=changed(jurisdiction, held))
        done = PutGrids(
            n_new=work.n_new,
            n_changed=len(work.made) - work.n_new,
            n_same=work.n_same,
            n_ended=len(work.ended) - (len(work.made) - work.n_new),
            repairs={code: one.repair for code, one in shapes.items() if one.repair is not None},
            overlaps=tuple(crossing),
            version=held.version,
        )
        d.note(**_told(done))
        renew()
    return done


def _told(done: PutGrids) -> dict[str, Any]:
    """The outcome for the audit."""
    return {
        "new": done.n_new,
        "changed": done.n_changed,
        "same": done.n_same,
        "ended": done.n_ended,
        "mended": sorted(done.repairs),
        "overlaps": [[each.one, each.other, round(each.area_m2)] for each in done.overlaps[:100]],
        "version": done.version,
    }


def _sound(rows: Sequence[NewGrid], source: System) -> dict[str, Repaired]:
    """Every row's polygon in WGS-84; Invalid with all rows that have none, by code."""
    shapes: dict[str, Repaired] = {}
    wrong: dict[str, list[Text]] = {}
    for row in rows:
        fault = Text(N_("the code stands there twice")) if row.code in shapes else faults(row.geometry)
        if fault is None:
            assert row.geometry is not None
            try:
                shapes[row.code] = repaired(in_wgs84(row.geometry, source))
                continue
            except Invalid as failure:
                fault = failure.text
        wrong.setdefault(row.code, []).append(fault)
    if wrong:
        code, faults_of = next(iter(wrong.items()))
        told = N_("%(number)s grids cannot be taken; the first is “%(code)s”: %(fault)s")
        raise Invalid(told, fields=wrong, number=len(wrong), code=code, fault=faults_of[0])
    return shapes


def _area_ids(owner: JurisdictionView, rows: Sequence[NewGrid]) -> dict[str | None, int]:
    """The areas the rows name; without a name the root."""
    if owner.root is None:
        raise NotFound(N_("There is no jurisdiction %(code)s."), code=owner.code)
    found: dict[str | None, int] = {None: owner.root.id}
    wanted = {row.area_code for row in rows if row.area_code is not None}
    if wanted:
        found |= {area.code: area.id for area in subtree(owner.root_path) if area.code in wanted}
    for code in sorted(wanted - found.keys()):
        raise NotFound(N_("There is no area %(code)s in %(place)s."), code=code, place=owner.code)
    return found


def _department_ids(jurisdiction: str, rows: Sequence[NewGrid]) -> dict[str | None, int | None]:
    found: dict[str | None, int | None] = {None: None}
    for code in sorted({row.department_code for row in rows if row.department_code is not None}):
        found[code] = department(jurisdiction, code).id
    return found


def _last_versions(system: GridSystem) -> dict[str, GridVersion]:
    """The version without an end of every grid of a system, by code."""
    rows = GridVersion.objects.select_related("grid").filter(grid__system=system, valid_to=None)
    return {row.grid.code: row for row in rows}


def _compare(
    rows: Sequence[NewGrid], last: Mapping[str, GridVersion], source: System, is_whole: bool, work: _Work
) -> None:
    """Collect new versions and end those they replace; Conflict when one would begin before what it replaces."""
    fresh = [row.code for row in rows if row.code not in last]
    grids = _grids(work.system, fresh)
    sizes = areas_m2(np.array([work.shapes[row.code].geometry for row in rows], dtype=object))
    for row, size in zip(rows, sizes.tolist(), strict=True):
        held = last.get(row.code)
        made = _version(held.grid if held else grids[row.code], row, source, size, work)
        if held is None:
            work.n_new += 1
        elif _same(held, made):
            work.n_same += 1
            continue
        else:
            work.ended.append(_ending(held, work.at))
        work.made.append(made)
    if is_whole:
        named = {row.code for row in rows}
        work.ended += [_ending(held, work.at) for code, held in last.items() if code not in named]
    for start in range(0, len(work.ended), BATCH):
        GridVersion.objects.filter(pk__in=work.ended[start : start + BATCH]).update(valid_to=work.at)


def _ending(held: GridVersion, at: datetime) -> int:
    if held.valid_from >= at:
        told = N_("Grid %(code)s already changes on %(day)s; that would have to be undone first.")
        raise Conflict(told, code=held.grid.code, day=held.valid_from.date().isoformat())
    return held.pk


def _grids(system: GridSystem, codes: Iterable[str]) -> dict[str, Grid]:
    """The identities of these codes, made where they never existed."""
    wanted = set(codes)
    known = {row.code: row for row in Grid.objects.filter(system=system) if row.code in wanted} if wanted else {}
    Grid.objects.bulk_create([Grid(system=system, code=code) for code in sorted(wanted - known.keys())], BATCH)
    return {row.code: row for row in Grid.objects.filter(system=system) if row.code in wanted} if wanted else {}


def _version(grid: Grid, row: NewGrid, source: System, area_m2: float, work: _Work) -> GridVersion:
    shape = work.shapes[row.code].geometry
    west, south, east, north = (float(edge) for edge in shapely.bounds(shape))
    return GridVersion(
        grid=grid,
        title=dict(row.title),
        area_id=work.area_ids[row.area_code],
        department_id=work.department_ids[row.department_code],
        geometry=shapely.to_wkb(shape),
        source_system=source,
        west=west,
        south=south,
        east=east,
        north=north,
        area_m2=area_m2,
        n_parts=int(shapely.get_num_geometries(shape)),
        valid_from=work.at,
    )


def _same(held: GridVersion, made: GridVersion) -> bool:
    """True when a version says nothing new."""
    facts = ("title", "area_id", "department_id", "source_system")
    return bytes(held.geometry) == made.geometry and all(getattr(held, f) == getattr(made, f) for f in facts)


def _overlaps(rows: Sequence[NewGrid], last: Mapping[str, GridVersion], is_whole: bool, work: _Work) -> list[Overlap]:
    """The overlaps of the system as it is after the rows are in."""
    shapes = {row.code: work.shapes[row.code].geometry for row in rows}
    if not is_whole:
        shapes = {code: shapely.from_wkb(bytes(held.geometry)) for code, held in last.items()} | shapes
    codes = sorted(shapes)
    return overlaps(codes, np.array([shapes[code] for code in codes], dtype=object), work.system.tolerance_m)
