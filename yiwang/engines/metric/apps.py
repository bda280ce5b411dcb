"""Django application of `yiwang.engines.metric`."""

from django.apps import AppConfig


class MetricConfig(AppConfig):
    """Registers the package with Django."""

    name = "yiwang.engines.metric"
    label = "metric"
