"""All reads of 一网统管; the first argument is who asks (codes of citizens excepted)."""

from yiwang.domains.events.queries.lists import (
    EventFilter,
    Page,
    count_events,
    count_newer,
    events,
    exported_events,
    map_points,
    state_counts,
)
from yiwang.domains.events.queries.lookups import categories, categories_by_title, department_of, jurisdictions
from yiwang.domains.events.queries.public import (
    CitizenCourse,
    PublicPage,
    citizen_course,
    has_public_list,
    photo_by_code,
    public_events,
)
from yiwang.domains.events.queries.records import DuplicateView, EventRow, EventView, ReportView, StoryLine
from yiwang.domains.events.queries.single import (
    Followed,
    duplicates,
    event,
    event_uid,
    followed,
    row,
    rows_by_uid,
    story,
)
from yiwang.domains.events.queries.steps import NextStep, next_step
from yiwang.domains.events.queries.suggesting import Suggestions, suggestions

__all__ = [
    "CitizenCourse",
    "DuplicateView",
    "EventFilter",
    "EventRow",
    "EventView",
    "Followed",
    "NextStep",
    "Page",
    "PublicPage",
    "ReportView",
    "StoryLine",
    "Suggestions",
    "categories",
    "categories_by_title",
    "citizen_course",
    "count_events",
    "count_newer",
    "department_of",
    "duplicates",
    "event",
    "event_uid",
    "events",
    "exported_events",
    "followed",
    "has_public_list",
    "jurisdictions",
    "map_points",
    "next_step",
    "photo_by_code",
    "public_events",
    "row",
    "rows_by_uid",
    "state_counts",
    "story",
    "suggestions",
]
