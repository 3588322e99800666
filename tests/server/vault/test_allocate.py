"""The door for enrolment: who is allocated, from which list, and how it is proved at the end."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable

import pytest
from django.db import DatabaseError, connection, transaction
from typer.testing import CliRunner

from daybreak.cli import audit as audit_command
from daybreak.core.allocation.listing import commitment
from daybreak.server.audit.models import Entry
from daybreak.server.audit.trail import recorded
from daybreak.server.enrolment.models import Participant
from daybreak.server.studies.actions import add_site
from daybreak.server.studies.models import Site, StudyVersion
from daybreak.server.studies.queries import file_of
from daybreak.server.vault import models
from daybreak.server.vault.allocate import AllocationError, allocate, check_commitments, next_kit, seal_lists
from daybreak.server.vault.assignments import assigned_to
from daybreak.server.vault.kits import check_digit, drug_of
from daybreak.server.vault.places import place_label, seed_label
from daybreak.server.vault.sealing import seal, unseal
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


SEAL = "something sealed for it does not open: it was changed or moved, or the vault's key is another one."


def swap_arms() -> None:
    one, other = list({arm(person): person for person in Participant.objects.all()}.values())[:2]
    second = models.Assignment.objects.get(participant=other)
    models.Assignment.objects.filter(participant=one).update(sealed=second.sealed)


def free_a_place() -> None:
    models.AllocationRow.objects.filter(position=3).update(participant=None)


def rename_the_list() -> None:
    models.AllocationList.objects.update(stratum="site=elsewhere")


def put_another_list() -> None:
    """Draw a list of one's own and seal it with the vault's key, as a server that was broken into could."""
    for row in models.AllocationRow.objects.all():
        drawn = {"arm": "ketamine-training"}
        models.AllocationRow.objects.filter(pk=row.pk).update(
            sealed=seal(place_label(row.list_id, row.position), drawn)
        )


def put_another_seed() -> None:
    listed = models.AllocationList.objects.get()
    sealed = seal(seed_label(listed.study_id, listed.stratum), {"seed": "00" * 32})
    models.AllocationList.objects.update(sealed=sealed)


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (swap_arms, ["list '{list}': " + SEAL]),
        (free_a_place, ["list '{list}': its places were not given away in order."]),
        (rename_the_list, ["list 'site=elsewhere': " + SEAL, "list '{list}' was published but is gone."]),
        (put_another_list, ["list '{list}': its places are not the ones its seed gives."]),
        (
            put_another_seed,
            [
                "list '{list}': it is not the list that was published.",
                "list '{list}': its places are not the ones its seed gives.",
            ],
        ),
    ],
    ids=lambda given: given.__name__ if callable(given) else "",
)
def test_whoever_goes_behind_the_triggers_is_found_out(
    opened: Site, change: Callable[[], None], says: list[str]
) -> None:
    enrol_many(opened, 6)
    drop_triggers()
    change()
    found = check_commitments(opened.study)
    assert found[: len(says)] == [sentence.format(list=f"site={opened.key}") for sentence in says]
    assert not any(arm.key in fault for arm in file_of(opened.study).arms for fault in found)


def test_the_command_line_names_a_list_that_does_not_hold_and_an_exchanged_study_file(opened: Site) -> None:
    whole = CliRunner().invoke(audit_command.app, ["verify"])
    assert whole.exit_code == 0, whole.output
    assert "The study files are the ones that were loaded." in whole.stdout
    drop_triggers()
    rename_the_list()
    StudyVersion.objects.update(study_file="another")
    broken = CliRunner().invoke(audit_command.app, ["verify"])
    assert broken.exit_code == 1
    assert f"{opened.study.key}: list 'site=elsewhere': {SEAL}" in broken.stdout
    assert f"version 1 of the study file of {opened.study} is not the text that was loaded." in broken.stdout
    told = json.loads(CliRunner().invoke(audit_command.app, ["verify", "--json"]).stdout)
    assert (told["holds"], told["faults"], len(told["lists"]), len(told["versions"])) == (False, [], 2, 1)


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
