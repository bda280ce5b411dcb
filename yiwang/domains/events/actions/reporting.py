"""A matter comes in: located, classified, placed by the responsibility list, and on its way — in one transaction."""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings

from yiwang.base.access import SYSTEM, Viewer
from yiwang.base.areas import queries as areas
from yiwang.base.deeds import deed
from yiwang.base.files.actions import attach_files
from yiwang.base.prepared import insert
from yiwang.domains.events import search
from yiwang.domains.events.actions.coursing import start_course
from yiwang.domains.events.actions.merging import join_event, target_of, told_join
from yiwang.domains.events.actions.story import tell
from yiwang.domains.events.classify.deciding import Classified, classify_text
from yiwang.domains.events.course import CategoryView, Rules, rules_of
from yiwang.domains.events.locating import Whereabouts, locate_matter
from yiwang.domains.events.models import Event, EventEntry, PlaceQuality, Report, Status, Urgency
from yiwang.domains.events.numbers import event_number, report_number
from yiwang.domains.events.titling import event_title
from yiwang.kernel.clock import now
from yiwang.kernel.codes import phone
from yiwang.kernel.coordinates import System
from yiwang.kernel.errors import Invalid, NotFound
from yiwang.kernel.ids import new_uid
from yiwang.kernel.text import N_, Text

MAX_TEXT = 5_000
FUTURE_ALLOWED = timedelta(minutes=10)
EARLIEST_YEAR = 1900
"""Years before are typing errors, and the first ones cannot be told in every zone."""


@dataclass(frozen=True)
class Matter:
    """What a source says. Coordinates are in `system` (wgs84, gcj02, bd09); `submission` makes a repeat harmless."""

    text: str
    source: str = "web"
    occurred_at: datetime | None = None
    address_text: str = ""
    lon: float | None = None
    lat: float | None = None
    system: System = "wgs84"
    category: str = ""
    is_rough: bool = False
    """The category is a layman's first choice: a narrower one below it is taken where the classifier is certain."""
    area: str = ""
    """Code of the area somebody named; counts where no point lies inside the city."""
    urgency: str = ""
    """How fast it wants hands; "" takes the category's."""
    reporter_name: str = ""
    reporter_phone: str = ""
    files: tuple[str, ...] = ()
    submission: UUID | None = None
    is_public: bool = False
    extra: Mapping[str, Any] = field(default_factory=dict)
    element_code: str = ""
    """The facility it is about, where somebody scanned or named one."""
    joins: str = ""
    """Number of the open event that is the same matter: the report comes in merged into it."""
    call: UUID | None = None
    """Reports with the same one were said in one call or letter."""
    in_hand: str = ""
    """Code of the department whose official has it in hand already: the responsibility list is not asked."""


@dataclass(frozen=True)
class Receipt:
    """What the reporter gets: numbers, and the code by which they can follow and evaluate without an account."""

    report_number: str
    event_number: str
    event_uid: UUID
    follow_code: str
    is_repeat: bool = False
    joined: str = ""
    """Number of the event it was merged into at once, "" for none."""


def report_matter(matter: Matter, *, jurisdiction: areas.JurisdictionView, by: Viewer) -> Receipt:
    """Take in one matter and set it on its course.

    Raises Invalid with the faulty fields named. The same `submission` again returns the first receipt. Joining an
    event needs `events.dispatch` over it, as merging does.
    """
    if matter.submission and (
        first := Report.objects.filter(submission=matter.submission).select_related("event").first()
    ):
        return receipt_of(first, is_repeat=True)
    check_matter(matter)
    rules = rules_of(jurisdiction.id)
    where = _whereabouts(matter, rules)
    target = target_of(matter.joins, jurisdiction.id, by) if matter.joins else None
    if target is not None and target.category is not None and not matter.category:
        matter = replace(matter, category=target.category.code)
    category, classified = _categorise(matter, rules)
    at = now()
    event, report = _rows(matter, jurisdiction, where, category, classified, at, by)
    with deed("events.report_matter", by=by, subject=f"event:{event.uid}", area_path=where.area_path) as d:
        if target is None:
            started = start_course(event, rules, at=at, by=by, in_hand=matter.in_hand)
        else:
            join_event(event, target.pk, at=at)
            started = []
        insert([event])
        report.event = event
        insert([report])
        if matter.files:
            # whoever calls has seen to it that these are the reporter's own; nobody knows an anonymous one's account
            attach_files(map(UUID, matter.files), subject=f"report:{report.uid}", by=SYSTEM)
        entries = [
            tell(event, "reported", at=at, by=by, text=matter.text, is_public=True, source=matter.source),
            *_told_decisions(event, where, category, classified, at),
            *started,
        ]
        if target is not None:
            entries += told_join(event, target, at=at, by=by)
            d.announce("event.changed", version=1, subject=str(target.uid), payload={"verb": "join_event"})
        insert(entries)
        search.index_event(event, category.title if category else {})
        d.announce("event.reported", version=1, subject=str(event.uid), payload={"source": event.source})
    return receipt_of(report)


def check_matter(matter: Matter) -> None:
    """Raise Invalid naming every field that is wrong."""
    wrong: dict[str, list[Text]] = {}
    if not matter.text.strip():
        wrong["text"] = [Text(N_("Please say what is the matter."))]
    elif len(matter.text) > MAX_TEXT:
        wrong["text"] = [Text(N_("The text is longer than %(most)s characters."), {"most": MAX_TEXT})]
    if matter.occurred_at and matter.occurred_at.year < EARLIEST_YEAR:
        wrong["occurred_at"] = [Text(N_("This time lies too far back."))]
    elif matter.occurred_at and (
        matter.occurred_at.year > now().year + 1 or matter.occurred_at > now() + FUTURE_ALLOWED
    ):
        wrong["occurred_at"] = [Text(N_("This time lies in the future."))]
    if (matter.lon is None) != (matter.lat is None):
        wrong["lon"] = [Text(N_("A place needs both longitude and latitude."))]
    if matter.reporter_phone and (bad := phone.problem(matter.reporter_phone)):
        wrong["reporter_phone"] = [bad]
    if matter.urgency and matter.urgency not in Urgency.values:
        wrong["urgency"] = [Text(N_("There is no such urgency."))]
    if wrong:
        raise Invalid(N_("Some entries need another look."), fields=wrong)


def follow_code(report_uid: UUID) -> str:
    """The code of a report: derived from its uid with the installation's secret, so a repeat gives the same one.

    Twelve base-32 characters (60 bits) in groups of four; only its digest is stored.
    """
    mac = hmac.new(settings.SECRET_KEY.encode(), b"follow:" + report_uid.bytes, hashlib.sha256).digest()
    code = base64.b32encode(mac)[:12].decode()
    return "-".join((code[:4], code[4:8], code[8:]))


def follow_digest(code: str) -> str:
    """What is stored and looked up for a code; blanks, dashes and case do not matter."""
    plain = "".join(c for c in code.upper() if c.isalnum())
    return hashlib.sha256(plain.encode()).hexdigest()


def _categorise(matter: Matter, rules: Rules) -> tuple[CategoryView | None, Classified | None]:
    """The category somebody chose, else the classifier's when it is certain enough."""
    if matter.category:
        chosen = rules.by_code.get(matter.category)
        if chosen is None or not chosen.is_active:
            unknown = Text(N_("There is no category “%(code)s” here."), {"code": matter.category})
            raise Invalid(N_("Some entries need another look."), fields={"category": [unknown]})
        return _narrowed(chosen, matter, rules) if matter.is_rough else (chosen, None)
    classified = classify_text(matter.text, rules)
    code = classified.code if classified.is_sure else None
    return (rules.by_code.get(code) if code else None), classified


def _narrowed(chosen: CategoryView, matter: Matter, rules: Rules) -> tuple[CategoryView, Classified | None]:
    """The classifier's answer where it lies below the chosen category and is certain enough, else the chosen one.

    Without this a gas leak put under "public safety" would run on that class's slower clock.
    """
    classified = classify_text(matter.text, rules)
    finer = rules.by_code.get(classified.code)
    is_below = finer is not None and finer.path.startswith(chosen.path) and finer.id != chosen.id
    if finer is None or not is_below or not classified.is_sure:
        return chosen, None
    return finer, classified


def _whereabouts(matter: Matter, rules: Rules) -> Whereabouts:
    """Where a matter is: by its point, else by the area named. Invalid for an area the jurisdiction does not have."""
    where = locate_matter(matter, rules, text=matter.text, element_code=matter.element_code)
    if where.lon is not None or not matter.area:
        return where
    try:
        named = areas.area(matter.area, rules.jurisdiction.code)
    except NotFound as failure:
        raise Invalid(N_("Some entries need another look."), fields={"area": [failure.text]}) from None
    return replace(where, quality=PlaceQuality.ADDRESS, area_id=named.id, area_path=named.path)


def _rows(
    matter: Matter,
    jurisdiction: areas.JurisdictionView,
    where: Whereabouts,
    category: CategoryView | None,
    classified: Classified | None,
    at: datetime,
    by: Viewer,
) -> tuple[Event, Report]:
    """The event and the report as they are first saved."""
    occurred_at = matter.occurred_at or at
    element_code = matter.element_code or where.facility
    place = {"lon": where.lon, "lat": where.lat, "place_quality": where.quality, "address_text": matter.address_text}
    event = Event(
        jurisdiction_id=jurisdiction.id,
        title=event_title(matter.text, category),
        text=matter.text,
        category_id=category.id if category else None,
        category_path=category.path if category else "",
        urgency=matter.urgency or (category.urgency if category else Urgency.NORMAL),
        area_id=where.area_id,
        area_path=where.area_path,
        grid_code=where.grid_code,
        cell=where.cell,
        status=Status.RECEIVED,
        source=matter.source,
        is_public=matter.is_public,
        element_code=element_code,
        occurred_at=occurred_at,
        recorded_at=at,
        changed_at=at,
        **place,
    )
    uid = new_uid()
    report = Report(
        uid=uid,
        jurisdiction_id=jurisdiction.id,
        source=matter.source,
        occurred_at=occurred_at,
        recorded_at=at,
        reporter_id=by.account_id if by.kind in ("citizen", "company") else None,
        reporter_name=matter.reporter_name,
        reporter_phone=matter.reporter_phone,
        text=matter.text,
        classified=classified.as_json() if classified else None,
        given_category=matter.category,
        files=list(matter.files),
        extra=dict(matter.extra),
        follow_hash=follow_digest(follow_code(uid)),
        submission=matter.submission,
        element_code=element_code,
        call=matter.call,
        **place,
    )
    return event, report


def _told_decisions(
    event: Event, where: Whereabouts, category: CategoryView | None, classified: Classified | None, at: datetime
) -> list[EventEntry]:
    """Entries for what the platform decided by itself: the place and the category, with why."""
    entries = [tell(event, "located" if where.is_known else "not_located", at=at, by=SYSTEM, **where.as_json())]
    if classified is not None:
        kind = "classified" if category else "not_classified"
        entries.append(tell(event, kind, at=at, by=SYSTEM, **classified.as_json()))
    return entries


def receipt_of(report: Report, *, is_repeat: bool = False) -> Receipt:
    """The receipt of a saved report (for this package): the same one again for a repeated submission."""
    event = report.event
    return Receipt(
        report_number=report_number(report.pk),
        event_number=event_number(event.pk),
        event_uid=event.uid,
        follow_code=follow_code(report.uid),
        is_repeat=is_repeat,
        joined=event_number(event.merged_into_id) if event.merged_into_id else "",
    )
