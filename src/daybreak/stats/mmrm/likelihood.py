"""-2 log (restricted) likelihood of the covariance parameters, with exact gradient and both informations.

With V_i the covariance of person i, W_i its inverse, A = sum X_i' W_i X_i and r = y - X beta(theta):
    f    = sum log|V_i| + r'Wr  (+ log|A| where restricted)
    f_a  = sum <G_i, V_i,a>,              G = W - W(D + E)W,  D = X A^-1 X',  E = r r'
    f_ab = sum <G_i, V_i,ab> + tr(V_i,a W V_i,b (2W(D + E)W - W)) - tr(A^-1 B_a A^-1 B_b) - 2 c_a' A^-1 c_b
where B_a = sum X'W V_a W X and c_a = sum X'W V_a W r; without restriction D and the term in B fall away. All sums run
over patterns of visits kept, never over people.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property, reduce
from itertools import groupby

import numpy as np

from daybreak.stats.mmrm.people import Block, People
from daybreak.stats.results import Array

# Below this share of a visit's variance left by the visits before it, visits are the same but for rounding.
NEARLY_SINGULAR = 1e-11
# SDs beyond this many times the whole residual's, or below its inverse, lead nowhere.
FAR = 1e20


class NotPositiveError(ArithmeticError):
    """Parameters at which a covariance, of a person's visits or of the estimates, is not positive definite."""


@dataclass(frozen=True)
class Local:
    """Covariances of a block's patterns at some parameters: V (1 or K, T, T), V_a (m, 1 or K, T, T), V_ab or none."""

    matrix: Array
    first: Array
    second: Array | None


Covariances = Callable[[Array, Block], Local]


@dataclass(frozen=True)
class Likelihood:
    """The function of the parameters; those of group g are `theta[g * size : (g + 1) * size]`."""

    people: People
    covariances: Covariances
    size: int
    groups: int
    reml: bool

    def at(self, theta: Array) -> Point:
        """Return everything there.

        Raises:
            NotPositiveError: a covariance is not positive definite.
        """
        parts = []
        for block in self.people.blocks:
            low = block.group * self.size
            with np.errstate(over="ignore", invalid="ignore"):
                local = self.covariances(theta[low : low + self.size], block)
            parts.append(Part(block, local, low))
        return Point(self, theta, tuple(parts))

    @cached_property
    def constant(self) -> float:
        """What of -2 log likelihood does not depend on the parameters, in the units of the data."""
        people = self.people
        free = people.observations - (people.rank if self.reml else 0)
        constant = free * (np.log(2 * np.pi) + 2 * np.log(people.scale)) - people.log_weights
        if self.reml:
            constant += 2 * np.log(np.abs(np.diag(people.triangle))).sum()
        return float(constant)


@dataclass
class Part:
    """One block at some parameters."""

    block: Block
    local: Local
    low: int
    log_determinant: float = field(init=False)
    root: Array = field(init=False)
    inverse: Array = field(init=False)

    def __post_init__(self) -> None:
        seen = self.block.seen
        visits = np.arange(seen.shape[1])
        with np.errstate(over="ignore", invalid="ignore"):
            padded = self.local.matrix * seen
            padded[:, visits, visits] += 1 - self.block.kept
            try:
                lower = np.linalg.cholesky(padded)
            except np.linalg.LinAlgError:
                raise NotPositiveError from None
            pivots = lower[:, visits, visits]
            left = pivots**2 / padded[:, visits, visits]
        if not (left.min() > NEARLY_SINGULAR and pivots.min() > 1 / FAR and pivots.max() < FAR):
            raise NotPositiveError
        self.log_determinant = 2 * float(self.block.counts @ np.log(pivots).sum(axis=1))
        self.root = np.linalg.inv(lower) * self.block.kept[:, None, :]
        self.inverse = self.root.transpose(0, 2, 1) @ self.root

    @cached_property
    def turned(self) -> Array:
        """V_a W, shape (K, m, T, T)."""
        first, inverse = self.local.first, self.inverse
        count, slots = len(inverse), inverse.shape[1]
        if first.shape[1] == 1:
            return (first.reshape(-1, slots) @ inverse).reshape(count, len(first), slots, slots)
        return first.transpose(1, 0, 2, 3) @ inverse[:, None]

    @cached_property
    def pushed(self) -> Array:
        """W V_a W, shape (K, T, m, T)."""
        count, size, slots, _ = self.turned.shape
        flat = self.turned.transpose(0, 2, 1, 3).reshape(count, slots, size * slots)
        return (self.inverse @ flat).reshape(count, slots, size, slots)

    def summed(self, weights: Array, width: int) -> Array:
        """Return sums of weights[k, s, t] times the table, as (T * d, T * d)."""
        count, slots, _ = weights.shape
        flat = weights.reshape(count, -1).T[:, None, :] @ self.block.table
        square: Array = flat.reshape(slots, slots, width, width).transpose(0, 2, 1, 3)
        return square.reshape(slots * width, slots * width)

    def directions(self, width: int) -> Array:
        """Return `summed` for each W V_a W, shape (m, T * d, T * d)."""
        count, slots, size, _ = self.pushed.shape
        weights = np.ascontiguousarray(self.pushed.transpose(1, 3, 2, 0)).reshape(slots * slots, size, count)
        flat = (weights @ self.block.table).reshape(slots, slots, size, width, width)
        return np.ascontiguousarray(flat.transpose(2, 0, 3, 1, 4)).reshape(size, slots * width, slots * width)

    def twisted(self, right: Array) -> Array:
        """Return the sums of tr(V_a W V_b right), shape (m, m), for right (K, T, T)."""
        if self.local.first.shape[1] != 1:
            other = self.local.first.transpose(1, 0, 2, 3) @ right[:, None]
            own: Array = np.einsum("kast,kbts->ab", self.turned, other, optimize=True)
            return own
        count, slots, _ = right.shape
        flat = self.local.first.reshape(len(self.local.first), -1)
        both = right.reshape(count, -1).T @ self.inverse.reshape(count, -1)
        both = both.reshape(slots, slots, slots, slots).transpose(1, 2, 3, 0).reshape(slots * slots, -1)
        found: Array = flat @ both @ flat.T
        return (found + found.T) / 2


@dataclass
class Point:
    """The likelihood at `theta`."""

    likelihood: Likelihood
    theta: Array
    parts: tuple[Part, ...]

    def __post_init__(self) -> None:
        people = self.likelihood.people
        slots, width, rank = people.slots, people.z.shape[2], people.rank
        design = np.zeros((slots, width, rank + 1))
        design[:, :-1, :-1] = people.root
        design[:, -1, -1] = 1.0
        self._design = design.reshape(-1, rank + 1)
        total = sum((part.summed(part.inverse, width) for part in self.parts), start=np.zeros((1, 1)))
        normal = self._design.T @ total @ self._design
        try:
            self.lower = np.linalg.cholesky(normal[:-1, :-1])
        except np.linalg.LinAlgError:
            raise NotPositiveError from None
        half = np.linalg.solve(self.lower, normal[:-1, -1])
        self.gamma = np.linalg.solve(self.lower.T, half)
        self.value = sum(part.log_determinant for part in self.parts) + float(normal[-1, -1] - half @ half)
        if self.likelihood.reml:
            self.value += 2 * float(np.log(np.diag(self.lower)).sum())

    @cached_property
    def basis(self) -> Array:
        """The design in coordinates in which A is the identity, and the residual last, shape (T * d, p + 1)."""
        flat = np.empty_like(self._design)
        flat[:, :-1] = np.linalg.solve(self.lower, self._design[:, :-1].T).T
        flat[:, -1] = self._design[:, -1] - self._design[:, :-1] @ self.gamma
        return flat

    @cached_property
    def directions(self) -> Array:
        """B_a and c_a in those coordinates: a (p + 1, p + 1) matrix for each parameter of each group."""
        side, width = self.basis.shape[1], self.likelihood.people.z.shape[2]
        found = []
        for _, parts in groupby(self.parts, key=lambda part: part.low):
            tables = reduce(np.add, (part.directions(width) for part in parts))
            left = (tables.reshape(-1, tables.shape[2]) @ self.basis).reshape(len(tables), -1, side)
            found.append(self.basis.T @ left)
        return np.concatenate(found)

    @cached_property
    def _products(self) -> list[tuple[Array, Array]]:
        """W D W and W E W of each part's patterns."""
        people = self.likelihood.people
        slots, width = people.slots, people.z.shape[2]
        design, residual = self.basis[:, :-1], self.basis[:, -1]
        pair = np.stack([design @ design.T, np.outer(residual, residual)])
        pair = pair.reshape(2, slots, width, slots, width).transpose(1, 3, 2, 4, 0).reshape(slots * slots, -1, 2)
        found = []
        for part in self.parts:
            both = (part.block.table @ pair).reshape(slots, slots, -1, 2).transpose(3, 2, 0, 1)
            d, e = part.inverse @ both @ part.inverse
            found.append((d, e))
        return found

    @cached_property
    def gradient(self) -> Array:
        """f_a."""
        found = np.zeros(self.likelihood.size * self.likelihood.groups)
        for part, pull in zip(self.parts, self._pulls, strict=True):
            found[part.low : part.low + self.likelihood.size] += flat_product(part.local.first, pull)
        return found

    @cached_property
    def _pulls(self) -> list[Array]:
        """G of each part's patterns, summed over them where they share one covariance."""
        pulls = []
        for part, (d, e) in zip(self.parts, self._products, strict=True):
            pull = part.block.counts[:, None, None] * part.inverse - e
            if self.likelihood.reml:
                pull -= d
            pulls.append(pull if part.local.first.shape[1] != 1 else pull.sum(axis=0, keepdims=True))
        return pulls

    @cached_property
    def observed(self) -> Array:
        """f_ab."""
        edge = self.directions[:, :-1, -1]
        found = -2 * (edge @ edge.T)
        if self.likelihood.reml:
            found -= self._between
        for part, pull, (d, e) in zip(self.parts, self._pulls, self._products, strict=True):
            sway = d + e if self.likelihood.reml else e
            right = 2 * sway - part.block.counts[:, None, None] * part.inverse
            place = slice(part.low, part.low + self.likelihood.size)
            found[place, place] += part.twisted(right)
            if part.local.second is not None:
                flat = part.local.second.reshape(-1, *part.local.second.shape[2:])
                found[place, place] += flat_product(flat, pull).reshape(part.local.second.shape[:2])
        return found

    @cached_property
    def expected(self) -> Array:
        """The expectation of f_ab."""
        found = self._between.copy() if self.likelihood.reml else np.zeros((len(self.theta), len(self.theta)))
        for part, (d, _) in zip(self.parts, self._products, strict=True):
            right = part.block.counts[:, None, None] * part.inverse
            if self.likelihood.reml:
                right = right - 2 * d
            place = slice(part.low, part.low + self.likelihood.size)
            found[place, place] += part.twisted(right)
        return found

    @cached_property
    def _between(self) -> Array:
        """tr(A^-1 B_a A^-1 B_b)."""
        inner = self.directions[:, :-1, :-1].reshape(len(self.directions), -1)
        traces: Array = inner @ inner.T
        return traces


def flat_product(first: Array, pull: Array) -> Array:
    """Return <first[a], pull> for each a, over all patterns."""
    found: Array = first.reshape(len(first), -1) @ pull.reshape(-1)
    return found
