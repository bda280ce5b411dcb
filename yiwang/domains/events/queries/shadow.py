"""What a watching (shadow) model would have said, beside what people decided and what the acting model said."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime

from yiwang.base.access import Viewer, require
from yiwang.base.areas import queries as areas
from yiwang.domains.events.classify.using import MANAGE, card_of, use_of
from yiwang.domains.events.course import rules_of
from yiwang.domains.events.models import ShadowGuess, Status

MOST = 20_000
TRAIN_JOB = "events.train_classifier"
MOST_PAIRS = 12
DECIDED = (Status.VERIFYING, Status.CLOSING, Status.CLOSED)
"""From here on the category is what the people who worked on it left standing."""


@dataclass(frozen=True)
class Disagreement:
    """What people decided, what the watching model said, and how often."""

    decided: str
    guessed: str
    n: int


@dataclass(frozen=True)
class Watched:
    """A watching version's record so far; shares are of the `n_decided`, None while there are none.

    `n_would_act`: where it was sure enough to decide alone; `right_where_sure` how often that would have been right.
    """

    version: str
    since: datetime | None
    n_watched: int
    n_decided: int
    n_right: int
    n_acting_right: int
    n_would_act: int
    n_right_where_sure: int
    disagreements: tuple[Disagreement, ...]

    @property
    def right(self) -> float | None:
        """How often it agreed with people."""
        return self.n_right / self.n_decided if self.n_decided else None

    @property
    def acting_right(self) -> float | None:
        """How often the acting model agreed with people on the same reports."""
        return self.n_acting_right / self.n_decided if self.n_decided else None

    @property
    def right_where_sure(self) -> float | None:
        """How often it agreed with people where it would have decided alone."""
        return self.n_right_where_sure / self.n_would_act if self.n_would_act else None


def watched(viewer: Viewer, place: areas.JurisdictionView, version: str = "") -> Watched | None:
    """The record of the version that watches (or the one named); None when none does. The newest `MOST` guesses."""
    require(viewer, MANAGE, area_path=place.root_path)
    use = use_of(place.code)
    version = version or use.shadow
    if not version:
        return None
    limits = card_of(place.code, version).thresholds.get(str(use.precision), {})
    fallback = rules_of(place.id).settings.classify_from
    rows = (
        ShadowGuess.objects.filter(version=version, report__jurisdiction_id=place.id)
        .order_by("-id")
        .values_list(
            "at",
            "code",
            "certainty",
            "report__classified",
            "report__event__status",
            "report__event__category__code",
            "report__event__merged_into__category__code",
        )[:MOST]
    )
    count: Counter[str] = Counter()
    pairs: Counter[tuple[str, str]] = Counter()
    since: datetime | None = None
    for at, code, certainty, said, status, own, target in rows:
        since = at
        count["watched"] += 1
        final = target or own
        if not final or (status not in DECIDED and not target):
            continue
        count["decided"] += 1
        count["right"] += code == final
        count["acting"] += (said or {}).get("code") == final
        needed = limits.get(code, None) if limits else fallback
        if needed is not None and certainty >= needed:
            count["sure"] += 1
            count["sure_right"] += code == final
        if code != final:
            pairs[final, code] += 1
    return Watched(
        version=version,
        since=since,
        n_watched=count["watched"],
        n_decided=count["decided"],
        n_right=count["right"],
        n_acting_right=count["acting"],
        n_would_act=count["sure"],
        n_right_where_sure=count["sure_right"],
        disagreements=tuple(Disagreement(a, b, n) for (a, b), n in pairs.most_common(MOST_PAIRS)),
    )
