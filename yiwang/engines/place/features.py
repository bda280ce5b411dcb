"""Reads the features of a GeoJSON file, each with the line it begins in, so that a fault can be found in an editor."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import shapely
from shapely.geometry.base import BaseGeometry

from yiwang.kernel.errors import Problems
from yiwang.kernel.text import N_, Text

MAX_BYTES = 64 * 1024 * 1024
KNOWN_CRS = ("CRS84", "4326", "4490")
"""Ends of names of the old member `crs` that mean longitude and latitude of WGS-84 or CGCS2000."""


@dataclass(frozen=True)
class Feature:
    """One feature: its position in the file (from 1), its line (0 unknown), properties and geometry.

    `geometry` is None with `fault` saying why.
    """

    number: int
    line: int
    properties: Mapping[str, Any]
    geometry: BaseGeometry | None
    fault: Text | None = None


def read_features(path: Path, problems: Problems) -> list[Feature]:
    """The features of a GeoJSON FeatureCollection; what cannot be read at all goes to `problems`."""
    text = _text(path, problems)
    if text is None:
        return []
    try:
        whole = json.loads(text, parse_constant=_no_constant)
    except json.JSONDecodeError as error:
        problems.add(path, error.lineno, N_("this is not JSON: %(reason)s"), reason=error.msg)
        return []
    except (ValueError, RecursionError) as error:
        problems.add(path, 0, N_("this is not JSON: %(reason)s"), reason=str(error))
        return []
    raw = whole.get("features") if isinstance(whole, dict) else None
    if not isinstance(raw, list) or whole.get("type") != "FeatureCollection":
        problems.add(path, 1, N_("a GeoJSON FeatureCollection is expected"))
        return []
    if not raw:
        problems.add(path, 1, N_("there are no features"))
    _check_crs(whole, path, problems)
    lines = _lines(text, len(raw))
    return [_feature(number, line, each) for number, (line, each) in enumerate(zip(lines, raw, strict=True), start=1)]


def _text(path: Path, problems: Problems) -> str | None:
    try:
        if path.stat().st_size > MAX_BYTES:
            problems.add(path, 0, N_("the file is larger than %(limit)s bytes"), limit=MAX_BYTES)
            return None
        return path.read_bytes().decode("utf-8-sig")
    except OSError as error:
        problems.add(path, 0, N_("the file cannot be read: %(reason)s"), reason=error.strerror or str(error))
    except UnicodeDecodeError:
        problems.add(path, 0, N_("the file is not in UTF-8; save it in that encoding"))
    return None


def _no_constant(name: str) -> Any:
    raise ValueError(f"{name} is no number of JSON")


def _check_crs(whole: Mapping[str, Any], path: Path, problems: Problems) -> None:
    """GeoJSON is longitude and latitude; the old member `crs` may say otherwise."""
    crs = whole.get("crs")
    if crs is None:
        return
    found = crs.get("properties", {}) if isinstance(crs, dict) else {}
    name = str(found.get("name", "")) if isinstance(found, dict) else ""
    if not name.endswith(KNOWN_CRS):
        told = N_("the coordinates are in %(name)s; convert them to longitude and latitude (WGS 84) first")
        problems.add(path, 1, told, name=name or "?")


def _feature(number: int, line: int, raw: Any) -> Feature:
    """One feature; what is wrong with its geometry is kept as its fault."""
    if not isinstance(raw, dict) or raw.get("type") != "Feature":
        return Feature(number, line, {}, None, Text(N_("this is no feature")))
    given = raw.get("properties")
    properties = given if isinstance(given, dict) else {}
    if raw.get("geometry") is None:
        return Feature(number, line, properties, None, Text(N_("it has no geometry")))
    try:
        shape = shapely.from_geojson(json.dumps(raw["geometry"]))
    except shapely.GEOSException as error:
        reason = str(error).splitlines()[0]
        return Feature(number, line, properties, None, Text(N_("no geometry: %(reason)s"), {"reason": reason}))
    return Feature(number, line, properties, shape)


def _lines(text: str, count: int) -> list[int]:
    """The line each of `count` features begins in: the array is read again item by item; zeros where that fails."""
    decoder = json.JSONDecoder()
    start = text.find('"features"')
    while start >= 0:
        at = text.find("[", start)
        found = _items(text, at + 1, decoder) if at >= 0 else []
        if len(found) == count:
            lines, line, before = [], 1, 0
            for place in found:
                line += text.count("\n", before, place)
                before = place
                lines.append(line)
            return lines
        start = text.find('"features"', start + 1)
    return [0] * count


def _items(text: str, at: int, decoder: json.JSONDecoder) -> list[int]:
    """Where the items of a JSON array begin; `at` is after its bracket."""
    found: list[int] = []
    while True:
        while at < len(text) and text[at] in " \t\r\n,":
            at += 1
        if at >= len(text) or text[at] == "]":
            return found
        found.append(at)
        try:
            _, at = decoder.raw_decode(text, at)
        except ValueError:
            return []
