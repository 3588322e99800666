"""Telling people of an alert, step by step along its line."""

from __future__ import annotations

from datetime import datetime

from daybreak.core.escalation import Step, due_steps
from daybreak.server.audit.trail import Draft, recorded
from daybreak.server.safety.delivery import tell
from daybreak.server.safety.models import Alert, Told
from daybreak.server.safety.recipients import held_roles, holders


def take_steps(entry: Draft, alert: Alert, now: datetime) -> int:
    """Take every step of the alert's line that is due at `now`, within the entry; return how many there were.

    The caller holds the alert's row, or has just made it.
    """
    steps = due_steps(alert.line, alert.raised_at, alert.steps, now, held_roles(alert))
    for step in steps:
        _tell(entry, alert, step, now)
    if steps:
        entry.update(alert, steps=steps[-1].number + 1)
    return len(steps)


def _tell(entry: Draft, alert: Alert, step: Step, now: datetime) -> None:
    for user in holders(alert, step.roles):
        entry.create(Told, alert=alert, user=user, step=step.number, at=now)
        tell(entry, alert, user, step.number, now)


def escalate(alert: Alert, now: datetime) -> int:
    """Tell the next in line of an open alert, if it is time; return how many steps were taken."""
    if not due_steps(alert.line, alert.raised_at, alert.steps, now, held_roles(alert)):
        return 0
    about = {"participant": alert.participant} if alert.participant else {"site": alert.site}
    with recorded(None, "escalate-alert", **about) as entry:
        held = Alert.objects.select_for_update(no_key=True, of=("self",))
        stored = held.select_related("participant__site", "site").get(pk=alert.pk)
        taken = take_steps(entry, stored, now) if stored.state == Alert.State.OPEN else 0
        if not taken:
            entry.found_nothing()
    return taken
