"""Django application of `yiwang.engines.data`."""

from django.apps import AppConfig


class DataConfig(AppConfig):
    """Registers the package with Django, its permissions, and the parts `datasets` and `mappings` of scenes."""

    name = "yiwang.engines.data"
    label = "data"

    def ready(self) -> None:
        """Make known what this package adds to the platform."""
        from yiwang.base.access import register_permission
        from yiwang.engines.data.parts import register
        from yiwang.kernel.text import N_

        register_permission("data.manage", N_("Manage datasets, their deliveries and rejected rows"))
        register()
