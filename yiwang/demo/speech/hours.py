"""What people say by the clock: nobody wishes a good afternoon at midnight."""

from __future__ import annotations

import bisect

_SAID = (
    (0, "您好", "夜巡", "夜间"),
    (5, "早上好", "早巡", "清晨"),
    (9, "上午好", "早巡", "上午"),
    (12, "中午好", "午巡", "中午"),
    (14, "下午好", "午巡", "下午"),
    (18, "晚上好", "晚巡", "晚间"),
    (22, "晚上好", "夜巡", "夜间"),
)
"""From this hour on: the greeting, the round of a patrol, the part of the day."""


def slots_of(hour: int | None) -> dict[str, str]:
    """The slots that go by the hour of the city's clock (0-23); what fits any hour for None."""
    if hour is None:
        return {"greeting": "您好", "round": "巡查", "half": "日常"}
    _from, greeting, round_, half = _SAID[bisect.bisect(_SAID, hour, key=lambda one: one[0]) - 1]
    return {"greeting": greeting, "round": round_, "half": half}
