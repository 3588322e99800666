"""Simulated people come into the study by the very actions that people take: questions, consent, enrolment."""

from __future__ import annotations

from typing import Any

from daybreak.core.consent import text_sha256
from daybreak.core.study import StudyFile
from daybreak.server import clock
from daybreak.server.accounts.models import User
from daybreak.server.enrolment.identity import Who
from daybreak.server.enrolment.models import Participant
from daybreak.server.participation.actions.consent import Signing, sign_consent, text_to_sign
from daybreak.server.participation.actions.enrol import enrol
from daybreak.server.participation.actions.opening import NewPerson, open_person
from daybreak.server.participation.actions.screening import save_screening
from daybreak.server.participation.queries import owed_consents
from daybreak.server.studies.queries import file_of

SCRAWL = (((90, 210), (190, 60), (260, 230), (360, 120), (470, 200), (640, 150)), ((300, 90), (420, 80)))
ANSWERS: dict[str, Any] = {"age": 34, "madrs": 31, "failed-antidepressants": 2, "photosensitive-epilepsy": False}
DEFAULTS: dict[str, Any] = {"yes-no": True, "whole": 30, "real": 30.0, "date": "1990-05-01"}


def eligible_answers(file: StudyFile) -> dict[str, Any]:
    """Return answers with which somebody is eligible in the shipped studies."""
    return {
        one.key: ANSWERS.get(one.key, one.choices[0] if one.choices else DEFAULTS[one.kind]) for one in file.eligibility
    }


def signings(person: Participant, name: str) -> list[Signing]:
    """Return what somebody does on the page of each text they have to sign now."""
    texts = [text_to_sign(person, owing) for owing in owed_consents(person, clock.now())]
    return [
        Signing(text.key, text.version, text_sha256(text), name, SCRAWL, agreed=True, witnessed=True) for text in texts
    ]


def bring_in(by: User, new: NewPerson, who: Who) -> Participant:
    """Screen somebody who is eligible, let them sign, and enrol them."""
    person = open_person(by, new, who)
    save_screening(by, person, eligible_answers(file_of(person.study)))
    for signing in signings(person, who.name):
        sign_consent(by, person, signing)
    enrol(by, person)
    return person
