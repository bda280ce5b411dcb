"""Django application of `yiwang.engines.flow`."""

from django.apps import AppConfig


class FlowConfig(AppConfig):
    """Registers the package with Django."""

    name = "yiwang.engines.flow"
    label = "flow"
