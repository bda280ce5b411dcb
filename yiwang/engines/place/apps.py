"""Django application of `yiwang.engines.place`."""

from django.apps import AppConfig


class PlaceConfig(AppConfig):
    """Registers the package with Django."""

    name = "yiwang.engines.place"
    label = "place"

    def ready(self) -> None:
        """Make the part `places` of scenes known."""
        from yiwang.engines.place.parts import register

        register()
