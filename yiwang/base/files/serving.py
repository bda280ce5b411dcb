"""A stored file as an HTTP answer: never as a page, never sniffed, never from a shared cache.

For views that have found, by whatever means, that the file may be read (`web/downloads` by scope, a citizen's page by
the code of the receipt).
"""

from __future__ import annotations

from typing import cast

from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseNotModified

from yiwang.base.files.queries import FileView
from yiwang.kernel.errors import NotFound
from yiwang.kernel.text import N_

POLICY = "default-src 'none'; sandbox"


def file_response(request: HttpRequest, file: FileView, *, is_small: bool = False) -> HttpResponse:
    """The answer with a file's bytes, or its thumbnail's; NotFound when they are gone from the disk."""
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
