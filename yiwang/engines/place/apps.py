"""Django application of `yiwang.engines.place`."""

from django.apps import AppConfig


class PlaceConfig(AppConfig):
    """Registers the package with Django."""

    name = "yiwang.engines.place"
    label = "place"
