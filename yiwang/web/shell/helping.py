"""Help on each page: short Markdown files `docs/help/<key>.zh.md` and `.en.md`, shown in a drawer beside the page.

A file's first line says which pages it helps with, by the names of their addresses: `pages: work, accept_events`.
The rest is CommonMark with tables; raw HTML in it stays text. A page without a file of its own gets `start`.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import NoReverseMatch, reverse
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from django.views.decorators.http import require_safe
from markdown_it import MarkdownIt

from yiwang.kernel.errors import NotFound
from yiwang.kernel.text import N_

GENERAL = "start"
LANGUAGES = {"zh-hans": "zh", "en": "en"}


@dataclass(frozen=True)
class Help:
    """One help text: its key, the pages it is for, its title and its HTML."""

    key: str
    pages: tuple[str, ...]
    title: str
    html: SafeString


@require_safe
def help_page(request: HttpRequest, key: str = GENERAL) -> HttpResponse:
    """The help with this key, as a page of its own, or as what goes into the drawer."""
    found = helps(_language()).get(key)
    if found is None:
        raise NotFound(N_("There is no help with this name."))
    if request.headers.get("X-Requested-With"):
        return render(request, "help/body.html", {"help": found})
    others = [one for one in helps(_language()).values() if one.key != key]
    is_signed_in = request.viewer.is_signed_in  # type: ignore[attr-defined]
    frame = "base/desk.html" if is_signed_in else "base/citizen.html"
    return render(request, "help/page.html", {"help": found, "others": others, "frame": frame})


def help_link(request: HttpRequest) -> str:
    """The address of the help for the page a request is for."""
    match = request.resolver_match
    name = match.url_name if match is not None and match.url_name else ""
    try:
        return reverse("help", kwargs={"key": _by_page(_language()).get(name, GENERAL)})
    except NoReverseMatch:
        return ""


@lru_cache
def helps(language: str) -> dict[str, Help]:
    """Every help text in a language ("zh" or "en") by key, in the order of their titles' keys. Read once."""
    found: dict[str, Help] = {}
    for path in sorted(folder().glob(f"*.{language}.md")):
        one = read(path)
        found[one.key] = one
    return found


def read(path: Path) -> Help:
    """One file. ValueError when its first line names no pages or its text has no title."""
    first, _, text = path.read_text(encoding="utf-8").partition("\n")
    if not first.startswith("pages:"):
        raise ValueError(f"{path}:1: must say which pages it is for: pages: work")
    title, _, body = text.strip().partition("\n")
    if not title.startswith("# "):
        raise ValueError(f"{path}: the text must begin with its title: # …")
    pages = tuple(name.strip() for name in first.removeprefix("pages:").split(",") if name.strip())
    html = MarkdownIt("commonmark", {"html": False}).enable("table").render(body)
    return Help(path.name.split(".")[0], pages, title[2:].strip(), mark_safe(html))  # noqa: S308 - html is switched off


def folder() -> Path:
    """Where the texts lie."""
    return Path(settings.ROOT) / "docs" / "help"


def _by_page(language: str) -> dict[str, str]:
    return {page: one.key for one in helps(language).values() for page in one.pages}


def _language() -> str:
    return LANGUAGES.get(get_language() or "", "en")
