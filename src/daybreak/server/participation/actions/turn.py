"""The beginning that all actions on a person share."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from daybreak.server.accounts.models import User
from daybreak.server.accounts.rights import check
from daybreak.server.audit.trail import Draft, recorded
from daybreak.server.enrolment.models import Participant
from daybreak.server.holds.locks import check_open


@contextmanager
def turn(
    by: User, action: str, right: str, participant: Participant, *, reason: str = "", although_held: bool = False
) -> Iterator[Draft]:
    """Open an entry about `participant`, whose row is locked, read anew, and within the rights of `by`.

    Args:
        by: who acts.
        action: as the trail names it.
        right: what it takes.
        participant: brought up to date.
        reason: why, where something saved before is changed.
        although_held: whether the action may go on while the person's data are frozen or locked: nobody is kept from
            leaving, or from a new link, by a review of data.

    Raises:
        NotYoursError: `by` may not do this at the person's site.
        LockedError: the person's data, or the whole study's, are frozen or locked.
    """
    with recorded(by, action, participant=participant, reason=reason) as entry:
        rows = Participant.objects.select_for_update(no_key=True, of=("self",)).select_related("site", "study")
        participant.refresh_from_db(from_queryset=rows)
        entry.site = participant.site
        check(by, right, participant.site)
        if not although_held:
            check_open(participant=participant)
        yield entry
