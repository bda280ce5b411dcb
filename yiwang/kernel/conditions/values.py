"""Values: how a record's value becomes one of our types, how types convert, and where ranges end.

Python side of the promise that both back ends agree; the SQL side is `sql.py`. Unknown is None throughout.
"""

from __future__ import annotations

import math
import operator
import re
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, timedelta
from decimal import ROUND_HALF_UP, Context, Decimal, InvalidOperation
from typing import Any

from yiwang.kernel.conditions.errors import RecordError
from yiwang.kernel.conditions.types import BOOLEAN, DATE, DATETIME, DECIMAL, FLOAT, INTEGER, STRING, Type

Record = Mapping[str, Any]
Reader = Callable[[Record], Any]

INT_MIN, INT_MAX = -(2**63), 2**63 - 1
DECIMAL_LIMIT = Decimal(10) ** 20
DECIMAL_STEP = Decimal("0.000001")
EXACT = Context(prec=90, rounding=ROUND_HALF_UP, traps=[InvalidOperation])
MICROSECOND = timedelta(microseconds=1)

# the text forms CAST accepts, in the syntax RE2 (DuckDB), Java (Spark) and Python share
INTEGER_FORM = "[+-]?[0-9]{1,30}"
DECIMAL_FORM = "[+-]?[0-9]{1,25}(\\.[0-9]{1,10})?"
DATE_FORM = "(000[1-9]|00[1-9][0-9]|0[1-9][0-9][0-9]|[1-9][0-9][0-9][0-9])-[0-9][0-9]-[0-9][0-9]"


def bounded_integer(value: int) -> int | None:
    """`value` when 64 bits hold it, else unknown."""
    return value if INT_MIN <= value <= INT_MAX else None


def bounded_decimal(value: Decimal) -> Decimal | None:
    """`value` rounded half up to 6 places when 20 digits before the point hold it, else unknown."""
    if not value.is_finite() or abs(value) >= DECIMAL_LIMIT:
        return None
    rounded = EXACT.quantize(value, DECIMAL_STEP)
    return rounded if abs(rounded) < DECIMAL_LIMIT else None


def bounded_float(value: float) -> float | None:
    """`value` when finite, else unknown."""
    return value if math.isfinite(value) else None


def _integer(value: Any) -> int | None:
    if isinstance(value, bool | float | Decimal):
        raise TypeError
    return bounded_integer(operator.index(value))


def _decimal(value: Any) -> Decimal | None:
    if isinstance(value, bool):
        raise TypeError
    if isinstance(value, float):
        return bounded_decimal(Decimal(repr(float(value))))
    return bounded_decimal(value if isinstance(value, Decimal) else Decimal(operator.index(value)))


def _float(value: Any) -> float | None:
    if isinstance(value, bool | str | bytes):
        raise TypeError
    try:
        return bounded_float(float(value))
    except OverflowError:
        return None


def _string(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError
    return str.__str__(value)


def _boolean(value: Any) -> bool:
    if not isinstance(value, bool):
        raise TypeError
    return value


def _date(value: Any) -> date:
    if isinstance(value, datetime) or not isinstance(value, date):
        raise TypeError
    return value


def _datetime(value: Any) -> datetime | None:
    if not isinstance(value, datetime):
        raise TypeError
    try:
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)
    except OverflowError:  # year 0 or 10000 after the shift to UTC
        return None


ADAPT: dict[Type, Callable[[Any], Any]] = {
    BOOLEAN: _boolean,
    INTEGER: _integer,
    DECIMAL: _decimal,
    FLOAT: _float,
    STRING: _string,
    DATE: _date,
    DATETIME: _datetime,
}
# classes whose every instance is already a value of the type
_READY: dict[Type, type] = {BOOLEAN: bool, STRING: str, DATE: date}


def reader(name: str, kind: Type) -> Reader:
    """A function from a record to the field's value, adapted to `kind`; missing or None is unknown.

    A naive datetime is taken as UTC. Raises `RecordError` for a value of another type.
    """
    if kind.item is not None:
        return _list_reader(name, kind, ADAPT[kind.item])
    adapt = ADAPT[kind]
    ready = _READY.get(kind)

    def adapted(value: Any) -> Any:
        try:
            return adapt(value)
        except (TypeError, ValueError) as error:
            raise RecordError(name, kind, value) from error

    if ready is not None:

        def read_ready(record: Record) -> Any:
            value = record.get(name)
            return value if value is None or type(value) is ready else adapted(value)

        return read_ready
    if kind == INTEGER:

        def read_integer(record: Record) -> Any:
            value = record.get(name)
            if value is None or (type(value) is int and -9223372036854775808 <= value <= 9223372036854775807):
                return value
            return adapted(value)

        return read_integer

    def read(record: Record) -> Any:
        value = record.get(name)
        return None if value is None else adapted(value)

    return read


def _list_reader(name: str, kind: Type, adapt: Callable[[Any], Any]) -> Reader:
    def read(record: Record) -> Any:
        value = record.get(name)
        if value is None:
            return None
        if not isinstance(value, list | tuple | set | frozenset):
            raise RecordError(name, kind, value)
        try:
            return [None if item is None else adapt(item) for item in value]
        except (TypeError, ValueError) as error:
            raise RecordError(name, kind, value) from error

    return read


def _float_to_integer(value: float) -> int | None:
    return bounded_integer(math.trunc(value))


def _text_to_integer(value: str) -> int | None:
    return bounded_integer(int(value)) if re.fullmatch(INTEGER_FORM, value) else None


def _text_to_decimal(value: str) -> Decimal | None:
    return bounded_decimal(Decimal(value)) if re.fullmatch(DECIMAL_FORM, value) else None


def _text_to_date(value: str) -> date | None:
    if not re.fullmatch(DATE_FORM, value):
        return None
    try:
        return date.fromisoformat(value)
    except ValueError:
        return None


def _date_to_datetime(value: date) -> datetime:
    return datetime(value.year, value.month, value.day, tzinfo=UTC)


CONVERT: dict[tuple[Type, Type], Callable[[Any], Any]] = {
    (INTEGER, DECIMAL): lambda value: bounded_decimal(Decimal(value)),
    (INTEGER, FLOAT): float,
    (DECIMAL, FLOAT): float,
    (FLOAT, DECIMAL): lambda value: bounded_decimal(Decimal(repr(value))),
    (FLOAT, INTEGER): _float_to_integer,
    (DECIMAL, INTEGER): lambda value: bounded_integer(int(value)),
    (STRING, INTEGER): _text_to_integer,
    (STRING, DECIMAL): _text_to_decimal,
    (STRING, DATE): _text_to_date,
    (INTEGER, STRING): str,
    (DATE, STRING): date.isoformat,
    (DATETIME, DATE): datetime.date,
    (DATE, DATETIME): _date_to_datetime,
}
"""(from, to) → conversion of a known value; None where the result does not fit. The keys are the allow-list of CAST."""

WIDENS = frozenset({(INTEGER, DECIMAL), (INTEGER, FLOAT), (DECIMAL, FLOAT)})
"""Conversions made without being written."""
