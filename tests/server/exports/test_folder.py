"""An export: complete, blind, sealed, never changed, and the same as what was stored."""

from __future__ import annotations

import csv
import hashlib
import json
import re
from datetime import timedelta
from pathlib import Path

import polars as pl
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from polars.testing import assert_frame_equal

from daybreak.core.errors import CommandError
from daybreak.core.participation import Scope
from daybreak.core.records import Records, StepRecord
from daybreak.server import clock
from daybreak.server.audit.trail import recorded
from daybreak.server.enrolment.models import Participant
from daybreak.server.exports.columns import PHASES, TABLES
from daybreak.server.exports.folder import CHECKSUMS, export_study, read_csv, table_file
from daybreak.server.harms.actions.recording import record_event
from daybreak.server.participation.actions.leaving import withdraw
from daybreak.server.safety.actions.raising import raise_alert
from daybreak.server.studies.models import Site, Study
from daybreak.server.studies.queries import file_of
from daybreak.server.training.models import Chunk
from tests import people
from tests.candidates import coordinator
from tests.server.assessments.answers import answer_one
from tests.server.conftest import player_of
from tests.server.harms.conftest import grave
from tests.server.http_player import device_record, end_record, round_record, step_record
from tests.server.implicit.player import open_test

pytestmark = pytest.mark.django_db
SAID = "Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/126.0 Safari/537.36 Edg/126.0"


@pytest.fixture
def person(clinic: Site) -> Participant:
    """Somebody who may train, and whose visit at 24 hours is open."""
    return people.participant(clinic, "P-1", infusion_ago=timedelta(hours=26), seed=bytes(32))


@pytest.fixture
def stranger(clinic: Site) -> Participant:
    return people.participant(clinic, "P-2", infusion_ago=timedelta(hours=26), seed=bytes(range(32)))


@pytest.fixture
def study(clinic: Site, person: Participant, stranger: Participant) -> Study:
    for participant in (person, stranger):
        sitting = player_of(participant).open()
        sitting.send(device_record(agent=SAID))
        for round_ in sitting.plan["rounds"][:2]:
            steps = [step_record(step["id"], at=1234.5678, rt_ms=512.25) for step in round_["steps"]]
            steps.append(
                step_record(round_["steps"][0]["id"], "long", attempt=2, correct=None, answer=None, rt_ms=None)
            )
            sitting.send(round_record("start", round_["id"]), *steps, round_record("end", round_["id"]))
        sitting.send(end_record("left"))
        with recorded(None, "raise-alert", participant=participant) as entry:
            raise_alert(entry, participant, file_of(clinic.study).alerts[0], "form:1", clock.now())
        answer_one(participant)
        open_test(player_of(participant)).play_to_the_end()
        record_event(coordinator(clinic.study), participant, grave())
    return clinic.study


@pytest.fixture
def folder(study: Study, tmp_path: Path) -> Path:
    export_study(study, tmp_path / "export", clock.now())
    return tmp_path / "export"


def frame(folder: Path, study: Study, table: str) -> pl.DataFrame:
    return read_csv(folder / "data" / f"{table_file(study, table)}.csv", TABLES[table]).collect()


@pytest.mark.parametrize("table", TABLES)
def test_csv_and_parquet_hold_the_same_rows_and_types(folder: Path, study: Study, table: str) -> None:
    parquet = pl.read_parquet(folder / "data" / f"{table_file(study, table)}.parquet")
    assert_frame_equal(frame(folder, study, table), parquet)
    assert parquet.height > 0
    assert parquet.columns == [column.name for column in TABLES[table]]


def test_every_stored_step_is_exported_once_as_it_was_recorded(folder: Path, study: Study) -> None:
    stored = [
        (chunk.sitting.session.participant.code, chunk.number, place, record)
        for chunk in Chunk.objects.select_related("sitting__session__participant")
        for place, record in enumerate(Records.validate_json(chunk.body), start=1)
        if isinstance(record, StepRecord)
    ]
    steps = {(row["participant"], row["chunk"], row["record"]): row for row in frame(folder, study, "steps").to_dicts()}
    assert len(steps) == len(stored) > 60
    for code, number, place, record in stored:
        row = steps[code, number, place]
        same = ("step", "attempt", "status", "answer", "correct", "late", "rt_ms", "input", "refresh_hz")
        assert {name: row[name] for name in same} == {name: getattr(record, name) for name in same}
        assert row["at_ms"] == record.at
        assert [row[f"shown_{phase}"] for phase in PHASES] == [record.shown.get(phase) for phase in PHASES]
        assert (row["gaps"], row["gap_longest_ms"]) == (len(record.gaps_ms), max(record.gaps_ms))


def test_steps_know_their_round_and_whether_they_count(folder: Path, study: Study) -> None:
    steps = frame(folder, study, "steps")
    assert sorted(steps["round"].unique().to_list()) == [1, 2]
    assert not steps.filter(pl.col("round") == 1)["exposure"].any()  # the first round is practice
    assert steps.filter(pl.col("round") == 2)["exposure"].any()


def test_sessions_and_sittings_say_what_was_delivered(folder: Path, study: Study) -> None:
    session, sitting = (
        frame(folder, study, "sessions").row(0, named=True),
        frame(folder, study, "sittings").row(0, named=True),
    )
    assert (session["participant"], session["state"], session["planned_exposures"]) == ("P-1", "begun", 240)
    assert session["delivered_dose"] == session["valid_exposures"] / 240 > 0
    assert 25 < session["hours_since_infusion"] < 27
    assert (sitting["chain_holds"], sitting["chunks"], sitting["steps_long"]) == (True, 4, 2)


def test_a_device_check_keeps_the_browsers_family_only(folder: Path, study: Study) -> None:
    assert frame(folder, study, "devicechecks")["browser"].to_list() == ["Edge", "Edge"]
    assert all(b"Windows" not in path.read_bytes() for path in folder.rglob("*.csv"))


def test_a_tampered_chunk_shows_in_the_sittings(study: Study, tmp_path: Path) -> None:
    Chunk.objects.filter(number=1).update(body="[]")
    export_study(study, tmp_path / "export", clock.now())
    assert frame(tmp_path / "export", study, "sittings")["chain_holds"].to_list() == [False, False]


def test_names_and_description_follow_psych_ds(folder: Path) -> None:
    description = json.loads((folder / "dataset_description.json").read_text())
    assert (description["@type"], description["@context"]) == ("Dataset", "https://schema.org")
    assert description["name"]
    assert description["description"]
    named = {variable["name"] for variable in description["variableMeasured"]}
    for path in (folder / "data").glob("*.csv"):
        assert re.fullmatch(r"([a-z]+-[A-Za-z0-9]+_)+data\.csv", path.name)
        assert set(path.read_text().splitlines()[0].split(",")) <= named


def test_the_dictionary_explains_every_column_of_every_table(folder: Path) -> None:
    with (folder / "documentation" / "data_dictionary.csv").open() as file:
        explained = {(row["file"], row["column"]) for row in csv.DictReader(file) if row["meaning"]}
    columns = {
        (path.name, column)
        for path in (folder / "data").glob("*.csv")
        for column in path.read_text().splitlines()[0].split(",")
    }
    assert explained == columns


def test_columns_of_one_name_mean_the_same_in_every_table() -> None:
    meanings = {(column.name, column.kind, column.meaning) for columns in TABLES.values() for column in columns}
    names = {name for name, _, _ in meanings}
    assert {name for name in names if sum(name == other for other, _, _ in meanings) > 1} <= {"refresh_hz"}


def test_checksums_cover_every_file_and_are_right(folder: Path) -> None:
    lines = {line[66:]: line[:64] for line in (folder / CHECKSUMS).read_text().splitlines()}
    files = {path.relative_to(folder).as_posix(): path for path in folder.rglob("*") if path.is_file()}
    assert set(lines) == set(files) - {CHECKSUMS}
    assert all(hashlib.sha256(files[name].read_bytes()).hexdigest() == checksum for name, checksum in lines.items())


def test_files_are_read_only(folder: Path) -> None:
    assert {path.stat().st_mode & 0o222 for path in folder.rglob("*") if path.is_file()} == {0}


def test_an_export_is_never_written_over(folder: Path, study: Study) -> None:
    before = (folder / CHECKSUMS).read_bytes()
    with pytest.raises(CommandError, match="already exists"):
        export_study(study, folder, clock.now())
    assert (folder / CHECKSUMS).read_bytes() == before


def test_a_file_in_the_way_is_refused(study: Study, tmp_path: Path) -> None:
    (tmp_path / "export").write_text("mine")
    with pytest.raises(CommandError, match="already exists"):
        export_study(study, tmp_path / "export", clock.now())


def test_an_export_that_fails_leaves_nothing_behind(study: Study, tmp_path: Path) -> None:
    Chunk.objects.filter(number=2).update(body="not json")
    with pytest.raises(ValueError, match="JSON"):
        export_study(study, tmp_path / "export", clock.now())
    assert list(tmp_path.iterdir()) == []


def test_an_empty_study_gives_empty_tables(clinic: Site, tmp_path: Path) -> None:
    export_study(clinic.study, tmp_path / "export", clock.now())
    assert frame(tmp_path / "export", clinic.study, "steps").height == 0


def test_numbers_no_column_can_hold_do_not_spoil_an_export(clinic: Site, person: Participant, tmp_path: Path) -> None:
    sitting = player_of(person).open()
    step = sitting.plan["rounds"][0]["steps"][0]["id"]
    huge = step_record(step, shown={"cue": 10**30, "face": -(10**30), "odd": 1}, refresh_runs=[[10**30, 10**30]])
    assert sitting.send(huge).status == 200
    export_study(clinic.study, tmp_path / "export", clock.now())
    assert frame(tmp_path / "export", clinic.study, "steps")["shown_cue"].to_list() == [2**53]


def test_an_export_never_looks_into_the_vault_and_names_nobody(study: Study, tmp_path: Path) -> None:
    with CaptureQueriesContext(connection) as asked:
        export_study(study, tmp_path / "export", clock.now())
    assert len(asked) > 10
    assert [query["sql"] for query in asked if "vault" in query["sql"]] == []
    texts = "".join(
        path.read_text() for path in (tmp_path / "export").rglob("*") if path.suffix in (".csv", ".json", ".md")
    )
    assert "Alexandra" not in texts
    assert not re.search(r"\bsham\b|\bactive\b", texts)


@pytest.mark.usefixtures("emptied_afterwards")
def test_outside_a_transaction_it_reads_one_moment_and_leaves_the_connection_free(study: Study, tmp_path: Path) -> None:
    assert not connection.in_atomic_block
    export_study(study, tmp_path / "export", clock.now())
    assert frame(tmp_path / "export", study, "steps").height > 0
    with connection.cursor() as cursor:  # a transaction that was left open would refuse another
        cursor.execute("BEGIN")
        cursor.execute("ROLLBACK")


def test_whose_data_were_withdrawn_is_in_no_later_export(study: Study, person: Participant, tmp_path: Path) -> None:
    withdraw(coordinator(study), person, Scope.DATA, why="own-wish")
    export_study(study, tmp_path / "later", clock.now())
    for table in set(TABLES) - {"participants"}:
        assert set(frame(tmp_path / "later", study, table)["participant"]) == {"P-2"}
    stayed, left = frame(tmp_path / "later", study, "participants").to_dicts()
    assert stayed["participant"] == "P-2"
    told = {name: value for name, value in left.items() if value is not None}
    assert told == {"participation": "infused", "left_scope": "data", "lost": False}
