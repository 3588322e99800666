"""What the trail notes, and what it never does."""

from __future__ import annotations

import json
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from django.db import DatabaseError, transaction

from daybreak.core.roles import Role
from daybreak.server import clock
from daybreak.server.audit.models import Entry
from daybreak.server.audit.refusals import ReasonError, StaleError, needs_reason
from daybreak.server.audit.trail import recorded
from daybreak.server.audit.verify import faults
from daybreak.server.enrolment.models import Cues, Infusion, Participant
from daybreak.server.studies.models import Site
from tests import people

pytestmark = pytest.mark.django_db


def told(entry: Entry) -> list[dict[str, object]]:
    changes: list[dict[str, object]] = json.loads(entry.body)["changes"]
    return changes


def test_an_entry_says_who_did_what_to_whom_and_the_old_and_new_values(person: Participant) -> None:
    coordinator = people.staff(person.study, Role.COORDINATOR)
    infusion = Infusion.objects.get(participant=person)
    with recorded(coordinator, "correct-infusion", participant=person, reason="misread the clock") as entry:
        assert entry.update(infusion, notes="dizzy for ten minutes")
    kept = Entry.objects.get(action="correct-infusion")
    assert (kept.by, kept.by_said, kept.reason) == (coordinator, "coordinator", "misread the clock")
    assert (kept.study, kept.site, kept.participant) == (person.study, person.site, person)
    assert told(kept) == [
        {"row": f"enrolment.infusion:{infusion.pk}", "values": {"notes": ["", "dizzy for ten minutes"]}}
    ]


def test_what_is_sealed_stays_out_of_the_trail(person: Participant) -> None:
    Cues.objects.filter(participant=person).delete()
    with recorded(None, "bring-cues", participant=person) as entry:
        entry.create(Cues, participant=person, sealed=b"secret", saved_at=clock.now())
    kept = Entry.objects.get(action="bring-cues")
    assert '"sealed":[null,"(sealed)"]' in kept.body
    assert (kept.by, kept.by_said) == (None, "the system")


def test_a_failed_action_leaves_neither_change_nor_entry(person: Participant) -> None:
    before = Entry.objects.count()

    def fail() -> None:
        with recorded(None, "fail", participant=person) as entry:
            entry.update(person, zone="Asia/Tokyo")
            entry.update(person, expected={"language": "es"}, language="en")

    with pytest.raises(StaleError):
        fail()
    person.refresh_from_db()
    assert person.zone != "Asia/Tokyo"
    assert Entry.objects.count() == before


def test_a_change_of_what_someone_else_changed_meanwhile_is_refused(person: Participant) -> None:
    with recorded(None, "move", participant=person) as entry:
        entry.update(person, language="es")
    with pytest.raises(StaleError), recorded(None, "move", participant=person) as entry:
        entry.update(person, expected={"language": "en"}, language="en")


def test_an_action_inside_an_action_is_refused(clinic: Site) -> None:
    with (
        pytest.raises(RuntimeError, match="inside another"),
        recorded(None, "outer", site=clinic),
        recorded(None, "inner", site=clinic),
    ):
        pass


def test_a_reason_of_spaces_is_none() -> None:
    with pytest.raises(ReasonError):
        needs_reason("  ")
    assert needs_reason(" misread ") == "misread"


def test_the_database_itself_refuses_to_change_or_delete_an_entry(clinic: Site) -> None:
    with recorded(None, "look", site=clinic):
        pass
    for change in (
        lambda: Entry.objects.update(reason="another"),
        lambda: Entry.objects.all().delete(),
    ):
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
            change()
    assert list(faults()) == []


def test_an_entry_written_under_a_clock_of_another_zone_holds(clinic: Site) -> None:
    with clock.standing(datetime(2026, 3, 29, 12, tzinfo=ZoneInfo("Asia/Tokyo"))), recorded(None, "look", site=clinic):
        pass
    assert list(faults()) == []
