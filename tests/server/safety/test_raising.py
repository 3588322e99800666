"""An alert is raised with the answer that calls for it, once."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import transaction

from daybreak.server import clock
from daybreak.server.audit.models import Entry
from daybreak.server.audit.trail import recorded
from daybreak.server.enrolment.models import Participant
from daybreak.server.messages.gateways.chosen import FILES
from daybreak.server.messages.models import Message
from daybreak.server.messages.writing import letter_of
from daybreak.server.safety.actions.raising import answered
from daybreak.server.safety.delivery import reached
from daybreak.server.safety.models import Alert
from tests.server.safety.cast import THOUGHTS, Team, form_of, give, raised

pytestmark = pytest.mark.django_db


def test_the_answer_that_calls_raises_an_alert_in_its_own_transaction(person: Participant, team: Team) -> None:
    with transaction.atomic():
        raised(person)
        transaction.set_rollback(True)
    assert not Alert.objects.exists()
    alert = raised(person)
    entry = Entry.objects.latest("number")
    assert entry.action == "give-answer"
    assert "safety.alert" in entry.body
    assert alert.due_at - alert.raised_at == alert.within


def test_an_answer_below_the_rule_or_not_given_raises_none(person: Participant, team: Team) -> None:
    form = form_of(person)
    assert give(form, {"qids-sr.suicidal_thoughts": 1}) == []
    assert give(form, {"qids-sr.suicidal_thoughts": None, "qids-sr.total": None}) == []
    assert give(form, {"phq-9.suicidal_thoughts": 3}) == []


def test_one_form_raises_a_rule_once_and_another_form_raises_it_again(person: Participant, team: Team) -> None:
    first = form_of(person)
    assert len(give(first, THOUGHTS)) == 1
    assert give(first, {"qids-sr.suicidal_thoughts": 3}) == []
    assert len(give(form_of(person, visit_key="day-5"), THOUGHTS)) == 1
    assert Alert.objects.count() == 2


def test_a_corrected_answer_does_not_take_its_alert_back(person: Participant, team: Team) -> None:
    alert = raised(person)
    give(form_of(person), {"qids-sr.suicidal_thoughts": 0})
    alert.refresh_from_db()
    assert alert.state == Alert.State.OPEN


def test_a_score_that_got_worse_raises_an_alert_that_says_so(person: Participant, team: Team) -> None:
    earlier = {"qids-sr.total": [12.0, 6.0]}
    assert give(form_of(person), {"qids-sr.total": 17.0}, earlier=earlier) == []
    (alert,) = give(form_of(person), {"qids-sr.total": 18.0}, earlier=earlier)
    assert alert.says == "qids-sr.total 6 points higher than at the beginning"
    assert alert.facts == {"qids-sr.total": 18.0, "before": [12.0, 6.0]}


def test_those_who_come_first_are_told_at_once_by_two_ways_and_nobody_else(person: Participant, team: Team) -> None:
    alert = raised(person)
    assert {each.user for each in alert.told.all()} == {team.investigator, team.coordinator}
    ways = set(Message.objects.filter(about=f"alert:{alert.pk}").values_list("user", "channel"))
    assert ways == {(user.pk, way) for user in (team.investigator, team.coordinator) for way in ("email", "page")}
    assert set(Message.objects.values_list("path", flat=True)) == {f"/desk/alerts/{alert.pk}/"}


def test_who_left_a_number_is_sent_a_text_message_too_where_there_is_a_gateway(person: Participant, team: Team) -> None:
    team.investigator.phone = "+34 600 000 000"
    team.investigator.save()
    raised(person)
    ways = Message.objects.filter(user=team.investigator).values_list("channel", flat=True)
    assert set(ways) == {"email", "sms", "page"}
    message = Message.objects.get(channel="sms")
    letter = letter_of(message)
    assert letter is not None
    assert letter.to == ("+34 600 000 000",)
    for word in ("qids", "suicid", "thought", person.code, "depress", "ketamine"):
        assert word not in f"{letter.subject} {letter.text}".lower()


def test_letters_in_a_folder_reach_nobody_but_in_a_demo(person: Participant, team: Team, settings: Any) -> None:
    raised(person)
    Message.objects.update(state=Message.State.SENT)
    reached_now = Alert.objects.annotate(reached=reached()).values_list("reached", flat=True)
    assert list(reached_now) == [True]
    settings.DEMO = False
    settings.EMAIL_BACKEND = FILES
    assert list(Alert.objects.annotate(reached=reached()).values_list("reached", flat=True)) == [False]


def test_staff_of_another_site_and_those_who_left_are_not_told(person: Participant, team: Team) -> None:
    team.coordinator.memberships.update(until=clock.now())
    team.investigator.is_active = False
    team.investigator.save()
    alert = raised(person)
    assert [each.user for each in alert.told.all()] == [team.administrator]


def test_an_alert_keeps_the_line_it_was_raised_with(person: Participant, team: Team) -> None:
    alert = raised(person)
    study = person.study
    study.versions.update(
        study_file=study.study_file.replace('then_tell = ["administrator"]', 'then_tell = ["monitor"]')
    )
    alert.refresh_from_db()
    assert alert.line.then_tell == ("administrator",)


def test_the_one_who_entered_the_answer_stands_by_the_alert(person: Participant, team: Team) -> None:
    form = form_of(person, by=team.rater, instrument="madrs")
    with recorded(team.rater, "give-answer", participant=person) as entry:
        (alert,) = answered(entry, person, form=form, named={"madrs.suicidal_thoughts": 5}, now=clock.now())
    assert alert.raised_by == team.rater
    assert alert.rule == "suicidal-thoughts-interview"
