"""Housekeeping that every installation needs: delivered messages and finished jobs do not pile up."""

from __future__ import annotations

from datetime import timedelta

from yiwang.base.jobs.actions import purge_jobs
from yiwang.base.jobs.registry import job, schedule
from yiwang.base.messages.actions import drop_untaken, purge_messages
from yiwang.kernel import clock

KEPT_DAYS = 7


@job("jobs.tidy", lease_s=600)
def tidy() -> None:
    """Delete messages everybody has received and jobs that ended well, after a week, in small batches."""
    drop_untaken()
    before = clock.now() - timedelta(days=KEPT_DAYS)
    for purge in (purge_messages, purge_jobs):
        while purge(before):
            pass


schedule("jobs.tidy", job="jobs.tidy", every_s=3600)
