"""The viewer: who asks. The first argument of every query and the `by` of every action."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from yiwang.base.access.paths import covers
from yiwang.base.access.permissions import dispatch_of, permissions
from yiwang.kernel.errors import NotAllowed
from yiwang.kernel.text import N_


@dataclass(frozen=True, order=True)
class Grant:
    """One permission on one department subtree and one area subtree; "" = all of them.

    `is_home`: of a post that reaches as far as its department does. What somebody gave to the department is covered
    wherever it lies; the area bounds the rest. A post narrowed to a part of its department's area stays within it.
    """

    permission: str
    department_path: str = ""
    area_path: str = ""
    is_home: bool = False

    def covers(self, other: Grant) -> bool:
        """True when everything `other` allows is allowed by this one too."""
        return (
            self.permission == other.permission
            and covers(self.department_path, other.department_path)
            and covers(self.area_path, other.area_path)
            and (self.is_home or not other.is_home or not self.area_path)
        )

    def reaches(self, department_path: str, area_path: str) -> bool:
        """True for a row of a department (not "") that lies in its area, or at home wherever it lies."""
        is_near = covers(self.area_path, area_path) or self.is_home
        return is_near and covers(self.department_path, department_path)


@dataclass(frozen=True)
class Viewer:
    """Who asks, with every right they hold; made by `organisation.queries.viewer_of`, never kept in a database."""

    account_id: int | None
    uid: UUID | None
    name: str
    kind: str
    grants: tuple[Grant, ...] = ()
    department_ids: tuple[int, ...] = ()
    post_ids: tuple[int, ...] = ()
    language: str = "zh-hans"

    @property
    def is_system(self) -> bool:
        """The platform itself (jobs, set-up, command line), which may do everything and is named in the audit."""
        return self.kind == "system"

    @property
    def is_signed_in(self) -> bool:
        """True for somebody with an account."""
        return self.account_id is not None

    def may(self, permission: str, *, department_path: str | None = None, area_path: str | None = None) -> bool:
        """True when one single grant covers the row; an omitted path is not asked about.

        `department_path=""` is a row without a department yet: it needs the package's `dispatch` permission on
        the very subtrees of the grant.
        """
        if self.is_system:
            return True
        return any(self._covers(grant, department_path, area_path) for grant in self.grants_of(permission))

    def grants_of(self, permission: str) -> tuple[Grant, ...]:
        """The grants with this permission."""
        return tuple(grant for grant in self.grants if grant.permission == permission)

    def covers_undispatched(self, grant: Grant) -> bool:
        """True when `grant` reaches rows without a department (see `may`)."""
        dispatch = dispatch_of(grant.permission)
        if dispatch is None:
            return grant.department_path == ""
        wanted = (dispatch, grant.department_path, grant.area_path)
        return any((each.permission, each.department_path, each.area_path) == wanted for each in self.grants)

    def _covers(self, grant: Grant, department_path: str | None, area_path: str | None) -> bool:
        if department_path and area_path is not None:
            return grant.reaches(department_path, area_path)
        if area_path is not None and not covers(grant.area_path, area_path):
            return False
        if department_path is None:
            return True
        if department_path == "":
            return self.covers_undispatched(grant)
        return covers(grant.department_path, department_path)


SYSTEM = Viewer(None, None, "system", "system")
ANONYMOUS = Viewer(None, None, "anonymous", "anonymous")


def require(
    viewer: Viewer, permission: str, *, department_path: str | None = None, area_path: str | None = None
) -> None:
    """Raise NotAllowed unless `viewer.may(…)` with the same arguments."""
    if not viewer.may(permission, department_path=department_path, area_path=area_path):
        known = permissions().get(permission)
        raise NotAllowed(
            N_("Your posts do not allow this here: %(permission)s."), permission=known.title if known else permission
        )
