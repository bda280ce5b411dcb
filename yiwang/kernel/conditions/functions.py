"""The fixed list of functions: their types, their Python, and their SQL in DuckDB and Spark.

Chosen so that all three give the same value: letters change case only in the alphabets listed (the engines' Unicode
tables differ), rounding is half away from zero, positions count characters, moments are UTC. Every function is
unknown when an argument is unknown; `coalesce`, `nullif`, `concat` and the `list_contains_…` ones are rewritten
while loading (`typecheck`). In a template `{0}` is the first argument's SQL.
"""

from __future__ import annotations

import math
from calendar import monthrange
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_UP, Decimal
from typing import Any

from yiwang.kernel.conditions.types import (
    BOOLEAN,
    DATE,
    DATETIME,
    DECIMAL,
    FLOAT,
    INTEGER,
    ITEMS,
    STRING,
    Type,
    list_of,
)
from yiwang.kernel.conditions.values import EXACT, MICROSECOND, bounded_decimal, bounded_integer

Template = str | Callable[[list[str]], str]


@dataclass(frozen=True)
class Overload:
    """One typed form of a function; `python` gets known values and may return None (unknown).

    `whole_numbers` names arguments that must be written as a whole number within the given range.
    """

    name: str
    params: tuple[Type, ...]
    result: Type
    python: Callable[..., Any] = field(compare=False)
    duckdb: Template = field(compare=False)
    spark: Template = field(compare=False, default="")  # "" is DuckDB's
    whole_numbers: tuple[tuple[int, int, int], ...] = ()  # (argument, least, greatest)


# --- text -----------------------------------------------------------------------------------------------------------


def _span(first: str, last: str) -> str:
    return "".join(chr(code) for code in range(ord(first), ord(last) + 1))


# ASCII, full width, Latin-1 (without ×÷ßÿ), Greek (without ς), Cyrillic: all one-to-one
UPPER = _span("A", "Z") + _span("Ａ", "Ｚ") + _span("À", "Ö") + _span("Ø", "Þ") + _span("Α", "Ρ") + _span("Σ", "Ω")
UPPER += _span("А", "Я") + _span("Ѐ", "Џ")
LOWER = _span("a", "z") + _span("ａ", "ｚ") + _span("à", "ö") + _span("ø", "þ") + _span("α", "ρ") + _span("σ", "ω")
LOWER += _span("а", "я") + _span("ѐ", "џ")
BLANKS = " \t\r\n\u00a0\u3000"

_TO_LOWER, _TO_UPPER = str.maketrans(UPPER, LOWER), str.maketrans(LOWER, UPPER)
_FAR = 2**31 - 1  # positions past it are past any text; the engines take 32 bits


def _substr(text: str, start: int, length: int = _FAR) -> str | None:
    if start < 1 or length < 0:
        return None
    return text[start - 1 : start - 1 + length]


def _replace(text: str, old: str, new: str) -> str:
    return text.replace(old, new) if old else text


_TEXT = [
    Overload("lower", (STRING,), STRING, lambda s: s.translate(_TO_LOWER), f"translate({{0}}, '{UPPER}', '{LOWER}')"),
    Overload("upper", (STRING,), STRING, lambda s: s.translate(_TO_UPPER), f"translate({{0}}, '{LOWER}', '{UPPER}')"),
    Overload(
        "trim",
        (STRING,),
        STRING,
        lambda s: s.strip(BLANKS),
        "trim({0}, chr(32) || chr(9) || chr(13) || chr(10) || chr(160) || chr(12288))",
        "trim(BOTH ' \\t\\r\\n\\u00a0\\u3000' FROM {0})",
    ),
    Overload("length", (STRING,), INTEGER, len, "length({0})", "CAST(length({0}) AS BIGINT)"),
    Overload(
        "substr",
        (STRING, INTEGER),
        STRING,
        _substr,
        f"CASE WHEN {{1}} >= 1 THEN substring({{0}}, least({{1}}, {_FAR})) END",
        f"CASE WHEN {{1}} >= 1 THEN substring({{0}}, CAST(least({{1}}, {_FAR}) AS INT)) END",
    ),
    Overload(
        "substr",
        (STRING, INTEGER, INTEGER),
        STRING,
        _substr,
        f"CASE WHEN {{1}} >= 1 AND {{2}} >= 0 THEN substring({{0}}, least({{1}}, {_FAR}), least({{2}}, {_FAR})) END",
        f"CASE WHEN {{1}} >= 1 AND {{2}} >= 0 THEN substring({{0}}, CAST(least({{1}}, {_FAR}) AS INT),"
        f" CAST(least({{2}}, {_FAR}) AS INT)) END",
    ),
    Overload("replace", (STRING, STRING, STRING), STRING, _replace, "replace({0}, {1}, {2})"),
    Overload("starts_with", (STRING, STRING), BOOLEAN, str.startswith, "starts_with({0}, {1})", "startswith({0}, {1})"),
    Overload("ends_with", (STRING, STRING), BOOLEAN, str.endswith, "ends_with({0}, {1})", "endswith({0}, {1})"),
    Overload("contains", (STRING, STRING), BOOLEAN, str.__contains__, "contains({0}, {1})"),
    Overload("concat", (STRING, STRING), STRING, lambda a, b: a + b, "({0} || {1})"),
]

# --- numbers --------------------------------------------------------------------------------------------------------


def _round_float(value: float) -> float:
    whole = math.trunc(value)
    return float(whole + (math.copysign(1, value) if abs(value - whole) >= 0.5 else 0))


def _round_decimal(value: Decimal, places: int) -> Decimal | None:
    return bounded_decimal(EXACT.quantize(value, Decimal(1).scaleb(-places)))


def _whole_decimal(rounding: str) -> Callable[[Decimal], Decimal | None]:
    return lambda value: bounded_decimal(value.to_integral_value(rounding))


def _spark_whole(name: str) -> str:
    """Spark's `floor` of a double is a BIGINT and stops at its ends; a double beyond 2^53 is whole anyway."""
    return f"CASE WHEN abs({{0}}) < 9007199254740992 THEN CAST({name}({{0}}) AS DOUBLE) ELSE {{0}} END"


def _fit(template: str) -> str:
    return f"TRY_CAST({template} AS DECIMAL(26,6))"


_NUMBERS = [
    Overload(
        "abs",
        (INTEGER,),
        INTEGER,
        lambda v: bounded_integer(abs(v)),
        "TRY_CAST(abs(CAST({0} AS HUGEINT)) AS BIGINT)",
        "TRY_CAST(abs(CAST({0} AS DECIMAL(20,0))) AS BIGINT)",
    ),
    Overload("abs", (DECIMAL,), DECIMAL, abs, "abs({0})"),
    Overload("abs", (FLOAT,), FLOAT, abs, "abs({0})"),
    Overload("round", (INTEGER,), INTEGER, lambda v: v, "{0}"),
    Overload("round", (DECIMAL,), DECIMAL, _whole_decimal(ROUND_HALF_UP), _fit("round({0})")),
    Overload("round", (FLOAT,), FLOAT, _round_float, "round({0})"),
    # FLOAT arguments are converted first: two places of a double are only exact as a decimal
    Overload("round", (DECIMAL, INTEGER), DECIMAL, _round_decimal, _fit("round({0}, {1})"), whole_numbers=((1, 0, 6),)),
    Overload("floor", (INTEGER,), INTEGER, lambda v: v, "{0}"),
    Overload("floor", (DECIMAL,), DECIMAL, _whole_decimal(ROUND_FLOOR), _fit("floor({0})")),
    Overload("floor", (FLOAT,), FLOAT, lambda v: float(math.floor(v)), "floor({0})", _spark_whole("floor")),
    Overload("ceil", (INTEGER,), INTEGER, lambda v: v, "{0}"),
    Overload("ceil", (DECIMAL,), DECIMAL, _whole_decimal(ROUND_CEILING), _fit("ceil({0})")),
    Overload("ceil", (FLOAT,), FLOAT, lambda v: float(math.ceil(v)), "ceil({0})", _spark_whole("ceil")),
]


def _extreme(name: str) -> Template:
    def write(args: list[str]) -> str:
        known = " AND ".join(f"{arg} IS NOT NULL" for arg in args)
        return f"CASE WHEN {known} THEN {name}({', '.join(args)}) END"

    return write


def extreme(name: str, kind: Type, n_args: int) -> Overload:
    """`least` or `greatest` over `n_args` values of one type."""
    python = min if name == "least" else max
    return Overload(name, (kind,) * n_args, kind, python, _extreme(name), _extreme(name))


# --- dates ----------------------------------------------------------------------------------------------------------

_FIRST, _LAST = "DATE '0001-01-01'", "DATE '9999-12-31'"
_FIRST_AT, _LAST_AT = "TIMESTAMP '0001-01-01 00:00:00'", "TIMESTAMP '9999-12-31 23:59:59.999999'"
_MAX_DAYS, _MAX_MONTHS = 3_700_000, 120_000  # more leaves the years 1-9999 from anywhere within
_SECOND = 1_000_000  # microseconds


def _add_days(day: date, n: int) -> date | None:
    try:
        return day + timedelta(days=n)
    except OverflowError:
        return None


def _adder(unit_s: int) -> Callable[[datetime, int], datetime | None]:
    def add(at: datetime, n: int) -> datetime | None:
        try:
            return at + timedelta(seconds=n * unit_s)
        except OverflowError:
            return None

    return add


def _add_months(day: date, n: int) -> Any:
    year, month = divmod(day.year * 12 + day.month - 1 + n, 12)
    if not 1 <= year <= 9999:
        return None
    last = monthrange(year, month + 1)[1]
    return day.replace(year=year, month=month + 1, day=min(day.day, last))


def _between(unit_s: int) -> Callable[[datetime, datetime], int]:
    def count(a: datetime, b: datetime) -> int:
        n = abs(b - a) // MICROSECOND // (unit_s * _SECOND)
        return n if b >= a else -n

    return count


def _years_between(a: date, b: date) -> int:
    return b.year - a.year - ((b.month, b.day) < (a.month, a.day))


def _shift(name: str, unit_s: int) -> Overload:
    """`add_<unit>s(DATETIME, n)`."""
    most = _MAX_DAYS * 86_400 // unit_s
    small = f"CASE WHEN {{1}} BETWEEN -{most} AND {most} THEN {{1}} END * CAST({unit_s * _SECOND} AS BIGINT)"
    return Overload(
        name,
        (DATETIME, INTEGER),
        DATETIME,
        _adder(unit_s),
        _moment(f"make_timestamp(epoch_us({{0}}) + {small})"),
        _moment(f"timestamp_micros(unix_micros({{0}}) + {small})"),
    )


def _moment(made: str) -> str:
    return f"CASE WHEN {made} BETWEEN {_FIRST_AT} AND {_LAST_AT} THEN {made} END"


def _count(name: str, unit_s: int) -> Overload:
    """`<unit>s_between(DATETIME, DATETIME)`: whole units, towards zero."""
    return Overload(
        name,
        (DATETIME, DATETIME),
        INTEGER,
        _between(unit_s),
        f"((epoch_us({{1}}) - epoch_us({{0}})) // {unit_s * _SECOND})",
        f"((unix_micros({{1}}) - unix_micros({{0}})) DIV {unit_s * _SECOND})",
    )


def _part(name: str, python: Callable[[Any], int], kinds: tuple[Type, ...]) -> list[Overload]:
    spark = f"CAST({name}({{0}}) AS BIGINT)"
    return [Overload(name, (kind,), INTEGER, python, f"{name}({{0}})", spark) for kind in kinds]


_SMALL_DAYS = f"CAST(CASE WHEN {{1}} BETWEEN -{_MAX_DAYS} AND {_MAX_DAYS} THEN {{1}} END AS INTEGER)"
_SMALL_MONTHS = f"CAST(CASE WHEN {{1}} BETWEEN -{_MAX_MONTHS} AND {_MAX_MONTHS} THEN {{1}} END AS INTEGER)"
_MONTH_DAY = "(month({0}) * 100 + day({0}))"


def _in_years(made: str) -> str:
    return f"CASE WHEN {made} BETWEEN {_FIRST} AND {_LAST} THEN {made} END"


_DATES = [
    *_part("year", lambda d: d.year, (DATE, DATETIME)),
    *_part("month", lambda d: d.month, (DATE, DATETIME)),
    *_part("day", lambda d: d.day, (DATE, DATETIME)),
    *_part("hour", lambda d: d.hour, (DATETIME,)),
    *_part("minute", lambda d: d.minute, (DATETIME,)),
    *[
        Overload(
            "weekday", (kind,), INTEGER, lambda d: d.isoweekday(), "isodow({0})", "CAST(weekday({0}) + 1 AS BIGINT)"
        )
        for kind in (DATE, DATETIME)
    ],
    Overload(
        "add_days",
        (DATE, INTEGER),
        DATE,
        _add_days,
        _in_years(f"({{0}} + {_SMALL_DAYS})"),
        _in_years(f"date_add({{0}}, {_SMALL_DAYS})"),
    ),
    _shift("add_days", 86_400),
    _shift("add_hours", 3_600),
    _shift("add_minutes", 60),
    _shift("add_seconds", 1),
    Overload(
        "add_months",
        (DATE, INTEGER),
        DATE,
        _add_months,
        _in_years(f"CAST({{0}} + to_months({_SMALL_MONTHS}) AS DATE)"),
        _in_years(f"add_months({{0}}, {_SMALL_MONTHS})"),
    ),
    Overload(
        "add_months",
        (DATETIME, INTEGER),
        DATETIME,
        _add_months,
        _moment(f"({{0}} + to_months({_SMALL_MONTHS}))"),
        _moment(f"({{0}} + make_ym_interval(0, {_SMALL_MONTHS}))"),
    ),
    Overload(
        "days_between",
        (DATE, DATE),
        INTEGER,
        lambda a, b: (b - a).days,
        "date_diff('day', {0}, {1})",
        "CAST(datediff({1}, {0}) AS BIGINT)",
    ),
    _count("hours_between", 3_600),
    _count("minutes_between", 60),
    _count("seconds_between", 1),
    Overload(
        "years_between",
        (DATE, DATE),
        INTEGER,
        _years_between,
        f"(year({{1}}) - year({{0}}) - CASE WHEN {_MONTH_DAY.replace('0}', '1}')} < {_MONTH_DAY} THEN 1 ELSE 0 END)",
    ),
]

# --- lists ----------------------------------------------------------------------------------------------------------


def _list_contains(items: list[Any], wanted: Any) -> bool | None:
    if wanted in items:
        return True
    return None if None in items else False


_LISTS = [
    *[
        Overload(
            "list_contains",
            (list_of(item), item),
            BOOLEAN,
            _list_contains,
            "CASE WHEN {0} IS NULL OR {1} IS NULL THEN NULL WHEN list_contains({0}, {1}) THEN TRUE"
            " WHEN len({0}) = len(list_filter({0}, lambda item: item IS NOT NULL)) THEN FALSE END",
            "array_contains({0}, {1})",
        )
        for item in ITEMS
    ],
    *[
        Overload("list_length", (list_of(item),), INTEGER, len, "len({0})", "CAST(array_size({0}) AS BIGINT)")
        for item in ITEMS
    ],
]

OVERLOADS: dict[str, tuple[Overload, ...]] = {}
for _overload in (*_TEXT, *_NUMBERS, *_DATES, *_LISTS):
    OVERLOADS[_overload.name] = (*OVERLOADS.get(_overload.name, ()), _overload)

REWRITTEN = ("coalesce", "nullif", "least", "greatest", "list_contains_any", "list_contains_all")
"""Functions of any type, or made of others; `typecheck` builds them."""

NAMES = tuple(sorted({*OVERLOADS, *REWRITTEN}))
