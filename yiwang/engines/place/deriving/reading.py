"""Labelled points from a department's own file, in whatever encoding and form the data engine reads."""

from __future__ import annotations

import math
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from yiwang.engines.data.reader import Row, open_rows
from yiwang.kernel.coordinates import System, convert_arrays
from yiwang.kernel.errors import Invalid
from yiwang.kernel.text import N_


@dataclass(frozen=True)
class LabelledPoints:
    """Points in degrees of WGS-84 (NaN where the file has none), their labels, and the rows that could not be read."""

    lons: list[float]
    lats: list[float]
    labels: list[str]
    n_bad: int


def read_points(path: Path, *, label: str, lon: str, lat: str, coordinates: System = "wgs84") -> LabelledPoints:
    """The named columns of a file (CSV, XLSX, JSON lines …). `Invalid` for an unknown column or no usable file."""
    source = open_rows(path)
    for column in (label, lon, lat):
        if column not in source.columns:
            known = ", ".join(source.columns)
            raise Invalid(N_("The file has no column “%(column)s”; it has %(known)s."), column=column, known=known)
    lons: list[float] = []
    lats: list[float] = []
    labels: list[str] = []
    n_bad = 0
    for row in source:
        if not isinstance(row, Row):
            n_bad += 1
            continue
        lons.append(_number(row.values.get(lon)))
        lats.append(_number(row.values.get(lat)))
        labels.append(_label(row.values.get(label)))
    x, y = convert_arrays(lons, lats, coordinates, "wgs84")
    return LabelledPoints(x.tolist(), y.tolist(), labels, n_bad)


def _number(value: Any) -> float:
    """A cell as degrees; NaN when it is no number."""
    try:
        return float(value)
    except (TypeError, ValueError):
        return math.nan


def _label(value: Any) -> str:
    """A cell as a label; 7.0 of a spreadsheet is 7."""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return "" if value is None else str(value).strip()
