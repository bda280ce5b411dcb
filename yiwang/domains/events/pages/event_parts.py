"""The smaller parts of an event's page: facts, facility, progress, who has it, likely duplicates."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext

from yiwang.base.access import Viewer
from yiwang.base.areas import queries as areas
from yiwang.domains.events import queries
from yiwang.domains.events.models import OPEN_STATUSES
from yiwang.domains.events.pages.filters import words
from yiwang.domains.events.pages.story import reasons
from yiwang.domains.events.queries import EventView, NextStep
from yiwang.domains.events.wording import QUALITY_TITLES, SOURCE_TITLES, STATUS_TITLES
from yiwang.engines.place import queries as place
from yiwang.kernel.errors import NotFound

PROGRESS = ("received", "dispatched", "handling", "verifying", "closed")


def facts_of(view: EventView, grid: str) -> list[tuple[str, str]]:
    """What stands in the column of facts; times are drawn by the template."""
    row = view.row
    path = " / ".join(words(title) for title in view.category_titles)
    facts = [
        (gettext("Category"), path or gettext("Not known yet")),
        (gettext("Department"), words(row.department) or gettext("None yet")),
        (gettext("Area"), " ".join(_area_names(view))),
        (gettext("Grid"), grid),
        (gettext("Address"), row.address),
        (gettext("Place"), gettext(QUALITY_TITLES[view.place_quality])),
        (gettext("Source"), gettext(SOURCE_TITLES.get(row.source, row.source))),
    ]
    counted = {gettext("Returned"): row.n_returns, gettext("Reopened"): view.n_reopened, gettext("Urged"): view.n_urged}
    facts += [(title, gettext("%(n)s times") % {"n": n}) for title, n in counted.items() if n]
    if row.satisfaction is not None:
        facts.append((gettext("Satisfaction"), gettext("%(score)s of 5") % {"score": row.satisfaction}))
    return facts


def facility_of(view: EventView) -> dict[str, Any]:
    """The facility the event is about, with its title and kind; {} for none."""
    if not view.element_code:
        return {}
    try:
        found = place.element(areas.jurisdiction(view.jurisdiction).id, view.element_code)
    except NotFound:
        return {"code": view.element_code, "title": view.element_code}
    return {"code": view.element_code, "title": words(found.title) or view.element_code, "element": found}


def waits_for(step: NextStep) -> str:
    """Who has the next step, as a sentence."""
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


def progress_of(view: EventView) -> list[dict[str, Any]]:
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


def duplicates_of(viewer: Viewer, view: EventView) -> list[dict[str, Any]]:
    """Linked events with score and reasons in words, and which of the two would be merged into which."""
    return [
        {
            "row": one.row,
            "status": gettext(STATUS_TITLES[one.row.status]),
            "percent": round(one.score * 100),
            "reasons": [told.render(gettext) for told in reasons(one.reasons)],
            "state": one.state,
            "is_open": one.row.status in OPEN_STATUSES and view.row.status in OPEN_STATUSES,
            "merged_number": _merged_number(view, one),
        }
        for one in queries.duplicates(viewer, view.row.number)
    ]


def _area_names(view: EventView) -> list[str]:
    return [words(area.title) for area in areas.ancestors(view.area_path)][-3:] if view.area_path else []


def _merged_number(view: EventView, one: queries.DuplicateView) -> str:
    """The number of the one of the two that is merged into the other now, "" when neither is."""
    for row in (view.row, one.row):
        if row.status == "merged" and one.state == "merged":
            return row.number
    return ""
