"""The people who work in the demo city, as viewers: the one whose turn it is, by department, grid and role.

Whoever works on an event is chosen by the event's uid, so that it stays the same person without anything kept.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from uuid import UUID

from yiwang.base.access import SYSTEM, Viewer
from yiwang.base.areas.queries import JurisdictionView
from yiwang.base.organisation import queries as organisation
from yiwang.base.people import queries as accounts
from yiwang.demo.officials import LEADER, OfficialPlan

PRINTED = frozenset({"admin", "supervisor", "dispatcher", "operator", "handler", "street", "verifier", "leader"})
"""The accounts people sign in with: while the city lives, nobody acts in their name."""


class Staff:
    """Who does what in one jurisdiction; viewers are made when first needed. `is_live` leaves `PRINTED` alone."""

    def __init__(
        self, place: JurisdictionView, officials: Sequence[OfficialPlan] = (), *, is_live: bool = False
    ) -> None:
        self._viewers: dict[UUID, Viewer] = {}
        self._by_role: dict[str, list[UUID]] = defaultdict(list)
        self._by_department: dict[str, list[UUID]] = defaultdict(list)
        uids: dict[str, UUID] = {}
        self._uids = uids
        posts = [p for p in organisation.posts(SYSTEM) if p.department_path.startswith(f"{place.code}/")]
        for one in accounts.accounts(SYSTEM, kind="official", limit=100_000):
            uids[one.username] = one.uid
        left_alone = {uids[name] for name in PRINTED if name in uids} if is_live else set()
        for held in organisation.holders_of_posts([post.id for post in posts]):
            if held.account_uid in left_alone:
                continue
            self._by_role[held.post.role].append(held.account_uid)
            if held.post.role == "handler":
                code = held.post.department_path.rstrip("/").rsplit("/", 1)[-1]
                self._by_department[code].append(held.account_uid)
        self._by_grid: dict[str, list[UUID]] = defaultdict(list)
        for official in officials:
            for grid in official.grids if official.duty != LEADER and official.username in uids else ():
                self._by_grid[grid].append(uids[official.username])

    def handler(self, department: str, event: UUID, grid: str = "") -> Viewer | None:
        """Who works on an event of a department: whoever is on duty in its grid, else one of the department's."""
        held = self._by_department.get(department, [])
        own = [uid for uid in self._by_grid.get(grid, ()) if uid in held]
        return self._one(own or held, event)

    def of_role(self, role: str, event: UUID, *, but: Viewer | None = None) -> Viewer | None:
        """A dispatcher, verifier, operator or supervisor for an event; not the one named."""
        found = [uid for uid in self._by_role.get(role, []) if but is None or uid != but.uid]
        return self._one(found, event)

    def named(self, username: str) -> Viewer:
        """Somebody by user name."""
        return self._viewer(self._uids.get(username) or accounts.account_named(SYSTEM, username).uid)

    def printed(self) -> list[Viewer]:
        """The viewers of the accounts people sign in with."""
        return [self._viewer(uid) for name, uid in self._uids.items() if name in PRINTED]

    def _one(self, uids: Sequence[UUID], event: UUID) -> Viewer | None:
        return self._viewer(uids[event.int % len(uids)]) if uids else None

    def _viewer(self, uid: UUID) -> Viewer:
        if uid not in self._viewers:
            self._viewers[uid] = organisation.viewer_of(accounts.account_for_sign_in(uid))
        return self._viewers[uid]
