"""The part of the city a board is turned to: one area below the jurisdiction's root, or the whole."""

from __future__ import annotations

from dataclasses import dataclass

from yiwang.base.areas import queries as areas
from yiwang.base.areas.queries import JurisdictionView
from yiwang.kernel.titles import Title


@dataclass(frozen=True)
class Step:
    """One area on the way down: its code in the address, its name, its level (3 district, 4 street, 5 community)."""

    code: str
    title: Title
    level: int


@dataclass(frozen=True)
class Focus:
    """What is looked at: `path` is "" for the whole, `trail` leads down to the area itself (empty for the whole)."""

    path: str = ""
    trail: tuple[Step, ...] = ()

    @property
    def code(self) -> str:
        """The area's code, "" for the whole."""
        return self.trail[-1].code if self.trail else ""

    @property
    def level(self) -> int:
        """The area's level, 0 for the whole."""
        return self.trail[-1].level if self.trail else 0

    @property
    def above(self) -> tuple[Step, ...]:
        """The areas on the way back."""
        return self.trail[:-1]

    @property
    def here(self) -> Step | None:
        """The area itself."""
        return self.trail[-1] if self.trail else None


WHOLE = Focus()


def focus_on(place: JurisdictionView, code: str) -> Focus:
    """The focus an address names with `?area=<code>`. NotFound when the city has no such area."""
    root = place.root
    if not code or (root is not None and code == root.code):
        return WHOLE
    area = areas.area(code, place.code)
    root_path = place.root_path
    way = [one for one in areas.ancestors(area.path) if one.path.startswith(root_path) and one.path != root_path]
    return Focus(area.path, tuple(Step(one.code, one.title, one.level) for one in way))
