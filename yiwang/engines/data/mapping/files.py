"""Mappings as files: read with every error at its line, written so that a person can go on editing."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

from yiwang.engines.data.mapping.specs import MappingSpec
from yiwang.kernel.errors import Problems
from yiwang.kernel.specs import read_spec


def load_mapping(path: Path) -> MappingSpec:
    """Read a mapping. Raises ProblemsFound with everything wrong as `file:line: message`."""
    problems = Problems()
    mapping = read_spec(path, MappingSpec, problems)
    problems.raise_if_any()
    if mapping is None:
        raise AssertionError("a spec without problems was not read")
    return mapping


def save_mapping(mapping: MappingSpec, path: Path) -> None:
    """Write a mapping as YAML; what has its default value is left out."""
    path.write_text(mapping_text(mapping), encoding="utf-8")


def mapping_text(mapping: MappingSpec) -> str:
    """The mapping as YAML text."""
    data: dict[str, Any] = mapping.model_dump(mode="json", exclude_defaults=True)
    return yaml.dump(data, Dumper=_Plain, allow_unicode=True, sort_keys=False, width=120)


class _Plain(yaml.SafeDumper):
    """Lists and rules in one line, as people write them; no anchors."""

    def ignore_aliases(self, data: Any) -> bool:
        """Never: the reader refuses them."""
        return True

    def represent_mapping(self, tag: str, mapping: Any, flow_style: bool | None = None) -> Any:
        """Rules of a field in one line."""
        is_rule = isinstance(mapping, dict) and bool({"column", "columns", "constant"} & set(mapping))
        return super().represent_mapping(tag, mapping, flow_style=True if is_rule else flow_style)
