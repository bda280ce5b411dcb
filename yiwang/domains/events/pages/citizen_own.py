"""A signed-in citizen's or company's own reports, each with where it stands; others are added by their code."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from yiwang.base.access.request import ViewerRequest
from yiwang.domains.events import actions, queries
from yiwang.domains.events.actions.evaluating import KEEPERS
from yiwang.domains.events.citizen_forms import CodeForm
from yiwang.domains.events.pages.citizen_follow import count_miss, private, told_to_wait
from yiwang.domains.events.pages.citizen_words import sentence, status_title
from yiwang.kernel.errors import Conflict, NotAllowed, NotFound
from yiwang.kernel.text import N_

PAGE = 20


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def own_page(request: ViewerRequest) -> HttpResponse:
    """The viewer's reports, newest first; `?before=` goes on after the last one shown. POST adds one by its code."""
    viewer = request.viewer
    if not viewer.is_signed_in:
        raise NotAllowed(N_("Please sign in first."))
    form = CodeForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and _is_kept(request, form):
        messages.success(request, gettext("It is among your reports now."))
        return private(redirect("my_reports"))
    before = request.GET.get("before", "")
    found = queries.own_reports(
        viewer, before=int(before) if before.isdecimal() and len(before) < 19 else None, limit=PAGE + 1
    )
    rows = [
        {
            "report": one,
            "status_title": status_title(one.status),
            "sentence": sentence(one.status, one.department, one.due_at, one.closed_at, one.time_zone),
        }
        for one in found[:PAGE]
    ]
    older = found[PAGE - 1].id if len(found) > PAGE else None
    shown = {"rows": rows, "older": older, "form": form if viewer.kind in KEEPERS else None}
    return private(render(request, "citizen/own.html", shown, status=422 if form.errors else 200))


def _is_kept(request: ViewerRequest, form: CodeForm) -> bool:
    """Whether the report of the code is in the account now; what is wrong stands at the field. Misses are counted."""
    if not form.is_valid():
        return False
    if told := told_to_wait(request):
        form.add_error("code", told)
        return False
    try:
        actions.keep_report(form.cleaned_data["code"], by=request.viewer)
    except NotFound as failure:
        count_miss(request)
        form.add_error("code", failure.text.render(gettext))
        return False
    except Conflict as failure:
        form.add_error("code", failure.text.render(gettext))
        return False
    return True
