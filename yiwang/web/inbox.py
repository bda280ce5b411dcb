"""The page behind the bell: one's own notices by day and by what they speak of; opening one marks it read."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from typing import Any, cast
from uuid import UUID
from zoneinfo import ZoneInfo

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_POST, require_safe

from yiwang.base.access import Viewer
from yiwang.base.notices import actions, queries
from yiwang.base.notices.queries import NoticeView
from yiwang.domains.events.queries.named import titles_of
from yiwang.kernel.errors import NotAllowed
from yiwang.kernel.text import N_
from yiwang.web.shell.navigation import register_bell

PAGE = 30
OF_EVENT = re.compile(r"/events/([^/?#]+)/")


@require_safe
def notices_page(request: HttpRequest) -> HttpResponse:
    """The viewer's notices; `?show=unread` narrows, `?cursor=` goes on after the last one shown."""
    viewer = _signed_in(request)
    cursor, only_unread = request.GET.get("cursor", ""), request.GET.get("show") == "unread"
    after = int(cursor) if cursor.isdecimal() and len(cursor) < 19 else None
    found = queries.notices(viewer, only_unread=only_unread, after=after, limit=PAGE + 1)
    unread = queries.unread_count(viewer)
    shown = {
        "days": _by_day(viewer, found[:PAGE]),
        "n": len(found[:PAGE]),
        "next": found[PAGE - 1].id if len(found) > PAGE else None,
        "unread": unread,
        "only_unread": only_unread,
        "tabs": [
            {"title": gettext("All"), "url": reverse("notices"), "is_current": not only_unread},
            {
                "title": gettext("Unread"),
                "url": f"{reverse('notices')}?show=unread",
                "count": unread,
                "is_current": only_unread,
            },
        ],
    }
    return render(request, "inbox/notices.html", shown)


def _by_day(viewer: Viewer, found: Sequence[NoticeView]) -> list[dict[str, Any]]:
    """Days, newest first; in each the notices of one event stand together under its title."""
    zone = ZoneInfo(settings.DISPLAY_TIME_ZONE)
    numbers = {one.id: match[1] for one in found if (match := OF_EVENT.match(one.url))}
    titles = titles_of(viewer, numbers.values())
    days: dict[date, dict[str, dict[str, Any]]] = {}
    for one in found:
        number = numbers.get(one.id, "")
        day = days.setdefault(one.created_at.astimezone(zone).date(), {})
        subject = day.setdefault(
            number or f"#{one.id}", {"number": number, "title": titles.get(number, ""), "lines": []}
        )
        subject["lines"].append(
            {
                "text": one.text.render(gettext),
                "at": one.created_at,
                "url": reverse("open_notice", args=[one.uid]),
                "is_unread": not one.is_read,
            }
        )
    for subjects in days.values():
        for subject in subjects.values():  # one line that names its event already needs no heading
            lines = subject["lines"]
            subject["is_headed"] = bool(subject["title"]) and (
                len(lines) > 1 or subject["title"] not in lines[0]["text"]
            )
    return [{"day": day, "subjects": list(subjects.values())} for day, subjects in days.items()]


@require_safe
def open_notice(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Mark a notice read and go where it leads."""
    viewer = _signed_in(request)
    url = queries.notice_url(viewer, uid)
    actions.mark_read([uid], by=viewer)
    return redirect(url or "notices")


@require_POST
def read_all(request: HttpRequest) -> HttpResponse:
    """Mark all notices read."""
    actions.mark_read(by=_signed_in(request))
    return redirect("notices")


def _signed_in(request: HttpRequest) -> Viewer:
    viewer = cast(Viewer, request.viewer)  # type: ignore[attr-defined]
    if not viewer.is_signed_in:
        raise NotAllowed(N_("Please sign in first."))
    return viewer


register_bell("notices", queries.unread_count)
urlpatterns = [
    path("notices", notices_page, name="notices"),
    path("notices/read", read_all, name="read_notices"),
    path("notices/<uuid:uid>", open_notice, name="open_notice"),
]
