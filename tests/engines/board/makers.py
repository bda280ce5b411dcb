"""A board of tests, and live queries with figures a city could have."""

from __future__ import annotations

from datetime import date, timedelta
from functools import wraps
from pathlib import Path
from typing import Any

from yiwang.engines.board.live import Column, Label, LiveResult, register_live
from yiwang.engines.board.specs import BoardSpec
from yiwang.kernel import clock
from yiwang.kernel.errors import Problems
from yiwang.kernel.specs import build_spec, parse_yaml

BOARD = """\
title: {zh-Hans: 试城运行一张图, en: Testville at a glance}
refresh: [event]
refresh_s: 60
tiles:
  today: {kind: number, title: {zh-Hans: 今日, en: Today}, plain: true, from: {live: sample.today}}
  trend: {kind: trend, title: {zh-Hans: 近十四天, en: Fourteen days}, from: {live: sample.trend}}
  sources: {kind: pie, title: {zh-Hans: 来源, en: Sources}, from: {live: sample.sources}}
  kinds: {kind: bars, title: {zh-Hans: 类别, en: Categories}, from: {live: sample.sources}}
  areas: {kind: ranking, title: {zh-Hans: 区域排名, en: Areas}, limit: 5, from: {live: sample.areas}}
  newest: {kind: list, title: {zh-Hans: 最新事件, en: Newest}, from: {live: sample.newest, params: {most: 6}}}
  table: {kind: table, title: {zh-Hans: 区域表, en: Table of areas}, from: {live: sample.areas}}
  map: {kind: map, title: {zh-Hans: 未办结分布, en: Where open events are}, from: {live: sample.map}}
layout:
  wall:
    columns: [26, 48, 26]
    rows: [2, 5, 5, 6]
    areas:
      - trend today areas
      - trend map areas
      - sources map table
      - kinds newest table
  desk:
    columns: [1, 1]
    areas: [today today, map map, trend areas, newest sources]
"""


def board_spec(text: str = BOARD) -> BoardSpec:
    """A board's spec from YAML text."""
    problems = Problems()
    document = parse_yaml(text, Path("boards/city.yaml"), problems)
    spec = build_spec(document, BoardSpec, problems) if document else None
    problems.raise_if_any()
    assert spec is not None
    return spec


class Figures:
    """What the sample queries answer from; tests change it and count the asking."""

    def __init__(self) -> None:
        self.reset()

    def reset(self) -> None:
        """As at the beginning of each test."""
        self.received = 1_204
        self.is_empty = False
        self.newest = [("e1", "市民广场路灯不亮", "handling")]
        self.asked: list[str] = []
        self.viewers: list[Any] = []


FIGURES = Figures()


def today(viewer: Any, *, jurisdiction: Any) -> LiveResult:
    FIGURES.asked.append("today")
    FIGURES.viewers.append(viewer)
    return LiveResult([[FIGURES.received, 1_100, 284, 7, 0.9641]])


def trend(viewer: Any, *, jurisdiction: Any) -> LiveResult:
    first = date(2026, 11, 7)
    return LiveResult([[first + timedelta(days=n), 80 + (n * 37) % 50, 70 + (n * 29) % 45] for n in range(14)])


def sources(viewer: Any, *, jurisdiction: Any) -> LiveResult:
    named = [("热线", "Hotline", 642), ("市民页面", "Citizens", 388), ("网格员", "Grid staff", 301)]
    return LiveResult([[{"zh-Hans": zh, "en": en}, n] for zh, en, n in named])


def areas(viewer: Any, *, jurisdiction: Any) -> LiveResult:
    return LiveResult([[f"街道{n}", 300 - 31 * n, 0.99 - n / 40] for n in range(8)])


def newest(viewer: Any, *, jurisdiction: Any, most: int = 10) -> LiveResult:
    rows = [
        [clock.now(), title, Label(status, {"zh-Hans": "处置中", "en": "Handling"}), f"/events/{key}", key]
        for key, title, status in FIGURES.newest[:most]
    ]
    return LiveResult(rows)


def points(viewer: Any, *, jurisdiction: Any) -> LiveResult:
    tones = ("info", "warning", "danger")
    rows = [
        [f"事件 {n}", 114.001 + (n * 7 % 19) / 1000, 22.501 + (n * 5 % 9) / 1000, tones[n % 3], "a", f"/events/{n}"]
        for n in range(40)
    ]
    return LiveResult(rows)


def register_samples() -> None:
    """Offer the sample queries; again, nothing changes."""
    for name, (ask, shown, params) in SAMPLES.items():
        register_live(f"sample.{name}", ask, columns=shown, params=params, keep_s=60)


def _samples() -> dict[str, tuple[Any, tuple[Column, ...], tuple[str, ...]]]:
    number = {"kind": "number"}
    return {
        "today": (
            today,
            (
                Column("received", {"zh-Hans": "今日受理", "en": "Received"}, kind="number"),
                Column("closed", {"zh-Hans": "今日办结", "en": "Closed"}, kind="number", tone="success"),
                Column("open", {"zh-Hans": "在办", "en": "Open"}, kind="number", tone="warning"),
                Column("overdue", {"zh-Hans": "超期", "en": "Overdue"}, kind="number", tone="danger"),
                Column("on_time", {"zh-Hans": "按时办结率", "en": "In time"}, kind="share"),
            ),
            (),
        ),
        "trend": (
            trend,
            (
                Column("day", "Day", kind="day"),
                Column("received", {"zh-Hans": "受理", "en": "Received"}, **number),
                Column("closed", {"zh-Hans": "办结", "en": "Closed"}, **number),
            ),
            (),
        ),
        "sources": (
            sources,
            (
                Column("source", {"zh-Hans": "来源", "en": "Source"}),
                Column("n", {"zh-Hans": "件", "en": "n"}, **number),
            ),
            (),
        ),
        "areas": (
            areas,
            (
                Column("area", {"zh-Hans": "区域", "en": "Area"}),
                Column("n", {"zh-Hans": "件数", "en": "Events"}, **number),
                Column("share", {"zh-Hans": "按时率", "en": "In time"}, kind="share"),
            ),
            (),
        ),
        "newest": (
            newest,
            (
                Column("at", {"zh-Hans": "时间", "en": "Time"}, kind="moment"),
                Column("title", {"zh-Hans": "事件", "en": "Event"}),
                Column("status", {"zh-Hans": "状态", "en": "Status"}, kind="status"),
                Column("url", "", kind="url"),
                Column("key", "", is_shown=False),
            ),
            ("most",),
        ),
        "map": (
            points,
            (
                Column("title", {"zh-Hans": "事件", "en": "Event"}),
                Column("lon", "", kind="lon"),
                Column("lat", "", kind="lat"),
                Column("tone", "", is_shown=False),
                Column("grid", "", is_shown=False),
                Column("url", "", kind="url"),
            ),
            (),
        ),
    }


def _unless_empty(ask: Any) -> Any:
    @wraps(ask)
    def asked(viewer: Any, **params: Any) -> LiveResult:
        return LiveResult([]) if FIGURES.is_empty else ask(viewer, **params)

    return asked


SAMPLES = {name: (_unless_empty(ask), *rest) for name, (ask, *rest) in _samples().items()}
"""Query, columns and parameters by name, as they are offered."""
