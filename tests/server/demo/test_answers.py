"""What the demo's people answer: always something the instrument takes, worse when they are worse, and by no arm."""

from __future__ import annotations

import inspect
from datetime import date
from random import Random
from statistics import mean

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from daybreak.core.instruments import INSTRUMENTS, Instrument
from daybreak.server.demo.answers import Mood, plausible, typed

TODAY = date(2026, 5, 4)
ASKED = [each for each in INSTRUMENTS.values() if each.items]


@pytest.mark.parametrize("instrument", ASKED, ids=lambda each: each.key)
@settings(deadline=None)
@given(level=st.floats(0, 1), seed=st.integers(0, 10_000))
def test_every_answer_is_one_the_instrument_takes_and_none_is_missing(
    instrument: Instrument, level: float, seed: int
) -> None:
    answers = plausible(instrument, level, TODAY, Random(seed))
    assert instrument.missing(answers) == ()
    assert {item.key for item in instrument.asked(answers)} >= set(answers)
    for key, value in typed(answers):
        assert instrument.item(key).read(value) == answers[key]


@pytest.mark.parametrize(("key", "score"), [("madrs", "total"), ("qids-sr", "total")])
def test_whoever_is_worse_scores_higher(key: str, score: str) -> None:
    def average(level: float) -> float:
        scored = (
            INSTRUMENTS[key].scores_of(plausible(INSTRUMENTS[key], level, TODAY, Random(n)))[score] for n in range(200)
        )
        return mean(value for value in scored if value is not None)

    assert average(0.1) < average(0.3) < average(0.6) < average(0.9)


def test_before_the_infusion_people_score_as_those_of_the_published_trial_do() -> None:
    totals = []
    for seed in range(300):
        chance = Random(seed)
        answers = plausible(INSTRUMENTS["madrs"], Mood.drawn(chance).at(None, chance), TODAY, chance)
        totals.append(INSTRUMENTS["madrs"].scores_of(answers)["total"] or 0)
    assert 28 < mean(totals) < 36


def test_most_feel_better_a_day_after_the_infusion_and_somewhat_worse_by_the_end() -> None:
    before, after, end = [], [], []
    for seed in range(300):
        mood, chance = Mood.drawn(Random(seed)), Random(seed)
        before.append(mood.at(None, chance))
        after.append(mood.at(1, chance))
        end.append(mood.at(300, chance))
    assert mean(after) < mean(end) < mean(before)


def test_few_think_of_suicide_and_some_do_so_that_alerts_are_seen() -> None:
    qids = INSTRUMENTS["qids-sr"]
    high = sum(
        int(plausible(qids, 0.4, TODAY, Random(n)).get("suicidal_thoughts", 0)) >= 2  # type: ignore[arg-type]
        for n in range(1000)
    )
    assert 3 < high < 60


def test_no_answer_is_made_from_an_arm() -> None:
    for made in (plausible, Mood.drawn, Mood.at):
        assert not {"arm", "version", "drug", "participant"} & set(inspect.signature(made).parameters)
