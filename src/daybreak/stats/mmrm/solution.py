"""A covariance at its maximum, in coordinates where the covariance of the estimates is the identity.

There beta = centre + `way` b with cov(b) = I, so what Satterthwaite, Kenward and Roger and the sandwich need are small
matrices: the slope of A = X'V^-1 X in each parameter (`slopes`), and twice the inverse Hessian (`weights`).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from daybreak.stats.mmrm.likelihood import Point
from daybreak.stats.mmrm.people import People
from daybreak.stats.results import Array


@dataclass(frozen=True, eq=False)
class Solution:
    """The end of a fit."""

    point: Point

    @property
    def people(self) -> People:
        """The data."""
        return self.point.likelihood.people

    @cached_property
    def way(self) -> Array:
        """From the coordinates to the coefficients, shape (p, p); way @ way.T is their model covariance."""
        half = np.linalg.solve(self.people.triangle, np.linalg.inv(self.point.lower).T)
        return np.asarray(self.people.scale * half, dtype=np.float64)

    @cached_property
    def beta(self) -> Array:
        """The coefficients."""
        people = self.people
        return people.centre + people.scale * np.linalg.solve(people.triangle, self.point.gamma)

    @cached_property
    def weights(self) -> Array:
        """Asymptotic covariance of the parameters by the observed information."""
        observed = self.point.observed
        scale = 1 / np.sqrt(np.diag(observed))
        return 2 * np.linalg.inv(observed * np.outer(scale, scale)) * np.outer(scale, scale)

    @cached_property
    def slopes(self) -> Array:
        """Minus the slope of A, shape (m, p, p); also the slope of its inverse, for A is the identity here."""
        found: Array = self.point.directions[:, :-1, :-1]
        return found

    @property
    def loglik(self) -> float:
        """The log (restricted) likelihood."""
        return -0.5 * (self.point.value + self.point.likelihood.constant)
