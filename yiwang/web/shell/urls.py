"""Addresses of the design system's living pages and of help."""

from __future__ import annotations

from django.urls import path

from yiwang.web.shell import design, helping

urlpatterns = [
    path("help/", helping.help_page, name="help_start"),
    path("help/<slug:key>/", helping.help_page, name="help"),
    path("design", design.design_page, name="design"),
    path("design/citizen", design.citizen_page, name="design_citizen"),
    path("design/wall", design.wall_page, name="design_wall"),
]
