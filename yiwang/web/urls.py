"""Addresses of the installation: sign-in here, then each package's own pages and API."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, include, path

from yiwang.web.api import api
from yiwang.web.start.pages import home_page

handler400 = "yiwang.web.shell.pages.bad_request"
handler403 = "yiwang.web.shell.pages.forbidden"
handler404 = "yiwang.web.shell.pages.not_found"
handler500 = "yiwang.web.shell.pages.server_error"

urlpatterns: list[URLPattern | URLResolver] = [
    path("", home_page, name="home"),
    path("", include("yiwang.web.signin.urls")),
    path("", include("yiwang.web.shell.urls")),
    path("", include("yiwang.web.downloads")),
    path("", include("yiwang.web.search.pages")),
    path("", include("yiwang.web.departments")),
    path("", include("yiwang.domains.events.citizen_urls")),
    path("", include("yiwang.domains.events.urls")),
    path("api/v1/", api.urls),
    path("", include("yiwang.engines.place.urls")),
    path("boards/", include("yiwang.engines.board.urls")),
    path("forms/", include("yiwang.engines.form.urls")),
    path("", include("yiwang.web.inbox")),
    path("", include("yiwang.demo.pages")),
    path("", include("yiwang.web.health")),
    path("", include("yiwang.web.watching")),
]
