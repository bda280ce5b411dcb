"""Django application of `yiwang.base.personal`."""

from django.apps import AppConfig


class PersonalConfig(AppConfig):
    """Registers the package with Django."""

    name = "yiwang.base.personal"
    label = "personal"
