"""What has to happen about alerts as time goes by; the worker calls it again and again."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from datetime import datetime, timedelta

from daybreak.core.calendar import CalendarRules
from daybreak.core.participation import ALLOCATED
from daybreak.core.silence import silent_since
from daybreak.core.study import AlertRules
from daybreak.server.audit.trail import recorded
from daybreak.server.enrolment.models import Participant
from daybreak.server.safety.actions.escalating import escalate
from daybreak.server.safety.actions.raising import raise_alert
from daybreak.server.safety.models import Alert, SilenceLook
from daybreak.server.studies.models import Study
from daybreak.server.studies.queries import file_of
from daybreak.server.visits.calendar import CALENDAR_ROWS, calendar_of
from daybreak.server.write_turn import write_turn

EVERY = timedelta(hours=1)
"""How often people are looked at for long silence; its rules count in days."""
log = logging.getLogger(__name__)


def tick(now: datetime) -> None:
    """Raise what silence calls for, and tell the next in line of what nobody acknowledged.

    May be called as often as one likes, by several workers at once. One alert that cannot be told does not keep the
    others from it: it is logged by its number, stays red, and is tried again at the next tick.
    """
    for study in Study.objects.order_by("pk"):
        _look_for_silence(study, now)
    for alert in (
        Alert.objects.filter(state=Alert.State.OPEN).select_related("participant__site", "site").order_by("pk")
    ):
        try:
            escalate(alert, now)
        except Exception:
            log.exception("alert %s could not be told; it stays red", alert.pk)


def _look_for_silence(study: Study, now: datetime) -> None:
    rules = [rule for rule in file_of(study).alerts if rule.silent]
    if not rules or SilenceLook.objects.filter(study=study, at__gt=now - EVERY, at__lte=now).exists():
        return
    calendar = CalendarRules.of(file_of(study))
    people = Participant.objects.filter(study=study, status__in=ALLOCATED).select_related("site", "study")
    for person in people.prefetch_related(*CALENDAR_ROWS).order_by("pk"):
        for rule, source in _silences(person, rules, calendar, now):
            with recorded(None, "raise-alert", participant=person) as entry:
                if raise_alert(entry, person, rule, source, now) is None:
                    entry.found_nothing()
    with write_turn():
        SilenceLook.objects.update_or_create(study=study, defaults={"at": now})


def _silences(
    person: Participant, rules: list[AlertRules], calendar: CalendarRules, now: datetime
) -> Iterator[tuple[AlertRules, str]]:
    """Yield the rules that a person's silence breaks and that were not raised before, with what to call it."""
    planned = calendar_of(person, now, calendar)
    for rule in rules:
        first = silent_since(rule.silent, planned, now) if rule.silent else None
        source = f"silence:{first.key}" if first else ""
        if first and not Alert.objects.filter(participant=person, rule=rule.key, source=source).exists():
            yield rule, source
