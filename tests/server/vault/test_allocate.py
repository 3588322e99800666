"""The door for enrolment: who is allocated, from which list, and how it is proved at the end."""

from __future__ import annotations

import json
from collections import Counter

import pytest
from django.db import DatabaseError, connection, transaction

from daybreak.core.allocation.listing import commitment
from daybreak.server.audit.models import Entry
from daybreak.server.audit.trail import recorded
from daybreak.server.enrolment.models import Participant
from daybreak.server.studies.actions import add_site
from daybreak.server.studies.models import Site
from daybreak.server.vault import models
from daybreak.server.vault.allocate import AllocationError, allocate, check_commitments, next_kit, seal_lists
from daybreak.server.vault.assignments import assigned_to
from daybreak.server.vault.kits import check_digit, drug_of
from daybreak.server.vault.places import seed_label
from daybreak.server.vault.sealing import unseal
from tests import people

pytestmark = pytest.mark.django_db


@pytest.fixture
def opened(clinic: Site) -> Site:
    return clinic  # opened, and its lists sealed, as every site of the cast


def candidate(site: Site, code: str) -> Participant:
    return people.participant(site, code, version=None, cues=None, infusion_ago=None)


def enrol(person: Participant) -> str:
    with recorded(None, "enrol", participant=person) as entry:
        return allocate(entry, person)


def enrol_many(site: Site, count: int) -> list[Participant]:
    persons = [candidate(site, f"A-{number:03d}") for number in range(count)]
    for person in persons:
        enrol(person)
    return persons


def arm(person: Participant) -> str:
    found = assigned_to(person)
    assert found is not None
    return found.arm


def test_places_are_given_away_in_order_and_every_block_is_balanced(opened: Site) -> None:
    arms = [arm(person) for person in enrol_many(opened, 12)]
    assert models.AllocationList.objects.get().taken == 12
    assert max(Counter(arms).values()) - min(Counter(arms).values()) <= 2
    assert check_commitments(opened.study) == []


def test_the_commitment_stands_in_the_trail_before_anybody_is_enrolled(opened: Site) -> None:
    enrol(candidate(opened, "A-1"))
    sealed, enrolled = Entry.objects.get(action="open-site"), Entry.objects.get(action="enrol")
    assert sealed.number < enrolled.number
    [[stratum, length, said]] = json.loads(sealed.body)["notes"]["commitments"]
    assert (stratum, len(said)) == (f"site={opened.key}", 64)
    assert length >= 154


def test_the_trail_of_an_enrolment_names_the_kit_and_no_arm(opened: Site) -> None:
    kit = enrol(candidate(opened, "A-1"))
    body = Entry.objects.get(action="enrol").body
    assert kit in body
    assert not any(word in body for word in ("ketamine", "saline", "sham", "active", "training"))


def test_nobody_is_allocated_twice(opened: Site) -> None:
    person = candidate(opened, "A-1")
    enrol(person)
    with pytest.raises(AllocationError, match="allocated already"):
        enrol(person)
    assert models.AllocationList.objects.get().taken == 1


def test_a_site_that_was_not_opened_allocates_nobody(opened: Site) -> None:
    other = add_site(opened.study, "other", "Another clinic", "UTC")
    with pytest.raises(AllocationError, match="No allocation list"):
        enrol(candidate(other, "A-1"))


def test_sites_have_lists_of_their_own(opened: Site) -> None:
    other = add_site(opened.study, "other", "Another clinic", "UTC")
    with recorded(None, "open-site", site=other) as entry:
        seal_lists(entry, other)
    enrol(candidate(opened, "A-1"))
    enrol(candidate(other, "B-1"))
    assert [(row.stratum, row.taken) for row in models.AllocationList.objects.order_by("stratum")] == [
        (f"site={opened.key}", 1),
        ("site=other", 1),
    ]


def test_a_list_that_is_used_up_goes_on_from_the_same_seed_with_a_new_commitment(opened: Site) -> None:
    listed = models.AllocationList.objects.get()
    before = listed.length
    persons = enrol_many(opened, before + 1)
    listed.refresh_from_db()
    assert (listed.taken, len(persons)) == (before + 1, before + 1)
    assert listed.length > before
    assert Entry.objects.filter(body__contains='"commitments"').count() == 2
    assert check_commitments(opened.study) == []


@pytest.mark.parametrize("change", ["arm", "order", "seed"])
def test_whoever_goes_behind_the_triggers_is_found_out(opened: Site, change: str) -> None:
    enrol_many(opened, 6)
    drop_triggers()
    rows = list(models.AllocationRow.objects.order_by("position")[:7])
    if change == "arm":
        taken = {arm(person): person for person in Participant.objects.all()}
        one, other = list(taken.values())[:2]
        first, second = (models.Assignment.objects.get(participant=each) for each in (one, other))
        models.Assignment.objects.filter(pk=first.pk).update(sealed=second.sealed)
    elif change == "order":
        models.AllocationRow.objects.filter(pk=rows[6].pk).update(participant=None)
        models.AllocationRow.objects.filter(pk=rows[2].pk).update(participant=None)
    else:
        other_seed = models.AllocationList.objects.get()
        models.AllocationList.objects.filter(pk=other_seed.pk).update(stratum="site=elsewhere")
    if change == "order":
        assert check_commitments(opened.study) == [
            f"list 'site={opened.key}': its places were not given away in order."
        ]
    else:
        found = check_commitments(opened.study)
        assert any("the vault cannot be opened here" in fault for fault in found)
        assert not any(arm in fault for fault in found for arm in ("ketamine", "saline", "sham"))


def test_the_published_hash_can_be_computed_by_hand(opened: Site) -> None:
    listed = models.AllocationList.objects.get()
    seed = unseal(seed_label(listed.study_id, listed.stratum), listed.sealed)["seed"]
    assert commitment(bytes.fromhex(seed), "") != listed.commitment
    assert len(seed) == 64


def test_kits_have_a_check_digit_and_later_infusions_get_the_same_drug(opened: Site) -> None:
    person = candidate(opened, "A-1")
    first = enrol(person)
    with recorded(None, "release-kit", participant=person) as entry:
        second = next_kit(entry, person, 2)
        assert next_kit(entry, person, 2) == second
    assert first != second
    assert len({drug_of(kit) for kit in models.Kit.objects.all()}) == 1
    for number in (first, second):
        _, digits, check = number.split("-")
        assert check_digit(digits) == int(check)


@pytest.mark.evidence("reference", "the worked example of ISO/IEC 7812-1, Annex B: 7992739871 has the check digit 3")
def test_the_check_digit_is_luhns() -> None:
    assert check_digit("7992739871") == 3


def test_every_sealed_value_has_one_length(opened: Site) -> None:
    enrol_many(opened, 12)
    tables = (models.AllocationRow, models.Assignment, models.Kit, models.AllocationList)
    assert {len(bytes(row.sealed)) for table in tables for row in table._default_manager.all()} == {12 + 512 + 16}


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE vault_allocationrow SET participant_id = NULL WHERE position = 1",
        "UPDATE vault_allocationrow SET sealed = (SELECT sealed FROM vault_allocationrow WHERE position = 3)",
        "DELETE FROM vault_allocationrow WHERE position = 9",
        "UPDATE vault_assignment SET assigned_at = assigned_at",
        "DELETE FROM vault_assignment",
        "DELETE FROM vault_allocationlist",
        "UPDATE vault_allocationlist SET taken = 0",
        "UPDATE vault_kit SET number = 'K-00000-0'",
        "DELETE FROM vault_kit",
    ],
)
def test_the_database_itself_refuses_to_change_what_was_given(opened: Site, statement: str) -> None:
    enrol_many(opened, 2)
    with pytest.raises(DatabaseError, match="never changed"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


def drop_triggers() -> None:
    """Go behind the vault's triggers, as someone with the database's own password could."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("SELECT name FROM sqlite_master WHERE type = 'trigger' AND name LIKE 'vault%'")
            for (name,) in cursor.fetchall():
                cursor.execute(f"DROP TRIGGER {name}")
        else:
            for table in ("allocationlist", "allocationrow", "assignment", "kit"):
                cursor.execute(f"DROP TRIGGER {table}_fixed ON vault.vault_{table}")
