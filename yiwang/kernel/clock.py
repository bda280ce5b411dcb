"""The only "now" of the platform (linted), so that tests and replays can set it.

Times are aware and in UTC; days are asked for in a jurisdiction's zone.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

_frozen: ContextVar[datetime | None] = ContextVar("yiwang_frozen_at", default=None)


def now() -> datetime:
    """The present moment, aware, UTC; inside `frozen` the moment set there."""
    return _frozen.get() or datetime.now(UTC)


def today(zone: str) -> date:
    """The present day in an IANA time zone such as `Asia/Shanghai`."""
    return now().astimezone(ZoneInfo(zone)).date()


@contextmanager
def frozen(at: datetime) -> Iterator[None]:
    """Hold `now()` at an aware moment within the block (tests, replays). Raises ValueError for a naive one."""
    if at.tzinfo is None:
        raise ValueError("a moment needs a time zone")
    token = _frozen.set(at.astimezone(UTC))
    try:
        yield
    finally:
        _frozen.reset(token)


def shift(seconds: float) -> None:
    """Move a frozen clock on by `seconds`; ValueError when the clock is not frozen."""
    held = _frozen.get()
    if held is None:
        raise ValueError("only a frozen clock can be moved")
    _frozen.set(held + timedelta(seconds=seconds))
