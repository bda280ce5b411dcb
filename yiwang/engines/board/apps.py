"""Django application of `yiwang.engines.board`."""

from django.apps import AppConfig


class BoardConfig(AppConfig):
    """Registers the package with Django."""

    name = "yiwang.engines.board"
    label = "board"
