"""Messages follow calendars: made a week ahead, moved, let go, and never sent twice under one key."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from daybreak.core.participation import Scope
from daybreak.server import clock
from daybreak.server.accounts.models import User
from daybreak.server.amendments.actions import Amendment, change_study
from daybreak.server.audit.trail import recorded
from daybreak.server.clock import Hand
from daybreak.server.enrolment.identity import Who, seal_who
from daybreak.server.enrolment.models import Participant, Withdrawal
from daybreak.server.enrolment.sealing import sealer_of
from daybreak.server.messages.actions.answering import answered
from daybreak.server.messages.actions.refusing import refuse, take_back
from daybreak.server.messages.models import Message, PushPlace
from daybreak.server.messages.planning import plan_all
from daybreak.server.messages.sending import said_before, send_due
from daybreak.server.visits.models import VisitRecord
from tests.live_people import shipped_study_file
from tests.server.messages.conftest import INFUSED, worked

pytestmark = pytest.mark.django_db
Letters = Callable[[], list[dict[str, Any]]]
DAY = timedelta(days=1)
QUESTIONS = "questions-ready:visit-follow-up-60:email"
State = Message.State


def of(person: Participant, name: str) -> Message:
    return Message.objects.get(key=f"{person.pk}:{name}")


def test_what_is_meant_within_a_week_is_kept_and_nothing_beyond(someone: Participant) -> None:
    plan_all(clock.now())
    kept = Message.objects.filter(participant=someone)
    assert {message.about for message in kept} >= {"training:1:1", "training:1:2", "visit:day-5"}
    assert all(message.intended_at <= INFUSED + 7 * DAY for message in kept)
    assert not kept.filter(about="visit:follow-up-60").exists()


def test_planning_again_changes_nothing(someone: Participant) -> None:
    assert plan_all(clock.now()) > 0
    before = list(Message.objects.order_by("pk").values())
    assert plan_all(clock.now()) == 0
    assert list(Message.objects.order_by("pk").values()) == before


def test_a_message_is_sent_once_however_often_workers_pass(someone: Participant, hand: Hand, letters: Letters) -> None:
    assert worked(hand, INFUSED + 56 * DAY) > 0
    at = of(someone, QUESTIONS)
    assert at.state == State.SENT
    assert [each["key"] for each in letters()].count(at.key) == 1
    assert worked(hand, INFUSED + 56 * DAY + timedelta(minutes=5)) == 0
    assert len(letters()) == Message.objects.filter(state=State.SENT).count()


def test_a_visit_that_moves_before_its_message_takes_it_along(someone: Participant, hand: Hand) -> None:
    hand.move_to(INFUSED + 50 * DAY)
    plan_all(clock.now())
    before = of(someone, QUESTIONS).intended_at
    infusion = someone.infusions.get()
    with recorded(None, "correct-infusion", participant=someone) as entry:
        entry.update(infusion, ended_at=INFUSED + DAY)
    plan_all(clock.now())
    after = of(someone, QUESTIONS)
    assert after.intended_at - before in (DAY, DAY - timedelta(hours=1), DAY + timedelta(hours=1))
    assert after.state == State.DUE


def test_a_visit_that_moves_after_its_message_brings_no_second_one(
    someone: Participant, hand: Hand, letters: Letters
) -> None:
    worked(hand, INFUSED + 56 * DAY)
    sent = [each["key"] for each in letters()]
    with recorded(None, "correct-infusion", participant=someone) as entry:
        entry.update(someone.infusions.get(), ended_at=INFUSED + 3 * DAY)
    worked(hand, INFUSED + 60 * DAY)
    assert [each["key"] for each in letters()].count(of(someone, QUESTIONS).key) == 1
    assert set(sent) <= {each["key"] for each in letters()}


def test_what_was_let_go_is_due_again_when_its_visit_moves_to_a_later_day(someone: Participant, hand: Hand) -> None:
    hand.move_to(INFUSED + 50 * DAY)
    plan_all(clock.now())
    hand.move_to(INFUSED + 80 * DAY)  # nobody worked meanwhile: the window is over
    plan_all(clock.now())
    assert (of(someone, QUESTIONS).state, of(someone, QUESTIONS).last_error) == (State.CANCELLED, "too late")
    with recorded(None, "correct-infusion", participant=someone) as entry:
        entry.update(someone.infusions.get(), ended_at=INFUSED + 28 * DAY)
    plan_all(clock.now())
    assert of(someone, QUESTIONS).state == State.DUE
    assert of(someone, QUESTIONS).intended_at > clock.now()


def test_a_visit_that_took_place_needs_no_message_any_more(someone: Participant, hand: Hand, colleague: User) -> None:
    hand.move_to(INFUSED + 50 * DAY)
    plan_all(clock.now())
    with recorded(colleague, "record-visit", participant=someone) as entry:
        moment = {"done_at": clock.now(), "recorded_at": clock.now()}
        entry.create(VisitRecord, participant=someone, key="follow-up-60", mode="online", by=colleague, **moment)
    plan_all(clock.now())
    assert of(someone, QUESTIONS).state == State.CANCELLED


def test_between_planning_and_sending_a_visit_that_took_place_is_noticed(
    someone: Participant, hand: Hand, colleague: User, letters: Letters
) -> None:
    hand.move_to(INFUSED + 50 * DAY)
    plan_all(clock.now())
    hand.move_to(INFUSED + 56 * DAY)
    with recorded(colleague, "record-visit", participant=someone) as entry:
        moment = {"done_at": clock.now(), "recorded_at": clock.now()}
        entry.create(VisitRecord, participant=someone, key="follow-up-60", mode="online", by=colleague, **moment)
    send_due(clock.now(), "one")
    assert (of(someone, QUESTIONS).state, of(someone, QUESTIONS).last_error) == (State.CANCELLED, "not meant")
    assert of(someone, QUESTIONS).key not in [each["key"] for each in letters()]


def test_who_left_the_follow_up_hears_no_more_of_it(someone: Participant, hand: Hand, colleague: User) -> None:
    hand.move_to(INFUSED + 50 * DAY)
    plan_all(clock.now())
    with recorded(colleague, "withdraw", participant=someone) as entry:
        left = {"scope": Scope.FOLLOW_UP, "at": clock.now(), "why": "no-reason"}
        entry.create(Withdrawal, participant=someone, by=colleague, **left)
    plan_all(clock.now())
    assert not Message.objects.filter(participant=someone, state=State.DUE).exists()
    assert worked(hand, INFUSED + 60 * DAY) == 0


def test_a_later_study_file_changes_what_is_due_and_leaves_what_was_sent(
    someone: Participant, hand: Hand, letters: Letters
) -> None:
    worked(hand, INFUSED + 56 * DAY)
    sent = of(someone, QUESTIONS)
    text = (
        shipped_study_file()
        .replace('key = "questions-closing"', 'key = "last-days"')
        .replace('after = "-3d"', 'after = "-5d"')
    )
    change_study(None, someone.study, Amendment(text, "study.toml", None, "earlier reminders"))
    worked(hand, INFUSED + 75 * DAY)
    keys = [each["key"] for each in letters()]
    assert keys.count(sent.key) == 1
    assert f"{someone.pk}:last-days:visit-follow-up-60:sms" in Message.objects.values_list("key", flat=True)
    assert not Message.objects.filter(rule="questions-closing").exclude(state=State.CANCELLED).exists()


def test_who_refuses_a_channel_gets_nothing_by_it_until_they_want_it_again(
    someone: Participant, hand: Hand, letters: Letters
) -> None:
    hand.move_to(INFUSED + 50 * DAY)
    plan_all(clock.now())
    assert refuse(someone.user, someone, "email")
    assert not refuse(someone.user, someone, "email")
    assert of(someone, QUESTIONS).last_error == "refused"
    worked(hand, INFUSED + 51 * DAY)
    assert of(someone, QUESTIONS).state == State.CANCELLED
    assert take_back(someone.user, someone, "email")
    assert not take_back(someone.user, someone, "email")
    worked(hand, INFUSED + 56 * DAY)
    assert of(someone, QUESTIONS).state == State.SENT


def test_what_was_answered_says_when_and_lets_the_rest_go(someone: Participant, hand: Hand) -> None:
    worked(hand, INFUSED + 56 * DAY)
    answered(someone, "visit:follow-up-60", clock.now())
    assert of(someone, QUESTIONS).answered_at == clock.now()
    assert not Message.objects.filter(about="visit:follow-up-60", state=State.DUE).exists()


def test_what_is_overdue_comes_to_each_coordinator_of_the_site_by_mail(
    someone: Participant, hand: Hand, colleague: User, letters: Letters
) -> None:
    worked(hand, INFUSED + 75 * DAY)
    overdue = Message.objects.get(kind="overdue", about="visit:follow-up-60", user=colleague)
    assert (overdue.channel, overdue.state) == ("email", State.SENT)
    letter = next(each for each in letters() if each["key"] == overdue.key)
    assert "/m/" in letter["text"]
    assert "/stop/" not in letter["text"]


def test_nobody_is_reminded_before_they_were_enrolled(here: Any, hand: Hand) -> None:
    assert worked(hand, INFUSED) == 0
    assert not Message.objects.exists()


def test_who_left_no_telephone_number_gets_no_text_message_and_keeps_nobody_busy(
    someone: Participant, hand: Hand
) -> None:
    with recorded(None, "save-identity", participant=someone) as entry:
        sealed = seal_who(someone, Who("Alexandra", "Door", email="a@example.org"))
        entry.update(someone.identity, sealed=sealed)
    worked(hand, INFUSED + 73 * DAY)
    text = of(someone, "questions-closing:visit-follow-up-60:sms")
    assert (text.state, text.last_error, text.tries) == (State.CANCELLED, "no address", 1)
    worked(hand, INFUSED + 73 * DAY + timedelta(minutes=1))
    assert of(someone, "questions-closing:visit-follow-up-60:sms").tries == 1


def test_push_is_meant_for_those_who_asked_for_it(someone: Participant, hand: Hand) -> None:
    hand.move_to(INFUSED + 50 * DAY)
    plan_all(clock.now())
    assert not Message.objects.filter(channel="push").exists()
    sealed = sealer_of(someone.pk).seal("push", b"{}")
    PushPlace.objects.create(participant=someone, digest="0" * 64, sealed=sealed, added_at=clock.now())
    plan_all(clock.now())
    assert of(someone, "questions-ready:visit-follow-up-60:push").state == State.DUE


def test_who_is_behind_hears_of_it_once_and_not_again_the_same_hour(someone: Participant, hand: Hand) -> None:
    hand.move_to(INFUSED + timedelta(hours=23))
    plan_all(clock.now())
    first = Message.objects.filter(rule="exercises-closing").earliest("intended_at")
    worked(hand, first.intended_at + timedelta(minutes=1))
    assert Message.objects.filter(rule="exercises-closing", state=State.SENT).count() == 1
    fields = {"kind": "reminder", "rule": "exercises-closing", "channel": "sms", "about": first.about}
    other = Message(participant=someone, key="another", **fields)
    assert said_before(other, clock.now()) == clock.now() + timedelta(hours=2)
    assert said_before(other, clock.now() + timedelta(hours=3)) is None
