"""Events reach the lake without anybody's words, and follow what happens to them."""

from __future__ import annotations

from typing import Any
from zoneinfo import ZoneInfo

from yiwang.base.access import SYSTEM
from yiwang.domains.events import actions, queries
from yiwang.domains.events.models import Event
from yiwang.domains.events.publishing import SPEC, changes


def test_rows_have_the_declared_columns_and_no_words(city: Any) -> None:
    city.report("湖滨路58号路面塌了一个大坑", reporter_name="王小明", reporter_phone="13800138000")
    row = changes(None, None, 10).rows[0]
    assert set(row) == set(SPEC.columns)
    told = " ".join(str(v) for v in row.values())
    assert not any(word in told for word in ("湖滨路", "王小明", "13800138000"))


def test_a_change_comes_again_and_days_are_the_citys(city: Any) -> None:
    receipt = city.report()
    first = changes(None, None, 10).rows[0]
    changed_at = Event.objects.get(uid=receipt.event_uid).changed_at
    actions.accept_event(receipt.event_uid, by=city.viewer("handler_roads"))
    again = changes(changed_at, None, 10).rows[-1]
    assert (first["status"], again["status"]) == ("dispatched", "handling")
    event = queries.event(SYSTEM, receipt.event_number)
    assert (
        again["occurred_on"].isoformat()
        == event.row.occurred_at.astimezone(ZoneInfo("Asia/Shanghai")).date().isoformat()
    )


def test_pages_end(city: Any) -> None:
    for _ in range(5):
        city.report()
    seen: list[str] = []
    key = None
    while True:
        page = changes(None, key, 2)
        seen += [r["uid"] for r in page.rows]
        key = page.after
        if key is None:
            break
    assert len(seen) == len(set(seen)) == 5
