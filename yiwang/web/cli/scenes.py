"""`yiwang scene …`: write, check, install, upgrade, remove and test scenes."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Annotated

import typer
from django.conf import settings
from django.core.management import call_command
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from yiwang.base.access import SYSTEM
from yiwang.base.scenes import actions, queries
from yiwang.kernel.errors import Problems
from yiwang.kernel.scenes import check_scene, new_scene, write_schemas
from yiwang.kernel.titles import pick
from yiwang.web.cli.showing import complain, problems_table, table, tell, translated

SCRATCH = "YIWANG_SCENE_TEST_HOME"
app = typer.Typer(help=_("Scenes: one matter of a city each, as YAML, SQL and CSV."), no_args_is_help=True)
Named = Annotated[str, typer.Argument(metavar="SCENE", help=_("name of a scene in scenes/, or the path of its folder"))]


def folder_of(name: str) -> Path:
    """The folder of a scene given by name or path."""
    path = Path(name)
    return path.resolve() if path.is_dir() and (os.sep in name or path == Path()) else Path(settings.SCENES) / name


@app.command(help=_("Start a new scene: a folder with everything it must have, which passes its check."))
def new(
    name: Annotated[str, typer.Argument(help=_("lower-case letters, digits and _"))],
    folder: Annotated[Path | None, typer.Option("--in", help=_("where; default: scenes/"))] = None,
) -> None:
    """Make a scaffold."""
    made = new_scene(name, folder or Path(settings.SCENES))
    tell(
        _("Made %(folder)s. Next: edit scene.yaml, then run: yiwang scene check %(name)s")
        % {"folder": made, "name": name}
    )


@app.command(help=_("Find everything wrong with scenes, as file:line: message; all scenes when none is named."))
def check(
    names: Annotated[list[str] | None, typer.Argument(metavar="[SCENE]…")] = None,
) -> None:
    """Check scenes; status 1 when anything is wrong."""
    folders = [folder_of(name) for name in names or []] or sorted(
        path.parent for path in Path(settings.SCENES).glob("*/scene.yaml")
    )
    problems = Problems()
    for folder in folders:
        problems.extend(check_scene(folder))
    problems_table(problems)
    if not problems:
        tell(_("%(n)s scenes checked, nothing wrong.") % {"n": len(folders)})
        return
    raise typer.Exit(1)


@app.command("list", help=_("List scenes: installed, removed, and those that could be installed."))
def list_scenes() -> None:
    """List scenes."""
    states = {"installed": _("installed"), "removed": _("removed"), "available": _("available")}
    rows = []
    for one in queries.scenes(SYSTEM, Path(settings.SCENES)):
        remark = _("folder has changed") if one.is_changed else ""
        if one.n_problems:
            remark = _("%(n)s problems") % {"n": one.n_problems}
        title = pick(one.title, get_language() or "en")
        rows.append((one.name, title, states[one.state], one.version, one.available_version, one.jurisdiction, remark))
    table([_("name"), _("title"), _("state"), _("installed"), _("in folder"), _("jurisdiction"), _("remark")], rows)


@app.command(help=_("Install a scene with those it requires; installed already, bring it to what its folder says."))
def install(
    name: Named,
    into: Annotated[str | None, typer.Option(help=_("jurisdiction, for a scene that declares none"))] = None,
) -> None:
    """Install a scene."""
    _tell_done(actions.install_scene(folder_of(name), by=SYSTEM, into=into))


@app.command(help=_("Bring an installed scene to what its folder says now; running cases keep what they started with."))
def upgrade(name: Named) -> None:
    """Upgrade a scene."""
    _tell_done(actions.upgrade_scene(folder_of(name), by=SYSTEM))


@app.command(help=_("Take a scene out; running cases, departments and areas stay."))
def remove(
    name: Annotated[str, typer.Argument(metavar="SCENE")],
    reason: Annotated[str, typer.Option(help=_("why; kept in the audit"), prompt=True)],
) -> None:
    """Remove a scene."""
    actions.remove_scene(name, reason=reason, by=SYSTEM)
    tell(_("Removed %(name)s.") % {"name": name})


@app.command(help=_("Install a scene in a data directory of its own, run it on its sample, compare with its checks."))
def test(name: Named) -> None:
    """Test a scene; status 1 when an expectation is not met."""
    folder = folder_of(name)
    if SCRATCH not in os.environ:
        raise typer.Exit(_in_scratch(folder))
    call_command("migrate", verbosity=0, interactive=False)
    outcomes = actions.try_scene(folder, by=SYSTEM)
    for one in outcomes:
        if one.is_met:
            tell(f"✓ {one.expectation.spec.name}")
        elif one.text is not None:
            complain(f"{one.expectation.file}:{one.expectation.line}: {translated(one.text)}")
    n_met = sum(one.is_met for one in outcomes)
    tell(_("%(met)s of %(n)s expectations met.") % {"met": n_met, "n": len(outcomes)})
    if n_met < len(outcomes):
        raise typer.Exit(1)


@app.command(help=_("Write the JSON Schemas for editors into scenes/_schema."))
def schemas() -> None:
    """Write the schemas."""
    for name in write_schemas(Path(settings.SCENES) / "_schema"):
        tell(name)


def _in_scratch(folder: Path) -> int:
    """Run `scene test` once more with a fresh YIWANG_HOME, so that nothing of the installation is touched."""
    with tempfile.TemporaryDirectory(prefix="yiwang-scene-") as home:
        environ = {key: value for key, value in os.environ.items() if key != "DATABASE_URL"}
        environ |= {"YIWANG_HOME": home, SCRATCH: home}
        command = [sys.executable, "-m", "yiwang.web.cli", "scene", "test", str(folder)]
        return subprocess.run(command, env=environ, check=False).returncode


def _tell_done(done: actions.Installed) -> None:
    told = {
        "installed": _("Installed %(name)s %(version)s."),
        "upgraded": _("Upgraded %(name)s from %(before)s to %(version)s."),
        "unchanged": _("%(name)s %(version)s is installed already; nothing has changed."),
    }[done.how]
    tell(told % {"name": done.name, "version": done.version, "before": done.from_version})
