"""What a board's YAML may say: places that form a grid, sources that exist."""

from __future__ import annotations

import pytest

from tests.engines.board.makers import BOARD, board_spec
from yiwang.engines.board.layout import style_sheet
from yiwang.kernel.errors import ProblemsFound


def complaint(old: str, new: str) -> str:
    assert old in BOARD
    with pytest.raises(ProblemsFound) as found:
        board_spec(BOARD.replace(old, new))
    return " | ".join(str(problem) for problem in found.value.problems)


def test_places_travel_as_a_style_sheet_of_grid_areas():
    css = style_sheet(board_spec())
    assert 'grid-template-areas: "trend today areas" "trend map areas"' in css
    assert "grid-template-columns: minmax(0, 26fr) minmax(0, 48fr) minmax(0, 26fr)" in css
    desk = css[css.index("(max-width: 90rem)") :]
    assert ".tile-at-kinds { display: none !important; }" in desk  # it has no place on desks


def test_a_tile_that_is_no_rectangle_is_told_with_its_line():
    told = complaint("      - trend map areas\n", "      - areas map trend\n")
    assert "form no rectangle" in told
    assert "boards/city.yaml:18" in told


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("- sources map table", "- sources map nobody", "there is no tile “nobody”"),
        ("- kinds newest table", "- kinds newest", "this row has 2 cells, but there are 3 columns"),
        ("- kinds newest table", "- sources newest table", "“kinds” has no place on any screen"),
        ("rows: [2, 5, 5, 6]", "rows: [2, 5]", "as many heights as rows"),
        ("from: {live: sample.today}", "from: {live: sample.today, metric: x}", "exactly one of"),
        ("from: {live: sample.today}", "from: {live: sample.today, by: [day]}", "belong to metrics"),
        ("kind: map, title", "kind: map, look: line, title", "have a look"),
        ("kind: trend, title", "kind: trendy, title", "trend"),
    ],
)
def test_what_does_not_fit_is_told(old: str, new: str, says: str):
    assert says in complaint(old, new)
