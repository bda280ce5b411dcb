"""The state of one running instance as plain frozen records, and the events that change it.

Numbers (`token`, `item`, `clock`) count within their instance from 1, so that state, log and replay speak of the
same things without a database. An `Event` is one verb with JSON data only: the log keeps it, replay reads it back.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any


class InstanceStatus(StrEnum):
    """Where an instance stands."""

    OPEN = "open"
    HELD = "held"
    ENDED = "ended"
    TERMINATED = "terminated"


class TokenState(StrEnum):
    """Where a token stands: `waiting` = at a join that is not complete yet."""

    ACTIVE = "active"
    WAITING = "waiting"
    CONSUMED = "consumed"


class ItemState(StrEnum):
    """Where a work item stands; the first two are open."""

    OPEN = "open"
    CLAIMED = "claimed"
    DONE = "done"
    RETURNED = "returned"
    TRANSFERRED = "transferred"
    CANCELLED = "cancelled"


class ClockState(StrEnum):
    """Where a clock stands; `running` and `held` still count."""

    RUNNING = "running"
    HELD = "held"
    MET = "met"
    MISSED = "missed"
    CANCELLED = "cancelled"


WITHDRAWN = "withdrawn"
"""The outcome of an item that was taken back from whoever had it."""
OPEN_ITEMS = frozenset({ItemState.OPEN, ItemState.CLAIMED})
OPEN_INSTANCES = frozenset({InstanceStatus.OPEN, InstanceStatus.HELD})


@dataclass(frozen=True, slots=True)
class Unit:
    """A department an item can belong to: its id and its path in the tree."""

    id: int
    path: str

    def as_json(self) -> list[Any]:
        """`[id, path]`."""
        return [self.id, self.path]

    @staticmethod
    def from_json(data: Any) -> Unit | None:
        """What `as_json` wrote; None for None."""
        return Unit(int(data[0]), str(data[1])) if data else None


@dataclass(frozen=True, slots=True)
class TokenRecord:
    """Where a thread of the process is; `path` = the user steps behind it on its present road, for returns."""

    number: int
    node: str
    state: TokenState = TokenState.ACTIVE
    path: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ItemRecord:
    """One piece of work for a person or a department."""

    number: int
    token: int
    node: str
    state: ItemState
    unit: Unit | None
    assignee: int | None
    is_given: bool
    """Assigned to the person by rule or transfer, not taken by them: cannot be put back."""
    created_at: datetime
    claimed_at: datetime | None = None
    ended_at: datetime | None = None
    ended_by: int | None = None
    outcome: str = ""
    data: Mapping[str, Any] = field(default_factory=dict)
    n_urged: int = 0


@dataclass(frozen=True, slots=True)
class ClockRecord:
    """A time limit that was frozen when it began; `item` None = the whole case. Minutes are working minutes."""

    number: int
    item: int | None
    calendar: str
    started_at: datetime
    minutes: int
    warn_at: tuple[float, ...]
    state: ClockState
    due_at: datetime | None
    is_provisional: bool
    next_at: datetime | None
    """The next moment the due job must look at it: a warning or the end."""
    n_warned: int = 0
    n_extended: int = 0
    holds: tuple[tuple[datetime, datetime | None], ...] = ()


@dataclass(frozen=True, slots=True)
class Done:
    """Who finished a user step last."""

    by: int | None
    unit: Unit | None
    item: int


@dataclass(frozen=True, slots=True)
class State:
    """Everything an instance is. Ended items and consumed tokens may be left out: nothing looks at them again."""

    status: InstanceStatus
    unit: Unit | None
    """The subject's department, to whom steps go unless they say otherwise."""
    variables: Mapping[str, Any]
    done: Mapping[str, Done]
    tokens: Mapping[int, TokenRecord]
    items: Mapping[int, ItemRecord]
    clocks: Mapping[int, ClockRecord]
    last_outcome: str | None = None
    n_returns: int = 0
    n_tokens: int = 0
    n_items: int = 0
    n_clocks: int = 0
    held_at: datetime | None = None
    end_node: str = ""
    outcome: str = ""
    ended_at: datetime | None = None

    @property
    def open_items(self) -> list[ItemRecord]:
        """The items somebody still has to finish, oldest first."""
        return [item for _, item in sorted(self.items.items()) if item.state in OPEN_ITEMS]

    @property
    def live_tokens(self) -> list[TokenRecord]:
        """The tokens not consumed yet."""
        return [token for _, token in sorted(self.tokens.items()) if token.state is not TokenState.CONSUMED]


@dataclass(frozen=True, slots=True)
class Event:
    """One verb done to an instance at a moment by an account (None: the platform); `data` is JSON."""

    verb: str
    at: datetime
    by: int | None = None
    item: int | None = None
    data: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class LogLine:
    """One line of an instance's log: an event, or an automatic decision that followed it."""

    verb: str
    node: str
    item: int | None
    data: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Step:
    """What an event did: the new state, the numbers of what changed, and the lines to log (the event first)."""

    state: State
    tokens: tuple[int, ...]
    items: tuple[int, ...]
    clocks: tuple[int, ...]
    lines: tuple[LogLine, ...]
