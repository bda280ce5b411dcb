"""Writes to departments, roles, posts and appointments; each one empties the cached viewers it concerns."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from datetime import date
from uuid import UUID

from django.db.models import Q

from yiwang.base.access import Viewer, require
from yiwang.base.access.paths import join_path
from yiwang.base.areas.queries import area as area_named
from yiwang.base.areas.queries import jurisdiction as jurisdiction_named
from yiwang.base.deeds import deed
from yiwang.base.organisation.models import Appointment, Department, Post, Reach, Role
from yiwang.base.organisation.queries import DepartmentView, PostView, department_view, post_rows, post_view, today_at
from yiwang.base.organisation.roles import DEFAULT_ROLES
from yiwang.base.people.actions import renew_access
from yiwang.base.people.queries import account_for_sign_in, active_ids
from yiwang.kernel.errors import Conflict, Invalid, NotFound
from yiwang.kernel.text import N_

MANAGE = "accounts.manage"
BATCH = 500


def put_department(
    jurisdiction: str,
    code: str,
    *,
    title: Mapping[str, str],
    parent_code: str | None = None,
    area_code: str | None = None,
    by: Viewer,
) -> DepartmentView:
    """Create a department or bring it to this title and area; `area_code` None = the whole jurisdiction.

    Conflict when an existing one would move below another parent: its path is part of rights already given.
    NotFound for an unknown jurisdiction, parent or area.
    """
    owner = jurisdiction_named(jurisdiction)
    upper = _department(jurisdiction, parent_code) if parent_code else None
    path = join_path(upper.path if upper else join_path("", jurisdiction), code)
    require(by, MANAGE, department_path=path)
    place = area_named(area_code, jurisdiction) if area_code else owner.root
    with deed("organisation.put_department", by=by, subject=f"department:{path}"):
        row, _ = Department.objects.get_or_create(
            jurisdiction_id=owner.id, code=code, defaults={"title": dict(title), "parent": upper, "path": path}
        )
        if row.path != path:
            raise Conflict(N_("Department %(code)s lies elsewhere; close it and make a new one."), code=code)
        moved = row.area_id != (place.id if place else None)
        row.title, row.is_active = dict(title), True
        row.area_id = place.id if place else None
        row.save()
        if moved:
            renew_access(_holders(Q(post__department=row)))
    return department_view(row)


def close_department(jurisdiction: str, code: str, *, reason: str, by: Viewer) -> None:
    """Put a department, those below it and their posts out of use; what they did stays theirs."""
    row = _department(jurisdiction, code)
    require(by, MANAGE, department_path=row.path)
    with deed("organisation.close_department", by=by, subject=f"department:{row.path}", reason=reason):
        below = Department.objects.filter(path__under=row.path)
        renew_access(_holders(Q(post__department__in=below)))
        Post.objects.filter(department__in=below).update(is_active=False)
        below.update(is_active=False)


def put_role(code: str, *, title: Mapping[str, str], permissions: Sequence[str], by: Viewer) -> None:
    """Create a role or bring it to these permissions; needs the whole installation's `accounts.manage`."""
    require(by, MANAGE, department_path="", area_path="")
    with deed("organisation.put_role", by=by, subject=f"role:{code}") as d:
        wanted = {"title": dict(title), "permissions": sorted(set(permissions))}
        Role.objects.update_or_create(code=code, defaults=wanted)
        renew_access(_holders(Q(post__role__code=code)))
        d.note(permissions=wanted["permissions"])


def ensure_roles(*, by: Viewer) -> None:
    """Create the default roles that are missing; edited ones stay as they are."""
    held = set(Role.objects.values_list("code", flat=True))
    for code, (title, permissions) in DEFAULT_ROLES.items():
        if code not in held:
            put_role(code, title=title, permissions=permissions, by=by)


def put_post(
    code: str,
    *,
    title: Mapping[str, str],
    role: str,
    jurisdiction: str | None = None,
    department_code: str | None = None,
    area_code: str | None = None,
    reach: str = Reach.DEPARTMENT,
    by: Viewer,
) -> PostView:
    """Create a post or bring it to these values.

    Its grants: the role's permissions, on the department's subtree (`reach` department), all departments of the
    jurisdiction, or the installation; and on the subtree of `area_code`, else of the department's area. Nobody can
    make a post that reaches further than their own `accounts.manage`. NotFound for an unknown part.
    """
    holder = Role.objects.filter(code=role).first()
    if holder is None:
        raise NotFound(N_("There is no role %(code)s."), code=role)
    if reach not in Reach.values or (reach != Reach.INSTALLATION and not (jurisdiction and department_code)):
        raise Invalid(N_("A post needs a department unless it reaches the whole installation."))
    department = _department(jurisdiction, department_code) if jurisdiction and department_code else None
    place = area_named(area_code, jurisdiction) if area_code and jurisdiction else None
    with deed("organisation.put_post", by=by, subject=f"post:{code}") as d:
        held = Post.objects.filter(code=code).first()
        if held is not None:
            _require_over(by, held)
        row = held or Post(code=code)
        row.title, row.role, row.department, row.reach = dict(title), holder, department, reach
        row.area_id = place.id if place else None
        row.is_active = True
        row.save()
        row = post_rows().get(pk=row.pk)
        view = _require_over(by, row)
        renew_access(_holders(Q(post=row)))
        d.note(role=role, department=view.department_path, area=view.area_path)
    return view


def close_post(code: str, *, reason: str, by: Viewer) -> None:
    """Put a post out of use; its appointments give no rights any more."""
    row = _post(code)
    _require_over(by, row)
    with deed("organisation.close_post", by=by, subject=f"post:{code}", reason=reason):
        Post.objects.filter(pk=row.pk).update(is_active=False)
        renew_access(_holders(Q(post=row)))


def appoint(
    account_uid: UUID, post_code: str, *, from_on: date | None = None, to_on: date | None = None, by: Viewer
) -> UUID:
    """Appoint somebody to a post from a day (default today in its jurisdiction) to another, both included.

    Again the same open appointment changes nothing. Returns the appointment's uid.
    """
    row = _post(post_code)
    _require_over(by, row)
    if not row.is_active:
        raise Conflict(N_("The post %(code)s is closed."), code=post_code)
    account = account_for_sign_in(account_uid)
    start = from_on or today_at(row)
    if to_on is not None and to_on < start:
        raise Invalid(N_("An appointment cannot end before it starts."))
    held = Appointment.objects.filter(account=account, post=row, from_on__lte=start, to_on=to_on).first()
    if held is not None:
        return held.uid
    with deed("organisation.appoint", by=by, subject=f"account:{account_uid}") as d:
        made = Appointment.objects.create(account=account, post=row, from_on=start, to_on=to_on)
        renew_access([account.pk])
        d.note(post=post_code, from_on=start.isoformat(), to_on=to_on.isoformat() if to_on else None)
    return made.uid


def appoint_many(pairs: Collection[tuple[UUID, str]], *, from_on: date | None = None, by: Viewer) -> int:
    """Appoint many to posts, as (account uid, post code), until further notice; returns how many are new.

    One transaction and one audit entry with the number by post. Who holds the post already is left alone. NotFound for
    an unknown account or post, Conflict for a closed post: then nothing is written.
    """
    posts = {code: _post(code) for code in {code for _uid, code in pairs}}
    for row in posts.values():
        _require_over(by, row)
        if not row.is_active:
            raise Conflict(N_("The post %(code)s is closed."), code=row.code)
    ids = active_ids({uid for uid, _code in pairs})
    with deed("organisation.appoint_many", by=by, subject="appointments") as d:
        held = set(Appointment.objects.filter(post__in=posts.values(), to_on=None).values_list("account_id", "post_id"))
        fresh = [
            Appointment(account_id=ids[uid], post=posts[code], from_on=from_on or today_at(posts[code]))
            for uid, code in pairs
            if (ids[uid], posts[code].pk) not in held
        ]
        Appointment.objects.bulk_create(fresh, BATCH)
        for start in range(0, len(fresh), BATCH):
            renew_access([each.account_id for each in fresh[start : start + BATCH]])
        d.note(posts=dict(Counter(each.post.code for each in fresh)))
    return len(fresh)


def end_appointment(uid: UUID, *, on: date | None = None, reason: str, by: Viewer) -> None:
    """End an appointment: `on` is its last day; without one it ends at once (rights included)."""
    held = Appointment.objects.filter(uid=uid).first()
    if held is None:
        raise NotFound(N_("There is no such appointment."))
    post = post_rows().get(pk=held.post_id)
    _require_over(by, post)
    with deed("organisation.end_appointment", by=by, subject=f"appointment:{uid}", reason=reason) as d:
        account_id = held.account_id
        if on is None and held.from_on >= today_at(post):
            held.delete()  # it never held for a whole day: nothing to keep besides the audit
        else:
            held.to_on = on if on is not None else date.fromordinal(today_at(post).toordinal() - 1)
            if held.to_on < held.from_on:
                raise Invalid(N_("An appointment cannot end before it starts."))
            held.save(update_fields=["to_on"])
        renew_access([account_id])
        d.note(on=on.isoformat() if on else None)


def _department(jurisdiction: str, code: str) -> Department:
    found = Department.objects.filter(jurisdiction__code=jurisdiction, code=code).first()
    if found is None:
        raise NotFound(N_("There is no department %(code)s in %(place)s."), code=code, place=jurisdiction)
    return found


def _post(code: str) -> Post:
    found = post_rows().filter(code=code).first()
    if found is None:
        raise NotFound(N_("There is no post %(code)s."), code=code)
    return found


def _require_over(by: Viewer, row: Post) -> PostView:
    view = post_view(row)
    require(by, MANAGE, department_path=view.department_path, area_path=view.area_path)
    return view


def _holders(rows: Q) -> list[int]:
    return list(Appointment.objects.filter(rows).values_list("account_id", flat=True).distinct())
