"""The registry of permissions; each package registers its own when Django starts.

Codes read `<package>.<verb>`. A package with a permission `<package>.dispatch` has rows that start without a
department; all its permissions then need that grant for such rows.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from yiwang.kernel.text import Text


@dataclass(frozen=True)
class Permission:
    """One thing a role may allow; `title` is shown where roles are edited."""

    code: str
    title: Text


_registered: dict[str, Permission] = {}


def register_permission(code: str, title: Text | str) -> Permission:
    """Make a permission known; registering it again with the same title changes nothing. ValueError when it differs."""
    made = Permission(code, title if isinstance(title, Text) else Text(title))
    if _registered.setdefault(code, made) != made:
        raise ValueError(f"permission {code} is registered twice with different titles")
    return made


def permissions() -> Mapping[str, Permission]:
    """All registered permissions by code, read-only."""
    return MappingProxyType(_registered)


def dispatch_of(code: str) -> str | None:
    """The permission that opens rows without a department to `code`; None where the package has no such rows."""
    wanted = f"{code.split('.', 1)[0]}.dispatch"
    return wanted if wanted in _registered else None
