"""Lists, look-ups and the map are answered from indexes; a whole table is never read for a page."""

from __future__ import annotations

import pytest
from django.db import connection

from yiwang.base.access import Grant, Viewer
from yiwang.domains.events.models import Event, Report
from yiwang.domains.events.queries.lists import EventFilter, visible_events

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL reads small tables whole, and rightly"),
]
DISPATCHER = Viewer(7, None, "d", "official", (Grant("events.view", "c/", "c/"), Grant("events.dispatch", "c/", "c/")))


@pytest.mark.parametrize(
    ("wanted", "index"),
    [
        (EventFilter(), "event_newest"),
        (EventFilter(jurisdiction=1), "event_recent"),
        (EventFilter(jurisdiction=1, state="overdue", order="due"), "event_by_due"),
    ],
)
def test_a_list_walks_an_index(wanted: EventFilter, index: str) -> None:
    column = "due_at" if wanted.order == "due" else "-occurred_at"
    plan = visible_events(DISPATCHER, wanted).order_by(column, "-id")[:51].explain()
    assert index in plan
    assert "SCAN U0" not in plan  # one's own reports


def test_an_account_s_reports_are_found_even_when_statistics_say_that_most_have_none() -> None:
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
        cursor.execute("DELETE FROM sqlite_stat1 WHERE tbl = 'events_report'")
        cursor.execute("INSERT INTO sqlite_stat1 VALUES ('events_report', 'events_report_event_id', '100000 1')")
    assert "report_reporter" in Report.objects.filter(reporter_id=7).values("event_id").explain()


def test_what_was_merged_into_an_event_is_found_by_the_index() -> None:
    assert "event_merged" in Event.objects.filter(merged_into=7).explain()


def test_a_code_is_found_by_the_index() -> None:
    assert "SEARCH" in Report.objects.filter(follow_hash="x").explain()
