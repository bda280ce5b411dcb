"""The supervisor's desk: what is late, near, sent back and forth, silent or badly rated, and putting it right."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django import forms
from django.core.cache import cache
from django.http import HttpResponse, QueryDict
from django.shortcuts import render
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from yiwang.base.access import Viewer, scope_key
from yiwang.base.access.request import ViewerRequest
from yiwang.base.areas import queries as areas
from yiwang.domains.events import queries
from yiwang.domains.events.forms import LongSelect, offer
from yiwang.domains.events.pages.asking import address_with, signed_in
from yiwang.domains.events.pages.filters import AREA_LEVELS, department_options, indented, words
from yiwang.domains.events.pages.views import views_context
from yiwang.domains.events.pages.work_batch import WATCHING, outcome_of, run
from yiwang.domains.events.pages.work_filters import chips_of
from yiwang.domains.events.queries import watching
from yiwang.domains.events.queries.watching import CONCERNS, RETURNS, SILENT_HOURS, Watch, WatchedLine
from yiwang.domains.events.wording import ENTRY_TITLES, STATUS_TITLES, URGENCY_TITLES
from yiwang.kernel.clock import now
from yiwang.kernel.errors import NotAllowed
from yiwang.kernel.text import N_

PAGE = 50
RANKED = 12
COUNTED_S = 3
FILTERS = ("area", "department", "returns", "hours")
TITLES = {
    "overdue": (N_("Overdue"), "alert", "danger"),
    "due_soon": (N_("Due within four hours"), "clock", "warning"),
    "bounced": (N_("Sent back and forth"), "return", "warning"),
    "silent": (N_("Silent"), "pause", "special"),
    "dissatisfied": (N_("Dissatisfied"), "message", "danger"),
    "supervised": (N_("Under supervision"), "flag", "info"),
}


class WatchForm(forms.Form):
    """Where to look and what counts as too much."""

    area = forms.ChoiceField(label=_("Street"), widget=LongSelect, required=False)
    department = forms.ChoiceField(label=_("Department"), widget=LongSelect, required=False)
    returns = forms.IntegerField(label=_("Returned at least"), min_value=1, max_value=20, required=False)
    hours = forms.IntegerField(label=_("Hours of silence"), min_value=1, max_value=2_000, required=False)

    def __init__(self, data: Any, **offers: list[tuple[str, str]]) -> None:
        super().__init__(data, auto_id="watch_%s")
        firsts = {"area": _("All streets"), "department": _("All departments")}
        offer(self, {name: [("", first), *offers.get(name, [])] for name, first in firsts.items()})
        for name in firsts:
            self.fields[name].widget.attrs["aria-label"] = self.fields[name].label
        self.fields["returns"].widget.attrs["placeholder"] = RETURNS
        self.fields["hours"].widget.attrs["placeholder"] = SILENT_HOURS


@dataclass(frozen=True)
class Line:
    """One event as the desk shows it: `why` in a sentence, what was done last, by whom, a `sentence` to begin with."""

    watched: WatchedLine
    status: str
    urgency: str
    why: str
    last: str
    sentence: str


@never_cache
@require_safe
def supervise_page(request: ViewerRequest) -> HttpResponse:
    """One concern's list with its reasons, the counts of all, and the departments in the order of their lateness."""
    viewer = _supervisor(request)
    form, watch = _chosen(viewer, request.GET)
    concern = request.GET.get("concern", "overdue")
    is_wrong = bool(form.errors) or concern not in CONCERNS
    skip = _skip(request.GET.get("skip", ""))
    found = None if is_wrong else watching.watched(viewer, watch, concern, skip=skip, limit=PAGE)
    lines = [] if found is None else [_line(each, concern) for each in found.lines]
    loads = [] if is_wrong else watching.department_loads(viewer, watch)[:RANKED]
    values = {name: request.GET.get(name, "") for name in ("concern", *FILTERS)}
    context = {
        **_live(viewer, watch, request.GET, concern),
        "form": form,
        "is_wrong": is_wrong,
        "unknown": [] if concern in CONCERNS else [concern],
        "filters": chips_of(form, FILTERS, request.GET),
        "clear_url": f"?concern={concern if concern in CONCERNS else 'overdue'}",
        "concern": concern,
        "concern_title": gettext(TITLES[concern][0]) if concern in TITLES else "",
        "lines": lines,
        "next_url": _at(request.GET, skip + PAGE) if found is not None and found.has_more else "",
        "previous_url": _at(request.GET, max(0, skip - PAGE)) if skip else "",
        "loads": loads,
        "most": max((load.n_open for load in loads), default=1),
        "verbs": WATCHING.values() if concern != "dissatisfied" else (),
        "outcome": outcome_of(request),
        "returns": watch.returns,
        "hours": watch.silent_hours,
        **views_context(request, viewer, "supervise", values),
    }
    return render(request, "events/supervise.html", context, status=422 if is_wrong else 200)


@never_cache
@require_safe
def live_part(request: ViewerRequest) -> HttpResponse:
    """The counts as they are now."""
    viewer = _supervisor(request)
    _form, watch = _chosen(viewer, request.GET)
    concern = request.GET.get("concern", "overdue")
    return render(request, "events/supervise_live.html", _live(viewer, watch, request.GET, concern))


@require_POST
def act(request: ViewerRequest) -> HttpResponse:
    """Put the ticked events under supervision, or urge them, with one sentence for all."""
    _supervisor(request)
    return run(request, WATCHING, "supervise")


def _supervisor(request: ViewerRequest) -> Viewer:
    viewer = signed_in(request)
    if not viewer.may(watching.PERMISSION):
        raise NotAllowed(N_("This page is for supervisors."))
    return viewer


def _chosen(viewer: Viewer, query: QueryDict) -> tuple[WatchForm, Watch]:
    """The form as the URL fills it, and the watch it asks for."""
    places = queries.jurisdictions(viewer)
    place = places[0] if len(places) == 1 else None
    offers: dict[str, list[tuple[str, str]]] = {}
    if place is not None:
        found = sorted((a for n in AREA_LEVELS for a in areas.subtree(place.root_path, level=n)), key=lambda a: a.path)
        top = min((a.level for a in found), default=0)
        offers["area"] = [(a.path, indented(words(a.title), a.level - top)) for a in found]
        offers["department"] = department_options(viewer, place, by="path")
    form = WatchForm(query, **offers)
    form.is_valid()
    given = form.cleaned_data
    watch = Watch(
        jurisdiction=place.id if place else None,
        returns=given.get("returns") or RETURNS,
        silent_hours=given.get("hours") or SILENT_HOURS,
        area_path=given.get("area", ""),
        department_path=given.get("department", ""),
    )
    return form, watch


def _live(viewer: Viewer, watch: Watch, query: QueryDict, concern: str) -> dict[str, Any]:
    """The counts of every concern, kept for seconds for all who see the same rows."""
    key = f"events.concerns:{scope_key(viewer, watching.PERMISSION)}:{hash(watch)}"
    counts: dict[str, int] | None = cache.get(key)
    if counts is None:
        counts = watching.concerns(viewer, watch)
        cache.set(key, counts, COUNTED_S)
    tiles = [
        {
            "code": code,
            "title": gettext(title),
            "icon": icon,
            "tone": tone if counts[code] else "neutral",
            "n": counts[code],
            "url": address_with(query, concern=code, skip=None),
            "is_current": code == concern,
        }
        for code, (title, icon, tone) in TITLES.items()
    ]
    return {"tiles": tiles, "live_url": address_with(query, concern=concern)}


def _line(each: WatchedLine, concern: str) -> Line:
    row = each.row
    last = each.last
    return Line(
        watched=each,
        status=gettext(STATUS_TITLES[row.status]),
        urgency=gettext(URGENCY_TITLES[row.urgency]),
        why=_why(each, concern),
        last="" if last is None else f"{gettext(ENTRY_TITLES.get(last.kind, last.kind))}",
        sentence=_sentence(row),
    )


def _sentence(row: queries.EventRow) -> str:
    """What a supervisor would write; it stands in the field and may be changed."""
    if row.due_at and not row.handled_at and row.due_at < now():
        return gettext("This is overdue. Please settle it soon and report how it stands.")
    return gettext("Please see to this soon and report how it stands.")


def _why(each: WatchedLine, concern: str) -> str:
    """Why the event stands here, as far as it is no clock (those are drawn)."""
    told = each.told
    if concern == "bounced":
        said = ngettext("Returned %(n)s time", "Returned %(n)s times", each.row.n_returns) % {"n": each.row.n_returns}
        return gettext("%(said)s, last: “%(words)s”") % {"said": said, "words": told.text} if told else said
    if concern == "dissatisfied":
        score = gettext("%(score)s of 5") % {"score": each.row.satisfaction}
        return (
            gettext("%(said)s, last: “%(words)s”") % {"said": score, "words": told.text}
            if told and told.text
            else score
        )
    if concern == "supervised" and told is not None:
        who = {"name": told.by_name or gettext("The platform"), "words": told.text}
        return gettext("%(name)s: “%(words)s”") % who if told.text else who["name"]
    return ""


def _skip(text: str) -> int:
    return int(text) if text.isdigit() and len(text) < 6 else 0


def _at(query: QueryDict, skip: int) -> str:
    return address_with(query, skip=skip or None)
