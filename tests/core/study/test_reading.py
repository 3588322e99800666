from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from daybreak.content.studies import study_names, study_text
from daybreak.core.errors import StudyFileError
from daybreak.core.study import read_study
from daybreak.core.study.schema import keys_at

WRONG = tomllib.loads((Path(__file__).parent / "wrong_files.toml").read_text(encoding="utf-8"))["wrong"]


def test_there_are_many_kinds_of_wrong_files() -> None:
    assert len({case["name"] for case in WRONG}) == len(WRONG) > 100


@pytest.mark.parametrize("case", WRONG, ids=lambda case: str(case["name"]))
def test_a_wrong_file_is_refused_by_line_key_and_remedy(case: dict[str, str]) -> None:
    text = study_text(case["base"])
    assert case["right"] in text
    with pytest.raises(StudyFileError) as refused:
        read_study(text.replace(case["right"], case["wrong"], 1), "mine.toml")
    assert str(refused.value) == case["says"]


def test_each_mistake_of_a_file_is_told_in_the_order_of_its_lines() -> None:
    text = (
        study_text("clinic").replace('"3d"', '"3 days"').replace("days = 4", "days = 0").replace("age >= 18", "age 18")
    )
    with pytest.raises(StudyFileError) as refused:
        read_study(text, "mine.toml")
    starts = [fault.partition(":")[0] for fault in refused.value.faults]
    lines = {key: text[: text.index(mark)].count("\n") + 1 for key, mark in MARKS.items()}
    assert starts == [f"line {line}, {key}" for key, line in lines.items()]


MARKS = {"infusions.every": '"3 days"', "training.days": "days = 0", "eligibility[1].rule": "age 18"}


@pytest.mark.parametrize("name", study_names())
def test_windows_line_ends_change_neither_meaning_nor_lines(name: str) -> None:
    text = study_text(name)
    assert read_study(text.replace("\n", "\r\n"), "s.toml") == read_study(text, "s.toml")
    with pytest.raises(StudyFileError) as unix:
        read_study(text.replace("[training]", "[training]\ndayz = 1"), "s.toml")
    with pytest.raises(StudyFileError) as windows:
        read_study(text.replace("[training]", "[training]\ndayz = 1").replace("\n", "\r\n"), "s.toml")
    assert str(unix.value) == str(windows.value)


def test_the_schema_knows_the_keys_of_every_table() -> None:
    assert keys_at(("arms", 0)) == ["key", "drug", "version", "ratio"]
    assert "later" in keys_at(("assumptions", "correlations"))
    assert "formula" in keys_at(("analysis", "any-name"))
    assert keys_at(("study", "title", "deeper")) == []
