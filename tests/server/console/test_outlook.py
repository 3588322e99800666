"""Calendars cut down to one moment tell the same of it as whole ones."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from daybreak.core.calendar import CalendarRules, Infused, Past, person_calendar
from daybreak.core.local_time import LocalTime
from daybreak.core.study import StudyFile, read_study
from daybreak.server.console.outlook import AFTERWARDS, Outlook
from tests.live_people import shipped_study_file

ENROLLED = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
INFUSED = ENROLLED + timedelta(days=2)
ZONES = ("Europe/Madrid", "America/New_York", "Pacific/Auckland", "Pacific/Kiritimati")


def rules() -> CalendarRules:
    return CalendarRules.of(study())


def study() -> StudyFile:
    return read_study(shipped_study_file(), "study.toml")


def tasks(outlook: Outlook, past: Past, place: LocalTime, *, whole: bool) -> set[tuple[str, str]]:
    calendar = person_calendar(outlook.rules, past, place, outlook.now) if whole else outlook.calendar_of(past, place)
    return {
        (one.key, one.state)
        for one in (calendar.planned if calendar else ())
        if calendar and (one.state == "due" or outlook.is_overdue(one, calendar) or outlook.is_ahead(one))
    }


@pytest.mark.evidence("double", "the whole calendar of core/calendar.py")
@given(
    minutes=st.integers(0, 500 * 24 * 60),
    ahead=st.integers(0, 20),
    zone=st.sampled_from(ZONES),
    infused=st.booleans(),
    kept=st.sets(st.integers(0, 30)),
    left=st.none() | st.integers(0, 300),
)
def test_what_is_due_overdue_and_ahead_is_that_of_the_whole_calendar(
    minutes: int, ahead: int, zone: str, infused: bool, kept: set[int], left: int | None
) -> None:
    outlook = Outlook(rules(), ENROLLED + timedelta(minutes=minutes), timedelta(days=ahead))
    visits = [visit for place, visit in enumerate(outlook.rules.visits) if place in kept]
    past = Past(
        enrolled_at=ENROLLED,
        infusions={1: Infused(INFUSED)} if infused else {},
        visits={visit.key: INFUSED + visit.window[0] for visit in visits if infused},
        follow_up_ended=None if left is None else ENROLLED + timedelta(days=left),
    )
    place = LocalTime.of(ZoneInfo(zone))
    assert tasks(outlook, past, place, whole=False) == tasks(outlook, past, place, whole=True)


def test_most_of_a_year_is_not_planned() -> None:
    outlook = Outlook(rules(), INFUSED + timedelta(days=200))
    past = Past(enrolled_at=ENROLLED, infusions={1: Infused(INFUSED)})
    calendar = outlook.calendar_of(past, LocalTime.of(ZoneInfo("Europe/Madrid")))
    assert calendar is not None
    assert len(calendar.of_kind("visit")) < len(outlook.rules.visits) / 3


def test_a_visit_is_overdue_until_the_next_by_the_same_role_opens() -> None:
    past, place = Past(enrolled_at=ENROLLED, infusions={1: Infused(INFUSED)}), LocalTime.of(ZoneInfo("UTC"))
    said = {}
    for day in (6, 8, 11):
        outlook = Outlook(rules(), INFUSED + timedelta(days=day))
        calendar = person_calendar(outlook.rules, past, place, outlook.now)
        day_5 = calendar.visit("day-5")
        assert day_5 is not None
        said[day] = (day_5.state, outlook.is_overdue(day_5, calendar))
    assert said == {6: ("due", False), 8: ("missed", True), 11: ("missed", False)}


def test_the_last_visit_of_a_role_stays_overdue_for_a_while() -> None:
    past, place = Past(enrolled_at=ENROLLED, infusions={1: Infused(INFUSED)}), LocalTime.of(ZoneInfo("UTC"))
    closes = INFUSED + timedelta(days=39)
    for after, overdue in ((timedelta(days=1), True), (AFTERWARDS + timedelta(days=1), False)):
        outlook = Outlook(rules(), closes + after)
        calendar = person_calendar(outlook.rules, past, place, outlook.now)
        day_30 = calendar.visit("day-30")
        assert day_30 is not None
        assert outlook.is_overdue(day_30, calendar) is overdue
