"""The operator's entry: what a caller says goes in, while the page tells category and likely duplicates."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from yiwang.base.access import Viewer, require
from yiwang.base.access.request import ViewerRequest
from yiwang.base.areas.queries import JurisdictionView
from yiwang.domains.events import actions, queries
from yiwang.domains.events.forms import EntryForm
from yiwang.domains.events.pages.asking import signed_in, take_failure
from yiwang.domains.events.pages.filters import category_options, titled, words
from yiwang.domains.events.pages.story import reasons
from yiwang.domains.events.wording import QUALITY_TITLES, SOURCE_TITLES, STATUS_TITLES, URGENCY_TITLES
from yiwang.kernel.coordinates import System
from yiwang.kernel.errors import Invalid, NotAllowed
from yiwang.kernel.ids import new_uid
from yiwang.kernel.text import N_

PLACES = {"address_text": "address", "source": "source"}
SOURCES = ("phone", "patrol", "letter", "email", "web", "app", "internal", "other")
RECEIPT = "event_receipt"


@dataclass(frozen=True)
class Spot:
    """A point in WGS-84, or none, and the address in words."""

    lon: float | None
    lat: float | None
    address_text: str = ""
    system: System = "wgs84"


@never_cache
@require_http_methods(["GET", "POST"])
def entry_page(request: ViewerRequest) -> HttpResponse:
    """The form; sending it twice gives the first receipt again."""
    viewer = _operator(request)
    found = queries.jurisdictions(viewer, "events.report")
    if not found:
        raise NotAllowed(N_("Your posts do not let you report here."))
    chosen = _chosen(found, request.POST.get("place") or request.GET.get("place", ""))
    offers = {
        "place": [(p.code, words(p.title)) for p in found],
        "source": [(code, title) for code, title in titled(SOURCE_TITLES) if code in SOURCES],
        "category": category_options(chosen),
        "urgency": titled(URGENCY_TITLES),
    }
    if request.method == "GET":
        initial = {"submission": new_uid(), "place": chosen.code, "source": "phone"}
        return _drawn(request, EntryForm(initial=initial, offers=offers), chosen, found)
    with timezone.override(ZoneInfo(chosen.time_zone)):
        form = EntryForm(request.POST, offers=offers)
        if form.is_valid():
            try:
                receipt = actions.report_matter(_matter(form.cleaned_data), jurisdiction=chosen, by=viewer)
            except Invalid as failure:
                take_failure(form, failure, PLACES)
            else:
                request.session[RECEIPT] = [receipt.event_number, receipt.report_number, receipt.follow_code]
                return redirect("event_receipt")
        return _drawn(request, form, chosen, found, status=422)


@never_cache
@require_safe
def receipt_page(request: ViewerRequest) -> HttpResponse:
    """What the operator tells the caller: the number and the code to follow it by."""
    viewer = _operator(request)
    kept = request.session.get(RECEIPT)
    if not kept:
        return redirect("new_event")
    number, report, code = kept
    row = queries.event(viewer, number).row
    context = {"row": row, "report": report, "code": code, "status": gettext(STATUS_TITLES[row.status])}
    return render(request, "events/receipt.html", context)


@never_cache
@require_safe
def suggest_part(request: ViewerRequest) -> HttpResponse:
    """The fragment beside the form: category guesses with the telling words, the place found, likely duplicates."""
    viewer = _operator(request)
    found = queries.jurisdictions(viewer, "events.report")
    text = request.GET.get("text", "").strip()[:5_000]
    if not found or len(text) < 2:
        return render(request, "events/suggestions.html", {"is_empty": True})
    address = request.GET.get("address", "").strip()[:300]
    told = queries.suggestions(
        viewer,
        _chosen(found, request.GET.get("place", "")),
        text=text,
        placed=Spot(_degrees(request.GET.get("lon", "")), _degrees(request.GET.get("lat", "")), address),
        address=address,
        category=request.GET.get("category", ""),
    )
    context = {
        "guesses": [
            {"code": g.category.code, "title": words(g.category.title), "percent": round(g.certainty * 100)}
            for g in told.guesses
        ],
        "telling": told.words,
        "area": words(told.area),
        "quality": told.place_quality,
        "quality_title": gettext(QUALITY_TITLES[told.place_quality]),
        "duplicates": [
            {
                "row": one.row,
                "status": gettext(STATUS_TITLES[one.row.status]),
                "percent": round(one.score * 100),
                "reasons": [reason.render(gettext) for reason in reasons(one.reasons)],
            }
            for one in told.duplicates
        ],
    }
    return render(request, "events/suggestions.html", context)


def _drawn(
    request: ViewerRequest, form: EntryForm, chosen: JurisdictionView, found: list[Any], status: int = 200
) -> HttpResponse:
    context = {"form": form, "place": chosen, "has_places": len(found) > 1}
    return render(request, "events/new.html", context, status=status)


def _operator(request: ViewerRequest) -> Viewer:
    viewer = signed_in(request)
    require(viewer, "events.report")
    return viewer


def _chosen(found: list[JurisdictionView], code: str) -> JurisdictionView:
    return next((place for place in found if place.code == code), found[0])


def _matter(given: dict[str, Any]) -> actions.Matter:
    return actions.Matter(
        text=given["text"],
        source=given["source"],
        occurred_at=given["occurred_at"],
        address_text=given["address"],
        lon=given["lon"],
        lat=given["lat"],
        category=given["category"],
        urgency=given["urgency"],
        reporter_name=given["reporter_name"],
        reporter_phone=given["reporter_phone"],
        submission=given["submission"],
    )


def _degrees(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None
