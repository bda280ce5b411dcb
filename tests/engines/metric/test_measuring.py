"""Figures from the lake: breakdowns, ratios that add up, scope, comparisons, snapshots."""

from __future__ import annotations

from datetime import date
from uuid import uuid4

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.engines.metric.makers import CASES, RECEIVED_SQL, metric_spec, write_cases
from yiwang.base.access import SYSTEM, Grant, Viewer
from yiwang.engines.metric import actions, queries
from yiwang.kernel.errors import Conflict, Invalid, NotAllowed, NotFound, Unavailable

pytestmark = pytest.mark.django_db(transaction=True)
NOVEMBER = {"since": date(2026, 11, 1), "until": date(2026, 12, 1), "jurisdiction": "testville"}


def test_a_count_is_of_one_city_and_one_time(metrics):
    assert queries.measure(SYSTEM, "received", **NOVEMBER).total == 5
    early = {**NOVEMBER, "until": date(2026, 11, 3)}
    assert queries.measure(SYSTEM, "received", **early).total == 2


def test_breakdowns_by_time_and_dimension(metrics):
    by_week = queries.measure(SYSTEM, "received", **NOVEMBER, by=("week",))
    assert by_week.columns == ("week", "value")
    assert by_week.rows == ((date(2026, 11, 2), 3), (date(2026, 11, 9), 2))
    by_area = queries.measure(SYSTEM, "received", **NOVEMBER, by=("area_path",), depth=1)
    assert by_area.rows == (("tv/one/", 2), ("tv/two/", 3))
    with pytest.raises(Invalid, match="colour"):
        queries.measure(SYSTEM, "received", **NOVEMBER, by=("colour",))


def test_a_ratio_of_the_whole_is_not_the_mean_of_its_parts(metrics):
    parts = queries.measure(SYSTEM, "in_time", **NOVEMBER, by=("area_path",))
    assert parts.rows == (("tv/one/", 0.5, 1, 2), ("tv/two/", 1.0, 3, 3))
    assert parts.total == queries.measure(SYSTEM, "in_time", **NOVEMBER).total == 4 / 5


def test_everybody_sees_what_one_grant_covers(metrics, whole, district, department):
    def total(viewer: Viewer) -> float | None:
        return queries.measure(viewer, "received", **NOVEMBER).total

    assert (total(whole), total(district), total(department)) == (5, 2, 3)
    both = Viewer(8, None, "B", "official", (*district.grants, *department.grants))
    assert total(both) == 3  # what either grant covers
    crossed = Viewer(
        9,
        None,
        "C",
        "official",
        (Grant("boards.view", "testville/parks/", "tv/one/"), Grant("boards.view", "testville/roads/", "tv/two/")),
    )
    assert total(crossed) == 1  # two grants do not multiply
    with pytest.raises(NotAllowed):
        total(Viewer(10, None, "N", "official", (Grant("boards.view", "", "ov/"),)))


def test_a_metric_that_cannot_be_cut_is_for_those_who_may_see_the_whole(metrics, whole, district, department):
    sql = "select occurred_on as day, count(*) as value from cases where jurisdiction = $jurisdiction group by 1"
    actions.put_metric("testville", "plain", metric_spec(dimensions={}), sql, scene="tests", by=SYSTEM)
    assert queries.measure(whole, "plain", **NOVEMBER).total == 5
    for viewer in (district, department):
        with pytest.raises(NotAllowed):
            queries.measure(viewer, "plain", **NOVEMBER)


def test_new_rows_are_counted_as_soon_as_they_are_in_the_lake(metrics, district):
    assert queries.measure(district, "received", **NOVEMBER).total == 2
    write_cases([*CASES, ("testville", date(2026, 11, 4), "tv/one/", "testville/roads/", False)])
    assert queries.measure(district, "received", **NOVEMBER).total == 3


def test_comparison_with_the_time_before_and_the_year_before(metrics):
    week = {"since": date(2026, 11, 9), "until": date(2026, 11, 16), "jurisdiction": "testville"}
    before = queries.compare(SYSTEM, "received", **week, how="previous")
    assert (before.value, before.before) == (2, 3)
    assert before.change == pytest.approx(-1 / 3)
    year = queries.compare(SYSTEM, "in_time", **week, how="year")
    assert (year.value, year.before, year.change, year.tone) == (1.0, 0.0, 1.0, "success")
    assert queries.periods(date(2028, 2, 29), date(2028, 3, 1), "year") == (date(2027, 2, 28), date(2027, 3, 1))


@settings(max_examples=50, deadline=None)
@given(st.dates(date(1990, 1, 1), date(2090, 1, 1)), st.integers(1, 400))
def test_the_time_before_is_as_long_and_ends_where_this_begins(since, days):
    from datetime import timedelta

    first, last = queries.periods(since, since + timedelta(days=days), "previous")
    assert last == since
    assert (last - first).days == days


def test_a_snapshot_is_reproduced_after_the_table_has_changed(metrics, whole, district):
    told = actions.take_snapshot(
        "received",
        jurisdiction="testville",
        since=NOVEMBER["since"],
        until=NOVEMBER["until"],
        breakdown=("area_path",),
        by=whole,
        reason="appraisal",
    )
    write_cases(CASES[:1])
    assert queries.measure(SYSTEM, "received", **NOVEMBER).total == 1
    is_same, again = queries.reproduced(whole, told.uid)
    assert is_same
    assert again.total == 5
    assert [one.uid for one in queries.snapshots(whole, "received", jurisdiction="testville")] == [told.uid]
    with pytest.raises(NotAllowed):
        actions.take_snapshot("received", by=district, reason="x", **NOVEMBER)
    with pytest.raises(NotFound):
        queries.snapshot(district, told.uid)
    with pytest.raises(NotFound):
        queries.snapshot(whole, uuid4())


def test_a_table_nobody_has_written_is_told(city):
    actions.put_metric("testville", "received", metric_spec(), RECEIVED_SQL, scene="tests", by=SYSTEM)
    with pytest.raises(Unavailable, match="cases"):
        queries.measure(SYSTEM, "received", **NOVEMBER)


def test_a_changed_metric_is_a_new_version_and_belongs_to_its_scene(metrics):
    put = {"scene": "tests", "by": SYSTEM}
    assert actions.put_metric("testville", "received", metric_spec(), RECEIVED_SQL, **put) == 1
    assert actions.put_metric("testville", "received", metric_spec(target=9), RECEIVED_SQL, **put) == 2
    assert queries.metric("received", "testville").spec.target == 9
    with pytest.raises(Conflict):
        actions.put_metric("testville", "received", metric_spec(), RECEIVED_SQL, scene="others", by=SYSTEM)
    actions.switch_off_metrics("testville", scene="tests", by=SYSTEM)
    assert queries.metrics("testville") == []
