"""Random terms as arrays, and the directions in which their covariance can move."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from daybreak.stats.frame import RandomEffects
from daybreak.stats.results import Array


def split(term: RandomEffects) -> tuple[RandomEffects, ...]:
    """Return one term for each effect: what `||` asks for, no correlation between them."""
    return tuple(
        term._replace(columns=term.columns[:, [place]], names=(name,)) for place, name in enumerate(term.names)
    )


@dataclass(frozen=True)
class Direction:
    """A symmetric change of the covariance matrix of one term, the same at each of its levels."""

    term: int
    change: Array


@dataclass(frozen=True)
class Shape:
    """The parameters theta: for each term the lower triangle of its relative Cholesky factor, column by column.

    The random effects of a level are N(0, sigma^2 L L'). Bates et al. (2015) bound the diagonal of L below by nil; here
    theta is free, because the likelihood depends on L L' alone, and `upright` turns the signs afterwards.
    """

    sizes: tuple[int, ...]

    @property
    def entries(self) -> tuple[tuple[int, int, int], ...]:
        """Return term, row and column of each parameter."""
        return tuple((t, r, c) for t, q in enumerate(self.sizes) for c in range(q) for r in range(c, q))

    @property
    def diagonal(self) -> npt.NDArray[np.bool_]:
        """Return which parameters stand on a diagonal."""
        return np.array([r == c for _, r, c in self.entries])

    def factors(self, theta: Array) -> tuple[Array, ...]:
        """Return the lower triangular factor of each term."""
        factors = tuple(np.zeros((q, q)) for q in self.sizes)
        for value, (t, r, c) in zip(theta, self.entries, strict=True):
            factors[t][r, c] = value
        return factors

    def gather(self, factors: Sequence[Array]) -> Array:
        """Return theta of these factors."""
        return np.array([factors[t][r, c] for t, r, c in self.entries])

    def upright(self, theta: Array) -> Array:
        """Return the theta with the same covariance whose diagonals are not negative."""
        turned = [factor * np.where(np.diag(factor) < 0, -1.0, 1.0) for factor in self.factors(theta)]
        return self.gather(turned)

    def slopes(self, theta: Array) -> tuple[Direction, ...]:
        """Return the derivative of L L' by each parameter."""
        factors = self.factors(theta)
        directions = []
        for t, r, c in self.entries:
            half = np.zeros((self.sizes[t], self.sizes[t]))
            half[r] = factors[t][:, c]
            directions.append(Direction(t, half + half.T))
        return tuple(directions)

    def bends(self) -> tuple[tuple[int, int, Direction], ...]:
        """Return the second derivatives of L L' that are not nil, as pairs of parameters k <= l."""
        bends = []
        for k, (t, r, c) in enumerate(self.entries):
            for m, (other, s, d) in enumerate(self.entries):
                if m >= k and other == t and d == c:
                    change = np.zeros((self.sizes[t], self.sizes[t]))
                    change[r, s] += 1.0
                    change[s, r] += 1.0
                    bends.append((k, m, Direction(t, change)))
        return tuple(bends)

    def units(self) -> tuple[Direction, ...]:
        """Return the variances and covariances themselves as directions: the linear parametrisation of V."""
        directions = []
        for t, r, c in self.entries:
            change = np.zeros((self.sizes[t], self.sizes[t]))
            change[r, c] = change[c, r] = 1.0
            directions.append(Direction(t, change))
        return tuple(directions)
