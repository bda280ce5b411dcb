"""Jobs that come back: rows made from what code declares, asked for by exactly one of many workers.

The row is locked, the job enqueued and the next time set in one transaction, so a killed worker neither skips nor
doubles a turn. Turns missed while everything was down are made up by one run, not by many.
"""

from __future__ import annotations

import contextlib
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.db import transaction

from yiwang.base.access import Viewer, require
from yiwang.base.deeds import deed
from yiwang.base.jobs.actions import MANAGE, enqueue
from yiwang.base.jobs.models import Schedule
from yiwang.base.jobs.registry import declared_schedules
from yiwang.kernel import clock
from yiwang.kernel.errors import NotFound
from yiwang.kernel.text import N_


def sync_schedules() -> None:
    """Bring the table in step with the declarations; what a person has edited keeps its times."""
    known = {s.name: s for s in Schedule.objects.all()}
    now = clock.now()
    for rule in declared_schedules():
        row = known.get(rule.name)
        told = {
            "job": rule.job,
            "arguments": dict(rule.arguments),
            "every_s": rule.every_s,
            "daily_at": rule.daily_at,
            "zone": rule.zone,
        }
        if row is None:
            first = next_turn(now, rule.every_s, rule.daily_at, rule.zone)
            Schedule.objects.bulk_create([Schedule(name=rule.name, next_at=first, **told)], ignore_conflicts=True)
        elif not row.is_edited and any(getattr(row, field) != value for field, value in told.items()):
            first = next_turn(now, rule.every_s, rule.daily_at, rule.zone)
            Schedule.objects.filter(pk=row.pk, is_edited=False).update(next_at=first, **told)


def run_due_schedules() -> int:
    """Ask for the jobs of all due schedules; returns how many turns were taken."""
    taken = 0
    due = Schedule.objects.filter(is_active=True)
    for pk in due.filter(next_at__lte=clock.now()).values_list("pk", flat=True):
        with transaction.atomic():
            now = clock.now()
            row = due.select_for_update(skip_locked=True).filter(pk=pk, next_at__lte=now).first()
            if row is None:
                continue  # another worker has it
            with contextlib.suppress(LookupError):  # the package that declared it is gone; the row waits for it
                enqueue(row.job, key=f"schedule:{row.name}", **row.arguments)
            row.last_at = now
            row.next_at = next_turn(now, row.every_s, row.daily_at, row.zone)
            row.save(update_fields=["last_at", "next_at"])
            taken += 1
    return taken


def next_turn(after: datetime, every_s: int | None, daily_at: time | None, zone: str) -> datetime:
    """The first turn after an aware moment: `every_s` seconds later, or the next local `daily_at`.

    A local time that summer time skips comes as late as the gap is long; one that occurs twice, the first time.
    """
    if every_s is not None:
        return after + timedelta(seconds=every_s)
    if daily_at is None:
        raise ValueError("a schedule has either every_s or daily_at")
    tz = ZoneInfo(zone)
    day = after.astimezone(tz).date()
    turn = datetime.combine(day, daily_at, tz).astimezone(UTC)
    while turn <= after:
        day += timedelta(days=1)
        turn = datetime.combine(day, daily_at, tz).astimezone(UTC)
    return turn


def edit_schedule(
    name: str,
    *,
    by: Viewer,
    is_active: bool,
    every_s: int | None = None,
    daily_at: time | None = None,
    reason: str = "",
) -> None:
    """Change when a schedule comes back, or stop it; later releases leave it so. Raises NotFound, NotAllowed."""
    require(by, MANAGE)
    with deed("jobs.edit_schedule", by=by, subject=f"schedule:{name}", reason=reason) as d:
        row = Schedule.objects.select_for_update().filter(name=name).first()
        if row is None:
            raise NotFound(N_("There is no schedule of this name."))
        d.note(was=[row.every_s, row.daily_at, row.is_active], now=[every_s, daily_at, is_active])
        if every_s is not None or daily_at is not None:
            row.every_s, row.daily_at = every_s, daily_at
            row.next_at = next_turn(clock.now(), every_s, daily_at, row.zone)
        row.is_active, row.is_edited = is_active, True
        row.save()
