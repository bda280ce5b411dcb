"""Django application of `yiwang.engines.form`."""

from django.apps import AppConfig


class FormConfig(AppConfig):
    """Registers the package with Django."""

    name = "yiwang.engines.form"
    label = "form"
