"""`/health`: does this installation work? For load balancers and people on call; numbers only, nothing personal.

200 when the database answers and nothing waits longer than its limit, else 503 with what is wrong. What is found is
kept for `KEPT_S`, so that asking often costs nothing.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import datetime

from django.db import DatabaseError, InterfaceError, connection
from django.http import HttpRequest, JsonResponse
from django.urls import path
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from yiwang.base.audit.queries import unsealed
from yiwang.base.jobs.queries import waiting_jobs
from yiwang.base.messages.queries import backlog
from yiwang.kernel.clock import now

KEPT_S = 2.0
LIMITS_S = {"audit": 60.0, "outbox": 300.0, "jobs": 900.0}
"""How long the oldest thing may wait: an unsealed audit entry (aim 5 s), a message nobody took, a job that is due."""


@dataclass(frozen=True)
class Check:
    """One thing looked at: how many wait, for how long the oldest has, and how long it may."""

    is_well: bool
    n_waiting: int = 0
    oldest_s: float = 0.0
    limit_s: float = 0.0


_kept: list[tuple[float, dict[str, Check]]] = []


@never_cache
@require_safe
def health_page(request: HttpRequest) -> JsonResponse:
    """`{"status": "well" | "unwell", "checks": {…}}`; 503 when unwell."""
    at = time.monotonic()
    if not _kept or at - _kept[0][0] > KEPT_S:
        _kept[:] = [(at, checks())]
    found = _kept[0][1]
    is_well = all(check.is_well for check in found.values())
    told = {"status": "well" if is_well else "unwell", "checks": {name: asdict(one) for name, one in found.items()}}
    return JsonResponse(told, status=200 if is_well else 503)


def checks() -> dict[str, Check]:
    """Every check by name; where the database does not answer, that alone."""
    looked: dict[str, Callable[[], tuple[int, datetime | None]]] = {
        "audit": unsealed,
        "outbox": _undelivered,
        "jobs": waiting_jobs,
    }
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
            cursor.fetchone()
        return {"database": Check(True)} | {name: _judged(name, *look()) for name, look in looked.items()}
    except (DatabaseError, InterfaceError):
        return {"database": Check(False)}


def _judged(name: str, n: int, since: datetime | None) -> Check:
    oldest_s = max(0.0, (now() - since).total_seconds()) if since else 0.0
    return Check(oldest_s <= LIMITS_S[name], n, round(oldest_s, 1), LIMITS_S[name])


def _undelivered() -> tuple[int, datetime | None]:
    """What handlers in the worker have yet to take; subscribers that fetch by themselves may be switched off."""
    waiting = [one for one in backlog() if one.subscriber not in FETCHING]
    return sum(one.n_pending for one in waiting), min((one.oldest_at for one in waiting), default=None)


FETCHING = frozenset({"stream"})
urlpatterns = [path("health", health_page, name="health")]
