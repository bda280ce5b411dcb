"""A reader's own marks: what they have looked at, and the lists they keep. Not in the audit: they change nothing for
anybody else."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

from django.db import transaction
from django.db.models import Max

from yiwang.base.access import Viewer
from yiwang.domains.events.models import Event, SavedView, Seen
from yiwang.kernel.clock import now
from yiwang.kernel.errors import Invalid, NotFound
from yiwang.kernel.text import N_, Text

Page = Literal["work", "events", "supervise"]
PAGES: tuple[Page, ...] = ("work", "events", "supervise")
MOST_VIEWS = 20
LONGEST_TITLE = 40
LONGEST_QUERY = 1_000


def see_event(*pks: int, by: Viewer) -> int:
    """The viewer has looked at these events (ids) now; returns how many marks changed.

    A mark that is newer than the event's last change stays as it is, so looking again writes nothing.
    """
    if by.account_id is None or not pks:
        return 0
    changed = dict(Event.objects.filter(pk__in=pks).values_list("pk", "changed_at"))
    known = dict(Seen.objects.filter(account_id=by.account_id, event_id__in=changed).values_list("event_id", "at"))
    stale = [pk for pk, at in changed.items() if pk not in known or known[pk] < at]
    if stale:
        at = now()
        Seen.objects.bulk_create(
            [Seen(account_id=by.account_id, event_id=pk, at=max(at, changed[pk])) for pk in stale],
            update_conflicts=True,
            unique_fields=["account", "event"],
            update_fields=["at"],
        )
    return len(stale)


def keep_view(page: str, title: str, query: str, *, by: Viewer) -> int:
    """Keep a list (the query of a page's address, without "?") under a title; the same title again replaces it.

    Returns its id. Invalid without a title, for too many or too long ones; NotFound for a page that keeps none.
    """
    title = _named(title)
    if page not in PAGES or by.account_id is None:
        raise NotFound(N_("There is no such list."))
    if len(query) > LONGEST_QUERY:
        raise Invalid(N_("This list has more conditions than can be kept."))
    with transaction.atomic():
        mine = SavedView.objects.filter(account_id=by.account_id, page=page)
        known = mine.filter(title=title).first()
        if known is not None:
            known.query = query
            known.save(update_fields=["query"])
            return known.pk
        if mine.count() >= MOST_VIEWS:
            raise Invalid(N_("You keep %(most)s lists already; please delete one first."), most=MOST_VIEWS)
        last = mine.aggregate(last=Max("place"))["last"]
        place = 0 if last is None else last + 1
        return SavedView.objects.create(account_id=by.account_id, page=page, title=title, query=query, place=place).pk


def rename_view(pk: int, title: str, *, by: Viewer) -> None:
    """Give one of the viewer's lists another title. Invalid without one, for a long one or one that another list of the
    page has; NotFound for somebody else's."""
    title = _named(title)
    with transaction.atomic():
        this = SavedView.objects.filter(pk=pk).first()
        if this is None or by.account_id is None or this.account_id != by.account_id:
            raise NotFound(N_("There is no such list."))
        if SavedView.objects.filter(account_id=by.account_id, page=this.page, title=title).exclude(pk=pk).exists():
            taken = Text(N_("Another of your lists is called “%(title)s”."), {"title": title})
            raise Invalid(taken, fields={"title": [taken]})
        this.title = title
        this.save(update_fields=["title"])


def _named(title: str) -> str:
    """A list's name with single blanks."""
    title = " ".join(title.split())
    if not title or len(title) > LONGEST_TITLE:
        wrong = Text(N_("Please give the list a name of at most %(most)s characters."), {"most": LONGEST_TITLE})
        raise Invalid(wrong, fields={"title": [wrong]})
    return title


def delete_view(pk: int, *, by: Viewer) -> None:
    """Forget one of the viewer's lists. NotFound for somebody else's."""
    if by.account_id is None or not SavedView.objects.filter(pk=pk, account_id=by.account_id).delete()[0]:
        raise NotFound(N_("There is no such list."))


def move_view(pk: int, *, by: Viewer, is_up: bool) -> None:
    """Put one of the viewer's lists one place further up or down; at the end it stays. NotFound for somebody else's."""
    with transaction.atomic():
        this = SavedView.objects.filter(pk=pk).first()
        if this is None or by.account_id is None or this.account_id != by.account_id:
            raise NotFound(N_("There is no such list."))
        every = SavedView.objects.filter(account_id=by.account_id, page=this.page).order_by("place", "pk")
        order = list(every.values_list("pk", flat=True))
        at = order.index(pk)
        to = max(0, min(len(order) - 1, at + (-1 if is_up else 1)))
        order.insert(to, order.pop(at))
        _renumber(order)


def _renumber(pks: Iterable[int]) -> None:
    rows = SavedView.objects.in_bulk(list(pks))
    for place, pk in enumerate(pks):
        rows[pk].place = place
    SavedView.objects.bulk_update(rows.values(), ["place"])
