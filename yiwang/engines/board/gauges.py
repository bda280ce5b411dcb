"""Gauges: one row of numbers as the parts of an arc, a share in its middle."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from yiwang.engines.board.tiles import Cell

GAP = 0.8
"""Between two parts of the arc, of a hundred."""


@dataclass(frozen=True)
class Segment:
    """One part: its words, its number, its tone, and where it lies on the arc (length and start, of a hundred)."""

    label: str
    text: str
    tone: str
    length: float
    start: float


@dataclass(frozen=True)
class Gauge:
    """The arc, and what stands in its middle: the row's share where it has one, else the sum of its parts."""

    text: str
    unit: str
    label: str
    tone: str
    segments: tuple[Segment, ...]


def gauge(cells: Sequence[Cell]) -> Gauge:
    """The first share of a row stands in the middle, its plain numbers are the parts."""
    share = next((cell for cell in cells if cell.head.kind == "share"), None)
    parts = [cell for cell in cells if cell.head.kind == "number"]
    total = sum(cell.value or 0 for cell in parts)
    segments: list[Segment] = []
    start = 0.0
    for cell in parts:
        length = 100 * (cell.value or 0) / total if total else 0.0
        shown = max(0.0, length - GAP)
        segments.append(Segment(cell.head.title, cell.text, cell.head.tone, round(shown, 2), round(-start, 2)))
        start += length
    if share is None:
        return Gauge(f"{total:,}", "", "", "", tuple(segments))
    text = share.text.removesuffix("%")
    unit = "%" if share.text.endswith("%") else ""
    return Gauge(text, unit, share.head.title, share.head.tone, tuple(segments))
