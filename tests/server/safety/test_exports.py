"""Alerts in the export: when they were raised and answered, and nothing that was written about anybody."""

from __future__ import annotations

from pathlib import Path
from uuid import uuid4

import pytest

from daybreak.server import clock
from daybreak.server.enrolment.models import Participant, Withdrawal
from daybreak.server.exports.columns import TABLES
from daybreak.server.exports.folder import export_study, read_csv, table_file
from daybreak.server.safety.actions.answering import Assessment, assess, close
from daybreak.server.safety.actions.drilling import start_drill
from daybreak.server.studies.models import Study
from tests.server.safety.cast import Team, raised

pytestmark = pytest.mark.django_db


def exported(study: Study, out: Path) -> list[dict[str, object]]:
    export_study(study, out, clock.now())
    return read_csv(out / "data" / f"{table_file(study, 'alerts')}.csv", TABLES["alerts"]).collect().to_dicts()


def test_an_export_says_when_an_alert_was_answered_and_not_what_was_written(
    person: Participant, team: Team, tmp_path: Path
) -> None:
    alert = raised(person)
    assess(team.investigator, alert, Assessment("Xyzzy is tired.", "phone", "low", "A call."), None)
    close(team.investigator, alert, "Xyzzy is well.")
    start_drill(team.investigator, person.site, "suicidal-thoughts", uuid4())
    real, drill = exported(person.study, tmp_path / "out")
    assert (real["participant"], real["drill"], real["risk"], real["steps_told"]) == (person.code, False, "low", 1)
    assert real["acknowledge_by"] == alert.due_at
    assert (drill["participant"], drill["drill"], drill["site"]) == (None, True, person.site.key)
    assert not [path for path in (tmp_path / "out").rglob("*") if path.is_file() and b"Xyzzy" in path.read_bytes()]


def test_who_withdrew_their_data_is_in_no_export(person: Participant, team: Team, tmp_path: Path) -> None:
    raised(person)
    Withdrawal.objects.create(participant=person, scope="data", at=clock.now(), why="own", by=team.coordinator)
    assert exported(person.study, tmp_path / "out") == []
