from __future__ import annotations

import tomllib
from pathlib import Path
from typing import get_args

import pytest

from daybreak.content.studies import study_names, study_text
from daybreak.core.errors import StudyFileError
from daybreak.core.roles import UNBLINDED, Role
from daybreak.core.study import read_study
from daybreak.core.study.safety import Told
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


def test_a_file_from_an_editor_that_marks_its_bytes_is_read() -> None:
    assert read_study(f"\ufeff{study_text('clinic')}", "s.toml") == read_study(study_text("clinic"), "s.toml")


@pytest.mark.parametrize("text", ["a = " + "[" * 50_000, "a = " + "[" * 400 + "]" * 400], ids=["endless", "deep"])
def test_lists_within_lists_without_end_are_refused(text: str) -> None:
    with pytest.raises(StudyFileError, match=r"s.toml: "):
        read_study(text, "s.toml")


def test_a_file_full_of_mistakes_tells_the_first_fifty() -> None:
    text = "".join(f"key{number} = 1\n" for number in range(20_000))
    with pytest.raises(StudyFileError) as refused:
        read_study(text, "s.toml")
    assert len(refused.value.faults) == 51
    assert refused.value.faults[-1] == "and 19954 more"


def test_alerts_tell_roles_that_there_are_and_nobody_who_knows_the_drug() -> None:
    told = set(get_args(Told))
    assert told < set(Role)
    assert not told & UNBLINDED


def test_the_schema_knows_the_keys_of_every_table() -> None:
    assert keys_at(("arms", 0)) == ["key", "drug", "version", "ratio"]
    assert "later" in keys_at(("assumptions", "correlations"))
    assert "formula" in keys_at(("analysis", "any-name"))
    assert keys_at(("study", "title", "deeper")) == []
