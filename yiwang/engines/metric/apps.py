"""Django application of `yiwang.engines.metric`."""

from django.apps import AppConfig


class MetricConfig(AppConfig):
    """Registers the package with Django, its permission, and the part `metrics` of scenes."""

    name = "yiwang.engines.metric"
    label = "metric"

    def ready(self) -> None:
        """Make known what this package adds to the platform."""
        from yiwang.base.access import register_permission
        from yiwang.engines.metric.naming import register_own_names
        from yiwang.engines.metric.parts import register_metrics
        from yiwang.kernel.text import N_

        register_permission("boards.view", N_("See boards and figures"))
        register_own_names()
        register_metrics()
