"""`yiwang setup`: brings an installation to the present version; safe to run at every start."""

from __future__ import annotations

import sys
import time
from pathlib import Path
from typing import Annotated

import typer
from django.conf import settings
from django.core.management import call_command
from django.utils.translation import gettext as _
from rich.console import Console

from yiwang.base.access import SYSTEM
from yiwang.base.areas.actions import load_divisions
from yiwang.base.organisation.actions import ensure_roles
from yiwang.demo.accounts import FirstAccount
from yiwang.web.cli.showing import table, tell

SizeOption = Annotated[
    str, typer.Option(envvar="YIWANG_DEMO_SIZE", help=_("how big the sample city is: city or small"))
]


def setup(
    sample: Annotated[bool, typer.Option(help=_("bring the sample city, its accounts and its reports"))] = True,
    size: SizeOption = "city",
) -> None:
    """Tables, keys, divisions, roles and the sample city; what is there already stays."""
    Path(settings.HOME).mkdir(parents=True, exist_ok=True)
    _step(_("tables"), lambda: call_command("migrate", verbosity=0, interactive=False))
    _step(_("divisions of China"), lambda: load_divisions(by=SYSTEM))
    _step(_("roles"), lambda: ensure_roles(by=SYSTEM))
    if sample:
        _accounts(_sample(size))


class Progress:
    """Says what is being done and, when it is over, how long it took; in a terminal also how far it is."""

    def __init__(self, console: Console) -> None:
        self.console, self.is_shown = console, console.is_terminal
        self.words = {
            "city": _("sample city: rules, departments, grids"),
            "accounts": _("officials and their duties"),
            "ground": _("ground drawn"),
            "elements": _("buildings, roads, facilities"),
            "addresses": _("standard addresses"),
            "plan": _("ninety days thought up"),
            "history": _("older reports taken in"),
            "classifier": _("classifier trained on them"),
            "days": _("newest days played"),
        }
        self.step, self.since, self.n = "", time.monotonic(), 0
        self.status = console.status("") if self.is_shown else None

    def told(self, step: str, n: int, of: int) -> None:
        """Hear of a step."""
        if step != self.step:
            self.done()
            self.step, self.since = step, time.monotonic()
        self.n = n
        if self.status is not None:
            self.status.update(f"{self.words[step]} {f'{n} / {of}' if of else ''}")
            self.status.start()

    def done(self) -> None:
        """Say how long the last step took."""
        if self.status is not None:
            self.status.stop()
        if self.step:
            _done(f"{self.words[self.step]}{f' ({self.n})' if self.n else ''}", self.since)


def _sample(size: str) -> list[FirstAccount]:
    from yiwang.demo.first_run import bring_sample_city

    progress = Progress(Console())
    try:
        return bring_sample_city(progress.told, size=size)
    finally:
        progress.done()


def _step(name: str, act: object) -> None:
    start = time.monotonic()
    assert callable(act)
    act()
    _done(name, start)


def _done(name: str, start: float) -> None:
    tell(f"  {name}: {time.monotonic() - start:.1f} s")
    sys.stdout.flush()


def _accounts(accounts: list[FirstAccount]) -> None:
    tell("")
    table([_("user name"), _("password"), _("role")], [(a.username, a.password, a.role) for a in accounts])
    tell(_("Passwords are kept in %(file)s; delete it once you have changed them.") % {"file": _file()})


def _file() -> Path:
    from yiwang.demo.accounts import FILE

    return Path(settings.HOME) / FILE
