"""A board's own style sheet: which tile stands where on walls, double walls, desks and phones.

The content security policy allows no inline styles, so places travel as a small CSS file made from the checked spec.
"""

from __future__ import annotations

from collections.abc import Iterable

from yiwang.engines.board.specs import BoardSpec, Screen, ScreenSpec

MEDIA: dict[Screen, str] = {
    "wall": "(min-width: 90.01rem)",
    "wide": "(min-width: 90.01rem) and (min-aspect-ratio: 3 / 1)",
    "desk": "(min-width: 64.01rem) and (max-width: 90rem)",
    "phone": "(max-width: 48rem)",
}
"""When which screen's places hold; `board.css` uses the same limits."""
BETWEEN = "(min-width: 48.01rem) and (max-width: 64rem)"
"""Tablets: two columns in the order of the phone; maps and headline numbers take both."""


def style_sheet(spec: BoardSpec) -> str:
    """The CSS text."""
    layout = spec.layout
    screens: dict[Screen, ScreenSpec | None] = {
        "wall": layout.wall,
        "wide": layout.wide,
        "desk": layout.desk or layout.wall,
        "phone": layout.phone,
    }
    parts = [f".tile-at-{key} {{ grid-area: {key}; }}" for key in spec.tiles]
    for screen, places in screens.items():
        rules = _rules(spec, places, is_fixed=screen in ("wall", "wide")) if places else _stacked(screen)
        media = MEDIA[screen]
        if screen == "wall" and layout.wide:
            media += " and (not (min-aspect-ratio: 3 / 1))"  # what is hidden here may be shown there
        if rules:
            parts.append(f"@media {media} {{\n{rules}\n}}")
    parts.append(f"@media {BETWEEN} {{\n{_pairs(spec, layout.phone)}\n}}")
    return "@layer page {\n" + "\n".join(parts) + "\n}\n"


def _rules(spec: BoardSpec, places: ScreenSpec, *, is_fixed: bool) -> str:
    columns = " ".join(f"minmax(0, {width}fr)" for width in places.columns)
    heights = places.rows or (1,) * len(places.areas)
    rows = " ".join(f"minmax(0, {height}fr)" if is_fixed else "auto" for height in heights)
    areas = " ".join(f'"{line}"' for line in places.areas)
    placed = places.corners()
    lines = [
        f"  .board {{ grid-template-columns: {columns}; grid-template-rows: {rows}; grid-template-areas: {areas}; }}",
        *(f"  .board-jump-{key} {{ order: {n}; }}" for n, key in enumerate(placed)),
        *_hidden(key for key in spec.tiles if key not in placed),
    ]
    return "\n".join(lines)


def _pairs(spec: BoardSpec, phone: ScreenSpec | None) -> str:
    order = list(phone.corners()) if phone else list(spec.tiles)
    lines = ["  .board { grid-template-columns: repeat(2, minmax(0, 1fr)); }", "  .board > .tile { grid-area: auto; }"]
    lines += [f"  .board > .tile-at-{key} {{ order: {n}; }}" for n, key in enumerate(order)]
    wide = ", ".join(f".board > .tile-at-{key}" for key, one in spec.tiles.items() if one.is_plain or one.kind == "map")
    lines += [f"  {wide} {{ grid-column: 1 / -1; }}"] if wide else []
    return "\n".join([*lines, *_hidden(key for key in spec.tiles if key not in order)])


def _hidden(keys: Iterable[str]) -> list[str]:
    return [f"  .board-jump-{key}, .board > .tile-at-{key} {{ display: none !important; }}" for key in keys]


def _stacked(screen: Screen) -> str:
    """Without places: one column in the spec's order (phones), or as the wall (double walls)."""
    return "  .board > .tile { grid-area: auto; }" if screen == "phone" else ""
