"""From what the flow returned to the event's present columns.

The flow owns work items and clocks; `project` is the only place that writes `status`, `department` and `due_at`.
Which step means which status is the scene's (`course.yaml: steps`), so a scene may draw its own flow.
"""

from __future__ import annotations

from datetime import datetime

from yiwang.domains.events.course import Rules
from yiwang.domains.events.models import Event, Status
from yiwang.engines.flow.queries import ItemView, Moved


def project(event: Event, moved: Moved, rules: Rules, *, at: datetime) -> None:
    """Set the event's columns from a flow move; does not save. Late = closed handling after the due moment."""
    event.changed_at = at
    if moved.is_ended:
        _end(event, moved, rules, at)
        return
    item = next(iter(moved.open_items), None)
    if item is None:
        return
    event.status = status_of(item, rules)
    if event.status in (Status.DISPATCHED, Status.HANDLING):
        event.department_id = item.department_id
        event.department_path = item.department_path
        event.due_at = item.due_at
        event.is_provisional_due = item.is_provisional
        event.handled_at = None
        if item.is_new:
            event.dispatched_at = event.dispatched_at or at
            event.accept_due_at = accept_due(event, rules, at)
        return
    event.accept_due_at = None
    if event.status in (Status.VERIFYING, Status.CLOSING) and event.handled_at is None:
        event.handled_at = at
    elif event.status == Status.RECEIVED:
        event.department_id = None
        event.department_path = ""
        event.due_at = item.due_at
        event.is_provisional_due = item.is_provisional


def status_of(item: ItemView, rules: Rules) -> Status:
    """The status a step stands for; a taken handling step is `handling`, an untaken one `dispatched`."""
    status = Status(rules.settings.steps[item.node])
    return Status.HANDLING if status == Status.DISPATCHED and item.state == "claimed" else status


def accept_due(event: Event, rules: Rules, at: datetime) -> datetime | None:
    """Until when somebody should have taken it, by the category's working minutes."""
    category = rules.categories.get(event.category_id) if event.category_id else None
    if category is None or not category.accept_minutes:
        return None
    return rules.calendar_of(category.id).add_minutes(at, category.accept_minutes).at


def _end(event: Event, moved: Moved, rules: Rules, at: datetime) -> None:
    event.accept_due_at = None
    event.status = Status(rules.settings.ends.get(moved.end_node or "", Status.CLOSED))
    event.closed_at = at
    event.outcome = moved.outcome or ""
    event.is_late = None if event.due_at is None else (event.handled_at or at) > event.due_at
