"""A clinic with somebody in each role, and answers that call for somebody."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from daybreak.core.roles import Role
from daybreak.server import clock
from daybreak.server.accounts.models import User
from daybreak.server.assessments.models import Form
from daybreak.server.audit.trail import recorded
from daybreak.server.enrolment.models import Participant
from daybreak.server.safety.actions.raising import answered
from daybreak.server.safety.models import Alert
from daybreak.server.studies.models import Site
from tests import people

THOUGHTS = {"qids-sr.suicidal_thoughts": 2}
"""What the rule `suicidal-thoughts` of the published study tells investigators and coordinators of."""


@dataclass(frozen=True)
class Team:
    """One member of staff for each role."""

    coordinator: User
    rater: User
    investigator: User
    monitor: User
    administrator: User
    pharmacist: User
    statistician: User


def team_at(site: Site) -> Team:
    """Return a team of its own for a site."""
    roles = [role for role in Role if role.value in Team.__annotations__]
    return Team(**{role.value: people.staff(site.study, role, at=site, name=f"{role.title()} One") for role in roles})


def form_of(person: Participant, by: User | None = None, **more: Any) -> Form:
    """Return a form of a person, opened now."""
    fields = {"visit_key": "day-1", "instrument": "qids-sr", "version": "1", "language": "en", **more}
    return Form.objects.get_or_create(participant=person, **fields, defaults={"opened_at": clock.now(), "by": by})[0]


def give(
    form: Form,
    named: Mapping[str, object],
    now: datetime | None = None,
    earlier: Mapping[str, Sequence[float]] | None = None,
) -> list[Alert]:
    """Give answers, as an action of the assessments does, and return the alerts that are new."""
    with recorded(form.by or form.participant.user, "give-answer", participant=form.participant) as entry:
        return answered(entry, form.participant, form=form, named=named, now=now or clock.now(), earlier=earlier)


def raised(person: Participant, now: datetime | None = None) -> Alert:
    """Return an alert that a person's own answer has just raised."""
    (alert,) = give(form_of(person), THOUGHTS, now)
    return alert
