"""Lists: scoped, filtered, searched, in keyset pages."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from yiwang.base.access import ANONYMOUS, SYSTEM
from yiwang.domains.events import queries
from yiwang.domains.events.numbers import event_id, event_number
from yiwang.domains.events.queries import EventFilter, counts
from yiwang.domains.events.queries.tiling import events_within
from yiwang.kernel import clock
from yiwang.kernel.errors import Invalid

START = datetime(2026, 11, 2, 1, 0, tzinfo=UTC)


@pytest.fixture
def many(city: Any) -> list[Any]:
    """Thirty events, one an hour, of three kinds."""
    kinds = [("湖滨路58号垃圾堆积很臭", "010101"), ("望湖路路灯不亮", "020103"), ("柳浦路井盖缺失", "020102")]
    found = []
    for hour in range(30):
        text, category = kinds[hour % 3]
        with clock.frozen(START + timedelta(hours=hour)):
            found.append(city.report(f"{text}{hour}", category=category))
    return found


def numbers(rows: Any) -> list[str]:
    return [row.number for row in rows]


@pytest.mark.parametrize("order", ["recent", "due"])
def test_pages_show_every_event_once_in_order(city: Any, many: list[Any], order: str) -> None:
    wanted = EventFilter(order=order)
    shown: list[Any] = []
    after = ""
    while True:
        page = queries.events(SYSTEM, wanted, after=after, limit=7)
        shown += page.rows
        after = page.after
        if not after:
            break
    assert sorted(numbers(shown)) == sorted(r.event_number for r in many)
    keys = [row.occurred_at for row in shown] if order == "recent" else [row.due_at for row in shown]
    assert keys == sorted(keys, reverse=order == "recent")


def test_search_finds_words_numbers_and_nothing_for_punctuation(city: Any, many: list[Any]) -> None:
    def found(text: str) -> int:
        return len(queries.events(SYSTEM, EventFilter(text=text), limit=200).rows)

    assert found("路灯") == 10
    assert found("路灯 望湖路") == 10
    assert found("Street light") == 10  # the category's English title
    assert found("没有这样的事") == 0
    assert found("！？") == 0
    assert found("' OR 1=1 --") == 0
    assert found(many[3].event_number.lower()) == 1


def test_each_sees_what_one_of_their_grants_covers(city: Any, many: list[Any]) -> None:
    def seen(post: str) -> int:
        return queries.count_events(city.viewer(post), EventFilter())

    assert seen("supervisor") == 30
    assert seen("handler_sanitation") == 10
    assert seen("handler_roads") == 20
    assert seen("handler_water") == 0
    assert queries.count_events(ANONYMOUS, EventFilter()) == 0


def test_filters_combine(city: Any, many: list[Any]) -> None:
    roads = city.viewer("handler_roads")
    wanted = EventFilter(category_path="02/0201/020103/", since=START + timedelta(hours=10), state="open")
    assert {row.category["en"] for row in queries.events(roads, wanted).rows} == {"Street light out"}
    assert queries.count_events(roads, wanted) == 7
    assert queries.count_events(SYSTEM, EventFilter(urgency="urgent")) == 10
    with pytest.raises(Invalid):
        queries.events(SYSTEM, EventFilter(state="nonsense"))
    with pytest.raises(Invalid):
        queries.events(SYSTEM, EventFilter(), after="damaged")


def test_the_map_shows_only_what_lies_inside(city: Any, many: list[Any]) -> None:
    inside = events_within(SYSTEM, EventFilter(), (118.95, 29.62, 118.96, 29.64), most=50)
    assert len(inside) == 30
    assert events_within(SYSTEM, EventFilter(), (0, 0, 1, 1)) == []


def test_counts_agree_with_lists(city: Any, many: list[Any]) -> None:
    with clock.frozen(START + timedelta(hours=30)):
        today = counts.today_counts(SYSTEM, city.place)
        assert today.n_open == queries.count_events(SYSTEM, EventFilter(state="open"))
        assert today.n_overdue == queries.count_events(SYSTEM, EventFilter(state="overdue"))
        assert sum(c.n for c in counts.by_status(SYSTEM, city.place)) == today.n_open
        assert {c.code: c.n for c in counts.by_category(SYSTEM, city.place, level=2)} == {"0101": 10, "0201": 20}
        assert [c.n for c in counts.by_area(SYSTEM, city.place, level=3)] == [30]
        days = counts.by_day(SYSTEM, city.place, days=3)
        assert sum(reported for _day, reported, _closed in days) == 30
        assert counts.today_counts(city.viewer("handler_water"), city.place).n_open == 0


def test_numbers_carry_a_check_digit() -> None:
    number = event_number(1234)
    assert event_id(number) == 1234
    wrong = number[:-1] + str((int(number[-1]) + 1) % 10)
    assert event_id(wrong) is None
    assert event_id("anything") is None
