"""The words and steps of the citizen's pages: what happened, in sentences a neighbour would use."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.utils import dateformat
from django.utils.translation import get_language, gettext, pgettext

from yiwang.domains.events.queries.public import CitizenCourse, PublicLine
from yiwang.domains.events.wording import PUBLIC_STATUS_TITLES
from yiwang.kernel.clock import now
from yiwang.kernel.text import N_
from yiwang.kernel.titles import Title, pick

LINES = {
    "reported": N_("You sent the report"),
    "imported": N_("Your report was taken over from another system"),
    "dispatched": N_("It went to %(department)s"),
    "rejected": N_("It was not taken up"),
    "accepted": N_("Somebody began to work on it"),
    "handled": N_("The work was done"),
    "verified": N_("Somebody else checked the result"),
    "closed": N_("It was closed"),
    "reopened": N_("It was taken up again"),
    "merged": N_("Others reported the same; it is handled together with theirs"),
    "unmerged": N_("It is handled on its own again"),
}
NO_DEPARTMENT = N_("the department in charge")
STEPS = (
    ("received", N_("Received")),
    ("dispatched", N_("Given to the department")),
    ("handling", N_("Being worked on")),
    ("verifying", N_("Result being checked")),
    ("closed", N_("Completed")),
)
REACHED = {"received": 0, "dispatched": 1, "handling": 2, "verifying": 3, "closing": 3, "closed": 5, "merged": 1}
"""How many of the steps lie behind an event in this status."""
STEP_OF_LINE = {"reported": 0, "imported": 0, "dispatched": 1, "accepted": 2, "handled": 3, "closed": 4}
WEEKDAYS = (
    *(N_("Monday"), N_("Tuesday"), N_("Wednesday"), N_("Thursday"), N_("Friday"), N_("Saturday"), N_("Sunday")),
)
NEXT_DAYS = 6
"""So many days ahead a weekday says more than a date."""


@dataclass(frozen=True)
class Step:
    """As `components/steps.html` wants it."""

    title: str
    at: datetime | None
    state: str


def status_title(status: str) -> str:
    """Where an event stands, to somebody outside."""
    return gettext(PUBLIC_STATUS_TITLES[status])


def sentence(
    status: str,
    department: Title,
    due_at: datetime | None,
    closed_at: datetime | None,
    time_zone: str,
    *,
    is_rated: bool = False,
) -> str:
    """Where a matter stands and until when, in one sentence: "It is with the roads office; answer by Wed 5 pm"."""
    zone = ZoneInfo(time_zone)
    who = pick(department, get_language() or "") if department else gettext(NO_DEPARTMENT)
    told = {"department": who, "due": by_when(due_at, zone) if due_at else "", "at": spoken(closed_at, zone)}
    is_late = due_at is not None and due_at < now()
    if status in ("dispatched", "handling") and is_late:
        return gettext("%(department)s has it and is late; the deadline was %(due)s.") % told
    texts = {
        "received": N_("We have it. A dispatcher reads it and gives it to the department in charge."),
        "dispatched": N_("It has gone to %(department)s, to be answered by %(due)s."),
        "handling": N_("%(department)s is working on it, to be answered by %(due)s."),
        "verifying": N_("%(department)s says it is done. Somebody else is checking the result."),
        "closing": N_("The result has been checked and is being closed."),
        "closed": N_("It was completed %(at)s. Please say whether it is solved."),
        "merged": N_("It is handled together with an earlier report."),
        "rejected": N_("It was not taken up. The reason stands below."),
    }
    if status == "closed" and is_rated:
        return gettext("It was completed %(at)s. Thank you for your evaluation.") % told
    if status in ("dispatched", "handling") and not due_at:
        return gettext("It is with %(department)s.") % told
    return gettext(texts[status]) % told


def by_when(at: datetime, zone: ZoneInfo) -> str:
    """A deadline as people say it: "today 5 pm", "Wednesday 5 pm", "3 Dec 5 pm"."""
    local = at.astimezone(zone)
    return gettext("%(day)s %(hour)s") % {"day": _day(local), "hour": _hour(local)}


def spoken(at: datetime | None, zone: ZoneInfo) -> str:
    """A moment that has passed, as people say it."""
    return by_when(at, zone) if at else ""


def _day(local: datetime) -> str:
    today = now().astimezone(local.tzinfo).date()
    near = {
        today: gettext("today"),
        today - timedelta(days=1): gettext("yesterday"),
        today + timedelta(days=1): gettext("tomorrow"),
    }
    if local.date() in near:
        return near[local.date()]
    if today < local.date() <= today + timedelta(days=NEXT_DAYS):
        return gettext(WEEKDAYS[local.weekday()])
    pattern = (
        pgettext("date pattern", "j M") if local.year == today.year else pgettext("date pattern with year", "j M Y")
    )
    return dateformat.format(local.date(), pattern)


def _hour(local: datetime) -> str:
    """5 pm, 5:30 pm; in Chinese with the five parts of the day."""
    told = {"half": _half(local.hour), "hour": local.hour % 12 or 12, "minute": f"{local.minute:02}"}
    if local.minute:
        return gettext("%(hour)s:%(minute)s %(half)s") % told
    return gettext("%(hour)s %(half)s") % told


def _half(hour: int) -> str:
    if hour < 12:
        return pgettext("before dawn", "am") if hour < 6 else pgettext("in the morning", "am")
    if hour < 18:
        return pgettext("at noon", "pm") if hour == 12 else pgettext("in the afternoon", "pm")
    return pgettext("in the evening", "pm")


def steps(course: CitizenCourse) -> list[Step]:
    """The five steps with when each was reached; two for a report that was not taken up."""
    status = course.seen.status
    reached = _moments(course.lines)
    if status == "rejected":
        ended = course.lines[-1].at if course.lines else None
        return [
            Step(gettext("Received"), reached.get(0), "done"),
            Step(gettext("Not taken up"), ended, "current"),
        ]
    behind = REACHED[status]
    return [
        Step(
            gettext(title),
            reached.get(number) if number <= behind else None,
            "done" if number < behind else "current" if number == behind else "",
        )
        for number, (_, title) in enumerate(STEPS)
    ]


def _moments(lines: tuple[PublicLine, ...]) -> dict[int, datetime]:
    """When each step was last reached; taking a matter up again wipes what came after the dispatch."""
    reached: dict[int, datetime] = {}
    for line in lines:
        if line.kind == "reopened":
            reached = {number: at for number, at in reached.items() if number < 2}
        elif line.kind in STEP_OF_LINE:
            reached[STEP_OF_LINE[line.kind]] = line.at
    return reached


def timeline(course: CitizenCourse) -> list[dict[str, object]]:
    """The lines for `components/timeline.html`, newest first; kinds without words for citizens are left out."""
    return [
        {"title": line_title(line), "at": line.at, "body": line.text}
        for line in reversed(course.lines)
        if line.kind in LINES
    ]


def line_title(line: PublicLine) -> str:
    """One line of the course in words."""
    words = gettext(LINES[line.kind])
    if "%(department)s" not in words:
        return words
    name = pick(line.department, get_language() or "") if line.department else gettext(NO_DEPARTMENT)
    return words % {"department": name}
