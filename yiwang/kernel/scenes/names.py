"""Which names a scene defines, and who refers to names nobody defines.

Specs mark fields with `Defines(kind)` and `Refers(kind)`; the marks are found by walking the raw data along the
spec's types, so that even a faulty file takes part: its own names do not look missing, its own references are checked.
"""

from __future__ import annotations

import types
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path as FilePath
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel

from yiwang.kernel.errors import Problems
from yiwang.kernel.specs import Defines, Path, Refers
from yiwang.kernel.specs.wording import nearest
from yiwang.kernel.text import N_


@dataclass(frozen=True)
class Name:
    """A name of some kind and where it is defined; `home` is the file a local name is confined to."""

    kind: str
    name: str
    file: FilePath
    line: int
    home: FilePath | None = None


@dataclass(frozen=True)
class Mark:
    """A `Defines` or `Refers` found in data: the mark, the text there, and its path."""

    mark: Defines | Refers
    name: str
    path: Path


@dataclass
class Names:
    """All names of a scene by kind, with those known from outside."""

    _defined: dict[tuple[str, FilePath | None], dict[str, Name]] = field(default_factory=dict)
    _outside: dict[str, set[str]] = field(default_factory=dict)

    def define(self, name: Name, problems: Problems) -> None:
        """Add a name; a second definition is a problem."""
        known = self._defined.setdefault((name.kind, name.home), {})
        first = known.setdefault(name.name, name)
        if first is not name:
            place = f"{first.file.name}:{first.line}"
            problems.add(
                name.file, name.line, N_("“%(name)s” is already defined at %(place)s"), name=name.name, place=place
            )

    def add_outside(self, kinds: Mapping[str, Collection[str]]) -> None:
        """Add names that exist without this scene."""
        for kind, names in kinds.items():
            self._outside.setdefault(kind, set()).update(names)

    def known(self, kind: str, home: FilePath | None = None) -> set[str]:
        """Every name of a kind; those local to the file `home` if given."""
        return set(self._defined.get((kind, home), ())) | self._outside.get(kind, set())

    def defined(self) -> dict[str, set[str]]:
        """The names this scene itself defines for others, by kind."""
        return {kind: set(names) for (kind, home), names in self._defined.items() if home is None}

    def where(self, kind: str, name: str) -> Name | None:
        """Where the scene defines a name."""
        return self._defined.get((kind, None), {}).get(name)

    def refer(
        self, problems: Problems, kind: str, name: str, file: FilePath, line: int, home: FilePath | None = None
    ) -> bool:
        """Check one reference; False with a problem when nobody defines the name."""
        if name in self._defined.get((kind, home), ()) or name in self._outside.get(kind, ()):
            return True
        near = nearest(name, self.known(kind, home))
        if near:
            told = N_("nothing named “%(name)s” in %(kind)s; did you mean “%(near)s”?")
            problems.add(file, line, told, name=name, kind=kind, near=near)
        else:
            problems.add(file, line, N_("nothing named “%(name)s” in %(kind)s"), name=name, kind=kind)
        return False


def marks(spec: type[BaseModel], data: Any) -> Iterable[Mark]:
    """Every marked text in the data of one document, each once."""
    return dict.fromkeys(_walk(spec, data, (), ()))


def _walk(kind: Any, data: Any, path: Path, marked: tuple[Any, ...]) -> Iterator[Mark]:
    """Follow a type annotation through raw data."""
    kind = getattr(kind, "__value__", kind)  # TypeAliasType
    origin = get_origin(kind)
    if origin is Annotated:
        inner, *metadata = get_args(kind)
        yield from _walk(inner, data, path, (*marked, *metadata))
        return
    if isinstance(data, str):
        yield from (Mark(mark, data, path) for mark in marked if isinstance(mark, Defines | Refers))
    if origin in (Union, types.UnionType):
        for branch in get_args(kind):
            yield from _walk(branch, data, path, () if isinstance(data, str) else marked)
    elif isinstance(kind, type) and issubclass(kind, BaseModel) and origin is None:
        yield from _walk_model(kind, data, path)
    elif isinstance(data, list):
        yield from _walk_list(kind, data, path, marked)
    elif isinstance(data, dict):
        key_kind, value_kind = (*get_args(kind), Any, Any)[:2]
        for key, value in data.items():
            yield from _walk(key_kind, key, (*path, key), ())
            yield from _walk(value_kind, value, (*path, key), ())


def _walk_list(kind: Any, data: list[Any], path: Path, marked: tuple[Any, ...]) -> Iterator[Mark]:
    """Follow a list; marks on the list itself count for its items."""
    inner = [each for each in get_args(kind) if each is not Ellipsis]
    for n, item in enumerate(data):
        if inner:
            yield from _walk(inner[n] if len(inner) > n else inner[-1], item, (*path, n), marked)


def _walk_model(spec: type[BaseModel], data: Any, path: Path) -> Iterator[Mark]:
    """Follow a mapping into the spec's fields; a branch of a union that names another variant is left out."""
    if "root" in spec.model_fields and not isinstance(data, dict):
        yield from _walk(spec.model_fields["root"].annotation, data, path, ())
        return
    if not isinstance(data, dict):
        return
    if "root" in spec.model_fields and len(spec.model_fields) == 1:
        yield from _walk(spec.model_fields["root"].annotation, data, path, ())
        return
    fields = {info.alias or name: info for name, info in spec.model_fields.items()}
    for key, info in fields.items():
        if get_origin(info.annotation) is Literal and key in data and data[key] not in get_args(info.annotation):
            return
    for key, info in fields.items():
        if key in data:
            yield from _walk(info.annotation, data[key], (*path, key), tuple(info.metadata))
