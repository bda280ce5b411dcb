"""Nightly retention, and cleaning the database's files after an erasure."""

from __future__ import annotations

from datetime import time

from django.conf import settings

from yiwang.base.erasure import actions, storage
from yiwang.base.jobs.registry import job, schedule


@job("erasure.clean_storage", retries=20, lease_s=3600)
def clean_storage() -> None:
    """See `storage.clean_storage`."""
    storage.clean_storage()


@job("erasure.apply_retention", lease_s=3600)
def apply_retention() -> None:
    """Remove what is past its time; then clean the files."""
    if actions.apply_retention():
        storage.clean_storage()


schedule(
    "erasure.apply_retention",
    job="erasure.apply_retention",
    daily_at=time(3, 20),
    zone=getattr(settings, "DISPLAY_TIME_ZONE", "UTC"),
)
