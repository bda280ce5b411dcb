"""What merging two events, or undoing a merge, would do: shown before it is done."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext

from yiwang.base.access import Viewer
from yiwang.domains.events import queries
from yiwang.domains.events.forms import MergeForm
from yiwang.domains.events.models import OPEN_STATUSES
from yiwang.domains.events.pages.citizen_words import LINES, status_title
from yiwang.domains.events.pages.filters import words
from yiwang.domains.events.pages.suggesting import segments
from yiwang.domains.events.queries import EventView
from yiwang.domains.events.queries.around import would_go_to
from yiwang.domains.events.telling import shared_spans
from yiwang.domains.events.wording import STATUS_TITLES
from yiwang.engines.place.queries import metres_between


def merge_preview(viewer: Viewer, earlier: EventView, later: EventView) -> dict[str, Any]:
    """Both side by side, what moves, and what the reporters of the later one will read."""
    one, other = earlier.row, later.row
    metres = None
    if one.lon is not None and one.lat is not None and other.lon is not None and other.lat is not None:
        metres = round(metres_between(one.lon, one.lat, other.lon, other.lat))
    holder = queries.next_step(viewer, later)
    return {
        "pair": [
            _side(earlier, later, gettext("Stays")),
            _side(later, earlier, gettext("Is merged into it")),
        ],
        "earlier": earlier,
        "later": later,
        "metres": metres,
        "seconds": abs((other.occurred_at - one.occurred_at).total_seconds()),
        "is_same_category": bool(earlier.category_code) and earlier.category_code == later.category_code,
        "is_possible": all(view.row.status in OPEN_STATUSES for view in (earlier, later)),
        "n_moving": other.n_reports,
        "n_after": one.n_reports + other.n_reports,
        "holder": holder.holder,
        "line": gettext(LINES["merged"]),
        "stands": status_title(one.status),
        "form": MergeForm(verb="merge"),
    }


def unmerge_preview(view: EventView) -> dict[str, Any]:
    """What undoing a merge gives back, and what the reporters will read; {} for an event that is not merged."""
    if view.row.status != "merged":
        return {}
    return {
        "into": view.merged_into,
        "n_moving": view.row.n_reports,
        "department": words(would_go_to(view.row.number)),
        "line": gettext(LINES["unmerged"]),
    }


def _side(view: EventView, other: EventView, role: str) -> dict[str, Any]:
    return {
        "view": view,
        "row": view.row,
        "role": role,
        "status": gettext(STATUS_TITLES[view.row.status]),
        "text": segments(view.text, shared_spans(view.text, other.text)),
        "category": " / ".join(words(title) for title in view.category_titles),
    }
