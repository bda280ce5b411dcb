"""The page of results, and the list under the search field while somebody types."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from yiwang.base import finding
from yiwang.base.access.request import ViewerRequest
from yiwang.domains.events import queries as events
from yiwang.kernel.errors import NotAllowed, NotFound
from yiwang.kernel.text import N_

A_FEW = 4
MANY = 12
ONE_KIND = 50


@require_safe
def search_page(request: ViewerRequest) -> HttpResponse:
    """Everything found for `?q=`, in groups; `?kind=` shows more of one. A number leads straight to its event."""
    viewer = request.viewer
    if not viewer.is_signed_in:
        raise NotAllowed(N_("Please sign in first."))
    text, kind = request.GET.get("q", "").strip(), request.GET.get("kind", "")
    if text and not kind and (number := _exact(request, text)):
        return redirect("event", number=number)
    groups = finding.search(viewer, text, limit=ONE_KIND if kind else MANY, only=kind)
    shown = {
        "text": text,
        "kind": kind,
        "groups": [_shown(group, text) for group in groups],
        "n": sum(len(group.hits) for group in groups),
        "kinds": [{"title": gettext(one.title), "icon": one.icon} for one in finding.finders()],
    }
    return render(request, "search/page.html", shown)


@require_safe
def search_part(request: ViewerRequest) -> HttpResponse:
    """The few best of each group, for the list under the field; empty for somebody who is not signed in."""
    text = request.GET.get("q", "").strip()
    groups = finding.search(request.viewer, text, limit=A_FEW)
    return render(request, "search/part.html", {"text": text, "groups": [_shown(group, text) for group in groups]})


def _exact(request: ViewerRequest, text: str) -> str:
    """The number of an event the viewer may see, where the text is one."""
    try:
        return events.event(request.viewer, text).row.number
    except NotFound:
        return ""


def _shown(group: finding.Group, text: str) -> dict[str, object]:
    finder = group.finder
    return {
        "code": finder.code,
        "title": gettext(finder.title),
        "icon": finder.icon,
        "hits": group.hits,
        "all_url": finder.all_url(text) if finder.all_url else "",
    }


urlpatterns = [
    path("search/", search_page, name="search"),
    path("search/part", search_part, name="search_part"),
]
