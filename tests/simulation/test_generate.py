"""Whole blocks of trials are what the plain path makes, person by person, from the same draws."""

from __future__ import annotations

import numpy as np
import pytest

from daybreak.core.errors import StudyFileError
from daybreak.core.study import StudyFile
from daybreak.simulation.design import design_of
from daybreak.simulation.draws import BLOCK, draws_of
from daybreak.simulation.generate import generate, shaped
from daybreak.simulation.plain import people_of
from daybreak.simulation.rows import trial_rows
from tests.simulation.made_up import ARMS, EVERYTHING, FACTORIAL, PLAIN, PUBLISHED, SITES, assuming

BY_CHANCE = {"method": "minimisation", "factors": ["site"], "probability": 0.8}
FILES = {
    "as shipped": PUBLISHED,
    "two by two": FACTORIAL,
    "means and covariance alone": assuming(PLAIN),
    "everything": EVERYTHING,
    "limit above": assuming({"entry": {"most": 40.0}}),
    "spreads of their own": assuming({"sd_by_arm": {ARMS[0]: [8.0, 9.0, 11.0, 12.0, 13.0], ARMS[2]: [7.5] * 5}}),
    "bounds without steps": assuming({"scale": {"low": 10.0, "high": 35.0, "step": 0.0}}),
    "steps of two": assuming({"scale": {"low": 1.0, "high": 61.0, "step": 2.0}}),
    "missing at random": assuming({"dropout": dict.fromkeys(ARMS, 0.4), "dropout_by": {"seen": 0.1}}),
    "everybody leaves": assuming({"dropout": {}, "hazards": {ARMS[0]: [0.0, 0.0, 1.0, 0.0, 0.0]}}),
    "minimisation": assuming({}, sites=SITES, allocation=BY_CHANCE),
}


@pytest.mark.parametrize("file", FILES.values(), ids=FILES)
def test_a_block_is_what_the_plain_path_makes_to_the_last_digit(file: StudyFile) -> None:
    design = design_of(file, 23)
    draws = draws_of(design, seed=7, block=3)
    trials = shaped(design, draws)
    for trial in (0, 101, BLOCK - 1):
        people = people_of(design, draws, trial)
        assert np.array_equal([one.change for one in people], trials.change[trial], equal_nan=True)
        assert [one.baseline for one in people] == trials.baseline[trial].tolist()
        assert [one.dose for one in people] == trials.dose[trial].tolist()
        assert [one.arm for one in people] == [design.arms[place] for place in trials.arm]
        assert [one.site for one in people] == [design.sites[place] for place in trials.site]


def test_the_same_seed_and_block_give_the_same_digits_and_others_do_not() -> None:
    design = design_of(EVERYTHING, 12)
    one, again = generate(design, 5, 2), generate(design, 5, 2)
    assert one.change.tobytes() == again.change.tobytes()
    for seed, block in ((5, 3), (6, 2)):
        assert not np.array_equal(generate(design, seed, block).baseline, one.baseline)


def test_the_trial_comes_first_in_meaning_and_last_in_memory() -> None:
    trials = generate(design_of(PUBLISHED, 10), 1, 0)
    assert trials.change.shape == (BLOCK, 10, 5)
    assert trials.baseline.shape == trials.dose.shape == (BLOCK, 10)
    assert trials.change.T.flags.c_contiguous
    assert trials.arm.shape == trials.site.shape == (10,)


def test_another_effect_meets_the_same_people() -> None:
    file = assuming({**PLAIN, "gaps": {ARMS[0]: [0.2] * 5}})
    as_written, none = (generate(design_of(file, 30, effect=effect), 9, 0) for effect in (1.0, 0.0))
    without = generate(design_of(assuming(PLAIN), 30), 9, 0)
    assert np.array_equal(as_written.baseline, none.baseline)
    assert np.array_equal(np.isnan(as_written.change), np.isnan(none.change))
    seen = ~np.isnan(as_written.change)
    assert np.array_equal(as_written.change[seen], without.change[seen])


def test_seen_counts_the_people_with_any_value_after_the_baseline() -> None:
    file = assuming({"dropout": {}, "hazards": {arm: [0.5, 0.0, 0.0, 0.0, 0.0] for arm in ARMS}})
    trials = generate(design_of(file, 40), 3, 0)
    assert trials.seen.tolist() == [int((~np.isnan(trial[:, -1])).sum()) for trial in trials.change]
    assert abs(trials.seen.mean() - 20) < 4 * np.sqrt(10 / BLOCK)


@pytest.mark.parametrize("seed", [-1, 1 << 64])
def test_a_seed_no_stream_can_have_is_refused_in_a_sentence(seed: int) -> None:
    with pytest.raises(StudyFileError, match=r"seed: the seed cannot be .* Write a whole number from 0 to 2\^64 - 1"):
        generate(design_of(PUBLISHED, 10), seed, 0)


def test_a_seed_makes_the_same_study_on_every_machine() -> None:
    rows = trial_rows(design_of(PUBLISHED, 154), seed=154, number=256).head(10)
    assert rows["arm"].to_list()[::5] == ["ketamine-training", "saline-training"]
    assert rows["baseline"].to_list()[::5] == [31, 29]
    assert rows["change"].to_list() == [1, -9, -15, -4, -8, 8, 3, None, None, None]
    assert rows["dose"].to_list()[::5] == pytest.approx([0.7640671065547185, 0.8359844762281265])
