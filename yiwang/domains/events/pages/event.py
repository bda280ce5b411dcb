"""The page of one event: what was said, where and why there, who did what, the clocks, what comes next and by whom."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django import forms
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from yiwang.base.access import Viewer
from yiwang.base.access.request import ViewerRequest
from yiwang.base.areas import queries as areas
from yiwang.base.files.queries import FileView, files_of_many
from yiwang.domains.events import actions, queries
from yiwang.domains.events.forms import PurposeForm
from yiwang.domains.events.models import OPEN_STATUSES
from yiwang.domains.events.pages.asking import signed_in
from yiwang.domains.events.pages.citizen_side import citizen_side
from yiwang.domains.events.pages.clock_line import clock_line
from yiwang.domains.events.pages.event_parts import duplicates_of, facility_of, facts_of, progress_of, waits_for
from yiwang.domains.events.pages.merging import unmerge_preview
from yiwang.domains.events.pages.stepping import Verb, offered_verbs
from yiwang.domains.events.pages.story import Line, readable_story
from yiwang.domains.events.pages.why import names_of, reasons_of
from yiwang.domains.events.queries.around import earlier_here, limits, on_duty_here, who_can_act
from yiwang.domains.events.wording import SOURCE_TITLES, STATUS_TITLES, URGENCY_TITLES

TABS = ("story", "notes", "citizen")


@dataclass(frozen=True)
class Refused:
    """What an action did not take: the form with its errors, or a sentence for the top of the page."""

    verb: str = ""
    form: forms.Form | None = None
    text: str = ""
    status: int = 422


@never_cache
@require_safe
def event_page(request: ViewerRequest, number: str) -> HttpResponse:
    """One event as far as the viewer may know of it; `?tab=` notes, or what the citizen reads."""
    return render_event(request, number)


def render_event(
    request: ViewerRequest,
    number: str,
    *,
    refused: Refused | None = None,
    opened: dict[str, dict[str, str]] | None = None,
    purpose: PurposeForm | None = None,
) -> HttpResponse:
    """The event's page, also after a refused step, or with personal data `opened` (by report uid) this once."""
    viewer = signed_in(request)
    view = queries.event(viewer, number)
    row = view.row
    is_inside = viewer.may("events.view", department_path=view.department_path, area_path=view.area_path)
    actions.see_event(row.id, by=viewer)
    step = queries.next_step(viewer, view)
    place = areas.jurisdiction(view.jurisdiction)
    names = names_of(viewer, place, view)
    told = queries.story(viewer, number)
    time = limits(view)
    first = view.reports[0] if view.reports else None
    story = readable_story(told, names, reporter=first.reporter_name if first else "", day_minutes=time.day_minutes)
    photos = _photos(view)
    notes = [line for line in story if line.is_note]
    context = {
        "view": view,
        "row": row,
        "is_inside": is_inside,
        "status": gettext(STATUS_TITLES[row.status]),
        "urgency": gettext(URGENCY_TITLES[row.urgency]),
        "is_open": row.status in OPEN_STATUSES,
        "finished_at": (row.handled_at or row.closed_at) if row.status not in ("handling", "dispatched") else None,
        "started_at": time.given_at or view.recorded_at,
        "tab": _tab(request, is_inside),
        "n_notes": len(notes),
        "notes": [(line, _pictures(line, photos)) for line in notes],
        "story": [(line, _pictures(line, photos)) for line in story],
        "why": reasons_of(view, told, names) if is_inside else [],
        "line": clock_line(view, time) if is_inside else None,
        "facts": facts_of(view, names.grid(view.grid_code)),
        "facility": facility_of(view),
        "earlier": earlier_here(viewer, view) if is_inside else [],
        "step": step,
        "waits": waits_for(step),
        "people": who_can_act(viewer, view) if not step.holder else (),
        "on_duty": on_duty_here(viewer, view) if is_inside else (),
        "verbs": offered_verbs(viewer, place, step.verbs, refused, view),
        "unmerge": unmerge_preview(view) if "unmerge" in step.verbs else {},
        "progress": progress_of(view),
        "reports": _reports(view, photos, opened or {}),
        "before": photos.before,
        "after": photos.after(told),
        "duplicates": duplicates_of(viewer, view),
        "may_merge": viewer.may("events.dispatch", area_path=view.area_path),
        "may_unmask": viewer.may("events.unmask", department_path=view.department_path, area_path=view.area_path),
        "purpose": purpose or PurposeForm(auto_id="unmask_%s"),
        "refused": refused,
    }
    if context["tab"] == "citizen":
        context["citizen"] = citizen_side(viewer, view, request.GET.get("report", ""))
    return render(request, "events/event.html", context, status=refused.status if refused else 200)


def _tab(request: ViewerRequest, is_inside: bool) -> str:
    """The side of the page that is asked for; outsiders have the story only."""
    tab = request.GET.get("tab", "")
    return tab if is_inside and tab in TABS else "story"


@dataclass(frozen=True)
class Photos:
    """The event's files by uid, those of each report, and those that show how it was found."""

    known: dict[str, dict[str, Any]]
    of_report: dict[str, list[dict[str, Any]]]

    @property
    def before(self) -> list[dict[str, Any]]:
        """What the reporters showed."""
        return [photo for photos in self.of_report.values() for photo in photos]

    def after(self, told: list[queries.StoryLine]) -> list[dict[str, Any]]:
        """What the handlers showed as their result."""
        named = [
            str(uid)
            for line in told
            if line.kind == "handled"
            for uid in (line.data.get("after") or line.data.get("files", ()))
        ]
        return [self.known[uid] for uid in named if uid in self.known]


def _photos(view: queries.EventView) -> Photos:
    subjects = [f"event:{view.row.uid}", *(f"report:{report.uid}" for report in view.reports)]
    files = files_of_many(subjects)
    known = {str(file.uid): _photo(file) for found in files.values() for file in found}
    of_report = {}
    for report in view.reports:
        attached = [str(file.uid) for file in files.get(f"report:{report.uid}", [])]
        uids = dict.fromkeys([*(uid for uid in report.files if uid in known), *attached])
        of_report[str(report.uid)] = [known[uid] for uid in uids if known[uid]["is_photo"]]
    return Photos(known, of_report)


def _photo(file: FileView) -> dict[str, Any]:
    url = f"/files/{file.uid}"
    return {"url": url, "thumb_url": f"{url}?size=small", "alt": file.name, "is_photo": file.is_photo}


def _pictures(line: Line, photos: Photos) -> list[dict[str, Any]]:
    return [photos.known[uid] for uid in line.files if uid in photos.known]


def _reports(view: queries.EventView, photos: Photos, opened: dict[str, dict[str, str]]) -> list[dict[str, Any]]:
    return [
        {
            "report": report,
            "source": gettext(SOURCE_TITLES.get(report.source, report.source)),
            "opened": opened.get(str(report.uid)),
            "photos": photos.of_report[str(report.uid)],
        }
        for report in view.reports
    ]


__all__ = ["Refused", "Verb", "Viewer", "event_page", "render_event"]
