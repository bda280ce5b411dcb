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

EVERY_STEPS = 100


def setup(
    sample: Annotated[bool, typer.Option(help=_("bring the sample city, its accounts and its reports"))] = True,
) -> None:
    """Tables, keys, divisions, roles and the sample city; what is there already stays."""
    Path(settings.HOME).mkdir(parents=True, exist_ok=True)
    _step(_("tables"), lambda: call_command("migrate", verbosity=0, interactive=False))
    _step(_("divisions of China"), lambda: load_divisions(by=SYSTEM))
    _step(_("roles"), lambda: ensure_roles(by=SYSTEM))
    if sample:
        _accounts(_sample())


def _sample() -> list[FirstAccount]:
    from yiwang.demo.first_run import bring_sample_city

    console = Console()
    words = {
        "city": _("sample city"),
        "accounts": _("accounts"),
        "sample": _("sample reports"),
        "classifier": _("classifier"),
    }
    start = time.monotonic()
    with console.status(words["city"]) as status:

        def told(step: str, n: int) -> None:
            status.update(f"{words[step]} {n or ''}")
            if n and n % EVERY_STEPS == 0 and not console.is_terminal:
                tell(f"  {words[step]}: {n}")

        accounts = bring_sample_city(told)
    _done(words["city"], start)
    return accounts


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
