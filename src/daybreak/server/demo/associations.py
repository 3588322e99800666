"""Implicit association tests of the demo's last weeks: sittings as a player would send them, answered by chance.

Somebody is a little faster where "me" stands with good words the better they feel; nothing of it knows an arm.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from functools import partial
from random import Random
from uuid import UUID

from daybreak.core.iat_plan import ImplicitPlan, ImplicitRound
from daybreak.core.records import AnyRecord, Chunk, EndRecord, MomentRecord, RoundRecord, TrialRecord
from daybreak.core.study import VisitRules
from daybreak.server import clock
from daybreak.server.demo.agenda import Agenda
from daybreak.server.demo.chunking import chained
from daybreak.server.demo.devices import Device, device_record
from daybreak.server.enrolment.models import Participant
from daybreak.server.implicit.actions.chunk import take_chunk
from daybreak.server.implicit.actions.opening import open_test
from daybreak.server.implicit.when import form_of
from daybreak.server.training.refusals import RefusedError

LATELY = timedelta(days=21)
TAKES_IT, WRONG = 0.75, 0.06
READING_MS, WRONG_MS, SLOWER_MS, FASTEST_MS = 6_000.0, 310.0, 90.0, 320.0


class Associations:
    """One person's tests."""

    def __init__(self, agenda: Agenda, participant: Participant, device: Device, chance: Random) -> None:
        self.agenda, self.participant, self.device, self.chance = agenda, participant, device, chance

    def at_visit(self, visit: VisitRules) -> None:
        """Let the person take the test that a visit asks for, if they care to."""
        if form_of(visit) is None or self.agenda.until - clock.now() > LATELY or self.chance.random() >= TAKES_IT:
            return
        try:
            opened = open_test(self.participant, visit.key, take_over=False)
        except RefusedError:
            return  # it was done before, or the window is over
        began, sitting = clock.now(), opened.sitting.uuid
        for at, chunk in chained(opened.sitting.chain_start, self._play(opened.plan)):
            self.agenda.plan(began + timedelta(milliseconds=at), partial(self._send, sitting, chunk))

    def _send(self, sitting: UUID, chunk: Chunk) -> None:
        take_chunk(self.participant.user_id, sitting, chunk)

    def _play(self, plan: ImplicitPlan) -> Iterator[AnyRecord]:
        at = 2_400.0
        yield device_record(self.device, self.chance, at)
        for place, played in enumerate(plan.rounds):
            at += READING_MS
            yield MomentRecord(at=at, event="rest" if place else "instruction")
            yield RoundRecord(at=at, event="start", round=played.id)
            for record in self._trials(played, at, plan.pause.ms):
                at = record.at
                yield record
            yield RoundRecord(at=at, event="end", round=played.id)
        yield EndRecord(at=at + 400, outcome="completed")

    def _trials(self, played: ImplicitRound, at: float, pause: float) -> Iterator[TrialRecord]:
        period = 1000 / self.device.refresh_hz
        for step in played.steps:
            slower = SLOWER_MS if played.pairing == "b" else 0.0
            first = max(FASTEST_MS, self.chance.lognormvariate(0, 0.25) * self.device.pace_ms + slower)
            wrong = self.chance.random() < WRONG
            right = first + (WRONG_MS * self.chance.uniform(0.7, 1.6) if wrong else 0.0)
            at = round(at + pause + right, 3)
            other = "right" if step.correct == "left" else "left"
            yield TrialRecord(
                at=at,
                step=step.id,
                attempt=1,
                status="ok",
                answer=other if wrong else step.correct,
                correct=not wrong,
                rt_ms=round(first, 3),
                right_ms=round(right, 3),
                input=self.device.input,
                refresh_hz=self.device.refresh_hz,
                gaps_ms=[round(period, 1)] * 3,
            )
