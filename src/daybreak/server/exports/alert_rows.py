"""The rows of the table of alerts. What staff wrote about people is no part of an export."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.db.models import Q

from daybreak.server.enrolment.models import Participant
from daybreak.server.enrolment.queries import with_data
from daybreak.server.safety.models import Alert
from daybreak.server.studies.models import Study


def alert_rows(study: Study) -> Iterator[dict[str, Any]]:
    """Yield one row an alert, those of people who withdrew their data left out, and one a drill."""
    people = with_data(Participant.objects.filter(study=study))
    alerts = Alert.objects.filter(Q(drill=True) | Q(participant__in=people), study=study)
    for alert in alerts.select_related("participant__site", "site").order_by("raised_at", "pk"):
        yield {
            "participant": alert.participant.code if alert.participant else None,
            "site": alert.place.key,
            "alert": alert.pk,
            "drill": alert.drill,
            "rule": alert.rule,
            "source": alert.source,
            "raised_at": alert.raised_at,
            "watched": alert.watched,
            "acknowledge_by": alert.due_at,
            "acknowledged_at": alert.acknowledged_at,
            "steps_told": alert.steps,
            "alert_state": alert.state,
            "contact": alert.assessment.get("contact"),
            "risk": alert.assessment.get("risk"),
            "assessed_at": alert.assessed_at,
            "closed_at": alert.closed_at,
        }
