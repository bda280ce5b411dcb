"""The story of an event: entries appended by the actions, never edited."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from yiwang.base.access import Viewer
from yiwang.domains.events.models import Event, EventEntry


def tell(
    event: Event,
    kind: str,
    *,
    at: datetime,
    by: Viewer,
    text: str = "",
    is_public: bool = False,
    **data: Any,
) -> EventEntry:
    """An entry to be saved: `kind` as in `wording.ENTRY_TITLES`, `text` somebody's words, `data` plain JSON.

    Names of citizens and companies are personal data and stand in their account only.
    """
    return EventEntry(
        event=event,
        at=at,
        by_id=by.account_id,
        by_name=by.name if by.kind in ("official", "service") else "",
        kind=kind,
        text=text,
        data=data,
        is_public=is_public,
    )
