"""Writes of notices. What is told leaves no personal data behind: numbers and titles, never names or telephones."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from yiwang.base.access import Viewer
from yiwang.base.deeds import deed
from yiwang.base.notices.models import Notice
from yiwang.base.notices.texts import to_json
from yiwang.kernel.clock import now
from yiwang.kernel.errors import Invalid
from yiwang.kernel.text import N_, Text


def notify(account_ids: Iterable[int], text: Text, *, url: str = "", key: str = "", by: Viewer) -> int:
    """Tell accounts something, each once; returns how many were told.

    `url` is a path of this installation. With a `key` (`event:<uid>:closed`) nobody is told the same thing twice,
    so a repeated handler does no harm. Announces `notice.created` per account, which rings the bell live.
    """
    if url and (not url.startswith("/") or url.startswith("//") or "\\" in url):
        raise Invalid(N_("A notice leads to a page of this installation."))
    wanted = sorted(set(account_ids))
    if key:
        told = Notice.objects.filter(account_id__in=wanted, key=key).values_list("account_id", flat=True)
        wanted = sorted(set(wanted) - set(told))
    if not wanted:
        return 0
    with deed("notices.notify", by=by, subject=key or "notice") as d:
        params = to_json(text.params)
        rows = [Notice(account_id=one, msgid=text.msgid, params=params, url=url, key=key) for one in wanted]
        made = Notice.objects.bulk_create(rows, ignore_conflicts=bool(key))
        for row in made:
            d.announce("notice.created", version=1, subject=f"account:{row.account_id}", payload={"uid": str(row.uid)})
        d.note(accounts=len(made))
    return len(made)


def mark_read(uids: Iterable[UUID] | None = None, *, by: Viewer) -> int:
    """Mark the viewer's own notices read, all of them without `uids`; returns how many were unread.

    Not in the audit: it is the reader's own bookmark and changes nothing for anybody else.
    """
    if by.account_id is None:
        return 0
    rows = Notice.objects.filter(account_id=by.account_id, read_at=None)
    if uids is not None:
        rows = rows.filter(uid__in=list(uids))
    return rows.update(read_at=now())


def erase_notices_of(account_ids: Iterable[int], *, reason: str, by: Viewer) -> int:
    """Remove every notice to these accounts; returns how many."""
    with deed("notices.erase_notices_of", by=by, subject="notices", reason=reason) as d:
        n, _ = Notice.objects.filter(account_id__in=list(account_ids)).delete()
        d.note(notices=n)
    return n
