"""The entry of the stream process: `granian --interface asginl yiwang.web.stream:application`."""

from __future__ import annotations

import os
from importlib import import_module
from typing import Any

import django


def start() -> Any:
    """Set Django up, start the broadcaster, and give the ASGI application."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "yiwang.web.settings")
    django.setup()
    streaming = import_module("yiwang.web.streaming")  # its imports need Django's applications loaded
    streaming.broadcaster.start()
    return streaming.application


application = start()
