"""Unblinding one person at once, because their treatment depends on it."""

from __future__ import annotations

from daybreak.server import clock
from daybreak.server.accounts.models import User
from daybreak.server.accounts.rights import check
from daybreak.server.audit.refusals import needs_reason
from daybreak.server.audit.trail import recorded
from daybreak.server.enrolment.models import Participant
from daybreak.server.unblinding.models import Unblinding
from daybreak.server.unblinding.notices import tell_of_emergency
from daybreak.server.vault.reveal import reveal_arm


def unblind_in_emergency(by: User, participant: Participant, why: str) -> str:
    """Return the arm of `participant`, and tell who must know that it was learned.

    The caller has made sure that `by` has just proved who they are. Frozen and locked data stop nobody here.

    Raises:
        NotYoursError: `by` is no investigator of the person's site.
        ReasonError: there is no reason.
        RevealError: the person is not allocated yet.
    """
    check(by, "unblind-emergency", participant.site)
    with recorded(by, "unblind-emergency", participant=participant, reason=needs_reason(why)) as entry:
        arm = reveal_arm(entry, participant)
        entry.create(
            Unblinding,
            kind=Unblinding.Kind.EMERGENCY,
            study=participant.study,
            participant=participant,
            at=clock.now(),
            by=by,
            why=why.strip(),
        )
    # After the transaction: a slow mail server must not keep every other writer waiting.
    tell_of_emergency(by, participant)
    return arm
