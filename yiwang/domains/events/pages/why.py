"""Why an event lies where it lies, is of its category and went to its department, in words a citizen could follow."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext

from yiwang.base.access import Viewer
from yiwang.base.areas import queries as areas
from yiwang.base.organisation import queries as organisation
from yiwang.domains.events import queries
from yiwang.domains.events.pages.condition_words import condition_in_words
from yiwang.domains.events.pages.filters import words
from yiwang.domains.events.queries import StoryLine
from yiwang.domains.events.queries.around import grid_title
from yiwang.domains.events.wording import QUALITY_TITLES
from yiwang.kernel.text import Text

SHOWN_WORDS = 5


@dataclass(frozen=True)
class Names:
    """Titles by code in the reader's language: what stands for a code on a page."""

    categories: Mapping[str, str]
    departments: Mapping[str, str]
    areas: Mapping[str, str]
    grids: Mapping[str, str] = field(default_factory=dict)

    def grid(self, code: str) -> str:
        """A grid by its title, with its code."""
        title = self.grids.get(code, "")
        return f"{title} {code}" if title else code

    def condition(self, text: str) -> str:
        """A condition of the rules in words."""
        return condition_in_words(text, {"category": self.categories, "area": self.areas})


@dataclass(frozen=True)
class Why:
    """One decision: its question, the answer, the grounds, and the small print."""

    icon: str
    question: str
    answer: str
    grounds: tuple[str, ...]
    small: tuple[str, ...] = ()


def names_of(viewer: Viewer, place: areas.JurisdictionView, view: queries.EventView | None = None) -> Names:
    """The names of a jurisdiction's categories, departments and areas, and of the grid of one event."""
    return Names(
        {one.code: words(one.title) for one in queries.categories(place)},
        {one.code: words(one.title) for one in organisation.departments(viewer, jurisdiction=place.code)},
        {one.code: words(one.title) for one in areas.subtree(place.root_path)} if place.root_path else {},
        {view.grid_code: words(grid_title(view))} if view is not None and view.grid_code else {},
    )


def place_grounds(data: Mapping[str, Any], names: Names) -> list[str]:
    """Sentences about how a place was found."""
    quality = str(data.get("quality"))
    told = {"address": str(data.get("address", "")), "percent": round(float(data.get("score") or 0) * 100)}
    if data.get("facility"):
        named = gettext("The words name the facility “%(code)s” by “%(said)s”; the matter is where it stands.")
        found = [named % {"code": str(data["facility"]), "said": str(data.get("said", ""))}]
    elif quality == "address" and data.get("address"):
        if data.get("score"):
            grounds = [gettext("The address “%(address)s” was found in the list of addresses (fits %(percent)s %%).")]
        else:
            grounds = [gettext("The address “%(address)s” names it.")]
        found = [grounds[0] % told]
    else:
        said = {
            "exact": gettext("The report came with a measured point."),
            "address": gettext("The address names the area."),
            "placeholder": gettext("The source wrote filler coordinates, which say nothing; they are not used."),
            "outside": gettext("The point given lies outside the city and is not used."),
            "none": gettext("There is no point, and the address names no area."),
        }
        found = [said.get(quality) or gettext(QUALITY_TITLES.get(quality, quality))]
    if data.get("grid"):
        found.append(gettext("The point lies in the grid %(grid)s.") % {"grid": names.grid(str(data["grid"]))})
    if data.get("swapped"):
        found.append(gettext("Longitude and latitude were swapped and have been put right."))
    return found


def category_grounds(data: Mapping[str, Any], names: Names) -> list[str]:
    """Sentences about what the classifier made of the text."""
    found = []
    guesses = [(names.categories.get(code, gettext("a former category")), c) for code, c in data.get("guesses", ())]
    if data.get("words"):
        quoted = gettext(", ").join(gettext("“%(text)s”") % {"text": word} for word in data["words"][:SHOWN_WORDS])
        found.append(gettext("The telling words are %(words)s.") % {"words": quoted})
    if guesses:
        title, certainty = guesses[0]
        told = {"category": title, "percent": round(certainty * 100)}
        found.append(gettext("By the wording it is %(category)s with %(percent)s %% certainty.") % told)
    if len(guesses) > 1:
        others = [gettext("%(category)s (%(percent)s %%)") % _told(*guess) for guess in guesses[1:]]
        found.append(gettext("Also thought of: %(others)s.") % {"others": gettext(", ").join(others)})
    return found


def department_grounds(data: Mapping[str, Any], names: Names) -> list[str]:
    """Sentences about why the responsibility list names a department: the row, its condition and its basis."""
    found = []
    for told in data.get("reasons", ()):
        params = dict(told.get("params", {}))
        if params.get("condition"):
            params["condition"] = names.condition(str(params["condition"]))
        sentence = Text(str(told.get("msgid", "")), params).render(gettext)
        sentence = sentence[:1].upper() + sentence[1:]
        if params.get("basis"):
            sentence += gettext(", on the basis of: %(basis)s") % {"basis": params["basis"]}
        found.append(sentence)
    return found


def considered(data: Mapping[str, Any], names: Names) -> list[str]:
    """Every row of the responsibility list that was looked at, and the version of the rules."""
    told = {True: gettext("applies"), False: gettext("does not hold"), None: gettext("not known")}
    lines = [
        gettext("Row %(row)s → %(department)s: %(held)s")
        % {
            "row": one.get("row"),
            "department": names.departments.get(str(one.get("department")), gettext("a former department")),
            "held": told.get(one.get("held"), ""),
        }
        for one in data.get("considered", ())
    ]
    if data.get("version"):
        lines.append(gettext("Version of the rules: %(version)s") % {"version": data["version"]})
    return lines


def reasons_of(view: queries.EventView, story: Sequence[StoryLine], names: Names) -> list[Why]:
    """The three decisions that stand at present, from the last lines of the story that took them."""
    last = {line.kind: line for line in story}
    found = []
    if place := last.get("located") or last.get("not_located"):
        answer = " ".join(words(area.title) for area in areas.ancestors(view.area_path)[-3:]) if view.area_path else ""
        answer = answer or gettext("Nowhere yet")
        found.append(Why("pin", gettext("Why here?"), answer, tuple(place_grounds(place.data, names))))
    found += _category_why(view, story, names)
    found += _department_why(view, story, names)
    return found


def _category_why(view: queries.EventView, story: Sequence[StoryLine], names: Names) -> list[Why]:
    deciding = [line for line in story if line.kind in ("classified", "not_classified", "categorised")]
    answer = " / ".join(words(title) for title in view.category_titles) or gettext("Not known yet")
    if not deciding:
        if not view.category_titles:
            return []
        return [Why("layers", gettext("Why this category?"), answer, (gettext("It was chosen with the report."),))]
    line = deciding[-1]
    if line.kind == "categorised":
        grounds = [gettext("%(name)s chose it.") % {"name": line.by_name or gettext("An official")}]
    else:
        grounds = category_grounds(line.data, names)
        if line.kind == "not_classified":
            grounds.append(gettext("That is not certain enough: a person chooses."))
    return [Why("layers", gettext("Why this category?"), answer, tuple(grounds))]


def _department_why(view: queries.EventView, story: Sequence[StoryLine], names: Names) -> list[Why]:
    deciding = [line for line in story if line.kind in ("dispatched", "not_dispatched", "transferred")]
    if not deciding:
        return []
    line = deciding[-1]
    answer = words(view.row.department) or gettext("None yet")
    by = {"name": line.by_name or gettext("An official")}
    if line.data.get("reasons"):
        grounds = department_grounds(line.data, names)
    elif line.kind == "transferred":
        grounds = [gettext("%(name)s handed it over.") % by]
    else:
        grounds = [gettext("%(name)s decided it by hand.") % by]
    grounds += [line.text] if line.text else []
    return [Why("send", gettext("Why this department?"), answer, tuple(grounds), tuple(considered(line.data, names)))]


def _told(title: str, certainty: float) -> dict[str, Any]:
    return {"category": title, "percent": round(certainty * 100)}
