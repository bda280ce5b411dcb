"""What every template needs of the shell: theme, languages, navigation, bell, help, tour, addresses.

Navigation and bell are lazy: a page that does not show them asks no database.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import DisallowedHost
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject
from django.utils.translation import get_language, gettext

from yiwang.web.shell.helping import help_link
from yiwang.web.shell.navigation import address, bell, navigation, tabs

THEMES = ("auto", "light", "dark")


def shell(request: HttpRequest) -> dict[str, Any]:
    """Context processor: `shell` (dictionary, see the keys below) and `navigation` (list of links)."""
    links = SimpleLazyObject(lambda: navigation(request))
    rung = SimpleLazyObject(lambda: dict(zip(("url", "count"), bell(request), strict=True)))
    return {
        "shell": {
            "product": gettext("Yiwang"),
            "theme": chosen(request, "theme", THEMES),
            "nav": chosen(request, "nav", ("open", "collapsed")),
            "density": chosen(request, "density", ("comfortable", "compact")),
            "language": html_language(),
            "languages": [
                {"code": code, "title": title, "is_current": code == get_language()}
                for code, title in settings.LANGUAGES
            ],
            "stream_url": stream_url(request),
            "search_url": SimpleLazyObject(lambda: search_url(request)),
            "home_url": address("home") or "/",
            "sign_in_url": address("sign_in"),
            "sign_out_url": address("sign_out"),
            "account_url": address("account"),
            "look_url": address("choose_look"),
            "help": SimpleLazyObject(lambda: help_link(request)),
            "tabs": SimpleLazyObject(lambda: tabs(request, links, rung)),
            "bell": rung,
        },
        "navigation": links,
    }


def search_url(request: HttpRequest) -> str:
    """Where the search field leads; "" for those who would find nothing there: who is not signed in."""
    viewer = getattr(request, "viewer", None)
    return address("search") if viewer is not None and viewer.is_signed_in else ""


def chosen(request: HttpRequest, name: str, allowed: tuple[str, ...]) -> str:
    """A display choice kept in a cookie (written by theme.js and navigation.js); the first allowed one by default."""
    value = request.COOKIES.get(name, "")
    return value if value in allowed else allowed[0]


def html_language() -> str:
    """The page's language as HTML writes it: `zh-Hans`, `en`."""
    code = get_language() or settings.LANGUAGE_CODE
    return "zh-Hans" if code == "zh-hans" else code


def stream_url(request: HttpRequest) -> str:
    """Where the browser finds `/stream`: as set, else the same host on the next port (embedded mode)."""
    configured: str = getattr(settings, "STREAM_URL", "")
    if configured:
        return configured
    try:
        parts = urlsplit(f"{request.scheme}://{request.get_host()}")
    except DisallowedHost:  # the page that says so is drawn like any other
        return ""
    port = parts.port or (443 if request.scheme == "https" else 80)
    host = f"[{parts.hostname}]" if ":" in (parts.hostname or "") else parts.hostname
    return f"{parts.scheme}://{host}:{port + 1}/stream"
