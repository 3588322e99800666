"""One step of expectation-maximisation for a multivariate normal regression with missing cells, on many replicates.

The coefficients are integrated out, so that the fixed point is the REML estimate (Laird & Ware, Biometrics
1982;38:963-974). All stands on sums of squares by pattern of missing cells.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from daybreak.stats.imputation.cells import patterns
from daybreak.stats.imputation.outcomes import Layout, Places
from daybreak.stats.results import Array


@dataclass(frozen=True)
class Sums:
    """Sums over people by pattern, R replicates: products of columns (Z) and outcomes (Y), nil where missing.

    `seen` has shape (P, T), `people` (R, P), `zz` (R, P, K, K), `zy` (R, P, K, T), `yy` (R, P, T, T).
    """

    seen: Array
    people: Array
    zz: Array
    zy: Array
    yy: Array

    def of(self, replicates: Places) -> Sums:
        """Return the sums of some replicates."""
        return Sums(self.seen, self.people[replicates], self.zz[replicates], self.zy[replicates], self.yy[replicates])


def sums(layout: Layout, weights: Array) -> Sums:
    """Return the sums for each row of `weights`, shape (R, n)."""
    kinds = patterns(layout.modelled)
    n, t = layout.values.shape
    k = layout.own.shape[1]
    held = np.where(layout.modelled, layout.values, 0.0)
    both = np.concatenate([layout.own, held], axis=1)
    products = (both[:, :, None] * both[:, None, :]).reshape(n, -1)
    total = np.stack([weights[:, kind.people] @ products[kind.people] for kind in kinds], axis=1)
    total = total.reshape(len(weights), len(kinds), k + t, k + t)
    return Sums(
        seen=np.stack([np.isin(np.arange(t), kind.seen) for kind in kinds]).astype(float),
        people=np.stack([weights[:, kind.people].sum(axis=1) for kind in kinds], axis=1),
        zz=total[:, :, :k, :k],
        zy=total[:, :, :k, k:],
        yy=total[:, :, k:, k:],
    )


def step(known: Sums, sigma: Array) -> tuple[Array, Array]:
    """Return the coefficients at `sigma`, and the covariance that one step of expectation-maximisation gives."""
    replicates, _, k, t = known.zy.shape
    pairs = known.seen[:, :, None] * known.seen[:, None, :]
    outside = np.eye(t) * (1 - known.seen)[:, None, :]
    weight = np.linalg.inv(sigma[:, None] * pairs + outside) * pairs
    normal = np.einsum("rpij,rpst->risjt", known.zz, weight, optimize=True).reshape(replicates, k * t, k * t)
    right = (known.zy @ weight).sum(axis=1).reshape(replicates, k * t, 1)
    spread = np.linalg.inv(normal)
    beta = (spread @ right).reshape(replicates, k, t)
    rest = _rest(known, beta) * pairs
    unsure = np.einsum("rpij,risjt->rpst", known.zz, spread.reshape(replicates, k, t, k, t), optimize=True)
    reach = sigma[:, None] @ weight
    told = reach @ (rest + unsure) @ reach.swapaxes(-1, -2)
    hidden = known.people[:, :, None, None] * (sigma[:, None] - reach @ sigma[:, None])
    better = (told + hidden).sum(axis=1) / known.people.sum(axis=1)[:, None, None]
    return beta, (better + better.swapaxes(-1, -2)) / 2


def _rest(known: Sums, beta: Array) -> Array:
    """Return sums of products of residuals by pattern."""
    b = beta[:, None]
    cross = known.zy.swapaxes(-1, -2) @ b
    return known.yy - cross - cross.swapaxes(-1, -2) + b.swapaxes(-1, -2) @ known.zz @ b
