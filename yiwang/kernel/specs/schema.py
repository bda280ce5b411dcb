"""JSON Schemas of specs, so that editors complete and check while typing, and the keys a place of a spec may have."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

from pydantic import BaseModel

from yiwang.kernel.specs.document import Path

DIALECT = "https://json-schema.org/draft/2020-12/schema"


def json_schema(spec: type[BaseModel]) -> dict[str, Any]:
    """The JSON Schema (draft 2020-12) of what a YAML file of this spec may hold."""
    return {"$schema": DIALECT, **_schema(spec)}


@cache
def _schema(spec: type[BaseModel]) -> dict[str, Any]:
    schema = spec.model_json_schema(by_alias=True, mode="validation")
    _close(schema)
    return schema


def _close(schema: Any) -> None:
    """Let keys that match no pattern be errors, as they are for pydantic."""
    if isinstance(schema, dict):
        if "patternProperties" in schema:
            schema.setdefault("additionalProperties", False)
        schema = list(schema.values())
    if isinstance(schema, list):
        for below in schema:
            _close(below)


def known_keys(spec: type[BaseModel], location: Path) -> list[str]:
    """The keys allowed in the mapping at pydantic's error `location` (which may name union branches)."""
    root = _schema(spec)
    here: list[Mapping[str, Any]] = [root]
    for part in location:
        here = [below for schema in here for below in _step(root, schema, part)] or here
    keys: dict[str, None] = {}
    for schema in here:
        for candidate in _expanded(root, schema):
            keys.update(dict.fromkeys(candidate.get("properties", {})))
    return list(keys)


def _expanded(root: Mapping[str, Any], schema: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """The schema with its reference followed, or its alternatives."""
    if "$ref" in schema:
        schema = root["$defs"][str(schema["$ref"]).rsplit("/", 1)[-1]]
    alternatives = [*schema.get("anyOf", ()), *schema.get("oneOf", ()), *schema.get("allOf", ())]
    if not alternatives:
        yield schema
    for alternative in alternatives:
        yield from _expanded(root, alternative)


def _step(root: Mapping[str, Any], schema: Mapping[str, Any], part: str | int) -> Iterator[Mapping[str, Any]]:
    """The schemas one part further down; a discriminator's tag selects its branch."""
    mapping = schema.get("discriminator", {}).get("mapping", {})
    if part in mapping:
        yield {"$ref": mapping[part]}
        return
    for candidate in _expanded(root, schema):
        if isinstance(part, int):
            if isinstance(candidate.get("items"), Mapping):
                yield candidate["items"]
            if part < len(candidate.get("prefixItems", ())):
                yield candidate["prefixItems"][part]
        elif part in candidate.get("properties", {}):
            yield candidate["properties"][part]
        elif isinstance(candidate.get("additionalProperties"), Mapping):
            yield candidate["additionalProperties"]
        else:
            yield from candidate.get("patternProperties", {}).values()
