"""Small look-ups that forms, imports and the demo need: categories, time zone, who has an event now."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from yiwang.base.access import Grant, Viewer
from yiwang.base.access.paths import covers, join_path
from yiwang.base.areas import queries as areas
from yiwang.domains.events.actions.reporting import follow_code
from yiwang.domains.events.course import CategoryView, rules_of
from yiwang.domains.events.models import Course, Event, Report


def jurisdictions(viewer: Viewer, permission: str = "events.view") -> list[areas.JurisdictionView]:
    """The jurisdictions with event rules in which a grant of the viewer reaches anything, by code."""
    ruled = set(Course.objects.values_list("jurisdiction_id", flat=True))
    found = [place for place in areas.jurisdictions() if place.id in ruled]
    if viewer.is_system:
        return found
    grants = viewer.grants_of(permission)
    return [place for place in found if any(_reaches(grant, place) for grant in grants)]


def _reaches(grant: Grant, place: areas.JurisdictionView) -> bool:
    """Whether a grant's two subtrees both meet a jurisdiction's."""
    home = join_path("", place.code)
    pairs = ((grant.area_path, place.root_path), (grant.department_path, home))
    return all(covers(one, other) or covers(other, one) for one, other in pairs)


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


@dataclass(frozen=True)
class Reported:
    """What became of a submission: its event, and the code its reporter follows it by."""

    event_uid: UUID
    follow_code: str


def reported(submission: UUID) -> Reported | None:
    """The event a submission was taken in as, None when it was not; only whoever sent it knows its submission."""
    found = Report.objects.filter(submission=submission).values_list("uid", "event__uid").first()
    return Reported(found[1], follow_code(found[0])) if found else None
