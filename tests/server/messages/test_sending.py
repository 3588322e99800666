"""Sending once whatever happens: claims, crashes, failures, clocks that jump, nights."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from daybreak.server import clock
from daybreak.server.accounts.models import User
from daybreak.server.clock import Hand
from daybreak.server.enrolment.models import Participant
from daybreak.server.messages.actions.intending import Wish, intend
from daybreak.server.messages.gateways.chosen import gateway_of
from daybreak.server.messages.gateways.files import FileGateway
from daybreak.server.messages.gateways.gateway import Letter
from daybreak.server.messages.models import Message
from daybreak.server.messages.planning import plan_all
from daybreak.server.messages.sending import ALERT_WAITS, WAITS, send_due, send_some, settle
from tests.server.messages.broken_mail import AWAY, NO_SUCH_PERSON, SILENT, BrokenMail
from tests.server.messages.conftest import INFUSED, worked

pytestmark = pytest.mark.django_db
Letters = Callable[[], list[dict[str, Any]]]
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
State = Message.State


def alert(someone: Participant, user: User, **more: Any) -> Message:
    wish = Wish(f"alert:{user.pk}", someone, "alert", "alert:1", "email", clock.now(), user=user, **more)
    return intend(None, wish)


def reminder(someone: Participant) -> Message:
    """A message to the person that hangs on no calendar, due now."""
    return intend(None, Wish("hello", someone, "link", "link:1", "email", clock.now()))


def again(message: Message) -> Message:
    return Message.objects.get(pk=message.pk)


def held(message: Message, **more: Any) -> None:
    """Leave the message as a worker does that died after its claim."""
    claim = {"state": State.CLAIMED, "claimed_at": clock.now(), "claimed_by": "dead", "tries": 1}
    Message.objects.filter(pk=message.pk).update(**(claim | more))


@pytest.fixture
def broken(monkeypatch: pytest.MonkeyPatch, settings: Any) -> Callable[[Exception], None]:
    """Have e-mail go to a mail server that fails in one way."""

    def use(error: Exception) -> None:
        settings.MESSAGES_AS_FILES, settings.EMAIL_BACKEND = False, f"{BrokenMail.__module__}.BrokenMail"
        monkeypatch.setattr(BrokenMail, "error", error)

    return use


def test_two_wishes_under_one_key_are_one_message(someone: Participant) -> None:
    assert reminder(someone) == reminder(someone)
    assert Message.objects.filter(key="hello").count() == 1


def test_a_fresh_claim_is_left_to_its_worker(someone: Participant, hand: Hand, letters: Letters) -> None:
    message = reminder(someone)
    held(message)
    hand.move_to(clock.now() + 4 * MINUTE)
    assert send_due(clock.now(), "two") == 0
    assert letters() == []


def test_a_worker_that_died_before_sending_has_its_letter_sent_by_another(
    someone: Participant, hand: Hand, letters: Letters
) -> None:
    message = reminder(someone)
    held(message)
    hand.move_to(clock.now() + 6 * MINUTE)
    assert send_due(clock.now(), "two") == 1
    assert [each["key"] for each in letters()] == ["hello"]
    assert (again(message).state, again(message).tries) == (State.SENT, 2)


def test_a_worker_that_died_after_sending_has_nothing_sent_again(
    someone: Participant, hand: Hand, folder: Any, letters: Letters
) -> None:
    message = reminder(someone)
    held(message)
    FileGateway(folder / "email").send(Letter("hello", ("a@example.org",), "Once", "by the dead"))
    hand.move_to(clock.now() + 6 * MINUTE)
    assert send_due(clock.now(), "two") == 0
    assert [each["text"] for each in letters()] == ["by the dead"]
    assert again(message).state == State.SENT


def test_where_the_gateway_cannot_be_asked_a_reminder_stays_unknown_and_an_alert_goes_again(
    someone: Participant, colleague: User, hand: Hand, broken: Callable[[Exception], None]
) -> None:
    hello, call = reminder(someone), alert(someone, colleague)
    held(hello)
    held(call)
    broken(AWAY)
    hand.move_to(clock.now() + 6 * MINUTE)
    assert settle(clock.now()) == 2
    assert (again(hello).state, again(hello).last_error) == (State.UNKNOWN, "worker died")
    assert again(call).state == State.DUE


def test_a_claim_from_before_the_clock_was_put_back_counts_as_old(someone: Participant, letters: Letters) -> None:
    message = reminder(someone)
    held(message, claimed_at=clock.now() + DAY)
    assert send_due(clock.now(), "two") == 1
    assert again(message).state == State.SENT
    assert len(letters()) == 1


def test_what_was_refused_is_tried_again_later_and_later_and_then_failed(
    someone: Participant, hand: Hand, broken: Callable[[Exception], None]
) -> None:
    message = reminder(someone)
    broken(AWAY)
    for wait in WAITS:
        send_due(clock.now(), "one")
        assert again(message).state == State.DUE
        assert again(message).next_try_at == clock.now() + wait
        hand.move_to(clock.now() + wait)
    send_due(clock.now(), "one")
    assert (again(message).state, again(message).last_error) == (State.FAILED, "mail server")
    assert again(message).tries == len(WAITS) + 1


def test_an_alert_is_tried_every_minute_whatever_went_wrong(
    someone: Participant, colleague: User, hand: Hand, broken: Callable[[Exception], None]
) -> None:
    call = alert(someone, colleague)
    broken(SILENT)
    for _ in range(len(ALERT_WAITS)):
        send_due(clock.now(), "one")
        assert (again(call).state, again(call).last_error) == (State.DUE, "mail server")
        hand.move_to(clock.now() + MINUTE)
    send_due(clock.now(), "one")
    assert again(call).state == State.FAILED


def test_nobody_is_reminded_again_when_nobody_can_tell_whether_it_went(
    someone: Participant, broken: Callable[[Exception], None]
) -> None:
    message = reminder(someone)
    broken(SILENT)
    assert send_due(clock.now(), "one") == 0
    assert (again(message).state, again(message).last_error) == (State.UNKNOWN, "mail server")


def test_what_can_never_work_is_tried_once(someone: Participant, broken: Callable[[Exception], None]) -> None:
    message = reminder(someone)
    broken(NO_SUCH_PERSON)
    send_due(clock.now(), "one")
    assert (again(message).state, again(message).tries) == (State.FAILED, 1)


def test_alerts_go_before_everything_else(someone: Participant, colleague: User, hand: Hand, letters: Letters) -> None:
    for number in range(30):
        intend(None, Wish(f"hello-{number}", someone, "link", "link:1", "email", clock.now() - HOUR))
    call = alert(someone, colleague)
    assert send_some(clock.now(), "one") == 20
    assert again(call).state == State.SENT
    assert send_due(clock.now(), "one") == 11


def test_a_drill_says_so_first(someone: Participant, colleague: User, letters: Letters) -> None:
    alert(someone, colleague, drill=True)
    send_due(clock.now(), "one")
    assert letters()[0]["subject"].startswith("DRILL")
    assert letters()[0]["text"].startswith("DRILL")


def test_a_worker_that_slept_through_the_evening_waits_until_the_night_is_over(
    someone: Participant, hand: Hand, letters: Letters
) -> None:
    hand.move_to(INFUSED + 50 * DAY)
    plan_all(clock.now())
    message = Message.objects.get(key=f"{someone.pk}:questions-ready:visit-follow-up-60:email")
    midnight = message.intended_at + 15 * HOUR  # it was meant for eight in the morning
    assert worked(hand, midnight) == 0
    assert again(message).state == State.DUE
    assert worked(hand, midnight + 9 * HOUR) >= 1


def test_a_clock_that_jumps_far_ahead_and_back_loses_and_doubles_nothing(
    someone: Participant, letters: Letters
) -> None:
    for jump in (timedelta(), 400 * DAY, timedelta()):
        with clock.standing(INFUSED + 50 * DAY + jump):
            plan_all(clock.now())
            send_due(clock.now(), "one")
    with clock.standing(INFUSED + 56 * DAY):
        plan_all(clock.now())
        send_due(clock.now(), "one")
    keys = [each["key"] for each in letters()]
    assert keys.count(f"{someone.pk}:questions-ready:visit-follow-up-60:email") == 1
    assert len(keys) == len(set(keys))


def test_somebody_without_an_address_is_named_as_such_and_tried_no_more(someone: Participant) -> None:
    message = intend(None, Wish("text", someone, "link", "link:1", "push", clock.now()))
    assert send_due(clock.now(), "one") == 0
    assert (again(message).state, again(message).last_error) == (State.FAILED, "no address")


def test_a_channel_this_server_does_not_have_fails_at_once_and_is_planned_for_nobody(
    someone: Participant, settings: Any
) -> None:
    settings.MESSAGES_AS_FILES = False
    assert gateway_of("sms") is None
    message = intend(None, Wish("text", someone, "link", "link:1", "sms", clock.now()))
    plan_all(clock.now())
    send_due(clock.now(), "one")
    assert again(message).last_error == "no gateway"
    assert not Message.objects.filter(channel="sms").exclude(pk=message.pk).exists()


def test_a_page_of_the_desk_takes_everything(someone: Participant, colleague: User) -> None:
    wish = Wish("page", someone, "alert", "alert:1", "page", clock.now(), user=colleague)
    message = intend(None, wish)
    assert send_due(clock.now(), "one") == 1
    assert again(message).state == State.SENT


def test_a_letter_holds_neither_name_nor_address_nor_a_link_without_a_pin(
    someone: Participant, hand: Hand, letters: Letters
) -> None:
    worked(hand, INFUSED + 56 * DAY)
    for letter in letters():
        text = letter["text"] + letter["subject"]
        assert "Alexandra" not in text
        assert "@" not in text
        assert "P-1" not in text
        assert "ketamine" not in text.lower()
    assert any("/p/" in letter["text"] for letter in letters())
