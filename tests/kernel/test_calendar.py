"""Working time in China: holidays, exchanged weekends, limits in minutes and days, holds, unpublished years."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from yiwang.kernel.calendar import Calendar, Due, Override, named
from yiwang.kernel.errors import Invalid, NotFound

BEIJING = ZoneInfo("Asia/Shanghai")
OFFICE = named("office")
HOUR = 60


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=BEIJING)


def shown(due: Due) -> str:
    assert due.at is not None
    return due.at.astimezone(BEIJING).strftime("%Y-%m-%d %H:%M")


def test_an_hour_counts_only_inside_office_hours() -> None:
    assert shown(OFFICE.add_minutes(at("2026-03-02T11:30"), HOUR)) == "2026-03-02 14:00"
    assert shown(OFFICE.add_minutes(at("2026-03-02T03:00"), HOUR)) == "2026-03-02 10:00"
    assert shown(OFFICE.add_minutes(at("2026-03-06T17:00"), HOUR)) == "2026-03-09 09:30"


def test_a_limit_used_up_at_noon_ends_at_noon_and_no_limit_at_the_next_working_moment() -> None:
    assert shown(OFFICE.add_minutes(at("2026-03-02T09:00"), 180)) == "2026-03-02 12:00"
    assert shown(OFFICE.add_minutes(at("2026-03-02T12:00"), 0)) == "2026-03-02 13:30"


def test_results_are_in_utc_whatever_zone_the_start_is_given_in() -> None:
    start = at("2026-03-02T09:00")
    due = OFFICE.add_minutes(start.astimezone(ZoneInfo("America/New_York")), 1)
    assert due.at == datetime(2026, 3, 2, 1, 1, tzinfo=UTC)
    assert due.at is not None and due.at.tzinfo is UTC


@pytest.mark.parametrize(
    ("day", "is_working", "title"),
    [
        ("2025-09-28", True, "国庆节"),  # a worked Sunday
        ("2025-10-01", False, "国庆节"),
        ("2025-10-08", False, "国庆节"),  # an in-lieu Wednesday
        ("2025-10-09", True, None),
        ("2025-10-11", True, "国庆节"),  # a worked Saturday
        ("2026-02-14", True, "春节"),
        ("2026-02-23", False, "春节"),
        ("2026-02-28", True, "春节"),
        ("2026-03-01", False, None),  # a plain Sunday
    ],
)
def test_holidays_and_exchanged_days_follow_the_state_council(day: str, is_working: bool, title: str | None) -> None:
    kind = OFFICE.is_working_day(date.fromisoformat(day))
    assert bool(kind) is kind.is_working is is_working
    assert not kind.is_provisional
    assert (kind.title or {}).get("zh-Hans") == title


def test_ten_working_days_across_national_day_2025() -> None:
    # 26 September is a Friday; then the worked Sunday 28, 29, 30, holiday 1-8, 9, 10, worked Saturday 11, 13-16.
    due = OFFICE.add_days(at("2025-09-26T16:00"), 10)
    assert shown(due) == "2025-10-16 17:30"
    assert not due.is_provisional


def test_minutes_across_spring_festival_2026_use_the_worked_saturday_and_skip_nine_days() -> None:
    # 420 working minutes a day: Friday 13 February's afternoon is over, Saturday 14 is worked, 15-23 are free.
    assert shown(OFFICE.add_minutes(at("2026-02-13T17:30"), 420)) == "2026-02-14 17:30"
    assert shown(OFFICE.add_minutes(at("2026-02-13T17:30"), 421)) == "2026-02-24 09:01"
    assert OFFICE.working_seconds_between(at("2026-02-13T17:30"), at("2026-02-24T09:00")) == 420 * 60


def test_the_day_of_receipt_is_not_counted_and_a_limit_of_days_ends_with_business() -> None:
    assert shown(OFFICE.add_days(at("2026-03-02T08:00"), 1)) == "2026-03-03 17:30"
    assert shown(OFFICE.add_days(at("2026-03-02T23:59"), 1)) == "2026-03-03 17:30"
    assert shown(OFFICE.add_days(at("2026-03-07T10:00"), 1)) == "2026-03-09 17:30"


def test_zero_days_mean_today_while_any_working_time_is_left() -> None:
    assert shown(OFFICE.add_days(at("2026-03-02T17:29"), 0)) == "2026-03-02 17:30"
    assert shown(OFFICE.add_days(at("2026-03-02T17:30"), 0)) == "2026-03-03 17:30"


def test_a_year_not_yet_published_counts_weekends_only_and_says_so() -> None:
    kind = OFFICE.is_working_day(date(2027, 2, 8))  # the Monday after Spring Festival's eve, surely free in the end
    assert kind.is_working and kind.is_provisional
    assert OFFICE.is_working_day(date(2027, 2, 7)) == OFFICE.is_working_day(date(2027, 2, 6))
    assert OFFICE.add_minutes(at("2027-01-04T09:00"), 1).is_provisional
    assert OFFICE.add_days(at("2026-12-25T09:00"), 10).is_provisional
    assert not OFFICE.add_days(at("2026-12-21T09:00"), 4).is_provisional


def test_the_last_days_of_december_wait_for_the_next_years_notice() -> None:
    # Given that 29 December 2018 became a worked Saturday by the notice for 2019,
    assert OFFICE.is_working_day(date(2018, 12, 29)).title == {"zh-Hans": "元旦", "en": "New Year's Day"}
    # then the last days of the last published year are not certain either.
    assert not OFFICE.is_working_day(date(2026, 12, 28)).is_provisional
    assert OFFICE.is_working_day(date(2026, 12, 29)).is_provisional


def test_a_year_entered_by_hand_is_no_longer_provisional() -> None:
    free = Override(date(2027, 1, 1), is_working=False, title=(("zh-Hans", "元旦"),))
    calendar = Calendar("hand", "Asia/Shanghai", OFFICE.hours, overrides=(free,), complete_years=frozenset({2027}))
    assert calendar.add_days(at("2026-12-31T09:00"), 1) == Due(at("2027-01-04T17:30").astimezone(UTC), False)
    assert calendar.is_working_day(date(2028, 1, 3)).is_provisional


def test_overrides_win_over_the_country_and_carry_their_own_hours() -> None:
    calendar = Calendar(
        "hall",
        "Asia/Shanghai",
        OFFICE.hours,
        overrides=(
            Override(date(2026, 10, 1), is_working=True, hours=((600, 660),)),
            Override(date(2026, 9, 30), is_working=False, title=(("zh-Hans", "台风停工"), ("en", "Typhoon"))),
        ),
    )
    assert calendar.is_working_day(date(2026, 9, 30)).title == {"zh-Hans": "台风停工", "en": "Typhoon"}
    assert shown(calendar.add_minutes(at("2026-09-30T09:00"), 60)) == "2026-10-01 11:00"


def test_a_worked_saturday_keeps_the_exchanged_hours_when_given() -> None:
    calendar = Calendar("short", "Asia/Shanghai", OFFICE.hours, exchanged_hours=((540, 720),))
    assert shown(calendar.add_days(at("2026-02-13T09:00"), 1)) == "2026-02-14 12:00"


def test_a_hold_stops_the_clock_and_an_open_one_leaves_no_due() -> None:
    start = at("2026-03-02T09:00")
    hold = (at("2026-03-02T10:00"), at("2026-03-03T10:00"))
    assert shown(OFFICE.add_minutes(start, 120, [hold])) == "2026-03-03 11:00"
    assert OFFICE.add_minutes(start, 120, [(at("2026-03-02T10:00"), None)]).at is None
    assert shown(OFFICE.add_minutes(start, 60, [(at("2026-03-02T10:00"), None)])) == "2026-03-02 10:00"
    assert OFFICE.working_seconds_between(start, at("2026-03-05T09:00"), [(at("2026-03-02T10:00"), None)]) == 3600
    # A second reason that came and went meanwhile does not wake the clock.
    both = [(at("2026-03-02T10:00"), None), hold, (at("2026-03-04T10:00"), at("2026-03-04T11:00"))]
    assert OFFICE.add_minutes(start, 120, both).at is None


def test_overlapping_holds_count_once() -> None:
    start, end = at("2026-03-02T09:00"), at("2026-03-02T12:00")
    holds = [
        (at("2026-03-02T10:30"), at("2026-03-02T11:00")),
        (at("2026-03-02T10:00"), at("2026-03-02T10:45")),
        (at("2026-03-02T10:40"), at("2026-03-02T10:50")),
    ]
    assert OFFICE.working_seconds_between(start, end, holds) == 2 * 3600


def test_a_hold_takes_out_the_working_days_it_covers_at_closing_time() -> None:
    start = at("2026-03-02T09:00")  # Monday
    over_two_closings = (at("2026-03-03T16:00"), at("2026-03-05T10:00"))
    within_a_day = (at("2026-03-03T10:00"), at("2026-03-03T16:00"))
    assert shown(OFFICE.add_days(start, 3)) == "2026-03-05 17:30"
    assert shown(OFFICE.add_days(start, 3, [over_two_closings])) == "2026-03-09 17:30"
    assert shown(OFFICE.add_days(start, 3, [within_a_day])) == "2026-03-05 17:30"
    assert OFFICE.add_days(start, 3, [(at("2026-03-03T10:00"), None)]).at is None


def test_lateness_is_negative_working_time_when_done_early() -> None:
    early, late = at("2026-03-06T17:00"), at("2026-03-09T10:00")
    assert OFFICE.working_seconds_between(early, late) == 90 * 60
    assert OFFICE.working_seconds_between(late, early) == -90 * 60


def test_the_hotline_is_open_on_holidays_and_always_is_the_plain_clock() -> None:
    holiday = at("2026-10-01T21:00")
    assert shown(named("hotline").add_minutes(holiday, 30)) == "2026-10-02 08:30"
    assert shown(named("always").add_minutes(holiday, 30)) == "2026-10-01 21:30"
    assert not named("always").add_minutes(at("2030-01-01T00:00"), 5).is_provisional


def test_summer_time_days_are_as_long_as_they_really_are() -> None:
    zone = ZoneInfo("America/New_York")
    always = named("always", "America/New_York")
    spring, autumn = datetime(2026, 3, 8, tzinfo=zone), datetime(2026, 11, 1, tzinfo=zone)
    assert always.working_seconds_between(spring, datetime(2026, 3, 9, tzinfo=zone)) == 23 * 3600
    assert always.working_seconds_between(autumn, datetime(2026, 11, 2, tzinfo=zone)) == 25 * 3600
    # Given night hours 02:30-04:00, of which the half hour to 03:00 does not exist on that Sunday,
    night = Calendar("night", "America/New_York", (((150, 240),),) * 7, holidays="none")
    assert night.working_seconds_between(spring, datetime(2026, 3, 9, tzinfo=zone)) == 3600
    swallowed = Calendar("swallowed", "America/New_York", (((120, 180),),) * 7, holidays="none")
    assert swallowed.working_seconds_between(spring, datetime(2026, 3, 9, tzinfo=zone)) == 0
    assert swallowed.add_days(datetime(2026, 3, 7, tzinfo=zone), 1).at == datetime(2026, 3, 9, 7, tzinfo=UTC)
    # and an office there opens at nine by its own clock before and after the change.
    office = named("office", "America/New_York", "none")
    due = office.add_minutes(datetime(2026, 3, 6, 17, 0, tzinfo=zone), 60)
    assert due == Due(datetime(2026, 3, 9, 13, 30, tzinfo=UTC), is_provisional=False)


@pytest.mark.parametrize("name", ["office", "hotline", "always"])
def test_a_frozen_calendar_gives_the_same_answers_without_the_library(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    import json

    calendar = named(name)
    data = json.loads(json.dumps(calendar.as_json(2025)))
    starts = [at("2025-01-01T00:00") + timedelta(hours=31 * n) for n in range(1000)]
    expected = [(calendar.add_minutes(s, 1000), calendar.add_days(s, 3)) for s in starts]
    monkeypatch.setattr("yiwang.kernel.calendar.china.special_days", lambda: pytest.fail("asked the library"))
    monkeypatch.setattr("yiwang.kernel.calendar.china.published_years", lambda: pytest.fail("asked the library"))
    kept = Calendar.from_json(data)
    assert [(kept.add_minutes(s, 1000), kept.add_days(s, 3)) for s in starts] == expected
    assert kept.as_json() == data
    assert len(json.dumps(data)) < 4000


def test_a_frozen_calendar_keeps_titles_overrides_and_own_hours() -> None:
    override = Override(date(2026, 10, 1), is_working=True, title=(("en", "Drill"),), hours=((600, 660),))
    calendar = Calendar("hall", "Asia/Shanghai", OFFICE.hours, overrides=(override,))
    kept = Calendar.from_json(calendar.as_json())
    assert kept.is_working_day(date(2026, 10, 1)).title == {"en": "Drill"}
    assert kept.is_working_day(date(2026, 10, 2)).title == {"zh-Hans": "国庆节", "en": "National Day"}
    assert shown(kept.add_minutes(at("2026-10-01T08:00"), 60)) == "2026-10-01 11:00"


def test_equal_calendars_are_equal_and_named_ones_shared() -> None:
    assert named("office") is OFFICE
    assert Calendar("office", "Asia/Shanghai", OFFICE.hours) == OFFICE
    assert hash(Calendar("office", "Asia/Shanghai", OFFICE.hours)) == hash(OFFICE)


def test_what_makes_no_sense_is_refused() -> None:
    start = at("2026-03-02T09:00")
    with pytest.raises(NotFound, match="office, hotline"):
        named("office hours")
    with pytest.raises(ValueError, match="negative"):
        OFFICE.add_minutes(start, -1)
    with pytest.raises(ValueError, match="negative"):
        OFFICE.add_days(start, -1)
    with pytest.raises(ValueError, match="time zone"):
        OFFICE.add_minutes(start.replace(tzinfo=None), 1)
    with pytest.raises(ValueError, match="before it begins"):
        OFFICE.add_minutes(start, 1, [(start, start - timedelta(seconds=1))])
    with pytest.raises(ValueError, match="without any working hours"):
        Calendar("never", "Asia/Shanghai", ((),) * 7)
    with pytest.raises(ValueError, match="seven days"):
        Calendar("short week", "Asia/Shanghai", (((0, 1),),) * 6)
    with pytest.raises(ValueError, match="ordered"):
        Calendar("crossed", "Asia/Shanghai", (((60, 120), (90, 180)),) * 7)
    with pytest.raises(ValueError, match="two overrides"):
        Calendar("twice", "Asia/Shanghai", OFFICE.hours, overrides=(Override(date(2026, 1, 1), False),) * 2)
    for wrong in ({"zone": "Asia/Beijing"}, {"holidays": "US"}, {"hours": [["09:00-25:00"]] * 7}, {"version": 2}):
        with pytest.raises(ValueError, match=r"no time zone|holidays are|does not lie|version 1"):
            Calendar.from_json({**OFFICE.as_json(2026), **wrong})
    with pytest.raises(ValueError, match="not a calendar"):
        Calendar.from_json({"version": 1, "name": "half"})
    with pytest.raises(Invalid, match="too far"):
        OFFICE.add_minutes(start, 10**9)
