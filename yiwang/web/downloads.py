"""Serves stored files to whoever may read them: never as a page, never sniffed, never from a shared cache."""

from __future__ import annotations

from typing import cast
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.views.decorators.http import require_safe

from yiwang.base.access import Viewer
from yiwang.base.files.queries import stored_file
from yiwang.base.files.serving import file_response


@require_safe
def file_page(request: HttpRequest, uid: UUID) -> HttpResponse:
    """A stored file; `?size=small` is a photo's thumbnail. 404 for who may not read it."""
    viewer = cast(Viewer, request.viewer)  # type: ignore[attr-defined]
    return file_response(request, stored_file(viewer, uid), is_small=request.GET.get("size") == "small")


urlpatterns = [path("files/<uuid:uid>", file_page, name="file")]
