"""Which city this is: its seed, size and last moment, written down before anything else is done.

A set-up that goes on after it was killed must make the same plan again; `end` is when the first one began.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

from django.conf import settings

from yiwang.demo import switch
from yiwang.demo.size import SEED, Size
from yiwang.kernel.clock import now
from yiwang.kernel.errors import Invalid
from yiwang.kernel.text import N_

CITY = "yunxi"
SIZES = {
    "city": Size(),
    "small": Size(buildings=2_000, facilities=600, officials=160, events=400, days=40),
    "tiny": Size(buildings=300, facilities=120, officials=60, events=40, days=12),
}
"""By the name `--size` and YIWANG_DEMO_SIZE take; areas and grids are the scene's in all of them."""


@dataclass(frozen=True)
class CityPlan:
    """From what everything is made."""

    seed: int
    size: Size
    end: datetime


def load_city(name: str = "city") -> CityPlan:
    """The plan written down here, else a new one of this size that ends now. Invalid for a size there is none of."""
    path = switch.folder() / "city.json"
    if path.exists():
        told = json.loads(path.read_text(encoding="utf-8"))
        return CityPlan(told["seed"], Size(**told["size"]), datetime.fromisoformat(told["end"]))
    if name not in SIZES:
        raise Invalid(N_("There is no size “%(name)s”; there are %(known)s."), name=name, known=", ".join(SIZES))
    made = CityPlan(SEED, SIZES[name], now().replace(microsecond=0))
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_suffix(".new")
    fresh.write_text(json.dumps({"seed": made.seed, "size": asdict(made.size), "end": made.end.isoformat()}))
    fresh.replace(path)
    return made


def places_file() -> Path:
    """The places the live simulator speaks of."""
    return switch.folder() / "places.json"


def scene_folder() -> Path:
    """The sample scene."""
    return Path(settings.SCENES) / settings.SAMPLE_SCENE


def scene_grids() -> Sequence[tuple[str, str]]:
    """Code and area of every grid of the sample scene."""
    read = json.loads((scene_folder() / "places" / "grids.geojson").read_text(encoding="utf-8"))
    return [(str(one["properties"]["code"]), str(one["properties"]["area"])) for one in read["features"]]
