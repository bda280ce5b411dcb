"""The outside API of events: `/api/v1/events/…`. Same actions and queries as the pages, JSON in and out."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from ninja import Field, Query, Router, Schema
from pydantic import AwareDatetime

from yiwang.base.access.request import ViewerRequest
from yiwang.base.areas import queries as areas
from yiwang.base.sent import Sent
from yiwang.domains.events import actions, queries
from yiwang.domains.events.queries import EventFilter, EventView, StoryLine

router = Router(tags=["events"])
Title = dict[str, str]
Moment = Annotated[AwareDatetime, Field(ge=datetime(1900, 1, 1, tzinfo=UTC), le=datetime(2199, 12, 31, tzinfo=UTC))]
"""A time with its zone, within what every clock can show."""


class ReportIn(Sent):
    """A matter reported through the API."""

    jurisdiction: str
    text: Annotated[str, Field(max_length=5_000)]
    source: Annotated[str, Field(pattern=r"^[a-z]{2,16}$")] = "api"
    occurred_at: Moment | None = None
    address: Annotated[str, Field(max_length=300)] = ""
    lon: float | None = None
    lat: float | None = None
    coordinates: Literal["wgs84", "gcj02", "bd09"] = "wgs84"
    category: str = ""
    reporter_name: Annotated[str, Field(max_length=80)] = ""
    reporter_phone: Annotated[str, Field(max_length=40)] = ""
    submission: UUID | None = None


class ReceiptOut(Schema):
    """What the reporter gets."""

    report_number: str
    event_number: str
    follow_code: str
    is_repeat: bool


class EventOut(Schema):
    """An event as lists show it."""

    number: str
    uid: UUID
    title: str
    status: str
    urgency: str
    source: str
    category: Title
    area: Title
    department: Title
    address: str
    lon: float | None
    lat: float | None
    occurred_at: datetime
    due_at: datetime | None
    closed_at: datetime | None
    is_late: bool | None
    n_reports: int
    n_returns: int


class EventsOut(Schema):
    """One page of events and the key of the next."""

    events: list[EventOut]
    after: str


class StoryOut(Schema):
    """One line of an event's history."""

    at: datetime
    by_name: str
    kind: str
    text: str
    data: dict[str, Any]
    is_public: bool


class EventDetailOut(EventOut):
    """An event with its words and its history."""

    text: str
    category_code: str
    department_code: str
    place_quality: str
    grid: str
    story: list[StoryOut]


class EventsQuery(Sent):
    """Filters of the list; `order` is `recent` or `due`."""

    jurisdiction: str = ""
    text: Annotated[str, Field(max_length=100)] = ""
    state: str = ""
    urgency: str = ""
    source: str = ""
    since: Moment | None = None
    until: Moment | None = None
    order: str = "recent"
    after: str = ""
    limit: Annotated[int, Field(ge=1, le=200)] = 50


class DispatchIn(Sent):
    """To whom; without a department the responsibility list decides."""

    department: str = ""
    category: str = ""
    minutes: Annotated[int, Field(ge=1, le=600_000)] | None = None
    reason: str = ""


class WordsIn(Sent):
    """Words that go with a step."""

    text: str = ""


class VerifyIn(WordsIn):
    """The outcome of a check."""

    is_passed: bool


class TransferIn(Sent):
    """Another department and why."""

    department: str
    reason: str


class EvaluationIn(Sent):
    """What the reporter thinks, by the code of the receipt."""

    code: str
    score: int
    text: str = ""


class StatusOut(Schema):
    """Where the event stands after a step."""

    number: str
    status: str
    department_path: str
    due_at: datetime | None


@router.post("/reports", response={201: ReceiptOut})
def report(request: ViewerRequest, body: ReportIn) -> tuple[int, dict[str, Any]]:
    """Report a matter; the same `submission` again returns the first receipt."""
    matter = actions.Matter(
        text=body.text,
        source=body.source,
        occurred_at=body.occurred_at,
        address_text=body.address,
        lon=body.lon,
        lat=body.lat,
        system=body.coordinates,
        category=body.category,
        reporter_name=body.reporter_name,
        reporter_phone=body.reporter_phone,
        submission=body.submission,
    )
    receipt = actions.report_matter(matter, jurisdiction=areas.jurisdiction(body.jurisdiction), by=request.viewer)
    told = {"report_number": receipt.report_number, "event_number": receipt.event_number}
    return 201, {**told, "follow_code": receipt.follow_code, "is_repeat": receipt.is_repeat}


@router.get("/", response=EventsOut)
def listed(request: ViewerRequest, wanted: Query[EventsQuery]) -> dict[str, Any]:
    """One keyset page of the events you may see."""
    fields = wanted.dict(exclude={"jurisdiction", "after", "limit"})
    root = areas.jurisdiction(wanted.jurisdiction).id if wanted.jurisdiction else None
    page = queries.events(
        request.viewer, EventFilter(jurisdiction=root, **fields), after=wanted.after, limit=wanted.limit
    )
    return {"events": page.rows, "after": page.after}


# before /{number}, which would take its address for a number
@router.post("/evaluations", response={204: None}, auth=None)
def evaluate(request: ViewerRequest, body: EvaluationIn) -> tuple[int, None]:
    """Evaluate by the code of the receipt; needs no account."""
    actions.evaluate_event(body.code, score=body.score, text=body.text)
    return 204, None


@router.get("/{number}", response=EventDetailOut)
def detail(request: ViewerRequest, number: str) -> dict[str, Any]:
    """One event with its history."""
    view = queries.event(request.viewer, number)
    return _detail(view, queries.story(request.viewer, number))


@router.post("/{number}/dispatch", response=StatusOut)
def dispatch(request: ViewerRequest, number: str, body: DispatchIn) -> actions.Standing:
    """Give it to a department."""
    uid = queries.event_uid(request.viewer, number)
    return actions.dispatch_event(uid, by=request.viewer, **body.dict())


@router.post("/{number}/accept", response=StatusOut)
def accept(request: ViewerRequest, number: str) -> actions.Standing:
    """Take the handling step."""
    return actions.accept_event(queries.event_uid(request.viewer, number), by=request.viewer)


@router.post("/{number}/handle", response=StatusOut)
def handle(request: ViewerRequest, number: str, body: WordsIn) -> actions.Standing:
    """Say what was done."""
    return actions.handle_event(queries.event_uid(request.viewer, number), by=request.viewer, result=body.text)


@router.post("/{number}/return", response=StatusOut)
def return_(request: ViewerRequest, number: str, body: WordsIn) -> actions.Standing:
    """Say that it is not your department's."""
    return actions.return_event(queries.event_uid(request.viewer, number), by=request.viewer, reason=body.text)


@router.post("/{number}/transfer", response=StatusOut)
def transfer(request: ViewerRequest, number: str, body: TransferIn) -> actions.Standing:
    """Hand it to another department."""
    uid = queries.event_uid(request.viewer, number)
    return actions.transfer_event(uid, by=request.viewer, department=body.department, reason=body.reason)


@router.post("/{number}/withdraw", response=StatusOut)
def withdraw(request: ViewerRequest, number: str, body: WordsIn) -> actions.Standing:
    """Take a dispatched event back; it waits for dispatch again."""
    return actions.withdraw_event(queries.event_uid(request.viewer, number), by=request.viewer, reason=body.text)


@router.post("/{number}/redispatch", response=StatusOut)
def redispatch(request: ViewerRequest, number: str, body: DispatchIn) -> actions.Standing:
    """Take a dispatched event back and give it to another department in one step; needs a reason."""
    uid = queries.event_uid(request.viewer, number)
    return actions.redispatch_event(uid, by=request.viewer, **body.dict())


@router.post("/{number}/release", response=StatusOut)
def release(request: ViewerRequest, number: str, body: WordsIn) -> actions.Standing:
    """Put an accepted event back for others of the department."""
    return actions.release_event(queries.event_uid(request.viewer, number), by=request.viewer, reason=body.text)


@router.post("/{number}/verify", response=StatusOut)
def verify(request: ViewerRequest, number: str, body: VerifyIn) -> actions.Standing:
    """Check the result; not by whoever handled it."""
    uid = queries.event_uid(request.viewer, number)
    return actions.verify_event(uid, by=request.viewer, is_passed=body.is_passed, text=body.text)


@router.post("/{number}/close", response=StatusOut)
def close(request: ViewerRequest, number: str, body: WordsIn) -> actions.Standing:
    """End it."""
    return actions.close_event(queries.event_uid(request.viewer, number), by=request.viewer, text=body.text)


@router.post("/{number}/reopen", response=StatusOut)
def reopen(request: ViewerRequest, number: str, body: WordsIn) -> actions.Standing:
    """Take it up again."""
    return actions.reopen_event(queries.event_uid(request.viewer, number), by=request.viewer, reason=body.text)


def _detail(view: EventView, story: list[StoryLine]) -> dict[str, Any]:
    """The API's shape of an event's page."""
    row = {name: getattr(view.row, name) for name in EventOut.model_fields}
    extra = {"text": view.text, "category_code": view.category_code, "department_code": view.department_code}
    return {**row, **extra, "place_quality": view.place_quality, "grid": view.grid_code, "story": story}
