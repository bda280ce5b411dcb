"""Who asks, and what becomes of a failure.

`request.viewer` is made when first used: from `Authorization: Bearer` where one is sent, else from the session.
Under /api a session only reads; whatever writes there must carry a token, so no foreign page can write with a cookie.
A `Failure` becomes a page, an htmx fragment or, under /api, JSON `{"error", "message", "fields"}` in the reader's
language. Somebody not signed in who lacks a right is sent to sign in.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from urllib.parse import urlencode

from django.conf import settings
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext

from yiwang.base.access import ANONYMOUS, Viewer
from yiwang.base.organisation.queries import viewer_of
from yiwang.base.people.actions import account_of_token
from yiwang.kernel.errors import Conflict, Failure, Invalid, NotAllowed, NotFound, ProblemsFound, Unavailable
from yiwang.kernel.text import N_
from yiwang.web.shell.pages import error_page
from yiwang.web.signin.addresses import client_address

API = "/api/"
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
STATUS: dict[type[Failure], int] = {
    Invalid: 422,
    ProblemsFound: 422,
    NotAllowed: 403,
    NotFound: 404,
    Conflict: 409,
    Unavailable: 503,
}
LOGGER = logging.getLogger(__name__)
Respond = Callable[[HttpRequest], HttpResponse]


class UploadLimitMiddleware:
    """Refuses a body larger than `settings.UPLOAD_LIMIT` bytes (`API_BODY_LIMIT` under /api) by its declared length,
    before any of it is read.

    A body without a declared length is empty to Django, so the length cannot be left out to get past this.
    """

    def __init__(self, get_response: Respond) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Refuse with 413, or go on."""
        declared = request.META.get("CONTENT_LENGTH") or "0"
        limit = int(settings.API_BODY_LIMIT if request.path.startswith(API) else settings.UPLOAD_LIMIT)
        if not declared.isdigit() or int(declared) <= limit:
            return self.get_response(request)
        failure = Invalid(N_("This is too much at once; at most %(limit)s MB."), limit=limit // 1024 // 1024)
        text = failure.text.render(gettext)
        # The shell's pages read the request's user and its form: neither may be touched here.
        if request.path.startswith(API):
            return _json(failure, 413, text)
        shown = {"status": 413, "title": gettext("Too much at once"), "text": text}
        return HttpResponse(render_to_string("errors/500.html", shown), status=413)


class ViewerMiddleware:
    """Sets `request.viewer`, asked for only when a view uses it, and `request.client_address`.

    What somebody signed in is shown is for them alone: no cache keeps it unless the page says that it may.
    """

    def __init__(self, get_response: Respond) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Attach both and go on."""
        request.viewer = SimpleLazyObject(lambda: viewer_for(request))  # type: ignore[attr-defined]
        request.client_address = client_address(request)  # type: ignore[attr-defined]
        response = self.get_response(request)
        is_personal = settings.SESSION_COOKIE_NAME in request.COOKIES or "Authorization" in request.headers
        if is_personal and not response.has_header("Cache-Control"):
            response["Cache-Control"] = "private, no-store"
        return response


class FailureMiddleware:
    """Turns failures into answers a person can act on."""

    def __init__(self, get_response: Respond) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Go on; exceptions come to `process_exception`."""
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """The answer for a failure; None leaves anything else to Django."""
        if isinstance(exception, OperationalError | InterfaceError):
            LOGGER.error("the database does not answer", exc_info=exception)
            exception = Unavailable(N_("The database does not answer just now. Please try again in a moment."))
        return failure_response(request, exception) if isinstance(exception, Failure) else None


def viewer_for(request: HttpRequest) -> Viewer:
    """The viewer a request acts as. NotAllowed for a token that is not valid; ANONYMOUS without any sign-in."""
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() == "bearer":
        viewer = viewer_of(account_of_token(token.strip()))
        if "Accept-Language" not in request.headers:
            translation.activate(viewer.language)
        return viewer
    if request.path.startswith(API) and request.method not in SAFE:
        return ANONYMOUS
    user = getattr(request, "user", None)
    return viewer_of(user) if user is not None and user.is_authenticated else ANONYMOUS


def failure_response(request: HttpRequest, failure: Failure) -> HttpResponse:
    """The page, fragment or JSON for a failure, with the status of its kind."""
    status = next((code for kind, code in STATUS.items() if isinstance(failure, kind)), 400)
    needs_sign_in = isinstance(failure, NotAllowed) and not _is_signed_in(request)
    text = failure.text.render(gettext)
    if request.path.startswith(API):
        return _json(failure, 401 if needs_sign_in else status, text)
    if needs_sign_in:
        url = f"{reverse('sign_in')}?{urlencode({'next': request.get_full_path()})}"
        if request.headers.get("HX-Request"):
            return HttpResponse(status=401, headers={"HX-Redirect": reverse("sign_in")})
        if request.method in SAFE:
            return HttpResponseRedirect(url)
    return error_page(request, status, text)


def _is_signed_in(request: HttpRequest) -> bool:
    try:
        return bool(request.viewer.is_signed_in)  # type: ignore[attr-defined]
    except NotAllowed:
        return False


def _json(failure: Failure, status: int, text: str) -> HttpResponse:
    told: dict[str, object] = {"error": type(failure).__name__, "message": text}
    if isinstance(failure, Invalid) and failure.fields:
        told["fields"] = {name: [one.render(gettext) for one in texts] for name, texts in failure.fields.items()}
    headers = {"WWW-Authenticate": "Bearer"} if status == 401 else {}
    return JsonResponse(told, status=status, headers=headers, json_dumps_params={"ensure_ascii": False})
