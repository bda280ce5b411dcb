"""Django application of `yiwang.base.audit`."""

from django.apps import AppConfig

from yiwang.base.access import register_permission
from yiwang.kernel.text import N_


class AuditConfig(AppConfig):
    """Registers the package with Django."""

    name = "yiwang.base.audit"
    label = "audit"

    def ready(self) -> None:
        """Make the package's permission known."""
        register_permission("audit.view", N_("Read the audit"))
