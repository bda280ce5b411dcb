"""What `bench understanding` measures of places and duplicates, inside the demo city's installation."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

THRESHOLDS = tuple(round(0.3 + 0.05 * n, 2) for n in range(13))
RIGHT_M, NEAR_M = 100.0, 300.0
Rows = list[tuple[str, str, str]]


@dataclass(frozen=True)
class _Said:
    """Where somebody said that a matter is."""

    lon: float | None = None
    lat: float | None = None
    address_text: str = ""
    system: Any = "wgs84"


def measure_places(most: int) -> Rows:
    """Places found in the texts alone; and every report as it is placed by all that came with it."""
    from yiwang.domains.events.course import rules_of
    from yiwang.domains.events.locating import locate_matter
    from yiwang.engines.place.queries import metres_between, places_in

    here = _jurisdiction()
    rules, known = rules_of(here.id), _truth()
    named = [row for row in known if row["place"]][-most:]
    silent = [row for row in known if not row["place"]][-most:]
    n_mentioned = n_right = n_said = 0
    off: list[float] = []
    for row in named:
        said = [one for one in places_in(here.id, row["text"]) if one.kind != "area"]
        n_said += len(said)
        right = [one for one in said if one.text in row["place"] or row["place"] in one.text]
        n_right += len(right)
        n_mentioned += bool(right)
        at = locate_matter(_Said(), rules, text=row["text"])
        if at.lon is not None and at.lat is not None:
            off.append(metres_between(at.lon, at.lat, float(row["lon"]), float(row["lat"])))
    wrongly = sum(locate_matter(_Said(), rules, text=row["text"]).lon is not None for row in silent)
    n = max(1, len(named))
    rows: Rows = [
        ("texts that name a place", f"{len(named):,} of {len(named) + len(silent):,}", ""),
        (
            "its name is found",
            f"recall {n_mentioned / n:.1%}",
            f"precision {n_right / max(1, n_said):.1%} of names found",
        ),
        (
            "a point is taken from the text",
            f"{len(off) / n:.1%}",
            "the others name a whole road, water or area, or are unsure",
        ),
        ("that point is right", _off(off), f"precision {_share(off, RIGHT_M)} within {RIGHT_M:.0f} m"),
        ("a point taken where no place is named", f"{wrongly / max(1, len(silent)):.1%}", f"of {len(silent):,} texts"),
    ]
    return rows + _as_placed(known)


def _as_placed(known: Sequence[dict[str, str]]) -> Rows:
    """By what the report brought: how many get a point, and how far off it is."""
    from yiwang.domains.events.course import rules_of
    from yiwang.engines.place.queries import metres_between

    reports, rules = _reports(), rules_of(_jurisdiction().id)
    told: dict[str, list[float | None]] = {"a point": [], "an address": [], "words only": []}
    for row in known:
        report = reports.get(row["submission"]) or reports.get(row["key"])
        if report is None:
            continue
        lon, lat = _placed(report, rules)
        brought = "a point" if _has_point(report) else "an address" if report.address_text else "words only"
        is_placed = lon is not None and lat is not None
        told[brought].append(metres_between(lon, lat, float(row["lon"]), float(row["lat"])) if is_placed else None)
    rows: Rows = []
    for brought, found in told.items():
        off = [far for far in found if far is not None]
        share = f"{len(off) / max(1, len(found)):.1%} get a point"
        rows.append((f"reports with {brought}", share, f"{len(found):,} reports; {_off(off)}"))
    return rows


def _has_point(report: Any) -> bool:
    return bool(report.place_quality == "exact")


def _placed(report: Any, rules: Any) -> tuple[Any, Any]:
    """Where the product takes a report to be by its point, else its address, else its text."""
    from yiwang.domains.events.locating import locate_matter

    lon, lat = (report.lon, report.lat) if _has_point(report) else (None, None)
    at = locate_matter(_Said(lon, lat, report.address_text), rules, text=report.text)
    return at.lon, at.lat


def _off(off: Sequence[float]) -> str:
    if not off:
        return "–"
    ranked = sorted(off)
    p50, p90 = ranked[len(ranked) // 2], ranked[int(len(ranked) * 0.9)]
    return f"p50 {p50:.0f} m, p90 {p90:.0f} m off; {_share(off, NEAR_M)} within {NEAR_M:.0f} m"


def _share(off: Sequence[float], within: float) -> str:
    return f"{sum(one <= within for one in off) / max(1, len(off)):.1%}"


def measure_duplicates() -> Rows:
    """Precision, recall and F1 of each report's best match among the matters open when it came in."""
    from yiwang.domains.events.course import rules_of
    from yiwang.domains.events.duplicates import MAX_CANDIDATES, scored

    rules = rules_of(_jurisdiction().id)
    rule, reports = rules.settings.duplicates, _reports()
    open_ones: list[tuple[Any, str, datetime | None]] = []
    best: list[tuple[float, bool]] = []
    n_repeats = n_open = n_near = 0
    for row in _truth():
        report = reports.get(row["submission"]) or reports.get(row["key"])
        if report is None:
            continue
        event = _as_it_came(report, row["given"], rules)
        since = event.occurred_at - timedelta(hours=rule.within_hours)
        open_ones = [
            one for one in open_ones if one[0].occurred_at >= since and (one[2] is None or one[2] > event.occurred_at)
        ]
        near = [one for one in open_ones if _is_near(event, one[0], rule.within_metres)][-MAX_CANDIDATES:]
        is_repeat = bool(row["part_of"])
        n_repeats += is_repeat
        n_open += is_repeat and any(group == row["group"] for _e, group, _end in open_ones)
        n_near += is_repeat and any(group == row["group"] for _e, group, _end in near)
        likes = scored(event, [one[0] for one in near], rules) if near else []
        if likes:
            groups = {one[0].pk: one[1] for one in near}
            best.append((likes[0].score, is_repeat and groups[likes[0].event.pk] == row["group"]))
        if not is_repeat:
            open_ones.append((event, row["group"], report.event.closed_at))
    rows: Rows = [
        ("true repeats", f"{n_repeats:,}", "told by others in other words; most bring no point"),
        ("their first one is still open", f"{n_open:,}", f"and told within {rule.within_hours} h"),
        ("and lies within reach", f"{n_near:,}", f"{rule.within_metres} m, or an equal address"),
    ]
    marks = {rule.propose_from: " (proposed)", rule.merge_from: " (merged)"}
    for threshold in sorted({*THRESHOLDS, *marks}):
        taken = [is_right for score, is_right in best if score >= threshold]
        precision, recall = sum(taken) / max(1, len(taken)), sum(taken) / max(1, n_repeats)
        f1 = 2 * precision * recall / (precision + recall) if taken and precision else 0.0
        told = f"P {precision:.1%}, R {recall:.1%}, F1 {f1:.3f}"
        of = f"{len(taken)} found, {sum(taken)} right; R of those within reach {sum(taken) / max(1, n_near):.1%}"
        rows.append((f"best match ≥ {threshold:.2f}{marks.get(threshold, '')}", told, of))
    return rows


def _as_it_came(report: Any, given: str, rules: Any) -> Any:
    """The event as it stood when it came in: placed by the city, its category as given or as surely classified."""
    from yiwang.domains.events.models import Event

    guess = report.classified or {}
    is_sure = guess.get("needed") is not None and guess.get("certainty", 0) >= guess["needed"]
    category = rules.by_code.get(given or (guess.get("code", "") if is_sure else ""))
    lon, lat = _placed(report, rules)
    return Event(
        pk=report.pk,
        jurisdiction_id=report.jurisdiction_id,
        title=report.event.title,
        text=report.text,
        address_text=report.address_text,
        category_path=category.path if category else "",
        lon=lon,
        lat=lat,
        occurred_at=report.occurred_at,
    )


def _is_near(event: Any, other: Any, metres: float) -> bool:
    from yiwang.engines.place.queries import metres_between

    if event.lon is None or other.lon is None:
        return bool(event.address_text) and event.address_text == other.address_text
    return abs(event.lat - other.lat) < 0.01 and metres_between(event.lon, event.lat, other.lon, other.lat) <= metres


def _truth() -> list[dict[str, str]]:
    from yiwang.demo.truth import live_truth_file, read_truth, truth_file

    rows = [row for path in (truth_file(), live_truth_file()) for row in read_truth(path)]
    return sorted(rows, key=lambda row: (row["at"], row["key"]))


def _reports() -> dict[str, Any]:
    """Every report by its submission, or by its number in the other system."""
    from yiwang.domains.events.models import Report

    found = Report.objects.select_related("event").iterator(chunk_size=2_000)
    return {str(one.submission) if one.submission else one.external_id: one for one in found}


def _jurisdiction() -> Any:
    from yiwang.base.areas import queries as areas

    return areas.jurisdiction("yunxi")
