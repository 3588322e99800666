"""Spatial exponential covariance: s^2 rho^distance, with each person's own distances.

Parameters as in R mmrm: the log of the variance and the logit of rho, the correlation at distance 1.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from daybreak.core.errors import FitError
from daybreak.stats.mmrm.likelihood import Local, NotPositiveError
from daybreak.stats.mmrm.people import Block
from daybreak.stats.results import Array

SIZE = 2


@dataclass(frozen=True)
class Exponential:
    """The structure."""

    size: int = SIZE

    def local(self, theta: Array, block: Block) -> Local:
        """Return covariances and derivatives of a block's patterns.

        Raises:
            NotPositiveError: the correlation is 0 or 1 but for rounding.
        """
        rho = 1 / (1 + np.exp(-theta[1]))
        if not 1e-300 < rho < 1:
            raise NotPositiveError
        apart = block.distances
        rest = 1 - rho
        matrix = np.exp(theta[0] + apart * np.log(rho))
        slope = matrix * apart * rest
        bend = slope * (apart * rest - rho)
        return Local(matrix, np.stack([matrix, slope]), np.stack([[matrix, slope], [slope, bend]]))

    def at_distances(self, theta: Array) -> Array:
        """Return the covariance of two observations at distance 1, shape (2, 2)."""
        rho = 1 / (1 + np.exp(-theta[1]))
        found: Array = np.exp(theta[0]) * np.array([[1.0, rho], [rho, 1.0]])
        return found


def shortest(blocks: tuple[Block, ...]) -> float:
    """Return the shortest distance between two observations of a person that are not at one place."""
    apart = np.concatenate([block.distances[block.seen > 0] for block in blocks])
    return float(apart[apart > 0].min())


def starts(blocks: tuple[Block, ...], variance: float, groups: int) -> list[tuple[str, Array]]:
    """Return starting values: correlations of a half, a tenth and nine tenths at the middle distance.

    Raises:
        FitError: nobody was seen at two different places.
    """
    apart = np.concatenate([block.distances[block.seen > 0] for block in blocks])
    apart = apart[apart > 0]
    if not apart.size:
        raise FitError("No person was seen at two different coordinates.", remedy="Use another covariance.")
    middle = float(np.median(apart))
    found = []
    for half in (0.5, 0.1, 0.9):
        rho = np.clip(half ** (1 / middle), 1e-12, 1 - 1e-12)
        theta = np.array([np.log(variance), np.log(rho / (1 - rho))])
        found.append((f"correlation {half:g} at the middle distance", np.tile(theta, groups)))
    return found
