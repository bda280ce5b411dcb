"""What YAML may say about a calendar.

title: {zh-Hans: 办事大厅, en: Service hall}
zone: Asia/Shanghai
hours:
  weekdays: ["09:00-12:00", "13:30-17:00"]
  saturday: ["09:00-12:00"]
holidays: CN
overrides:
  2026-02-14: {kind: free, title: {zh-Hans: 大厅检修, en: Maintenance}}
  2027-01-02: working
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, WithJsonSchema, field_validator, model_validator

from yiwang.kernel.calendar.calendar import Calendar
from yiwang.kernel.calendar.days import Holidays, Override
from yiwang.kernel.calendar.hours import HoursError, Span, join_spans, parse_span
from yiwang.kernel.specs import Day, Spec, SpecError, TimeZoneName, TitleField
from yiwang.kernel.text import N_


def _spans(value: Any) -> Any:
    if not isinstance(value, list | tuple):
        raise SpecError(N_('hours are a list such as ["09:00-12:00", "13:30-17:30"]'))
    spans = []
    for n, each in enumerate(value):
        try:
            spans.append(parse_span(each))
        except HoursError as error:
            raise SpecError(error.text, at=(n,)) from error
    try:
        return join_spans(spans)
    except HoursError as error:
        raise SpecError(error.text) from error


def _kind(value: Any) -> Any:
    return {"kind": value} if isinstance(value, str) else value


_SPAN_PATTERN = r"^([01]?\d|2[0-4]):[0-5]\d-([01]?\d|2[0-4]):[0-5]\d$"
Spans = Annotated[
    tuple[Span, ...],
    BeforeValidator(_spans),
    WithJsonSchema({"type": "array", "items": {"type": "string", "pattern": _SPAN_PATTERN}}),
]


class WeekSpec(Spec):
    """Hours of a week; a named day wins over `weekdays` (Monday to Friday), that over `every_day`. Unsaid: closed."""

    every_day: Spans | None = None
    weekdays: Spans | None = None
    monday: Spans | None = None
    tuesday: Spans | None = None
    wednesday: Spans | None = None
    thursday: Spans | None = None
    friday: Spans | None = None
    saturday: Spans | None = None
    sunday: Spans | None = None

    def week(self) -> tuple[tuple[Span, ...], ...]:
        """The seven days' hours, Monday first."""
        named = (self.monday, self.tuesday, self.wednesday, self.thursday, self.friday, self.saturday, self.sunday)
        usual = [self.every_day or () if self.weekdays is None or n > 4 else self.weekdays for n in range(7)]
        return tuple(usual[n] if spans is None else spans for n, spans in enumerate(named))


class OverrideSpec(Spec):
    """One day set by hand, with a title people see; `hours` when they differ from the usual ones."""

    kind: Literal["free", "working"]
    title: TitleField | None = None
    hours: Spans | None = None

    @model_validator(mode="after")
    def _hours_mean_work(self) -> OverrideSpec:
        if self.kind == "free" and self.hours:
            raise SpecError(N_("a free day has no hours"), at=("hours",))
        return self


class CalendarSpec(Spec):
    """A calendar of a jurisdiction; see `Calendar` for what the fields do."""

    title: TitleField | None = None
    zone: TimeZoneName = "Asia/Shanghai"
    hours: WeekSpec
    exchanged_hours: Spans = ()
    holidays: Holidays = "CN"
    complete_years: tuple[int, ...] = ()
    overrides: Mapping[Day, Annotated[OverrideSpec, BeforeValidator(_kind)]] = Field(default_factory=dict)

    @field_validator("hours")
    @classmethod
    def _some_hours(cls, hours: WeekSpec) -> WeekSpec:
        if not any(hours.week()):
            raise SpecError(N_("a calendar needs working hours on at least one day"))
        return hours

    def calendar(self, name: str) -> Calendar:
        """The calendar this describes, called `name` (the YAML file's)."""
        return Calendar(
            name=name,
            zone=self.zone,
            hours=self.hours.week(),
            holidays=self.holidays,
            overrides=tuple(
                Override(day, override.kind == "working", tuple((override.title or {}).items()), override.hours)
                for day, override in sorted(self.overrides.items())
            ),
            complete_years=frozenset(self.complete_years),
            exchanged_hours=self.exchanged_hours,
        )
