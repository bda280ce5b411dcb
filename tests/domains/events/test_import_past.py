"""Closed cases of other systems bring their course: times, returns, reopening, evaluation, and joined cases."""

from __future__ import annotations

import csv
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from yiwang.base.access import SYSTEM
from yiwang.domains.events import queries
from yiwang.domains.events.importing.guessing import guess_event_mapping
from yiwang.domains.events.importing.running import import_events
from yiwang.domains.events.models import Evaluation, Event, EventEntry, Report
from yiwang.domains.events.numbers import event_number

Row = dict[str, str]
WHOLE: Row = {
    "工单编号": "A1",
    "留言时间": "2026-10-20 09:00:00",
    "诉求内容": "解放路58号门前井盖松动，车子过去哐当响",
    "三级标签": "井盖缺损",
    "办理状态": "已办结",
    "承办单位": "市政设施管理处",
    "办理期限": "2026-10-20 17:00:00",
    "派单时间": "2026-10-20 09:10:00",
    "退回次数": "1",
    "退回时间": "2026-10-20 09:40:00",
    "退回原因": "井盖属供电公司",
    "签收时间": "2026-10-20 10:00:00",
    "重办次数": "1",
    "重办时间": "2026-10-20 13:00:00",
    "重办原因": "还是会响",
    "处置时间": "2026-10-20 16:30:00",
    "经办人": "吴师傅",
    "答复意见": "已加垫固定",
    "办结时间": "2026-10-20 17:30:00",
    "满意度": "满意",
    "评价内容": "修得快",
    "评价时间": "2026-10-21 08:00:00",
    "是否督办": "是",
    "是否公开": "是",
    "紧急程度": "特急",
    "部件编码": "MH-0001",
    "主工单编号": "",
}


@pytest.fixture
def taken_in(city: Any, tmp_path: Path) -> Callable[..., None]:
    """Rows written as a file and taken in by the guessed mapping."""

    def take(*rows: Row) -> None:
        path = tmp_path / "export.csv"
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, list(WHOLE))
            writer.writeheader()
            writer.writerows(rows)
        mapping = guess_event_mapping(path, city.place)[1].mapping
        done = import_events(path, mapping, jurisdiction=city.place, by=SYSTEM)
        assert done.n_rejected == 0, done.first_rejects

    return take


def event_of(external_id: str) -> Event:
    return Report.objects.select_related("event").get(external_id=external_id).event


def told(event: Event) -> list[tuple[str, str]]:
    return list(EventEntry.objects.filter(event=event).order_by("id").values_list("kind", "text"))


def test_a_closed_case_tells_its_course_in_order(taken_in: Callable[..., None]) -> None:
    # when a case comes in whose export tells everything
    taken_in(WHOLE)
    # then its story reads as it happened, each line at its own moment
    event = event_of("A1")
    assert told(event) == [
        ("reported", WHOLE["诉求内容"]),
        ("dispatched", ""),
        ("returned", "井盖属供电公司"),
        ("accepted", ""),
        ("reopened", "还是会响"),
        ("handled", "已加垫固定"),
        ("closed", ""),
        ("evaluated", "修得快"),
        ("imported", ""),
    ]
    handled = EventEntry.objects.get(event=event, kind="handled")
    assert (handled.at, handled.by_name) == (datetime(2026, 10, 20, 8, 30, tzinfo=UTC), "吴师傅")
    # and the event's own facts are those
    assert (event.n_returns, event.n_reopened, event.is_supervised, event.is_public) == (1, 1, True, True)
    assert (event.urgency, event.element_code, event.satisfaction) == ("critical", "MH-0001", 4)
    assert event.accepted_at == datetime(2026, 10, 20, 2, 0, tzinfo=UTC)
    # and it was in time, because it was handled in time, though closed later
    assert event.is_late is False
    # and the evaluation is the reporter's
    evaluation = Evaluation.objects.get(event=event)
    assert (evaluation.score, evaluation.text) == (4, "修得快")


def test_an_export_without_a_course_has_none_made_up(taken_in: Callable[..., None]) -> None:
    # given a row that tells only when it was closed, and times that contradict it
    bare = dict.fromkeys(WHOLE, "") | {name: WHOLE[name] for name in ("工单编号", "留言时间", "诉求内容", "三级标签")}
    bare |= {
        "办理状态": "已办结",
        "办结时间": WHOLE["办结时间"],
        "答复意见": "已处理",
        "签收时间": "2026-10-19 10:00:00",
    }
    taken_in(bare)
    # then only the taking-over is told, with the result
    event = event_of("A1")
    assert told(event) == [("imported", "已处理")]
    assert event.accepted_at is None
    assert event.handled_at == event.closed_at


def test_a_number_of_returns_without_a_moment_stands_before_the_acceptance(taken_in: Callable[..., None]) -> None:
    taken_in(WHOLE | {"退回时间": "", "退回次数": "3"})
    kinds = [kind for kind, _words in told(event_of("A1"))]
    assert kinds.index("returned") + 1 == kinds.index("accepted")
    assert EventEntry.objects.get(kind="returned").data["n_returns"] == 3


def test_cases_joined_over_there_are_merged_here(city: Any, taken_in: Callable[..., None]) -> None:
    # given three cases of one matter, a case joined with nothing known, and two that name each other
    later = {"留言时间": "2026-10-20 09:30:00", "派单时间": "2026-10-20 09:35:00", "主工单编号": "A1"}
    taken_in(
        WHOLE,
        WHOLE | later | {"工单编号": "A2"},
        WHOLE | later | {"工单编号": "A3"},
        WHOLE | {"工单编号": "B1", "主工单编号": "unknown"},
        WHOLE | later | {"工单编号": "C1", "主工单编号": "C2"},
        WHOLE | later | {"工单编号": "C2", "主工单编号": "C1"},
    )
    # then the later ones are part of the first, which counts their reports
    main = event_of("A1")
    assert main.n_reports == 3
    assert {event_of(each).merged_into_id for each in ("A2", "A3")} == {main.pk}
    assert ("joined", "") in told(main)
    view = queries.event(SYSTEM, event_number(main.pk))
    assert {report.external_id for report in view.reports} == {"A1", "A2", "A3"}
    # and nothing is hidden behind a number that leads nowhere or in a circle
    assert event_of("B1").status == "closed"
    assert [event_of(each).status for each in ("C1", "C2")] == ["closed", "merged"]


def test_the_same_file_again_adds_no_line(taken_in: Callable[..., None]) -> None:
    taken_in(WHOLE)
    before = EventEntry.objects.count(), Evaluation.objects.count()
    taken_in(WHOLE)
    assert (EventEntry.objects.count(), Evaluation.objects.count()) == before
