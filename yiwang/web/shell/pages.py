"""Pages of the shell itself: errors in words a person can act on."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils.translation import gettext

STATUSES = (400, 403, 404, 409, 422, 429, 500, 503)


def error_page(request: HttpRequest, status: int, text: str = "") -> HttpResponse:
    """The page for an HTTP status; `text` (already in the reader's language) replaces its general explanation.

    htmx requests get the bare message, so that it fits where the answer goes.
    """
    known = status if status in STATUSES else (500 if status >= 500 else 400)
    if request.headers.get("HX-Request"):
        content = render_to_string("errors/fragment.html", {"text": text, "status": status}, request)
    else:
        content = render_to_string(f"errors/{known}.html", {"text": text, "status": status}, request)
    return HttpResponse(content, status=status)


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
    """Django's handler500: rendered without request or database, since either may be what failed."""
    return HttpResponse(render_to_string("errors/500.html", {"status": 500}), status=500)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """CSRF_FAILURE_VIEW: the usual cause is a page left open too long."""
    return error_page(request, 403, gettext("This page was open too long. Go back, reload it and send it again."))
