"""The demo's past as a queue of events, run one after another while a standing clock is moved from each to the next.

The clock starts a year back and only moves forward, so that everything is done by the very rules that hold for people.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from daybreak.server import clock


@dataclass(order=True)
class Event:
    """Something that happens at a time; `turn` keeps events of one moment in the order they were made."""

    when: datetime
    turn: int
    do: Callable[[], None] = field(compare=False)


class Agenda:
    """What is still to happen until the demo's present."""

    def __init__(self, until: datetime) -> None:
        self.until = until
        self._events: list[Event] = []
        self._turns = 0

    def plan(self, when: datetime, do: Callable[[], None]) -> None:
        """Have `do` run at `when`; what lies after `until` never happens."""
        self._turns += 1
        if when <= self.until:
            heapq.heappush(self._events, Event(when, self._turns, do))

    def run(self) -> Iterator[float]:
        """Run every event at its own time, and yield how much of the time is over, from 0 to 1.

        Outside of it the clock goes on as ever.
        """
        begins = self._events[0].when if self._events else self.until
        with clock.standing(begins) as hand:
            while self._events:
                event = heapq.heappop(self._events)
                hand.move_to(event.when)
                event.do()
                yield (event.when - begins) / max(self.until - begins, timedelta(seconds=1))
