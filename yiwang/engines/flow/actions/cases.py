"""Verbs on a whole instance: start, hold, resume, terminate, extend, and upkeep of its title and calendars."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.db.models import CharField

from yiwang.base.access import Viewer
from yiwang.base.areas import queries as areas
from yiwang.base.deeds import deed
from yiwang.base.prepared import Given, Prepared
from yiwang.engines.flow import models, store
from yiwang.engines.flow.actions.items import extended
from yiwang.engines.flow.actions.moving import assignment_data, moving_case, needed, tell
from yiwang.engines.flow.definition import Definition, declared_values
from yiwang.engines.flow.records import Assignment, Moved
from yiwang.engines.flow.specs import CASE_CALENDAR, ComputedDepartment, FixedDepartment, UserNode
from yiwang.engines.flow.state import Event
from yiwang.kernel import clock
from yiwang.kernel.calendar import Calendar, named
from yiwang.kernel.errors import NotFound
from yiwang.kernel.ids import new_uid
from yiwang.kernel.text import N_

_NEWEST = Prepared(
    lambda: (
        models.DefinitionVersion.objects.filter(definition__key=Given("key", CharField()))
        .only("pk", "digest")
        .order_by("-version")[:1]
    )
)


def start_instance(
    key: str,
    *,
    subject: str,
    title: str,
    variables: Mapping[str, Any],
    area_path: str,
    calendar: Calendar,
    calendars: Mapping[str, Calendar] | None = None,
    jurisdiction: str = "",
    assign: Assignment | None = None,
    by: Viewer,
) -> Moved:
    """Start the newest version of a flow for a subject such as `event:<uid>`.

    `title` is shown in inboxes; no personal data. `calendar` is what the flow calls `case`; `calendars` serve other
    names, besides the kernel's own in the case calendar's zone. All that the flow names are frozen with the instance.
    `variables` are facts offered: the flow keeps those it declares. `jurisdiction` resolves department codes (left
    out: that of the area). No right is asked for: whoever owns the subject decides who may start. NotFound for an
    unknown flow, Invalid for wrong values or a department there is not.
    """
    with deed("flow.start_instance", by=by, subject=subject, area_path=area_path) as d:
        version = _NEWEST.first(key=key)
        if version is None:
            raise NotFound(N_("There is no flow “%(key)s”."), key=key)
        definition = store.definition_of(version.pk, version.digest)
        at = clock.now()
        row = models.Instance(
            uid=new_uid(),
            version_id=version.pk,
            digest=version.digest,
            subject=subject,
            title=title[:200],
            area_path=area_path,
            calendars_id=_frozen(definition, calendar, calendars or {}, at.year),
            jurisdiction=jurisdiction or _jurisdiction(definition, area_path),
            started_at=at,
        )
        data: dict[str, Any] = {"variables": declared_values(definition.spec.variables, variables)}
        if assign is not None:
            data["assign"] = assignment_data(assign)
        found, moved = store.begin(row, Event("start", at, by.account_id, None, data))
        d.note(flow=f"{definition.key}@{definition.version}")
        tell(d, found, "start", moved, None)
        return moved


def _frozen(definition: Definition, case: Calendar, others: Mapping[str, Calendar], year: int) -> str:
    """Freeze the calendars a flow names, with the holidays from a year on; returns their digest."""
    found: dict[str, Calendar] = {}
    for name in definition.calendar_names:
        if name == CASE_CALENDAR:
            found[name] = case
        elif name in others:
            found[name] = others[name]
        else:
            found[name] = named(name, case.zone, case.holidays)
    return store.freeze(found, year)


def _jurisdiction(definition: Definition, area_path: str) -> str:
    """The jurisdiction of an area, asked for only when the flow names departments by code."""
    rules = [node.department for node in definition.spec.nodes.values() if isinstance(node, UserNode)]
    if not any(isinstance(rule, FixedDepartment | ComputedDepartment) for rule in rules):
        return ""
    return areas.jurisdiction_of(area_path).code


def hold_instance(uid: UUID, *, reason: str, by: Viewer) -> Moved:
    """Stop a case and its clocks (挂起). Conflict when it is held or closed. Supervisors only."""
    with moving_case("hold_instance", uid, by=by, reason=needed(reason)) as move:
        move.require_supervise()
        return move.apply("hold")


def resume_instance(uid: UUID, *, reason: str = "", by: Viewer) -> Moved:
    """Let a held case go on; its limits move by the working time it stood still. Supervisors only."""
    with moving_case("resume_instance", uid, by=by, reason=reason) as move:
        move.require_supervise()
        return move.apply("resume")


def terminate_instance(uid: UUID, *, reason: str, by: Viewer) -> Moved:
    """End a case before its end (终止): open items are cancelled. Supervisors only."""
    with moving_case("terminate_instance", uid, by=by, reason=needed(reason)) as move:
        move.require_supervise()
        return move.apply("terminate")


def extend_case(uid: UUID, *, minutes: int, reason: str, by: Viewer) -> Moved:
    """Give the whole case more working minutes before its limit has run out. Supervisors only."""
    with moving_case("extend_case", uid, by=by, reason=reason) as move:
        move.require_supervise()
        return extended(move, minutes)


def renew_calendar(
    uid: UUID, *, calendar: Calendar, calendars: Mapping[str, Calendar] | None = None, by: Viewer
) -> Moved:
    """Reckon provisional clocks with newer calendars, now that their year's holidays are known. Others stay frozen."""
    with moving_case("renew_calendar", uid, by=by) as move:
        move.require_supervise()
        definition, year = move.found.definition, move.found.row.started_at.year
        store.exchange_calendars(move.found, _frozen(definition, calendar, calendars or {}, year))
        return move.apply("renew")
