"""The page behind the bell: one's own notices, newest first; opening one marks it read."""

from __future__ import annotations

from typing import cast
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_POST, require_safe

from yiwang.base.access import Viewer
from yiwang.base.notices import actions, queries
from yiwang.kernel.errors import NotAllowed
from yiwang.kernel.text import N_
from yiwang.web.shell.navigation import register_bell

PAGE = 30


@require_safe
def notices_page(request: HttpRequest) -> HttpResponse:
    """The viewer's notices; `?cursor=` goes on after the last one shown."""
    viewer = _signed_in(request)
    cursor = request.GET.get("cursor", "")
    found = queries.notices(viewer, after=int(cursor) if cursor.isdecimal() else None, limit=PAGE + 1)
    shown = [
        {
            "title": one.text.render(gettext),
            "at": one.created_at,
            "url": reverse("open_notice", args=[one.uid]),
            "is_unread": not one.is_read,
        }
        for one in found[:PAGE]
    ]
    following = found[PAGE - 1].id if len(found) > PAGE else None
    unread = queries.unread_count(viewer)
    return render(request, "inbox/notices.html", {"notices": shown, "next": following, "unread": unread})


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
