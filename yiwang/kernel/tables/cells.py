"""What one cell of a decision table means: a test of its input, or a constant of its output's type.

A test is `> 5`, `IN ('a', 'b')`, `LIKE '02%'`, `IS NULL` … (the rest of a condition whose left side is the input),
a range `5..10` with both ends, a plain value, several values (`a | b`, or a list in YAML); blank or `-` tests nothing.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from yiwang.kernel.conditions import (
    BOOLEAN,
    DATE,
    DATETIME,
    DECIMAL,
    FLOAT,
    INTEGER,
    STRING,
    ConditionError,
    Schema,
    Type,
    expression,
)
from yiwang.kernel.conditions.wording import literal
from yiwang.kernel.errors import Invalid
from yiwang.kernel.text import N_

_TEST = re.compile(
    r"(=|<>|!=|<=|>=|<|>|(NOT +)?IN *\(|(NOT +)?LIKE *'|(NOT +)?BETWEEN +|IS +(NOT +)?(NULL|TRUE|FALSE) *$)"
)
_RANGE = re.compile(r"(\S.*?) *\.\. *(\S.*)")
_PYTHON: Mapping[Type, tuple[type, ...]] = {
    BOOLEAN: (bool,),
    INTEGER: (int,),
    DECIMAL: (int, float, Decimal),
    FLOAT: (int, float),
    STRING: (str,),
    DATE: (str, date),
    DATETIME: (str, datetime),
}
_EMPTY = Schema("constant", {})


def constant_text(value: Any, kind: Type) -> str:
    """A constant of `kind` in the language of conditions; Invalid for a value of another type."""
    is_other = (isinstance(value, bool) and kind != BOOLEAN) or (isinstance(value, datetime) and kind == DATE)
    if is_other or not isinstance(value, _PYTHON[kind]):
        raise Invalid(N_("%(value)s is not %(type)s"), value=str(value), type=str(kind))
    if kind in (DATE, DATETIME):
        text = value.isoformat() if isinstance(value, date) else value
        return f"{kind} {literal(text)}"
    return literal(Decimal(repr(value)) if isinstance(value, float) and kind == DECIMAL else value)


def constant(value: Any, kind: Type) -> Any:
    """The value of a constant as conditions see it (aware datetimes, Decimal …); Invalid for one of another type."""
    try:
        return expression(constant_text(value, kind), _EMPTY, expect=kind).value({})
    except ConditionError as error:
        raise Invalid(error.message) from error


def plain_value(text: str, kind: Type) -> Any:
    """A value written bare in a cell, as the type of its column; Invalid where it is none."""
    if kind == STRING:
        return text[1:-1].replace("''", "'") if re.fullmatch("'([^']|'')*'", text) else text
    if kind == BOOLEAN and text.upper() in ("TRUE", "FALSE"):
        return text.upper() == "TRUE"
    if kind in (DATE, DATETIME):
        return text
    if kind != BOOLEAN and re.fullmatch(r"[+-]?([0-9]+|[0-9]*\.[0-9]+)", text, re.ASCII):
        return int(text) if "." not in text else Decimal(text)
    raise Invalid(N_("%(value)s is not %(type)s"), value=text, type=str(kind))


def _operand(value: Any, kind: Type) -> str:
    """The constant a test compares with: for an INTEGER input a fraction is allowed too."""
    if kind == INTEGER and isinstance(value, float | Decimal):
        return literal(Decimal(str(value)))
    if isinstance(value, Decimal):
        return literal(value)
    return constant_text(value, kind)


def cell_test(left: str, kind: Type, cell: Any) -> str | None:
    """The condition a cell stands for, `left` being its input's expression of type `kind`; None for no test.

    Raises Invalid for a value that is not of the input's type.
    """
    left = f"({left})"
    if cell is None:
        return None
    if isinstance(cell, list | tuple):
        return f"{left} IN ({', '.join(_operand(item, kind) for item in cell)})"
    if not isinstance(cell, str):
        return f"{left} = {_operand(cell, kind)}"
    text = cell.strip()
    if text in ("", "-"):
        return None
    if _TEST.match(text):
        return f"{left} {text}"
    if kind not in (STRING, BOOLEAN) and (found := _RANGE.fullmatch(text)):
        low, high = (_operand(plain_value(end, kind), kind) for end in found.groups())
        return f"{left} BETWEEN {low} AND {high}"
    values = [plain_value(part.strip(), kind) for part in text.split("|")]
    if len(values) == 1:
        return f"{left} = {_operand(values[0], kind)}"
    return f"{left} IN ({', '.join(_operand(value, kind) for value in values)})"
