"""Where a matter stands and until when, in one sentence."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.utils import translation

from yiwang.domains.events.pages.citizen_words import sentence
from yiwang.kernel import clock

ROADS = {"zh-Hans": "市政设施管理处", "en": "the roads office"}
MONDAY = datetime(2026, 5, 4, 1, tzinfo=UTC)  # 9 in the morning in Yunxi
ZONE = "Asia/Shanghai"


@pytest.mark.parametrize(
    ("due", "chinese", "english"),
    [
        (datetime(2026, 5, 4, 9, tzinfo=UTC), "今天下午5点", "today 5 pm"),
        (datetime(2026, 5, 5, 4, tzinfo=UTC), "明天中午12点", "tomorrow 12 pm"),
        (datetime(2026, 5, 6, 9, 30, tzinfo=UTC), "周三下午5点30分", "Wednesday 5:30 pm"),
        (datetime(2026, 5, 10, 12, tzinfo=UTC), "周日晚上8点", "Sunday 8 pm"),
        (datetime(2026, 5, 20, 0, tzinfo=UTC), "5月20日上午8点", "20 May 8 am"),
        (datetime(2027, 1, 2, 18, tzinfo=UTC), "2027年1月3日凌晨2点", "3 Jan 2027 2 am"),
    ],
)
def test_a_deadline_is_said_as_people_say_it(due: datetime, chinese: str, english: str) -> None:
    with clock.frozen(MONDAY):
        with translation.override("zh-hans"):
            assert sentence("dispatched", ROADS, due, None, ZONE) == f"已派给市政设施管理处，最迟{chinese}前答复。"
        with translation.override("en"):
            told = sentence("dispatched", ROADS, due, None, ZONE)
            assert told == f"It has gone to the roads office, to be answered by {english}."


def test_being_late_is_said_plainly() -> None:
    with clock.frozen(MONDAY), translation.override("en"):
        late = sentence("handling", ROADS, datetime(2026, 5, 3, 9, tzinfo=UTC), None, ZONE)
    assert late == "the roads office has it and is late; the deadline was yesterday 5 pm."


def test_every_state_has_a_sentence_also_without_department_or_deadline() -> None:
    with clock.frozen(MONDAY), translation.override("en"):
        for status in ("received", "dispatched", "handling", "verifying", "closing", "closed", "merged", "rejected"):
            assert "%(" not in sentence(status, {}, None, None, ZONE)
        rated = sentence("closed", ROADS, None, MONDAY, ZONE, is_rated=True)
        assert "Thank you" in rated and "Please say" not in rated
        assert "Please say" in sentence("closed", ROADS, None, MONDAY, ZONE)
