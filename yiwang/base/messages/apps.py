"""Django application of `yiwang.base.messages`."""

from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class MessagesConfig(AppConfig):
    """Registers the package with Django."""

    name = "yiwang.base.messages"
    # "messages" is taken by django.contrib.messages; tables are outbox_message, outbox_delivery.
    label = "outbox"

    def ready(self) -> None:
        """Import every installed package's `reactions.py`, where subscribers are declared."""
        autodiscover_modules("reactions")
