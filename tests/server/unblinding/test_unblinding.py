"""Learning an allocation: in an emergency, as planned, by accident; and by no other way."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest
from django.core import mail

import daybreak.server
from daybreak.core.roles import Role
from daybreak.server.accounts.models import User
from daybreak.server.accounts.rights import NotYoursError
from daybreak.server.audit.models import Entry
from daybreak.server.audit.refusals import ReasonError, StaleError
from daybreak.server.enrolment.models import Participant
from daybreak.server.holds.models import Hold
from daybreak.server.review.actions.holds import hold_study
from daybreak.server.unblinding.actions.accidental import assess_accident, report_accident
from daybreak.server.unblinding.actions.emergency import unblind_in_emergency
from daybreak.server.unblinding.actions.planned import (
    UnblindingError,
    agree_to_unblinding,
    ask_for_unblinding,
    read_allocations,
)
from daybreak.server.unblinding.models import Unblinding
from tests import people
from tests.server.browsing import browser_of

pytestmark = pytest.mark.django_db
PASSWORD = "nine quiet harbours"
WHY = "seizure; the next drug depends on it"


@pytest.fixture
def investigator(person: Participant) -> User:
    return known(people.staff(person.study, Role.INVESTIGATOR, at=person.site, name="Dr Ada Lind"), "ada")


@pytest.fixture
def chief(person: Participant) -> User:
    return known(people.staff(person.study, Role.INVESTIGATOR, name="Dr Bo Ek"), "bo")


@pytest.fixture
def statistician(person: Participant) -> User:
    return known(people.staff(person.study, Role.STATISTICIAN, name="Cai Moss"), "cai")


def known(user: User, name: str) -> User:
    user.email = f"{name}@clinic.example"
    user.set_password(PASSWORD)
    user.save()
    return user


def test_an_emergency_shows_the_arm_once_and_keeps_it_nowhere(person: Participant, investigator: User) -> None:
    desk, address = browser_of(investigator), f"/desk/people/{person.code}/unblind/"
    shown = desk.post(address, {"why": WHY, "password": PASSWORD})
    assert "<strong>active</strong>" in shown.text  # what the test's person was given stands for the arm
    assert "no-store" in shown.headers["Cache-Control"]
    assert "<strong>active" not in desk.get(address).text
    assert "active" not in Entry.objects.get(action="unblind-emergency").body
    row = Unblinding.objects.get()
    assert (row.kind, row.participant, row.by, row.why) == ("emergency", person, investigator, WHY)


def test_an_emergency_needs_the_password_and_a_reason(person: Participant, investigator: User) -> None:
    desk, address = browser_of(investigator), f"/desk/people/{person.code}/unblind/"
    for told in ({"why": WHY, "password": "guess"}, {"why": "", "password": PASSWORD}, {}):
        assert desk.post(address, told).status_code == 422
    with pytest.raises(ReasonError):
        unblind_in_emergency(investigator, person, "  ")
    assert not Unblinding.objects.exists()


@pytest.mark.parametrize("role", [role for role in Role if role != Role.INVESTIGATOR])
def test_nobody_but_an_investigator_of_the_site_unblinds_in_an_emergency(person: Participant, role: Role) -> None:
    with pytest.raises(NotYoursError):
        unblind_in_emergency(people.staff(person.study, role), person, WHY)


def test_those_who_must_know_are_told_that_it_happened_and_not_what(
    person: Participant, investigator: User, chief: User
) -> None:
    monitor = known(people.staff(person.study, Role.MONITOR), "mo")
    known(people.staff(person.study, Role.RATER), "rae")
    unblind_in_emergency(investigator, person, WHY)
    assert {letter.to[0] for letter in mail.outbox} == {investigator.email, chief.email, monitor.email}
    for letter in mail.outbox:
        assert person.code in letter.subject
        assert not any(word in letter.body for word in ("active", "sham", "ketamine", "saline", WHY))


def test_the_flow_of_people_says_that_somebody_was_unblinded(person: Participant, investigator: User) -> None:
    desk = browser_of(people.staff(person.study, Role.MONITOR))
    assert "0 in an emergency, 0 by accident" in desk.get("/desk/").text
    unblind_in_emergency(investigator, person, WHY)
    report_accident(investigator, person, "a label lay open")
    assert "1 in an emergency, 1 by accident" in desk.get("/desk/").text


def test_a_mail_server_that_fails_stops_no_emergency(
    person: Participant, investigator: User, settings: pytest.FixtureRequest
) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"  # type: ignore[attr-defined]
    settings.EMAIL_PORT = 9  # type: ignore[attr-defined]  # nobody listens there
    assert unblind_in_emergency(investigator, person, WHY) == "active"


def test_the_planned_unblinding_takes_a_lock_and_two_people(
    person: Participant, chief: User, statistician: User
) -> None:
    study = person.study
    with pytest.raises(UnblindingError, match="not locked"):
        ask_for_unblinding(statistician, study, "the end")
    hold_study(chief, study, Hold.Kind.LOCK, "clean")
    planned = ask_for_unblinding(statistician, study, "the end")
    with pytest.raises(UnblindingError, match="second person"):
        agree_to_unblinding(statistician, planned)
    with pytest.raises(UnblindingError, match="sealed"):
        read_allocations(statistician, study)
    agree_to_unblinding(chief, planned)
    assert read_allocations(statistician, study) == {person.code: "active"}
    assert Entry.objects.filter(action="read-allocations").count() == 1
    with pytest.raises(UnblindingError, match="agreed already"):
        agree_to_unblinding(chief, planned)


def test_the_allocations_are_downloaded_by_a_press_only(person: Participant, chief: User, statistician: User) -> None:
    desk = browser_of(statistician)
    assert desk.get("/desk/unblinding/allocations.csv").status_code == 405
    assert desk.post("/desk/unblinding/allocations.csv").status_code == 302
    hold_study(chief, person.study, Hold.Kind.LOCK, "clean")
    agree_to_unblinding(chief, ask_for_unblinding(statistician, person.study, "the end"))
    table = desk.post("/desk/unblinding/allocations.csv")
    assert table.text.splitlines() == ["participant,arm", f"{person.code},active"]


def test_an_investigator_of_one_site_does_not_unblind_the_study(person: Participant, investigator: User) -> None:
    with pytest.raises(NotYoursError):
        ask_for_unblinding(investigator, person.study, "mine")


def test_an_accident_is_reported_by_anyone_and_assessed_once(person: Participant, investigator: User) -> None:
    rater = people.staff(person.study, Role.RATER, at=person.site)
    accident = report_accident(rater, person, "a syringe label lay open")
    stale = Unblinding.objects.get()
    assess_accident(investigator, accident, "another rater takes over")
    assert accident.assessed_by == investigator
    with pytest.raises(StaleError):
        assess_accident(investigator, stale, "again")


def test_the_vault_has_these_ways_in_and_no_other() -> None:
    """Which modules outside the vault import which of its doors."""
    root = Path(daybreak.server.__file__).parent
    found: dict[str, set[str]] = {}
    for path in root.rglob("*.py"):
        if "vault" in path.relative_to(root).parts:
            continue
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("daybreak.server.vault."):
                door = (node.module or "").rsplit(".", 1)[1]
                found.setdefault(door, set()).add(str(path.relative_to(root)))
    assert found["reveal"] <= {
        "exports/actions.py",
        "harms/actions/board.py",
        "unblinding/actions/emergency.py",
        "unblinding/actions/planned.py",
        "pharmacy/actions.py",
    }
    assert found["board"] == {"exports/actions.py", "harms/actions/board.py"}
    assert set(found) == {"allocate", "board", "dispense", "reveal"}
