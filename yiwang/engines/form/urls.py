"""Addresses of forms, below `/forms/`."""

from __future__ import annotations

from django.urls import path

from yiwang.engines.form import pages

urlpatterns = [path("<slug:key>/<int:version>/branches", pages.branches, name="form_branches")]
"""`<key>/<version>/branches` answers which fields are asked."""
