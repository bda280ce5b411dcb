"""Pages of boards: complete without scripts, scoped, never kept by a cache."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from tests.engines.board.makers import FIGURES, board_spec
from yiwang.engines.board.layout import BETWEEN, style_sheet
from yiwang.engines.board.tiles import Cell, Head, Line, Tile
from yiwang.kernel.ids import new_uid

pytestmark = pytest.mark.django_db

PAGES = [
    "/boards/",
    "/boards/city/",
    "/boards/testville/city/",
    "/boards/testville/city/tiles",
    "/boards/testville/city/tiles/today",
    "/boards/testville/city/tiles/today.json",
    "/boards/testville/city/tiles/map.geojson",
    "/boards/testville/city/layout.css",
]


def test_the_board_is_complete_without_scripts(client, watcher):
    client.force_login(watcher)
    text = client.get("/boards/city/", headers={"accept-language": "zh-hans"}).content.decode()
    for said in (
        "试城运行一张图",
        "今日受理",
        "1,204",
        "96.4",
        "街道0",
        "市民广场路灯不亮",
        "热线",
        'data-value="642"',
    ):
        assert said in text
    assert "style=" not in text  # the policy forbids it


def test_both_looks_show_the_same_figures(client, watcher):
    client.force_login(watcher)
    wall, desk = client.get("/boards/city/?look=wall"), client.get("/boards/city/?look=desk")
    assert 'data-look="wall"' in wall.content.decode()
    assert 'data-look="wall"' not in desk.content.decode()
    assert "1,204" in desk.content.decode()


def test_a_tile_is_told_anew_and_kept_by_nobody(client, watcher):
    client.force_login(watcher)
    first = client.get("/boards/testville/city/tiles/today.json")
    assert first.json()["texts"][0][0] == "1,204"
    assert "no-store" in first["Cache-Control"]
    FIGURES.received = 1_205
    path = "/boards/testville/city/tiles"
    assert client.get(f"{path}/today.json").json()["rows"][0][0] == 1_204  # kept for a minute
    assert client.get(f"{path}/today.json?after={new_uid()}").json()["rows"][0][0] == 1_205
    assert "1,205" in client.get(f"{path}?live&after={new_uid()}").content.decode()


def test_a_map_gets_points_and_outlines(client, watcher, grids):
    client.force_login(watcher)
    told = client.get("/boards/testville/city/tiles/map.json").json()
    assert len(told["points"]) == 40
    assert told["points"][1]["tone"] == "warning"
    outlines = client.get("/boards/testville/city/tiles/map.geojson")
    assert {one["properties"]["code"] for one in outlines.json()["features"]} == {"a", "b"}


def test_an_empty_city_says_so_in_every_panel(client, watcher):
    # given a city in which nothing has happened yet
    FIGURES.is_empty = True
    client.force_login(watcher)
    text = client.get("/boards/city/", headers={"accept-language": "en"}).content.decode()
    # then no panel is blank, and charts without numbers draw no empty axes
    panels = re.findall(r"<section.*?</section>", text, re.S)
    assert len(panels) == 8
    assert all("tile-nothing" in panel or "data-map-nothing>" in panel for panel in panels), panels
    assert "data-chart" not in text


def test_a_chart_of_zeros_is_told_in_words():
    tile = Tile(
        "trend", board_spec().tiles["trend"], None, lines=(Line((Cell(Head("n", "n", "number", ""), 0, "0"),)),)
    )
    assert tile.is_empty
    assert not replace(tile, lines=(Line((Cell(Head("n", "n", "number", ""), 2, "2"),)),)).is_empty


def test_the_wall_offers_its_help_and_axes_their_units(client, watcher):
    client.force_login(watcher)
    text = client.get("/boards/city/", headers={"accept-language": "en"}).content.decode()
    assert re.search(r'<a class="wall-button" href="[^"]*/help/boards[^"]*" data-help', text)
    assert 'id="help-drawer"' in text


def test_tablets_get_two_columns_in_the_order_of_the_phone():
    sheet = style_sheet(board_spec())
    between = sheet[sheet.index(f"@media {BETWEEN}") :]
    assert "repeat(2, minmax(0, 1fr))" in between
    assert ".board > .tile-at-today, .board > .tile-at-map { grid-column: 1 / -1; }" in between


def test_a_city_without_grids_has_an_empty_map(client, watcher):
    client.force_login(watcher)
    assert client.get("/boards/testville/city/tiles/map.geojson").json()["features"] == []
    assert client.get("/boards/testville/city/tiles/today.geojson").status_code == 404


@pytest.mark.parametrize("path", PAGES)
def test_strangers_see_no_board(client, board, path):
    from yiwang.base.access import SYSTEM
    from yiwang.base.people.actions import create_account
    from yiwang.base.people.queries import account_for_sign_in

    assert client.get(path).status_code == 302  # to sign in
    nobody = create_account("nobody", display_name="N", by=SYSTEM)
    client.force_login(account_for_sign_in(nobody.uid))
    assert client.get(path).status_code == 403
