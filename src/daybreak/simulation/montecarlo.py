"""How well a share of trials is known: of trials that all assume the same, or of blocks that each assume their own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import nan, sqrt

import numpy as np
from scipy import special

from daybreak.simulation.ranges import GROUPS
from daybreak.stats.proportions import share

LEVEL = 0.95
QUANTILES = (0.05, 0.5, 0.95)


@dataclass(frozen=True)
class Known:
    """A share with its Monte-Carlo standard error and 95 % limits.

    `draws` counts the blocks that assume their own, and `quantiles` are of their shares: the 5th, 50th and 95th in
    100.
    """

    power: float
    mc_se: float
    low: float
    high: float
    draws: int = 0
    quantiles: tuple[float, ...] = ()


def of_trials(hits: int, trials: int) -> Known:
    """Return the share of independent trials, with Wilson's limits."""
    told = share(hits, trials, level=LEVEL)
    error = float(np.sqrt(told.estimate * (1 - told.estimate) / trials))
    return Known(told.estimate, error, told.ci_low, told.ci_high)


def of_blocks(counts: Mapping[int, tuple[int, int]]) -> Known:
    """Return the share over blocks, given as hits and trials of each, whose trials share what was drawn for them.

    Blocks are taken together by their group, and the error is that of a ratio over independent groups (Wolter,
    Introduction to variance estimation, 2nd edition, 2007, chapter 2): what lies between blocks is in it. Limits are
    Student's, with one degree of freedom fewer than groups, and never narrower than Wilson's. With one group there is
    no error.
    """
    hits, trials = (sum(count[place] for count in counts.values()) for place in (0, 1))
    plain = of_trials(hits, trials)
    groups: dict[int, float] = {}
    for block, (some, of) in counts.items():
        groups[block % GROUPS] = groups.get(block % GROUPS, 0.0) + some - plain.power * of
    number = len(groups)
    shares = [some / of for some, of in counts.values()]
    quantiles = tuple(float(value) for value in np.quantile(shares, QUANTILES))
    if number == 1:
        return Known(plain.power, nan, nan, nan, len(counts), quantiles)
    error = sqrt(number / (number - 1) * sum(away**2 for away in groups.values())) / trials
    half = float(special.stdtrit(number - 1, (1 + LEVEL) / 2)) * error
    low, high = min(plain.low, max(0.0, plain.power - half)), max(plain.high, min(1.0, plain.power + half))
    return Known(plain.power, error, low, high, len(counts), quantiles)
