"""The shipped assumptions give the statistics that the published study reported, on average over many trials.

Each trial is judged by least squares on the people with every value, which needs no mixed model; that a few are left
out moves a mean t by less than the tolerance.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pytest

from daybreak.simulation.design import design_of
from daybreak.simulation.generate import generate
from tests.simulation.made_up import ARMS, PUBLISHED

Array = npt.NDArray[np.float64]
DESIGN = design_of(PUBLISHED, 154)
TRIALS = generate(DESIGN, 1, 0)
DAYS = DESIGN.days[1:]
SHARE = (DAYS - DAYS.mean()) / ((DAYS - DAYS.mean()) @ (DAYS - DAYS.mean()))


def adjusted_t(of_arm: Array, baseline: Array, outcome: Array) -> float:
    """Return the t of an arm's difference, adjusted for the baseline."""
    columns = np.column_stack([np.ones(len(outcome)), of_arm, baseline])
    inverse = np.linalg.inv(columns.T @ columns)
    found = inverse @ columns.T @ outcome
    rest = outcome - columns @ found
    return float(found[1] / np.sqrt(rest @ rest / (len(outcome) - 3) * inverse[1, 1]))


def mean_t(arms: tuple[int, ...], ones: tuple[int, ...], weights: Array) -> float:
    """Return the mean over trials of the t of arms `ones` against the others of `arms`, for weighted visits."""
    found = []
    for change, baseline in zip(TRIALS.change, TRIALS.baseline, strict=True):
        asked = weights != 0
        whole = np.isin(TRIALS.arm, arms) & ~np.isnan(change[:, asked]).any(axis=1)
        outcome = change[whole][:, asked] @ weights[asked]
        found.append(adjusted_t(np.isin(TRIALS.arm[whole], ones).astype(float), baseline[whole], outcome))
    return float(np.mean(found))


def slope_t(arm: int) -> float:
    """Return the mean over trials of the t of an arm's own straight line from 24 hours to day 30."""
    theirs = TRIALS.change[:, arm == TRIALS.arm] @ SHARE
    counts = (~np.isnan(theirs)).sum(axis=1)
    t = np.nanmean(theirs, axis=1) / (np.nanstd(theirs, axis=1, ddof=1) / np.sqrt(counts))
    return float(t.mean())


def test_ketamine_against_saline_at_24_hours() -> None:
    assert mean_t((0, 1, 2), (0, 1), np.array([1.0, 0, 0, 0, 0])) == pytest.approx(-4.3, abs=0.25)


def test_training_after_ketamine_against_training_after_saline_over_24_hours_to_day_30() -> None:
    assert ARMS[0] == "ketamine-training"
    assert ARMS[2] == "saline-training"
    assert mean_t((0, 2), (0,), np.full(5, 0.2)) == pytest.approx(-3.6, abs=0.25)


def test_the_sham_trained_rise_and_the_trained_stay() -> None:
    assert slope_t(1) > 3
    assert abs(slope_t(0)) < 1
