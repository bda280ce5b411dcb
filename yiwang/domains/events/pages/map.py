"""The map of events: the list's filter as points, outlines of the grids, a card for what was clicked."""

from __future__ import annotations

import math

from django.http import HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from yiwang.base.access.request import ViewerRequest
from yiwang.base.areas import queries as areas
from yiwang.domains.events import queries
from yiwang.domains.events.pages.asking import address_with, official, signed_in
from yiwang.domains.events.pages.filters import chosen_filter, filter_chips, state_chips
from yiwang.domains.events.queries.lists import MAX_POINTS
from yiwang.domains.events.wording import STATUS_TITLES, URGENCY_TITLES
from yiwang.engines.place import queries as places
from yiwang.kernel.errors import Invalid
from yiwang.kernel.text import N_

WORLD = (-180.0, -90.0, 180.0, 90.0)


@require_safe
def map_page(request: ViewerRequest) -> HttpResponse:
    """The filtered events on a map."""
    viewer = official(request)
    chosen = chosen_filter(viewer, request.GET)
    context = {
        "chosen": chosen,
        "chips": state_chips(viewer, chosen, request.GET),
        "filters": filter_chips(chosen, request.GET),
        "clear_url": request.path,
        "query": address_with(request.GET),
    }
    return render(request, "events/map.html", context, status=422 if chosen.form.errors else 200)


@require_safe
def points(request: ViewerRequest) -> JsonResponse:
    """GeoJSON points (WGS-84) of the filter inside `?bbox=west,south,east,north`; `is_cut` when there are more."""
    viewer = official(request)
    wanted = chosen_filter(viewer, request.GET).wanted
    found = queries.map_points(viewer, wanted, _bounds(request.GET.get("bbox", "")))
    features = [
        {
            "type": "Feature",
            "geometry": {"type": "Point", "coordinates": [round(lon, 6), round(lat, 6)]},
            "properties": {"id": pk, "status": status, "urgency": urgency, "overdue": is_overdue},
        }
        for pk, lon, lat, status, urgency, is_overdue in found
    ]
    answer = {"type": "FeatureCollection", "features": features, "is_cut": len(found) >= MAX_POINTS}
    response = JsonResponse(answer, json_dumps_params={"separators": (",", ":")})
    response["Cache-Control"] = "private, no-store"
    return response


@require_safe
def grids(request: ViewerRequest, place: str) -> HttpResponse:
    """Outlines of a jurisdiction's grids as GeoJSON; none where it has no grids."""
    viewer = signed_in(request)
    if places.has_grids(areas.jurisdiction(place).id):
        text = places.grids_geojson(viewer, place)
    else:
        text = '{"type":"FeatureCollection","features":[]}'
    response = HttpResponse(text, content_type="application/geo+json")
    response["Cache-Control"] = "private, max-age=600"
    return response


@require_safe
def card(request: ViewerRequest, pk: int) -> HttpResponse:
    """What was clicked on the map, as a fragment."""
    row = queries.row(official(request), pk)
    context = {
        "row": row,
        "status": gettext(STATUS_TITLES[row.status]),
        "urgency": gettext(URGENCY_TITLES[row.urgency]),
        "finished_at": row.handled_at or row.closed_at,
    }
    return render(request, "events/card.html", context)


def _bounds(text: str) -> tuple[float, float, float, float]:
    """Four degrees from the URL, the whole world without any; Invalid when they are not."""
    if not text:
        return WORLD
    try:
        west, south, east, north = (float(part) for part in text.split(","))
    except ValueError:
        raise Invalid(N_("A map section is four numbers: west, south, east, north.")) from None
    if not all(map(math.isfinite, (west, south, east, north))) or west > east or south > north:
        raise Invalid(N_("A map section is four numbers: west, south, east, north."))
    return west, south, east, north
