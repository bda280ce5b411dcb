"""Who reported is forgotten some days after the close; what was said and done stays."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from yiwang.base.access import SYSTEM
from yiwang.base.erasure.actions import apply_retention, set_retention
from yiwang.base.erasure.specs import RetentionSpec
from yiwang.domains.events import actions, queries
from yiwang.kernel import clock
from yiwang.kernel.errors import NotFound


def closed(city: Any, text: str, category: str, handler: str) -> Any:
    receipt = city.report(text, category=category, reporter_name="王小明", reporter_phone="13800138000")
    actions.handle_event(receipt.event_uid, by=city.viewer(handler), result="已处理")
    actions.verify_event(receipt.event_uid, by=city.viewer("verifier"), is_passed=True)
    actions.close_event(receipt.event_uid, by=city.viewer("dispatcher"))
    return receipt


@pytest.mark.parametrize("name", ["event", "02"])
def test_reporters_of_closed_events_are_forgotten_in_time(city: Any, name: str) -> None:
    # given a closed event of roads, one of rubbish, and an open one
    road = closed(city, "路面有坑", "020101", "handler_roads")
    rubbish = closed(city, "垃圾堆积", "010101", "handler_sanitation")
    still_open = city.report("路面有坑", category="020101", reporter_phone="13800138000")
    set_retention(RetentionSpec(target="case", name=name, keep_days=30), by=SYSTEM)
    # when the time has not come, nothing happens; when it has, only what the rule names is forgotten
    with clock.frozen(clock.now() + timedelta(days=29)):
        assert apply_retention() == {}
    with clock.frozen(clock.now() + timedelta(days=31)):
        assert apply_retention() == {f"case:{name}": 2 if name == "event" else 1}
        assert apply_retention() == {}
    event = queries.event(SYSTEM, road.event_number)
    assert (event.reports[0].reporter_name, event.reports[0].reporter_phone) == ("", "")
    assert event.reports[0].text == "路面有坑"
    with pytest.raises(NotFound):
        queries.citizen_course(road.follow_code)
    assert queries.event(SYSTEM, still_open.event_number).reports[0].reporter_phone
    kept = queries.event(SYSTEM, rubbish.event_number).reports[0].reporter_phone
    assert bool(kept) is (name == "02")
