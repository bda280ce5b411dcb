"""What kind of answer a property is, which widgets can ask it, and its type in conditions."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from yiwang.engines.form.specs import FormSpec, Widget
from yiwang.kernel.conditions import BOOLEAN, DATE, DATETIME, DECIMAL, INTEGER, STRING, Schema, Type, list_of

Kind = Literal[
    "text", "choice", "choices", "date", "datetime", "integer", "number", "boolean", "point", "file", "files"
]

WIDGETS: dict[Kind, tuple[Widget, ...]] = {
    "text": ("text", "textarea", "phone", "citizen_id", "credit_code", "address"),
    "choice": ("select", "radio"),
    "choices": ("checkboxes",),
    "date": ("date",),
    "datetime": ("datetime",),
    "integer": ("number",),
    "number": ("number",),
    "boolean": ("boolean",),
    "point": ("map_point",),
    "file": ("photo", "file"),
    "files": ("photo", "file"),
}
"""The widgets of each kind, the usual one first."""

TYPES: dict[Kind, Type] = {
    "text": STRING,
    "choices": list_of(STRING),
    "date": DATE,
    "datetime": DATETIME,
    "integer": INTEGER,
    "number": DECIMAL,
    "boolean": BOOLEAN,
}
FILES: tuple[Widget, ...] = ("photo", "file")


def kind_of(prop: Mapping[str, Any], widget: Widget | None) -> Kind | None:
    """What kind of answer a property takes; None for what no form can ask yet (nested objects, mixed types)."""
    type_, has_enum = prop.get("type"), isinstance(prop.get("enum"), list)
    if type_ == "string":
        if widget in FILES:
            return "file"
        if has_enum:
            return "choice"
        return {"date": "date", "date-time": "datetime"}.get(str(prop.get("format")), "text")  # type: ignore[return-value]
    if type_ == "array":
        items = prop.get("items")
        if not isinstance(items, dict) or items.get("type") != "string":
            return None
        if widget in FILES:
            return "files"
        return "choices" if isinstance(items.get("enum"), list) else None
    if type_ == "object":
        return "point" if widget == "map_point" else None
    if type_ in ("integer", "number"):
        return "choice" if has_enum else "integer" if type_ == "integer" else "number"
    return "boolean" if type_ == "boolean" else None


def kinds(spec: FormSpec) -> dict[str, Kind]:
    """The kind of every field that can be asked."""
    found = {name: kind_of(spec.properties.get(name, {}), ui.widget) for name, ui in spec.ui.fields.items()}
    return {name: kind for name, kind in found.items() if kind is not None}


def widget_of(spec: FormSpec, name: str) -> Widget:
    """The widget a sound field is asked with."""
    return spec.ui.fields[name].widget or WIDGETS[kinds(spec)[name]][0]


def values_of(prop: Mapping[str, Any]) -> list[Any]:
    """The values of a choice, or of the items of several."""
    inner = prop.get("items", {}) if prop.get("type") == "array" else prop
    return list(inner.get("enum", []))


def condition_schema(spec: FormSpec, name: str) -> Schema:
    """The typed schema conditions are read with; points and files take no part in conditions."""
    fields: dict[str, Type] = {}
    for field, kind in kinds(spec).items():
        if kind == "choice":
            prop = spec.properties[field]
            fields[field] = {"integer": INTEGER, "number": DECIMAL}.get(str(prop.get("type")), STRING)
        elif kind in TYPES:
            fields[field] = TYPES[kind]
    return Schema(name, fields)
