"""Which fields are asked and needed, given the answers so far: the conditions `show_if` and `required_if`.

Unknown is not true: a field whose condition cannot be decided yet is not shown. A field that is not shown has no
answer, also for the conditions of others.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from yiwang.engines.form.kinds import condition_schema
from yiwang.engines.form.specs import FormSpec
from yiwang.kernel.conditions import Condition, Schema, condition


@dataclass(frozen=True)
class Shape:
    """The form as it is for some answers."""

    shown: frozenset[str]
    required: frozenset[str]


@dataclass(frozen=True)
class Branches:
    """The conditions of a form, read once; `order` puts each field behind those its `show_if` names."""

    schema: Schema
    order: tuple[str, ...]
    show_if: Mapping[str, Condition]
    required_if: Mapping[str, Condition]
    always: frozenset[str]

    @property
    def deciding(self) -> frozenset[str]:
        """The fields whose answers show, hide or require others."""
        used = [one.fields for one in (*self.show_if.values(), *self.required_if.values())]
        return frozenset[str]().union(*used)

    def shape(self, record: Mapping[str, Any]) -> Shape:
        """Which fields are shown and required for a record of typed answers (missing or None: none given)."""
        known = dict(record)
        shown: set[str] = set()
        for name in self.order:
            rule = self.show_if.get(name)
            if rule is None or rule.holds(known) is True:
                shown.add(name)
            else:
                known[name] = None
        needed = {name for name in shown if name in self.always}
        needed |= {name for name, rule in self.required_if.items() if name in shown and rule.holds(known) is True}
        return Shape(frozenset(shown), frozenset(needed))


def branches(spec: FormSpec, name: str) -> Branches:
    """The branches of a form under the schema name (`form:road@3`). ConditionError for a faulty condition."""
    schema = condition_schema(spec, name)
    fields = spec.ui.fields
    show_if = {field: condition(ui.show_if, schema) for field, ui in fields.items() if ui.show_if}
    required_if = {field: condition(ui.required_if, schema) for field, ui in fields.items() if ui.required_if}
    needs = {field: rule.fields for field, rule in show_if.items()}
    return Branches(schema, tuple(in_order(spec.ordered, needs)), show_if, required_if, spec.required)


def in_order(names: tuple[str, ...], needs: Mapping[str, frozenset[str]]) -> list[str]:
    """The names with each behind those it needs; what is left in a circle comes last, in its own order."""
    found: list[str] = []
    waiting = list(names)
    while waiting:
        ready = [name for name in waiting if needs.get(name, frozenset()) <= set(found)]
        if not ready:
            return found + waiting
        found.append(ready[0])
        waiting.remove(ready[0])
    return found


def circle(names: tuple[str, ...], needs: Mapping[str, frozenset[str]]) -> list[str]:
    """Fields that wait for each other, empty when none do."""
    found: set[str] = set()
    waiting = list(names)
    while ready := [name for name in waiting if needs.get(name, frozenset()) <= found]:
        found |= set(ready)
        waiting = [name for name in waiting if name not in found]
    return waiting
