"""Tiles: who sees what, what is shared, how figures are said."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.utils import translation

from tests.engines.board.makers import FIGURES
from yiwang.base.access import Grant, Viewer
from yiwang.engines.board import queries
from yiwang.engines.board.live import Column, register_live
from yiwang.engines.board.tiles import tile, tiles
from yiwang.engines.board.wording import duration, figure
from yiwang.kernel.errors import NotAllowed, NotFound, Unavailable
from yiwang.kernel.text import N_

pytestmark = pytest.mark.django_db


def test_a_board_is_found_by_those_whose_grants_reach_its_city(board, leader, stranger):
    assert [one.key for one in queries.boards(leader)] == ["city"]
    assert queries.board(leader, "city").jurisdiction.code == "testville"
    district = Viewer(3, None, "D", "official", (Grant("boards.view", "", "tv/one/"),))
    assert queries.board(district, "city").key == "city"
    assert queries.boards(stranger) == []
    with pytest.raises(NotFound):
        queries.board(stranger, "city")
    with pytest.raises(NotAllowed):
        queries.board(Viewer(4, None, "N", "official"), "city")


def test_numbers_are_said_in_the_readers_language(board, leader):
    with translation.override("en"):
        numbers = {one.name: one for one in tile(leader, board, "today").numerals}
    assert (numbers["received"].label, numbers["received"].text) == ("Received", "1,204")
    assert (numbers["on_time"].text, numbers["on_time"].unit) == ("96.4", "%")
    with translation.override("zh-hans"):
        assert tile(leader, board, "sources").lines[0].cells[0].text == "热线"


def test_equal_rights_share_an_answer_and_the_person_stays_outside(board, leader):
    twin = Viewer(9, None, "Twin", "official", leader.grants)
    tile(leader, board, "today")
    tile(twin, board, "today")
    assert FIGURES.asked == ["today"]
    asked_as = FIGURES.viewers[0]
    assert (asked_as.account_id, asked_as.name, asked_as.is_signed_in) == (None, "", False)
    narrow = Viewer(9, None, "Narrow", "official", (Grant("boards.view", "", "tv/one/"),))
    tile(narrow, board, "today")
    assert FIGURES.asked == ["today", "today"]


def test_a_ranking_is_relative_to_its_first_and_limited(board, leader):
    rows = tile(leader, board, "areas").ranking
    assert len(rows) == 5
    assert (rows[0]["percent"], rows[0]["value"]) == (100.0, "300")
    assert rows[4]["percent"] == pytest.approx(100 * 176 / 300, abs=0.1)


def test_points_keep_their_place_and_never_show_it_as_text(board, leader):
    told = tile(leader, board, "map")
    assert (told.lines[0].lon, told.lines[0].grid) == (114.001, "a")
    assert [head.name for head in told.heads] == ["title"]
    assert len(told.shown) == 30
    assert len(told.lines) == 40


def test_one_tile_that_fails_leaves_the_others_standing(board, leader, monkeypatch):
    def broken(viewer, *, jurisdiction):
        raise Unavailable(N_("The lake is away."))

    from yiwang.engines.board import live

    monkeypatch.setitem(live._registered, "sample.trend", live.LiveQuery("sample.trend", broken, (), frozenset(), 1))
    told = {one.key: one for one in tiles(leader, board)}
    assert told["trend"].problem == "The lake is away."
    assert told["today"].numerals


def test_a_name_belongs_to_one_query():
    with pytest.raises(ValueError, match=r"sample\.today"):
        register_live("sample.today", lambda viewer, *, jurisdiction: None, columns=())  # type: ignore[arg-type,return-value]


@pytest.mark.parametrize(
    ("kind", "value", "text"),
    [
        ("number", 1204, "1,204"),
        ("number", 12.6, "12.6"),
        ("share", 0.9641, "96.4%"),
        ("share", None, "—"),
        ("duration", 1800, "30 min"),
        ("moment", datetime(2026, 1, 2, 3, 4, tzinfo=UTC), "01-02 11:04"),
    ],
)
def test_figures_are_said(kind, value, text):
    with translation.override("en"):
        assert figure(value, Column("x", "x", kind), zone="Asia/Shanghai") == text


def test_durations_grow_from_minutes_to_days():
    with translation.override("en"):
        assert [duration(s) for s in (59 * 60, 5400, 40 * 3600, 86_400 * 12)] == ["59 min", "1.5 h", "40 h", "12 d"]
