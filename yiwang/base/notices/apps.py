"""Django application of `yiwang.base.notices`."""

from django.apps import AppConfig


class NoticesConfig(AppConfig):
    """Registers the package with Django."""

    name = "yiwang.base.notices"
    label = "notices"
