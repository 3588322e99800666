"""A covariance structure joined to its data: how it is evaluated for each block, and where fitting it starts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from daybreak.core.errors import FitError
from daybreak.stats.mmrm import spatial
from daybreak.stats.mmrm.covariance import Cholesky, Structure, Unstructured
from daybreak.stats.mmrm.likelihood import Likelihood, Local
from daybreak.stats.mmrm.people import Block, People
from daybreak.stats.optimise import Rescue, bfgs, simplex
from daybreak.stats.results import Array

OTHERS = 8


class Family(Protocol):
    """A covariance structure with its data: how it is evaluated, and where to start."""

    @property
    def structure(self) -> Structure | spatial.Exponential:
        """The structure."""

    @property
    def size(self) -> int:
        """Parameters of one group."""

    def covariances(self, theta: Array, block: Block) -> Local:
        """Return a block's covariances."""

    def starts(self) -> list[tuple[str, Array]]:
        """Return named starting values."""

    def others(self) -> list[Array]:
        """Return further starts, tried where data are thin and the likelihood may have several maxima."""

    def rescues(self, likelihood: Likelihood) -> list[Rescue]:
        """Return other ways to a start, tried when all starts failed."""

    def matrices(self, theta: Array) -> list[Array]:
        """Return each group's covariance in the units of the response."""

    def check(self, theta: Array) -> None:
        """Refuse parameters at a limit, where the likelihood has no maximum.

        Raises:
            FitError: they are.
        """


# A correlation below this is nil.
NIL = 1e-6


@dataclass(frozen=True, eq=False)
class ByVisit:
    """A covariance over visits, the same function for each group."""

    people: People
    structure: Structure
    start: tuple[Array, ...]

    @property
    def size(self) -> int:
        """Parameters of one group."""
        return self.structure.size

    def covariances(self, theta: Array, block: Block) -> Local:  # noqa: ARG002 (one shape for all)
        """Return the one covariance of all patterns."""
        return over_visits(self.structure, theta)

    def starts(self) -> list[tuple[str, Array]]:
        """Return residual covariances, then the same without correlations, then one variance."""
        plain = [np.diag(np.diag(matrix)) for matrix in self.start]
        equal = [np.eye(len(matrix)) * np.trace(matrix) / len(matrix) for matrix in self.start]
        named = (("residual covariances", self.start), ("residual variances", plain), ("one variance", equal))
        return [(name, self._joined(matrices)) for name, matrices in named]

    def others(self) -> list[Array]:
        """Return further starts: the same variances with correlations drawn, the same ones each time."""
        chance = np.random.default_rng(1)
        return [self._joined([drawn(matrix, chance) for matrix in self.start]) for _ in range(OTHERS)]

    def rescues(self, likelihood: Likelihood) -> list[Rescue]:
        """Return BFGS and Nelder-Mead, for an unstructured covariance in the parameters of its factor."""
        free: Structure = self.structure
        if isinstance(free, Unstructured):
            free = Cholesky(free.visits)
        start = np.concatenate([free.start(matrix) for matrix in self.start])
        unbound = Likelihood(
            likelihood.people,
            lambda theta, _: over_visits(free, theta),
            free.size,
            likelihood.groups,
            likelihood.reml,
        )

        def back(theta: Array) -> Array:
            if free is self.structure:
                return theta
            return self._joined([free.shape(each).matrix for each in theta.reshape(-1, free.size)])

        return [
            ("BFGS", lambda: back(bfgs(unbound.at, start))),
            ("Nelder-Mead", lambda: back(simplex(unbound.at, start))),
        ]

    def matrices(self, theta: Array) -> list[Array]:
        """Return each group's covariance."""
        scale = self.people.scale**2
        return [scale * self.structure.shape(each).matrix for each in theta.reshape(-1, self.size)]

    def check(self, theta: Array) -> None:
        """Refuse nothing: at a limit the covariance is singular, and the search ends nowhere."""

    def _joined(self, matrices: Sequence[Array]) -> Array:
        return np.concatenate([self.structure.start(matrix) for matrix in matrices])


def drawn(matrix: Array, chance: np.random.Generator) -> Array:
    """Return a covariance with these variances and correlations of a small sample of noise."""
    visits = len(matrix)
    noise = chance.normal(size=(visits, visits + 1))
    found: Array = noise @ noise.T
    scale = np.sqrt(np.diag(matrix) / np.diag(found))
    found *= np.outer(scale, scale)
    return found


def over_visits(structure: Structure, theta: Array) -> Local:
    """Return a structure's covariance as that of every pattern."""
    shape = structure.shape(theta)
    return Local(shape.matrix[None], shape.first[:, None], None if shape.second is None else shape.second[:, :, None])


@dataclass(frozen=True, eq=False)
class ByDistance:
    """A spatial covariance."""

    people: People
    groups: int
    structure: spatial.Exponential

    @property
    def size(self) -> int:
        """Parameters of one group."""
        return self.structure.size

    def covariances(self, theta: Array, block: Block) -> Local:
        """Return the covariance of each pattern."""
        return self.structure.local(theta, block)

    def starts(self) -> list[tuple[str, Array]]:
        """Return starts with various correlations."""
        return spatial.starts(self.people.blocks, 1.0, self.groups)

    def others(self) -> list[Array]:
        """Return the starts after the first."""
        return [start for _, start in self.starts()[1:]]

    def rescues(self, likelihood: Likelihood) -> list[Rescue]:
        """Return BFGS and Nelder-Mead."""
        start = self.starts()[0][1]
        return [
            ("BFGS", lambda: bfgs(likelihood.at, start)),
            ("Nelder-Mead", lambda: simplex(likelihood.at, start)),
        ]

    def matrices(self, theta: Array) -> list[Array]:
        """Return each group's covariance of two observations at distance 1."""
        scale = self.people.scale**2
        return [scale * self.structure.at_distances(each) for each in theta.reshape(-1, self.size)]

    def check(self, theta: Array) -> None:
        """Refuse a correlation that is nil even between the nearest observations.

        Raises:
            FitError: it is.
        """
        rho = 1 / (1 + np.exp(-theta.reshape(-1, self.size)[:, 1]))
        if np.any(rho ** spatial.shortest(self.people.blocks) < NIL):
            raise FitError(
                "Rows of one person show no correlation that falls with distance.",
                remedy="Use a covariance that allows for others, such as cs or us.",
            )
