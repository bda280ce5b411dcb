"""Django application of `yiwang.domains.events`."""

from django.apps import AppConfig


class EventsConfig(AppConfig):
    """Registers the package with Django."""

    name = "yiwang.domains.events"
    label = "events"
