"""The citizen's report: choose the city, one page of questions, and what is sent. Complete without JavaScript.

Photos that were taken are kept while other fields are put right: their ids travel in a signed hidden field, bound to
the page they were sent with. A second sending of the same words leads to the first receipt.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import cast
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

from django.core import signing
from django.db import IntegrityError
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from yiwang.base.access import SYSTEM
from yiwang.base.access.request import ViewerRequest
from yiwang.base.areas.queries import JurisdictionView
from yiwang.base.files.actions import Upload, store_upload
from yiwang.base.files.judging import PHOTOS
from yiwang.base.files.queries import stored_file
from yiwang.base.files.serving import file_response
from yiwang.base.people import signin
from yiwang.domains.events import actions, queries
from yiwang.domains.events.citizen_forms import MAX_PHOTOS, ReportForm
from yiwang.domains.events.pages.asking import take_failure
from yiwang.domains.events.pages.citizen_aids import choose_city, facility_of, joined
from yiwang.engines.place import queries as place
from yiwang.kernel.errors import Invalid, NotFound
from yiwang.kernel.text import N_

TURNS = 60
"""Sendings an address has in a quarter of an hour; many telephones share one address of their carrier."""
KEPT_S = 6 * 3600
SALT = "yiwang.citizen.photos"
PLACES = {"occurred_at": "occurred_at", "reporter_phone": "phone", "address_text": "address", "lon": "address"}
"""Names of `report_matter` → fields of the form."""


@dataclass(frozen=True)
class Kept:
    """A photo taken in before the report could be: its id, its name, and a signed key under which to show it."""

    uid: str
    name: str
    key: str


@never_cache
@require_http_methods(["GET", "POST"])
def report_page(request: ViewerRequest, place: str = "") -> HttpResponse:
    """The form of a city; where several are installed and none is named, the choice of the city."""
    cities = queries.jurisdictions(SYSTEM)
    city = next((one for one in cities if one.code == place), None)
    if city is None and not place and len(cities) == 1:
        city = cities[0]
    if city is None:
        if place or not cities:
            raise NotFound(N_("No city takes reports here."))
        return choose_city(request, cities, "report_in")
    with timezone.override(ZoneInfo(city.time_zone)):
        if request.method == "POST":
            return _taken(request, city)
        facility = facility_of(city, request.GET.get("facility", ""))
        start: dict[str, object] = {"submission": uuid4()}
        if facility is not None:
            start |= {"facility": facility.short, "address": facility.address}
        return _shown(request, city, ReportForm(city, initial=start))


@require_safe
def kept_photo(request: ViewerRequest, key: str) -> HttpResponse:
    """The small picture of a photo that waits for its report; the signed key is shown to its sender alone."""
    try:
        uid = UUID(signing.loads(key, salt=f"{SALT}.show", max_age=KEPT_S))
    except (signing.BadSignature, ValueError):
        raise NotFound(N_("There is no such file.")) from None
    return file_response(request, stored_file(SYSTEM, uid), is_small=True)


def _taken(request: ViewerRequest, city: JurisdictionView) -> HttpResponse:
    """Judge what was sent; report it, or show the page again with everything kept."""
    wait_s = signin.take_turn("report", request.client_address, most=TURNS)
    form = ReportForm(city, request.POST, request.FILES)
    form.is_valid()
    if wait_s or "website" in form.errors:
        if wait_s:
            form.add_error(None, _busy(wait_s))
        return _shown(request, city, form, _kept(request), status=429 if wait_s else 422)
    kept = _photos(request, form)
    _check_point(form)
    if not form.errors:
        try:
            receipt = _sent(_matter(form, kept), city, request)
        except Invalid as failure:
            take_failure(form, failure, PLACES)
        else:
            return redirect("follow_receipt", code=receipt.follow_code)
    return _shown(request, city, form, kept, status=422)


def _sent(matter: actions.Matter, city: JurisdictionView, request: ViewerRequest) -> actions.Receipt:
    try:
        return actions.report_matter(matter, jurisdiction=city, by=request.viewer)
    except IntegrityError:  # the same sending came through another process this very moment
        return actions.report_matter(matter, jurisdiction=city, by=request.viewer)
    except Invalid as failure:
        if "joins" not in failure.fields:
            raise
        # what it was to join was closed meanwhile: it is a matter of its own
        return actions.report_matter(replace(matter, joins=""), jurisdiction=city, by=request.viewer)


def _matter(form: ReportForm, photos: Sequence[Kept]) -> actions.Matter:
    given = form.cleaned_data
    facility = facility_of(form.city, given["facility"])
    lon, lat = form.point() or ((facility.lon, facility.lat) if facility else (None, None))
    return actions.Matter(
        text=given["text"],
        source="web",
        occurred_at=given["occurred_at"],
        address_text=given["address"],
        lon=lon,
        lat=lat,
        area=given["area"],
        category=given["category"],
        is_rough=True,
        reporter_name=given["name"],
        reporter_phone=given["phone"],
        files=tuple(photo.uid for photo in photos),
        submission=form.submission_uid(),
        is_public=given["is_public"],
        extra={"wants_answer": True} if given["wants_answer"] else {},
        element_code=facility.code if facility else "",
        joins=joined(form.city, given["joins"]),
    )


def _photos(request: ViewerRequest, form: ReportForm) -> list[Kept]:
    """The photos kept from before and those sent now, at most three; what is wrong with one stands at the field."""
    kept = _kept(request)
    sent: list[Upload] = form.cleaned_data.get("photos") or []
    if len(kept) + len(sent) > MAX_PHOTOS:
        form.add_error("photos", gettext("At most %(most)s photos, please.") % {"most": MAX_PHOTOS})
    for upload in sent[: MAX_PHOTOS - len(kept)]:
        try:
            stored = store_upload(upload, by=request.viewer, kinds=PHOTOS)
        except Invalid as failure:
            form.add_error("photos", f"{upload.name}: {failure.text.render(gettext)}")
        else:
            kept.append(_as_kept(str(stored.uid), stored.name))
    return kept


def _kept(request: ViewerRequest) -> list[Kept]:
    """What the signed field names, less what was unticked; nothing when it belongs to another page or is old."""
    page = request.POST.get("submission", "")
    try:
        named = signing.loads(request.POST.get("kept", ""), salt=f"{SALT}.{page}", max_age=KEPT_S)
    except signing.BadSignature:
        return []
    dropped = request.POST.getlist("drop")
    return [_as_kept(uid, name) for uid, name in named if uid not in dropped]


def _as_kept(uid: str, name: str) -> Kept:
    return Kept(uid, name, signing.dumps(uid, salt=f"{SALT}.show"))


def _check_point(form: ReportForm) -> None:
    """A position outside the city is taken out and said so: it would send the matter nowhere."""
    point = form.point()
    if point is None or not place.has_grids(form.city.id) or "address" in form.errors:
        return
    if all(place.locate(*pair, jurisdiction=form.city.id) is None for pair in (point, point[::-1])):
        data = cast(QueryDict, form.data).copy()
        data["lon"] = data["lat"] = ""
        form.data = data
        form.add_error(
            "address",
            gettext("The position sent lies outside this city and was taken out. Please say in words where it is."),
        )


def _shown(
    request: ViewerRequest, city: JurisdictionView, form: ReportForm, kept: Sequence[Kept] = (), *, status: int = 200
) -> HttpResponse:
    page = str(form["submission"].value() or "")
    shown = {
        "city": city,
        "form": form,
        "kept": kept,
        "kept_field": signing.dumps([[k.uid, k.name] for k in kept], salt=f"{SALT}.{page}") if kept else "",
        "has_public_list": queries.has_public_list(city),
        "opens_more": any(name in form.errors for name in ("area", "occurred_at")),
        "opens_contact": any(name in form.errors for name in ("name", "phone", "wants_answer")),
        "facility": facility_of(city, str(form["facility"].value() or "")),
        "is_citizen": request.viewer.kind in ("citizen", "company"),
    }
    return render(request, "citizen/report.html", shown, status=status)


def _busy(wait_s: int) -> str:
    minutes = -(-wait_s // 60)
    return gettext(
        "Very many reports came from your connection just now. Please try again in %(n)s minutes; "
        "if it is urgent, call the hotline. What you entered stays here."
    ) % {"n": minutes}
