"""All reads of 一网统管; the first argument is who asks (codes of citizens excepted)."""

from yiwang.domains.events.knowledge.finding import Article, article, knowledge
from yiwang.domains.events.queries.lists import (
    EventFilter,
    Page,
    count_events,
    count_newer,
    events,
    exported_events,
    state_counts,
)
from yiwang.domains.events.queries.lookups import (
    Reported,
    categories,
    categories_by_title,
    department_of,
    jurisdictions,
    reported,
)
from yiwang.domains.events.queries.own import OwnReport, may_keep, own_reports
from yiwang.domains.events.queries.public import CitizenCourse, citizen_course, photo_by_code
from yiwang.domains.events.queries.public_list import (
    PublicFilter,
    PublicPage,
    has_public_list,
    likely_public,
    public_areas,
    public_events,
    public_figures,
    public_spots,
)
from yiwang.domains.events.queries.records import DuplicateView, EventRow, EventView, ReportView, StoryLine
from yiwang.domains.events.queries.seeing import SavedViewRecord, saved_views, unread
from yiwang.domains.events.queries.single import (
    duplicates,
    event,
    event_uid,
    row,
    rows_by_uid,
    story,
)
from yiwang.domains.events.queries.standings import StandingView, standings
from yiwang.domains.events.queries.steps import NextStep, next_step
from yiwang.domains.events.queries.suggesting import Suggestions, suggestions

__all__ = [
    "Article",
    "CitizenCourse",
    "DuplicateView",
    "EventFilter",
    "EventRow",
    "EventView",
    "NextStep",
    "OwnReport",
    "Page",
    "PublicFilter",
    "PublicPage",
    "ReportView",
    "Reported",
    "SavedViewRecord",
    "StandingView",
    "StoryLine",
    "Suggestions",
    "article",
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
    "has_public_list",
    "jurisdictions",
    "knowledge",
    "likely_public",
    "may_keep",
    "next_step",
    "own_reports",
    "photo_by_code",
    "public_areas",
    "public_events",
    "public_figures",
    "public_spots",
    "reported",
    "row",
    "rows_by_uid",
    "saved_views",
    "standings",
    "state_counts",
    "story",
    "suggestions",
    "unread",
]
