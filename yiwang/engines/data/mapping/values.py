"""Turns one cell into a typed value, or says why it cannot.

Text is brought to half width where a number or date is meant; nothing is cut or rounded silently.
"""

from __future__ import annotations

import json
import math
import re
import unicodedata
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, time
from decimal import Decimal, InvalidOperation
from typing import Any
from zoneinfo import ZoneInfo

from yiwang.engines.data.mapping.dates import USUAL_FORMATS, DateFormat, as_moment
from yiwang.kernel.codes import phone
from yiwang.kernel.text import N_, Text

Read = Callable[[Any], Any]
"""Reads a cell that is not empty. Raises `Unreadable`."""

_TRUE = frozenset(["true", "t", "yes", "y", "1", "on", "是", "有", "对", "真", "√"])
_FALSE = frozenset(["false", "f", "no", "n", "0", "off", "否", "无", "错", "假", "×"])
_THOUSANDS = re.compile(r"[+-]?\d{1,3}([,' ]\d{3})+(\.\d+)?")
EXACT_FLOAT = 2**53


class Unreadable(Exception):
    """Why a value cannot be taken."""

    def __init__(self, msgid: str | Text, **params: Any) -> None:
        self.text = msgid if isinstance(msgid, Text) else Text(msgid, params)
        super().__init__(str(self.text))


def cell_text(value: Any) -> str:
    """A cell as text: times in ISO form, lists and objects as JSON, whole floats without point, trimmed."""
    if isinstance(value, str):
        return value.strip()
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer() and abs(value) < EXACT_FLOAT:
        return str(int(value))
    if isinstance(value, datetime | date | time):
        return value.isoformat(" ") if isinstance(value, datetime) else value.isoformat()
    if isinstance(value, dict | list):
        return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return "" if value is None else str(value)


def reader_of(
    kind: str, *, formats: Sequence[str] = (), zone: ZoneInfo | None = None, max_length: int | None = None
) -> Read:
    """The function that reads cells of one field type. Naive times are of `zone` (UTC without one)."""
    if kind in ("date", "datetime"):
        return _time_reader(formats, zone or ZoneInfo("UTC"), is_date=kind == "date")
    if kind == "string":
        return _string_reader(max_length)
    return _READERS[kind]


def _string_reader(max_length: int | None) -> Read:
    def read(value: Any) -> str:
        if isinstance(value, float) and abs(value) >= EXACT_FLOAT:
            raise Unreadable(N_("The spreadsheet kept this long number without its last digits; format it as text."))
        text = cell_text(value)
        if max_length is not None and len(text) > max_length:
            raise Unreadable(
                N_("The text has %(found)s characters; at most %(limit)s."), found=len(text), limit=max_length
            )
        return text

    return read


def number_text(value: Any) -> str:
    """Text of a number: half width, without thousands separators, currency signs and outer spaces."""
    text = cell_text(value)
    if not text.isascii():
        text = unicodedata.normalize("NFKC", text).strip("¥￥$ ")
    if not text.isdigit() and _THOUSANDS.fullmatch(text):
        text = re.sub("[,' ]", "", text)
    return text


def _decimal(value: Any) -> Decimal:
    try:
        made = Decimal(number_text(value))
    except InvalidOperation:
        raise Unreadable(N_("“%(value)s” is no number."), value=_short(value)) from None
    if not made.is_finite():
        raise Unreadable(N_("“%(value)s” is no number."), value=_short(value))
    return made


def _integer(value: Any) -> int:
    if isinstance(value, int) and not isinstance(value, bool):
        made = value
    else:
        number = _decimal(value)
        if abs(number.adjusted()) > 30 or number != number.to_integral_value():
            raise Unreadable(N_("“%(value)s” is no whole number."), value=_short(value))
        made = int(number)
    if not -(2**63) <= made < 2**63:
        raise Unreadable(N_("“%(value)s” is too large."), value=_short(value))
    return made


def _float(value: Any) -> float:
    if isinstance(value, str):
        try:
            made = float(value)
        except ValueError:
            made = float(_decimal(value))
    else:
        made = float(_decimal(value))
    if not math.isfinite(made):
        raise Unreadable(N_("“%(value)s” is no number."), value=_short(value))
    return made


def _boolean(value: Any) -> bool:
    if isinstance(value, bool):
        return value
    text = unicodedata.normalize("NFKC", cell_text(value)).lower()
    if text in _TRUE:
        return True
    if text in _FALSE:
        return False
    raise Unreadable(N_("“%(value)s” is neither yes nor no."), value=_short(value))


def _degrees(limit: int) -> Read:
    def read(value: Any) -> float:
        made = _float(value)
        if abs(made) > limit:
            raise Unreadable(N_("%(value)s lies outside -%(limit)s to %(limit)s degrees."), value=made, limit=limit)
        return made

    return read


def _phone(value: Any) -> str:
    text = cell_text(value)
    problem = phone.problem(text)
    if problem is not None:
        raise Unreadable(problem)
    return phone.normalise(text)


_READERS: dict[str, Read] = {
    "integer": _integer,
    "decimal": _decimal,
    "float": _float,
    "boolean": _boolean,
    "lon": _degrees(180),
    "lat": _degrees(90),
    "phone": _phone,
}


def _time_reader(formats: Sequence[str], zone: ZoneInfo, *, is_date: bool) -> Read:
    tried = [DateFormat(each) for each in (formats or USUAL_FORMATS)]

    def read(value: Any) -> date | datetime:
        moment = as_moment(value)
        if moment is None:
            text = cell_text(value)
            for form in tried:
                moment = form.read(text)
                if moment is not None:
                    break
            else:
                normal = unicodedata.normalize("NFKC", text)
                if normal != text:
                    return read(normal)
                raise Unreadable(N_("“%(value)s” is no date in the expected form."), value=_short(value))
        if is_date:
            return moment.astimezone(zone).date() if moment.tzinfo else moment.date()
        try:
            return (moment if moment.tzinfo else moment.replace(tzinfo=zone)).astimezone(UTC)
        except (OverflowError, ValueError):
            raise Unreadable(N_("“%(value)s” is no date in the expected form."), value=_short(value)) from None

    return read


def _short(value: Any) -> str:
    text = cell_text(value)
    return text if len(text) <= 60 else f"{text[:60]}…"
