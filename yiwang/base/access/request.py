"""A request as every page and API function receives it: with its viewer, set by the web floor's middleware."""

from __future__ import annotations

from django.http import HttpRequest

from yiwang.base.access.viewer import Viewer


class ViewerRequest(HttpRequest):
    """`HttpRequest` with `viewer`; only a name for types, requests are never built as this class."""

    viewer: Viewer
