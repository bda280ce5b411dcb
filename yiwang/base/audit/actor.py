"""Who acts, as far as the audit needs to know; `access.Viewer` satisfies it."""

from __future__ import annotations

from typing import Protocol
from uuid import UUID


class Actor(Protocol):
    """Whoever is answerable for a deed: a person, a service, the system itself."""

    @property
    def account_id(self) -> int | None:
        """Key of the account; None for the system and for visitors without one."""

    @property
    def uid(self) -> UUID | None:
        """Public id of the account, None as above."""

    @property
    def name(self) -> str:
        """Name for display; never stored in the audit."""

    @property
    def kind(self) -> str:
        """`official`, `citizen`, `company`, `service`, `system` or `anonymous`."""
