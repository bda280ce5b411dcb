"""The patrol's form (网格员上报): photo, place, words; settled on the spot where it could be. Also offline.

It works as the pages for the street do (`work_field`, `work_sending`): kept by the service worker, what is written
stays on the telephone and is sent once. Scripts ask for JSON and learn `state`: `done` (also for a repeat), `wrong`
(422), `signed_out` (401). Which form “new report” opens is the post's permission: `events.patrol` this one,
`events.report` the call centre's; who holds both finds each from the other.
"""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.cache import cache
from django.db import transaction
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from yiwang.base.access import Viewer, require, scope_key
from yiwang.base.access.request import ViewerRequest
from yiwang.base.areas.queries import JurisdictionView
from yiwang.base.files.actions import store_upload
from yiwang.base.files.judging import PHOTOS
from yiwang.domains.events import actions, queries
from yiwang.domains.events.actions.patrolling import HANDLE, PATROL, report_patrol
from yiwang.domains.events.entry_forms import PatrolForm
from yiwang.domains.events.pages.asking import signed_in, take_failure
from yiwang.domains.events.pages.filters import category_options, words
from yiwang.domains.events.queries.suggesting import common_categories, likely_categories
from yiwang.engines.place import queries as places
from yiwang.kernel.errors import Invalid, NotAllowed, NotFound
from yiwang.kernel.ids import new_uid
from yiwang.kernel.text import N_, Text
from yiwang.kernel.titles import pick

COMMON, COMMON_S = 8, 600
FIELDS = {"address_text": "address", "lon": "address", "element_code": "facility"}


def report_page(viewer: Viewer) -> str:
    """The name of the page that “new report” opens for somebody; "" where they may not report."""
    if viewer.may(PATROL):
        return "work_report"
    return "new_event" if viewer.may("events.report") else ""


@never_cache
@require_http_methods(["GET", "POST"])
def patrol_page(request: ViewerRequest) -> HttpResponse:
    """The form, and what is sent by it; sending it twice gives the first answer again."""
    is_script = "application/json" in request.headers.get("Accept", "")
    try:
        viewer = signed_in(request)
    except NotAllowed:
        if not is_script:
            raise
        return _told("signed_out", gettext("Please sign in again; what you wrote stays on this phone."), 401)
    require(viewer, PATROL)
    found = queries.jurisdictions(viewer, PATROL)
    if not found:
        raise NotAllowed(N_("Your posts do not let you report here."))
    asked = request.POST.get("place") or request.GET.get("place", "")
    place = next((one for one in found if one.code == asked), found[0])
    offers = {"category": category_options(place)}
    if request.method == "GET":
        initial = {"submission": new_uid()} | _scanned(place, request.GET.get("facility", ""))
        return _drawn(request, viewer, place, PatrolForm(initial=initial, offers=offers))
    form = PatrolForm(request.POST, request.FILES, offers=offers)
    receipt = _taken(form, viewer, place) if form.is_valid() else None
    if receipt is None:
        said = " ".join(str(each) for errors in form.errors.values() for each in errors)
        return _told("wrong", said, 422) if is_script else _drawn(request, viewer, place, form, status=422)
    return _answer(request, receipt, is_script)


@never_cache
@require_POST
def suggest_part(request: ViewerRequest) -> HttpResponse:
    """The likely categories of a text as `{"guesses": [{"code", "title"}]}`; the text travels in the body."""
    viewer = signed_in(request)
    require(viewer, PATROL)
    found = queries.jurisdictions(viewer, PATROL)
    place = next((one for one in found if one.code == request.POST.get("place", "")), found[0] if found else None)
    text = request.POST.get("text", "").strip()[:2_000]
    likely = likely_categories(place, text) if place is not None and text else []
    guesses = [{"code": one.code, "title": words(one.title)} for one in likely]
    return JsonResponse({"guesses": guesses}, json_dumps_params={"ensure_ascii": False})


def _taken(form: PatrolForm, viewer: Viewer, place: JurisdictionView) -> actions.Receipt | None:
    """Report what the form says, photos and all, in one transaction; None with what is wrong at the form's fields."""
    given = form.cleaned_data
    titles = {one.code: pick(one.title, settings.LANGUAGE_CODE) for one in queries.categories(place)}
    try:
        with transaction.atomic():
            before, after = (_stored(given[name], viewer) for name in ("before", "after"))
            matter = actions.Matter(
                text=given["text"].strip() or titles[given["category"]],
                source="patrol",
                address_text=given["address"].strip(),
                lon=given["lon"],
                lat=given["lat"],
                category=given["category"],
                element_code=_element(place, given["facility"].strip()),
                files=before if given["is_settled"] else (*before, *after),
                submission=given["submission"],
            )
            result = given["result"] if given["is_settled"] else ""
            receipt = report_patrol(
                matter, jurisdiction=place, by=viewer, result=result, after=after if given["is_settled"] else ()
            )
            if receipt.is_repeat:
                transaction.set_rollback(True)  # its photos are here already
    except Invalid as failure:
        take_failure(form, failure, FIELDS)
        return None
    return receipt


def _stored(photos: list[Any], viewer: Viewer) -> tuple[str, ...]:
    return tuple(str(store_upload(photo, by=viewer, kinds=PHOTOS).uid) for photo in photos)


def _element(place: JurisdictionView, code: str) -> str:
    """The code of the facility behind what was scanned or typed; Invalid (`element_code`) for an unknown one."""
    if not code:
        return ""
    for find in (places.element_of_link, lambda text: places.element(place.id, text)):
        try:
            found = find(code)
        except NotFound:
            continue
        if getattr(found, "jurisdiction", place.code) == place.code:
            return str(found.code)
    unknown = Text(N_("There is no facility with this code here."))
    raise Invalid(unknown, fields={"element_code": [unknown]})


def _scanned(place: JurisdictionView, link: str) -> dict[str, Any]:
    """What the form starts with after the sticker on a facility was scanned."""
    try:
        found = places.element_of_link(link) if link else None
    except NotFound:
        return {}
    return {"facility": link, "address": found.address} if found and found.jurisdiction == place.code else {}


def _answer(request: ViewerRequest, receipt: actions.Receipt, is_script: bool) -> HttpResponse:
    url = reverse("event", args=[receipt.event_number])
    said = gettext("Reported as %(number)s.") % {"number": receipt.event_number}
    if is_script:
        return _told("done", said, 200, url=url, number=receipt.event_number, is_repeat=receipt.is_repeat)
    messages.success(request, said)
    return redirect(url)


def _drawn(
    request: ViewerRequest, viewer: Viewer, place: JurisdictionView, form: PatrolForm, status: int = 200
) -> HttpResponse:
    context = {
        "form": form,
        "place": place,
        "common": _common(viewer, place),
        "may_settle": viewer.may(HANDLE),
        "may_take_calls": viewer.may("events.report"),
        "account": str(viewer.uid),
    }
    return render(request, "events/work_patrol.html", context, status=status)


def _common(viewer: Viewer, place: JurisdictionView) -> list[dict[str, str]]:
    """What is reported most where the viewer works, the most first; asked anew every ten minutes."""
    key = f"events.common:{place.id}:{scope_key(viewer, 'events.view')}"
    codes: list[str] | None = cache.get(key)
    if codes is None:
        codes = common_categories(viewer, place, limit=COMMON)
        cache.set(key, codes, COMMON_S)
    titles = {one.code: words(one.title) for one in queries.categories(place)}
    return [{"code": code, "title": titles[code]} for code in codes if code in titles]


def _told(state: str, said: str, code: int, **more: object) -> JsonResponse:
    return JsonResponse({"state": state, "words": said, **more}, status=code, json_dumps_params={"ensure_ascii": False})
