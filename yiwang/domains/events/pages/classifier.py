"""How reports are understood: the trained versions of a city, their figures, which one acts and which one watches."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from yiwang.base.access import Viewer, require
from yiwang.base.access.request import ViewerRequest
from yiwang.base.areas.queries import JurisdictionView
from yiwang.base.jobs.actions import enqueue
from yiwang.base.jobs.queries import is_waiting
from yiwang.domains.events import queries
from yiwang.domains.events.classify.deciding import classify_text
from yiwang.domains.events.classify.figures import PRECISIONS
from yiwang.domains.events.classify.model import ModelCard
from yiwang.domains.events.classify.using import MANAGE, cards, use_classifier, use_of
from yiwang.domains.events.course import Rules, rules_of
from yiwang.domains.events.pages.asking import signed_in
from yiwang.domains.events.pages.filters import words
from yiwang.domains.events.queries.shadow import TRAIN_JOB, watched
from yiwang.engines.place import queries as place_queries
from yiwang.kernel.errors import Failure, NotAllowed
from yiwang.kernel.text import N_

MOST_CLASSES = 400
MOST_PAIRS = 20
MOST_TRIED = 2_000


@never_cache
@require_safe
def classifier_page(request: ViewerRequest) -> HttpResponse:
    """Figures of the version chosen (`?version=`, else the acting, else the newest), and a text to try (`?try=`)."""
    viewer = signed_in(request)
    found = _places(viewer)
    place = _chosen(found, request.GET.get("place", ""))
    rules, use, kept = rules_of(place.id), use_of(place.code), cards(place.code)
    named = request.GET.get("version", "") or use.acting
    card = next((one for one in kept if one.version == named), kept[0] if kept else None)
    tried = request.GET.get("try", "").strip()[:MOST_TRIED]
    context = {
        "place": place,
        "places": found,
        "use": use,
        "versions": [_version(one, use.acting, use.shadow) for one in kept],
        "card": card,
        "percent": _percents(card) if card else {},
        "precisions": _precisions(card, use.precision) if card else [],
        "levels": [(level, _percent(share)) for level, share in card.by_level.items()] if card else [],
        "classes": _classes(card, rules, use.precision) if card else [],
        "confusions": _confusions(card, rules) if card else [],
        "curve": _curve(card) if card else [],
        "dropped": _dropped(card, rules) if card else "",
        "watched": _watched(viewer, place, rules),
        "is_training": is_waiting(TRAIN_JOB, place.code),
        "tried": tried,
        "told": _tried(tried, place, rules) if tried else None,
    }
    return render(request, "events/classifier.html", context)


@require_POST
def train(request: ViewerRequest) -> HttpResponse:
    """Ask for a new version, trained on the city's own closed events; it watches until somebody lets it act."""
    place = _chosen(_places(signed_in(request)), request.POST.get("place", ""))
    require(request.viewer, MANAGE, area_path=place.root_path)
    if enqueue(TRAIN_JOB, key=place.code, place=place.code) is None:
        messages.info(request, gettext("A training is under way already."))
    else:
        messages.success(request, gettext("The training has begun; the new version will watch first."))
    return redirect(f"{reverse('classifier')}?place={place.code}")


@require_POST
def use(request: ViewerRequest) -> HttpResponse:
    """Let a version act or watch, take the watching one off, or ask for another precision."""
    place = _chosen(_places(signed_in(request)), request.POST.get("place", ""))
    given = request.POST
    try:
        use_classifier(
            place,
            acting=given.get("acting"),
            shadow=given.get("shadow"),
            precision=_number(given.get("precision")),
            by=request.viewer,
        )
        messages.success(request, gettext("Changed; it holds for reports from now on."))
    except Failure as failure:
        messages.warning(request, failure.text.render(gettext))
    return redirect(f"{reverse('classifier')}?place={place.code}")


def _places(viewer: Viewer) -> list[JurisdictionView]:
    require(viewer, MANAGE)
    found = queries.jurisdictions(viewer, MANAGE)
    if not found:
        raise NotAllowed(N_("Your posts reach no city with events."))
    return found


def _chosen(found: list[JurisdictionView], code: str) -> JurisdictionView:
    return next((place for place in found if place.code == code), found[0])


def _version(card: ModelCard, acting: str, shadow: str) -> dict[str, Any]:
    state = "acting" if card.version == acting else "shadow" if card.version == shadow else ""
    source = card.source
    if source.startswith("events:"):
        source = gettext("own closed events")
    facts = {"accuracy": _percent(card.accuracy), "macro_f1": f"{card.macro_f1:.2f}"}
    return {
        "card": card,
        "state": state,
        "source": source,
        "trained_at": card.trained_at[:16].replace("T", " "),
        **facts,
    }


def _percents(card: ModelCard) -> dict[str, str]:
    return {"accuracy": _percent(card.accuracy), "calibration": _percent(card.calibration_error)}


def _precisions(card: ModelCard, chosen: float) -> list[dict[str, Any]]:
    """For each precision that may be asked: the share decided alone and what was really kept."""
    return [
        {
            "value": str(p),
            "title": f"{p:.0%}",
            "answered": _percent(kept["answered"]),
            "kept": _percent(kept["precision"]),
            "is_idle": kept["answered"] < 0.005,
            "n_never": sum(1 for limit in card.thresholds.get(str(p), {}).values() if limit is None),
            "is_chosen": p == chosen,
        }
        for p in PRECISIONS
        if (kept := card.at_precision.get(str(p)))
    ]


def _classes(card: ModelCard, rules: Rules, precision: float) -> list[dict[str, Any]]:
    limits = card.thresholds.get(str(precision), {})
    rows = sorted(card.per_class.items(), key=lambda each: -each[1]["texts"])[:MOST_CLASSES]
    return [
        {
            "code": code,
            "title": _title(code, rules),
            "n": int(figures["texts"]),
            "precision": _percent(figures["precision"]),
            "recall": _percent(figures["recall"]),
            "f1": f"{figures['f1']:.2f}",
            "needed": _percent(limit) if (limit := limits.get(code)) is not None else None,
        }
        for code, figures in rows
    ]


def _confusions(card: ModelCard, rules: Rules) -> list[dict[str, Any]]:
    return [
        {"given": _title(pair["given"], rules), "found": _title(pair["found"], rules), "n": pair["n"]}
        for pair in card.confusions[:MOST_PAIRS]
    ]


def _curve(card: ModelCard) -> list[dict[str, Any]]:
    """The learning curve in per cent."""
    return [
        {"texts": int(p["texts"]), "accuracy": f"{p['accuracy']:.1%}"[:-1], "macro_f1": f"{p['macro_f1']:.1%}"[:-1]}
        for p in card.curve
    ]


def _dropped(card: ModelCard, rules: Rules) -> str:
    return "、".join(f"{_title(code, rules)} ({n})" for code, n in card.dropped_classes.items())


def _watched(viewer: Viewer, place: JurisdictionView, rules: Rules) -> dict[str, Any] | None:
    record = watched(viewer, place)
    if record is None:
        return None
    return {
        "record": record,
        "right": _percent(record.right),
        "acting_right": _percent(record.acting_right),
        "right_where_sure": _percent(record.right_where_sure),
        "share_alone": _percent(record.n_would_act / record.n_decided if record.n_decided else None),
        "pairs": [
            {"decided": _title(d.decided, rules), "guessed": _title(d.guessed, rules), "n": d.n}
            for d in record.disagreements
        ],
    }


def _tried(text: str, place: JurisdictionView, rules: Rules) -> dict[str, Any]:
    """What the acting model and the gazetteer make of a text."""
    found = classify_text(text, rules)
    return {
        "guesses": [
            {"title": _title(g.code, rules), "code": g.code, "percent": round(g.certainty * 100)} for g in found.guesses
        ],
        "words": found.words,
        "is_sure": found.is_sure,
        "needed": _percent(found.needed),
        "version": found.version,
        "places": [
            {"text": each.text, "kind": each.kind, "address": each.hit.text if each.hit else ""}
            for each in place_queries.places_in(place.id, text)
        ],
    }


def _title(code: str, rules: Rules) -> str:
    """A category in the reader's language; its code where the city has it no more."""
    category = rules.by_code.get(code)
    if category is None:
        return code
    return words(category.title)


def _percent(share: float | None) -> str:
    return "–" if share is None else f"{share:.1%}" if share < 1 else "100%"


def _number(text: str | None) -> float | None:
    try:
        return float(text) if text else None
    except ValueError:
        return None
