"""Tiles ready to be drawn: every cell with its raw value and its words, what went wrong instead of figures."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext

from yiwang.base.access import Viewer
from yiwang.engines.board.answers import Answer, Comparison, answer
from yiwang.engines.board.focus import WHOLE, Focus
from yiwang.engines.board.gauges import Gauge, gauge
from yiwang.engines.board.live import Column, Label
from yiwang.engines.board.queries import BoardView
from yiwang.engines.board.specs import TileSpec
from yiwang.engines.board.wording import change, figure, said, words
from yiwang.kernel.errors import Failure, NotFound, Unavailable
from yiwang.kernel.text import N_

NUMERIC = ("number", "share", "duration")
HIDDEN = ("url", "lon", "lat", "area")
TABLE_LINES = 30


@dataclass(frozen=True)
class Head:
    """A column as it is drawn; `scale` is what raw values are multiplied with in charts (shares: 100)."""

    name: str
    title: str
    kind: str
    unit: str
    tone: str = ""

    @property
    def is_number(self) -> bool:
        """Whether charts can draw it."""
        return self.kind in NUMERIC


@dataclass(frozen=True)
class Cell:
    """A cell: `value` as charts and JSON take it, `text` as people read it, `code` for its colour."""

    head: Head
    value: Any
    text: str
    code: str = ""


@dataclass(frozen=True)
class Line:
    """One row: the cells shown, and what is known of it besides."""

    cells: tuple[Cell, ...]
    url: str = ""
    key: str = ""
    lon: float | None = None
    lat: float | None = None
    tone: str = ""
    grid: str = ""
    area: str = ""

    @property
    def first(self) -> Cell | None:
        """The first cell, which names the row."""
        return self.cells[0] if self.cells else None

    @property
    def rest(self) -> tuple[Cell, ...]:
        """The cells after the first."""
        return self.cells[1:]


@dataclass(frozen=True)
class Numeral:
    """One large number of a tile."""

    name: str
    label: str
    value: Any
    text: str
    unit: str
    tone: str
    trend: str = ""
    direction: str = ""
    trend_tone: str = ""
    how: str = ""


@dataclass(frozen=True)
class Tile:
    """A tile of a board for one viewer."""

    key: str
    spec: TileSpec
    board: BoardView
    heads: tuple[Head, ...] = ()
    lines: tuple[Line, ...] = ()
    numerals: tuple[Numeral, ...] = ()
    at: datetime | None = None
    problem: str = ""
    is_whole: bool = False
    """Told of the whole city although the board is turned to a part of it."""
    shades: Mapping[str, float] = field(default_factory=dict)
    """For a map: the number that colours each grid, by the grid's code."""

    @property
    def shown(self) -> tuple[Line, ...]:
        """The lines a table or list has room for; charts show all."""
        return self.lines if self.spec.chart else self.lines[: self.spec.limit or TABLE_LINES]

    @property
    def is_empty(self) -> bool:
        """Nothing to draw: no line, or of a chart's numbers none but zeros."""
        numbers = [cell.value for line in self.lines for cell in line.cells if cell.head.is_number]
        return not any(numbers) if self.spec.chart or self.spec.kind == "gauge" else not self.lines

    @property
    def main(self) -> str:
        """The column that names a line of a list: `title`, else the first text."""
        names = [head.name for head in self.heads]
        return "title" if "title" in names else next((h.name for h in self.heads if h.kind == "text"), "")

    @property
    def ranking(self) -> list[dict[str, Any]]:
        """The lines as a ranking: bars relative to the largest."""
        number = next((n for n, head in enumerate(self.heads) if n and head.is_number), None)
        if number is None:
            return []
        most = max((line.cells[number].value or 0 for line in self.shown), default=0)
        return [
            {
                "title": line.cells[0].text,
                "value": line.cells[number].text,
                "percent": round(100 * (line.cells[number].value or 0) / most, 1) if most else 0,
                "url": line.url,
                "area": line.area,
                "note": " · ".join(c.text for n, c in enumerate(line.cells) if n not in (0, number) and c.value),
                "tone": next((c.head.tone for n, c in enumerate(line.cells) if n not in (0, number) and c.value), ""),
            }
            for line in self.shown
        ]

    @property
    def gauge(self) -> Gauge | None:
        """The first row as the parts of a whole; None without one."""
        return gauge(self.lines[0].cells) if self.lines else None


@dataclass
class _Columns:
    """Where the columns of an answer are."""

    columns: tuple[Column, ...]
    wanted: tuple[str, ...]
    shown: list[int] = field(default_factory=list)

    def __post_init__(self) -> None:
        names = [column.name for column in self.columns]
        befores = {column.before for column in self.columns if column.before}
        if self.wanted:
            self.shown = [names.index(name) for name in self.wanted if name in names]
        else:
            for n, column in enumerate(self.columns):
                if column.is_shown and column.kind not in HIDDEN and column.name not in befores:
                    self.shown.append(n)

    def of_kind(self, kind: str) -> int | None:
        """The first column of a kind."""
        return next((n for n, column in enumerate(self.columns) if column.kind == kind), None)

    def named(self, name: str) -> int | None:
        """The column of a name."""
        return next((n for n, column in enumerate(self.columns) if column.name == name), None)


def tile(
    viewer: Viewer, board: BoardView, key: str, *, focus: Focus = WHOLE, not_before: datetime | None = None
) -> Tile:
    """One tile, of the area in `focus`; what its source refuses stands in `problem`.

    NotFound when the board has none of this name.
    """
    spec = board.spec.tiles.get(key)
    if spec is None:
        raise NotFound(N_("The board has no tile %(key)s."), key=key)
    try:
        told = answer(viewer, spec.from_, board.jurisdiction, focus=focus, not_before=not_before)
        shade = (
            answer(viewer, spec.shade, board.jurisdiction, focus=focus, not_before=not_before).rows
            if spec.shade
            else ()
        )
    except Failure as failure:
        if isinstance(failure, Unavailable) and spec.from_.metric_keys:
            return Tile(key, spec, board)  # a metric's dataset has no rows yet: a new city is empty, not broken
        return Tile(key, spec, board, problem=failure.text.render(gettext))
    drawn = _drawn(key, spec, board, told)
    return replace(drawn, shades={str(row[0]): row[1] or 0 for row in shade}) if shade else drawn


def tiles(
    viewer: Viewer,
    board: BoardView,
    *,
    only_live: bool = False,
    focus: Focus = WHOLE,
    not_before: datetime | None = None,
) -> list[Tile]:
    """The tiles of a board in its order: all, or only those that show the present moment."""
    chosen = [key for key, spec in board.spec.tiles.items() if spec.from_.live or not only_live]
    return [tile(viewer, board, key, focus=focus, not_before=not_before) for key in chosen]


def _drawn(key: str, spec: TileSpec, board: BoardView, told: Answer) -> Tile:
    zone = board.jurisdiction.time_zone
    columns = _Columns(told.columns, spec.columns)
    heads = tuple(_head(told.columns[n]) for n in columns.shown)
    rows = _ranked(told.rows, columns, heads) if spec.kind == "ranking" else told.rows
    rows = rows[: spec.limit] if spec.limit and spec.kind != "map" else rows

    def cell(head: Head, n: int, row: tuple[Any, ...]) -> Cell:
        column, value = told.columns[n], row[n]
        text = figure(value, column, zone=zone, decimals=told.decimals.get(column.name))
        return Cell(head, _plain(value), text, value.code if isinstance(value, Label) else "")

    where = {name: columns.of_kind(name) for name in ("url", "lon", "lat", "area")}
    where |= {name: columns.named(name) for name in ("key", "tone", "grid")}

    def line(row: tuple[Any, ...]) -> Line:
        extra = {name: row[n] for name, n in where.items() if n is not None and row[n] is not None}
        cells = tuple(cell(head, n, row) for head, n in zip(heads, columns.shown, strict=True))
        return Line(cells, **extra)

    numerals = _numerals(told, columns, zone) if spec.kind == "number" and rows else ()
    lines = tuple(line(row) for row in rows)
    return Tile(key, spec, board, heads, lines, numerals, told.at, is_whole=told.is_whole)


def _ranked(
    rows: tuple[tuple[Any, ...], ...], columns: _Columns, heads: tuple[Head, ...]
) -> tuple[tuple[Any, ...], ...]:
    """The most first: a ranking goes by the number it shows, whatever its source goes by."""
    at = next((n for n, head in zip(columns.shown[1:], heads[1:], strict=True) if head.is_number), None)
    return rows if at is None else tuple(sorted(rows, key=lambda row: -(row[at] or 0)))


def _numerals(told: Answer, columns: _Columns, zone: str) -> tuple[Numeral, ...]:
    found: list[Numeral] = []
    for n in columns.shown:
        column, value = told.columns[n], told.rows[0][n]
        text = figure(value, column, zone=zone, decimals=told.decimals.get(column.name))
        unit = words(column.unit)
        if column.kind == "share" and text.endswith("%"):
            text, unit = text[:-1], "%"
        if column.kind == "duration" and " " in text:
            text, unit = text.rsplit(" ", 1)
        trend = _trend(told.comparisons.get(column.name), column)
        tone = told.tones.get(column.name) or column.tone
        found.append(Numeral(column.name, words(column.title), _plain(value), text, unit, tone, *trend))
    return tuple(found)


def _trend(compared: Comparison | None, column: Column) -> tuple[str, str, str, str]:
    if compared is None:
        return "", "", "", ""
    text, direction = change(compared.change, column, compared.by)
    how = {
        "previous": gettext("against the time before"),
        "year": gettext("against last year"),
        "before": gettext("against yesterday"),
    }[compared.how]
    return text, direction, "neutral" if direction == "flat" else compared.tone, how


def _head(column: Column) -> Head:
    return Head(column.name, words(column.title), column.kind, words(column.unit), column.tone)


def _plain(value: Any) -> Any:
    """A value as JSON and charts take it."""
    if isinstance(value, datetime | date):
        return value.isoformat()
    if value is None or isinstance(value, bool | int | float | str):
        return value
    return said(value)
