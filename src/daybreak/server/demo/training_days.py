"""A simulated person's training: each session some time after it opens, unless it is left out or left half done."""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from random import Random
from uuid import UUID

from daybreak.core.records import Chunk
from daybreak.server import clock
from daybreak.server.demo.agenda import Agenda
from daybreak.server.demo.bot import Bot
from daybreak.server.demo.cast import Person
from daybreak.server.demo.chunking import chained
from daybreak.server.enrolment.models import Participant
from daybreak.server.training.actions.chunk import take_chunk
from daybreak.server.training.actions.sitting import open_sitting
from daybreak.server.training.calendar import course_of
from daybreak.server.training.refusals import RefusedError

LATEST_BEGIN = timedelta(minutes=40)


class TrainingDays:
    """One person's days of training, from the infusion on."""

    def __init__(self, agenda: Agenda, person: Person, participant: Participant) -> None:
        self.agenda, self.person, self.participant = agenda, person, participant
        self.chance = Random(f"daybreak-demo-{person.code}")  # noqa: S311  a simulation
        self.played = 0

    def look_ahead(self) -> None:
        """Plan the next session, some time after it opens."""
        course = course_of(self.participant, clock.now())
        windows = course.windows if course else ()
        due = next((window for window in windows if window.state in ("open", "upcoming")), None)
        if due is None or self.played >= self.person.at_most:
            return
        begins = max(due.opens, clock.now()) + self.chance.random() * min(LATEST_BEGIN, due.closes - due.opens)
        if self.chance.random() < self.person.plays:
            self.agenda.plan(begins, partial(self._play, due.number))
        else:
            self.agenda.plan(due.closes + timedelta(minutes=1), self.look_ahead)

    def _play(self, number: int) -> None:
        try:
            opened = open_sitting(self.participant, number, take_over=False)
        except RefusedError:
            return  # they withdrew meanwhile
        leaves = self.chance.random() < self.person.leaves
        leave_after = self.chance.randrange(3, len(opened.plan.rounds)) if leaves else None
        bot = Bot(opened.plan, self.person.device, self.chance)
        records = bot.play(opened.resume.first_round, leave_after)
        began, sitting = clock.now(), opened.sitting.uuid
        for at, chunk in chained(opened.sitting.chain_start, records):
            self.agenda.plan(began + timedelta(milliseconds=at), partial(self._send, sitting, chunk))
        self.agenda.plan(began + timedelta(milliseconds=bot.at + 1), self._played)

    def _send(self, sitting: UUID, chunk: Chunk) -> None:
        take_chunk(self.participant.user_id, sitting, chunk)

    def _played(self) -> None:
        self.played += 1
        self.look_ahead()
