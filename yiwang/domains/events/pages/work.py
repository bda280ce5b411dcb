"""My work: what waits for the viewer, due first, and taking several free items at once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal, cast
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext, ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from yiwang.base.access import Viewer
from yiwang.base.access.request import ViewerRequest
from yiwang.base.people.queries import display_names
from yiwang.domains.events import actions, queries
from yiwang.domains.events.pages.asking import official
from yiwang.domains.events.queries import EventRow
from yiwang.domains.events.queries.single import is_uid
from yiwang.domains.events.wording import STATUS_TITLES, URGENCY_TITLES
from yiwang.engines.flow import queries as flow
from yiwang.engines.flow.queries import ItemView
from yiwang.kernel.clock import now
from yiwang.kernel.errors import Failure

PAGE = 50
MOST_AT_ONCE = 100
TABS = ("mine", "department", "all", "done")
LOOK = timedelta(minutes=1)
VISIT = timedelta(minutes=10)
"""Coming back within this time is still the same visit: what was marked new stays marked."""


@dataclass(frozen=True)
class Line:
    """One work item with its event, as the list shows it."""

    item: ItemView
    row: EventRow | None
    holder: str
    status: str
    urgency: str
    is_new: bool
    is_free: bool
    """Nobody has taken it and the viewer may: it can be ticked."""


@never_cache
@require_safe
def work_page(request: ViewerRequest) -> HttpResponse:
    """The viewer's inbox; without `?tab=` their own work, or the department's while they have none."""
    viewer = official(request)
    cursor = request.GET.get("cursor", "")
    tab = request.GET.get("tab", "")
    if tab not in TABS:
        tab = "mine" if flow.open_items(viewer, whose="mine", limit=1).items else "department"
    if tab == "done":
        page = flow.done_items(viewer, after=cursor, limit=PAGE)
    else:
        whose = cast(Literal["mine", "department", "all"], tab)
        page = flow.open_items(viewer, whose=whose, after=cursor, limit=PAGE)
    lines = _lines(viewer, page.items, _last_visit(request))
    context = {
        "tab": tab,
        "tabs": _tabs(tab),
        "lines": lines,
        "next": page.after,
        "n_waiting": flow.open_item_count(viewer),
        "n_overdue": sum(1 for line in lines if line.item.is_open and line.item.due_at and line.item.due_at < now()),
        "n_free": sum(1 for line in lines if line.is_free),
        "may_report": viewer.may("events.report"),
    }
    return render(request, "events/work.html", context)


@require_POST
def accept_many(request: ViewerRequest) -> HttpResponse:
    """Take the ticked free items; what somebody else took meanwhile is said and left."""
    viewer = official(request)
    ticked = [UUID(text) for text in request.POST.getlist("event")[:MOST_AT_ONCE] if is_uid(text)]
    rows = queries.rows_by_uid(viewer, ticked)
    taken = 0
    for uid in dict.fromkeys(ticked):
        if uid not in rows:
            continue
        try:
            actions.accept_event(uid, by=viewer)
        except Failure as failure:
            messages.warning(request, f"{rows[uid].number}: {failure.text.render(gettext)}")
        else:
            taken += 1
    if taken:
        said = ngettext("You have taken %(n)s event.", "You have taken %(n)s events.", taken)
        messages.success(request, said % {"n": taken})
    elif not ticked:
        messages.warning(request, gettext("Tick the events you want to take first."))
    onward = request.POST.get("next", "")
    is_ours = url_has_allowed_host_and_scheme(onward, allowed_hosts=None)
    return redirect(onward if is_ours else "work")


def _lines(viewer: Viewer, items: tuple[ItemView, ...], since: datetime | None) -> list[Line]:
    """The items with their events and holders, in three queries however many there are."""
    uids = [UUID(item.subject.removeprefix("event:")) for item in items if item.subject.startswith("event:")]
    rows = queries.rows_by_uid(viewer, uids)
    names = display_names(item.assignee_id for item in items if item.assignee_id is not None)
    lines = []
    for item in items:
        row = rows.get(UUID(item.subject.removeprefix("event:"))) if item.subject.startswith("event:") else None
        lines.append(
            Line(
                item=item,
                row=row,
                holder=names.get(item.assignee_id, "") if item.assignee_id is not None else "",
                status=gettext(STATUS_TITLES[row.status]) if row else "",
                urgency=gettext(URGENCY_TITLES[row.urgency]) if row else "",
                is_new=item.is_open and since is not None and item.created_at > since,
                is_free=_is_free(viewer, item, row),
            )
        )
    return lines


def _is_free(viewer: Viewer, item: ItemView, row: EventRow | None) -> bool:
    if row is None or row.status != "dispatched" or not item.is_open or item.assignee_id is not None:
        return False
    return viewer.may(item.permission, department_path=item.department_path, area_path=item.area_path)


def _tabs(current: str) -> list[dict[str, object]]:
    titles = {
        "mine": (gettext("Mine"), "user"),
        "department": (gettext("My department's"), "building"),
        "all": (gettext("All I may see"), "list"),
        "done": (gettext("Done"), "check-circle"),
    }
    return [
        {"title": title, "url": f"?tab={code}", "icon": icon, "is_current": code == current}
        for code, (title, icon) in titles.items()
    ]


def _last_visit(request: ViewerRequest) -> datetime | None:
    """When the viewer last looked at their work before this visit; kept in the session as [visit before, last look].

    A page that refreshes itself is no look, and looks within a minute are one: the session is not written each time.
    """
    before, last = request.session.get("work_seen") or [None, None]
    moment = now()
    since = None if last is None else moment - datetime.fromisoformat(last)
    if since is None or (since > LOOK and not request.headers.get("HX-Request")):
        if since is not None and since > VISIT:
            before = last
        request.session["work_seen"] = [before, moment.isoformat()]
    return datetime.fromisoformat(before) if before else None
