"""The registry behind the one search field: every room says what can be found in it, the web floor shows it together.

    register_finder("boards", N_("Boards"), "board", 60, find=boards_named)

`find(viewer, text, limit)` returns what this viewer may see, best first: scope lives there, as in every query. It must
answer from an index, because it is asked while somebody types.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from yiwang.base.access import Viewer
from yiwang.kernel.titles import Title

TOO_SHORT = 1
MAX_TEXT = 100


@dataclass(frozen=True)
class Hit:
    """One thing found: its title, where it is shown, and a line that tells it from its like."""

    title: str | Title
    url: str
    detail: str | Title = ""
    mark: str = ""
    """A short word beside the title (a state, a kind), already in the reader's language."""
    tone: str = "neutral"


Find = Callable[[Viewer, str, int], Sequence[Hit]]


@dataclass(frozen=True)
class Finder:
    """One group of the results; `all_url(text)` leads to everything of this kind, None where there is no such page."""

    code: str
    title: str
    icon: str
    order: int
    find: Find
    all_url: Callable[[str], str] | None = None


@dataclass(frozen=True)
class Group:
    """What one finder found."""

    finder: Finder
    hits: tuple[Hit, ...]


_finders: dict[str, Finder] = {}


def register_finder(
    code: str, title: str, icon: str, order: int, *, find: Find, all_url: Callable[[str], str] | None = None
) -> None:
    """Offer a group of results; the same `code` again replaces it. `title` is a message id marked with `N_`."""
    _finders[code] = Finder(code, title, icon, order, find, all_url)


def finders() -> list[Finder]:
    """All groups in the order they are shown."""
    return sorted(_finders.values(), key=lambda one: (one.order, one.code))


def search(viewer: Viewer, text: str, *, limit: int = 5, only: str = "") -> list[Group]:
    """What a viewer may find for a text, group by group; groups without a hit are left out.

    Nothing for nobody: without sign-in there are no results.
    """
    wanted = " ".join(text[:MAX_TEXT].split())
    if len(wanted) < TOO_SHORT or not (viewer.is_signed_in or viewer.is_system):
        return []
    found = [Group(one, tuple(one.find(viewer, wanted, limit))) for one in finders() if only in ("", one.code)]
    return [group for group in found if group.hits]
