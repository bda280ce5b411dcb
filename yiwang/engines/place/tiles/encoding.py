"""Mapbox Vector Tile 2.1 (https://github.com/mapbox/vector-tile-spec/tree/master/2.1): layers of features as bytes.

What the spec wants, and where it is met:

* §4.2  a feature has a type, an optional id, tags (pairs of indexes into the layer's keys and values);
* §4.3.1 geometry is a stream of commands, MoveTo 1, LineTo 2, ClosePath 7, each `id | count << 3`;
* §4.3.2 parameters are steps from the cursor, zigzag-coded: `(n << 1) ^ (n >> 31)`; the cursor stays at ClosePath;
* §4.3.4.4 exterior rings have a positive area by the surveyor's formula (y downwards), interior ones a negative one
  and follow their exterior; rings of no area and points twice in a row are left out.

Every geometry of a layer goes through numpy at once: the commands of all rings stand in one array, which becomes bytes
in one pass. Protocol buffers are written by hand; there are seven fields.
"""

from __future__ import annotations

import struct
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from yiwang.engines.place.tiles.cutting import EXTENT, check, cut

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Whole = NDArray[np.int64]

POINT, LINE, POLYGON = 1, 2, 3
"""Types of features; shapely's dimensions 0, 1, 2 and one."""
MOVE, CLOSE = 9, 15
SINGLE = 3
"""shapely's highest number of a geometry of one part."""
Value = str | int | float | bool


@dataclass(frozen=True)
class Feature:
    """One thing on the map: a WGS-84 geometry, what is known of it, and an id (0 none); None as a value is left out."""

    geometry: BaseGeometry
    properties: Mapping[str, Value | None] = field(default_factory=dict)
    id: int = 0


@dataclass(frozen=True)
class Layer:
    """A named layer; `tolerance` (tile units) and `smallest` (square units) say how much may be left out."""

    name: str
    features: Sequence[Feature]
    tolerance: float = 0.0
    smallest: float = 0.0


@dataclass(frozen=True)
class Packed:
    """A layer as bytes: what stands before and behind its features, and each of them with its position and size."""

    head: bytes
    features: tuple[tuple[int, bytes], ...]
    tail: bytes

    def __len__(self) -> int:
        return len(self.head) + len(self.tail) + sum(len(body) for _n, body in self.features)

    def to_bytes(self) -> bytes:
        """The layer as a tile holds it."""
        return _sized(0x1A, b"".join((self.head, *(body for _n, body in self.features), self.tail)))

    def only(self, kept: Collection[int]) -> Packed:
        """The layer with the features at these positions alone."""
        return Packed(self.head, tuple(one for one in self.features if one[0] in kept), self.tail)


def encode(layers: Sequence[Layer], z: int, x: int, y: int) -> bytes:
    """One tile with these layers (empty ones left out), b"" when nothing lies in it. `Invalid` for no such tile."""
    packed = [pack(layer, z, x, y) for layer in layers]
    return b"".join(one.to_bytes() for one in packed if one is not None)


def pack(layer: Layer, z: int, x: int, y: int) -> Packed | None:
    """One layer of a tile, its features in the order given; None when nothing of it lies there."""
    check(z, x, y)
    if not layer.features:
        return None
    whole = np.array([feature.geometry for feature in layer.features], dtype=object)
    shapes = cut(whole, z, x, y, tolerance=layer.tolerance, smallest=layer.smallest)
    parts, owner = _parts(shapes)
    drawn = [(n, kind, body) for kind in (POLYGON, LINE, POINT) for n, body in _commands(parts, owner, kind).items()]
    if not drawn:
        return None
    keys: dict[str, int] = {}
    values: dict[tuple[type, Value], int] = {}
    made = []
    for n, kind, geometry in sorted(drawn):
        feature = layer.features[n]
        tags = bytearray()
        for name, value in feature.properties.items():
            if value is not None:
                tags += _varint(keys.setdefault(name, len(keys)))
                tags += _varint(values.setdefault((type(value), value), len(values)))
        head = b"\x08" + _varint(feature.id) if feature.id else b""
        body = head + _sized(0x12, bytes(tags)) + bytes((0x18, kind)) + _sized(0x22, geometry)
        made.append((n, _sized(0x12, body)))
    tail = [_sized(0x1A, name.encode()) for name in keys]
    tail += [_sized(0x22, _value(value)) for _kind, value in values]
    tail.append(b"\x28" + _varint(EXTENT) + b"\x78\x02")
    return Packed(_sized(0x0A, layer.name.encode()), tuple(made), b"".join(tail))


def _parts(shapes: NDArray[np.object_]) -> tuple[NDArray[np.object_], Whole]:
    """Single points, lines and polygons of all shapes, and which shape each belongs to."""
    parts, owner = shapely.get_parts(shapes, return_index=True)
    if (shapely.get_type_id(parts) > SINGLE).any():  # a collection held multi-parts
        parts, more = shapely.get_parts(parts, return_index=True)
        owner = owner[more]
    there = ~shapely.is_empty(parts)
    return parts[there], owner[there].astype(np.int64)


def _commands(parts: NDArray[np.object_], owner: Whole, kind: int) -> dict[int, bytes]:
    """The packed commands of every shape's parts of one type, by the shape's position; shapes without are left out."""
    chosen = shapely.get_dimensions(parts) == kind - 1
    parts, owner = parts[chosen], owner[chosen]
    if not len(parts):
        return {}
    if kind == POINT:
        corners = np.rint(shapely.get_coordinates(parts)).astype(np.int64)
        inside = ((corners >= 0) & (corners < EXTENT)).all(axis=1)  # a point on a margin belongs to the neighbour
        return _packed_points(corners[inside], owner[inside])
    if kind == LINE:
        corners, path = _corners(parts)
        return _packed_paths(corners, path, owner, is_closed=False)
    rings, part_of = shapely.get_rings(parts, return_index=True)
    is_outer = np.diff(part_of, prepend=-1) != 0
    corners, path = _corners(rings)
    return _rings(corners, path, owner[part_of], is_outer, part_of.astype(np.int64))


def _corners(paths: NDArray[np.object_]) -> tuple[Whole, Whole]:
    """Whole coordinates of every path and which path each belongs to, without points twice in a row."""
    corners, path = shapely.get_coordinates(paths, return_index=True)
    whole: Whole = np.rint(corners).astype(np.int64)
    fresh = np.ones(len(whole), dtype=bool)
    fresh[1:] = (np.diff(whole, axis=0) != 0).any(axis=1) | (np.diff(path) != 0)
    return whole[fresh], path[fresh].astype(np.int64)


def _rings(corners: Whole, path: Whole, owner: Whole, is_outer: NDArray[np.bool_], part: Whole) -> dict[int, bytes]:
    """Commands of rings: the closing point goes, the direction is put right, what has no area is left out."""
    last = np.diff(path, append=-1) != 0
    corners, path = corners[~last], path[~last]
    n_rings = len(owner)
    starts, counts = _spans(path, n_rings)
    after = np.arange(len(path)) + 1
    ends = starts + counts
    after = np.where(after == ends[path], starts[path], after)
    cross = corners[:, 0] * corners[after, 1] - corners[after, 0] * corners[:, 1]
    double = np.bincount(path, weights=cross, minlength=n_rings)
    sound = (counts >= 3) & (double != 0)
    lost = np.unique(part[is_outer & ~sound])  # with an exterior its holes go
    sound &= ~np.isin(part, lost)
    turned = (double > 0) != is_outer
    place = np.arange(len(path))
    place = np.where(turned[path], starts[path] + ends[path] - 1 - place, place)
    kept = sound[path]
    number = np.cumsum(sound) - 1
    return _packed_paths(corners[place][kept], number[path[kept]], owner[sound], is_closed=True)


def _packed_paths(corners: Whole, path: Whole, owner: Whole, *, is_closed: bool) -> dict[int, bytes]:
    """MoveTo, LineTo (and ClosePath) of every path, packed by owner; paths of one point are left out."""
    _, counts = _spans(path, len(owner))
    kept = counts >= 2
    number = np.cumsum(kept) - 1
    corners, path = corners[kept[path]], number[path[kept[path]]]
    owner = owner[kept]
    if not len(owner):
        return {}
    starts, counts = _spans(path, len(owner))
    lengths = 2 * counts + (3 if is_closed else 2)
    offsets = np.cumsum(lengths) - lengths
    stream = np.zeros(int(lengths.sum()), dtype=np.int64)
    stream[offsets] = MOVE
    stream[offsets + 3] = (counts - 1 << 3) | 2
    if is_closed:
        stream[offsets + lengths - 1] = CLOSE
    within = np.arange(len(path)) - starts[path]
    place = offsets[path] + 1 + 2 * within + (within > 0)
    steps = _steps(corners, owner[path])
    stream[place], stream[place + 1] = steps[:, 0], steps[:, 1]
    return _packed(stream, owner, offsets)


def _packed_points(corners: Whole, owner: Whole) -> dict[int, bytes]:
    """One MoveTo with all points of each owner."""
    if not len(owner):
        return {}
    owners, first, counts = np.unique(owner, return_index=True, return_counts=True)
    lengths = 1 + 2 * counts
    offsets = np.cumsum(lengths) - lengths
    stream = np.zeros(int(lengths.sum()), dtype=np.int64)
    stream[offsets] = (counts << 3) | 1
    of = np.repeat(np.arange(len(owners)), counts)
    place = offsets[of] + 1 + 2 * (np.arange(len(owner)) - first[of])
    steps = _steps(corners, owner)
    stream[place], stream[place + 1] = steps[:, 0], steps[:, 1]
    return _packed(stream, owners, offsets)


def _steps(corners: Whole, owner: Whole) -> Whole:
    """Zigzag-coded steps from point to point (n × 2), beginning anew at 0, 0 for every owner."""
    steps = np.diff(corners, axis=0, prepend=np.zeros((1, 2), dtype=np.int64))
    begins = np.diff(owner, prepend=-1) != 0
    steps[begins] = corners[begins]
    coded: Whole = (steps << 1) ^ (steps >> 63)
    return coded


def _packed(stream: Whole, owner: Whole, offsets: Whole) -> dict[int, bytes]:
    """The numbers as base-128 varints, cut by owner (owners stand together)."""
    n_bytes = 1 + (stream >= 1 << 7).astype(np.int64) + (stream >= 1 << 14) + (stream >= 1 << 21) + (stream >= 1 << 28)
    ends = np.cumsum(n_bytes)
    begins = ends - n_bytes
    out = np.zeros(int(ends[-1]), dtype=np.uint8)
    for nth in range(5):
        has = n_bytes > nth
        more = (n_bytes > nth + 1)[has]
        out[begins[has] + nth] = (stream[has] >> 7 * nth & 0x7F) | (more.astype(np.int64) << 7)
    whole = out.tobytes()
    heads = np.flatnonzero(np.diff(owner, prepend=-1) != 0)
    edges = [*begins[offsets[heads]].tolist(), len(whole)]
    return {who: whole[edges[n] : edges[n + 1]] for n, who in enumerate(owner[heads].tolist())}


def _spans(path: Whole, n: int) -> tuple[Whole, Whole]:
    """Where each of n paths starts among its points, and how many it has."""
    counts = np.bincount(path, minlength=n).astype(np.int64)
    return np.cumsum(counts) - counts, counts


def _value(value: Value) -> bytes:
    if isinstance(value, str):
        return _sized(0x0A, value.encode())
    if isinstance(value, bool):
        return b"\x38" + bytes((value,))
    if isinstance(value, int):
        return b"\x30" + _varint((value << 1) ^ (value >> 63)) if value < 0 else b"\x28" + _varint(value)
    return b"\x19" + struct.pack("<d", value)


def _sized(tag: int, body: bytes) -> bytes:
    return bytes((tag,)) + _varint(len(body)) + body


def _varint(number: int) -> bytes:
    if number < 0x80:
        return bytes((number,))
    out = bytearray()
    while number >= 0x80:
        out.append(number & 0x7F | 0x80)
        number >>= 7
    out.append(number)
    return bytes(out)
