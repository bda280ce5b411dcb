"""Who is late, where and since when: all events of a jurisdiction by department, area, month or kind.

Two shares, because two are in use and they differ: late ÷ all events, and late ÷ those closed with a deadline.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, get_args

from django.db.models import Count, Q
from django.db.models.functions import TruncMonth

from yiwang.base.access import Viewer
from yiwang.base.access.paths import ancestor_paths
from yiwang.base.areas import queries as areas
from yiwang.base.organisation import queries as organisation
from yiwang.domains.events.course import rules_of
from yiwang.domains.events.models import OPEN_STATUSES, Event, Status
from yiwang.domains.events.queries.lists import event_scope
from yiwang.kernel.errors import Invalid
from yiwang.kernel.text import N_
from yiwang.kernel.titles import Title

Grouping = Literal["department", "area", "month", "category"]
COLUMNS: dict[Grouping, str] = {
    "department": "department_id",
    "area": "area_path",
    "month": "month",
    "category": "category_path",
}
Keyed = Callable[[Any], tuple[str, Title] | None]


@dataclass
class Lateness:
    """One group: its code (a month as `2018-04`), its title, and how many events of which sort."""

    code: str
    title: Title
    n: int = 0
    n_open: int = 0
    n_due: int = 0
    """Closed, with a deadline."""
    n_late: int = 0

    @property
    def of_all(self) -> float | None:
        """Late among all events."""
        return self.n_late / self.n if self.n else None

    @property
    def of_due(self) -> float | None:
        """Late among those closed with a deadline."""
        return self.n_late / self.n_due if self.n_due else None


def lateness(viewer: Viewer, jurisdiction: areas.JurisdictionView, *, by: str, level: int = 1) -> list[Lateness]:
    """Lateness by group, most late first (months in order); `level` is that of areas or categories.

    Events of no group (no department yet, an area above the level) stand under the code "". Invalid for an unknown
    grouping.
    """
    if by not in get_args(Grouping):
        raise Invalid(N_("There is no grouping %(name)s."), name=by)
    column = COLUMNS[by]  # type: ignore[index]  # checked in the line above
    scoped = Event.objects.filter(event_scope(viewer), jurisdiction_id=jurisdiction.id)
    found = scoped.exclude(status=Status.MERGED).order_by()
    if by == "month":
        found = found.annotate(month=TruncMonth("occurred_at", tzinfo=rules_of(jurisdiction.id).zone))
    rows = list(
        found.values(column).annotate(
            n=Count("id"),
            n_open=Count("id", filter=Q(status__in=OPEN_STATUSES)),
            n_due=Count("id", filter=Q(is_late__isnull=False)),
            n_late=Count("id", filter=Q(is_late=True)),
        )
    )
    key = _key(by, jurisdiction, level, [row[column] for row in rows])
    groups: dict[str, Lateness] = {}
    for row in rows:
        code, title = key(row[column]) or ("", {})
        group = groups.setdefault(code, Lateness(code, title))
        for name in ("n", "n_open", "n_due", "n_late"):
            setattr(group, name, getattr(group, name) + row[name])
    order = (lambda g: g.code) if by == "month" else (lambda g: (-g.n_late, -g.n, g.code))
    return sorted(groups.values(), key=order)


def _key(by: str, jurisdiction: areas.JurisdictionView, level: int, values: list[Any]) -> Keyed:
    """The function from a column's value to its group."""
    if by == "department":
        departments = organisation.departments_by_id(v for v in values if v is not None)
        return lambda value: (departments[value].code, departments[value].title) if value in departments else None
    if by == "area":
        known = {a.path: (a.code, a.title) for a in areas.subtree(jurisdiction.root_path, level=level)}
        return lambda path: next((known[p] for p in ancestor_paths(path) if p in known), None)
    if by == "category":
        rules = rules_of(jurisdiction.id)

        def category(path: str) -> tuple[str, Title] | None:
            parts = [part for part in path.split("/") if part][:level]
            found = rules.by_code.get(parts[-1]) if parts else None
            return (found.code, found.title) if found else None

        return category

    def month(value: datetime) -> tuple[str, Title]:
        text = f"{value:%Y-%m}"
        return text, {"zh-Hans": text, "en": text}

    return month
