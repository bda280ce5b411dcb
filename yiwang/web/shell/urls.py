"""Addresses of the design system's living pages."""

from __future__ import annotations

from django.urls import path

from yiwang.web.shell import design

urlpatterns = [
    path("design", design.design_page, name="design"),
    path("design/citizen", design.citizen_page, name="design_citizen"),
    path("design/wall", design.wall_page, name="design_wall"),
]
