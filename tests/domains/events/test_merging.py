"""Duplicates: found by words, place, category and time; merged when sure, undone when wrong."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from yiwang.base.access import SYSTEM
from yiwang.domains.events import actions, queries
from yiwang.kernel import clock
from yiwang.kernel.errors import Conflict, NotAllowed

POTHOLE = "湖滨路58号门口路面有个大坑，电动车差点摔倒"


def test_the_same_matter_told_again_nearby_is_merged(city: Any, delivered: Callable[[], int]) -> None:
    # given a report, and an hour later the same words forty metres away
    first = city.report(POTHOLE)
    with clock.frozen(clock.now() + timedelta(hours=1)):
        second = city.report(POTHOLE, lon=118.9524)
        delivered()
    # then there is one event with two reports
    event = queries.event(SYSTEM, first.event_number)
    assert event.row.n_reports == 2 and len(event.reports) == 2
    merged = queries.event(SYSTEM, second.event_number)
    assert (merged.row.status, merged.merged_into) == ("merged", first.event_number)
    # and the second reporter follows the first event by their own code
    assert queries.citizen_course(second.follow_code).seen.is_merged


def test_other_words_nearby_are_proposed_not_merged(city: Any, delivered: Callable[[], int]) -> None:
    first = city.report(POTHOLE)
    second = city.report("湖滨路58号附近路面坑洼，开车颠", lon=118.9521)
    delivered()
    assert queries.event(SYSTEM, second.event_number).row.status == "dispatched"
    proposed = queries.duplicates(SYSTEM, second.event_number)
    assert [(d.row.number, d.state) for d in proposed] == [(first.event_number, "proposed")]
    assert proposed[0].reasons


@pytest.mark.parametrize(
    "other",
    [
        {"text": POTHOLE, "lon": 118.975},  # two kilometres away
        {"text": "楼上音响太吵，半夜还在唱歌", "category": "0402"},  # another matter
    ],
)
def test_far_or_different_is_no_duplicate(city: Any, delivered: Callable[[], int], other: dict[str, Any]) -> None:
    city.report(POTHOLE)
    second = city.report(**other)
    delivered()
    assert queries.duplicates(SYSTEM, second.event_number) == []


def test_a_wrong_merge_is_undone_and_starts_its_own_course(city: Any, delivered: Callable[[], int]) -> None:
    # given a merged event
    first, second = city.report(POTHOLE), city.report("湖滨路58号井盖缺失", lon=118.9521)
    dispatcher = city.viewer("dispatcher")
    actions.merge_events(second.event_uid, into=first.event_uid, by=dispatcher, reason="同一处")
    assert queries.event(SYSTEM, first.event_number).row.n_reports == 2
    # when the merge is undone
    actions.unmerge_event(second.event_uid, by=dispatcher, reason="不是同一件事")
    # then both are as before, and both stories tell it
    event = queries.event(SYSTEM, second.event_number)
    assert (event.row.status, event.merged_into) == ("dispatched", "")
    assert queries.event(SYSTEM, first.event_number).row.n_reports == 1
    assert "unmerged" in [x.kind for x in queries.story(SYSTEM, second.event_number)]
    assert "parted" in [x.kind for x in queries.story(SYSTEM, first.event_number)]
    with pytest.raises(Conflict):
        actions.unmerge_event(second.event_uid, by=dispatcher, reason="again")


def test_what_is_merged_already_is_no_likely_twin(city: Any, delivered: Callable[[], int]) -> None:
    first = city.report(POTHOLE)
    second = city.report("湖滨路58号附近路面坑洼，开车颠", lon=118.9521)
    third = city.report("湖滨路58号附近路面坑洼，开车很颠", lon=118.9523)
    actions.merge_events(second.event_uid, into=first.event_uid, by=SYSTEM)
    delivered()
    # neither side of the merge offers the other, nor does a third one offer what went into another
    for one in (first, third):
        assert second.event_number not in [d.row.number for d in queries.duplicates(SYSTEM, one.event_number)]
    assert first.event_number not in [d.row.number for d in queries.duplicates(SYSTEM, second.event_number)]
    # and they are named as merged elsewhere
    assert queries.event(SYSTEM, second.event_number).merged_into == first.event_number
    assert len(queries.event(SYSTEM, first.event_number).reports) == 2


def test_merging_needs_dispatchers_and_open_events(city: Any) -> None:
    first, second = city.report(POTHOLE), city.report(POTHOLE)
    with pytest.raises(NotAllowed):
        actions.merge_events(second.event_uid, into=first.event_uid, by=city.viewer("handler_roads"))
    with pytest.raises(Conflict):
        actions.merge_events(first.event_uid, into=first.event_uid, by=SYSTEM)
    actions.merge_events(second.event_uid, into=first.event_uid, by=SYSTEM)
    with pytest.raises(Conflict):
        actions.merge_events(second.event_uid, into=first.event_uid, by=SYSTEM)


def test_a_judged_pair_is_not_proposed_again(city: Any, delivered: Callable[[], int]) -> None:
    first = city.report(POTHOLE)
    second = city.report("湖滨路58号附近路面坑洼，开车颠", lon=118.9521)
    delivered()
    actions.reject_duplicate(second.event_uid, other=first.event_uid, by=city.viewer("dispatcher"))
    assert queries.duplicates(SYSTEM, second.event_number) == []
    assert queries.duplicates(SYSTEM, first.event_number) == []
