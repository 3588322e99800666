"""From a reminder to the questions that are due: one link, one PIN, nothing else; and what it says after leaving."""

from __future__ import annotations

import json
import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from daybreak.core.participation import Scope
from daybreak.server import clock
from daybreak.server.enrolment.models import Participant
from daybreak.server.messages.models import Message
from daybreak.server.messages.planning import plan_all
from daybreak.server.messages.sending import send_due
from daybreak.server.participation.actions.leaving import withdraw
from daybreak.server.studies.models import Site
from tests.calendar_people import enrolled, infused
from tests.candidates import coordinator
from tests.server.browsing import browser

pytestmark = pytest.mark.django_db
PIN = "5094"


@pytest.fixture
def due(clinic: Site) -> Participant:
    """Return somebody whose questions of day 60 have just opened."""
    person = enrolled(clinic, ago=timedelta(days=58), zone=clinic.zone)
    infused(person, timedelta(days=55, hours=14))
    person.user.set_password(PIN)
    person.user.save()
    return person


@pytest.fixture
def link(due: Participant, settings: Any, tmp_path: Path) -> str:
    """Return the link of the reminder, as it stands in the letter."""
    settings.MESSAGES_AS_FILES, settings.MESSAGE_FOLDER = True, tmp_path
    plan_all(clock.now())
    send_due(clock.now(), "a worker")
    message = Message.objects.get(about="visit:follow-up-60", channel="email", state=Message.State.SENT)
    letters = [json.loads(place.read_text()) for place in (tmp_path / "email").iterdir()]
    told = next(letter["text"] for letter in letters if letter["key"] == message.key)
    found = re.search(r"(/p/[^/\s]+/)", told)
    assert found is not None
    return found[1]


def test_the_link_of_a_reminder_leads_after_the_pin_straight_to_the_due_questions(link: str) -> None:
    client = browser()
    assert "Enter your PIN" in client.get(link).text
    page = client.post(link, {"pin": PIN}, follow=True)
    assert page.status_code == 200
    assert page.redirect_chain[-1][0].startswith("/forms/follow-up-60/")


def test_after_leaving_the_follow_up_the_link_says_that_nothing_more_is_asked(link: str, due: Participant) -> None:
    withdraw(coordinator(due.study), due, Scope.FOLLOW_UP, why="own-wish")
    page = browser().post(link, {"pin": PIN}, follow=True)
    assert "there are no more questions" in page.text
    assert "/help/" in page.text


def test_after_all_was_withdrawn_it_says_that_the_part_in_the_study_is_over(link: str, due: Participant) -> None:
    withdraw(coordinator(due.study), due, Scope.DATA, why="own-wish")
    page = browser().post(link, {"pin": PIN}, follow=True)
    assert (page.status_code, "You left the study" in page.text) == (410, True)
