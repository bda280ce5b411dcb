"""The scene city_events in a transaction that lasts from module to module, as long as the tests that come want it.

Installing takes seconds, and with several processes each would do it for every module. `CityHolder.hold` installs it
once; a test is rolled back to it by its own savepoint. The first test of another module that does not ask for
`installed_city` finds an empty database again (`tests/conftest.py` calls `let_go` before it is set up).
"""

from __future__ import annotations

from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.db import transaction

SCENE = Path(__file__).resolve().parents[1] / "scenes" / "city_events"
LONG_AGO = datetime(2026, 1, 5, tzinfo=UTC)
"""When it was installed, so that tests may hold the clock anywhere after it."""


class CityHolder:
    """One a process. `is_wanted` while a module that uses the city runs."""

    def __init__(self, blocker: Any) -> None:
        self.blocker = blocker
        self.open: ExitStack | None = None
        self.is_wanted = False

    def hold(self) -> None:
        """Install the city unless it stands already."""
        from yiwang.base.access import SYSTEM
        from yiwang.base.scenes.actions import install_scene
        from yiwang.kernel import clock

        self.is_wanted = True
        if self.open is None:
            with ExitStack() as stack:
                stack.enter_context(self.blocker.unblock())
                stack.enter_context(transaction.atomic())
                stack.callback(transaction.set_rollback, True)
                with clock.frozen(LONG_AGO):
                    install_scene(SCENE, by=SYSTEM)
                self.open = stack.pop_all()
        self._forget()

    def unwanted(self) -> None:
        """The module that used it is done; it stays until somebody wants the database without it."""
        self.is_wanted = False
        self._forget()

    def let_go(self) -> None:
        """Take it back, unless the module that runs uses it."""
        if self.open is not None and not self.is_wanted:
            self.open.close()
            self.open = None
            self._forget()

    @staticmethod
    def _forget() -> None:
        from yiwang.domains.events.course import forget_rules
        from yiwang.engines.place.queries import forget_indexes

        forget_rules()
        forget_indexes()
