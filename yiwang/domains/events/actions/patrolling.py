"""What somebody sees on their round: reported, or reported and settled on the spot in one go (当场处置)."""

from __future__ import annotations

from dataclasses import replace

from yiwang.base.access import Viewer, require
from yiwang.base.access.paths import covers
from yiwang.base.areas.queries import JurisdictionView
from yiwang.base.deeds import deed
from yiwang.base.organisation import queries as organisation
from yiwang.domains.events.actions.coursing import handle_event
from yiwang.domains.events.actions.reporting import Matter, Receipt, receipt_of, report_matter
from yiwang.domains.events.course import rules_of
from yiwang.domains.events.locating import locate_matter
from yiwang.domains.events.models import Report
from yiwang.kernel.errors import Invalid
from yiwang.kernel.text import N_, Text

PATROL, HANDLE = "events.patrol", "events.handle"


def report_patrol(
    matter: Matter, *, jurisdiction: JurisdictionView, by: Viewer, result: str = "", after: tuple[str, ...] = ()
) -> Receipt:
    """Take in what an official saw; needs `events.patrol`. The same `submission` again returns the first receipt.

    With a `result` they have settled it themselves: the event goes to their own department, is handled by them at once
    (`matter.files` show how it was found, `after` how it was left) and waits for somebody else's check like any other.
    Invalid (`result`) where no post of theirs handles events at that place.
    """
    require(by, PATROL)
    first = matter.submission and Report.objects.filter(submission=matter.submission).select_related("event").first()
    if first:
        return receipt_of(first, is_repeat=True)
    if not result.strip():
        return report_matter(matter, jurisdiction=jurisdiction, by=by)
    with deed("events.report_settled", by=by, subject=f"patrol:{matter.submission}") as d:
        d.area_path = jurisdiction.root_path
        own = replace(matter, in_hand=_own_department(matter, jurisdiction, by))
        receipt = report_matter(own, jurisdiction=jurisdiction, by=by)
        handle_event(
            receipt.event_uid,
            by=by,
            result=result,
            before=matter.files,
            files=after,
            submission=matter.submission,
        )
        d.note(number=receipt.event_number)
    return receipt


def _own_department(matter: Matter, jurisdiction: JurisdictionView, by: Viewer) -> str:
    """The code of the official's own department that may handle events where this one lies."""
    where = locate_matter(matter, rules_of(jurisdiction.id), text=matter.text, element_code=matter.element_code)
    own = [
        one
        for one in organisation.departments_by_id(by.department_ids).values()
        if one.jurisdiction == jurisdiction.code
    ]
    for one in own:
        # the area is asked for even where a post may work on all its department has: this is about being there
        if any(
            covers(grant.department_path, one.path) and covers(grant.area_path, where.area_path)
            for grant in by.grants_of(HANDLE)
        ):
            return one.code
    wrong = (
        Text(N_("This place lies outside the area you look after; please report it without “settled on the spot”."))
        if where.is_known
        else Text(
            N_("To settle it yourself the place must be known: take your position, or name the street and number.")
        )
    )
    raise Invalid(wrong, fields={"result": [wrong]})
