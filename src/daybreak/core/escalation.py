"""Who is told of an alert, and when: first some roles, then others one after the other, then everybody again.

The clock starts when the alert is raised and never stops for nights, holidays or stalled machines. A role that nobody
holds costs no time: the next in line moves up. What was missed while nothing ran is made up for at once.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

LONGEST = timedelta(days=1)
"""Everybody is told again at least so often, however long nobody answers."""
PATIENCE = timedelta(minutes=5)
"""How long a message may be on its way before an alert counts as told to nobody."""


@dataclass(frozen=True)
class Line:
    """Who is told of one alert: `tell` at once, each of `then_tell` after another `within`."""

    tell: tuple[str, ...]
    then_tell: tuple[str, ...]
    within: timedelta

    @property
    def everybody(self) -> tuple[str, ...]:
        """All roles in the line, each once."""
        return tuple(dict.fromkeys((*self.tell, *self.then_tell)))


@dataclass(frozen=True)
class Step:
    """One telling: its number from 0, the moment it is due, the roles that are told."""

    number: int
    at: datetime
    roles: tuple[str, ...]


def due_steps(line: Line, raised_at: datetime, taken: int, now: datetime, held: Collection[str]) -> tuple[Step, ...]:
    """Return the steps that are due at `now` and were not taken, in order.

    Of the times that everybody is told again only the last is returned: who was not told for a week is told once.

    Args:
        line: who is told.
        raised_at: when the alert was raised.
        taken: how many steps were taken already.
        now: the time.
        held: the roles that somebody holds at the person's site now.
    """
    steps = [step for step in _steps(line, raised_at, now, held) if step.number >= taken]
    first = [step for step in steps if step.number <= len(line.then_tell)]
    again = [step for step in steps if step.number > len(line.then_tell)]
    return (*first, *again[-1:])


def is_red(raised_at: datetime, due_at: datetime, now: datetime, *, told: bool) -> bool:
    """Return whether an alert that nobody acknowledged must be seen by all staff.

    It must when its time is over, or when `told` is false: no message about it reached anybody's mailbox or telephone.
    """
    return now >= due_at or (not told and now >= raised_at + PATIENCE)


def _steps(line: Line, raised_at: datetime, now: datetime, held: Collection[str]) -> Iterator[Step]:
    """Yield the steps up to `now`, those with nobody in them left out."""
    at, number = raised_at, 0
    for number, roles in enumerate((line.tell, *((role,) for role in line.then_tell))):
        if at > now:
            return
        if any(role in held for role in roles):
            yield Step(number, at, roles)
            at += line.within
    if not any(role in held for role in line.everybody):
        return
    gap = line.within
    while at <= now:
        number += 1
        yield Step(number, at, line.everybody)
        gap = min(gap * 2, max(LONGEST, line.within))
        at += gap
