"""What a reader has not looked at yet, and the lists they keep."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from yiwang.base.access import Viewer
from yiwang.domains.events.models import SavedView, Seen
from yiwang.domains.events.queries.records import EventRow

Unread = Literal["new", "changed"]


@dataclass(frozen=True)
class SavedViewRecord:
    """A list the viewer keeps: `query` follows the page's address after "?"."""

    id: int
    title: str
    query: str


def unread(viewer: Viewer, rows: Iterable[EventRow]) -> dict[int, Unread]:
    """Which of these events are unread, by id: `new` = never opened, `changed` = something happened since. One query.

    Nothing is unread for a viewer without an account.
    """
    if viewer.account_id is None:
        return {}
    by_id = {row.id: row for row in rows}
    seen = dict(Seen.objects.filter(account_id=viewer.account_id, event_id__in=by_id).values_list("event_id", "at"))
    found: dict[int, Unread] = dict.fromkeys(by_id.keys() - seen.keys(), "new")
    found |= {pk: "changed" for pk, at in seen.items() if by_id[pk].changed_at > at}
    return found


def saved_views(viewer: Viewer, page: str) -> list[SavedViewRecord]:
    """The viewer's kept lists of a page (`work`, `events`, `supervise`), in their order."""
    if viewer.account_id is None:
        return []
    rows = SavedView.objects.filter(account_id=viewer.account_id, page=page).order_by("place", "pk")
    return [SavedViewRecord(row.pk, row.title, row.query) for row in rows]
