"""Addresses of the place engine: tiles of the base map, places by name and by point, links of facilities."""

from __future__ import annotations

from django.urls import path

from yiwang.engines.place import pages

urlpatterns = [
    path("map/<slug:jurisdiction>/base.json", pages.base_map, name="base_map"),
    path("map/<slug:jurisdiction>/base/<int:z>/<int:x>/<int:y>.mvt", pages.base_map_tile, name="base_map_tile"),
    path("q/<str:short>", pages.plate, name="plate"),
    path("q/<str:short>/code.svg", pages.plate_code, name="plate_code"),
    path("places/suggest", pages.suggest, name="suggest_places"),
    path("places/at", pages.at, name="place_at"),
]
