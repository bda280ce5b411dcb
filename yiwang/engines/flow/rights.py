"""Who may act on a work item, and who supervises a case. Pure: a viewer and a record in, yes or no out."""

from __future__ import annotations

from collections.abc import Iterable

from yiwang.base.access import Viewer
from yiwang.engines.flow.records import ItemView
from yiwang.engines.flow.specs import WithdrawSpec
from yiwang.kernel.errors import NotAllowed
from yiwang.kernel.text import N_


def may_act(viewer: Viewer, item: ItemView) -> bool:
    """The one it is assigned to; nobody assigned: whoever has one grant covering its department and area."""
    if viewer.is_system:
        return True
    if item.assignee_id is not None:
        return item.assignee_id == viewer.account_id
    return viewer.may(item.permission, department_path=item.department_path, area_path=item.area_path)


def may_withdraw(viewer: Viewer, item: ItemView, rule: WithdrawSpec | None) -> bool:
    """The step may be taken back, and one grant of its rule's permission covers it where it is now."""
    if rule is None:
        return False
    return viewer.is_system or viewer.may(
        rule.permission, department_path=item.department_path, area_path=item.area_path
    )


def may_see(viewer: Viewer, item: ItemView, supervised_by: Iterable[str]) -> bool:
    """Who may act on it, could if it were not assigned, or supervises it."""
    return (
        may_act(viewer, item)
        or viewer.may(item.permission, department_path=item.department_path, area_path=item.area_path)
        or may_supervise(viewer, [item], supervised_by)
    )


def may_supervise(viewer: Viewer, items: Iterable[ItemView], supervised_by: Iterable[str]) -> bool:
    """One grant of one of these permissions covers one of the case's open items."""
    codes = tuple(supervised_by)
    return viewer.is_system or any(
        viewer.may(code, department_path=item.department_path, area_path=item.area_path)
        for item in items
        for code in codes
    )


def require_act(viewer: Viewer, item: ItemView) -> None:
    """NotAllowed unless `may_act`."""
    if not may_act(viewer, item):
        raise NotAllowed(N_("This work item is neither yours nor one your posts let you take."))


def require_supervise(viewer: Viewer, items: Iterable[ItemView], supervised_by: Iterable[str]) -> None:
    """NotAllowed unless `may_supervise`."""
    if not may_supervise(viewer, items, supervised_by):
        raise NotAllowed(N_("Only who supervises this case may do that."))
