"""The pane beside my work: one event to read and act on without leaving the list."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from yiwang.base.access.request import ViewerRequest
from yiwang.base.areas import queries as areas
from yiwang.base.files.queries import files_of_many
from yiwang.domains.events import actions, queries
from yiwang.domains.events.models import OPEN_STATUSES
from yiwang.domains.events.pages.asking import official
from yiwang.domains.events.pages.event import Refused
from yiwang.domains.events.pages.filters import words
from yiwang.domains.events.pages.stepping import offered_verbs
from yiwang.domains.events.pages.steps import attempt, verb_of
from yiwang.domains.events.pages.story import readable_story
from yiwang.domains.events.pages.why import names_of
from yiwang.domains.events.wording import SOURCE_TITLES, STATUS_TITLES, URGENCY_TITLES

LINES = 5


@never_cache
@require_safe
def preview(request: ViewerRequest, number: str) -> HttpResponse:
    """One event as the pane shows it, as a fragment; it counts as seen."""
    viewer = official(request)
    actions.see_event(queries.event(viewer, number).row.id, by=viewer)
    return _render(request, number)


@require_POST
def step(request: ViewerRequest, number: str, code: str) -> HttpResponse:
    """Do one verb from the pane; answers with the pane as it is then. Without scripts it leads back to the list."""
    viewer, verb = official(request), verb_of(code)
    view = queries.event(viewer, number)
    refused = attempt(request, viewer, view, verb)
    if refused is not None:
        return _render(request, number, refused=refused)
    actions.see_event(view.row.id, by=viewer)
    if not request.headers.get("HX-Request"):
        return redirect("work")
    response = _render(request, number, done=str(verb.done))
    response["HX-Trigger"] = "yiwang:worked"
    return response


def _render(request: ViewerRequest, number: str, *, refused: Refused | None = None, done: str = "") -> HttpResponse:
    viewer = official(request)
    view = queries.event(viewer, number)
    row = view.row
    step = queries.next_step(viewer, view)
    place = areas.jurisdiction(view.jurisdiction)
    story = readable_story(queries.story(viewer, number), names_of(viewer, place))
    context: dict[str, Any] = {
        "view": view,
        "row": row,
        "status": gettext(STATUS_TITLES[row.status]),
        "urgency": gettext(URGENCY_TITLES[row.urgency]),
        "is_open": row.status in OPEN_STATUSES,
        "finished_at": (row.handled_at or row.closed_at) if row.status not in ("handling", "dispatched") else None,
        "category": " / ".join(words(title) for title in view.category_titles),
        "reports": [
            {"report": one, "source": gettext(SOURCE_TITLES.get(one.source, one.source))} for one in view.reports[:3]
        ],
        "n_more_reports": max(0, len(view.reports) - 3),
        "photos": photos_of(view),
        "step": step,
        "verbs": offered_verbs(viewer, place, step.verbs, refused, view),
        "story": story[:LINES],
        "n_more": max(0, len(story) - LINES),
        "refused": refused,
        "done": done,
    }
    return render(request, "events/work_preview.html", context, status=refused.status if refused else 200)


def photos_of(view: queries.EventView) -> list[dict[str, Any]]:
    """The photos of an event and its reports, oldest first, as the gallery takes them."""
    found = files_of_many([*(f"report:{one.uid}" for one in view.reports), f"event:{view.row.uid}"])
    return [
        {"url": f"/files/{one.uid}", "thumb_url": f"/files/{one.uid}?size=small", "alt": one.name, "is_photo": True}
        for files in found.values()
        for one in files
        if one.is_photo
    ]
