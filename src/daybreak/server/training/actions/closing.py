"""Closing for good what was begun and can never go on: it is kept as it is and labelled partial."""

from __future__ import annotations

from datetime import datetime, timedelta

from daybreak.core.study import TrainingRules
from daybreak.server.audit.trail import Draft, recorded
from daybreak.server.studies.models import Study
from daybreak.server.studies.queries import file_of
from daybreak.server.training.calendar import Course, course_of
from daybreak.server.training.models import TrainingSession

BEGUN = TrainingSession.State.BEGUN


def close_over(study: Study, now: datetime) -> int:
    """Close what no player will ever ask for again, because its course is over; return how many.

    Someone who stopped coming opens no page that would do it. Only sessions whose course can be over are looked at, so
    that this costs next to nothing where nothing is to be done.
    """
    rules = file_of(study).training
    shortest = rules.starts_after_infusion + timedelta(days=rules.days + rules.catch_up_days - 1, hours=-1)
    old = TrainingSession.objects.filter(participant__study=study, state=BEGUN, infusion__ended_at__lt=now - shortest)
    people = {session.participant_id: session.participant for session in old.select_related("participant__study")}
    courses = (course_of(person, now) for person in people.values())
    return sum(close_missed(course) for course in courses if course)


def close_missed(course: Course) -> int:
    """Close what was begun in a course that is over, or in an earlier one; return how many."""
    earlier = TrainingSession.objects.filter(participant=course.participant, state=BEGUN)
    closed = sum(
        _close(session, course.infusion.ended_at, course.rules) for session in earlier.exclude(infusion=course.infusion)
    )
    for window in course.windows:
        session = course.sessions.get(window.number)
        if window.state == "missed" and session and session.state == BEGUN and not course.can_go_on(session):
            closed += _close(session, window.closes, course.rules)
    return closed


def _close(session: TrainingSession, over: datetime, rules: TrainingRules) -> int:
    with recorded(None, "close-session", participant=session.participant) as entry:
        if close_partial(entry, session, over, rules):
            return 1
        entry.found_nothing()
        return 0


def close_partial(entry: Draft, session: TrainingSession, over: datetime, rules: TrainingRules) -> bool:
    """Keep a begun session as partial; return whether it was still begun.

    It counts as closed from when it could go on no more, whenever that is noticed: at `over`, or later if it was still
    played shortly before.
    """
    heard = session.last_heard_at
    closed_at = max(over, heard + rules.resume_within) if heard else over
    begun = TrainingSession.objects.select_for_update(no_key=True).filter(pk=session.pk, state=BEGUN).first()
    if begun is None:
        return False
    return entry.update(begun, state=TrainingSession.State.PARTIAL, label="partial", completed_at=closed_at)
