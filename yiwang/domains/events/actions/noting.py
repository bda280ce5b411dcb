"""Notes among officials: words and photos on an event that its reporter never sees."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from yiwang.base.access import SYSTEM, Viewer, require
from yiwang.domains.events.actions.coursing import Standing, moving
from yiwang.kernel.errors import Invalid
from yiwang.kernel.text import N_, Text


def note_event(
    uid: UUID, *, by: Viewer, text: str, files: tuple[str, ...] = (), submission: UUID | None = None
) -> Standing:
    """Write a note into the event's story, whatever its state; only those whose grant shows them the event read it.

    `files` are uids of photos stored for the event. Invalid without words and photos, NotAllowed without
    `events.view` over the event. The same `submission` again changes nothing.
    """
    with moving(uid, "note_event", by=by, submission=submission) as move:
        event = move.event
        if by is not SYSTEM:
            require(by, "events.view", department_path=event.department_path, area_path=event.area_path)
        if move.is_repeat:
            return move.standing
        if not text.strip() and not files:
            empty = Text(N_("Please write something, or add a photo."))
            raise Invalid(empty, fields={"text": [empty]})
        photos: dict[str, Any] = {"files": list(files)} if files else {}
        move.tell("noted", text=text.strip(), **photos)
    return move.standing
