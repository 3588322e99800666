from __future__ import annotations

import json
import tomllib
from datetime import date, time, timedelta
from typing import Any

import jsonschema_rs
import pytest

from daybreak.content.studies import schema_text, study_names, study_text
from daybreak.core.errors import StudyFileError
from daybreak.core.study import StudyFile, read_study, study_schema

FILES = {name: read_study(study_text(name), f"{name}.toml") for name in study_names()}
PUBLISHED = FILES["ketamine-training"]


def test_three_study_files_ship() -> None:
    assert study_names() == ("clinic", "ketamine-training", "two-by-two")
    with pytest.raises(StudyFileError, match=r"no shipped study file 'trial'. Shipped are: clinic, ketamine-training"):
        study_text("trial")


@pytest.mark.parametrize("name", FILES)
def test_a_shipped_file_has_the_id_of_its_name_and_comes_back_from_its_own_tables(name: str) -> None:
    file = FILES[name]
    assert file.study.id == name
    assert StudyFile.model_validate(file.model_dump(mode="json")) == file
    assert StudyFile.model_validate_json(file.model_dump_json()) == file


def plain(value: Any) -> Any:
    """Return parsed TOML as an editor's checker sees it: dates are texts."""
    if isinstance(value, dict):
        return {key: plain(inside) for key, inside in value.items()}
    if isinstance(value, list):
        return [plain(inside) for inside in value]
    return value.isoformat() if isinstance(value, date) else value


CHECKER = jsonschema_rs.validator_for(json.loads(schema_text()))


@pytest.mark.parametrize("name", FILES)
def test_the_schema_that_ships_accepts_every_shipped_file(name: str) -> None:
    tables = plain(tomllib.loads(study_text(name)))
    assert [error.message for error in CHECKER.iter_errors(tables)] == []
    assert study_text(name).startswith("#:schema ./study.schema.json\n")


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ('gap = "3h"', 'gap = "3 hours"'),
        ("target = 154", "target = 0"),
        ('version = "sham"', 'version = "placebo"'),
        ('pack = "self-worth"', ""),
        ("[infusions]", "[infusions]\nwisdom = 1"),
        ('training_after = "first"', 'training_after = "never"'),
        ('hours = ["05:00", "23:00"]', 'hours = ["5"]'),
        ("[analysis.primary]", '[analysis."First One"]'),
    ],
)
def test_the_schema_refuses_what_an_editor_should_underline(right: str, wrong: str) -> None:
    text = study_text("ketamine-training").replace(right, wrong, 1)
    assert not CHECKER.is_valid(plain(tomllib.loads(text)))


def test_the_schema_that_ships_is_that_of_the_code() -> None:
    assert json.loads(schema_text()) == study_schema()
    assert '"null"' not in schema_text()


def test_the_published_programme_is_the_published_programme() -> None:
    assert [(arm.drug, arm.version, arm.ratio) for arm in PUBLISHED.arms] == [
        ("ketamine", "active", 1),
        ("ketamine", "sham", 1),
        ("saline", "active", 1),
    ]
    training = PUBLISHED.training
    assert (training.starts_after_infusion, training.days, training.sessions) == (timedelta(hours=24), 4, 8)
    assert (training.gap, training.catch_up_days) == (timedelta(hours=3), 1)
    assert training.hours == (time(5), time(23))
    assert (PUBLISHED.study.target, PUBLISHED.infusions.count, PUBLISHED.infusions.with_training) == (154, 1, (1,))
    assert [visit.day for visit in PUBLISHED.schedule] == [0, 0, 1, 5, 12, 21, *range(30, 361, 30)]


ELIGIBLE = {
    "age": 34,
    "madrs": 32,
    "failed-antidepressants": 2,
    "low-self-worth": True,
    "infusion-safe": True,
    "photosensitive-epilepsy": False,
}


@pytest.mark.parametrize(
    ("changed", "fails"),
    [
        ({}, []),
        ({"age": 17}, ["age"]),
        ({"age": 60}, []),
        ({"age": 61, "madrs": 24}, ["age", "madrs"]),
        ({"madrs": 25, "failed-antidepressants": 0}, ["failed-antidepressants"]),
        ({"low-self-worth": False}, ["low-self-worth"]),
        ({"infusion-safe": None}, ["infusion-safe"]),
        ({"photosensitive-epilepsy": True}, []),
    ],
)
def test_the_published_entry_rules_are_kept(changed: dict[str, object], fails: list[str]) -> None:
    answers = ELIGIBLE | changed
    assert [criterion.key for criterion in PUBLISHED.eligibility if not criterion.holds(answers)] == fails


def test_the_assumptions_start_from_the_published_baseline_and_changes() -> None:
    assumed = PUBLISHED.assumptions
    assert assumed is not None
    ketamine, saline = assumed.means["ketamine-sham"], assumed.means["saline-training"]
    assert ketamine[1] - ketamine[0] == pytest.approx(-13)
    assert saline[1] - saline[0] == pytest.approx(-6.2)
    assert ketamine[-1] - ketamine[1] == pytest.approx(4)
    assert saline[-1] - saline[1] == pytest.approx(-3)
    assert assumed.means["ketamine-training"][-1] - assumed.means["ketamine-training"][1] == pytest.approx(0.2)
    assert assumed.matrix()[0][1:] == (0.31,) * 5
    assert assumed.matrix()[3] == (0.31, 0.65, 0.65, 1.0, 0.65, 0.65)


def test_two_by_two_adds_the_missing_arm_and_keeps_all_else() -> None:
    both = FILES["two-by-two"]
    assert {(arm.drug, arm.version) for arm in both.arms} == {
        (drug, version) for drug in ("ketamine", "saline") for version in ("active", "sham")
    }
    for part in ("training", "infusions", "eligibility", "visits", "alerts"):
        assert getattr(both, part) == getattr(PUBLISHED, part)


def test_the_clinic_randomises_nobody_and_trains_after_a_course() -> None:
    clinic = FILES["clinic"]
    assert not clinic.is_randomised
    assert PUBLISHED.is_randomised
    assert (clinic.infusions.count, clinic.infusions.every, clinic.infusions.with_training) == (
        6,
        timedelta(days=3),
        (6,),
    )
    assert [(booster.day, booster.sessions) for booster in clinic.training.boosters] == [(30, 2), (60, 2), (90, 2)]
    assert not clinic.analysis
    assert clinic.assumptions is None


@pytest.mark.parametrize("name", FILES)
def test_consent_ships_in_english_and_spanish_paragraph_by_paragraph(name: str) -> None:
    texts = {text.language: text for text in FILES[name].consents}
    assert set(texts) == {"en", "es"}
    assert len(texts["en"].paragraphs) == len(texts["es"].paragraphs)


@pytest.mark.parametrize("name", FILES)
def test_every_figure_of_a_shipped_file_is_published_or_marked_reconstructed(name: str) -> None:
    training = study_text(name).partition("[training]\n")[2].partition("[training.device]")[0]
    figures = [line for line in training.splitlines() if " = " in line and line.split(" = ")[0] in MARKED]
    assert len(figures) == len(MARKED)
    assert [line for line in figures if "published" not in line and "reconstructed" not in line] == []


MARKED = (
    "faces", "starts_after_infusion", "days", "sessions_per_day", "gap", "catch_up", "hours", "resume_within",
    "boosters",
)  # fmt: skip
