"""The hotline desk: what a caller says goes in, matter by matter, and is saved as one call."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from zoneinfo import ZoneInfo

from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from yiwang.base.access import Viewer, require
from yiwang.base.access.request import ViewerRequest
from yiwang.base.areas.queries import JurisdictionView
from yiwang.domains.events import actions, queries
from yiwang.domains.events.actions.calling import MOST_MATTERS
from yiwang.domains.events.actions.patrolling import PATROL
from yiwang.domains.events.course import rules_of
from yiwang.domains.events.entry_forms import CallForm, PartForm, part_numbers
from yiwang.domains.events.forms import Options
from yiwang.domains.events.pages.asking import signed_in, take_failure
from yiwang.domains.events.pages.filters import category_options, titled, words
from yiwang.domains.events.pages.suggesting import chosen_place, drawn_caller, drawn_suggestions
from yiwang.domains.events.pages.work_patrol import report_page
from yiwang.domains.events.queries.suggesting import matters_in
from yiwang.domains.events.wording import SOURCE_TITLES, STATUS_TITLES, URGENCY_TITLES
from yiwang.kernel.errors import Invalid, NotAllowed
from yiwang.kernel.ids import new_uid
from yiwang.kernel.text import N_

PLACES = {"address_text": "address", "element_code": "element"}
OF_CALL = frozenset({"reporter_name", "reporter_phone", "source"})
SOURCES = ("phone", "patrol", "letter", "email", "web", "app", "internal", "other")
RECEIPT = "event_receipt"
REPORT = "events.report"
Raw = Mapping[str, Any]


@dataclass
class Sheet:
    """The form as it stands: the call and its matters. `open_part` is where the work goes on."""

    place: JurisdictionView
    call: CallForm
    parts: list[PartForm]
    open_part: int = 1
    caller: Any = None
    told: Mapping[str, Any] = field(default_factory=dict)

    @property
    def errors(self) -> list[tuple[str, str]]:
        """(id of the field, what is wrong) over all forms, for the summary; "" for the whole."""
        found = []
        for form in (self.call, *self.parts):
            for name, texts in form.errors.items():
                at = form[name].id_for_label if name in form.fields else ""
                found += [(at, str(text)) for text in texts]
        return found

    @property
    def has_errors(self) -> bool:
        """Whether anything was refused."""
        return bool(self.errors)


@never_cache
@require_http_methods(["GET", "POST"])
def entry_page(request: ViewerRequest) -> HttpResponse:
    """The form; `do` changes its shape (add, remove-n, split-n, draw, check, caller), else it is saved.

    Sending it twice gives the first receipt again.
    """
    if request.method == "GET" and report_page(request.viewer) == "work_report" and not request.viewer.may(REPORT):
        return redirect("work_report")
    viewer = _operator(request)
    found = queries.jurisdictions(viewer, REPORT)
    if not found:
        raise NotAllowed(N_("Your posts do not let you report here."))
    place = chosen_place(found, request.POST.get("place") or request.GET.get("place", ""))
    offers = _offers(found, place)
    if request.method == "GET":
        initial = {"submission": new_uid(), "place": place.code, "source": "phone", "parts": "1"}
        sheet = Sheet(place, CallForm(initial=initial, offers=offers), [PartForm(number=1, offers=offers)])
        return _drawn(request, sheet, found)
    if do := request.POST.get("do", ""):
        return _drawn(request, _reshaped(viewer, request.POST, do, place, offers), found)
    with timezone.override(ZoneInfo(place.time_zone)):
        return _saved(request, viewer, place, offers, found)


@never_cache
@require_safe
def receipt_page(request: ViewerRequest) -> HttpResponse:
    """What the operator tells the caller: for each matter the number, and the code to follow it by."""
    viewer = _operator(request)
    kept = request.session.get(RECEIPT)
    if not kept or not isinstance(kept[0], list):
        return redirect("new_event")
    lines = []
    for number, report, code, joined in kept:
        row = queries.event(viewer, joined or number).row
        told = {"row": row, "status": gettext(STATUS_TITLES[row.status])}
        lines.append({"report": report, "code": code, "is_joined": bool(joined), **told})
    return render(request, "events/receipt.html", {"lines": lines})


def _saved(
    request: ViewerRequest, viewer: Viewer, place: JurisdictionView, offers: Mapping[str, Options], found: list[Any]
) -> HttpResponse:
    """Save the call, or draw it again with what is wrong beside its fields."""
    call = CallForm(request.POST, offers=offers)
    numbers = part_numbers(request.POST.get("parts", ""), most=MOST_MATTERS)
    parts = [PartForm(request.POST, number=number, offers=offers) for number in numbers]
    sheet = Sheet(place, call, parts, open_part=numbers[0])
    if all([call.is_valid(), *(part.is_valid() for part in parts)]):
        matters = [_matter(call.cleaned_data, part.cleaned_data) for part in parts]
        try:
            receipts = actions.report_call(matters, jurisdiction=place, by=viewer, call=call.cleaned_data["submission"])
        except Invalid as failure:
            _take(sheet, failure)
        else:
            request.session[RECEIPT] = [[r.event_number, r.report_number, r.follow_code, r.joined] for r in receipts]
            return redirect("event_receipt")
    faulty = [part.number for part in parts if part.errors]
    sheet.open_part = faulty[0] if faulty else sheet.open_part
    return _drawn(request, sheet, found, status=422)


def _take(sheet: Sheet, failure: Invalid) -> None:
    """What an action found wrong (`<n>.<field>`) beside the fields of the n-th matter, or of the call."""
    told = False
    for name, texts in failure.fields.items():
        number, _, field_name = name.partition(".")
        if not number.isdecimal() or int(number) > len(sheet.parts):
            continue
        form = sheet.call if field_name in OF_CALL else sheet.parts[int(number) - 1]
        take_failure(form, Invalid(failure.text, fields={field_name: texts}), PLACES)
        told = True
    if not told:
        take_failure(sheet.call, failure)


def _reshaped(
    viewer: Viewer, given: QueryDict, do: str, place: JurisdictionView, offers: Mapping[str, Options]
) -> Sheet:
    """The form with what was typed and another shape; nothing is checked yet."""
    verb, _, which = do.partition("-")
    numbers = part_numbers(given.get("parts", ""), most=MOST_MATTERS)
    typed = {number: _typed(given, number, offers) for number in numbers}
    at = int(which) if which.isdecimal() and int(which) in typed else numbers[0]
    fresh = max(numbers) + 1
    if verb == "add" and len(numbers) < MOST_MATTERS:
        typed[fresh] = {}
        at = fresh
    elif verb == "remove" and len(numbers) > 1:
        del typed[at]
        at = next(iter(typed))
    elif verb == "split":
        typed = _split(typed, at, place)
    initial = {name: given.get(name, "") for name in CallForm.base_fields}
    initial |= {"parts": " ".join(map(str, typed)), "place": place.code}
    sheet = Sheet(
        place,
        CallForm(initial=initial, offers=offers),
        [PartForm(number=number, initial=values, offers=offers) for number, values in typed.items()],
        open_part=at,
    )
    if verb == "caller":
        found = actions.look_up_caller(given.get("reporter_phone", ""), jurisdiction=place, by=viewer)
        sheet.caller = drawn_caller(found)
    if verb == "check":
        sheet.told = drawn_suggestions(viewer, place, typed[at])
    return sheet


def _split(typed: dict[int, dict[str, Any]], at: int, place: JurisdictionView) -> dict[int, dict[str, Any]]:
    """One matter's text becomes several matters; where it happened is asked for each, what was chosen stays first."""
    found = matters_in(str(typed[at].get("text", "")), rules_of(place.id))
    if not found or len(typed) + len(found) - 1 > MOST_MATTERS:
        return typed
    fresh = iter(range(max(typed) + 1, max(typed) + len(found) + 1))
    numbers = [at, *(next(fresh) for _part in found[1:])]
    rows: dict[int, dict[str, Any]] = {}
    for number, values in typed.items():
        if number != at:
            rows[number] = values
            continue
        for n, (new, part) in enumerate(zip(numbers, found, strict=True)):
            kept = values if n == 0 else {"address": values.get("address", "")}
            rows[new] = {**kept, "text": part.text, "category": "" if len(found) > 1 else kept.get("category", "")}
    return rows


def _typed(given: QueryDict, number: int, offers: Mapping[str, Options]) -> dict[str, Any]:
    blank = PartForm(number=number, offers=offers)
    return {name: given.get(blank.add_prefix(name), "") for name in blank.fields}


def _drawn(request: ViewerRequest, sheet: Sheet, found: list[Any], status: int = 200) -> HttpResponse:
    context = {
        **(sheet.told or {"is_empty": True}),
        "told": bool(sheet.told),
        "sheet": sheet,
        "call": sheet.call,
        "place": sheet.place,
        "has_places": len(found) > 1,
        "may_look_up": request.viewer.may("events.unmask", area_path=sheet.place.root_path),
        "outlines": reverse("event_grids", kwargs={"place": sheet.place.code}),
        "may_add": len(sheet.parts) < MOST_MATTERS,
        "may_patrol": request.viewer.may(PATROL),
    }
    return render(request, "events/new.html", context, status=status)


def _offers(found: list[JurisdictionView], place: JurisdictionView) -> dict[str, Options]:
    return {
        "place": [(one.code, words(one.title)) for one in found],
        "source": [(code, title) for code, title in titled(SOURCE_TITLES) if code in SOURCES],
        "category": category_options(place),
        "urgency": titled(URGENCY_TITLES),
    }


def _operator(request: ViewerRequest) -> Viewer:
    viewer = signed_in(request)
    require(viewer, REPORT)
    return viewer


def _matter(call: Raw, part: Raw) -> actions.Matter:
    return actions.Matter(
        text=part["text"],
        source=call["source"],
        occurred_at=part["occurred_at"],
        address_text=part["address"],
        lon=part["lon"],
        lat=part["lat"],
        category=part["category"],
        urgency=part["urgency"],
        element_code=part["element"],
        joins=part["joins"].strip(),
        reporter_name=call["reporter_name"],
        reporter_phone=call["reporter_phone"],
    )
