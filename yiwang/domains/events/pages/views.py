"""Lists people keep: a name for a page's filter, in an order of their own."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_POST

from yiwang.base.access import Viewer
from yiwang.base.access.request import ViewerRequest
from yiwang.domains.events import actions, queries
from yiwang.domains.events.pages.asking import official
from yiwang.kernel.errors import Invalid, NotFound
from yiwang.kernel.text import N_

PAGES = {"work": "work", "events": "events", "supervise": "supervise"}
"""Name of a page that keeps lists → name of its URL."""


def views_context(
    request: ViewerRequest, viewer: Viewer, page: str, values: Mapping[str, str | list[str]]
) -> dict[str, Any]:
    """What `events/views.html` needs; `values` are the filters in force, as they stand in the URL."""
    query = urlencode(sorted((name, value) for name, value in values.items() if value), doseq=True)
    kept = queries.saved_views(viewer, page)
    return {
        "views": [
            {"id": one.id, "title": one.title, "url": f"?{one.query}", "is_current": one.query == query} for one in kept
        ],
        "views_page": page,
        "views_query": query,
        "is_kept": any(one.query == query for one in kept),
    }


@require_POST
def keep(request: ViewerRequest, page: str) -> HttpResponse:
    """Keep the present filter under the name given, and show it."""
    viewer = official(request)
    if page not in PAGES:
        raise NotFound(N_("There is no such list."))
    query = request.POST.get("query", "")
    try:
        actions.keep_view(page, request.POST.get("title", ""), query, by=viewer)
    except Invalid as failure:
        messages.error(request, failure.text.render(gettext))
    else:
        messages.success(request, gettext("The list is kept."))
    return redirect(f"{reverse(PAGES[page])}?{query}")


@require_POST
def change(request: ViewerRequest, pk: int) -> HttpResponse:
    """Rename one of the viewer's lists, move it up or down, or forget it (`do`); back to where they were."""
    viewer = official(request)
    do = request.POST.get("do", "")
    if do == "delete":
        actions.delete_view(pk, by=viewer)
    elif do == "rename":
        try:
            actions.rename_view(pk, request.POST.get("title", ""), by=viewer)
        except Invalid as failure:
            messages.error(request, failure.text.render(gettext))
    elif do in ("up", "down"):
        actions.move_view(pk, by=viewer, is_up=do == "up")
    else:
        raise NotFound(N_("There is no such step."))
    page = request.POST.get("page", "")
    return redirect(f"{reverse(PAGES.get(page, 'work'))}?{request.POST.get('query', '')}")
