"""What the metric engine's queries hand out: frozen records, never model rows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from yiwang.engines.metric.specs import Comparison, MetricSpec

Cell = Any
"""A date (grains), text (dimensions), a number or None (values)."""


@dataclass(frozen=True)
class MetricView:
    """A metric in force: its present version and SELECT."""

    key: str
    jurisdiction: str
    scene: str
    version: int
    version_id: int
    spec: MetricSpec
    sql: str
    digest: str


@dataclass(frozen=True)
class Measured:
    """An answer: `rows` (n x columns), sorted; columns are what it was broken down by, then `value`, and for a ratio
    `numerator` and `denominator`. `as_of` is when the newest table read was written, None when none has rows yet.
    """

    metric: MetricView
    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    as_of: datetime | None
    versions: Mapping[str, int]

    @property
    def total(self) -> float | None:
        """The whole as one value; None when nothing is known."""
        n = self.columns.index("value")
        if self.metric.spec.value == "sum":
            known = [row[n] for row in self.rows if row[n] is not None]
            return sum(known) if known else None
        above = sum(row[n + 1] or 0 for row in self.rows)
        below = sum(row[n + 2] or 0 for row in self.rows)
        return above / below if below else None

    def records(self) -> Iterator[dict[str, Cell]]:
        """The rows as mappings."""
        return (dict(zip(self.columns, row, strict=True)) for row in self.rows)


@dataclass(frozen=True)
class Compared:
    """A value beside an earlier one; `change` is relative (0.1 = 10 % more), for shares the difference in points.

    None where either is unknown or the earlier one is zero.
    """

    how: Comparison
    value: float | None
    before: float | None
    change: float | None
    tone: str


@dataclass(frozen=True)
class SnapshotView:
    """Figures as they were told."""

    uid: UUID
    metric: str
    jurisdiction: str
    version: int
    since: date
    until: date
    by: tuple[str, ...]
    depth: int | None
    dataset_versions: Mapping[str, int]
    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    digest: str
    reason: str
    taken_at: datetime
