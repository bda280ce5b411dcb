"""Moves tokens through a definition: the builder on which the verbs (`verbs.py`) play.

No ORM, no clock on the wall, no randomness: state, event and surroundings in, new state and log lines out.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from yiwang.engines.flow.clocks import begin_clock, cancel_clock, stop_clock
from yiwang.engines.flow.definition import Definition, declared_values
from yiwang.engines.flow.specs import (
    ClockSpec,
    ComputedDepartment,
    EndNode,
    ExclusiveNode,
    FixedDepartment,
    SameAs,
    TableNode,
    UserNode,
)
from yiwang.engines.flow.state import (
    OPEN_INSTANCES,
    OPEN_ITEMS,
    ClockRecord,
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
from yiwang.kernel.calendar import Calendar
from yiwang.kernel.errors import Conflict, Invalid
from yiwang.kernel.text import N_


@dataclass(frozen=True)
class Surroundings:
    """What a step needs from outside: the instance's frozen calendars and the department a code stands for."""

    calendars: Mapping[str, Calendar]
    department: Callable[[str], Unit | None]


def is_own_work(node: UserNode, done: Mapping[str, Done], account_id: int | None) -> bool:
    """Whether `not_by` keeps this account from the step; `done` maps steps to who finished them last."""
    if node.not_by is None or account_id is None:
        return False
    last = done.get(node.not_by)
    return last is not None and last.by == account_id


class Run:
    """One event being applied. Raises Conflict or Invalid; the old state is never changed."""

    def __init__(self, definition: Definition, state: State, event: Event, around: Surroundings) -> None:
        self.definition = definition
        self.event = event
        self.around = around
        self.status = state.status
        self.unit = state.unit
        self.variables = dict(state.variables)
        self.done = dict(state.done)
        self.tokens = dict(state.tokens)
        self.items = dict(state.items)
        self.clocks = dict(state.clocks)
        self.last_outcome = state.last_outcome
        self.n_returns = state.n_returns
        self.n_tokens = state.n_tokens
        self.n_items = state.n_items
        self.n_clocks = state.n_clocks
        self.held_at = state.held_at
        self.end_node = state.end_node
        self.outcome = state.outcome
        self.ended_at = state.ended_at
        self.lines: list[LogLine] = []
        self._changed: dict[str, dict[int, None]] = {"tokens": {}, "items": {}, "clocks": {}}
        self._opened: list[ItemRecord] = []
        self._found_units: dict[str, Any] = {}
        self._next_person: int | None = None

    # what the verbs ask

    @property
    def at(self) -> datetime:
        """When the event happens."""
        return self.event.at

    @property
    def record(self) -> dict[str, Any]:
        """What conditions see now."""
        return self.definition.record(self.variables, self.last_outcome, self.n_returns)

    def open_item(self) -> ItemRecord:
        """The event's item, which must still be open; Conflict otherwise."""
        item = self.items.get(self.event.item or 0)
        if item is None or item.state not in OPEN_ITEMS:
            raise Conflict(N_("This work item is finished already."))
        return item

    def require_status(self, *wanted: InstanceStatus) -> None:
        """Conflict unless the instance has one of these statuses."""
        if self.status in wanted:
            return
        if self.status is InstanceStatus.HELD:
            raise Conflict(N_("The case is on hold; resume it first."))
        if self.status is InstanceStatus.OPEN:
            raise Conflict(N_("The case is not on hold."))
        raise Conflict(N_("The case is closed already."))

    # records

    def put_token(self, token: TokenRecord) -> TokenRecord:
        """Keep a new or changed token."""
        self.tokens[token.number] = token
        self._changed["tokens"][token.number] = None
        return token

    def put_item(self, item: ItemRecord) -> ItemRecord:
        """Keep a new or changed item."""
        self.items[item.number] = item
        self._changed["items"][item.number] = None
        return item

    def put_clock(self, clock: ClockRecord) -> None:
        """Keep a new or changed clock; one that did not change costs nothing."""
        if self.clocks.get(clock.number) != clock:
            self.clocks[clock.number] = clock
            self._changed["clocks"][clock.number] = None

    def clocks_of(self, item: int | None) -> list[ClockRecord]:
        """The clocks of an item, or of the whole case."""
        return [clock for clock in self.clocks.values() if clock.item == item]

    def calendar(self, name: str) -> Calendar:
        """One of the calendars frozen with the instance."""
        return self.around.calendars[name]

    def log(self, verb: str, node: str, data: Mapping[str, Any]) -> None:
        """Note an automatic decision."""
        self.lines.append(LogLine(verb, node, None, data))

    # moves

    def set_variables(self, given: Mapping[str, Any]) -> None:
        """Write what the flow declares of the facts offered; Invalid for one of another type."""
        self.variables.update(declared_values(self.definition.spec.variables, given))

    def assign(self, given: Mapping[str, Any] | None) -> None:
        """Take over who goes on with the case: `{"unit": [id, path]}` and/or `{"account": id}`."""
        if not given:
            return
        self.unit = Unit.from_json(given.get("unit")) or self.unit
        self._next_person = given.get("account")

    def new_token(self, node: str) -> TokenRecord:
        """A token at the start."""
        self.n_tokens += 1
        return TokenRecord(self.n_tokens, node)

    def begin_clock(self, spec: ClockSpec | None, item: int | None) -> None:
        """Begin a clock where the definition sets one and its minutes are above 0."""
        minutes = self.definition.limit_of(spec, self.record) if spec else None
        if spec is None or not minutes:
            return
        self.n_clocks += 1
        calendar = self.calendar(spec.calendar)
        self.put_clock(begin_clock(self.n_clocks, item, spec, minutes, calendar=calendar, at=self.at))

    def enter(self, token: TokenRecord, target: str) -> None:
        """Move a token to a node and on through automatic ones until a person must act or the road ends."""
        for _ in range(len(self.definition.spec.nodes) + 1):
            node = self.definition.node(target)
            if isinstance(node, UserNode):
                self._arrive(token, target, node)
                return
            if isinstance(node, EndNode):
                self._end(token, target, node)
                return
            if isinstance(node, TableNode):
                self._decide(target)
                target = node.next
            elif isinstance(node, ExclusiveNode):
                target = self._choose(target, node)
            else:
                target = node.next
        raise Conflict(N_("The flow turns in a circle at “%(node)s” without a step for a person."), node=target)

    def close_item(self, item: ItemRecord, state: ItemState, outcome: str = "", **more: Any) -> ItemRecord:
        """End an item and its clocks: met or missed when done, else cancelled (or missed)."""
        stop = stop_clock if state is ItemState.DONE else cancel_clock
        for clock in self.clocks_of(item.number):
            self.put_clock(stop(clock, self.at))
        return self.put_item(
            replace(item, state=state, outcome=outcome, ended_at=self.at, ended_by=self.event.by, **more)
        )

    def start_item(self, token: TokenRecord, node_id: str, unit: Unit | None, person: int | None) -> ItemRecord:
        """Open a work item at a token."""
        self.n_items += 1
        item = ItemRecord(
            number=self.n_items,
            token=token.number,
            node=node_id,
            state=ItemState.OPEN,
            unit=unit,
            assignee=person,
            is_given=person is not None,
            created_at=self.at,
        )
        self._opened.append(item)
        return self.put_item(item)

    def _arrive(self, token: TokenRecord, target: str, node: UserNode) -> None:
        path = token.path[: token.path.index(target)] if target in token.path else token.path
        token = self.put_token(replace(token, node=target, path=path))
        person = self._next_person
        self._next_person = None
        if person is None and node.person is not None and node.person.same_as in self.done:
            person = self.done[node.person.same_as].by
        if is_own_work(node, self.done, person):
            person = None  # not theirs to do: the department's list gets it
        item = self.start_item(token, target, self._unit_for(node), person)
        self.begin_clock(node.clock, item.number)

    def _unit_for(self, node: UserNode) -> Unit | None:
        rule = node.department
        if isinstance(rule, SameAs):
            last = self.done.get(rule.same_as)
            return last.unit if last else self.unit
        code = None
        if isinstance(rule, FixedDepartment):
            code = rule.code
        elif isinstance(rule, ComputedDepartment):
            code = self.definition.department_code(rule, self.record)
        if code is None:
            return self.unit
        unit = self.around.department(code)
        if unit is None:
            raise Invalid(N_("There is no department with the code %(code)s."), code=code)
        self._found_units[code] = unit.as_json()
        return unit

    def _decide(self, node_id: str) -> None:
        outputs, line = self.definition.decide(node_id, self.record)
        seen = self._seen(set(self.definition.compiled_table(node_id).fields))
        self.set_variables(outputs)
        self.log("decide", node_id, {"seen": seen, **line})

    def _choose(self, node_id: str, node: ExclusiveNode) -> str:
        record = self.record
        fields: set[str] = set()
        for n, (route, test) in enumerate(zip(node.routes, self.definition.routes[node_id], strict=True)):
            fields |= test.fields
            if test.holds(record):
                self.log("route", node_id, {"route": n, "to": route.next, "seen": self._seen(fields)})
                return route.next
        if node.default is None:
            raise Conflict(N_("No route of “%(node)s” fits and it has no default."), node=node_id)
        self.log("route", node_id, {"route": "default", "to": node.default, "seen": self._seen(fields)})
        return node.default

    def _seen(self, fields: set[str]) -> dict[str, Any]:
        values = self.variables | {"last_outcome": self.last_outcome, "flow_returns": self.n_returns}
        return {name: values.get(name) for name in sorted(fields)}

    def _end(self, token: TokenRecord, target: str, node: EndNode) -> None:
        self.put_token(replace(token, node=target, state=TokenState.CONSUMED))
        self.log("end", target, {"token": token.number})
        if any(each.state is not TokenState.CONSUMED for each in self.tokens.values()):
            return
        self.end_node = target
        self.outcome = node.outcome or target
        self.finish(InstanceStatus.ENDED)

    def finish(self, status: InstanceStatus) -> None:
        """Close the instance: what is open is cancelled, the case's clock stops."""
        for item in [each for each in self.items.values() if each.state in OPEN_ITEMS]:
            self.close_item(item, ItemState.CANCELLED)
        for token in [each for each in self.tokens.values() if each.state is not TokenState.CONSUMED]:
            self.put_token(replace(token, state=TokenState.CONSUMED))
        stop = stop_clock if status is InstanceStatus.ENDED else cancel_clock
        for clock in self.clocks_of(None):
            self.put_clock(stop(clock, self.at))
        self.status = status
        self.ended_at = self.at

    def remember(self, item: ItemRecord) -> None:
        """Note who finished a user step last."""
        self.done[item.node] = Done(self.event.by, item.unit, item.number)

    def step(self) -> Step:
        """The finished step."""
        assert self.status in OPEN_INSTANCES or not any(i.state in OPEN_ITEMS for i in self.items.values())
        data = dict(self.event.data)
        if self._found_units:
            data["units"] = self._found_units
        if self._opened:
            data["opened"] = [[item.number, item.node] for item in self._opened]
        item = self.items.get(self.event.item or 0)
        first = LogLine(self.event.verb, item.node if item else "", self.event.item, data)
        return Step(
            state=State(
                status=self.status,
                unit=self.unit,
                variables=self.variables,
                done=self.done,
                tokens=self.tokens,
                items=self.items,
                clocks=self.clocks,
                last_outcome=self.last_outcome,
                n_returns=self.n_returns,
                n_tokens=self.n_tokens,
                n_items=self.n_items,
                n_clocks=self.n_clocks,
                held_at=self.held_at,
                end_node=self.end_node,
                outcome=self.outcome,
                ended_at=self.ended_at,
            ),
            tokens=tuple(self._changed["tokens"]),
            items=tuple(self._changed["items"]),
            clocks=tuple(self._changed["clocks"]),
            lines=(first, *self.lines),
        )
