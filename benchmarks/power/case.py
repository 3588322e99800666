"""The case: 154 people in three arms, baseline and six visits, a tenth of the responses missing, two contrasts."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from daybreak.stats.mmrm.batch import crossed
from daybreak.stats.results import Array

ARMS = 3


@dataclass(frozen=True)
class Size:
    """How many people and visits, and the chance to leave before each visit but the first, and to miss one.

    As they stand, the last two take a tenth of all responses.
    """

    people: int = 154
    visits: int = 6
    leave: float = 0.02
    gap: float = 0.05


USUAL = Size()


@dataclass(frozen=True, eq=False)
class Case:
    """Responses (R, n, T), covariates (R, n, K)."""

    y: Array
    z: Array

    @property
    def missing(self) -> float:
        """The share of responses missing."""
        return float(np.isnan(self.y).mean())


def way(visits: int = USUAL.visits) -> Array:
    """`change ~ baseline + arm * visit`: intercept and arms at each visit, one slope."""
    return crossed(visits, [True] * ARMS + [False])


def contrasts(visits: int = USUAL.visits) -> Array:
    """The third arm less the first, at the first and the last visit."""
    rows = np.zeros((2, ARMS * visits + 1))
    rows[0, 2 * visits] = rows[1, 3 * visits - 1] = 1.0
    return rows


def draw(seed: int, replicates: int, size: Size = USUAL) -> Case:
    """Return data sets with an autoregressive course and effects that grow."""
    rng = np.random.default_rng(seed)
    people, visits = size.people, size.visits
    arm = np.arange(people) % ARMS
    days = np.arange(visits)
    covariance = 49.0 * 0.8 ** np.abs(days[:, None] - days)
    baseline = rng.normal(0, 5, (replicates, people))
    noise = rng.normal(size=(replicates, people, visits)) @ np.linalg.cholesky(covariance).T
    effect = -np.arange(ARMS)[arm][:, None] * np.linspace(1, 3, visits)
    y = effect - 0.5 * baseline[:, :, None] + noise
    left = np.logical_or.accumulate(rng.random(y.shape) < np.where(days > 0, size.leave, 0.0), axis=2)
    y[left | (rng.random(y.shape) < size.gap)] = np.nan
    fixed = np.stack([np.ones(people), arm == 1, arm == 2], axis=1)
    z = np.concatenate([np.broadcast_to(fixed, (replicates, *fixed.shape)), baseline[:, :, None]], axis=2)
    return Case(y, z)
