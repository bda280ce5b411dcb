"""Django application of `yiwang.base.audit`."""

from django.apps import AppConfig


class AuditConfig(AppConfig):
    """Registers the package with Django."""

    name = "yiwang.base.audit"
    label = "audit"
