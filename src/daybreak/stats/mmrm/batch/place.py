"""-2 log restricted likelihood of many replicates at once, in the entries of Sigma: the readable reference.

With W_k the inverse of Sigma's block of pattern k, padded with nil, and coefficients beta = R gamma,
    A = R' (sum ZZ_k (x) W_k) R,  C = R A^-1 R',  D_k = sum x C x',  E_k = sum r r',
    f    = sum n_k log|Sigma_k| + log|A| + sum <W_k, E_k>
    f_a  = sum <n_k W_k - W_k (D_k + E_k) W_k, V_a>
    f_ab = sum tr(V_a W V_b (2W(D + E)W - nW)) - tr(C B_a C B_b) - 2 c_a' C c_b,
with B_a = sum ZZ_k (x) W V_a W and c_a = sum Z'r_k W V_a W. The trace of B's is the dearest; on the way
sum tr(V_a W V_b WDW) takes its place, which it equals where everybody kept every visit, and comes near else.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from daybreak.stats.mmrm.batch.moments import Moments
from daybreak.stats.mmrm.people import Codes
from daybreak.stats.results import Array


def cholesky(matrices: Array) -> Array:
    """Return lower factors of matrices (..., m, m); NaN in those that are not positive definite, unlike numpy's."""
    lower = np.zeros_like(matrices)
    with np.errstate(invalid="ignore", divide="ignore", over="ignore"):
        for place in range(matrices.shape[-1]):
            done = lower[..., place:, :place] @ lower[..., place, :place, None]
            rest = matrices[..., place:, place] - done[..., 0]
            pivot = np.where(rest[..., :1] > 0, rest[..., :1], np.nan)
            lower[..., place:, place] = rest / np.sqrt(pivot)
    return lower


def entries(visits: int) -> Array:
    """Return V_a, the derivatives of a covariance in its entries on and above the diagonal, shape (m, T, T)."""
    rows, columns = np.triu_indices(visits)
    found = np.zeros((len(rows), visits, visits))
    found[np.arange(len(rows)), rows, columns] = 1.0
    found[np.arange(len(rows)), columns, rows] = 1.0
    return found


def numbered(size: int) -> Codes:
    """Return the number of each unordered pair, rows of the upper half first, shape (size, size)."""
    found = np.zeros((size, size), dtype=np.intp)
    rows, columns = np.triu_indices(size)
    found[rows, columns] = found[columns, rows] = np.arange(len(rows))
    return found


def turned(matrices: Array) -> Array:
    """Return the transposes."""
    return np.swapaxes(matrices, -1, -2)


def inverted(lower: Array) -> Array:
    """Return the inverses."""
    return np.asarray(np.linalg.inv(lower), dtype=np.float64)


def joined(left: Array, right: Array) -> Array:
    """Return the sums over patterns of left times right, entry by entry: (R, P, a, b), (R, P, c, d) to (R, ab, cd)."""
    replicates, patterns = left.shape[:2]
    found: Array = turned(left.reshape(replicates, patterns, -1)) @ right.reshape(replicates, patterns, -1)
    return found


@dataclass(frozen=True, eq=False)
class Place:
    """Replicates at their covariances `sigma` (R, T, T), with coefficients beta = `way` gamma, `way` (K * T, p)."""

    moments: Moments
    way: Array
    sigma: Array

    @cached_property
    def _root(self) -> tuple[Array, Array]:
        """W_k, shape (R, P, T, T), and sum n_k log|Sigma_k|."""
        seen = self.moments.seen
        lower = cholesky(np.where(seen, self.sigma[:, None], np.eye(self.moments.visits)))
        root = inverted(lower)
        pivots = np.log(np.einsum("rktt->rkt", lower)).sum(axis=2)
        return np.where(seen, turned(root) @ root, 0.0), 2 * np.einsum("rk,rk->r", self.moments.count, pivots)

    @property
    def inverse(self) -> Array:
        """W_k."""
        return self._root[0]

    @cached_property
    def _shape(self) -> tuple[int, int, int]:
        return self.moments.replicates, self.moments.covariates, self.moments.visits

    def _crossed(self, sums: Array) -> Array:
        """Return sums over covariates and visits, (R, K * K, T * T), as matrices (R, K * T, K * T)."""
        replicates, covariates, visits = self._shape
        square = sums.reshape(replicates, covariates, covariates, visits, visits).transpose(0, 1, 3, 2, 4)
        return square.reshape(replicates, covariates * visits, covariates * visits)

    @cached_property
    def lower(self) -> Array:
        """The factor of A, shape (R, p, p)."""
        return cholesky(self.way.T @ self._crossed(joined(self.moments.zz, self.inverse)) @ self.way)

    @cached_property
    def half(self) -> Array:
        """R L'^-1 with L that factor, shape (R, K * T, p): C is half half'."""
        return np.asarray(self.way @ turned(inverted(self.lower)))

    @cached_property
    def gamma(self) -> Array:
        """The coefficients, shape (R, p)."""
        replicates = self.moments.replicates
        pull = (self.moments.zy @ self.inverse).sum(axis=1).reshape(replicates, -1, 1)
        solved = inverted(self.lower)
        return np.asarray((turned(solved) @ (solved @ (self.way.T @ pull)))[..., 0])

    @cached_property
    def _residuals(self) -> tuple[Array, Array]:
        """Z'r_k, shape (R, P, K, T), and E_k."""
        moments = self.moments
        beta = (self.gamma @ self.way.T).reshape(self._shape)[:, None]
        left = (moments.zy - moments.zz @ beta) * moments.kept[:, None, :]
        cross = turned(moments.zy) @ beta
        return left, (moments.yy - cross - turned(left) @ beta) * moments.seen

    @cached_property
    def value(self) -> Array:
        """f, shape (R,); NaN where a covariance is not positive definite."""
        logs = 2 * np.log(np.einsum("rpp->rp", self.lower)).sum(axis=1)
        fit = np.einsum("rkst,rkst->r", self.inverse, self._residuals[1])
        return np.asarray(self._root[1] + logs + fit)

    @property
    def loglik(self) -> Array:
        """The log restricted likelihood, shape (R,)."""
        free = self.moments.observations - self.way.shape[1]
        return np.asarray(-0.5 * (self.value + free * np.log(2 * np.pi)))

    @cached_property
    def _pulls(self) -> tuple[Array, Array, Array]:
        """Three matrices of each pattern: n W, W D W and W E W."""
        replicates, covariates, visits = self._shape
        spread = (self.half @ turned(self.half)).reshape(replicates, covariates, visits, covariates, visits)
        spread = spread.transpose(0, 1, 3, 2, 4).reshape(replicates, covariates**2, visits**2)
        zz = self.moments.zz
        design = (zz.reshape(*zz.shape[:2], -1) @ spread).reshape(*zz.shape[:2], visits, visits)
        w = self.inverse
        return self.moments.count[:, :, None, None] * w, w @ design @ w, w @ self._residuals[1] @ w

    @cached_property
    def gradient(self) -> Array:
        """f_a, shape (R, m)."""
        plain, design, error = self._pulls
        return np.asarray(
            np.einsum("rkst,ast->ra", plain - design - error, entries(self.moments.visits), optimize=True)
        )

    def _twisted(self, right: Array) -> Array:
        """Return the sums of tr(V_a W V_b right), shape (R, m, m)."""
        visits = self.moments.visits
        basis = entries(visits).reshape(-1, visits**2)
        both = joined(self.inverse, right).reshape(-1, visits, visits, visits, visits)
        found = basis @ both.transpose(0, 4, 1, 2, 3).reshape(-1, visits**2, visits**2) @ basis.T
        return np.asarray((found + turned(found)) / 2)

    @cached_property
    def expected(self) -> Array:
        """The Hessian's expectation, but for the trace of B's; shape (R, m, m)."""
        plain, design, _ = self._pulls
        return self._twisted(plain - design)

    @cached_property
    def near(self) -> Array:
        """f_ab, but for the trace of B's; shape (R, m, m)."""
        plain, design, error = self._pulls
        return self._twisted(design + 2 * error - plain) - 2 * self._edges @ turned(self._edges)

    @cached_property
    def observed(self) -> Array:
        """f_ab, shape (R, m, m)."""
        plain, design, error = self._pulls
        inner = self.slopes.reshape(*self.slopes.shape[:2], -1)
        outer = inner @ turned(inner) + 2 * self._edges @ turned(self._edges)
        return self._twisted(2 * (design + error) - plain) - outer

    @cached_property
    def _edges(self) -> Array:
        """L^-1 R' c_a, shape (R, m, p)."""
        replicates, covariates, visits = self._shape
        w = self.inverse
        both = joined(self._residuals[0] @ w, w).reshape(replicates, covariates, visits, visits, visits)
        basis = entries(visits).reshape(-1, visits**2)
        pulled = basis @ both.transpose(0, 2, 3, 1, 4).reshape(replicates, visits**2, -1)
        return np.asarray(pulled @ self.half)

    @cached_property
    def slopes(self) -> Array:
        """L^-1 R' B_a R L'^-1, shape (R, m, p, p)."""
        replicates, _, visits = self._shape
        basis = entries(visits)
        pushed = self.inverse[:, :, None] @ basis @ self.inverse[:, :, None]
        tables = joined(self.moments.zz, pushed.reshape(replicates, -1, len(basis), visits * visits))
        tables = tables.reshape(replicates, -1, len(basis), visits**2)
        whole = np.stack([self._crossed(np.ascontiguousarray(tables[:, :, a])) for a in range(len(basis))], axis=1)
        return np.asarray(turned(self.half)[:, None] @ whole @ self.half[:, None])

    def summed(self, inner: Array) -> Array:
        """Return L^-1 R' (sum ZZ_k (x) inner_k) R L'^-1 for inner (R, P, T, T), shape (R, p, p)."""
        return np.asarray(turned(self.half) @ self._crossed(joined(self.moments.zz, inner)) @ self.half)

    def hats(self, contrasts: Array) -> Array:
        """Return L^-1 of each contrast (C, p), shape (R, p, C): its length is the contrast's standard error."""
        return np.asarray(inverted(self.lower) @ contrasts.T)

    def pulled(self, hats: Array) -> Array:
        """Return the slope of each contrast's variance in each entry, shape (R, C, m)."""
        replicates, covariates, visits = self._shape
        toward = (self.half @ hats).reshape(replicates, covariates, visits, -1)
        spread = np.einsum("rasc,rbtc->rabcst", toward, toward).reshape(replicates, covariates**2, -1)
        zz = self.moments.zz
        inner = (zz.reshape(*zz.shape[:2], -1) @ spread).reshape(*zz.shape[:2], -1, visits, visits)
        pulled = (self.inverse[:, :, None] @ inner @ self.inverse[:, :, None]).sum(axis=1)
        return np.asarray(np.einsum("rcst,ast->rca", pulled, entries(visits), optimize=True))
