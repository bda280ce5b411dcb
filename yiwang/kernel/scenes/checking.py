"""Reads a scene's folder and finds everything wrong with it at once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import yiwang
from yiwang.kernel.errors import Failure, Problems
from yiwang.kernel.scenes.expectations import ChecksSpec, Expectation, check_runner, expectations_in
from yiwang.kernel.scenes.layout import SCENE_FILE, Layout, layout_of
from yiwang.kernel.scenes.names import Name, Names, marks
from yiwang.kernel.scenes.parts import Part, in_order, registered_parts
from yiwang.kernel.scenes.scene import Scene, SceneDocument
from yiwang.kernel.scenes.spec import SceneSpec, salvaged
from yiwang.kernel.scenes.texts import read_texts
from yiwang.kernel.specs import Defines, Document, build_spec, read_yaml
from yiwang.kernel.text import N_
from yiwang.kernel.versions import satisfies, version

Known = Mapping[str, Collection[str]]
"""Names by kind."""


def check_scene(folder: Path, parts: Sequence[Part] | None = None, *, known: Known | None = None) -> Problems:
    """Everything wrong with the scene in `folder`: files, keys, types, translations, references, what parts check.

    `parts` defaults to the registered ones; `known` are names from outside that may be referred to. A scene it
    requires is looked for beside the folder.
    """
    problems = Problems()
    read_scene(folder, parts, problems, known=known)
    return problems


def load_scene(folder: Path, parts: Sequence[Part] | None = None, *, known: Known | None = None) -> Scene:
    """The scene in `folder`; raises `ProblemsFound` with everything wrong with it."""
    problems = Problems()
    scene = read_scene(folder, parts, problems, known=known)
    problems.raise_if_any()
    return scene


def read_scene(
    folder: Path,
    parts: Sequence[Part] | None,
    problems: Problems,
    *,
    known: Known | None = None,
    required_by: tuple[str, ...] = (),
) -> Scene:
    """The scene as far as it is sound; whatever is wrong goes into `problems`. Never install one with problems."""
    chosen = registered_parts() if parts is None else in_order(parts)
    if not folder.is_dir():
        problems.add(folder, 0, N_("there is no such folder"))
        return Scene(folder, salvaged(None), None, chosen)
    work = _Reading(folder, chosen, problems)
    scene = work.read()
    scene.names.add_outside(known or {})
    for part in chosen:
        scene.names.add_outside(part.provides() if part.provides else {})
    _check_requirements(scene, problems, known, (*required_by, scene.name))
    work.define_names(scene)
    work.check_references(scene)
    work.check_expectations(scene)
    work.check_parts(scene)
    return scene


@dataclass
class _Reading:
    """The steps of reading one scene, with the raw documents that later steps need."""

    folder: Path
    parts: tuple[Part, ...]
    problems: Problems
    raw: list[tuple[type, Document]] = field(default_factory=list)
    ids: list[Name] = field(default_factory=list)
    text_sources: dict[str, Document] = field(default_factory=dict)

    def read(self) -> Scene:
        """Read every file into its spec."""
        layout = layout_of(self.folder, self.parts, self.problems)
        source, spec = self._scene_file()
        texts, self.text_sources = read_texts(layout.locale, self.problems)
        scene = Scene(
            folder=self.folder,
            spec=spec,
            source=source,
            parts=self.parts,
            documents=self._documents(layout),
            files=self._attachments(layout),
            texts=texts,
            samples={file.name: file for file in layout.samples},
            names=Names(),
        )
        return replace(scene, expectations=self._expectations(layout, scene))

    def _scene_file(self) -> tuple[Document | None, SceneSpec]:
        """`scene.yaml`, or a stand-in for a faulty one."""
        file = self.folder / SCENE_FILE
        source = read_yaml(file, self.problems) if file.is_file() else None
        if source is None:
            return None, salvaged(None)
        spec = build_spec(source, SceneSpec, self.problems)
        name = source.data.get("name") if isinstance(source.data, dict) else None
        if isinstance(name, str) and name != self.folder.name:
            told = N_("the scene is named “%(name)s”, but its folder “%(folder)s”")
            source.add(self.problems, ("name",), told, name=name, folder=self.folder.name)
        return source, spec or salvaged(source.data)

    def _documents(self, layout: Layout) -> dict[str, dict[str, SceneDocument]]:
        """Every part's sound documents by id; faulty ones still define their id and are kept raw."""
        found: dict[str, dict[str, SceneDocument]] = defaultdict(dict)
        for part, file in layout.documents:
            self.ids.append(Name(part.name, file.stem, file, 1))
            document = read_yaml(file, self.problems)
            if document is None:
                continue
            self.raw.append((part.spec, document))
            spec = build_spec(document, part.spec, self.problems)
            if spec is not None:
                found[part.name][file.stem] = SceneDocument(file.stem, spec, document)
        return dict(found)

    def _attachments(self, layout: Layout) -> dict[str, dict[str, Path]]:
        """Every part's other files by name."""
        found: dict[str, dict[str, Path]] = defaultdict(dict)
        for part, file in layout.attachments:
            self.ids.append(Name(f"{part.name}.files", file.name, file, 1))
            found[part.name][file.name] = file
        return dict(found)

    def _expectations(self, layout: Layout, scene: Scene) -> tuple[Expectation, ...]:
        """What `checks/` expects; a scene past alpha must have some, on a sample."""
        found: list[Expectation] = []
        for file in layout.checks:
            document = read_yaml(file, self.problems)
            if document is None:
                continue
            self.raw.append((ChecksSpec, document))
            checks = build_spec(document, ChecksSpec, self.problems)
            found += expectations_in(document, checks) if checks else []
        for place, files in (("sample", layout.samples), ("checks", layout.checks)):
            if scene.source is not None and scene.spec.maturity != "alpha" and not files:
                told = N_("a scene of maturity “%(maturity)s” needs files in %(folder)s/")
                scene.source.add(self.problems, ("maturity",), told, maturity=scene.spec.maturity, folder=place)
        return tuple(found)

    def define_names(self, scene: Scene) -> None:
        """Collect the names all files define."""
        for name in self.ids:
            scene.names.define(name, self.problems)
        for spec, document in self.raw:
            for found in marks(spec, document.data):
                if isinstance(found.mark, Defines):
                    home = document.file if found.mark.local else None
                    line = document.line_of(found.path)
                    name = Name(found.mark.kind, found.name, document.file, line, home)
                    scene.names.define(name, self.problems)
        for source in self.text_sources.values():
            scene.names.add_outside({"texts": list(source.data) if isinstance(source.data, dict) else []})
        for part in self.parts:
            for name in part.names(scene, scene.of(part.name)) if part.names else ():
                scene.names.define(name, self.problems)

    def check_references(self, scene: Scene) -> None:
        """Find marked references to names nobody defines."""
        for spec, document in self.raw:
            for found in marks(spec, document.data):
                if not isinstance(found.mark, Defines):
                    home = document.file if found.mark.local else None
                    line = document.line_of(found.path)
                    scene.names.refer(self.problems, found.mark.kind, found.name, document.file, line, home)

    def check_expectations(self, scene: Scene) -> None:
        """Every expectation has somebody who measures it, and measures something that exists."""
        for each in scene.expectations:
            runner = check_runner(each, self.problems)
            if runner is not None and runner.targets is not None and each.spec.of is not None:
                scene.names.refer(self.problems, runner.targets, each.spec.of, each.file, each.line)

    def check_parts(self, scene: Scene) -> None:
        """Let every part check what only it understands."""
        for part in self.parts:
            if part.check is None:
                continue
            try:
                part.check(scene, scene.of(part.name), self.problems)
            except Failure as failure:
                self.problems.add(self.folder / part.folder, 0, failure.text)


def _check_requirements(scene: Scene, problems: Problems, known: Known | None, required_by: tuple[str, ...]) -> None:
    """The running Yiwang and the scenes beside this one must be of the versions asked for; their names become known."""
    source = scene.source
    if source is None:
        return
    wanted = scene.spec.requires.yiwang
    if not satisfies(yiwang.__version__, wanted):
        told = N_("made for Yiwang %(wanted)s, but this is %(version)s")
        source.add(problems, ("requires", "yiwang"), told, wanted=wanted, version=yiwang.__version__)
    for name, range_ in scene.spec.requires.scenes.items():
        at = ("requires", "scenes", name)
        folder = scene.folder.parent / name
        if not (folder / SCENE_FILE).is_file():
            source.add(problems, at, N_("the required scene “%(name)s” is not here"), name=name)
            continue
        if way := _way_back(folder, scene.name, (scene.name,)):
            source.add(problems, at, N_("the scenes require each other: %(names)s"), names=" → ".join(way))
        if name not in required_by:
            other = read_scene(folder, scene.parts, Problems(), known=known, required_by=required_by)
            scene.names.add_outside(other.names.defined())
            if not satisfies(other.spec.version, range_):
                told = N_("the scene “%(name)s” is here in version %(version)s, but %(wanted)s is required")
                have = str(version(other.spec.version))
                source.add(problems, at, told, name=name, version=have, wanted=range_)


def _way_back(folder: Path, target: str, way: tuple[str, ...]) -> tuple[str, ...]:
    """The names from `target` over the scene in `folder` and what it requires back to `target`; () when none."""
    if folder.name == target:
        return (*way, target)
    document = read_yaml(folder / SCENE_FILE, Problems()) if (folder / SCENE_FILE).is_file() else None
    spec = None if document is None or folder.name in way else salvaged(document.data)
    for name in spec.requires.scenes if spec else ():
        if found := _way_back(folder.parent / name, target, (*way, folder.name)):
            return found
    return ()
