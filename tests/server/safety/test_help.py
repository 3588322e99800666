"""What a person reads at once after an answer that calls somebody: true at that minute, the same in every arm."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.utils import translation

from daybreak.server.enrolment.models import Participant
from daybreak.server.safety.help import help_for, told_now, watch_says
from daybreak.server.studies.models import Site
from tests import people
from tests.live_people import plain_face
from tests.server.safety.cast import THOUGHTS, Team, form_of, give, raised

pytestmark = pytest.mark.django_db
MONDAY_NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
SUNDAY_NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


@pytest.fixture
def by_utc(person: Participant) -> Participant:
    """The person's clinic keeps UTC, so that its hours are known."""
    Site.objects.update(zone="UTC")
    Participant.objects.update(zone="UTC")
    return Participant.objects.select_related("site__study", "study", "user").get()


def test_a_person_sees_the_numbers_of_their_own_site(by_utc: Participant) -> None:
    shown = help_for(by_utc, MONDAY_NOON)
    assert [(line.label, line.dial) for line in shown.lines] == [("Clinic", "112")]
    assert shown.title == "You do not have to carry this alone"


def test_outside_the_hours_nobody_is_said_to_read_it(by_utc: Participant) -> None:
    assert "Your clinic is told now" in help_for(by_utc, MONDAY_NOON).watched
    assert "Nobody at the clinic reads this right now" in told_now(by_utc, SUNDAY_NOON)
    assert "until 5 p.m. today" in watch_says(by_utc, MONDAY_NOON)
    assert watch_says(by_utc, SUNDAY_NOON) == "Nobody watches your answers now. If you need help, call."


def test_hours_are_said_on_the_persons_own_clock(by_utc: Participant) -> None:
    by_utc.zone = "America/New_York"
    assert "until noon today" in watch_says(by_utc, MONDAY_NOON)


def test_a_study_without_hours_says_that_nobody_watches(by_utc: Participant) -> None:
    by_utc.study.study_file = by_utc.study.study_file.replace('hours = ["09:00", "17:00"]', "")
    by_utc.site.study = by_utc.study
    assert watch_says(by_utc, MONDAY_NOON) == "Nobody watches your answers. If you need help, call."
    assert "Nobody at the clinic reads this" in told_now(by_utc, MONDAY_NOON)


def test_all_of_it_is_said_in_the_persons_language(by_utc: Participant) -> None:
    with translation.override("es"):
        shown = help_for(by_utc, SUNDAY_NOON)
    assert shown.title == "No tiene que pasar por esto a solas"
    assert "nadie lee esto" in shown.watched


def test_an_alert_remembers_whether_it_was_raised_in_the_hours(by_utc: Participant, team: Team) -> None:
    assert raised(by_utc, MONDAY_NOON).watched
    (alert,) = give(form_of(by_utc, visit_key="day-5"), THOUGHTS, SUNDAY_NOON)
    assert not alert.watched


@pytest.fixture
def sham(clinic: Site) -> Participant:
    return people.participant(clinic, "P-9", version="sham", portrait=plain_face(), seed=bytes(32))


def test_active_and_sham_are_told_and_timed_alike(person: Participant, sham: Participant, team: Team) -> None:
    first, second = (raised(each, MONDAY_NOON) for each in (person, sham))
    same = ("rule", "says", "facts", "due_at", "watched", "tell", "then_tell", "steps", "state")
    assert [getattr(first, name) for name in same] == [getattr(second, name) for name in same]
    told = [list(alert.told.values_list("user", "step", "at")) for alert in (first, second)]
    assert told[0] == told[1]
    assert help_for(person, MONDAY_NOON) == help_for(sham, MONDAY_NOON)
