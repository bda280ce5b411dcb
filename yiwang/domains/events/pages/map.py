"""The map of events: the list's filter as tiles, the events in sight beside it, a card for what was clicked."""

from __future__ import annotations

import math
from typing import Any

from django.http import HttpResponse, QueryDict
from django.shortcuts import render
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from yiwang.base.access.request import ViewerRequest
from yiwang.base.areas import queries as areas
from yiwang.domains.events import queries
from yiwang.domains.events.pages.asking import address_with, official, signed_in
from yiwang.domains.events.pages.filters import Chosen, chosen_filter, filter_chips, state_chips
from yiwang.domains.events.queries.tiling import event_tile, events_within
from yiwang.domains.events.wording import STATE_TITLES, STATUS_TITLES, URGENCY_TITLES
from yiwang.engines.place import queries as places
from yiwang.kernel.errors import Invalid
from yiwang.kernel.text import N_

TILE = "application/vnd.mapbox-vector-tile"
KEEP_S = 5
MOST_BESIDE = 30
WORLD = (-180.0, -90.0, 180.0, 90.0)


@require_safe
def map_page(request: ViewerRequest) -> HttpResponse:
    """The filtered events on a map."""
    viewer = official(request)
    asked = _open_first(request.GET)
    chosen = chosen_filter(viewer, asked)
    context = {
        "chosen": chosen,
        "chips": [_kept_empty(chip) for chip in state_chips(viewer, chosen, asked)],
        "filters": _state_filter(chosen, asked) + filter_chips(chosen, asked),
        "clear_url": request.path,
        "query": address_with(asked),
        "is_any_state": not chosen.wanted.state,
    }
    return render(request, "events/map.html", context, status=422 if chosen.form.errors else 200)


def _open_first(query: QueryDict) -> QueryDict:
    """The filter of the page: open events unless the address speaks of a state (`?state=` means any)."""
    if "state" in query:
        return query
    asked = query.copy()
    asked["state"] = "open"
    return asked


def _any_state(query: QueryDict) -> str:
    """The address without a state, said so that the page does not begin with open events again."""
    rest = address_with(query, state="")
    return f"{rest}{'' if rest == '?' else '&'}state="


def _kept_empty(chip: dict[str, Any]) -> dict[str, Any]:
    """A state's chip; the one of all states says so in its address."""
    url = str(chip["url"])
    return chip if "state=" in url else chip | {"url": _any_state(QueryDict(url.removeprefix("?")))}


def _state_filter(chosen: Chosen, query: QueryDict) -> list[dict[str, str]]:
    """The state in force as a removable chip, like every other filter."""
    state = chosen.values.get("state", "")
    if not state:
        return []
    title = f"{gettext('State')}: {gettext(STATE_TITLES[state])}"
    return [{"title": title, "remove_url": _any_state(query)}]


@require_safe
def tile(request: ViewerRequest, z: int, x: int, y: int) -> HttpResponse:
    """One vector tile of the filter's events, as far as the viewer may see them; 204 where there are none."""
    viewer = official(request)
    body = event_tile(viewer, chosen_filter(viewer, request.GET).wanted, z, x, y)
    response = HttpResponse(body, content_type=TILE) if body else HttpResponse(status=204)
    response["Cache-Control"] = f"private, max-age={KEEP_S}"
    return response


@require_safe
def seen(request: ViewerRequest) -> HttpResponse:
    """The newest events inside `?bbox=west,south,east,north`, as the fragment beside the map."""
    viewer = official(request)
    wanted = chosen_filter(viewer, request.GET).wanted
    rows = events_within(viewer, wanted, _bounds(request.GET.get("bbox", "")), most=MOST_BESIDE)
    shown = [{"row": row, "status": gettext(STATUS_TITLES[row.status])} for row in rows]
    return render(request, "events/map_list.html", {"rows": shown})


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
