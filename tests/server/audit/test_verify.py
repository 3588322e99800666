"""Whoever goes behind the triggers is found out: each kind of fault is named, with the entry it was done to."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from django.db import connection
from django.utils import timezone
from typer.testing import CliRunner

from daybreak.cli import audit as command
from daybreak.core.roles import Role
from daybreak.server.audit.models import ChainHead, Entry
from daybreak.server.audit.reading import check_chain, last_check
from daybreak.server.audit.trail import recorded
from daybreak.server.audit.verify import faults, head_of_chain
from daybreak.server.enrolment.models import Participant
from tests import people
from tests.server.browsing import browser_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def trail(person: Participant) -> list[Entry]:
    """Twenty entries and more, and nothing that keeps anybody from changing them."""
    for number in range(20):
        with recorded(None, "look", participant=person, reason=f"look {number}"):
            pass
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            for verb in ("update", "delete"):
                cursor.execute(f"DROP TRIGGER audit_entry_no_{verb}")
        else:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            cursor.execute("ALTER TABLE audit_entry DISABLE TRIGGER USER")
    entries = list(Entry.objects.order_by("number"))
    assert list(faults()) == []
    return entries


def found() -> list[tuple[int, str]]:
    return [(fault.number, fault.kind) for fault in faults()]


@pytest.mark.parametrize(
    "change",
    [
        {"reason": "another"},
        {"body": '{"changes":[]} '},
        {"action": "unlook"},
        {"by_said": "the monitor"},
        {"at": timezone.now()},
        {"participant": None},
        {"site": None},
        {"study": None},
    ],
    ids=lambda change: next(iter(change)),
)
def test_an_edited_entry_is_named(trail: list[Entry], change: dict[str, object]) -> None:
    victim = trail[7]
    Entry.objects.filter(pk=victim.pk).update(**change)
    assert found() == [(victim.number, "edited")]


def test_a_removed_entry_is_named(trail: list[Entry]) -> None:
    Entry.objects.filter(pk=trail[7].pk).delete()
    assert found() == [(trail[7].number, "removed")]


def test_a_row_of_removed_entries_is_named(trail: list[Entry]) -> None:
    Entry.objects.filter(pk__in=[entry.pk for entry in trail[7:10]]).delete()
    assert next(faults()).says == f"entries {trail[7].number} to {trail[9].number} are missing: removed from the trail."


def test_an_end_that_was_cut_off_is_named(trail: list[Entry]) -> None:
    Entry.objects.filter(pk=trail[-1].pk).delete()
    assert found() == [(trail[-1].number, "removed")]


def test_an_entry_put_into_the_middle_is_named(trail: list[Entry]) -> None:
    for entry in reversed(trail[7:]):
        Entry.objects.filter(pk=entry.pk).update(number=entry.number + 1)
    forged = Entry.objects.get(pk=trail[6].pk)
    forged.pk, forged.number, forged.previous, forged.hash = None, trail[7].number, trail[6].hash, "f" * 64
    forged.save(force_insert=True)
    assert found()[0] == (trail[7].number, "inserted")


def test_an_entry_put_at_the_end_is_named(trail: list[Entry]) -> None:
    forged = Entry.objects.get(pk=trail[-1].pk)
    forged.pk, forged.number, forged.previous, forged.hash = None, trail[-1].number + 1, trail[-1].hash, "f" * 64
    forged.save(force_insert=True)
    assert found() == [(trail[-1].number + 1, "inserted")]


def test_entries_in_another_order_are_named(trail: list[Entry]) -> None:
    one, other = trail[7], trail[8]
    Entry.objects.filter(pk=one.pk).update(number=10_000)
    Entry.objects.filter(pk=other.pk).update(number=one.number)
    Entry.objects.filter(pk=one.pk).update(number=other.number)
    assert found()[:2] == [(one.number, "reordered"), (other.number, "reordered")]


def test_a_chain_cut_off_with_its_head_is_found_by_a_hash_noted_before(
    trail: list[Entry], monkeypatch: pytest.MonkeyPatch
) -> None:
    noted = head_of_chain()[1]
    Entry.objects.filter(pk=trail[-1].pk).delete()
    ChainHead.objects.update(number=trail[-2].number, hash=trail[-2].hash)
    assert found() == []
    monkeypatch.setattr("daybreak.server.serve.prepare", lambda: None)  # Django is set up by the tests
    told = CliRunner().invoke(command.app, ["verify", "--json", "--head", noted])
    assert told.exit_code == 1
    assert "no entry has the hash" in json.loads(told.stdout)["faults"][0]["says"]


def test_the_command_says_in_words_that_the_trail_holds_or_where_it_breaks(
    trail: list[Entry], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("daybreak.server.serve.prepare", lambda: None)
    whole = CliRunner().invoke(command.app, ["verify"])
    assert whole.exit_code == 0
    assert f"The trail holds: {trail[-1].number} entries." in whole.stdout
    Entry.objects.filter(pk=trail[3].pk).update(reason="another")
    broken = CliRunner().invoke(command.app, ["verify"])
    assert broken.exit_code == 1
    assert f"First fault: entry {trail[3].number} was edited" in broken.stdout


def test_the_trail_is_written_to_a_new_private_file(
    trail: list[Entry], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("daybreak.server.serve.prepare", lambda: None)
    out = tmp_path / "trail.csv"
    assert CliRunner().invoke(command.app, ["export", str(out)]).exit_code == 0
    assert len(out.read_text().splitlines()) == len(trail) + 1
    assert out.stat().st_mode & 0o777 == 0o600
    again = CliRunner().invoke(command.app, ["export", str(out)])
    assert "file exists" in str(again.exception)


def test_a_check_is_kept_and_shown(trail: list[Entry], person: Participant) -> None:
    assert check_chain(timezone.now()) is None
    desk = browser_of(people.staff(person.study, Role.MONITOR))
    assert f"checked up to entry {trail[-1].number}" in desk.get("/desk/audit/").text
    Entry.objects.filter(pk=trail[3].pk).update(reason="another")
    assert desk.post("/desk/audit/check/", follow=True).status_code == 200
    assert "The trail is broken" in desk.get("/desk/audit/").text
    check = last_check()
    assert check is not None
    assert check.fault == f"entry {trail[3].number} was edited: it no longer fits its hash."
