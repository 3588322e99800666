"""How far the demo's clock may be moved at one press."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from daybreak.core.calendar import CalendarRules
from daybreak.core.errors import CommandError
from daybreak.server import clock
from daybreak.server.console.members import members_at
from daybreak.server.console.outlook import Outlook
from daybreak.server.studies.models import Study
from daybreak.server.studies.queries import file_of

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
    """Return when the first session of anybody opens after `now`, or None; a fixed number of queries for each study."""
    return min((opens for study in Study.objects.all() for opens in _openings(study, now)), default=None)


def _openings(study: Study, now: datetime) -> Iterator[datetime]:
    outlook = Outlook(CalendarRules.of(file_of(study)), now)
    for member in members_at(study.sites.all()):
        calendar = outlook.calendar_of(member.past, member.place)
        for one in calendar.of_kind("session") if calendar else ():
            if one.state == "upcoming":
                yield one.opens
