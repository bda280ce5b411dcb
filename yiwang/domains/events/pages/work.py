"""My work: what waits for the viewer, due first; counts and what is new are live, the rows stay under the hand."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from yiwang.base.access import Viewer
from yiwang.base.access.request import ViewerRequest
from yiwang.domains.events.pages.asking import address_with, official
from yiwang.domains.events.pages.views import views_context
from yiwang.domains.events.pages.work_batch import VERBS, outcome_of
from yiwang.domains.events.pages.work_filters import FILTERS, TABS, ChosenWork, chips_of, chosen_work
from yiwang.domains.events.pages.work_lines import lines_of
from yiwang.domains.events.pages.work_patrol import report_page
from yiwang.domains.events.queries.work import COUNT_UP_TO, WorkFilter, WorkPage, count_work, done_work, work
from yiwang.engines.flow import queries as flow
from yiwang.kernel.clock import now

PAGE = 50
KEPT_TAB = "work_tab"


@never_cache
@require_safe
def work_page(request: ViewerRequest) -> HttpResponse:
    """The viewer's inbox.

    `?tab=` is kept for the session; at first it is their own work, or the department's while they have none.
    """
    viewer = official(request)
    chosen = chosen_work(viewer, request.GET, _tab(request, viewer))
    cursor = request.GET.get("cursor", "")
    if chosen.is_wrong:
        page = WorkPage((), "")
    elif chosen.tab == "done":
        page = done_work(viewer, after=cursor, limit=PAGE)
    else:
        page = work(viewer, chosen.wanted, after=cursor, limit=PAGE)
    lines = lines_of(page.lines)
    offered = {verb for line in lines for verb in line.work.verbs}
    context = {
        **_live(viewer, chosen, since=None),
        "chosen": chosen,
        "filters": chips_of(chosen.form, FILTERS, request.GET),
        "clear_url": f"?tab={chosen.tab}",
        "lines": lines,
        "next": page.after,
        "batch": [verb for verb in VERBS.values() if verb.code in offered],
        "outcome": outcome_of(request),
        "live_url": _live_url(request, chosen),
        "report_page": report_page(viewer),
        "may_handle": viewer.may("events.handle"),
        "keys": _keys(),
        **views_context(request, viewer, "work", chosen.values | {"tab": chosen.tab}),
    }
    return render(request, "events/work.html", context, status=422 if chosen.is_wrong else 200)


@never_cache
@require_safe
def live_part(request: ViewerRequest) -> HttpResponse:
    """Counts and tabs as they are now, and how many steps opened since `?since=` (milliseconds)."""
    viewer = official(request)
    tab = request.GET.get("tab", "")
    chosen = chosen_work(viewer, request.GET, tab if tab in TABS else "mine")
    context = {
        **_live(viewer, chosen, since=_moment(request.GET.get("since", ""))),
        "live_url": f"?{request.GET.urlencode()}",
        "show_url": address_with(request.GET, since=None),
    }
    return render(request, "events/work_live.html", context)


def _keys() -> list[tuple[str, str]]:
    return [
        ("j / k", gettext("next, previous")),
        ("Enter", gettext("open the whole event")),
        ("x", gettext("tick")),
        ("a", gettext("accept the ticked ones, or the marked one")),
        ("Esc", gettext("untick all")),
        ("n", gettext("new report")),
        ("/", gettext("search")),
        ("?", gettext("this help")),
    ]


def _tab(request: ViewerRequest, viewer: Viewer) -> str:
    """The tab asked for, the one chosen last in this session, or where there is something."""
    asked = request.GET.get("tab", "")
    if asked in TABS:
        if request.session.get(KEPT_TAB) != asked:
            request.session[KEPT_TAB] = asked
        return asked
    kept = str(request.session.get(KEPT_TAB, ""))
    if kept in TABS and not asked:
        return kept
    return "mine" if flow.open_items(viewer, whose="mine", limit=1).items else "department"


def _live(viewer: Viewer, chosen: ChosenWork, *, since: datetime | None) -> dict[str, Any]:
    """What changes while somebody looks: the tabs' counts, what is over and near in this tab, what is new."""
    wanted = chosen.wanted
    is_listed = chosen.tab != "done" and not chosen.is_wrong
    n_listed = count_work(viewer, wanted) if is_listed else 0
    counts = {whose: count_work(viewer, WorkFilter(whose=whose)) for whose in ("mine", "department", "all")}
    return {
        "tab": chosen.tab,
        "tabs": _tabs(chosen.tab, counts),
        "n_listed": n_listed,
        "listed": _capped(n_listed),
        "n_waiting": flow.open_item_count(viewer) if chosen.tab == "department" else None,
        "n_overdue": count_work(viewer, replace(wanted, clock="overdue")) if is_listed and not wanted.clock else 0,
        "n_soon": count_work(viewer, replace(wanted, clock="soon")) if is_listed and not wanted.clock else 0,
        "n_new": count_work(viewer, wanted, since=since) if is_listed and since else 0,
    }


def _live_url(request: ViewerRequest, chosen: ChosenWork) -> str:
    return address_with(request.GET, tab=chosen.tab, since=int(now().timestamp() * 1000))


def _tabs(current: str, counts: dict[str, int]) -> list[dict[str, object]]:
    titles = {
        "mine": (gettext("Mine"), "user"),
        "department": (gettext("My department's"), "building"),
        "all": (gettext("All I may see"), "list"),
        "done": (gettext("Done"), "check-circle"),
    }
    return [
        {
            "title": title,
            "url": f"?tab={code}",
            "icon": icon,
            "is_current": code == current,
            "count": _capped(counts[code]) if counts.get(code) else None,
        }
        for code, (title, icon) in titles.items()
    ]


def _capped(n: int) -> str:
    return f"{COUNT_UP_TO - 1}+" if n >= COUNT_UP_TO else str(n)


def _moment(milliseconds: str) -> datetime | None:
    try:
        return datetime.fromtimestamp(int(milliseconds) / 1000, UTC)
    except (ValueError, OverflowError, OSError):
        return None
