"""How often one account may call the API: a fixed window of a minute, counted in each process's own memory.

With several web processes each counts for itself, so the installation as a whole lets through that many times more;
it keeps one runaway program from starving the others, it is no billing meter.
"""

from __future__ import annotations

from typing import cast

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest
from ninja.throttling import BaseThrottle

from yiwang.base.access.request import ViewerRequest
from yiwang.kernel.clock import now

WINDOW_S = 60


class CallLimit(BaseThrottle):
    """At most `settings.API_CALLS_A_MINUTE` calls per account and minute; 0 lets everything through."""

    def allow_request(self, request: HttpRequest) -> bool:
        """Count the call; False when the account has used up its minute."""
        most = int(settings.API_CALLS_A_MINUTE)
        viewer = cast(ViewerRequest, request).viewer
        if not most:
            return True
        who = viewer.account_id or request.META.get("REMOTE_ADDR", "")
        key = f"api-calls:{who}:{int(now().timestamp()) // WINDOW_S}"
        if cache.add(key, 1, WINDOW_S):
            return True
        return cache.incr(key) <= most

    def wait(self) -> float:
        """Seconds until the next window."""
        return WINDOW_S - now().timestamp() % WINDOW_S
