"""Django application of `yiwang.web.shell`."""

from django.apps import AppConfig


class ShellConfig(AppConfig):
    """Registers the package with Django, and what the side navigation offers."""

    name = "yiwang.web.shell"
    label = "shell"

    def ready(self) -> None:
        """Runs once when Django starts."""
        from yiwang.web import menu

        menu.register()
