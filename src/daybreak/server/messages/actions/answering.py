"""What a message asked for was done."""

from __future__ import annotations

from datetime import datetime

from daybreak.server.enrolment.models import Participant
from daybreak.server.messages.models import Message

WAITING = (Message.State.DUE, Message.State.FAILED)


def answered(participant: Participant | None, about: str, at: datetime) -> None:
    """Note on all messages about it that it was done, and let those go that are still to be sent.

    Call it inside the transaction of the action that did it.

    Args:
        participant: whose; None for a drill, which is about nobody.
        about: what was done, such as `visit:follow-up-60`.
        at: when.
    """
    found = Message.objects.filter(participant=participant, about=about)
    found.filter(state=Message.State.SENT, answered_at=None).update(answered_at=at)
    found.filter(state__in=WAITING).update(state=Message.State.CANCELLED, last_error="answered")
