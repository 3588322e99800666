"""Noticing by itself what departs from the plan: run when a page or a nightly job asks, as often as one likes."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from django.db import IntegrityError
from django.db.models import F, Q

from daybreak.core.calendar import AHEAD, CalendarRules, PersonCalendar
from daybreak.core.deviation import Deviation as Found
from daybreak.core.deviation import Played, deviations
from daybreak.server.audit.trail import recorded
from daybreak.server.enrolment.models import Participant
from daybreak.server.holds.locks import holds_on
from daybreak.server.studies.models import Study
from daybreak.server.studies.queries import file_of
from daybreak.server.training.actions.closing import close_missed
from daybreak.server.training.calendar import OVER, course_of
from daybreak.server.training.models import TrainingSession
from daybreak.server.visits.calendar import CALENDAR_ROWS, calendar_of
from daybreak.server.visits.models import Deviation, NextLook
from daybreak.server.write_turn import write_turn

AT_MOST = timedelta(days=1)


def notice_due(study: Study, now: datetime, at_most: int | None = None) -> int:
    """Look at everybody for whom something may have become a deviation since the last look; return how many are left.

    Args:
        study: whose people.
        now: the time.
        at_most: how many people to look at, those waiting longest first; a page sets it, a nightly job does not.
    """
    due = Participant.objects.filter(study=study, enrolled_at__isnull=False)
    due = due.filter(Q(next_look=None) | Q(next_look__at__lte=now))
    due = due.order_by(F("next_look__at").asc(nulls_first=True), "pk")
    people = list(due.select_related("study", "site").prefetch_related(*CALENDAR_ROWS, "deviations")[:at_most])
    rules = CalendarRules.of(file_of(study)) if people else None
    _remember({participant.pk: _look(participant, now, rules) for participant in people})
    return due.count() if people and len(people) == at_most else 0


def notice(participant: Participant, now: datetime) -> None:
    """Store each departure from the participant's plan once, and let those lapse that no longer follow from it.

    Each change is an entry of its own, by the system. What somebody else stores at the same moment is left to them, and
    nothing changes for a person whose data are frozen or locked.
    """
    _remember({participant.pk: _look(participant, now)})


def _look(participant: Participant, now: datetime, rules: CalendarRules | None = None) -> datetime:
    """Store what changed, and return when to look again."""
    if holds_on(participant=participant).exists():
        return now + AT_MOST
    course = course_of(participant, now)
    if course and any(one.state == TrainingSession.State.BEGUN for one in participant.training_sessions.all()):
        close_missed(course)
        participant = Participant.objects.select_related("site", "study").get(pk=participant.pk)
    calendar = calendar_of(participant, now, rules)
    found = {each.key: each for each in deviations(calendar, _played(participant), _least_dose(participant))}
    stored = {each.key: each for each in participant.deviations.all()}
    for key, each in found.items():
        _keep(participant, key, each, stored.get(key), now)
    for key, row in stored.items():
        if key not in found and row.lapsed_at is None:
            with recorded(None, "lapse-deviation", participant=participant) as entry:
                entry.update(row, lapsed_at=now)
    return _next_look(calendar, now)


def _remember(looks: dict[int, datetime]) -> None:
    rows = [NextLook(participant_id=participant, at=at) for participant, at in looks.items()]
    if rows:
        with write_turn():
            NextLook.objects.bulk_create(
                rows, update_conflicts=True, unique_fields=["participant"], update_fields=["at"]
            )


def _keep(participant: Participant, key: str, found: Found, row: Deviation | None, now: datetime) -> None:
    facts = {"about": found.about, **found.facts}
    if row is not None and row.facts == facts and row.lapsed_at is None:
        return
    try:
        with recorded(None, "notice-deviation", participant=participant) as entry:
            if row is None:
                new: dict[str, Any] = {"key": key, "kind": found.kind, "facts": facts, "noticed_at": now}
                entry.create(Deviation, participant=participant, **new)
            else:
                entry.update(row, facts=facts, lapsed_at=None)
    except IntegrityError:
        return  # noticed by another page at this very moment


def _played(participant: Participant) -> dict[tuple[int, int], Played]:
    numbers = {infusion.pk: infusion.number for infusion in participant.infusions.all()}
    return {
        (numbers[one.infusion_id], one.number): Played(one.dose, one.state == TrainingSession.State.COMPLETED)
        for one in participant.training_sessions.all()
        if one.state in OVER
    }


def _least_dose(participant: Participant) -> float | None:
    return file_of(participant.study).training.least_dose


def _next_look(calendar: PersonCalendar, now: datetime) -> datetime:
    """Return when the next thing can be missed; while training goes on, a day from now at the latest."""
    return min(_turns(calendar, now), default=now + 365 * AT_MOST)


def _turns(calendar: PersonCalendar, now: datetime) -> Iterator[datetime]:
    for one in calendar.planned:
        if one.state in AHEAD:
            yield one.closes
        if one.kind == "session" and one.done_at and one.done_at > now - AT_MOST:
            yield now + AT_MOST
