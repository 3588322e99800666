"""People who are enrolled, at a clinic with its allocation sealed. Import it only after Django is set up."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from daybreak.server import clock
from daybreak.server.audit.trail import recorded
from daybreak.server.enrolment.models import Infusion, Participant
from daybreak.server.infusions.actions import record_infusion
from daybreak.server.infusions.facts import InfusionFacts
from daybreak.server.studies.models import Site
from daybreak.server.vault.allocate import current_kit
from tests import candidates
from tests.candidates import coordinator


def enrolled(at: Site, code: str = "P-1", *, ago: timedelta = timedelta(days=10), **more: Any) -> Participant:
    """Bring somebody to the allocation, as if it all had been some time ago."""
    person = candidates.enrolled(at, code, **more)
    then = clock.now() - ago
    with recorded(None, "backdate", participant=person) as entry:
        entry.update(person, enrolled_at=then, screened_at=then - timedelta(days=3))
    return person


def minute(moment: datetime) -> datetime:
    """Return the moment at which its minute began, as forms know it."""
    return moment.replace(second=0, microsecond=0)


def facts_of(person: Participant, ended: datetime, number: int = 1, **more: Any) -> InfusionFacts:
    """Return what is entered of an infusion of 40 minutes with the right kit."""
    values: dict[str, Any] = {
        "kit": current_kit(person, number),
        "started_at": ended - timedelta(minutes=40),
        "ended_at": ended,
    }
    return InfusionFacts(**(values | more))


def infused(person: Participant, ago: timedelta, **more: Any) -> Infusion:
    """Record the person's first infusion as ended some time ago."""
    facts = facts_of(person, minute(clock.now() - ago), **more)
    return record_infusion(coordinator(person.study), person, 1, facts)
