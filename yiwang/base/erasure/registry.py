"""Who can erase a person's traces, and what ages out. Declared in each package's `erasers.py`, imported when ready."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from yiwang.base.access import Viewer


@dataclass(frozen=True)
class Person:
    """Somebody to erase, as far as the platform knows them; no personal data, only keys.

    `blinds` maps kinds of personal data to blind indexes (`{"phone": "…"}`); a package whose rows carry one of them
    erases those rows too. `subjects` are the audit subjects of the person's own things (`account:<uid>`); an eraser who
    finds the person's words in other audit entries adds those to `audit_uids`: they are erased with the rest.
    """

    account_ids: tuple[int, ...]
    account_uids: tuple[UUID, ...]
    blinds: Mapping[str, str]
    is_private: bool
    by: Viewer
    reason: str
    deed_uid: UUID
    subjects: frozenset[str] = field(default_factory=frozenset)
    audit_uids: set[UUID] = field(default_factory=set, compare=False)


Eraser = Callable[[Person], int]
"""Erases what a package holds of the person, in the running transaction; returns how many things. May enqueue a job."""

Ager = Callable[[str, datetime, int], int]
"""`ager(name, before, limit)` removes up to `limit` things of the dataset or case type `name` older than `before`."""

_erasers: dict[str, Eraser] = {}
_agers: dict[str, Ager] = {}


def register_eraser(name: str, erase: Eraser) -> None:
    """Let `erase` take part in every erasure under `name`. Raises ValueError when another one has the name."""
    if _erasers.setdefault(name, erase) is not erase:
        raise ValueError(f"two erasers are called {name}")


def register_ager(target: str, age: Ager) -> None:
    """Let retention rules for `target` (`messages`, `dataset`, `case` …) use `age`. ValueError for a second one."""
    if _agers.setdefault(target, age) is not age:
        raise ValueError(f"two agers are called {target}")


def forget_eraser(name: str) -> None:
    """Forget an eraser (tests)."""
    _erasers.pop(name, None)


def forget_ager(target: str) -> None:
    """Forget an ager (tests)."""
    _agers.pop(target, None)


def erasers() -> Mapping[str, Eraser]:
    """All erasers by name, in the order of the packages from the base up."""
    return dict(_erasers)


def agers() -> Mapping[str, Ager]:
    """All agers by target."""
    return dict(_agers)
