"""Verbs on one work item: claim, unclaim, complete, return, transfer, urge, extend."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from yiwang.base.access import Viewer
from yiwang.base.organisation import queries as organisation
from yiwang.engines.flow import rights
from yiwang.engines.flow.actions.moving import Move, assignment_data, moving_item, needed, unit_of
from yiwang.engines.flow.definition import checked_values, declared_values
from yiwang.engines.flow.records import Assignment, ItemView, Moved
from yiwang.kernel.errors import Invalid, NotAllowed
from yiwang.kernel.text import N_


def claim_item(item_uid: UUID, *, by: Viewer) -> Moved:
    """Take an item from a department's list (签收). Conflict naming who has it when somebody was quicker."""
    with moving_item("claim_item", item_uid, by=by) as move:
        move.require_act()
        return move.apply("claim")


def unclaim_item(item_uid: UUID, *, by: Viewer) -> Moved:
    """Put a claimed item back; only who claimed it, or a supervisor. Conflict for one that was assigned by name."""
    with moving_item("unclaim_item", item_uid, by=by) as move:
        if move.item is None or move.item.assignee_id != by.account_id:
            move.require_supervise()
        return move.apply("unclaim")


def complete_item(
    item_uid: UUID,
    *,
    outcome: str,
    data: Mapping[str, Any] | None = None,
    variables: Mapping[str, Any] | None = None,
    assign: Assignment | None = None,
    by: Viewer,
    reason: str = "",
) -> Moved:
    """Finish a user step with one of its outcomes.

    `variables` are facts offered: the flow keeps those it declares. `data` stays with the item and may hold the
    step's declared keys only. `assign` says who goes on. Conflict naming who was quicker; NotAllowed without the
    right, or for one's own work where the step says `not_by`; Invalid for an unknown outcome or wrong values.
    """
    with moving_item("complete_item", item_uid, by=by, reason=reason) as move:
        move.require_act()
        assert move.item is not None
        node = move.found.definition.user(move.item.node)
        if outcome in node.outcomes and node.outcomes[outcome].needs_reason:
            needed(reason)
        return move.apply(
            "complete",
            outcome=outcome,
            variables=declared_values(move.found.definition.spec.variables, variables or {}) or None,
            data=checked_values(node.data, data or {}) or None,
            assign=assignment_data(assign),
        )


def return_item(item_uid: UUID, *, to_node: str | None = None, reason: str, by: Viewer) -> Moved:
    """Give the work back (退回) to the step before, or to an earlier one. Invalid when that is not possible."""
    with moving_item("return_item", item_uid, by=by, reason=needed(reason)) as move:
        move.require_act()
        return move.apply("return", to=to_node)


def transfer_item(
    item_uid: UUID,
    *,
    department_id: int | None = None,
    account_id: int | None = None,
    variables: Mapping[str, Any] | None = None,
    reason: str,
    by: Viewer,
) -> Moved:
    """Hand the work on (转办) to a department, a person, or a person of a department; its time limit goes with it.

    `variables` are facts offered, as in `complete_item`: a flow that computes departments from a variable learns the
    new one here. By who may act on it, or a supervisor. Invalid when the person may not do this step there.
    """
    if department_id is None and account_id is None:
        raise Invalid(N_("Say to which department or person the work goes."))
    with moving_item("transfer_item", item_uid, by=by, reason=needed(reason)) as move:
        assert move.item is not None
        if not rights.may_act(by, move.item):
            move.require_supervise()
        unit = unit_of(department_id) if department_id is not None else None
        if account_id is not None:
            _require_able(move.item, account_id, unit.path if unit else move.item.department_path)
        return move.apply(
            "transfer",
            unit=unit.as_json() if unit else None,
            account=account_id,
            variables=declared_values(move.found.definition.spec.variables, variables or {}) or None,
        )


def withdraw_item(item_uid: UUID, *, reason: str, by: Viewer) -> Moved:
    """Take a step back (收回) from whoever has it, taken or not, to where its definition says; its limit ends with it.

    Conflict for a step whose definition does not allow it; NotAllowed without the permission it names.
    """
    with moving_item("withdraw_item", item_uid, by=by, reason=needed(reason)) as move:
        assert move.item is not None
        rule = move.found.definition.user(move.item.node).withdraw
        if rule is not None and not rights.may_withdraw(by, move.item, rule):
            raise NotAllowed(N_("Your posts do not let you take this work back."))
        return move.apply("withdraw")


def _require_able(item: ItemView, account_id: int, department_path: str) -> None:
    """Invalid unless one post of the account covers the item where it goes."""
    posts = organisation.posts_of(account_id)
    if not any(
        item.permission in post.permissions and post.covers(department_path=department_path, area_path=item.area_path)
        for post in posts
    ):
        raise Invalid(N_("This person holds no post that may do this step there."))


def urge_item(item_uid: UUID, *, reason: str = "", by: Viewer) -> Moved:
    """Ask whoever has the item to hurry (催办); counted on it. Supervisors only."""
    with moving_item("urge_item", item_uid, by=by, reason=reason) as move:
        move.require_supervise()
        return move.apply("urge")


def extend_clock(item_uid: UUID, *, minutes: int, reason: str, by: Viewer) -> Moved:
    """Give an item more working minutes before its limit has run out. Conflict afterwards. Supervisors only."""
    with moving_item("extend_clock", item_uid, by=by, reason=reason) as move:
        move.require_supervise()
        return extended(move, minutes)


def extended(move: Move, minutes: int) -> Moved:
    """Extend and note by how much."""
    moved = move.apply("extend", minutes=minutes)
    move.deed.note(minutes=minutes)
    return moved
