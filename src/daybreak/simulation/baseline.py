"""Baselines of people who entered by a rule: a normal curve cut off at the limit, with the mean and SD asked for."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import optimize, special

from daybreak.core.study.assumed import EntryRules

Array = npt.NDArray[np.float64]
FAR = 10.0
"""How many SDs beyond the middle of its curve a limit is looked for; beyond, what is left is all but exponential."""


@dataclass(frozen=True)
class Baselines:
    """How baselines are made from standard normal deviates, one figure an arm in each array.

    Without an entry rule a deviate is stretched to `sd` around `mean`. With one, `centre` and `width` are of the normal
    curve behind and `share` is what of it lies inside the limit; `side` is 1 for a lowest and -1 for a highest value.
    """

    mean: Array
    sd: float
    centre: Array
    width: Array
    share: Array
    side: int

    def made(self, arm: int | npt.NDArray[np.int64], deviate: float | Array) -> Array:
        """Return baselines of people of an arm."""
        if not self.side:
            return np.asarray(self.mean[arm] + self.sd * deviate, dtype=np.float64)
        beyond = special.ndtri(special.ndtr(-deviate) * self.share[arm])
        return np.asarray(self.centre[arm] - self.side * (self.width[arm] * beyond), dtype=np.float64)


def baselines_of(means: Array, sd: float, entry: EntryRules | None) -> Baselines:
    """Return how baselines with these means, one an arm, and this standard deviation are made.

    The study file made sure that each mean lies far enough inside the limit.
    """
    if entry is None:
        return Baselines(means, sd, means, np.full(len(means), sd), np.ones(len(means)), 0)
    side, limit = (1, entry.least) if entry.least is not None else (-1, entry.most)
    cuts = np.array([_cut(entry.room(float(mean)) / sd) for mean in means])
    width = sd / np.sqrt(_variance(cuts))
    edge = 0.0 if limit is None else limit
    return Baselines(means, sd, edge - side * width * cuts, width, special.ndtr(-cuts), side)


def _cut(room: float) -> float:
    """Return where a standard normal curve is cut if the mean of what is left lies so many of its SDs from the cut."""

    def short(cut: float) -> float:
        return float((_mills(cut) - cut) / np.sqrt(_variance(cut)) - room)

    return float(optimize.brentq(short, -room - 1, FAR, xtol=1e-14))


def _mills(cut: float | Array) -> float | Array:
    """Return the mean of a standard normal variable above a cut."""
    square = np.asarray(cut) ** 2
    value: float | Array = np.exp(-square / 2 - special.log_ndtr(-np.asarray(cut))) / np.sqrt(2 * np.pi)
    return value


def _variance(cut: float | Array) -> float | Array:
    """Return the variance of a standard normal variable above a cut."""
    mean = _mills(cut)
    return 1 + cut * mean - mean**2
