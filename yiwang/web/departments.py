"""A department's page: what it is part of, who works there (for those who may know), and its open events."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import path
from django.views.decorators.http import require_safe

from yiwang.base.access.request import ViewerRequest
from yiwang.base.areas import queries as areas
from yiwang.base.organisation import directory
from yiwang.base.organisation import queries as organisation
from yiwang.domains.events import queries as events
from yiwang.kernel.errors import NotAllowed, NotFound
from yiwang.kernel.text import N_

VIEW = "events.view"
SHOWN = 8


@require_safe
def department_page(request: ViewerRequest, place: str, code: str) -> HttpResponse:
    """One department, for everybody who is signed in; its events only as far as the viewer may see them."""
    viewer = request.viewer
    if not viewer.is_signed_in:
        raise NotAllowed(N_("Please sign in first."))
    home = organisation.department(place, code)
    if not home.is_active:
        raise NotFound(N_("There is no such department."))
    city = areas.jurisdiction(home.jurisdiction)
    above = [one for one in organisation.departments(viewer, jurisdiction=place) if home.path.startswith(one.path)]
    wanted = events.EventFilter(jurisdiction=city.id, state="open", department_path=home.path, order="due")
    may_see = viewer.may(VIEW)
    shown = {
        "home": home,
        "city": city,
        "above": [one for one in above if one.id != home.id],
        "people": directory.officials_of(viewer, home.id),
        "may_see": may_see,
        "rows": events.events(viewer, wanted, limit=SHOWN).rows if may_see else (),
        "counts": events.state_counts(viewer, wanted) if may_see else {},
    }
    return render(request, "departments/department.html", shown)


urlpatterns = [path("departments/<slug:place>/<str:code>/", department_page, name="department")]
