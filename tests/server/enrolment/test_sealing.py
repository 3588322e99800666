"""What is sealed opens only for the person, the kind and the master key it was sealed with."""

from __future__ import annotations

from typing import Any

import pytest

from daybreak.core.cues import Cues as TypedCues
from daybreak.core.errors import DaybreakError
from daybreak.server.enrolment.actions import save_cues
from daybreak.server.enrolment.models import Cues, Participant, PersonKey, Portrait
from daybreak.server.enrolment.queries import read_cues, read_portrait
from daybreak.server.enrolment.sealing import sealer_of
from tests import people

pytestmark = pytest.mark.django_db


def test_what_was_sealed_is_read_back(person: Participant) -> None:
    save_cues(person, TypedCues("Zoë", ("Lisbon", "cello")))
    cues = read_cues(person)
    assert cues == TypedCues("Zoë", ("Lisbon", "cello"), has_portrait=True)


def test_sealing_the_same_twice_gives_different_bytes(person: Participant) -> None:
    sealer = sealer_of(person.pk)
    assert sealer.seal("cues", b"same") != sealer.seal("cues", b"same")


def test_a_seal_says_nothing_but_the_length(person: Participant) -> None:
    sealed = sealer_of(person.pk).seal("cues", b"Alexandra")
    assert b"Alexandra" not in sealed
    assert len(sealed) == 12 + len(b"Alexandra") + 16


def test_a_seal_cannot_be_moved_to_another_person(person: Participant, stranger: Participant) -> None:
    moved = Portrait.objects.get(participant=person).sealed
    Portrait.objects.filter(participant=stranger).update(sealed=moved)
    with pytest.raises(DaybreakError, match="cannot be opened") as refused:
        read_portrait(stranger.pk)
    assert refused.value.code == "seal-broken"


def test_a_seal_cannot_be_passed_off_as_another_kind(person: Participant) -> None:
    sealer = sealer_of(person.pk)
    with pytest.raises(DaybreakError, match="cannot be opened"):
        sealer.open("plan", sealer.seal("cues", b"x"))


@pytest.mark.parametrize("place", [0, 15, -1])
def test_a_changed_byte_is_noticed(person: Participant, place: int) -> None:
    sealed = bytearray(Cues.objects.get(participant=person).sealed)
    sealed[place] ^= 1
    with pytest.raises(DaybreakError, match="cannot be opened"):
        sealer_of(person.pk).open("cues", bytes(sealed))


def test_without_the_master_key_nothing_opens(person: Participant, settings: Any) -> None:
    settings.MASTER_KEY = bytes(reversed(settings.MASTER_KEY))
    with pytest.raises(DaybreakError, match="master key"):
        read_cues(person)


def test_each_person_has_a_key_of_their_own(person: Participant, stranger: Participant) -> None:
    keys = [bytes(row.wrapped) for row in PersonKey.objects.all()]
    assert len(set(keys)) == 2


def test_erasing_deletes_the_key_and_all_that_was_sealed(person: Participant, stranger: Participant) -> None:
    people.erase(person)
    with pytest.raises(DaybreakError, match="erased") as refused:
        sealer_of(person.pk)
    assert refused.value.code == "erased"
    assert not Portrait.objects.filter(participant=person).exists()
    assert read_cues(stranger) is not None
    assert Participant.objects.filter(pk=person.pk).exists()
