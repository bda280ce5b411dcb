"""What comes back by the clock: exporting changes, finishing what was killed, tidying tables."""

from __future__ import annotations

from datetime import time

from yiwang.base.jobs.actions import enqueue
from yiwang.base.jobs.registry import job, schedule
from yiwang.engines.data.exporting import export_published
from yiwang.engines.data.lake.erasing import erase_from_tables
from yiwang.engines.data.lake.tidying import tables, tidy
from yiwang.engines.data.lake.writing import datasets_to_recover, recover


@job("data.export", retries=3, lease_s=600)
def export() -> None:
    """Bring the changes of all published datasets to the lake."""
    export_published()


@job("data.recover", retries=3, lease_s=600)
def recover_writes() -> None:
    """Carry out writes whose process was killed."""
    for dataset in datasets_to_recover():
        recover(dataset)


@job("data.tidy", retries=1, lease_s=3600)
def tidy_lake() -> None:
    """Join small files and remove old versions of every table."""
    for dataset in tables():
        tidy(dataset)


@job("data.erase_from_lake", retries=10, lease_s=3600, forgets=True)
def erase_from_lake(*, blinds: dict[str, str]) -> None:
    """Blank a person in tables that came from files, take the blanks of the domains, and drop older versions."""
    export_published()
    erase_from_tables(blinds)
    # what this job itself was asked by is cleaned out of the database's files after it
    enqueue("erasure.clean_storage", key="clean")


schedule("data.export", job="data.export", every_s=20)
schedule("data.recover", job="data.recover", every_s=60)
schedule("data.tidy", job="data.tidy", daily_at=time(3, 40), zone="Asia/Shanghai")
