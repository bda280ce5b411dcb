"""Writes the areas and grids of a ground as files of a scene."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import shapely

from yiwang.demo.ground.plans import Ground

COLUMNS = ("code", "parent", "title_zh", "title_en", "level", "kind")


def write_places(ground: Ground, folder: Path) -> None:
    """`areas.csv` and `grids.geojson`; the same ground gives the same bytes."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "areas.csv").open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file, lineterminator="\n")
        rows.writerow(COLUMNS)
        for area in ground.areas:
            rows.writerow([area.code, area.parent, area.title["zh-Hans"], area.title["en"], area.level, area.kind])
    lines = []
    for grid in ground.grids:
        feature = {
            "type": "Feature",
            "properties": {"code": grid.code, "title": dict(grid.title), "area": grid.area_code},
            "geometry": json.loads(shapely.to_geojson(grid.geometry)),
        }
        lines.append(json.dumps(feature, ensure_ascii=False, separators=(",", ":")))
    whole = '{"type":"FeatureCollection","features":[\n' + ",\n".join(lines) + "\n]}\n"
    (folder / "grids.geojson").write_text(whole, encoding="utf-8")
