"""The only place where server code reads the time."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from django.conf import settings
from django.db.models import F

from daybreak.core.errors import CommandError
from daybreak.server.demo_clock.models import DemoClock

CLOCK = 1


def now() -> datetime:
    """Return the time, aware, in UTC. In the demo it is ahead by what the operator moved it."""
    real = datetime.now(UTC)
    return real + _ahead() if settings.DEMO else real


def _ahead() -> timedelta:
    return DemoClock.objects.filter(pk=CLOCK).values_list("ahead", flat=True).first() or timedelta()


def move_forward(by: timedelta) -> datetime:
    """Move the demo's clock forward for everybody and return the new time.

    Raises:
        CommandError: this is no demo, or `by` would move the clock backwards.
    """
    if not settings.DEMO:
        raise CommandError("the clock of a real study cannot be moved.", code="clock-is-real")
    if by < timedelta():
        raise CommandError("the clock only moves forward.", code="clock-backwards")
    DemoClock.objects.get_or_create(pk=CLOCK)
    DemoClock.objects.filter(pk=CLOCK).update(ahead=F("ahead") + by)
    return now()
