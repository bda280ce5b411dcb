"""Django application of the web floor: it composes what the rooms below offer."""

from django.apps import AppConfig


class WebConfig(AppConfig):
    """Puts the rooms' pages into the shell's navigation."""

    name = "yiwang.web"
    label = "web"

    def ready(self) -> None:
        """Runs once when Django starts."""
        from yiwang.web import menu
        from yiwang.web.search import finders

        menu.register()
        finders.register()
