"""What Today depends on, gathered from what is stored."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from daybreak.core.resume import resume_point
from daybreak.core.schedule import SessionWindow, training_calendar, training_days
from daybreak.core.study import TrainingRules
from daybreak.server.enrolment.models import Infusion, Participant
from daybreak.server.enrolment.queries import has_portrait, latest_infusion, read_cues
from daybreak.server.studies.queries import file_of
from daybreak.server.today.page import Situation
from daybreak.server.training.models import TrainingSession

USUAL_MINUTES = 18


def situation_of(participant: Participant, now: datetime) -> Situation:
    """Return what Today depends on for `participant` at `now`."""
    rules = file_of(participant.study).training
    zone = ZoneInfo(participant.zone)
    infusion = latest_infusion(participant)
    sessions = list(TrainingSession.objects.filter(infusion=infusion)) if infusion else []
    windows = calendar_of(rules, infusion, zone, sessions, now)
    cues = read_cues(participant)
    return Situation(
        name=cues.first_name if cues else "",
        zone=zone,
        now=now,
        cues_ready=cues is not None,
        portrait_ready=has_portrait(participant),
        windows=windows,
        minutes=USUAL_MINUTES,
        begun=_can_go_on(sessions, rules, now),
        behind=infusion is not None and _is_behind(windows, rules, infusion.ended_at, zone),
    )


def calendar_of(
    rules: TrainingRules, infusion: Infusion | None, zone: ZoneInfo, sessions: list[TrainingSession], now: datetime
) -> tuple[SessionWindow, ...]:
    """Return the windows of all sessions, or none before the infusion."""
    if infusion is None:
        return ()
    finished = {session.number: session.completed_at for session in sessions if session.completed_at}
    return training_calendar(rules, infusion.ended_at, zone, finished, now)


def _can_go_on(sessions: list[TrainingSession], rules: TrainingRules, now: datetime) -> int | None:
    """Return the number of a session that was broken off and would go on at a round border, if there is one."""
    for session in sessions:
        if session.state == TrainingSession.State.BEGUN and session.last_heard_at:
            resume = resume_point(session.rounds_done, session.last_heard_at, now, rules)
            return session.number if resume and resume.began == "resumed" else None
    return None


def _is_behind(
    windows: tuple[SessionWindow, ...], rules: TrainingRules, infusion_ended: datetime, zone: ZoneInfo
) -> bool:
    """Return whether the next session stands on a later day than planned."""
    due = next((window for window in windows if window.state in ("open", "upcoming")), None)
    if due is None:
        return False
    first = training_days(rules, infusion_ended, zone)[0].date
    return due.opens.astimezone(zone).date() > first + timedelta(days=due.day - 1)
