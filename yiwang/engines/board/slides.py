"""A board's slide show: the views its spec names, each with the address it stands at."""

from __future__ import annotations

from dataclasses import dataclass

from django.urls import reverse
from django.utils.http import urlencode

from yiwang.base.access import Viewer
from yiwang.base.areas import queries as areas
from yiwang.engines.board import queries
from yiwang.engines.board.queries import BoardView
from yiwang.engines.board.specs import ViewSpec
from yiwang.kernel.errors import Failure
from yiwang.kernel.titles import Title

MOST_VIEWS = 60


@dataclass(frozen=True)
class Slide:
    """One view: the board's key, the area's code ("" for the whole city) and the address that shows it."""

    title: Title
    board: str
    area: str
    url: str


@dataclass(frozen=True)
class Show:
    """The slides of the board that leads the show, how long each stands (seconds), and that board's key."""

    slides: tuple[Slide, ...]
    every_s: int
    leader: str


def show_of(viewer: Viewer, board: BoardView, leader: str = "") -> Show | None:
    """The slide show of a board, or of the board `leader` that brought the viewer here; None without one.

    What a viewer may not see, and areas that are no more, are left out.
    """
    try:
        leading = queries.board(viewer, leader, board.jurisdiction.code) if leader and leader != board.key else board
    except Failure:
        leading = board
    spec = leading.spec.slides
    if spec is None:
        return None
    slides = [slide for view in spec.views for slide in _slides(viewer, leading, view)]
    return Show(tuple(slides[:MOST_VIEWS]), spec.every_s, leading.key) if len(slides) > 1 else None


def _slides(viewer: Viewer, leading: BoardView, view: ViewSpec) -> list[Slide]:
    place = leading.jurisdiction
    try:
        shown = queries.board(viewer, view.board, place.code) if view.board and view.board != leading.key else leading
        if view.each:
            found = [(one.code, one.title) for one in areas.subtree(place.root_path, level=view.each)]
        elif view.area:
            found = [(view.area, view.title or areas.area(view.area, place.code).title)]
        else:
            found = [("", view.title or (place.title if shown is leading else shown.spec.title))]
    except Failure:
        return []
    return [Slide(title, shown.key, code, _url(leading, shown, code)) for code, title in found]


def _url(leading: BoardView, shown: BoardView, area: str) -> str:
    asked = {"area": area} if area else {}
    if shown.key != leading.key:
        asked["show"] = leading.key
    path = reverse("board_of", args=[shown.jurisdiction.code, shown.key])
    return f"{path}?{urlencode(asked)}" if asked else path
