"""`daybreak iat`: files in, scores out, and one sentence for every fault of a file."""

from __future__ import annotations

import csv
import io
import json
import re
import shlex
from pathlib import Path
from statistics import fmean
from typing import Any

import polars as pl
import pytest
import typer
from typer.testing import CliRunner

from daybreak.cli.iat import iat
from daybreak.cli.iat_data import COLUMNS, IatDataError
from daybreak.core.errors import CommandError, DaybreakError

ROOT = Path(__file__).parents[2]
DATA = ROOT / "tests/core/oracles/iat.csv"
REFERENCE = json.loads(DATA.with_suffix(".json").read_text())["scores"]
HEAD = ",".join(COLUMNS)


def run(*arguments: object) -> str:
    """Run the command and return what it prints; a refusal is raised as the error the command line turns to words."""
    app = typer.Typer()
    app.command()(iat)
    done = CliRunner().invoke(app, [str(argument) for argument in arguments], env={"COLUMNS": "120"})
    if isinstance(done.exception, DaybreakError):
        raise done.exception
    assert done.exit_code == 0, done.output
    return done.stdout


def written(folder: Path, *rows: str, head: str = HEAD) -> Path:
    file = folder / "steps.csv"
    file.write_text("\n".join([head, *rows]) + "\n", encoding="utf-8")
    return file


def refusal(folder: Path, *rows: str, head: str = HEAD) -> str:
    with pytest.raises(IatDataError) as refused:
        run(written(folder, *rows, head=head))
    assert refused.value.code == "iat-data"
    return refused.value.sentence()


def test_json_holds_the_scores_of_an_independent_program_and_nothing_else() -> None:
    told: dict[str, Any] = json.loads(run(DATA, "--json"))
    assert told["sd"] == "after"
    assert told["scores"] == {person: pytest.approx(scores, abs=1e-9) for person, scores in REFERENCE.items()}
    assert [one["tests"] for one in told["split_half"].values()] == [24] * 6
    assert all(0.7 < one["correlation"] < one["reliability"] < 1 for one in told["split_half"].values())
    assert {one["note"] for one in told["tests"].values()} == {""}


def test_parquet_with_numbers_and_booleans_gives_what_csv_gives(tmp_path: Path) -> None:
    file = tmp_path / "steps.parquet"
    pl.read_csv(DATA).with_columns(pl.col("correct") == 1, pl.col("latency_ms").cast(pl.Float64)).write_parquet(file)
    assert run(file, "--json") == run(DATA, "--json")


def test_the_deviation_and_the_halves_can_be_taken_the_other_way() -> None:
    ways = {
        way: json.loads(run(DATA, "--score", "d4", "--json", *way))
        for way in ((), ("--sd", "before"), ("--split", "steps"))
    }
    usual, before, steps = ways.values()
    assert before["scores"] != usual["scores"] == steps["scores"]
    assert steps["split_half"] != usual["split_half"]


def test_csv_has_one_line_per_person() -> None:
    lines = list(csv.DictReader(io.StringIO(run(DATA, "--csv", "--score", "d2"))))
    assert len(lines) == 24
    assert float(lines[0]["d2"]) == pytest.approx(REFERENCE[lines[0]["participant"]]["d2"], abs=1e-9)


def test_a_reader_gets_a_table_the_mean_and_the_reliability() -> None:
    text = run(DATA, "--score", "d1")
    assert re.search(r"^ *4 +-0\.762 +120 +0% +0%", text, re.MULTILINE)
    mean = fmean(one["d1"] for one in REFERENCE.values())
    assert f"d1: 24 of 24 scored, mean {mean:+.3f}, split-half 0." in text
    assert all(f"{kind}: 24 of 24" in run(DATA) for kind in ("d1", "d6"))


def test_who_is_too_fast_is_left_out_with_the_reason_and_rows_of_other_rounds_are_passed_over(tmp_path: Path) -> None:
    cells = [(pairing, part) for pairing in "ab" for part in ("practice", "test")]
    slow = [f"P1,{a},{p},{base},yes" for a, p in cells for base in (700, 800, 950, 720)]
    fast = [f"P2,{a},{p},{base},true" for a, p in cells for base in (120, 800, 950, 720)]
    file = written(tmp_path, "P1,,,512,1", *slow, *fast)
    told = json.loads(run(file, "--json"))
    assert [(name, one["steps"], one["fast"]) for name, one in told["tests"].items()] == [
        ("P1", 16, 0),
        ("P2", 16, 0.25),
    ]
    assert told["scores"]["P1"]["d1"] == 0
    assert set(told["scores"]["P2"].values()) == {None}
    assert "faster than 300 ms" in told["tests"]["P2"]["note"]
    assert set(told["split_half"].values()) == {None}
    assert "faster than 300" in run(file, "--score", "d1")
    assert "d1: 1 of 2 scored, mean +0.000, no split-half" in run(file)
    line = run(file, "--csv", "--score", "d1").splitlines()[2]
    assert line == "P2,,more than one answer in ten was faster than 300 ms,16,0,0.250000,0.000000"


def test_with_visits_a_person_has_a_score_at_each(tmp_path: Path) -> None:
    rows = [f"P1,{row}" for row in DATA.read_text().splitlines() if row.startswith("4,")]
    rows = [f"P1,{visit},{row.partition(',4,')[2]}" for visit in ("day-1", "day-30") for row in rows]
    file = written(tmp_path, *rows, head=HEAD.replace("participant", "participant,visit"))
    told = json.loads(run(file, "--json"))
    assert told["scores"] == {f"P1 {visit}": pytest.approx(REFERENCE["4"], abs=1e-9) for visit in ("day-1", "day-30")}
    assert told["tests"]["P1 day-30"]["visit"] == "day-30"
    assert run(file, "--csv", "--score", "d1").splitlines()[0].startswith("participant,visit,d1,")
    assert run(file, "--csv", "--score", "d1").splitlines()[2].startswith("P1,day-30,-0.76")
    assert "P1 day-30" in run(file)


def test_a_file_that_cannot_be_scored_is_refused_in_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(IatDataError, match=r"nowhere\.csv: this file cannot be read\. Check the path\."):
        run(tmp_path / "nowhere.csv")
    with pytest.raises(IatDataError, match=r"this file cannot be read\."):
        run(tmp_path)
    (tmp_path / "empty.csv").write_text("")
    with pytest.raises(IatDataError, match=r"empty\.csv: this file is empty\."):
        run(tmp_path / "empty.csv")
    (tmp_path / "binary.csv").write_bytes(b"\xff\xfe\x00\x01,\xff\n\xff,\x00\n")
    with pytest.raises(IatDataError, match=r"binary\.csv: "):
        run(tmp_path / "binary.csv")
    (tmp_path / "text.parquet").write_text(HEAD)
    with pytest.raises(IatDataError, match=r"this file is no Parquet that can be read\."):
        run(tmp_path / "text.parquet")
    assert "this file has no step to score." in refusal(tmp_path)
    assert "this file has no step to score." in refusal(tmp_path, "P1,,,500,1")


def test_a_missing_column_or_a_wrong_cell_is_named_with_its_row(tmp_path: Path) -> None:
    assert "the columns part, correct are missing. Its columns are: participant, pairing, latency_ms." in refusal(
        tmp_path, "P1,a,500", head="participant,pairing,latency_ms"
    )
    assert "the column correct is missing." in refusal(tmp_path, head="participant,pairing,part,latency_ms")
    good = "P1,a,test,500,1"
    assert "row 2: pairing is 'c'. Write one of: a, b." in refusal(tmp_path, good, "P1,c,test,500,1")
    assert "row 2: part is ''. Write one of: practice, test." in refusal(tmp_path, good, "P1,a,,500,1")
    assert "row 2: correct is '2'. Write one of: 1, true, yes, 0, false, no." in refusal(
        tmp_path, good, good[:-1] + "2"
    )
    for latency in ("fast", "-1", "nan", "inf", ""):
        assert f"row 1: latency_ms is '{latency}'. Write the time" in refusal(tmp_path, f"P1,a,test,{latency},1")
    assert "row 1: participant is empty." in refusal(tmp_path, ",a,test,500,1")
    assert "this file is no CSV in UTF-8 that can be read." in refusal(tmp_path, "P1,a,test,500,1,more,and,more")


def test_options_that_make_no_sense_are_refused() -> None:
    with pytest.raises(CommandError, match=r"--score cannot be 'd7'\. Write one of: d1, d2, d3, d4, d5, d6, all\."):
        run(DATA, "--score", "d7")
    with pytest.raises(CommandError, match=r"--sd cannot be 'never'"):
        run(DATA, "--sd", "never")
    with pytest.raises(CommandError, match=r"--split cannot be 'thirds'"):
        run(DATA, "--split", "thirds")
    with pytest.raises(CommandError, match=r"--json and --csv do not go together"):
        run(DATA, "--json", "--csv")


def test_the_examples_of_the_page_print_what_it_says(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    page = (ROOT / "docs/iat.md").read_text(encoding="utf-8")
    table = re.search(r"```csv\n(.*?)```", page, re.DOTALL)
    assert table is not None
    (tmp_path / "steps.csv").write_text(table[1], encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    examples = re.findall(r"```console\n\$ daybreak iat (.*?)\n(.*?)```", page, re.DOTALL)
    assert len(examples) >= 3
    for arguments, printed in examples:
        lines = [line.rstrip() for line in run(*shlex.split(arguments)).splitlines()]
        assert lines == [line.rstrip() for line in printed.splitlines()], arguments
