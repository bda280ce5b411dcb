"""Everything a flow file can get wrong that its types cannot say: references, roads, gateways, conditions.

All problems at once, each with the path of the key it stands at, so that a loader can name the line.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import product
from math import prod
from typing import Any

from yiwang.base.access import permissions
from yiwang.engines.flow.definition import (
    BUILT_IN,
    Definition,
    checked_values,
    compile_condition,
    compile_expression,
)
from yiwang.engines.flow.specs import (
    CASE_CALENDAR,
    DEFAULT_PERMISSION,
    ClockSpec,
    ComputedDepartment,
    EndNode,
    ExclusiveNode,
    FlowSpec,
    SameAs,
    StartNode,
    TableNode,
    UserNode,
    targets,
)
from yiwang.engines.flow.state import WITHDRAWN
from yiwang.kernel.calendar import NAMES
from yiwang.kernel.conditions import INTEGER, STRING, Condition, ConditionError
from yiwang.kernel.errors import Invalid
from yiwang.kernel.specs import Path
from yiwang.kernel.specs.wording import nearest
from yiwang.kernel.tables import TableError
from yiwang.kernel.text import N_, Text

Found = tuple[Path, Text]
MOST_CASES = 4096
"""Combinations of values tried to prove that a gateway covers every case; above it a default is asked for."""


def check_flow(
    key: str, spec: FlowSpec, *, calendars: Collection[str] = NAMES, known_permissions: Collection[str] | None = None
) -> list[Found]:
    """Everything wrong with a definition, in the order of its nodes. `known_permissions` None = the registered ones."""
    codes = set(permissions()) if known_permissions is None else set(known_permissions)
    checker = _Checker(Definition(key, 0, spec), {CASE_CALENDAR, *calendars}, codes | {DEFAULT_PERMISSION})
    checker.run()
    return checker.found


@dataclass
class _Checker:
    definition: Definition
    calendars: set[str]
    permissions: set[str]
    found: list[Found] = field(default_factory=list)
    ahead: dict[str, set[str]] = field(default_factory=dict)

    @property
    def spec(self) -> FlowSpec:
        return self.definition.spec

    def add(self, path: Path, msgid: str, **params: Any) -> None:
        self.found.append((path, Text(msgid, params)))

    def run(self) -> None:
        """Variables first; what follows needs them sound."""
        self._variables()
        if self.found:
            return
        self._starts()
        edges = self._edges()
        self.ahead = {name: _reach(edges, name) for name in self.spec.nodes}
        self._roads(edges)
        self._clock(self.spec.clock, ("clock",))
        for n, code in enumerate(self.spec.supervised_by):
            self._permission(code, ("supervised_by", n))
        for name, node in self.spec.nodes.items():
            if isinstance(node, UserNode):
                self._user(name, node)
            elif isinstance(node, ExclusiveNode):
                self._gateway(name, node)
            elif isinstance(node, TableNode):
                self._table(name, node)

    def _variables(self) -> None:
        for name, variable in self.spec.variables.items():
            at: Path = ("variables", name)
            if name in BUILT_IN:
                self.add(at, N_("“%(name)s” is a field every flow has; choose another name"), name=name)
            if variable.one_of and variable.type != "string":
                self.add((*at, "one_of"), N_("a list of allowed texts fits the type string only"))
            elif variable.default is not None:
                try:
                    checked_values({name: variable}, {name: variable.default})
                except Invalid as wrong:
                    self.found.append(((*at, "default"), wrong.fields[name][0]))

    def _starts(self) -> None:
        starts = [name for name, node in self.spec.nodes.items() if isinstance(node, StartNode)]
        if not starts:
            self.add(("nodes",), N_("a flow needs a node of the kind start"))
        for name in starts[1:]:
            self.add(("nodes", name), N_("a flow has one start only; the first is “%(name)s”"), name=starts[0])
        if not any(isinstance(node, EndNode) for node in self.spec.nodes.values()):
            self.add(("nodes",), N_("a flow needs a node of the kind end"))

    def _edges(self) -> dict[str, list[str]]:
        """Who leads to whom, without the dangling ones, which are reported."""
        edges: dict[str, list[str]] = defaultdict(list)
        for name, node in self.spec.nodes.items():
            for below, target in targets(node):
                at: Path = ("nodes", name, *below)
                if target not in self.spec.nodes:
                    self._unknown(at, target, self.spec.nodes)
                elif isinstance(self.spec.nodes[target], StartNode):
                    self.add(at, N_("nothing leads back to the start"))
                else:
                    edges[name].append(target)
        return edges

    def _unknown(self, at: Path, name: str, known: Collection[str]) -> None:
        near = nearest(name, known)
        if near:
            self.add(at, N_("there is no node “%(name)s”; did you mean “%(near)s”?"), name=name, near=near)
        else:
            self.add(at, N_("there is no node “%(name)s”"), name=name)

    def _roads(self, edges: Mapping[str, list[str]]) -> None:
        """Every node is reached from the start, reaches an end, and no circle runs without a person."""
        nodes = self.spec.nodes
        starts = [name for name, node in nodes.items() if isinstance(node, StartNode)]
        reached = set().union(*(self.ahead[name] | {name} for name in starts)) if starts else set(nodes)
        ends = {name for name, node in nodes.items() if isinstance(node, EndNode)}
        automatic = {n: [t for t in edges.get(n, ()) if not isinstance(nodes[t], UserNode)] for n in nodes}
        for name, node in nodes.items():
            if name not in reached:
                self.add(("nodes", name), N_("no road leads from the start to “%(name)s”"), name=name)
            elif ends and name not in ends and not self.ahead[name] & ends:
                self.add(("nodes", name), N_("no road leads from “%(name)s” to an end"), name=name)
            if isinstance(node, TableNode | ExclusiveNode) and name in _reach(automatic, name):
                self.add(("nodes", name), N_("“%(name)s” lies on a circle without a step for a person"), name=name)

    def _user(self, name: str, node: UserNode) -> None:
        at: Path = ("nodes", name)
        self._permission(node.permission, (*at, "permission"))
        self._clock(node.clock, (*at, "clock"))
        if node.withdraw is not None:
            self._permission(node.withdraw.permission, (*at, "withdraw", "permission"))
        if isinstance(node.department, SameAs):
            self._earlier(name, node.department.same_as, (*at, "department", "same_as"))
        elif isinstance(node.department, ComputedDepartment):
            self._compiles(node.department.value, (*at, "department", "value"), "text")
        if node.person is not None:
            self._earlier(name, node.person.same_as, (*at, "person", "same_as"))
        if node.not_by is not None:
            self._earlier(name, node.not_by, (*at, "not_by"))
            if node.person is not None and node.person.same_as == node.not_by:
                self.add((*at, "not_by"), N_("the step goes to the very person it may not be done by"))
        if isinstance(node.may_return, tuple):
            for n, target in enumerate(node.may_return):
                self._earlier(name, target, (*at, "may_return", n))

    def _earlier(self, name: str, other: str, at: Path) -> None:
        """`other` is a user step that can come before `name`."""
        users = [each for each, node in self.spec.nodes.items() if isinstance(node, UserNode)]
        if other not in self.spec.nodes:
            self._unknown(at, other, users)
        elif other not in users:
            self.add(at, N_("“%(name)s” is no step of a person"), name=other)
        elif name not in self.ahead[other]:
            self.add(at, N_("“%(name)s” never comes before this step"), name=other)

    def _permission(self, code: str, at: Path) -> None:
        if code not in self.permissions and code != "flow.supervise":
            near = nearest(code, self.permissions)
            if near:
                self.add(at, N_("there is no permission “%(code)s”; did you mean “%(near)s”?"), code=code, near=near)
            else:
                self.add(at, N_("there is no permission “%(code)s”"), code=code)

    def _clock(self, clock: ClockSpec | None, at: Path) -> None:
        if clock is None:
            return
        if isinstance(clock.minutes, str):
            self._compiles(clock.minutes, (*at, "minutes"), "minutes")
        if clock.calendar not in self.calendars:
            known = ", ".join(sorted(self.calendars))
            self.add(
                (*at, "calendar"), N_("there is no calendar “%(name)s”: %(known)s"), name=clock.calendar, known=known
            )

    def _compiles(self, text: str, at: Path, kind: str) -> Condition | None:
        schema = self.definition.schema
        try:
            if kind == "condition":
                return compile_condition(text, schema)
            compile_expression(text, schema, INTEGER if kind == "minutes" else STRING)
        except ConditionError as wrong:
            self.found.append((at, wrong.text))
        return None

    def _table(self, name: str, node: TableNode) -> None:
        at: Path = ("nodes", name, "table")
        if node.table.hit == "collect":
            self.add((*at, "hit"), N_("a table of a flow gives one result; “collect” gives several"))
        for output in node.table.outputs:
            variable = self.spec.variables.get(output)
            if variable is None:
                self.add((*at, "outputs", output), N_("the flow declares no variable “%(name)s”"), name=output)
            elif node.table.output(output).type != variable.type.upper():
                wanted = variable.type.upper()
                self.add((*at, "outputs", output), N_("the variable is of the type %(type)s"), type=wanted)
        try:
            self.definition.compiled_table(name)
        except TableError as wrong:
            self.found += [((*at, *flaw.path), flaw.text) for flaw in wrong.flaws]

    def _gateway(self, name: str, node: ExclusiveNode) -> None:
        at: Path = ("nodes", name)
        tests = [
            self._compiles(route.when, (*at, "routes", n, "when"), "condition") for n, route in enumerate(node.routes)
        ]
        sound = [test for test in tests if test is not None]
        if node.default is None and len(sound) == len(tests) and not self._covers_all(sound):
            self.add(at, N_("the conditions do not cover every case; name a default"))

    def _covers_all(self, tests: list[Condition]) -> bool:
        """Whether for every combination of values some condition is true; only finite types can be tried out."""
        names = sorted(set().union(*(test.fields for test in tests)))
        values = [self._values(name) for name in names]
        if any(each is None for each in values):
            return False
        known = [each for each in values if each is not None]
        if prod(len(each) for each in known) > MOST_CASES:
            return False
        records: Iterator[dict[str, Any]] = (dict(zip(names, row, strict=True)) for row in product(*known))
        return all(any(test.holds(record) for test in tests) for record in records)

    def _values(self, name: str) -> list[Any] | None:
        """Every value a field can have, None for empty included; None when they cannot be counted."""
        if name == "last_outcome":
            users = [node for node in self.spec.nodes.values() if isinstance(node, UserNode)]
            outcomes = {outcome for node in users for outcome in node.outcomes}
            return [None, *sorted(outcomes | ({WITHDRAWN} if any(node.withdraw for node in users) else set()))]
        variable = self.spec.variables.get(name)
        if variable is None:
            return None
        empty: list[Any] = [] if variable.default is not None else [None]
        if variable.type == "boolean":
            return [*empty, True, False]
        return [*empty, *variable.one_of] if variable.one_of else None


def _reach(edges: Mapping[str, list[str]], start: str) -> set[str]:
    """The nodes that can be reached from one, itself only when a circle leads back."""
    seen: set[str] = set()
    waiting = list(edges.get(start, ()))
    while waiting:
        name = waiting.pop()
        if name not in seen:
            seen.add(name)
            waiting += edges.get(name, ())
    return seen
