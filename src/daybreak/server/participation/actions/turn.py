"""The beginning that all actions on a person share."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from daybreak.server.accounts.models import User
from daybreak.server.accounts.rights import check
from daybreak.server.audit.trail import Draft, recorded
from daybreak.server.enrolment.models import Participant


@contextmanager
def turn(by: User, action: str, right: str, participant: Participant, *, reason: str = "") -> Iterator[Draft]:
    """Open an entry about `participant`, whose row is locked, read anew, and within the rights of `by`.

    Raises:
        NotYoursError: `by` may not do this at the person's site.
    """
    with recorded(by, action, participant=participant, reason=reason) as entry:
        rows = Participant.objects.select_for_update(of=("self",)).select_related("site", "study")
        participant.refresh_from_db(from_queryset=rows)
        entry.site = participant.site
        check(by, right, participant.site)
        yield entry
