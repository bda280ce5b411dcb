"""Answers kept for a moment, so that five hundred walls that hear of the same event ask once.

Who asks after a message gets nothing computed before it: the browser names the message (its uid carries the time), and
an older answer does not count, however long it could be kept otherwise. One thread computes while others wait.
"""

from __future__ import annotations

import hashlib
import threading
from collections import defaultdict
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar
from uuid import UUID

from django.core.cache import cache

from yiwang.kernel import clock

Value = TypeVar("Value")

SETTLED = timedelta(seconds=0.4)
"""A message gets its uid before its transaction is committed; an answer from between would miss what it tells of."""
_MAX_LOCKS = 10_000
_locks: defaultdict[str, threading.Lock] = defaultdict(threading.Lock)


def kept(what: object, keep_s: float, make: Callable[[], Value], *, not_before: datetime | None = None) -> Value:
    """The value of `make()`, at most `keep_s` seconds old and not from before `not_before`; `what` tells them apart."""
    key = f"board:{hashlib.sha256(repr(what).encode()).hexdigest()}"
    found = _fresh(key, not_before)
    if found is None:
        if len(_locks) > _MAX_LOCKS:
            _locks.clear()
        with _locks[key]:
            found = _fresh(key, not_before)
            if found is None:
                found = (clock.now(), make())
                cache.set(key, found, keep_s)
    value: Value = found[1]
    return value


def _fresh(key: str, not_before: datetime | None) -> tuple[datetime, Any] | None:
    found: tuple[datetime, Any] | None = cache.get(key)
    return None if found is None or (not_before is not None and found[0] < not_before) else found


def after_message(uid: str) -> datetime | None:
    """The moment an answer must not be older than, for who heard of the message with this UUIDv7; None for no such."""
    try:
        parsed = UUID(uid)
    except ValueError:
        return None
    if parsed.version != 7:
        return None
    told = datetime.fromtimestamp((parsed.int >> 80) / 1000, UTC)
    return min(told + SETTLED, clock.now())
