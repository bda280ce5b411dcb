"""`yiwang place`: districts from a file of points."""

from __future__ import annotations

import json

from yiwang.web.cli.running import run


def points(path):
    """Two halves of a city, labelled west and east, and a few rows without a place."""
    rows = [
        f"{114 + n % 20 / 1000 + 0.0001},{22 + n // 20 / 1000 + 0.0001},{'west' if n % 20 < 10 else 'east'}"
        for n in range(400)
    ]
    path.write_text("\n".join(["x,y,half", *rows, "0,0,west", ",,east", "114.001,22.001,"]) + "\n", encoding="utf-8")
    return path


def test_districts_are_drawn_from_a_file_and_judged(tmp_path, capsys):
    out = tmp_path / "halves.geojson"
    named = ["--label", "half", "--lon", "x", "--lat", "y", "-o", str(out), "--title-en", "The {label}"]
    assert run(["place", "derive", str(points(tmp_path / "points.csv")), *named]) == 0
    features = json.loads(out.read_text(encoding="utf-8"))["features"]
    assert [each["properties"]["title"]["en"] for each in features] == ["The east", "The west"]
    shown = capsys.readouterr().out
    assert "100.0 %" in shown
    assert "403" in shown


def test_a_wrong_column_or_system_ends_with_a_word(tmp_path, capsys):
    path = str(points(tmp_path / "points.csv"))
    out = tmp_path / "out.geojson"
    rest = ["--lon", "x", "--lat", "y", "-o", str(out)]
    assert run(["place", "derive", path, "--label", "quarter", *rest]) == 1
    assert "quarter" in capsys.readouterr().err
    assert run(["place", "derive", path, "--label", "half", "--coordinates", "utm", *rest]) == 1
    assert "utm" in capsys.readouterr().err
    assert not out.exists()
