"""The only place where server code reads the time."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime, timedelta

from django.conf import settings
from django.db.models import F

from daybreak.core.errors import CommandError
from daybreak.server.demo_clock.models import DemoClock

CLOCK = 1


class Hand:
    """The hand of a clock that stands still until it is moved."""

    def __init__(self, at: datetime) -> None:
        self.at = at

    def move_to(self, at: datetime) -> None:
        """Move to `at`, or stay where that is past: no clock runs backwards."""
        self.at = max(self.at, at)


_hand: ContextVar[Hand | None] = ContextVar("the hand of a standing clock", default=None)


def now() -> datetime:
    """Return the time, aware, in UTC. In the demo it is ahead by what the operator moved it, or stands still."""
    if not settings.DEMO:
        return datetime.now(UTC)
    hand = _hand.get()
    return hand.at if hand else datetime.now(UTC) + _ahead()


@contextmanager
def standing(at: datetime) -> Iterator[Hand]:
    """Let the clock stand still at `at`, for this thread only, and yield the hand that moves it.

    The demo's past is made in it: a year passes in a minute, and everything happens at the time it is meant to.

    Raises:
        CommandError: this is no demo.
    """
    _check_demo()
    hand = Hand(at)
    token = _hand.set(hand)
    try:
        yield hand
    finally:
        _hand.reset(token)


def _ahead() -> timedelta:
    return DemoClock.objects.filter(pk=CLOCK).values_list("ahead", flat=True).first() or timedelta()


def move_forward(by: timedelta) -> datetime:
    """Move the demo's clock forward for everybody and return the new time.

    Raises:
        CommandError: this is no demo, or `by` would move the clock backwards.
    """
    _check_demo()
    if by < timedelta():
        raise CommandError("the clock only moves forward.", code="clock-backwards")
    DemoClock.objects.get_or_create(pk=CLOCK)
    DemoClock.objects.filter(pk=CLOCK).update(ahead=F("ahead") + by)
    return now()


def _check_demo() -> None:
    if not settings.DEMO:
        raise CommandError("the clock of a real study cannot be moved.", code="clock-is-real")
