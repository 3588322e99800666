"""Calendars cut down to what is near one moment: of a year of visits, only those that may be due or overdue now.

Overdue is what was not recorded though its window closed: a visit until the next one by the same role opens, or for 30
days where none follows; an infusion until it is given. After that a visit is a deviation and no longer a task.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta

from daybreak.core.calendar import CalendarRules, Past, PersonCalendar, Planned, person_calendar
from daybreak.core.local_time import LocalTime
from daybreak.core.study import VisitRules

AFTERWARDS = timedelta(days=30)
SLACK = timedelta(days=2)
"""More than any time zone, or change of clocks, moves a window."""


class Outlook:
    """What a study's rules make near one moment, and as far `ahead` of it as is asked for."""

    def __init__(self, rules: CalendarRules, now: datetime, ahead: timedelta = timedelta()) -> None:
        self.rules, self.now, self.until = rules, now, now + ahead
        self._next = dict(_followers(rules.visits))
        self._narrowed: dict[tuple[str, ...], CalendarRules] = {}

    def calendar_of(self, past: Past, place: LocalTime) -> PersonCalendar | None:
        """Return a person's calendar with all that may be due or overdue; None where nothing can be."""
        near = {visit.key: visit for visit in self._near(past)}
        if not near and not self._waits_for_infusion(past) and not self._trains(past):
            return None
        key = tuple(sorted(near))
        if key not in self._narrowed:
            self._narrowed[key] = replace(self.rules, visits=tuple(v for v in self.rules.visits if v.key in near))
        return person_calendar(self._narrowed[key], past, place, self.now)

    def is_overdue(self, one: Planned, calendar: PersonCalendar) -> bool:
        """Return whether `one` of a calendar was not recorded in its window and still has to be."""
        if one.state != "missed" or one.kind == "session":
            return False
        if one.visit is None:
            return True
        after = self._next.get(one.visit.key)
        follows = calendar.visit(after.key) if after else None
        return self.now < (follows.opens if follows else one.closes + AFTERWARDS)

    def is_ahead(self, one: Planned) -> bool:
        """Return whether the window of `one` opens before the time ahead is over."""
        return one.state == "upcoming" and one.opens <= self.until

    def _near(self, past: Past) -> Iterator[VisitRules]:
        """Yield the visits that may be due or overdue, each with those that follow it."""
        for visit in self.rules.visits:
            origin = self._origin(visit, past)
            if origin is None or visit.key in past.visits or self.until < origin + visit.window[0] - SLACK:
                continue
            after = self._next.get(visit.key)
            start = self._origin(after, past) if after else None
            follows = start + after.window[0] if start and after else origin + visit.window[1] + AFTERWARDS
            if self.now <= max(follows, origin + visit.window[1]) + SLACK:
                yield visit
                yield from self._following(visit, past)

    def _following(self, visit: VisitRules, past: Past) -> Iterator[VisitRules]:
        """Yield the visits that follow, up to the first still ahead: each says until when the one before is overdue."""
        after = self._next.get(visit.key)
        while after:
            yield after
            origin = self._origin(after, past)
            if origin is None or self.now < origin + after.window[0] - SLACK:
                return
            after = self._next.get(after.key)

    def _origin(self, visit: VisitRules, past: Past) -> datetime | None:
        number = self.rules.infusions.number(visit.counted_from)
        if number is None:
            return past.enrolled_at
        given = past.infusions.get(number)
        return given.ended if given else None

    def _waits_for_infusion(self, past: Past) -> bool:
        return any(number not in past.infusions for number in range(1, self.rules.infusions.count + 1))

    def _trains(self, past: Past) -> bool:
        """Return whether a session may be open: the days after an infusion, and those of boosters."""
        training = self.rules.training
        days = max([training.days, *(booster.day + 1 for booster in training.boosters)])
        long = training.starts_after_infusion + timedelta(days=days) + training.catch_up + SLACK
        return any(self.now <= given.ended + long for given in past.infusions.values())


def _followers(visits: tuple[VisitRules, ...]) -> Iterator[tuple[str, VisitRules]]:
    """Yield each visit's key with the next visit by the same role."""
    for place, visit in enumerate(visits):
        after = next((later for later in visits[place + 1 :] if later.by == visit.by), None)
        if after:
            yield visit.key, after
