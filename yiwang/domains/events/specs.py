"""What a scene may say about events, in `rules/`: `categories.csv`, `responsibilities.csv`, `course.yaml`."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from yiwang.kernel.specs import Defines, Id, Refers, Spec

Code = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_.-]{1,64}$")]
StepStatus = Literal["received", "dispatched", "verifying", "closing"]
EndStatus = Literal["closed", "rejected"]
Word = Annotated[str, StringConstraints(min_length=2, max_length=40, strip_whitespace=True)]
Synonyms = Annotated[tuple[Word, ...], Field(min_length=2, max_length=20)]
Share = Annotated[float, Field(ge=0, le=1)]


class CategoryRow(Spec):
    """A row of `categories.csv`; parents stand before their children."""

    code: Annotated[Code, Defines("categories")]
    parent: Annotated[Code | None, Refers("categories")] = None
    title_zh: Annotated[str, StringConstraints(min_length=1, max_length=120)]
    title_en: Annotated[str, StringConstraints(min_length=1, max_length=160)]
    urgency: Literal["normal", "urgent", "critical"] = "normal"
    accept_minutes: Annotated[int, Field(ge=0, le=600_000)] | None = None
    """Working minutes to take the work item; empty: the parent's; 0: no limit."""
    handle_minutes: Annotated[int, Field(ge=0, le=600_000)] | None = None
    """Working minutes from dispatch to handled; empty: the parent's; 0: no limit (praise is read, not settled)."""
    calendar: Literal["always", "office", "hotline"] | None = None
    legal_basis: str = ""
    words: str = ""
    """Telling words, separated by spaces; they help the classifier before it is trained."""


class ResponsibilityRow(Spec):
    """A row of `responsibilities.csv`: who answers for a category in an area (权责清单)."""

    category: Annotated[Code | None, Refers("categories")] = None
    area: Code | None = None
    condition: Annotated[str, StringConstraints(max_length=500)] = ""
    department: Annotated[Code, Refers("departments")]
    basis: Annotated[str, StringConstraints(max_length=300)] = ""


class DuplicateRule(Spec):
    """When two events are one matter; see `duplicates.py` for the score."""

    within_metres: Annotated[int, Field(ge=1, le=5_000)] = 150
    within_hours: Annotated[int, Field(ge=1, le=24 * 365)] = 72
    propose_from: Share = 0.55
    merge_from: Share = 0.92


class CourseSpec(Spec):
    """`rules/course.yaml`: how events run here."""

    flow: Annotated[Id, Refers("flows")] = "event_course"
    steps: dict[Id, StepStatus] = {
        "dispatch": "received",
        "arbitrate": "received",
        "handle": "dispatched",
        "verify": "verifying",
        "close": "closing",
    }
    """Which status each user step of the flow stands for."""
    ends: dict[Id, EndStatus] = {"closed": "closed", "rejected": "rejected"}
    default_department: Annotated[Code | None, Refers("departments")] = None
    """Whose dispatchers see what the responsibility list does not place; empty: the whole jurisdiction's."""
    auto_dispatch: bool = True
    classify_from: Share = 0.7
    """The classifier's certainty from which its answer is taken; below it a person chooses."""
    duplicates: DuplicateRule = DuplicateRule()
    arbitrate_after_returns: Annotated[int, Field(ge=1, le=10)] = 2
    address_from: Share = 0.6
    """How well an address in words must fit the address base for its point to be taken."""
    named_place_from: Share = 0.75
    """The same for a place named in the text, where no address is given."""
    placeholder_points: tuple[tuple[float, float], ...] = ()
    """Longitude, latitude that a source writes when it knows no place."""
    evaluation_days: Annotated[int, Field(ge=1, le=365)] = 30
    public_list: bool = True
    synonyms: Annotated[tuple[Synonyms, ...], Field(max_length=300)] = ()
    """Words that mean the same, a group each; the knowledge finder reads every one as the first: [噪声, 噪音]."""
