"""Django application of `yiwang.engines.data`."""

from django.apps import AppConfig


class DataConfig(AppConfig):
    """Registers the package with Django."""

    name = "yiwang.engines.data"
    label = "data"
