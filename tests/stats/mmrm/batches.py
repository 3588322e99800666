"""Random batches for the tests: arrays as a simulation makes them, and the same people as rows of a table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pytest

from daybreak.stats.frame import frame
from daybreak.stats.mmrm import mmrm
from daybreak.stats.mmrm.batch import BatchFit, Moments, crossed, fit_moments, moments_of
from daybreak.stats.mmrm.fit import inference, maximise
from daybreak.stats.mmrm.model import laid_out
from daybreak.stats.mmrm.people import Codes
from daybreak.stats.mmrm.solution import Solution
from daybreak.stats.optimise import solved
from daybreak.stats.results import Array

FORMULA = "y ~ baseline + arm * visit + us(visit | id)"
# Estimates, standard errors, df, log likelihood, covariance.
Told = tuple[Array, Array, Array, float, Array]


@dataclass(frozen=True, eq=False)
class Batch:
    """Responses (R, n, T), arm (n,), baseline (R, n)."""

    y: Array
    arm: Codes
    baseline: Array

    @property
    def arms(self) -> int:
        return int(self.arm.max()) + 1

    @property
    def visits(self) -> int:
        return int(self.y.shape[2])

    @property
    def z(self) -> Array:
        """Intercept, arms but the first, baseline; shape (R, n, K)."""
        fixed = np.column_stack([np.ones(len(self.arm)), *(self.arm == arm for arm in range(1, self.arms))])
        whole = np.broadcast_to(fixed, (len(self.y), *fixed.shape))
        return np.concatenate([whole, self.baseline[:, :, None]], axis=2)

    @property
    def moments(self) -> Moments:
        return moments_of(self.y, self.z)

    @property
    def way(self) -> Array:
        """Baseline once, the rest crossed with visit: `y ~ baseline + arm * visit`."""
        return crossed(self.visits, [True] * self.arms + [False])

    @property
    def contrasts(self) -> Array:
        """The last arm less the first, at the first and the last visit."""
        rows = np.zeros((2, self.way.shape[1]))
        last = (self.arms - 1) * self.visits
        rows[0, last] = rows[1, last + self.visits - 1] = 1.0
        return rows

    def fit(self, **choices: object) -> BatchFit:
        return fit_moments(self.moments, self.contrasts, way=self.way, **choices)  # type: ignore[arg-type]

    def rows(self, replicate: int) -> dict[str, object]:
        """One replicate as a table."""
        person, visit = np.nonzero(~np.isnan(self.y[replicate]))
        return {
            "y": self.y[replicate][person, visit],
            "baseline": self.baseline[replicate][person],
            "arm": [f"arm {self.arm[each]}" for each in person],
            "visit": [f"visit {each}" for each in visit],
            "id": [f"person {each:03d}" for each in person],
        }

    @property
    def levels(self) -> dict[str, list[str]]:
        return {"visit": [f"visit {each}" for each in range(self.visits)]}

    def single(self, replicate: int, df: str = "satterthwaite") -> Told:
        """The exact fit of one replicate's rows."""
        fit = mmrm(FORMULA, self.rows(replicate), levels=self.levels, df=df)
        rows = self.single_contrasts(fit.coding.names)
        se = np.sqrt(np.einsum("cp,pq,cq->c", rows, fit.beta_covariance, rows))
        return rows @ fit.beta, se, fit.df(rows), fit.loglik, fit.visit_covariance[""]

    def polished(self, replicate: int, df: str = "satterthwaite") -> Told:
        """The same after one more of its own Newton steps: a decrement of 1e-12 leaves 1e-6 of a parameter's error."""
        coded = frame(FORMULA, self.rows(replicate), levels=self.levels)
        model = laid_out(coded)
        point, _ = maximise(model, reml=True)
        point = point.likelihood.at(point.theta + solved(point.observed, point.gradient)[0])
        solution = Solution(point)
        rows = self.single_contrasts(coded.coding.names)
        hat = rows @ solution.way
        covariance, degrees = inference(solution, model, df, "model")
        se = np.sqrt(np.einsum("cp,pq,cq->c", hat, covariance, hat))
        sigma = model.family.matrices(point.theta)[0]
        return rows @ solution.beta, se, degrees.alone(rows, hat), solution.loglik, sigma

    def single_contrasts(self, names: Sequence[str]) -> Array:
        """`contrasts` in the coding of the single fit."""
        rows = np.zeros((2, len(names)))
        arm = f"armarm {self.arms - 1}"
        rows[:, names.index(arm)] = 1.0
        if self.visits > 1:
            rows[1, names.index(f"{arm}:visitvisit {self.visits - 1}")] = 1.0
        return rows


def told(fit: BatchFit, place: int) -> list[float]:
    """All that a batch says of one replicate."""
    one = (fit.estimate[place], fit.se[place], fit.df[place], [fit.loglik[place]], fit.sigma[place].reshape(-1))
    return [float(value) for part in one for value in part]


def like_single_fits(batch: Batch, fit: BatchFit, rel: float = 1e-8, df: str = "satterthwaite") -> None:
    """Hold every replicate against the single fit of its rows."""
    assert fit.converged.all()
    for place in range(len(batch.y)):
        estimate, se, freedom, loglik, sigma = batch.polished(place, df)
        single = [*estimate, *se, *freedom, loglik, *sigma.reshape(-1)]
        assert told(fit, place) == pytest.approx(single, rel=rel)
        unpolished = batch.single(place, df)
        assert fit.estimate[place] == pytest.approx(unpolished[0], rel=1e-5)
        assert fit.se[place] == pytest.approx(unpolished[1], rel=1e-5)
        assert fit.df[place] == pytest.approx(unpolished[2], rel=1e-5)


def drawn(
    seed: int, replicates: int = 3, people: int = 40, visits: int = 4, arms: int = 2, missing: float = 0.1
) -> Batch:
    """Return a batch: random-intercept responses with noise, dropouts as frequent as gaps."""
    rng = np.random.default_rng(seed)
    arm = np.arange(people) % arms
    baseline = rng.normal(28, 4, (replicates, people))
    level = rng.normal(0, 4, (replicates, people, 1)) + np.cumsum(
        rng.normal(0, 2, (replicates, people, visits)), axis=2
    )
    y = 2 - 0.4 * baseline[:, :, None] - 2.0 * arm[:, None] * np.linspace(0.3, 1, visits) + level
    y += rng.normal(0, 2, y.shape)
    gaps = rng.random(y.shape) < missing / 2
    left = np.cumsum(rng.random(y.shape) < missing / visits, axis=2) > 0
    left[:, :, 0] = False
    return Batch(np.where(gaps | left, np.nan, y), arm, baseline)
