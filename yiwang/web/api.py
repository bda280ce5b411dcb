"""The outside API `/api/v1/`: JSON for programs, by bearer token; a browser's session may read.

Same actions and queries as the pages. Failures come as `{"error", "message", "fields"}` from the middleware.
"""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, Throttled, ValidationError

import yiwang
from yiwang.base.access.request import ViewerRequest
from yiwang.domains.events.http import router as events
from yiwang.kernel.errors import Failure, Invalid, NotAllowed, NotFound
from yiwang.kernel.text import N_, Text
from yiwang.web.limits import CallLimit
from yiwang.web.middleware import failure_response


def signed_in(request: ViewerRequest) -> Any:
    """The viewer when somebody is signed in (by token, or by session for reading), else nothing: 401."""
    return request.viewer if request.viewer.is_signed_in else None


# No interactive page: it would load scripts from outside. The description is at openapi.json.
api = NinjaAPI(
    title="Yiwang",
    version=yiwang.__version__,
    auth=signed_in,
    throttle=CallLimit(),
    docs_url=None,
    urls_namespace="api",
)
api.add_router("/events", events)


@api.exception_handler(ValidationError)
def wrong_shape(request: HttpRequest, error: ValidationError) -> HttpResponse:
    """A body or query of the wrong shape, with each field named."""
    fields: dict[str, list[Text]] = {}
    for one in error.errors:
        place = ".".join(str(part) for part in one["loc"][1:] if part != "body") or "body"
        fields.setdefault(place, []).append(Text("%(message)s", {"message": str(one["msg"])}))
    return failure_response(request, Invalid(N_("The request does not have the right shape."), fields=fields))


@api.exception_handler(AuthenticationError)
def not_signed_in(request: HttpRequest, error: AuthenticationError) -> HttpResponse:
    """Nobody is signed in: 401 with the same shape as any other failure."""
    return failure_response(request, NotAllowed(N_("Please send a token: Authorization: Bearer …")))


@api.exception_handler(Failure)
def failed(request: HttpRequest, error: Failure) -> HttpResponse:
    """Any failure of an action or query, in the same shape as everywhere."""
    return failure_response(request, error)


@api.exception_handler(Http404)
def nothing_there(request: HttpRequest, error: Http404) -> HttpResponse:
    """An address that leads nowhere."""
    return failure_response(request, NotFound(N_("There is nothing at this address.")))


@api.exception_handler(Throttled)
def too_many(request: HttpRequest, error: Throttled) -> HttpResponse:
    """More calls than the installation allows: 429, with the seconds to wait in `Retry-After`."""
    wait = int(error.wait or 1)
    text = Text(N_("Too many requests; try again in %(seconds)s seconds."), {"seconds": wait}).render(gettext)
    answer = JsonResponse({"error": "TooMany", "message": text}, status=429, json_dumps_params={"ensure_ascii": False})
    answer["Retry-After"] = str(wait)
    return answer


@api.exception_handler(HttpError)
def refused(request: HttpRequest, error: HttpError) -> HttpResponse:
    """What the framework itself refuses, such as a body that is no JSON (400)."""
    text = gettext("The request could not be read.")
    told = {"error": "Invalid", "message": text}
    return JsonResponse(told, status=error.status_code, json_dumps_params={"ensure_ascii": False})
