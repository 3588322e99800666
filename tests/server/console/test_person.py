"""A person's page: one timeline, the same as a table, and only what the reader may know."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from daybreak.core.instruments import INSTRUMENTS
from daybreak.core.roles import Role
from daybreak.server import clock
from daybreak.server.assessments.models import Form
from daybreak.server.console.timeline import STOPS, x_of
from daybreak.server.enrolment.models import Participant, Withdrawal
from daybreak.server.review.actions.queries import ask_query
from daybreak.server.review.values import row_of
from daybreak.server.studies.models import Site
from daybreak.server.training.models import TrainingSession
from daybreak.server.visits.models import VisitRecord
from tests import people
from tests.server.browsing import browser_of

pytestmark = pytest.mark.django_db
DAYS = 20


@pytest.fixture
def someone(clinic: Site) -> Participant:
    """Return someone twenty days after the infusion, with a visit, a session, and a withdrawal from training."""
    person = people.participant(clinic, "P-1", infusion_ago=timedelta(days=DAYS))
    before = clock.now() - timedelta(days=DAYS + 3)
    Participant.objects.filter(pk=person.pk).update(status="infused", enrolled_at=before, screened_at=before)
    by = people.staff(clinic.study, Role.RATER)
    after = clock.now() - timedelta(days=DAYS)
    VisitRecord.objects.create(
        participant=person,
        key="day-1",
        done_at=after + timedelta(hours=24),
        recorded_at=clock.now(),
        mode="video",
        notes="Spoke slowly.",
        by=by,
    )
    VisitRecord.objects.create(
        participant=person,
        key="day-0",
        done_at=after + timedelta(hours=2),
        recorded_at=clock.now(),
        mode="in-person",
        notes="Felt far away for an hour.",
        by=by,
    )
    TrainingSession.objects.create(
        participant=person,
        infusion=person.infusions.get(),
        number=1,
        state="completed",
        planned_exposures=200,
        valid_exposures=180,
        planned_at=after,
        completed_at=after + timedelta(hours=27),
    )
    Withdrawal.objects.create(participant=person, scope="training", at=after + timedelta(days=6), why="burden", by=by)
    return person


def page_for(person: Participant, role: Role) -> str:
    return browser_of(people.staff(person.study, role)).get(f"/desk/people/{person.code}/").text.partition("<main")[2]


def test_all_of_the_year_is_drawn_and_told(someone: Participant) -> None:
    page = page_for(someone, Role.COORDINATOR)
    drawn = re.findall(r"<title>([^<]+)</title>", page.partition("<svg")[2])
    told = re.findall(r'<th scope="row">(?:<a[^>]*>)?([^<]+)<', page)
    assert {"24 hours: done", "Day 5: missed", "Day 21: due", "Exercises 1 of 8: done, 90 % delivered"} <= set(drawn)
    assert {"Enrolled", "Infusion", "24 hours", "Questionnaire, day 360", "Withdrawn: training"} <= set(told)
    assert len(drawn) == len(told)


def test_the_table_stands_in_order_of_time_and_counts_days_from_the_infusion(someone: Participant) -> None:
    page = page_for(someone, Role.COORDINATOR)
    days = [int(day) for day in re.findall(r'<tr><td class="num">(-?\d+)</td>', page)]
    assert days == sorted(days)
    assert days[0] < 0
    assert days[-1] >= 355
    assert re.search(r'<td class="num">1</td><th scope="row">(<a[^>]*>)?24 hours', page)


def test_a_session_leads_to_its_page(someone: Participant) -> None:
    session = TrainingSession.objects.get()
    assert f'<a href="/desk/sessions/{session.pk}/">Exercises 1 of 8</a>' in page_for(someone, Role.INVESTIGATOR)


def test_a_rater_is_told_of_no_training_and_of_nothing_noted_at_the_infusion(someone: Participant) -> None:
    page = page_for(someone, Role.RATER)
    assert "Spoke slowly." in page
    assert "24 hours" in page
    assert not re.search(r"[Ee]xercise|delivered|far away|bead", page)


def test_forms_stand_on_the_timeline_with_their_state_and_open_queries(someone: Participant) -> None:
    forms = forms_of(someone)
    monitor = people.staff(someone.study, Role.MONITOR)
    ask_query(monitor, someone, row_of(forms["madrs"]), "answers.lassitude", "Is this right?")
    page = page_for(someone, Role.COORDINATOR)
    drawn = re.findall(r"<title>([^<]+)</title>", page.partition("<svg")[2])
    assert "Depression, by interview (MADRS), 24 hours: complete" in drawn
    row = page.partition(f'<a href="/desk/people/{someone.code}/forms/day-1/madrs/">')[2].partition("</tr>")[0]
    assert "complete" in row
    assert "late; 1 open data query" in row
    assert "Data query: lassitude" in page


def test_a_rater_sees_that_interviews_have_forms_and_of_no_other_form(someone: Participant) -> None:
    forms_of(someone)
    page = page_for(someone, Role.RATER)
    assert "Depression, by interview (MADRS), 24 hours" in page
    assert "/forms/day-1/madrs/" not in page
    assert INSTRUMENTS["cadss"].title not in page


def forms_of(person: Participant) -> dict[str, Form]:
    """Store a form of the interview a day after the infusion, and one of the infusion itself."""
    stored = {"version": "1", "language": "en", "state": Form.State.COMPLETE, "late": True}
    at = clock.now() - timedelta(days=DAYS - 1)
    return {
        key: Form.objects.create(
            participant=person, visit_key=visit, instrument=key, opened_at=at, submitted_at=at, **stored
        )
        for visit, key in (("day-1", "madrs"), ("day-0", "cadss"))
    }


def test_what_is_due_next_stands_at_the_top(someone: Participant) -> None:
    head = page_for(someone, Role.COORDINATOR).partition("</header>")[0]
    assert "Day 21, until" in head
    assert 'class="tag infused"' in head
    assert 'class="tag withdrawn"' in head


def test_someone_in_screening_has_no_timeline_yet(clinic: Site) -> None:
    person = people.participant(clinic, "P-9", version=None, cues=None, infusion_ago=None)
    Participant.objects.filter(pk=person.pk).update(status="screening", enrolled_at=None)
    page = page_for(person, Role.COORDINATOR)
    assert "not enrolled yet" in page
    assert "<title>" not in page
    assert "The calendar begins with the enrolment" in page or "not dated" in page


@given(st.floats(-400, 800), st.floats(-400, 800))
def test_a_later_day_never_stands_before_an_earlier_one(one: float, other: float) -> None:
    assert x_of(min(one, other)) <= x_of(max(one, other))
    assert STOPS[0][1] <= x_of(one) <= STOPS[-1][1]
