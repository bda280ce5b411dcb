"""A deed: what every write of the platform is wrapped in — one transaction, one audit entry, its messages.

    with deed("events.close_event", by=viewer, subject=f"event:{uid}", area_path=path, reason="…") as d:
        …ORM writes…
        d.note(changes={"status": ["handling", "closed"]})
        d.announce("event.closed", version=1, subject=str(uid), payload={"uid": str(uid)})

A deed inside another joins it: it becomes a step of the outer one's entry and its messages leave with the outer one's.
A deed adds at most three INSERT statements. Notes and payloads are JSON without personal data.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.db import transaction

from yiwang.base.audit.actions import insert_entry
from yiwang.base.audit.actor import Actor
from yiwang.base.messages.actions import Announcement, announce_all
from yiwang.kernel.ids import new_uid


@dataclass
class Deed:
    """The deed under way; `uid` is the uid of its audit entry (for a joined deed that of the outermost one).

    `subject` and `area_path` may be set inside the block, where the thing is only found under lock.
    """

    uid: UUID
    action: str
    subject: str
    reason: str
    area_path: str = ""
    notes: dict[str, Any] = field(default_factory=dict)
    steps: list[Deed] = field(default_factory=list)
    announcements: list[Announcement] = field(default_factory=list)

    def note(self, **facts: Any) -> None:
        """Add facts to the audit entry; a later value of the same name replaces the earlier one."""
        self.notes.update(facts)

    def announce(self, topic: str, *, version: int, subject: str, payload: Mapping[str, Any]) -> None:
        """Send a message when the outermost deed commits. Raises ValueError without topic or subject."""
        self.announcements.append(Announcement(topic, version, subject, payload))

    def story(self) -> dict[str, Any]:
        """The payload of the entry: notes, and the steps that joined."""
        told: dict[str, Any] = dict(self.notes)
        if self.steps:
            told["steps"] = [s.as_step() for s in self.steps]
        return told

    def as_step(self) -> dict[str, Any]:
        """This deed as a step of an outer one."""
        told: dict[str, Any] = {"action": self.action, "subject": self.subject}
        if self.reason:
            told["reason"] = self.reason
        return self.story() | told


_current: ContextVar[Deed | None] = ContextVar("yiwang_deed", default=None)


@contextmanager
def deed(action: str, *, by: Actor, subject: str = "", area_path: str = "", reason: str = "") -> Iterator[Deed]:
    """Open a deed; everything in the block, the audit entry and the messages commit together or not at all."""
    outer = _current.get()
    if outer is not None:
        yield from _joined(outer, Deed(outer.uid, action, subject, reason, area_path))
        return
    this = Deed(new_uid(), action, subject, reason, area_path)
    with transaction.atomic():
        token = _current.set(this)
        try:
            yield this
        finally:
            _current.reset(token)
        insert_entry(
            action,
            by=by,
            subject=this.subject,
            area_path=this.area_path,
            reason=reason,
            payload=this.story(),
            uid=this.uid,
        )
        announce_all(this.announcements)


def _joined(outer: Deed, this: Deed) -> Iterator[Deed]:
    """Run `this` within `outer`; when it fails and the outer one goes on, nothing of it is left."""
    with transaction.atomic():  # a savepoint
        token = _current.set(this)
        try:
            yield this
        finally:
            _current.reset(token)
    outer.steps.append(this)
    outer.announcements.extend(this.announcements)
