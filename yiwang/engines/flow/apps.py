"""Django application of `yiwang.engines.flow`."""

from django.apps import AppConfig


class FlowConfig(AppConfig):
    """Registers the package with Django, its permissions, and the part `flows` of scenes."""

    name = "yiwang.engines.flow"
    label = "flow"

    def ready(self) -> None:
        """Make known what this package adds to the platform."""
        from yiwang.base.access import register_permission
        from yiwang.engines.flow.parts import register_flows
        from yiwang.kernel.text import N_

        register_permission("flow.work", N_("Do steps of processes"))
        register_permission("flow.dispatch", N_("Give steps to departments"))
        register_permission("flow.supervise", N_("Supervise processes: hold, end, extend, urge, reassign"))
        register_flows()
