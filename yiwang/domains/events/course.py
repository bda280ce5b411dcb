"""A jurisdiction's event rules in memory: settings, category tree and responsibility list.

Read from the database once per version and process; a changed version (installing a scene, editing a page) is
noticed within `RECHECK_S`. Every automatic decision names the version it was taken under.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from yiwang.base.areas import queries as areas
from yiwang.domains.events.models import Category, Course, Responsibility
from yiwang.domains.events.schema import EVENT_SCHEMA
from yiwang.domains.events.specs import CourseSpec
from yiwang.kernel.calendar import Calendar, named
from yiwang.kernel.calendar.days import Holidays
from yiwang.kernel.conditions import Condition, condition
from yiwang.kernel.errors import Invalid
from yiwang.kernel.text import N_

RECHECK_S = 5.0


@dataclass(frozen=True)
class CategoryView:
    """A category as the rules use it; limits not given are the parent's."""

    id: int
    code: str
    title: dict[str, str]
    path: str
    level: int
    urgency: str
    accept_minutes: int | None
    handle_minutes: int | None
    calendar: str
    words: tuple[str, ...]
    is_active: bool


@dataclass(frozen=True)
class Duty:
    """A row of the responsibility list with its condition compiled."""

    row: int
    category_path: str
    area_path: str
    condition: Condition | None
    department_id: int
    department_code: str
    department_path: str
    department_title: dict[str, str]
    basis: str


@dataclass(frozen=True)
class Rules:
    """Everything that decides about an event of one jurisdiction, frozen at one version."""

    jurisdiction: areas.JurisdictionView
    version: str
    settings: CourseSpec
    categories: dict[int, CategoryView]
    by_code: dict[str, CategoryView]
    duties: tuple[Duty, ...]
    named_areas: tuple[tuple[str, int, str], ...]
    """Full name, id and path of every area below the root; names of one character would be in any address."""

    @property
    def zone(self) -> ZoneInfo:
        """The jurisdiction's time zone."""
        return ZoneInfo(self.jurisdiction.time_zone)

    def calendar_of(self, category_id: int | None) -> Calendar:
        """The calendar a case of this category runs on, in the jurisdiction's zone and with its holidays."""
        category = self.categories.get(category_id) if category_id else None
        holidays: Holidays = "CN" if self.jurisdiction.calendar == "CN" else "none"
        return named(category.calendar if category else "office", self.jurisdiction.time_zone, holidays)


_loaded: dict[int, tuple[float, Rules]] = {}


def rules_of(jurisdiction_id: int) -> Rules:
    """The rules in force; raises Invalid where no scene has given the jurisdiction an event course."""
    held = _loaded.get(jurisdiction_id)
    moment = time.monotonic()
    if held and moment - held[0] < RECHECK_S:
        return held[1]
    course = Course.objects.select_related("jurisdiction").filter(jurisdiction_id=jurisdiction_id).first()
    if course is None:
        raise Invalid(N_("no event rules are installed for this jurisdiction; install its scene first"))
    rules = held[1] if held and held[1].version == course.version else _load(course)
    _loaded[jurisdiction_id] = (moment, rules)
    return rules


def forget_rules() -> None:
    """Drop what this process holds, after the rules were changed here."""
    _loaded.clear()


def _load(course: Course) -> Rules:
    settings = CourseSpec.model_validate(course.settings)
    jurisdiction = areas.jurisdiction(course.jurisdiction.code)
    categories: dict[int, CategoryView] = {}
    found = Category.objects.filter(jurisdiction_id=course.jurisdiction_id).order_by("level", "id")
    for row in found:
        parent = categories.get(row.parent_id) if row.parent_id else None
        categories[row.id] = CategoryView(
            id=row.id,
            code=row.code,
            title=row.title,
            path=row.path,
            level=row.level,
            urgency=row.urgency,
            accept_minutes=_own(row.accept_minutes, parent.accept_minutes if parent else None),
            handle_minutes=_own(row.handle_minutes, parent.handle_minutes if parent else None),
            calendar=row.calendar or (parent.calendar if parent else "office"),
            words=tuple(row.words),
            is_active=row.is_active,
        )
    return Rules(
        jurisdiction=jurisdiction,
        version=course.version,
        settings=settings,
        categories=categories,
        by_code={c.code: c for c in categories.values()},
        duties=tuple(_duties(course)),
        named_areas=_named_areas(jurisdiction),
    )


def _own(minutes: int | None, above: int | None) -> int | None:
    """A limit, where none is given the parent's; 0 is one: without limit."""
    return above if minutes is None else minutes


def _named_areas(jurisdiction: areas.JurisdictionView) -> tuple[tuple[str, int, str], ...]:
    found = [a for a in areas.subtree(jurisdiction.root_path) if a.path != jurisdiction.root_path]
    return tuple((name, a.id, a.path) for a in found for name in set(a.title.values()) if len(name) > 1)


def _duties(course: Course) -> list[Duty]:
    """The list, most specific first: deeper category, then deeper area, then with a condition, then the earlier row."""
    rows = Responsibility.objects.filter(jurisdiction_id=course.jurisdiction_id).select_related(
        "category", "area", "department"
    )
    duties = [
        Duty(
            row=r.row,
            category_path=r.category.path if r.category else "",
            area_path=r.area.path if r.area else "",
            condition=condition(r.condition, EVENT_SCHEMA) if r.condition else None,
            department_id=r.department_id,
            department_code=r.department.code,
            department_path=r.department.path,
            department_title=r.department.title,
            basis=r.basis,
        )
        for r in rows
    ]
    return sorted(
        duties, key=lambda d: (-d.category_path.count("/"), -d.area_path.count("/"), d.condition is None, d.row)
    )
