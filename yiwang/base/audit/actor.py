"""Who acts and who reads, as the lowest packages need to know them; `access.Viewer` satisfies both protocols."""

from __future__ import annotations

from collections.abc import Sequence
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


class Granted(Protocol):
    """One right within one department subtree and one area subtree ("" is everywhere)."""

    @property
    def permission(self) -> str:
        """Code of the permission."""

    @property
    def area_path(self) -> str:
        """Materialised path of the area the right holds in."""


class Reader(Actor, Protocol):
    """An actor whose rights can be asked."""

    @property
    def grants(self) -> Sequence[Granted]:
        """All rights of the reader."""

    def may(self, permission: str, *, department_path: str | None = None, area_path: str | None = None) -> bool:
        """True when one single grant covers the permission there."""
