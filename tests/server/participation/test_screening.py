"""The screening: answers as given, verdicts in words, corrections with reason."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from daybreak.core.errors import CommandError
from daybreak.core.participation import ParticipationError
from daybreak.core.roles import Role
from daybreak.server.accounts.rights import NotYoursError
from daybreak.server.audit.models import Entry
from daybreak.server.audit.refusals import ReasonError, StaleError
from daybreak.server.demo.intake import eligible_answers
from daybreak.server.enrolment.identity import Who
from daybreak.server.enrolment.models import Participant, Screening
from daybreak.server.participation.actions.opening import NewPerson, open_person
from daybreak.server.participation.actions.screening import decline, save_screening, take_back_decline
from daybreak.server.participation.queries import says_failed
from daybreak.server.studies.models import Site
from daybreak.server.studies.queries import file_of
from tests import people
from tests.candidates import consented, coordinator, opened, screened

pytestmark = pytest.mark.django_db


def save(person: Participant, reason: str = "", **answers: Any) -> None:
    given = {key.replace("_", "-"): answer for key, answer in answers.items()}
    save_screening(coordinator(person.study), person, given, reason=reason)


def test_answers_are_saved_as_given_while_questions_are_open(clinic: Site) -> None:
    person = opened(clinic)
    save(person, age=34, madrs=31)
    screening = Screening.objects.get(participant=person)
    assert (screening.answers, screening.complete, person.status) == ({"age": 34, "madrs": 31}, False, "screening")


def test_who_meets_all_is_eligible(clinic: Site) -> None:
    person = screened(clinic)
    assert person.status == "eligible"
    assert Screening.objects.get(participant=person).complete


def test_who_fails_a_rule_is_not_eligible_and_the_reason_is_kept_in_words(clinic: Site) -> None:
    person = opened(clinic)
    save(person, **eligible_answers(file_of(clinic.study)) | {"madrs": 24, "age": 61})
    assert person.status == "screen-failed"
    assert says_failed(person.study, person.screening.failed) == (
        "People from 18 to 60 years can take part.",
        "The MADRS total must be 25 or more.",
    )


def test_a_rule_that_surely_fails_ends_the_screening_early(clinic: Site) -> None:
    person = opened(clinic)
    save(person, age=17)
    assert person.status == "screen-failed"


def test_a_correction_needs_a_reason_and_judges_anew(clinic: Site) -> None:
    person = opened(clinic)
    save(person, **eligible_answers(file_of(clinic.study)) | {"madrs": 13})
    with pytest.raises(ReasonError):
        save(person, madrs=31)
    save(person, reason="figures were swapped", madrs=31)
    assert person.status == "eligible"
    kept = Entry.objects.filter(action="save-screening").last()
    assert kept is not None
    assert kept.reason == "figures were swapped"
    assert '"madrs":13' in kept.body
    assert '"madrs":31' in kept.body


def test_an_answer_taken_back_opens_the_screening_again(clinic: Site) -> None:
    person = opened(clinic)
    save(person, age=17)
    save(person, reason="was the sister's age", age=None)
    assert person.status == "screening"


def test_an_answer_added_needs_no_reason(clinic: Site) -> None:
    person = opened(clinic)
    save(person, age=34)
    save(person, age=34, madrs=31)
    assert Screening.objects.get(participant=person).answers == {"age": 34, "madrs": 31}


def test_of_two_who_save_at_once_the_second_is_told(clinic: Site) -> None:
    person, by = opened(clinic), coordinator(clinic.study)
    seen = person.screening.saved_at
    save_screening(by, person, {"age": 34}, seen=seen)
    with pytest.raises(StaleError):
        save_screening(by, person, {"madrs": 31}, seen=seen)
    assert Screening.objects.get(participant=person).answers == {"age": 34}


def test_a_question_that_the_file_does_not_have_is_refused(clinic: Site) -> None:
    with pytest.raises(CommandError, match="no question 'shoe-size'"):
        save(opened(clinic), shoe_size=44)


def test_a_yes_to_photosensitive_epilepsy_shows_words_visibly_only(clinic: Site) -> None:
    person = opened(clinic)
    save(person, photosensitive_epilepsy=True)
    person.refresh_from_db()
    assert person.visible_only


def test_who_consented_and_is_found_not_eligible_after_all_falls_back_and_can_return(clinic: Site) -> None:
    person = consented(clinic)
    assert person.status == "consented"
    save(person, reason="misread", madrs=3)
    assert person.status == "screen-failed"
    save(person, reason="read again", madrs=33)
    assert person.status == "consented", "what was signed stays signed"


def test_who_declines_does_so_with_a_reason_and_may_come_back(clinic: Site) -> None:
    person, by = screened(clinic), coordinator(clinic.study)
    with pytest.raises(ReasonError):
        decline(by, person, "")
    decline(by, person, "afraid of needles")
    assert (person.status, Screening.objects.get(participant=person).declined_because) == (
        "declined",
        "afraid of needles",
    )
    with pytest.raises(ParticipationError, match="someone who is declined cannot decline"):
        decline(by, person, "again")
    take_back_decline(by, person, "called again")
    assert person.status == "eligible"


def test_a_study_with_no_questions_and_nothing_to_sign_takes_everybody(db: None) -> None:
    text = """format = 1
study = { id = "plain", title = "Plain" }
arms = [{ key = "all", drug = "ketamine", version = "active" }]
training = { pack = "self-worth" }
"""
    person = opened(people.site(text))
    save(person)
    assert person.status == "consented"
    assert "no consent text" in Entry.objects.get(action="save-screening").body


def test_a_date_of_birth_is_kept_with_the_name_and_judged_all_the_same(db: None) -> None:
    text = """format = 1
study = { id = "plain", title = "Plain" }
arms = [{ key = "all", drug = "ketamine", version = "active" }]
training = { pack = "self-worth" }
[[eligibility]]
key = "date-of-birth"
ask = "Date of birth"
kind = "date"
rule = 'date-of-birth <= "2008-01-01"'
says = "Must be grown up."
[[eligibility]]
key = "first-seen"
ask = "First seen"
kind = "date"
"""
    site = people.site(text)
    by = coordinator(site.study)
    young = open_person(by, NewPerson(site), Who("Ida", "Young", born=date(2012, 5, 1)))
    save(young, first_seen=date(2026, 1, 1))
    assert young.status == "screen-failed"
    grown = open_person(by, NewPerson(site), Who("Ida", "Grown", born=date(1990, 5, 1)))
    save_screening(by, grown, {"first-seen": date(2026, 1, 1), "date-of-birth": date(1990, 5, 1)})
    assert grown.status == "consented"
    assert Screening.objects.get(participant=grown).answers == {"first-seen": "2026-01-01"}
    assert "1990" not in "".join(Entry.objects.values_list("body", flat=True))


def test_a_rater_screens_nobody(clinic: Site) -> None:
    with pytest.raises(NotYoursError):
        save_screening(people.staff(clinic.study, Role.RATER), opened(clinic), {"age": 30})
