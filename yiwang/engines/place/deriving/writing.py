"""Derived districts as a GeoJSON file of a scene: one feature a line, so that a person can compare two versions."""

from __future__ import annotations

import json
from collections.abc import Mapping

import numpy as np
import shapely

from yiwang.engines.place.deriving.districts import Derived
from yiwang.engines.place.index import OUT_DIGITS

LABEL = "{label}"


def geojson_text(derived: Derived, *, titles: Mapping[str, str] | None = None) -> str:
    """The text of the file: features with `code`, `title` and `n_points` (RFC 7946, 6 digits).

    `titles` are patterns by language in which `{label}` stands for the label (`第{label}选区`); without any the
    title is the label.
    """
    shapes = np.array([each.geometry for each in derived.districts], dtype=object)
    rounded = shapely.transform(shapes, lambda corners: np.round(corners, OUT_DIGITS))
    written = shapely.to_geojson(shapely.orient_polygons(rounded)).tolist()
    lines = []
    for district, shape in zip(derived.districts, written, strict=True):
        title = {language: text.replace(LABEL, district.label) for language, text in (titles or {}).items()}
        told = {"code": district.code, "title": title or district.label, "n_points": district.n_points}
        facts = json.dumps(told, ensure_ascii=False)
        lines.append(f'{{"type": "Feature", "properties": {facts}, "geometry": {shape}}}')
    return '{"type": "FeatureCollection", "features": [\n' + ",\n".join(lines) + "\n]}\n"
