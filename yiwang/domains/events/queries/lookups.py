"""Small look-ups that forms, imports and the demo need: categories, time zone, who has an event now."""

from __future__ import annotations

from uuid import UUID

from yiwang.base.areas import queries as areas
from yiwang.domains.events.course import CategoryView, rules_of
from yiwang.domains.events.models import Event


def categories(jurisdiction: areas.JurisdictionView) -> list[CategoryView]:
    """The categories in use, in tree order. Public facts."""
    rules = rules_of(jurisdiction.id)
    return sorted((c for c in rules.categories.values() if c.is_active), key=lambda c: c.path)


def categories_by_title(jurisdiction: areas.JurisdictionView, language: str) -> dict[str, str]:
    """Code by title in one language; of equal titles the deepest category wins."""
    return {c.title.get(language, ""): c.code for c in sorted(categories(jurisdiction), key=lambda c: c.level)}


def department_of(uid: UUID) -> str:
    """Code of the department that has the event now, "" when none has."""
    return Event.objects.filter(uid=uid).values_list("department__code", flat=True).first() or ""
