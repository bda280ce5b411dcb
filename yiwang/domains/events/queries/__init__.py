"""All reads of 一网统管; the first argument is who asks (codes of citizens excepted)."""

from yiwang.domains.events.queries.lists import (
    EventFilter,
    Page,
    count_events,
    events,
    exported_events,
    map_points,
)
from yiwang.domains.events.queries.lookups import categories, categories_by_title, department_of
from yiwang.domains.events.queries.records import DuplicateView, EventRow, EventView, ReportView, StoryLine
from yiwang.domains.events.queries.single import Followed, duplicates, event, event_uid, followed, row, story

__all__ = [
    "DuplicateView",
    "EventFilter",
    "EventRow",
    "EventView",
    "Followed",
    "Page",
    "ReportView",
    "StoryLine",
    "categories",
    "categories_by_title",
    "count_events",
    "department_of",
    "duplicates",
    "event",
    "event_uid",
    "events",
    "exported_events",
    "followed",
    "map_points",
    "row",
    "story",
]
