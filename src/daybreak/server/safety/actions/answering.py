"""What staff do about an alert: acknowledge, assess, close, open again.

Frozen and locked data stop nobody here: an alert is about a person and not about a table.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from daybreak.server import clock
from daybreak.server.accounts.models import User
from daybreak.server.accounts.rights import NotYoursError, check
from daybreak.server.audit.refusals import StaleError, needs_reason
from daybreak.server.audit.trail import recorded
from daybreak.server.messages.actions.answering import answered
from daybreak.server.safety.delivery import about
from daybreak.server.safety.models import Alert
from daybreak.server.safety.queries import readable
from daybreak.server.safety.refusals import AlertError

CONTACTS = {
    "in-person": "spoke with them in person",
    "phone": "spoke with them on the telephone",
    "video": "spoke with them by video",
    "relative": "spoke with somebody close to them",
    "emergency": "called the emergency service",
    "not-reached": "tried, and did not reach them",
    "none": "no contact was needed",
}
REOPENED = "as written in the alert"
"""What the trail says of why an alert was opened again: the words are about somebody's health, and stand in its row."""
RISKS = {"none": "none", "low": "low", "moderate": "moderate", "high": "high", "unknown": "cannot be judged yet"}


@dataclass(frozen=True)
class Assessment:
    """What was found, how they were reached (`CONTACTS`), the risk as judged (`RISKS`), what was done."""

    found: str
    contact: str
    risk: str
    action: str


def acknowledge(by: User, alert: Alert) -> bool:
    """Say that one knows of the alert and looks after it; return False if somebody said so before.

    Nobody is told of it any further. Two who press at once both have done right: the first one's name stands there.

    Raises:
        NotYoursError: `by` may not read the alert.
    """
    _check(by, "acknowledge-alert", alert)
    with recorded(by, "acknowledge-alert", **_about(alert)) as entry:
        if _locked(alert).state != Alert.State.OPEN:
            entry.found_nothing()
            return False
        now = clock.now()
        entry.update(alert, state=Alert.State.ACKNOWLEDGED, acknowledged_at=now, acknowledged_by=by)
        answered(alert.participant, about(alert), now)
    return True


def assess(by: User, alert: Alert, assessment: Assessment, seen: datetime | None) -> None:
    """Write down what was found and done; whoever assesses an alert has acknowledged it, too.

    Args:
        by: who assesses.
        alert: which alert.
        assessment: what they write.
        seen: when the assessment that they read was made; None if there was none.

    Raises:
        NotYoursError: `by` may not assess alerts at the person's site.
        AlertError: the alert is closed, or a part of the assessment is missing.
        StaleError: somebody else assessed it meanwhile.
    """
    _check(by, "assess-alert", alert)
    if not assessment.found.strip() or assessment.contact not in CONTACTS or assessment.risk not in RISKS:
        raise AlertError("The assessment is not complete.", remedy="Say what was found, the contact and the risk.")
    with recorded(by, "assess-alert", **_about(alert)) as entry:
        now, stored = clock.now(), _locked(alert)
        if stored.state == Alert.State.CLOSED:
            raise AlertError("This alert is closed.", remedy="Open it again first.")
        if stored.assessed_at != seen:
            raise StaleError
        if stored.state == Alert.State.OPEN:
            entry.update(alert, state=Alert.State.ACKNOWLEDGED, acknowledged_at=now, acknowledged_by=by)
            answered(alert.participant, about(alert), now)
        entry.update(alert, assessment=asdict(assessment), assessed_at=now, assessed_by=by)


def close(by: User, alert: Alert, note: str) -> None:
    """Close an alert with a note.

    Raises:
        NotYoursError: `by` may not assess alerts at the person's site.
        ReasonError: the note is empty.
        AlertError: it was not assessed, or it is closed already.
    """
    _check(by, "assess-alert", alert)
    needs_reason(note)
    with recorded(by, "close-alert", **_about(alert)) as entry:
        stored = _locked(alert)
        if stored.state == Alert.State.CLOSED:
            raise AlertError("This alert is closed already.")
        if not stored.is_assessed:
            raise AlertError("Nobody has assessed this alert yet.", remedy="Assess it first, then close it.")
        entry.update(alert, state=Alert.State.CLOSED, note=note.strip(), closed_at=clock.now(), closed_by=by)


def reopen(by: User, alert: Alert, why: str) -> None:
    """Open a closed alert again; whoever does looks after it from now on, and assesses it anew.

    Raises:
        NotYoursError: `by` may not assess alerts at the person's site.
        ReasonError: there is no reason.
        AlertError: it is not closed.
    """
    _check(by, "assess-alert", alert)
    needs_reason(why)
    with recorded(by, "reopen-alert", reason=REOPENED, **_about(alert)) as entry:
        if _locked(alert).state != Alert.State.CLOSED:
            raise AlertError("This alert is not closed.")
        now = clock.now()
        entry.update(alert, state=Alert.State.ACKNOWLEDGED, acknowledged_at=now, acknowledged_by=by)
        entry.update(alert, reopened_at=now, reopened_why=why.strip(), closed_at=None, closed_by=None)


def _check(by: User, right: str, alert: Alert) -> None:
    check(by, right, alert.place)
    if not readable(by, alert.study).filter(pk=alert.pk).exists():
        raise NotYoursError(right)


def _about(alert: Alert) -> dict[str, Any]:
    return {"participant": alert.participant} if alert.participant else {"site": alert.site}


def _locked(alert: Alert) -> Alert:
    """Return the alert as it is stored, held until the entry is written."""
    return Alert.objects.select_for_update(no_key=True).get(pk=alert.pk)
