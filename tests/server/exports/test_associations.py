"""Implicit association tests in an export: as they were played, and scored by `daybreak iat` as they stand."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import typer
from typer.testing import CliRunner

from daybreak.cli.iat import iat
from daybreak.core.iat import Response, score
from daybreak.server import clock
from daybreak.server.enrolment.models import Participant
from daybreak.server.exports.association_rows import association_rows
from daybreak.server.exports.folder import export_study, table_file
from daybreak.server.studies.models import Site
from tests import people
from tests.server.conftest import player_of
from tests.server.http_player import round_record
from tests.server.implicit.player import TakenTest, open_test, trial_record

pytestmark = pytest.mark.django_db


@pytest.fixture
def person(clinic: Site) -> Participant:
    return people.participant(clinic, "P-1", infusion_ago=timedelta(hours=24), seed=bytes(32))


@pytest.fixture
def taken(person: Participant) -> TakenTest:
    return open_test(player_of(person))


def rows(person: Participant) -> list[dict[str, Any]]:
    return list(association_rows(person.study))


def test_every_presentation_is_a_row_with_its_word_and_only_critical_rounds_are_scored(
    person: Participant, taken: TakenTest
) -> None:
    taken.play_to_the_end()
    found = rows(person)
    assert len(found) == sum(len(part["steps"]) for part in taken.plan["rounds"])
    assert {row["test_round"] for row in found if row["pairing"]} == {3, 4, 6, 7}
    assert {row["test_round"] for row in found if not row["pairing"]} == {1, 2, 5}
    shown = [step["word"] for part in taken.plan["rounds"] for step in part["steps"]]
    assert [row["word"] for row in found] == shown


def test_the_exported_table_is_what_the_command_scores(person: Participant, taken: TakenTest, tmp_path: Path) -> None:
    taken.play_to_the_end()
    steps = [
        Response(row["pairing"], row["part"], row["latency_ms"], row["correct"])
        for row in rows(person)
        if row["pairing"]
    ]
    export_study(person.study, tmp_path / "out", clock.now())
    app = typer.Typer()
    app.command()(iat)
    for end in ("csv", "parquet"):
        file = tmp_path / "out/data" / f"{table_file(person.study, 'associations')}.{end}"
        told = json.loads(CliRunner().invoke(app, [str(file), "--json"]).stdout)
        assert told["scores"]["P-1 day-1"]["d1"] == pytest.approx(score(steps).d, abs=1e-9)
        assert told["scores"]["P-1 day-1"]["d1"] > 0


def test_a_round_that_was_broken_off_is_kept_and_only_its_last_whole_play_is_scored(
    person: Participant, taken: TakenTest
) -> None:
    broken = taken.plan["rounds"][2]
    taken.play([0, 1])
    taken.send(round_record("start", broken["id"]), *list(taken.trials(2))[:5])
    again = open_test(player_of(person), take_over=True)
    again.play_to_the_end()
    third = [row for row in rows(person) if row["test_round"] == 3]
    assert [row["test_sitting"] for row in third] == [1] * 5 + [2] * len(broken["steps"])
    assert [row["test_sitting"] for row in third if row["pairing"]] == [2] * len(broken["steps"])


def test_a_step_that_was_hidden_or_is_unknown_is_kept_and_not_scored(person: Participant, taken: TakenTest) -> None:
    part = taken.plan["rounds"][2]
    hidden = trial_record(part["steps"][0]["id"], "hidden", right_ms=None, answer=None, correct=None, rt_ms=None)
    taken.send(round_record("start", part["id"]), hidden, trial_record("no-step"), *taken.trials(2))
    taken.send(round_record("end", part["id"]))
    found = rows(person)
    assert len(found) == len(part["steps"]) + 2
    assert [row["pairing"] for row in found[:2]] == [None, None]
    assert all(row["pairing"] for row in found[2:])
    assert found[1]["word"] is None
