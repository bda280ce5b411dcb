"""`yiwang demo …` and `yiwang simulate`: the sample city's life, its ground, its texts, and the truth about them."""

from __future__ import annotations

import random
import signal
import threading
from collections import Counter
from pathlib import Path
from types import FrameType
from typing import Annotated

import typer
from django.conf import settings
from django.utils.translation import gettext as _

from yiwang.base.access import SYSTEM
from yiwang.demo.size import SEED
from yiwang.kernel.errors import NotFound
from yiwang.kernel.text import N_
from yiwang.web.cli.showing import complain, table, tell

app = typer.Typer(help=_("The sample city: its life, ground, texts and truth."), no_args_is_help=True)
live = typer.Typer(help=_("Let the sample city live or rest."), no_args_is_help=True)
ground = typer.Typer(help=_("The ground the sample city stands on."), no_args_is_help=True)
app.add_typer(live, name="live")
app.add_typer(ground, name="ground")
SpeedOption = Annotated[str, typer.Option(help="calm | usual | lively")]
Seed = Annotated[int, typer.Option(help=_("what everything is made from"))]


@app.callback()
def demo() -> None:
    """Commands about the sample city."""


@live.command(help=_("Let citizens report and officials work."))
def on(speed: SpeedOption = "") -> None:
    """Turn the simulator on."""
    from yiwang.demo import switch

    switch.set_live(is_on=True, speed=speed, by=SYSTEM)
    status()


@live.command(help=_("Let nothing happen by itself."))
def off() -> None:
    """Turn the simulator off."""
    from yiwang.demo import switch

    switch.set_live(is_on=False, by=SYSTEM)
    status()


@live.command(help=_("Tell whether it lives, how fast, and what it did."))
def status() -> None:
    """Show the switch and the simulator's last sign of life."""
    from yiwang.demo import switch

    held, beat = switch.live(), switch.beat()
    state = _("on") if held.is_on else _("off")
    tell(_("The demo city is %(state)s, speed %(speed)s.") % {"state": state, "speed": held.speed})
    if not switch.is_ready():
        tell(_("There is no sample city here yet: yiwang setup brings it."))
    if beat.at is not None:
        facts = {"at": f"{beat.at:%Y-%m-%d %H:%M:%S} UTC", "reports": beat.n_reports, "steps": beat.n_steps}
        tell(_("Last heard of at %(at)s: %(reports)s reports and %(steps)s steps since its start.") % facts)


@ground.command(help=_("Write the areas and grids of the scene anew from the seed."))
def write(
    folder: Annotated[Path | None, typer.Option(help=_("where to; default: the sample scene"))] = None,
    seed: Seed = SEED,
) -> None:
    """Make the ground and write the scene's places."""
    from yiwang.demo.ground import make_ground, write_scene_places

    target = folder or Path(settings.SCENES) / settings.SAMPLE_SCENE / "places"
    made = make_ground(seed)
    write_scene_places(made, target)
    facts = {"areas": len(made.areas), "grids": len(made.grids), "folder": target}
    tell(_("%(areas)s areas and %(grids)s grids written to %(folder)s.") % facts)


@app.command(help=_("Print sample texts as citizens say them, with their true categories."))
def texts(n: Annotated[int, typer.Option("-n", min=1, max=10_000, help=_("how many"))] = 20, seed: Seed = SEED) -> None:
    """Print texts."""
    from datetime import timedelta

    from yiwang.demo.ground import make_ground
    from yiwang.demo.plan.places import places_of
    from yiwang.demo.plan.telling import Teller
    from yiwang.kernel.clock import now

    teller = Teller(places_of(make_ground(seed), seed), seed)
    rnd = random.Random(f"{seed}/texts")  # noqa: S311 - samples
    rows = []
    for i in range(n):
        one = teller.tell(f"text-{i}", now() - timedelta(minutes=rnd.randint(0, 60 * 24 * 60)))
        rows.append((one.category, one.source, one.text))
    table([_("category"), _("source"), _("text")], rows)


@app.command(help=_("Tell what is known about the sample city's reports that the platform is not told."))
def truth() -> None:
    """Count the truth file and say where it is."""
    from yiwang.demo.truth import read_truth, truth_file

    rows = read_truth(truth_file())
    if not rows:
        raise NotFound(N_("There is no truth file here; yiwang setup brings the sample city and writes it."))
    groups = Counter(row["group"] for row in rows if row["group"])
    callers = Counter(row["caller"] for row in rows if row["caller"])
    table(
        [_("what"), _("how many")],
        [
            (_("reports"), len(rows)),
            (_("categories"), len({row["category"] for row in rows})),
            (_("phrasings"), len({row["phrasing"] for row in rows})),
            (_("matters told by several people"), len(groups)),
            (_("reports that repeat another"), sum(groups.values()) - len(groups)),
            (_("callers"), len(callers)),
            (_("most calls of one caller"), max(callers.values(), default=0)),
        ],
    )
    tell(str(truth_file()))


def simulate() -> None:
    """Let the demo city live until told to end."""
    from yiwang.demo.living import live_on

    stopping = threading.Event()

    def stop(number: int, frame: FrameType | None) -> None:
        stopping.set()

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, stop)
    if not live_on(stopping):
        complain(_("The demo city is simulated by another process already."))
        raise typer.Exit(1)
