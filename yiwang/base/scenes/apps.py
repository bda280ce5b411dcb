"""Django application of `yiwang.base.scenes`."""

from django.apps import AppConfig


class ScenesConfig(AppConfig):
    """Registers the package with Django, and its permission."""

    name = "yiwang.base.scenes"
    label = "scenes"

    def ready(self) -> None:
        """Make the permission known."""
        from yiwang.base.access import register_permission
        from yiwang.kernel.text import N_

        register_permission("scenes.manage", N_("Install, upgrade and remove scenes; manage areas"))
