"""Django application of `yiwang.base.areas`."""

from django.apps import AppConfig


class AreasConfig(AppConfig):
    """Registers the package with Django."""

    name = "yiwang.base.areas"
    label = "areas"
