"""Tiles from the lake: days without cases are drawn, names instead of paths, comparisons beside numbers."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.utils import translation

from tests.engines.board.makers import board_spec
from yiwang.base.access import SYSTEM, Grant, Viewer
from yiwang.engines.board import actions, tiles
from yiwang.engines.board.queries import board
from yiwang.engines.board.tiles import tile
from yiwang.kernel import clock
from yiwang.kernel.errors import Unavailable
from yiwang.kernel.text import N_

pytestmark = pytest.mark.django_db(transaction=True)

BOARD = """\
title: {zh-Hans: 指标, en: Figures}
tiles:
  trend: {kind: trend, title: {zh-Hans: 走势, en: Trend}, from: {metric: received, by: [day], days: 10}}
  areas:
    kind: ranking
    title: {zh-Hans: 区域, en: Areas}
    from: {metric: received, by: [area_path], days: 30, depth: 1}
  numbers:
    kind: number
    title: {zh-Hans: 数, en: Numbers}
    from: {metrics: [received, in_time], days: 7, compare: previous}
layout:
  wall: {columns: [1], areas: [trend, areas, numbers]}
"""


@pytest.fixture
def figures(metrics):
    actions.put_board("testville", "figures", board_spec(BOARD), scene="tests", by=SYSTEM)
    with clock.frozen(datetime(2026, 11, 10, 4, tzinfo=UTC)), translation.override("en"):
        yield board(SYSTEM, "figures")


def test_days_without_cases_are_zero(figures):
    told = tile(SYSTEM, figures, "trend")
    assert [line.cells[0].text for line in told.lines][::9] == ["11-01", "11-10"]
    assert [line.cells[1].value for line in told.lines] == [0, 2, 1, 0, 0, 0, 0, 0, 0, 2]


def test_paths_are_named_and_ranked(figures):
    rows = tile(SYSTEM, figures, "areas").ranking
    assert [(row["title"], row["value"]) for row in rows] == [("two", "3"), ("one", "2")]


def test_numbers_stand_beside_the_time_before(figures):
    numbers = {one.name: one for one in tile(SYSTEM, figures, "numbers").numerals}
    received, in_time = numbers["received"], numbers["in_time"]
    assert (received.text, received.trend, received.direction) == ("2", "33.3%", "down")
    assert (in_time.text, in_time.unit, in_time.trend, in_time.trend_tone) == ("100.0", "%", "33.3 points", "success")


def test_a_district_sees_its_own_figures(figures):
    viewer = Viewer(None, None, "D", "official", (Grant("boards.view", "", "tv/one/"),))
    assert [row["title"] for row in tile(viewer, figures, "areas").ranking] == ["one"]


def test_a_dataset_without_rows_yet_is_an_empty_panel_and_no_problem(figures, monkeypatch):
    def unavailable(*_, **__):
        raise Unavailable(N_("The dataset %(name)s has no rows yet."), name="events")

    monkeypatch.setattr(tiles, "answer", unavailable)
    told = tiles.tile(SYSTEM, figures, "trend")
    assert told.is_empty and not told.problem


def test_a_viewer_without_rights_is_told_so(figures):
    viewer = Viewer(None, None, "N", "official", (Grant("boards.view", "", "ov/"),))
    assert "do not show you" in tile(viewer, figures, "trend").problem
