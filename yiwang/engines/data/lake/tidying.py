"""Housekeeping of tables: small files are joined, old versions go, pinned ones stay."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any

from yiwang.engines.data.lake.lease import hold_lease
from yiwang.engines.data.lake.staging import remove_orphans
from yiwang.engines.data.lake.tables import lake_root, open_table
from yiwang.engines.data.lake.writing import recover
from yiwang.engines.data.models import Pin, Write, WriteState
from yiwang.kernel.clock import now
from yiwang.kernel.errors import NotFound
from yiwang.kernel.text import N_

KEPT = timedelta(days=7)
"""How long a version stays readable that nobody pinned."""
INTENTS_KEPT = timedelta(days=30)
LOG_KEPT_DAYS = 30
MANY_FILES = 16


def tables() -> list[str]:
    """Names of all tables in the lake."""
    found = [path.parent.name for path in lake_root().glob("*/_delta_log")]
    return sorted(name for name in found if not name.startswith("."))


def tidy(dataset: str) -> None:
    """Carry out what is open, join small files, remove versions older than `KEPT` except pinned ones."""
    recover(dataset)
    with hold_lease(dataset):
        table = open_table(dataset)
        if table is None:
            return
        if len(table.file_uris()) > MANY_FILES:
            table.optimize.compact()
            table.update_incremental()
        pins = sorted(set(Pin.objects.filter(dataset=dataset).values_list("version", flat=True)))
        _remove_old(table, KEPT, pins)
        table.create_checkpoint()
        if not any(_is_older(table, version) for version in pins):
            table.cleanup_metadata()  # a pinned version needs the log from its checkpoint on
    open_uids = Write.objects.filter(dataset=dataset, state=WriteState.OPEN).values_list("uid", flat=True)
    remove_orphans(dataset, set(open_uids))
    _forget_intents(dataset)


def remove_history(dataset: str) -> None:
    """Remove every version but the present one, pinned ones too: somebody in them was erased."""
    recover(dataset)
    with hold_lease(dataset):
        table = open_table(dataset)
        if table is not None:
            _remove_old(table, timedelta(0), ())
    Pin.objects.filter(dataset=dataset).delete()


def pin_version(dataset: str, version: int, purpose: str) -> None:
    """Keep a version readable, for a purpose; repeating it changes nothing. Invalid or NotFound when it is gone."""
    with hold_lease(dataset):  # not while a tidying run decides
        if open_table(dataset, version) is None:
            raise NotFound(N_("There is no dataset %(name)s."), name=dataset)
        Pin.objects.get_or_create(
            dataset=dataset, version=version, purpose=purpose[:120], defaults={"pinned_at": now()}
        )


def unpin_version(dataset: str, version: int, purpose: str) -> None:
    """Let a version go that was kept for this purpose."""
    Pin.objects.filter(dataset=dataset, version=version, purpose=purpose[:120]).delete()


def _remove_old(table: Any, kept: timedelta, pins: Collection[int]) -> None:
    hours = int(kept.total_seconds() // 3600)
    options: dict[str, Any] = {"keep_versions": sorted(pins)} if pins else {}
    table.vacuum(retention_hours=hours, dry_run=False, enforce_retention_duration=False, full=True, **options)


def _is_older(table: Any, version: int) -> bool:
    """Whether a version is about to leave the log by its age."""
    for entry in table.history():
        if entry.get("version") == version:
            at = datetime.fromtimestamp(entry["timestamp"] / 1000, now().tzinfo)
            return at < now() - timedelta(days=LOG_KEPT_DAYS - 1)
    return True


def _forget_intents(dataset: str) -> None:
    """Delete closed intents after a month, except the one with the highest number."""
    last = Write.objects.filter(dataset=dataset, number__isnull=False).order_by("-number").values("pk")[:1]
    old = Write.objects.filter(dataset=dataset, ended_at__lt=now() - INTENTS_KEPT).exclude(state=WriteState.OPEN)
    old.exclude(pk__in=list(last.values_list("pk", flat=True))).delete()
