"""Django application of `yiwang.base.jobs`."""

from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class JobsConfig(AppConfig):
    """Registers the package with Django."""

    name = "yiwang.base.jobs"
    label = "jobs"

    def ready(self) -> None:
        """Import every installed package's `jobs.py`, where jobs and schedules are declared."""
        autodiscover_modules("jobs")
