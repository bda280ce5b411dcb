"""The knowledge pages: search the articles, read one, and the fragment beside the hotline's entry."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from yiwang.base.access import Viewer
from yiwang.base.access.request import ViewerRequest
from yiwang.base.areas.queries import JurisdictionView
from yiwang.domains.events import queries
from yiwang.domains.events.classify.deciding import classify_text
from yiwang.domains.events.course import rules_of
from yiwang.domains.events.forms import LongSelect
from yiwang.domains.events.knowledge.finding import Article, article, knowledge, may_read, telling_grams
from yiwang.domains.events.knowledge.synonyms import folded
from yiwang.domains.events.pages.asking import signed_in
from yiwang.domains.events.pages.filters import category_options, words
from yiwang.kernel.errors import NotAllowed
from yiwang.kernel.text import N_
from yiwang.kernel.titles import pick

MOST, BESIDE = 60, 3
MAX_QUERY, MAX_TEXT = 200, 5_000


@never_cache
@require_safe
def search_page(request: ViewerRequest) -> HttpResponse:
    """Articles by text and category."""
    place = _place(_reader(request), request.GET.get("place", ""))
    text = request.GET.get("q", "").strip()[:MAX_QUERY]
    category = request.GET.get("category", "")
    found = knowledge(request.viewer, place, text, category, limit=MOST)
    meant = [text, folded(text, rules_of(place.id).settings.synonyms)]
    context = {
        "place": place,
        "q": text,
        "category": category,
        "category_select": _category_select(place, category),
        "articles": [drawn(one) | {"marked": _marked(one, meant)} for one in found],
    }
    return render(request, "events/knowledge.html", context)


@never_cache
@require_safe
def article_page(request: ViewerRequest, place: str, code: str) -> HttpResponse:
    """One article, to be read aloud."""
    viewer = _reader(request)
    found = article(viewer, _place(viewer, place), code)
    near = [one for one in knowledge(viewer, _place(viewer, place), "", found.category_code, limit=6) if one != found]
    context = {"one": drawn(found), "place": _place(viewer, place), "near": [drawn(one) for one in near[:5]]}
    return render(request, "events/knowledge_article.html", context)


@never_cache
@require_safe
def beside_part(request: ViewerRequest) -> HttpResponse:
    """The articles beside the entry: by what is typed into their own search, else by the matter's text."""
    viewer = _reader(request)
    place = _place(viewer, request.GET.get("place", ""))
    asked = request.GET.get("k", "").strip()[:MAX_QUERY]
    text = request.GET.get("text", "").strip()[:MAX_TEXT]
    category = request.GET.get("category", "")
    if text and not category and not asked:
        guess = classify_text(text, rules_of(place.id), with_words=False)
        category = guess.code if guess.certainty >= 0.3 else ""
    found = knowledge(viewer, place, asked or text, "" if asked else category, limit=BESIDE) if asked or text else []
    context = {"articles": [drawn(one) for one in found], "place": place, "is_asked": bool(asked or text)}
    return render(request, "events/knowledge_part.html", context)


def _category_select(place: JurisdictionView, chosen: str) -> SafeString:
    options = [("", gettext("All categories")), *category_options(place)]
    attributes = {"id": "knowledge-category", "class": "input"}
    return LongSelect(choices=options).render("category", chosen, attributes)


def _marked(one: Article, meant: Sequence[str]) -> dict[str, list[tuple[str, bool]]]:
    """Title and first paragraph with what was looked for marked, as (words, is marked)."""
    said = [gram for text in meant for gram in telling_grams(text)]
    shown = drawn(one)
    return {"title": marked(shown["title"], said), "lead": marked("".join(shown["paragraphs"][:1]), said)}


def marked(text: str, said: Sequence[str]) -> list[tuple[str, bool]]:
    """A text cut where any of these grams stands in it, as (words, is marked)."""
    low, is_told = text.lower(), [False] * len(text)
    for gram in said:
        at = low.find(gram)
        while at >= 0:
            is_told[at : at + len(gram)] = [True] * len(gram)
            at = low.find(gram, at + 1)
    pieces = itertools.groupby(zip(text, is_told, strict=False), key=lambda each: each[1])
    return [("".join(one for one, _told in run), told) for told, run in pieces]


def drawn(one: Article) -> dict[str, Any]:
    """An article in the reader's language: paragraphs apart, questions as lines."""
    text = pick(one.text, get_language() or "")
    return {
        "code": one.code,
        "title": words(one.title),
        "category": words(one.category),
        "paragraphs": [part.strip() for part in text.split("\n\n") if part.strip()],
        "ask": [words(each) for each in one.ask],
        "words": one.words,
        "valid_until": one.valid_until,
    }


def _reader(request: ViewerRequest) -> Viewer:
    viewer = signed_in(request)
    if not may_read(viewer):
        raise NotAllowed(N_("This page is for those who work on events."))
    return viewer


def _place(viewer: Viewer, code: str) -> JurisdictionView:
    found = queries.jurisdictions(viewer, "events.view") or queries.jurisdictions(viewer, "events.report")
    if not found:
        raise NotAllowed(N_("Your posts reach no city with events."))
    return next((place for place in found if place.code == code), found[0])
