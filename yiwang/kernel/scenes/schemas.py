"""JSON Schemas for `scenes/_schema`, generated from the specs: one for each part, `scene`, `checks` and `texts`.

Editors with a YAML language server complete and check by them; YAML files name theirs in the first line:

    # yaml-language-server: $schema=../../_schema/flows.json
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

from pydantic import BaseModel

from yiwang.kernel.scenes.expectations import ChecksSpec
from yiwang.kernel.scenes.parts import Part, in_order, registered_parts
from yiwang.kernel.scenes.spec import SceneSpec
from yiwang.kernel.scenes.texts import TextsSpec
from yiwang.kernel.specs import json_schema

SCHEMA_FOLDER = "_schema"


def write_schemas(folder: Path, parts: Sequence[Part] | None = None) -> list[str]:
    """Write every schema into `folder` (`scenes/_schema`), remove left-over ones; the names of files that changed."""
    stale = stale_schemas(folder, parts)
    wanted = schema_texts(parts)
    folder.mkdir(parents=True, exist_ok=True)
    for name in stale:
        if name in wanted:
            (folder / name).write_text(wanted[name], encoding="utf-8")
        else:
            (folder / name).unlink()
    return stale


def stale_schemas(folder: Path, parts: Sequence[Part] | None = None) -> list[str]:
    """The names of files in `folder` that are missing, left over, or no longer say what the specs say."""
    wanted = schema_texts(parts)
    present = {file.name: file.read_text(encoding="utf-8") for file in folder.glob("*.json")}
    return sorted(name for name in wanted.keys() | present.keys() if wanted.get(name) != present.get(name))


def editor_hint(place: str, schema: str) -> str:
    """The comment line that ties a YAML file in `place` (a folder inside the scene, "" for itself) to its schema."""
    up = "../" * (1 + len([step for step in place.split("/") if step]))
    return f"# yaml-language-server: $schema={up}{SCHEMA_FOLDER}/{schema}.json\n"


def schema_texts(parts: Sequence[Part] | None = None) -> dict[str, str]:
    """The text of every schema by file name (`flows.json`), of the registered parts unless others are given."""
    chosen = registered_parts() if parts is None else in_order(parts)
    specs: dict[str, type[BaseModel]] = {"scene": SceneSpec, "checks": ChecksSpec, "texts": TextsSpec}
    specs |= {part.name: part.spec for part in chosen}
    return {
        f"{name}.json": json.dumps(json_schema(spec), ensure_ascii=False, indent=2, sort_keys=True) + "\n"
        for name, spec in specs.items()
    }
