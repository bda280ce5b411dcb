"""Opening hours as minutes of a local day, and local minutes as moments.

A `Span` is (first, last) in minutes after local midnight, half-open, 0 ≤ first < last ≤ 1440; 1440 is the next
midnight, so a night shift is written on both days it touches. Moments are integer microseconds since 1970 UTC.

Summer time: a local minute the clock skips means the moment of the change, one it shows twice means the first
showing. So spans that touch on the dial touch in time, and a 24-hour day is 23 or 25 hours long when it really is.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta, tzinfo
from typing import Any

from yiwang.kernel.text import N_, Text

Span = tuple[int, int]
DAY_MINUTES = 24 * 60
MICROSECONDS = 1_000_000
MINUTE = 60 * MICROSECONDS

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_EPOCH_ORDINAL = date(1970, 1, 1).toordinal()
_MICROSECOND = timedelta(microseconds=1)


class HoursError(ValueError):
    """Hours that make no sense; `text` says why, for people."""

    def __init__(self, msgid: str, **params: Any) -> None:
        self.text = Text(msgid, params)
        super().__init__(str(self.text))


def parse_minute(value: object) -> int:
    """Minutes after midnight of "09:00" or "24:00"; an integer is taken as minutes already. HoursError otherwise.

    (A lenient YAML reader hands an unquoted 13:30 over as the base-60 integer 810, which is just these minutes.)
    """
    if isinstance(value, int) and not isinstance(value, bool):
        minute = value
    else:
        hour, colon, rest = str(value).strip().partition(":")
        written = f"{hour}{rest}"
        if not (colon and written.isascii() and written.isdecimal() and len(hour) in (1, 2) and len(rest) == 2):
            raise HoursError(N_("“%(value)s” is no time of day such as 09:00"), value=value)
        minute = int(hour) * 60 + int(rest) if int(rest) < 60 else -1
    if not 0 <= minute <= DAY_MINUTES:
        raise HoursError(N_("“%(value)s” does not lie between 00:00 and 24:00"), value=value)
    return minute


def parse_span(value: object) -> Span:
    """A span from "09:00-12:00" or a pair such as ("09:00", "12:00"). HoursError says what is wrong."""
    parts: list[object] = []
    if isinstance(value, str):
        parts = list(value.replace("–", "-").split("-"))
    elif isinstance(value, list | tuple):
        parts = list(value)
    if len(parts) != 2:
        raise HoursError(N_("hours are written 09:00-12:00, not “%(value)s”"), value=value)
    first, last = parse_minute(parts[0]), parse_minute(parts[1])
    if first >= last:
        raise HoursError(N_("hours end after they begin (write a night shift on both days): %(value)s"), value=value)
    return first, last


def join_spans(spans: Iterable[Span]) -> tuple[Span, ...]:
    """Spans in order, touching ones joined. HoursError when two overlap."""
    joined: list[Span] = []
    for first, last in sorted(spans):
        if joined and first < joined[-1][1]:
            both = write_span(joined[-1]), write_span((first, last))
            raise HoursError(N_("hours overlap: %(first)s and %(second)s"), first=both[0], second=both[1])
        if joined and first == joined[-1][1]:
            joined[-1] = (joined[-1][0], last)
        else:
            joined.append((first, last))
    return tuple(joined)


def write_span(span: Span) -> str:
    """A span as "09:00-12:00"."""
    return "-".join(f"{minute // 60:02d}:{minute % 60:02d}" for minute in span)


def moment_of(at: datetime) -> int:
    """Microseconds since 1970 UTC of an aware datetime; ValueError for a naive one."""
    if at.tzinfo is None:
        raise ValueError("a moment needs a time zone")
    return (at - _EPOCH) // _MICROSECOND


def datetime_of(moment: int) -> datetime:
    """The aware UTC datetime of a moment."""
    return _EPOCH + timedelta(microseconds=moment)


def local_moment(ordinal: int, minute: int, zone: tzinfo) -> int:
    """The moment a clock in `zone` shows `minute` of the day with this proleptic ordinal (1440: next midnight)."""
    if minute == DAY_MINUTES:
        ordinal, minute = ordinal + 1, 0
    day = date.fromordinal(ordinal)
    local = datetime(day.year, day.month, day.day, minute // 60, minute % 60, tzinfo=zone)
    before, after = _offset(local), _offset(local.replace(fold=1))
    on_dial = (ordinal - _EPOCH_ORDINAL) * DAY_MINUTES * MINUTE + minute * MINUTE
    if before >= after:  # the usual case, or a minute shown twice: its first showing
        return on_dial - before
    return _change(on_dial - after, on_dial - before, zone)


def _offset(local: datetime) -> int:
    offset = local.utcoffset()
    assert offset is not None
    return offset // _MICROSECOND


def _change(low: int, high: int, zone: tzinfo) -> int:
    """The moment between two moments at which the zone's offset changes, to the second."""
    low, high = low // MICROSECONDS, high // MICROSECONDS
    old = datetime_of(low * MICROSECONDS).astimezone(zone).utcoffset()
    while high - low > 1:
        middle = (low + high) // 2
        if datetime_of(middle * MICROSECONDS).astimezone(zone).utcoffset() == old:
            low = middle
        else:
            high = middle
    return high * MICROSECONDS
