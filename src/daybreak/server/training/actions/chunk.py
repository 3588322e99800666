"""Taking a chunk: checked first, then stored, counted and acknowledged in one transaction.

This is the busiest path of the server: one SELECT, one INSERT and two UPDATEs for each chunk.
"""

from __future__ import annotations

import uuid
from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import F

from daybreak.core.records import AnyRecord, Chunk, DeviceRecord, EndRecord, Records, StepRecord
from daybreak.server import clock
from daybreak.server.audit.trail import recorded_inside
from daybreak.server.training import models
from daybreak.server.training.actions.lease import LEASE
from daybreak.server.training.chain import is_next, read_records
from daybreak.server.training.fold import Facts, device_checks, fold, played
from daybreak.server.training.models import AnySitting, DeviceCheck, Sitting, TrainingSession
from daybreak.server.training.queries import locked_sitting
from daybreak.server.write_turn import write_turn

LARGEST_STORED = 2**31 - 1
TURNING = ("state", "started_at", "completed_at", "label", "run")


@dataclass(frozen=True)
class Taken:
    """Chunks up to `acknowledged` are stored; `held` says whether this sitting may play."""

    acknowledged: int
    held: bool


def take_chunk(user_id: int, sitting_id: uuid.UUID, chunk: Chunk) -> Taken:
    """Store a chunk once, whatever happens: sent again, it is acknowledged again and changes nothing.

    Args:
        user_id: who sends it; only the owner of the sitting can.
        sitting_id: of which sitting.
        chunk: as it came.

    Raises:
        ChunkError: `chunk-too-large`, `chunk-forged` (its hash is wrong), `chunk-unreadable`, or `chunk-differs`
            (another chunk is stored under its number, or it does not follow the chunk before it).
        ChunkOrderError: chunks before it are missing.
        RefusedError: the person has no such sitting.
    """
    records = read_records(chunk)
    with write_turn():
        sitting = locked_sitting(user_id, sitting_id)
        if not is_next(sitting, chunk, sitting.chunks.all()):
            return Taken(sitting.next_number - 1, _holds(sitting))
        _store(sitting, chunk, records)
        return Taken(chunk.number, _holds(sitting))


def _holds(sitting: Sitting) -> bool:
    return sitting.session.holder_id == sitting.pk


def _store(sitting: Sitting, chunk: Chunk, records: list[AnyRecord]) -> None:
    now = clock.now()
    models.Chunk.objects.create(
        sitting=sitting,
        number=chunk.number,
        previous=chunk.previous,
        hash=chunk.hash,
        body=chunk.body,
        received_at=now,
    )
    Sitting.objects.filter(pk=sitting.pk).update(
        head=chunk.hash,
        next_number=chunk.number + 1,
        last_heard_at=max(now, sitting.last_heard_at),
        **_counted(records),
    )
    checks = device_checks(records)
    if checks:
        DeviceCheck.objects.bulk_create(_device_row(sitting, check, now) for check in checks)
    changes = _lease_changes(sitting, records, now) | _session_changes(sitting, records, now)
    if "state" in changes:
        _turn_session(sitting.session, changes)
    if changes:
        TrainingSession.objects.filter(pk=sitting.session_id).update(**changes)


def _turn_session(session: TrainingSession, changes: dict[str, Any]) -> None:
    """Begin or complete the session with an entry in the trail; what is counted from its chunks needs none."""
    action = "complete-session" if changes["state"] == TrainingSession.State.COMPLETED else "begin-session"
    person = session.participant
    with recorded_inside(person.user, action, participant=person) as entry:
        entry.note(infusion=session.infusion.number, session=session.number)
        entry.update(session, **{name: changes.pop(name) for name in TURNING if name in changes})


def _counted(records: list[AnyRecord]) -> dict[str, Any]:
    """Return what to add to the sitting's presentations, by status."""
    statuses = Counter(record.status for record in records if isinstance(record, StepRecord))
    return {f"steps_{status}": F(f"steps_{status}") + count for status, count in statuses.items()}


def played_at(sitting: AnySitting, at: float, now: datetime) -> datetime:
    """Return when a record `at` milliseconds into its sitting was made, never after `now`.

    A chunk may come long after it was played, when the network is back; gaps and resume rules count from the playing.
    """
    since = (now - sitting.opened_at) / timedelta(milliseconds=1)
    return sitting.opened_at + timedelta(milliseconds=max(0.0, min(at, since)))


def _lease_changes(sitting: Sitting, records: list[AnyRecord], now: datetime) -> dict[str, Any]:
    """Return the lease's new end: the last record's time and a lease; over at once after an end was recorded."""
    session = sitting.session
    if not _holds(sitting) or not records:
        return {}
    heard = played_at(sitting, records[-1].at, now)
    if isinstance(records[-1], EndRecord):
        return {"held_until": heard}
    return {"held_until": max(heard + LEASE, session.held_until or heard)}


def _session_changes(sitting: Sitting, records: list[AnyRecord], now: datetime) -> dict[str, Any]:
    """Return what the records change in the counts."""
    session = sitting.session
    if not records:
        return {}
    if sitting.run != session.run:
        return _late_run_changes(sitting, records, now)
    changes: dict[str, Any] = {}
    if played(records):
        heard = played_at(sitting, records[-1].at, now)
        changes["last_heard_at"] = max(heard, session.last_heard_at or heard)
        if session.state == TrainingSession.State.PLANNED:
            changes |= {"state": TrainingSession.State.BEGUN, "started_at": played_at(sitting, records[0].at, now)}
    before = Facts(int(session.ended_rounds, 16), int(session.valid_steps, 16), session.end_said)
    facts = fold(before, session.outline.rounds, session.outline.exposures, records)
    if facts != before:
        changes |= _counts(facts)
    complete = facts.end_said and facts.rounds_done == session.rounds_planned
    if complete and session.state != TrainingSession.State.COMPLETED:
        changes |= _completion(session, played_at(sitting, records[-1].at, now))
    return changes


def _late_run_changes(sitting: Sitting, records: list[AnyRecord], now: datetime) -> dict[str, Any]:
    """Return what the records of a run given up for broken off change: nothing, unless it was played to its end.

    That happens when a device without a network plays on while another begins the session again.
    """
    session = sitting.session
    ends = any(isinstance(record, EndRecord) and record.outcome == "completed" for record in records)
    if not ends or session.state == TrainingSession.State.COMPLETED:
        return {}
    stored = models.Chunk.objects.filter(sitting__session=session, sitting__run=sitting.run)
    facts = Facts()
    for body in stored.values_list("body", flat=True):
        facts = fold(facts, session.outline.rounds, session.outline.exposures, Records.validate_json(body))
    if facts.rounds_done < session.rounds_planned:
        return {}
    completion = _completion(session, played_at(sitting, records[-1].at, now), late=True)
    return _counts(facts) | completion | {"run": sitting.run}


def _counts(facts: Facts) -> dict[str, Any]:
    return {
        "ended_rounds": f"{facts.ended_rounds:x}",
        "valid_steps": f"{facts.valid_steps:x}",
        "end_said": facts.end_said,
        "rounds_done": facts.rounds_done,
        "valid_exposures": facts.valid_exposures,
    }


def _completion(session: TrainingSession, when: datetime, *, late: bool = False) -> dict[str, Any]:
    """Return what completes the session. One that was given up before its records came says so in its label."""
    late = late or session.state == TrainingSession.State.PARTIAL
    label = "arrived-late" if late else session.label
    return {"state": TrainingSession.State.COMPLETED, "completed_at": when, "label": label}


def _device_row(sitting: Sitting, check: DeviceRecord, now: datetime) -> DeviceCheck:
    return DeviceCheck(
        sitting=sitting,
        refresh_hz=check.refresh_hz,
        jitter_ms=check.jitter_ms,
        worst_gap_ms=check.worst_gap_ms,
        # A column holds 32 bits and no NUL; the record in its chunk stays as it came.
        width=min(check.width, LARGEST_STORED),
        height=min(check.height, LARGEST_STORED),
        touch=check.touch,
        agent=check.agent.replace("\0", ""),
        verdict=check.verdict,
        reasons=check.reasons,
        checked_at=played_at(sitting, check.at, now),
    )
