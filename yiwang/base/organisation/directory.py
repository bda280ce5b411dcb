"""Finding people by name or post: colleagues of one's own departments, and whom one administers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db.models import Q

from yiwang.base.access import Viewer, scope
from yiwang.base.organisation.models import Appointment
from yiwang.base.organisation.queries import DepartmentView, department_view, today_at
from yiwang.kernel import clock
from yiwang.kernel.titles import Title

MANAGE = "accounts.manage"
LANGUAGES = ("zh-Hans", "en")


@dataclass(frozen=True)
class Entry:
    """One person in one post of one department (None for posts of the whole installation)."""

    account_id: int
    name: str
    post: Title
    department: DepartmentView | None


def officials_named(viewer: Viewer, text: str, *, limit: int = 20) -> list[Entry]:
    """Who holds a post today and has `text` in name or post, as far as the viewer may know them, by name."""
    wanted = Q(account__display_name__icontains=text)
    for language in LANGUAGES:
        wanted |= Q(**{f"post__title__{language}__icontains": text})
    return _entries(viewer, wanted, limit)


def officials_of(viewer: Viewer, department_id: int, *, limit: int = 200) -> list[Entry]:
    """Who holds a post of a department today, as far as the viewer may know them; others get an empty list."""
    return _entries(viewer, Q(post__department_id=department_id), limit)


def _entries(viewer: Viewer, wanted: Q, limit: int) -> list[Entry]:
    if not (viewer.is_system or viewer.is_signed_in):
        return []
    mine = Q(post__department_id__in=viewer.department_ids)
    managed = scope(viewer, MANAGE, department="post__department__path", area=None)
    known = Q() if viewer.is_system else mine | managed  # an empty filter is nothing beside another one
    around = clock.today("UTC").toordinal()
    rows = (
        Appointment.objects.filter(wanted, known, post__is_active=True, account__is_active=True)
        .filter(from_on__lte=date.fromordinal(around + 1))
        .filter(Q(to_on=None) | Q(to_on__gte=date.fromordinal(around - 1)))
        .select_related("account", "post__department__jurisdiction")
        .order_by("account__display_name", "post__code", "id")
    )
    found: dict[tuple[int, int], Entry] = {}
    for row in rows[: 2 * limit]:
        day, home = today_at(row.post), row.post.department
        if row.from_on <= day and (row.to_on is None or day <= row.to_on):
            view = department_view(home) if home else None
            entry = Entry(row.account_id, row.account.display_name, row.post.title, view)
            found.setdefault((row.account_id, row.post_id), entry)
    return list(found.values())[:limit]
