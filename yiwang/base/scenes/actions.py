"""Install, upgrade and remove scenes: one transaction and one audit entry for everything a scene brings."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from django.db import transaction

from yiwang.base.access import Viewer, require
from yiwang.base.areas.actions import put_jurisdiction
from yiwang.base.areas.queries import JurisdictionView, jurisdiction
from yiwang.base.deeds import deed
from yiwang.base.scenes.keeping import digest_of, keep_copy, kept_scene
from yiwang.base.scenes.models import InstalledScene, State
from yiwang.kernel.clock import now
from yiwang.kernel.errors import Conflict, NotFound
from yiwang.kernel.scenes import (
    Outcome,
    Part,
    Scene,
    install_parts,
    load_scene,
    remove_parts,
    run_expectations,
    upgrade_parts,
)
from yiwang.kernel.text import N_
from yiwang.kernel.versions import satisfies, version

MANAGE = "scenes.manage"


@dataclass(frozen=True)
class Installing:
    """What the parts of a scene are given; `jurisdiction` is None for a scene that belongs to no city."""

    by: Viewer
    scene: Scene
    jurisdiction: JurisdictionView | None


@dataclass(frozen=True)
class Installed:
    """What became of it: `how` is `installed`, `upgraded` or `unchanged`."""

    name: str
    version: str
    how: str
    from_version: str = ""


def install_scene(folder: Path, *, by: Viewer, into: str | None = None) -> Installed:
    """Check a scene and install it with the scenes it requires (found beside it); again, nothing or an upgrade.

    `into` names the jurisdiction for a scene that declares none. ProblemsFound with everything wrong with the
    folder, before anything is written; Conflict for an older version than the one installed.
    """
    _require_all(by)
    scene = load_scene(folder)
    digest = digest_of(folder)
    held = InstalledScene.objects.filter(name=scene.name).first()
    if held is not None and (held.state, held.digest) == (State.INSTALLED, digest):
        return Installed(scene.name, held.version, "unchanged")
    keep_copy(folder, digest)
    with deed("scenes.install_scene", by=by, subject=f"scene:{scene.name}") as d:
        _require_others(scene, by=by, into=into)
        done = _bring(scene, digest, by=by, into=into)
        d.note(version=done.version, from_version=done.from_version, digest=digest, how=done.how)
        d.announce("scene.installed", version=1, subject=f"scene:{scene.name}", payload={"version": done.version})
    return done


def upgrade_scene(folder: Path, *, by: Viewer) -> Installed:
    """Bring an installed scene to what its folder says now; NotFound unless it is installed."""
    _require_all(by)
    if not InstalledScene.objects.filter(name=folder.name, state=State.INSTALLED).exists():
        raise NotFound(N_("The scene %(name)s is not installed."), name=folder.name)
    return install_scene(folder, by=by)


def remove_scene(name: str, *, reason: str, by: Viewer) -> None:
    """Take a scene out: its parts switch off what they brought; running cases, departments and areas stay.

    NotFound unless it is installed, Conflict while another scene requires it.
    """
    _require_all(by)
    with deed("scenes.remove_scene", by=by, subject=f"scene:{name}", reason=reason) as d:
        held = InstalledScene.objects.select_for_update().filter(name=name, state=State.INSTALLED).first()
        if held is None:
            raise NotFound(N_("The scene %(name)s is not installed."), name=name)
        needing = [row.name for row in InstalledScene.objects.filter(state=State.INSTALLED) if name in row.requires]
        if needing:
            raise Conflict(N_("The scene %(name)s is required by %(others)s."), name=name, others=", ".join(needing))
        place = jurisdiction(held.jurisdiction.code) if held.jurisdiction else None
        scene = kept_scene(name, held.digest)
        remove_parts(Installing(by, scene, place), _used(scene))
        held.state, held.changed_at, held.account_id = State.REMOVED, now(), by.account_id
        held.save()
        d.note(version=held.version, digest=held.digest)
        d.announce("scene.removed", version=1, subject=f"scene:{name}", payload={"version": held.version})


def try_scene(folder: Path, *, by: Viewer, into: str | None = None) -> list[Outcome]:
    """Install a scene, measure what its `checks/` expect on its `sample/`, and undo it all in the database.

    What a part writes outside the database is not undone: run it in a data directory of its own, as `yiwang scene
    test` does.
    """
    _require_all(by)
    scene = load_scene(folder)
    with transaction.atomic():
        _require_others(scene, by=by, into=into)
        context = _context(scene, by=by, into=into)
        install_parts(context)
        outcomes = run_expectations(context, scene.expectations)
        transaction.set_rollback(True)
    return outcomes


def _require_all(by: Viewer) -> None:
    require(by, MANAGE, department_path="", area_path="")


def _require_others(scene: Scene, *, by: Viewer, into: str | None) -> None:
    """Install the scenes this one requires, unless a fitting version is there."""
    for name, wanted in scene.spec.requires.scenes.items():
        held = InstalledScene.objects.filter(name=name, state=State.INSTALLED).first()
        if held is None or not satisfies(held.version, wanted):
            install_scene(scene.folder.parent / name, by=by, into=into)


def _context(scene: Scene, *, by: Viewer, into: str | None) -> Installing:
    place = scene.spec.jurisdiction
    if place is not None:
        put_jurisdiction(
            place.code,
            title=dict(place.title),
            time_zone=place.time_zone,
            calendar=place.calendar,
            languages=place.languages,
            division_scheme=place.division_scheme,
            root_code=place.root_area,
            by=by,
        )
    code = place.code if place is not None else into
    return Installing(by, scene, jurisdiction(code) if code else None)


def _bring(scene: Scene, digest: str, *, by: Viewer, into: str | None) -> Installed:
    at = now()
    held = InstalledScene.objects.select_for_update().filter(name=scene.name).first()
    is_new = held is None or held.state == State.REMOVED
    row = held or InstalledScene(name=scene.name)
    before = "" if is_new else row.version
    if before and version(scene.spec.version) < version(before):
        raise Conflict(
            N_("The scene %(name)s is installed in the later version %(version)s."), name=scene.name, version=before
        )
    context = _context(scene, by=by, into=into or (row.jurisdiction.code if row.jurisdiction else None))
    if is_new:
        install_parts(context)
        row.installed_at = at
    else:
        _upgrade(context, row, before)
    spec = scene.spec
    row.version, row.digest, row.title, row.maturity = spec.version, digest, dict(spec.title), spec.maturity
    row.requires = dict(spec.requires.scenes)
    row.jurisdiction_id = context.jurisdiction.id if context.jurisdiction else None
    row.state, row.changed_at, row.account_id = State.INSTALLED, at, by.account_id
    row.save()
    return Installed(scene.name, spec.version, "installed" if is_new else "upgraded", before)


def _upgrade(context: Installing, row: InstalledScene, before: str) -> None:
    """Upgrade the parts the scene has now; take out those it had and has no more."""
    used = _used(context.scene)
    upgrade_parts(context, before, used)
    earlier = kept_scene(row.name, row.digest)
    lost = [part for part in _used(earlier) if part not in used]
    remove_parts(Installing(context.by, earlier, context.jurisdiction), lost)


def _used(scene: Scene) -> list[Part]:
    """The parts of which a scene has documents or files; the others must not be touched in its name."""
    return [part for part in scene.parts if scene.of(part.name) or scene.files.get(part.name)]
