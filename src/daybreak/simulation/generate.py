"""Trials, a block at a time. `plain.py` makes the same data person by person, for reading and for the tests.

A trial is one whole made-up study. In meaning the trial comes first, as the shapes of `Trials` say; in memory it comes
last, so that each step is one sweep over all trials of the block.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast

import numpy as np
import numpy.typing as npt
from scipy import special

from daybreak.simulation.design import Design
from daybreak.simulation.draws import Draws, draws_of

Array = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Trials:
    """A block of R trials of n people with T visits after the baseline.

    `change` (R, n, T) is nan where nobody was seen; in memory the trial is the last axis, so `change.T` is contiguous.
    `baseline` and `dose` are (R, n). All trials share `arm` and `site` (n,), as places in the design's lists.
    """

    change: Array
    baseline: Array
    arm: npt.NDArray[np.int64]
    site: npt.NDArray[np.int64]
    dose: Array

    @property
    def seen(self) -> npt.NDArray[np.int64]:
        """How many people each trial has with any value after the baseline."""
        return cast("npt.NDArray[np.int64]", (~np.isnan(self.change)).any(axis=2).sum(axis=1))


def generate(design: Design, seed: int, block: int) -> Trials:
    """Return a block of trials, numbered from 0; seed and number alone decide its digits.

    Raises:
        StudyFileError: the seed is no whole number from 0 to 2^64 - 1.
    """
    return shaped(design, draws_of(design, seed, block))


def shaped(design: Design, draws: Draws) -> Trials:
    """Return the trials that these draws make under a design's assumptions."""
    arm = draws.arm
    entered = design.baselines.made(arm[:, None], draws.baseline)
    baseline = _on_scale(design, entered)
    values = np.empty(draws.later.shape)
    slopes, roots = regressions(design)
    away = entered - design.means[arm, 0][:, None]
    for visit in range(len(values)):
        value = design.means[arm, visit + 1][:, None] + slopes[arm, visit][:, None] * away
        for earlier in range(visit + 1):
            value += roots[arm, visit, earlier][:, None] * draws.later[earlier]
        _added(design, draws, visit, value)
        values[visit] = _on_scale(design, value)
    change = values - baseline
    _lose(design, draws, values, baseline, change)
    dose = draws.dose if draws.dose is not None else np.broadcast_to(design.doses.mean[arm][:, None], baseline.shape)
    return Trials(change.T, baseline.T, arm, draws.site, dose.T)


def regression(covariance: Array) -> tuple[Array, Array]:
    """Return how later values hang on the baseline: their slopes, and the Cholesky root of what the baseline leaves."""
    slope = covariance[1:, 0] / covariance[0, 0]
    left = covariance[1:, 1:] - np.outer(slope, covariance[0, 1:])
    return slope, np.asarray(np.linalg.cholesky(left), dtype=np.float64)


def regressions(design: Design) -> tuple[Array, Array]:
    """Return slopes and roots of each arm, those of the common covariance by the arm's own spread."""
    slope, root = regression(design.covariance)
    return slope * design.spreads, root * design.spreads[:, :, None]


def _added(design: Design, draws: Draws, visit: int, value: Array) -> None:
    """Add what dose, site and rater do to the values of a visit."""
    if draws.dose is not None:
        value += design.doses.effect[draws.arm, visit][:, None] * (draws.dose - design.doses.mean[draws.arm][:, None])
    if draws.sites is not None:
        value += design.site_sd * draws.sites[draws.site]
    if draws.raters is not None:
        value += design.rater_sd * draws.raters[visit]


def _on_scale(design: Design, value: Array) -> Array:
    if design.scale is None:
        return value
    low, high, step = design.scale
    stepped = low + step * np.rint((value - low) / step) if step else value
    return np.clip(stepped, low, high)


def _lose(design: Design, draws: Draws, values: Array, baseline: Array, change: Array) -> None:
    """Take away what nobody saw: values after a person left, and visits missed."""
    rules, arm = design.leaving, draws.arm
    here: Flags = np.ones(baseline.shape, dtype=bool)
    last = baseline - design.means[arm, 0][:, None]
    for visit in range(len(values)):
        seen = here
        if draws.leaving is not None:
            hazard = rules.hazards[arm, visit][:, None]
            if rules.by_value:
                now = values[visit] - design.means[arm, visit + 1][:, None]
                hazard = special.expit(special.logit(hazard) + rules.seen * last + rules.unseen * now)
            here &= draws.leaving[visit] >= hazard
        if draws.gaps is not None:
            seen = here & (draws.gaps[visit] >= rules.gaps[arm, visit][:, None])
        change[visit][~seen] = np.nan
        if rules.by_value:
            last = np.where(seen, values[visit] - design.means[arm, visit + 1][:, None], last)
