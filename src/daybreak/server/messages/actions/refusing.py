"""A person wants no more reminders by a channel, or wants them again."""

from __future__ import annotations

from daybreak.server import clock
from daybreak.server.accounts.models import User
from daybreak.server.audit.trail import recorded
from daybreak.server.enrolment.models import Participant
from daybreak.server.messages.models import Message, Refusal


def refuse(by: User, participant: Participant, channel: str) -> bool:
    """Send the person no more reminders by `channel`, those that are due included; return whether that is new.

    Whoever holds a message may do it, as may the person on their own page: `by` is the person's own user then.
    """
    with recorded(by, "refuse-messages", participant=participant) as entry:
        due = Message.objects.filter(participant=participant, user=None, channel=channel, state=Message.State.DUE)
        due.update(state=Message.State.CANCELLED, last_error="refused")
        if Refusal.objects.filter(participant=participant, channel=channel).exists():
            entry.found_nothing()
            return False
        entry.create(Refusal, participant=participant, channel=channel, at=clock.now())
        return True


def take_back(by: User, participant: Participant, channel: str) -> bool:
    """Let reminders come by `channel` again; return whether they had been refused."""
    with recorded(by, "want-messages", participant=participant) as entry:
        found = Refusal.objects.filter(participant=participant, channel=channel).first()
        if found is None:
            entry.found_nothing()
            return False
        entry.delete(found)
        return True
