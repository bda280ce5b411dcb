"""How cells are said: numbers with separators, shares in per cent, days and moments in the jurisdiction's zone."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils.translation import get_language, gettext

from yiwang.engines.board.live import Column, Label, Words
from yiwang.kernel.text import Text
from yiwang.kernel.titles import pick

UNKNOWN = "—"


def words(told: Words) -> str:
    """A column's title, unit and so on in the reader's language; plain text is taken for a message id."""
    if isinstance(told, str):
        return gettext(told) if told else ""
    return said(told)


def said(told: Any) -> str:
    """A cell's text in the reader's language; plain text stays as it is."""
    if isinstance(told, Label):
        return said(told.text)
    if isinstance(told, Text):
        return told.render(gettext)
    if isinstance(told, Mapping):
        return pick(told, get_language() or settings.LANGUAGE_CODE)
    return UNKNOWN if told is None or told == "" else str(told)


def figure(value: Any, column: Column, *, zone: str, decimals: int | None = None) -> str:
    """A cell as people read it; fractions get one decimal unless told how many."""
    if value is None:
        return UNKNOWN
    if column.kind == "share" and isinstance(value, int | float):
        return f"{value * 100:.1f}%"
    if column.kind == "number" and isinstance(value, int | float):
        places = decimals if decimals is not None else 0 if float(value).is_integer() else 1
        return f"{value:,.{places}f}"
    if column.kind == "duration" and isinstance(value, int | float):
        return duration(float(value))
    if column.kind == "moment" and isinstance(value, datetime):
        return moment(value, zone)
    if column.kind == "day" and isinstance(value, date | str):
        return day(date.fromisoformat(value) if isinstance(value, str) else value, column.name)
    return said(value)


def duration(seconds: float) -> str:
    """Hours below two days, days above, one decimal below ten."""
    if seconds < 3600:
        return gettext("%(n)s min") % {"n": round(seconds / 60)}
    amount, unit = (seconds / 3600, gettext("%(n)s h")) if seconds < 172_800 else (seconds / 86_400, gettext("%(n)s d"))
    return unit % {"n": f"{amount:.1f}" if amount < 10 else f"{amount:.0f}"}


def moment(at: datetime, zone: str) -> str:
    """Time of day in the zone, with the day when that is not the present one."""
    from yiwang.kernel import clock

    local = at.astimezone(ZoneInfo(zone))
    return f"{local:%H:%M}" if local.date() == clock.today(zone) else f"{local:%m-%d %H:%M}"


def day(value: date, grain: str) -> str:
    """A day as its grain is said: 2026, 2026-11, 11-20."""
    return {"year": f"{value:%Y}", "month": f"{value:%Y-%m}"}.get(grain, f"{value:%m-%d}")


def change(amount: float, column: Column, by: float | None = None) -> tuple[str, str]:
    """A comparison's words (without sign) and its direction: per cent, how many times, or the difference `by` itself.

    What would be shown as nought is "as before"; from three times on people say how many times, and of less than a
    tenth of a point nobody says anything.
    """
    tells = amount if by is None else by
    if abs(tells) < (0.0005 if by is None else 0.05):
        return gettext("as before"), "flat"
    direction = "up" if tells > 0 else "down"
    if by is not None:
        return f"{abs(by):,.0f}" if float(by).is_integer() else f"{abs(by):,.1f}", direction
    if column.kind == "share":
        return gettext("%(n)s points") % {"n": f"{abs(amount) * 100:.1f}"}, direction
    if amount >= 2:
        return gettext("%(n)s-fold") % {"n": f"{amount + 1:,.1f}" if amount < 9 else f"{amount + 1:,.0f}"}, direction
    return f"{abs(amount) * 100:.1f}%", direction
