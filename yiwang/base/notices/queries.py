"""Reads of one's own notices."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from yiwang.base.access import Viewer
from yiwang.base.notices.models import Notice
from yiwang.base.notices.texts import from_json
from yiwang.kernel.errors import NotFound
from yiwang.kernel.text import N_, Text


@dataclass(frozen=True)
class NoticeView:
    """One notice; `after` of the next page is the last one's `id`."""

    id: int
    uid: UUID
    text: Text
    url: str
    created_at: datetime
    is_read: bool


def unread_count(viewer: Viewer) -> int:
    """How many notices the viewer has not read."""
    return 0 if viewer.account_id is None else Notice.objects.filter(account_id=viewer.account_id, read_at=None).count()


def notices(
    viewer: Viewer, *, only_unread: bool = False, after: int | None = None, limit: int = 50
) -> list[NoticeView]:
    """The viewer's notices, newest first; `after` is the id of the last one already shown."""
    rows = Notice.objects.filter(account_id=viewer.account_id) if viewer.account_id else Notice.objects.none()
    if only_unread:
        rows = rows.filter(read_at=None)
    if after is not None:
        rows = rows.filter(pk__lt=after)
    return [
        NoticeView(row.pk, row.uid, from_json(row.msgid, row.params), row.url, row.created_at, row.read_at is not None)
        for row in rows.order_by("-id")[:limit]
    ]


def notice_url(viewer: Viewer, uid: UUID) -> str:
    """Where one of the viewer's notices leads, "" for nowhere. NotFound for somebody else's."""
    row = Notice.objects.filter(uid=uid, account_id=viewer.account_id).first() if viewer.account_id else None
    if row is None:
        raise NotFound(N_("There is no such notice."))
    return row.url
