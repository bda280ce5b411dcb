"""A board turned to a part of the city: figures, links, the way back, gauges and slide shows."""

from __future__ import annotations

from typing import Any

import pytest
from django.utils import translation

from tests.engines.board.makers import board_spec
from tests.engines.board.turning import BOARD
from yiwang.base.access import SYSTEM
from yiwang.engines.board import actions
from yiwang.engines.board.focus import WHOLE, focus_on
from yiwang.engines.board.maps import area_bounds
from yiwang.engines.board.queries import board as board_of
from yiwang.engines.board.slides import show_of
from yiwang.engines.board.tiles import tile
from yiwang.kernel.errors import NotFound, ProblemsFound

pytestmark = pytest.mark.django_db


def test_figures_follow_the_area_and_equal_areas_share_an_answer(turned: Any, leader: Any) -> None:
    place = turned.jurisdiction
    for code, expected in (("", 30), ("one", 20), ("two", 10), ("one", 20)):
        told = tile(leader, turned, "open", focus=focus_on(place, code))
        assert told.numerals[0].value == expected
        assert not told.is_whole


def test_figures_that_know_no_areas_say_so(turned: Any, leader: Any) -> None:
    assert not tile(leader, turned, "fixed").is_whole
    assert tile(leader, turned, "fixed", focus=focus_on(turned.jurisdiction, "one")).is_whole


def test_the_way_back_leads_to_the_city(turned: Any) -> None:
    focus = focus_on(turned.jurisdiction, "one")
    assert (focus.code, focus.level, focus.path) == ("one", 3, "tv/one/")
    assert focus_on(turned.jurisdiction, "") == WHOLE == focus_on(turned.jurisdiction, "tv")
    with pytest.raises(NotFound):
        focus_on(turned.jurisdiction, "elsewhere")


def test_a_ranking_of_areas_turns_the_board(turned: Any, client: Any, watcher_of: Any) -> None:
    client.force_login(watcher_of)
    whole = client.get("/boards/testville/city/").content.decode()
    assert 'href="?area=one" data-area="one"' in whole
    page = client.get("/boards/testville/city/?area=one").content.decode()
    assert 'aria-current="true">one</strong>' in page
    assert 'data-value="20"' in page
    assert "tile-whole" in page
    part = client.get("/boards/testville/city/tiles?live&area=two").content.decode()
    assert "data-where" in part
    assert 'data-value="10"' in part
    assert client.get("/boards/testville/city/?area=nowhere").status_code == 404


def test_a_gauge_is_the_parts_of_a_whole(turned: Any, leader: Any) -> None:
    with translation.override("en"):
        gauge = tile(leader, turned, "clocks").gauge
    assert gauge is not None
    assert (gauge.text, gauge.unit) == ("75.0", "%")
    assert [one.text for one in gauge.segments] == ["6", "0", "2"]
    assert [round(one.length) for one in gauge.segments] == [74, 0, 24]  # less the gap between two
    assert gauge.segments[2].start == -75.0


def test_a_slide_show_names_its_views_and_leaves_out_what_is_gone(turned: Any, leader: Any) -> None:
    show = show_of(leader, turned)
    assert show is not None
    assert [(one.area, one.url) for one in show.slides] == [
        ("", "/boards/testville/city/"),
        ("one", "/boards/testville/city/?area=one"),
        ("two", "/boards/testville/city/?area=two"),
    ]
    assert show.every_s == 20


def test_a_view_of_another_board_remembers_who_leads(turned: Any, leader: Any) -> None:
    text = BOARD.replace("{each: 3}, {area: gone}", "{board: other}")
    actions.put_board(
        "testville", "other", board_spec(BOARD.replace("en: The city", "en: Other")), scene="t", by=SYSTEM
    )
    actions.put_board("testville", "city", board_spec(text), scene="tests", by=SYSTEM)
    leading = board_of(SYSTEM, "city")
    show = show_of(leader, leading)
    assert show is not None
    assert show.slides[1].url == "/boards/testville/other/?show=city"
    other = show_of(leader, board_of(SYSTEM, "other"), "city")
    assert other is not None
    assert other.leader == "city"


def test_a_view_is_of_one_area_or_of_each() -> None:
    with pytest.raises(ProblemsFound):
        board_spec(BOARD.replace("{area: gone}", "{area: one, each: 3}"))


def test_an_area_lies_where_its_grids_lie(grids: Any) -> None:
    found = area_bounds(SYSTEM, grids, "tv/one/")
    assert found is not None
    west, south, east, _north = found
    assert (round(west, 2), round(south, 2)) == (114.0, 22.5)
    assert east < area_bounds(SYSTEM, grids, "tv/two/")[2]  # type: ignore[index]
    assert area_bounds(SYSTEM, grids, "") is None
