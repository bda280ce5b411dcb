"""What the data engine's queries hand out and its actions take: frozen records, never model rows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, TypeVar
from uuid import UUID

from yiwang.engines.data.specs import DatasetSpec
from yiwang.kernel.text import Text
from yiwang.kernel.titles import Title

T = TypeVar("T")


@dataclass(frozen=True)
class DatasetView:
    """One dataset; `spec` is None for one that only has runs so far."""

    uid: UUID
    name: str
    title: Title
    version: int
    spec: DatasetSpec | None
    scene: str
    department_id: int | None
    department_path: str
    area_path: str
    is_active: bool
    changed_at: datetime


@dataclass(frozen=True)
class Counts:
    """What came of a delivery's rows; `n_in` is all rows read, rejected ones included."""

    n_in: int = 0
    n_new: int = 0
    n_changed: int = 0
    n_same: int = 0
    n_rejected: int = 0


@dataclass(frozen=True)
class RunView:
    """One run; `by_id` is the account, None for the platform itself."""

    uid: UUID
    dataset: str
    number: int
    file_name: str
    digest: str
    n_bytes: int
    mapping: Mapping[str, Any] | None
    state: str
    counts: Counts
    started_at: datetime
    ended_at: datetime | None
    by_id: int | None
    error: Text | None

    @property
    def seconds(self) -> float | None:
        """How long it took; None while it runs."""
        return None if self.ended_at is None else (self.ended_at - self.started_at).total_seconds()


@dataclass(frozen=True)
class Reason:
    """Why a row, or one field of it (with the columns it comes from), was not taken."""

    text: Text
    field: str = ""
    columns: str = ""


@dataclass(frozen=True)
class RejectedRow:
    """A row to keep as rejected; `raw` is its original text."""

    line: int
    reasons: tuple[Reason, ...]
    raw: str


@dataclass(frozen=True)
class RejectView:
    """One rejected row as pages show it: numbers that could be a telephone or an identity are starred in `raw`."""

    id: int
    line: int
    reasons: tuple[Reason, ...]
    raw: str


@dataclass(frozen=True)
class Page(Generic[T]):
    """Rows and the key of the next page, "" at the end."""

    rows: tuple[T, ...]
    after: str


@dataclass(frozen=True)
class ExportView:
    """How far a published dataset is behind: everything changed before `complete_until` is in the lake."""

    dataset: str
    complete_until: datetime | None
    exported_at: datetime | None
    lag_s: float | None
    n_rows: int
    error: str


def text_json(text: Text) -> dict[str, Any]:
    """A message as JSON; parameters that are no plain values become text."""
    return {
        "msgid": text.msgid,
        "params": {
            name: text_json(value)
            if isinstance(value, Text)
            else value
            if isinstance(value, str | int | float | bool) or value is None
            else str(value)
            for name, value in text.params.items()
        },
    }


def text_of(data: Mapping[str, Any]) -> Text:
    """The message in JSON made by `text_json`."""
    params = {k: text_of(v) if isinstance(v, Mapping) else v for k, v in data.get("params", {}).items()}
    return Text(str(data["msgid"]), params)
