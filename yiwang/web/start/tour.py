"""The first walk through the pages: five to seven cards by role, each pointing at the real thing on the start page."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.middleware.csrf import get_token
from django.utils.translation import gettext, pgettext

from yiwang.base.access import Viewer
from yiwang.base.people.preferences import preferences_of
from yiwang.kernel.text import N_
from yiwang.web.shell.navigation import address

Step = tuple[str, str, str, str]
"""Selector ("" = the middle of the page), title, text, and the permission that makes it worth showing."""

STEPS: tuple[Step, ...] = (
    (
        "",
        N_("Welcome"),
        N_("In a minute you know your way. Escape ends the walk at any time; help starts it again."),
        "",
    ),
    (
        "[data-tour=stats]",
        N_("Your numbers"),
        N_("What waits for you and what runs late. Each number leads to its list."),
        "",
    ),
    (
        "[data-tour=next]",
        N_("What is due next"),
        N_("The nearest deadline stands on top. Green has time, orange is close, red is late."),
        "events.view",
    ),
    (
        "[data-tour=actions]",
        N_("What you can do"),
        N_("Your daily steps. What you see here follows from the posts you hold."),
        "",
    ),
    (
        ".sidebar a[href='/work/'], .tabbar a[href='/work/']",
        N_("My work"),
        N_("Take events, hand in results, verify, close: everything that waits for you, sorted by deadline."),
        "events.handle",
    ),
    (
        ".sidebar a[href='/events/'], .tabbar a[href='/events/']",
        N_("All events"),
        N_("Every event you may see, with filters you can send as a link. Waiting ones are dispatched from here."),
        "events.dispatch",
    ),
    (
        ".sidebar a[href='/boards/'], .tabbar a[href='/boards/']",
        N_("Boards"),
        N_(
            "The city at a glance, live: map, trends, deadlines, satisfaction. Click a district and everything follows."
        ),
        "boards.view",
    ),
    (
        ".topbar-search, .tabbar a[href='/search/']",
        N_("Find anything"),
        N_("A number, a street, a department, a word: press / or Ctrl+K on any page."),
        "",
    ),
    (
        ".topbar a[data-help]",
        N_("Help is here"),
        N_("On every page the question mark explains that very page, and starts this walk again."),
        "",
    ),
)
MOST = 7


def tour(request: HttpRequest) -> dict[str, Any] | None:
    """The walk for whoever asks: by itself until it was seen once, and with `?tour=1` again; None otherwise."""
    is_new = preferences_of(request.user)["tour"] == "new"
    if not is_new and "tour" not in request.GET:
        return None
    viewer: Viewer = request.viewer  # type: ignore[attr-defined]
    steps = [step for step in STEPS if not step[3] or viewer.may(step[3])]
    if len(steps) > MOST:  # whoever has every right needs not be told of each
        steps = [step for step in steps if step[1] not in ("All events", "What you can do")]
    return {
        "steps": [{"at": at, "title": gettext(title), "text": gettext(text)} for at, title, text, _ in steps[:MOST]],
        "words": {
            "next": pgettext("tour", "Next"),
            "back": pgettext("tour", "Back"),
            "end": pgettext("tour", "End"),
            "done": pgettext("tour", "Done"),
        },
        "url": address("end_tour"),
        "token": get_token(request),
    }
