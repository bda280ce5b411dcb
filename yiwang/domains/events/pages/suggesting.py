"""What stands beside the hotline's entry and follows the typing: category, place, matters, twins, earlier cases."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from yiwang.base.access import Viewer, require
from yiwang.base.access.request import ViewerRequest
from yiwang.base.areas.queries import JurisdictionView
from yiwang.domains.events import actions, queries
from yiwang.domains.events.pages.asking import signed_in
from yiwang.domains.events.pages.filters import words
from yiwang.domains.events.queries.suggesting import FoundPlace, Suggestions, Twin
from yiwang.domains.events.telling import Span, shared_spans
from yiwang.domains.events.wording import QUALITY_TITLES, STATUS_TITLES
from yiwang.kernel.coordinates import System
from yiwang.kernel.errors import NotAllowed
from yiwang.kernel.text import N_

LEAST_TEXT = 2
MAX_TEXT, MAX_ADDRESS = 5_000, 300
QUIET = 24
"""Characters without a mark that are shown before they are left out."""
FIRST_KEY = {"guess": 1, "place": 4, "twin": 7}


@dataclass(frozen=True)
class Spot:
    """A point in WGS-84, or none, and the address in words."""

    lon: float | None
    lat: float | None
    address_text: str = ""
    system: System = "wgs84"


@never_cache
@require_http_methods(["GET", "POST"])
def suggest_part(request: ViewerRequest) -> HttpResponse:
    """The fragment beside the form. What was said travels in the body, where no log keeps it."""
    viewer = _operator(request)
    found = queries.jurisdictions(viewer, "events.report")
    given = request.POST if request.method == "POST" else request.GET
    if not found:
        raise NotAllowed(N_("Your posts do not let you report here."))
    drawn = drawn_suggestions(viewer, chosen_place(found, given.get("place", "")), given)
    return render(request, "events/suggestions_answer.html", drawn)


@never_cache
@require_POST
def caller_part(request: ViewerRequest) -> HttpResponse:
    """The caller's earlier cases by telephone; asking is written down."""
    viewer = _operator(request)
    found = queries.jurisdictions(viewer, "events.report")
    if not found:
        raise NotAllowed(N_("Your posts do not let you report here."))
    place = chosen_place(found, request.POST.get("place", ""))
    caller = actions.look_up_caller(request.POST.get("reporter_phone", "")[:40], jurisdiction=place, by=viewer)
    return render(request, "events/new_caller.html", {"caller": drawn_caller(caller)})


def drawn_caller(caller: actions.Caller | None) -> dict[str, Any] | None:
    """A caller's cases with their statuses in words; None while nobody was looked up."""
    if caller is None:
        return None
    cases = [(case, gettext(STATUS_TITLES[case.status])) for case in caller.cases]
    name = next((case.reporter_name for case in caller.cases if case.reporter_name), "")
    return {"n_reports": caller.n_reports, "name": name, "cases": cases}


def drawn_suggestions(viewer: Viewer, place: JurisdictionView, given: Mapping[str, Any]) -> dict[str, Any]:
    """What the template shows for a matter's fields as typed (text, address, lon, lat, category, joins)."""
    text = str(given.get("text", "")).strip()[:MAX_TEXT]
    address = str(given.get("address", "")).strip()[:MAX_ADDRESS]
    if len(text) < LEAST_TEXT and not address:
        return {"is_empty": True}
    chosen = str(given.get("category", ""))
    spot = Spot(_degrees(given.get("lon")), _degrees(given.get("lat")), address)
    told = queries.suggestions(viewer, place, text=text, placed=spot, category=chosen)
    is_placed = spot.lon is not None and spot.lat is not None
    return {
        "guesses": _guesses(told, chosen),
        "segments": segments(text, told.telling) if told.telling else [],
        "parts": [{"text": part.text, "category": _category(told, part.code, place)} for part in told.parts],
        "places": [_place(found, n) for n, found in enumerate(told.places)],
        "area": words(told.area),
        "grid": told.grid_code,
        "is_placed": is_placed,
        "is_outside": told.place_quality in ("outside", "placeholder"),
        "quality": gettext(QUALITY_TITLES[told.place_quality]),
        "twins": [_twin(twin, text, n, str(given.get("joins", ""))) for n, twin in enumerate(told.twins)],
    }


def segments(text: str, spans: Sequence[Span]) -> list[tuple[str, bool]]:
    """A text as (words, is marked); long stretches without a mark are shortened."""
    found: list[tuple[str, bool]] = []
    at = 0
    for span in sorted(spans, key=lambda each: each.start):
        found += [(_shortened(text[at : span.start], is_first=at == 0), False), (text[span.start : span.end], True)]
        at = span.end
    found.append((_shortened(text[at:], is_last=True, is_first=at == 0), False))
    return [(piece, is_marked) for piece, is_marked in found if piece]


def _shortened(text: str, *, is_first: bool = False, is_last: bool = False) -> str:
    if len(text) <= 2 * QUIET:
        return text
    if is_first and is_last:
        return text[: 4 * QUIET] + ("…" if len(text) > 4 * QUIET else "")
    if is_first:
        return "…" + text[-QUIET:]
    return text[:QUIET] + "…" if is_last else f"{text[: QUIET // 2]}…{text[-QUIET // 2 :]}"


def chosen_place(found: Sequence[JurisdictionView], code: str) -> JurisdictionView:
    """The city of this code, else the first of them."""
    return next((place for place in found if place.code == code), found[0])


def _guesses(told: Suggestions, chosen: str) -> list[dict[str, Any]]:
    return [
        {
            "key": FIRST_KEY["guess"] + n,
            "code": guess.category.code,
            "title": words(guess.category.title),
            "above": " / ".join(words(title) for title in guess.above),
            "percent": round(guess.certainty * 100),
            "is_chosen": guess.category.code == chosen,
        }
        for n, guess in enumerate(told.guesses)
    ]


def _category(told: Suggestions, code: str, place: JurisdictionView) -> str:
    known = {guess.category.code: guess.category.title for guess in told.guesses}
    if code and code not in known:
        known |= {category.code: category.title for category in queries.categories(place)}
    return words(known.get(code, {}))


def _place(found: FoundPlace, n: int) -> dict[str, Any]:
    return {
        "key": FIRST_KEY["place"] + n,
        "text": found.text,
        "said": found.said,
        "area": words(found.area),
        "grid": found.grid_code,
        "lon": f"{found.lon:.6f}",
        "lat": f"{found.lat:.6f}",
        "element": found.element_code,
        "percent": round(found.score * 100),
    }


def _twin(twin: Twin, text: str, n: int, joins: str) -> dict[str, Any]:
    mine, theirs = shared_spans(text, twin.text), shared_spans(twin.text, text)
    return {
        "key": FIRST_KEY["twin"] + n,
        "row": twin.row,
        "status": gettext(STATUS_TITLES[twin.row.status]),
        "percent": round(twin.score * 100),
        "metres": None if twin.metres is None else round(twin.metres),
        "seconds": round(twin.hours * 3600),
        "reasons": [reason.render(gettext) for reason in twin.reasons],
        "mine": segments(text, mine),
        "theirs": segments(twin.text, theirs),
        "is_chosen": twin.row.number == joins,
    }


def _operator(request: ViewerRequest) -> Viewer:
    viewer = signed_in(request)
    require(viewer, "events.report")
    return viewer


def _degrees(given: Any) -> float | None:
    try:
        return float(given)
    except (TypeError, ValueError):
        return None
