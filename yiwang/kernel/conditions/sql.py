"""The second back end: a typed tree written as SQL for DuckDB or Spark, giving the closures' results for every row.

Guards make the engines agree with `closures` (and with each other): integers are added in a wider type and cast back
or NULL; decimals are cast to `DECIMAL(26,6)` or NULL; doubles may become infinite inside a formula — no
operation used here makes them finite again — and are turned into NULL where the formula ends. Spark's text is written
from the same tree by the same code, not transpiled from DuckDB's: a translator does not know what the guards protect.
Sessions run with `TimeZone = 'UTC'`; Spark must be 4.0 or later (`try_*` functions).
"""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from functools import singledispatchmethod
from typing import Literal as OneOf

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
from yiwang.kernel.conditions.types import (
    BOOLEAN,
    DATE,
    DATETIME,
    DECIMAL,
    FLOAT,
    INTEGER,
    STRING,
    Type,
)
from yiwang.kernel.conditions.values import DATE_FORM, DECIMAL_FORM, INT_MIN, INTEGER_FORM
from yiwang.kernel.errors import Invalid
from yiwang.kernel.text import N_

DialectName = OneOf["duckdb", "spark"]
MAX_SQL = 500_000  # characters; guards repeat their argument, so odd nesting grows fast

_FORMS = {INTEGER: INTEGER_FORM, DECIMAL: DECIMAL_FORM, DATE: DATE_FORM}


class DuckWriter:
    """Writes nodes as DuckDB SQL; every piece it returns can stand as an operand."""

    names = {
        BOOLEAN: "BOOLEAN",
        INTEGER: "BIGINT",
        DECIMAL: "DECIMAL(26,6)",
        FLOAT: "DOUBLE",
        STRING: "VARCHAR",
        DATE: "DATE",
        DATETIME: "TIMESTAMP",
    }
    template = "duckdb"

    def type_name(self, kind: Type) -> str:
        """The engine's name of a type."""
        return f"{self.names[kind.item]}[]" if kind.item else self.names[kind]

    def quote(self, text: str) -> str:
        """A text literal."""
        return "'" + text.replace("'", "''") + "'"

    def name(self, name: str) -> str:
        """A column's name."""
        return f'"{name}"'

    def finite(self, sql: str) -> str:
        """NULL for an infinite double or NaN."""
        return f"CASE WHEN isfinite({sql}) THEN {sql} END"

    def operand(self, node: Node) -> str:
        """SQL of a node whose doubles are finite or NULL: for wherever a value is looked at."""
        text = self.write(node)
        if len(text) > MAX_SQL:
            raise Invalid(N_("this condition is too deeply nested to be written as SQL"))
        return f"({self.finite(text)})" if _may_overflow(node) else text

    @singledispatchmethod
    def write(self, node: Node) -> str:
        """SQL of a node; a FLOAT formula may still be infinite (see `operand`)."""
        raise TypeError(type(node).__name__)

    @write.register
    def _(self, node: Field) -> str:
        name = self.name(node.name)
        if node.type == FLOAT:
            return f"({self.finite(f'CAST({name} AS DOUBLE)')})"
        if node.type in (INTEGER, DECIMAL, DATETIME):  # the column may be narrower, or a timestamp with zone
            return f"CAST({name} AS {self.type_name(node.type)})"
        return name

    @write.register
    def _(self, node: Literal) -> str:
        value, kind = node.value, self.type_name(node.type)
        if value is None:
            return f"CAST(NULL AS {kind})"
        if isinstance(value, bool):
            return "TRUE" if value else "FALSE"
        if isinstance(value, int) and value != INT_MIN:
            return self.integer(value)
        if isinstance(value, datetime):
            return f"TIMESTAMP '{value.replace(tzinfo=None).isoformat(sep=' ')}'"
        if isinstance(value, date):
            return f"DATE '{value.isoformat()}'"
        if isinstance(value, str):
            return self.quote(value)
        text = f"{value:f}" if isinstance(value, Decimal) else str(value)
        return f"CAST('{text}' AS {kind})"

    def integer(self, value: int) -> str:
        """A whole number; every use of one below is in 64 bits or more."""
        return f"({value})" if value < 0 else str(value)

    @write.register
    def _(self, node: Convert) -> str:
        arg, source, target = self.operand(node.arg), node.arg.type, node.type
        name = self.type_name(target)
        if source == STRING:
            return f"TRY_CAST({self.matched(arg, _FORMS[target])} AS {name})"
        if target == INTEGER:
            return self.whole(arg)
        if source == FLOAT and target == DECIMAL:
            loose = self.write(node.arg)  # DuckDB reads 3.000003e+20 into 26 digits; NaN and infinity fail here too
            arg = f"CASE WHEN abs({loose}) < CAST('1e20' AS DOUBLE) THEN {loose} END"
        if {source, target} == {FLOAT, DECIMAL}:  # through text: the shortest digits, correctly rounded both ways
            return f"TRY_CAST(CAST({arg} AS {self.names[STRING]}) AS {name})"
        return f"CAST({arg} AS {name})"

    def matched(self, text: str, form: str) -> str:
        """`text` when all of it has the form, else something no cast accepts."""
        return f"regexp_extract({text}, {self.quote(f'^{form}$')})"

    def whole(self, number: str) -> str:
        """A number without its fraction as INTEGER."""
        return f"TRY_CAST(trunc({number}) AS BIGINT)"

    @write.register
    def _(self, node: Call) -> str:
        args = [self.operand(arg) for arg in node.args]
        if node.overload.whole_numbers:
            args = [
                str(arg.value) if isinstance(arg, Literal) and arg.type == INTEGER else text
                for arg, text in zip(node.args, args, strict=True)
            ]
        template = getattr(node.overload, self.template) or node.overload.duckdb
        text: str = template.format(*args) if isinstance(template, str) else template(args)
        return f"({text})" if text.startswith("CASE") else text

    @write.register
    def _(self, node: Negate) -> str:
        arg = self.write(node.arg)
        return f"TRY_CAST(-CAST({arg} AS HUGEINT) AS BIGINT)" if node.type == INTEGER else f"(-{arg})"

    @write.register
    def _(self, node: Arithmetic) -> str:
        left, right = self.write(node.left), self.write(node.right)
        if node.type == INTEGER:
            return self.integers(node.op, left, right)
        if node.type == DECIMAL:
            return self.decimals(node.op, left, right)
        if node.op in "/%" and _may_overflow(node.right):
            right = f"({right} % CAST('Infinity' AS DOUBLE))"  # keeps finite numbers, makes an infinite one NaN
        return self.doubles(node.op, left, right)

    def integers(self, op: str, left: str, right: str) -> str:
        """64-bit arithmetic, NULL on overflow and on division by zero."""
        if op == "%":
            right = f"nullif({right}, 0)"
        return f"TRY_CAST(CAST({left} AS HUGEINT) {op} CAST({right} AS HUGEINT) AS BIGINT)"

    def decimals(self, op: str, left: str, right: str) -> str:
        """Decimal arithmetic, rounded half up to 6 places, NULL on overflow and on division by zero."""
        if op == "%":
            right = f"nullif({right}, 0)"
        made = f"TRY({left} * {right})" if op == "*" else f"{left} {op} {right}"
        return f"TRY_CAST({made} AS DECIMAL(26,6))"

    def doubles(self, op: str, left: str, right: str) -> str:
        """Double arithmetic; division by zero may be infinite, NaN or NULL."""
        return f"({left} {op} {right})"

    @write.register
    def _(self, node: Compare) -> str:
        return f"({self.operand(node.left)} {node.op} {self.operand(node.right)})"

    @write.register
    def _(self, node: In) -> str:
        return f"({self.operand(node.arg)} IN ({', '.join(self.operand(item) for item in node.items)}))"

    @write.register
    def _(self, node: Between) -> str:
        return f"({self.operand(node.arg)} BETWEEN {self.operand(node.low)} AND {self.operand(node.high)})"

    @write.register
    def _(self, node: Like) -> str:
        return f"({self.operand(node.arg)} LIKE {self.pattern(node.parts)})"

    def pattern(self, parts: tuple[str, ...]) -> str:
        """A LIKE pattern with the escape character it needs."""
        literal = {part for part in parts if part not in (ANY, ONE)}
        escape = next(sign for sign in "!^~#|$@&" + _RARE if sign not in literal)
        wild = {ANY: "%", ONE: "_"}
        text = "".join(wild.get(part) or (escape + part if part in "%_" else part) for part in parts)
        return self.quote(text) + (f" ESCAPE '{escape}'" if literal & self.needs_escape else "")

    needs_escape = frozenset("%_")

    @write.register
    def _(self, node: IsNull) -> str:
        return f"({self.operand(node.arg)} IS NULL)"

    @write.register
    def _(self, node: IsTruth) -> str:
        return f"({self.operand(node.arg)} IS {'TRUE' if node.value else 'FALSE'})"

    @write.register
    def _(self, node: Not) -> str:
        return f"(NOT {self.operand(node.arg)})"

    @write.register
    def _(self, node: And) -> str:
        return "(" + " AND ".join(self.operand(item) for item in node.items) + ")"

    @write.register
    def _(self, node: Or) -> str:
        return "(" + " OR ".join(self.operand(item) for item in node.items) + ")"

    @write.register
    def _(self, node: Case) -> str:
        subject = f" {self.operand(node.subject)}" if node.subject else ""
        whens = "".join(f" WHEN {self.operand(when)} THEN {self.write(then)}" for when, then in node.whens)
        default = f" ELSE {self.write(node.default)}" if node.default else ""
        return f"(CASE{subject}{whens}{default} END)"

    @write.register
    def _(self, node: Coalesce) -> str:
        return f"coalesce({', '.join(self.operand(item) for item in node.items)})"


_RARE = "".join(chr(code) for code in range(0x2460, 0x2500))


class SparkWriter(DuckWriter):
    """Writes nodes as Spark SQL (4.0 or later)."""

    names = {**DuckWriter.names, STRING: "STRING"}
    template = "spark"
    needs_escape = frozenset("%_\\")
    _tries = {"+": "try_add", "-": "try_subtract", "*": "try_multiply"}

    def type_name(self, kind: Type) -> str:
        """The engine's name of a type."""
        return f"ARRAY<{self.names[kind.item]}>" if kind.item else self.names[kind]

    def quote(self, text: str) -> str:
        """A text literal; Spark reads backslashes inside."""
        return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"

    def name(self, name: str) -> str:
        """A column's name."""
        return f"`{name}`"

    def integer(self, value: int) -> str:
        """A whole number of 64 bits."""
        return f"({value}L)" if value < 0 else f"{value}L"

    def finite(self, sql: str) -> str:
        """NULL for an infinite double or NaN (which Spark sorts above infinity)."""
        return f"CASE WHEN abs({sql}) < CAST('Infinity' AS DOUBLE) THEN {sql} END"

    def matched(self, text: str, form: str) -> str:
        """`text` when all of it has the form, else something no cast accepts (`$` alone would allow a line end)."""
        return f"regexp_extract({text}, {self.quote(f'^{form}')[:-1]}\\\\z', 0)"

    def whole(self, number: str) -> str:
        """A number without its fraction as INTEGER."""
        return f"TRY_CAST({number} AS BIGINT)"

    @singledispatchmethod
    def write(self, node: Node) -> str:
        """SQL of a node; a FLOAT formula may still be infinite (see `operand`)."""
        return super().write(node)

    @write.register
    def _(self, node: Negate) -> str:
        arg = self.write(node.arg)
        return f"try_subtract(CAST(0 AS BIGINT), {arg})" if node.type == INTEGER else f"(-{arg})"

    def integers(self, op: str, left: str, right: str) -> str:
        """64-bit arithmetic, NULL on overflow and on division by zero."""
        return f"({left} % nullif({right}, 0))" if op == "%" else f"{self._tries[op]}({left}, {right})"

    def decimals(self, op: str, left: str, right: str) -> str:
        """Decimal arithmetic, rounded half up to 6 places, NULL on overflow and on division by zero."""
        made = f"{left} % nullif({right}, 0)" if op == "%" else f"{self._tries[op]}({left}, {right})"
        return f"TRY_CAST({made} AS DECIMAL(26,6))"

    def doubles(self, op: str, left: str, right: str) -> str:
        """Double arithmetic; division by zero is NULL."""
        if op == "/":
            return f"try_divide({left}, {right})"
        return f"({left} % nullif({right}, CAST(0 AS DOUBLE)))" if op == "%" else f"({left} {op} {right})"


def _may_overflow(node: Node) -> bool:
    """Can this FLOAT node be infinite or NaN in SQL?"""
    if node.type != FLOAT:
        return False
    if isinstance(node, Case):
        return any(_may_overflow(then) for _, then in node.whens) or bool(node.default and _may_overflow(node.default))
    return isinstance(node, Arithmetic) or (isinstance(node, Negate) and _may_overflow(node.arg))


_WRITERS = {"duckdb": DuckWriter, "spark": SparkWriter}


def sql(node: Node, dialect: DialectName) -> str:
    """The SQL expression of a tree; Invalid when its guards would make it too long."""
    text = _WRITERS[dialect]().operand(node)
    if len(text) > MAX_SQL:
        raise Invalid(N_("this condition is too deeply nested to be written as SQL"))
    return text
