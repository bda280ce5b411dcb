"""A request as every page and API function receives it: with its viewer and where it comes from.

Both are set by the web floor's middleware.
"""

from __future__ import annotations

from django.http import HttpRequest

from yiwang.base.access.viewer import Viewer


class ViewerRequest(HttpRequest):
    """`HttpRequest` with `viewer` and `client_address`; only a name for types, no request is built as this class."""

    viewer: Viewer
    client_address: str
    """Network address for limits per subscriber (see `web/signin/addresses.py`)."""
