"""Leaving: wishes, withdrawals, erasing, and moves between sites."""

from __future__ import annotations

import pytest

from daybreak.core.errors import CommandError, DaybreakError
from daybreak.core.participation import ParticipationError, Scope
from daybreak.core.roles import Role
from daybreak.server import clock
from daybreak.server.accounts.rights import NotYoursError
from daybreak.server.audit.models import Entry
from daybreak.server.audit.refusals import ReasonError, StaleError
from daybreak.server.enrolment.identity import read_who
from daybreak.server.enrolment.models import Consent, Identity, Participant, PersonKey, StopRequest, Withdrawal
from daybreak.server.enrolment.queries import ended_for, read_cues, with_data
from daybreak.server.enrolment.sealing import sealer_of
from daybreak.server.holds.locks import LockedError
from daybreak.server.holds.models import Hold
from daybreak.server.participation.actions.leaving import (
    answer_stop,
    ask_to_stop,
    erase_excluded,
    transfer,
    withdraw,
)
from daybreak.server.participation.actions.link import give_personal_link
from daybreak.server.participation.actions.screening import save_screening
from daybreak.server.studies.actions import add_site
from daybreak.server.studies.models import Site
from tests import people
from tests.candidates import consented, coordinator, opened

pytestmark = pytest.mark.django_db


@pytest.fixture
def enrolled(clinic: Site) -> Participant:
    person = consented(clinic)
    Participant.objects.filter(pk=person.pk).update(status="infused")
    return Participant.objects.get(pk=person.pk)


@pytest.fixture
def elsewhere(clinic: Site) -> Site:
    return add_site(clinic.study, "hill", "Hill Clinic", "Europe/Madrid")


def test_a_withdrawal_ends_its_scope_and_every_narrower_one(clinic: Site, enrolled: Participant) -> None:
    by = coordinator(clinic.study)
    withdraw(by, enrolled, Scope.TRAINING, why="burden")
    assert ended_for(enrolled) == {Scope.TRAINING}
    withdraw(by, enrolled, Scope.FOLLOW_UP, why="own-wish", notes="moved on")
    assert ended_for(enrolled) == {Scope.TRAINING, Scope.FOLLOW_UP}
    assert read_who(enrolled) is not None
    assert Entry.objects.filter(action="withdraw").count() == 2


def test_what_ended_already_is_not_ended_again(clinic: Site, enrolled: Participant) -> None:
    by = coordinator(clinic.study)
    withdraw(by, enrolled, Scope.FOLLOW_UP, why="lost-contact")
    for scope in (Scope.TRAINING, Scope.FOLLOW_UP):
        with pytest.raises(ParticipationError, match="ended already"):
            withdraw(by, enrolled, scope, why="lost-contact")
    assert Withdrawal.objects.count() == 1


def test_a_withdrawal_of_data_erases_all_that_was_sealed(clinic: Site, enrolled: Participant) -> None:
    withdraw(coordinator(clinic.study), enrolled, Scope.DATA, why="own-wish")
    assert not PersonKey.objects.exists()
    assert not Identity.objects.exists()
    assert read_who(enrolled) is None
    assert read_cues(enrolled) is None
    with pytest.raises(DaybreakError, match="erased"):
        sealer_of(enrolled.pk)
    enrolled.user.refresh_from_db()
    assert not enrolled.user.is_active
    assert Consent.objects.exists(), "that and when they signed remains"
    assert list(with_data(Participant.objects.all())) == []


def test_narrower_withdrawals_keep_the_data_in_exports(clinic: Site, enrolled: Participant) -> None:
    withdraw(coordinator(clinic.study), enrolled, Scope.FOLLOW_UP, why="own-wish")
    assert list(with_data(Participant.objects.all())) == [enrolled]


def test_only_somebody_enrolled_withdraws_and_only_for_a_known_reason(clinic: Site, enrolled: Participant) -> None:
    by = coordinator(clinic.study)
    with pytest.raises(ParticipationError, match="only somebody who is enrolled"):
        withdraw(by, opened(clinic), Scope.DATA, why="own-wish")
    with pytest.raises(CommandError, match="choose why"):
        withdraw(by, enrolled, Scope.DATA, why="because")
    with pytest.raises(NotYoursError):
        withdraw(people.staff(clinic.study, Role.MONITOR), enrolled, Scope.DATA, why="own-wish")
    assert not Withdrawal.objects.exists()


def test_who_was_never_enrolled_can_be_erased_with_a_reason(clinic: Site, enrolled: Participant) -> None:
    by, person = coordinator(clinic.study), opened(clinic)
    with pytest.raises(ReasonError):
        erase_excluded(by, person, "")
    erase_excluded(by, person, "asked us to")
    assert read_who(person) is None
    with pytest.raises(ParticipationError, match="by a withdrawal"):
        erase_excluded(by, enrolled, "asked us to")


def test_a_wish_to_stop_is_kept_once_and_ends_nothing_by_itself(enrolled: Participant) -> None:
    first = ask_to_stop(enrolled, "training")
    assert ask_to_stop(enrolled, "data") == first
    assert ended_for(enrolled) == frozenset()
    entry = Entry.objects.get(action="ask-to-stop")
    assert (entry.by, entry.by_said) == (enrolled.user, "participant")


def test_a_wish_that_is_none_is_refused(enrolled: Participant) -> None:
    with pytest.raises(CommandError):
        ask_to_stop(enrolled, "everything")


def test_a_withdrawal_answers_the_wish(clinic: Site, enrolled: Participant) -> None:
    ask_to_stop(enrolled, "talk")
    withdraw(coordinator(clinic.study), enrolled, Scope.TRAINING, why="own-wish")
    assert StopRequest.objects.get().outcome == "withdrew: training"
    assert ask_to_stop(enrolled, "talk").answered_at is None


def test_a_talk_answers_the_wish_too_and_only_once(clinic: Site, enrolled: Participant) -> None:
    by = coordinator(clinic.study)
    ask_to_stop(enrolled, "talk")
    with pytest.raises(ReasonError):
        answer_stop(by, enrolled, " ")
    answer_stop(by, enrolled, "they go on")
    with pytest.raises(StaleError):
        answer_stop(by, enrolled, "they go on")


def test_after_a_transfer_only_the_new_site_has_rights(clinic: Site, enrolled: Participant, elsewhere: Site) -> None:
    here = people.staff(clinic.study, Role.COORDINATOR, at=clinic)
    there = people.staff(clinic.study, Role.COORDINATOR, at=elsewhere)
    give_personal_link(here, enrolled)
    with pytest.raises(NotYoursError):
        transfer(there, enrolled, elsewhere, "cannot take someone in by oneself")
    moved = transfer(here, enrolled, elsewhere, "moved to the hills")
    assert (moved.origin, moved.target, enrolled.site, enrolled.code) == (clinic, elsewhere, elsewhere, "H-001")
    with pytest.raises(NotYoursError):
        withdraw(here, enrolled, Scope.TRAINING, why="own-wish")
    withdraw(there, enrolled, Scope.TRAINING, why="own-wish")
    enrolled.user.refresh_from_db()
    assert enrolled.user.link_digest, "the link keeps working"


def test_a_transfer_leads_to_another_site_of_the_study_with_a_reason(
    clinic: Site, enrolled: Participant, elsewhere: Site
) -> None:
    by = coordinator(clinic.study)
    with pytest.raises(ReasonError):
        transfer(by, enrolled, elsewhere, "")
    with pytest.raises(CommandError, match="another site"):
        transfer(by, enrolled, clinic, "nowhere")
    assert not Entry.objects.filter(action="transfer").exists()


def test_a_new_link_takes_the_place_of_the_old_one_and_is_not_in_the_trail(clinic: Site, enrolled: Participant) -> None:
    by = coordinator(clinic.study)
    first, second = give_personal_link(by, enrolled), give_personal_link(by, enrolled)
    assert first != second
    bodies = "".join(Entry.objects.filter(action="give-link").values_list("body", flat=True))
    assert bodies.count("(sealed)") >= 4
    for token in (first, second):
        assert token not in bodies
    enrolled.user.refresh_from_db()
    assert str(enrolled.user.link_digest) not in bodies


def test_who_declined_or_withdrew_their_data_gets_no_link(clinic: Site, enrolled: Participant) -> None:
    by = coordinator(clinic.study)
    withdraw(by, enrolled, Scope.DATA, why="own-wish")
    with pytest.raises(CommandError, match="gets no link"):
        give_personal_link(by, enrolled)


def test_a_freeze_stops_changes_and_keeps_nobody_from_leaving(clinic: Site, enrolled: Participant) -> None:
    by = coordinator(clinic.study)
    Hold.objects.create(kind=Hold.Kind.FREEZE, study=clinic.study, participant=enrolled, at=clock.now(), by=by)
    with pytest.raises(LockedError, match="frozen for review"):
        save_screening(by, enrolled, {"madrs": 12}, reason="misread")
    give_personal_link(by, enrolled)
    withdraw(by, enrolled, Scope.DATA, why="own-wish")
    assert ended_for(enrolled)
