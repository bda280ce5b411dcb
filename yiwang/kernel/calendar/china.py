"""The special days of China: statutory holidays and the weekends worked in exchange (调休).

Source: the yearly notices of the State Council's General Office (国务院办公厅关于部分节假日安排的通知) as the
library `chinesecalendar` carries them (2004 to 2026 in version 1.11). It is imported on first use only, and
asked for its tables instead of its functions, because those refuse every year they do not know.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cache

from yiwang.kernel.titles import Title

_TITLES: dict[str, Title] = {
    "New Year's Day": {"zh-Hans": "元旦", "en": "New Year's Day"},
    "Spring Festival": {"zh-Hans": "春节", "en": "Spring Festival"},
    "Tomb-sweeping Day": {"zh-Hans": "清明节", "en": "Tomb-sweeping Day"},
    "Labour Day": {"zh-Hans": "劳动节", "en": "Labour Day"},
    "Dragon Boat Festival": {"zh-Hans": "端午节", "en": "Dragon Boat Festival"},
    "National Day": {"zh-Hans": "国庆节", "en": "National Day"},
    "Mid-autumn Festival": {"zh-Hans": "中秋节", "en": "Mid-autumn Festival"},
    "Anti-Fascist 70th Day": {"zh-Hans": "抗战胜利70周年纪念日", "en": "Anti-Fascist 70th Day"},
}


@dataclass(frozen=True)
class SpecialDay:
    """A day that does not follow its weekday: free by a holiday, or worked in exchange for one."""

    is_working: bool
    title: Title


@cache
def special_days() -> dict[date, SpecialDay]:
    """All special days the notices published so far name."""
    from chinese_calendar.constants import holidays, workdays

    def titled(name: str) -> Title:
        return _TITLES.get(name, {"en": name})

    free = {day: SpecialDay(is_working=False, title=titled(name)) for day, name in holidays.items()}
    worked = {day: SpecialDay(is_working=True, title=titled(name)) for day, name in workdays.items()}
    return free | worked


@cache
def published_years() -> frozenset[int]:
    """The years whose notice the library carries (without gaps from the first to the last)."""
    years = [day.year for day in special_days()]
    return frozenset(range(min(years), max(years) + 1))
