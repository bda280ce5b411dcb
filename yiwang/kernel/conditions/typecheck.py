"""From sqlglot's tree to ours: every name looked up, every type settled, everything outside the language refused.

Only what is listed here passes; a construct of SQL nobody thought of is refused with its name and place.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import singledispatchmethod
from typing import Any, NoReturn

from sqlglot import exp

from yiwang.kernel.conditions import tree
from yiwang.kernel.conditions.errors import ConditionError
from yiwang.kernel.conditions.functions import NAMES, OVERLOADS, REWRITTEN, Overload, extreme
from yiwang.kernel.conditions.parse import parse, position
from yiwang.kernel.conditions.types import (
    BOOLEAN,
    DATE,
    DATETIME,
    DECIMAL,
    FLOAT,
    INTEGER,
    NULL,
    NUMBERS,
    STRING,
    Schema,
    Type,
)
from yiwang.kernel.conditions.values import CONVERT, DECIMAL_LIMIT, WIDENS, bounded_integer
from yiwang.kernel.text import N_

_COMPARE = {exp.EQ: "=", exp.NEQ: "<>", exp.LT: "<", exp.LTE: "<=", exp.GT: ">", exp.GTE: ">="}
_ARITHMETIC = {exp.Add: "+", exp.Sub: "-", exp.Mul: "*", exp.Div: "/", exp.Mod: "%"}
_CASTS = {
    "INT": INTEGER,
    "BIGINT": INTEGER,
    "DECIMAL": DECIMAL,
    "DOUBLE": FLOAT,
    "FLOAT": FLOAT,
    "TEXT": STRING,
    "VARCHAR": STRING,
    "DATE": DATE,
    "TIMESTAMP": DATETIME,
    "DATETIME": DATETIME,
}
_UNITS = {"SECOND": 1, "MINUTE": 1, "HOUR": 1, "DAY": 1, "WEEK": 7, "MONTH": 1, "YEAR": 12}
_SHIFTS = {"WEEK": "add_days", "YEAR": "add_months"}
_AGGREGATES = frozenset(
    {"count", "sum", "avg", "min", "max", "median", "stddev", "variance", "string_agg", "array_agg"}
)
_MOMENT = re.compile(r"\d{4}-\d\d-\d\d[ T]\d\d:\d\d(:\d\d(\.\d{1,6})?)?(Z|[+-]\d\d:\d\d)?", re.ASCII)
_DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_REFUSED = {
    exp.Query: N_("a subquery cannot be used in a condition"),
    exp.Exists: N_("a subquery cannot be used in a condition"),
    exp.Window: N_("a window (OVER) cannot be used in a condition"),
    exp.Lambda: N_("a lambda cannot be used in a condition"),
    exp.JSONExtract: N_("a lambda cannot be used in a condition"),
    exp.Placeholder: N_("parameters cannot be used in a condition"),
    exp.Parameter: N_("parameters cannot be used in a condition"),
    exp.ILike: N_("ILIKE is not available: write lower(…) LIKE '…'"),
    exp.Interval: N_("INTERVAL stands only after a date or datetime and + or -"),
}


def read(source: str, schema: Schema) -> tree.Node:
    """The typed tree of a text; ConditionError with the place for whatever is wrong first."""
    return Checker(source, schema).check(parse(source))


class Checker:
    """Turns sqlglot nodes into typed nodes for one source text and schema."""

    def __init__(self, source: str, schema: Schema) -> None:
        self.source = source
        self.schema = schema

    def fail(self, at: exp.Expr, msgid: str, **params: Any) -> NoReturn:
        """Refuse, naming the place of `at`."""
        raise ConditionError(self.source, position(at), msgid, **params)

    def only(self, node: exp.Expr, *keys: str) -> None:
        """Refuse a node with parts besides `keys` (sqlglot grows optional parts we do not know)."""
        for key, value in node.args.items():
            if value and key not in keys:
                self.refuse(node)

    def refuse(self, node: exp.Expr) -> NoReturn:
        """Refuse a construct outside the language by its name."""
        if isinstance(node, exp.Alias):  # two expressions side by side read as `expression name`
            self.fail(node.args["alias"], N_("not understood here"))
        for kind, msgid in _REFUSED.items():
            if isinstance(node, kind):
                self.fail(node, msgid)
        self.fail(node, N_("%(what)s is not part of the language of conditions"), what=type(node).__name__)

    def boolean(self, node: exp.Expr) -> tree.Node:
        """A checked node that must be BOOLEAN."""
        return self.expect(node, BOOLEAN)

    def expect(self, node: exp.Expr, kind: Type) -> tree.Node:
        """A checked node that must fit `kind`."""
        checked = self.check(node)
        return self.fit(checked, kind, node) or self.fail(
            node, N_("must be %(wanted)s, not %(found)s"), wanted=str(kind), found=str(checked.type)
        )

    # --- types ------------------------------------------------------------------------------------------------------

    def fit(self, node: tree.Node, kind: Type, at: exp.Expr) -> tree.Node | None:
        """`node` as `kind` where that needs no CAST: same, NULL, wider number, date written as text; else None."""
        if node.type == kind:
            return node
        if isinstance(node, tree.Literal):
            if node.type == NULL:
                return tree.Literal(kind, None)
            if node.type == STRING and kind in (DATE, DATETIME):
                return self.moment(str(node.value), kind, at)
        if (node.type, kind) in WIDENS:
            return convert(node, kind)
        return None

    def moment(self, text: str, kind: Type, at: exp.Expr) -> tree.Node:
        """A DATE or DATETIME constant from its text; an offset is taken into account, none means UTC."""
        try:
            if kind == DATE and _DAY.fullmatch(text):
                return tree.Literal(DATE, date.fromisoformat(text))
            if kind == DATETIME and _MOMENT.fullmatch(text):
                moment = datetime.fromisoformat(text)
                aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
                return tree.Literal(DATETIME, aware.astimezone(UTC))
        except (ValueError, OverflowError):
            pass
        if kind == DATE:
            return self.fail(at, N_("'%(text)s' is not a date such as '2026-05-01'"), text=text)
        return self.fail(at, N_("'%(text)s' is not a moment such as '2026-05-01 08:30:00' (UTC)"), text=text)

    def alike(self, parts: Sequence[tuple[exp.Expr, tree.Node]]) -> list[tree.Node]:
        """The nodes brought to one common type; refused at the first that does not fit."""
        kinds = [node.type for _, node in parts if not isinstance(node, tree.Literal)]
        kinds += [node.type for _, node in parts if isinstance(node, tree.Literal)]
        wanted = next((kind for kind in kinds if kind != NULL), NULL)
        if wanted in NUMBERS:
            wanted = max((kind for kind in kinds if kind in NUMBERS), key=NUMBERS.index)
        fitted = []
        for at, node in parts:
            one = self.fit(node, wanted, at)
            if one is None:
                self.fail(at, N_("%(found)s does not go with %(wanted)s"), found=str(node.type), wanted=str(wanted))
            fitted.append(one)
        return fitted

    # --- constructs -------------------------------------------------------------------------------------------------

    @singledispatchmethod
    def check(self, node: exp.Expr) -> tree.Node:
        """The typed node of a syntax node."""
        self.refuse(node)

    @check.register
    def _(self, node: exp.Paren) -> tree.Node:
        self.only(node, "this")
        return self.check(node.this)

    @check.register
    def _(self, node: exp.Column) -> tree.Node:
        self.only(node, "this", "table")
        name = node.name
        if not isinstance(node.this, exp.Identifier):
            self.refuse(node.this)
        if node.args.get("table"):
            self.fail(node, N_("write the field's plain name, without anything before a dot"))
        if name.startswith("$"):
            self.fail(node, N_("parameters cannot be used in a condition"))
        kind = self.schema.fields.get(name)
        if kind is None:
            self.unknown(node, N_("there is no field %(name)s in %(schema)s"), name, self.schema.fields)
        return tree.Field(kind, name)

    def unknown(self, at: exp.Expr, msgid: str, name: str, known: Any) -> NoReturn:
        """Refuse an unknown name, proposing the nearest known one."""
        by_fold = {one.casefold(): one for one in known}
        near = difflib.get_close_matches(name.casefold(), by_fold, n=1, cutoff=0.76)
        if near:
            msgid = {
                N_("there is no field %(name)s in %(schema)s"): N_(
                    "there is no field %(name)s in %(schema)s; did you mean %(near)s?"
                ),
                N_("there is no function %(name)s"): N_("there is no function %(name)s; did you mean %(near)s?"),
            }[msgid]
        self.fail(at, msgid, name=name, schema=self.schema.name, near=by_fold[near[0]] if near else "")

    @check.register
    def _(self, node: exp.Literal) -> tree.Node:
        text = node.this
        if node.is_string:
            return tree.Literal(STRING, text)
        return self.number(node, text)

    def number(self, at: exp.Expr, text: str) -> tree.Node:
        """A constant: whole → INTEGER, up to 6 places → DECIMAL, else FLOAT."""
        if re.fullmatch("-?[0-9]+", text, re.ASCII):
            if len(text) > 20 or bounded_integer(int(text)) is None:
                self.fail(at, N_("%(number)s is too large"), number=text[:40])
            return tree.Literal(INTEGER, int(text))
        if re.fullmatch(r"-?[0-9]*\.[0-9]{0,6}", text, re.ASCII) and abs(Decimal(text)) < DECIMAL_LIMIT:
            return tree.Literal(DECIMAL, Decimal(text).quantize(Decimal("0.000001")))
        try:
            value = float(text)
        except ValueError:
            self.fail(at, N_("%(number)s is not a number"), number=text[:40])
        if value in (float("inf"), float("-inf")):
            self.fail(at, N_("%(number)s is too large"), number=text[:40])
        return tree.Literal(FLOAT, value)

    @check.register
    def _(self, node: exp.Boolean) -> tree.Node:
        return tree.Literal(BOOLEAN, bool(node.this))

    @check.register
    def _(self, node: exp.Null) -> tree.Node:
        return tree.Literal(NULL, None)

    @check.register
    def _(self, node: exp.Neg) -> tree.Node:
        self.only(node, "this")
        if isinstance(node.this, exp.Literal) and not node.this.is_string:
            return self.number(node.this, "-" + node.this.this)
        arg = self.check(node.this)
        if arg.type not in NUMBERS:
            self.fail(node, N_("must be a number, not %(found)s"), found=str(arg.type))
        return tree.Negate(arg.type, arg)

    @check.register
    def _(self, node: exp.Not) -> tree.Node:
        self.only(node, "this")
        return tree.Not(BOOLEAN, self.boolean(node.this))

    @check.register(exp.And)
    @check.register(exp.Or)
    def _(self, node: exp.Binary) -> tree.Node:
        self.only(node, "this", "expression")
        kind = tree.And if isinstance(node, exp.And) else tree.Or
        return kind(BOOLEAN, tuple(self.boolean(item) for item in _chain(node)))

    @check.register(exp.EQ)
    @check.register(exp.NEQ)
    @check.register(exp.LT)
    @check.register(exp.LTE)
    @check.register(exp.GT)
    @check.register(exp.GTE)
    def _(self, node: exp.Binary) -> tree.Node:
        self.only(node, "this", "expression")
        left, right = self.comparable(node, node.this, node.expression)
        op = _COMPARE[type(node)]
        if left.type == BOOLEAN and op not in ("=", "<>"):
            self.fail(node, N_("BOOLEAN has no order"))
        return tree.Compare(BOOLEAN, op, left, right)

    def comparable(self, at: exp.Expr, *parts: exp.Expr) -> list[tree.Node]:
        """Nodes of one comparable type; refused where a part is the word NULL, or all are lists."""
        checked = [(part, self.check(part)) for part in parts]
        for part, one in checked:
            if one.type == NULL:
                self.fail(at, N_("nothing equals NULL: write IS NULL or IS NOT NULL"))
            if one.type.item:
                self.fail(part, N_("a list is not compared: use list_contains"))
        return self.alike(checked)

    @check.register
    def _(self, node: exp.Between) -> tree.Node:
        self.only(node, "this", "low", "high")
        arg, low, high = self.comparable(node, node.this, node.args["low"], node.args["high"])
        if arg.type == BOOLEAN:
            self.fail(node, N_("BOOLEAN has no order"))
        return tree.Between(BOOLEAN, arg, low, high)

    @check.register
    def _(self, node: exp.In) -> tree.Node:
        if node.args.get("query"):
            self.fail(node.args["query"], N_("a subquery cannot be used in a condition"))
        if node.args.get("field"):
            self.fail(node, N_("IN needs a list in brackets; for a field with a list use list_contains"))
        self.only(node, "this", "expressions")
        if not node.expressions:
            self.fail(node, N_("the list after IN is empty"))
        arg, *items = self.comparable(node, node.this, *node.expressions)
        return tree.In(BOOLEAN, arg, tuple(items))

    @check.register
    def _(self, node: exp.Like) -> tree.Node:
        return self.like(node, None)

    @check.register
    def _(self, node: exp.Escape) -> tree.Node:
        self.only(node, "this", "expression")
        sign = node.expression
        if not isinstance(node.this, exp.Like):
            self.refuse(node)
        if not (isinstance(sign, exp.Literal) and sign.is_string and len(sign.this) == 1):
            self.fail(node, N_("after ESCAPE stands one character in quotation marks"))
        return self.like(node.this, sign.this)

    def like(self, node: exp.Expr, escape: str | None) -> tree.Node:
        """LIKE with a constant pattern; without ESCAPE no character escapes."""
        self.only(node, "this", "expression", "negate")
        pattern = node.expression
        if not (isinstance(pattern, exp.Literal) and pattern.is_string):
            self.fail(node, N_("the pattern after LIKE must be a text in quotation marks"))
        parts, signs = [], iter(pattern.this)
        for sign in signs:
            if sign == escape:
                escaped = next(signs, "")
                if escaped not in ("%", "_", escape):
                    self.fail(pattern, N_("the escape character stands only before %, _ or itself"))
                parts.append(escaped)
            else:
                parts.append({"%": tree.ANY, "_": tree.ONE}.get(sign, sign))
        like = tree.Like(BOOLEAN, self.expect(node.this, STRING), tuple(parts))
        return tree.Not(BOOLEAN, like) if node.args.get("negate") else like

    @check.register
    def _(self, node: exp.Is) -> tree.Node:
        self.only(node, "this", "expression")
        if isinstance(node.expression, exp.Null):
            arg = self.check(node.this)
            return tree.IsNull(BOOLEAN, self.fit(arg, BOOLEAN, node) or arg)
        if isinstance(node.expression, exp.Boolean):
            return tree.IsTruth(BOOLEAN, self.boolean(node.this), bool(node.expression.this))
        return self.fail(node, N_("after IS stands NULL, TRUE or FALSE"))

    @check.register
    def _(self, node: exp.Case) -> tree.Node:
        self.only(node, "this", "ifs", "default")
        ifs, default = node.args["ifs"], node.args.get("default")
        thens = [(one.args["true"], self.check(one.args["true"])) for one in ifs]
        fitted = self.alike([*thens, *([(default, self.check(default))] if default else [])])
        if fitted[0].type == NULL:
            self.fail(node, N_("at least one branch of CASE must have a value"))
        if node.this is None:
            subject, whens = None, [self.boolean(one.this) for one in ifs]
        else:
            subject, *whens = self.comparable(node, node.this, *(one.this for one in ifs))
        pairs = tuple(zip(whens, fitted[: len(ifs)], strict=True))
        return tree.Case(fitted[0].type, subject, pairs, fitted[-1] if default else None)

    @check.register(exp.Add)
    @check.register(exp.Sub)
    @check.register(exp.Mul)
    @check.register(exp.Div)
    @check.register(exp.Mod)
    def _(self, node: exp.Binary) -> tree.Node:
        if isinstance(node.expression, exp.Interval):
            return self.shifted(node, node.expression)
        op = _ARITHMETIC[type(node)]
        sides = [(side, self.check(side)) for side in (node.this, node.expression)]
        for side, one in sides:
            if one.type in (DATE, DATETIME):
                self.fail(node, N_("dates are not numbers: use add_days, days_between and the like, or + INTERVAL"))
            if one.type not in NUMBERS:
                self.fail(side, N_("must be a number, not %(found)s"), found=str(one.type))
        left, right = self.alike(sides)
        if op == "/":
            left, right = convert(left, FLOAT), convert(right, FLOAT)
        return tree.Arithmetic(left.type, op, left, right)

    def shifted(self, node: exp.Binary, interval: exp.Interval) -> tree.Node:
        """`moment ± INTERVAL n unit`, the same as the function of that unit."""
        unit = interval.unit.name.upper().removesuffix("S") if interval.unit else ""
        amount = interval.this
        if unit not in _UNITS or not isinstance(amount, exp.Literal) or not re.fullmatch("-?[0-9]{1,15}", amount.this):
            self.fail(
                interval, N_("write INTERVAL with a whole number and SECOND, MINUTE, HOUR, DAY, WEEK, MONTH or YEAR")
            )
        if not isinstance(node, exp.Add | exp.Sub):
            self.refuse(interval)
        n = int(amount.this) * _UNITS[unit] * (1 if isinstance(node, exp.Add) else -1)
        name = _SHIFTS.get(unit, f"add_{unit.lower()}s")
        return self.call(node, name, [(node.this, self.check(node.this)), (amount, tree.Literal(INTEGER, n))])

    @check.register
    def _(self, node: exp.DPipe) -> tree.Node:
        self.only(node, "this", "expression", "safe")
        return self.call(node, "concat", [(side, self.check(side)) for side in (node.this, node.expression)])

    @check.register
    def _(self, node: exp.Cast) -> tree.Node:
        target = node.to
        kind = _CASTS.get(target.this.name)
        if kind is None or target.expressions or target.args.get("nested"):
            self.fail(node, N_("CAST to %(type)s is not allowed"), type=target.sql())
        self.only(node, "this", "to", "_type")
        if isinstance(node.this, exp.Literal) and node.this.is_string and kind in (DATE, DATETIME):
            return self.moment(node.this.this, kind, node)  # also the form DATE '…'
        arg = self.check(node.this)
        if arg.type in (kind, NULL):
            return arg if arg.type == kind else tree.Literal(kind, None)
        if (arg.type, kind) not in CONVERT:
            self.fail(
                node, N_("CAST from %(from)s to %(to)s is not allowed"), **{"from": str(arg.type), "to": str(kind)}
            )
        return tree.Convert(kind, arg, is_written=True)

    # --- functions --------------------------------------------------------------------------------------------------

    @check.register
    def _(self, node: exp.Anonymous) -> tree.Node:
        self.only(node, "this", "expressions")
        name = str(node.this).lower()
        if name in _AGGREGATES:
            self.fail(node, N_("%(name)s works on many rows; a condition looks at one record"), name=name)
        if name not in OVERLOADS and name not in REWRITTEN:
            self.unknown(node, N_("there is no function %(name)s"), name, NAMES)
        return self.call(node, name, [(arg, self.check(arg)) for arg in node.expressions])

    def call(self, at: exp.Expr, name: str, args: list[tuple[exp.Expr, tree.Node]]) -> tree.Node:
        """A call of a listed function with checked arguments."""
        if name in REWRITTEN:
            return self.rewritten(at, name, args)
        if name == "concat" and len(args) > 2:
            return self.call(at, name, [(at, self.call(at, name, args[:-1])), args[-1]])
        if name == "round" and len(args) == 2 and args[0][1].type == FLOAT:
            args = [(args[0][0], convert(args[0][1], DECIMAL)), args[1]]
        for overload in OVERLOADS[name]:
            if len(overload.params) != len(args):
                continue
            fitted = [self.fit(node, kind, arg) for (arg, node), kind in zip(args, overload.params, strict=True)]
            known = tuple(node for node in fitted if node is not None)
            if len(known) == len(args):
                self.whole_numbers(overload, args)
                return tree.Call(overload.result, overload, known)
        forms = ", ".join(dict.fromkeys(f"{name}({', '.join(map(str, one.params))})" for one in OVERLOADS[name]))
        found = ", ".join(str(node.type) for _, node in args)
        return self.fail(
            at, N_("%(name)s does not take (%(found)s); write %(forms)s"), name=name, found=found, forms=forms
        )

    def whole_numbers(self, overload: Overload, args: list[tuple[exp.Expr, tree.Node]]) -> None:
        """Refuse an argument that must be written as a small whole number and is not."""
        for index, least, greatest in overload.whole_numbers:
            at, node = args[index]
            if not (isinstance(node, tree.Literal) and node.value is not None and least <= node.value <= greatest):
                self.fail(
                    at, N_("must be a whole number from %(least)s to %(greatest)s"), least=least, greatest=greatest
                )

    def rewritten(self, at: exp.Expr, name: str, args: list[tuple[exp.Expr, tree.Node]]) -> tree.Node:
        """The functions of any type, built from other nodes."""
        if len(args) < 2 or (name == "nullif" and len(args) > 2):
            self.fail(at, N_("%(name)s has too few or too many arguments"), name=name)
        if name.startswith("list_contains_"):
            some = [self.call(at, "list_contains", [args[0], item]) for item in args[1:]]
            kind = tree.Or if name == "list_contains_any" else tree.And
            return kind(BOOLEAN, tuple(some)) if len(some) > 1 else some[0]
        fitted = self.alike(args)
        result = fitted[0].type
        if result == NULL or result.item or (result == BOOLEAN and name in ("least", "greatest")):
            self.fail(at, N_("%(name)s does not take (%(found)s)"), name=name, found=str(result))
        if name == "coalesce":
            return tree.Coalesce(result, tuple(fitted))
        if name == "nullif":
            same = tree.Compare(BOOLEAN, "=", fitted[0], fitted[1])
            return tree.Case(result, None, ((same, tree.Literal(result, None)),), fitted[0])
        return tree.Call(result, extreme(name, result, len(fitted)), tuple(fitted))


def convert(node: tree.Node, kind: Type) -> tree.Node:
    """`node` as a number of type `kind`; constants are converted here and now."""
    if node.type == kind:
        return node
    if isinstance(node, tree.Literal) and (node.type, kind) in WIDENS:
        return tree.Literal(kind, None if node.value is None else CONVERT[node.type, kind](node.value))
    return tree.Convert(kind, node)


def _chain(node: exp.Binary) -> Iterator[exp.Expr]:
    """The items of `a AND b AND c`, which sqlglot nests to the left without bound."""
    rights = []
    left: exp.Expr = node
    while type(left) is type(node):
        rights.append(left.expression)
        left = left.this
    yield left
    yield from reversed(rights)
