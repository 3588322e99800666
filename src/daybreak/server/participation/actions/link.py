"""A new personal link, given to the person in front of us."""

from __future__ import annotations

from daybreak.core.errors import CommandError
from daybreak.core.participation import EXCLUDED, Scope
from daybreak.server import clock
from daybreak.server.accounts.links import new_link
from daybreak.server.accounts.models import User
from daybreak.server.enrolment.models import Participant
from daybreak.server.enrolment.queries import ended_for
from daybreak.server.participation.actions.turn import turn


def give_personal_link(by: User, participant: Participant) -> str:
    """Return the token of a new link in place of any older one, which stops working, as does the PIN.

    Raises:
        CommandError: the person does not take part, or no longer.
    """
    with turn(by, "give-link", "give-link", participant, although_held=True) as entry:
        if participant.status in EXCLUDED or Scope.DATA in ended_for(participant):
            raise CommandError("who does not take part gets no link.", where=participant.code, code="no-link")
        token, fields = new_link(clock.now())
        entry.update(participant.user, **fields)
    return token
