"""The case: 154 people in three arms, baseline and six visits, a tenth of the responses missing, two contrasts."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from daybreak.stats.mmrm.batch import crossed
from daybreak.stats.results import Array

PEOPLE, VISITS, ARMS = 154, 6, 3
LEAVE, GAP = 0.02, 0.05
"""The chance to leave before each visit but the first, and to miss one: together a tenth of all responses."""


@dataclass(frozen=True, eq=False)
class Case:
    """Responses (R, n, T), covariates (R, n, K)."""

    y: Array
    z: Array

    @property
    def missing(self) -> float:
        """The share of responses missing."""
        return float(np.isnan(self.y).mean())


def way() -> Array:
    """`change ~ baseline + arm * visit`: intercept and arms at each visit, one slope."""
    return crossed(VISITS, [True] * ARMS + [False])


def contrasts() -> Array:
    """The third arm less the first, at the first and the last visit."""
    rows = np.zeros((2, way().shape[1]))
    rows[0, 2 * VISITS] = rows[1, 3 * VISITS - 1] = 1.0
    return rows


def draw(seed: int, replicates: int) -> Case:
    """Return data sets with an autoregressive course and effects that grow."""
    rng = np.random.default_rng(seed)
    arm = np.arange(PEOPLE) % ARMS
    days = np.arange(VISITS)
    covariance = 49.0 * 0.8 ** np.abs(days[:, None] - days)
    baseline = rng.normal(0, 5, (replicates, PEOPLE))
    noise = rng.normal(size=(replicates, PEOPLE, VISITS)) @ np.linalg.cholesky(covariance).T
    effect = -np.arange(ARMS)[arm][:, None] * np.linspace(1, 3, VISITS)
    y = effect - 0.5 * baseline[:, :, None] + noise
    left = np.logical_or.accumulate(rng.random(y.shape) < np.where(days > 0, LEAVE, 0.0), axis=2)
    y[left | (rng.random(y.shape) < GAP)] = np.nan
    fixed = np.stack([np.ones(PEOPLE), arm == 1, arm == 2], axis=1)
    z = np.concatenate([np.broadcast_to(fixed, (replicates, *fixed.shape)), baseline[:, :, None]], axis=2)
    return Case(y, z)
