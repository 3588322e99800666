"""The demo's past: simulated people play their sessions one after another while the study's clock runs up to now.

The clock they live by starts some days back, stands still between events and only moves forward, so that every session
is opened, played and counted by the very rules that hold for people.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from random import Random
from uuid import UUID

from daybreak.core.records import Chunk
from daybreak.server import clock
from daybreak.server.demo.bot import Bot
from daybreak.server.demo.cast import Person
from daybreak.server.demo.chunking import chained
from daybreak.server.enrolment.actions import record_infusion
from daybreak.server.enrolment.models import Participant
from daybreak.server.training.actions.chunk import take_chunk
from daybreak.server.training.actions.sitting import open_sitting
from daybreak.server.training.calendar import course_of

LATEST_BEGIN = timedelta(minutes=40)


@dataclass(order=True)
class Event:
    """Something that happens at a time; `turn` keeps events of one moment in the order they were made."""

    when: datetime
    turn: int
    do: Callable[[], None] = field(compare=False)


class Past:
    """A queue of events, run in order while a standing clock is moved from each to the next."""

    def __init__(self, until: datetime) -> None:
        self.until = until
        self._events: list[Event] = []
        self._turns = 0

    def plan(self, when: datetime, do: Callable[[], None]) -> None:
        """Have `do` run at `when`; what lies after `until` never happens."""
        self._turns += 1
        if when <= self.until:
            heapq.heappush(self._events, Event(when, self._turns, do))

    def run(self) -> Iterator[datetime]:
        """Run every event at its own time and yield that; outside of it the clock goes on as ever."""
        begins = self._events[0].when if self._events else self.until
        with clock.standing(begins) as hand:
            while self._events:
                event = heapq.heappop(self._events)
                hand.move_to(event.when)
                event.do()
                yield event.when


class Course:
    """One person's days: the infusion, then each session some time after it opens, unless it is left out."""

    def __init__(self, past: Past, person: Person, participant: Participant) -> None:
        self.past, self.person, self.participant = past, person, participant
        self.chance = Random(f"daybreak-demo-{person.code}")  # noqa: S311  a simulation
        self.played = 0

    def begin(self) -> None:
        """Plan the infusion, and with it all that follows."""
        if self.person.infused_ago is not None:
            ended = self.past.until - self.person.infused_ago
            self.past.plan(ended, self._infused)

    def _infused(self) -> None:
        record_infusion(self.participant, clock.now())
        self._look_ahead()

    def _look_ahead(self) -> None:
        """Plan the next session, some time after it opens."""
        course = course_of(self.participant, clock.now())
        windows = course.windows if course else ()
        due = next((window for window in windows if window.state in ("open", "upcoming")), None)
        if due is None or self.played >= self.person.at_most:
            return
        begins = max(due.opens, clock.now()) + self.chance.random() * min(LATEST_BEGIN, due.closes - due.opens)
        if self.chance.random() < self.person.plays:
            self.past.plan(begins, partial(self._play, due.number))
        else:
            self.past.plan(due.closes + timedelta(minutes=1), self._look_ahead)

    def _play(self, number: int) -> None:
        opened = open_sitting(self.participant, number, take_over=False)
        leaves = self.chance.random() < self.person.leaves
        leave_after = self.chance.randrange(3, len(opened.plan.rounds)) if leaves else None
        bot = Bot(opened.plan, self.person.device, self.chance)
        records = bot.play(opened.resume.first_round, leave_after)
        began, sitting = clock.now(), opened.sitting.uuid
        for at, chunk in chained(opened.sitting.chain_start, records):
            self.past.plan(began + timedelta(milliseconds=at), partial(self._send, sitting, chunk))
        self.past.plan(began + timedelta(milliseconds=bot.at + 1), self._played)

    def _send(self, sitting: UUID, chunk: Chunk) -> None:
        take_chunk(self.participant.user_id, sitting, chunk)

    def _played(self) -> None:
        self.played += 1
        self._look_ahead()
