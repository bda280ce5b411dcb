"""The page of one event: facts, place, reports, story, what comes next, likely duplicates."""

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
from yiwang.domains.events import queries
from yiwang.domains.events.forms import PurposeForm
from yiwang.domains.events.models import OPEN_STATUSES
from yiwang.domains.events.pages.asking import signed_in
from yiwang.domains.events.pages.filters import words
from yiwang.domains.events.pages.stepping import Verb, offered_verbs
from yiwang.domains.events.pages.story import readable_story, reasons
from yiwang.domains.events.queries import EventView, NextStep
from yiwang.domains.events.wording import QUALITY_TITLES, SOURCE_TITLES, STATUS_TITLES, URGENCY_TITLES

PROGRESS = ("received", "dispatched", "handling", "verifying", "closed")


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
    """One event as far as the viewer may know of it."""
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
    step = queries.next_step(viewer, view)
    place = areas.jurisdiction(view.jurisdiction)
    categories = {c.code: c.title for c in queries.categories(place)}
    story = readable_story(queries.story(viewer, number), categories)
    row = view.row
    subjects = [f"event:{row.uid}", *(f"report:{report.uid}" for report in view.reports)]
    files = files_of_many(subjects)
    photos = {str(file.uid): _photo(file) for found in files.values() for file in found}
    context = {
        "view": view,
        "row": row,
        "status": gettext(STATUS_TITLES[row.status]),
        "urgency": gettext(URGENCY_TITLES[row.urgency]),
        "is_open": row.status in OPEN_STATUSES,
        "finished_at": (row.handled_at or row.closed_at) if row.status not in ("handling", "dispatched") else None,
        "facts": _facts(view),
        "step": step,
        "verbs": offered_verbs(viewer, place, step.verbs, refused),
        "story": [(line, [photos[uid] for uid in line.files if uid in photos]) for line in story],
        "waits": _waits(step),
        "progress": _progress(view),
        "reports": [
            {
                "report": report,
                "source": gettext(SOURCE_TITLES.get(report.source, report.source)),
                "opened": (opened or {}).get(str(report.uid)),
                "photos": _photos_of(report.files, files.get(f"report:{report.uid}", []), photos),
            }
            for report in view.reports
        ],
        "duplicates": _duplicates(viewer, view),
        "may_merge": viewer.may("events.dispatch", area_path=view.area_path),
        "may_unmask": viewer.may("events.unmask", department_path=view.department_path, area_path=view.area_path),
        "purpose": purpose or PurposeForm(auto_id="unmask_%s"),
        "refused": refused,
    }
    return render(request, "events/event.html", context, status=refused.status if refused else 200)


def _facts(view: EventView) -> list[tuple[str, str]]:
    """What stands in the column of facts; times are drawn by the template."""
    row = view.row
    path = " / ".join(words(title) for title in view.category_titles)
    facts = [
        (gettext("Category"), path or gettext("Not known yet")),
        (gettext("Department"), words(row.department) or gettext("None yet")),
        (gettext("Area"), " ".join(_area_names(view))),
        (gettext("Grid"), view.grid_code),
        (gettext("Address"), row.address),
        (gettext("Place"), gettext(QUALITY_TITLES[view.place_quality])),
        (gettext("Source"), gettext(SOURCE_TITLES.get(row.source, row.source))),
    ]
    counted = {gettext("Returned"): row.n_returns, gettext("Reopened"): view.n_reopened, gettext("Urged"): view.n_urged}
    facts += [(title, gettext("%(n)s times") % {"n": n}) for title, n in counted.items() if n]
    if row.satisfaction is not None:
        facts.append((gettext("Satisfaction"), gettext("%(score)s of 5") % {"score": row.satisfaction}))
    return facts


def _area_names(view: EventView) -> list[str]:
    return [words(area.title) for area in areas.ancestors(view.area_path)][-3:] if view.area_path else []


def _waits(step: NextStep) -> str:
    """Who can do the next step, as a sentence."""
    if step.step is None:
        return ""
    if step.is_held:
        return gettext("The clock is stopped; nothing is due for now.")
    if step.is_mine:
        return gettext("It is yours.")
    who = {"department": words(step.department) or gettext("the operation centre"), "name": step.holder}
    if step.holder:
        return gettext("%(name)s of %(department)s has it.") % who
    return gettext("Anybody in charge at %(department)s can take it.") % who


def _progress(view: EventView) -> list[dict[str, Any]]:
    """The course as steps with the times they were reached."""
    row = view.row
    if row.status in ("merged", "rejected"):
        return []
    reached = {
        "received": view.recorded_at,
        "dispatched": view.dispatched_at,
        "handling": view.accepted_at,
        "verifying": row.handled_at,
        "closed": row.closed_at,
    }
    current = "verifying" if row.status == "closing" else row.status
    at = PROGRESS.index(current)
    titles = {
        "received": gettext("Reported"),
        "dispatched": gettext("Dispatched"),
        "handling": gettext("Accepted"),
        "verifying": gettext("Handled"),
        "closed": gettext("Closed"),
    }
    is_closed = current == "closed"
    return [
        {
            "title": titles[code],
            "at": reached[code] if n <= at else None,
            "state": "done" if n < at or is_closed else "current" if n == at else "",
        }
        for n, code in enumerate(PROGRESS)
    ]


def _photo(file: FileView) -> dict[str, Any]:
    url = f"/files/{file.uid}"
    return {"url": url, "thumb_url": f"{url}?size=small", "alt": file.name, "is_photo": file.is_photo}


def _photos_of(uids: tuple[str, ...], attached: list[FileView], known: dict[str, dict[str, Any]]) -> list[Any]:
    """A report's photos: those it names, and those stored for it."""
    named = [known[uid] for uid in uids if uid in known]
    urls = {photo["url"] for photo in named}
    return named + [photo for photo in map(_photo, attached) if photo["url"] not in urls and photo["is_photo"]]


def _duplicates(viewer: Viewer, view: EventView) -> list[dict[str, Any]]:
    """Linked events with score and reasons in words, and which of the two would be merged into which."""
    return [
        {
            "row": one.row,
            "status": gettext(STATUS_TITLES[one.row.status]),
            "percent": round(one.score * 100),
            "reasons": [told.render(gettext) for told in reasons(one.reasons)],
            "state": one.state,
            "is_open": one.row.status in OPEN_STATUSES and view.row.status in OPEN_STATUSES,
            "is_earlier": one.row.id < view.row.id,
            "merged_number": _merged_number(view, one),
        }
        for one in queries.duplicates(viewer, view.row.number)
    ]


def _merged_number(view: EventView, one: queries.DuplicateView) -> str:
    """The number of the one of the two that is merged into the other now, "" when neither is."""
    for row in (view.row, one.row):
        if row.status == "merged" and one.state == "merged":
            return row.number
    return ""


__all__ = ["Refused", "Verb", "event_page", "render_event"]
