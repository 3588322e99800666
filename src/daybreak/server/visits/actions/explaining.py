"""Explaining a deviation."""

from __future__ import annotations

from daybreak.server import clock
from daybreak.server.accounts.models import User
from daybreak.server.audit.refusals import needs_reason
from daybreak.server.participation.actions.turn import turn
from daybreak.server.visits.models import Deviation
from daybreak.server.visits.refusals import EntryError


def explain(by: User, deviation: Deviation, text: str, *, seen: str, reason: str = "") -> None:
    """Store why a deviation came about; the same words sent twice are stored once.

    Args:
        by: who explains.
        deviation: what is explained.
        text: the explanation.
        seen: the explanation that stood there when the page was opened.
        reason: why an explanation that stood there is changed.

    Raises:
        NotYoursError: `by` may not explain deviations at the person's site.
        LockedError: the person's data are frozen or locked.
        EntryError: the explanation is empty.
        ReasonError: there was an explanation, and no reason to change it is given.
        StaleError: someone else explained it since the page was opened.
    """
    text = text.strip()
    if not text:
        raise EntryError("nothing-said")
    deviation.refresh_from_db()
    if (deviation.explanation, deviation.explained_by_id) == (text, by.pk):
        return
    reason = needs_reason(reason) if seen else reason.strip()
    with turn(by, "explain-deviation", "explain-deviation", deviation.participant, reason=reason) as entry:
        now = clock.now()
        entry.update(deviation, expected={"explanation": seen}, explanation=text, explained_by=by, explained_at=now)
