"""The filter of my work: read from the URL, said in words, kept under names of one's own."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, cast

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from yiwang.base.access import Viewer
from yiwang.base.areas import queries as areas
from yiwang.domains.events import queries
from yiwang.domains.events.forms import LongSelect, offer
from yiwang.domains.events.pages.asking import address_with
from yiwang.domains.events.pages.filters import AREA_LEVELS, category_options, indented, titled, words
from yiwang.domains.events.queries.work import ClockState, WorkFilter
from yiwang.domains.events.wording import URGENCY_TITLES
from yiwang.engines.flow.queries import Whose
from yiwang.kernel.text import N_

TABS = ("mine", "department", "all", "done")
CLOCK_TITLES = {
    "overdue": N_("Overdue"),
    "soon": N_("Due within four hours"),
    "later": N_("Due later"),
    "none": N_("Without a limit of its own"),
}
FILTERS = ("clock", "area", "category", "urgency")


class WorkForm(forms.Form):
    """What narrows my work; every field may be left out."""

    clock = forms.ChoiceField(label=_("Clock"), required=False)
    area = forms.ChoiceField(label=_("Street"), widget=LongSelect, required=False)
    category = forms.ChoiceField(label=_("Category"), widget=LongSelect, required=False)
    urgency = forms.ChoiceField(label=_("Urgency"), required=False)

    def __init__(self, data: Any, **offers: list[tuple[str, str]]) -> None:
        super().__init__(data, auto_id="work_%s")
        firsts = {"clock": _("Any clock"), "area": _("All streets"), "category": _("All categories")}
        firsts["urgency"] = _("Any urgency")
        offer(self, {name: [("", firsts[name]), *offers.get(name, [])] for name in FILTERS})
        for field in self.fields.values():
            field.widget.attrs["aria-label"] = field.label


@dataclass(frozen=True)
class ChosenWork:
    """What the URL asks for: the checked form, the filter, and its values in force by their name in the URL."""

    tab: str
    form: WorkForm
    wanted: WorkFilter
    values: dict[str, str]

    @property
    def is_wrong(self) -> bool:
        """The URL asks for something this page does not know; nothing is listed then."""
        return bool(self.form.errors)


def chosen_work(viewer: Viewer, query: QueryDict, tab: str) -> ChosenWork:
    """Read the filter of my work from the URL."""
    places = queries.jurisdictions(viewer)
    place = places[0] if len(places) == 1 else None
    offers = {"clock": titled(CLOCK_TITLES), "urgency": titled(URGENCY_TITLES)}
    paths: dict[str, str] = {}
    if place is not None:
        found = [a for level in AREA_LEVELS for a in areas.subtree(place.root_path, level=level)]
        top = min((a.level for a in found), default=0)
        found.sort(key=lambda a: a.path)
        offers["area"] = [(a.path, indented(words(a.title), a.level - top)) for a in found]
        offers["category"] = category_options(place)
        paths = {c.code: c.path for c in queries.categories(place)}
    form = WorkForm(query, **offers)
    form.is_valid()
    given = form.cleaned_data
    wanted = WorkFilter(
        whose=cast(Whose, tab if tab != "done" else "mine"),
        area_path=given.get("area", ""),
        category_path=paths.get(given.get("category", ""), ""),
        urgency=given.get("urgency", ""),
        clock=cast(ClockState, given.get("clock", "")),
    )
    return ChosenWork(tab, form, wanted, {name: given[name] for name in FILTERS if given.get(name)})


def chips_of(form: forms.Form, names: tuple[str, ...], query: QueryDict) -> list[dict[str, str]]:
    """One removable chip, in words, for each filter in force; what is not known is named as it stands in the URL."""
    chips = []
    for name in names:
        value = query.get(name, "")
        if not value:
            continue
        field = form[name]
        said = str(dict(getattr(field.field, "choices", ())).get(value, value)).strip()
        chips.append({"title": f"{field.label}: {said}", "remove_url": address_with(query, **{name: ""})})
    return chips
