"""Django application of `yiwang.base.people`."""

from django.apps import AppConfig


class PeopleConfig(AppConfig):
    """Registers the package with Django."""

    name = "yiwang.base.people"
    label = "people"
