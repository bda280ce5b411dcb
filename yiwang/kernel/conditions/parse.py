"""From text to sqlglot's tree, and no further than the language goes: bounded length, bounded depth, one expression.

The dialect knows no functions at all, so that every call arrives as a name with arguments and `typecheck` decides.
"""

from __future__ import annotations

import logging
from typing import Any, ClassVar

from sqlglot import exp
from sqlglot.dialects.dialect import Dialect
from sqlglot.errors import SqlglotError
from sqlglot.parser import Parser as SqlParser

from yiwang.kernel.conditions.errors import ConditionError
from yiwang.kernel.text import N_

MAX_LENGTH = 20_000  # characters
MAX_DEPTH = 60  # levels of the tree; a chain of AND or OR is one
_MAX_NESTING = 25  # brackets and CASEs open at once: each costs sqlglot a score of stack frames
_PARAMETERS = ("?", "@", ":")
_MAX_SIGNS = 40  # prefix operators in a row

logging.getLogger("sqlglot").addHandler(logging.NullHandler())


class ConditionDialect(Dialect):
    """Plain SQL expressions; functions are not known to the parser."""

    class Parser(SqlParser):
        """sqlglot's parser without its function tables."""

        FUNCTIONS: ClassVar[dict[str, Any]] = {}
        FUNCTION_PARSERS = {"CAST": SqlParser.FUNCTION_PARSERS["CAST"]}
        NO_PAREN_FUNCTIONS: ClassVar[dict[Any, Any]] = {}
        NO_PAREN_FUNCTION_PARSERS = {"CASE": SqlParser.NO_PAREN_FUNCTION_PARSERS["CASE"]}


def parse(source: str) -> exp.Expr:
    """The syntax tree of one expression; ConditionError for anything else."""
    if len(source) > MAX_LENGTH:
        raise ConditionError(source, MAX_LENGTH, N_("longer than %(most)s characters"), most=MAX_LENGTH)
    if any(0xD800 <= ord(char) <= 0xDFFF or char == "\0" for char in source):
        raise ConditionError(source, 0, N_("contains characters that are not text"))
    dialect = ConditionDialect()
    try:
        tokens = dialect.tokenize(source)
    except SqlglotError as error:
        raise ConditionError(source, len(source), N_("cannot be read: is a quotation mark not closed?")) from error
    if not tokens:
        raise ConditionError(source, 0, N_("is empty"))
    _refuse_nesting(source, tokens)
    try:
        statements = dialect.parser().parse(tokens, source)
    except SqlglotError as error:
        raise ConditionError(source, *_wrong_at(tokens, error)) from error
    except RecursionError as error:
        raise ConditionError(source, 0, N_("nested too deeply")) from error
    if len(statements) != 1 or statements[0] is None:
        semicolon = next((token for token in tokens if token.text == ";"), tokens[-1])
        raise ConditionError(source, semicolon.start, N_("one expression only: nothing may follow a semicolon"))
    tree: exp.Expr = statements[0]
    _refuse_depth(source, tree)
    return tree


def _refuse_nesting(source: str, tokens: list[Any]) -> None:
    depth = signs = 0
    for token in tokens:
        word = token.text.upper()
        if word in _PARAMETERS and source[token.start] == word:  # the sign itself, not a text that holds it
            raise ConditionError(source, token.start, N_("parameters cannot be used in a condition"))
        if word in ("(", "[", "{", "CASE"):
            depth += 1
        elif word in (")", "]", "}", "END"):
            depth -= 1
        signs = signs + 1 if word in ("NOT", "-", "+", "~") else 0
        if depth > _MAX_NESTING or signs > _MAX_SIGNS:
            raise ConditionError(source, token.start, N_("nested too deeply"))


def _refuse_depth(source: str, tree: exp.Expr) -> None:
    """Bound the depth without recursion, before anything recursive touches the tree."""
    waiting = [(tree, 1)]
    while waiting:
        node, depth = waiting.pop()
        if depth > MAX_DEPTH:
            raise ConditionError(source, position(node), N_("nested too deeply"))
        for child in node.iter_expressions():
            is_chain = isinstance(node, exp.And | exp.Or) and type(child) is type(node)
            waiting.append((child, depth if is_chain else depth + 1))


def position(node: exp.Expr) -> int:
    """Offset of the first character known to belong to a node, 0 when none is."""
    least: int | None = None
    waiting = [node]
    while waiting:
        part = waiting.pop()
        start = part.meta.get("start")
        if isinstance(start, int) and (least is None or start < least):
            least = start
        waiting.extend(part.iter_expressions())
    return least or 0


def _wrong_at(tokens: list[Any], error: SqlglotError) -> tuple[int, str]:
    """Offset and message of a syntax error; sqlglot names the line and last column of the token it stumbled on."""
    found: dict[str, Any] = next(iter(getattr(error, "errors", [])), {})
    place = (found.get("line"), found.get("col"))
    token = next((token for token in tokens if (token.line, token.col) == place), tokens[-1])
    if "Expecting )" in str(found.get("description")):
        return token.start, N_("not understood here: is a bracket not closed?")
    return token.start, N_("not understood here")
