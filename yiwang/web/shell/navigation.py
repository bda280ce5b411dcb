"""The registry of what the side navigation offers; packages add their entries from `AppConfig.ready()`.

An entry is shown when its page exists and the viewer holds its permission somewhere. Counts (open work, unread
notices) are functions of the viewer, so that they are scoped like everything else.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext

from yiwang.kernel.text import N_, Text

Label = str | Text | Promise
Count = Callable[[Any], int]


@dataclass(frozen=True)
class Entry:
    """One registered destination; `permission` "" means every signed-in person."""

    code: str
    title: Label
    url_name: str
    icon: str
    permission: str
    order: int
    group: Label
    count: Count | None


@dataclass(frozen=True)
class Link:
    """An entry as the templates show it."""

    code: str
    title: str
    url: str
    icon: str
    is_current: bool
    count: int
    group: str


TABS = ("work", "events_map", "new_event")
"""What the bar at the bottom of a phone offers of the navigation, before search and the own account."""
_entries: dict[str, Entry] = {}
_bell: list[tuple[str, Count]] = []


def register_navigation(
    code: str,
    title: Label,
    url_name: str,
    icon: str,
    permission: str = "",
    order: int = 100,
    *,
    group: Label = "",
    count: Count | None = None,
) -> None:
    """Offer a page in the side navigation; the same `code` again replaces the entry.

    `icon` is a symbol of `assets/static/icons.svg`; `count(viewer)` puts a badge beside the title.
    """
    _entries[code] = Entry(code, title, url_name, icon, permission, order, group, count)


def register_bell(url_name: str, count: Count) -> None:
    """Name the page behind the bell and the function that counts a viewer's unread notices."""
    _bell[:] = [(url_name, count)]


def words(label: Label) -> str:
    """A label in the reader's language, whichever way it was marked for translation."""
    if isinstance(label, Text):
        return label.render(gettext)
    return gettext(label) if isinstance(label, str) and label else str(label)


def address(url_name: str) -> str:
    """The URL of a named page, "" when this installation does not have it."""
    try:
        return reverse(url_name)
    except NoReverseMatch:
        return ""


def navigation(request: HttpRequest) -> list[Link]:
    """The entries this request's viewer may use, in order, the current page's marked (longest matching address)."""
    viewer = getattr(request, "viewer", None)
    shown = destinations(viewer)
    here = max((url for _, url in shown if _covers(url, request.path)), key=len, default=None)
    return [
        Link(
            code=entry.code,
            title=words(entry.title),
            url=url,
            icon=entry.icon,
            is_current=url == here,
            count=entry.count(viewer) if entry.count and viewer is not None else 0,
            group=words(entry.group),
        )
        for entry, url in shown
    ]


def destinations(viewer: Any) -> list[tuple[Entry, str]]:
    """The registered pages a viewer may use, with their addresses, in order."""
    found = ((entry, address(entry.url_name)) for entry in sorted(_entries.values(), key=lambda e: (e.order, e.code)))
    return [(entry, url) for entry, url in found if url and _may(viewer, entry.permission)]


def tabs(request: HttpRequest, links: Iterable[Link], rung: Any) -> list[Link]:
    """The bar at the bottom of a phone: work, map, report, search, me, as far as the viewer has them.

    `links` is the viewer's navigation, `rung` what hangs at the bell ("count" unread notices).
    """
    offered = {link.code: link for link in links}
    shown = [offered[code] for code in TABS if code in offered]
    if len(shown) < len(TABS):  # whoever lacks one of them has room for the start page and the boards
        shown = ([offered["home"]] if "home" in offered else []) + shown
        shown += [offered["boards"]] if "boards" in offered and len(shown) < len(TABS) else []
    viewer = getattr(request, "viewer", None)
    if viewer is not None and viewer.is_signed_in:
        shown += [
            _tab(request, "search", N_("Search"), "search", 0),
            _tab(request, "account", N_("Me"), "user", int(rung["count"])),
        ]
    return [link for link in shown if link.url]


def _tab(request: HttpRequest, code: str, title: str, icon: str, count: int) -> Link:
    url = address(code)
    return Link(code, gettext(title), url, icon, bool(url) and _covers(url, request.path), count, "")


def bell(request: HttpRequest) -> tuple[str, int]:
    """Address and unread count behind the bell; ("", 0) where notices are not installed or nobody is signed in."""
    viewer = getattr(request, "viewer", None)
    if not _bell or viewer is None:
        return "", 0
    url_name, count = _bell[0]
    url = address(url_name)
    return (url, count(viewer)) if url else ("", 0)


def _may(viewer: Any, permission: str) -> bool:
    return not permission or (viewer is not None and bool(viewer.may(permission)))


def _covers(url: str, path: str) -> bool:
    return path == url or (url != "/" and path.startswith(url.rstrip("/") + "/"))
