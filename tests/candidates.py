"""People on their way into a study: opened, eligible, consented. Import it only after Django is set up."""

from __future__ import annotations

from typing import Any

from daybreak.core.consent import text_sha256
from daybreak.core.roles import Role
from daybreak.core.study import StudyFile
from daybreak.server import clock
from daybreak.server.accounts.models import User
from daybreak.server.enrolment.identity import Who
from daybreak.server.enrolment.models import Participant
from daybreak.server.participation.actions.consent import Signing, sign_consent, text_to_sign
from daybreak.server.participation.actions.opening import NewPerson, open_person
from daybreak.server.participation.actions.screening import save_screening
from daybreak.server.participation.queries import owed_consents
from daybreak.server.studies.models import Site, Study
from daybreak.server.studies.queries import file_of
from tests import people

WHO = Who("Łukasz", "Ñandú", "lukasz@example.org", "+48 600 000 000")
ANSWERS = {"age": 34, "madrs": 31, "failed-antidepressants": 2, "photosensitive-epilepsy": False}


def coordinator(of: Study) -> User:
    """Return the coordinator of the whole study that tests share."""
    found = User.objects.filter(name="Cora Coordinator", memberships__study=of).first()
    return found or people.staff(of, Role.COORDINATOR, name="Cora Coordinator")


def eligible(file: StudyFile) -> dict[str, Any]:
    """Return answers with which everybody is eligible."""
    default: dict[str, Any] = {"yes-no": True, "whole": 30, "real": 30.0, "date": "1990-05-01"}
    return {
        one.key: ANSWERS.get(one.key, one.choices[0] if one.choices else default[one.kind]) for one in file.eligibility
    }


def opened(at: Site, code: str = "", **more: Any) -> Participant:
    """Open somebody who is still in screening."""
    return open_person(coordinator(at.study), NewPerson(site=at, code=code, **more), WHO)


def screened(at: Site, code: str = "", **more: Any) -> Participant:
    """Open somebody and find them eligible."""
    person = opened(at, code, **more)
    save_screening(coordinator(at.study), person, eligible(file_of(at.study)))
    return person


def consented(at: Site, code: str = "", **more: Any) -> Participant:
    """Open somebody, find them eligible, and have them sign all there is to sign."""
    person = screened(at, code, **more)
    for signing in signings(person):
        sign_consent(coordinator(at.study), person, signing)
    return person


def signings(person: Participant) -> list[Signing]:
    """Return what somebody does on the page of each text they have to sign now."""
    texts = [text_to_sign(person, owing) for owing in owed_consents(person, clock.now())]
    return [Signing(text.key, text.version, text_sha256(text), WHO.name, agreed=True, witnessed=True) for text in texts]
