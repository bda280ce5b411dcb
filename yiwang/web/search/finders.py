"""What can be found: pages of the platform, events, people and departments, boards and their figures, help.

Rooms below may register finders of their own (`base.finding`); these stand here because they lead to pages of several
rooms. Each asks a scoped query; what has no page of its own is not offered.
"""

from __future__ import annotations

from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import get_language, gettext

from yiwang.base.access import Viewer
from yiwang.base.areas import queries as areas
from yiwang.base.finding import Hit, register_finder
from yiwang.base.organisation import directory
from yiwang.base.organisation import queries as organisation
from yiwang.domains.events import queries as events
from yiwang.domains.events.wording import STATUS_TITLES
from yiwang.engines.board import queries as boards
from yiwang.engines.place import queries as place
from yiwang.kernel.errors import NotFound
from yiwang.kernel.text import N_
from yiwang.kernel.titles import Title, pick
from yiwang.web.shell.helping import LANGUAGES, helps
from yiwang.web.shell.navigation import destinations, words
from yiwang.web.shell.tones import tone_of

VIEW = "events.view"


def register() -> None:
    """Register every finder (called once, when Django starts)."""
    register_finder("events", N_("Events"), "list", 10, find=_events, all_url=_all_events)
    register_finder("pages", N_("Pages"), "panel", 20, find=_pages)
    register_finder("addresses", N_("Addresses"), "pin", 30, find=_addresses)
    register_finder("facilities", N_("Facilities"), "sensor", 35, find=_facilities)
    register_finder("knowledge", N_("Knowledge"), "document", 40, find=_knowledge, all_url=_all_knowledge)
    register_finder("departments", N_("Departments"), "building", 50, find=_departments)
    register_finder("people", N_("People and posts"), "users", 55, find=_people)
    register_finder("boards", N_("Boards"), "board", 60, find=_boards)
    register_finder("figures", N_("Figures"), "chart", 65, find=_figures)
    register_finder("help", N_("Help"), "help", 90, find=_help)


def _events(viewer: Viewer, text: str, limit: int) -> list[Hit]:
    """Events by number, words, address and category, newest first."""
    found = events.events(viewer, events.EventFilter(text=text), limit=limit)
    return [
        Hit(
            title=row.title,
            url=reverse("event", kwargs={"number": row.number}),
            detail=" · ".join(part for part in (row.number, _said(row.area), row.address) if part),
            mark=gettext(STATUS_TITLES[row.status]),
            tone=tone_of(row.status),
        )
        for row in found.rows
    ]


def _all_events(text: str) -> str:
    return f"{reverse('events')}?{urlencode({'q': text})}"


def _pages(viewer: Viewer, text: str, limit: int) -> list[Hit]:
    """Pages of the navigation by their title."""
    offered = ((words(entry.title), url) for entry, url in destinations(viewer))
    return [Hit(title, url) for title, url in offered if _has(text, title)][:limit]


def _addresses(viewer: Viewer, text: str, limit: int) -> list[Hit]:
    """Addresses and places by name, for those who may look at the map."""
    if not viewer.may(VIEW):
        return []
    found: list[Hit] = []
    for city in events.jurisdictions(viewer):
        hits = place.suggested(city.id, text, limit=limit)
        found += [Hit(hit.text, _on_map(hit.lon, hit.lat), city.title) for hit in hits]
    return found[:limit]


def _facilities(viewer: Viewer, text: str, limit: int) -> list[Hit]:
    """A facility by its code; names of facilities are found as addresses."""
    found: list[Hit] = []
    for city in events.jurisdictions(viewer) if viewer.may(VIEW) else ():
        try:
            one = place.element(city.id, text)
        except NotFound:
            continue
        found.append(
            Hit(one.title or one.code, _on_map(one.lon, one.lat), " · ".join(filter(None, (one.code, one.address))))
        )
    return found[:limit]


def _on_map(lon: float, lat: float) -> str:
    return f"{reverse('events_map')}?{urlencode({'at': f'{lon:.6f},{lat:.6f}'})}"


def _knowledge(viewer: Viewer, text: str, limit: int) -> list[Hit]:
    """Articles for those who answer; officials only, which the query sees to."""
    found: list[Hit] = []
    for city in events.jurisdictions(viewer):
        for one in events.knowledge(viewer, city, text, limit=limit):
            url = reverse("knowledge_article", kwargs={"place": city.code, "code": one.code})
            found.append(Hit(one.title, url, one.category))
    return found[:limit]


def _all_knowledge(text: str) -> str:
    return f"{reverse('knowledge')}?{urlencode({'q': text})}"


def _departments(viewer: Viewer, text: str, limit: int) -> list[Hit]:
    """Departments by title in any language; who is responsible for what is public."""
    cities = {city.code: city.title for city in areas.jurisdictions()}
    found = [one for one in organisation.departments(viewer) if _has(text, *one.title.values())]
    return [Hit(one.title, _department_url(one), cities.get(one.jurisdiction, {})) for one in found[:limit]]


def _department_url(one: organisation.DepartmentView) -> str:
    return reverse("department", kwargs={"place": one.jurisdiction, "code": one.code})


def _people(viewer: Viewer, text: str, limit: int) -> list[Hit]:
    """Who holds a post, by name or post, as far as the viewer may know: colleagues, or whom they administer."""
    found: list[Hit] = []
    for one in directory.officials_named(viewer, text, limit=limit):
        home = one.department
        url = _department_url(home) if home else reverse("account")
        found.append(Hit(one.name, url, " · ".join(filter(None, (_said(one.post), _said(home.title) if home else "")))))
    return found


def _boards(viewer: Viewer, text: str, limit: int) -> list[Hit]:
    """Boards by title."""
    found = [one for one in boards.boards(viewer) if _has(text, *one.spec.title.values())]
    return [Hit(one.spec.title, _board_url(one), one.jurisdiction.title) for one in found[:limit]]


def _figures(viewer: Viewer, text: str, limit: int) -> list[Hit]:
    """The charts and numbers of the boards, by title; each leads to its board."""
    found: list[Hit] = []
    for board in boards.boards(viewer):
        for tile in board.spec.tiles.values():
            title: Title = getattr(tile, "title", None) or {}
            if title and _has(text, *title.values()):
                found.append(Hit(title, _board_url(board), board.spec.title))
    return found[:limit]


def _board_url(one: boards.BoardView) -> str:
    return reverse("board_of", kwargs={"jurisdiction": one.jurisdiction.code, "key": one.key})


def _help(viewer: Viewer, text: str, limit: int) -> list[Hit]:
    """Help texts by title."""
    texts = helps(LANGUAGES.get(get_language() or "", "en")).values()
    found = [one for one in texts if _has(text, one.title)]
    return [Hit(one.title, reverse("help", kwargs={"key": one.key})) for one in found[:limit]]


def _has(text: str, *titles: str) -> bool:
    wanted = text.casefold()
    return any(wanted in title.casefold() for title in titles)


def _said(title: Title) -> str:
    return pick(title, get_language() or "") if title else ""
