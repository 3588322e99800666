from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from daybreak.cli.study import app
from daybreak.content.studies import schema_text, study_names, study_text
from daybreak.core.errors import CommandError, DaybreakError

STUDIES = Path(__file__).parents[2] / "src/daybreak/content/studies"
PUBLISHED = STUDIES / "ketamine-training.toml"


def run(*arguments: object, width: int = 120) -> Result:
    """Run `daybreak study`; a refusal is raised as the error the command line turns to words."""
    done = CliRunner().invoke(app, [str(argument) for argument in arguments], env={"COLUMNS": str(width)})
    if isinstance(done.exception, DaybreakError):
        raise done.exception
    return done


def values(*arguments: object) -> Any:
    done = run(*arguments, "--json")
    return json.loads(done.stdout)


@pytest.mark.parametrize("name", study_names())
def test_every_shipped_file_is_in_order(name: str) -> None:
    done = run("check", STUDIES / f"{name}.toml")
    assert done.exit_code == 0
    assert done.stdout.startswith(f"{name}.toml is in order: ")


def test_check_counts_arms_visits_and_sessions() -> None:
    assert run("check", PUBLISHED).stdout.splitlines() == [
        "ketamine-training.toml is in order: 3 arms, 18 visits, 8 training sessions.",
    ]
    assert values("check", PUBLISHED) == {
        "file": str(PUBLISHED),
        "valid": True,
        "faults": [],
        "notes": [],
    }


@pytest.fixture
def wrong(tmp_path: Path) -> Path:
    """A file with two mistakes."""
    file = tmp_path / "mine.toml"
    file.write_text(PUBLISHED.read_text(encoding="utf-8").replace('"3h"', '"3 hours"').replace("days = 4", "dayz = 4"))
    return file


def test_check_puts_each_mistake_on_a_line_of_its_own_and_ends_with_status_2(wrong: Path) -> None:
    done = run("check", wrong)
    assert done.exit_code == 2
    assert done.stdout == ""
    first, second, last = done.stderr.splitlines()
    assert first.startswith("mine.toml: line 57, training.dayz: there is no such key here; perhaps 'days' is meant.")
    assert second.startswith("mine.toml: line 59, training.gap: write a whole number and a unit")
    assert last == "daybreak: mine.toml has 2 mistakes; see above."


def test_check_says_mistakes_to_programs_too(wrong: Path) -> None:
    done = run("check", wrong, "--json")
    assert done.exit_code == 2
    told = json.loads(done.stdout)
    assert (told["valid"], len(told["faults"])) == (False, 2)
    wrong.write_text("format =")
    done = run("check", wrong)
    assert done.stderr.splitlines()[-1] == "daybreak: mine.toml has 1 mistake; see above."


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match=r"nowhere.toml: this study file cannot be read. Check the path."):
        run("check", tmp_path / "nowhere.toml")


@pytest.mark.parametrize("width", [80, 120])
@pytest.mark.parametrize("name", study_names())
def test_show_fits_the_terminal(name: str, width: int) -> None:
    done = run("show", STUDIES / f"{name}.toml", width=width)
    assert done.exit_code == 0
    assert max(len(line.rstrip()) for line in done.stdout.splitlines()) <= width
    assert "…" not in done.stdout


def test_show_prints_arms_schedule_training_and_alerts() -> None:
    text = run("show", PUBLISHED, "--infusion", "2026-03-27T12:00", "--zone", "Europe/Madrid").stdout
    assert "154 people, permuted blocks of 3 or 6 within site" in text
    assert "saline-training    saline    active    1" in text
    madrs = next(line for line in text.splitlines() if "MADRS" in line and "●" in line)
    assert madrs.count("●") == 6
    assert "Training after an infusion that ends on Friday 27 March 2026, 12:00" in text
    # The clocks change on 29 March: hours stay those of the person's own day.
    assert "Sun 29 Mar 05:00" in text
    assert "madrs.suicidal_thoughts >= 4" in text


def test_a_narrow_terminal_gets_the_schedule_in_bands() -> None:
    text = run("show", PUBLISHED, width=60).stdout
    assert len([line for line in text.splitlines() if line.startswith("Depression, by interview (MADRS)")]) == 2


def test_show_says_how_a_clinic_and_minimisation_allocate(tmp_path: Path) -> None:
    clinic = run("show", STUDIES / "clinic.toml").stdout
    assert "nobody is randomised" in clinic
    assert "booster" in clinic
    blocks = 'method = "permuted-blocks"      # or "minimisation", with factors, weights and probability\n'
    rules = f'{blocks}block_sizes = [3, 6]\nstrata = ["site"]'
    text = study_text("ketamine-training")
    assert rules in text
    file = tmp_path / "mine.toml"
    file.write_text(text.replace(rules, 'method = "minimisation"\nfactors = ["site", "low-self-worth"]'))
    assert "minimisation over site, low-self-worth (probability 0.8)" in run("show", file).stdout
    alerts = text[text.index("[[alerts]]") : text.index("# Yours: when somebody")]
    file.write_text(text.replace(rules, rules.replace('"site"', "")).replace(alerts, ""))
    told = run("show", file).stdout
    assert "permuted blocks of 3 or 6\n" in told
    assert "No answer raises an alert." in told


def test_show_gives_programs_the_same_as_values() -> None:
    shown = values("show", PUBLISHED, "--infusion", "2026-03-02T10:00", "--zone", "Europe/Madrid")
    assert sorted(shown) == ["alerts", "allocation", "arms", "schedule", "study", "training"]
    assert [arm["key"] for arm in shown["arms"]] == ["ketamine-training", "ketamine-sham", "saline-training"]
    assert shown["training"][0]["opens"] == "2026-03-03T09:00:00+00:00"
    assert [session["session"] for session in shown["training"]] == list(range(1, 9))
    assert len(shown["schedule"]["columns"]) == len(shown["schedule"]["rows"][0]["cells"])


def test_show_refuses_a_zone_that_is_none() -> None:
    with pytest.raises(CommandError, match=r"--zone: there is no time zone 'Mars'. Write an IANA name"):
        run("show", PUBLISHED, "--zone", "Mars")


def test_copy_writes_a_shipped_file_and_its_schema_and_overwrites_nothing(tmp_path: Path) -> None:
    out = tmp_path / "mine.toml"
    assert run("copy", "clinic", out).exit_code == 0
    assert out.read_text(encoding="utf-8") == study_text("clinic")
    assert (tmp_path / "study.schema.json").read_text(encoding="utf-8") == schema_text()
    with pytest.raises(CommandError, match=r"there is already a file of this name. Choose another name"):
        run("copy", "clinic", out)
    with pytest.raises(CommandError, match=r"this file cannot be written. Choose another folder"):
        run("copy", "clinic", tmp_path / "nowhere" / "mine.toml")
    with pytest.raises(DaybreakError, match=r"no shipped study file 'ours'"):
        run("copy", "ours", tmp_path / "ours.toml")
