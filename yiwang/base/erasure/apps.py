"""Django application of `yiwang.base.erasure`."""

from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class ErasureConfig(AppConfig):
    """Registers the package with Django."""

    name = "yiwang.base.erasure"
    label = "erasure"

    def ready(self) -> None:
        """Import every installed package's `erasers.py`, where erasers and agers are declared."""
        autodiscover_modules("erasers")
