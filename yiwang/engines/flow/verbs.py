"""The verbs of an instance, as one pure function: `advance(definition, state, event, around) -> Step`.

Rights are not asked here (they are no part of replay); everything that belongs to the process itself is: what is
open, what may follow, who may not verify their own work.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from yiwang.engines.flow.clocks import COUNTING, extend_clock, hold_clock, reckon, resume_clock, warn_clock
from yiwang.engines.flow.definition import Definition, checked_values
from yiwang.engines.flow.run import Run, Surroundings, is_own_work
from yiwang.engines.flow.state import (
    WITHDRAWN,
    ClockRecord,
    ClockState,
    Event,
    InstanceStatus,
    ItemRecord,
    ItemState,
    LogLine,
    State,
    Step,
    Unit,
)
from yiwang.kernel.errors import Conflict, Invalid, NotAllowed
from yiwang.kernel.text import N_

OPEN = InstanceStatus.OPEN
HELD = InstanceStatus.HELD
AUTOMATIC = frozenset({"decide", "route", "end"})
"""Log verbs that follow from an event; replay works them out again."""


def new_state() -> State:
    """An instance before its `start` event."""
    return State(OPEN, None, {}, {}, {}, {}, {})


def advance(definition: Definition, state: State, event: Event, around: Surroundings) -> Step:
    """Apply one event.

    Raises Conflict (the state has moved on), Invalid (values, outcome, target) or NotAllowed (own work may not be
    verified); KeyError for a verb there is not. The given state is never changed.
    """
    verb = VERBS[event.verb]
    run = Run(definition, state, event, around)
    verb(run)
    return run.step()


def replay(
    definition: Definition, lines: Iterable[tuple[LogLine, datetime, int | None]], around: Surroundings
) -> State:
    """The state that a log leads to: (line, at, by) in order; automatic lines are worked out again, not read.

    Departments that were looked up by code are taken from the log, so that a later reorganisation changes nothing.
    """
    state = new_state()
    for line, at, by in lines:
        if line.verb in AUTOMATIC:
            continue
        then = replace(around, department=_found_then(line.data.get("units", {})))
        state = advance(definition, state, Event(line.verb, at, by, line.item, line.data), then).state
    return state


def _found_then(units: Mapping[str, Any]) -> Callable[[str], Unit | None]:
    """Department codes as they were resolved when the line was written."""
    return lambda code: Unit.from_json(units.get(code))


def _start(run: Run) -> None:
    run.variables = run.definition.first_values()
    run.set_variables(run.event.data.get("variables", {}))
    run.assign(run.event.data.get("assign"))
    run.begin_clock(run.definition.spec.clock, None)
    run.enter(run.new_token("start"), run.definition.start.next)


def _claim(run: Run) -> None:
    run.require_status(OPEN)
    item = run.open_item()
    _refuse_own_work(run, item, run.event.by)
    if run.event.by is None:
        raise Invalid(N_("Only a person can take a work item."))
    if item.assignee is not None:
        raise Conflict(N_("Somebody has taken this work item already."))
    run.put_item(replace(item, state=ItemState.CLAIMED, assignee=run.event.by, claimed_at=run.at))


def _unclaim(run: Run) -> None:
    run.require_status(OPEN)
    item = run.open_item()
    if item.state is not ItemState.CLAIMED or item.is_given:
        raise Conflict(N_("This work item was not taken from the department's list; transfer it instead."))
    run.put_item(replace(item, state=ItemState.OPEN, assignee=None, claimed_at=None))


def _complete(run: Run) -> None:
    run.require_status(OPEN)
    item = run.open_item()
    _refuse_own_work(run, item, run.event.by)
    node = run.definition.user(item.node)
    data = run.event.data
    name = str(data["outcome"])
    outcome = node.outcomes.get(name)
    if outcome is None:
        known = ", ".join(node.outcomes)
        raise Invalid(N_("“%(outcome)s” is no outcome of this step: %(known)s"), outcome=name, known=known)
    run.set_variables(data.get("variables", {}))
    run.assign(data.get("assign"))
    run.close_item(item, ItemState.DONE, name, data=checked_values(node.data, data.get("data", {})))
    run.remember(item)
    run.last_outcome = name
    token = run.tokens[item.token]
    run.enter(replace(token, path=(*token.path, item.node)), outcome.next)


def _return(run: Run) -> None:
    run.require_status(OPEN)
    item = run.open_item()
    token = run.tokens[item.token]
    target = _return_target(run, item, token.path)
    node = run.definition.user(target)
    run.close_item(item, ItemState.RETURNED)
    run.n_returns += 1
    last = run.done[target]
    token = run.put_token(replace(token, node=target, path=token.path[: token.path.index(target)]))
    person = last.by if node.returned_to == "person" else None
    opened = run.start_item(token, target, last.unit, person)
    run.begin_clock(node.clock, opened.number)


def _return_target(run: Run, item: ItemRecord, path: tuple[str, ...]) -> str:
    """The step to return to: the one asked for, else the one before; Invalid when that is not possible."""
    targets = return_targets(run.definition, item.node, path)
    if not targets:
        raise Invalid(N_("This step cannot be returned."))
    wanted = run.event.data.get("to") or targets[-1]
    if wanted not in targets:
        raise Invalid(N_("This step cannot be returned to “%(node)s”."), node=wanted)
    return str(wanted)


def return_targets(definition: Definition, node_id: str, path: Iterable[str]) -> list[str]:
    """The earlier user steps a step may be returned to, the nearest last."""
    allowed = definition.user(node_id).may_return
    if isinstance(allowed, tuple):
        return [name for name in path if name in allowed]
    return list(path) if allowed else []


def _transfer(run: Run) -> None:
    run.require_status(OPEN)
    item = run.open_item()
    unit = Unit.from_json(run.event.data.get("unit")) or item.unit
    person = run.event.data.get("account")
    if unit == item.unit and person == item.assignee:
        raise Invalid(N_("The work item is there already."))
    _refuse_own_work(run, item, person)
    run.set_variables(run.event.data.get("variables", {}))
    run.put_item(replace(item, state=ItemState.TRANSFERRED, ended_at=run.at, ended_by=run.event.by))
    node = run.definition.user(item.node)
    if node.department == "subject.department" and unit is not None:
        run.unit = unit
    opened = run.start_item(run.tokens[item.token], item.node, unit, person)
    for clock in run.clocks_of(item.number):
        run.put_clock(replace(clock, item=opened.number))


def _withdraw(run: Run) -> None:
    run.require_status(OPEN)
    item = run.open_item()
    rule = run.definition.user(item.node).withdraw
    if rule is None:
        raise Conflict(N_("This step cannot be taken back."))
    run.close_item(item, ItemState.CANCELLED, WITHDRAWN)
    run.last_outcome = WITHDRAWN
    run.enter(run.tokens[item.token], rule.next)


def _hold(run: Run) -> None:
    run.require_status(OPEN)
    run.status = HELD
    run.held_at = run.at
    for clock in list(run.clocks.values()):
        run.put_clock(hold_clock(clock, run.at))


def _resume(run: Run) -> None:
    run.require_status(HELD)
    run.status = OPEN
    run.held_at = None
    for clock in list(run.clocks.values()):
        run.put_clock(resume_clock(clock, run.at, run.calendar(clock.calendar)))


def _extend(run: Run) -> None:
    run.require_status(OPEN)
    item = run.open_item() if run.event.item else None
    clocks = [each for each in run.clocks_of(item.number if item else None) if each.state in COUNTING]
    if not clocks:
        raise Conflict(N_("No time limit is running here."))
    for clock in clocks:
        calendar = run.calendar(clock.calendar)
        run.put_clock(extend_clock(clock, int(run.event.data["minutes"]), run.at, calendar))


def _urge(run: Run) -> None:
    run.require_status(OPEN)
    item = run.open_item()
    run.put_item(replace(item, n_urged=item.n_urged + 1))


def _terminate(run: Run) -> None:
    run.require_status(OPEN, HELD)
    run.outcome = "terminated"
    run.finish(InstanceStatus.TERMINATED)


def _renew(run: Run) -> None:
    """Reckon provisional clocks anew: their year's holidays have been published since."""
    run.require_status(OPEN, HELD)
    for clock in list(run.clocks.values()):
        if clock.is_provisional and clock.state is ClockState.RUNNING:
            run.put_clock(reckon(clock, run.calendar(clock.calendar)))


def _warn(run: Run) -> None:
    clock = _due_clock(run)
    warned = warn_clock(clock, run.at, run.calendar(clock.calendar))
    if warned == clock:
        raise Conflict(N_("This warning has been given already."))
    run.put_clock(warned)


def _miss(run: Run) -> None:
    clock = _due_clock(run)
    if clock.due_at is None or run.at <= clock.due_at:
        raise Conflict(N_("This time limit has not run out."))
    run.put_clock(replace(clock, state=ClockState.MISSED, next_at=None))


def _due_clock(run: Run) -> ClockRecord:
    run.require_status(OPEN)
    clock = run.clocks.get(int(run.event.data["clock"]))
    if clock is None or clock.state is not ClockState.RUNNING:
        raise Conflict(N_("No time limit is running here."))
    return clock


def _refuse_own_work(run: Run, item: ItemRecord, account_id: int | None) -> None:
    """NotAllowed when the step must be done by somebody other than who finished an earlier one."""
    if is_own_work(run.definition.user(item.node), run.done, account_id):
        raise NotAllowed(N_("This step must be done by somebody other than who did the step before it."))


VERBS: dict[str, Callable[[Run], None]] = {
    "start": _start,
    "claim": _claim,
    "unclaim": _unclaim,
    "complete": _complete,
    "return": _return,
    "transfer": _transfer,
    "withdraw": _withdraw,
    "hold": _hold,
    "resume": _resume,
    "extend": _extend,
    "urge": _urge,
    "terminate": _terminate,
    "renew": _renew,
    "warn": _warn,
    "miss": _miss,
}
