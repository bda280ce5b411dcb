"""Django application of `yiwang.base.scenes`."""

from django.apps import AppConfig


class ScenesConfig(AppConfig):
    """Registers the package with Django."""

    name = "yiwang.base.scenes"
    label = "scenes"
