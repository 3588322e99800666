"""What a mail service tells of a message: delivered, opened, refused. Each is noted once, by the message's key."""

from __future__ import annotations

from typing import Any

from anymail.signals import AnymailTrackingEvent, EventType, tracking
from django.dispatch import receiver

from daybreak.server import clock
from daybreak.server.messages.models import Message

NOTED = {
    EventType.DELIVERED: "delivered_at",
    EventType.OPENED: "opened_at",
    EventType.CLICKED: "opened_at",
}
LOST = (EventType.BOUNCED, EventType.REJECTED, EventType.FAILED)
KNOWN = (Message.State.SENT, Message.State.UNKNOWN, Message.State.CLAIMED)


@receiver(tracking, dispatch_uid="daybreak messages")
def note(event: AnymailTrackingEvent, **_more: Any) -> None:
    """Note the first time that a message is said to be delivered or opened, or that it came back."""
    key = (event.metadata or {}).get("key")
    message = Message.objects.filter(key=key, channel="email", state__in=KNOWN) if key else Message.objects.none()
    if field := NOTED.get(event.event_type):
        at = event.timestamp or clock.now()
        message.filter(state=Message.State.UNKNOWN).update(state=Message.State.SENT, sent_at=at)
        message.filter(**{f"{field}__isnull": True}).update(**{field: at})
    elif event.event_type in LOST:
        message.filter(delivered_at=None).update(state=Message.State.FAILED, last_error=str(event.event_type))
