"""Scenes: every matter of a city is a package of YAML, SQL and CSV on shared engines, without Python.

`check_scene` tells everything wrong with a folder, `load_scene` reads a sound one; packages add kinds of documents
with `register_part` and kinds of expectations with `register_runner`. `docs/scenes.md` shows how to write a scene.
"""

from yiwang.kernel.scenes.checking import check_scene, load_scene
from yiwang.kernel.scenes.expectations import (
    ChecksSpec,
    Expectation,
    ExpectationSpec,
    Outcome,
    Runner,
    only_runners,
    register_runner,
    run_expectations,
)
from yiwang.kernel.scenes.names import Name, Names
from yiwang.kernel.scenes.parts import (
    Documents,
    InstallContext,
    Part,
    install_parts,
    only_parts,
    register_part,
    registered_parts,
    remove_parts,
    upgrade_parts,
)
from yiwang.kernel.scenes.scaffold import new_scene
from yiwang.kernel.scenes.scene import Scene, SceneDocument
from yiwang.kernel.scenes.schemas import editor_hint, schema_texts, stale_schemas, write_schemas
from yiwang.kernel.scenes.spec import DataSourceSpec, JurisdictionSpec, RequiresSpec, SceneSpec

__all__ = [
    "ChecksSpec",
    "DataSourceSpec",
    "Documents",
    "Expectation",
    "ExpectationSpec",
    "InstallContext",
    "JurisdictionSpec",
    "Name",
    "Names",
    "Outcome",
    "Part",
    "RequiresSpec",
    "Runner",
    "Scene",
    "SceneDocument",
    "SceneSpec",
    "check_scene",
    "editor_hint",
    "install_parts",
    "load_scene",
    "new_scene",
    "only_parts",
    "only_runners",
    "register_part",
    "register_runner",
    "registered_parts",
    "remove_parts",
    "run_expectations",
    "schema_texts",
    "stale_schemas",
    "upgrade_parts",
    "write_schemas",
]
