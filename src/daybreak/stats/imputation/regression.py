"""The imputation model: a multivariate normal regression with missing cells, fitted by REML, many replicates at once.

Every column has a coefficient at every visit and visits covary freely: the MMRM `y ~ visit * (arm + covariates) +
us(visit | person)`. It is fitted by expectation-maximisation with the coefficients integrated out (Laird & Ware,
Biometrics 1982;38:963-974), on sums of squares by pattern of missing cells, so that all the fits of a jackknife go in
step.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from daybreak.core.errors import FitError
from daybreak.stats.imputation.cells import patterns
from daybreak.stats.imputation.outcomes import Layout
from daybreak.stats.results import Array

TOLERANCE = 1e-12
MOST_STEPS = 20_000
TOLD_RATE = 1e-9  # below this change rounding spoils the rate
ALIKE = 1e-8


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

    def of(self, replicates: Array) -> Sums:
        """Return the sums of some replicates."""
        return Sums(self.seen, self.people[replicates], self.zz[replicates], self.zy[replicates], self.yy[replicates])


@dataclass(frozen=True)
class Regression:
    """Fits: coefficients (R, K, T), covariances (R, T, T), and the slowest rate at which the steps shrank."""

    beta: Array
    sigma: Array
    steps: int
    rate: float


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


def fit_regression(known: Sums, start: Array) -> Regression:
    """Return the REML fits of all replicates from a covariance to start from, shape (T, T).

    Raises:
        FitError: it does not converge, or a visit is told wholly by others.
    """
    replicates = len(known.people)
    sigma = np.broadcast_to(start, (replicates, *start.shape)).copy()
    beta = np.zeros((replicates, known.zz.shape[-1], len(start)))
    going, change, rate, steps = np.arange(replicates), np.full(replicates, np.inf), 0.0, 0
    left = known
    while len(going):
        steps += 1
        if steps > MOST_STEPS:
            raise FitError(
                "The imputation model does not converge.",
                where="covariance of visits",
                remedy="Leave out visits that few people have.",
            )
        beta[going], better = _step(left, sigma[going])
        _refuse_alike(better)
        scale = np.sqrt(np.einsum("rtt->rt", better))
        moved = (np.abs(better - sigma[going]) / (scale[:, :, None] * scale[:, None, :])).max(axis=(1, 2))
        sigma[going] = better
        honest = (moved > TOLD_RATE) & (change[going] > moved)
        if steps > 2 and honest.any():
            rate = max(0.0, float((moved[honest] / change[going][honest]).max()))
        change[going] = moved
        still = moved > TOLERANCE
        if not still.all():
            going = going[still]
            left = known.of(going)
    return Regression(beta, sigma, steps, rate)


def start_of(layout: Layout) -> Array:
    """Return a covariance to start from: residual variances visit by visit, shape (T, T).

    Raises:
        FitError: a visit at which the model cannot be told, or two visits that too few people have together.
    """
    t, k = len(layout.visits), layout.own.shape[1]
    together = layout.modelled.T.astype(int) @ layout.modelled.astype(int)
    variances = []
    for place, visit in enumerate(layout.visits):
        rows = layout.modelled[:, place]
        z, y = layout.own[rows], layout.values[rows, place]
        if rows.sum() <= k or np.linalg.matrix_rank(z) < k:
            raise FitError("Too few people have a value to tell the model here.", where=visit, remedy="Leave it out.")
        rest = y - z @ np.linalg.lstsq(z, y, rcond=None)[0]
        variance = float(rest @ rest) / (len(y) - k)
        if variance <= ALIKE**2 * max(float(y @ y) / len(y), np.finfo(float).tiny):
            raise FitError("The outcome does not vary beyond the model.", where=visit, remedy="Leave the visit out.")
        variances.append(variance)
    few = np.argwhere(together <= k)
    if t > 1 and len(few):
        pair = " and ".join(layout.visits[place] for place in few[0])
        raise FitError("Too few people have both visits.", where=pair, remedy="Leave one of them out.")
    return np.diag(variances)


def _step(known: Sums, sigma: Array) -> tuple[Array, Array]:
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


def _refuse_alike(sigma: Array) -> None:
    scale = np.sqrt(np.einsum("rtt->rt", sigma))
    least = np.linalg.eigvalsh(sigma / (scale[:, :, None] * scale[:, None, :]))[:, 0].min()
    if not least > ALIKE:
        raise FitError(
            "A visit is told wholly by the others.", where="covariance of visits", remedy="Leave one of them out."
        )
