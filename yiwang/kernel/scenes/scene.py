"""A scene as it was read from its folder."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Any

from yiwang.kernel.errors import Problems
from yiwang.kernel.scenes.expectations import Expectation
from yiwang.kernel.scenes.names import Names
from yiwang.kernel.scenes.parts import Part
from yiwang.kernel.scenes.spec import SceneSpec
from yiwang.kernel.specs import Document
from yiwang.kernel.specs import Path as KeyPath


@dataclass(frozen=True)
class SceneDocument:
    """One sound YAML file of a part: its id (file name), its spec, and the text positions behind it."""

    id: str
    spec: Any
    """An instance of the part's spec class."""
    source: Document

    @property
    def file(self) -> Path:
        """The YAML file."""
        return self.source.file

    def line_of(self, path: KeyPath) -> int:
        """The line of a key path in the file."""
        return self.source.line_of(path)


@dataclass(frozen=True)
class Scene:
    """Everything a scene's folder holds; made by `load_scene` and, possibly incomplete, by `check_scene`."""

    folder: Path
    spec: SceneSpec
    source: Document | None
    parts: tuple[Part, ...]
    documents: Mapping[str, Mapping[str, SceneDocument]] = field(default_factory=dict)
    """By part name, then id; use `of`."""
    files: Mapping[str, Mapping[str, Path]] = field(default_factory=dict)
    """Attachments by part name, then file name."""
    texts: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    """`locale/`: by language, then key."""
    samples: Mapping[str, Path] = field(default_factory=dict)
    """`sample/`: by file name."""
    expectations: tuple[Expectation, ...] = ()
    """`checks/`: what must come out on the sample."""
    names: Names = field(default_factory=Names)

    @property
    def name(self) -> str:
        """The scene's name, which is its folder's."""
        return self.folder.name

    def of(self, part: str) -> Mapping[str, SceneDocument]:
        """The documents of a part by id; empty when the scene has none."""
        return self.documents.get(part, MappingProxyType({}))

    def refer(self, problems: Problems, document: SceneDocument, path: KeyPath, kind: str, name: str) -> bool:
        """Check in a part's `check` that `name`, standing at `path`, is a name of `kind`; else add a problem."""
        return self.names.refer(problems, kind, name, document.file, document.line_of(path))
