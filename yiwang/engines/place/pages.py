"""Public facts of places for maps and forms: tiles of the base map, places by name, the place at a point."""

from __future__ import annotations

import gzip
import io
import math
from urllib.parse import urlencode

import segno
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse, HttpResponseNotModified, JsonResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from yiwang.base.access.request import ViewerRequest
from yiwang.base.areas.queries import area_at, subtree
from yiwang.base.areas.queries import jurisdiction as jurisdiction_named
from yiwang.engines.place import queries
from yiwang.engines.place.tiles.cutting import check
from yiwang.engines.place.tiles.outlines import plan_of
from yiwang.engines.place.tiles.reach import described
from yiwang.engines.place.tiles.shelf import kept_tile
from yiwang.kernel.clock import now
from yiwang.kernel.errors import Invalid
from yiwang.kernel.text import N_

TILE = "application/vnd.mapbox-vector-tile"
YEAR_S = 365 * 24 * 3600
SHORT_S = 300
CALLS_A_MINUTE = 600
"""Of one internet address and process; many telephones share one address of their carrier."""


@require_safe
def base_map(request: HttpRequest, jurisdiction: str) -> HttpResponse:
    """What a map must know before it asks for tiles: bounds (null without any ground), zooms, names of areas."""
    plan = plan_of(jurisdiction)
    if answer := _unchanged(request, f'"{plan.stamp}"'):
        return answer
    response = JsonResponse(
        described(plan, f"/map/{jurisdiction}/base/{{z}}/{{x}}/{{y}}.mvt"), json_dumps_params={"ensure_ascii": False}
    )
    response["ETag"] = f'"{plan.stamp}"'
    response["Cache-Control"] = "public, max-age=60"
    return response


@require_safe
def base_map_tile(request: HttpRequest, jurisdiction: str, z: int, x: int, y: int) -> HttpResponse:
    """One vector tile of the base map; 204 where there is nothing. With the stamp as `v` it may be kept for ever."""
    check(z, x, y)
    plan = plan_of(jurisdiction)
    mark = f'"{plan.stamp}-{z}-{x}-{y}"'
    keep = (
        f"public, max-age={YEAR_S}, immutable" if request.GET.get("v") == plan.stamp else f"public, max-age={SHORT_S}"
    )
    response = _unchanged(request, mark) or _tile_response(request, kept_tile(plan, z, x, y))
    response["ETag"], response["Cache-Control"] = mark, keep
    patch_vary_headers(response, ("Accept-Encoding",))
    return response


def _tile_response(request: HttpRequest, zipped: bytes) -> HttpResponse:
    if not zipped:
        return HttpResponse(status=204)
    if "gzip" not in request.headers.get("Accept-Encoding", ""):
        return HttpResponse(gzip.decompress(zipped), content_type=TILE)
    response = HttpResponse(zipped, content_type=TILE)
    response["Content-Encoding"] = "gzip"
    return response


def _unchanged(request: HttpRequest, mark: str) -> HttpResponse | None:
    """304 when the asker holds this already (weak marks count: a proxy that zips makes them so)."""
    held = [one.strip().removeprefix("W/") for one in request.headers.get("If-None-Match", "").split(",")]
    return HttpResponseNotModified(headers={"ETag": mark}) if mark in held else None


@require_safe
def plate(request: ViewerRequest, short: str) -> HttpResponse:
    """What a scanned plate leads to: the report form of its city with place and facility filled in."""
    one = queries.element_of_link(short)
    code = queries.facility_link(one).rpartition("/")[2]
    return redirect(f"{reverse('report_in', args=[one.jurisdiction])}?{urlencode({'facility': code})}")


@require_safe
def plate_code(request: ViewerRequest, short: str) -> HttpResponse:
    """The code to print on a plate, as SVG: black on white, with the quiet zone scanners want, error correction Q."""
    link = queries.facility_link(queries.element_of_link(short))
    drawn = io.BytesIO()
    code = segno.make(request.build_absolute_uri(link), error="q", micro=False)
    code.save(drawn, kind="svg", scale=8, border=4, xmldecl=False, dark="#000", light="#fff")
    response = HttpResponse(drawn.getvalue(), content_type="image/svg+xml")
    response["Cache-Control"] = "public, max-age=86400"
    return response


@require_safe
def suggest(request: ViewerRequest) -> HttpResponse:
    """Up to eight places that what was typed (`q`) may mean: text, kind, lon, lat, names of the area, score."""
    if busy := _too_many(request):
        return busy
    owner = jurisdiction_named(request.GET.get("jurisdiction", ""))
    hits = queries.suggested(owner.id, request.GET.get("q", ""))
    titles = {area.path: area.title for area in subtree(owner.root_path)} if hits else {}
    places = [
        {
            "text": hit.text,
            "kind": hit.kind,
            "lon": round(hit.lon, 6),
            "lat": round(hit.lat, 6),
            "area": titles.get(hit.area, {}),
            "grid": hit.grid_code,
            "element": hit.element_code,
            "score": hit.score,
        }
        for hit in hits
    ]
    return _told({"places": places})


@require_safe
def at(request: ViewerRequest) -> HttpResponse:
    """The nearest address, the area and the grid at a point (`lon`, `lat` in degrees); nulls outside."""
    if busy := _too_many(request):
        return busy
    owner = jurisdiction_named(request.GET.get("jurisdiction", ""))
    lon, lat = _degrees(request, "lon", 180), _degrees(request, "lat", 90)
    grid = queries.locate(lon, lat, jurisdiction=owner.id)
    area = area_at(grid.area_path) if grid else None
    near = queries.nearest_address(owner.id, lon, lat)
    return _told(
        {
            "address": near.text if near else None,
            "area": {"code": area.code, "title": area.title} if area else None,
            "grid": {"code": grid.grid_code, "title": grid.title} if grid else None,
        }
    )


def _told(answer: dict[str, object]) -> JsonResponse:
    response = JsonResponse(answer, json_dumps_params={"ensure_ascii": False})
    response["Cache-Control"] = "public, max-age=60"
    return response


def _degrees(request: HttpRequest, name: str, most: float) -> float:
    try:
        value = float(request.GET.get(name, ""))
    except ValueError:
        value = math.nan
    if not abs(value) <= most:
        raise Invalid(N_("“%(name)s” must be degrees between -%(most)s and %(most)s."), name=name, most=most)
    return value


def _too_many(request: ViewerRequest) -> HttpResponse | None:
    """429 once an address has used up its minute in this process."""
    key = f"places:{request.client_address}:{int(now().timestamp()) // 60}"
    if cache.add(key, 1, 60) or cache.incr(key) <= CALLS_A_MINUTE:
        return None
    text = gettext("Too many questions in one minute; please wait a moment.")
    response = JsonResponse({"message": text}, status=429, json_dumps_params={"ensure_ascii": False})
    response["Retry-After"] = "60"
    return response
