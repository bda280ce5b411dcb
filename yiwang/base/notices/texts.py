"""`Text` to JSON and back, parameters that are `Text` themselves included."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from yiwang.kernel.text import Text

MARK = "$text"


def to_json(params: Mapping[str, Any]) -> dict[str, Any]:
    """Parameters as JSON values: texts, numbers and nested `Text`; anything else becomes its `str`."""
    return {name: _value(value) for name, value in params.items()}


def from_json(msgid: str, params: Mapping[str, Any]) -> Text:
    """The `Text` that `to_json` took apart."""
    return Text(msgid, {name: _read(value) for name, value in params.items()})


def _value(value: Any) -> Any:
    if isinstance(value, Text):
        return {MARK: value.msgid, "params": to_json(value.params)}
    return value if value is None or isinstance(value, str | int | float | bool) else str(value)


def _read(value: Any) -> Any:
    if isinstance(value, dict) and MARK in value:
        return from_json(value[MARK], value.get("params", {}))
    return value
