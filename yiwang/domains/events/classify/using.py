"""Which trained versions a jurisdiction uses: one acts, one only watches (shadow); kept in the `Classifier` row."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from django.conf import settings

from yiwang.base.access import Viewer, require
from yiwang.base.areas.queries import JurisdictionView
from yiwang.base.deeds import deed
from yiwang.domains.events.classify.figures import PRECISIONS
from yiwang.domains.events.classify.model import CARD, Model, ModelCard, load_card
from yiwang.domains.events.models import Classifier
from yiwang.kernel.clock import now
from yiwang.kernel.errors import Invalid, NotFound
from yiwang.kernel.text import N_

RECHECK_S = 10.0
MANAGE = "events.supervise"
_held: dict[str, tuple[float, Use]] = {}
_lock = threading.Lock()


@dataclass(frozen=True)
class Use:
    """The acting version and the watching one ("" none), and the precision the acting one must keep."""

    acting: str = ""
    shadow: str = ""
    precision: float = 0.9


def use_of(jurisdiction: str) -> Use:
    """What a jurisdiction uses, by its code; looked at every `RECHECK_S`."""
    moment = time.monotonic()
    held = _held.get(jurisdiction)
    if held and moment - held[0] < RECHECK_S:
        return held[1]
    row = (
        Classifier.objects.filter(jurisdiction__code=jurisdiction).values_list("acting", "shadow", "precision").first()
    )
    use = Use(*row) if row else Use()
    with _lock:
        _held[jurisdiction] = (moment, use)
    return use


def use_classifier(
    place: JurisdictionView,
    *,
    acting: str | None = None,
    shadow: str | None = None,
    precision: float | None = None,
    by: Viewer,
) -> Use:
    """Let a version act, let one watch, or ask for another precision; None leaves it, "" takes a version out of use.

    A version cannot act and watch at once: the watching one that is let act is replaced by none. NotFound for an
    unknown version, Invalid for a precision no card tells.
    """
    require(by, MANAGE, area_path=place.root_path)
    for version in filter(None, (acting, shadow)):
        card_of(place.code, version)
    if precision is not None and precision not in PRECISIONS:
        known = ", ".join(f"{p:.0%}" for p in PRECISIONS)
        raise Invalid(N_("The precision to keep is one of %(known)s."), known=known)
    with deed("events.use_classifier", by=by, subject=f"model:{place.code}", area_path=place.root_path) as d:
        row, _made = Classifier.objects.select_for_update().get_or_create(
            jurisdiction_id=place.id, defaults={"changed_at": now()}
        )
        row.acting = row.acting if acting is None else acting
        row.shadow = row.shadow if shadow is None else shadow
        if row.shadow and row.shadow == row.acting:
            row.shadow = ""
        row.precision = row.precision if precision is None else precision
        row.changed_at = now()
        row.save()
        d.note(acting=row.acting, shadow=row.shadow, precision=row.precision)
    forget_use()
    return Use(row.acting, row.shadow, row.precision)


def model_folder(jurisdiction: str) -> Path:
    """Where a jurisdiction's trained versions lie, one folder each."""
    return Path(settings.MODELS) / "events" / jurisdiction


def cards(jurisdiction: str) -> list[ModelCard]:
    """The cards of all versions kept, newest first."""
    found = [
        load_card(path.parent) for path in model_folder(jurisdiction).glob(f"*/{CARD}") if "." not in path.parent.name
    ]
    return sorted(found, key=lambda card: card.version, reverse=True)


def card_of(jurisdiction: str, version: str) -> ModelCard:
    """The card of a version. NotFound when it is not kept."""
    folder = model_folder(jurisdiction) / version
    if not version or "/" in version or "." in version or not (folder / CARD).is_file():
        raise NotFound(N_("There is no trained version “%(version)s”."), version=version)
    return load_card(folder)


@lru_cache(maxsize=6)
def model_of(jurisdiction: str, version: str) -> Model | None:
    """The version, read once by this process; None when its files are not there (any more)."""
    try:
        return Model.load(model_folder(jurisdiction) / version) if version else None
    except (FileNotFoundError, NotADirectoryError):
        return None


def forget_use() -> None:
    """Drop what this process holds, after it was changed here."""
    _held.clear()
    model_of.cache_clear()
