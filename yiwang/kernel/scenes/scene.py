"""A scene as it was read from its folder."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from types import MappingProxyType
from typing import Any

from pydantic import BaseModel

from yiwang.kernel.errors import Problems
from yiwang.kernel.scenes.expectations import Expectation
from yiwang.kernel.scenes.names import Names, marks
from yiwang.kernel.scenes.parts import Part
from yiwang.kernel.scenes.spec import SceneSpec
from yiwang.kernel.specs import Document, Refers
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

    @property
    def digest(self) -> str:
        """SHA-256 (hex) over the names and bytes of all files, to see whether a scene changed under its version."""
        whole = sha256()
        for file in sorted(path for path in self.folder.rglob("*") if path.is_file() and not path.is_symlink()):
            name = file.relative_to(self.folder).as_posix()
            whole.update(f"{len(name)}:{name}:{file.stat().st_size}:".encode())
            whole.update(file.read_bytes())
        return whole.hexdigest()

    def refer(self, problems: Problems, document: SceneDocument, path: KeyPath, kind: str, name: str) -> bool:
        """Check in a part's `check` that `name`, standing at `path`, is a name of `kind`; else add a problem."""
        return self.names.refer(problems, kind, name, document.file, document.line_of(path))

    def refer_row(self, problems: Problems, file: Path, line: int, row: BaseModel) -> bool:
        """Check all `Refers` marks of one record of a CSV file (`read_row_specs`); False when any name is missing."""
        found = marks(type(row), row.model_dump(mode="json", by_alias=True))
        missing = [
            each
            for each in found
            if isinstance(each.mark, Refers) and not self.names.refer(problems, each.mark.kind, each.name, file, line)
        ]
        return not missing
