"""Django application of `yiwang.base.areas`."""

from django.apps import AppConfig


class AreasConfig(AppConfig):
    """Registers the package with Django, and its part of scenes."""

    name = "yiwang.base.areas"
    label = "areas"

    def ready(self) -> None:
        """Make the part known."""
        from yiwang.base.areas.parts import register_areas

        register_areas()
