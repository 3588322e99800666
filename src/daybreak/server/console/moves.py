"""How far the demo's clock may be moved at one press."""

from __future__ import annotations

from datetime import datetime, timedelta

from daybreak.core.errors import CommandError
from daybreak.server import clock
from daybreak.server.enrolment.models import Participant
from daybreak.server.training.calendar import course_of

HOURS = {"1h": 1, "3h": 3, "6h": 6, "1d": 24}
MOVES = (("1h", "+1 hour"), ("3h", "+3 hours"), ("6h", "+6 hours"), ("1d", "+1 day"), ("next", "to the next opening"))


def move(name: str) -> datetime:
    """Move the demo's clock by one of `MOVES` and return the new time.

    Raises:
        CommandError: this is no demo, there is no such move, or no session is still to open.
    """
    if name in HOURS:
        return clock.move_forward(timedelta(hours=HOURS[name]))
    if name != "next":
        raise CommandError("there is no such move.", code="no-such-move")
    now = clock.now()
    opens = next_opening(now)
    if opens is None:
        raise CommandError("no session is still to open.", code="no-such-move")
    return clock.move_forward(opens - now + timedelta(minutes=1))


def next_opening(now: datetime) -> datetime | None:
    """Return when the first session of anybody opens after `now`, or None."""
    courses = (course_of(person, now) for person in Participant.objects.select_related("study"))
    return min(
        (window.opens for course in courses if course for window in course.windows if window.state == "upcoming"),
        default=None,
    )
