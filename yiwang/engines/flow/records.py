"""What the flow engine hands out: frozen records, never rows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from yiwang.kernel.titles import Title


@dataclass(frozen=True, slots=True)
class Assignment:
    """Who goes on with the case: a department becomes the subject's, an account gets the next step in person."""

    department_id: int | None = None
    account_id: int | None = None


@dataclass(frozen=True, slots=True)
class ItemView:
    """One work item. `number` counts within its instance; `due_at` is None without a limit and while held."""

    uid: UUID
    instance_uid: UUID
    subject: str
    subject_title: str
    number: int
    node: str
    title: Title
    permission: str
    department_id: int | None
    department_path: str
    area_path: str
    assignee_id: int | None
    state: str
    created_at: datetime
    ended_at: datetime | None
    due_at: datetime | None
    is_provisional: bool
    outcome: str
    n_urged: int
    is_held: bool = False
    is_new: bool = False
    """Opened by the very move that returned this record."""

    @property
    def is_open(self) -> bool:
        """Somebody still has to finish it."""
        return self.ended_at is None


@dataclass(frozen=True, slots=True)
class ItemPage:
    """A page of an inbox, due first; `after` is the key of the next page or "" on the last."""

    items: tuple[ItemView, ...]
    after: str


@dataclass(frozen=True, slots=True)
class OutcomeView:
    """One way to finish a step."""

    code: str
    title: Title
    needs_reason: bool


@dataclass(frozen=True, slots=True)
class ItemDetail:
    """A work item with what the viewer may do to it: everything the page of a step needs."""

    item: ItemView
    outcomes: tuple[OutcomeView, ...]
    form: str | None
    may_act: bool
    may_claim: bool
    may_unclaim: bool
    may_withdraw: bool
    return_targets: tuple[tuple[str, Title], ...]
    may_supervise: bool


@dataclass(frozen=True, slots=True)
class Moved:
    """What a verb did. `due_at` is the whole case's limit where the flow has one."""

    instance_uid: UUID
    subject: str
    is_ended: bool
    is_held: bool
    end_node: str | None
    outcome: str | None
    opened: tuple[ItemView, ...]
    closed: tuple[ItemView, ...]
    open_items: tuple[ItemView, ...]
    variables: Mapping[str, Any] = field(default_factory=dict)
    due_at: datetime | None = None
    is_provisional: bool = False


@dataclass(frozen=True, slots=True)
class LogView:
    """One line of an instance's log; `by_id` None = the platform."""

    number: int
    at: datetime
    by_id: int | None
    verb: str
    node: str
    item: int | None
    data: Mapping[str, Any]
