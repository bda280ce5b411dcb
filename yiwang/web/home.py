"""The start page: officials go to their work, everybody else is shown the ways in."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from yiwang.base.access.request import ViewerRequest


@never_cache
@require_safe
def home_page(request: ViewerRequest) -> HttpResponse:
    """Whoever works on events goes to their work; others report, follow, or sign in."""
    viewer = request.viewer
    if viewer.may("events.view"):
        return redirect("work")
    if viewer.may("boards.view"):
        return redirect("boards")
    return render(request, "home.html", {"is_signed_in": viewer.is_signed_in})
