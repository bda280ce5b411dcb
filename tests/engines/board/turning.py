"""A board whose figures know areas, but for one, and what these figures say."""

from __future__ import annotations

from typing import Any

from yiwang.engines.board.live import Column, LiveResult, register_live

BOARD = """\
title: {zh-Hans: 全市, en: The city}
slides: {every_s: 20, views: [{title: {zh-Hans: 全市, en: All}}, {each: 3}, {area: gone}]}
tiles:
  open: {kind: number, title: {zh-Hans: 在办, en: Open}, from: {live: focus.open}}
  areas: {kind: ranking, title: {zh-Hans: 区域, en: Areas}, from: {live: focus.areas}}
  clocks: {kind: gauge, title: {zh-Hans: 时限, en: Clocks}, from: {live: focus.clocks}}
  fixed: {kind: number, title: {zh-Hans: 全市数, en: Whole}, from: {live: focus.fixed}}
layout:
  wall: {columns: [1], areas: [open, areas, clocks, fixed]}
"""
OPEN = {"": 30, "tv/one/": 20, "tv/two/": 10}


def ask_open(viewer: Any, *, jurisdiction: Any, area_path: str = "") -> LiveResult:
    return LiveResult([[OPEN[area_path]]])


def ask_areas(viewer: Any, *, jurisdiction: Any, area_path: str = "") -> LiveResult:
    return LiveResult([["one", "一区", 20, 2], ["two", "二区", 10, 0]])


def ask_clocks(viewer: Any, *, jurisdiction: Any, area_path: str = "") -> LiveResult:
    return LiveResult([[0.75, 6, 0, 2]])


def ask_fixed(viewer: Any, *, jurisdiction: Any) -> LiveResult:
    return LiveResult([[7]])


def number(name: str, tone: str = "") -> Column:
    return Column(name, {"zh-Hans": name, "en": name}, kind="number", tone=tone)


def register_turning() -> None:
    """Make the figures of the board known."""
    areas = (Column("area", "", kind="area"), Column("title", "Name"), number("n"), number("late", "danger"))
    clocks = (Column("share", "In time", kind="share"), number("good", "success"), number("soon"), number("bad"))
    register_live("focus.open", ask_open, columns=(number("open"),), follows_area=True, keep_s=60)
    register_live("focus.areas", ask_areas, columns=areas, follows_area=True)
    register_live("focus.clocks", ask_clocks, columns=clocks, follows_area=True)
    register_live("focus.fixed", ask_fixed, columns=(number("fixed"),))
