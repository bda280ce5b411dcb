"""The start page: officials find their numbers, what is due next and their actions; everybody else the ways in."""

from __future__ import annotations

import csv
from pathlib import Path
from uuid import UUID
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core.cache import cache
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from yiwang.base.access import SYSTEM, Viewer, scope_key
from yiwang.base.access.request import ViewerRequest
from yiwang.base.notices import queries as notices
from yiwang.base.organisation import queries as organisation
from yiwang.base.scenes.queries import is_installed
from yiwang.demo.accounts import FILE
from yiwang.domains.events import queries as events
from yiwang.domains.events.queries import present
from yiwang.domains.events.wording import STATUS_TITLES
from yiwang.engines.board import queries as boards
from yiwang.engines.flow import queries as flow
from yiwang.kernel.clock import now
from yiwang.kernel.errors import NotFound
from yiwang.kernel.text import N_
from yiwang.web.shell.navigation import address
from yiwang.web.start.tour import tour

NEXT = 6
NEWEST = 9
FEW = 4
SOON_S = 4 * 3600
HOURS_KEPT_S = 60
PUBLIC_KINDS = ("citizen", "company")
ACTIONS = (
    ("new_event", "events.report", N_("New report"), "plus"),
    ("work_report", "events.patrol", N_("Report from the street"), "camera"),
    ("work", "events.handle", N_("My work"), "inbox"),
    ("events", "events.dispatch", N_("Waiting for dispatch"), "send"),
    ("supervise", "events.supervise", N_("Supervision"), "flag"),
    ("work_near", "events.handle", N_("Nearby tasks"), "pin"),
    ("events_map", "events.view", N_("Map"), "map"),
    ("knowledge", "events.report", N_("Knowledge"), "document"),
    ("demo", "accounts.manage", N_("The sample city"), "play"),
)
"""Page, permission, title, icon; what this installation does not have is left out."""
QUERIES = {"events": "?state=received"}


@never_cache
@require_safe
def home_page(request: ViewerRequest) -> HttpResponse:
    """Officials start here; visitors, citizens and companies see what they can do."""
    viewer = request.viewer
    if viewer.is_signed_in and viewer.kind not in PUBLIC_KINDS:
        return render(request, "home/official.html", _official(viewer) | {"tour": tour(request)})
    cities = events.jurisdictions(SYSTEM)
    city = cities[0] if len(cities) == 1 else None
    shows = city is not None and events.has_public_list(city)
    shown = {
        "is_signed_in": viewer.is_signed_in,
        "city": city,
        "figures": events.public_figures(city) if city and shows else None,
        "newest": events.public_events(city, limit=FEW - 1).rows if city and shows else [],
        "has_public_list": any(events.has_public_list(city) for city in cities),
        "roles": [] if viewer.is_signed_in else _demo_roles(),
        "file": FILE,
    }
    return render(request, "home/visitor.html", shown)


def _official(viewer: Viewer) -> dict[str, object]:
    """Numbers, the next due, actions, boards and news of one official."""
    items = flow.open_items(viewer, whose="mine", limit=NEXT).items
    items = items or flow.open_items(viewer, whose="department", limit=NEXT).items
    uids = [UUID(item.subject.removeprefix("event:")) for item in items if item.subject.startswith("event:")]
    rows = events.rows_by_uid(viewer, uids)
    return {
        "hello": _hello(viewer),
        "stats": _stats(viewer),
        "rows": [rows[uid] for uid in uids if uid in rows],
        "actions": [
            {"url": address(name) + QUERIES.get(name, ""), "title": gettext(title), "icon": icon}
            for name, permission, title, icon in ACTIONS
            if address(name) and viewer.may(permission)
        ],
        "boards": boards.boards(viewer)[:FEW] if viewer.may(boards.PERMISSION) else [],
        "news": notices.notices(viewer, only_unread=True, limit=FEW),
        "today": now().astimezone(ZoneInfo(settings.DISPLAY_TIME_ZONE)).date(),
    } | (_lately(viewer) if viewer.may("events.view") else {})


def _lately(viewer: Viewer) -> dict[str, object]:
    """What came in last, and today's hours (of the first city whose events the viewer sees, kept for a minute)."""
    cities = events.jurisdictions(viewer)
    found = events.events(viewer, events.EventFilter(), limit=NEWEST).rows
    shown: dict[str, object] = {"newest": [{"row": row, "status": gettext(STATUS_TITLES[row.status])} for row in found]}
    if cities:
        whose = scope_key(viewer, "events.view") + ("" if viewer.kind == "official" else f":{viewer.account_id}")
        shown["hours"] = cache.get_or_set(
            f"start.hours:{cities[0].id}:{whose}", lambda: present.by_hour(viewer, cities[0]), HOURS_KEPT_S
        )
    return shown


def _stats(viewer: Viewer) -> list[dict[str, object]]:
    """The numbers of a role: their own work first, then what they answer for."""
    shown: list[dict[str, object]] = []
    work, listed = address("work"), address("events")
    if viewer.may("events.handle") or viewer.may("events.verify") or viewer.may("events.dispatch"):
        mine = flow.open_items(viewer, whose="mine", limit=100).items
        at = now()
        late = sum(1 for item in mine if item.due_at and item.due_at < at)
        soon = sum(1 for item in mine if item.due_at and 0 <= (item.due_at - at).total_seconds() < SOON_S)
        shown += [
            # as the badge of the menu: what nobody has taken yet waits for the viewer, too
            _stat(N_("Mine to do"), flow.open_item_count(viewer), "inbox", "info", work),
            _stat(N_("Mine, overdue"), late, "alert", "danger" if late else "", f"{work}?tab=mine"),
            _stat(N_("Mine, due soon"), soon, "clock", "warning" if soon else "", f"{work}?tab=mine"),
        ]
    if viewer.may("events.view"):
        counts = events.state_counts(viewer, events.EventFilter())
        wanted = [("open", N_("Open events"), "list", "info"), ("overdue", N_("Overdue"), "alert", "danger")]
        if viewer.may("events.dispatch"):
            wanted.insert(0, ("received", N_("Waiting for dispatch"), "send", "special"))
        if viewer.may("events.supervise"):
            wanted += [("due_soon", N_("Due soon"), "clock", "warning"), ("returned", N_("Returned"), "return", "")]
        shown += [
            _stat(title, counts[state], icon, tone if counts[state] else "", f"{listed}?state={state}")
            for state, title, icon, tone in wanted
        ]
    return shown[:6]


def _stat(title: str, value: int, icon: str, tone: str, url: str) -> dict[str, object]:
    return {"label": gettext(title), "value": value, "icon": icon, "tone": tone, "url": url}


def _hello(viewer: Viewer) -> dict[str, object]:
    """Who is here: the posts held, with their departments."""
    held = organisation.posts_of(viewer.account_id) if viewer.account_id is not None else []
    return {"name": viewer.name, "posts": [post.title for post in held[:3]]}


def _demo_roles() -> list[dict[str, object]]:
    """The accounts made at the first start, while the sample city runs: names and posts, never passwords."""
    path = Path(settings.HOME) / FILE
    if not (path.exists() and is_installed(settings.SAMPLE_SCENE)):
        return []
    with path.open(newline="") as file:
        return [{"username": row["username"], "post": _post_title(row["role"])} for row in csv.DictReader(file)]


def _post_title(code: str) -> object:
    try:
        return organisation.post(code).title
    except NotFound:
        return gettext(PUBLIC_TITLES.get(code, code))


PUBLIC_TITLES = {"citizen": N_("Citizen"), "company": N_("Company")}
