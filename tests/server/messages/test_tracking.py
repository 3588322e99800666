"""What a mail service tells of a message is noted once, by its key."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from anymail.signals import AnymailTrackingEvent, tracking

from daybreak.server import clock
from daybreak.server.enrolment.models import Participant
from daybreak.server.messages.actions.intending import Wish, intend
from daybreak.server.messages.models import Message
from daybreak.server.messages.sending import send_due

pytestmark = pytest.mark.django_db


@pytest.fixture
def message(someone: Participant) -> Message:
    made = intend(None, Wish("hello", someone, "link", "link:1", "email", clock.now()))
    send_due(clock.now(), "one")
    return made


def told(kind: str, **more: Any) -> Message:
    event = AnymailTrackingEvent(event_type=kind, **({"metadata": {"key": "hello"}} | more))
    tracking.send(sender=Message, event=event, esp_name="Test")
    return Message.objects.get(key="hello")


def test_the_first_time_it_was_delivered_and_opened_is_kept(message: Message) -> None:
    at = clock.now() + timedelta(minutes=1)
    assert told("delivered", timestamp=at).delivered_at == at
    assert told("delivered", timestamp=at + timedelta(hours=1)).delivered_at == at
    assert told("opened", timestamp=at).opened_at == at
    assert told("clicked", timestamp=at + timedelta(hours=1)).opened_at == at


def test_a_time_the_service_does_not_tell_is_now(message: Message) -> None:
    assert told("delivered").delivered_at == clock.now()


def test_what_came_back_has_failed_unless_it_was_delivered_before(message: Message) -> None:
    assert (told("bounced").state, told("bounced").last_error) == (Message.State.FAILED, "bounced")
    Message.objects.filter(pk=message.pk).update(state=Message.State.SENT, delivered_at=clock.now())
    assert told("bounced").state == Message.State.SENT


def test_what_nobody_could_tell_of_was_sent_after_all(message: Message) -> None:
    Message.objects.filter(pk=message.pk).update(state=Message.State.UNKNOWN, sent_at=None)
    assert told("delivered").state == Message.State.SENT
    assert told("delivered").sent_at == clock.now()


def test_events_without_a_key_or_of_no_use_change_nothing(message: Message) -> None:
    before = Message.objects.values().get()
    told("delivered", metadata={})
    told("subscribed")
    assert Message.objects.values().get() == before
