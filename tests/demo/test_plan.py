"""Ninety days of reports, thought up from a seed: always the same, with the rhythms and fates of a real hotline."""

from __future__ import annotations

import csv
import re
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from tests.demo.conftest import NOON
from yiwang.demo import speech, truth
from yiwang.demo.plan import ZONE, Plan, make_plan, weather
from yiwang.demo.plan.course import course
from yiwang.demo.plan.places import Places, load_places
from yiwang.demo.plan.telling import Teller
from yiwang.demo.size import SEED, Size

CITY = Size(events=3_000, days=60)


class EvenLimits:
    """An hour to accept, ten to handle, around the clock."""

    def accepted_by(self, category: str, since: datetime, share: float) -> datetime:
        return since + timedelta(hours=1) * share

    def handled_by(self, category: str, since: datetime, share: float) -> datetime:
        return since + timedelta(hours=10) * share


@pytest.fixture(scope="module")
def plan(places: Places) -> Plan:
    return make_plan(places, end=NOON, size=CITY)


def test_the_same_seed_and_end_give_the_same_plan(places: Places) -> None:
    size = Size(events=80, days=10)
    assert make_plan(places, end=NOON, size=size).reports == make_plan(places, end=NOON, size=size).reports
    other = make_plan(places, end=NOON, seed=SEED + 1, size=size)
    assert other.reports != make_plan(places, end=NOON, size=size).reports


def test_as_many_reports_as_asked_for_in_order_and_none_after_the_end(plan: Plan) -> None:
    moments = [one.at for one in plan.reports]
    assert 0.93 * CITY.events < len(moments) < 1.07 * CITY.events
    assert moments == sorted(moments)
    assert plan.begin <= moments[0]
    assert moments[-1] < NOON
    assert len({one.key for one in plan.reports}) == len(moments)


def test_days_are_busier_than_nights_and_mondays_than_sundays(plan: Plan) -> None:
    hours = Counter(one.at.astimezone(ZONE).hour for one in plan.reports)
    assert hours[9] + hours[10] > 8 * (hours[2] + hours[3])
    weekdays = Counter(one.at.astimezone(ZONE).weekday() for one in plan.reports)
    assert weekdays[0] > 1.15 * weekdays[6]


def test_fates_have_the_shares_the_city_reports_of_itself(plan: Plan) -> None:
    fates = [one.fate for one in plan.reports if not one.part_of]

    def share(of: list[bool]) -> float:
        return sum(of) / len(of)

    assert 0.05 < share([fate.handle_share > 1 for fate in fates]) < 0.11
    assert 0.03 < share([fate.n_returns > 0 for fate in fates]) < 0.075
    assert any(fate.n_returns == 2 for fate in fates)
    assert 0.38 < share([fate.score is not None for fate in fates]) < 0.52
    assert 0.04 < share([fate.score is not None and fate.score <= 2 for fate in fates]) < 0.09
    assert 0.01 < share([fate.is_reopened for fate in fates]) < 0.035
    assert any(fate.is_rejected for fate in fates)


def test_nobody_greets_or_patrols_at_another_hour_than_it_is(plan: Plan, places: Places) -> None:
    fitting = {
        "早上好": range(5, 9),
        "上午好": range(9, 12),
        "中午好": range(12, 14),
        "下午好": range(14, 18),
        "晚上好": range(18, 24),
        "早巡": range(5, 12),
        "上午巡查": range(9, 12),
        "下午巡查": range(14, 18),
    }
    midnight = datetime(2026, 11, 10, 0, 20, tzinfo=ZONE)
    teller = Teller(places, SEED)
    late = [teller.tell(f"late-{n}", midnight.astimezone(UTC)) for n in range(500)]
    again = [teller.tell_again(f"again-{n}", midnight, one) for n, one in enumerate(late)]
    told = [(one.at.astimezone(ZONE).hour, one.text) for one in (*plan.reports, *late, *again)]
    said = [(hour, words) for hour, text in told for words in fitting if words in text]
    assert len({words for _hour, words in said}) > 5
    assert [one for one in said if one[0] not in fitting[one[1]]] == []


def test_the_number_on_a_lamp_is_that_of_a_lamp_nearby_or_not_read(places: Places) -> None:
    lamps = [("lamp", f"yx01LD{n:05d}", one.lon + 0.0002, one.lat) for n, one in enumerate(places.spots) if n % 3 == 0]
    teller = Teller(Places(places.spots, places.low, lamps, SEED), SEED)
    kind = speech.matter_of("02010302")
    told = [teller.tell(f"lamp-{n}", NOON - timedelta(hours=n), kind=kind) for n in range(400)]
    told += [teller.tell_again(f"again-{n}", NOON, one) for n, one in enumerate(told)]
    read = [(one, found[0]) for one in told if (found := re.search(r"YX01LD\d+", one.text))]
    where = {code.upper(): at for _kind, code, *at in lamps}
    assert len(read) > 5 and not any("YX-0" in one.text for one in told)
    for one, said in read:
        lon, lat = where[said]
        assert abs(lon - one.spot.lon) < 0.0008 and abs(lat - one.spot.lat) < 0.0007


def test_duplicates_are_told_by_others_in_other_words_nearby_and_soon(plan: Plan) -> None:
    by_key = {one.key: one for one in plan.reports}
    repeats = [one for one in plan.reports if one.part_of and one.part_of in by_key]
    assert len(repeats) > 0.06 * len(plan.reports)
    for one in repeats:
        first = by_key[one.part_of]
        assert one.group == first.group == first.key
        assert (one.category, one.spot) == (first.category, first.spot)
        assert one.text != first.text
        assert one.caller is not None
        assert first.caller is None or one.caller.id != first.caller.id
        assert timedelta(0) < one.at - first.at < timedelta(days=4)


def test_some_call_again_and_again_and_some_calls_hold_several_matters(plan: Plan) -> None:
    callers = Counter(one.caller.id for one in plan.reports if one.caller)
    assert max(callers.values()) >= 8
    calls = Counter(one.call for one in plan.reports if one.call)
    assert calls
    assert min(calls.values()) >= 2


def test_every_report_tells_where_somehow_and_some_name_a_facility(plan: Plan) -> None:
    assert 0.3 < sum(one.lon is not None for one in plan.reports) / len(plan.reports) < 0.75
    assert any(not one.address for one in plan.reports)
    for one in plan.reports:
        if one.element:
            assert one.lon is not None


def test_rain_brings_what_rain_brings(places: Places) -> None:
    # given a wet and a dry day of the same month
    days = [date(2026, 6, 1) + timedelta(days=n) for n in range(30)]
    wet = max(days, key=lambda day: weather.rain_mm(day, SEED))
    dry = next(day for day in days if weather.rain_mm(day, SEED) == 0)
    assert weather.rain_mm(wet, SEED) >= weather.RAINY_MM
    # when many reports come in at the same hour of both
    from yiwang.demo.plan.telling import Teller
    from yiwang.demo.speech import matter_of

    teller = Teller(places, SEED, 100)

    def wetness(day: date) -> float:
        at = datetime(day.year, day.month, day.day, 10, tzinfo=ZONE)
        return sum(matter_of(teller.tell(f"rain-{n}", at).category).rain > 1.5 for n in range(300)) / 300

    # then more of them are about water
    assert wetness(wet) > 1.5 * wetness(dry)


def test_it_rains_about_as_often_as_it_does_there() -> None:
    days = [date(2020, 1, 1) + timedelta(days=n) for n in range(2_000)]
    wet = sum(weather.rain_mm(day, SEED) > 0 for day in days) / len(days)
    assert 0.28 < wet < 0.47


def test_a_course_goes_forward_and_ends_closed_or_rejected(plan: Plan) -> None:
    for one in plan.reports[:600]:
        steps = course(one, EvenLimits())
        assert (steps[0].verb == "merge") == bool(one.part_of)
        assert [step.at for step in steps] == sorted(step.at for step in steps)
        assert steps[0].at >= one.at
        verbs = [step.verb for step in steps]
        assert ("close" in verbs) != ("reject" in verbs)
        assert verbs.count("return") == one.fate.n_returns + one.fate.is_rejected
        assert all(step.text for step in steps if step.verb in ("return", "handle", "reject", "extend", "reopen"))


def test_the_truth_is_written_down_beside_the_data(plan: Plan, tmp_path: Path) -> None:
    path = tmp_path / "demo" / "truth.csv"
    assert truth.write_truth(path, "yunxi", plan.reports) == len(plan.reports)
    rows = truth.read_truth(path)
    assert [row["key"] for row in rows] == [one.key for one in plan.reports]
    assert rows[0]["submission"] == str(truth.submission_of("yunxi", plan.reports[0].key))
    # and a line that was cut off by a kill is passed over
    with path.open("a", encoding="utf-8", newline="") as file:
        csv.writer(file).writerow(["half", "written"])
    assert len(truth.read_truth(path)) == len(rows)


def test_places_are_kept_for_the_live_city(places: Places, tmp_path: Path) -> None:
    path = tmp_path / "places.json"
    places.save(path)
    again = load_places(path, SEED)
    assert again.spots == places.spots
    assert again.low == places.low
    at = datetime(2026, 5, 5, 9, tzinfo=UTC)
    from yiwang.demo.plan.telling import Teller

    assert Teller(again, SEED, 50).tell("one", at) == Teller(places, SEED, 50).tell("one", at)


def test_the_last_days_lead_over_to_the_pace_of_the_live_city(plan: Plan) -> None:
    by_day = Counter(one.at.astimezone(ZONE).date() for one in plan.reports)
    last = NOON.astimezone(ZONE).date()
    usual = sorted(by_day.values())[len(by_day) // 2]
    assert 1.3 * usual < by_day[last - timedelta(days=1)] < 3.5 * usual
    # and the day that is not over has its share of what has passed of it
    assert 0.3 * usual < by_day[last] < 2.5 * usual
