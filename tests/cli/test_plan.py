from __future__ import annotations

import json
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from daybreak.cli.plan import plan, spoken
from daybreak.core.errors import CommandError, DaybreakError, StudyFileError
from daybreak.core.plan import Milliseconds, Picture, Refreshes, TrainingPlan, Word

STUDY = Path(__file__).parents[2] / "src/daybreak/content/studies/ketamine-training.toml"


def run(*arguments: str) -> str:
    """Run the command and return what it prints; a refusal is raised as the error the command line turns to words."""
    app = typer.Typer()
    app.command()(plan)
    done = CliRunner().invoke(app, [str(argument) for argument in arguments])
    if isinstance(done.exception, DaybreakError):
        raise done.exception
    assert done.exit_code == 0, done.output
    return done.stdout


def printed(*arguments: str) -> TrainingPlan:
    return TrainingPlan.model_validate_json(run(str(STUDY), *arguments, "--json"))


def test_json_prints_one_plan_and_nothing_else() -> None:
    made = printed("--arm", "ketamine-training", "--session", "1", "--seed", "7")
    assert made.session == 1
    assert any(part.practice for part in made.rounds)
    assert "Alex" in {asset.text for asset in made.assets if isinstance(asset, Word)}


def test_the_same_seed_prints_the_same_plan_and_another_seed_another() -> None:
    one = ("--arm", "ketamine-sham", "--session", "2", "--seed", "7")
    assert run(str(STUDY), *one, "--json") == run(str(STUDY), *one, "--json")
    assert printed(*one) != printed(*one[:-1], "8")


def test_arms_with_active_and_sham_training_print_plans_of_one_length() -> None:
    active, sham = (
        run(str(STUDY), "--arm", arm, "--session", "3", "--json") for arm in ("ketamine-training", "ketamine-sham")
    )
    assert len(active) == len(sham)
    assert active != sham
    assert json.loads(active)["rounds"] == json.loads(sham)["rounds"]


def test_the_plan_does_not_name_its_arm_or_version() -> None:
    for arm in ("ketamine-training", "ketamine-sham", "saline-training"):
        text = run(str(STUDY), "--arm", arm, "--json").casefold()
        assert not [word for word in ("sham", "active", "ketamine", "saline", "smil", "neutral") if f'"{word}' in text]


def test_checksums_differ_between_people_for_the_same_faces() -> None:
    seen = [
        {
            asset.sha256
            for asset in printed("--arm", "ketamine-sham", "--seed", seed).assets
            if isinstance(asset, Picture)
        }
        for seed in ("1", "2")
    ]
    assert not seen[0] & seen[1]


def test_without_json_a_reader_gets_rounds_timing_and_minutes() -> None:
    text = run(str(STUDY), "--arm", "ketamine-training", "--first-name", "Robin")
    assert "about 18 minutes with rests (en)" in text
    assert "240 exposures" in text
    assert "masked-words-practice" in text
    assert "cue 16.7 ms" in text


def test_an_unknown_arm_session_or_file_is_refused_in_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(StudyFileError, match=r"there is no arm 'placebo'. Its arms are: ketamine-training, "):
        run(str(STUDY), "--arm", "placebo")
    with pytest.raises(CommandError, match=r"there is no training session 9. It plans sessions 1 to 8."):
        run(str(STUDY), "--arm", "ketamine-sham", "--session", "9")
    with pytest.raises(CommandError, match=r"nowhere.toml: this study file cannot be read. Check the path."):
        run(str(tmp_path / "nowhere.toml"), "--arm", "ketamine-sham")
    (tmp_path / "binary.toml").write_bytes(b"\xff\xfe")
    with pytest.raises(CommandError, match=r"binary.toml: this study file cannot be read"):
        run(str(tmp_path / "binary.toml"), "--arm", "ketamine-sham")
    with pytest.raises(DaybreakError, match="first name: there is nothing to show here"):
        run(str(STUDY), "--arm", "ketamine-sham", "--first-name", " ")


@pytest.mark.parametrize(
    ("duration", "text"),
    [
        (Milliseconds(ms=16.7), "16.7 ms"),
        (Refreshes(refreshes=1), "1 refresh"),
        (Refreshes(refreshes=2), "2 refreshes"),
    ],
)
def test_durations_are_read_as_they_are_written(duration: Milliseconds | Refreshes, text: str) -> None:
    assert spoken(duration) == text
