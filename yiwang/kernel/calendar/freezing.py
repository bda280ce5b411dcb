"""A calendar as JSON data, so that a case can keep the one it started with.

China's special days are written out as overrides and the holidays become `listed`: the frozen calendar does not ask
the library any more, so an update changes no running clock by itself. Provisional days stay provisional; recomputing
them with a newer calendar is a named action of whoever owns the clock.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from yiwang.kernel.calendar import china
from yiwang.kernel.calendar.days import Holidays, Override
from yiwang.kernel.calendar.hours import Span, join_spans, parse_span, write_span

_VERSION = 1


def as_json(
    *,
    name: str,
    zone: str,
    hours: Iterable[Iterable[Span]],
    exchanged_hours: Iterable[Span],
    holidays: Holidays,
    overrides: Iterable[Override],
    complete_years: Iterable[int],
    since_year: int | None,
) -> dict[str, Any]:
    """A calendar's fields as JSON data; special days of one kind and title share one entry."""
    days = {override.day: override for override in overrides}
    years = set(complete_years)
    if holidays == "CN":
        for day, special in china.special_days().items():
            if since_year is None or day.year >= since_year:
                days.setdefault(day, Override(day, special.is_working, tuple(special.title.items())))
        years |= {year for year in china.published_years() if since_year is None or year >= since_year}
    return {
        "version": _VERSION,
        "name": name,
        "zone": zone,
        "hours": [_spans(spans) for spans in hours],
        "exchanged_hours": _spans(exchanged_hours),
        "holidays": "none" if holidays == "none" else "listed",
        "complete_years": sorted(years),
        "special_days": _grouped(days.values()),
    }


def fields_of(data: Mapping[str, Any]) -> dict[str, Any]:
    """The fields of the calendar `as_json` wrote; ValueError when the data is not one."""
    if data.get("version") != _VERSION:
        raise ValueError(f"not a calendar of version {_VERSION}")
    try:
        return {
            "name": data["name"],
            "zone": data["zone"],
            "hours": tuple(_parsed(spans) for spans in data["hours"]),
            "holidays": data["holidays"],
            "overrides": tuple(sorted(_ungrouped(data["special_days"]), key=lambda override: override.day)),
            "complete_years": frozenset(data["complete_years"]),
            "exchanged_hours": _parsed(data["exchanged_hours"]),
        }
    except (KeyError, TypeError) as error:
        raise ValueError(f"not a calendar: {error}") from error


def _spans(spans: Iterable[Span]) -> list[str]:
    return [write_span(span) for span in spans]


def _parsed(spans: Iterable[str]) -> tuple[Span, ...]:
    return join_spans(parse_span(span) for span in spans)


def _grouped(overrides: Iterable[Override]) -> list[dict[str, Any]]:
    groups: dict[tuple[bool, Any, Any], list[str]] = {}
    for override in sorted(overrides, key=lambda each: each.day):
        groups.setdefault((override.is_working, override.title, override.hours), []).append(override.day.isoformat())
    return [
        {"kind": "working" if is_working else "free", "title": dict(title), "days": days}
        | ({} if hours is None else {"hours": _spans(hours)})
        for (is_working, title, hours), days in groups.items()
    ]


def _ungrouped(groups: Iterable[Mapping[str, Any]]) -> list[Override]:
    return [
        Override(
            date.fromisoformat(day),
            is_working={"working": True, "free": False}[group["kind"]],
            title=tuple(group["title"].items()),
            hours=_parsed(group["hours"]) if "hours" in group else None,
        )
        for group in groups
        for day in group["days"]
    ]
