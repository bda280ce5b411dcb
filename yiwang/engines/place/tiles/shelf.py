"""Finished tiles on disk: HOME/cache/tiles/<jurisdiction>/<stamp>/<z>/<x>-<y>.mvt.gz, zipped once when written.

A tile is drawn by whoever asks first and is moved into place whole, so several processes may draw at once. What was
drawn of an older state is thrown away when a new state gets its first tile. An empty file says: nothing there.
"""

from __future__ import annotations

import contextlib
import gzip
import shutil
from pathlib import Path
from uuid import uuid4

from django.conf import settings

from yiwang.engines.place.tiles.base import MAX_ZOOM, MIN_ZOOM, base_tile
from yiwang.engines.place.tiles.cutting import bounds, tile_at
from yiwang.engines.place.tiles.outlines import Plan, plan_of
from yiwang.engines.place.tiles.reach import Box, reach

LEVEL = 6
"""Of gzip: 9 saves 1 % and takes three times as long."""
GRACE_S = 600.0
"""A folder of an older state stays so long, for requests still under way in another process."""


def kept_tile(plan: Plan, z: int, x: int, y: int) -> bytes:
    """A tile of the base map, zipped; b"" where there is nothing, also outside the city and its zooms."""
    if not (MIN_ZOOM <= z <= MAX_ZOOM and _meets(plan, z, x, y)):
        return b""
    path = _folder(plan) / str(z) / f"{x}-{y}.mvt.gz"
    with contextlib.suppress(FileNotFoundError):
        return path.read_bytes()
    tile = base_tile(plan, z, x, y)
    zipped = gzip.compress(tile, LEVEL, mtime=0) if tile else b""
    _put(path, zipped, plan)
    return zipped


def draw_ahead(jurisdiction: str, *, up_to: int = 13) -> int:
    """Draw the tiles of a city up to a zoom, so that nobody waits for the large ones; how many there are."""
    plan = plan_of(jurisdiction)
    box = reach(plan)
    n = 0
    for z in range(MIN_ZOOM, up_to + 1) if box is not None else ():
        assert box is not None
        left, top = tile_at(box[0], box[3], z)
        right, bottom = tile_at(box[2], box[1], z)
        for x in range(left, right + 1):
            for y in range(top, bottom + 1):
                kept_tile(plan, z, x, y)
                n += 1
    return n


def _meets(plan: Plan, z: int, x: int, y: int) -> bool:
    """Whether a tile meets the city: others are never drawn, so nobody fills the disk by asking."""
    box: Box | None = reach(plan)
    if box is None:
        return False
    west, south, east, north = bounds(z, x, y)
    return west <= box[2] and east >= box[0] and south <= box[3] and north >= box[1]


def _folder(plan: Plan) -> Path:
    return Path(settings.HOME) / "cache" / "tiles" / plan.jurisdiction.code / plan.stamp


def _put(path: Path, zipped: bytes, plan: Plan) -> None:
    is_first = not _folder(plan).exists()
    path.parent.mkdir(parents=True, exist_ok=True)
    if is_first:
        _sweep(_folder(plan))
    fresh = path.with_name(f".{path.name}.{uuid4().hex}")
    fresh.write_bytes(zipped)
    fresh.replace(path)


def _sweep(newest: Path) -> None:
    """Throw away what was drawn of older states."""
    with contextlib.suppress(FileNotFoundError):
        made_at = newest.stat().st_mtime  # compared by the disk's own clock
        for folder in newest.parent.iterdir():
            if folder != newest and made_at - folder.stat().st_mtime > GRACE_S:
                shutil.rmtree(folder, ignore_errors=True)
