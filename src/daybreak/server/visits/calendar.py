"""A participant's whole calendar: the study file's rules, and all that was entered and played so far."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from daybreak.core.calendar import CalendarRules, Infused, Past, PersonCalendar, person_calendar
from daybreak.server.enrolment.models import Participant
from daybreak.server.training.calendar import PAST_ROWS, local_time_of, past_of, rules_of

CALENDAR_ROWS = (*PAST_ROWS, "visits")
"""What to prefetch for a list of people."""


def calendar_of(participant: Participant, now: datetime, rules: CalendarRules | None = None) -> PersonCalendar:
    """Return the participant's calendar at `now`; for a list of people pass the study's `rules`, read once."""
    return person_calendar(rules or rules_of(participant), whole_past(participant), local_time_of(participant), now)


def calendar_if_infused(participant: Participant, number: int, infused: Infused, now: datetime) -> PersonCalendar:
    """Return the calendar as it would be if infusion `number` had taken place at `infused`."""
    past = whole_past(participant)
    then = replace(past, infusions={**past.infusions, number: infused})
    return person_calendar(rules_of(participant), then, local_time_of(participant), now)


def whole_past(participant: Participant) -> Past:
    """Return what has happened to a participant, visits included."""
    return replace(past_of(participant), visits={visit.key: visit.done_at for visit in participant.visits.all()})
