"""Pages of the shell itself: errors in words a person can act on, with the navigation of whoever is signed in."""

from __future__ import annotations

import logging
from dataclasses import dataclass

from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils.translation import gettext

from yiwang.kernel.errors import Failure
from yiwang.kernel.text import N_
from yiwang.web.shell.navigation import address

LOGGER = logging.getLogger(__name__)


@dataclass(frozen=True)
class Face:
    """How an error looks: what happened, and what the reader can do when nothing more exact is said."""

    title: str
    text: str
    icon: str
    tone: str = "warning"
    advice: str = ""


FACES = {
    400: Face(
        N_("That could not be understood"),
        N_("Something in the address or the form is not as expected. Go back and try again."),
        "help",
    ),
    403: Face(
        N_("Not for your account"),
        N_("You are signed in without the right for this page."),
        "lock",
        advice=N_(
            "If you need it for your work, ask your administrator; your account page tells which posts you hold."
        ),
    ),
    404: Face(
        N_("Nothing here"),
        N_("The page does not exist, or you may not know of it. Check the address or search for it."),
        "search",
        "info",
    ),
    409: Face(
        N_("Moved on in the meantime"),
        N_("Somebody else changed this while you were looking at it. Load the page again to see how it stands."),
        "refresh",
        "info",
    ),
    422: Face(
        N_("Please check what you entered"),
        N_("Something you entered cannot be used. Go back and correct it; nothing was saved."),
        "edit",
    ),
    429: Face(
        N_("A little slower, please"),
        N_("Too many requests came from here. Wait a minute and try again; nothing was lost."),
        "clock",
    ),
    500: Face(
        N_("Something went wrong"),
        N_("The fault is ours and has been noted. Nothing you sent before was lost; please try again in a moment."),
        "alert",
        "danger",
    ),
    503: Face(
        N_("Not available just now"),
        N_("A part this needs does not answer. Please try again in a moment; nothing was saved."),
        "refresh",
    ),
}
WITHOUT_DATABASE = (503,)
"""What may have failed is the database: such a page asks it nothing."""
FRAMES = {True: "base/desk.html", False: "citizen/page.html", None: "base/page.html"}
"""Around an error: the desk of who is signed in, the citizen's pages of who is not, nothing where that is unknown."""


def error_page(request: HttpRequest, status: int, text: str = "") -> HttpResponse:
    """The page for an HTTP status; `text` (already in the reader's language) replaces its general explanation.

    htmx requests get the bare message, so that it fits where the answer goes.
    """
    known = status if status in FACES else (500 if status >= 500 else 400)
    shown = {"text": text, "status": status}
    if request.headers.get("HX-Request"):
        return HttpResponse(render_to_string("errors/fragment.html", shown, request), status=status)
    is_signed_in = None if known in WITHOUT_DATABASE else _is_signed_in(request)
    is_at_home = bool(is_signed_in)
    shown |= {
        "face": FACES[known],
        "frame": FRAMES[is_signed_in],
        "is_at_home": is_at_home,
        "search_url": address("search"),
        "is_reading": request.method in ("GET", "HEAD"),
    }
    return HttpResponse(render_to_string("errors/page.html", shown, request), status=status)


def _is_signed_in(request: HttpRequest) -> bool | None:
    """None when it cannot be asked."""
    try:
        return bool(request.viewer.is_signed_in)  # type: ignore[attr-defined]
    except (AttributeError, Failure, DatabaseError):
        # The page that says what went wrong must come though a token is bad, or the database or the session gone.
        return None


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Django's handler400."""
    return error_page(request, 400)


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Django's handler403."""
    return error_page(request, 403)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Django's handler404."""
    return error_page(request, 404)


def server_error(request: HttpRequest) -> HttpResponse:
    """Django's handler500: with the navigation where that can still be drawn, else without request or database."""
    try:
        return error_page(request, 500)
    except Exception:
        LOGGER.exception("the page for a failure failed too")
        return HttpResponse(render_to_string("errors/500.html", {"status": 500}), status=500)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """CSRF_FAILURE_VIEW: the usual cause is a page left open too long."""
    return error_page(request, 403, gettext("This page was open too long. Go back, reload it and send it again."))
