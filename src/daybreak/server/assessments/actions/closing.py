"""Closing self-reports that nobody will go on with: what was answered is kept, and labelled partial."""

from __future__ import annotations

from datetime import datetime

from daybreak.server.assessments.models import Form
from daybreak.server.assessments.rules import taken_until
from daybreak.server.audit.trail import recorded
from daybreak.server.enrolment.models import Participant
from daybreak.server.holds.locks import holds_on
from daybreak.server.studies.models import Study
from daybreak.server.visits.calendar import CALENDAR_ROWS, calendar_of, whole_past


def close_all_over(now: datetime) -> int:
    """Close what is over in every study; return how many forms. Run by the worker as often as one likes."""
    return sum(close_over(study, now) for study in Study.objects.order_by("pk"))


def close_over(study: Study, now: datetime) -> int:
    """Close the self-reports of a study that were begun and can no longer be answered; return how many."""
    begun = Form.objects.filter(participant__study=study, state=Form.State.OPEN, by=None)
    people = Participant.objects.filter(pk__in=begun.values("participant")).select_related("study", "site")
    return sum(_close(person, now) for person in people.prefetch_related(*CALENDAR_ROWS).order_by("pk"))


def _close(participant: Participant, now: datetime) -> int:
    if holds_on(participant=participant).exists():
        return 0
    calendar, closed = calendar_of(participant, now), 0
    ended = whole_past(participant).follow_up_ended
    for form in Form.objects.filter(participant=participant, state=Form.State.OPEN, by=None).order_by("pk"):
        planned = calendar.visit(form.visit_key)
        over = planned is None or planned.visit is None or now >= taken_until(calendar, planned, form.instrument)
        if over or (ended is not None and ended <= now):
            with recorded(None, "close-form", participant=participant) as entry:
                if entry.update(form, state=Form.State.PARTIAL):
                    closed += 1
                else:
                    entry.found_nothing()
    return closed
