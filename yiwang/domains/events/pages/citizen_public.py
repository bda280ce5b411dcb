"""What a city shows everybody: the list of consented reports, how much happened where, and how well it answers."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from django.http import HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from yiwang.base.access import SYSTEM
from yiwang.base.access.request import ViewerRequest
from yiwang.base.areas.queries import JurisdictionView
from yiwang.domains.events import queries
from yiwang.domains.events.pages.citizen_aids import choose_city
from yiwang.domains.events.pages.citizen_words import status_title
from yiwang.domains.events.queries import PublicFilter
from yiwang.kernel.errors import NotFound
from yiwang.kernel.text import N_
from yiwang.kernel.titles import Title, pick

KEPT_S = 300
TABLE = 30
"""So many places the table beside the map names."""


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
        return choose_city(request, cities, "public_list_of")
    wanted = _wanted(request)
    page = queries.public_events(city, wanted, after=request.GET.get("after", ""))
    rows = [{"event": row, "status_title": status_title(row.status)} for row in page.rows]
    with timezone.override(ZoneInfo(city.time_zone)):
        return render(request, "citizen/public.html", _frame(city, wanted) | {"rows": rows, "page": page})


@require_safe
def map_page(request: ViewerRequest, place: str) -> HttpResponse:
    """How much happened where in the last 90 days, on a map and as a table."""
    city, wanted = _city(place), _wanted(request)
    spots = queries.public_spots(city, wanted)
    shown = _frame(city, wanted) | {
        "spots": [spot for spot in spots if spot.kind == "area"][:TABLE],
        "n_cells": sum(1 for spot in spots if spot.kind == "cell"),
        "n": sum(spot.n for spot in spots),
    }
    return render(request, "citizen/public_map.html", shown)


@require_safe
def spots(request: ViewerRequest, place: str) -> HttpResponse:
    """The places of the map as GeoJSON points: `n`, `kind` (cell or area) and the area's title."""
    city = _city(place)
    features = [
        {
            "type": "Feature",
            "properties": {"n": spot.n, "kind": spot.kind, "title": _said(spot.title)},
            "geometry": {"type": "Point", "coordinates": [spot.lon, spot.lat]},
        }
        for spot in queries.public_spots(city, _wanted(request))
    ]
    response = JsonResponse(
        {"type": "FeatureCollection", "features": features}, json_dumps_params={"ensure_ascii": False}
    )
    if not request.viewer.is_signed_in:
        response["Cache-Control"] = f"public, max-age={KEPT_S}"
    return response


def _city(place: str) -> JurisdictionView:
    city = next((one for one in queries.jurisdictions(SYSTEM) if one.code == place), None)
    if city is None or not queries.has_public_list(city):
        raise NotFound(N_("This city does not publish a list."))
    return city


def _wanted(request: ViewerRequest) -> PublicFilter:
    return PublicFilter(**{name: request.GET.get(name, "")[:64] for name in ("area", "category", "state")})


def _query(wanted: PublicFilter) -> str:
    return urlencode({name: value for name, value in vars(wanted).items() if value})


def _frame(city: JurisdictionView, wanted: PublicFilter) -> dict[str, object]:
    """What both pages show: the figures on top and the choices of the filter."""
    return {
        "city": city,
        "has_public_list": True,
        "figures": queries.public_figures(city),
        "wanted": wanted,
        "query": _query(wanted),
        "spots_url": f"{reverse('public_spots', kwargs={'place': city.code})}?{_query(wanted)}",
        "areas": queries.public_areas(city),
        "categories": [(c.code, c.title) for c in queries.categories(city) if c.level == 1],
    }


def _said(title: Title) -> str:
    return pick(title, get_language() or "") if title else ""
