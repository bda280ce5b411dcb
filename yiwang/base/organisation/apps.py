"""Django application of `yiwang.base.organisation`."""

from django.apps import AppConfig


class OrganisationConfig(AppConfig):
    """Registers the package with Django, and its part of scenes."""

    name = "yiwang.base.organisation"
    label = "organisation"

    def ready(self) -> None:
        """Make the part known."""
        from yiwang.base.organisation.parts import register_organisation

        register_organisation()
