"""Pydantic's errors in words a scene writer can act on, translatable."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable
from typing import Any

from pydantic import BaseModel
from pydantic_core import ErrorDetails

from yiwang.kernel.specs.document import Path
from yiwang.kernel.specs.fields import ID_PATTERN, SEMVER_PATTERN, VERSION_RANGE_PATTERN, SpecError
from yiwang.kernel.specs.schema import known_keys
from yiwang.kernel.text import N_, Text

_EXPECTED = {
    "string_type": N_("text expected, but this is %(got)s"),
    "bool_type": N_("true or false expected, but this is %(got)s"),
    "bool_parsing": N_("true or false expected, but this is %(got)s"),
    "int_type": N_("a whole number expected, but this is %(got)s"),
    "int_parsing": N_("a whole number expected, but this is %(got)s"),
    "int_from_float": N_("a whole number expected, but this is %(got)s"),
    "float_type": N_("a number expected, but this is %(got)s"),
    "float_parsing": N_("a number expected, but this is %(got)s"),
    "finite_number": N_("a number expected, but this is %(got)s"),
    "decimal_type": N_("a number expected, but this is %(got)s"),
    "decimal_parsing": N_("a number expected, but this is %(got)s"),
    "list_type": N_("a list expected, but this is %(got)s"),
    "tuple_type": N_("a list expected, but this is %(got)s"),
    "set_type": N_("a list expected, but this is %(got)s"),
    "frozen_set_type": N_("a list expected, but this is %(got)s"),
    "dict_type": N_("keys and values expected, but this is %(got)s"),
    "model_type": N_("keys and values expected, but this is %(got)s"),
    "model_attributes_type": N_("keys and values expected, but this is %(got)s"),
    "none_required": N_("nothing expected, but this is %(got)s"),
    "date_type": N_("a day such as 2026-01-31 expected, but this is %(got)s"),
    "date_parsing": N_("a day such as 2026-01-31 expected, but this is %(got)s"),
    "date_from_datetime_parsing": N_("a day such as 2026-01-31 expected, but this is %(got)s"),
    "time_type": N_("a time such as 09:00 expected, but this is %(got)s"),
    "time_parsing": N_("a time such as 09:00 expected, but this is %(got)s"),
    "datetime_type": N_("a moment such as 2026-01-31T09:00:00+08:00 expected, but this is %(got)s"),
    "datetime_parsing": N_("a moment such as 2026-01-31T09:00:00+08:00 expected, but this is %(got)s"),
    "datetime_from_date_parsing": N_("a moment such as 2026-01-31T09:00:00+08:00 expected, but this is %(got)s"),
    "timezone_aware": N_("a moment with its time zone expected, such as 2026-01-31T09:00:00+08:00"),
}

_LIMITS = {
    "greater_than": (N_("must be greater than %(limit)s"), "gt"),
    "greater_than_equal": (N_("must be at least %(limit)s"), "ge"),
    "less_than": (N_("must be less than %(limit)s"), "lt"),
    "less_than_equal": (N_("must be at most %(limit)s"), "le"),
    "multiple_of": (N_("must be a multiple of %(limit)s"), "multiple_of"),
    "string_too_short": (N_("must have at least %(limit)s characters"), "min_length"),
    "string_too_long": (N_("must have at most %(limit)s characters"), "max_length"),
    "too_short": (N_("must have at least %(limit)s entries"), "min_length"),
    "too_long": (N_("must have at most %(limit)s entries"), "max_length"),
}

_PATTERNS = {
    ID_PATTERN: N_("“%(value)s” is no identifier: a lower-case letter, then letters, digits or _, at most 60"),
    SEMVER_PATTERN: N_("“%(value)s” is no version such as 1.4.0"),
    VERSION_RANGE_PATTERN: N_("“%(value)s” is no range of versions such as >=0.1, <1"),
}


def message(error: ErrorDetails, spec: type[BaseModel], data: Any, path: Path) -> Text:
    """The words for one pydantic error of `spec` at `path` of `data`."""
    kind = error["type"]
    context = error.get("ctx", {})
    value = error["input"]
    name = str(error["loc"][-1]) if error["loc"] else ""
    if kind == "missing":
        return Text(N_("“%(key)s” is missing"), {"key": name})
    if kind == "extra_forbidden":
        return unknown_key(name, known_keys(spec, error["loc"][:-1]))
    if isinstance(raised := context.get("error"), SpecError):
        return raised.text
    if kind in ("value_error", "assertion_error"):
        return Text("%(message)s", {"message": context.get("error", error["msg"])})
    if value is None and kind in _EXPECTED:
        return Text(N_("a value is missing here"))
    if kind in _EXPECTED:
        return Text(_EXPECTED[kind], {"got": described(value)})
    if kind in _LIMITS:
        msgid, limit = _LIMITS[kind]
        return Text(msgid, {"limit": context.get(limit)})
    return _choice_or_pattern(error) or Text("%(message)s", {"message": error["msg"]})


def _choice_or_pattern(error: ErrorDetails) -> Text | None:
    """The words for a value outside a fixed list or a pattern; None for any other error."""
    context = error.get("ctx", {})
    value = error["input"]
    if error["type"] in ("literal_error", "enum"):
        expected = context.get("expected", "")
        return not_one_of(value, re.findall(r"'([^']*)'", expected) or [expected])
    if error["type"] == "union_tag_invalid":
        return not_one_of(context.get("tag", ""), re.findall(r"'([^']*)'", context.get("expected_tags", "")))
    if error["type"] == "union_tag_not_found":
        return Text(N_("“%(key)s” is missing"), {"key": str(context.get("discriminator", "")).strip("'")})
    if error["type"] == "string_pattern_mismatch":
        pattern = context.get("pattern", "")
        if pattern in _PATTERNS:
            return Text(_PATTERNS[pattern], {"value": value})
        return Text(N_("“%(value)s” does not match %(pattern)s"), {"value": value, "pattern": pattern})
    return None


def unknown_key(key: str, known: Iterable[str]) -> Text:
    """Says that a key is unknown and which known one is nearest, or which there are."""
    known = list(known)
    near = nearest(key, known)
    if near:
        return Text(N_("unknown key “%(key)s”; did you mean “%(near)s”?"), {"key": key, "near": near})
    if known:
        return Text(N_("unknown key “%(key)s”; known here: %(known)s"), {"key": key, "known": ", ".join(known)})
    return Text(N_("unknown key “%(key)s”"), {"key": key})


def not_one_of(value: Any, choices: Iterable[str]) -> Text:
    """Says that a value is none of the choices."""
    listed = ", ".join(choices)
    return Text(N_("“%(value)s” is not one of: %(choices)s"), {"value": value, "choices": listed})


def nearest(word: str, known: Iterable[str]) -> str | None:
    """The known word that a mistyped one probably means, or None."""
    close = difflib.get_close_matches(word, sorted(known), n=1, cutoff=0.65)
    return close[0] if close else None


def described(value: Any) -> Text:
    """A value in words for “expected …, but this is …”."""
    if value is None:
        return Text(N_("nothing"))
    if isinstance(value, bool):
        return Text(N_("the truth value %(value)s (put text in quotes)"), {"value": "true" if value else "false"})
    if isinstance(value, int | float):
        return Text(N_("the number %(value)s (put text in quotes)"), {"value": value})
    if isinstance(value, str):
        shown = value if len(value) <= 40 else value[:40] + "…"
        return Text(N_("the text “%(value)s”"), {"value": shown})
    if isinstance(value, list | tuple):
        return Text(N_("a list"))
    return Text(N_("keys and values"))
