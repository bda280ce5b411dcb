"""Who answers for an event: the responsibility list (权责清单) applied, with an explanation a person can read.

The first row that holds wins, rows being sorted from specific to general (`course.Rules.duties`). A condition that
is unknown (a value is missing) does not hold, and the explanation says so.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from yiwang.domains.events.course import Duty, Rules
from yiwang.kernel.text import N_, Text


@dataclass(frozen=True)
class Placement:
    """The department the list names, or None; `reasons` in order, `considered` for the replay."""

    duty: Duty | None
    reasons: tuple[Text, ...]
    considered: tuple[dict[str, Any], ...]
    version: str


def place_event(rules: Rules, category_path: str, area_path: str, record: Mapping[str, Any]) -> Placement:
    """Apply the list to an event: `record` has the fields of the schema `event`. Never raises for unknown values."""
    considered: list[dict[str, Any]] = []
    passed_over: list[Text] = []
    if not category_path:
        reason = Text(N_("no category is known yet, so the responsibility list cannot be applied"))
        return Placement(None, (reason,), (), rules.version)
    for duty in rules.duties:
        if not category_path.startswith(duty.category_path) or not area_path.startswith(duty.area_path):
            continue
        held = True if duty.condition is None else duty.condition.holds(record)
        considered.append({"row": duty.row, "held": held, "department": duty.department_code})
        if held:
            return Placement(duty, (*passed_over, _because(duty)), tuple(considered), rules.version)
        passed_over.append(_not(duty, held))
    return Placement(
        None,
        (*passed_over, Text(N_("no row of the responsibility list covers this category and place"))),
        tuple(considered),
        rules.version,
    )


def _because(duty: Duty) -> Text:
    params: dict[str, Any] = {"row": duty.row, "department": duty.department_code, "basis": duty.basis}
    if duty.condition is not None:
        params["condition"] = duty.condition.text
        return Text(N_("row %(row)s of the responsibility list applies (%(condition)s)"), params)
    if duty.area_path:
        return Text(N_("row %(row)s of the responsibility list names this category and this area"), params)
    return Text(N_("row %(row)s of the responsibility list names this category"), params)


def _not(duty: Duty, held: bool | None) -> Text:
    params = {"row": duty.row, "condition": duty.condition.text if duty.condition else ""}
    if held is None:
        return Text(N_("row %(row)s was passed over: it is not known whether %(condition)s"), params)
    return Text(N_("row %(row)s was passed over: %(condition)s does not hold"), params)
