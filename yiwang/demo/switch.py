"""Whether the demo city lives, and how fast: a small file in the data directory, which no kill can spoil."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction

from yiwang.base.access import Viewer, require
from yiwang.base.deeds import deed
from yiwang.kernel.clock import now
from yiwang.kernel.errors import Invalid
from yiwang.kernel.text import N_, Text

MAY_SWITCH = "scenes.manage"
READY = "ready"


@dataclass(frozen=True)
class Speed:
    """How many reports come in an hour over a day, and how many times faster people work than in life."""

    code: str
    title: Text
    reports_an_hour: float
    quicker: float


SPEEDS = {
    speed.code: speed
    for speed in (
        Speed("calm", Text(N_("Calm")), 4, 1),
        Speed("usual", Text(N_("Usual")), 9, 1),
        Speed("lively", Text(N_("Lively")), 120, 6),
    )
}


@dataclass(frozen=True)
class Live:
    """The switch as it stands."""

    is_on: bool = True
    speed: str = "usual"
    changed_at: str = ""
    by: str = ""


@dataclass(frozen=True)
class Beat:
    """What the simulator last told of itself."""

    at: datetime | None = None
    process: int = 0
    n_reports: int = 0
    n_steps: int = 0
    n_open: int = 0
    pausing: str = ""
    """Why no reports come: "" or `full`."""


def folder() -> Path:
    """Where the demo keeps its own files."""
    return Path(settings.HOME) / "demo"


def is_ready() -> bool:
    """Whether the sample city was set up here to the end."""
    return (folder() / READY).exists()


def live() -> Live:
    """The switch; on until somebody turns it off."""
    told = _read(folder() / "live.json")
    speed = str(told.get("speed", ""))
    return Live(
        bool(told.get("is_on", True)),
        speed if speed in SPEEDS else "usual",
        str(told.get("changed_at", "")),
        str(told.get("by", "")),
    )


def set_live(*, is_on: bool, speed: str = "", by: Viewer) -> Live:
    """Turn the simulator on or off, or change its speed; needs the right to manage scenes everywhere."""
    require(by, MAY_SWITCH, department_path="", area_path="")
    wanted = speed or live().speed
    if wanted not in SPEEDS:
        raise Invalid(N_("There is no such speed."), fields={"speed": [Text(N_("There is no such speed."))]})
    made = Live(is_on, wanted, now().isoformat(), "" if by.is_system else by.name)
    with deed("demo.set_live", by=by, subject="demo") as d:
        d.note(is_on=is_on, speed=wanted)
        transaction.on_commit(lambda: _write(folder() / "live.json", asdict(made)))
    return made


def beat() -> Beat:
    """What the simulator last told of itself."""
    told = _read(folder() / "beat.json")
    at = datetime.fromisoformat(told["at"]) if told.get("at") else None
    numbers = {name: int(told.get(name, 0)) for name in ("process", "n_reports", "n_steps", "n_open")}
    return Beat(at=at, pausing=str(told.get("pausing", "")), **numbers)


def keep_beat(told: Beat) -> None:
    """Tell that the simulator lives."""
    _write(folder() / "beat.json", asdict(told) | {"at": told.at.isoformat() if told.at else ""})


def _read(path: Path) -> dict[str, Any]:
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def _write(path: Path, told: dict[str, Any]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_suffix(".new")
    fresh.write_text(json.dumps(told, ensure_ascii=False), encoding="utf-8")
    fresh.replace(path)
