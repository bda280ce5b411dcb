"""Addresses of boards, below `/boards/`."""

from __future__ import annotations

from django.urls import path

from yiwang.engines.board import pages

urlpatterns = [
    path("", pages.board_list, name="boards"),
    path("<slug:key>/", pages.board_page, name="board"),
    path("<slug:jurisdiction>/<slug:key>/", pages.board_page, name="board_of"),
    path("<slug:jurisdiction>/<slug:key>/layout.css", pages.layout, name="board_layout"),
    path("<slug:jurisdiction>/<slug:key>/tiles", pages.tiles_part, name="board_tiles"),
    path("<slug:jurisdiction>/<slug:key>/tiles/<slug:tile_key>", pages.tile_part, name="board_tile"),
    path("<slug:jurisdiction>/<slug:key>/tiles/<slug:tile_key>.json", pages.tile_data, name="board_tile_data"),
    path("<slug:jurisdiction>/<slug:key>/tiles/<slug:tile_key>.geojson", pages.outlines, name="board_outlines"),
]
