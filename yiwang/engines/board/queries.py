"""Reads of boards: which a viewer may look at, and one of them. What a tile shows is scoped again by its source."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from yiwang.base.access import Viewer
from yiwang.base.areas.queries import JurisdictionView
from yiwang.base.areas.queries import jurisdiction as jurisdiction_named
from yiwang.engines.board.models import Board
from yiwang.engines.board.specs import BoardSpec
from yiwang.kernel.errors import NotAllowed, NotFound
from yiwang.kernel.text import N_

PERMISSION = "boards.view"


@dataclass(frozen=True)
class BoardView:
    """One board and the jurisdiction it shows."""

    key: str
    jurisdiction: JurisdictionView
    spec: BoardSpec
    digest: str
    changed_at: datetime


def boards(viewer: Viewer) -> list[BoardView]:
    """The boards of every jurisdiction a grant of the viewer reaches, by jurisdiction and key."""
    rows = Board.objects.select_related("jurisdiction").filter(is_active=True)
    views = [_view(row) for row in rows.order_by("jurisdiction__code", "key")]
    return [view for view in views if may_look(viewer, view.jurisdiction)]


def board(viewer: Viewer, key: str, jurisdiction: str = "") -> BoardView:
    """One board; without a jurisdiction the first the viewer may look at.

    NotAllowed without any right to look at boards; NotFound when there is none, or none the viewer may look at.
    """
    if not viewer.may(PERMISSION):
        raise NotAllowed(N_("Your posts do not show you boards."))
    rows = Board.objects.select_related("jurisdiction").filter(is_active=True, key=key)
    if jurisdiction:
        rows = rows.filter(jurisdiction__code=jurisdiction)
    for row in rows.order_by("jurisdiction__code"):
        view = _view(row)
        if may_look(viewer, view.jurisdiction):
            return view
    raise NotFound(N_("There is no board %(key)s."), key=key)


def may_look(viewer: Viewer, place: JurisdictionView) -> bool:
    """Whether a grant reaches the jurisdiction or a part of it."""
    root = place.root_path
    reaches = (grant.area_path for grant in viewer.grants_of(PERMISSION))
    return viewer.is_system or any(root.startswith(path) or path.startswith(root) for path in reaches)


def _view(row: Board) -> BoardView:
    place = jurisdiction_named(row.jurisdiction.code)
    return BoardView(row.key, place, BoardSpec.model_validate(row.body), row.digest, row.changed_at)
