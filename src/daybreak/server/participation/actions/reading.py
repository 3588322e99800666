"""Reading what identifies a person: it changes nothing, and leaves an entry all the same."""

from __future__ import annotations

from daybreak.server.accounts.models import User
from daybreak.server.audit.trail import recorded
from daybreak.server.enrolment.identity import Who, read_who
from daybreak.server.enrolment.models import Consent, Participant
from daybreak.server.participation.actions.consent import read_copy


def see_who(by: User, participant: Participant) -> Who | None:
    """Return names and contact details, or None once they are erased; that `by` saw them is in the trail."""
    who = read_who(participant)
    if who is not None:
        with recorded(by, "see-identity", participant=participant):
            return who
    return None


def hand_out_copy(by: User, consent: Consent) -> bytes:
    """Return the PDF of a signed consent; that `by` took a copy is in the trail.

    Raises:
        CommandError: the person's data was erased, and the copy with it.
    """
    copy = read_copy(consent)
    with recorded(by, "copy-consent", participant=consent.participant) as entry:
        entry.note(consent=consent.key, version=consent.version)
    return copy
