"""The first back end: a typed tree compiled once into Python closures, run for one record at a time.

A closure takes the record and returns the value, None for unknown. The common shapes (field against constant) have
their own closures: they are what routing and rules run by the million.
"""

from __future__ import annotations

import math
import operator
import re
from collections.abc import Callable
from decimal import Decimal
from functools import singledispatch
from typing import Any

from yiwang.kernel.conditions.tree import (
    ANY,
    ONE,
    And,
    Arithmetic,
    Between,
    Call,
    Case,
    Coalesce,
    Compare,
    Convert,
    Field,
    In,
    IsNull,
    IsTruth,
    Like,
    Literal,
    Negate,
    Node,
    Not,
    Or,
)
from yiwang.kernel.conditions.types import DECIMAL, INTEGER
from yiwang.kernel.conditions.values import (
    CONVERT,
    EXACT,
    Reader,
    Record,
    bounded_decimal,
    bounded_float,
    bounded_integer,
    reader,
)

COMPARE: dict[str, Callable[[Any, Any], bool]] = {
    "=": operator.eq,
    "<>": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


@singledispatch
def compile_node(node: Node) -> Reader:
    """A closure for the node."""
    raise TypeError(type(node).__name__)


@compile_node.register
def _(node: Field) -> Reader:
    return reader(node.name, node.type)


@compile_node.register
def _(node: Literal) -> Reader:
    value = node.value
    return lambda record: value


@compile_node.register
def _(node: Convert) -> Reader:
    return _strict1(CONVERT[node.arg.type, node.type], compile_node(node.arg))


def _strict1(function: Callable[[Any], Any], arg: Reader) -> Reader:
    def run(record: Record) -> Any:
        value = arg(record)
        return None if value is None else function(value)

    return run


def _strict2(function: Callable[[Any, Any], Any], left: Reader, right: Reader) -> Reader:
    def run(record: Record) -> Any:
        a = left(record)
        if a is None:
            return None
        b = right(record)
        return None if b is None else function(a, b)

    return run


def _strict_left(function: Callable[[Any, Any], Any], left: Reader, constant: Any) -> Reader:
    def run(record: Record) -> Any:
        a = left(record)
        return None if a is None else function(a, constant)

    return run


@compile_node.register
def _(node: Call) -> Reader:
    args, function = [compile_node(arg) for arg in node.args], node.overload.python
    if len(args) == 1:
        return _strict1(function, args[0])
    if len(args) == 2:
        return _strict2(function, args[0], args[1])

    def run(record: Record) -> Any:
        values = []
        for arg in args:
            value = arg(record)
            if value is None:
                return None
            values.append(value)
        return function(*values)

    return run


def _truncated_mod(a: int, b: int) -> int | None:
    """Remainder with the sign of the dividend, as SQL has it."""
    if b == 0:
        return None
    rest = abs(a) % abs(b)
    return rest if a >= 0 else -rest


_INTEGER_OPS: dict[str, Callable[[int, int], int | None]] = {
    "+": lambda a, b: bounded_integer(a + b),
    "-": lambda a, b: bounded_integer(a - b),
    "*": lambda a, b: bounded_integer(a * b),
    "%": _truncated_mod,
}
_DECIMAL_OPS: dict[str, Callable[[Decimal, Decimal], Decimal | None]] = {
    "+": lambda a, b: bounded_decimal(EXACT.add(a, b)),
    "-": lambda a, b: bounded_decimal(EXACT.subtract(a, b)),
    "*": lambda a, b: bounded_decimal(EXACT.multiply(a, b)),
    "%": lambda a, b: bounded_decimal(EXACT.remainder(a, b)) if b else None,
}
_FLOAT_OPS: dict[str, Callable[[float, float], float | None]] = {
    "+": lambda a, b: bounded_float(a + b),
    "-": lambda a, b: bounded_float(a - b),
    "*": lambda a, b: bounded_float(a * b),
    "/": lambda a, b: bounded_float(a / b) if b else None,
    "%": lambda a, b: math.fmod(a, b) if b else None,
}


@compile_node.register
def _(node: Arithmetic) -> Reader:
    ops: Any = {INTEGER: _INTEGER_OPS, DECIMAL: _DECIMAL_OPS}.get(node.type, _FLOAT_OPS)
    return _strict2(ops[node.op], compile_node(node.left), compile_node(node.right))


@compile_node.register
def _(node: Negate) -> Reader:
    function = (lambda value: bounded_integer(-value)) if node.type == INTEGER else operator.neg
    return _strict1(function, compile_node(node.arg))


@compile_node.register
def _(node: Compare) -> Reader:
    function, left = COMPARE[node.op], compile_node(node.left)
    if isinstance(node.right, Literal) and node.right.value is not None:
        return _strict_left(function, left, node.right.value)
    return _strict2(function, left, compile_node(node.right))


@compile_node.register
def _(node: In) -> Reader:
    arg = compile_node(node.arg)
    if all(isinstance(item, Literal) and item.value is not None for item in node.items):
        known = frozenset(item.value for item in node.items if isinstance(item, Literal))
        return _strict1(known.__contains__, arg)
    items = [compile_node(item) for item in node.items]

    def run(record: Record) -> Any:
        wanted = arg(record)
        if wanted is None:
            return None
        outcome: bool | None = False
        for item in items:
            value = item(record)
            if value is None:
                outcome = None
            elif value == wanted:
                return True
        return outcome

    return run


@compile_node.register
def _(node: Between) -> Reader:
    arg, low, high = compile_node(node.arg), compile_node(node.low), compile_node(node.high)

    def run(record: Record) -> Any:
        value = arg(record)
        if value is None:
            return None
        least, greatest = low(record), high(record)
        if least is None:
            return None if greatest is None or value <= greatest else False
        if greatest is None:
            return None if value >= least else False
        return least <= value <= greatest

    return run


@compile_node.register
def _(node: Like) -> Reader:
    arg = compile_node(node.arg)
    pattern = like_pattern(node.parts)
    match = pattern.fullmatch
    return _strict1(lambda text: match(text) is not None, arg)


def like_pattern(parts: tuple[str, ...]) -> re.Pattern[str]:
    """The regular expression of a LIKE pattern, for `fullmatch`.

    Each piece between two % is taken where it first fits and never tried again (atomic groups), so that a pattern
    such as `%a%a%a%a%` cannot take exponential time.
    """
    pieces = [""]
    for part in parts:
        if part == ANY:
            pieces.append("")
        else:
            pieces[-1] += "." if part == ONE else re.escape(part)
    first, *rest = pieces
    middle = "".join(f"(?>.*?{piece})" for piece in rest[:-1] if piece)
    return re.compile(first + middle + (f".*{rest[-1]}" if rest else ""), re.DOTALL)


@compile_node.register
def _(node: IsNull) -> Reader:
    arg = compile_node(node.arg)
    return lambda record: arg(record) is None


@compile_node.register
def _(node: IsTruth) -> Reader:
    arg, value = compile_node(node.arg), node.value
    return lambda record: arg(record) is value


@compile_node.register
def _(node: Not) -> Reader:
    return _strict1(operator.not_, compile_node(node.arg))


@compile_node.register
def _(node: And) -> Reader:
    items = tuple(compile_node(item) for item in node.items)

    def run(record: Record) -> Any:
        outcome: bool | None = True
        for item in items:
            value = item(record)
            if value is False:
                return False
            if value is None:
                outcome = None
        return outcome

    return run


@compile_node.register
def _(node: Or) -> Reader:
    items = tuple(compile_node(item) for item in node.items)

    def run(record: Record) -> Any:
        outcome: bool | None = False
        for item in items:
            value = item(record)
            if value is True:
                return True
            if value is None:
                outcome = None
        return outcome

    return run


@compile_node.register
def _(node: Case) -> Reader:
    whens = [(compile_node(when), compile_node(then)) for when, then in node.whens]
    default = compile_node(node.default) if node.default else lambda record: None
    if node.subject is None:

        def run(record: Record) -> Any:
            for when, then in whens:
                if when(record) is True:
                    return then(record)
            return default(record)

        return run
    subject = compile_node(node.subject)

    def run_simple(record: Record) -> Any:
        value = subject(record)
        if value is not None:
            for when, then in whens:
                if when(record) == value:
                    return then(record)
        return default(record)

    return run_simple


@compile_node.register
def _(node: Coalesce) -> Reader:
    items = [compile_node(item) for item in node.items]

    def run(record: Record) -> Any:
        for item in items:
            value = item(record)
            if value is not None:
                return value
        return None

    return run
