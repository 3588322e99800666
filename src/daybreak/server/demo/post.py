"""What the demo's clinic sent in its last days: reminders by the study file's rules, as files in a folder."""

from __future__ import annotations

from datetime import timedelta

from daybreak.server import clock
from daybreak.server.demo.agenda import Agenda
from daybreak.server.messages.planning import plan_all
from daybreak.server.messages.sending import send_due

WORKER = "demo"
BEFORE = (timedelta(days=3), timedelta(days=2), timedelta(days=1), timedelta(hours=1))
"""When somebody looks what is to be sent. A worker does so every minute; a year of that would take the demo hours."""


def plan_post(agenda: Agenda) -> None:
    """Plan the looks of the last days."""
    for before in BEFORE:
        agenda.plan(agenda.until - before, _look)


def send_now() -> int:
    """Send what is due at this moment, such as word of an alert; return how many messages were taken."""
    return send_due(clock.now(), WORKER)


def _look() -> None:
    plan_all(clock.now())
    send_now()
