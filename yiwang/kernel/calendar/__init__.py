"""Working time: calendars with hours, holidays and exchanged days (调休), and the clocks that run on them.

`Calendar` does the arithmetic (`add_minutes`, `add_days`, `working_seconds_between`, `is_working_day`),
`CalendarSpec` is how YAML describes one, `named` gives the three every installation has.
"""

from __future__ import annotations

from yiwang.kernel.calendar.calendar import Calendar
from yiwang.kernel.calendar.days import DayKind, Due, Override
from yiwang.kernel.calendar.holds import Hold
from yiwang.kernel.calendar.named import NAMES, named
from yiwang.kernel.calendar.specs import CalendarSpec

__all__ = ["NAMES", "Calendar", "CalendarSpec", "DayKind", "Due", "Hold", "Override", "named"]
