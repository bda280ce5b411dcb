"""Who is on duty in a grid: people, or whoever holds a post."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, time
from uuid import UUID

from yiwang.base.access import Viewer, require
from yiwang.base.areas.queries import jurisdiction as jurisdiction_named
from yiwang.base.deeds import deed
from yiwang.base.organisation.queries import post
from yiwang.base.people.queries import account_for_sign_in, active_ids
from yiwang.engines.place.models import DutyRole, Grid, GridDuty, GridVersion
from yiwang.kernel import clock
from yiwang.kernel.errors import Invalid, NotFound
from yiwang.kernel.text import N_

MANAGE = "accounts.manage"
BATCH = 500


@dataclass(frozen=True)
class Shift:
    """Hours of the day in the jurisdiction's zone; an end not after the start is on the next day."""

    start: time
    end: time


def put_duty(
    jurisdiction: str,
    system: str,
    grid_code: str,
    *,
    role: str,
    account_uid: UUID | None = None,
    post_code: str | None = None,
    from_on: date | None = None,
    to_on: date | None = None,
    shift: Shift | None = None,
    by: Viewer,
) -> UUID:
    """Put a person or the holders of a post on duty in a grid, from a day (default today) to another, both included.

    The same open duty again changes nothing. Returns the duty's uid. `Invalid` unless exactly one of account and
    post is named, for an unknown role or days in the wrong order; `NotFound` for an unknown grid, account or post.
    """
    owner = jurisdiction_named(jurisdiction)
    grid, area_path = _grid(owner.id, system, grid_code)
    require(by, MANAGE, area_path=area_path)
    if (account_uid is None) == (post_code is None):
        raise Invalid(N_("A duty names either a person or a post."))
    if role not in DutyRole.values:
        known = ", ".join(DutyRole.values)
        raise Invalid(N_("There is no duty %(role)s; there are %(known)s."), role=role, known=known)
    start = from_on or clock.today(owner.time_zone)
    if to_on is not None and to_on < start:
        raise Invalid(N_("A duty cannot end before it starts."))
    wanted = {
        "grid": grid,
        "account_id": account_for_sign_in(account_uid).pk if account_uid else None,
        "post_id": post(post_code).id if post_code else None,
        "role": role,
        "to_on": to_on,
        "shift_from": shift.start if shift else None,
        "shift_to": shift.end if shift else None,
    }
    held = GridDuty.objects.filter(**wanted, from_on__lte=start).first()
    if held is not None:
        return held.uid
    subject = f"grids:{jurisdiction}/{system}/{grid_code}"
    with deed("place.put_duty", by=by, subject=subject, area_path=area_path) as d:
        made = GridDuty.objects.create(**wanted, from_on=start)
        d.note(duty=str(made.uid), role=role, from_on=start.isoformat(), to_on=to_on.isoformat() if to_on else None)
    return made.uid


def put_duties(
    jurisdiction: str, system: str, rows: Collection[tuple[str, str, UUID]], *, from_on: date | None = None, by: Viewer
) -> int:
    """Put many people on duty, as (grid code, role, account uid), until further notice; returns how many are new.

    One transaction and one audit entry. Who is on duty there already is left alone. Needs the right over the whole
    jurisdiction. `Invalid` for an unknown role, `NotFound` for an unknown grid or account: then nothing is written.
    """
    owner = jurisdiction_named(jurisdiction)
    require(by, MANAGE, area_path=owner.root_path)
    grids = dict(Grid.objects.filter(system__jurisdiction_id=owner.id, system__code=system).values_list("code", "pk"))
    for code, role, _uid in rows:
        if code not in grids:
            raise NotFound(N_("There is no grid %(code)s in %(system)s."), code=code, system=system)
        if role not in DutyRole.values:
            known = ", ".join(DutyRole.values)
            raise Invalid(N_("There is no duty %(role)s; there are %(known)s."), role=role, known=known)
    ids = active_ids({uid for _code, _role, uid in rows})
    start = from_on or clock.today(owner.time_zone)
    open_ones = GridDuty.objects.filter(grid__system__jurisdiction_id=owner.id, to_on=None, account__isnull=False)
    with deed("place.put_duties", by=by, subject=f"grids:{jurisdiction}/{system}", area_path=owner.root_path) as d:
        held = set(open_ones.values_list("grid_id", "role", "account_id"))
        fresh = [
            GridDuty(grid_id=grids[code], role=role, account_id=ids[uid], from_on=start)
            for code, role, uid in rows
            if (grids[code], role, ids[uid]) not in held
        ]
        GridDuty.objects.bulk_create(fresh, BATCH)
        d.note(new=len(fresh), known=len(rows) - len(fresh), from_on=start.isoformat())
    return len(fresh)


def end_duty(uid: UUID, *, on: date | None = None, reason: str, by: Viewer) -> None:
    """End a duty: `on` (default today) is its last day; one that begins later is taken back."""
    held = GridDuty.objects.select_related("grid__system__jurisdiction").filter(uid=uid).first()
    if held is None:
        raise NotFound(N_("There is no such duty."))
    grid = held.grid
    owner = grid.system.jurisdiction
    _, area_path = _grid(owner.pk, grid.system.code, grid.code)
    require(by, MANAGE, area_path=area_path)
    last = on or clock.today(owner.time_zone)
    subject = f"grids:{owner.code}/{grid.system.code}/{grid.code}"
    with deed("place.end_duty", by=by, subject=subject, area_path=area_path, reason=reason) as d:
        d.note(duty=str(uid), on=last.isoformat())
        if held.from_on > last:
            held.delete()
        else:
            held.to_on = last
            held.save(update_fields=["to_on"])


def _grid(jurisdiction_id: int, system: str, code: str) -> tuple[Grid, str]:
    """A grid and the path of the area its last version belongs to. NotFound if there is none."""
    found = Grid.objects.filter(system__jurisdiction_id=jurisdiction_id, system__code=system, code=code).first()
    if found is None:
        raise NotFound(N_("There is no grid %(code)s in %(system)s."), code=code, system=system)
    path = GridVersion.objects.filter(grid=found).order_by("-valid_from").values_list("area__path", flat=True).first()
    return found, path or ""
