"""A participant stops reminders by one way, and takes them again, on their own page."""

from __future__ import annotations

from typing import Any

import pytest

from daybreak.server.enrolment.models import Participant
from daybreak.server.messages.models import Refusal
from daybreak.server.studies.models import Site
from tests.candidates import enrolled
from tests.server.browsing import browser_of

pytestmark = pytest.mark.django_db
PAGE = "/me/reminders/"


@pytest.fixture
def member(clinic: Site, settings: Any) -> Participant:
    settings.MESSAGES_AS_FILES = True
    return enrolled(clinic)


def test_each_way_can_be_stopped_and_taken_again_alone(member: Participant) -> None:
    own = browser_of(member.user)
    assert 'href="/me/reminders/"' in own.get("/me/").text
    assert own.get(PAGE).text.count("These reminders come.") == 2
    assert own.post(PAGE, {"stop": "sms"}, follow=True).text.count("These reminders come.") == 1
    assert [each.channel for each in Refusal.objects.filter(participant=member)] == ["sms"]
    assert own.post(PAGE, {"want": "sms"}, follow=True).text.count("These reminders come.") == 2
    assert not Refusal.objects.exists()


@pytest.mark.parametrize("sent", [{}, {"stop": "pigeon"}, {"want": "page"}, {"stop": ""}])
def test_an_unknown_wish_changes_nothing(member: Participant, sent: dict[str, str]) -> None:
    assert browser_of(member.user).post(PAGE, sent).status_code == 422
    assert not Refusal.objects.exists()


def test_of_two_people_each_stops_their_own_only(member: Participant, clinic: Site) -> None:
    other = enrolled(clinic)
    browser_of(member.user).post(PAGE, {"stop": "email"})
    assert browser_of(other.user).get(PAGE).text.count("These reminders come.") == 2
