"""Django application of `yiwang.web.shell`."""

from django.apps import AppConfig


class ShellConfig(AppConfig):
    """Registers the package with Django."""

    name = "yiwang.web.shell"
    label = "shell"
