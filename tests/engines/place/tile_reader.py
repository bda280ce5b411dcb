"""Reads vector tiles as a map would: an own, plain decoder after the specification (2.1), sharing nothing with ours."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import Any


def read_tile(tile: bytes) -> dict[str, list[dict[str, Any]]]:
    """Layer name → features as {"id", "type", "properties", "parts"}; parts are lists of (x, y), rings closed."""
    layers: dict[str, list[dict[str, Any]]] = {}
    for number, body in _fields(tile):
        assert number == 3
        name, features = _layer(body)
        assert name not in layers
        layers[name] = features
    return layers


def _layer(body: bytes) -> tuple[str, list[dict[str, Any]]]:
    name, keys, values, raw, version, extent = "", [], [], [], 0, 0
    for number, value in _fields(body):
        if number == 1:
            name = value.decode()
        elif number == 2:
            raw.append(value)
        elif number == 3:
            keys.append(value.decode())
        elif number == 4:
            values.append(_value(value))
        elif number == 5:
            extent = value
        elif number == 15:
            version = value
    assert (version, extent) == (2, 4096)
    assert len(set(keys)) == len(keys)
    return name, [_feature(one, keys, values) for one in raw]


def _feature(body: bytes, keys: list[str], values: list[Any]) -> dict[str, Any]:
    found: dict[str, Any] = {"id": 0, "properties": {}}
    for number, value in _fields(body):
        if number == 1:
            found["id"] = value
        elif number == 2:
            tags = list(_varints(value))
            assert len(tags) % 2 == 0
            found["properties"] = {keys[k]: values[v] for k, v in zip(tags[::2], tags[1::2], strict=True)}
        elif number == 3:
            found["type"] = value
        elif number == 4:
            found["parts"] = _geometry(list(_varints(value)))
    return found


def _geometry(stream: list[int]) -> list[list[tuple[int, int]]]:
    parts: list[list[tuple[int, int]]] = []
    x = y = at = 0
    while at < len(stream):
        command, count = stream[at] & 7, stream[at] >> 3
        at += 1
        assert count >= 1
        if command == 7:
            assert count == 1
            parts[-1].append(parts[-1][0])
            continue
        assert command in (1, 2)
        for _ in range(count):
            x, y = x + _signed(stream[at]), y + _signed(stream[at + 1])
            at += 2
            if command == 1:
                parts.append([(x, y)])
            else:
                assert (x, y) != parts[-1][-1], "a step of nothing"
                parts[-1].append((x, y))
    return parts


def _signed(number: int) -> int:
    return (number >> 1) ^ -(number & 1)


def _value(body: bytes) -> Any:
    ((number, value),) = _fields(body)
    if number == 1:
        return value.decode()
    if number == 2:
        return struct.unpack("<f", value)[0]
    if number == 3:
        return struct.unpack("<d", value)[0]
    if number == 6:
        return _signed(value)
    return bool(value) if number == 7 else value


def _fields(body: bytes) -> Iterator[tuple[int, Any]]:
    at = 0
    while at < len(body):
        tag, at = _varint(body, at)
        kind, number = tag & 7, tag >> 3
        if kind == 0:
            value, at = _varint(body, at)
            yield number, value
            continue
        size, at = (8, at) if kind == 1 else (4, at) if kind == 5 else _varint(body, at)
        assert at + size <= len(body)
        yield number, body[at : at + size]
        at += size


def _varints(body: bytes) -> Iterator[int]:
    at = 0
    while at < len(body):
        number, at = _varint(body, at)
        yield number


def _varint(body: bytes, at: int) -> tuple[int, int]:
    number = shift = 0
    while True:
        byte = body[at]
        number |= (byte & 0x7F) << shift
        at, shift = at + 1, shift + 7
        if byte < 0x80:
            return number, at
