"""The kinds of documents a scene may hold, as engines and domains declare them.

A *part* claims a folder of the scene (or some files of one), says what its YAML may say, checks what the spec alone
cannot, and installs it. Packages register theirs when the application starts:

    register_part(Part(name="flows", folder="flows", spec=FlowSpec, order=40, suffixes=(".bpmn",),
                       check=check_flows, install=install_flows, remove=remove_flows))
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from pydantic import BaseModel

from yiwang.kernel.errors import Problems

if TYPE_CHECKING:
    from yiwang.kernel.scenes.names import Name
    from yiwang.kernel.scenes.scene import Scene, SceneDocument

Documents = Mapping[str, "SceneDocument"]
"""The documents of one part by id."""


class InstallContext(Protocol):
    """What install hooks are given; made by `base/scenes`, which knows accounts and jurisdictions."""

    @property
    def by(self) -> Any:
        """The viewer who installs."""

    @property
    def scene(self) -> Scene:
        """The scene being installed (on removal: as it was last installed)."""

    @property
    def jurisdiction(self) -> Any:
        """The jurisdiction it is installed into."""


@dataclass(frozen=True)
class Part:
    """One kind of document in scenes."""

    name: str
    """Plural noun of the glossary (`flows`); ids of its documents are names of this kind for `Refers`."""
    folder: str
    """Folder inside the scene, `/`-separated: `flows`, `rules/alerts`."""
    spec: type[BaseModel]
    """What each YAML file may say."""
    order: int
    """Installed from low to high, removed from high to low."""
    suffixes: tuple[str, ...] = ()
    """Suffixes of attachments beside the YAML files (`.sql`, `.csv`, `.bpmn`); names of the kind `<name>.files`."""
    ids: tuple[str, ...] = ()
    """When given, only files with these stems belong to the part, so that parts can share a folder."""
    names: Callable[[Scene, Documents], Iterable[Name]] | None = None
    """Further names the documents define, beyond `Defines` marks: rows of a CSV and so on."""
    provides: Callable[[], Mapping[str, Collection[str]]] | None = None
    """Names known without any scene, by kind: built-in calendars, functions, roles."""
    check: Callable[[Scene, Documents, Problems], None] | None = None
    """Adds what is wrong beyond the spec; called even if other parts have problems, with the sound documents only."""
    install: Callable[[InstallContext, Documents], None] | None = None
    """Installs all documents; must be repeatable. Called inside one transaction for the whole scene."""
    upgrade: Callable[[InstallContext, Documents, str], None] | None = None
    """Brings an older version (third argument) up to these documents; without it `install` is called."""
    remove: Callable[[InstallContext], None] | None = None
    """Takes out or switches off what was installed; running cases keep what they started with."""

    def claims(self, folder: str, stem: str) -> bool:
        """Whether a file in `folder` belongs to this part."""
        return folder == self.folder and (not self.ids or stem in self.ids)


_parts: dict[str, Part] = {}


def register_part(part: Part) -> None:
    """Make a part known; ValueError when another one has its name or claims the same files."""
    known = _parts.get(part.name)
    if known == part:
        return
    if known is not None:
        raise ValueError(f"a part named {part.name!r} is registered already")
    for other in _parts.values():
        shared = set(part.ids) & set(other.ids) if part.ids or other.ids else {"*"}
        if other.folder == part.folder and shared:
            raise ValueError(f"{part.name!r} and {other.name!r} both claim files in {part.folder!r}")
    _parts[part.name] = part


def registered_parts() -> tuple[Part, ...]:
    """All registered parts in install order."""
    return in_order(_parts.values())


def in_order(parts: Iterable[Part]) -> tuple[Part, ...]:
    """Parts by order, then name."""
    return tuple(sorted(parts, key=lambda part: (part.order, part.name)))


@contextmanager
def only_parts(*parts: Part) -> Iterator[None]:
    """Within the block only these parts are registered; for tests."""
    before = dict(_parts)
    _parts.clear()
    try:
        for part in parts:
            register_part(part)
        yield
    finally:
        _parts.clear()
        _parts.update(before)


def install_parts(context: InstallContext, parts: Sequence[Part] | None = None) -> None:
    """Call every part's `install` in order; the caller holds the transaction and the audit entry."""
    for part in _chosen(parts):
        documents = context.scene.of(part.name)
        if part.install is not None and (documents or context.scene.files.get(part.name)):
            part.install(context, documents)


def upgrade_parts(context: InstallContext, from_version: str, parts: Sequence[Part] | None = None) -> None:
    """Call every part's `upgrade` (or `install`) in order, also for parts that lost all their documents."""
    for part in _chosen(parts):
        documents = context.scene.of(part.name)
        if part.upgrade is not None:
            part.upgrade(context, documents, from_version)
        elif part.install is not None:
            part.install(context, documents)


def remove_parts(context: InstallContext, parts: Sequence[Part] | None = None) -> None:
    """Call every part's `remove`, last installed first."""
    for part in reversed(_chosen(parts)):
        if part.remove is not None:
            part.remove(context)


def _chosen(parts: Sequence[Part] | None) -> tuple[Part, ...]:
    return registered_parts() if parts is None else in_order(parts)
