"""The demo city's older events, as the export of the hotline that the city had before: written, then taken in.

They come in by `events import` like any city's own table, so that the demo shows what that keeps: times, returns,
reopening, evaluation, joined cases.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from yiwang.base.access import SYSTEM
from yiwang.base.areas.queries import JurisdictionView
from yiwang.base.organisation import queries as organisation
from yiwang.demo.limits import RuleLimits
from yiwang.demo.plan import Plan
from yiwang.demo.plan.course import Step, course, due_at
from yiwang.demo.plan.records import Planned
from yiwang.demo.staff import Staff
from yiwang.demo.truth import submission_of
from yiwang.domains.events.course import Rules, rules_of
from yiwang.domains.events.importing.running import Imported, import_events
from yiwang.domains.events.responsibility import place_event
from yiwang.domains.events.schema import event_record
from yiwang.engines.data.mapping import FieldRule, MappingSpec
from yiwang.engines.place import queries as place

SOURCE = "12345"
FILE = "history.csv"
FORM = "%Y-%m-%d %H:%M:%S"
COLUMNS = {
    "external_id": "工单编号",
    "occurred_at": "来电时间",
    "text": "诉求内容",
    "category": "问题分类",
    "status": "工单状态",
    "channel": "诉求来源",
    "urgency": "紧急程度",
    "address": "事发地址",
    "area": "所属社区",
    "lon": "经度",
    "lat": "纬度",
    "element_code": "部件编码",
    "reporter_name": "来电人",
    "reporter_phone": "来电号码",
    "department": "承办单位",
    "dispatched_at": "派单时间",
    "returned_at": "退回时间",
    "n_returns": "退回次数",
    "return_reason": "退回原因",
    "accepted_at": "签收时间",
    "handled_at": "处置时间",
    "handler": "经办人",
    "outcome": "答复意见",
    "due_at": "办理期限",
    "closed_at": "办结时间",
    "reopened_at": "重办时间",
    "n_reopened": "重办次数",
    "reopen_reason": "重办原因",
    "satisfaction": "满意度",
    "evaluation": "评价内容",
    "evaluated_at": "评价时间",
    "is_supervised": "是否督办",
    "is_public": "是否公开",
    "part_of": "主工单编号",
}
SCORES = {1: "非常不满意", 2: "不满意", 3: "基本满意", 4: "满意", 5: "非常满意"}
URGENCIES = {"normal": "一般", "urgent": "紧急", "critical": "特急"}


def mapping() -> MappingSpec:
    """How the columns of the export are read."""
    fields = {name: FieldRule(column=column) for name, column in COLUMNS.items()}
    fields["occurred_at"] = FieldRule(column=COLUMNS["occurred_at"], formats=(FORM,))
    return MappingSpec(target="event", time_zone="Asia/Shanghai", fields=fields)


def split_plan(plan: Plan, place_: JurisdictionView, cut: datetime) -> tuple[list[Planned], list[Planned]]:
    """What was over before a moment, to be imported, and what is to be played; a group is never torn apart."""
    limits = RuleLimits(rules_of(place_.id))
    ends: dict[str, datetime] = {}
    for one in plan.reports:
        group = one.group or one.key
        last = max((step.at for step in course(one, limits)), default=one.at)
        ends[group] = max(ends.get(group, last), last, one.at)
    old = [one for one in plan.reports if ends[one.group or one.key] <= cut]
    return old, [one for one in plan.reports if ends[one.group or one.key] > cut]


def take_in_history(
    path: Path, rows: Sequence[Planned], place_: JurisdictionView, *, told: Callable[[int], None]
) -> Imported:
    """Write the export beside the data and import it; the same again adds nothing."""
    write_history(path, rows, place_)
    return import_events(path, mapping(), jurisdiction=place_, by=SYSTEM, source_name=SOURCE, told=told)


def write_history(path: Path, rows: Iterable[Planned], place_: JurisdictionView) -> None:
    """The export of these reports, whose course is over, as UTF-8 CSV with times of the city's zone."""
    rules = rules_of(place_.id)
    writer_of = _Writer(rules, RuleLimits(rules), Staff(place_))
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(COLUMNS.values()), restval="")
        writer.writeheader()
        for row in writer_of.rows(list(rows)):
            writer.writerow({COLUMNS[name]: value for name, value in row.items()})


class _Writer:
    """Turns plans into rows of the export."""

    def __init__(self, rules: Rules, limits: RuleLimits, staff: Staff) -> None:
        self.rules, self.limits, self.staff = rules, limits, staff
        self.zone = ZoneInfo(rules.jurisdiction.time_zone)
        known = organisation.departments(SYSTEM, jurisdiction=rules.jurisdiction.code)
        self.titles = {each.code: each.title.get("zh-Hans", each.code) for each in known}

    def rows(self, planned: Sequence[Planned]) -> Iterator[dict[str, str]]:
        mains = {one.key: one for one in planned}
        areas = self._areas(planned)
        for one in planned:
            main = mains.get(one.part_of, one)
            yield self._row(one, main, areas.get(one.key, ""))

    def _areas(self, planned: Sequence[Planned]) -> dict[str, str]:
        """The path of each report's area, for the responsibility list."""
        lon, lat = [one.spot.lon for one in planned], [one.spot.lat for one in planned]
        found = place.locate_many(lon, lat, jurisdiction=self.rules.jurisdiction.id)
        return {one.key: at.area_path for one, at in zip(planned, found, strict=True) if at is not None}

    def _row(self, one: Planned, main: Planned, area_path: str) -> dict[str, str]:
        steps = course(main, self.limits)
        department = department_of(self.rules, main, area_path)
        row = self._said(one) | {"department": self.titles.get(department, department)}
        end = max((step.at for step in steps if step.verb in ("close", "reject")), default=main.at)
        row |= {"status": "已办结", "closed_at": self._time(max(end, one.at)), "part_of": one.part_of}
        if one is not main:
            return row | {"dispatched_at": self._time(one.at)}
        row |= self._course(one, steps)
        worker = self.staff.handler(
            department, submission_of(self.rules.jurisdiction.code, one.key), one.spot.grid_code
        )
        return row | {"handler": worker.name if worker else ""}

    def _said(self, one: Planned) -> dict[str, str]:
        category = self.rules.by_code.get(one.category)
        urgency = one.urgency or (category.urgency if category else "normal")
        return {
            "external_id": one.key,
            "occurred_at": self._time(one.at),
            "text": one.text,
            "category": one.category,
            "channel": one.channel,
            "urgency": URGENCIES[urgency],
            "address": one.address,
            "area": "" if one.lon is not None else one.spot.area_code,
            "lon": "" if one.lon is None else f"{one.lon:.6f}",
            "lat": "" if one.lat is None else f"{one.lat:.6f}",
            "element_code": one.element,
            "reporter_name": one.caller.name if one.caller else "",
            "reporter_phone": one.caller.phone if one.caller else "",
            "is_public": "是" if one.is_public else "否",
        }

    def _course(self, one: Planned, steps: Sequence[Step]) -> dict[str, str]:
        def at(verb: str, *, last: bool = False) -> str:
            found = [step.at for step in steps if step.verb == verb]
            return self._time(found[-1 if last else 0]) if found else ""

        n_returns = sum(step.verb == "return" for step in steps)
        handled = [step for step in steps if step.verb == "handle"]
        dispatched = [step.at for step in steps if step.verb == "dispatch"]
        reopened = next((step for step in steps if step.verb == "reopen"), None)
        evaluated = next((step for step in steps if step.verb == "evaluate"), None)
        begin = max(dispatched, default=one.at)
        deadline = due_at(one, self.limits, begin if reopened is None else reopened.at)
        row = {
            "dispatched_at": self._time(dispatched[0] if dispatched else one.at),
            "accepted_at": at("accept"),
            "handled_at": self._time(handled[-1].at) if handled else "",
            "outcome": handled[-1].text if handled else one.words.reject_reason,
            "due_at": self._time(deadline) if handled and self.limits.is_limited(one.category) else "",
            "is_supervised": "是" if any(step.verb == "supervise" for step in steps) else "",
        }
        if n_returns:
            reason = next(step.text for step in steps if step.verb == "return")
            row |= {"n_returns": str(n_returns), "returned_at": at("return"), "return_reason": reason}
        if reopened is not None:
            row |= {"n_reopened": "1", "reopened_at": self._time(reopened.at), "reopen_reason": reopened.text}
        if evaluated is not None and one.fate.score:
            row |= {"satisfaction": SCORES[one.fate.score], "evaluation": evaluated.text}
            row |= {"evaluated_at": self._time(evaluated.at)}
        return row

    def _time(self, at: datetime) -> str:
        return at.astimezone(self.zone).strftime(FORM)


def department_of(rules: Rules, one: Planned, area_path: str) -> str:
    """The department the responsibility list names for a report in an area, as code; "" for none."""
    category, zone = rules.by_code.get(one.category), ZoneInfo(rules.jurisdiction.time_zone)
    values = {"category": one.category, "source": one.source, "text": one.text, "occurred_at": one.at}
    values |= {"urgency": category.urgency if category else "normal", "n_reports": 1, "is_public": one.is_public}
    record = event_record(values, one.at.astimezone(zone))
    duty = place_event(rules, category.path if category else "", area_path, record).duty
    return duty.department_code if duty else ""
