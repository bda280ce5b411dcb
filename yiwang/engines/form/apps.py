"""Django application of `yiwang.engines.form`."""

from django.apps import AppConfig


class FormConfig(AppConfig):
    """Registers the package with Django and the part `forms` of scenes."""

    name = "yiwang.engines.form"
    label = "form"

    def ready(self) -> None:
        """Make known what this package adds to the platform."""
        from yiwang.engines.form.parts import register_forms

        register_forms()
