"""Reads of the flow engine: inboxes, one item, an instance's log. Records out; scope as DESIGN §7.

Inboxes are keyset pages, due first, each answered from one partial index over the open items.
"""

from __future__ import annotations

import time
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from django.db.models import Q, QuerySet, UUIDField

from yiwang.base.access import Viewer, scope
from yiwang.base.prepared import Given, Prepared
from yiwang.engines.flow import models, rights, store
from yiwang.engines.flow.models import NEVER
from yiwang.engines.flow.records import ItemDetail, ItemPage, ItemView, LogView, Moved, OutcomeView
from yiwang.engines.flow.rights import may_act
from yiwang.engines.flow.run import is_own_work
from yiwang.engines.flow.state import LogLine, TokenState
from yiwang.engines.flow.verbs import replay, return_targets
from yiwang.kernel.errors import NotFound
from yiwang.kernel.page_keys import from_page_key, page_key
from yiwang.kernel.text import N_

__all__ = [
    "NEVER",
    "ItemDetail",
    "ItemFilter",
    "ItemPage",
    "ItemView",
    "LogView",
    "Moved",
    "count_items",
    "differences_to_log",
    "done_items",
    "instance_log",
    "item",
    "may_act",
    "open_item_count",
    "open_items",
    "open_items_of",
    "open_items_of_many",
]

Whose = Literal["mine", "department", "all"]


@dataclass(frozen=True)
class ItemFilter:
    """Which open items; empty = no restriction.

    `department_id` instead of the viewer's own departments. `due_from` (included) and `due_before` bound the limit,
    where items without one count as due never; `created_after` keeps what opened since. `area_path` is a subtree.
    `among`: uids of instances, as a query of the domain that owns their subjects.
    """

    whose: Whose = "mine"
    department_id: int | None = None
    is_free: bool = False
    due_from: datetime | None = None
    due_before: datetime | None = None
    created_after: datetime | None = None
    area_path: str = ""
    among: QuerySet[Any, Any] | None = None


KEPT_S = 30.0
_used: tuple[float, tuple[str, ...]] = (0.0, ())


def open_items(
    viewer: Viewer,
    *,
    whose: Whose = "mine",
    department_id: int | None = None,
    is_free: bool = False,
    due_before: datetime | None = None,
    wanted: ItemFilter | None = None,
    after: str = "",
    limit: int = 50,
) -> ItemPage:
    """Open work, due first.

    `mine`: assigned to the viewer. `department`: of the departments the viewer has a post in (or the one named), as
    far as a grant covers them. `all`: everything a grant covers. `is_free` leaves out what somebody has taken.
    `after` is the previous page's. `wanted` says all of that, and more, in one. Invalid for an `after` that is none.
    """
    rows = _wanted_rows(viewer, wanted or ItemFilter(whose, department_id, is_free, due_before=due_before))
    if after:
        at, key = from_page_key(after)
        rows = rows.filter(Q(order_at__gt=at) | Q(pk__gt=key), order_at__gte=at)
    found = list(_light(rows).order_by("order_at", "id")[: limit + 1])
    more = len(found) > limit
    page = found[:limit]
    return ItemPage(tuple(_view(row) for row in page), page_key(page[-1].order_at, page[-1].pk) if more else "")


def count_items(viewer: Viewer, wanted: ItemFilter, *, most: int = 100) -> int:
    """How many open items `open_items` would list, counted up to `most`."""
    return _wanted_rows(viewer, wanted).values("pk")[:most].count()


def _wanted_rows(viewer: Viewer, wanted: ItemFilter) -> QuerySet[models.WorkItem]:
    rows = _open_rows(viewer, wanted.whose, wanted.department_id)
    if wanted.is_free:
        rows = rows.filter(assignee=None)
    if wanted.due_from is not None:
        rows = rows.filter(order_at__gte=wanted.due_from)
    if wanted.due_before is not None:
        rows = rows.filter(order_at__lt=wanted.due_before)
    if wanted.created_after is not None:
        rows = rows.filter(created_at__gt=wanted.created_after)
    if wanted.area_path:
        rows = rows.filter(area_path__under=wanted.area_path)
    if wanted.among is not None:
        rows = rows.filter(instance__uid__in=wanted.among)
    return rows


def _light(rows: QuerySet[models.WorkItem]) -> QuerySet[models.WorkItem]:
    """With the instance, without the columns no list shows."""
    heavy = ("data", "instance__variables", "instance__done")
    return rows.select_related("instance").defer(*heavy)


def _open_rows(viewer: Viewer, whose: Whose, department_id: int | None) -> QuerySet[models.WorkItem]:
    rows = models.WorkItem.objects.filter(ended_at=None)
    if whose == "mine":
        return rows.filter(assignee_id=viewer.account_id) if viewer.is_signed_in else rows.none()
    rows = rows.filter(_covered(viewer, participants=whose == "all"))
    if department_id is not None:
        return rows.filter(department_id=department_id)
    return rows.filter(department_id__in=viewer.department_ids) if whose == "department" else rows


def _covered(viewer: Viewer, *, participants: bool) -> Q:
    """Items of the permissions the viewer holds, each as far as one grant of that very permission covers them."""
    if viewer.is_system:
        return Q()
    found = Q(assignee_id=viewer.account_id) if participants and viewer.is_signed_in else Q(pk__in=())
    held = {grant.permission for grant in viewer.grants}
    for code in used_permissions():
        if code in held:
            found |= Q(permission=code) & scope(viewer, code)
    return found


def used_permissions() -> tuple[str, ...]:
    """The permissions that published definitions ask for; kept in this process for 30 s."""
    global _used
    kept_until, codes = _used
    if kept_until > time.monotonic():
        return codes
    steps = models.DefinitionVersion.objects.values_list("permissions", flat=True)
    codes = tuple(sorted({code for each in steps for code in each}))
    _used = (time.monotonic() + KEPT_S, codes)
    return codes


def forget_permissions() -> None:
    """Read them anew: a definition was published."""
    global _used
    _used = (0.0, ())


def open_item_count(viewer: Viewer, *, most: int = 100) -> int:
    """How much waits for the viewer: their own, and what nobody has taken in their departments. Counts up to `most`."""
    mine = _open_rows(viewer, "mine", None).values("pk")[:most].count()
    if mine >= most or not viewer.department_ids:
        return mine
    free = _open_rows(viewer, "department", None).filter(assignee=None).values("pk")
    return mine + free[: most - mine].count()


def done_items(viewer: Viewer, *, after: str = "", limit: int = 50) -> ItemPage:
    """What the viewer has finished, latest first."""
    if not viewer.is_signed_in:
        return ItemPage((), "")
    rows = models.WorkItem.objects.filter(ended_by_id=viewer.account_id)
    if after:
        at, key = from_page_key(after)
        rows = rows.filter(Q(ended_at__lt=at) | Q(pk__lt=key), ended_at__lte=at)
    found = list(_light(rows).order_by("-ended_at", "-id")[: limit + 1])
    page = found[:limit]
    last = page[-1] if len(found) > limit else None
    rest = page_key(last.ended_at, last.pk) if last and last.ended_at else ""
    return ItemPage(tuple(_view(row) for row in page), rest)


def item(viewer: Viewer, uid: UUID) -> ItemDetail:
    """One work item with what the viewer may do to it. NotFound when there is none or none the viewer may see."""
    row = models.WorkItem.objects.select_related("instance", "token").filter(uid=uid).first()
    if row is None:
        raise NotFound(N_("There is no such work item."))
    definition = store.definition_of(row.instance.version_id, row.instance.digest)
    view = store.item_view(row, definition)
    supervised_by = definition.spec.supervised_by
    took_part = viewer.is_signed_in and row.ended_by_id == viewer.account_id
    node = definition.user(row.node)
    withdraws = rights.may_withdraw(viewer, view, node.withdraw)
    if not (took_part or withdraws or rights.may_see(viewer, view, supervised_by)):
        raise NotFound(N_("There is no such work item."))
    is_live = view.is_open and not view.is_held
    done = store.done_of(row.instance)
    acts = is_live and may_act(viewer, view) and not is_own_work(node, done, viewer.account_id)
    behind = return_targets(definition, row.node, row.token.path) if acts else []
    return ItemDetail(
        item=view,
        outcomes=tuple(OutcomeView(code, each.title, each.needs_reason) for code, each in node.outcomes.items()),
        form=node.form,
        may_act=acts,
        may_claim=acts and row.assignee_id is None and viewer.is_signed_in,
        may_unclaim=acts and row.state == "claimed" and not row.is_given,
        may_withdraw=is_live and withdraws,
        return_targets=tuple((name, definition.user(name).title) for name in behind),
        may_supervise=view.is_open and rights.may_supervise(viewer, [view], supervised_by),
    )


_OPEN_OF = Prepared(
    lambda: (
        models.WorkItem.objects.filter(instance__uid=Given("uid", UUIDField()), ended_at=None)
        .select_related("instance")
        .order_by("number")
    )
)


def open_items_of(instance_uid: UUID) -> tuple[ItemView, ...]:
    """An instance's open items, oldest first, for the domain that owns its subject (which asks for the right)."""
    return tuple(_view(row) for row in _OPEN_OF.rows(uid=instance_uid))


def open_items_of_many(instance_uids: Iterable[UUID]) -> dict[UUID, ItemView]:
    """The oldest open item of each of these instances, in one query; as `open_items_of`."""
    rows = models.WorkItem.objects.filter(instance__uid__in=list(instance_uids), ended_at=None).order_by("-number")
    return {row.instance.uid: _view(row) for row in _light(rows)}


def instance_log(viewer: Viewer, uid: UUID) -> tuple[LogView, ...]:
    """An instance's log. NotFound unless the viewer may see one of its items."""
    row = models.Instance.objects.filter(uid=uid).first()
    if row is None or not _may_see_case(viewer, row):
        raise NotFound(N_("There is no such case."))
    lines = models.Log.objects.filter(instance=row).order_by("number")
    return tuple(LogView(x.number, x.at, x.by_id, x.verb, x.node, x.item, x.data) for x in lines)


def _may_see_case(viewer: Viewer, row: models.Instance) -> bool:
    if viewer.is_system:
        return True
    definition = store.definition_of(row.version_id, row.digest)
    for each in row.items.all():
        each.instance = row
        took_part = viewer.is_signed_in and viewer.account_id in (each.ended_by_id, each.assignee_id)
        if took_part or rights.may_see(viewer, store.item_view(each, definition), definition.spec.supervised_by):
            return True
    return False


def differences_to_log(uid: UUID) -> list[str]:
    """What of an instance's rows its log does not explain; [] when replaying the log gives the present state.

    For the check of an installation (`yiwang verify`), so no viewer is asked for. Data of the platform only.
    """
    row = models.Instance.objects.filter(uid=uid).first()
    if row is None:
        raise NotFound(N_("There is no such case."))
    lines = [
        (LogLine(x.verb, x.node, x.item, x.data), x.at, x.by_id)
        for x in models.Log.objects.filter(instance=row).order_by("number")
    ]
    told = replay(store.definition_of(row.version_id, row.digest), lines, store.surroundings(row))
    kept = store.full_state(row)
    differences = [] if len(lines) == row.n_log else ["log"]
    differences += [name for name in kept.__dataclass_fields__ if getattr(told, name) != getattr(kept, name)]
    live = {t.number for t in kept.tokens.values() if t.state is not TokenState.CONSUMED}
    if {each.token for each in kept.open_items} != live:
        differences.append("token without an open item")
    return differences


def _view(row: models.WorkItem) -> ItemView:
    return store.item_view(row, store.definition_of(row.instance.version_id, row.instance.digest))
