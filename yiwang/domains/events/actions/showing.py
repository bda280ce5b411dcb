"""What leaves the house about an event, and is therefore written down: who reported, and whole lists."""

from __future__ import annotations

from uuid import UUID

from yiwang.base.access import Viewer, require
from yiwang.base.deeds import deed
from yiwang.base.personal.actions import unmask
from yiwang.domains.events.models import Report
from yiwang.kernel.errors import NotFound
from yiwang.kernel.text import N_

PERSONAL = ("reporter_name", "reporter_phone")


def unmask_reporter(report: UUID, *, purpose: str, by: Viewer) -> dict[str, str]:
    """Name and telephone of a report's author in full, for a purpose that the audit keeps; not in a transaction.

    Needs `events.unmask` on the event. Raises Invalid without a purpose.
    """
    found = Report.objects.select_related("event").filter(uid=report).first()
    if found is None:
        raise NotFound(N_("There is no such report."))
    paths = {"department_path": found.event.department_path, "area_path": found.event.area_path}
    return {
        name: unmask(found, name, by=by, purpose=purpose, permission="events.unmask", **paths)
        for name in PERSONAL
        if getattr(found, name) is not None
    }


def record_export(*, by: Viewer, filters: dict[str, str]) -> None:
    """Write down that a list was exported, with its filters, before the first row leaves; needs `events.export`."""
    require(by, "events.export")
    with deed("events.record_export", by=by, subject="events") as d:
        d.note(filters=filters)
