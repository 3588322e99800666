from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from daybreak.core.schedule import training_calendar, training_days
from daybreak.core.study import TrainingRules

RULES = TrainingRules(pack="self-worth")
NEW_YORK = ZoneInfo("America/New_York")
ZONES = st.sampled_from(
    [
        "UTC",
        "America/New_York",
        "Europe/Berlin",
        "Australia/Lord_Howe",
        "Asia/Kolkata",
        "Pacific/Apia",
        "America/Santiago",
    ]
).map(ZoneInfo)
MOMENTS = st.datetimes(datetime(2024, 1, 1), datetime(2031, 1, 1), timezones=st.just(UTC))


def new_york(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=NEW_YORK)


def test_the_published_programme_opens_24_hours_after_the_infusion_twice_a_day_for_four_days() -> None:
    infusion = new_york("2026-06-01T10:40")
    calendar = training_calendar(RULES, infusion, NEW_YORK, {}, infusion)
    opens = [window.opens.astimezone(NEW_YORK).strftime("%d %H:%M") for window in calendar]
    assert opens == ["02 10:40", "02 13:40", "03 05:00", "03 08:00", "04 05:00", "04 08:00", "05 05:00", "05 08:00"]
    assert [window.day for window in calendar] == [1, 1, 2, 2, 3, 3, 4, 4]
    assert {window.state for window in calendar} == {"upcoming"}


def test_a_session_is_open_until_the_hours_of_its_day_are_over() -> None:
    infusion = new_york("2026-06-01T10:40")
    first = training_calendar(RULES, infusion, NEW_YORK, {}, new_york("2026-06-02T22:59"))[0]
    assert (first.state, first.closes) == ("open", new_york("2026-06-02T23:00"))


def test_the_gap_counts_from_the_end_of_the_session_before() -> None:
    infusion = new_york("2026-06-01T10:40")
    done = {1: new_york("2026-06-02T12:00")}
    second = training_calendar(RULES, infusion, NEW_YORK, done, new_york("2026-06-02T14:59"))[1]
    assert (second.state, second.opens) == ("upcoming", new_york("2026-06-02T15:00"))
    assert training_calendar(RULES, infusion, NEW_YORK, done, new_york("2026-06-02T15:00"))[1].state == "open"


def test_a_third_session_waits_for_the_next_day() -> None:
    infusion = new_york("2026-06-01T10:40")
    done = {1: new_york("2026-06-02T11:00"), 2: new_york("2026-06-02T15:00")}
    third = training_calendar(RULES, infusion, NEW_YORK, done, new_york("2026-06-02T20:00"))[2]
    assert (third.state, third.opens) == ("upcoming", new_york("2026-06-03T05:00"))


def test_missed_sessions_move_to_later_days_and_the_last_ones_to_the_catch_up_day() -> None:
    infusion = new_york("2026-06-01T10:40")
    calendar = training_calendar(RULES, infusion, NEW_YORK, {}, new_york("2026-06-03T09:00"))
    opens = [window.opens.astimezone(NEW_YORK).strftime("%d %H:%M") for window in calendar]
    assert opens == ["03 05:00", "03 12:00", "04 05:00", "04 08:00", "05 05:00", "05 08:00", "06 05:00", "06 08:00"]
    assert calendar[0].state == "open"


def test_sessions_that_no_longer_fit_are_missed() -> None:
    infusion = new_york("2026-06-01T10:40")
    calendar = training_calendar(RULES, infusion, NEW_YORK, {}, new_york("2026-06-05T09:00"))
    assert [window.state for window in calendar] == ["open", "upcoming", "upcoming", "upcoming"] + ["missed"] * 4


def test_after_the_catch_up_day_all_that_is_left_is_missed() -> None:
    infusion = new_york("2026-06-01T10:40")
    done = {1: new_york("2026-06-02T11:00")}
    calendar = training_calendar(RULES, infusion, NEW_YORK, done, new_york("2026-06-06T23:00"))
    assert [window.state for window in calendar] == ["done"] + ["missed"] * 7


def test_an_infusion_that_ended_after_hours_starts_the_day_after_next() -> None:
    infusion = new_york("2026-06-01T23:30")
    first = training_calendar(RULES, infusion, NEW_YORK, {}, infusion)[0]
    assert first.opens == new_york("2026-06-03T05:00")


@pytest.mark.parametrize(
    ("infusion", "first"),
    [("2026-03-07T10:00", "2026-03-08T11:00"), ("2026-10-31T10:00", "2026-11-01T09:00")],
    ids=["clocks go forward", "clocks go back"],
)
def test_24_hours_are_24_hours_when_the_clocks_change(infusion: str, first: str) -> None:
    window = training_calendar(RULES, new_york(infusion), NEW_YORK, {}, new_york(infusion))[0]
    assert window.opens == new_york(first)
    assert window.opens.astimezone(UTC) - new_york(infusion).astimezone(UTC) == timedelta(hours=24)


def test_hours_inside_the_skipped_hour_still_give_a_day() -> None:
    rules = TrainingRules(pack="self-worth", hours=(time(2, 30), time(23)))
    days = training_days(rules, new_york("2026-03-06T10:00"), NEW_YORK)
    skipped = next(day for day in days if day.date.isoformat() == "2026-03-08")
    assert skipped.opens == datetime(2026, 3, 8, 7, 30, tzinfo=UTC)


def test_an_infusion_without_a_time_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="time zone"):
        training_days(RULES, datetime(2026, 6, 1, 10), NEW_YORK)


@given(infusion=MOMENTS, zone=ZONES, waits=st.lists(st.integers(0, 40), min_size=8, max_size=8))
def test_whoever_plays_when_a_session_is_open_keeps_every_rule(
    infusion: datetime, zone: ZoneInfo, waits: list[int]
) -> None:
    """A person who comes back `wait` hours after each session and plays whatever is open."""
    finished: dict[int, datetime] = {}
    now = infusion
    for wait in waits:
        now += timedelta(hours=wait)
        calendar = training_calendar(RULES, infusion, zone, finished, now)
        if is_open := [window for window in calendar if window.state == "open"]:
            assert len(is_open) == 1
            assert is_open[0].number == len(finished) + 1
            assert is_open[0].opens <= now < is_open[0].closes
            now += timedelta(minutes=18)
            finished[is_open[0].number] = now
    starts = [moment - timedelta(minutes=18) for moment in finished.values()]
    assert all(later - earlier >= RULES.gap for earlier, later in zip(finished.values(), starts[1:], strict=False))
    days = [start.astimezone(zone).date() for start in starts]
    assert all(days.count(day) <= 2 for day in days)
    assert all(start >= infusion + timedelta(hours=24) for start in starts)
    assert not days or (days[-1] - days[0]).days < RULES.days + RULES.catch_up_days


@given(infusion=MOMENTS, zone=ZONES, hours=st.integers(0, 24 * 8))
def test_windows_stand_in_order_and_states_never_run_backwards(infusion: datetime, zone: ZoneInfo, hours: int) -> None:
    calendar = training_calendar(RULES, infusion, zone, {}, infusion + timedelta(hours=hours))
    assert [window.number for window in calendar] == list(range(1, 9))
    assert all(window.opens <= window.closes for window in calendar)
    assert all(one.opens <= two.opens for one, two in pairwise(calendar))
    order = ["open", "upcoming", "missed"]
    ranks = [order.index(window.state) for window in calendar]
    assert ranks == sorted(ranks)
