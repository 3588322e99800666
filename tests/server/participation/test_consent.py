"""Consent: who signs what, in front of whom, and what is kept of it."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import pytest

from daybreak.core.consent import text_sha256
from daybreak.core.errors import CommandError, DaybreakError
from daybreak.core.roles import Role
from daybreak.server import clock
from daybreak.server.accounts.rights import NotYoursError
from daybreak.server.audit.models import Entry
from daybreak.server.audit.refusals import StaleError
from daybreak.server.demo.intake import signings
from daybreak.server.enrolment.models import Consent, Participant
from daybreak.server.enrolment.sealing import sealer_of
from daybreak.server.participation.actions.consent import ConsentError, read_copy, read_strokes, sign_consent
from daybreak.server.participation.actions.screening import decline, save_screening
from daybreak.server.participation.consent_copy import SignedText, make_copy, unprintable
from daybreak.server.participation.queries import owed_consents, owing_consents
from daybreak.server.studies.models import Site
from daybreak.server.studies.queries import file_of
from tests import people
from tests.candidates import WHO, consented, coordinator, opened, screened

pytestmark = pytest.mark.django_db
STROKES = (((100, 200), (200, 20), (300, 250)), ((700, 100),))


def with_version_two(site: Site, *, reconsent: bool) -> None:
    """Add a second version of the consent to the study's file."""
    for language in ("en", "es"):
        site.study.study_file += f"""
[[consents]]
key = "main"
version = 2
effective = 2026-01-01
language = "{language}"
title = "Taking part in the study"
reconsent = {str(reconsent).lower()}
paragraphs = ["We ask one question more."]
"""
    site.study.save()


def test_who_signs_everything_is_consented(clinic: Site) -> None:
    person = screened(clinic)
    (signing,) = signings(person, WHO.name)
    consent = sign_consent(coordinator(clinic.study), person, replace(signing, strokes=STROKES))
    assert person.status == "consented"
    assert owed_consents(person, clock.now()) == ()
    assert (consent.key, consent.version, consent.language) == ("main", 1, "en")
    assert consent.text_sha256 == text_sha256(file_of(clinic.study).consents[0])
    assert consent.taken_by == coordinator(clinic.study)


def test_the_signature_and_its_copy_are_sealed_and_nowhere_else(clinic: Site) -> None:
    person = consented(clinic)
    consent = Consent.objects.get(participant=person)
    assert WHO.name in sealer_of(person.pk).open("signature", consent.signature).decode()
    trail = Entry.objects.get(action="sign-consent").body
    assert "Łukasz" not in trail
    assert trail.count("(sealed)") == 2
    assert bytes(consent.copy)[:5] != b"%PDF-"
    assert read_copy(consent)[:5] == b"%PDF-"


def test_the_text_in_the_persons_language_is_signed(clinic: Site) -> None:
    person = consented(clinic, language="es")
    assert Consent.objects.get(participant=person).language == "es"


def test_a_text_missing_in_the_persons_language_is_said_and_no_other_takes_its_place(db: None) -> None:
    english_only = """format = 1
study = { id = "plain", title = "Plain" }
arms = [{ key = "all", drug = "ketamine", version = "active" }]
training = { pack = "self-worth" }
consents = [{ key = "main", version = 1, title = "Taking part", paragraphs = ["It is your choice."] }]
"""
    person = screened(people.site(english_only), language="es")
    with pytest.raises(ConsentError, match="version 1 of the consent text 'main' is not in the study file") as refused:
        signings(person, WHO.name)
    assert "Have it added" in str(refused.value)


@pytest.mark.parametrize(
    ("flaw", "says"),
    [
        ({"name": " "}, "full name is missing"),
        ({"name": "x" * 121}, "full name is missing"),
        ({"agreed": False}, "a tick is missing"),
        ({"witnessed": False}, "a tick is missing"),
        ({"name": "李 Wei"}, "cannot show these signs: 李"),
        ({"strokes": (((1001, 5),),)}, "drawn signature cannot be read"),
        ({"strokes": ((),)}, "drawn signature cannot be read"),
        ({"strokes": (tuple((1, 1) for _ in range(5001)),)}, "drawn signature cannot be read"),
    ],
)
def test_half_a_signature_is_none(clinic: Site, flaw: dict[str, Any], says: str) -> None:
    person = screened(clinic)
    (signing,) = signings(person, WHO.name)
    with pytest.raises(ConsentError, match=says):
        sign_consent(coordinator(clinic.study), person, replace(signing, **flaw))
    assert not Consent.objects.exists()
    assert person.status == "eligible"


@pytest.mark.parametrize(
    "text", ["{}", "[[1]]", "[[[1]]]", "nonsense", '[[["a", 2]]]', "[" * 3000, "3", "[[[1e999,2]]]"]
)
def test_a_drawing_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(ConsentError, match="cannot be read"):
        read_strokes(text)


def test_a_drawing_is_read_as_it_was_drawn() -> None:
    assert read_strokes("[[[1,2],[3,4]],[[5,6]]]") == (((1, 2), (3, 4)), ((5, 6),))
    assert read_strokes("") == ()


def test_pressed_twice_it_is_signed_once_and_the_second_press_is_told(clinic: Site) -> None:
    person = screened(clinic)
    (signing,) = signings(person, WHO.name)
    sign_consent(coordinator(clinic.study), person, signing)
    with pytest.raises(StaleError):
        sign_consent(coordinator(clinic.study), person, signing)
    assert Consent.objects.count() == 1


def test_a_text_that_changed_while_it_was_read_is_not_signed(clinic: Site) -> None:
    person = screened(clinic)
    (signing,) = signings(person, WHO.name)
    with pytest.raises(StaleError):
        sign_consent(coordinator(clinic.study), person, replace(signing, sha256="0" * 64))
    with_version_two(clinic, reconsent=False)
    person = Participant.objects.get(pk=person.pk)
    with pytest.raises(StaleError):
        sign_consent(coordinator(clinic.study), person, signing)


def test_nobody_signs_before_they_are_eligible_or_after_they_declined(clinic: Site) -> None:
    by = coordinator(clinic.study)
    person = opened(clinic)
    (signing,) = signings(person, WHO.name)
    with pytest.raises(ConsentError, match="only somebody who was found eligible"):
        sign_consent(by, person, signing)
    decline(by, person, "no time")
    with pytest.raises(ConsentError, match="only somebody who was found eligible"):
        sign_consent(by, person, signing)


def test_a_rater_takes_no_consent(clinic: Site) -> None:
    person = screened(clinic)
    with pytest.raises(NotYoursError):
        sign_consent(people.staff(clinic.study, Role.RATER), person, signings(person, WHO.name)[0])


def test_before_enrolment_a_new_version_is_owed_by_who_signed_the_old_one(clinic: Site) -> None:
    person = consented(clinic)
    with_version_two(clinic, reconsent=False)
    person = Participant.objects.get(pk=person.pk)
    assert [(each.key, each.version, each.signed) for each in owed_consents(person, clock.now())] == [("main", 2, 1)]


@pytest.mark.parametrize(("reconsent", "owing"), [(True, 1), (False, 0)])
def test_who_is_enrolled_is_asked_again_only_if_the_file_says_so(clinic: Site, reconsent: bool, owing: int) -> None:
    person = consented(clinic)
    Participant.objects.filter(pk=person.pk).update(status="infused")
    with_version_two(clinic, reconsent=reconsent)
    person = Participant.objects.get(pk=person.pk)
    assert len(owed_consents(person, clock.now())) == owing
    assert len(owing_consents([person], clock.now())) == owing
    if owing:
        sign_consent(coordinator(clinic.study), person, signings(person, WHO.name)[0])
        assert owed_consents(person, clock.now()) == ()
        assert person.status == "infused"


def test_an_erased_persons_copy_is_said_to_be_erased(clinic: Site) -> None:
    person = consented(clinic)
    people.erase(person)
    with pytest.raises(CommandError, match="erased with the person's data"):
        read_copy(Consent.objects.get(participant=person))


def test_a_correction_that_keeps_somebody_eligible_keeps_them_consented(clinic: Site) -> None:
    person = consented(clinic)
    save_screening(coordinator(clinic.study), person, {"madrs": 40}, reason="second rating")
    assert person.status == "consented"


def letters_in(copy: bytes) -> set[str]:
    """Return the letters of a PDF of ours, by the tables that map each font's glyphs back to Unicode."""
    tables = re.findall(rb"beginbfchar(.*?)endbfchar", copy, re.DOTALL)
    return {chr(int(code, 16)) for table in tables for code in re.findall(rb"<\w{4}> <(\w{4})>", table)}


def test_the_copy_is_a_lasting_pdf_with_language_title_and_every_letter_of_a_name(clinic: Site) -> None:
    file = file_of(clinic.study)
    signed = SignedText(
        study=file.study.title,
        site="Clínica",
        code="H-001",
        text=file.consents[1],
        sha256="ab" * 32,
        name="Łukasz Ñandú Ω Ж",
        strokes=STROKES,
        at=clock.now(),
        before="Cora",
    )
    copy = make_copy(signed)
    assert b"/Lang (es)" in copy
    assert b"pdfaid:part" in copy
    assert b"H-001" in copy
    assert set("ŁÑúΩЖ") <= letters_in(copy)


@pytest.mark.parametrize(
    ("name", "odd"), [("Łukasz Ñandú", ""), ("Nguyễn Ştefan Ελένη Иван", ""), ("李 李 明", "李明")]
)
def test_signs_that_cannot_be_printed_are_found(name: str, odd: str) -> None:
    assert unprintable(name) == odd


def test_a_missing_key_is_no_signature(clinic: Site) -> None:
    person = screened(clinic)
    (signing,) = signings(person, WHO.name)
    people.erase(person)
    with pytest.raises(DaybreakError, match="erased"):
        sign_consent(coordinator(clinic.study), person, signing)
