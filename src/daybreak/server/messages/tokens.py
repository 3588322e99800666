"""The links in messages: signed, so that nothing of them has to be kept; what they open shows nothing of a person."""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.core.signing import BadSignature, Signer
from django.urls import reverse

from daybreak.server import clock
from daybreak.server.accounts.links import link_to
from daybreak.server.messages.models import Message
from daybreak.server.write_turn import write_turn

LASTS = timedelta(days=60)
"""How long a link in a message leads somewhere."""


def link_of(message: Message) -> str:
    """Return the whole address of the link in a message: a participant's asks for the PIN first."""
    path = reverse("message", args=[_signer("followed").sign(str(message.pk))])
    if message.user is None and message.participant is not None:
        with write_turn():
            token = link_to(message.participant.user, path, clock.now(), clock.now() + LASTS)
        path = reverse("personal-link", args=[token])
    return f"{settings.ADDRESS}{path}"


def stop_link_of(message: Message) -> str:
    """Return the whole address of the page on which whoever has the message stops more by its channel."""
    return f"{settings.ADDRESS}{reverse('message-stop', args=[_signer('stop').sign(str(message.pk))])}"


def followed_message(token: str) -> Message | None:
    """Return the message whose link was followed, or None if this is no such token."""
    return _named("followed", token)


def stopped_message(token: str) -> Message | None:
    """Return the participant's message whose stop link this is, or None. It holds for good."""
    message = _named("stop", token)
    return message if message and message.user is None else None


def _signer(what: str) -> Signer:
    return Signer(salt=f"daybreak.messages.{what}")


def _named(what: str, token: str) -> Message | None:
    try:
        number = _signer(what).unsign(token)
    except BadSignature:
        return None
    return Message.objects.select_related("participant__user", "user").filter(pk=number).first()
