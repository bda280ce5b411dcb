"""The words and steps of the citizen's pages: what happened, in sentences a neighbour would use."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import get_language, gettext

from yiwang.domains.events.queries.public import CitizenCourse, PublicLine
from yiwang.domains.events.wording import PUBLIC_STATUS_TITLES
from yiwang.kernel.text import N_
from yiwang.kernel.titles import pick

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


@dataclass(frozen=True)
class Step:
    """As `components/steps.html` wants it."""

    title: str
    at: datetime | None
    state: str


def status_title(status: str) -> str:
    """Where an event stands, to somebody outside."""
    return gettext(PUBLIC_STATUS_TITLES[status])


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
