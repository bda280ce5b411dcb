"""What a form asks for the answers so far, so that scripts can fold fields away while somebody fills it in."""

from __future__ import annotations

from django.http import HttpRequest, JsonResponse
from django.utils.translation import get_language
from django.views.decorators.http import require_POST

from yiwang.engines.form.queries import class_of, form_version


@require_POST
def branches(request: HttpRequest, key: str, version: int) -> JsonResponse:
    """`{"shown": […], "required": […]}` for the answers sent; nothing is stored, files are not looked at.

    Forms are public (citizens fill them in without an account), so anybody may ask.
    """
    view = form_version(key, version)
    form = class_of(view, language=get_language() or "zh-hans")(request.POST)
    form.is_valid()
    shape = form.shape()
    return JsonResponse({"shown": sorted(shape.shown), "required": sorted(shape.required)})
