"""Django application of `yiwang.engines.board`."""

from django.apps import AppConfig


class BoardConfig(AppConfig):
    """Registers the package with Django and the part `boards` of scenes."""

    name = "yiwang.engines.board"
    label = "board"

    def ready(self) -> None:
        """Make known what this package adds to the platform."""
        from yiwang.engines.board.parts import register_boards

        register_boards()
