"""An answer that an alert rule calls for: help at once, the alert in the same turn, and never lost or doubled."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client

from daybreak.core.instruments import INSTRUMENTS
from daybreak.server import clock
from daybreak.server.assessments.actions.answering import Given, answer
from daybreak.server.assessments.actions.sending import submit
from daybreak.server.assessments.models import Answer
from daybreak.server.assessments.standing import own_form
from daybreak.server.enrolment.models import Participant
from daybreak.server.safety.models import Alert
from tests.server.assessments.answers import give, item_path

pytestmark = pytest.mark.django_db
NUMBER = [item.key for item in INSTRUMENTS["qids-sr"].items].index("suicidal_thoughts") + 1
HELP = item_path(NUMBER) + "help/"


def test_help_is_shown_at_once_with_the_sites_numbers_and_the_form_can_go_on(phone: Client) -> None:
    assert give(phone, item_path(NUMBER), "2").headers["Location"] == HELP
    page = phone.get(HELP).content.decode()
    assert 'href="tel:112"' in page
    assert "Your answer is saved" in page
    assert f'href="{item_path(NUMBER + 1)}"' in page


def test_the_alert_is_raised_when_the_answer_is_given_not_when_the_form_is_sent(
    phone: Client, person: Participant
) -> None:
    give(phone, item_path(NUMBER), "2")
    alert = Alert.objects.get()
    assert (alert.participant, alert.rule) == (person, "suicidal-thoughts")
    assert alert.facts == {"qids-sr.suicidal_thoughts": 2}


def test_the_same_answer_again_shows_help_again_and_raises_nothing_more(phone: Client) -> None:
    give(phone, item_path(NUMBER), "2")
    assert give(phone, item_path(NUMBER), "2").headers["Location"] == HELP
    give(phone, item_path(NUMBER), "0")
    assert give(phone, item_path(NUMBER), "2").headers["Location"] == HELP
    assert Alert.objects.count() == 1


def test_other_answers_lead_on(phone: Client) -> None:
    assert give(phone, item_path(NUMBER), "1").headers["Location"] == item_path(NUMBER + 1)
    assert not Alert.objects.exists()


def test_an_alert_stays_when_the_answer_is_taken_back(phone: Client) -> None:
    give(phone, item_path(NUMBER), "3")
    assert give(phone, item_path(NUMBER), "0").headers["Location"] == item_path(NUMBER + 1)
    assert Answer.objects.get(item="suicidal_thoughts").value == 0
    assert Alert.objects.get().state == "open"


def answer_each(person: Participant, visit: str, value: str) -> None:
    """Answer every question the same, but the one that calls by itself, and send it."""
    for item in INSTRUMENTS["qids-sr"].items:
        given = "0" if item.key == "suicidal_thoughts" else value
        mark = own_form(person, visit, "qids-sr", clock.now()).words.mark
        answer(person, Given(visit, "qids-sr", item.key, given, mark))
    submit(person, visit, "qids-sr")


def test_a_score_that_is_worse_than_the_first_one_calls_as_well(person: Participant) -> None:
    with clock.standing(person.infusions.get().ended_at + timedelta(hours=26)):
        answer_each(person, "day-1", "1")
        assert not Alert.objects.exists()
    answer_each(person, "follow-up-60", "2")
    alert = Alert.objects.get()
    assert (alert.rule, alert.facts) == ("worse", {"before": [8.0], "qids-sr.total": 16})
