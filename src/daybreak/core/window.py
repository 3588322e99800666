"""When a visit or an infusion may take place: from when, when best, until when.

A window written in whole days counts local dates, the last one included, whatever the hour of the infusion and whatever
the clocks do. Any other window (`20h` to `30h`) is counted in hours.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from daybreak.core.local_time import DAY, LocalTime
from daybreak.core.study import InfusionRules, VisitRules


@dataclass(frozen=True)
class Window:
    """From `opens` on and before `closes`; best at `target`. All aware, `opens <= target <= closes`."""

    opens: datetime
    target: datetime
    closes: datetime

    def holds(self, moment: datetime) -> bool:
        """Return whether `moment` lies in the window."""
        return self.opens <= moment < self.closes

    def cut_at(self, end: datetime) -> Window:
        """Return the window, closed at `end` if that is earlier; never before it opens."""
        closes = max(self.opens, min(self.closes, end))
        return Window(self.opens, min(self.target, closes), closes)


def in_days(*spans: timedelta) -> bool:
    """Return whether all of these are whole days, so that they count dates and not hours."""
    return not any(span % DAY for span in spans)


def visit_window(rules: VisitRules, origin: datetime, place: LocalTime) -> Window:
    """Return the window of a visit (one occurrence of it) that is counted from `origin`."""
    first, last = rules.window
    return _around(origin, rules.day * DAY, (first, last), place)


def first_infusion_window(rules: InfusionRules, enrolled_at: datetime, place: LocalTime) -> Window:
    """Return the window of the first infusion: from enrolment on, the sooner the better."""
    start = enrolled_at.astimezone(UTC)
    closes = _end(start, rules.first_within, place) if in_days(rules.first_within) else start + rules.first_within
    return Window(start, start, closes)


def later_infusion_window(rules: InfusionRules, before: datetime, place: LocalTime) -> Window:
    """Return the window of an infusion that follows one at `before`."""
    every, (earlier, later) = rules.every or DAY, rules.window
    return _around(before, every, (every - earlier, every + later), place)


def _around(origin: datetime, target: timedelta, window: tuple[timedelta, timedelta], place: LocalTime) -> Window:
    # Adding to a time with a zone moves its clock; only in UTC is an hour always an hour.
    origin = origin.astimezone(UTC)
    first, last = window
    if in_days(first, last):
        day = place.date_of(origin)
        opens, closes = place.at(day + first), _end(origin, last, place)
        best = place.at(day + target, place.local(origin).timetz().replace(tzinfo=None)) if in_days(target) else None
    else:
        opens, closes, best = origin + first, origin + last, None
    return Window(opens, min(max(best or origin + target, opens), closes), closes)


def _end(origin: datetime, last: timedelta, place: LocalTime) -> datetime:
    """Return when the local day is over that lies `last`, in whole days, after that of `origin`."""
    return place.at(place.date_of(origin) + last + DAY)
