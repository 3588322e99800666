"""Freezes, locks and signatures."""

from __future__ import annotations

from datetime import timedelta

import pytest

from daybreak.core.roles import Role
from daybreak.server.accounts.models import User
from daybreak.server.accounts.rights import NotYoursError
from daybreak.server.audit.refusals import ReasonError
from daybreak.server.enrolment.models import Infusion, Participant
from daybreak.server.holds.locks import LockedError, check_open, is_locked
from daybreak.server.holds.models import Hold
from daybreak.server.review.actions.holds import HoldError, hold_person, hold_study, lift_freeze
from daybreak.server.review.actions.queries import ask_query, close_query
from daybreak.server.review.models import Signature
from daybreak.server.review.signing import MEANINGS, SignatureError, covers, sign_person
from daybreak.server.review.values import row_of
from tests import people
from tests.server.browsing import browser_of

pytestmark = pytest.mark.django_db
FREEZE, LOCK = Hold.Kind.FREEZE, Hold.Kind.LOCK
PASSWORD = "nine quiet harbours"


@pytest.fixture
def investigator(person: Participant) -> User:
    user = people.staff(person.study, Role.INVESTIGATOR, name="Dr Ada Lind")
    user.set_password(PASSWORD)
    user.email = "ada@clinic.example"
    user.save()
    return user


def test_a_freeze_stops_changes_until_it_is_lifted(person: Participant, investigator: User) -> None:
    hold = hold_person(investigator, person, FREEZE, "monitoring visit")
    with pytest.raises(LockedError, match="frozen for review"):
        check_open(participant=person, visit="day-1")
    lift_freeze(investigator, hold, "all is well")
    check_open(participant=person, visit="day-1")


def test_a_held_visit_leaves_the_others_open(person: Participant, investigator: User) -> None:
    hold_person(investigator, person, LOCK, "rated twice", visit="day-1")
    check_open(participant=person)
    check_open(participant=person, visit="day-5")
    with pytest.raises(LockedError, match="This visit is locked"):
        check_open(participant=person, visit="day-1")


def test_a_frozen_study_holds_everybody(person: Participant, stranger: Participant, investigator: User) -> None:
    hold_study(investigator, person.study, FREEZE, "interim look")
    for each in (person, stranger):
        with pytest.raises(LockedError, match="The study is frozen"):
            check_open(participant=each)
    assert not is_locked(person.study)


def test_a_lock_is_signed_and_stays(person: Participant, investigator: User) -> None:
    hold = hold_person(investigator, person, LOCK, "clean")
    signature = Signature.objects.get()
    assert (signature.name, signature.target) == ("Dr Ada Lind", f"holds.hold:{hold.pk}")
    assert covers(signature)
    with pytest.raises(HoldError, match="A lock stays"):
        lift_freeze(investigator, hold, "please")


def test_a_study_with_open_queries_is_not_locked(person: Participant, investigator: User) -> None:
    query = ask_query(investigator, person, row_of(Infusion.objects.get(participant=person)), "notes", "Empty?")
    with pytest.raises(HoldError, match="1 data query is not closed yet"):
        hold_study(investigator, person.study, LOCK, "the end")
    close_query(investigator, query, "Yes, empty.")
    hold_study(investigator, person.study, LOCK, "the end")
    assert is_locked(person.study)


def test_a_hold_needs_a_reason_and_is_laid_once(person: Participant, investigator: User) -> None:
    with pytest.raises(ReasonError):
        hold_person(investigator, person, FREEZE, " ")
    hold_person(investigator, person, FREEZE, "first")
    with pytest.raises(HoldError, match="frozen already"):
        hold_person(investigator, person, FREEZE, "second")


def test_the_study_is_held_by_those_of_all_sites_alone(person: Participant) -> None:
    local = people.staff(person.study, Role.INVESTIGATOR, at=person.site)
    with pytest.raises(NotYoursError):
        hold_study(local, person.study, FREEZE, "mine")


def test_a_signature_says_when_it_no_longer_covers_the_data(person: Participant, investigator: User) -> None:
    signature = sign_person(investigator, person, MEANINGS[0])
    assert covers(signature)
    infusion = Infusion.objects.get(participant=person)
    Infusion.objects.filter(pk=infusion.pk).update(ended_at=infusion.ended_at - timedelta(minutes=5))
    assert not covers(signature)


def test_nobody_signs_without_a_name_or_a_meaning(person: Participant, investigator: User) -> None:
    with pytest.raises(SignatureError, match="what it means"):
        sign_person(investigator, person, "looks fine")
    User.objects.filter(pk=investigator.pk).update(name="")
    investigator.refresh_from_db()
    with pytest.raises(SignatureError, match="needs your name"):
        sign_person(investigator, person, MEANINGS[0])


def test_signing_in_the_browser_takes_the_password(person: Participant, investigator: User) -> None:
    desk, address = browser_of(investigator), f"/desk/people/{person.code}/sign/"
    wrong = desk.post(address, {"meaning": MEANINGS[1], "password": "guess"})
    assert (wrong.status_code, Signature.objects.count()) == (422, 0)
    assert desk.post(address, {"meaning": MEANINGS[1], "password": PASSWORD}).status_code == 302
    page = desk.get(f"/desk/people/{person.code}/holds/").text
    assert "Dr Ada Lind" in page
    assert "covers the data as they are" in page


def test_locking_in_the_browser_takes_the_password_and_freezing_does_not(
    person: Participant, investigator: User
) -> None:
    desk, address = browser_of(investigator), f"/desk/people/{person.code}/holds/new/"
    told = {"visit": "", "reason": "clean", "password": ""}
    assert desk.post(address, told | {"kind": "freeze"}).status_code == 302
    assert desk.post(address, told | {"kind": "lock"}).status_code == 422
    assert desk.post(address, told | {"kind": "lock", "password": PASSWORD}).status_code == 302
    assert "locked" not in desk.get("/desk/holds/").text or person.code in desk.get("/desk/holds/").text
