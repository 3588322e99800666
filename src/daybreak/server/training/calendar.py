"""A participant's training calendar: the study file's rules, the latest infusion, and what was played since."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from daybreak.core.schedule import SessionWindow, training_calendar
from daybreak.core.study import TrainingRules
from daybreak.server.enrolment.models import Infusion, Participant
from daybreak.server.enrolment.queries import latest_infusion
from daybreak.server.studies.queries import file_of
from daybreak.server.training.models import TrainingSession

OVER = (TrainingSession.State.COMPLETED, TrainingSession.State.PARTIAL)


@dataclass(frozen=True)
class Course:
    """The training sessions after one infusion, as things stand at `now`."""

    participant: Participant
    infusion: Infusion
    rules: TrainingRules
    zone: ZoneInfo
    now: datetime
    sessions: Mapping[int, TrainingSession]
    windows: tuple[SessionWindow, ...]

    def window(self, number: int) -> SessionWindow | None:
        """Return the window of session `number`, or None if the study plans no such session."""
        return self.windows[number - 1] if 1 <= number <= len(self.windows) else None

    def can_go_on(self, session: TrainingSession) -> bool:
        """Return whether a begun session was played so lately that it may go on even though its window closed."""
        heard = session.last_heard_at
        begun = session.state == TrainingSession.State.BEGUN
        return begun and heard is not None and self.now - heard <= self.rules.resume_within

    @property
    def begun(self) -> int | None:
        """The number of a session that was begun and is not over."""
        return next((n for n, session in self.sessions.items() if session.state == TrainingSession.State.BEGUN), None)


def rules_of(participant: Participant) -> TrainingRules:
    """Return the training table of the participant's study."""
    return file_of(participant.study).training


def course_of(participant: Participant, now: datetime) -> Course | None:
    """Return the participant's present course, or None before the first infusion."""
    infusion = latest_infusion(participant)
    if infusion is None:
        return None
    rules, zone = rules_of(participant), ZoneInfo(participant.zone)
    sessions = {session.number: session for session in TrainingSession.objects.filter(infusion=infusion)}
    finished = {
        number: session.completed_at
        for number, session in sessions.items()
        if session.state in OVER and session.completed_at is not None
    }
    windows = training_calendar(rules, infusion.ended_at, zone, finished, now)
    return Course(participant, infusion, rules, zone, now, sessions, windows)
