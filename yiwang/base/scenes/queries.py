"""Reads of installed scenes and of the folders that could be installed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from yiwang.base.access import Viewer, require
from yiwang.base.scenes.keeping import digest_of
from yiwang.base.scenes.models import InstalledScene, State
from yiwang.kernel.errors import Problems
from yiwang.kernel.scenes.checking import read_scene
from yiwang.kernel.titles import Title


@dataclass(frozen=True)
class SceneView:
    """A scene: `state` is `installed`, `removed` or `available`; `is_changed` when its folder differs from what is
    installed; `n_problems` of the folder's own check, 0 where there is no folder."""

    name: str
    title: Title
    version: str
    available_version: str
    jurisdiction: str
    state: str
    maturity: str
    installed_at: datetime | None
    changed_at: datetime | None
    is_changed: bool = False
    n_problems: int = 0


def installed_scenes(viewer: Viewer) -> list[SceneView]:
    """Scenes installed now, by name; with `scenes.manage`."""
    require(viewer, "scenes.manage")
    return [_view(row) for row in _rows() if row.state == State.INSTALLED]


def scenes(viewer: Viewer, folder: Path) -> list[SceneView]:
    """All scenes: installed, removed, and those in `folder` (usually `settings.SCENES`), by name."""
    require(viewer, "scenes.manage")
    rows = {row.name: row for row in _rows()}
    found = {name: _view(row) for name, row in rows.items()}
    for path in sorted(folder.iterdir()) if folder.is_dir() else ():
        if (path / "scene.yaml").is_file():
            found[path.name] = _beside(path, rows.get(path.name))
    return [found[name] for name in sorted(found)]


def is_installed(name: str) -> bool:
    """True when a scene of this name is installed."""
    return InstalledScene.objects.filter(name=name, state=State.INSTALLED).exists()


def _rows() -> list[InstalledScene]:
    return list(InstalledScene.objects.select_related("jurisdiction").order_by("name"))


def _view(row: InstalledScene, *, available: str = "", is_changed: bool = False, n_problems: int = 0) -> SceneView:
    return SceneView(
        name=row.name,
        title=row.title,
        version=row.version,
        available_version=available,
        jurisdiction=row.jurisdiction.code if row.jurisdiction else "",
        state=row.state,
        maturity=row.maturity,
        installed_at=row.installed_at,
        changed_at=row.changed_at,
        is_changed=is_changed,
        n_problems=n_problems,
    )


def _beside(path: Path, row: InstalledScene | None) -> SceneView:
    problems = Problems()
    spec = read_scene(path, None, problems).spec
    if row is not None:
        is_changed = row.state == State.INSTALLED and row.digest != digest_of(path)
        return _view(row, available=spec.version, is_changed=is_changed, n_problems=len(problems))
    city = spec.jurisdiction.code if spec.jurisdiction else ""
    return SceneView(
        name=path.name,
        title=dict(spec.title),
        version="",
        available_version=spec.version,
        jurisdiction=city,
        state="available",
        maturity=spec.maturity,
        installed_at=None,
        changed_at=None,
        n_problems=len(problems),
    )
