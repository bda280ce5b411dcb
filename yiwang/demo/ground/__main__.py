"""`python -m yiwang.demo.ground [folder]`: write the demo city's areas and grids into the scene city_events."""

from __future__ import annotations

import sys
from pathlib import Path

from yiwang.demo.ground import make_ground, write_scene_places

SCENE = Path(__file__).resolve().parents[3] / "scenes" / "city_events" / "places"

if __name__ == "__main__":
    write_scene_places(make_ground(), Path(sys.argv[1]) if len(sys.argv) > 1 else SCENE)
