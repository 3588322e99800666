"""The dispensing door: the same plan every time, and pictures as its checksums promise."""

from __future__ import annotations

import hashlib
from collections.abc import Callable

import pytest

from daybreak.core.cues import Cues
from daybreak.core.picture import PICTURE_BYTES, unpad_picture
from daybreak.server import clock
from daybreak.server.enrolment.actions import delete_portrait, save_cues, save_portrait
from daybreak.server.enrolment.models import Participant
from daybreak.server.enrolment.queries import read_portrait
from daybreak.server.studies.models import Site
from daybreak.server.training.models import TrainingSession
from daybreak.server.vault.dispense import dispense_picture, dispense_plan
from daybreak.server.vault.models import Dispensed
from tests import people
from tests.live_people import plain_face

pytestmark = pytest.mark.django_db


def session_of(person: Participant, number: int = 1) -> TrainingSession:
    return TrainingSession.objects.create(
        participant=person, infusion=person.infusions.get(number=1), number=number, planned_at=clock.now()
    )


def pictures(session: TrainingSession) -> dict[str, str]:
    plan = dispense_plan(session)
    assert plan is not None
    return {asset.id: asset.sha256 for asset in plan.assets if asset.kind == "picture"}


def new_portrait(person: Participant) -> None:
    save_portrait(person, plain_face()[::-1], face_found=True)


def new_name(person: Participant) -> None:
    save_cues(person, Cues("Beatriz"))


def test_a_plan_is_drawn_once_and_then_read_back(person: Participant) -> None:
    session = session_of(person)
    assert dispense_plan(session) == dispense_plan(session)
    assert Dispensed.objects.count() == 1


def test_every_picture_is_the_one_its_checksum_promises(person: Participant) -> None:
    session = session_of(person)
    for asset, checksum in pictures(session).items():
        padded = dispense_picture(session, asset)
        assert padded is not None
        assert len(padded) == PICTURE_BYTES
        assert hashlib.sha256(padded).hexdigest() == checksum


def test_the_active_plan_shows_the_persons_own_portrait_and_the_sham_plan_does_not(clinic: Site) -> None:
    seen = {}
    for version in ("active", "sham"):
        person = people.participant(clinic, version, version=version, portrait=plain_face())
        session = session_of(person)
        shown = {unpad_picture(dispense_picture(session, asset) or b"") for asset in pictures(session)}
        seen[version] = read_portrait(person.pk) in shown
    assert seen == {"active": True, "sham": False}


def test_an_asset_of_no_plan_is_not_given(person: Participant) -> None:
    assert dispense_picture(session_of(person), "p-0123456789abcdef") is None


def test_a_new_portrait_makes_the_plan_again_with_the_same_ids(person: Participant) -> None:
    session = session_of(person)
    before = pictures(session)
    save_portrait(person, plain_face()[::-1], face_found=True)
    after = pictures(session)
    assert list(before) == list(after)
    assert sum(before[asset] != after[asset] for asset in before) == 1


@pytest.mark.parametrize("change", [delete_portrait, new_portrait, new_name], ids=["deleted", "new", "new name"])
def test_a_change_in_the_middle_of_a_session_is_answered_alike_in_both_versions(
    clinic: Site, change: Callable[[Participant], None]
) -> None:
    for version in ("active", "sham"):
        person = people.participant(clinic, version, version=version, portrait=plain_face())
        session = session_of(person)
        before = pictures(session)
        assert all(dispense_picture(session, asset) for asset in before)
        change(person)
        assert not any(dispense_picture(session, asset) for asset in before)
        assert all(dispense_picture(session, asset) for asset in pictures(session))


def test_a_deleted_portrait_is_in_no_plan_drawn_later(person: Participant) -> None:
    session = session_of(person)
    before = pictures(session)
    delete_portrait(person)
    assert len(pictures(session)) < len(before)
    assert read_portrait(person.pk) is None


def test_what_is_sealed_is_as_long_in_both_versions(clinic: Site) -> None:
    lengths = set()
    for version in ("active", "sham"):
        person = people.participant(clinic, version, version=version, seed=b"twins" * 6, portrait=plain_face())
        dispense_plan(session_of(person))
        stored = Dispensed.objects.get(training_session__participant=person)
        lengths.add((len(stored.plan), len(stored.pictures)))
    assert len(lengths) == 1


def test_a_second_course_repeats_no_session_of_the_first(person: Participant) -> None:
    first = dispense_plan(session_of(person))
    again = people.infused(person, clock.now())
    later = TrainingSession.objects.create(participant=person, infusion=again, number=1, planned_at=clock.now())
    second = dispense_plan(later)
    assert first is not None
    assert second is not None
    assert first.rounds != second.rounds


def test_what_is_dispensed_is_sealed(person: Participant) -> None:
    session = session_of(person)
    plan = dispense_plan(session)
    stored = Dispensed.objects.get()
    assert plan is not None
    assert b"Alexandra" in plan.model_dump_json().encode()
    assert b"Alexandra" not in bytes(stored.plan)
    assert b"own-portrait" not in bytes(stored.pictures)
