"""Addresses of the installation: sign-in here, then each package's own pages and API."""

from __future__ import annotations

from django.conf.urls.i18n import set_language
from django.urls import URLPattern, URLResolver, path

urlpatterns: list[URLPattern | URLResolver] = [
    path("language", set_language, name="set_language"),
]
