"""`{% city_map place %}`: the box of a map of the city, which `assets/static/js/citymap.js` fills."""

from __future__ import annotations

from typing import Any

from django import template
from django.urls import NoReverseMatch, reverse

register = template.Library()


@register.inclusion_tag("board/city_map.html")
def city_map(
    place: Any, label: str = "", css: str = "", note: str = "", outlines: str = "", box_id: str = ""
) -> dict[str, Any]:
    """The framed box of a map. `place` is a jurisdiction or its code, `label` what a screen reader calls it.

    `outlines` is the address of a GeoJSON of grids, drawn where the city has no base tiles. Pages fill it with
    `openMap(frame.querySelector("[data-map]"), …)` of "yiwang/citymap"; `css/map.css` belongs to it.
    """
    code = getattr(place, "code", None) or (place if isinstance(place, str) else "")
    context = {"label": label, "css": css, "note": note, "box_id": box_id}
    return context | map_box(code, outlines)


@register.inclusion_tag("board/map_box.html")
def map_box_data(place: Any, outlines: str = "") -> dict[str, Any]:
    """Only the data attributes, for a box drawn elsewhere."""
    return map_box(getattr(place, "code", None) or (place if isinstance(place, str) else ""), outlines)


def map_box(code: str, outlines: str = "") -> dict[str, Any]:
    """What the box says: `place`, `base` (tiles, with {z}/{x}/{y}), `info`, `outlines`; "" where there is none."""
    return {"place": code, "outlines": outlines, "base": "", "info": ""} | (base_addresses(code) if code else {})


def base_addresses(code: str) -> dict[str, str]:
    """Where the base map's tiles and their description are."""
    try:
        info = reverse("base_map", args=[code])
    except NoReverseMatch:
        return {}
    return {"base": info.removesuffix(".json") + "/{z}/{x}/{y}.mvt", "info": info}
