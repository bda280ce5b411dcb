"""Quadtree cells: one indexed integer by which a database finds whatever meets a box, large things and small.

Web Mercator's square world is cut into four again and again, as map tiles are; a thing gets the smallest cell of at
most `DEPTH` cuts that holds its whole box. A cell's number is its place on the Z-curve with a mark behind it:

    number = (place · 2 + 1) · 4^(DEPTH - cuts)

so that all cells inside a cell stand between `number - mark + 1` and `number + mark - 1` (mark = 4^(DEPTH - cuts)),
and the cells around it are its few ancestors. A thing that crosses the middle of a cell stands high up: few do, and
the box is compared afterwards anyway. Cells of `DEPTH` 18 are 153 m wide at the equator; numbers stay below 2³⁸.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from yiwang.engines.place.mercator import world

if TYPE_CHECKING:
    from numpy.typing import NDArray

DEPTH = 18
MOST_CELLS = 9


@dataclass(frozen=True)
class Span:
    """Where to look for what meets a box: cells from `low` to `high` (both included), and these single ones above."""

    ranges: tuple[tuple[int, int], ...]
    above: tuple[int, ...]


def quads(boxes: NDArray[np.float64]) -> list[int]:
    """The cell of each box (n × 4: west, south, east, north in degrees)."""
    low, high = _edges(boxes)
    apart = np.bitwise_or(low[:, 0] ^ high[:, 0], low[:, 1] ^ high[:, 1])
    up = np.where(apart > 0, np.floor(np.log2(np.maximum(apart, 1))).astype(np.int64) + 1, 0)
    place = _interleaved(low[:, 0], low[:, 1]) >> 2 * up
    found: list[int] = ((place * 2 + 1) << 2 * up).tolist()
    return found


def quad(west: float, south: float, east: float, north: float) -> int:
    """The cell of one box in degrees."""
    return quads(np.array([[west, south, east, north]]))[0]


def span(west: float, south: float, east: float, north: float) -> Span:
    """Cells that hold everything which meets a box: at most nine equal ones with all inside them, and what is above."""
    low, high = (edges[0].tolist() for edges in _edges(np.array([[west, south, east, north]])))
    up = 0
    while ((high[0] >> up) - (low[0] >> up) + 1) * ((high[1] >> up) - (low[1] >> up) + 1) > MOST_CELLS:
        up += 1
    ranges, above = [], set()
    for x in range(low[0] >> up, (high[0] >> up) + 1):
        for y in range(low[1] >> up, (high[1] >> up) + 1):
            place, mark = int(_interleaved(np.array([x]), np.array([y]))[0]), 1 << 2 * up
            number = (place * 2 + 1) * mark
            ranges.append((number - mark + 1, number + mark - 1))
            for n in range(up + 1, DEPTH + 1):
                place >>= 2
                above.add((place * 2 + 1) << 2 * n)
    return Span(tuple(sorted(ranges)), tuple(sorted(above)))


def _edges(boxes: NDArray[np.float64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Columns and rows (n × 2) of the smallest cells at the upper left and the lower right of each box."""
    most = (1 << DEPTH) - 1
    upper_left, lower_right = world(boxes[:, (0, 3)]), world(boxes[:, (2, 1)])
    low, high = (np.clip(np.floor(c * (most + 1)), 0, most).astype(np.int64) for c in (upper_left, lower_right))
    return low, high


def _interleaved(x: NDArray[np.int64], y: NDArray[np.int64]) -> NDArray[np.int64]:
    """Places on the Z-curve: the bits of both numbers in turn."""
    place = np.zeros_like(x)
    for bit in range(DEPTH):
        place |= (x >> bit & 1) << 2 * bit | (y >> bit & 1) << 2 * bit + 1
    return place
