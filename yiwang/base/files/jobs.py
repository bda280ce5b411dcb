"""Housekeeping of stored files: what was sent and never used does not stay."""

from __future__ import annotations

from yiwang.base.access import SYSTEM
from yiwang.base.files.actions import remove_unclaimed, sweep_files
from yiwang.base.jobs.registry import job, schedule


@job("files.tidy", lease_s=600)
def tidy() -> None:
    """Remove unclaimed files of people without an account, and bytes no row names."""
    while remove_unclaimed(by=SYSTEM):
        pass
    sweep_files()


schedule("files.tidy", job="files.tidy", every_s=6 * 3600)
