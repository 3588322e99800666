from __future__ import annotations

from datetime import time, timedelta
from importlib.resources import files

import pytest

from daybreak.core.errors import StudyFileError
from daybreak.core.study import TrainingRules, read_study

SHIPPED = (files("daybreak.content") / "studies" / "ketamine-training.toml").read_text(encoding="utf-8")


def test_the_shipped_study_is_the_published_programme() -> None:
    study = read_study(SHIPPED, "ketamine-training.toml")
    assert [(arm.drug, arm.version, arm.ratio) for arm in study.arms] == [
        ("ketamine", "active", 1),
        ("ketamine", "sham", 1),
        ("saline", "active", 1),
    ]
    training = study.training
    assert (training.starts_after_infusion, training.days, training.sessions) == (timedelta(hours=24), 4, 8)
    assert (training.gap, training.catch_up_days) == (timedelta(hours=3), 1)
    assert training.hours == (time(5), time(23))


def test_an_arm_is_found_by_its_key() -> None:
    study = read_study(SHIPPED, "s.toml")
    assert study.arm("ketamine-sham").version == "sham"
    with pytest.raises(StudyFileError, match=r"no arm 'placebo'.*Its arms are: ketamine-training, ketamine-sham"):
        study.arm("placebo")


MISTAKES = {
    "no TOML": ("format = 1", "format =", "line 4: this is not valid TOML"),
    "format missing": ("format = 1", "", "format is missing: add it"),
    "unknown key": ('pack = "self-worth"', 'pack = "self-worth"\npaks = 1', "training.paks: there is no such key"),
    "unknown table": ("[study]", "[wisdom]\na = 1\n[study]", "wisdom: there is no such key"),
    "bad span": ('gap = "3h"', 'gap = "3 hours"', 'training.gap: write a whole number and a unit, such as "30min"'),
    "span as number": ('gap = "3h"', "gap = 3", "training.gap: write a whole number and a unit"),
    "bad hour": ('"05:00"', '"25:00"', r"training.hours\[1\]: write a time of day"),
    "hour as number": ('"05:00"', "5", r"training.hours\[1\]: write a time of day"),
    "hours the wrong way": ('["05:00", "23:00"]', '["23:00", "05:00"]', "hours: the second time must be later"),
    "gap too long": ('gap = "3h"', 'gap = "18h"', "gap: the sessions of a day do not fit"),
    "half a catch-up day": ('catch_up = "1d"', 'catch_up = "12h"', "catch_up: write whole days"),
    "unknown version": ('version = "sham"', 'version = "placebo"', r"arms\[2\].version: write 'active' or 'sham'"),
    "arm twice": ('key = "ketamine-sham"', 'key = "ketamine-training"', "the key 'ketamine-training' stands twice"),
    "ratio of none": ("ratio = 1", "ratio = 0", r"arms\[1\].ratio: write 1 or more"),
    "title empty": ('title = "Ketamine and self-association training for depression"', 'title = ""', "study.title"),
    "unknown rule": ('after_that = "restart"', 'after_that = "maybe"', "training.after_that"),
}


@pytest.mark.parametrize(("right", "wrong", "message"), MISTAKES.values(), ids=MISTAKES)
def test_a_mistake_names_file_key_and_remedy(right: str, wrong: str, message: str) -> None:
    assert right in SHIPPED
    with pytest.raises(StudyFileError, match=message) as refused:
        read_study(SHIPPED.replace(right, wrong, 1), "mine.toml")
    assert str(refused.value).startswith("mine.toml: ")


def test_spans_and_hours_may_be_given_as_values() -> None:
    rules = TrainingRules(pack="self-worth", gap=timedelta(hours=2), hours=(time(6), time(20)))
    assert rules.gap == timedelta(hours=2)
