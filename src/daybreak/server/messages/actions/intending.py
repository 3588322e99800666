"""Meaning to send a message. Doing it twice under one key does it once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from daybreak.server.accounts.models import User
from daybreak.server.audit.trail import Draft, is_recording
from daybreak.server.enrolment.models import Participant
from daybreak.server.messages.models import Message
from daybreak.server.write_turn import write_turn


@dataclass(frozen=True)
class Wish:
    """What shall be said: about whom, to whom (`user` is staff; without one the participant), how and when.

    A drill is about nobody. `key` is the idempotency key, `about` such as `alert:17`, `path` where its link leads,
    `not_after` when it is of no use any more. A `kind` other than a reminder says what `messages/texts.py` has for it.
    """

    key: str
    participant: Participant | None
    kind: str
    about: str
    channel: str
    at: datetime
    user: User | None = None
    not_after: datetime | None = None
    path: str = "/"
    rule: str = ""
    drill: bool = False


def intend(entry: Draft | None, wish: Wish) -> Message:
    """Keep the wish as a message that is due, and return it; or the message that has its key already.

    Args:
        entry: of the action that the message follows from, whose transaction it joins; None opens one.
        wish: what shall be said.
    """
    if entry is not None or is_recording():
        message, made = keep(wish)
    else:
        with write_turn():
            message, made = keep(wish)
    if made and entry is not None:
        entry.note(**{f"message {wish.key}": "intended"})
    return message


def keep(wish: Wish) -> tuple[Message, bool]:
    """Keep the wish inside the transaction that is open; return its message, and whether it was made just now."""
    fields = {
        "participant": wish.participant,
        "user": wish.user,
        "kind": wish.kind,
        "about": wish.about,
        "rule": wish.rule,
        "channel": wish.channel,
        "language": wish.participant.language if wish.participant and not wish.user else "en",
        "path": wish.path,
        "drill": wish.drill,
        "intended_at": wish.at,
        "next_try_at": wish.at,
        "not_after": wish.not_after,
    }
    return Message.objects.get_or_create(key=wish.key, defaults=fields)
