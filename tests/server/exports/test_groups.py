"""Exports by arms and by letters: who may have them, what they tell, and that a blind one tells nothing."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

import polars as pl
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from daybreak.core.errors import CommandError
from daybreak.core.participation import Scope
from daybreak.core.roles import Role
from daybreak.server import clock
from daybreak.server.accounts.models import User
from daybreak.server.accounts.rights import NotYoursError
from daybreak.server.audit.models import Entry
from daybreak.server.audit.refusals import ReasonError
from daybreak.server.exports.actions import Order, export_blind, export_by_letters, export_unblinded
from daybreak.server.exports.columns import TABLES
from daybreak.server.exports.folder import export_study, table_file
from daybreak.server.exports.groups import Groups
from daybreak.server.harms.actions.board import read_board_list
from daybreak.server.harms.actions.recording import record_event
from daybreak.server.holds.models import Hold
from daybreak.server.participation.actions.leaving import withdraw
from daybreak.server.review.actions.holds import hold_study
from daybreak.server.studies.models import Site, Study
from daybreak.server.unblinding.actions.planned import UnblindingError, agree_to_unblinding, ask_for_unblinding
from tests import candidates, people
from tests.server.harms.conftest import grave

pytestmark = pytest.mark.django_db
ARMS = {"P-1": "active", "P-2": "sham", "P-3": "active"}


@pytest.fixture
def study(clinic: Site) -> Study:
    """Three people, the first and the third alike, one of whom has an event; and one who is still asked questions."""
    for code, version in ARMS.items():
        people.participant(clinic, code, version=version, infusion_ago=timedelta(days=3))
    record_event(candidates.coordinator(clinic.study), clinic.participants.get(code="P-2"), grave())
    candidates.opened(clinic, "P-4")
    return clinic.study


@pytest.fixture
def board(clinic: Site) -> User:
    member = people.staff(clinic.study, Role.BOARD, name="Beate Olsen")
    member.email = "beate@clinic.example"
    member.save()
    return member


def order(study: Study, out: Path) -> Order:
    return Order(study, out, clock.now())


def table(out: Path, study: Study, name: str) -> pl.DataFrame:
    return pl.read_parquet(out / "data" / f"{table_file(study, name)}.parquet")


def unblind(study: Study) -> None:
    one, other = (people.staff(study, Role.STATISTICIAN, name=name) for name in ("Stefan Hahn", "Sara Lind"))
    hold_study(one, study, Hold.Kind.LOCK, "all is in")
    agree_to_unblinding(other, ask_for_unblinding(one, study, "the analysis"))


def test_a_blind_export_tells_no_group_and_opens_nothing_of_the_vault(study: Study, tmp_path: Path) -> None:
    with CaptureQueriesContext(connection) as asked:
        export_blind(order(study, tmp_path / "out"))
    assert [query["sql"] for query in asked if "vault" in query["sql"]] == []
    assert not {"arm", "letter"} & set(table(tmp_path / "out", study, "participants").columns)
    assert json.loads((tmp_path / "out/study/export.json").read_text())["blinding"] == "blind"


def test_arms_are_refused_before_two_people_agreed_after_the_lock(study: Study, tmp_path: Path) -> None:
    with pytest.raises(UnblindingError, match="Two people must agree"):
        export_unblinded(order(study, tmp_path / "out"))
    one = people.staff(study, Role.STATISTICIAN, name="Stefan Hahn")
    hold_study(one, study, Hold.Kind.LOCK, "all is in")
    ask_for_unblinding(one, study, "the analysis")
    with pytest.raises(UnblindingError, match="sealed"):
        export_unblinded(order(study, tmp_path / "out"))
    assert not (tmp_path / "out").exists()
    assert not Entry.objects.filter(action="export-unblinded").exists()


def test_after_the_planned_unblinding_each_person_has_their_arm_and_the_trail_knows(
    study: Study, tmp_path: Path
) -> None:
    unblind(study)
    export_unblinded(order(study, tmp_path / "out"))
    rows = table(tmp_path / "out", study, "participants")
    assert dict(rows.select("participant", "arm").iter_rows()) == ARMS | {"P-4": None}
    assert (tmp_path / "out").stat().st_mode & 0o077 == 0
    entry = Entry.objects.get(action="export-unblinded")
    assert "3 allocations" in entry.body
    assert "sham" not in entry.body


def test_only_the_table_of_participants_has_a_column_more(study: Study, tmp_path: Path) -> None:
    export_blind(order(study, tmp_path / "blind"))
    unblind(study)
    export_unblinded(order(study, tmp_path / "open"))
    for name in TABLES:
        extra = ["arm"] if name == "participants" else []
        one, other = (table(tmp_path / folder, study, name) for folder in ("open", "blind"))
        assert one.drop(extra).equals(other)


def test_who_withdrew_their_data_is_counted_in_their_arm_without_a_code(study: Study, tmp_path: Path) -> None:
    person = study.participants.get(code="P-2")
    withdraw(candidates.coordinator(study), person, Scope.DATA, why="own-wish")
    unblind(study)
    export_unblinded(order(study, tmp_path / "out"))
    rows = table(tmp_path / "out", study, "participants")
    left = rows.filter(pl.col("left_scope") == "data").row(0, named=True)
    assert {name for name, value in left.items() if value is not None} == {"arm", "participation", "left_scope", "lost"}
    assert (left["arm"], left["participation"]) == ("sham", "infused")
    for path in (tmp_path / "out").rglob("*.csv"):
        assert "P-2" not in path.read_text()


def test_letters_are_for_a_member_of_the_board_with_a_purpose(study: Study, board: User, tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="nobody with the address"):
        export_by_letters(order(study, tmp_path / "out"), "nobody@clinic.example", "the meeting")
    statistician = people.staff(study, Role.STATISTICIAN, name="Stefan Hahn")
    statistician.email = "stefan@clinic.example"
    statistician.save()
    with pytest.raises(NotYoursError):
        export_by_letters(order(study, tmp_path / "out"), "stefan@clinic.example", "the meeting")
    with pytest.raises(ReasonError):
        export_by_letters(order(study, tmp_path / "out"), "beate@clinic.example", " ")
    assert not (tmp_path / "out").exists()


def test_letters_and_labels_are_those_of_the_boards_lists(study: Study, board: User, tmp_path: Path) -> None:
    export_by_letters(order(study, tmp_path / "out"), "Beate@clinic.example", "the first meeting")
    rows = table(tmp_path / "out", study, "participants")
    allocated = rows.filter(pl.col("letter").is_not_null())
    assert sorted(allocated["letter"].value_counts()["count"].to_list()) == [1, 2]
    assert all(row["participant"].startswith(f"{row['letter']}-") for row in allocated.to_dicts())
    (line,) = read_board_list(board, study, "to compare").lines
    assert table(tmp_path / "out", study, "adverseevents")["participant"].to_list() == [line.seat.label]
    entry = Entry.objects.get(action="export-letters")
    assert (entry.reason, f'"for_user":{board.pk}' in entry.body) == ("the first meeting", True)


def test_by_letters_no_code_and_no_arm_is_told(study: Study, board: User, tmp_path: Path) -> None:
    export_by_letters(order(study, tmp_path / "out"), "beate@clinic.example", "the first meeting")
    rows = table(tmp_path / "out", study, "participants")
    assert rows.filter(pl.col("letter").is_null())["participant"].to_list() == [None]
    for path in (tmp_path / "out/data").glob("*.csv"):
        text = path.read_text()
        assert not any(word in text for word in ("P-1", "P-2", "P-3", "P-4", "sham", "active"))
    assert (tmp_path / "out").stat().st_mode & 0o077 == 0


def test_by_letters_rows_come_in_the_order_of_labels_not_of_codes(study: Study, tmp_path: Path) -> None:
    """Labels that run against the codes, whatever the board's own are: a row's place tells no code."""
    labels = {"P-1": "C-0300", "P-2": "B-0200", "P-3": "A-0100"}
    export_study(study, tmp_path / "out", clock.now(), groups=Groups.by_letter(labels))
    for name in TABLES:
        shown = [each for each in table(tmp_path / "out", study, name)["participant"].to_list() if each]
        assert shown == sorted(shown), name
        written = pl.read_csv(tmp_path / "out" / "data" / f"{table_file(study, name)}.csv", infer_schema=False)
        assert written["participant"].drop_nulls().to_list() == shown
    people_shown = table(tmp_path / "out", study, "participants")["participant"].to_list()
    assert people_shown == ["A-0100", "B-0200", "C-0300", None]
