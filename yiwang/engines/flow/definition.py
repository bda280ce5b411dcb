"""A flow definition ready to run: its conditions compiled against the variables it declares."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from functools import cached_property
from typing import Any

from yiwang.engines.flow.specs import (
    ClockSpec,
    ComputedDepartment,
    ExclusiveNode,
    FlowSpec,
    NodeSpec,
    StartNode,
    TableNode,
    UserNode,
    VariableSpec,
)
from yiwang.kernel.conditions import (
    BOOLEAN,
    DATE,
    DATETIME,
    DECIMAL,
    FLOAT,
    INTEGER,
    STRING,
    Condition,
    Expression,
    Schema,
    Type,
    condition,
    expression,
)
from yiwang.kernel.errors import Invalid
from yiwang.kernel.tables import DecisionTable, build_table
from yiwang.kernel.text import N_, Text

MAX_TEXT = 200
"""Longest text a variable holds: enough for codes and names of categories, too short to become a letter."""

_TYPES: dict[str, Type] = {
    "boolean": BOOLEAN,
    "integer": INTEGER,
    "decimal": DECIMAL,
    "float": FLOAT,
    "string": STRING,
    "date": DATE,
    "datetime": DATETIME,
}
BUILT_IN: dict[str, Type] = {"last_outcome": STRING, "flow_returns": INTEGER}
"""Fields every condition of a flow may use: how the last user step ended, and how often work was returned."""


def flow_schema(key: str, version: int, spec: FlowSpec) -> Schema:
    """The typed schema `flow:<key>@<version>` of the flow's conditions: its variables and `BUILT_IN`."""
    fields = {name: _TYPES[variable.type] for name, variable in spec.variables.items()}
    return Schema(f"flow:{key}@{version}", fields | BUILT_IN)


def spec_body(spec: FlowSpec) -> dict[str, Any]:
    """The definition as JSON data, as a version stores it."""
    return spec.model_dump(mode="json", exclude_defaults=True)


def spec_digest(body: Mapping[str, Any]) -> str:
    """SHA-256 of a definition's JSON data in its canonical form: equal definitions, equal digests."""
    canonical = json.dumps(body, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()


def compile_condition(text: str, schema: Schema) -> Condition:
    """A gateway's condition; raises ConditionError."""
    return condition(text, schema)


def compile_expression(text: str, schema: Schema, expect: Type) -> Expression:
    """A rule that gives a value of one type; raises ConditionError."""
    return expression(text, schema, expect)


@dataclass(frozen=True)
class Definition:
    """One version of a flow with everything compiled once; compile errors raise ConditionError (a Failure)."""

    key: str
    version: int
    spec: FlowSpec
    _expressions: dict[str, Expression] = field(default_factory=dict, repr=False, compare=False)
    _tables: dict[str, DecisionTable] = field(default_factory=dict, repr=False, compare=False)

    @cached_property
    def schema(self) -> Schema:
        """What the conditions may name."""
        return flow_schema(self.key, self.version, self.spec)

    @cached_property
    def start(self) -> StartNode:
        """The one start node."""
        return next(node for node in self.spec.nodes.values() if isinstance(node, StartNode))

    @cached_property
    def routes(self) -> dict[str, tuple[Condition, ...]]:
        """The compiled conditions of each gateway, in order."""
        return {
            name: tuple(compile_condition(route.when, self.schema) for route in node.routes)
            for name, node in self.spec.nodes.items()
            if isinstance(node, ExclusiveNode)
        }

    def compiled_table(self, name: str) -> DecisionTable:
        """The decision table of a node, compiled on first use; raises a Failure saying what is wrong with it."""
        found = self._tables.get(name)
        if found is None:
            node = self.spec.nodes[name]
            assert isinstance(node, TableNode)
            found = self._tables[name] = build_table(node.table, self.schema)
        return found

    @cached_property
    def calendar_names(self) -> tuple[str, ...]:
        """The calendars the flow's clocks run on."""
        steps = [node.clock for node in self.spec.nodes.values() if isinstance(node, UserNode)]
        return tuple(sorted({each.calendar for each in [self.spec.clock, *steps] if each is not None}))

    def node(self, name: str) -> NodeSpec:
        """A node by its id."""
        return self.spec.nodes[name]

    def user(self, name: str) -> UserNode:
        """A user step by its id; NotFound is impossible for a published definition, so KeyError otherwise."""
        node = self.spec.nodes.get(name)
        if not isinstance(node, UserNode):
            raise KeyError(name)
        return node

    def limit_of(self, clock: ClockSpec, record: Mapping[str, Any]) -> int | None:
        """The minutes a clock allows for this record; None when there is no limit."""
        if isinstance(clock.minutes, int):
            return clock.minutes
        found = self._expression(clock.minutes, INTEGER).value(record)
        return int(found) if found is not None and found > 0 else None

    def department_code(self, rule: ComputedDepartment, record: Mapping[str, Any]) -> str | None:
        """The code a computed department rule gives; None when it gives none."""
        found = self._expression(rule.value, STRING).value(record)
        return str(found) if found else None

    def decide(self, name: str, record: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
        """What a table node decides: the variables to write, and for the log the rows that held and why.

        A row nobody could judge because a field was empty is named as unknown. When nothing holds and the table has
        no default, the variables go back to theirs (or to empty), so that no earlier decision is taken for this one.
        """
        decision = self.compiled_table(name).decide(record)
        outputs = {k: stored(v, self.spec.variables[k].type) for k, v in decision.outputs.items()}
        if not outputs:
            declared = {k: self.spec.variables[k] for k in self.compiled_table(name).outputs}
            outputs = {k: stored(each.default, each.type) for k, each in declared.items()}
        line: dict[str, Any] = {"rows": list(decision.row_numbers), "outputs": outputs}
        line["why"] = [str(reason.explanation) for reason in decision.reasons]
        if not decision.is_certain:
            line |= {"unknown_rows": list(decision.unknown_rows), "unknown": sorted(decision.unknown_fields)}
        return outputs, line

    def _expression(self, text: str, expect: Type) -> Expression:
        found = self._expressions.get(text)
        if found is None:
            found = self._expressions[text] = compile_expression(text, self.schema, expect)
        return found

    def record(self, variables: Mapping[str, Any], last_outcome: str | None, n_returns: int) -> dict[str, Any]:
        """What conditions see: every declared variable as a typed value, the built-in fields beside them."""
        declared = self.spec.variables
        seen = {name: typed(variables.get(name), variable.type) for name, variable in declared.items()}
        return seen | {"last_outcome": last_outcome, "flow_returns": n_returns}

    def first_values(self) -> dict[str, Any]:
        """The variables an instance starts with when nothing is given."""
        return {n: stored(v.default, v.type) for n, v in self.spec.variables.items() if v.default is not None}


def declared_values(declared: Mapping[str, VariableSpec], given: Mapping[str, Any]) -> dict[str, Any]:
    """What of the facts offered a flow keeps: only those it declares. Raises Invalid for one of another type."""
    return checked_values(declared, {name: value for name, value in given.items() if name in declared})


def checked_values(declared: Mapping[str, VariableSpec], given: Mapping[str, Any]) -> dict[str, Any]:
    """Given values as JSON data. Raises Invalid naming every field that is not declared or not of its type."""
    wrong: dict[str, list[Text]] = {}
    found: dict[str, Any] = {}
    for name, value in given.items():
        variable = declared.get(name)
        if variable is None:
            wrong[name] = [Text(N_("this step keeps no “%(name)s”"), {"name": name})]
            continue
        try:
            found[name] = stored(value, variable.type)
        except (ValueError, TypeError, InvalidOperation):
            wrong[name] = [Text(N_("this is not of the type %(type)s"), {"type": variable.type})]
            continue
        problem = _problem(variable, found[name])
        if problem is not None:
            wrong[name] = [problem]
    if wrong:
        name, problems = next(iter(wrong.items()))
        told = N_("The step cannot keep “%(name)s”: %(problem)s")
        raise Invalid(told, fields=wrong, name=name, problem=problems[0])
    return found


def _problem(variable: VariableSpec, value: Any) -> Text | None:
    """Why a value of the right type is refused all the same."""
    if value is None:
        return None if variable.default is None else Text(N_("this may not be empty"))
    if variable.one_of and value not in variable.one_of:
        return Text(
            N_("“%(value)s” is not one of: %(choices)s"), {"value": value, "choices": ", ".join(variable.one_of)}
        )
    if variable.type == "string" and len(value) > MAX_TEXT:
        return Text(N_("longer than %(limit)s characters"), {"limit": MAX_TEXT})
    return None


def stored(value: Any, kind: str) -> Any:
    """A value of a variable's type as JSON keeps it. TypeError or ValueError when it is of another type."""
    if value is None:
        return None
    if kind == "boolean":
        return _of(value, bool)
    if kind == "integer":
        return _of(value, int)
    if kind == "float":
        return float(_of(value, float, int))
    if kind == "decimal":
        return str(Decimal(str(_of(value, Decimal, int, float, str))))
    if kind == "date":
        return _day(value).isoformat()
    if kind == "datetime":
        at = datetime.fromisoformat(value) if isinstance(value, str) else _of(value, datetime)
        if at.tzinfo is None:
            raise ValueError("a moment needs a time zone")
        return at.isoformat()
    return _of(value, str)


def typed(value: Any, kind: str) -> Any:
    """A stored value as conditions compare it."""
    if value is None:
        return None
    if kind == "decimal":
        return Decimal(value)
    if kind == "date":
        return date.fromisoformat(value)
    if kind == "datetime":
        return datetime.fromisoformat(value)
    return value


def _day(value: Any) -> date:
    if isinstance(value, str):
        return date.fromisoformat(value)
    if isinstance(value, datetime) or not isinstance(value, date):
        raise TypeError("a day expected")
    return value


def _of(value: Any, *kinds: type) -> Any:
    if not isinstance(value, kinds) or (isinstance(value, bool) and bool not in kinds):
        raise TypeError(f"{kinds[0].__name__} expected")
    return value
