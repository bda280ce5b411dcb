"""The targets a mapping may name: those domains register (`event`), and every described dataset."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from yiwang.engines.data.mapping.specs import FieldType, TargetField
from yiwang.engines.data.specs import DatasetSpec

_COLUMN_TYPES: dict[str, FieldType] = {
    "string": "string",
    "integer": "integer",
    "decimal": "decimal",
    "float": "float",
    "boolean": "boolean",
    "date": "date",
    "datetime": "datetime",
}
_targets: dict[str, tuple[TargetField, ...]] = {}


def register_target(name: str, fields: Sequence[TargetField]) -> None:
    """Make a target known, so that mappings in scenes are checked against it. ValueError for a second one."""
    if _targets.setdefault(name, tuple(fields)) != tuple(fields):
        raise ValueError(f"the target {name} is registered twice")


def registered_targets() -> Mapping[str, tuple[TargetField, ...]]:
    """All registered targets by name."""
    return dict(_targets)


def fields_of(spec: DatasetSpec) -> tuple[TargetField, ...]:
    """A dataset's columns as fields of a target (geometries come from elsewhere than cells)."""
    return tuple(
        TargetField(
            name, _COLUMN_TYPES[column.type], title=dict(column.title), required=column.required or name in spec.key
        )
        for name, column in spec.columns.items()
        if column.type in _COLUMN_TYPES
    )
