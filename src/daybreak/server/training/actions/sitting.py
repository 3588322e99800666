"""Opening a sitting: may this person play this session now, from which round on, and in this window?"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from daybreak.core.plan import TrainingPlan
from daybreak.core.resume import Resume, resume_point
from daybreak.core.schedule import SessionWindow
from daybreak.server import clock
from daybreak.server.audit.trail import Draft, recorded
from daybreak.server.enrolment.models import Participant
from daybreak.server.training.actions.closing import close_missed, close_partial
from daybreak.server.training.actions.lease import LEASE
from daybreak.server.training.calendar import Course, course_of
from daybreak.server.training.models import Outline, Sitting, TrainingSession
from daybreak.server.training.refusals import RefusedError
from daybreak.server.vault.dispense import dispense_plan

State = TrainingSession.State


@dataclass(frozen=True)
class Opened:
    """A sitting that may play, and what its player needs to know."""

    sitting: Sitting
    plan: TrainingPlan
    resume: Resume
    sessions: int
    closes_at: datetime


def open_sitting(participant: Participant, number: int, *, take_over: bool) -> Opened:
    """Open a sitting of session `number` and give it the lease.

    Args:
        participant: who plays.
        number: of the session in the present course, from 1.
        take_over: whether to take the lease from another window.

    Raises:
        RefusedError: `no-such-session`, `not-ready`, `not-open`, `already-done`, `too-late` or `open-elsewhere`.
    """
    course = course_of(participant, clock.now())
    if course is None:
        raise RefusedError("not-ready")
    window = _open_window(course, number)
    session = _planned(course, number)
    plan = dispense_plan(session)
    if plan is None:
        raise RefusedError("not-ready")
    opened = _sit_down(course, session.pk, plan, take_over)
    if opened is None:
        raise RefusedError("too-late")
    sitting, resume = opened
    return Opened(sitting, plan, resume, len(course.windows), _closes(course, window, sitting.session))


def _open_window(course: Course, number: int) -> SessionWindow:
    window = course.window(number)
    if window is None:
        raise RefusedError("no-such-session")
    session = course.sessions.get(number)
    if session is not None and session.state == State.PARTIAL:
        raise RefusedError("too-late")
    if window.state == "done":
        raise RefusedError("already-done")
    if window.state == "open" or (session is not None and course.can_go_on(session)):
        return window
    if window.state == "missed":
        close_missed(course)
        raise RefusedError("too-late")
    raise RefusedError("not-open")


def _planned(course: Course, number: int) -> TrainingSession:
    """Return the session's row, made at the first opening; two openings at once get the same one."""
    there = course.sessions.get(number)
    if there is not None:
        return there
    person = course.participant
    with recorded(person.user, "plan-session", participant=person) as entry:
        session, made = TrainingSession.objects.get_or_create(
            infusion=course.infusion, number=number, defaults={"participant": person, "planned_at": course.now}
        )
        if not made:
            entry.found_nothing()
        entry.note(infusion=course.infusion.number, session=number)
    return session


def _sit_down(course: Course, session_id: int, plan: TrainingPlan, take_over: bool) -> tuple[Sitting, Resume] | None:
    """Open the sitting, or close the session as partial and return None where the study file does not let it go on."""
    person = course.participant
    with recorded(person.user, "open-sitting", participant=person) as entry:
        session = TrainingSession.objects.select_for_update(no_key=True).get(pk=session_id)
        entry.note(infusion=course.infusion.number, session=session.number)
        _check_free(session, course.now, take_over)
        resume = resume_point(session.rounds_done, session.last_heard_at, course.now, course.rules)
        if resume is None:
            entry.action = "close-session"
            close_partial(entry, session, session.last_heard_at or course.now, course.rules)
            return None
        changes = _plan_changes(session, plan) | _restart_changes(session, resume)
        sitting = _new_sitting(entry, session, changes.get("run", session.run), resume, course.now)
        changes |= {"holder": sitting, "held_until": course.now + LEASE}
        entry.update(session, **changes)
        return sitting, resume


def _check_free(session: TrainingSession, now: datetime, take_over: bool) -> None:
    if session.state == State.COMPLETED:
        raise RefusedError("already-done")
    if session.state == State.PARTIAL:
        raise RefusedError("too-late")
    held = session.holder_id is not None and session.held_until is not None and session.held_until > now
    if held and not take_over:
        raise RefusedError("open-elsewhere")


def _plan_changes(session: TrainingSession, plan: TrainingPlan) -> dict[str, Any]:
    """Store the outline at the first sitting; a plan made again later has the same ids."""
    rounds = [round_.id for round_ in plan.rounds]
    exposures = [step.id for round_ in plan.rounds for step in round_.steps if step.exposure]
    Outline.objects.get_or_create(session=session, defaults={"rounds": rounds, "exposures": exposures})
    return {"rounds_planned": len(rounds), "planned_exposures": len(exposures)}


def _restart_changes(session: TrainingSession, resume: Resume) -> dict[str, Any]:
    """Return what a new label changes; a session that begins again counts anew."""
    if resume.label != "restarted":
        return {"label": resume.label} if resume.label else {}
    return {
        "label": resume.label,
        "run": session.run + 1,
        "last_heard_at": None,
        "rounds_done": 0,
        "valid_exposures": 0,
        "ended_rounds": "0",
        "valid_steps": "0",
        "end_said": False,
    }


def _new_sitting(entry: Draft, session: TrainingSession, run: int, resume: Resume, now: datetime) -> Sitting:
    start = secrets.token_hex(32)
    return entry.create(
        Sitting,
        session=session,
        chain_start=start,
        head=start,
        first_round=resume.first_round,
        run=run,
        opened_at=now,
        last_heard_at=now,
    )


def _closes(course: Course, window: SessionWindow, session: TrainingSession) -> datetime:
    """Return until when another sitting can be opened."""
    if window.state == "open":
        return window.closes
    return (session.last_heard_at or course.now) + course.rules.resume_within
