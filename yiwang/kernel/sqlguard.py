"""What SQL a scene may bring: one SELECT over declared tables, with functions from a list.

Everything not listed is refused: files, network, settings, clocks (`now()`, `current_date`: a result must be
reproducible), randomness, other databases, anything that writes. Table names are resolved with the scoping of
common table expressions, so that a WITH name hides a table only where SQL lets it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from yiwang.kernel.text import N_, Text

if TYPE_CHECKING:
    from sqlglot import exp


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


ALLOWED = _words(
    """
    Abs Acos And AnyValue ApproxDistinct ApproxQuantile ArgMax ArgMin Array ArrayAgg ArrayAll ArrayAny ArrayAppend
    ArrayConcat ArrayContains ArrayContainsAll ArrayDistinct ArrayFilter ArrayFirst ArrayIntersect ArrayLast ArrayMax
    ArrayMin ArrayOverlaps ArrayPosition ArrayReverse ArraySize ArraySlice ArraySort ArraySum ArrayToString
    ArrayUniqueAgg Ascii Asin Atan Atan2 Avg BitwiseCount Case Cast Cbrt Ceil Chr Coalesce Concat ConcatWs Contains
    Corr Cos Count CountIf CovarPop CovarSamp CumeDist Date DateAdd DateDiff DateFromParts DateSub DateTrunc Day
    DayOfMonth DayOfWeek DayOfWeekIso DayOfYear Dayname Degrees DenseRank EndsWith Exists Exp Explode Extract First
    FirstValue Flatten Floor GenerateDateArray GenerateSeries Greatest GroupConcat Grouping GroupingId Hour If IsInf
    IsNan JSONExtract JSONExtractArray JSONExtractScalar JSONKeys JSONType JarowinklerSimilarity Kurtosis Lag Last
    LastDay LastValue Lead Least Left Length Levenshtein List Ln Log LogicalAnd LogicalOr Lower MD5 MakeInterval Map
    MapContainsKey MapFromEntries MapKeys MapSize Max Median Min Minute Mode Month Monthname NthValue Ntile Nullif Or
    Pad PercentRank PercentileCont PercentileDisc Pi Pow Quantile Quarter Radians Rank RegexpCount RegexpExtract
    RegexpExtractAll RegexpFullMatch RegexpLike RegexpReplace RegexpSplit RegrCount RegrIntercept RegrR2 RegrSlope
    Repeat Replace Reverse Right Round RowNumber SHA2 SafeDivide Second Sign Sin Skewness Split SplitPart Sqrt
    StartsWith Stddev StddevPop StddevSamp StrPosition StrToDate StrToTime StringToArray Struct StructExtract
    Substring Sum Tan Time TimeFromParts TimeStrToDate TimeStrToTime TimeToStr TimeToUnix TimeTrunc Timestamp
    TimestampAdd TimestampDiff TimestampFromParts TimestampSub TimestampTrunc Transform Translate Trim Trunc Try
    TryCast TsOrDsAdd TsOrDsDiff TsOrDsToDate TsOrDsToTimestamp Typeof Unhex Hex Unicode UnixSeconds UnixToTime Unnest
    Upper Variance VariancePop Week WeekOfYear Xor Year YearOfWeek YearOfWeekIso
    """
)
"""Functions by sqlglot's class names; a wrong one is a hole, so look at what one reads before adding it."""

ALLOWED_UNTYPED = _words(
    """
    bool_and bool_or century contains damerau_levenshtein decade entropy epoch_ms epoch_us fdiv fmod geomean hamming
    hash histogram isodow isoyear jaccard jaro_similarity kahan_sum length_grapheme list_aggregate list_any_value
    list_avg list_count list_extract list_has list_indexof list_max list_median list_min list_sum list_unique
    list_zip make_date make_time make_timestamp map_values mad millennium millisecond microsecond nfc_normalize
    parse_filename range round_even row product strip_accents struct_pack to_days to_hours to_minutes to_months
    to_seconds to_weeks to_years unpivot_list weekday yearweek
    """
)
"""Functions that sqlglot does not model, by name in lower case."""

_TABLE_FUNCTIONS = frozenset({"Unnest", "GenerateSeries", "Explode"})


@dataclass(frozen=True)
class SqlProblem:
    """One thing a query may not do; the line counts from 1 within the text."""

    line: int
    text: Text


def guard_select(
    sql: str, tables: Collection[str], *, parameters: Collection[str] = (), dialect: str = "duckdb"
) -> list[SqlProblem]:
    """Everything the query may not do; an empty list means it may run.

    `tables` are the names it may read (compared without case), `parameters` the placeholders (`$name` or `:name`).
    """
    import sqlglot
    from sqlglot import exp
    from sqlglot.errors import ParseError, TokenError

    try:
        parsed = sqlglot.parse(sql, dialect=dialect)
    except ParseError as error:
        first = error.errors[0] if error.errors else {}
        reason = first.get("description") or str(error)
        return [_problem(first.get("line") or 1, N_("this is not SQL: %(reason)s"), reason=reason)]
    except TokenError as error:
        return [_problem(1, N_("this is not SQL: %(reason)s"), reason=str(error))]
    except RecursionError:
        return [_problem(1, N_("the query is nested too deeply"))]
    statements = [each for each in parsed if each is not None and not isinstance(each, exp.Semicolon)]
    if len(statements) != 1 or not isinstance(statements[0], exp.Query):
        return [_problem(1, N_("exactly one SELECT expected"))]
    known = {name.lower() for name in tables}
    found = list(_walked(statements[0], known, set(parameters)))
    return sorted(set(found), key=lambda p: (p.line, str(p.text)))


def _problem(line: int, msgid: str, **params: Any) -> SqlProblem:
    return SqlProblem(line, _HashableText(msgid, params))


class _HashableText(Text):
    """A text that a set can hold, so that a repeated problem is told once."""

    def __hash__(self) -> int:
        return hash(str(self))


def _walked(root: exp.Query, known: set[str], parameters: set[str]) -> Iterator[SqlProblem]:
    """The problems of every node of a parsed query."""
    from sqlglot import exp

    for node in root.walk():
        line = _line(node)
        if isinstance(node, exp.DML | exp.DDL | exp.Command | exp.Into | exp.Lock) and not isinstance(node, exp.Query):
            yield _problem(line, N_("%(word)s is not allowed; only reading is"), word=node.key.upper())
        elif isinstance(node, exp.Table):
            yield from _table_problems(node, line, known)
        elif isinstance(node, exp.Anonymous | exp.AnonymousAggFunc | exp.ParameterizedAgg):
            if node.name.lower() not in ALLOWED_UNTYPED:
                yield _problem(line, N_("the function “%(name)s” is not allowed"), name=node.name.lower())
        elif isinstance(node, exp.Func):
            if type(node).__name__ not in ALLOWED:
                yield _problem(line, N_("the function “%(name)s” is not allowed"), name=node.sql_name().lower())
        elif isinstance(node, exp.Placeholder | exp.Parameter | exp.SessionParameter):
            if node.name not in parameters:
                yield _problem(line, N_("the parameter “%(name)s” is not declared"), name=node.name)
        elif isinstance(node, exp.Columns | exp.TableSample):
            yield _problem(line, N_("the function “%(name)s” is not allowed"), name=node.key)


def _table_problems(table: exp.Table, line: int, known: set[str]) -> Iterator[SqlProblem]:
    """What is wrong with one entry of FROM."""
    from sqlglot import exp

    if isinstance(table.this, exp.Func):
        named = table.this.name.lower() if isinstance(table.this, exp.Anonymous) else ""
        if type(table.this).__name__ not in _TABLE_FUNCTIONS and named != "range":
            shown = named or table.this.sql_name().lower()
            yield _problem(line, N_("the function “%(name)s” is not allowed"), name=shown)
        return
    parts = [part.name for part in table.parts]
    name = ".".join(parts).lower()
    if name in known or (len(parts) == 1 and name in _visible_ctes(table)):
        return
    yield _problem(line, N_("the table “%(name)s” is not declared"), name=".".join(parts))


def _visible_ctes(table: exp.Table) -> set[str]:
    """The WITH names that SQL lets a table reference see, in lower case."""
    from sqlglot import exp

    names: set[str] = set()
    inside: exp.Expr = table
    above = table.parent
    while above is not None:
        if isinstance(above, exp.With):
            for cte in above.expressions:
                if cte is inside and not above.args.get("recursive"):
                    break
                names.add(cte.alias.lower())
                if cte is inside:
                    break
        elif isinstance(with_ := above.args.get("with_"), exp.With) and with_ is not inside:
            names |= {cte.alias.lower() for cte in with_.expressions}
        inside, above = above, above.parent
    return names


def _line(node: exp.Expr) -> int:
    """The line a node stands in: its own where the parser kept it, else that of the nearest node below, else above."""
    for candidate in node.walk():
        if "line" in candidate.meta:
            return int(candidate.meta["line"])
    above = node.parent
    while above is not None:
        if "line" in above.meta:
            return int(above.meta["line"])
        above = above.parent
    return 1
