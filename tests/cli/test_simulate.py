"""`daybreak simulate`: one made-up study in a file that `daybreak fit` reads."""

from __future__ import annotations

import json
import shlex
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from typer.testing import CliRunner, Result

from daybreak.cli import main
from daybreak.content.studies import study_text
from daybreak.simulation.design import design_of
from daybreak.simulation.generate import generate
from daybreak.simulation.rows import trial_rows
from tests.simulation.made_up import EVERYTHING, PUBLISHED

COLUMNS = ["participant", "site", "arm", "dose", "visit", "days", "baseline", "value", "change"]


@pytest.fixture
def study(tmp_path: Path) -> Path:
    file = tmp_path / "study.toml"
    file.write_text(study_text("ketamine-training"), encoding="utf-8")
    return file


def run(*arguments: object) -> Result:
    return CliRunner().invoke(main.app, ["simulate", *(str(argument) for argument in arguments)])


def made(study: Path, out: Path, seed: int = 3) -> Result:
    done = run(study, "--n", 60, "--seed", seed, "--out", out)
    assert done.exit_code == 0, done.output
    return done


@pytest.mark.parametrize("name", ["data.csv", "data.parquet"])
def test_what_it_says_to_run_analyses_the_file(study: Path, tmp_path: Path, name: str) -> None:
    done = made(study, tmp_path / name)
    line = next(line for line in done.stderr.splitlines() if line.startswith("To analyse it: daybreak "))
    words = shlex.split(line.partition("daybreak ")[2])
    fitted = CliRunner().invoke(main.app, [*words, "--json"])
    assert fitted.exit_code == 0, fitted.output
    told: dict[str, Any] = json.loads(fitted.stdout)
    assert told["converged"]
    assert told["covariance"]["visits"] == ["day-1", "day-5", "day-12", "day-21", "day-30"]
    assert "armketamine-sham" in [one["term"] for one in told["coefficients"]]


def test_a_csv_and_a_parquet_file_hold_the_same_study(study: Path, tmp_path: Path) -> None:
    made(study, tmp_path / "data.csv")
    made(study, tmp_path / "data.parquet")
    table = pl.read_parquet(tmp_path / "data.parquet")
    assert table.columns == COLUMNS
    assert len(table) == 60 * 5
    assert pl.read_csv(tmp_path / "data.csv")["change"].to_list() == table["change"].to_list()


def test_the_same_seed_makes_the_same_file_and_another_another(study: Path, tmp_path: Path) -> None:
    files = [tmp_path / f"{name}.csv" for name in "abc"]
    for file, seed in zip(files, (3, 3, 4), strict=True):
        made(study, file, seed)
    first, again, other = (file.read_bytes() for file in files)
    assert first == again != other


def test_it_counts_who_was_made_and_what_was_seen(study: Path, tmp_path: Path) -> None:
    said = made(study, tmp_path / "data.csv").stderr
    table = pl.read_csv(tmp_path / "data.csv")
    assert "60 made-up people (ketamine-training 20, ketamine-sham 20, saline-training 20)" in said
    assert f"{table['value'].count()} of 300 values of madrs.total seen." in said


def test_a_row_holds_what_the_block_of_trials_holds() -> None:
    design = design_of(EVERYTHING, 20)
    trials, rows = generate(design, 6, 1), trial_rows(design, 6, 256 + 9)
    assert rows["baseline"].to_list() == trials.baseline[9].repeat(5).tolist()
    assert rows["dose"].to_list() == trials.dose[9].repeat(5).tolist()
    assert rows["change"].fill_null(float("nan")).to_numpy() == pytest.approx(trials.change[9].ravel(), nan_ok=True)
    assert rows["value"].null_count() == rows["change"].null_count() > 0
    assert rows["arm"].cast(pl.String).to_list()[::5] == [design.arms[arm] for arm in trials.arm]
    assert rows["site"].n_unique() == 3
    assert rows["days"].to_list()[:5] == [1, 5, 12, 21, 30]
    assert rows.columns == COLUMNS


REFUSED = {
    "fewer people than arms": (("--n", 2, "--seed", 1, "--out", "data.csv"), "2 people cannot fill 3 arms"),
    "an impossible seed": (("--n", 30, "--seed", -1, "--out", "data.csv"), "the seed cannot be -1"),
    "another kind of file": (("--n", 30, "--seed", 1, "--out", "data.xlsx"), "data cannot be written as 'data.xlsx'"),
    "no such folder": (("--n", 30, "--seed", 1, "--out", "away/data.csv"), "no such file or directory"),
    "a file that is there": (("--n", 30, "--seed", 1, "--out", "study.csv"), "this file is there already"),
}


@pytest.mark.parametrize(("arguments", "says"), REFUSED.values(), ids=REFUSED)
def test_a_mistake_is_one_sentence_and_leaves_nothing(
    study: Path, monkeypatch: pytest.MonkeyPatch, arguments: tuple[object, ...], says: str
) -> None:
    monkeypatch.chdir(study.parent)
    (study.parent / "study.csv").write_text("kept", encoding="utf-8")
    done = run(study, *arguments)
    assert says in str(done.exception)
    assert (study.parent / "study.csv").read_text(encoding="utf-8") == "kept"
    assert not (study.parent / "data.csv").exists()


def test_a_study_can_be_made_under_other_assumptions(study: Path, tmp_path: Path) -> None:
    changes = ("--assume", "effect=0", "--assume", "ratio=2:1:1", "--assume", "dropout=0")
    done = run(study, "--n", 80, "--seed", 1, "--out", tmp_path / "data.parquet", *changes)
    assert done.exit_code == 0, done.output
    rows = trial_rows(design_of(PUBLISHED, 80, effect=0, ratio=(2, 1, 1), dropout=0), 1)
    assert pl.read_parquet(tmp_path / "data.parquet").equals(rows)
    assert rows["value"].null_count() == 0


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ("effect", "--assume effect cannot be read. Write a number, as in effect=0.5, or ratio=2:1:1."),
        ("effect=much", "--assume effect=much cannot be read."),
        ("ratio=2:one", "--assume ratio=2:one cannot be read."),
        ("luck=1", "--assume cannot change 'luck'. What can be changed: effect, spread, dropout, dose, fade, ratio."),
        ("dose=2", "dose: dose cannot be 2.0. Write a number from 0 to 1."),
        ("ratio=1:1", "ratio: the ratio 1:1 does not fit the 3 arms."),
    ],
)
def test_a_change_that_cannot_be_is_told(study: Path, change: str, says: str) -> None:
    done = run(study, "--n", 30, "--seed", 1, "--out", study.parent / "data.csv", "--assume", change)
    assert str(done.exception).startswith(says)


def test_the_same_thing_cannot_be_assumed_twice(study: Path) -> None:
    twice = ("--assume", "effect=0", "--assume", "effect=1")
    done = run(study, "--n", 30, "--seed", 1, "--out", study.parent / "data.csv", *twice)
    assert str(done.exception) == "--assume effect stands twice. Take one of them away."


WRONG = {
    "no positive definite covariance": ("later = 0.65", "later = -0.65", "no data can correlate like this"),
    "a hazard over one": ("saline-training = 0.059", "saline-training = 1.059", "write 1 or less"),
}


@pytest.mark.parametrize(("right", "wrong", "says"), WRONG.values(), ids=WRONG)
def test_impossible_assumptions_are_named_with_their_line(study: Path, right: str, wrong: str, says: str) -> None:
    study.write_text(study_text("ketamine-training").replace(right, wrong), encoding="utf-8")
    done = run(study, "--n", 30, "--seed", 1, "--out", study.parent / "data.csv")
    assert says in str(done.exception)
    assert "line " in str(done.exception)


def test_a_file_without_assumptions_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "clinic.toml"
    file.write_text(study_text("clinic"), encoding="utf-8")
    done = run(file, "--n", 30, "--seed", 1, "--out", tmp_path / "data.csv")
    assert "the study file has no [assumptions]" in str(done.exception)
