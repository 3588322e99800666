"""What Today depends on, gathered from what is stored."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

from daybreak.content.packs import load_pack
from daybreak.core.calendar import AHEAD, PersonCalendar, Planned
from daybreak.core.resume import resume_point
from daybreak.core.schedule import SessionWindow
from daybreak.core.session_length import expected_minutes
from daybreak.server.assessments.asking import minutes_for
from daybreak.server.assessments.queries import own_visits
from daybreak.server.enrolment.models import Participant
from daybreak.server.enrolment.queries import has_portrait, read_cues
from daybreak.server.today.page import Meeting, Questions, Situation
from daybreak.server.training.calendar import Course, course_of
from daybreak.server.training.models import TrainingSession
from daybreak.server.visits.calendar import calendar_of
from daybreak.server.visits.own_words import own_title

MEETINGS = 2


def situation_of(participant: Participant, now: datetime) -> Situation:
    """Return what Today depends on for `participant` at `now`."""
    course = course_of(participant, now)
    calendar = calendar_of(participant, now)
    cues, questions = read_cues(participant), _questions(participant, calendar, now)
    return Situation(
        name=cues.first_name if cues else "",
        zone=ZoneInfo(participant.zone),
        now=now,
        cues_ready=cues is not None,
        portrait_ready=has_portrait(participant),
        windows=tuple(_windows(course)) if course else (),
        minutes=_minutes(course, participant) if course else 0,
        begun=_goes_on(course) if course else None,
        behind=course is not None and _is_behind(course),
        meetings=tuple(_meetings(calendar, participant, questions)),
        questions=questions,
    )


def _questions(participant: Participant, calendar: PersonCalendar, now: datetime) -> Questions | None:
    """Return the questions to answer next: those that close first."""
    own = next((each for each in own_visits(participant, now, calendar) if each.left), None)
    if own is None:
        return None
    closes = own.until if own.late else own.planned.closes
    return Questions(own.visit.key, minutes_for(own), closes, begun=own.begun, late=own.late)


def _meetings(calendar: PersonCalendar, participant: Participant, questions: Questions | None) -> Iterator[Meeting]:
    """Yield the next visits and questions, no more than a calm page can hold, without those that have a card."""
    on_card = questions.visit if questions else ""
    ahead = [
        one
        for one in calendar.of_kind("visit")
        if one.visit and one.state in AHEAD and not (one.visit.by == "participant" and one.visit.key == on_card)
    ]
    for one in sorted(ahead, key=_target)[:MEETINGS]:
        in_hours = one.visit is not None and not one.visit.in_days
        yield Meeting(
            own_title(one, calendar, participant.site.name), one.opens, one.target, one.closes, in_hours=in_hours
        )


def _target(one: Planned) -> datetime:
    return one.target


def _minutes(course: Course, participant: Participant) -> int:
    """Return how long the next session takes; the first one has practice in it."""
    pack = load_pack(course.rules.pack, participant.language)
    return expected_minutes(pack, practice=course.windows[0].state != "done")


def _windows(course: Course) -> Iterator[SessionWindow]:
    """Yield the calendar as the person sees it.

    A session just broken off counts as open for as long as it may go on, past its hours too; a partial one was not
    done.
    """
    for window in course.windows:
        session = course.sessions.get(window.number)
        if session and session.last_heard_at and window.state in ("upcoming", "missed") and course.can_go_on(session):
            yield replace(window, state="open", closes=session.last_heard_at + course.rules.resume_within)
        elif session and session.state == TrainingSession.State.PARTIAL:
            yield replace(window, state="missed")
        else:
            yield window


def _goes_on(course: Course) -> int | None:
    """Return the number of a session that was broken off and would go on at a round border, if there is one."""
    session = course.sessions.get(course.begun or 0)
    if session is None:
        return None
    resume = resume_point(session.rounds_done, session.last_heard_at, course.now, course.rules)
    return session.number if resume and resume.began == "resumed" else None


def _is_behind(course: Course) -> bool:
    """Return whether the next session stands on a later day than planned."""
    due = next((window for window in course.windows if window.state in ("open", "upcoming")), None)
    if due is None:
        return False
    return due.opens.astimezone(course.zone).date() > due.on
