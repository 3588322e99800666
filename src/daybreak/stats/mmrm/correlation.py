"""Families of correlations between visits, with exact derivatives, and how correlations are freed of their bounds."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple, Protocol

import numpy as np
from scipy import special

from daybreak.stats.results import Array


class Shape(NamedTuple):
    """A covariance at some parameters: matrix (T, T), first derivatives (m, T, T), second (m, m, T, T) or none."""

    matrix: Array
    first: Array
    second: Array | None


class Link(NamedTuple):
    """Correlations at free parameters, and their first and second derivatives; each shape (c,)."""

    rho: Array
    once: Array
    twice: Array


def unbounded(free: Array) -> Link:
    """Return rho = free / sqrt(1 + free^2)."""
    root = np.sqrt(1 + free**2)
    return Link(free / root, root**-3, -3 * free * root**-5)


def above(bound: float, free: Array) -> Link:
    """Return rho = bound + (1 - bound) / (1 + exp(-free))."""
    p = special.expit(free)
    slope = (1 - bound) * p * (1 - p)
    return Link(bound + (1 - bound) * p, slope, slope * (1 - 2 * p))


class Correlation(Protocol):
    """A family of correlation matrices with `size` correlations as parameters."""

    @property
    def visits(self) -> int:
        """How many visits."""

    @property
    def size(self) -> int:
        """How many correlations."""

    def shape(self, rho: Array) -> Shape:
        """Return matrix and derivatives at the correlations `rho`; `second` may be none."""

    def start(self, moments: Array) -> Array:
        """Return correlations near those of a correlation matrix."""

    def link(self, free: Array) -> Link:
        """Return the correlations at free parameters."""

    def freed(self, rho: Array) -> Array:
        """Return the free parameters of correlations."""


class Unbounded:
    """Correlations that may be anything from -1 to 1."""

    def link(self, free: Array) -> Link:
        """Return the correlations at free parameters."""
        return unbounded(free)

    def freed(self, rho: Array) -> Array:
        """Return the free parameters of correlations."""
        return rho / np.sqrt(1 - rho**2)


def lags(visits: int) -> Array:
    """Return how many visits lie between each two, shape (T, T)."""
    order = np.arange(visits, dtype=np.float64)
    return np.abs(order[:, None] - order)


def at_lag(moments: Array, lag: int) -> float:
    """Return the mean of the entries `lag` off the diagonal."""
    return float(np.diagonal(moments, lag).mean())


@dataclass(frozen=True)
class CompoundSymmetry:
    """One correlation for every two visits."""

    visits: int
    size: int = 1

    def shape(self, rho: Array) -> Shape:
        """Return matrix and derivatives."""
        others = 1 - np.eye(self.visits)
        return Shape(np.eye(self.visits) + rho[0] * others, others[None], None)

    def start(self, moments: Array) -> Array:
        """Return the mean correlation."""
        return np.array([max(moments[np.triu_indices(self.visits, 1)].mean(), 0.5 * self.least)])

    @property
    def least(self) -> float:
        """The correlation at which the matrix is no longer positive definite."""
        return -1 / (self.visits - 1)

    def link(self, free: Array) -> Link:
        """Return the correlation at a free parameter."""
        return above(self.least, free)

    def freed(self, rho: Array) -> Array:
        """Return the free parameter of a correlation: the logit of its place between `least` and 1."""
        return np.log((rho - self.least) / (1 - rho))


@dataclass(frozen=True)
class Autoregressive(Unbounded):
    """The correlation of neighbours to the power of the visits between."""

    visits: int
    size: int = 1

    def shape(self, rho: Array) -> Shape:
        """Return matrix and derivatives."""
        gap = lags(self.visits)
        first = gap * rho[0] ** np.maximum(gap - 1, 0)
        second = gap * (gap - 1) * rho[0] ** np.maximum(gap - 2, 0)
        return Shape(rho[0] ** gap, first[None], second[None, None])

    def start(self, moments: Array) -> Array:
        """Return the mean correlation of neighbours."""
        return np.array([at_lag(moments, 1)])


@dataclass(frozen=True)
class Toeplitz(Unbounded):
    """One correlation for each number of visits between."""

    visits: int

    @property
    def size(self) -> int:
        """How many correlations."""
        return self.visits - 1

    def shape(self, rho: Array) -> Shape:
        """Return matrix and derivatives."""
        gap = lags(self.visits).astype(np.int64)
        matrix = np.concatenate([[1.0], rho])[gap]
        first = (gap == np.arange(1, self.visits)[:, None, None]).astype(np.float64)
        return Shape(matrix, first, None)

    def start(self, moments: Array) -> Array:
        """Return the mean correlation at each lag."""
        return np.array([at_lag(moments, lag) for lag in range(1, self.visits)])


@dataclass(frozen=True)
class AnteDependence(Unbounded):
    """A correlation for each two neighbours; others are products along the way."""

    visits: int

    @property
    def size(self) -> int:
        """How many correlations."""
        return self.visits - 1

    def between(self) -> np.ndarray[tuple[int, ...], np.dtype[np.bool_]]:
        """Return which steps lie between two visits, shape (c, T, T)."""
        order = np.arange(self.visits)
        low, high = np.minimum(order[:, None], order), np.maximum(order[:, None], order)
        steps = np.arange(self.size)[:, None, None]
        return (low <= steps) & (steps < high)

    def shape(self, rho: Array) -> Shape:
        """Return matrix and derivatives: a product without the steps derived for, where these lie between."""
        between = self.between()
        factors = np.where(between, rho[:, None, None], 1.0)
        first = np.empty_like(factors)
        second = np.zeros((self.size, *factors.shape))
        for step in range(self.size):
            rest = factors.copy()
            rest[step] = 1.0
            first[step] = rest.prod(axis=0) * between[step]
            for other in range(step):
                less = rest.copy()
                less[other] = 1.0
                second[step, other] = second[other, step] = less.prod(axis=0) * (between[step] & between[other])
        return Shape(factors.prod(axis=0), first, second)

    def start(self, moments: Array) -> Array:
        """Return the correlations of neighbours."""
        return np.diagonal(moments, 1).copy()


CORRELATIONS: dict[str, Callable[[int], Correlation]] = {
    "cs": CompoundSymmetry,
    "ar1": Autoregressive,
    "toep": Toeplitz,
    "ad": AnteDependence,
}
