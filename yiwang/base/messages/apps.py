"""Django application of `yiwang.base.messages`."""

from django.apps import AppConfig


class MessagesConfig(AppConfig):
    """Registers the package with Django."""

    name = "yiwang.base.messages"
    # "messages" is taken by django.contrib.messages; tables are outbox_message, outbox_delivery.
    label = "outbox"
