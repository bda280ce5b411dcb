"""Writes of boards: put one up, take a scene's down."""

from __future__ import annotations

import hashlib
from collections.abc import Collection

from yiwang.base.access import Viewer, require
from yiwang.base.areas.queries import jurisdiction as jurisdiction_named
from yiwang.base.deeds import deed
from yiwang.engines.board.models import Board
from yiwang.engines.board.specs import BoardSpec
from yiwang.kernel import clock
from yiwang.kernel.errors import Conflict
from yiwang.kernel.text import N_

MANAGE = "scenes.manage"


def put_board(jurisdiction: str, key: str, spec: BoardSpec, *, scene: str, by: Viewer) -> bool:
    """Put a board up as described; whether anything changed.

    Needs `scenes.manage`. Conflict when another scene has a board of that name up.
    """
    require(by, MANAGE)
    place = jurisdiction_named(jurisdiction)
    body = spec.model_dump(mode="json", by_alias=True)
    digest = hashlib.sha256(spec.model_dump_json(by_alias=True).encode()).hexdigest()
    with deed("board.put_board", by=by, subject=f"board:{jurisdiction}/{key}", area_path=place.root_path) as d:
        row = Board.objects.select_for_update().filter(jurisdiction_id=place.id, key=key).first()
        if row is not None and row.is_active and row.scene != scene:
            raise Conflict(N_("The scene %(scene)s has a board %(key)s here already."), scene=row.scene, key=key)
        is_new = row is None or not row.is_active or row.digest != digest
        row = row or Board(jurisdiction_id=place.id, key=key)
        if is_new:
            row.scene, row.body, row.digest, row.is_active, row.changed_at = scene, body, digest, True, clock.now()
            row.save()
        d.note(is_new=is_new, digest=digest)
    return is_new


def take_down_boards(jurisdiction: str, *, scene: str, by: Viewer, keep: Collection[str] = ()) -> None:
    """Take a scene's boards down but those to `keep`."""
    require(by, MANAGE)
    rows = Board.objects.filter(jurisdiction__code=jurisdiction, scene=scene, is_active=True).exclude(key__in=keep)
    keys = sorted(rows.values_list("key", flat=True))
    if keys:
        with deed("board.take_down_boards", by=by, subject=f"scene:{scene}") as d:
            rows.update(is_active=False)
            d.note(boards=keys)
