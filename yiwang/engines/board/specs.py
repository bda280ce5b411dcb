"""What `boards/<id>.yaml` of a scene may say: tiles, where their figures come from, and where they stand.

title: {zh-Hans: 城市运行, en: City operations}
theme: wall
refresh: [event]
tiles:
  today: {kind: number, title: {zh-Hans: 今日, en: Today}, from: {live: events.today}}
  trend: {kind: trend, title: {…}, from: {metrics: [received, closed], by: [day], days: 14}}
  map: {kind: map, title: {…}, from: {live: events.map}, grids: grids}
layout:
  wall:
    columns: [26, 48, 26]
    areas:
      - today map trend
      - today map trend

A screen's `areas` name the tile of each cell, row by row, as CSS grid areas do (`.` stays empty).
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, JsonValue, model_validator

from yiwang.engines.metric.specs import Comparison
from yiwang.kernel.specs import Id, Refers, Spec, SpecError, TitleField
from yiwang.kernel.text import N_

Kind = Literal["number", "trend", "bars", "ranking", "pie", "gauge", "table", "map", "list"]
Screen = Literal["wall", "wide", "desk", "phone"]
CHARTS: dict[str, str] = {"trend": "area", "bars": "rows", "pie": "ring"}
"""How the kinds that are drawn as charts look unless the tile says otherwise."""


class FromSpec(Spec):
    """Where a tile's figures come from: the lake (`metric`, `metrics`) or the present moment (`live`)."""

    metric: Annotated[Id, Refers("metrics")] | None = None
    metrics: tuple[Annotated[Id, Refers("metrics")], ...] = ()
    """Several metrics side by side, one column each."""
    live: Annotated[str, Refers("live")] | None = None
    params: dict[str, JsonValue] = {}
    """Parameters of the live query."""
    by: tuple[Id, ...] = ()
    """What metrics are broken down by: day, week, month, year or their dimensions."""
    days: Annotated[int, Field(ge=1, le=3660)] = 14
    """Metrics are measured over so many days, today included."""
    depth: Annotated[int, Field(ge=1, le=8)] | None = None
    """Paths (areas) are added up to so many levels below the city."""
    compare: Comparison | None = None
    """Numbers are shown beside those of the time before or of last year."""

    @model_validator(mode="after")
    def _has_one_source(self) -> FromSpec:
        if bool(self.metric) + bool(self.metrics) + bool(self.live) != 1:
            raise SpecError(N_("exactly one of “metric”, “metrics” and “live” is needed"))
        if self.live and (self.by or self.compare or self.depth):
            raise SpecError(N_("“by”, “depth” and “compare” belong to metrics"), at=("live",))
        if not self.live and self.params:
            raise SpecError(N_("“params” belong to live queries"), at=("params",))
        return self

    @property
    def metric_keys(self) -> tuple[str, ...]:
        """All metrics asked, in order."""
        return (self.metric,) if self.metric else self.metrics


class TileSpec(Spec):
    """One tile."""

    kind: Kind
    title: TitleField
    from_: FromSpec = Field(alias="from")
    columns: tuple[Id, ...] = ()
    """Only these columns, in this order."""
    limit: Annotated[int, Field(ge=1, le=500)] | None = None
    """At most so many rows (of a map: so many lines in its table; all points are drawn)."""
    look: Literal["line", "area", "bar", "rows", "stack", "ring"] | None = None
    """How a chart is drawn, where its kind's usual look does not fit."""
    is_plain: bool = Field(default=False, alias="plain")
    """Numbers without a frame and a visible title, as the headline of a wall."""
    grids: Id | None = None
    """For a map: the grid system whose outlines are drawn; the city's primary one unless named."""
    shade: FromSpec | None = None
    """For a map: a live query with a grid's code in its first column and a number in its second, which colours it."""
    pitch: Annotated[int, Field(ge=0, le=60)] = 0
    """For a map: how far it is tilted on a wall, in degrees; 0 looks straight down."""

    @model_validator(mode="after")
    def _fits_its_kind(self) -> TileSpec:
        if self.look and self.kind not in CHARTS:
            raise SpecError(N_("only trends, bars and pies have a look"), at=("look",))
        if (self.grids or self.shade or self.pitch) and self.kind != "map":
            given = "grids" if self.grids else "shade" if self.shade else "pitch"
            raise SpecError(N_("only maps have grids"), at=(given,))
        if self.shade and not self.shade.live:
            raise SpecError(N_("a map is shaded by a live query"), at=("shade",))
        if self.kind == "map" and not self.from_.live:
            raise SpecError(N_("a map needs a live query with points"), at=("from",))
        if self.from_.metric_keys and not self.from_.by and self.kind != "number":
            raise SpecError(N_("say what the metric is broken down by"), at=("from",))
        return self

    @property
    def chart(self) -> str:
        """How the chart is drawn, "" for kinds that are none."""
        return self.look or CHARTS.get(self.kind, "")


class ScreenSpec(Spec):
    """Where the tiles stand on one kind of screen."""

    columns: Annotated[tuple[Annotated[int, Field(ge=1, le=100)], ...], Field(min_length=1, max_length=12)]
    """Widths of the columns, in parts."""
    rows: tuple[Annotated[int, Field(ge=1, le=100)], ...] = ()
    """Heights of the rows, in parts; equal unless given."""
    areas: Annotated[tuple[str, ...], Field(min_length=1, max_length=40)]
    """One line for each row: the tile of each cell, `.` for none."""

    @model_validator(mode="after")
    def _is_a_grid(self) -> ScreenSpec:
        for n, line in enumerate(self.areas):
            if len(line.split()) != len(self.columns):
                told = N_("this row has %(n)s cells, but there are %(columns)s columns")
                raise SpecError(told, at=("areas", n), n=len(line.split()), columns=len(self.columns))
        if self.rows and len(self.rows) != len(self.areas):
            raise SpecError(N_("as many heights as rows of areas are needed"), at=("rows",))
        for name, (count, first, last) in self.corners().items():
            if count != (last[0] - first[0] + 1) * (last[1] - first[1] + 1):
                raise SpecError(N_("the cells of “%(name)s” form no rectangle"), at=("areas", first[0]), name=name)
        return self

    @property
    def cells(self) -> list[list[str]]:
        """The tile of each cell."""
        return [line.split() for line in self.areas]

    def corners(self) -> dict[str, tuple[int, tuple[int, int], tuple[int, int]]]:
        """For each tile placed: its number of cells, and the upper left and lower right (row, column)."""
        found: dict[str, tuple[int, tuple[int, int], tuple[int, int]]] = {}
        for y, row in enumerate(self.cells):
            for x, name in enumerate(row):
                if name != ".":
                    count, low, high = found.get(name, (0, (y, x), (y, x)))
                    low = (min(low[0], y), min(low[1], x))
                    found[name] = (count + 1, low, (max(high[0], y), max(high[1], x)))
        return found


class LayoutSpec(Spec):
    """The tiles' places by screen; what has no place on a screen is not shown there. Phones need none: one column."""

    wall: ScreenSpec
    wide: ScreenSpec | None = None
    """For walls of double width; as `wall` without it."""
    desk: ScreenSpec | None = None
    """For desks; as `wall`, scrolling, without it."""
    phone: ScreenSpec | None = None

    def screens(self) -> dict[Screen, ScreenSpec]:
        """The screens described."""
        named: dict[Screen, ScreenSpec | None] = {
            "wall": self.wall,
            "wide": self.wide,
            "desk": self.desk,
            "phone": self.phone,
        }
        return {name: screen for name, screen in named.items() if screen is not None}


class ViewSpec(Spec):
    """One view of a slide show, or one for `each` area of a level."""

    title: TitleField | None = None
    """What the view is called; the area's or the board's name unless given."""
    board: Annotated[Id, Refers("boards")] | None = None
    """Another board of the same city; this one unless named."""
    area: str | None = None
    """The code of the area the board is turned to; the whole city unless named."""
    each: Annotated[int, Field(ge=3, le=5)] | None = None
    """One view for each area of this level: 3 district, 4 street, 5 community."""

    @model_validator(mode="after")
    def _names_one_area(self) -> ViewSpec:
        if self.area and self.each:
            raise SpecError(N_("“area” and “each” exclude one another"), at=("each",))
        return self


class SlidesSpec(Spec):
    """The views a wall shows in turn."""

    every_s: Annotated[int, Field(ge=5, le=3_600)] = 30
    views: Annotated[tuple[ViewSpec, ...], Field(min_length=2, max_length=24)]


class BoardSpec(Spec):
    """One board; see the module for an example."""

    title: TitleField
    about: TitleField | None = None
    theme: Literal["wall", "desk"] = "wall"
    refresh: tuple[Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")], ...] = ()
    """First words of the topics after which tiles are asked again (`event` for `event.closed` and all others)."""
    refresh_s: Annotated[int, Field(ge=5, le=86_400)] = 60
    """Tiles are asked again after so many seconds anyway."""
    slides: SlidesSpec | None = None
    """Views shown in turn, started by a button or by `?play`."""
    tiles: Annotated[dict[Id, TileSpec], Field(min_length=1, max_length=40)]
    layout: LayoutSpec

    @model_validator(mode="after")
    def _tiles_have_places(self) -> BoardSpec:
        placed: set[str] = set()
        for screen, spec in self.layout.screens().items():
            for name, (_, first, _last) in spec.corners().items():
                if name not in self.tiles:
                    at = ("layout", screen, "areas", first[0])
                    raise SpecError(N_("there is no tile “%(name)s”"), at=at, name=name)
                placed.add(name)
        for name in self.tiles:
            if name not in placed:
                raise SpecError(N_("the tile “%(name)s” has no place on any screen"), at=("tiles", name), name=name)
        return self
