"""Reads of the organisation, and the viewer an account acts as. Records out, never model rows."""

from __future__ import annotations

import time
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from threading import Lock
from typing import TYPE_CHECKING
from uuid import UUID

from django.conf import settings
from django.db.models import CharField, F, Q, QuerySet

from yiwang.base.access import Grant, Viewer, require, scope
from yiwang.base.access.paths import ancestor_paths, join_path
from yiwang.base.organisation.models import Appointment, Department, Post, Reach, Role
from yiwang.base.prepared import Given, Prepared
from yiwang.kernel import clock
from yiwang.kernel.errors import NotFound
from yiwang.kernel.text import N_
from yiwang.kernel.titles import Title

if TYPE_CHECKING:
    from yiwang.base.people.models import Account

KEPT_S = 30.0
KEPT_MOST = 20_000
_kept: dict[tuple[UUID, int, int], tuple[float, Viewer]] = {}
_keeping = Lock()


@dataclass(frozen=True)
class DepartmentView:
    """One department; `id` serves foreign keys, `path` serves scope."""

    id: int
    uid: UUID
    code: str
    title: Title
    parent_id: int | None
    path: str
    jurisdiction: str
    area_id: int | None
    is_active: bool


@dataclass(frozen=True)
class PostView:
    """One post with the subtrees its grants cover."""

    id: int
    uid: UUID
    code: str
    title: Title
    role: str
    permissions: tuple[str, ...]
    department_id: int | None
    department_path: str
    area_path: str
    is_active: bool
    is_home: bool = False
    """Reaches as far as its department: what the department is given, it is given wherever that lies."""

    def grant(self, permission: str) -> Grant:
        """What the post gives of one permission."""
        return Grant(permission, self.department_path, self.area_path, self.is_home)

    def covers(self, *, department_path: str | None = None, area_path: str | None = None) -> bool:
        """Whether its grants cover a row with these paths; one left out is not asked about."""
        if department_path and area_path is not None:
            return self.grant("").reaches(department_path, area_path)
        is_inside = department_path is None or department_path.startswith(self.department_path)
        return is_inside and (area_path is None or area_path.startswith(self.area_path))

    def takes(self, area_path: str) -> bool:
        """Whether work of its own department that lies there is its to take."""
        return self.is_home or area_path.startswith(self.area_path)


@dataclass(frozen=True)
class Official:
    """Somebody who holds a post today."""

    account_id: int
    account_uid: UUID
    name: str
    post: PostView


def viewer_of(account: Account) -> Viewer:
    """The viewer an account acts as now: its grants from the posts held today in their jurisdictions' zones.

    Kept in this process for 30 s by (account, access_version), so that a change of rights holds from the next
    request on in every process; a post's first and last day hold from the next full hour on at the latest.
    """
    key = (account.uid, account.access_version, int(clock.now().timestamp() // 3600))
    held = _kept.get(key)
    if held is not None and held[0] > time.monotonic():
        return _in_words_of(held[1], account)
    made = _viewer(account)
    with _keeping:
        if len(_kept) >= KEPT_MOST:
            _kept.clear()
        _kept[key] = (time.monotonic() + KEPT_S, made)
    return made


def _in_words_of(viewer: Viewer, account: Account) -> Viewer:
    if viewer.language == account.language and viewer.name == account.display_name:
        return viewer
    return replace(viewer, language=account.language, name=account.display_name)


def _viewer(account: Account) -> Viewer:
    posts = posts_of(account.pk) if account.is_active else []
    grants = {post.grant(permission) for post in posts for permission in post.permissions}
    departments = {post.department_id for post in posts if post.department_id is not None}
    return Viewer(
        account_id=account.pk,
        uid=account.uid,
        name=account.display_name,
        kind=account.kind,
        grants=tuple(sorted(grants)),
        department_ids=tuple(sorted(departments)),
        post_ids=tuple(sorted(post.id for post in posts)),
        language=account.language,
    )


def posts_of(account_id: int) -> list[PostView]:
    """The posts an account holds today, by code."""
    return [official.post for official in _officials(Q(account_id=account_id))]


def departments(
    viewer: Viewer, *, jurisdiction: str | None = None, permission: str | None = None
) -> list[DepartmentView]:
    """Departments in use, in path order; with `permission` only those a grant of the viewer covers.

    Who is responsible for what is public, so without a permission every signed-in viewer sees all.
    """
    rows = Department.objects.select_related("jurisdiction").filter(is_active=True)
    if permission is not None:
        rows = rows.filter(scope(viewer, permission, department="path", area=None))
    elif not (viewer.is_system or viewer.is_signed_in):
        rows = rows.none()
    if jurisdiction is not None:
        rows = rows.filter(jurisdiction__code=jurisdiction)
    return [department_view(row) for row in rows.order_by("path")]


_DEPARTMENT = Prepared(
    lambda: Department.objects.select_related("jurisdiction").filter(
        jurisdiction__code=Given("jurisdiction", CharField()), code=Given("code", CharField())
    )
)


def department(jurisdiction: str, code: str) -> DepartmentView:
    """The department with this code. NotFound if there is none."""
    row = _DEPARTMENT.first(jurisdiction=jurisdiction, code=code)
    if row is None:
        raise NotFound(N_("There is no department %(code)s in %(place)s."), code=code, place=jurisdiction)
    return department_view(row)


def departments_by_id(ids: Iterable[int]) -> dict[int, DepartmentView]:
    """The departments with these ids, in one query; closed ones too, because old rows still name them."""
    rows = Department.objects.select_related("jurisdiction").filter(pk__in=set(ids))
    return {row.pk: department_view(row) for row in rows}


def officials(viewer: Viewer, department_id: int) -> list[Official]:
    """Who holds a post in this department today, by post; for colleagues of the department or `accounts.manage`."""
    row = Department.objects.filter(pk=department_id).first()
    if row is None:
        raise NotFound(N_("There is no such department."))
    if department_id not in viewer.department_ids:
        require(viewer, "accounts.manage", department_path=row.path)
    return _officials(Q(post__department_id=department_id))


def handlers_of(
    department_id: int, *, permission: str = "events.handle", area_path: str | None = None
) -> list[Official]:
    """Who may take work of this department today: holders of its posts whose role has `permission`.

    `area_path` keeps those whose post covers work of the department that lies there. For engines that assign work,
    so no viewer is asked for.
    """
    return [
        one
        for one in _officials(Q(post__department_id=department_id))
        if permission in one.post.permissions and (area_path is None or one.post.takes(area_path))
    ]


def is_reached(department_path: str, area_path: str, *, permission: str) -> bool:
    """Whether any post, held or vacant, covers work of this department that lies there. One query."""
    near = Q(department__path__in=ancestor_paths(department_path)) | ~Q(reach=Reach.DEPARTMENT)
    return any(
        permission in one.permissions and one.covers(department_path=department_path, area_path=area_path)
        for one in map(post_view, post_rows().filter(near, is_active=True))
    )


def holders_of(permission: str, *, department_path: str | None = None, area_path: str | None = None) -> list[Official]:
    """Who holds a post today whose grant of `permission` covers these paths (whom to tell, whom to escalate to)."""
    roles = [pk for pk, permissions in Role.objects.values_list("pk", "permissions") if permission in permissions]
    return [
        one
        for one in _officials(Q(post__role__in=roles))
        if one.post.covers(department_path=department_path, area_path=area_path)
    ]


def post(code: str) -> PostView:
    """The post with this code. NotFound if there is none."""
    row = post_rows().filter(code=code).first()
    if row is None:
        raise NotFound(N_("There is no post %(code)s."), code=code)
    return post_view(row)


def holders_of_posts(post_ids: Iterable[int]) -> list[Official]:
    """Who holds one of these posts today, by post; for engines that name a post, so no viewer is asked for."""
    return _officials(Q(post_id__in=set(post_ids)))


def roles() -> list[tuple[str, Title, tuple[str, ...]]]:
    """All roles as (code, title, permissions), by code."""
    return [(row.code, row.title, tuple(row.permissions)) for row in Role.objects.order_by("code")]


def _officials(rows: Q) -> list[Official]:
    # The day differs by zone: ask for a day more on either side, then look at each post's own.
    around = clock.today("UTC").toordinal()
    found = (
        Appointment.objects.filter(rows, post__is_active=True, account__is_active=True)
        .filter(from_on__lte=date.fromordinal(around + 1))
        .filter(Q(to_on=None) | Q(to_on__gte=date.fromordinal(around - 1)))
        .select_related("account", "post__role", "post__area", "post__department__area")
        .select_related("post__department__jurisdiction__root")
        .order_by("post__code", "from_on", "id")
    )
    seen: dict[tuple[int, int], Official] = {}
    for row in found:
        day = today_at(row.post)
        if row.from_on <= day and (row.to_on is None or day <= row.to_on):
            official = Official(row.account_id, row.account.uid, row.account.display_name, post_view(row.post))
            seen.setdefault((row.account_id, row.post_id), official)
    return list(seen.values())


def today_at(post: Post) -> date:
    """Today where a post is (its jurisdiction's zone, else the installation's)."""
    zone = post.department.jurisdiction.time_zone if post.department else settings.DISPLAY_TIME_ZONE
    return clock.today(zone)


def post_rows() -> QuerySet[Post]:
    """Posts with all that `post_view` reads (for this package)."""
    return Post.objects.select_related("role", "area", "department__area", "department__jurisdiction__root")


def post_view(row: Post) -> PostView:
    """A post's row as a record, with the subtrees its grants cover (for this package)."""
    home = row.department
    if row.reach == Reach.INSTALLATION or home is None:
        department_path, widest = "", ""
    else:
        root = home.jurisdiction.root.path if home.jurisdiction.root else ""
        if row.reach == Reach.JURISDICTION:
            department_path, widest = join_path("", home.jurisdiction.code), root
        else:
            department_path, widest = home.path, home.area.path if home.area else root
    return PostView(
        id=row.pk,
        uid=row.uid,
        code=row.code,
        title=row.title,
        role=row.role.code,
        permissions=tuple(row.role.permissions),
        department_id=row.department_id,
        department_path=department_path,
        area_path=row.area.path if row.area else widest,
        is_active=row.is_active,
        is_home=home is not None
        and row.reach == Reach.DEPARTMENT
        and (row.area is None or widest.startswith(row.area.path)),
    )


def department_view(row: Department) -> DepartmentView:
    """A department's row as a record (for this package)."""
    return DepartmentView(
        row.pk, row.uid, row.code, row.title, row.parent_id, row.path, row.jurisdiction.code, row.area_id, row.is_active
    )


def posts(viewer: Viewer) -> list[PostView]:
    """The posts the viewer may appoint to (`accounts.manage` covers them), by code."""
    found = (post_view(row) for row in post_rows().annotate(at=F("department__path")).order_by("at", "code"))
    return [
        one
        for one in found
        if viewer.may("accounts.manage", department_path=one.department_path, area_path=one.area_path)
    ]
