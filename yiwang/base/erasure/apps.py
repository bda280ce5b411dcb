"""Django application of `yiwang.base.erasure`."""

from django.apps import AppConfig


class ErasureConfig(AppConfig):
    """Registers the package with Django."""

    name = "yiwang.base.erasure"
    label = "erasure"
