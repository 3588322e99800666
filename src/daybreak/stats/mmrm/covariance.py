"""Covariance structures over visits: a matrix and its exact first and second derivatives in free parameters.

Every structure but the unstructured one is SDs times a correlation: parameters are log-SDs (one, or one a visit) and
correlations freed of their bounds (`unbounded`, `above`), as in R mmrm, so that Kenward-Roger's second derivatives mean
the same. The unstructured matrix is fitted where it is linear; `Cholesky` is the same matrix in mmrm's parameters.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Protocol

import numpy as np

from daybreak.stats.mmrm.correlation import CORRELATIONS, Correlation, Shape
from daybreak.stats.results import Array


class Structure(Protocol):
    """A covariance over `visits` visits, with `size` parameters."""

    @property
    def visits(self) -> int:
        """How many visits."""

    @property
    def size(self) -> int:
        """How many parameters."""

    def shape(self, theta: Array) -> Shape:
        """Return matrix and derivatives at `theta`."""

    def start(self, moments: Array) -> Array:
        """Return parameters near a positive definite `moments`, shape (T, T)."""


@dataclass(frozen=True, eq=False)
class Unstructured:
    """Any covariance, linear in its parameters: F S F' with S's entries on and above the diagonal, row by row.

    With F the factor of a covariance near the answer, S is near the identity and no parameter much steeper than others.
    """

    factor: Array

    @property
    def visits(self) -> int:
        """How many visits."""
        return len(self.factor)

    @property
    def size(self) -> int:
        """How many parameters."""
        return self.visits * (self.visits + 1) // 2

    @cached_property
    def slopes(self) -> Array:
        """The derivatives, the same everywhere."""
        rows, columns = np.triu_indices(self.visits)
        left, right = self.factor.T[rows], self.factor.T[columns]
        half = left[:, :, None] * right[:, None, :]
        return np.where((rows == columns)[:, None, None], half, half + half.transpose(0, 2, 1))

    def shape(self, theta: Array) -> Shape:
        """Return the matrix and its constant derivatives."""
        return Shape(np.tensordot(theta, self.slopes, axes=1), self.slopes, None)

    def start(self, moments: Array) -> Array:
        """Return the parameters at which the covariance is `moments`."""
        entries: Array = self.parameters(moments[None])[0]
        return entries

    def parameters(self, matrices: Array) -> Array:
        """Return the parameters of each symmetric matrix, shape (m, T, T) to (m, size)."""
        back = np.linalg.inv(self.factor)
        rows, columns = np.triu_indices(self.visits)
        found: Array = (back @ matrices @ back.T)[:, rows, columns]
        return found


@dataclass(frozen=True)
class Cholesky:
    """Any covariance, as R mmrm puts it: log of the factor's diagonal, then each row below it over its diagonal."""

    visits: int

    @property
    def size(self) -> int:
        """How many parameters."""
        return self.visits * (self.visits + 1) // 2

    def factor(self, theta: Array) -> Array:
        """Return the lower factor L at `theta`; the covariance is LL'."""
        lower = np.eye(self.visits)
        lower[np.tril_indices(self.visits, -1)] = theta[self.visits :]
        scaled: Array = np.exp(theta[: self.visits])[:, None] * lower
        return scaled

    def start(self, moments: Array) -> Array:
        """Return the parameters at which the covariance is `moments`."""
        lower = np.linalg.cholesky(moments)
        sds = np.diag(lower)
        return np.concatenate([np.log(sds), (lower / sds[:, None])[np.tril_indices(self.visits, -1)]])

    def slopes(self, theta: Array) -> Array:
        """Return the derivatives of L, shape (m, T, T)."""
        lower = self.factor(theta)
        slopes = np.zeros((self.size, self.visits, self.visits))
        visits = np.arange(self.visits)
        slopes[visits, visits] = lower
        rows, columns = np.tril_indices(self.visits, -1)
        slopes[self.visits + np.arange(len(rows)), rows, columns] = np.diag(lower)[rows]
        return slopes

    def shape(self, theta: Array) -> Shape:
        """Return matrix and first derivatives; second ones only as `curvature`, for there are many."""
        lower = self.factor(theta)
        half = self.slopes(theta) @ lower.T
        return Shape(lower @ lower.T, half + half.transpose(0, 2, 1), None)

    def curvature(self, theta: Array, weights: Array) -> Array:
        """Return the second derivatives summed with `weights`, shape (m, m) to (T, T)."""
        lower, slopes = self.factor(theta), self.slopes(theta)
        flat = slopes.reshape(self.size, -1)
        mixed = (weights @ flat).reshape(slopes.shape)
        crossed = np.einsum("ast,aut->su", slopes, mixed)
        bend = np.zeros_like(lower)
        visits = np.arange(self.visits)
        bend += np.diag(weights)[visits][:, None] * lower
        rows, columns = np.tril_indices(self.visits, -1)
        below = weights[rows, self.visits + np.arange(len(rows))]
        bend[rows, columns] += 2 * below * np.diag(lower)[rows]
        half = bend @ lower.T + crossed
        summed: Array = half + half.T
        return summed


@dataclass(frozen=True)
class Scaled:
    """SDs times a correlation; `alike`: one SD for all visits."""

    correlation: Correlation
    alike: bool

    @property
    def visits(self) -> int:
        """How many visits."""
        return self.correlation.visits

    @property
    def sds(self) -> int:
        """How many SDs."""
        return 1 if self.alike else self.visits

    @property
    def size(self) -> int:
        """How many parameters."""
        return self.sds + self.correlation.size

    def shape(self, theta: Array) -> Shape:
        """Return the matrix and its derivatives by the chain rule."""
        sds, free = np.exp(theta[: self.sds]), theta[self.sds :]
        spread = np.broadcast_to(sds, (self.visits,))
        grown = spread[:, None] * spread
        correlation, slopes, curved = self._correlation(free)
        touched = self._touched()
        matrix = grown * correlation
        inner = grown * slopes
        first = np.concatenate([matrix * touched, inner])
        second = np.empty((self.size, self.size, self.visits, self.visits))
        second[: self.sds, : self.sds] = matrix * touched[:, None] * touched
        mixed = touched[:, None] * inner
        second[: self.sds, self.sds :] = mixed
        second[self.sds :, : self.sds] = mixed.transpose(1, 0, 2, 3)
        second[self.sds :, self.sds :] = grown * curved
        return Shape(matrix, first, second)

    def start(self, moments: Array) -> Array:
        """Return the SDs and correlations nearest, drawn towards none until the matrix is positive definite."""
        variances = np.diag(moments)
        sds = np.sqrt(variances)
        rho = np.clip(self.correlation.start(moments / np.outer(sds, sds)), -0.95, 0.95)
        while np.linalg.eigvalsh(self.correlation.shape(rho).matrix)[0] < 0.02:
            rho = 0.8 * rho
        log_sds = 0.5 * np.log([variances.mean()] if self.alike else variances)
        return np.concatenate([log_sds, self.correlation.freed(rho)])

    def _touched(self) -> Array:
        """Return how often each log-SD is in each entry, shape (sds, T, T)."""
        if self.alike:
            return np.full((1, self.visits, self.visits), 2.0)
        one = np.eye(self.visits)
        return one[:, :, None] + one[:, None, :]

    def _correlation(self, free: Array) -> tuple[Array, Array, Array]:
        """Return the correlation and its derivatives in the free parameters."""
        rho, once, twice = self.correlation.link(free)
        plain = self.correlation.shape(rho)
        first = plain.first * once[:, None, None]
        second = np.zeros((len(free), *plain.first.shape))
        if plain.second is not None:
            second += plain.second * once[:, None, None, None] * once[None, :, None, None]
        places = np.arange(len(free))
        second[places, places] += plain.first * twice[:, None, None]
        return plain.matrix, first, second


KINDS = ("us", *(kind + tail for kind in ("toep", "ar1", "cs", "ad") for tail in ("", "h")))


def structure(kind: str, moments: Array) -> Structure:
    """Return the structure of a formula's `us`, `toep`, `toeph`, `ar1`, `ar1h`, `cs`, `csh`, `ad` or `adh`.

    `moments` is a positive definite covariance near the answer, shape (T, T).
    """
    if kind == "us" or len(moments) == 1:
        return Unstructured(np.asarray(np.linalg.cholesky(moments), dtype=np.float64))
    alike = kind in CORRELATIONS
    return Scaled(CORRELATIONS[kind if alike else kind[:-1]](len(moments)), alike)
