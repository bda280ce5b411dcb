"""Django application of `yiwang.base.jobs`."""

from django.apps import AppConfig


class JobsConfig(AppConfig):
    """Registers the package with Django."""

    name = "yiwang.base.jobs"
    label = "jobs"
