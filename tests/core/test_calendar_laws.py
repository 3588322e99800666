"""What holds for every calendar, whatever the zone, the dates and what people did."""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from daybreak.core.calendar import AHEAD, CalendarRules, Past, PersonCalendar, person_calendar
from daybreak.core.local_time import LocalTime
from daybreak.core.study import Booster
from tests.core.calendar_cast import COURSE, EACH, MOMENTS, ONE, PUBLISHED, TRAINING, ZONES, planned, published_visits
from tests.core.calendar_cast import given as infused

BOOSTED = TRAINING.model_copy(update={"boosters": (Booster(day=30, sessions=3), Booster(day=31, sessions=2))})
RULES = st.sampled_from(
    [
        PUBLISHED,
        CalendarRules(ONE, BOOSTED, published_visits()),
        CalendarRules(COURSE, TRAINING, published_visits()),
        CalendarRules(EACH, BOOSTED, published_visits()),
    ]
)
# The weeks in which clocks change, in three of the zones.
CHANGES = [
    datetime.fromisoformat(day) for day in ("2026-03-06", "2026-03-27", "2026-04-03", "2026-10-02", "2026-10-30")
]


@st.composite
def lives(draw: st.DrawFn) -> tuple[CalendarRules, Past, LocalTime, datetime]:
    """A person with some infusions, visits and sessions done, anywhere, and perhaps a move or a withdrawal."""
    rules, zone, enrolled = draw(RULES), draw(ZONES), draw(MOMENTS)
    some_hours = st.integers(1, 24 * 40).map(lambda hours: timedelta(hours=hours))
    ended, at = [], enrolled
    for _ in range(draw(st.integers(0, rules.infusions.count))):
        at += draw(some_hours)
        ended.append(at)
    visits = {
        one.key: at + draw(some_hours)
        for one in rules.visits
        if draw(st.booleans()) and (ended or one.key == "baseline")
    }
    sessions: dict[tuple[int, int], datetime] = {}
    for number in rules.infusions.with_training:
        if number <= len(ended):
            played = ended[number - 1] + timedelta(hours=24)
            for session in range(1, draw(st.integers(0, 8)) + 1):
                played += timedelta(hours=draw(st.integers(4, 30)))
                sessions[number, session] = played
    left = draw(st.none() | some_hours.map(lambda later: at + later))
    moves = draw(st.lists(st.tuples(some_hours.map(lambda later: at + later), ZONES), max_size=2))
    past = Past(enrolled, infused(*ended), visits, sessions, left, left if draw(st.booleans()) else None)
    return rules, past, LocalTime.of(zone, moves), at + draw(st.integers(0, 24 * 400).map(lambda h: timedelta(hours=h)))


def drawn(life: tuple[CalendarRules, Past, LocalTime, datetime]) -> PersonCalendar:
    return person_calendar(*life)


@given(life=lives())
def test_each_window_is_in_order_and_the_calendar_too(life: tuple[CalendarRules, Past, LocalTime, datetime]) -> None:
    calendar = drawn(life)
    assert all(one.opens <= one.target <= one.closes for one in calendar.planned)
    assert all(one.opens <= two.opens for one, two in pairwise(calendar.planned))


@given(life=lives())
def test_each_thing_has_one_place_and_what_was_done_is_there_once(
    life: tuple[CalendarRules, Past, LocalTime, datetime],
) -> None:
    _, past, _, _ = life
    calendar = drawn(life)
    keys = Counter([one.key for one in calendar.planned] + [f"visit-{each.visit.key}" for each in calendar.undated])
    assert set(keys.values()) <= {1}
    done = {one.key: one.done_at for one in calendar.planned if one.done_at}
    expected = {f"infusion-{number}": given.ended for number, given in past.infusions.items()}
    expected |= {f"visit-{key}": at for key, at in past.visits.items()}
    expected |= {f"session-{infusion}-{number}": at for (infusion, number), at in past.sessions.items()}
    assert done == expected


@given(life=lives(), hours=st.lists(st.integers(0, 24 * 60), min_size=1, max_size=6))
def test_time_going_by_never_gives_back_what_was_missed(
    life: tuple[CalendarRules, Past, LocalTime, datetime], hours: list[int]
) -> None:
    rules, past, place, now = life
    over: set[str] = set()
    for later in hours:
        now += timedelta(hours=later)
        calendar = person_calendar(rules, past, place, now)
        missed = {one.key for one in calendar.planned if one.state == "missed"}
        assert over <= missed
        over = missed


@given(life=lives(), hours=st.integers(1, 24 * 60))
def test_time_going_by_moves_no_visit_and_brings_no_session_forward(
    life: tuple[CalendarRules, Past, LocalTime, datetime], hours: int
) -> None:
    rules, past, place, now = life
    before, after = drawn(life), person_calendar(rules, past, place, now + timedelta(hours=hours))
    for one in before.planned:
        later = planned(after, one.key)
        if one.kind == "session":
            assert later.opens >= one.opens or later.state in ("cancelled", "missed")
        else:
            assert later.window == one.window


@given(life=lives())
def test_catching_up_never_puts_more_sessions_on_a_day_than_the_day_has_room_for(
    life: tuple[CalendarRules, Past, LocalTime, datetime],
) -> None:
    rules, past, place, _ = life
    calendar = drawn(life)
    most = max(rules.training.sessions_per_day, *(booster.sessions for booster in rules.training.boosters), 0)
    for infusion in past.infusions:
        course = [one for one in calendar.of_kind("session") if one.infusion == infusion]
        played = Counter(place.date_of(one.done_at) for one in course if one.done_at)
        ahead = Counter(place.date_of(one.opens) for one in course if one.state in AHEAD)
        assert all(played[day] + count <= max(most, played[day]) for day, count in ahead.items() if count)


@given(
    zone=ZONES,
    start=st.sampled_from(CHANGES) | st.datetimes(datetime(2024, 1, 1), datetime(2029, 1, 1)),
    hour=st.integers(4, 20),
    days=st.integers(1, 400),
)
def test_an_infusion_n_days_later_moves_everything_by_n_days(
    zone: ZoneInfo, start: datetime, hour: int, days: int
) -> None:
    first = start.replace(hour=hour, minute=30, tzinfo=zone)
    later = (start + timedelta(days=days)).replace(hour=hour, minute=30, tzinfo=zone)
    place = LocalTime.of(zone)
    one, two = (person_calendar(PUBLISHED, Past(at, infused(at)), place, at) for at in (first, later))
    assert [each.key for each in one.planned] == [each.key for each in two.planned]
    for before, after in zip(one.planned, two.planned, strict=True):
        if (
            before.kind == "visit"
            and before.visit
            and before.visit.window[0].seconds == 0
            and before.key != "visit-day-0"
        ):
            assert place.date_of(after.opens) - place.date_of(before.opens) == timedelta(days=days)
            assert place.date_of(after.target) - place.date_of(before.target) == timedelta(days=days)
        if before.visit and before.visit.window[0].seconds:
            assert after.opens - later == before.opens - first


@pytest.mark.parametrize("zone", ["Europe/Madrid", "America/New_York", "Australia/Lord_Howe", "Asia/Kolkata"])
@pytest.mark.parametrize("week", CHANGES, ids=lambda week: week.strftime("%d %b"))
def test_in_the_week_of_a_clock_change_days_stay_dates_and_hours_stay_hours(zone: str, week: datetime) -> None:
    there = ZoneInfo(zone)
    place = LocalTime.of(there)
    for offset in range(7):
        ended = (week + timedelta(days=offset)).replace(hour=10, minute=40, tzinfo=there)
        calendar = person_calendar(PUBLISHED, Past(ended, infused(ended)), place, ended)
        day_1, day_5 = planned(calendar, "visit-day-1"), planned(calendar, "visit-day-5")
        assert day_1.opens.timestamp() - ended.timestamp() == 20 * 3600
        assert planned(calendar, "session-1-1").opens.timestamp() - ended.timestamp() == 24 * 3600
        assert place.local(day_5.opens).strftime("%H:%M") == "00:00"
        assert place.date_of(day_5.opens) == ended.date() + timedelta(days=4)
        assert place.date_of(day_5.closes) == ended.date() + timedelta(days=8)
        assert place.local(day_5.target).strftime("%H:%M") == "10:40"
        hours = {place.local(one.opens).strftime("%H:%M") for one in calendar.of_kind("session")[2:]}
        assert hours == {"05:00", "08:00"}
