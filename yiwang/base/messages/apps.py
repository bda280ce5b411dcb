"""Django application of `yiwang.base.messages`."""

from django.apps import AppConfig


class MessagesConfig(AppConfig):
    """Registers the package with Django."""

    name = "yiwang.base.messages"
    label = "messages"
