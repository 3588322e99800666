"""A person's calendar from what is stored: moves, jumps of the clock, and what never runs backwards."""

from __future__ import annotations

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from daybreak.core.calendar import CalendarRules
from daybreak.server import clock
from daybreak.server.accounts.models import User
from daybreak.server.enrolment.models import Participant
from daybreak.server.participation.actions.opening import correct_details
from daybreak.server.studies.models import Site
from daybreak.server.studies.queries import file_of
from daybreak.server.visits.actions.recording import VisitFacts, record_visit
from daybreak.server.visits.calendar import CALENDAR_ROWS, calendar_of
from tests.calendar_people import enrolled, infused, minute

pytestmark = pytest.mark.django_db


def test_whoever_moves_keeps_the_past_and_gets_later_dates_by_the_new_clock(person: Participant, cora: User) -> None:
    infused(person, timedelta(hours=30))
    before = calendar_of(person, clock.now())
    correct_details(cora, person, language="en", zone="Pacific/Auckland", visible_only=False, reason="moved")
    after = calendar_of(Participant.objects.get(), clock.now())
    day_1, day_30 = (after.visit(key) for key in ("day-1", "day-30"))
    assert day_1 == before.visit("day-1")
    assert day_30 is not None
    assert day_30.opens.astimezone(ZoneInfo("Pacific/Auckland")).strftime("%H:%M") == "00:00"


def test_after_a_jump_of_the_clock_all_that_was_left_is_missed_and_the_pages_still_work(
    person: Participant, desk: Client
) -> None:
    infused(person, timedelta(hours=30))
    clock.move_forward(timedelta(days=500))
    calendar = calendar_of(person, clock.now())
    assert {one.state for one in calendar.planned if one.kind != "infusion"} == {"missed"}
    for page in ("/desk/people/P-1/visits/", "/desk/deviations/", "/desk/people/P-1/calendar.ics"):
        assert desk.get(page).status_code == 200


def test_a_clock_set_back_leaves_what_was_recorded_as_it_was(person: Participant, cora: User) -> None:
    infused(person, timedelta(hours=30))
    record_visit(cora, person, "day-1", VisitFacts(minute(clock.now() - timedelta(hours=2)), "in-person"))
    earlier = calendar_of(person, clock.now() - timedelta(days=1)).visit("day-1")
    assert earlier is not None
    assert earlier.state == "done"


def test_a_list_of_people_is_read_with_a_fixed_number_of_queries(harbour: Site) -> None:
    rules, now = CalendarRules.of(file_of(harbour.study)), clock.now()

    def queries() -> int:
        people = Participant.objects.select_related("study").prefetch_related(*CALENDAR_ROWS)
        with CaptureQueriesContext(connection) as seen:
            assert [calendar_of(person, now, rules) for person in people]
        return len(seen)

    infused(enrolled(harbour, "P-1"), timedelta(hours=30))
    one = queries()
    for code in ("P-2", "P-3", "P-4"):
        infused(enrolled(harbour, code), timedelta(hours=30))
    assert queries() == one
