"""A typed tree written back in the language itself: what explanations show, one spelling for one meaning."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from functools import singledispatch

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

_ATOMS = (Field, Literal, Call, Convert, Case, Coalesce)


def _operand(node: Node) -> str:
    """An operand, in brackets unless it binds closest."""
    if isinstance(node, Convert) and not node.is_written:
        return _operand(node.arg)
    return wording(node) if isinstance(node, _ATOMS) else f"({wording(node)})"


@singledispatch
def wording(node: Node) -> str:
    """The node in the language of conditions."""
    raise TypeError(type(node).__name__)


@wording.register
def _(node: Field) -> str:
    return node.name


def literal(value: object) -> str:
    """A constant as it is written; None is NULL."""
    if value is None:
        return "NULL"
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, str):
        return "'" + value.replace("'", "''") + "'"
    if isinstance(value, datetime):
        return f"TIMESTAMP '{value.replace(tzinfo=None).isoformat(sep=' ')}'"
    if isinstance(value, date):
        return f"DATE '{value.isoformat()}'"
    if isinstance(value, Decimal):
        whole, _, places = f"{value:f}".partition(".")
        return f"{whole}.{places.rstrip('0') or '0'}"
    if isinstance(value, list):
        return "[" + ", ".join(literal(item) for item in value) + "]"
    return repr(value)


@wording.register
def _(node: Literal) -> str:
    return literal(node.value)


@wording.register
def _(node: Convert) -> str:
    return f"CAST({wording(node.arg)} AS {node.type})" if node.is_written else wording(node.arg)


@wording.register
def _(node: Call) -> str:
    return f"{node.overload.name}({', '.join(wording(arg) for arg in node.args)})"


@wording.register
def _(node: Negate) -> str:
    return f"-({wording(node.arg)})" if not isinstance(node.arg, Field) else f"-{node.arg.name}"


@wording.register
def _(node: Arithmetic) -> str:
    return f"{_operand(node.left)} {node.op} {_operand(node.right)}"


def _side(node: Node) -> str:
    """An operand of a comparison: arithmetic binds closer and needs no brackets."""
    if isinstance(node, Convert) and not node.is_written:
        return _side(node.arg)
    return wording(node) if isinstance(node, Arithmetic | Negate) else _operand(node)


@wording.register
def _(node: Compare) -> str:
    return f"{_side(node.left)} {node.op} {_side(node.right)}"


@wording.register
def _(node: In) -> str:
    return _in(node, "IN")


def _in(node: In, word: str) -> str:
    return f"{_operand(node.arg)} {word} ({', '.join(wording(item) for item in node.items)})"


@wording.register
def _(node: Between) -> str:
    return _between(node, "BETWEEN")


def _between(node: Between, word: str) -> str:
    return f"{_operand(node.arg)} {word} {_operand(node.low)} AND {_operand(node.high)}"


@wording.register
def _(node: Like) -> str:
    return _like(node, "LIKE")


def _like(node: Like, word: str) -> str:
    signs = {ANY: "%", ONE: "_"}
    has_literal = any(part in ("%", "_") for part in node.parts)
    escaped = {"%": "!%", "_": "!_", "!": "!!"} if has_literal else {}
    text = "".join(signs.get(part) or escaped.get(part, part) for part in node.parts)
    return f"{_operand(node.arg)} {word} {literal(text)}" + (" ESCAPE '!'" if has_literal else "")


@wording.register
def _(node: IsNull) -> str:
    return f"{_operand(node.arg)} IS NULL"


@wording.register
def _(node: IsTruth) -> str:
    return f"{_operand(node.arg)} IS {literal(node.value)}"


@wording.register
def _(node: Not) -> str:
    arg = node.arg
    if isinstance(arg, IsNull):
        return f"{_operand(arg.arg)} IS NOT NULL"
    if isinstance(arg, In):
        return _in(arg, "NOT IN")
    if isinstance(arg, Like):
        return _like(arg, "NOT LIKE")
    if isinstance(arg, Between):
        return _between(arg, "NOT BETWEEN")
    return f"NOT {_operand(arg)}"


def _item(node: Node) -> str:
    return f"({wording(node)})" if isinstance(node, And | Or) else wording(node)


@wording.register
def _(node: And) -> str:
    return " AND ".join(_item(item) for item in node.items)


@wording.register
def _(node: Or) -> str:
    return " OR ".join(_item(item) for item in node.items)


@wording.register
def _(node: Case) -> str:
    subject = f" {wording(node.subject)}" if node.subject else ""
    whens = "".join(f" WHEN {wording(when)} THEN {wording(then)}" for when, then in node.whens)
    default = f" ELSE {wording(node.default)}" if node.default else ""
    return f"CASE{subject}{whens}{default} END"


@wording.register
def _(node: Coalesce) -> str:
    return f"coalesce({', '.join(wording(item) for item in node.items)})"
