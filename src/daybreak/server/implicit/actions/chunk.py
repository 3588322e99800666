"""Taking a chunk of a test: checked first, then stored and acknowledged in one transaction, as of training sessions."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from daybreak.core.iat_plan import ImplicitPlan
from daybreak.core.records import AnyRecord, Chunk, EndRecord, RoundRecord, TrialRecord
from daybreak.server import clock
from daybreak.server.audit.trail import recorded_inside
from daybreak.server.implicit.actions.opening import rounds_done
from daybreak.server.implicit.models import ImplicitChunk, ImplicitSitting, ImplicitTest
from daybreak.server.implicit.queries import locked_sitting
from daybreak.server.training.actions.chunk import Taken, played_at
from daybreak.server.training.actions.lease import LEASE
from daybreak.server.training.chain import is_next, read_records
from daybreak.server.write_turn import write_turn

State = ImplicitTest.State
TURNING = ("state", "completed_at")


def take_chunk(user_id: int, sitting_id: uuid.UUID, chunk: Chunk) -> Taken:
    """Store a chunk once, whatever happens: sent again, it is acknowledged again and changes nothing.

    Raises:
        ChunkError: `chunk-too-large`, `chunk-forged`, `chunk-unreadable` or `chunk-differs`.
        ChunkOrderError: chunks before it are missing.
        RefusedError: the person has no such sitting.
    """
    records = read_records(chunk)
    with write_turn():
        sitting = locked_sitting(user_id, sitting_id)
        test = sitting.test
        if is_next(sitting, chunk, sitting.chunks.all()):
            _store(sitting, chunk, records)
            return Taken(chunk.number, test.holder_id == sitting.pk)
        return Taken(sitting.next_number - 1, test.holder_id == sitting.pk)


def _store(sitting: ImplicitSitting, chunk: Chunk, records: list[AnyRecord]) -> None:
    now, test = clock.now(), sitting.test
    ImplicitChunk.objects.create(sitting=sitting, **chunk.model_dump(), received_at=now)
    ImplicitSitting.objects.filter(pk=sitting.pk).update(
        head=chunk.hash, next_number=chunk.number + 1, last_heard_at=max(now, sitting.last_heard_at)
    )
    changes = _lease_changes(sitting, records, now) | _changes(sitting, records, now)
    if "state" in changes:
        _turn(test, changes)
    if changes:
        ImplicitTest.objects.filter(pk=test.pk).update(**changes)


def _turn(test: ImplicitTest, changes: dict[str, Any]) -> None:
    """Begin or complete the test with an entry in the trail."""
    action = "complete-test" if changes["state"] == State.COMPLETED else "begin-test"
    person = test.participant
    with recorded_inside(person.user, action, participant=person) as entry:
        entry.note(visit=test.visit_key)
        entry.update(test, **{name: changes.pop(name) for name in TURNING if name in changes})


def _lease_changes(sitting: ImplicitSitting, records: list[AnyRecord], now: datetime) -> dict[str, Any]:
    """Hold the lease from when the records were made; let it go at once when an end was recorded."""
    if sitting.test.holder_id != sitting.pk or not records:
        return {}
    heard = played_at(sitting, records[-1].at, now)
    if isinstance(records[-1], EndRecord):
        return {"held_until": heard}
    return {"held_until": max(heard + LEASE, sitting.test.held_until or heard)}


def _changes(sitting: ImplicitSitting, records: list[AnyRecord], now: datetime) -> dict[str, Any]:
    """Return what the records change in the test; those of a run that was given up change nothing."""
    test = sitting.test
    if not records or sitting.run != test.run:
        return {}
    changes: dict[str, Any] = {}
    if any(isinstance(record, (RoundRecord, TrialRecord)) for record in records):
        heard = played_at(sitting, records[-1].at, now)
        changes["last_heard_at"] = max(heard, test.last_heard_at or heard)
        if test.state == State.OPENED:
            changes["state"] = State.BEGUN
    ended = [one.round for one in records if isinstance(one, RoundRecord) and one.event == "end"]
    known = [*test.ended, *(one for one in dict.fromkeys(ended) if one not in test.ended)]
    plan = ImplicitPlan.model_validate(test.plan)
    known = [one.id for one in plan.rounds if one.id in known]
    if known != test.ended:
        changes["ended"] = known
    if rounds_done(plan, known) == len(plan.rounds) and test.state != State.COMPLETED:
        changes |= {"state": State.COMPLETED, "completed_at": played_at(sitting, records[-1].at, now)}
    return changes
