"""A participant's training calendar: the study file's rules, the infusion it hangs on, and what was played since."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from daybreak.core.calendar import CalendarRules, Infused, Past, course_windows, present_course
from daybreak.core.local_time import LocalTime
from daybreak.core.participation import Scope, ended_by_scope
from daybreak.core.schedule import SessionWindow
from daybreak.core.study import TrainingRules
from daybreak.server.enrolment.models import Infusion, Participant
from daybreak.server.studies.queries import file_of
from daybreak.server.training.models import TrainingSession

PAST_ROWS = ("infusions", "training_sessions", "withdrawals", "zone_changes")
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


def rules_of(participant: Participant) -> CalendarRules:
    """Return what the participant's study file says of calendars."""
    return CalendarRules.of(file_of(participant.study))


def past_of(participant: Participant) -> Past:
    """Return what has happened to a participant, visits apart.

    Reads related rows by `all()` only, so that a list of people can have them prefetched: `PAST_ROWS`.
    """
    infusions = {one.pk: one for one in participant.infusions.all()}
    ended = ended_by_scope((one.scope, one.at) for one in participant.withdrawals.all())
    return Past(
        enrolled_at=participant.enrolled_at,
        infusions={one.number: Infused(one.ended_at, one.started_at) for one in infusions.values()},
        sessions={
            (infusions[one.infusion_id].number, one.number): one.completed_at
            for one in participant.training_sessions.all()
            if one.state in OVER and one.completed_at is not None
        },
        training_ended=ended.get(Scope.TRAINING),
        follow_up_ended=ended.get(Scope.FOLLOW_UP),
    )


def local_time_of(participant: Participant) -> LocalTime:
    """Return the participant's local time: the zone of now, and those before it."""
    changes = sorted(participant.zone_changes.all(), key=lambda change: change.since)
    first = changes[0].before if changes else participant.zone
    return LocalTime.of(ZoneInfo(first), [(change.since, ZoneInfo(change.zone)) for change in changes])


def course_of(participant: Participant, now: datetime, rules: CalendarRules | None = None) -> Course | None:
    """Return the participant's present course, or None before the infusion that it hangs on.

    For a list of people pass the study's `rules`, read once.
    """
    rules = rules or rules_of(participant)
    past, place = past_of(participant), local_time_of(participant)
    number = present_course(rules.infusions, past)
    if number is None:
        return None
    infusion = next(one for one in participant.infusions.all() if one.number == number)
    sessions = {one.number: one for one in participant.training_sessions.all() if one.infusion_id == infusion.pk}
    windows = course_windows(rules, past, place, now, number)
    return Course(participant, infusion, rules.training, place.zone_at(now), now, sessions, windows)
