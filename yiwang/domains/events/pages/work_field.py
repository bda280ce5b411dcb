"""Pages for the street: what is to be done near me, and one task with all that is needed on the spot.

They work on a bad network: `work-worker.js` keeps them on the telephone, and what is written is sent once (see
`work_sending`). A page fetched to be kept (`X-Kept: 1`) does not count as looked at.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import lru_cache
from hashlib import blake2s
from pathlib import Path
from typing import Any
from urllib.parse import quote

from django.contrib.staticfiles import finders
from django.http import HttpResponse
from django.shortcuts import render
from django.templatetags.static import static
from django.urls import reverse
from django.utils.translation import get_language, gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from yiwang.base.access import Viewer
from yiwang.base.access.request import ViewerRequest
from yiwang.domains.events import actions, queries
from yiwang.domains.events.actions.patrolling import PATROL
from yiwang.domains.events.pages.asking import official
from yiwang.domains.events.pages.filters import words
from yiwang.domains.events.pages.work_lines import Line, lines_of
from yiwang.domains.events.pages.work_preview import photos_of
from yiwang.domains.events.queries import EventRow
from yiwang.domains.events.queries.work import WorkFilter, WorkLine, work
from yiwang.domains.events.wording import SOURCE_TITLES, STATUS_TITLES, URGENCY_TITLES
from yiwang.kernel.coordinates import convert
from yiwang.kernel.errors import NotFound
from yiwang.kernel.ids import new_uid
from yiwang.kernel.text import N_

MOST = 60
KEPT = 20
"""So many task pages are kept on the telephone, the next due first."""
IS_KEPT = "X-Kept"
WORKER = "js/work-worker.js"


@dataclass(frozen=True)
class WayThere:
    """One map programme that leads to a place."""

    title: str
    url: str
    is_app: bool = False


@never_cache
@require_safe
def near_page(request: ViewerRequest) -> HttpResponse:
    """Open steps to be done on the spot: the viewer's own, then what is free in their departments, due first."""
    viewer = official(request)
    lines = lines_of(_tasks(viewer))
    places = queries.jurisdictions(viewer)
    context = {
        "lines": [(line, ways_there(line.row)) for line in lines if line.row is not None],
        "n_placed": sum(1 for line in lines if line.row is not None and line.row.lon is not None),
        "place": places[0].code if len(places) == 1 else "",
        "kept": [
            *((reverse("work_report"),) if viewer.may(PATROL) else ()),
            *(reverse("work_task", args=[line.row.number]) for line in lines[:KEPT] if line.row is not None),
        ],
        "may_patrol": viewer.may(PATROL),
        "account": str(viewer.uid),
    }
    return render(request, "events/work_near.html", context)


@never_cache
@require_safe
def task_page(request: ViewerRequest, number: str) -> HttpResponse:
    """One task: what was said, where, how to get there, and the form for what was done, with photos."""
    viewer = official(request)
    view = queries.event(viewer, number)
    if request.headers.get(IS_KEPT) != "1":
        actions.see_event(view.row.id, by=viewer)
    return render(request, "events/work_task.html", task_context(viewer, view))


def task_context(viewer: Viewer, view: queries.EventView) -> dict[str, Any]:
    """What the page of a task needs."""
    row = view.row
    step = queries.next_step(viewer, view)
    return {
        "view": view,
        "row": row,
        "status": gettext(STATUS_TITLES[row.status]),
        "urgency": gettext(URGENCY_TITLES[row.urgency]),
        "finished_at": (row.handled_at or row.closed_at) if row.status not in ("handling", "dispatched") else None,
        "category": " / ".join(words(title) for title in view.category_titles),
        "reports": [
            {"report": one, "source": gettext(SOURCE_TITLES.get(one.source, one.source))} for one in view.reports[:5]
        ],
        "photos": photos_of(view),
        "step": step,
        "may_accept": "accept" in step.verbs,
        "may_handle": "handle" in step.verbs,
        "ways": ways_there(row),
        "account": str(viewer.uid),
        "submission": str(new_uid()),
    }


@require_safe
def offline_page(request: ViewerRequest) -> HttpResponse:
    """What the telephone shows of a page it has not kept while there is no network; names nobody."""
    return render(request, "events/work_offline.html")


@require_safe
def worker_script(request: ViewerRequest) -> HttpResponse:
    """The service worker of /work/, with the version of its own text and the address of the page for no network."""
    text = _worker_text()
    version = blake2s(text.encode(), digest_size=6).hexdigest()
    shell = [reverse("work_offline"), static("icons.svg"), static("mark.svg")]
    said = (
        f"{name} = {json.dumps(value)}"
        for name, value in (("VERSION", version), ("OFFLINE", shell[0]), ("SHELL", shell))
    )
    head = f"const {', '.join(said)};\n"
    response = HttpResponse(head + text, content_type="text/javascript; charset=utf-8")
    response["Cache-Control"] = "private, no-cache"
    return response


@lru_cache
def _worker_text() -> str:
    found = finders.find(WORKER)
    if not isinstance(found, str):
        raise NotFound(N_("There is no such file."))
    return Path(found).read_text(encoding="utf-8")


def ways_there(row: EventRow | None) -> list[WayThere]:
    """Map programmes that lead to an event, each in the coordinates it reckons with; none without a point.

    The `geo:` link is RFC 5870 (WGS-84); 高德 takes GCJ-02, 百度 BD-09. Addresses only, no key and no script.
    """
    if row is None or row.lon is None or row.lat is None:
        return []
    named = quote(row.address or row.title, safe="")
    source = "yiwang"
    amap = convert(row.lon, row.lat, "wgs84", "gcj02")
    baidu = convert(row.lon, row.lat, "wgs84", "bd09")
    language = "zh" if (get_language() or "").startswith("zh") else "en"
    return [
        WayThere(
            gettext("AMap (高德)"),
            f"https://uri.amap.com/navigation?to={amap[0]:.6f},{amap[1]:.6f},{named}&mode=walk&coordinate=gaode"
            f"&src={source}&callnative=1",
        ),
        WayThere(
            gettext("Baidu Maps (百度)"),
            f"https://api.map.baidu.com/marker?location={baidu[1]:.6f},{baidu[0]:.6f}&title={named}&content={named}"
            f"&coord_type=bd09ll&output=html&src={source}&lang={language}",
        ),
        WayThere(
            gettext("The telephone's own map"),
            f"geo:{row.lat:.6f},{row.lon:.6f}?q={row.lat:.6f},{row.lon:.6f}({named})",
            is_app=True,
        ),
    ]


def _tasks(viewer: Viewer) -> list[WorkLine]:
    """The viewer's own open steps and the free ones of their departments that somebody can do there, each once."""
    mine = work(viewer, WorkFilter(whose="mine"), limit=MOST).lines
    near = work(viewer, WorkFilter(whose="department"), limit=MOST).lines
    found = {each.item.uid: each for each in (*mine, *near) if "handle" in each.verbs}
    return list(found.values())[:MOST]


__all__ = ["Line", "near_page", "offline_page", "task_page", "ways_there", "worker_script"]
