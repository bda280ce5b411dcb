"""Pages of boards: the list, a board, one tile again (HTML for the page, JSON for scripts), outlines for its map."""

from __future__ import annotations

import json
from typing import Any, TypeVar

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.cache import patch_cache_control
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from yiwang.base.access import Viewer
from yiwang.engines.board import queries
from yiwang.engines.board.answers import without_person
from yiwang.engines.board.focus import Focus, focus_on
from yiwang.engines.board.keeping import after_message, kept
from yiwang.engines.board.layout import style_sheet
from yiwang.engines.board.maps import area_bounds, map_outlines
from yiwang.engines.board.queries import BoardView
from yiwang.engines.board.slides import show_of
from yiwang.engines.board.tiles import Tile, tile, tiles
from yiwang.kernel.errors import NotFound
from yiwang.kernel.text import N_

THEMES = ("wall", "desk")
Answered = TypeVar("Answered", bound=HttpResponse)

KEEP_STYLE_S = 86_400
KEEP_TILES_S = 1.0
KEEP_OUTLINES_S = 300


@require_safe
def board_list(request: HttpRequest) -> HttpResponse:
    """The boards the viewer may look at."""
    viewer = _viewer(request)
    found = queries.boards(viewer)
    if not found and not viewer.may(queries.PERMISSION):
        queries.board(viewer, "")  # says why
    return render(request, "board/list.html", {"boards": found})


@require_safe
def board_page(request: HttpRequest, key: str, jurisdiction: str = "") -> HttpResponse:
    """A board with all its figures; complete without scripts.

    `?look=desk|wall` shows it in the other theme, `?area=<code>` turned to a part of the city, `?show=<board>` as a
    view of that board's slide show.
    """
    viewer = _viewer(request)
    board = queries.board(viewer, key, jurisdiction)
    asked = request.GET.get("look", "")
    theme = asked if asked in THEMES else board.spec.theme
    focus = _focus(request, board)
    shown = {
        "board": board,
        "focus": focus,
        "tiles": tiles(viewer, board, focus=focus),
        "show": show_of(viewer, board, request.GET.get("show", "")),
        "other_look": THEMES[1 - THEMES.index(theme)],
    }
    return render(request, f"board/{theme}.html", shown)


@require_safe
def tile_part(request: HttpRequest, jurisdiction: str, key: str, tile_key: str) -> HttpResponse:
    """One tile's HTML, fetched again when something has happened."""
    told = _tile(request, jurisdiction, key, tile_key)
    context = {"tile": told, "board": told.board, "focus": _focus(request, told.board)}
    return _fresh(render(request, "board/tile.html", context))


@require_safe
def tiles_part(request: HttpRequest, jurisdiction: str, key: str) -> HttpResponse:
    """The HTML of all tiles, of the live ones with `?live`; `?after=<uid>` names the message that made somebody ask,
    `?area=<code>` the part of the city."""
    viewer = _viewer(request)
    board = queries.board(viewer, key, jurisdiction)
    only_live, not_before = "live" in request.GET, after_message(request.GET.get("after", ""))
    shared, focus = without_person(viewer), _focus(request, board)

    def drawn() -> str:
        shown = tiles(shared, board, only_live=only_live, focus=focus, not_before=not_before)
        where = render_to_string("board/where.html", {"board": board, "focus": focus}, request)
        context = {"board": board, "focus": focus}
        return where + "".join(render_to_string("board/tile.html", context | {"tile": one}, request) for one in shown)

    place = (board.jurisdiction.code, key, board.digest, focus.path)
    what = ("tiles", *place, only_live, shared.kind, shared.grants, get_language())
    return _fresh(HttpResponse(kept(what, KEEP_TILES_S, drawn, not_before=not_before)))


@require_safe
def tile_data(request: HttpRequest, jurisdiction: str, key: str, tile_key: str) -> HttpResponse:
    """One tile as JSON: columns, rows as raw values, texts as shown; points for a map."""
    viewer = _viewer(request)
    board = queries.board(viewer, key, jurisdiction)
    not_before = after_message(request.GET.get("after", ""))
    focus, shared = _focus(request, board), without_person(viewer)

    def drawn() -> str:
        told = as_json(tile(shared, board, tile_key, focus=focus, not_before=not_before))
        if told["kind"] == "map":
            bounds = area_bounds(shared, board.jurisdiction, focus.path)
            told["focus"] = {"area": focus.code, "level": focus.level, "bounds": bounds}
        return json.dumps(told, ensure_ascii=False, separators=(",", ":"))

    place = (board.jurisdiction.code, key, board.digest, tile_key, focus.path)
    what = ("tile", *place, shared.kind, shared.grants, get_language())
    text = kept(what, KEEP_TILES_S, drawn, not_before=not_before)
    return _fresh(HttpResponse(text, content_type="application/json"))


@require_safe
def outlines(request: HttpRequest, jurisdiction: str, key: str, tile_key: str) -> HttpResponse:
    """The outlines a map tile draws, as GeoJSON (WGS-84); an empty collection for a city without grids."""
    viewer = _viewer(request)
    board = queries.board(viewer, key, jurisdiction)
    spec = board.spec.tiles.get(tile_key)
    if spec is None or spec.kind != "map":
        raise NotFound(N_("The board has no map %(key)s."), key=tile_key)
    text = json.dumps(map_outlines(viewer, board.jurisdiction, spec.grids), ensure_ascii=False)
    response = HttpResponse(text, content_type="application/geo+json")
    patch_cache_control(response, private=True, max_age=KEEP_OUTLINES_S)
    return response


@require_safe
def layout(request: HttpRequest, jurisdiction: str, key: str) -> HttpResponse:
    """The board's own style sheet; its address changes with the board, so it may be kept."""
    board = queries.board(_viewer(request), key, jurisdiction)
    response = HttpResponse(style_sheet(board.spec), content_type="text/css; charset=utf-8")
    patch_cache_control(response, private=True, max_age=KEEP_STYLE_S)
    return response


def as_json(told: Tile) -> dict[str, Any]:
    """A tile as scripts and outside readers get it."""
    data: dict[str, Any] = {
        "tile": told.key,
        "kind": told.spec.kind,
        "at": told.at.isoformat() if told.at else None,
        "columns": [{"name": h.name, "title": h.title, "kind": h.kind, "unit": h.unit} for h in told.heads],
        "rows": [[cell.value for cell in line.cells] for line in told.lines],
        "texts": [[cell.text for cell in line.cells] for line in told.lines],
    }
    if told.problem:
        data["problem"] = told.problem
    if told.spec.kind == "map":
        data["shades"] = dict(told.shades)
        del data["rows"], data["texts"]
        data["points"] = [
            {"lon": line.lon, "lat": line.lat, "tone": line.tone, "url": line.url, "grid": line.grid, "key": line.key}
            | {"title": line.cells[0].text if line.cells else "", "note": " · ".join(_notes(line.cells))}
            for line in told.lines
            if line.lon is not None and line.lat is not None
        ]
    return data


def _notes(cells: tuple[Any, ...]) -> list[str]:
    return [cell.text for cell in cells[1:]]


def _tile(request: HttpRequest, jurisdiction: str, key: str, tile_key: str) -> Tile:
    viewer = _viewer(request)
    board = queries.board(viewer, key, jurisdiction)
    return tile(viewer, board, tile_key, focus=_focus(request, board))


def _focus(request: HttpRequest, board: BoardView) -> Focus:
    return focus_on(board.jurisdiction, request.GET.get("area", ""))


def _viewer(request: HttpRequest) -> Viewer:
    viewer: Viewer = request.viewer  # type: ignore[attr-defined]
    return viewer


def _fresh(response: Answered) -> Answered:
    """Figures are for one person's eyes and for now: no cache keeps them."""
    patch_cache_control(response, private=True, no_store=True)
    return response
