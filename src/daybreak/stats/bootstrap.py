"""The bootstrap: rows drawn with replacement from a seed, percentile limits, and BCa limits (Efron 1987)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from scipy import special

from daybreak.core.errors import FitError
from daybreak.stats.results import Array

FEWEST = 200
CHUNK = 500


@dataclass(frozen=True)
class Bootstrap:
    """How limits are drawn: number of draws, seed, level of the limits."""

    draws: int = 5000
    seed: int = 1
    level: float = 0.95

    def check(self) -> None:
        """Do nothing, if the numbers make sense.

        Raises:
            FitError: there are fewer than 200 draws, or the level is not between 0 and 1.
        """
        if self.draws < FEWEST:
            remedy = f"Ask for {FEWEST} at least; 5,000 is usual."
            raise FitError(f"{self.draws} draws are too few for limits.", where="bootstrap", remedy=remedy)
        if not 0 < self.level < 1:
            remedy = "Write one as 0.95."
            raise FitError(f"A confidence level of {self.level:g} makes no sense.", where="bootstrap", remedy=remedy)


USUAL = Bootstrap()


def resampled(rows: int, bootstrap: Bootstrap) -> Iterator[Array]:
    """Yield how often each row is drawn, shape (d, rows), at most 500 draws at a time."""
    rng = np.random.default_rng(bootstrap.seed)
    for start in range(0, bootstrap.draws, CHUNK):
        picked = rng.integers(0, rows, size=(min(CHUNK, bootstrap.draws - start), rows))
        apart = picked + rows * np.arange(len(picked))[:, None]
        yield np.bincount(apart.ravel(), minlength=picked.size).reshape(picked.shape).astype(float)


def percentile(drawn: Array, level: float) -> tuple[float, float]:
    """Return the quantiles of the draws."""
    low, high = np.quantile(drawn, [(1 - level) / 2, (1 + level) / 2]).tolist()
    return low, high


def accelerated(estimate: float, drawn: Array, without: Array, level: float) -> tuple[float, float]:
    """Return BCa limits; `without` holds the estimate with each row left out in turn."""
    share = float(np.mean(drawn < estimate) + np.mean(drawn == estimate) / 2)
    bias = float(special.ndtri(np.clip(share, 0.5 / len(drawn), 1 - 0.5 / len(drawn))))
    pull = without.mean() - without
    acceleration = float(np.sum(pull**3) / (6 * np.sum(pull**2) ** 1.5))
    moved = bias + special.ndtri(np.array([(1 - level) / 2, (1 + level) / 2]))
    low, high = np.quantile(drawn, special.ndtr(bias + moved / (1 - acceleration * moved))).tolist()
    return low, high
