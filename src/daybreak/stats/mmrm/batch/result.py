"""What a batch of fits says: an array for each quantity, the replicate first."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from daybreak.stats.mmrm.people import Flags
from daybreak.stats.results import Array


@dataclass(frozen=True, eq=False)
class BatchFit:
    """R fits and C contrasts of each.

    `estimate`, `se`, `df`, `t` and `p` (two-sided) have shape (R, C); `coefficients` (R, p); `loglik` (R,) is the log
    restricted likelihood; `sigma` (R, T, T) the covariance of visits; `steps` (R,). Without a method for degrees of
    freedom `df` is infinite and `p` normal. `refitted` (R,) says which went to the exact single fit. Where that did
    not converge either, numbers are NaN, `converged` (R,) is false and `failures` has the reason by replicate.
    """

    estimate: Array
    se: Array
    df: Array
    t: Array
    p: Array
    coefficients: Array
    loglik: Array
    sigma: Array
    steps: npt.NDArray[np.int64]
    converged: Flags
    refitted: Flags
    failures: Mapping[int, str]
    backend: str

    @property
    def replicates(self) -> int:
        """How many data sets were fitted."""
        return len(self.loglik)

    def summary(self) -> str:
        """Return how the fitting went, in one line."""
        return (
            f"{self.replicates} fits by the {self.backend} path: {np.sum(self.converged)} converged, "
            f"{np.sum(self.refitted)} refitted one by one, {len(self.failures)} without a result; "
            f"{self.steps[self.converged].mean() if self.converged.any() else 0:.1f} steps on average"
        )
