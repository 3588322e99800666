"""The numpy path: replicates are the batch axis, and those that have arrived leave it.

The first step uses the expected information, later ones the observed one but for its dearest term (see `place`). The
exact one is reckoned where steps grow slow, and at the end: there it gives the Newton decrement, by which a fit is
judged, and the degrees of freedom.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from daybreak.stats.mmrm.batch.kenward_roger import KENWARD_ROGER, LINEAR, adjusted
from daybreak.stats.mmrm.batch.moments import Moments, pieces
from daybreak.stats.mmrm.batch.place import Place, cholesky, entries
from daybreak.stats.mmrm.people import Flags
from daybreak.stats.optimise import FLAT, TOLERANCE
from daybreak.stats.results import Array

Counts = npt.NDArray[np.int64]

STEPS = 60
# A step halved to less than this leads nowhere.
SHORTEST = 1e-9
# Steps with the expected information: one will do, the start being a good one.
SCORING_STEPS = 1
# A decrement that is rounding: far below what a single fit is held to, for degrees of freedom follow it by its root.
ROUNDING = 1e-17
# One that is rounding if the next step of Newton does not lower it.
NEARLY_ROUNDING = 1e-14
# A decrement below the first that falls to no less than the second of it asks for the exact Hessian from then on.
LATE, SLOW = 1e-2, 1e-2
# Below this decrement the value changes by less than it is rounded to, and a whole step is taken unseen.
NEAR = 1e-7


@dataclass(frozen=True, eq=False)
class Found:
    """Where replicates ended: NaN in those that did not converge. `variance`, `df` (R, C)."""

    gamma: Array
    estimate: Array
    variance: Array
    df: Array
    loglik: Array
    sigma: Array
    steps: Counts
    converged: Flags


def fit(moments: Moments, way: Array, contrasts: Array, start: Array, *, df: str | None) -> Found:
    """Return the fits of all replicates, in pieces that fit into memory."""
    visits, patterns = moments.visits, len(moments.kept)
    size = visits * (visits + 1) // 2
    each = max(patterns * size, moments.covariates**2 * size) * visits**2
    parts = []
    for part in pieces(moments.replicates, each):
        some = moments.of(part)
        sigma, steps, arrived = ascend(some, way, start[part])
        parts.append(concluded(Place(some, way, sigma), contrasts, steps, arrived, df))
    return Found(*(np.concatenate([getattr(part, name) for part in parts]) for name in Found.__dataclass_fields__))


def ascend(moments: Moments, way: Array, start: Array) -> tuple[Array, Counts, Flags]:
    """Return the covariances reached from `start`, in how many steps, and which got to where no step matters."""
    basis = entries(moments.visits)
    sigma, steps = start.copy(), np.zeros(len(start), dtype=np.int64)
    arrived = np.zeros(len(start), dtype=bool)
    going = np.flatnonzero(np.isfinite(Place(moments, way, start).value))
    here, last = Place(moments.of(going), way, start[going]), np.full(len(going), np.inf)
    slow = np.zeros(len(going), dtype=bool)
    step = 0
    while len(going) > 0 and step < STEPS:
        direction, decrement = descent(here, scoring=step < SCORING_STEPS, slow=slow)
        done = (decrement < ROUNDING) | (slow & (decrement < NEARLY_ROUNDING) & (decrement > 0.1 * last))
        arrived[going[done]] = True
        decrement = np.where(done, np.nan, decrement)
        new = fall(here, np.einsum("ra,ast->rst", direction, basis), decrement)
        moved = np.isfinite(new[:, 0, 0])
        going = going[moved]
        slow = slow[moved] | ((decrement[moved] > SLOW * last[moved]) & (last[moved] < LATE))
        last = decrement[moved]
        here = Place(here.moments.of(moved), way, new[moved])
        sigma[going] = here.sigma
        step += 1
        steps[going] = step
    return sigma, steps, arrived


def descent(here: Place, *, scoring: bool, slow: Flags) -> tuple[Array, Array]:
    """Return each replicate's direction downhill (R, m), and its decrement: for `slow` ones by the exact Hessian."""
    if scoring:
        return newton(here.expected, here.gradient)
    hessian = here.near
    if slow.any():
        hessian[slow] = Place(here.moments.of(slow), here.way, here.sigma[slow]).observed
    direction, decrement = newton(hessian, here.gradient)
    astray = np.isnan(decrement)
    if astray.any():
        instead, fallen = newton(here.expected, here.gradient)
        direction, decrement = np.where(astray[:, None], instead, direction), np.where(astray, fallen, decrement)
    return direction, decrement


def newton(hessian: Array, gradient: Array) -> tuple[Array, Array]:
    """Return -H^-1 g and g'H^-1 g; NaN where H is not positive definite beyond rounding."""
    inverse = inverted(hessian)
    direction = -(inverse @ gradient[..., None])[..., 0]
    return direction, -np.einsum("ra,ra->r", gradient, direction)


def inverted(hessian: Array) -> Array:
    """Return the inverses, reckoned with diagonals scaled to 1; NaN where not positive definite beyond rounding."""
    diagonal = np.einsum("raa->ra", hessian)
    scale = 1 / np.sqrt(np.where(diagonal > 0, diagonal, np.nan))
    grown = scale[:, :, None] * scale[:, None, :]
    scaled = hessian * grown
    lower = cholesky(scaled - FLAT * np.eye(hessian.shape[-1]))
    scaled = np.where(np.isfinite(lower[:, -1, -1])[:, None, None], scaled, np.eye(hessian.shape[-1]))
    inverse = np.linalg.inv(scaled) * grown
    found: Array = np.where(np.isfinite(lower[:, -1, -1])[:, None, None], inverse, np.nan)
    return found


def fall(here: Place, direction: Array, decrement: Array) -> Array:
    """Return covariances along `direction`, steps halved until the value falls; NaN where it never does."""
    found = np.full_like(here.sigma, np.nan)
    length = np.ones(len(found))
    waiting = np.flatnonzero(np.isfinite(decrement))
    while len(waiting) > 0 and length[waiting[0]] > SHORTEST:
        there = here.sigma[waiting] + length[waiting, None, None] * direction[waiting]
        value = Place(here.moments.of(waiting), here.way, there).value
        before = here.value[waiting]
        most = before - 1e-4 * length[waiting] * decrement[waiting] + 1e-11 * (1 + np.abs(before))
        good = np.isfinite(value) & ((value <= most) | (decrement[waiting] < NEAR))
        found[waiting[good]] = there[good]
        waiting = waiting[~good]
        length[waiting] /= 2
    return found


def concluded(at: Place, contrasts: Array, steps: Counts, arrived: Flags, method: str | None) -> Found:
    """Return what is told at the end; a fit has converged if the exact Newton decrement says so."""
    inverse = inverted(at.observed)
    decrement = np.einsum("ra,rab,rb->r", at.gradient, inverse, at.gradient)
    converged = arrived & (decrement < TOLERANCE)
    hats = at.hats(contrasts)
    variance = np.einsum("rpc,rpc->rc", hats, hats)
    df = np.full_like(variance, np.inf)
    if method is not None:
        pulled = at.pulled(hats)
        df = variance**2 / np.einsum("rca,rab,rcb->rc", pulled, inverse, pulled, optimize=True)
    if method in KENWARD_ROGER:
        variance, sure = adjusted(at, hats, 2 * inverse, linear=method == LINEAR)
        converged &= sure
    return Found(
        gamma=blank(at.gamma, converged),
        estimate=blank(at.gamma @ contrasts.T, converged),
        variance=blank(variance, converged),
        df=blank(df, converged),
        loglik=blank(at.loglik, converged),
        sigma=blank(at.sigma, converged),
        steps=steps,
        converged=converged,
    )


def blank(values: Array, converged: Flags) -> Array:
    """Return the values, NaN where a replicate did not converge."""
    told: Array = np.where(converged.reshape(-1, *[1] * (values.ndim - 1)), values, np.nan)
    return told
