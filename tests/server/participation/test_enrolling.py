"""Enrolment: who may be enrolled, once, and what anybody learns of it."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest

from daybreak.core.participation import ParticipationError
from daybreak.core.roles import Role
from daybreak.server import clock
from daybreak.server.accounts.rights import NotYoursError
from daybreak.server.audit.models import Entry
from daybreak.server.enrolment.models import Participant, Screening
from daybreak.server.participation.actions.enrol import EnrolError, enrol, obstacles_to
from daybreak.server.studies.actions import add_site
from daybreak.server.studies.models import Site
from daybreak.server.vault.allocate import AllocationError, current_kit
from tests import people
from tests.candidates import consented, coordinator, enrolled, opened, screened

pytestmark = pytest.mark.django_db


def test_enrolling_allocates_and_answers_with_a_kit_in_one_entry(clinic: Site) -> None:
    person = consented(clinic)
    kit = enrol(coordinator(clinic.study), person)
    assert person.status == "enrolled"
    assert person.enrolled_at is not None
    assert kit == current_kit(person, 1)
    entry = Entry.objects.get(action="enrol")
    body = json.loads(entry.body)
    assert body["notes"] == {"kit": kit}
    assert [change["row"] for change in body["changes"]] == [f"enrolment.participant:{person.pk}"]
    assert not {"ketamine", "saline", "active", "sham"} & set(entry.body.replace('"', " ").split())


def test_pressed_twice_somebody_is_enrolled_once(clinic: Site) -> None:
    person, by = consented(clinic), coordinator(clinic.study)
    enrol(by, person)
    with pytest.raises(ParticipationError, match="someone who is enrolled cannot be enrolled"):
        enrol(by, person)
    assert Entry.objects.filter(action="enrol").count() == 1


def test_only_who_is_eligible_and_signed_is_enrolled(clinic: Site) -> None:
    by = coordinator(clinic.study)
    for person in (opened(clinic), screened(clinic)):
        with pytest.raises(ParticipationError, match="It is for people who are consented"):
            enrol(by, person)
    assert not Participant.objects.exclude(enrolled_at=None).exists()


def test_a_rater_enrols_nobody(clinic: Site) -> None:
    person = consented(clinic)
    with pytest.raises(NotYoursError):
        enrol(people.staff(clinic.study, Role.RATER), person)


def test_a_new_version_of_the_text_is_signed_first(clinic: Site) -> None:
    person = consented(clinic)
    for language in ("en", "es"):
        clinic.study.study_file += f"""
[[consents]]
key = "main"
version = 2
effective = 2026-01-01
language = "{language}"
title = "Taking part"
paragraphs = ["One question more."]
"""
    clinic.study.save()
    person = Participant.objects.get(pk=person.pk)
    with pytest.raises(EnrolError, match="version 2 of 'main' is to be signed first"):
        enrol(coordinator(clinic.study), person)


def test_a_study_enrols_between_its_days(clinic: Site) -> None:
    person, now = consented(clinic), clock.now()
    head = "target = 154"
    for line, says in (
        ("opens = 2999-01-01", "enrols from 01 January 2999"),
        ("closes = 2020-01-01", "enrolled until"),
    ):
        clinic.study.study_file = clinic.study.study_file.replace(head, f"{line}\n{head}", 1)
        clinic.study.save()
        person = Participant.objects.get(pk=person.pk)
        assert says in " ".join(obstacles_to(person, now))
        clinic.study.study_file = clinic.study.study_file.replace(f"{line}\n", "", 1)


def test_a_closed_site_enrols_nobody(clinic: Site) -> None:
    person = consented(clinic)
    Site.objects.filter(pk=clinic.pk).update(closed_at=clock.now() - timedelta(days=1))
    with pytest.raises(EnrolError, match="this site is closed"):
        enrol(coordinator(clinic.study), person)


def test_a_site_without_a_sealed_list_enrols_nobody_and_the_person_stays_consented(clinic: Site) -> None:
    unopened = add_site(clinic.study, "hill", "Hill Clinic", "UTC")
    person = consented(unopened)
    with pytest.raises(AllocationError, match="No allocation list"):
        enrol(coordinator(clinic.study), person)
    assert Participant.objects.get(pk=person.pk).status == "consented"
    assert not Entry.objects.filter(action="enrol").exists()


def test_an_answer_changed_in_the_database_is_found(clinic: Site) -> None:
    person = consented(clinic)
    Screening.objects.filter(participant=person).update(answers={"age": 12})
    person = Participant.objects.get(pk=person.pk)
    with pytest.raises(EnrolError, match="a rule does not hold"):
        enrol(coordinator(clinic.study), person)


def test_many_are_enrolled_in_the_order_they_come(clinic: Site) -> None:
    codes = [enrolled(clinic).code for _ in range(4)]
    assert codes == ["H-001", "H-002", "H-003", "H-004"]
    assert len({current_kit(person, 1) for person in Participant.objects.all()}) == 4
