"""What the citizen reads of an event, drawn from the very query and words of the citizen's own page."""

from __future__ import annotations

from typing import Any

from yiwang.base.access import Viewer
from yiwang.base.files.queries import FileView
from yiwang.domains.events import queries
from yiwang.domains.events.pages.citizen_words import sentence, status_title, steps, timeline
from yiwang.domains.events.queries import EventView
from yiwang.domains.events.queries.around import code_of_report


def citizen_side(viewer: Viewer, view: EventView, report: str) -> dict[str, Any]:
    """The course as the reporter of one report sees it (the first, unless `report` names another by its number).

    {} where nobody has a code: imported events and those of officials in the field.
    """
    shown = next((one for one in view.reports if one.number == report), view.reports[0] if view.reports else None)
    code = code_of_report(viewer, view, shown.uid) if shown else ""
    if not code or shown is None:
        return {"reports": view.reports}
    course = queries.citizen_course(code)
    seen, zone = course.seen, course.jurisdiction.time_zone
    return {
        "reports": view.reports,
        "shown": shown,
        "course": course,
        "seen": seen,
        "title": status_title(seen.status),
        "sentence": sentence(seen.status, seen.department, seen.due_at, seen.closed_at, zone),
        "steps": steps(course),
        "timeline": timeline(course),
        "photos": _gallery(course.photos),
        "results": _gallery(course.results),
        "zone": zone,
    }


def _gallery(files: tuple[FileView, ...]) -> list[dict[str, str]]:
    return [
        {"url": f"/files/{file.uid}", "thumb_url": f"/files/{file.uid}?size=small", "alt": file.name} for file in files
    ]
