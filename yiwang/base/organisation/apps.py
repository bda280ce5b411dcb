"""Django application of `yiwang.base.organisation`."""

from django.apps import AppConfig


class OrganisationConfig(AppConfig):
    """Registers the package with Django."""

    name = "yiwang.base.organisation"
    label = "organisation"
