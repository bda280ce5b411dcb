"""What helps a citizen to report in under a minute: the facility behind a QR code, a guess of the kind, likely twins.

All three answer to nobody in particular: they tell public facts only, and are limited per address like the form.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from django.core import signing
from django.core.cache import cache
from django.http import HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import get_language, gettext
from django.views.decorators.http import require_safe

from yiwang.base.access import SYSTEM
from yiwang.base.access.request import ViewerRequest
from yiwang.base.areas.queries import JurisdictionView
from yiwang.domains.events import queries
from yiwang.domains.events.citizen_forms import MAX_TEXT
from yiwang.domains.events.classify.deciding import classify_text
from yiwang.domains.events.course import rules_of
from yiwang.domains.events.pages.citizen_words import status_title
from yiwang.domains.events.queries.public_list import likely_public
from yiwang.engines.place import queries as place
from yiwang.kernel.clock import now
from yiwang.kernel.errors import NotFound
from yiwang.kernel.text import N_
from yiwang.kernel.titles import Title, pick

CALLS_A_MINUTE = 120
GUESS_FROM = 0.25
"""Below this certainty a guess would only confuse."""
SALT = "yiwang.citizen.joins"
JOINS_S = 6 * 3600


@dataclass(frozen=True)
class Facility:
    """What the sticker on a lamp or a bin says: its code, kind and place; `short` is what stands in the link."""

    short: str
    code: str
    title: Title
    address: str
    lon: float | None
    lat: float | None


def facility_of(city: JurisdictionView, short: str) -> Facility | None:
    """The facility behind a link, None for a wrong one or one of another city."""
    if not short:
        return None
    try:
        found = place.element_of_link(short)
    except NotFound:
        return None
    if found.jurisdiction != city.code:
        return None
    return Facility(short, found.code, found.title, found.address, found.lon, found.lat)


def joined(city: JurisdictionView, token: str) -> str:
    """The number of the public event a report joins ("" for none, a forged or an old token, or another city's)."""
    try:
        found = signing.loads(token, salt=f"{SALT}.{city.code}", max_age=JOINS_S) if token else ""
    except signing.BadSignature:
        return ""
    return str(found)


def choose_city(request: ViewerRequest, cities: Sequence[JurisdictionView], url_name: str) -> HttpResponse:
    """The choice of a city by name; with where each lies, so that a script can name the nearest."""
    shown = [{"city": city, "at": _middle(city)} for city in cities]
    return render(request, "citizen/cities.html", {"cities": shown, "url_name": url_name})


@require_safe
def aid(request: ViewerRequest, place: str) -> HttpResponse:
    """While somebody writes (`text`, `lon`, `lat`, `address`): the likely kind, and open public events like it.

    `{"guess": {"code", "title"} | null, "near": [{"title", "state", "away", "join"}]}`
    """
    city = next((one for one in queries.jurisdictions(SYSTEM) if one.code == place), None)
    if city is None:
        raise NotFound(N_("No city takes reports here."))
    if _is_busy(request):
        return JsonResponse({"guess": None, "near": []}, status=429)
    text = request.GET.get("text", "")[:MAX_TEXT].strip()
    lon, lat = _degrees(request, "lon", 180), _degrees(request, "lat", 90)
    if lon is None or lat is None:
        lon = lat = None
    address = request.GET.get("address", "")[:300].strip()
    near = likely_public(city, text=text, lon=lon, lat=lat, address=address) if text else []
    told = {
        "guess": _guess(city, text) if text else None,
        "near": [
            {
                "title": one.title,
                "state": status_title(one.status),
                "away": gettext("about %(metres)s m away") % {"metres": one.metres} if one.metres else "",
                "join": signing.dumps(one.number, salt=f"{SALT}.{city.code}"),
            }
            for one in near
        ],
    }
    response = JsonResponse(told, json_dumps_params={"ensure_ascii": False})
    response["Cache-Control"] = "no-store, private"
    return response


def _guess(city: JurisdictionView, text: str) -> dict[str, str] | None:
    """The likely kind in plain words: its own name and the class above it, which the form offers."""
    rules = rules_of(city.id)
    found = classify_text(text, rules)
    category = rules.by_code.get(found.code)
    if category is None or found.certainty < GUESS_FROM:
        return None
    top = next((c for c in rules.categories.values() if c.level == 1 and category.path.startswith(c.path)), category)
    return {"code": top.code, "title": _said(category.title)}


def _middle(city: JurisdictionView) -> str:
    """ "lon,lat" of the middle of a city's grids, "" where it has none."""
    key = f"city-middle:{city.id}"
    held = cache.get(key)
    if held is None:
        box = place.bounds_of(city.id)
        held = f"{(box[0] + box[2]) / 2:.4f},{(box[1] + box[3]) / 2:.4f}" if box else ""
        cache.set(key, held, 3600)
    return str(held)


def _degrees(request: ViewerRequest, name: str, most: float) -> float | None:
    try:
        value = float(request.GET.get(name, ""))
    except ValueError:
        return None
    return value if math.isfinite(value) and abs(value) <= most else None


def _is_busy(request: ViewerRequest) -> bool:
    key = f"citizen-aid:{request.client_address}:{int(now().timestamp()) // 60}"
    return not cache.add(key, 1, 60) and cache.incr(key) > CALLS_A_MINUTE


def _said(title: Title) -> str:
    return pick(title, get_language() or "")
