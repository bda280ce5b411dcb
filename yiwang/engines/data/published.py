"""Datasets that domains publish: operational tables own the facts, the lake gets their changes, never back.

    publish(PublishedDataset("events", SPEC, changes))

`changes(since, after, limit)` gives rows changed at or after `since` (None: all), in order of (changed_at, id), those
behind `after` (the last page's key). `changed_page` does that for a Django query.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

from django.db import models
from django.db.models import Q, QuerySet

from yiwang.engines.data.specs import DatasetSpec

Key = Sequence[Any]
"""Where a page ended, as JSON: `["2026-01-01T00:00:00+00:00", 17]`."""
M = TypeVar("M", bound=models.Model)


@dataclass(frozen=True)
class Changes:
    """One page: rows by column, keys of rows that are gone, and the key of the next page (None: that was the last)."""

    rows: Sequence[Mapping[str, Any]]
    after: Key | None = None
    gone: Sequence[Mapping[str, Any]] = ()


@dataclass(frozen=True)
class PublishedDataset:
    """What a domain publishes. Erasing a person must change their rows, so that `changes` brings the blanks along."""

    name: str
    spec: DatasetSpec
    changes: Callable[[datetime | None, Key | None, int], Changes]


_published: dict[str, PublishedDataset] = {}


def publish(dataset: PublishedDataset) -> None:
    """Make a published dataset known, from `AppConfig.ready`. ValueError when another one has its name."""
    if _published.setdefault(dataset.name, dataset) != dataset:
        raise ValueError(f"the dataset {dataset.name} is published twice")


def published() -> tuple[PublishedDataset, ...]:
    """All published datasets by name."""
    return tuple(_published[name] for name in sorted(_published))


def forget_published(name: str) -> None:
    """Forget one (tests)."""
    _published.pop(name, None)


def changed_page(
    rows: QuerySet[M], since: datetime | None, after: Key | None, limit: int, *, changed: str = "changed_at"
) -> tuple[list[M], Key | None]:
    """A page of model rows by (`changed`, pk), and its key; the two columns want a common index."""
    if since is not None:
        rows = rows.filter(**{f"{changed}__gte": since})
    if after is not None:
        at, key = datetime.fromisoformat(str(after[0])), after[1]
        rows = rows.filter(Q(**{f"{changed}__gt": at}) | Q(pk__gt=key), **{f"{changed}__gte": at})
    found = list(rows.order_by(changed, "pk")[:limit])
    if len(found) < limit:
        return found, None
    last = found[-1]
    return found, [getattr(last, changed).isoformat(), last.pk]
