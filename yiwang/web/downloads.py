"""Serves stored files to whoever may read them: never as a page, never sniffed, never from a shared cache."""

from __future__ import annotations

from typing import cast
from uuid import UUID

from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseNotModified
from django.urls import path
from django.views.decorators.http import require_safe

from yiwang.base.access import Viewer
from yiwang.base.files.queries import FileView, stored_file
from yiwang.kernel.errors import NotFound
from yiwang.kernel.text import N_

POLICY = "default-src 'none'; sandbox"


@require_safe
def file_page(request: HttpRequest, uid: UUID) -> HttpResponse:
    """A stored file; `?size=small` is a photo's thumbnail. 404 for who may not read it."""
    viewer = cast(Viewer, request.viewer)  # type: ignore[attr-defined]
    return file_response(request, stored_file(viewer, uid), is_small=request.GET.get("size") == "small")


def file_response(request: HttpRequest, file: FileView, *, is_small: bool = False) -> HttpResponse:
    """The answer with a file's bytes; for views that have checked by other means that it may be read."""
    place = file.thumbnail_path if is_small and file.thumbnail_path else file.path
    tag = f'"{place.name}"'
    if request.headers.get("If-None-Match") == tag:
        answer: HttpResponse = HttpResponseNotModified()
    else:
        try:
            opened = place.open("rb")
        except FileNotFoundError:
            raise NotFound(N_("There is no such file.")) from None
        answer = cast(
            HttpResponse,
            FileResponse(opened, as_attachment=not file.is_photo, filename=file.name, content_type=file.media_type),
        )
    answer["ETag"] = tag
    answer["Cache-Control"] = "private, max-age=3600"
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Content-Security-Policy"] = POLICY
    return answer


urlpatterns = [path("files/<uuid:uid>", file_page, name="file")]
