"""How an account likes its pages: the appearance, how close rows stand, and whether the tour was seen.

Kept with the account, so that a choice follows its owner to another browser. Only what stands in `CHOICES` is kept.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from yiwang.base.access import Viewer
from yiwang.base.deeds import deed
from yiwang.base.people.models import Account
from yiwang.kernel.errors import Invalid, NotAllowed, NotFound
from yiwang.kernel.text import N_

CHOICES: dict[str, tuple[str, ...]] = {
    "theme": ("auto", "light", "dark"),
    "density": ("comfortable", "compact"),
    "tour": ("new", "seen"),
}
"""Name → what it may be; the first one holds while nothing was chosen."""


def preferences_of(account: Any) -> dict[str, str]:
    """All choices of an account's row (Django's `request.user`), the first allowed one where nothing was chosen."""
    held = getattr(account, "preferences", None) or {}
    return {name: held[name] if held.get(name) in known else known[0] for name, known in CHOICES.items()}


def set_preferences(uid: UUID, changes: Mapping[str, str], *, by: Viewer) -> dict[str, str]:
    """Keep some of one's own choices; returns all of them. Invalid for a name or a value that does not exist."""
    for name, value in changes.items():
        if value not in CHOICES.get(name, ()):
            raise Invalid(N_("There is no such choice."))
    account = Account.objects.filter(uid=uid).first()
    if account is None:
        raise NotFound(N_("There is no such account."))
    if by.account_id != account.pk:
        raise NotAllowed(N_("Everybody chooses this for themselves."))
    kept = {**account.preferences, **changes}
    if kept != account.preferences:
        with deed("people.set_preferences", by=by, subject=f"account:{uid}") as d:
            Account.objects.filter(pk=account.pk).update(preferences=kept)
            d.note(names=sorted(changes))
    return preferences_of(Account(preferences=kept))
