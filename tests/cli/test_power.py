"""`daybreak power`: what it prints, keeps, and says."""

from __future__ import annotations

import csv
import json
import os
import re
import resource
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from typer.testing import CliRunner, Result

from daybreak.cli import main
from daybreak.content.studies import study_text
from daybreak.simulation.cache import Cache, Made
from daybreak.simulation.power import Order, Runner
from daybreak.simulation.run import Workers
from daybreak.simulation.tally import Tally
from tests.cli.terminal import on_a_terminal
from tests.simulation.made_up import PUBLISHED

KEYS = ["n", "contrast", "visit", "power", "mc_se", "mean_estimate", "mean_se", "mean_t", "converged"]
SMALL = ("--trials", 64, "--seed", 1, "--workers", 1)


@pytest.fixture
def study(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    file = tmp_path / "study.toml"
    file.write_text(study_text("ketamine-training"), encoding="utf-8")
    return file


def run(*arguments: object) -> Result:
    return CliRunner().invoke(main.app, ["power", *(str(argument) for argument in arguments)])


def told(*arguments: object) -> dict[str, Any]:
    done = run(*arguments, "--json")
    assert done.exit_code == 0, done.output
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def test_json_has_the_documented_keys_and_nothing_else(study: Path) -> None:
    found = told(study, "--n", "45,30", *SMALL, "--visit", "day-1", "--visit", "average")
    assert list(found) == ["trials", "seed", "device", "seconds", "fits_per_second", "results"]
    assert (found["trials"], found["seed"], found["device"]) == (64, 1, "cpu")
    assert found["fits_per_second"] > 0
    assert [list(one) for one in found["results"]] == [KEYS] * 8
    assert [(one["n"], one["visit"]) for one in found["results"]] == [
        (n, visit) for n in (30, 45) for _ in range(2) for visit in ("day-1", None)
    ]


def test_what_was_counted_is_known_the_next_time(study: Path) -> None:
    first = told(study, "--n", 30, *SMALL)
    again = run(study, "--n", 30, *SMALL, "--json")
    assert json.loads(again.stdout) == first
    assert "Known from before, for n = 30; --no-cache makes them anew." in again.stderr
    study.write_text(study.read_text(encoding="utf-8") + "\n# other words\n", encoding="utf-8")
    anew = run(study, "--n", 30, *SMALL, "--json")
    assert "Known from before" not in anew.stderr
    assert json.loads(anew.stdout)["results"] == first["results"]
    assert "64 trials in" in run(study, "--n", 30, *SMALL, "--no-cache").stderr


def test_a_cache_that_cannot_be_written_costs_a_remark(study: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(study))
    done = run(study, "--n", 30, *SMALL)
    assert done.exit_code == 0
    assert "The result is not kept for next time: " in done.stderr
    assert "not a directory." in done.stderr


def test_a_full_disk_costs_a_remark_and_not_the_result(tmp_path: Path) -> None:
    remarks: list[str] = []
    order = Order(PUBLISHED, "", 16, 5)
    with Workers(1) as pool:
        wanted = Runner(order, pool).at(30)
        with no_room():
            found = Runner(order, pool, Cache(tmp_path), remark=remarks.append).at(30)
    assert wanted is not None
    assert found is not None
    assert found.rows == wanted.rows
    assert remarks == [f"The result is not kept for next time: {tmp_path}: file too large."]


@contextmanager
def no_room() -> Iterator[None]:
    """Let no file grow, as on a full disk."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def test_a_full_disk_leaves_no_half_written_result(tmp_path: Path) -> None:
    each = np.zeros(1)
    tally = Tally(1, 1, 0, {0: 1}, each, each, each, each, each, each)
    made = Made(tally, 1.0, "cpu")
    with no_room(), pytest.raises(OSError, match="File too large"):
        Cache(tmp_path).put("key", made)
    assert list(tmp_path.iterdir()) == []
    Cache(tmp_path).put("key", made)
    kept = Cache(tmp_path).get("key")
    assert kept is not None
    assert kept.tally.patterns == {0: 1}
    (tmp_path / "key.json").write_text("{", encoding="utf-8")
    assert Cache(tmp_path).get("key") is None


def test_the_table_tells_limits_and_details_on_demand(study: Path) -> None:
    done = run(study, "--n", "30,45", *SMALL, "--details", "--rule", "any", "--null")
    assert done.exit_code == 0, done.output
    for word in ("people", "95 % limits", "fitted %", "bias", "coverage %", "any of them", "ketamine-sham"):
        assert word in done.stdout
    assert re.search(r"64 trials in|128 trials in [\d.]+ s, [\d,]+ a second\.", done.stderr)
    assert "Degrees of freedom" not in done.stderr
    done = run(study, "--n", 30, *SMALL, "--ddf", "satterthwaite")
    assert "Degrees of freedom are by satterthwaite, the file plans kenward-roger-linear" in done.stderr


def test_csv_has_a_line_a_result(study: Path) -> None:
    done = run(study, "--n", 30, *SMALL, "--csv", "--null")
    lines = list(csv.DictReader(done.stdout.splitlines()))
    assert len(lines) == 4
    assert list(lines[0])[:9] == KEYS
    assert all(float(line["low"]) <= float(line["power"]) <= float(line["high"]) for line in lines)
    assert all(float(line["truth"]) == 0 for line in lines)


@pytest.mark.parametrize(("name", "begins"), [("c.svg", b"<svg"), ("c.png", b"\x89PNG")])
def test_a_curve_is_drawn(study: Path, name: str, begins: bytes) -> None:
    done = run(study, "--n", "30,45", *SMALL, "--curve", study.parent / name, "--rule", "all")
    assert done.exit_code == 0, done.output
    assert (study.parent / name).read_bytes().startswith(begins)


def test_it_finds_how_many_people_it_takes(study: Path) -> None:
    done = run(study, "--find", 0.5, *SMALL, "--visit", "day-1", "--contrast", "ketamine-training - saline-training")
    assert done.exit_code == 0, done.output
    said = re.search(r"The smallest n with a power of 0.5 or more is (\d+), which has ([\d.]+) here", done.stderr)
    assert said is not None
    assert 20 < int(said[1]) < 80
    assert float(said[2]) >= 0.5


def test_interim_looks_tell_the_people_to_be_expected(study: Path) -> None:
    found = told(study, "--n", 60, *SMALL, "--looks", "0.5,1")
    assert [list(one) for one in found["results"]] == [[*KEYS, "expected_n"]] * 4
    assert all(30 <= one["expected_n"] <= 60 for one in found["results"])
    assert "expected n" in run(study, "--n", 60, *SMALL, "--looks", "0.5,1").stdout


GRID = """
[[assumptions.ranges]]
of = "effect"
values = [0.5, 1.0]

[assumptions.means]
"""


@pytest.fixture
def grid(study: Path) -> Path:
    """A study whose ranges are a grid of two effects."""
    text = study.read_text(encoding="utf-8")
    begin, end = text.index("[[assumptions.ranges]]"), text.index("# Ours, as are the hours")
    text = (text[:begin] + text[end:]).replace("[assumptions.means]\n", GRID)
    study.write_text(text, encoding="utf-8")
    return study


def test_assurance_tells_each_point_of_a_grid_and_the_mean(grid: Path) -> None:
    asked = ("--n", "30,45", *SMALL, "--visit", "day-1", "--contrast", "ketamine-training - saline-training")
    found = told(grid, *asked, "--assurance")
    half, whole = (told(grid, *asked, "--assume", f"effect={effect}") for effect in (0.5, 1))
    assert list(found) == list(half)
    assert [list(one) for one in found["results"]] == [[*KEYS, "assumed", "draws", "quantiles"]] * 6
    assert [one["assumed"] for one in found["results"]] == [{"effect": 0.5}, {"effect": 1.0}, None] * 2
    for place in (0, 1):
        points, mean = found["results"][3 * place : 3 * place + 2], found["results"][3 * place + 2]
        assert [one["power"] for one in points] == [one["results"][place]["power"] for one in (half, whole)]
        assert mean["power"] == sum(one["power"] for one in points) / 2
        assert (mean["draws"], mean["quantiles"]) == (0, [])


def test_the_table_and_the_csv_say_what_a_line_assumes(grid: Path) -> None:
    asked = (grid, "--n", 30, *SMALL, "--visit", "day-1", "--assurance", "--rule", "all")
    done = run(*asked, "--curve", grid.parent / "c.svg")
    assert done.exit_code == 0, done.output
    for word in ("assuming", "effect 0.5", "effect 1", "mean of 2"):
        assert word in done.stdout
    assert "128 trials in" in done.stderr
    assert "Averaged over effect 0.5, 1.\n" in done.stderr
    assert (grid.parent / "c.svg").read_bytes().startswith(b"<svg")
    lines = list(csv.DictReader(run(*asked, "--csv").stdout.splitlines()))
    assert [line["assuming"] for line in lines] == [*["effect 0.5"] * 3, *["effect 1"] * 3, *["mean of 2"] * 3]
    assert all(line["power_50"] == "" for line in lines)


def test_the_shipped_ranges_are_drawn_from(study: Path) -> None:
    asked = (study, "--n", 30, "--trials", 4096, "--seed", 1, "--visit", "day-1", "--assurance", "--workers", 1)
    done = run(*asked)
    assert done.exit_code == 0, done.output
    assert "as drawn" in done.stdout
    assert "50th" in done.stdout
    says = (
        "Averaged over effect normal, mean 0.8, SD 0.3; dropout uniform, 1 to 5. Each 256 trials share what was drawn."
    )
    assert says in done.stderr
    lines = list(csv.DictReader(run(*asked, "--csv").stdout.splitlines()))
    assert all(float(one["power_5"]) < float(one["power_50"]) < float(one["power_95"]) for one in lines)
    assert all(int(one["draws"]) == 16 for one in lines)


def test_ctrl_c_tells_the_points_of_a_grid_that_are_known(grid: Path) -> None:
    words = ["power", str(grid), "--n", "30", "--trials", "1000000", "--seed", "1", "--workers", "2", "--assurance"]
    with on_a_terminal(words, grid.parent / "out.txt") as (running, screen):
        screen.wait_for(r"[1-9]\d*/2000000", 240)
        os.killpg(running.pid, signal.SIGINT)
        assert running.wait(timeout=60) == 130
    assert "effect 0.5" in (grid.parent / "out.txt").read_text(encoding="utf-8")
    assert "mean of" not in (grid.parent / "out.txt").read_text(encoding="utf-8")
    assert re.search(r"Stopped: [\d,]+ of 1,000,000 trials at n = 30 with effect 0.5\.", screen.text)
    assert "Traceback" not in screen.text


REFUSED = {
    "no number": ((), "No number of people is asked for"),
    "words for numbers": (("--n", "many"), "--n cannot be 'many'"),
    "too many": (("--n", "1000000"), "--n cannot be 1000000. Write 100000 or less."),
    "fewer people than arms": (("--n", "90,2"), "2 people cannot fill 3 arms"),
    "an unknown arm": (("--n", "90", "--contrast", "a - b"), "There is no contrast 'a - b'"),
    "no difference": (("--n", "90", "--contrast", "ketamine-sham"), "There is no contrast 'ketamine-sham'"),
    "an unknown visit": (("--n", "90", "--visit", "day-2"), "The model has no visit 'day-2'. There are day-1,"),
    "an impossible power": (("--find", "1"), "--find cannot be 1. Write a number between 0 and 1."),
    "an impossible level": (("--n", "90", "--alpha", "0"), "--alpha cannot be 0"),
    "an impossible seed": (("--n", "90", "--seed", "-1"), "the seed cannot be -1"),
    "two forms": (("--n", "90", "--json", "--csv"), "--json and --csv cannot be asked together"),
    "another picture": (("--n", "90", "--curve", "c.gif"), "a curve cannot be drawn as 'c.gif'"),
    "no folder": (("--n", "90", "--curve", "away/c.svg"), "away: there is no such folder."),
    "looks without an end": (("--n", "90", "--looks", "0.3,0.6"), "The looks do not end with everybody"),
    "looks that are none": (("--n", "90", "--looks", "often"), "--looks cannot be 'often'"),
    "looks of the file": (("--n", "90", "--looks", "file"), "--looks: the file plans no looks."),
    "a look too early": (("--n", "90", "--looks", "0.05,1"), "The first look would be at 4 people"),
    "looks and a rule": (("--n", "90", "--looks", "0.5,1", "--rule", "all"), "every question is judged by itself"),
    "few trials for what is drawn": (("--n", "90", "--assurance"), "64 trials are too few: 256 share what is drawn"),
    "no range left": (
        ("--n", "90", "--assurance", "--assume", "effect=1", "--assume", "dropout=1"),
        "--assurance: every range is of a figure that is asked for.",
    ),
    "an impossible assumption": (("--n", "90", "--assume", "dose=2"), "dose cannot be 2.0"),
    "a hazard over one": (
        ("--n", "90", "--assume", "dropout=500"),
        "dropout: the chance to leave before 'day-1' would be",
    ),
}


@pytest.mark.parametrize(("arguments", "says"), REFUSED.values(), ids=REFUSED)
def test_a_mistake_is_one_sentence(study: Path, arguments: tuple[str, ...], says: str) -> None:
    done = run(study, *SMALL, *arguments)
    assert says in str(done.exception)


def test_a_covariance_that_no_data_can_have_is_refused(study: Path) -> None:
    text = study.read_text(encoding="utf-8")
    study.write_text(text.replace("later = 0.65", "later = -0.65"), encoding="utf-8")
    assert study.read_text(encoding="utf-8") != text
    assert "no data can correlate like this" in str(run(study, "--n", 90, *SMALL).exception)


def test_a_file_without_assumptions_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "clinic.toml"
    file.write_text(study_text("clinic"), encoding="utf-8")
    assert "the study file has no [assumptions]" in str(run(file, "--n", 30, *SMALL).exception)


def test_ctrl_c_keeps_what_is_done_and_says_so(study: Path) -> None:
    words = ["power", str(study), "--n", "30,60", "--trials", "1000000", "--seed", "1", "--workers", "2", "--json"]
    with on_a_terminal(words, study.parent / "out.json") as (running, screen):
        screen.wait_for(r"[1-9]\d*/2000000", 240)
        os.killpg(running.pid, signal.SIGINT)
        assert running.wait(timeout=60) == 130
    found = json.loads((study.parent / "out.json").read_text())
    assert 0 < found["trials"] < 1_000_000
    assert {one["n"] for one in found["results"]} == {30}
    assert f"Stopped: {found['trials']:,} of 1,000,000 trials at n = 30." in screen.text
    assert "Traceback" not in screen.text
    assert not list((study.parent / "cache").rglob("*.json"))


def test_ctrl_c_ends_a_run_that_has_nothing_yet_at_once(study: Path, tmp_path: Path) -> None:
    """With an empty cache of compiled code the first block takes half a minute, in which no signal is heard."""
    words = ["power", str(study), "--n", "154", "--trials", "2000", "--seed", "1", "--workers", "2", "--json"]
    compiled = {"NUMBA_CACHE_DIR": str(tmp_path / "numba")}
    with on_a_terminal(words, study.parent / "out.json", compiled) as (running, screen):
        screen.wait_for("0/2000", 60)
        time.sleep(5)
        os.killpg(running.pid, signal.SIGINT)
        assert running.wait(timeout=20) == 130
    assert "Traceback" not in screen.text
    assert "Stopped" in screen.text
