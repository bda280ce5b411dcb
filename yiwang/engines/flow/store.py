"""Rows to state and back: loads an instance under lock, saves what a step changed. Private to the package.

A verb costs: lock the instance, read its open items with their tokens, its counting clocks; then one statement each
for changed tokens, items and clocks (insert or update in one), one for the log, one for the instance.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache
from typing import Any
from uuid import UUID

from yiwang.base.organisation import queries as organisation
from yiwang.base.people.queries import display_names
from yiwang.base.prepared import insert, update
from yiwang.engines.flow import models, reading
from yiwang.engines.flow.definition import Definition
from yiwang.engines.flow.models import NEVER
from yiwang.engines.flow.records import ItemView, Moved
from yiwang.engines.flow.run import Surroundings
from yiwang.engines.flow.specs import FlowSpec
from yiwang.engines.flow.state import (
    OPEN_ITEMS,
    ClockRecord,
    ClockState,
    Done,
    Event,
    InstanceStatus,
    ItemRecord,
    ItemState,
    LogLine,
    State,
    Step,
    TokenRecord,
    TokenState,
    Unit,
)
from yiwang.engines.flow.verbs import advance, new_state
from yiwang.kernel.calendar import Calendar
from yiwang.kernel.errors import Conflict, NotFound
from yiwang.kernel.text import N_

_NUMBERED = ("instance", "number")
_TOKEN_FIELDS = ("node", "state", "path")
_ITEM_FIELDS = (
    "assignee",
    "is_given",
    "state",
    "claimed_at",
    "ended_at",
    "ended_by",
    "due_at",
    "is_provisional",
    "order_at",
    "outcome",
    "data",
    "n_urged",
)
_CLOCK_FIELDS = ("item", "minutes", "state", "due_at", "is_provisional", "next_at", "n_warned", "n_extended", "holds")


@dataclass
class Loaded:
    """An instance under lock: its row, its definition, its state, and the rows of what is open."""

    row: models.Instance
    definition: Definition
    state: State
    tokens: dict[int, models.Token]
    items: dict[int, models.WorkItem]
    missed: tuple[ClockRecord, ...] = ()
    """Clocks the last verb found to have run out, which somebody must be told."""

    def item_view(self, number: int, *, is_new: bool = False) -> ItemView:
        """A loaded or saved item as a record."""
        row = self.items[number]
        row.instance = self.row
        return item_view(row, self.definition, is_new=is_new)


@lru_cache(maxsize=512)
def definition_of(version_id: int, digest: str) -> Definition:
    """A published version, compiled once per process: versions never change.

    The digest is part of the key because a database reuses an id whose transaction was rolled back.
    """
    row = models.DefinitionVersion.objects.select_related("definition").get(pk=version_id)
    return Definition(row.definition.key, row.version, FlowSpec.model_validate(row.body))


@lru_cache(maxsize=512)
def calendars_of(digest: str) -> Mapping[str, Calendar]:
    """The calendars an instance froze, by name; kept in this process because they never change."""
    kept = json.loads(models.FrozenCalendars.objects.get(pk=digest).body)
    made = {name: Calendar.from_json(data) for name, data in kept.items() if not isinstance(data, str)}
    return {name: made[data if isinstance(data, str) else name] for name, data in kept.items()}


def freeze(calendars: Mapping[str, Calendar], since_year: int) -> str:
    """Keep calendars as they are now and return their digest; cases with equal ones share the row."""
    kept: dict[str, Any] = {}
    names: dict[Calendar, str] = {}
    for name, calendar in sorted(calendars.items()):
        kept[name] = names[calendar] if calendar in names else calendar.as_json(since_year)
        names.setdefault(calendar, name)
    body = json.dumps(kept, ensure_ascii=False, separators=(",", ":"))
    digest = hashlib.sha256(body.encode()).hexdigest()
    # Asked of the database each time: what this process remembers may have been rolled back.
    models.FrozenCalendars.objects.bulk_create([models.FrozenCalendars(digest, body)], ignore_conflicts=True)
    return digest


def load_by_item(item_uid: UUID) -> tuple[Loaded, models.WorkItem]:
    """Lock the instance of a work item and load it. NotFound; Conflict naming who was quicker when it is finished."""
    row = reading.locked_instance(item_uid=item_uid)
    if row is None:
        raise NotFound(N_("There is no such work item."))
    found = _load(row)
    for item in found.items.values():
        if item.uid == item_uid:
            return found, item
    raise quicker(models.WorkItem.objects.get(uid=item_uid))


def load_by_uid(uid: UUID) -> Loaded:
    """Lock an instance and load it. NotFound."""
    row = reading.locked_instance(uid=uid)
    if row is None:
        raise NotFound(N_("There is no such case."))
    return _load(row)


def quicker(item: models.WorkItem) -> Conflict:
    """Says who finished a work item, and when."""
    names = display_names([item.ended_by_id]) if item.ended_by_id else {}
    if item.ended_by_id not in names:
        return Conflict(N_("This work item is finished already."))
    return Conflict(N_("%(name)s was quicker: this work item is finished already."), name=names[item.ended_by_id])


def _load(row: models.Instance) -> Loaded:
    # Read only after the lock is held: an earlier snapshot could show an item open that somebody has just finished.
    items = {item.number: item for item in reading.open_rows(row)}
    return loaded(row, items, reading.counting_clocks(row) if row.n_clocks else ())


def loaded(row: models.Instance, items: dict[int, models.WorkItem], clocks: Iterable[models.Clock]) -> Loaded:
    """Rows as state."""
    tokens = {item.token.number: item.token for item in items.values()}
    numbers = {item.pk: item.number for item in items.values()}
    state = State(
        status=InstanceStatus(row.status),
        unit=_unit(row.department_id, row.department_path),
        variables=row.variables,
        done=done_of(row),
        tokens={n: TokenRecord(n, t.node, TokenState(t.state), tuple(t.path)) for n, t in tokens.items()},
        items={n: _item_record(item) for n, item in items.items()},
        clocks={c.number: _clock_record(c, numbers) for c in clocks},
        last_outcome=row.last_outcome or None,
        n_returns=row.n_returns,
        n_tokens=row.n_tokens,
        n_items=row.n_items,
        n_clocks=row.n_clocks,
        held_at=row.held_at,
        end_node=row.end_node,
        outcome=row.outcome,
        ended_at=row.ended_at,
    )
    return Loaded(row, definition_of(row.version_id, row.digest), state, tokens, items)


def done_of(row: models.Instance) -> dict[str, Done]:
    """Who finished each user step last."""
    return {node: Done(by, Unit.from_json(unit), item) for node, (by, unit, item) in row.done.items()}


def _unit(department_id: int | None, path: str) -> Unit | None:
    return None if department_id is None else Unit(department_id, path)


def _item_record(row: models.WorkItem) -> ItemRecord:
    return ItemRecord(
        number=row.number,
        token=row.token.number,
        node=row.node,
        state=ItemState(row.state),
        unit=_unit(row.department_id, row.department_path),
        assignee=row.assignee_id,
        is_given=row.is_given,
        created_at=row.created_at,
        claimed_at=row.claimed_at,
        ended_at=row.ended_at,
        ended_by=row.ended_by_id,
        outcome=row.outcome,
        data=row.data,
        n_urged=row.n_urged,
    )


def _clock_record(row: models.Clock, numbers: Mapping[int, int]) -> ClockRecord:
    return ClockRecord(
        number=row.number,
        item=numbers[row.item_id] if row.item_id is not None else None,
        calendar=row.calendar,
        started_at=row.started_at,
        minutes=row.minutes,
        warn_at=tuple(row.warn_at),
        state=ClockState(row.state),
        due_at=row.due_at,
        is_provisional=row.is_provisional,
        next_at=row.next_at,
        n_warned=row.n_warned,
        n_extended=row.n_extended,
        holds=tuple((datetime.fromisoformat(a), b and datetime.fromisoformat(b)) for a, b in row.holds),
    )


def surroundings(row: models.Instance) -> Surroundings:
    """The instance's frozen calendars, and departments by code in its jurisdiction."""
    return Surroundings(calendars_of(row.calendars_id), _finder(row.jurisdiction))


def _finder(jurisdiction: str) -> Callable[[str], Unit | None]:
    def find(code: str) -> Unit | None:
        try:
            found = organisation.department(jurisdiction, code)
        except NotFound:
            return None
        return Unit(found.id, found.path) if found.is_active else None

    return find


def begin(row: models.Instance, event: Event) -> tuple[Loaded, Moved]:
    """Insert a new instance and apply its start event."""
    fresh = Loaded(row, definition_of(row.version_id, row.digest), new_state(), {}, {})
    step = advance(fresh.definition, fresh.state, event, surroundings(row))
    _note_on_row(row, step.state, len(step.lines))
    insert([row])
    return fresh, _save_parts(fresh, step, event)


def apply(found: Loaded, event: Event) -> Moved:
    """Apply an event to a loaded instance and save what it changed."""
    step = advance(found.definition, found.state, event, surroundings(found.row))
    changed = _note_on_row(found.row, step.state, found.row.n_log + len(step.lines))
    update(found.row, changed)
    return _save_parts(found, step, event)


def exchange_calendars(found: Loaded, digest: str) -> None:
    """Give a loaded instance other frozen calendars."""
    found.row.calendars_id = digest
    models.Instance.objects.filter(pk=found.row.pk).update(calendars_id=digest)


def _note_on_row(row: models.Instance, state: State, n_log: int) -> dict[str, Any]:
    """Set the row's columns to the state's; returns those that changed."""
    wanted: dict[str, Any] = {
        "department_id": state.unit.id if state.unit else None,
        "department_path": state.unit.path if state.unit else "",
        "variables": dict(state.variables),
        "done": {n: [d.by, d.unit.as_json() if d.unit else None, d.item] for n, d in state.done.items()},
        "status": state.status.value,
        "last_outcome": state.last_outcome or "",
        "end_node": state.end_node,
        "outcome": state.outcome,
        "held_at": state.held_at,
        "ended_at": state.ended_at,
        "n_returns": state.n_returns,
        "n_tokens": state.n_tokens,
        "n_items": state.n_items,
        "n_clocks": state.n_clocks,
        "n_log": n_log,
    }
    changed = {name: value for name, value in wanted.items() if getattr(row, name) != value}
    for name, value in changed.items():
        setattr(row, name, value)
    return changed


def _save_parts(found: Loaded, step: Step, event: Event) -> Moved:
    row, state = found.row, step.state
    tokens = [_token_row(row, state.tokens[n]) for n in step.tokens]
    insert(tokens, unique=_NUMBERED, changing=_TOKEN_FIELDS)
    found.tokens.update({token.number: token for token in tokens})
    was_open = set(found.items)
    touched = set(step.items) | {state.clocks[n].item for n in step.clocks} - {None}
    items = [_item_row(found, state, n) for n in sorted(n for n in touched if n is not None)]
    insert(items, unique=_NUMBERED, changing=_ITEM_FIELDS)
    found.items.update({item.number: item for item in items})
    clocks = [_clock_row(found, state.clocks[n]) for n in step.clocks]
    insert(clocks, unique=_NUMBERED, changing=_CLOCK_FIELDS)
    _insert_log(row, step.lines, event)
    found.missed = tuple(state.clocks[n] for n in step.clocks if state.clocks[n].state is ClockState.MISSED)
    found.state = state
    return _moved(found, was_open)


def _token_row(row: models.Instance, token: TokenRecord) -> models.Token:
    return models.Token(instance=row, number=token.number, node=token.node, state=token.state, path=list(token.path))


def _item_row(found: Loaded, state: State, number: int) -> models.WorkItem:
    item = state.items[number]
    known = found.items.get(number)
    clock = next((c for c in state.clocks.values() if c.item == number), None)
    unit = item.unit
    made = models.WorkItem(
        instance=found.row,
        token=found.tokens[item.token],
        number=number,
        node=item.node,
        permission=found.definition.user(item.node).permission,
        department_id=unit.id if unit else None,
        department_path=unit.path if unit else "",
        area_path=found.row.area_path,
        assignee_id=item.assignee,
        is_given=item.is_given,
        state=item.state,
        created_at=item.created_at,
        claimed_at=item.claimed_at,
        ended_at=item.ended_at,
        ended_by_id=item.ended_by,
        due_at=clock.due_at if clock else known.due_at if known else None,
        is_provisional=clock.is_provisional if clock else known.is_provisional if known else False,
        outcome=item.outcome,
        data=dict(item.data),
        n_urged=item.n_urged,
    )
    made.order_at = made.due_at or NEVER
    if known is not None:
        made.uid = known.uid
    return made


def _clock_row(found: Loaded, clock: ClockRecord) -> models.Clock:
    return models.Clock(
        instance=found.row,
        item=found.items[clock.item] if clock.item is not None else None,
        number=clock.number,
        calendar=clock.calendar,
        started_at=clock.started_at,
        minutes=clock.minutes,
        warn_at=list(clock.warn_at),
        state=clock.state,
        due_at=clock.due_at,
        is_provisional=clock.is_provisional,
        next_at=clock.next_at,
        n_warned=clock.n_warned,
        n_extended=clock.n_extended,
        holds=[[a.isoformat(), b and b.isoformat()] for a, b in clock.holds],
    )


def _insert_log(row: models.Instance, lines: tuple[LogLine, ...], event: Event) -> None:
    first = row.n_log - len(lines) + 1
    insert(
        [
            models.Log(
                instance=row,
                number=first + n,
                at=event.at,
                by_id=event.by,
                verb=line.verb,
                node=line.node,
                item=line.item,
                data=dict(line.data),
            )
            for n, line in enumerate(lines)
        ]
    )


def _moved(found: Loaded, was_open: set[int]) -> Moved:
    state = found.state
    opened = [n for n in sorted(found.items) if n not in was_open]
    closed = [n for n in sorted(was_open) if state.items[n].state not in OPEN_ITEMS]
    views = {n: found.item_view(n, is_new=n not in was_open) for n in found.items}
    whole = next((c for c in state.clocks.values() if c.item is None), None)
    return Moved(
        instance_uid=found.row.uid,
        subject=found.row.subject,
        is_ended=state.status in (InstanceStatus.ENDED, InstanceStatus.TERMINATED),
        is_held=state.status is InstanceStatus.HELD,
        end_node=state.end_node or None,
        outcome=state.outcome or None,
        opened=tuple(views[n] for n in opened),
        closed=tuple(views[n] for n in closed),
        open_items=tuple(views[item.number] for item in state.open_items),
        variables=dict(state.variables),
        due_at=whole.due_at if whole else None,
        is_provisional=whole.is_provisional if whole else False,
    )


def item_view(row: models.WorkItem, definition: Definition, *, is_new: bool = False) -> ItemView:
    """A work item's row (with its instance) as a record."""
    return ItemView(
        uid=row.uid,
        instance_uid=row.instance.uid,
        subject=row.instance.subject,
        subject_title=row.instance.title,
        number=row.number,
        node=row.node,
        title=definition.user(row.node).title,
        permission=row.permission,
        department_id=row.department_id,
        department_path=row.department_path,
        area_path=row.area_path,
        assignee_id=row.assignee_id,
        state=str(row.state),
        created_at=row.created_at,
        ended_at=row.ended_at,
        due_at=row.due_at,
        is_provisional=row.is_provisional,
        outcome=row.outcome,
        n_urged=row.n_urged,
        is_held=row.instance.status == InstanceStatus.HELD,
        is_new=is_new,
    )


def full_state(row: models.Instance) -> State:
    """The state with ended items, consumed tokens and stopped clocks too: what a replay of the log must give."""
    tokens = {t.number: t for t in row.tokens.all()}
    items = {i.number: i for i in models.WorkItem.objects.filter(instance=row).select_related("token")}
    found = loaded(row, items, models.Clock.objects.filter(instance=row))
    records = {n: TokenRecord(n, t.node, TokenState(t.state), tuple(t.path)) for n, t in tokens.items()}
    return replace(found.state, tokens=records)
