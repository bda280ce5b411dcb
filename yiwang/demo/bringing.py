"""Lets a planned report come in, as whoever takes it: an operator, the grid worker on the spot, or the citizen."""

from __future__ import annotations

from yiwang.base.access import SYSTEM, Viewer
from yiwang.base.areas.queries import JurisdictionView
from yiwang.demo.plan.records import Planned
from yiwang.demo.staff import Staff
from yiwang.demo.truth import submission_of
from yiwang.domains.events import actions

BY_OPERATOR = frozenset({"phone", "letter", "email"})
STREET_CHARACTERS = 6


def bring_in(one: Planned, place: JurisdictionView, staff: Staff, files: tuple[str, ...] = ()) -> actions.Receipt:
    """Report it now; the same report again changes nothing."""
    matter = actions.Matter(
        text=one.text,
        source=one.source,
        occurred_at=one.at,
        address_text=one.address,
        lon=one.lon,
        lat=one.lat,
        category=one.given,
        urgency=one.urgency,
        reporter_name=one.caller.name if one.caller else "",
        reporter_phone=one.caller.phone if one.caller else "",
        files=files,
        submission=submission_of(place.code, one.key),
        is_public=one.is_public,
        element_code=one.element,
        call=submission_of(place.code, f"call/{one.call}") if one.call else None,
    )
    return actions.report_matter(matter, jurisdiction=place, by=_taker(one, place, staff))


def _taker(one: Planned, place: JurisdictionView, staff: Staff) -> Viewer:
    uid = submission_of(place.code, one.key)
    if one.taken_by:
        return staff.named(one.taken_by)
    if one.source in BY_OPERATOR:
        return staff.of_role("operator", uid) or SYSTEM
    if one.source == "patrol":
        return staff.handler(f"street_{one.spot.area_code[:STREET_CHARACTERS]}", uid, one.spot.grid_code) or SYSTEM
    return SYSTEM
