"""People on their way into a study: opened, eligible, consented. Import it only after Django is set up."""

from __future__ import annotations

from typing import Any

from daybreak.core.roles import Role
from daybreak.server.accounts.models import User
from daybreak.server.demo.intake import eligible_answers, signings
from daybreak.server.enrolment.identity import Who
from daybreak.server.enrolment.models import Participant
from daybreak.server.participation.actions.consent import sign_consent
from daybreak.server.participation.actions.enrol import enrol
from daybreak.server.participation.actions.opening import NewPerson, open_person
from daybreak.server.participation.actions.screening import save_screening
from daybreak.server.studies.models import Site, Study
from daybreak.server.studies.queries import file_of
from tests import people

WHO = Who("Łukasz", "Ñandú", "lukasz@example.org", "+48 600 000 000")


def coordinator(of: Study) -> User:
    """Return the coordinator of the whole study that tests share."""
    found = User.objects.filter(name="Cora Coordinator", memberships__study=of).first()
    return found or people.staff(of, Role.COORDINATOR, name="Cora Coordinator")


def opened(at: Site, code: str = "", **more: Any) -> Participant:
    """Open somebody who is still in screening."""
    return open_person(coordinator(at.study), NewPerson(site=at, code=code, **more), WHO)


def screened(at: Site, code: str = "", **more: Any) -> Participant:
    """Open somebody and find them eligible."""
    person = opened(at, code, **more)
    save_screening(coordinator(at.study), person, eligible_answers(file_of(at.study)))
    return person


def consented(at: Site, code: str = "", **more: Any) -> Participant:
    """Open somebody, find them eligible, and have them sign all there is to sign."""
    person = screened(at, code, **more)
    for signing in signings(person, WHO.name):
        sign_consent(coordinator(at.study), person, signing)
    return person


def enrolled(at: Site, code: str = "", **more: Any) -> Participant:
    """Bring somebody through all of it, to the allocation."""
    person = consented(at, code, **more)
    enrol(coordinator(at.study), person)
    return person
