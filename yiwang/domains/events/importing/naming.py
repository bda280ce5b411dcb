"""What other systems call things → ours: categories, departments and areas by code or by title in any language.

A name that several have names none of them, unless the levels above tell them apart: guessing wrong would send a case
to the wrong people and count it in the wrong place.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Protocol, TypeVar

from yiwang.domains.events.course import CategoryView, Rules
from yiwang.kernel.errors import Invalid
from yiwang.kernel.text import N_

LEVELS = " / "
Thing = TypeVar("Thing", bound="Titled")


def plain(name: str) -> str:
    """A name as names are compared: without blanks and case."""
    return "".join(name.split()).casefold()


class CategoryNames:
    """Finds categories by what a row calls them."""

    def __init__(self, rules: Rules) -> None:
        self._rules = rules
        self._named: dict[str, list[CategoryView]] = defaultdict(list)
        self._found: dict[str, CategoryView | None] = {}
        for category in rules.categories.values():
            if category.is_active:
                for name in {plain(each) for each in (category.code, *category.title.values())}:
                    self._named[name].append(category)

    def find(self, given: str) -> CategoryView | None:
        """The category a row names, None when there is none.

        "市容环境 / 垃圾堆积" are levels: the last one counts, the others choose between equal names; so does being the
        lowest. Invalid when several are left.
        """
        if given not in self._found:
            self._found[given] = self._search(given)
        return self._found[given]

    def _search(self, given: str) -> CategoryView | None:
        parts = [plain(part) for part in given.split(LEVELS) if part.strip()]
        found = self._named.get(plain(given)) or (self._named.get(parts[-1]) if parts else None)
        if not found:
            return None
        if len(found) > 1 and len(parts) > 1:
            above = set(parts[:-1])
            found = [category for category in found if above <= self._names_above(category)] or found
        if len(found) > 1:
            lowest = max(category.level for category in found)
            found = [category for category in found if category.level == lowest]
        if len(found) > 1:
            codes = ", ".join(sorted(category.code for category in found))
            raise Invalid(N_("“%(name)s” names several categories: %(codes)s."), name=given[:80], codes=codes)
        return found[0]

    def _names_above(self, category: CategoryView) -> set[str]:
        codes = [code for code in category.path.split("/") if code][:-1]
        upper = [self._rules.by_code[code] for code in codes if code in self._rules.by_code]
        return {plain(name) for each in upper for name in (each.code, *each.title.values())}


class Titled(Protocol):
    """What has a code and titles."""

    @property
    def code(self) -> str:
        """Unique among its kind."""

    @property
    def title(self) -> Mapping[str, str]:
        """By language."""


def by_name(things: Iterable[Thing]) -> dict[str, Thing]:
    """Things by compared code and title; a title that several have stands for none, a code always for its own."""
    given = list(things)
    found: dict[str, list[Thing]] = defaultdict(list)
    for thing in given:
        for name in {plain(title) for title in thing.title.values()}:
            found[name].append(thing)
    return {name: same[0] for name, same in found.items() if len(same) == 1} | {plain(t.code): t for t in given}
