"""The public list of a city: what its people reported and agreed to show, without anybody's data."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from yiwang.base.access import SYSTEM
from yiwang.base.access.request import ViewerRequest
from yiwang.domains.events import queries
from yiwang.domains.events.pages.citizen_words import status_title
from yiwang.kernel.errors import NotFound
from yiwang.kernel.text import N_


@require_safe
def public_page(request: ViewerRequest, place: str = "") -> HttpResponse:
    """One page of the list, newest first; where several cities publish one, their choice."""
    cities = [city for city in queries.jurisdictions(SYSTEM) if queries.has_public_list(city)]
    city = next((one for one in cities if one.code == place), None)
    if city is None and not place and len(cities) == 1:
        city = cities[0]
    if city is None:
        if place or not cities:
            raise NotFound(N_("This city does not publish a list."))
        return render(request, "citizen/cities.html", {"cities": cities, "url_name": "public_list_of"})
    page = queries.public_events(city, after=request.GET.get("after", ""))
    rows = [{"event": row, "status_title": status_title(row.status)} for row in page.rows]
    with timezone.override(ZoneInfo(city.time_zone)):
        return render(
            request, "citizen/public.html", {"city": city, "rows": rows, "page": page, "has_public_list": True}
        )
