"""The filter of list, map and export: read from the URL, so that every view of events can be sent as a link."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core.cache import cache
from django.http import QueryDict
from django.utils.translation import get_language, gettext

from yiwang.base.access import Viewer, scope_key
from yiwang.base.areas import queries as areas
from yiwang.base.organisation import queries as organisation
from yiwang.domains.events import queries
from yiwang.domains.events.forms import FilterForm
from yiwang.domains.events.pages.asking import address_with
from yiwang.domains.events.queries import EventFilter
from yiwang.domains.events.wording import SOURCE_TITLES, STATE_TITLES, URGENCY_TITLES
from yiwang.kernel.titles import Title, pick

AREA_LEVELS = (3, 4)
COUNTED_S = 15
CHIPS = ("", "open", "received", "overdue", "due_soon", "supervised", "returned", "closed", "dissatisfied")
BESIDE = frozenset({"show", "cursor", "after", "bbox", "at", "layer"})
"""What an address may say besides its filter."""
REMOVABLE = ("q", "category", "area", "department", "urgency", "source", "since", "until")


@dataclass(frozen=True)
class Chosen:
    """What the URL asks for: the checked form, the filter for queries, and the one jurisdiction it speaks of, if any.

    `values` are the filters in force by the name they have in the URL, `unknown` names that are no filter. An address
    that asks for something unknown lists nothing, on every page alike, instead of more than was asked for.
    """

    form: FilterForm
    wanted: EventFilter
    place: areas.JurisdictionView | None
    values: dict[str, str]
    unknown: tuple[str, ...] = ()

    @property
    def is_wrong(self) -> bool:
        """Something in the address was not understood."""
        return bool(self.form.errors or self.unknown)


def chosen_filter(viewer: Viewer, query: QueryDict) -> Chosen:
    """Read the filter; what is wrong in the URL stands as an error beside its field, and then nothing is wanted."""
    places = queries.jurisdictions(viewer)
    named = [p for p in places if p.code == query.get("place")]
    place = named[0] if named else (places[0] if len(places) == 1 else None)
    form = FilterForm(query, **_options(viewer, places, place))
    form.is_valid()
    given: dict[str, Any] = form.cleaned_data
    zone = ZoneInfo(place.time_zone if place else settings.DISPLAY_TIME_ZONE)
    until = given.get("until")
    wanted = EventFilter(
        jurisdiction=place.id if place else None,
        text=given.get("q", ""),
        state=given.get("state", ""),
        category_path=_category_path(place, given.get("category", "")),
        area_path=given.get("area", ""),
        department_path=given.get("department", ""),
        urgency=given.get("urgency", ""),
        source=given.get("source", ""),
        since=_midnight(given.get("since"), zone),
        until=_midnight(until + timedelta(days=1) if until else None, zone),
        order=given.get("sort") or "recent",
    )
    values = {name: query.get(name, "") for name in FilterForm.base_fields if given.get(name)}
    unknown = tuple(sorted(name for name in query if name not in FilterForm.base_fields and name not in BESIDE))
    chosen = Chosen(form, wanted, place, values, unknown)
    return replace(chosen, wanted=replace(wanted, is_nothing=True)) if chosen.is_wrong else chosen


def state_chips(viewer: Viewer, chosen: Chosen, query: QueryDict) -> list[dict[str, Any]]:
    """The chips above the list; those of open states say how many (kept 15 s for all who see the same rows)."""
    counts = _state_counts(viewer, chosen)
    return [
        {
            "title": gettext(STATE_TITLES[state]),
            "url": address_with(query, state=state),
            "count": counts.get(state),
            "is_current": chosen.wanted.state == state,
        }
        for state in CHIPS
    ]


def _state_counts(viewer: Viewer, chosen: Chosen) -> dict[str, int]:
    whose = scope_key(viewer, "events.view") + ("" if viewer.kind == "official" else f":{viewer.account_id}")
    if chosen.is_wrong:
        return {}
    rest = sorted((k, v) for k, v in chosen.values.items() if k not in ("state", "sort"))
    key = f"events.states:{whose}:{hash((chosen.wanted.jurisdiction, *rest))}"
    kept: dict[str, int] | None = cache.get(key)
    if kept is None:
        kept = queries.state_counts(viewer, chosen.wanted)
        cache.set(key, kept, COUNTED_S)
    return kept


def filter_chips(chosen: Chosen, query: QueryDict) -> list[dict[str, str]]:
    """One removable chip for each filter in force (state and order have controls of their own)."""
    chips = []
    for name in REMOVABLE:
        if name in chosen.values:
            field = chosen.form[name]
            value = chosen.values[name]
            said = str(dict(getattr(field.field, "choices", ())).get(value, value)).strip()
            chips.append({"title": f"{field.label}: {said}", "remove_url": address_with(query, **{name: ""})})
    return chips


def _options(
    viewer: Viewer, places: list[areas.JurisdictionView], place: areas.JurisdictionView | None
) -> dict[str, list[tuple[str, str]]]:
    """The choices of the selects, in the reader's language; trees are indented."""
    options: dict[str, list[tuple[str, str]]] = {
        "places": [(p.code, words(p.title)) for p in places],
        "urgencies": titled(URGENCY_TITLES),
        "sources": titled(SOURCE_TITLES),
    }
    if place is not None:
        found = [a for level in AREA_LEVELS for a in areas.subtree(place.root_path, level=level)]
        top = min((a.level for a in found), default=0)
        options["areas"] = [
            (a.path, indented(words(a.title), a.level - top)) for a in sorted(found, key=lambda a: a.path)
        ]
        options["departments"] = department_options(viewer, place, by="path")
        options["categories"] = category_options(place)
    return options


def category_options(place: areas.JurisdictionView) -> list[tuple[str, str]]:
    """The category tree of a jurisdiction as choices: code and indented title."""
    return [(c.code, indented(words(c.title), c.level - 1)) for c in queries.categories(place)]


def department_options(viewer: Viewer, place: areas.JurisdictionView, *, by: str) -> list[tuple[str, str]]:
    """The departments of a jurisdiction as choices: `code` or `path`, and indented title."""
    found = organisation.departments(viewer, jurisdiction=place.code)
    top = min((d.path.count("/") for d in found), default=0)
    return [(getattr(d, by), indented(words(d.title), d.path.count("/") - top)) for d in found]


def titled(titles: dict[str, str]) -> list[tuple[str, str]]:
    """A table of words as choices in the reader's language."""
    return [(code, gettext(title)) for code, title in titles.items()]


def words(title: Title) -> str:
    """A label in the reader's language."""
    return pick(title, get_language() or settings.LANGUAGE_CODE) if title else ""


def indented(text: str, depth: int) -> str:
    """A choice's text moved right by its depth in a tree (an ideographic space a level)."""
    return "\u3000" * max(0, depth) + text


def _category_path(place: areas.JurisdictionView | None, code: str) -> str:
    if place is None or not code:
        return ""
    return next((c.path for c in queries.categories(place) if c.code == code), "")


def _midnight(day: date | None, zone: ZoneInfo) -> datetime | None:
    return datetime.combine(day, time.min, zone) if day else None
