"""Grid systems: made, changed, put out of use."""

from __future__ import annotations

from collections.abc import Mapping

from django.db import transaction

from yiwang.base.access import Viewer, require
from yiwang.base.areas.queries import JurisdictionView
from yiwang.base.areas.queries import jurisdiction as jurisdiction_named
from yiwang.base.deeds import deed
from yiwang.engines.place.loading import forget_indexes
from yiwang.engines.place.models import GridSystem
from yiwang.kernel.coordinates import SYSTEMS
from yiwang.kernel.errors import Invalid, NotFound
from yiwang.kernel.ids import new_uid
from yiwang.kernel.text import N_

MANAGE = "scenes.manage"


def put_system(
    jurisdiction: str,
    code: str,
    *,
    title: Mapping[str, str],
    level: int,
    is_primary: bool = False,
    source_system: str = "wgs84",
    tolerance_m: float = 1.0,
    scene: str = "",
    by: Viewer,
) -> int:
    """Create a grid system or bring it to these values; its id. A primary one takes that from any other.

    `level` as of areas (1 province … 6 grid); the primary system is what `locate` asks without a name, else the
    finest. `tolerance_m` is the mean width from which an overlap counts. `Invalid` for an unknown coordinate system.
    """
    owner = _owner(jurisdiction, by)
    if source_system not in SYSTEMS:
        known = ", ".join(SYSTEMS)
        told = N_("There is no coordinate system %(name)s; there are %(known)s.")
        raise Invalid(told, name=source_system, known=known)
    with deed("place.put_system", by=by, subject=f"grids:{jurisdiction}/{code}", area_path=owner.root_path) as d:
        if is_primary:
            others = GridSystem.objects.filter(jurisdiction_id=owner.id, is_primary=True).exclude(code=code)
            others.update(is_primary=False, stamp=new_uid())
        row, _ = GridSystem.objects.get_or_create(
            jurisdiction_id=owner.id, code=code, defaults={"title": dict(title), "level": level}
        )
        row.title, row.level, row.is_primary, row.is_active = dict(title), level, is_primary, True
        row.source_system, row.tolerance_m, row.scene = source_system, tolerance_m, scene
        row.stamp = new_uid()
        row.save()
        d.note(level=level, primary=is_primary, coordinates=source_system, tolerance_m=tolerance_m)
        renew()
    return row.pk


def retire_system(jurisdiction: str, code: str, *, reason: str, by: Viewer) -> None:
    """Put a system out of use: nothing is located in it any more, its grids and their history stay."""
    owner = _owner(jurisdiction, by)
    subject = f"grids:{jurisdiction}/{code}"
    with deed("place.retire_system", by=by, subject=subject, area_path=owner.root_path, reason=reason) as d:
        row = system_locked(owner, code)
        row.is_active, row.is_primary, row.stamp = False, False, new_uid()
        row.save(update_fields=["is_active", "is_primary", "stamp"])
        d.announce("place.grids_changed", version=1, subject=subject, payload=changed(jurisdiction, row))
        renew()


def system_locked(owner: JurisdictionView, code: str) -> GridSystem:
    """The row of a system, locked until the transaction ends (for this package). NotFound if there is none."""
    row = GridSystem.objects.select_for_update().filter(jurisdiction_id=owner.id, code=code).first()
    if row is None:
        raise NotFound(N_("There is no grid system %(code)s in %(place)s."), code=code, place=owner.code)
    return row


def changed(jurisdiction: str, row: GridSystem) -> dict[str, str | int | bool]:
    """What is announced when a system or its grids changed (for this package)."""
    return {"jurisdiction": jurisdiction, "system": row.code, "version": row.version, "active": row.is_active}


def renew() -> None:
    """Make this process see the change at once, and again when it is committed (for this package)."""
    forget_indexes()
    transaction.on_commit(forget_indexes)


def _owner(jurisdiction: str, by: Viewer) -> JurisdictionView:
    owner = jurisdiction_named(jurisdiction)
    require(by, MANAGE, area_path=owner.root_path)
    return owner
