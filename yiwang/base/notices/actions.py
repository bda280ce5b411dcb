"""Writes of notices. What is told leaves no personal data behind: numbers and titles, never names or telephones."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from django.db.models import CharField, Q, Value
from django.db.models.functions import Cast, Concat

from yiwang.base.access import Viewer
from yiwang.base.deeds import deed
from yiwang.base.notices.models import Notice
from yiwang.base.notices.texts import to_json
from yiwang.kernel.clock import now
from yiwang.kernel.errors import Invalid
from yiwang.kernel.text import N_, Text

GROUPED_FOR = timedelta(hours=1)
"""How long a line that counts on goes on counting, if nobody reads it."""


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


@dataclass(frozen=True)
class Came:
    """What came for somebody: how many things, and what is said of the last and where it leads."""

    n: int
    text: Text
    url: str


def notify_grouped(came: Mapping[int, Came], many: Text, *, group: str, many_url: str, by: Viewer) -> int:
    """Tell accounts (by id) of what came of one kind, so that much of it does not flood them; returns how many.

    One thing is told by its own text. While that is unread and younger than `GROUPED_FOR` the next ones make it `many`
    instead, which is given `n`, how many they are, and leads to `many_url`; so do several at once. Announces
    `notice.created` as `notify` does.
    """
    if not came:
        return 0
    with deed("notices.notify_grouped", by=by, subject=group) as d:
        at = now()
        lines = Notice.objects.filter(account_id__in=list(came), key=group)
        over = Q(read_at__isnull=False) | Q(created_at__lte=at - GROUPED_FOR)
        lines.filter(over).update(key=Concat("key", Value(":"), Cast("pk", CharField())))
        new = [Notice(account_id=one, params={"n": 0}, key=group, created_at=at) for one in sorted(came)]
        Notice.objects.bulk_create(new, ignore_conflicts=True)
        rows = list(lines.select_for_update().order_by("account_id"))  # two workers at once: each counts on
        for row in rows:
            last = came[row.account_id]
            n = int(row.params["n"]) + last.n
            text, row.url = (last.text, last.url) if n == 1 else (many, many_url)
            row.msgid, row.params = text.msgid, to_json(text.params) | {"n": n}
            d.announce("notice.created", version=1, subject=f"account:{row.account_id}", payload={"uid": str(row.uid)})
        Notice.objects.bulk_update(rows, ["msgid", "params", "url"])
        d.note(accounts=len(rows))
    return len(rows)


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


def reword_notices(url: str, *, reword: Callable[[str], str], by: Viewer) -> int:
    """Pass every text in the notices that lead to a page through `reword` (what an erased person said leaves them).

    Returns how many changed.
    """
    n = 0
    with deed("notices.reword_notices", by=by, subject=f"page:{url}") as d:
        for row in Notice.objects.filter(url=url):
            params = {name: reword(value) if isinstance(value, str) else value for name, value in row.params.items()}
            if params != row.params:
                n += Notice.objects.filter(pk=row.pk).update(params=params)
        d.note(notices=n)
    return n


def erase_notices_of(account_ids: Iterable[int], *, reason: str, by: Viewer) -> int:
    """Remove every notice to these accounts; returns how many."""
    with deed("notices.erase_notices_of", by=by, subject="notices", reason=reason) as d:
        n, _ = Notice.objects.filter(account_id__in=list(account_ids)).delete()
        d.note(notices=n)
    return n
