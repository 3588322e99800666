"""The rows of each table, read from the database one after another; nothing is held but the row at hand."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

from django.db.models import QuerySet

from daybreak.core.records import AnyRecord, Records, RoundRecord, StepRecord
from daybreak.server.enrolment.models import Participant
from daybreak.server.enrolment.queries import with_data
from daybreak.server.exports.alert_rows import alert_rows
from daybreak.server.exports.association_rows import association_rows
from daybreak.server.exports.columns import PHASES
from daybreak.server.exports.form_rows import answer_rows, form_rows, score_rows
from daybreak.server.exports.people_rows import infusion_rows, participant_rows, screening_rows
from daybreak.server.exports.visit_rows import deviation_rows, visit_rows
from daybreak.server.harms.board_list import first_infusion_days, onset_day
from daybreak.server.harms.models import AdverseEvent
from daybreak.server.studies.models import Study
from daybreak.server.training.chain import first_broken
from daybreak.server.training.models import Chunk, DeviceCheck, Outline, Sitting, TrainingSession

Row = dict[str, Any]
LARGEST = 2**53
# The first name found decides: Edge and Chrome also say Safari, and Edge says Chrome.
BROWSERS = (("Edg", "Edge"), ("Firefox", "Firefox"), ("Chrome", "Chrome"), ("CriOS", "Chrome"), ("Safari", "Safari"))


def session_rows(study: Study) -> Iterator[Row]:
    """Yield one row a training session."""
    for session in _sessions(study):
        started = session.started_at
        since = (started - session.infusion.ended_at) / timedelta(hours=1) if started else None
        yield _whose(session) | {
            "state": session.state,
            "label": session.label or None,
            "run": session.run,
            "started_at": started,
            "completed_at": session.completed_at,
            "hours_since_infusion": since,
            "rounds_planned": session.rounds_planned,
            "rounds_done": session.rounds_done,
            "planned_exposures": session.planned_exposures,
            "valid_exposures": session.valid_exposures,
            "delivered_dose": session.dose,
        }


def sitting_rows(study: Study) -> Iterator[Row]:
    """Yield one row a sitting."""
    for session, number, sitting in _sittings(study):
        chunks = 0

        def counted(sitting: Sitting = sitting) -> Iterator[Chunk]:
            nonlocal chunks
            for chunk in sitting.chunks.order_by("number").iterator(chunk_size=20):
                chunks += 1
                yield chunk

        broken = first_broken(sitting, counted())
        yield _whose(session) | {
            "sitting": number,
            "run": sitting.run,
            "opened_at": sitting.opened_at,
            "last_heard_at": sitting.last_heard_at,
            "first_round": sitting.first_round + 1,
            "chunks": chunks,
            "chain_holds": broken is None,
            "steps_ok": sitting.steps_ok,
            "steps_long": sitting.steps_long,
            "steps_missed": sitting.steps_missed,
            "steps_hidden": sitting.steps_hidden,
        }


def device_check_rows(study: Study) -> Iterator[Row]:
    """Yield one row a device check."""
    for session, number, sitting in _sittings(study):
        for check in DeviceCheck.objects.filter(sitting=sitting).order_by("pk"):
            yield _whose(session) | {
                "sitting": number,
                "checked_at": check.checked_at,
                "refresh_hz": check.refresh_hz,
                "jitter_ms": check.jitter_ms,
                "worst_gap_ms": check.worst_gap_ms,
                "width": check.width,
                "height": check.height,
                "touch": check.touch,
                "browser": next((name for sign, name in BROWSERS if sign in check.agent), "other"),
                "verdict": check.verdict,
                "reasons": " ".join(check.reasons) or None,
            }


def step_rows(study: Study) -> Iterator[Row]:
    """Yield one row a presentation of a step, in the order it was played within its sitting."""
    outline: tuple[int, list[str], frozenset[str]] = (0, [], frozenset())
    for session, number, sitting in _sittings(study):
        if outline[0] != session.pk:
            outline = _outline(session)
        whose = _whose(session) | {"sitting": number, "run": sitting.run}
        current = None
        for place, record in _records(sitting):
            if isinstance(record, RoundRecord):
                current = outline[1].index(record.round) + 1 if record.round in outline[1] else None
            elif isinstance(record, StepRecord):
                exposure = record.step in outline[2]
                yield whose | place | {"round": current, "exposure": exposure} | _step(record)


def adverse_event_rows(study: Study) -> Iterator[Row]:
    """Yield one row an adverse event that was not struck."""
    people = with_data(Participant.objects.filter(study=study))
    events = AdverseEvent.objects.filter(participant__in=people, struck_at=None).select_related("participant__site")
    began = first_infusion_days(study)
    for event in events.order_by("participant__code", "number"):
        said = ("preferred_term", "code", "onset", "ended", "drug", "training")
        yield {name: getattr(event, name) or None for name in said} | {
            "participant": event.participant.code,
            "site": event.participant.site.key,
            "event": event.number,
            "learned": event.source,
            "asked_at": event.visit or None,
            "term": event.term,
            "onset_day": onset_day(event, began.get(event.participant_id)),
            "expected": event.expectedness or None,
            "severity": event.severity,
            "serious": bool(event.criteria),
            "criteria": " ".join(event.criteria) or None,
            "measures": " ".join(event.measures) or None,
            "outcome": event.outcome,
            "known_at": event.known_at,
            "serious_at": event.serious_at,
        }


ROWS: dict[str, Callable[[Study], Iterator[Row]]] = {
    "sessions": session_rows,
    "sittings": sitting_rows,
    "devicechecks": device_check_rows,
    "steps": step_rows,
    "alerts": alert_rows,
    "forms": form_rows,
    "answers": answer_rows,
    "scores": score_rows,
    "associations": association_rows,
    "adverseevents": adverse_event_rows,
    "participants": participant_rows,
    "screenings": screening_rows,
    "infusions": infusion_rows,
    "visits": visit_rows,
    "deviations": deviation_rows,
}


def _sessions(study: Study) -> QuerySet[TrainingSession]:
    """Return the sessions of all but those who withdrew their data."""
    people = with_data(Participant.objects.filter(study=study))
    sessions = TrainingSession.objects.filter(participant__in=people).select_related("participant__site", "infusion")
    return sessions.order_by("participant__code", "infusion__number", "number")


def _sittings(study: Study) -> Iterator[tuple[TrainingSession, int, Sitting]]:
    for session in _sessions(study):
        for number, sitting in enumerate(session.sittings.order_by("opened_at", "pk"), start=1):
            yield session, number, sitting


def _whose(session: TrainingSession) -> Row:
    return {
        "participant": session.participant.code,
        "site": session.participant.site.key,
        "infusion": session.infusion.number,
        "session": session.number,
    }


def _outline(session: TrainingSession) -> tuple[int, list[str], frozenset[str]]:
    outline = Outline.objects.filter(session=session).first()
    return (session.pk, outline.rounds, frozenset(outline.exposures)) if outline else (session.pk, [], frozenset())


def _records(sitting: Sitting) -> Iterator[tuple[Row, AnyRecord]]:
    for chunk in sitting.chunks.order_by("number").iterator(chunk_size=20):
        for place, record in enumerate(Records.validate_json(chunk.body), start=1):
            yield {"chunk": chunk.number, "record": place}, record


def _step(record: StepRecord) -> Row:
    gaps = record.gaps_ms
    return {
        "task": _task(record),
        "step": record.step,
        "attempt": record.attempt,
        "status": record.status,
        "at_ms": record.at,
        "answer": record.answer,
        "correct": record.correct,
        "late": record.late,
        "rt_ms": record.rt_ms,
        "input": record.input,
        "refresh_hz": record.refresh_hz,
        **{f"shown_{phase}": _whole(record.shown.get(phase)) for phase in PHASES},
        "gaps": len(gaps),
        "gap_mean_ms": sum(gaps) / len(gaps) if gaps else None,
        "gap_longest_ms": max(gaps, default=None),
        "gap_shortest_ms": min(gaps, default=None),
        "refreshes": _whole(sum(long * times for long, times in record.refresh_runs)),
    }


def _whole(number: int | None) -> int | None:
    """Return the number, cut to what a column holds: a player may send any, and none may spoil an export."""
    return None if number is None else max(-LARGEST, min(number, LARGEST))


def _task(record: StepRecord) -> str:
    """Return the task by its phases, as no plan is stored outside the vault."""
    if "target" in record.shown:
        return "masked-words"
    return "visible-words" if "trait" in record.shown else "faces"
