"""How staff are told of an alert, and whether it reached them. No message says what it is about."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.db.models import CharField, Exists, OuterRef, QuerySet, Value
from django.db.models.functions import Cast, Concat
from django.urls import reverse

from daybreak.server.accounts.models import User
from daybreak.server.audit.trail import Draft
from daybreak.server.messages.actions.intending import Wish, intend
from daybreak.server.messages.gateways.chosen import FILES, has_channel
from daybreak.server.messages.models import Message
from daybreak.server.safety.models import Alert

ABOUT = "alert:"


def tell(entry: Draft, alert: Alert, user: User, step: int, now: datetime) -> None:
    """Mean to tell `user` by every way there is to them; doing it again for the same step does nothing."""
    for channel in ways_to(user):
        wish = Wish(
            key=f"{ABOUT}{alert.pk}:{step}:{user.pk}:{channel}",
            participant=alert.participant,
            kind="alert",
            about=about(alert),
            channel=channel,
            at=now,
            user=user,
            path=reverse("desk-alert", args=[alert.pk]),
            drill=alert.drill,
        )
        intend(entry, wish)


def ways_to(user: User) -> tuple[str, ...]:
    """Return the ways to a member of staff, two at the least: e-mail and the desk, and text messages if they wish."""
    return ("email", "sms", "page") if user.phone and has_channel("sms") else ("email", "page")


def about(alert: Alert) -> str:
    """Return how messages name an alert."""
    return f"{ABOUT}{alert.pk}"


def reached() -> Exists:
    """Return, for a query of alerts, whether any message about each was handed over to a mailbox or a telephone."""
    name = Concat(Value(ABOUT), Cast(OuterRef("pk"), CharField()))
    return Exists(Message.objects.filter(about=name, state=Message.State.SENT, channel__in=_outward()))


def _outward() -> tuple[str, ...]:
    """Return the ways that reach somebody who is not looking at the desk: letters in a folder do in a demo only."""
    return ("email", "sms") if settings.DEMO or settings.EMAIL_BACKEND != FILES else ("sms",)


def messages_of(alert: Alert) -> QuerySet[Message]:
    """Return the messages about one alert, in the order they were meant to be sent."""
    return Message.objects.filter(about=about(alert)).select_related("user").order_by("intended_at", "pk")
