"""Calendars written in YAML."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from yiwang.kernel.calendar import CalendarSpec, named
from yiwang.kernel.errors import Problems
from yiwang.kernel.specs import json_schema, read_spec

HALL = """\
title: {zh-Hans: 办事大厅, en: Service hall}
hours:
  weekdays: [09:00-12:00, "13:30-17:00"]
  friday: [["09:00", "12:00"]]
  saturday: [09:00-12:00]
overrides:
  2026-02-14: {kind: free, title: {zh-Hans: 检修, en: Maintenance}}
  2026-02-22: working
  2026-02-23: {kind: working, title: {zh-Hans: 加班, en: Extra}, hours: [10:00-11:00]}
"""


def read(folder: Path, text: str) -> tuple[CalendarSpec | None, list[str]]:
    path = folder / "hall.yaml"
    path.write_text(text, encoding="utf-8")
    problems = Problems()
    spec = read_spec(path, CalendarSpec, problems)
    return spec, [str(problem).removeprefix(f"{folder}/") for problem in problems]


def test_a_calendar_is_read_from_yaml(tmp_path: Path) -> None:
    spec, problems = read(tmp_path, HALL)
    assert spec is not None, problems
    hall = spec.calendar("hall")
    assert hall.hours[0] == ((540, 720), (810, 1020))
    assert hall.hours[4] == hall.hours[5] == ((540, 720),)
    assert hall.hours[6] == ()
    assert hall.is_working_day(date(2026, 2, 14)).title == {"zh-Hans": "检修", "en": "Maintenance"}
    assert hall.is_working_day(date(2026, 2, 22)).is_working
    due = hall.add_minutes(datetime(2026, 2, 23, 0, 0, tzinfo=UTC), 60)
    assert due.at == datetime(2026, 2, 23, 3, 0, tzinfo=UTC)


def test_a_saturday_with_hours_is_open_unless_a_holiday_falls_on_it(tmp_path: Path) -> None:
    spec, _ = read(tmp_path, HALL)
    assert spec is not None
    hall = spec.calendar("hall")
    assert hall.is_working_day(date(2026, 3, 7)).is_working
    assert not hall.is_working_day(date(2026, 10, 3)).is_working


def test_the_office_calendar_can_be_written_too(tmp_path: Path) -> None:
    spec, problems = read(tmp_path, "hours: {weekdays: [09:00-12:00, 13:30-17:30]}\n")
    assert spec is not None, problems
    assert spec.calendar("office") == named("office")


def test_a_round_the_clock_calendar_reaches_midnight(tmp_path: Path) -> None:
    spec, problems = read(tmp_path, 'hours: {every_day: ["00:00-24:00"]}\nholidays: none\n')
    assert spec is not None, problems
    assert spec.calendar("always") == named("always")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("hours: {monday: [09:00]}", "hours are written 09:00-12:00, not “09:00”"),
        ("hours: {monday: [9-12]}", "“9” is no time of day such as 09:00"),
        ("hours: {monday: [09:00-25:00]}", "“25:00” does not lie between 00:00 and 24:00"),
        ("hours: {monday: [09:00-11:75]}", "“11:75” does not lie between 00:00 and 24:00"),
        ("hours: {monday: [22:00-06:00]}", "hours end after they begin"),
        ("hours: {monday: [09:00-12:00, 11:00-13:00]}", "hours overlap: 09:00-12:00 and 11:00-13:00"),
        ("hours: {monday: 09:00-12:00}", "hours are a list such as"),
        ("hours: {}", "working hours on at least one day"),
        ("hours: {mondays: [09:00-12:00]}", "did you mean “monday”"),
        ("hours: {monday: [09:00-12:00]}\nzone: Asia/Beijing", "Asia/Beijing"),
        ("hours: {monday: [09:00-12:00]}\nholidays: XX", "XX"),
        ("hours: {monday: [09:00-12:00]}\noverrides: {2026-01-01: closed}", "“closed” is not one of: free, working"),
        (
            "hours: {monday: [09:00-12:00]}\noverrides: {2026-01-01: {kind: free, hours: [09:00-10:00]}}",
            "a free day has no hours",
        ),
    ],
)
def test_a_wrong_calendar_says_where_and_why(tmp_path: Path, text: str, expected: str) -> None:
    spec, problems = read(tmp_path, text + "\n")
    assert spec is None
    assert len(problems) == 1 and problems[0].startswith("hall.yaml:")
    assert expected in problems[0]


def test_editors_get_a_schema() -> None:
    assert "weekdays" in str(json_schema(CalendarSpec))
